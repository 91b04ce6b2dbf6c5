/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-tray-menu-service.h"

#include "hoist-dbus-tray.h"
#include "hoist-tray-watcher.h"

#define DBUSMENU_VERSION 3

/* More than a menu of this size can need. */
#define MAX_IDS 256
#define MAX_NAMES 64

/**
 * HoistTrayMenuService:
 *
 * Answers a tray's questions about the menu and takes its clicks. What is asked of
 * entries that are not there, or makes no sense, gets an error and does nothing.
 */
struct _HoistTrayMenuService
{
  GObject parent_instance;

  HoistDBusTrayMenu *skeleton; /* (owned) */
  HoistTrayMenu *menu;         /* (owned) */
  guint told_revision;         /* of the layout that trays were told of */
};

enum
{
  SIGNAL_ABOUT_TO_SHOW,
  SIGNAL_CLICKED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistTrayMenuService, hoist_tray_menu_service, G_TYPE_OBJECT)

static gboolean
refuse (GDBusMethodInvocation *invocation, const char *why)
{
  g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                 G_DBUS_ERROR_INVALID_ARGS, why);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
are_few (const char *const *names)
{
  return g_strv_length ((GStrv) names) <= MAX_NAMES;
}

/* --- Reading it ------------------------------------------------------------------------------- */

