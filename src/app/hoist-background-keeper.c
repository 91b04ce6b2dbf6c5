/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-background-keeper.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>

#include "hoist-background-portal.h"
#include "hoist-error.h"
#include "hoist-portal.h"
#include "hoist-totals-format.h"

/* So long after the last upload a hidden program ends: what comes next, or is told of the
 * last one, is there by then. */
#define END_S 3

struct _HoistBackgroundKeeper
{
  GObject parent_instance;

  GtkApplication *application;   /* (not owned) outlives this */
  GSettings *settings;           /* (owned) (nullable) */
  HoistTrayKeeper *tray;         /* (owned) */
  HoistBackgroundPortal *portal; /* (owned) (nullable) in a sandbox */
  HoistWindow *window;           /* (weak) (nullable) between follow and forget */
  HoistUploadList *list;         /* (owned) (nullable) between follow and forget */
  GtkWidget *question;           /* (nullable) while it is asked */
  guint signal_id;
  guint end_id;
  gboolean going_on; /* with what was not finished, until that is taken up */
  gboolean was_used; /* there was a window to see, or something to do */
  gboolean asked;    /* the portal, whether it may run without a window */
  gboolean stay;
};

typedef enum
{
  PROP_STAY = 1,
} HoistBackgroundKeeperProperty;

static GParamSpec *properties[PROP_STAY + 1];

G_DEFINE_FINAL_TYPE (HoistBackgroundKeeper, hoist_background_keeper, G_TYPE_OBJECT)

/* --- Without a window ------------------------------------------------------------------------- */

static gboolean
has_work (HoistBackgroundKeeper *self)
{
  const HoistUploadTotals *totals = hoist_upload_list_get_totals (self->list);

  return totals->n_pending > 0 || hoist_upload_list_is_counting (self->list) ||
         (self->going_on && totals->n_restored > 0);
}

/* Whether the window can be found again in the tray, by somebody who knows of it. */
static gboolean
is_in_tray (HoistBackgroundKeeper *self)
{
  return self->was_used && hoist_tray_keeper_leads_back (self->tray);
}

static gboolean
end_cb (gpointer user_data)
{
  HoistBackgroundKeeper *self = user_data;

  self->end_id = 0;
  g_action_group_activate_action (G_ACTION_GROUP (self->application), "quit", NULL);
  return G_SOURCE_REMOVE;
}

static void
tell_portal (HoistBackgroundKeeper *self)
{
  g_autofree char *words = NULL;

  if (self->portal == NULL)
    return;
  words = hoist_totals_format_sentence (hoist_upload_list_get_totals (self->list),
                                        hoist_upload_list_is_counting (self->list));
  hoist_background_portal_set_status (self->portal, words);
}

static void
update (HoistBackgroundKeeper *self)
{
  gboolean shown;
  gboolean works;

  if (self->window == NULL)
    return;
  shown = gtk_widget_get_visible (GTK_WIDGET (self->window));
  works = has_work (self);
  self->was_used |= shown || works;
  if (hoist_upload_list_get_totals (self->list)->n_restored == 0)
    self->going_on = FALSE;
  if (!shown)
    tell_portal (self);
  if (shown || works || self->stay || is_in_tray (self))
    g_clear_handle_id (&self->end_id, g_source_remove);
  else if (self->end_id == 0)
    self->end_id = g_timeout_add_seconds (END_S, end_cb, self);
}

/* --- The desktop's permission ----------------------------------------------------------------- */

static void
tell_of_refusal (HoistBackgroundKeeper *self)
{
  GtkWidget *dialog = adw_message_dialog_new (
    GTK_WINDOW (self->window),
    _ ("Hoist May Not Run in the Background"),
       _ ("The desktop does not let it. Leave the window open until the uploads are delivered, or "
       "allow it in the settings of the desktop."));

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistBackgroundKeeper) self = user_data;
  g_autoptr (GError) error = NULL;

  /* Where there is no such portal nobody minds. */
  if (hoist_background_portal_request_finish (HOIST_BACKGROUND_PORTAL (source), result, NULL,
                                              &error) ||
      !g_error_matches (error, HOIST_ERROR, HOIST_ERROR_FORBIDDEN))
    return;
  self->asked = FALSE;
  if (self->window != NULL && !gtk_widget_get_visible (GTK_WIDGET (self->window)))
    tell_of_refusal (self);
}

