/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destination-row.h"

#include <glib/gi18n.h>

#include "hoist-destination-dot.h"

struct _HoistDestinationRow
{
  AdwActionRow parent_instance;

  HoistDestination *destination; /* (owned) */

  GtkWidget *dot_place;
  HoistDestinationDot *dot;
  GtkCheckButton *default_button;
  GtkWidget *lock_icon;
  GtkWidget *handle;
  GtkActionable *edit_button;
  GtkActionable *remove_button;
};

G_DEFINE_FINAL_TYPE (HoistDestinationRow, hoist_destination_row, ADW_TYPE_ACTION_ROW)

static void
toggled_cb (HoistDestinationRow *self)
{
  if (gtk_check_button_get_active (self->default_button))
    gtk_widget_activate_action (GTK_WIDGET (self), "destinations.make-default", "s",
                                hoist_destination_get_id (self->destination));
}

/* Where it is, and what it can do as far as that is known. */
static void
show_abilities_cb (HoistDestinationRow *self)
{
  const HoistDestinationAbilities *abilities = hoist_destination_get_abilities (self->destination);
  const char *url = hoist_destination_get_url (self->destination);
  g_autofree char *words = abilities != NULL ? hoist_destination_abilities_describe (abilities)
                                             : NULL;
  g_autofree char *subtitle = words != NULL ? g_strdup_printf ("%s\n%s", url, words)
                                            : g_strdup (url);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
}

/* What an administrator set up is there for good. */
static void
show_locks (HoistDestinationRow *self)
{
  gboolean preset = hoist_destination_is_preset (self->destination);
  const char *reason = preset ? _ ("Set by your administrator") : _ ("Remove");

  gtk_widget_set_visible (self->lock_icon, preset);
  /* A button with an action is as sensitive as that is. */
  gtk_actionable_set_action_name (self->remove_button, preset ? NULL : "destinations.remove");
  gtk_widget_set_sensitive (GTK_WIDGET (self->remove_button), !preset);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->remove_button), reason);
  if (preset)
    {
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button),
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, reason, -1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      reason, -1);
    }
}

/* --- Order ------------------------------------------------------------------------------------ */

static GdkContentProvider *
prepare_drag_cb (GtkDragSource *source, double x, double y, HoistDestinationRow *self)
{
  GdkPaintable *picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, picture, (int) x, (int) y);
  g_object_unref (picture);
  return gdk_content_provider_new_typed (HOIST_TYPE_DESTINATION_ROW, self);
}

static gboolean
is_lower_half (HoistDestinationRow *self, double y)
{
  return y > gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
}

static void
clear_mark (HoistDestinationRow *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self), "drop-above");
  gtk_widget_remove_css_class (GTK_WIDGET (self), "drop-below");
}

static GdkDragAction
motion_cb (GtkDropTarget *target, double x, double y, HoistDestinationRow *self)
{
  clear_mark (self);
  gtk_widget_add_css_class (GTK_WIDGET (self),
                            is_lower_half (self, y) ? "drop-below" : "drop-above");
  return GDK_ACTION_MOVE;
}

static void
leave_cb (GtkDropTarget *target, HoistDestinationRow *self)
{
  clear_mark (self);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, HoistDestinationRow *self)
{
  HoistDestinationRow *dragged = g_value_get_object (value);
  HoistDestinationRow *before = self;

  clear_mark (self);
  if (is_lower_half (self, y))
    before = HOIST_DESTINATION_ROW (
      gtk_list_box_get_row_at_index (GTK_LIST_BOX (gtk_widget_get_parent (GTK_WIDGET (self))),
                                     gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (self)) + 1));
  /* Of this window: another process has none of these objects. */
  if (dragged == NULL || dragged == before)
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), "destinations.move", "(ss)",
                              hoist_destination_get_id (dragged->destination),
                              before != NULL ? hoist_destination_get_id (before->destination) : "");
  return TRUE;
}

