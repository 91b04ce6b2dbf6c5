/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-aws-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hoist-bucket-chooser.h"

struct _HoistAwsWindow
{
  AdwWindow parent_instance;

  HoistDestinationBackend *backend; /* (owned) */
  GPtrArray *profiles;              /* (owned) (nullable) (element-type HoistAwsProfile) */
  HoistAwsProfile *chosen;          /* (nullable) of @profiles */
  GtkCheckButton *group;            /* (owned) never shown: what all the buttons belong to */
  GCancellable *cancellable;        /* (owned) ends what is asked when the window goes */

  AdwToastOverlay *toast_overlay;
  GtkStack *stack;
  AdwStatusPage *error_page;
  AdwPreferencesGroup *profiles_group;
  AdwEntryRow *bucket_row;
  AdwEntryRow *name_row;
  GtkLabel *note_label;
};

enum
{
  SIGNAL_SAVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistAwsWindow, hoist_aws_window, ADW_TYPE_WINDOW)

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
update_cb (HoistAwsWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "aws.import",
                                 self->chosen != NULL && *get_text (self->bucket_row) != '\0' &&
                                   *get_text (self->name_row) != '\0');
}

/* --- Which profile ------------------------------------------------------------------------------ */

static void
choose (HoistAwsWindow *self, HoistAwsProfile *profile)
{
  const char *note = hoist_aws_profile_get_session_note (profile);

  /* What a person wrote stays. */
  if (self->chosen == NULL || g_str_equal (get_text (self->name_row), self->chosen->name))
    gtk_editable_set_text (GTK_EDITABLE (self->name_row), profile->name);
  self->chosen = profile;
  gtk_label_set_label (self->note_label, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note_label), note != NULL);
  update_cb (self);
}

static void
toggled_cb (HoistAwsWindow *self, GtkCheckButton *button)
{
  if (gtk_check_button_get_active (button))
    choose (self, g_object_get_data (G_OBJECT (button), "profile"));
}

static void
add_button (HoistAwsWindow *self, AdwActionRow *row, HoistAwsProfile *profile, gboolean is_usual)
{
  GtkWidget *button = gtk_check_button_new ();

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  profile->name, -1);
  g_object_set_data (G_OBJECT (button), "profile", profile);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (button), self->group);
  adw_action_row_add_prefix (row, button);
  adw_action_row_set_activatable_widget (row, button);
  g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (button), is_usual);
}

static void
add_profile (HoistAwsWindow *self, HoistAwsProfile *profile, gboolean is_usual)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon;
  g_autofree char *url = hoist_aws_profile_make_url (profile);

  /* What the files say is of others: nothing in it is markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), profile->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               profile->obstacle != NULL ? profile->obstacle : url);
  if (profile->obstacle == NULL)
    add_button (self, ADW_ACTION_ROW (row), profile, is_usual);
  else
    {
      icon = gtk_image_new_from_icon_name ("action-unavailable-symbolic");
      gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Not supported"), -1);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
      gtk_widget_add_css_class (row, "dim-label");
    }
  adw_preferences_group_add (self->profiles_group, row);
}

/* As AWS's tools do it: what AWS_PROFILE names, or «default»; else the first that can be. */
static HoistAwsProfile *
find_usual (HoistAwsWindow *self)
{
  const char *named = g_getenv ("AWS_PROFILE");
  HoistAwsProfile *usual =
    hoist_aws_profiles_find (self->profiles, named != NULL ? named : "default");

  if (usual != NULL && usual->obstacle == NULL)
    return usual;
  for (guint i = 0; i < self->profiles->len; i++)
    {
      usual = g_ptr_array_index (self->profiles, i);
      if (usual->obstacle == NULL)
        return usual;
    }
  return NULL;
}

static void
show_profiles (HoistAwsWindow *self)
{
  HoistAwsProfile *usual = find_usual (self);

  for (guint i = 0; i < self->profiles->len; i++)
    {
      HoistAwsProfile *profile = g_ptr_array_index (self->profiles, i);

      add_profile (self, profile, profile == usual);
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->bucket_row), usual != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->name_row), usual != NULL);
  gtk_stack_set_visible_child_name (self->stack, "profiles");
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistAwsWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *markup = NULL;
  GPtrArray *profiles = hoist_destination_backend_load_profiles_finish (
    HOIST_DESTINATION_BACKEND (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (profiles != NULL)
    {
      self->profiles = profiles;
      show_profiles (self);
      return;
    }
  markup = g_markup_escape_text (error->message, -1);
  adw_status_page_set_description (self->error_page, markup);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

/* --- Importing it ------------------------------------------------------------------------------- */

static void
show_error (HoistAwsWindow *self, const GError *error)
{
  g_autofree char *markup = g_markup_escape_text (error->message, -1);

  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (markup));
  update_cb (self);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistAwsWindow) self = user_data;
  g_autofree char *not_kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistDestination) stored = hoist_destination_backend_save_finish (
    HOIST_DESTINATION_BACKEND (source), result, &not_kept, &error);

  if (stored != NULL)
    {
      g_signal_emit (self, signals[SIGNAL_SAVED], 0, stored, not_kept, NULL);
      gtk_window_close (GTK_WINDOW (self));
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, error);
}