static void
visible_changed_cb (HoistBackgroundKeeper *self)
{
  if (self->portal != NULL && !self->asked && !gtk_widget_get_visible (GTK_WIDGET (self->window)))
    {
      self->asked = TRUE;
      hoist_background_portal_request_async (self->portal,
                                             self->settings != NULL &&
                                               g_settings_get_boolean (self->settings, "autostart"),
                                             NULL, requested_cb, g_object_ref (self));
    }
  update (self);
}

/* --- Closing the window ----------------------------------------------------------------------- */

/* What is said the first time, and where that it was said is remembered. */
typedef struct
{
  const char *setting;
  const char *heading;
  const char *body;
} Place;

static Place
find_place (HoistBackgroundKeeper *self)
{
  const char *desktop = g_getenv ("XDG_CURRENT_DESKTOP");

  if (hoist_tray_keeper_is_hosted (self->tray))
    return (Place){
      "told-of-tray",
      _ ("Uploads Go On in the Tray"),
         _ ("Its icon there shows how far they are. Click it to see the window again, "
                       "or start Hoist once more.\n\nIf you quit instead, they go on with the next "
                       "start.") };
  /* Only there, and only what comes from a sandbox, is listed. */
  if (self->portal != NULL && desktop != NULL && strstr (desktop, "GNOME") != NULL)
    return (Place){
      "told-of-background",
      _ ("Uploads Go On in the Background"),
         _ ("The menu at the top right of the screen lists Hoist under “Background Apps”, "
                       "with how far they are. Start Hoist once more to see the window again.\n\nIf you "
                       "quit instead, they go on with the next start.") };
  return (Place){
    "told-of-background",
    _ ("Uploads Go On in the Background"),
       _ ("Start Hoist once more to see the window again. When all are delivered, Hoist "
                     "ends by itself.\n\nIf you quit instead, they go on with the next start.") };
}

static void
hide_window (HoistBackgroundKeeper *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->window), FALSE);
}

static void
answered_cb (HoistBackgroundKeeper *self, const char *response)
{
  self->question = NULL;
  if (g_str_equal (response, "quit"))
    g_action_group_activate_action (G_ACTION_GROUP (self->application), "quit", NULL);
  if (!g_str_equal (response, "close"))
    return;
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, find_place (self).setting, TRUE);
  hide_window (self);
}