static gboolean
get_layout_cb (HoistTrayMenuService *self,
               GDBusMethodInvocation *invocation,
               int parent_id,
               int depth,
               const char *const *names)
{
  if (depth < -1)
    return refuse (invocation, "There is no such depth.");
  if (!are_few (names))
    return refuse (invocation, "These are too many properties.");
  if (!hoist_tray_menu_has (self->menu, parent_id))
    return refuse (invocation, "There is no such entry.");

  hoist_dbus_tray_menu_complete_get_layout (
    self->skeleton, invocation, hoist_tray_menu_get_revision (self->menu),
    hoist_tray_menu_get_layout (self->menu, parent_id, depth, names));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
get_group_properties_cb (HoistTrayMenuService *self,
                         GDBusMethodInvocation *invocation,
                         GVariant *ids,
                         const char *const *names)
{
  gsize n_ids;
  const int *elements = g_variant_get_fixed_array (ids, &n_ids, sizeof (int));

  if (n_ids > MAX_IDS)
    return refuse (invocation, "These are too many entries.");
  if (!are_few (names))
    return refuse (invocation, "These are too many properties.");

  hoist_dbus_tray_menu_complete_get_group_properties (
    self->skeleton, invocation,
    hoist_tray_menu_get_properties (self->menu, elements, n_ids, names));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
get_property_cb (HoistTrayMenuService *self,
                 GDBusMethodInvocation *invocation,
                 int id,
                 const char *name)
{
  GVariant *value = hoist_tray_menu_get_property (self->menu, id, name);

  if (value == NULL)
    return refuse (invocation, "There is no such entry or property.");

  hoist_dbus_tray_menu_complete_get_property (self->skeleton, invocation,
                                              g_variant_new_variant (value));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Brings the menu up to date, and tells whether trays have not heard of all of it. */
static gboolean
bring_up_to_date (HoistTrayMenuService *self)
{
  g_signal_emit (self, signals[SIGNAL_ABOUT_TO_SHOW], 0);
  return hoist_tray_menu_has_changes (self->menu) ||
         hoist_tray_menu_get_revision (self->menu) != self->told_revision;
}

static gboolean
about_to_show_cb (HoistTrayMenuService *self, GDBusMethodInvocation *invocation, int id)
{
  if (!hoist_tray_menu_has (self->menu, id))
    return refuse (invocation, "There is no such entry.");

  hoist_dbus_tray_menu_complete_about_to_show (self->skeleton, invocation, bring_up_to_date (self));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static GVariant *
list_ids (GArray *ids)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_INT32, ids->data, ids->len, sizeof (int));
}

static gboolean
about_to_show_group_cb (HoistTrayMenuService *self,
                        GDBusMethodInvocation *invocation,
                        GVariant *ids)
{
  g_autoptr (GArray) updates = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) errors = g_array_new (FALSE, FALSE, sizeof (int));
  gboolean changed;
  gsize n_ids;
  const int *elements = g_variant_get_fixed_array (ids, &n_ids, sizeof (int));

  if (n_ids > MAX_IDS)
    return refuse (invocation, "These are too many entries.");
  for (gsize i = 0; i < n_ids; i++)
    if (!hoist_tray_menu_has (self->menu, elements[i]))
      g_array_append_val (errors, elements[i]);
  if (n_ids > 0 && errors->len == n_ids)
    return refuse (invocation, "There are no such entries.");

  changed = bring_up_to_date (self);
  for (gsize i = 0; changed && i < n_ids; i++)
    if (hoist_tray_menu_has (self->menu, elements[i]))
      g_array_append_val (updates, elements[i]);
  hoist_dbus_tray_menu_complete_about_to_show_group (self->skeleton, invocation, list_ids (updates),
                                                     list_ids (errors));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- Clicking it ------------------------------------------------------------------------------ */

static gboolean
is_known_event (const char *event)
{
  static const char *const known[] = { "opened", "closed", "hovered", NULL };

  return g_strv_contains (known, event) || g_str_has_prefix (event, "x-");
}

/* Whether an event made sense. */
static gboolean
take_event (HoistTrayMenuService *self, int id, const char *event)
{
  HoistTrayCommand command;
  guint64 upload_id;

  if (!g_str_equal (event, "clicked"))
    return hoist_tray_menu_has (self->menu, id) && is_known_event (event);

  command = hoist_tray_menu_click (self->menu, id, &upload_id);
  if (command == HOIST_TRAY_COMMAND_NONE)
    return FALSE;
  g_signal_emit (self, signals[SIGNAL_CLICKED], 0, (guint) command, upload_id);
  return TRUE;
}

static gboolean
event_cb (HoistTrayMenuService *self,
          GDBusMethodInvocation *invocation,
          int id,
          const char *event,
          GVariant *data,
          guint timestamp)
{
  /* What is clicked may end the program, and this object. */
  g_autoptr (HoistTrayMenuService) alive = g_object_ref (self);

  if (!take_event (self, id, event))
    return refuse (invocation, "There is no such entry or event, or it cannot be clicked.");

  hoist_dbus_tray_menu_complete_event (self->skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
event_group_cb (HoistTrayMenuService *self, GDBusMethodInvocation *invocation, GVariant *events)
{
  g_autoptr (HoistTrayMenuService) alive = g_object_ref (self);
  g_autoptr (GArray) errors = g_array_new (FALSE, FALSE, sizeof (int));
  gsize n_events = g_variant_n_children (events);

  if (n_events > MAX_IDS)
    return refuse (invocation, "These are too many events.");
  for (gsize i = 0; i < n_events; i++)
    {
      int id;
      const char *event;

      g_variant_get_child (events, i, "(i&svu)", &id, &event, NULL, NULL);
      if (!take_event (self, id, event))
        g_array_append_val (errors, id);
    }
  if (n_events > 0 && errors->len == n_events)
    return refuse (invocation, "There are no such entries or events, or they cannot be clicked.");

  hoist_dbus_tray_menu_complete_event_group (self->skeleton, invocation, list_ids (errors));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- The object ------------------------------------------------------------------------------- */

static void
hoist_tray_menu_service_dispose (GObject *object)
{
  HoistTrayMenuService *self = HOIST_TRAY_MENU_SERVICE (object);

  if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)))
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  G_OBJECT_CLASS (hoist_tray_menu_service_parent_class)->dispose (object);
}

static void
hoist_tray_menu_service_finalize (GObject *object)
{
  HoistTrayMenuService *self = HOIST_TRAY_MENU_SERVICE (object);

  g_object_unref (self->skeleton);
  hoist_tray_menu_free (self->menu);
  G_OBJECT_CLASS (hoist_tray_menu_service_parent_class)->finalize (object);
}

static void
hoist_tray_menu_service_class_init (HoistTrayMenuServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_tray_menu_service_dispose;
  object_class->finalize = hoist_tray_menu_service_finalize;

  /**
   * HoistTrayMenuService::about-to-show:
   * @self: the service
   *
   * A tray is about to show the menu: it should be up to date now.
   */
  signals[SIGNAL_ABOUT_TO_SHOW] =
    g_signal_new ("about-to-show", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
  /**
   * HoistTrayMenuService::clicked:
   * @self: the service
   * @command: a [enum@TrayCommand]
   * @upload_id: for %HOIST_TRAY_COMMAND_DELIVERED, which one
   *
   * A person clicked an entry.
   */
  signals[SIGNAL_CLICKED] =
    g_signal_new ("clicked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT64);
}

static void
hoist_tray_menu_service_init (HoistTrayMenuService *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "handle-get-layout", G_CALLBACK (get_layout_cb) },
    { "handle-get-group-properties", G_CALLBACK (get_group_properties_cb) },
    { "handle-get-property", G_CALLBACK (get_property_cb) },
    { "handle-event", G_CALLBACK (event_cb) },
    { "handle-event-group", G_CALLBACK (event_group_cb) },
    { "handle-about-to-show", G_CALLBACK (about_to_show_cb) },
    { "handle-about-to-show-group", G_CALLBACK (about_to_show_group_cb) },
  };

  self->menu = hoist_tray_menu_new ();
  self->told_revision = hoist_tray_menu_get_revision (self->menu);
  self->skeleton = hoist_dbus_tray_menu_skeleton_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->skeleton, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
}

/**
 * hoist_tray_menu_service_new:
 * @connection: a session bus
 * @right_to_left: whether words run that way
 * @error: (out) (optional): why it cannot be exported
 *
 * Exports an empty menu at %HOIST_TRAY_MENU_PATH, until the object is freed.
 *
 * Errors: those of g_dbus_interface_skeleton_export().
 *
 * Returns: (transfer full) (nullable): the service
 */
HoistTrayMenuService *
hoist_tray_menu_service_new (GDBusConnection *connection, gboolean right_to_left, GError **error)
{
  static const char *const no_folders[] = { NULL };
  g_autoptr (HoistTrayMenuService) self = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);

  self = g_object_new (HOIST_TYPE_TRAY_MENU_SERVICE, NULL);
  hoist_dbus_tray_menu_set_version (self->skeleton, DBUSMENU_VERSION);
  hoist_dbus_tray_menu_set_text_direction (self->skeleton, right_to_left ? "rtl" : "ltr");
  hoist_dbus_tray_menu_set_status (self->skeleton, "normal");
  hoist_dbus_tray_menu_set_icon_theme_path (self->skeleton, no_folders);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), connection,
                                         HOIST_TRAY_MENU_PATH, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hoist_tray_menu_service_get_menu:
 * @self: the service
 *
 * Gets the menu, to change it. Trays see the changes when they are told.
 *
 * Returns: (transfer none): the menu
 */
HoistTrayMenu *
hoist_tray_menu_service_get_menu (HoistTrayMenuService *self)
{
  g_return_val_if_fail (HOIST_IS_TRAY_MENU_SERVICE (self), NULL);

  return self->menu;
}

/**
 * hoist_tray_menu_service_tell_layout:
 * @self: the service
 *
 * Tells trays that the layout changed.
 */
void
hoist_tray_menu_service_tell_layout (HoistTrayMenuService *self)
{
  g_return_if_fail (HOIST_IS_TRAY_MENU_SERVICE (self));

  self->told_revision = hoist_tray_menu_get_revision (self->menu);
  hoist_dbus_tray_menu_emit_layout_updated (self->skeleton, self->told_revision, 0);
}

/**
 * hoist_tray_menu_service_tell_changes:
 * @self: the service
 *
 * Tells trays which properties changed since they were last told.
 */
void
hoist_tray_menu_service_tell_changes (HoistTrayMenuService *self)
{
  g_return_if_fail (HOIST_IS_TRAY_MENU_SERVICE (self));

  hoist_dbus_tray_menu_emit_items_properties_updated (
    self->skeleton, hoist_tray_menu_take_changes (self->menu),
    g_variant_new_array (G_VARIANT_TYPE ("(ias)"), NULL, 0));
}