static void
import_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistAwsWindow *self = HOIST_AWS_WINDOW (widget);
  g_autoptr (GError) error = NULL;
  g_autofree char *bucket = g_strstrip (g_strdup (get_text (self->bucket_row)));
  g_autofree char *name = g_strstrip (g_strdup (get_text (self->name_row)));
  g_autoptr (HoistDestination) destination =
    hoist_destination_backend_make_of_profile (self->backend, self->chosen, bucket, name, &error);
  char *keys;

  if (destination == NULL)
    {
      show_error (self, error);
      return;
    }
  gtk_widget_action_set_enabled (widget, "aws.import", FALSE);
  keys = hoist_s3_credentials_to_text (self->chosen->credentials);
  hoist_destination_backend_save_async (self->backend, destination, keys, self->cancellable,
                                        saved_cb, g_object_ref (self));
  explicit_bzero (keys, strlen (keys));
  g_free (keys);
}

static gboolean
hoist_aws_window_close_request (GtkWindow *window)
{
  g_cancellable_cancel (HOIST_AWS_WINDOW (window)->cancellable);
  return GTK_WINDOW_CLASS (hoist_aws_window_parent_class)->close_request (window);
}

static void
hoist_aws_window_finalize (GObject *object)
{
  HoistAwsWindow *self = HOIST_AWS_WINDOW (object);

  g_clear_object (&self->backend);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->group);
  g_clear_pointer (&self->profiles, g_ptr_array_unref);
  G_OBJECT_CLASS (hoist_aws_window_parent_class)->finalize (object);
}

static void
hoist_aws_window_class_init (HoistAwsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hoist_aws_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = hoist_aws_window_close_request;

  /**
   * HoistAwsWindow::saved:
   * @self: the window
   * @destination: the stored destination
   * @not_kept: (nullable): why its keys are kept for this run only
   * @capabilities: (nullable): %NULL: the server was not asked
   *
   * A profile became a destination.
   */
  signals[SIGNAL_SAVED] =
    g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, HOIST_TYPE_DESTINATION, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-aws-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistAwsWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, HoistAwsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HoistAwsWindow, error_page);
  gtk_widget_class_bind_template_child (widget_class, HoistAwsWindow, profiles_group);
  gtk_widget_class_bind_template_child (widget_class, HoistAwsWindow, bucket_row);
  gtk_widget_class_bind_template_child (widget_class, HoistAwsWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, HoistAwsWindow, note_label);
  gtk_widget_class_bind_template_callback (widget_class, update_cb);
  gtk_widget_class_install_action (widget_class, "aws.import", NULL, import_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hoist_aws_window_init (HoistAwsWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->group = GTK_CHECK_BUTTON (g_object_ref_sink (gtk_check_button_new ()));
  gtk_widget_init_template (GTK_WIDGET (self));
  update_cb (self);
}

static HoistDestination *
get_bucket_source (gpointer owner, char **keys)
{
  HoistAwsWindow *self = owner;

  if (self->chosen == NULL)
    return NULL;
  *keys = hoist_s3_credentials_to_text (self->chosen->credentials);
  /* Which bucket it has does not matter: it is not kept. */
  return hoist_destination_backend_make_of_profile (self->backend, self->chosen, "bucket",
                                                    self->chosen->name, NULL);
}

/**
 * hoist_aws_window_new:
 * @backend: what reads the profiles, and keeps the destinations
 *
 * Makes a window that imports a profile of AWS's tools.
 *
 * Returns: (transfer none): the window, owned by GTK
 */
GtkWidget *
hoist_aws_window_new (HoistDestinationBackend *backend)
{
  HoistAwsWindow *self = g_object_new (HOIST_TYPE_AWS_WINDOW, NULL);

  self->backend = g_object_ref (backend);
  hoist_bucket_chooser_attach (self->bucket_row, backend, get_bucket_source, self);
  hoist_destination_backend_load_profiles_async (backend, self->cancellable, loaded_cb,
                                                 g_object_ref (self));
  return GTK_WIDGET (self);
}
