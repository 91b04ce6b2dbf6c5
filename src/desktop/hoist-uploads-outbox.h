/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-info.h"

G_BEGIN_DECLS

/**
 * HoistUploadsOutbox:
 *
 * Changes that are still to be sent, each upload only once in its latest state.
 */
typedef struct _HoistUploadsOutbox HoistUploadsOutbox;

HoistUploadsOutbox *hoist_uploads_outbox_new (void);
void hoist_uploads_outbox_free (HoistUploadsOutbox *self);
void hoist_uploads_outbox_add (HoistUploadsOutbox *self, const HoistChangeSet *changes);
gboolean hoist_uploads_outbox_is_empty (HoistUploadsOutbox *self);
HoistChangeSet *hoist_uploads_outbox_take (HoistUploadsOutbox *self, guint max_infos);
void hoist_uploads_outbox_clear (HoistUploadsOutbox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistUploadsOutbox, hoist_uploads_outbox_free)

G_END_DECLS
