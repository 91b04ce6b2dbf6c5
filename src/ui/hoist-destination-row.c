/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-row.h"

struct _HoistDestinationRow
{
  AdwActionRow parent_instance;

  HoistDestination *destination; /* (owned) */

  GtkCheckButton *default_button;
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
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, default_button);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationRow, remove_button);
}

static void
hoist_destination_row_init (HoistDestinationRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
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
  gtk_check_button_set_group (self->default_button, group);
  gtk_actionable_set_action_target (self->edit_button, "s", id);
  gtk_actionable_set_action_target (self->remove_button, "s", id);
  g_object_bind_property (destination, "name", self, "title", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (destination, "notify::url", G_CALLBACK (show_abilities_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (destination, "notify::abilities", G_CALLBACK (show_abilities_cb), self,
                           G_CONNECT_SWAPPED);
  show_abilities_cb (self);
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
