/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-tray.h"

#include <glib/gi18n-lib.h>

#include "hoist-activation-token.h"
#include "hoist-dbus-tray.h"
#include "hoist-totals-format.h"
#include "hoist-tray-menu-service.h"
#include "hoist-tray-pace.h"
#include "hoist-tray-watcher.h"

/* What trays are told, as kinds of HoistTrayPace. */
typedef enum
{
  TELL_STATUS,
  TELL_ICON,
  TELL_ATTENTION_ICON,
  TELL_TOOLTIP,
  TELL_LAYOUT,
  TELL_CHANGES,
} Tell;

/**
 * HoistTray:
 *
 * The list's changes are taken note of as they come and looked at when the next
 * signal may be sent, at most two a second; so work in the tray costs the same
 * whatever goes on in the list. When nothing changes, nothing runs.
 */
struct _HoistTray
{
  GObject parent_instance;

  HoistUploader *uploader;            /* (owned) */
  HoistDBusTrayItem *skeleton;        /* (owned) */
  HoistTrayMenuService *menu_service; /* (owned) (nullable) */
  HoistTrayWatcher *watcher;          /* (owned) (nullable) */
  HoistTrayStyle style;
  GPtrArray *delivered; /* (owned) (element-type HoistUploadInfo) */
  HoistTrayPace pace;
  HoistTrayLook look; /* shown */
  guint flush_id;
  gboolean stale; /* the list changed since the last look */
  gboolean window_shown;
  char *token; /* (owned) (nullable) */
};

typedef enum
{
  PROP_HOSTED = 1,
} HoistTrayProperty;

enum
{
  SIGNAL_COMMAND,
  N_SIGNALS,
};

static GParamSpec *properties[PROP_HOSTED + 1];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistTray, hoist_tray, G_TYPE_OBJECT)

/* --- What trays see --------------------------------------------------------------------------- */

static GVariant *
no_pictures (void)
{
  return g_variant_new_array (G_VARIANT_TYPE ("(iiay)"), NULL, 0);
}

static void
show_icon (HoistTray *self)
{
  const gboolean attention = self->look == HOIST_TRAY_LOOK_ATTENTION;
  const char *name = self->style.by_name ? hoist_tray_look_get_icon_name (self->look) : "";

  hoist_dbus_tray_item_set_icon_name (self->skeleton, name);
  hoist_dbus_tray_item_set_icon_pixmap (self->skeleton,
                                        hoist_tray_picture_draw_all (self->look, self->style.ink));
  hoist_dbus_tray_item_set_attention_icon_name (self->skeleton, attention ? name : "");
  hoist_dbus_tray_item_set_attention_icon_pixmap (
    self->skeleton,
    attention ? hoist_tray_picture_draw_all (self->look, self->style.ink) : no_pictures ());
}

static void
update_look (HoistTray *self, HoistTrayLook look)
{
  gboolean attention_changed =
    (look == HOIST_TRAY_LOOK_ATTENTION) != (self->look == HOIST_TRAY_LOOK_ATTENTION);

  if (look == self->look)
    return;
  self->look = look;
  show_icon (self);
  hoist_tray_pace_add (&self->pace, TELL_ICON);
  if (attention_changed)
    hoist_tray_pace_add (&self->pace, TELL_ATTENTION_ICON);
}

static void
update_status (HoistTray *self)
{
  const char *status = hoist_tray_look_get_status (self->look, self->window_shown);

  if (g_strcmp0 (hoist_dbus_tray_item_get_status (self->skeleton), status) == 0)
    return;
  hoist_dbus_tray_item_set_status (self->skeleton, status);
  hoist_tray_pace_add (&self->pace, TELL_STATUS);
}

static void
update_words (HoistTray *self, const HoistUploadTotals *totals, gboolean counting)
{
  g_autofree char *words = hoist_totals_format_sentence (totals, counting);
  g_autofree char *markup = NULL;
  const char *name;

  if (g_strcmp0 (hoist_dbus_tray_item_get_icon_accessible_desc (self->skeleton), words) == 0)
    return;
  name = hoist_dbus_tray_item_get_icon_name (self->skeleton);
  markup = g_markup_escape_text (words, -1);
  hoist_dbus_tray_item_set_icon_accessible_desc (self->skeleton, words);
  hoist_dbus_tray_item_set_attention_accessible_desc (self->skeleton, words);
  hoist_dbus_tray_item_set_tool_tip (self->skeleton,
                                     g_variant_new ("(s@" HOIST_TRAY_PICTURES_TYPE "ss)", name,
                                                    no_pictures (), _ ("Hoist"), markup));
  hoist_tray_pace_add (&self->pace, TELL_TOOLTIP);
}

