/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-application.h"

#include <glib/gi18n.h>

#include "hoist-autostart-switch.h"
#include "hoist-autostart.h"
#include "hoist-desktop-parts.h"
#include "hoist-destination-rules.h"
#include "hoist-handed-files.h"
#include "hoist-portal.h"
#include "hoist-session-destinations.h"
#include "hoist-session.h"
#include "hoist-settings.h"
#include "hoist-window.h"

/**
 * HoistApplication:
 *
 * The program with the window: opens a session, shows it, and closes it when
 * the person quits. What was not finished goes on at the next start.
 */
struct _HoistApplication
{
  AdwApplication parent_instance;

  HoistSession *session;           /* (owned) (nullable) */
  HoistWindow *window;             /* (nullable) of the application's windows */
  GSettings *settings;             /* (owned) (nullable) null where its schema is not installed */
  HoistDestination *only;          /* (owned) (nullable) named on the command line */
  char *only_token;                /* (owned) (nullable) its token */
  HoistHandedFiles *handed;        /* (owned) what waits for the window */
  HoistDesktopParts *desktop;      /* (owned) from the startup on */
  HoistAutostartSwitch *autostart; /* (owned) from the startup on */
  GError *problem;                 /* (owned) (nullable) that concerns no single upload */
  char *problem_title;             /* (owned) (nullable) */
  gboolean hidden;                 /* the next window is not shown */
  gboolean going_on;               /* with what was not finished, once that is known */
  gboolean opened;
  gboolean closing;
};

G_DEFINE_FINAL_TYPE (HoistApplication, hoist_application, ADW_TYPE_APPLICATION)

/* --- Settings --------------------------------------------------------------------------------- */

static void
limits_changed_cb (HoistApplication *self)
{
  const HoistLimits *limits = hoist_window_get_limits (self->window);

  hoist_uploader_set_limits (hoist_session_get_uploader (self->session), limits);
  if (self->settings != NULL)
    hoist_settings_save_limits (self->settings, limits);
}

static void
documents_chosen_cb (HoistApplication *self)
{
  g_auto (GStrv) ids = hoist_window_dup_lasting_documents (self->window);

  g_settings_set_strv (self->settings, "lasting-documents", (const char *const *) ids);
}

