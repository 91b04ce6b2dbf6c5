/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-row-slot.h"

/**
 * HoistRowSlot:
 *
 * What stands in the list for an upload. GtkListView keeps 200 items around what it shows, and makes
 * new ones for all that move: a whole row for each of them would cost a hundred times what the few
 * do that are seen. Without a row it is as high as one.
 */
struct _HoistRowSlot
{
  GtkWidget parent_instance;

  HoistUpload *upload; /* (owned) (nullable) */
  GtkWidget *row;      /* (owned by GTK) (nullable) the only child */
  int height;          /* pixels, without a row */
};

G_DEFINE_FINAL_TYPE (HoistRowSlot, hoist_row_slot, GTK_TYPE_WIDGET)

static GtkSizeRequestMode
hoist_row_slot_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
hoist_row_slot_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  HoistRowSlot *self = HOIST_ROW_SLOT (widget);

  if (self->row != NULL)
    gtk_widget_measure (self->row, orientation, for_size, minimum, natural, minimum_baseline,
                        natural_baseline);
  else
    *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? self->height : 0;
}

static void
hoist_row_slot_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HoistRowSlot *self = HOIST_ROW_SLOT (widget);

  if (self->row != NULL)
    gtk_widget_allocate (self->row, width, height, baseline, NULL);
}

static void
hoist_row_slot_dispose (GObject *object)
{
  HoistRowSlot *self = HOIST_ROW_SLOT (object);

  hoist_row_slot_set_row (self, NULL);
  g_clear_object (&self->upload);
  G_OBJECT_CLASS (hoist_row_slot_parent_class)->dispose (object);
}

static void
hoist_row_slot_class_init (HoistRowSlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_row_slot_dispose;
  widget_class->get_request_mode = hoist_row_slot_get_request_mode;
  widget_class->measure = hoist_row_slot_measure;
  widget_class->size_allocate = hoist_row_slot_size_allocate;
}

static void
hoist_row_slot_init (HoistRowSlot *self)
{
}

/**
 * hoist_row_slot_new:
 *
 * Makes a slot without an upload and without a row.
 *
 * Returns: (transfer floating): the slot
 */
GtkWidget *
hoist_row_slot_new (void)
{
  return g_object_new (HOIST_TYPE_ROW_SLOT, NULL);
}

/**
 * hoist_row_slot_set_upload:
 * @self: a slot, in its item of the list
 * @upload: (nullable): whose place it is from now on
 *
 * Gives the place to an upload. A row that is there keeps showing another one until it is told.
 */
void
hoist_row_slot_set_upload (HoistRowSlot *self, HoistUpload *upload)
{
  GtkWidget *item;

  g_return_if_fail (HOIST_IS_ROW_SLOT (self));
  g_return_if_fail (upload == NULL || HOIST_IS_UPLOAD (upload));

  item = gtk_widget_get_parent (GTK_WIDGET (self));
  if (!g_set_object (&self->upload, upload) || upload == NULL || item == NULL)
    return;
  /* The focus goes to the list's item; GtkListItem cannot be given a name before GTK 4.12. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  hoist_upload_get_info (upload)->name, -1);
}

/**
 * hoist_row_slot_get_upload:
 * @self: a slot
 *
 * Gets whose place it is.
 *
 * Returns: (transfer none) (nullable): the upload
 */
HoistUpload *
hoist_row_slot_get_upload (HoistRowSlot *self)
{
  g_return_val_if_fail (HOIST_IS_ROW_SLOT (self), NULL);
  return self->upload;
}

/**
 * hoist_row_slot_set_row:
 * @self: a slot
 * @row: (nullable): what shows the upload
 *
 * Puts a row into the slot, or takes out the one that is there; the slot stays as high.
 */
void
hoist_row_slot_set_row (HoistRowSlot *self, GtkWidget *row)
{
  g_return_if_fail (HOIST_IS_ROW_SLOT (self));
  g_return_if_fail (row == NULL || gtk_widget_get_parent (row) == NULL);

  if (self->row != NULL && gtk_widget_get_height (GTK_WIDGET (self)) > 0)
    self->height = gtk_widget_get_height (GTK_WIDGET (self));
  g_clear_pointer (&self->row, gtk_widget_unparent);
  self->row = row;
  if (row != NULL)
    gtk_widget_set_parent (row, GTK_WIDGET (self));
}

/**
 * hoist_row_slot_get_row:
 * @self: a slot
 *
 * Gets what shows the upload.
 *
 * Returns: (transfer none) (nullable): the row
 */
GtkWidget *
hoist_row_slot_get_row (HoistRowSlot *self)
{
  g_return_val_if_fail (HOIST_IS_ROW_SLOT (self), NULL);
  return self->row;
}

/**
 * hoist_row_slot_set_height:
 * @self: a slot
 * @height: in pixels
 *
 * Says how high it is without a row.
 */
void
hoist_row_slot_set_height (HoistRowSlot *self, int height)
{
  g_return_if_fail (HOIST_IS_ROW_SLOT (self));

  if (self->height == height)
    return;
  self->height = height;
  if (self->row == NULL)
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * hoist_row_slot_is_seen:
 * @self: a slot, in a list that has been laid out
 *
 * Tells whether a part of it is in what is seen of the list: GTK hides the other items.
 *
 * Returns: whether it is
 */
gboolean
hoist_row_slot_is_seen (HoistRowSlot *self)
{
  GtkWidget *item;

  g_return_val_if_fail (HOIST_IS_ROW_SLOT (self), FALSE);

  item = gtk_widget_get_parent (GTK_WIDGET (self));
  return item != NULL && gtk_widget_get_child_visible (item);
}
