/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-portal.h"

#define NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"
#define REQUEST "org.freedesktop.portal.Request"
#define ELSEWHERE PATH "/request/elsewhere"

static const char BACKGROUND_XML[] =
  "<node><interface name='org.freedesktop.portal.Background'>"
  "<method name='RequestBackground'><arg type='s' direction='in'/>"
  "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
  "<method name='SetStatus'><arg type='a{sv}' direction='in'/></method>"
  "<property name='version' type='u' access='read'/>"
  "</interface></node>";
static const char INHIBIT_XML[] =
  "<node><interface name='org.freedesktop.portal.Inhibit'>"
  "<method name='Inhibit'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
  "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
  "</interface></node>";

static void
respond (FakePortal *self, const char *handle, guint response, gboolean background)
{
  GVariantBuilder results = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gboolean autostart = FALSE;

  g_variant_lookup (self->options, "autostart", "b", &autostart);
  g_variant_builder_add (&results, "{sv}", "background", g_variant_new_boolean (background));
  g_variant_builder_add (&results, "{sv}", "autostart", g_variant_new_boolean (autostart));
  g_dbus_connection_emit_signal (self->rig.server, NULL, handle, REQUEST, "Response",
                                 g_variant_new ("(ua{sv})", response, &results), NULL);
}

static void
answer (FakePortal *self)
{
  switch (self->how)
    {
    case FAKE_PORTAL_GRANT:
      respond (self, self->handle, 0, TRUE);
      break;
    case FAKE_PORTAL_DENY:
      respond (self, self->handle, 0, FALSE);
      break;
    case FAKE_PORTAL_CANCEL:
      respond (self, self->handle, 1, FALSE);
      break;
    case FAKE_PORTAL_END:
      respond (self, self->handle, 2, FALSE);
      break;
    case FAKE_PORTAL_NONSENSE:
      g_dbus_connection_emit_signal (self->rig.server, NULL, self->handle, REQUEST, "Response",
                                     g_variant_new ("(s)", "yes"), NULL);
      break;
    case FAKE_PORTAL_GRANT_EARLY:
    case FAKE_PORTAL_GRANT_ELSEWHERE:
    case FAKE_PORTAL_REFUSE:
    case FAKE_PORTAL_SILENCE:
    default:
      break;
    }
}

static void
keep_request (FakePortal *self, const char *sender, GVariant *options)
{
  const char *token = "";
  g_autofree char *name = g_strdelimit (g_strdup (sender + 1), ".", '_');

  g_clear_pointer (&self->options, g_variant_unref);
  self->options = g_variant_ref (options);
  g_variant_lookup (options, "handle_token", "&s", &token);
  g_free (self->handle);
  self->handle = g_strdup_printf (PATH "/request/%s/%s", name, token);
  self->n_requests++;
}

static void
request (FakePortal *self, GDBusMethodInvocation *invocation)
{
  if (self->how == FAKE_PORTAL_REFUSE)
    {
      g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_FAILED,
                                                     "No");
      return;
    }
  if (self->how == FAKE_PORTAL_GRANT_EARLY)
    respond (self, self->handle, 0, TRUE);
  g_dbus_method_invocation_return_value (
    invocation,
    g_variant_new ("(o)", self->how == FAKE_PORTAL_GRANT_ELSEWHERE ? ELSEWHERE : self->handle));
  answer (self);
}

static void
call_cb (GDBusConnection *connection,
         const char *sender,
         const char *object_path,
         const char *interface_name,
         const char *method_name,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  FakePortal *self = user_data;
  g_autoptr (GVariant) options =
    g_variant_get_child_value (parameters, g_variant_n_children (parameters) - 1);

  if (g_str_equal (method_name, "SetStatus"))
    {
      g_free (self->status);
      g_assert_true (g_variant_lookup (options, "message", "s", &self->status));
      self->n_statuses++;
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }
  keep_request (self, sender, options);
  if (g_str_equal (method_name, "RequestBackground"))
    request (self, invocation);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", self->handle));
}

static GVariant *
get_version_cb (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface_name,
                const char *property_name,
                GError **error,
                gpointer user_data)
{
  return g_variant_new_uint32 (((FakePortal *) user_data)->version);
}

/* Requests are closed on objects that nobody need export. */
static GDBusMessage *
filter_cb (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  FakePortal *self = data;

  if (incoming && g_strcmp0 (g_dbus_message_get_interface (message), REQUEST) == 0 &&
      g_strcmp0 (g_dbus_message_get_member (message), "Close") == 0)
    g_atomic_int_inc (&self->n_closed);
  return message;
}

/* A person has thought about it. */
void
fake_portal_grant_elsewhere (FakePortal *self)
{
  respond (self, ELSEWHERE, 0, TRUE);
}

void
fake_portal_set_up (FakePortal *self)
{
  bus_rig_up (&self->rig);
  g_dbus_connection_add_filter (self->rig.server, filter_cb, self, NULL);
}

void
fake_portal_start (FakePortal *self, guint version)
{
  static const GDBusInterfaceVTable table = { .method_call = call_cb,
                                              .get_property = get_version_cb };

  self->version = version;
  self->object_ids[0] = bus_rig_export (&self->rig, PATH, BACKGROUND_XML, &table, self);
  self->object_ids[1] = bus_rig_export (&self->rig, PATH, INHIBIT_XML, &table, self);
  self->name_id = bus_rig_own_name (&self->rig, NAME);
}

void
fake_portal_stop (FakePortal *self)
{
  if (self->name_id == 0)
    return;
  g_clear_handle_id (&self->name_id, g_bus_unown_name);
  for (gsize i = 0; i < G_N_ELEMENTS (self->object_ids); i++)
    g_dbus_connection_unregister_object (self->rig.server, self->object_ids[i]);
}

void
fake_portal_tear_down (FakePortal *self)
{
  fake_portal_stop (self);
  bus_rig_down (&self->rig);
  g_clear_pointer (&self->options, g_variant_unref);
  g_free (self->handle);
  g_free (self->status);
}