static void
watch_lasting_documents (HoistApplication *self)
{
  g_auto (GStrv) ids = g_settings_get_strv (self->settings, "lasting-documents");

  hoist_window_set_lasting_documents (self->window, (const char *const *) ids);
  g_signal_connect_object (self->window, "documents-chosen", G_CALLBACK (documents_chosen_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
apply_settings (HoistApplication *self)
{
  int width;
  int height;
  HoistLimits limits;

  if (self->settings != NULL)
    {
      g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
      gtk_window_set_default_size (GTK_WINDOW (self->window), width, height);
      hoist_settings_load_limits (self->settings, &limits);
      hoist_window_set_limits (self->window, &limits);
      limits_changed_cb (self);
      watch_lasting_documents (self);
    }
  g_signal_connect_object (self->window, "limits-changed", G_CALLBACK (limits_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
save_window_size (HoistApplication *self)
{
  int width;
  int height;

  if (self->settings == NULL || self->window == NULL)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self->window), &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
}

/* --- The end ---------------------------------------------------------------------------------- */

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hoist_session_close_finish (HOIST_SESSION (source), result, &error))
    g_printerr ("%s\n", error->message);
  g_application_quit (G_APPLICATION (self));
}

/* Stops what travels and writes everything down, then ends. */
static void
begin_to_quit (HoistApplication *self)
{
  if (self->closing)
    return;
  self->closing = TRUE;
  save_window_size (self);
  hoist_desktop_parts_leave (self->desktop);
  if (self->window != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
  if (self->opened)
    hoist_session_close_async (self->session, closed_cb, g_object_ref (self));
  else
    g_application_quit (G_APPLICATION (self));
}

static void
quit_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  begin_to_quit (user_data);
}

static gboolean
close_requested_cb (HoistApplication *self)
{
  if (!hoist_desktop_parts_close_window (self->desktop))
    begin_to_quit (self);
  return GDK_EVENT_STOP;
}

/* --- The window ------------------------------------------------------------------------------- */

/* Told as soon as there is a window to tell it. */
static void
problem_cb (HoistApplication *self, const char *title, const GError *error)
{
  g_clear_error (&self->problem);
  g_clear_pointer (&self->problem_title, g_free);
  if (error != NULL)
    {
      self->problem = g_error_copy (error);
      self->problem_title = g_strdup (title);
    }
  if (self->window != NULL)
    hoist_window_set_problem (self->window, self->problem_title,
                              error != NULL ? error->message : NULL);
}

/* What was found when the journal was opened, if it was not in order. */
static void
show_report (HoistApplication *self)
{
  const HoistJournalReport *report = hoist_session_get_report (self->session);
  g_autofree char *detail = report != NULL ? hoist_journal_report_describe (report) : NULL;

  if (detail == NULL)
    return;
  hoist_window_set_problem (self->window, _ ("The List of Uploads Was Damaged"), detail);
}

static void
show_window (HoistApplication *self)
{
  g_autoptr (HoistDestinationBackend) backend = NULL;

  backend = HOIST_DESTINATION_BACKEND (hoist_session_destinations_new (self->session));
  self->window = HOIST_WINDOW (
    hoist_window_new (GTK_APPLICATION (self), hoist_session_get_uploader (self->session), backend));
  if (HOIST_IS_DEVELOPMENT)
    gtk_widget_add_css_class (GTK_WIDGET (self->window), "devel");
  apply_settings (self);
  g_signal_connect_object (self->window, "close-request", G_CALLBACK (close_requested_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->window, "ask-keyring", G_CALLBACK (hoist_session_ask_keyring),
                           self->session, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "keyring-problem",
                           G_CALLBACK (hoist_window_set_keyring_problem), self->window,
                           G_CONNECT_SWAPPED);
  hoist_window_set_keyring_problem (self->window,
                                    hoist_session_get_keyring_problem (self->session));
  show_report (self);
  if (self->problem != NULL)
    hoist_window_set_problem (self->window, self->problem_title, self->problem->message);
  if (!self->hidden)
    hoist_desktop_parts_present (self->desktop, GTK_WINDOW (self->window));
  hoist_desktop_parts_enter (self->desktop, self->window,
                             hoist_session_get_uploader (self->session));
  if (self->going_on)
    hoist_desktop_parts_go_on (self->desktop);
  self->going_on = FALSE;
}

static void ensure_session (HoistApplication *self);

static void
start_failure_answered_cb (HoistApplication *self, const char *response)
{
  if (g_str_equal (response, "retry"))
    ensure_session (self);
}

static void
show_start_failure (HoistApplication *self, const GError *error)
{
  GtkWidget *dialog = adw_message_dialog_new (NULL, _ ("Hoist Cannot Start"), error->message);

  self->hidden = FALSE;
  gtk_window_set_title (GTK_WINDOW (dialog), _ ("Hoist Cannot Start"));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "close",
                                    _ ("_Close"), "retry", _ ("_Try Again"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "retry");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  g_signal_connect_object (dialog, "response", G_CALLBACK (start_failure_answered_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_set_application (GTK_WINDOW (dialog), GTK_APPLICATION (self));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hoist_session_open_finish (HOIST_SESSION (source), result, &error))
    {
      g_clear_object (&self->session);
      show_start_failure (self, error);
      g_application_release (G_APPLICATION (self));
      return;
    }
  self->opened = TRUE;
  show_window (self);
  hoist_handed_files_give_to (self->handed, self->window);
  g_application_release (G_APPLICATION (self));
}

/* The other process ended: this one takes its place. */
static void
lost_cb (HoistApplication *self)
{
  GtkWindow *window = GTK_WINDOW (self->window);

  if (self->closing)
    return;
  self->hidden = !gtk_widget_get_visible (GTK_WIDGET (window));
  hoist_desktop_parts_leave (self->desktop);
  self->window = NULL;
  self->opened = FALSE;
  g_clear_object (&self->session);
  ensure_session (self);
  gtk_window_destroy (window);
}

static void
ensure_session (HoistApplication *self)
{
  HoistEngineConfig config;
  g_autofree char *folder = NULL;

  if (self->session != NULL)
    return;
  folder = g_build_filename (g_get_user_state_dir (), "hoist", NULL);
  hoist_engine_config_init (&config);
  config.state_folder = folder;
  if (self->settings != NULL)
    config.whole_sha256 = g_settings_get_boolean (self->settings, "whole-file-sha256");
  self->session = hoist_session_new (&config);
  g_signal_connect_object (self->session, "problem", G_CALLBACK (problem_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "lost", G_CALLBACK (lost_cb), self, G_CONNECT_SWAPPED);
  if (self->only != NULL)
    hoist_session_use_destination (self->session, self->only, self->only_token);
  g_application_hold (G_APPLICATION (self));
  hoist_session_open_async (self->session, FALSE, NULL, opened_cb, g_object_ref (self));
}

static void
hoist_application_activate (GApplication *application)
{
  HoistApplication *self = HOIST_APPLICATION (application);

  /* The first time is the start itself, which shows nothing if it is to be hidden. */
  self->hidden = self->hidden && self->session == NULL;
  ensure_session (self);
  if (self->window != NULL && !self->closing)
    hoist_desktop_parts_present (self->desktop, GTK_WINDOW (self->window));
}

/* Who calls over D-Bus says here which click it comes from. */
static void
hoist_application_before_emit (GApplication *application, GVariant *platform_data)
{
  G_APPLICATION_CLASS (hoist_application_parent_class)->before_emit (application, platform_data);
  hoist_desktop_parts_take_platform_data (HOIST_APPLICATION (application)->desktop, platform_data);
}

static void
hoist_application_add_platform_data (GApplication *application, GVariantBuilder *builder)
{
  G_APPLICATION_CLASS (hoist_application_parent_class)->add_platform_data (application, builder);
  hoist_desktop_parts_add_platform_data (builder);
}

/* Shows the window with what was handed over. */
static void
take_handed (HoistApplication *self)
{
  hoist_application_activate (G_APPLICATION (self));
  if (self->window != NULL && !self->closing)
    hoist_handed_files_give_to (self->handed, self->window);
}

static void
hoist_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  HoistApplication *self = HOIST_APPLICATION (application);

  hoist_handed_files_add_opened (self->handed, files, (gsize) MAX (n_files, 0));
  take_handed (self);
}

static void
upload_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HoistApplication *self = HOIST_APPLICATION (user_data);

  if (hoist_handed_files_add_variant (self->handed, parameter))
    take_handed (self);
  else
    g_message ("Refused to upload what another program handed over: it is no list of URIs");
}

/* --- The command line ------------------------------------------------------------------------- */

static const GOptionEntry options[] = {
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version and end"), NULL },
    { "url", 0, 0, G_OPTION_ARG_STRING, NULL,
      N_ ("Use only the backend at URL, apart from what is set up"), N_ ("URL") },
      { "token-file", 0, 0, G_OPTION_ARG_FILENAME, NULL,
        N_ ("Read its token from FILE"), N_ ("FILE") },
        { "to", 't', 0, G_OPTION_ARG_STRING, NULL, N_ ("Upload to this destination"), N_ ("NAME") },
          { HOIST_BACKGROUND_OPTION, 0, 0, G_OPTION_ARG_NONE, NULL,
            N_ ("Continue unfinished uploads without a window"), NULL },
            { "open", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, NULL, NULL, NULL },
            { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_ ("[FILE…]") },
              { NULL },
          };

static HoistDestination *
make_only_destination (const char *url, GError **error)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);
  g_autofree char *id = g_strdup_printf ("url-%.16s", digest);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (HoistDestination) destination = hoist_destination_new (id);

  hoist_destination_set_url (destination, url);
  hoist_destination_set_name (destination, uri != NULL ? g_uri_get_host (uri) : url);
  return hoist_destination_check (destination, error) ? g_steal_pointer (&destination) : NULL;
}

static gboolean
use_only_destination (HoistApplication *self,
                      const char *url,
                      const char *token_file,
                      GError **error)
{
  if (token_file == NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("--url needs --token-file"));
      return FALSE;
    }
  self->only = make_only_destination (url, error);
  if (self->only == NULL || !g_file_get_contents (token_file, &self->only_token, NULL, error))
    return FALSE;
  g_strstrip (self->only_token);
  return TRUE;
}

/* What a launcher does that does not call the program over D-Bus. */
static void
open_names (GApplication *application, const char *const *names, const char *folder)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; names[i] != NULL; i++)
    g_ptr_array_add (files, g_file_new_for_commandline_arg_and_cwd (names[i], folder));
  g_application_open (application, (GFile **) files->pdata, (int) files->len, "");
}

