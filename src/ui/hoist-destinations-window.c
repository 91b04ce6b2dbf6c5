/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destinations-window.h"

#include <glib/gi18n.h>

#include "hoist-aws-window.h"
#include "hoist-destination-editor.h"
#include "hoist-destination-row.h"

struct _HoistDestinationsWindow
{
  AdwWindow parent_instance;

  HoistDestinationBackend *backend; /* (owned) */
  GtkCheckButton *group;            /* (owned) never shown: what all the rows' buttons belong to */
  char *removing_id;                /* (owned) (nullable) what the open question is about */
  char *moving_id;                  /* (owned) (nullable) what is being put elsewhere */
  GtkFileChooserNative *chooser;    /* (owned) (nullable) while it is open */

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

/* Room for colours is in all rows or in none. */
static void
show_colours (HoistDestinationsWindow *self)
{
  gboolean any = FALSE;
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list_box, i)) != NULL; i++)
    any |= hoist_destination_get_setting (
             hoist_destination_row_get_destination (HOIST_DESTINATION_ROW (row)),
             HOIST_SETTING_COLOUR) != NULL;
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list_box, i)) != NULL; i++)
    hoist_destination_row_set_with_colours (HOIST_DESTINATION_ROW (row), any);
}

static void
colour_changed_cb (GtkWidget *row)
{
  GtkWidget *self = gtk_widget_get_ancestor (row, HOIST_TYPE_DESTINATIONS_WINDOW);

  if (self != NULL)
    show_colours (HOIST_DESTINATIONS_WINDOW (self));
}

static void
destinations_changed_cb (HoistDestinationsWindow *self)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);

  guint n = g_list_model_get_n_items (destinations);
  GtkListBoxRow *row;

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "empty");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "destinations.export", n > 0);
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list_box, i)) != NULL; i++)
    {
      hoist_destination_row_set_movable (HOIST_DESTINATION_ROW (row), n > 1);
      hoist_destination_row_set_default_locked (
        HOIST_DESTINATION_ROW (row), hoist_destination_backend_is_default_locked (self->backend));
    }
  show_colours (self);
  show_default_cb (self);
}

/* --- Order ------------------------------------------------------------------------------------ */

static guint
find_place (HoistDestinationsWindow *self, const char *id)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);
  guint n = g_list_model_get_n_items (destinations);
  guint i = 0;

  for (; i < n; i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (destinations, i);

      if (g_strcmp0 (hoist_destination_get_id (destination), id) == 0)
        break;
    }
  return i;
}

/* Rows are made anew when they move: the one that was moved has the focus again. */
static void
focus_moved_cb (HoistDestinationsWindow *self)
{
  GtkListBoxRow *row = NULL;

  if (self->moving_id != NULL)
    row = gtk_list_box_get_row_at_index (self->list_box, (int) find_place (self, self->moving_id));
  if (row == NULL)
    return;
  g_clear_pointer (&self->moving_id, g_free);
  gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
move (HoistDestinationsWindow *self, const char *id, const char *before_id)
{
  g_free (self->moving_id);
  self->moving_id = g_strdup (id);
  hoist_destination_backend_move (self->backend, id, before_id);
}

static void
move_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const char *id, *before_id;

  g_variant_get (parameter, "(&s&s)", &id, &before_id);
  move (HOIST_DESTINATIONS_WINDOW (widget), id, *before_id != '\0' ? before_id : NULL);
}

static void
step_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistDestinationsWindow *self = HOIST_DESTINATIONS_WINDOW (widget);
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);
  g_autoptr (HoistDestination) before = NULL;
  gboolean down;
  const char *id;
  guint place;

  g_variant_get (parameter, "(&sb)", &id, &down);
  place = find_place (self, id);
  if (down ? place + 1 >= g_list_model_get_n_items (destinations) : place == 0)
    {
      gtk_widget_error_bell (widget);
      return;
    }
  before = g_list_model_get_item (destinations, down ? place + 2 : place - 1);
  move (self, id, before != NULL ? hoist_destination_get_id (before) : NULL);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  HoistDestinationsWindow *self = HOIST_DESTINATIONS_WINDOW (user_data);

  GtkWidget *row = hoist_destination_row_new (HOIST_DESTINATION (item), self->group);

  g_signal_connect_object (item, "notify::settings", G_CALLBACK (colour_changed_cb), row,
                           G_CONNECT_SWAPPED);
  return row;
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
import_aws_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistDestinationsWindow *self = HOIST_DESTINATIONS_WINDOW (widget);
  GtkWidget *window = hoist_aws_window_new (self->backend);

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  g_signal_connect_object (window, "saved", G_CALLBACK (saved_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
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

/* --- Files ------------------------------------------------------------------------------------ */

static void
tell (HoistDestinationsWindow *self, const char *heading, const char *body)
{
  GtkWidget *dialog;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
choose (HoistDestinationsWindow *self,
        const char *title,
        GtkFileChooserAction action,
        GCallback response_cb)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  if (action == GTK_FILE_CHOOSER_ACTION_SAVE)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), "destinations.conf");
  g_signal_connect_object (self->chooser, "response", response_cb, self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static GFile *
take_file (HoistDestinationsWindow *self, int response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);

  return response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser))
                                         : NULL;
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistDestinationsWindow) self = HOIST_DESTINATIONS_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_backend_export_finish (HOIST_DESTINATION_BACKEND (source), result, &error))
    tell (self, _ ("The file could not be written"), error->message);
}

