/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "hoist-upload.h"

G_BEGIN_DECLS

/* The place of an upload's row in the list, which has the row itself only while it is seen. */
#define HOIST_TYPE_ROW_SLOT (hoist_row_slot_get_type ())
G_DECLARE_FINAL_TYPE (HoistRowSlot, hoist_row_slot, HOIST, ROW_SLOT, GtkWidget)

GtkWidget *hoist_row_slot_new (void);
void hoist_row_slot_set_upload (HoistRowSlot *self, HoistUpload *upload);
HoistUpload *hoist_row_slot_get_upload (HoistRowSlot *self);
void hoist_row_slot_set_row (HoistRowSlot *self, GtkWidget *row);
GtkWidget *hoist_row_slot_get_row (HoistRowSlot *self);
void hoist_row_slot_set_height (HoistRowSlot *self, int height);
gboolean hoist_row_slot_is_seen (HoistRowSlot *self);

G_END_DECLS