/* Files on the command line go the way of those that a file manager hands over:
 * to this process, or to the one that runs already. */
static gboolean
hand_over (GApplication *application, GVariantDict *given, GError **error)
{
  g_autofree char *folder = g_get_current_dir ();
  g_autofree const char **names = NULL;
  const char *destination = NULL;

  g_variant_dict_lookup (given, "to", "&s", &destination);
  if (!g_variant_dict_lookup (given, G_OPTION_REMAINING, "^a&ay", &names))
    {
      if (destination == NULL)
        return TRUE;
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("--to needs the names of files"));
      return FALSE;
    }
  if (!g_application_register (application, NULL, error))
    return FALSE;
  if (g_variant_dict_contains (given, "open"))
    open_names (application, names, folder);
  else
    g_action_group_activate_action (
      G_ACTION_GROUP (application), HOIST_UPLOAD_ACTION,
      hoist_handed_files_make_variant (destination, (const char *const *) names, folder));
  return TRUE;
}

static int
hoist_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  HoistApplication *self = HOIST_APPLICATION (application);
  const char *url = NULL;
  const char *token_file = NULL;
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (given, "version"))
    {
      g_print ("hoist %s\n", HOIST_VERSION);
      return EXIT_SUCCESS;
    }
  g_variant_dict_lookup (given, "token-file", "^&ay", &token_file);
  if (g_variant_dict_lookup (given, "url", "&s", &url))
    {
      if (!use_only_destination (self, url, token_file, &error))
        {
          g_printerr ("hoist: %s\n", error->message);
          return 2;
        }
      g_application_set_flags (application,
                               g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
    }
  if (g_variant_dict_contains (given, HOIST_BACKGROUND_OPTION))
    {
      self->hidden = TRUE;
      self->going_on = TRUE;
      /* One that runs already has a person who says what goes on. */
      if (g_application_register (application, NULL, NULL) &&
          g_application_get_is_remote (application))
        return EXIT_SUCCESS;
    }
  if (!hand_over (application, given, &error))
    {
      g_printerr ("hoist: %s\n", error->message);
      return 2;
    }
  /* What is left is to show the window. */
  return -1;
}