static void
tell_of_place (HoistBackgroundKeeper *self, const Place *place)
{
  AdwMessageDialog *dialog;

  if (self->question != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->question));
      return;
    }
  self->question = adw_message_dialog_new (GTK_WINDOW (self->window), place->heading, place->body);
  dialog = ADW_MESSAGE_DIALOG (self->question);
  adw_message_dialog_add_responses (
    dialog, "cancel", _ ("_Cancel"), "quit", _ ("_Quit"), "close", _ ("Close _Window"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "close", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "close");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * hoist_background_keeper_close_window:
 * @self: the keeper
 *
 * Hides the window when there is work left; the first time a person is told before where
 * to find it again.
 *
 * Returns: %FALSE when closing the window should end the program
 */
gboolean
hoist_background_keeper_close_window (HoistBackgroundKeeper *self)
{
  Place place;

  g_return_val_if_fail (HOIST_IS_BACKGROUND_KEEPER (self), FALSE);

  if (self->window == NULL || !has_work (self))
    return FALSE;
  place = find_place (self);
  if (self->settings != NULL && g_settings_get_boolean (self->settings, place.setting))
    hide_window (self);
  else
    tell_of_place (self, &place);
  return TRUE;
}

/* --- The object ------------------------------------------------------------------------------- */

/* The session ends, or somebody ends the program by hand: what was sent is written down. */
static gboolean
terminated_cb (gpointer user_data)
{
  HoistBackgroundKeeper *self = user_data;

  g_action_group_activate_action (G_ACTION_GROUP (self->application), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

static void
hoist_background_keeper_dispose (GObject *object)
{
  HoistBackgroundKeeper *self = HOIST_BACKGROUND_KEEPER (object);

  hoist_background_keeper_forget (self);
  g_clear_handle_id (&self->signal_id, g_source_remove);
  g_clear_object (&self->portal);
  g_clear_object (&self->tray);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hoist_background_keeper_parent_class)->dispose (object);
}

static void
hoist_background_keeper_get_property (GObject *object,
                                      guint property,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  switch ((HoistBackgroundKeeperProperty) property)
    {
    case PROP_STAY:
      g_value_set_boolean (value, HOIST_BACKGROUND_KEEPER (object)->stay);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
hoist_background_keeper_set_property (GObject *object,
                                      guint property,
                                      const GValue *value,
                                      GParamSpec *pspec)
{
  HoistBackgroundKeeper *self = HOIST_BACKGROUND_KEEPER (object);

  switch ((HoistBackgroundKeeperProperty) property)
    {
    case PROP_STAY:
      if (self->stay == g_value_get_boolean (value))
        break;
      self->stay = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
      update (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
hoist_background_keeper_class_init (HoistBackgroundKeeperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hoist_background_keeper_get_property;
  object_class->set_property = hoist_background_keeper_set_property;
  object_class->dispose = hoist_background_keeper_dispose;

  /**
   * HoistBackgroundKeeper:stay:
   *
   * Whether something on the screen still needs the program, with nothing left to do.
   */
  properties[PROP_STAY] =
    g_param_spec_boolean ("stay", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
hoist_background_keeper_init (HoistBackgroundKeeper *self)
{
}

/**
 * hoist_background_keeper_new:
 * @application: the application, which outlives the keeper, with its action `quit`
 * @settings: (nullable): its settings; %NULL for the defaults
 * @tray: where its window may be found
 *
 * Makes a keeper that has no window yet.
 *
 * Returns: (transfer full): the keeper
 */
HoistBackgroundKeeper *
hoist_background_keeper_new (GtkApplication *application,
                             GSettings *settings,
                             HoistTrayKeeper *tray)
{
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (application));
  HoistBackgroundKeeper *self = g_object_new (HOIST_TYPE_BACKGROUND_KEEPER, NULL);

  self->application = application;
  g_set_object (&self->settings, settings);
  self->tray = g_object_ref (tray);
  if (hoist_portal_is_sandboxed () && bus != NULL)
    self->portal = hoist_background_portal_new (bus);
  g_signal_connect_object (tray, "hosted-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  self->signal_id = g_unix_signal_add (SIGTERM, terminated_cb, self);
  return self;
}

/**
 * hoist_background_keeper_follow:
 * @self: the keeper
 * @window: what is hidden
 * @uploader: whose work it is
 *
 * Sees to the window until hoist_background_keeper_forget().
 */
void
hoist_background_keeper_follow (HoistBackgroundKeeper *self,
                                HoistWindow *window,
                                HoistUploader *uploader)
{
  g_return_if_fail (HOIST_IS_BACKGROUND_KEEPER (self));

  hoist_background_keeper_forget (self);
  g_set_weak_pointer (&self->window, window);
  self->list = g_object_ref (hoist_uploader_get_list (uploader));
  g_signal_connect_object (window, "notify::visible", G_CALLBACK (visible_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "applied", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  visible_changed_cb (self);
}

/**
 * hoist_background_keeper_forget:
 * @self: the keeper
 *
 * Leaves the window alone.
 */
void
hoist_background_keeper_forget (HoistBackgroundKeeper *self)
{
  g_return_if_fail (HOIST_IS_BACKGROUND_KEEPER (self));

  g_clear_handle_id (&self->end_id, g_source_remove);
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_data (self->window, self);
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->list);
  self->question = NULL;
}

/**
 * hoist_background_keeper_go_on:
 * @self: the keeper, with a window
 *
 * Goes on with what was not finished, as if a person had said so in the window. Where
 * there is nothing, and nobody looks, the program ends.
 */
void
hoist_background_keeper_go_on (HoistBackgroundKeeper *self)
{
  g_return_if_fail (HOIST_IS_BACKGROUND_KEEPER (self));
  g_return_if_fail (self->window != NULL);

  self->going_on = hoist_upload_list_get_totals (self->list)->n_restored > 0;
  if (self->going_on)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.restored-continue", NULL);
  update (self);
}