static void
add_drag_and_drop (HoistDestinationRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (HOIST_TYPE_DESTINATION_ROW, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_drag_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  g_signal_connect (target, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect (target, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (target, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* Down, or up. */
static gboolean
step_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  HoistDestinationRow *self = HOIST_DESTINATION_ROW (widget);
  gboolean down;

  g_variant_get (arguments, "(b)", &down);
  gtk_widget_activate_action (widget, "destinations.step", "(sb)",
                              hoist_destination_get_id (self->destination), down);
  return TRUE;
}

static void
hoist_destination_row_finalize (GObject *object)
{
  g_clear_object (&HOIST_DESTINATION_ROW (object)->destination);
  G_OBJECT_CLASS (hoist_destination_row_parent_class)->finalize (object);
}

static void
hoist_destination_row_class_init (HoistDestinationRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hoist_destination_row_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/hoist/Hoist/ui/hoist-destination-row.ui");
  g_type_ensure (HOIST_TYPE_DESTINATION_DOT);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, dot);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, dot_place);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, lock_icon);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, handle);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, default_button);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, remove_button);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, GDK_ALT_MASK, step_cb, "(b)", FALSE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, GDK_ALT_MASK, step_cb, "(b)", TRUE);
}

static void
hoist_destination_row_init (HoistDestinationRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_drag_and_drop (self);
}

/**
 * hoist_destination_row_new:
 * @destination: a stored destination
 * @group: (nullable): a button of the same group, which makes the default one of many
 *
 * Makes a row for a destination.
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
hoist_destination_row_new (HoistDestination *destination, GtkCheckButton *group)
{
  HoistDestinationRow *self;
  const char *id;

  g_return_val_if_fail (HOIST_IS_DESTINATION (destination), NULL);

  self = g_object_new (HOIST_TYPE_DESTINATION_ROW, NULL);
  self->destination = g_object_ref (destination);
  id = hoist_destination_get_id (destination);
  hoist_destination_dot_set_destination (self->dot, destination);
  gtk_check_button_set_group (self->default_button, group);
  gtk_actionable_set_action_target (self->edit_button, "s", id);
  gtk_actionable_set_action_target (self->remove_button, "s", id);
  g_object_bind_property (destination, "name", self, "title", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (destination, "notify::url", G_CALLBACK (show_abilities_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (destination, "notify::abilities", G_CALLBACK (show_abilities_cb), self,
                           G_CONNECT_SWAPPED);
  show_abilities_cb (self);
  g_signal_connect_object (destination, "notify::preset", G_CALLBACK (show_locks), self,
                           G_CONNECT_SWAPPED);
  show_locks (self);
  g_signal_connect_object (self->default_button, "toggled", G_CALLBACK (toggled_cb), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/**
 * hoist_destination_row_get_destination:
 * @self: a row
 *
 * Gets what the row shows.
 *
 * Returns: (transfer none): the destination
 */
HoistDestination *
hoist_destination_row_get_destination (HoistDestinationRow *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_ROW (self), NULL);
  return self->destination;
}

/**
 * hoist_destination_row_set_default:
 * @self: a row
 * @is_default: whether new uploads go to its destination
 *
 * Shows whether the destination is the default.
 */
void
hoist_destination_row_set_default (HoistDestinationRow *self, gboolean is_default)
{
  g_return_if_fail (HOIST_IS_DESTINATION_ROW (self));
  gtk_check_button_set_active (self->default_button, is_default);
}

/**
 * hoist_destination_row_set_default_locked:
 * @self: a row
 * @locked: whether an administrator set where new uploads go
 *
 * Shows that the default cannot be changed.
 */
void
hoist_destination_row_set_default_locked (HoistDestinationRow *self, gboolean locked)
{
  g_return_if_fail (HOIST_IS_DESTINATION_ROW (self));

  gtk_widget_set_sensitive (GTK_WIDGET (self->default_button), !locked);
  if (locked)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->default_button),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    _ ("Set by your administrator"), -1);
}

/**
 * hoist_destination_row_set_movable:
 * @self: a row
 * @movable: whether there are others
 *
 * Shows whether the row can be moved.
 */
void
hoist_destination_row_set_movable (HoistDestinationRow *self, gboolean movable)
{
  g_return_if_fail (HOIST_IS_DESTINATION_ROW (self));

  gtk_widget_set_visible (self->handle, movable);
}

/**
 * hoist_destination_row_set_with_colours:
 * @self: a row
 * @with_colours: whether any destination of the list has a colour
 *
 * Keeps room for a colour, so that the names of all rows begin at the same place; where
 * none has one there is no gap.
 */
void
hoist_destination_row_set_with_colours (HoistDestinationRow *self, gboolean with_colours)
{
  g_return_if_fail (HOIST_IS_DESTINATION_ROW (self));

  gtk_widget_set_visible (self->dot_place, with_colours);
}
