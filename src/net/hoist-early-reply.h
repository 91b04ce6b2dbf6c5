/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * HoistEarlyState:
 * @HOIST_EARLY_NONE: nothing came yet: go on sending
 * @HOIST_EARLY_STARTED: an answer has begun: stop sending, read on
 * @HOIST_EARLY_COMPLETE: the whole answer is there
 * @HOIST_EARLY_BROKEN: the connection ended, or what came is no answer
 */
typedef enum
{
  HOIST_EARLY_NONE,
  HOIST_EARLY_STARTED,
  HOIST_EARLY_COMPLETE,
  HOIST_EARLY_BROKEN,
} HoistEarlyState;

typedef struct _HoistEarlyReply HoistEarlyReply;

HoistEarlyReply *hoist_early_reply_new (gsize max_body_bytes);
void hoist_early_reply_free (HoistEarlyReply *self);
HoistEarlyState hoist_early_reply_feed (HoistEarlyReply *self, const char *data, gsize length);
HoistEarlyState hoist_early_reply_end (HoistEarlyReply *self);
HoistEarlyState hoist_early_reply_read (HoistEarlyReply *self, GInputStream *stream);
HoistEarlyState hoist_early_reply_get_state (HoistEarlyReply *self);
guint hoist_early_reply_get_status (HoistEarlyReply *self);
SoupMessageHeaders *hoist_early_reply_get_headers (HoistEarlyReply *self);
GBytes *hoist_early_reply_dup_body (HoistEarlyReply *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistEarlyReply, hoist_early_reply_free)

G_END_DECLS