/* --- The object ------------------------------------------------------------------------------- */

static const GActionEntry actions[] = {
  { .name = "quit", .activate = quit_activated_cb },
  { .name = HOIST_UPLOAD_ACTION,
    .activate = upload_activated_cb,
    .parameter_type = HOIST_UPLOAD_ACTION_TYPE },
};

/* Another process that uploads has settings of its own. */
static void
whole_sha256_changed_cb (HoistApplication *self)
{
  HoistUploader *uploader = self->opened ? hoist_session_get_uploader (self->session) : NULL;

  if (HOIST_IS_ENGINE (uploader))
    hoist_engine_set_whole_sha256 (HOIST_ENGINE (uploader),
                                   g_settings_get_boolean (self->settings, "whole-file-sha256"));
}

/* Settings that are switched where they are shown. */
static void
add_settings_actions (HoistApplication *self)
{
  static const char *const keys[] = { "tray", "tray-icon", "whole-file-sha256", "use-metered",
                                      "link-format", "wait-in-power-saver",
                                      /* UPower is out of a sandbox's reach: not in there */
                                      "wait-on-low-battery", "low-battery-percent" };
  gsize n_keys = G_N_ELEMENTS (keys) - (hoist_portal_is_sandboxed () ? 2 : 0);

  for (gsize i = 0; self->settings != NULL && i < n_keys; i++)
    {
      g_autoptr (GAction) action = g_settings_create_action (self->settings, keys[i]);

      g_action_map_add_action (G_ACTION_MAP (self), action);
    }
  if (self->settings == NULL)
    return;
  g_signal_connect_object (self->settings, "changed::whole-file-sha256",
                           G_CALLBACK (whole_sha256_changed_cb), self, G_CONNECT_SWAPPED);
}

static void
hoist_application_startup (GApplication *application)
{
  HoistApplication *self = HOIST_APPLICATION (application);

  G_APPLICATION_CLASS (hoist_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  add_settings_actions (self);
  self->desktop = hoist_desktop_parts_new (GTK_APPLICATION (application), self->settings);
  self->autostart = hoist_autostart_switch_new (GTK_APPLICATION (application), self->settings);
  hoist_window_install_accels (GTK_APPLICATION (application));
  gtk_window_set_default_icon_name (HOIST_APP_ID);
}

static void
hoist_application_dispose (GObject *object)
{
  HoistApplication *self = HOIST_APPLICATION (object);

  g_clear_object (&self->autostart);
  g_clear_pointer (&self->desktop, hoist_desktop_parts_free);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_error (&self->problem);
  g_clear_pointer (&self->problem_title, g_free);
  g_clear_object (&self->only);
  g_clear_pointer (&self->only_token, hoist_secret_free);
  g_clear_pointer (&self->handed, hoist_handed_files_free);
  G_OBJECT_CLASS (hoist_application_parent_class)->dispose (object);
}

static void
hoist_application_class_init (HoistApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_application_dispose;
  application_class->startup = hoist_application_startup;
  application_class->activate = hoist_application_activate;
  application_class->open = hoist_application_open;
  application_class->before_emit = hoist_application_before_emit;
  application_class->add_platform_data = hoist_application_add_platform_data;
  application_class->handle_local_options = hoist_application_handle_local_options;
}

static void
hoist_application_init (HoistApplication *self)
{
  self->settings = hoist_settings_load ();
  self->handed = hoist_handed_files_new ();
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

/**
 * hoist_application_new:
 *
 * Returns: (transfer full): the application
 */
HoistApplication *
hoist_application_new (void)
{
  return g_object_new (HOIST_TYPE_APPLICATION, "application-id", HOIST_APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/io/github/hoist/Hoist",
                       NULL);
}
