/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-batch-notifier.h"

#include <glib/gi18n.h>

#include "hoist-batch-watch.h"
#include "hoist-notification-server.h"

/* There is one at a time, which the next one replaces. */
#define NOTIFICATION_ID "uploads"

#define SHOW_ACTION "show-uploads"
#define COPY_ACTION "copy-link"
#define RETRY_ACTION "retry-uploads"
#define RETRY_ACTION_TYPE "(tt)"

/* Daemons show one for some seconds, and longer while the pointer is over it. */
#define CLICKABLE_S 60

struct _HoistBatchNotifier
{
  GObject parent_instance;

  GtkApplication *application; /* (not owned) outlives this */
  HoistLinkCopier *copier;     /* (owned) */
  HoistWindow *window;         /* (weak) (nullable) between show and hide */
  HoistUploader *uploader;     /* (owned) (nullable) between show and hide */
  HoistBatchWatch watch;
  HoistBatchTell told;            /* that may still be on the screen */
  HoistBatchNote *note;           /* (owned) (nullable) while it is looked who shows it */
  GCancellable *looking;          /* (owned) (nullable) while it is looked who shows it */
  HoistNotificationServer server; /* who showed the last one */
  HoistRoundFailure retry;        /* what to try again once there is a window */
  gboolean in_tray;
  guint look_id;
  guint clickable_id; /* while one that needs this process may be on the screen */
};

typedef enum
{
  PROP_IN_TRAY = 1,
  PROP_CLICKABLE = 2,
} HoistBatchNotifierProperty;

static GParamSpec *properties[PROP_CLICKABLE + 1];

G_DEFINE_FINAL_TYPE (HoistBatchNotifier, hoist_batch_notifier, G_TYPE_OBJECT)

/* --- Notifications ---------------------------------------------------------------------------- */

static void
add_buttons (GNotification *notification, const HoistBatchNote *note)
{
  g_notification_set_default_action (notification, "app." SHOW_ACTION);
  g_notification_add_button (notification, _ ("Show"), "app." SHOW_ACTION);
  if (note->copy_id != 0)
    g_notification_add_button_with_target (notification, _ ("Copy Link"), "app." COPY_ACTION, "t",
                                                            note->copy_id);
  if (note->retry.n > 0)
    g_notification_add_button_with_target (notification, _ ("Retry"), "app." RETRY_ACTION,
                                                            RETRY_ACTION_TYPE, note->retry.first_id,
                                                            note->retry.last_id);
}

static void
set_unclickable (HoistBatchNotifier *self)
{
  if (self->clickable_id == 0)
    return;
  g_clear_handle_id (&self->clickable_id, g_source_remove);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLICKABLE]);
}

static gboolean
clickable_over_cb (gpointer user_data)
{
  HoistBatchNotifier *self = HOIST_BATCH_NOTIFIER (user_data);

  self->clickable_id = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLICKABLE]);
  return G_SOURCE_REMOVE;
}

static void
set_clickable (HoistBatchNotifier *self)
{
  set_unclickable (self);
  self->clickable_id = g_timeout_add_seconds (CLICKABLE_S, clickable_over_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLICKABLE]);
}

static void
send (HoistBatchNotifier *self, const HoistBatchNote *note)
{
  g_autoptr (GNotification) notification = g_notification_new (note->title);
  g_autoptr (GIcon) icon = g_themed_icon_new (HOIST_APP_ID);
  g_autofree char *body = self->server == HOIST_NOTIFICATION_SERVER_MARKUP
                            ? g_markup_escape_text (note->body, -1)
                            : g_strdup (note->body);

  g_notification_set_body (notification, body);
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, note->category);
  g_notification_set_priority (notification, note->priority);
  add_buttons (notification, note);
  g_application_send_notification (G_APPLICATION (self->application), NOTIFICATION_ID,
                                   notification);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  HoistNotificationServer server = hoist_notification_server_look_finish (result, &error);
  HoistBatchNotifier *self;
  g_autoptr (HoistBatchNote) note = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = HOIST_BATCH_NOTIFIER (user_data);
  g_clear_object (&self->looking);
  note = g_steal_pointer (&self->note);
  self->server = server;
  /* GLib would complain of it in the log, and there is the window. */
  if (server == HOIST_NOTIFICATION_SERVER_NONE)
    {
      set_unclickable (self);
      return;
    }
  send (self, note);
  if (server == HOIST_NOTIFICATION_SERVER_DESKTOP)
    set_unclickable (self);
}

static void
stop_looking (HoistBatchNotifier *self)
{
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_pointer (&self->note, hoist_batch_note_free);
}

static void
announce (HoistBatchNotifier *self, HoistBatchTell tell, const HoistBatchFacts *facts)
{
  GDBusConnection *connection =
    g_application_get_dbus_connection (G_APPLICATION (self->application));

  self->told = tell;
  if (connection == NULL)
    return;
  hoist_batch_note_free (self->note);
  self->note = hoist_batch_note_new (tell, facts);
  set_clickable (self);
  if (self->looking != NULL)
    return;
  self->looking = g_cancellable_new ();
  hoist_notification_server_look_async (connection, self->looking, looked_cb, self);
}