static void
update (HoistTray *self)
{
  HoistTrayMenu *menu = hoist_tray_menu_service_get_menu (self->menu_service);
  const HoistUploadTotals *totals =
    hoist_upload_list_get_totals (hoist_uploader_get_list (self->uploader));
  gboolean counting = hoist_upload_list_is_counting (hoist_uploader_get_list (self->uploader));

  self->stale = FALSE;
  update_look (self, hoist_tray_look_from_totals (totals, counting));
  update_status (self);
  update_words (self, totals, counting);
  if (hoist_tray_menu_update (menu, totals, counting, self->delivered))
    hoist_tray_pace_add (&self->pace, TELL_LAYOUT);
  if (hoist_tray_menu_has_changes (menu))
    hoist_tray_pace_add (&self->pace, TELL_CHANGES);
}

static void
tell (HoistTray *self, Tell what)
{
  switch (what)
    {
    case TELL_STATUS:
      hoist_dbus_tray_item_emit_new_status (self->skeleton,
                                            hoist_dbus_tray_item_get_status (self->skeleton));
      break;
    case TELL_ICON:
      hoist_dbus_tray_item_emit_new_icon (self->skeleton);
      break;
    case TELL_ATTENTION_ICON:
      hoist_dbus_tray_item_emit_new_attention_icon (self->skeleton);
      break;
    case TELL_TOOLTIP:
      hoist_dbus_tray_item_emit_new_tool_tip (self->skeleton);
      break;
    case TELL_LAYOUT:
      hoist_tray_menu_service_tell_layout (self->menu_service);
      break;
    case TELL_CHANGES:
      hoist_tray_menu_service_tell_changes (self->menu_service);
      break;
    default:
      g_return_if_reached ();
    }
}

static void schedule (HoistTray *self);

static gboolean
flush_cb (gpointer user_data)
{
  HoistTray *self = HOIST_TRAY (user_data);
  int what;

  self->flush_id = 0;
  if (self->stale)
    update (self);
  while ((what = hoist_tray_pace_take (&self->pace, g_get_monotonic_time ())) >= 0)
    tell (self, (Tell) what);
  schedule (self);
  return G_SOURCE_REMOVE;
}

/* Looks at the list when there may be something to send. */
static void
schedule (HoistTray *self)
{
  gint64 wait_us;

  if (self->flush_id != 0 || (!self->stale && self->pace.pending == 0))
    return;
  wait_us = hoist_tray_pace_get_wait_us (&self->pace, g_get_monotonic_time ());
  self->flush_id = g_timeout_add ((guint) ((wait_us + 999) / 1000), flush_cb, self);
}

static void
applied_cb (HoistTray *self, const HoistChangeSet *changes)
{
  hoist_tray_delivered_apply (self->delivered, hoist_uploader_get_list (self->uploader), changes);
  self->stale = TRUE;
  schedule (self);
}

/* --- What people do --------------------------------------------------------------------------- */

static gboolean
refuse (GDBusMethodInvocation *invocation, const char *why)
{
  g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                 G_DBUS_ERROR_INVALID_ARGS, why);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
