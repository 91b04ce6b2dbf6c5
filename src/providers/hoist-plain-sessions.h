/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-plain-messages.h"

G_BEGIN_DECLS

/**
 * HoistPlainSession:
 *
 * What is known of an upload besides its id, in memory only: its URLs above all,
 * which the server gives again whenever it is asked.
 */
typedef struct
{
  char *server_id;      /* (owned) (nullable) that it said last */
  HoistPlainUrls *urls; /* (owned) (nullable) */
  GArray *missing;      /* (owned) (nullable) (element-type guint) that a completion lacked */
  guint64 used;         /* when, among the others */
} HoistPlainSession;

/* The sessions of a provider, by their file's hash. Of those that were used least
 * lately the URLs are dropped when all of them take too much. */
typedef struct _HoistPlainSessions HoistPlainSessions;

HoistPlainSessions *hoist_plain_sessions_new (gsize max_bytes);
void hoist_plain_sessions_free (HoistPlainSessions *self);
HoistPlainSession *hoist_plain_sessions_ensure (HoistPlainSessions *self, const char *hash);
HoistPlainSession *hoist_plain_sessions_lookup (HoistPlainSessions *self, const char *hash);
void hoist_plain_sessions_take (HoistPlainSessions *self, const char *hash, HoistPlainBegun *begun);
void hoist_plain_sessions_forget (HoistPlainSessions *self, const char *hash);
gsize hoist_plain_sessions_get_bytes (HoistPlainSessions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPlainSessions, hoist_plain_sessions_free)

G_END_DECLS
