/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destinations-window.h"

#include <glib/gi18n.h>

#include "hoist-destination-editor.h"
#include "hoist-destination-row.h"

struct _HoistDestinationsWindow
{
  AdwWindow parent_instance;

  HoistDestinationBackend *backend; /* (owned) */
  GtkCheckButton *group;            /* (owned) never shown: what all the rows' buttons belong to */
  char *removing_id;                /* (owned) (nullable) what the open question is about */

  GCancellable *cancellable; /* (owned) ends looking at them when the window goes */

  GtkStack *stack;
  GtkListBox *list_box;
};

enum
{
  SIGNAL_SAVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistDestinationsWindow, hoist_destinations_window, ADW_TYPE_WINDOW)

static void
show_default_cb (HoistDestinationsWindow *self)
{
  const char *id = hoist_destination_backend_get_default_id (self->backend);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list_box, i)) != NULL; i++)
    {
      HoistDestination *destination =
        hoist_destination_row_get_destination (HOIST_DESTINATION_ROW (row));

      if (g_strcmp0 (hoist_destination_get_id (destination), id) == 0)
        hoist_destination_row_set_default (HOIST_DESTINATION_ROW (row), TRUE);
    }
}

/* What was said in this run is not asked for again; that it did not work is. */
static void
look_at_all (HoistDestinationsWindow *self)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);

  for (guint i = 0; i < g_list_model_get_n_items (destinations); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (destinations, i);

      if (hoist_destination_get_abilities (destination) == NULL ||
          hoist_destination_get_abilities (destination)->trouble != NULL)
        hoist_destination_backend_look (self->backend, destination, self->cancellable);
    }
}

static void
destinations_changed_cb (HoistDestinationsWindow *self)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);

  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (destinations) > 0 ? "list" : "empty");
  show_default_cb (self);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  HoistDestinationsWindow *self = HOIST_DESTINATIONS_WINDOW (user_data);

  return hoist_destination_row_new (HOIST_DESTINATION (item), self->group);
}

static void
saved_cb (HoistDestinationsWindow *self,
          HoistDestination *destination,
          const char *not_kept,
          const char *capabilities)
{
  look_at_all (self);
  g_signal_emit (self, signals[SIGNAL_SAVED], 0, destination, not_kept, capabilities);
}

static void
edit (HoistDestinationsWindow *self, HoistDestination *destination)
{
  GtkWidget *editor = hoist_destination_editor_new (self->backend, destination);

  gtk_window_set_transient_for (GTK_WINDOW (editor), GTK_WINDOW (self));
  g_signal_connect_object (editor, "saved", G_CALLBACK (saved_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (editor));
}

static void
add_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  edit (HOIST_DESTINATIONS_WINDOW (widget), NULL);
}

static void
edit_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistDestinationsWindow *self = HOIST_DESTINATIONS_WINDOW (widget);
  g_autoptr (HoistDestination) destination =
    hoist_destination_backend_lookup (self->backend, g_variant_get_string (parameter, NULL));

  if (destination != NULL)
    edit (self, destination);
}

static void
make_default_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  hoist_destination_backend_set_default_id (HOIST_DESTINATIONS_WINDOW (widget)->backend,
                                            g_variant_get_string (parameter, NULL));
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistDestinationsWindow) self = HOIST_DESTINATIONS_WINDOW (user_data);
  g_autoptr (GError) error = NULL;
  GtkWidget *dialog;

  if (hoist_destination_backend_remove_finish (HOIST_DESTINATION_BACKEND (source), result,
                                               &error) ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("The destination is still there"),
                                                         error->message);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
remove_response_cb (HoistDestinationsWindow *self, const char *response)
{
  g_autofree char *id = g_steal_pointer (&self->removing_id);
  g_autoptr (HoistDestination) destination = hoist_destination_backend_lookup (self->backend, id);

  if (destination != NULL && g_str_equal (response, "remove"))
    hoist_destination_backend_remove_async (self->backend, destination, NULL, removed_cb,
                                            g_object_ref (self));
}

