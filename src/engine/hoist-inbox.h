/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-list.h"

G_BEGIN_DECLS

/* Where change sets wait for the list, which belongs to another thread than they come from. */
typedef struct _HoistInbox HoistInbox;

/* A whole set is in the list now. */
typedef void (*HoistInboxTakenFunc) (gpointer owner);

/* What time it is, in microseconds. */
typedef gint64 (*HoistInboxClock) (void);

HoistInbox *hoist_inbox_new (HoistUploadList *list,
                             GMainContext *context,
                             HoistInboxTakenFunc taken,
                             GObject *owner);
void hoist_inbox_free (HoistInbox *self);
void hoist_inbox_put (HoistInbox *self, HoistChangeSet *changes);

/* For tests. */
void hoist_inbox_set_clock (HoistInbox *self, HoistInboxClock clock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistInbox, hoist_inbox_free)

G_END_DECLS
