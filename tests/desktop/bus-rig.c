/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bus-rig.h"

static GDBusConnection *
connect_bus (BusRig *rig)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (rig->bus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

void
bus_rig_up (BusRig *rig)
{
  rig->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (rig->bus);
  rig->server = connect_bus (rig);
  rig->client = connect_bus (rig);
}

void
bus_rig_down (BusRig *rig)
{
  bus_rig_drain ();
  g_dbus_connection_close_sync (rig->client, NULL, NULL);
  g_dbus_connection_close_sync (rig->server, NULL, NULL);
  g_clear_object (&rig->client);
  g_clear_object (&rig->server);
  g_test_dbus_down (rig->bus);
  g_clear_object (&rig->bus);
}

static void
acquired_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* Comes back when the name is owned. */
guint
bus_rig_own_name (BusRig *rig, const char *name)
{
  gboolean *owned = g_new0 (gboolean, 1);
  guint id = g_bus_own_name_on_connection (rig->server, name, G_BUS_NAME_OWNER_FLAGS_NONE,
                                           acquired_cb, NULL, owned, g_free);

  BUS_RIG_WAIT_FOR (*owned);
  return id;
}

guint
bus_rig_export (BusRig *rig,
                const char *path,
                const char *xml,
                const GDBusInterfaceVTable *table,
                gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, &error);
  guint id;

  g_assert_no_error (error);
  id = g_dbus_connection_register_object (rig->server, path, node->interfaces[0], table, user_data,
                                          NULL, &error);
  g_assert_no_error (error);
  return id;
}

/* Does what is to be done now. */
void
bus_rig_drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
ask_bus (GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "GetId", NULL, NULL,
                                 G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

/* All that the server has said by now has reached the client: a bus keeps the order. */
void
bus_rig_catch_up (BusRig *rig)
{
  ask_bus (rig->server);
  ask_bus (rig->client);
  bus_rig_drain ();
}
