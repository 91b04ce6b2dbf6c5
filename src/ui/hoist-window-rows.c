/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of the list: those that are seen, and those to be used again. */

#include "config.h"

#include "hoist-row-slot.h"
#include "hoist-window-private.h"

#define SLOT_KEY "hoist-row-slot"

/* In pixels, of a slot while no row has been laid out yet. */
#define FIRST_HEIGHT 70

#define MAX_SPARE_ROWS 50

/* So often rows are put in in one frame; GDK lays out four times at most. */
#define MAX_LAYOUTS 2

static GtkWidget *
take_row (HoistWindow *self)
{
  if (self->spare_rows->len > 0)
    return g_ptr_array_steal_index_fast (self->spare_rows, self->spare_rows->len - 1);
  return g_object_ref_sink (hoist_upload_row_new (self->backend, self->uploader));
}

static void
show_row (HoistWindow *self, HoistRowSlot *slot)
{
  g_autoptr (GtkWidget) row = take_row (self);

  hoist_row_slot_set_row (slot, row);
  hoist_upload_row_set_upload (HOIST_UPLOAD_ROW (row), hoist_row_slot_get_upload (slot));
  g_ptr_array_add (self->rows, row);
  _hoist_window_watch_words (self, HOIST_UPLOAD_ROW (row));
}

static void
drop_row (HoistWindow *self, HoistRowSlot *slot)
{
  g_autoptr (GtkWidget) row = NULL;

  if (hoist_row_slot_get_row (slot) == NULL)
    return;
  row = g_object_ref (hoist_row_slot_get_row (slot));
  g_ptr_array_remove_fast (self->rows, row);
  hoist_row_slot_set_row (slot, NULL);
  hoist_upload_row_set_upload (HOIST_UPLOAD_ROW (row), NULL);
  if (self->spare_rows->len < MAX_SPARE_ROWS)
    g_ptr_array_add (self->spare_rows, g_steal_pointer (&row));
}

static void
setup_row_cb (HoistWindow *self, GtkListItem *item, GtkListItemFactory *factory)
{
  GtkWidget *slot = g_object_ref_sink (hoist_row_slot_new ());

  hoist_row_slot_set_height (HOIST_ROW_SLOT (slot), self->row_height);
  gtk_list_item_set_child (item, slot);
  gtk_list_item_set_activatable (item, FALSE);
  g_ptr_array_add (self->slots, slot);
  g_object_set_data_full (G_OBJECT (item), SLOT_KEY, slot, g_object_unref);
}

/* There is no handler for unbind: GTK 4.8 unbinds and binds again every row behind
 * a change, with the same item. A slot that is bound to another upload lets go of the first
 * by itself, and one that is taken away does so there. */
static void
bind_row_cb (HoistWindow *self, GtkListItem *item, GtkListItemFactory *factory)
{
  HoistRowSlot *slot = HOIST_ROW_SLOT (gtk_list_item_get_child (item));
  GtkWidget *row = hoist_row_slot_get_row (slot);

  hoist_row_slot_set_upload (slot, gtk_list_item_get_item (item));
  if (row == NULL)
    return;
  hoist_upload_row_set_upload (HOIST_UPLOAD_ROW (row), hoist_row_slot_get_upload (slot));
  _hoist_window_watch_words (self, HOIST_UPLOAD_ROW (row));
}

static void
teardown_row_cb (HoistWindow *self, GtkListItem *item, GtkListItemFactory *factory)
{
  /* GTK 4.8 tells this when the item has let go of its child already. */
  g_autoptr (GtkWidget) slot = g_object_steal_data (G_OBJECT (item), SLOT_KEY);

  drop_row (self, HOIST_ROW_SLOT (slot));
  g_ptr_array_remove_fast (self->slots, slot);
}

/* What went out of sight gives its row back, to be used again. */
static void
drop_unseen (HoistWindow *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      HoistRowSlot *slot = g_ptr_array_index (self->slots, i);

      if (hoist_row_slot_get_row (slot) == NULL)
        continue;
      if (hoist_row_slot_is_seen (slot))
        self->row_height = gtk_widget_get_height (GTK_WIDGET (slot));
      else
        drop_row (self, slot);
    }
}

static void
show_seen (HoistWindow *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      HoistRowSlot *slot = g_ptr_array_index (self->slots, i);

      if (hoist_row_slot_get_row (slot) == NULL && hoist_row_slot_is_seen (slot))
        show_row (self, slot);
    }
}

static gboolean
lay_out_again_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  gtk_widget_queue_allocate (widget);
  return G_SOURCE_REMOVE;
}

/* What came into sight gets its row before it is painted: as something has changed, GDK lays out
 * again in the same frame. A row may be less high than its slot was, so that others come into sight;
 * as GDK does not go on for ever, the last of them have their turn in the next frame. */
static void
laid_out_cb (HoistWindow *self, GdkFrameClock *clock)
{
  GtkWidget *view = GTK_WIDGET (self->list_view);

  if (!gtk_widget_get_mapped (view))
    return;
  if (self->laid_out_frame != gdk_frame_clock_get_frame_counter (clock))
    {
      self->laid_out_frame = gdk_frame_clock_get_frame_counter (clock);
      self->n_layouts = 0;
      drop_unseen (self);
    }
  if (self->n_layouts < MAX_LAYOUTS)
    show_seen (self);
  else if (self->n_layouts == MAX_LAYOUTS)
    gtk_widget_add_tick_callback (view, lay_out_again_cb, NULL, NULL);
  self->n_layouts++;
}

void
_hoist_window_rows_realize (HoistWindow *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  self->laid_out_frame = -1;
  self->laid_out_id = g_signal_connect_data (clock, "layout", G_CALLBACK (laid_out_cb), self, NULL,
                                             G_CONNECT_AFTER | G_CONNECT_SWAPPED);
}

void
_hoist_window_rows_unrealize (HoistWindow *self)
{
  g_clear_signal_handler (&self->laid_out_id, gtk_widget_get_frame_clock (GTK_WIDGET (self)));
}

void
_hoist_window_rows_init (HoistWindow *self)
{
  self->slots = g_ptr_array_new ();
  self->rows = g_ptr_array_new ();
  self->spare_rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->row_height = FIRST_HEIGHT;
}

void
_hoist_window_rows_class_init (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, setup_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_row_cb);
  gtk_widget_class_bind_template_callback (widget_class, teardown_row_cb);
}
