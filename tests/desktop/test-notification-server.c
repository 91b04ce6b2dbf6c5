/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who shows notifications: on a bus with nobody, a daemon of either kind, and GNOME's. */

#include "await.h"
#include "hoist-notification-server.h"

#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"

static const char interface_xml[] =
  "<node><interface name='" NAME "'>"
  "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
  "</interface></node>";

typedef struct
{
  const char *name;         /* (nullable) whom the bus has */
  const char *capabilities; /* (nullable) null: it answers with an error */
  HoistNotificationServer expected;
} Case;

static const Case cases[] = {
  { NULL, NULL, HOIST_NOTIFICATION_SERVER_NONE },
  { NAME, NULL, HOIST_NOTIFICATION_SERVER_NONE },
  { NAME, "(@as [],)", HOIST_NOTIFICATION_SERVER_PLAIN },
  { NAME, "(['body', 'actions'],)", HOIST_NOTIFICATION_SERVER_PLAIN },
  { NAME, "(['body', 'body-markup'],)", HOIST_NOTIFICATION_SERVER_MARKUP },
  { "org.gtk.Notifications", NULL, HOIST_NOTIFICATION_SERVER_DESKTOP },
};

static void
call_cb (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  const Case *c = user_data;

  if (c->capabilities == NULL)
    g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_FAILED,
                                                   "no");
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new_parsed (c->capabilities));
}

static GDBusConnection *
connect_bus (void)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
own (GDBusConnection *connection, const Case *c)
{
  static const GDBusInterfaceVTable vtable = { .method_call = call_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface_xml, NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (connection, PATH, node->interfaces[0], &vtable, (gpointer) c,
                                     NULL, &error);
  g_assert_no_error (error);
  if (c->name == NULL)
    return;
  reply = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", c->name, 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GDBusConnection *daemon = connect_bus ();
  GDBusConnection *client = connect_bus ();

  own (daemon, c);
  hoist_notification_server_look_async (client, NULL, await_take_cb, &result);
  await_result (&result);
  g_assert_cmpint (hoist_notification_server_look_finish (result, &error), ==, c->expected);
  g_assert_no_error (error);
  g_dbus_connection_close_sync (daemon, NULL, NULL);
  g_dbus_connection_close_sync (client, NULL, NULL);
  g_object_unref (daemon);
  g_object_unref (client);
}

int
main (int argc, char **argv)
{
  g_autoptr (GTestDBus) bus = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("GTK_USE_PORTAL");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/notification-server/%zu", i);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  status = g_test_run ();
  g_test_dbus_down (bus);
  return status;
}