static void
export_chosen_cb (HoistDestinationsWindow *self, int response)
{
  g_autoptr (GFile) file = take_file (self, response);

  if (file != NULL)
    hoist_destination_backend_export_async (self->backend, file, exported_cb, g_object_ref (self));
}

static void
export_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  choose (HOIST_DESTINATIONS_WINDOW (widget),
          _ ("Export Destinations"), GTK_FILE_CHOOSER_ACTION_SAVE, G_CALLBACK (export_chosen_cb));
}

#define FILE_DATA "hoist-imported-file"

static void import_file (HoistDestinationsWindow *self, GFile *file, const char *existing);

static void
existing_response_cb (AdwMessageDialog *dialog, const char *response, HoistDestinationsWindow *self)
{
  if (!g_str_equal (response, "cancel"))
    import_file (self, g_object_get_data (G_OBJECT (dialog), FILE_DATA), response);
}

/* Nothing of the file is taken over before a person has said what to do. */
static void
ask_about_existing (HoistDestinationsWindow *self, GFile *file, const char *names)
{
  g_autofree char *body = NULL;
  AdwMessageDialog *dialog;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  /* Translators: %s are names of destinations. */
  body = g_strdup_printf (_ ("There are destinations with these names: %s. Those of the file can "
                             "take their place, or be added under other names."),
                             names);
  dialog = ADW_MESSAGE_DIALOG (
    adw_message_dialog_new (GTK_WINDOW (self), _ ("Some are there already"), body));
  adw_message_dialog_add_responses (
    dialog, "skip",
    _ ("_Leave Out"), "rename", _ ("_Add Under Other Names"), "replace", _ ("_Replace"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "replace", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "skip");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), FILE_DATA, g_object_ref (file), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (existing_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
tell_imported (HoistDestinationsWindow *self, const HoistDestinationsImported *imported)
{
  g_autoptr (GString) body = g_string_new (NULL);

  if (*imported->to_enter != '\0')
    g_string_append_printf (body,
                            /* Translators: %s are names of destinations. */
                            _ ("Tokens and keys are never in such a file. Edit these to enter "
                               "them: %s."),
                               imported->to_enter);
  if (*imported->refused != '\0')
    g_string_append_printf (body, "%s%s\n%s", body->len > 0 ? "\n\n" : "",
                            _ ("Not imported:"), imported->refused);
  if (body->len > 0)
    tell (self, imported->n_added > 0 ? _ ("Destinations imported")
                                      : _ ("Nothing was imported"), body->str);
}

typedef struct
{
  HoistDestinationsWindow *self; /* (owned) */
  GFile *file;                   /* (owned) */
  gboolean asks;
} ImportCall;

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree ImportCall *call = user_data;
  g_autoptr (HoistDestinationsWindow) self = call->self;
  g_autoptr (GFile) file = call->file;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistDestinationsImported) imported =
    hoist_destination_backend_import_finish (HOIST_DESTINATION_BACKEND (source), result, &error);

  if (imported == NULL)
    {
      tell (self, _ ("Nothing was imported"), error->message);
      return;
    }
  if (call->asks && *imported->existing != '\0')
    ask_about_existing (self, file, imported->existing);
  else
    tell_imported (self, imported);
}

static void
import_file (HoistDestinationsWindow *self, GFile *file, const char *existing)
{
  ImportCall *call = g_new0 (ImportCall, 1);

  call->self = g_object_ref (self);
  call->file = g_object_ref (file);
  call->asks = g_str_equal (existing, "ask");
  hoist_destination_backend_import_async (self->backend, file, existing, imported_cb, call);
}

static void
import_chosen_cb (HoistDestinationsWindow *self, int response)
{
  g_autoptr (GFile) file = take_file (self, response);

  if (file != NULL)
    import_file (self, file, "ask");
}

static void
import_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  choose (HOIST_DESTINATIONS_WINDOW (widget),
          _ ("Import Destinations"), GTK_FILE_CHOOSER_ACTION_OPEN, G_CALLBACK (import_chosen_cb));
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
  g_clear_pointer (&self->moving_id, g_free);
  g_clear_object (&self->chooser);
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
  gtk_widget_class_install_action (widget_class, "destinations.import-aws", NULL, import_aws_cb);
  gtk_widget_class_install_action (widget_class, "destinations.edit", "s", edit_cb);
  gtk_widget_class_install_action (widget_class, "destinations.remove", "s", remove_cb);
  gtk_widget_class_install_action (widget_class, "destinations.make-default", "s", make_default_cb);
  gtk_widget_class_install_action (widget_class, "destinations.move", "(ss)", move_cb);
  gtk_widget_class_install_action (widget_class, "destinations.step", "(sb)", step_cb);
  gtk_widget_class_install_action (widget_class, "destinations.export", NULL, export_cb);
  gtk_widget_class_install_action (widget_class, "destinations.import", NULL, import_cb);
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
  g_signal_connect_object (destinations, "items-changed", G_CALLBACK (focus_moved_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (backend, "default-changed", G_CALLBACK (show_default_cb), self,
                           G_CONNECT_SWAPPED);
  destinations_changed_cb (self);
  look_at_all (self);
  return GTK_WIDGET (self);
}