static void
remove_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistDestinationsWindow *self = HOIST_DESTINATIONS_WINDOW (widget);
  const char *id = g_variant_get_string (parameter, NULL);
  g_autoptr (HoistDestination) destination = hoist_destination_backend_lookup (self->backend, id);
  g_autofree char *heading = NULL;
  GtkWidget *dialog;
  AdwMessageDialog *message;

  if (destination == NULL)
    return;
  g_free (self->removing_id);
  self->removing_id = g_strdup (id);

  /* Translators: %s is the name of a destination. */
  heading = g_strdup_printf (_ ("Remove “%s”?"), hoist_destination_get_name (destination));
  dialog = adw_message_dialog_new (GTK_WINDOW (self), heading,
                                   _ ("Its token is deleted from this computer, and uploads to it "
                                      "that are not finished cannot go on. What was already "
                                      "uploaded stays there."));
  message = ADW_MESSAGE_DIALOG (dialog);
  adw_message_dialog_add_responses (message, "cancel",
                                    _ ("_Cancel"), "remove", _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (message, "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (message, "cancel");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
hoist_destinations_window_dispose (GObject *object)
{
  g_cancellable_cancel (HOIST_DESTINATIONS_WINDOW (object)->cancellable);
  G_OBJECT_CLASS (hoist_destinations_window_parent_class)->dispose (object);
}

static void
hoist_destinations_window_finalize (GObject *object)
{
  HoistDestinationsWindow *self = HOIST_DESTINATIONS_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->backend);
  g_clear_object (&self->group);
  g_clear_pointer (&self->removing_id, g_free);
  G_OBJECT_CLASS (hoist_destinations_window_parent_class)->finalize (object);
}

static void
hoist_destinations_window_class_init (HoistDestinationsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_destinations_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hoist_destinations_window_finalize;

  /**
   * HoistDestinationsWindow::saved:
   * @self: the window
   * @destination: the stored destination
   * @not_kept: (nullable): why its token is kept for this run only
   * @capabilities: (nullable): what the server said, if it was asked
   *
   * A destination was added or changed.
   */
  signals[SIGNAL_SAVED] =
    g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, HOIST_TYPE_DESTINATION, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/hoist/Hoist/ui/hoist-destinations-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationsWindow, list_box);
  gtk_widget_class_install_action (widget_class, "destinations.add", NULL, add_cb);
  gtk_widget_class_install_action (widget_class, "destinations.edit", "s", edit_cb);
  gtk_widget_class_install_action (widget_class, "destinations.remove", "s", remove_cb);
  gtk_widget_class_install_action (widget_class, "destinations.make-default", "s", make_default_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hoist_destinations_window_init (HoistDestinationsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->group = GTK_CHECK_BUTTON (g_object_ref_sink (gtk_check_button_new ()));
}

/**
 * hoist_destinations_window_new:
 * @backend: what keeps the destinations
 *
 * Makes a window that lists the stored destinations.
 *
 * Returns: (transfer none): the window, owned by GTK
 */
GtkWidget *
hoist_destinations_window_new (HoistDestinationBackend *backend)
{
  HoistDestinationsWindow *self;
  GListModel *destinations;

  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (backend), NULL);

  self = g_object_new (HOIST_TYPE_DESTINATIONS_WINDOW, NULL);
  self->backend = g_object_ref (backend);
  destinations = hoist_destination_backend_get_destinations (backend);
  gtk_list_box_bind_model (self->list_box, destinations, create_row, self, NULL);
  /* After the list box, which must have its rows by then. */
  g_signal_connect_object (destinations, "items-changed", G_CALLBACK (destinations_changed_cb),
                           self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (backend, "default-changed", G_CALLBACK (show_default_cb), self,
                           G_CONNECT_SWAPPED);
  destinations_changed_cb (self);
  look_at_all (self);
  return GTK_WIDGET (self);
}