activate_cb (HoistTray *self, GDBusMethodInvocation *invocation, int x, int y)
{
  hoist_dbus_tray_item_complete_activate (self->skeleton, invocation);
  g_signal_emit (self, signals[SIGNAL_COMMAND], 0, (guint) HOIST_TRAY_COMMAND_TOGGLE, (guint64) 0);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* A middle click; and what is called by a tray that cannot show a menu. Neither may
 * hide the window: it is then the only way in. */
static gboolean
open_cb (HoistTray *self, GDBusMethodInvocation *invocation, int x, int y)
{
  g_dbus_method_invocation_return_value (invocation, NULL);
  g_signal_emit (self, signals[SIGNAL_COMMAND], 0, (guint) HOIST_TRAY_COMMAND_OPEN, (guint64) 0);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
scroll_cb (HoistTray *self, GDBusMethodInvocation *invocation, int delta, const char *orientation)
{
  if (g_ascii_strcasecmp (orientation, "horizontal") != 0 &&
      g_ascii_strcasecmp (orientation, "vertical") != 0)
    return refuse (invocation, "There is no such orientation.");

  hoist_dbus_tray_item_complete_scroll (self->skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
provide_token_cb (HoistTray *self, GDBusMethodInvocation *invocation, const char *token)
{
  if (!hoist_activation_token_is_valid (token))
    return refuse (invocation, "This is not a token.");

  g_free (self->token);
  self->token = g_strdup (token);
  hoist_dbus_tray_item_complete_provide_xdg_activation_token (self->skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
clicked_cb (HoistTray *self, HoistTrayCommand command, guint64 upload_id)
{
  if (command == HOIST_TRAY_COMMAND_PAUSE_ALL)
    hoist_uploader_command_all (self->uploader, HOIST_COMMAND_PAUSE);
  else if (command == HOIST_TRAY_COMMAND_RESUME_ALL)
    hoist_uploader_command_all (self->uploader, HOIST_COMMAND_RESUME);
  else
    g_signal_emit (self, signals[SIGNAL_COMMAND], 0, (guint) command, upload_id);
}

/* --- The object ------------------------------------------------------------------------------- */

static void
hosted_changed_cb (HoistTray *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HOSTED]);
}

static void
hoist_tray_get_property (GObject *object, guint property, GValue *value, GParamSpec *pspec)
{
  switch ((HoistTrayProperty) property)
    {
    case PROP_HOSTED:
      g_value_set_boolean (value, hoist_tray_is_hosted (HOIST_TRAY (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
hoist_tray_dispose (GObject *object)
{
  HoistTray *self = HOIST_TRAY (object);

  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_clear_object (&self->watcher);
  if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)))
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->menu_service);
  g_clear_object (&self->uploader);
  G_OBJECT_CLASS (hoist_tray_parent_class)->dispose (object);
}

static void
hoist_tray_finalize (GObject *object)
{
  HoistTray *self = HOIST_TRAY (object);

  g_object_unref (self->skeleton);
  g_ptr_array_unref (self->delivered);
  g_free (self->token);
  G_OBJECT_CLASS (hoist_tray_parent_class)->finalize (object);
}

static void
hoist_tray_class_init (HoistTrayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hoist_tray_get_property;
  object_class->dispose = hoist_tray_dispose;
  object_class->finalize = hoist_tray_finalize;

  /**
   * HoistTray:hosted: (getter is_hosted)
   *
   * Whether a tray shows the item.
   */
  properties[PROP_HOSTED] =
    g_param_spec_boolean ("hosted", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  /**
   * HoistTray::command:
   * @self: the tray
   * @command: a [enum@TrayCommand]
   * @upload_id: for %HOIST_TRAY_COMMAND_DELIVERED, which one
   *
   * A person asked for something in the tray.
   */
  signals[SIGNAL_COMMAND] =
    g_signal_new ("command", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT64);
}

static void
hoist_tray_init (HoistTray *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "handle-activate", G_CALLBACK (activate_cb) },
    { "handle-secondary-activate", G_CALLBACK (open_cb) },
    { "handle-context-menu", G_CALLBACK (open_cb) },
    { "handle-scroll", G_CALLBACK (scroll_cb) },
    { "handle-provide-xdg-activation-token", G_CALLBACK (provide_token_cb) },
  };

  self->delivered = hoist_tray_delivered_new ();
  self->window_shown = TRUE;
  self->skeleton = hoist_dbus_tray_item_skeleton_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->skeleton, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
}

static void
set_what_never_changes (HoistDBusTrayItem *skeleton)
{
  hoist_dbus_tray_item_set_category (skeleton, "ApplicationStatus");
  hoist_dbus_tray_item_set_id (skeleton, HOIST_APP_ID);
  hoist_dbus_tray_item_set_title (skeleton, _ ("Hoist"));
  hoist_dbus_tray_item_set_icon_theme_path (skeleton, "");
  hoist_dbus_tray_item_set_overlay_icon_name (skeleton, "");
  hoist_dbus_tray_item_set_overlay_icon_pixmap (skeleton, no_pictures ());
  hoist_dbus_tray_item_set_attention_movie_name (skeleton, "");
  hoist_dbus_tray_item_set_item_is_menu (skeleton, FALSE);
  hoist_dbus_tray_item_set_menu (skeleton, HOIST_TRAY_MENU_PATH);
}

/**
 * hoist_tray_new:
 * @uploader: whose uploads it shows
 * @connection: a session bus
 * @style: how the desktop looks
 * @error: (out) (optional): why it cannot be exported
 *
 * Exports the item and its menu, and registers them whenever there is a tray. All
 * stops when the object is freed.
 *
 * Errors: those of g_dbus_interface_skeleton_export().
 *
 * Returns: (transfer full) (nullable): the tray
 */
HoistTray *
hoist_tray_new (HoistUploader *uploader,
                GDBusConnection *connection,
                const HoistTrayStyle *style,
                GError **error)
{
  g_autoptr (HoistTray) self = NULL;
  HoistUploadList *list;

  g_return_val_if_fail (HOIST_IS_UPLOADER (uploader), NULL);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);
  g_return_val_if_fail (style != NULL, NULL);

  self = g_object_new (HOIST_TYPE_TRAY, NULL);
  self->uploader = g_object_ref (uploader);
  self->style = *style;
  self->menu_service = hoist_tray_menu_service_new (connection, style->right_to_left, error);
  if (self->menu_service == NULL)
    return NULL;
  g_signal_connect_object (self->menu_service, "about-to-show", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->menu_service, "clicked", G_CALLBACK (clicked_cb), self,
                           G_CONNECT_SWAPPED);
  list = hoist_uploader_get_list (uploader);
  g_signal_connect_object (list, "applied", G_CALLBACK (applied_cb), self, G_CONNECT_SWAPPED);

  hoist_tray_delivered_load (self->delivered, list);
  set_what_never_changes (self->skeleton);
  show_icon (self);
  update (self);
  /* Nobody has seen it yet, so there is nothing to tell. */
  self->pace.pending = 0;
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), connection,
                                         HOIST_TRAY_ITEM_PATH, error))
    return NULL;
  self->watcher = hoist_tray_watcher_new (connection);
  g_signal_connect_object (self->watcher, "notify::hosted", G_CALLBACK (hosted_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return g_steal_pointer (&self);
}

/**
 * hoist_tray_is_hosted:
 * @self: the tray
 *
 * Tells whether a tray shows it. Where none does the window must stay within reach.
 *
 * Returns: whether one does
 */
gboolean
hoist_tray_is_hosted (HoistTray *self)
{
  g_return_val_if_fail (HOIST_IS_TRAY (self), FALSE);

  return self->watcher != NULL && hoist_tray_watcher_is_hosted (self->watcher);
}

/**
 * hoist_tray_set_style:
 * @self: the tray
 * @style: how the desktop looks now; the direction of words does not change
 *
 * Draws the icon anew, if it has to look different.
 */
void
hoist_tray_set_style (HoistTray *self, const HoistTrayStyle *style)
{
  g_return_if_fail (HOIST_IS_TRAY (self));
  g_return_if_fail (style != NULL);

  if (style->by_name == self->style.by_name && style->ink == self->style.ink)
    return;
  self->style.by_name = style->by_name;
  self->style.ink = style->ink;
  show_icon (self);
  hoist_tray_pace_add (&self->pace, TELL_ICON);
  hoist_tray_pace_add (&self->pace, TELL_ATTENTION_ICON);
  schedule (self);
}

/**
 * hoist_tray_set_window_shown:
 * @self: the tray
 * @shown: whether the window is there to see
 *
 * Says so, since an icon that has nothing to tell is needed without the window only.
 */
void
hoist_tray_set_window_shown (HoistTray *self, gboolean shown)
{
  g_return_if_fail (HOIST_IS_TRAY (self));

  self->window_shown = shown;
  self->stale = TRUE;
  schedule (self);
}

/**
 * hoist_tray_take_token:
 * @self: the tray
 *
 * Takes the activation token that came before the last command, for the window that
 * it opens. Each serves once.
 *
 * Returns: (transfer full) (nullable): the token
 */
char *
hoist_tray_take_token (HoistTray *self)
{
  g_return_val_if_fail (HOIST_IS_TRAY (self), NULL);

  return g_steal_pointer (&self->token);
}