static void
withdraw (HoistBatchNotifier *self)
{
  stop_looking (self);
  set_unclickable (self);
  if (self->told == HOIST_BATCH_TELL_NOTHING)
    return;
  self->told = HOIST_BATCH_TELL_NOTHING;
  if (self->server != HOIST_NOTIFICATION_SERVER_NONE)
    g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION_ID);
}

/* --- What there is to tell -------------------------------------------------------------------- */

static gboolean
is_focused (HoistBatchNotifier *self)
{
  for (GList *l = gtk_application_get_windows (self->application); l != NULL; l = l->next)
    if (gtk_window_is_active (GTK_WINDOW (l->data)))
      return TRUE;
  return FALSE;
}

static void look (HoistBatchNotifier *self);

static gboolean
look_again_cb (gpointer user_data)
{
  HoistBatchNotifier *self = HOIST_BATCH_NOTIFIER (user_data);

  self->look_id = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
look (HoistBatchNotifier *self)
{
  HoistBatchScene scene = { .now_us = g_get_monotonic_time () };
  HoistBatchFacts facts;
  HoistBatchTell tell;
  gint64 wait_us;

  g_clear_handle_id (&self->look_id, g_source_remove);
  if (self->window == NULL)
    return;
  scene.focused = is_focused (self);
  scene.hidden = !self->in_tray && !gtk_widget_get_visible (GTK_WIDGET (self->window));
  tell = hoist_batch_watch_look (&self->watch, hoist_uploader_get_list (self->uploader), &scene,
                                 &facts, &wait_us);
  if (wait_us > 0)
    self->look_id = g_timeout_add ((guint) ((wait_us + 999) / 1000), look_again_cb, self);
  if (tell == HOIST_BATCH_TELL_SEEN)
    withdraw (self);
  else if (tell == HOIST_BATCH_TELL_NOTHING && self->told == HOIST_BATCH_TELL_UNDER_WAY)
    withdraw (self);
  else if (tell == HOIST_BATCH_TELL_UNDER_WAY && self->told == HOIST_BATCH_TELL_UNDER_WAY)
    return;
  else if (tell != HOIST_BATCH_TELL_NOTHING)
    announce (self, tell, &facts);
}

/* --- Buttons ---------------------------------------------------------------------------------- */

/* Only those of the range that failed: with others in it nothing happens. */
static void
retry_waiting (HoistBatchNotifier *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  const HoistUploadInfo *info;

  if (self->retry.n == 0)
    return;
  for (guint i = hoist_upload_list_find_after (list, self->retry.first_id - 1);
       (info = hoist_upload_list_get_info (list, i)) != NULL && info->id <= self->retry.last_id;
       i++)
    if (info->state == HOIST_UPLOAD_FAILED)
      g_array_append_val (ids, info->id);
  self->retry.n = 0;
  if (ids->len > 0)
    hoist_uploader_command (self->uploader, HOIST_COMMAND_RETRY, (const guint64 *) ids->data,
                            ids->len);
}

static void
show_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HoistBatchNotifier *self = HOIST_BATCH_NOTIFIER (user_data);

  g_application_activate (G_APPLICATION (self->application));
}

static void
copy_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HoistBatchNotifier *self = HOIST_BATCH_NOTIFIER (user_data);

  self->told = HOIST_BATCH_TELL_NOTHING;
  set_unclickable (self);
  hoist_link_copier_copy (self->copier, g_variant_get_uint64 (parameter));
  if (self->window == NULL)
    g_application_activate (G_APPLICATION (self->application));
}

static void
retry_activated_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HoistBatchNotifier *self = HOIST_BATCH_NOTIFIER (user_data);

  self->told = HOIST_BATCH_TELL_NOTHING;
  set_unclickable (self);
  self->retry.n = 1;
  g_variant_get (parameter, RETRY_ACTION_TYPE, &self->retry.first_id, &self->retry.last_id);
  /* Anybody on the bus can have called it. */
  self->retry.first_id = MAX (self->retry.first_id, 1);
  if (self->window != NULL)
    retry_waiting (self);
  else
    g_application_activate (G_APPLICATION (self->application));
}

static const GActionEntry actions[] = {
  { .name = SHOW_ACTION, .activate = show_activated_cb },
  { .name = COPY_ACTION, .activate = copy_activated_cb, .parameter_type = "t" },
  { .name = RETRY_ACTION, .activate = retry_activated_cb, .parameter_type = RETRY_ACTION_TYPE },
};

/* --- The object ------------------------------------------------------------------------------- */

