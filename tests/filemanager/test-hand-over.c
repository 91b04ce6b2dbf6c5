/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-hand-over.h"

static const char *const uris[] = { "file:///a%20b", "sftp://host/c", NULL };

static const char application_xml[] =
  "<node><interface name='org.freedesktop.Application'>"
  "<method name='ActivateAction'><arg type='s' direction='in'/><arg type='av' direction='in'/>"
  "<arg type='a{sv}' direction='in'/></method></interface></node>";

static const char notifications_xml[] =
  "<node><interface name='org.freedesktop.Notifications'><method name='Notify'>"
  "<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
  "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/>"
  "</method></interface></node>";

typedef struct
{
  GTestDBus *bus;
  GDBusConnection *service; /* (owned) */
  GDBusNodeInfo *node;      /* (owned) (nullable) */
  guint name_id;
  gboolean has_name;
  char *called; /* (owned) (nullable) the last call's parameters */
  gboolean refuses;
  char *path; /* (owned) of the programs */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  fixture->path = g_strdup (g_getenv ("PATH"));
  g_test_dbus_up (fixture->bus);
  /* Without any hoist that is installed. */
  g_setenv ("PATH", "/nonexistent", TRUE);
  fixture->service = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (fixture->bus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, NULL);
  g_assert_nonnull (fixture->service);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_handle_id (&fixture->name_id, g_bus_unown_name);
  g_clear_pointer (&fixture->node, g_dbus_node_info_unref);
  g_clear_object (&fixture->service);
  g_free (fixture->called);
  g_setenv ("PATH", fixture->path, TRUE);
  g_free (fixture->path);
  g_test_dbus_down (fixture->bus);
  g_object_unref (fixture->bus);
}

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
  Fixture *fixture = user_data;

  g_free (fixture->called);
  fixture->called = g_variant_print (parameters, FALSE);
  if (fixture->refuses)
    g_dbus_method_invocation_return_dbus_error (invocation, "org.example.No", "Not today");
  else if (g_str_equal (method, "Notify"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", 1));
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
acquired_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  ((Fixture *) user_data)->has_name = TRUE;
}

/* Something on the bus that is called. */
static void
serve (Fixture *fixture, const char *name, const char *path, const char *xml)
{
  static const GDBusInterfaceVTable vtable = { .method_call = call_cb };

  fixture->node = g_dbus_node_info_new_for_xml (xml, NULL);
  g_assert_cmpuint (g_dbus_connection_register_object (fixture->service, path,
                                                       fixture->node->interfaces[0], &vtable,
                                                       fixture, NULL, NULL),
                    >, 0);
  fixture->name_id = g_bus_own_name_on_connection (
    fixture->service, name, G_BUS_NAME_OWNER_FLAGS_NONE, acquired_cb, NULL, fixture, NULL);
  while (!fixture->has_name)
    g_main_context_iteration (NULL, TRUE);
}

static void
serve_application (Fixture *fixture)
{
  serve (fixture, HOIST_APP_ID, "/io/github/hoist/Hoist", application_xml);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
hand_over (const char *destination_id, const char *const *what, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_hand_over_async (destination_id, what, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return hoist_hand_over_finish (result, error);
}

static void
test_runs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  serve_application (fixture);
  g_assert_true (hand_over ("studio", uris, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->called, ==,
                   "('upload', [<('studio', ['file:///a%20b', 'sftp://host/c'])>], {})");
  g_assert_true (hand_over (NULL, uris, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->called, ==,
                   "('upload', [<('', ['file:///a%20b', 'sftp://host/c'])>], {})");
}

static void
test_refuses (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  serve_application (fixture);
  fixture->refuses = TRUE;
  g_assert_false (hand_over ("studio", uris, &error));
  g_assert_nonnull (strstr (error->message, "Not today"));
}

/* Neither known to the bus nor a program. */
static void
test_not_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hand_over ("studio", uris, &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
}

static void
test_too_many (Fixture *fixture, gconstpointer data)
{
  g_autofree const char **many = g_new0 (const char *, 100002);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100001; i++)
    many[i] = "file:///a";
  serve_application (fixture);
  g_assert_false (hand_over (NULL, many, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_null (fixture->called);
  many[100000] = NULL;
  g_assert_true (hand_over (NULL, many, NULL));
}

/* A menu has no place to say it in. */
static void
test_notifies (Fixture *fixture, gconstpointer data)
{
  serve (fixture, "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
         notifications_xml);
  hoist_hand_over ("studio", uris);
  while (fixture->called == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (fixture->called, "'Nothing Was Uploaded'"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/filemanager/hand-over/runs", Fixture, NULL, set_up, test_runs, tear_down);
  g_test_add ("/filemanager/hand-over/refuses", Fixture, NULL, set_up, test_refuses, tear_down);
  g_test_add ("/filemanager/hand-over/not-there", Fixture, NULL, set_up, test_not_there, tear_down);
  g_test_add ("/filemanager/hand-over/too-many", Fixture, NULL, set_up, test_too_many, tear_down);
  g_test_add ("/filemanager/hand-over/notifies", Fixture, NULL, set_up, test_notifies, tear_down);
  return g_test_run ();
}
