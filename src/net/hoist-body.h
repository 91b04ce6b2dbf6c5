/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-connection.h"
#include "hoist-rate.h"
#include "hoist-transport.h"

G_BEGIN_DECLS

/**
 * HoistBody:
 *
 * The body of a PUT, or of a form with a file in it, as libsoup sees it: a stream. How the bytes get to the
 * connection is the subclass's affair; what the pump asks is the same for all.
 * It lives in its pump's thread.
 */
#define HOIST_TYPE_BODY (hoist_body_get_type ())
G_DECLARE_DERIVABLE_TYPE (HoistBody, hoist_body, HOIST, BODY, GInputStream)

/* Asked between two chunks: whether to go on sending. */
typedef gboolean (*HoistBodyCheck) (gpointer owner);

struct _HoistBodyClass
{
  GInputStreamClass parent_class;
};

HoistBody *hoist_body_new (HoistPut *put,
                           HoistRate *rate,
                           gboolean direct,
                           HoistBodyCheck check,
                           gpointer owner);
void hoist_body_set_connection (HoistBody *self, HoistConnection *connection);
void hoist_body_wrote (HoistBody *self, gsize n_bytes);
guint64 hoist_body_get_length_bytes (HoistBody *self);
guint64 hoist_body_get_written_bytes (HoistBody *self);
guint64 hoist_body_count_of_range (HoistBody *self, guint64 n_bytes);
gboolean hoist_body_is_form (HoistBody *self);
gboolean hoist_body_is_complete (HoistBody *self);
gboolean hoist_body_is_held_back (HoistBody *self);
const GError *hoist_body_get_error (HoistBody *self);
void hoist_body_detach (HoistBody *self);

/* for subclasses */
HoistConnection *hoist_body_get_connection (HoistBody *self);
gsize hoist_body_get_leave (HoistBody *self, gsize max_bytes, gint64 *wait_us);
gssize hoist_body_read (HoistBody *self, void *buffer, gsize n_bytes, GError **error);
gboolean hoist_body_get_range (HoistBody *self,
                               int *fd,
                               guint64 *offset_bytes,
                               guint64 *left_bytes);
void hoist_body_skip (HoistBody *self, gsize n_bytes);
gssize hoist_body_fail (HoistBody *self, HoistError code, GError **error);

G_END_DECLS