static void
hoist_batch_notifier_get_property (GObject *object,
                                   guint property,
                                   GValue *value,
                                   GParamSpec *pspec)
{
  switch ((HoistBatchNotifierProperty) property)
    {
    case PROP_IN_TRAY:
      g_value_set_boolean (value, HOIST_BATCH_NOTIFIER (object)->in_tray);
      break;
    case PROP_CLICKABLE:
      g_value_set_boolean (value, HOIST_BATCH_NOTIFIER (object)->clickable_id != 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
hoist_batch_notifier_set_property (GObject *object,
                                   guint property,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  HoistBatchNotifier *self = HOIST_BATCH_NOTIFIER (object);

  switch ((HoistBatchNotifierProperty) property)
    {
    case PROP_IN_TRAY:
      if (self->in_tray == g_value_get_boolean (value))
        break;
      self->in_tray = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
      look (self);
      break;
    case PROP_CLICKABLE: /* is read-only */
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
hoist_batch_notifier_dispose (GObject *object)
{
  HoistBatchNotifier *self = HOIST_BATCH_NOTIFIER (object);

  hoist_batch_notifier_hide (self);
  g_clear_object (&self->copier);
  G_OBJECT_CLASS (hoist_batch_notifier_parent_class)->dispose (object);
}

static void
hoist_batch_notifier_class_init (HoistBatchNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hoist_batch_notifier_get_property;
  object_class->set_property = hoist_batch_notifier_set_property;
  object_class->dispose = hoist_batch_notifier_dispose;

  /**
   * HoistBatchNotifier:in-tray:
   *
   * Whether an icon in the tray shows the uploads, so that no notification needs to.
   */
  properties[PROP_IN_TRAY] =
    g_param_spec_boolean ("in-tray", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * HoistBatchNotifier:clickable:
   *
   * Whether a notification may be on the screen whose buttons need this process.
   */
  properties[PROP_CLICKABLE] =
    g_param_spec_boolean ("clickable", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
hoist_batch_notifier_init (HoistBatchNotifier *self)
{
}

/**
 * hoist_batch_notifier_new:
 * @application: the application, which outlives the notifier
 * @copier: copies links
 *
 * Makes a notifier that tells nothing yet, and adds the actions behind its buttons to the
 * application: they work from the start, as the bus may have started it for one of them.
 *
 * Returns: (transfer full): the notifier
 */
HoistBatchNotifier *
hoist_batch_notifier_new (GtkApplication *application, HoistLinkCopier *copier)
{
  HoistBatchNotifier *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (HOIST_IS_LINK_COPIER (copier), NULL);

  self = g_object_new (HOIST_TYPE_BATCH_NOTIFIER, NULL);
  self->application = application;
  self->copier = g_object_ref (copier);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   self);
  g_signal_connect_object (application, "notify::active-window", G_CALLBACK (look), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * hoist_batch_notifier_show:
 * @self: the notifier
 * @window: what shows the uploads
 * @uploader: whose uploads they are
 *
 * Begins to tell, until hoist_batch_notifier_hide().
 */
void
hoist_batch_notifier_show (HoistBatchNotifier *self, HoistWindow *window, HoistUploader *uploader)
{
  g_return_if_fail (HOIST_IS_BATCH_NOTIFIER (self));
  g_return_if_fail (HOIST_IS_WINDOW (window));
  g_return_if_fail (HOIST_IS_UPLOADER (uploader));

  hoist_batch_notifier_hide (self);
  g_set_weak_pointer (&self->window, window);
  self->uploader = g_object_ref (uploader);
  hoist_link_copier_set_window (self->copier, window, uploader);
  g_signal_connect_object (window, "notify::visible", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hoist_uploader_get_list (uploader), "applied", G_CALLBACK (look), self,
                           G_CONNECT_SWAPPED);
  retry_waiting (self);
  look (self);
}

/**
 * hoist_batch_notifier_hide:
 * @self: the notifier
 *
 * Stops telling. What it told stays where a click on it starts the program again, and where
 * nobody saw the end yet. Else it goes, as buttons that nobody hears are none.
 */
void
hoist_batch_notifier_hide (HoistBatchNotifier *self)
{
  g_return_if_fail (HOIST_IS_BATCH_NOTIFIER (self));

  g_clear_handle_id (&self->look_id, g_source_remove);
  if (self->told == HOIST_BATCH_TELL_UNDER_WAY ||
      (self->server != HOIST_NOTIFICATION_SERVER_DESKTOP && self->window != NULL &&
       gtk_widget_get_visible (GTK_WIDGET (self->window))))
    withdraw (self);
  stop_looking (self);
  set_unclickable (self);
  self->told = HOIST_BATCH_TELL_NOTHING;
  self->watch = (HoistBatchWatch){ 0 };
  if (self->uploader != NULL)
    g_signal_handlers_disconnect_by_data (hoist_uploader_get_list (self->uploader), self);
  if (self->window != NULL)
    g_signal_handlers_disconnect_by_data (self->window, self);
  hoist_link_copier_set_window (self->copier, NULL, NULL);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->uploader);
}
