/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "keyring-rig.h"

#include <signal.h>
#include <sys/prctl.h>

#include "remove-tree.h"

static void
die_with_parent_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* libsecret 0.20.5 returns an error that is none when the service vanishes while a
 * prompt is open (on_prompt_vanished in secret-prompt.c): GIO complains, and the
 * call never ends. */
static gboolean
is_libsecrets_own (const char *domain, const char *message)
{
  return g_strcmp0 (domain, "GLib-GIO") == 0 &&
         strstr (message, "g_task_return_error: assertion 'error != NULL' failed") != NULL;
}

static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  return !is_libsecrets_own (domain, message);
}

static void
log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  if (!is_libsecrets_own (domain, message))
    g_log_default_handler (domain, level, message, user_data);
}

GDBusConnection *
rig_connect (void)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

void
rig_bus_start (RigBus *bus)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *config = NULL;
  g_autofree char *path = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  bus->folder = g_dir_make_tmp ("hoist-bus-XXXXXX", NULL);
  path = g_build_filename (bus->folder, "bus.conf", NULL);
  config = g_strdup_printf ("<busconfig><type>session</type><listen>unix:dir=%s</listen>"
                            "<policy context='default'><allow send_destination='*'/>"
                            "<allow eavesdrop='true'/><allow own='*'/></policy></busconfig>",
                            bus->folder);
  g_assert_true (g_file_set_contents (path, config, -1, NULL));

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  bus->daemon = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", "--nofork",
                                             "--print-address", "--config-file", path, NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus->daemon));
  address = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (address);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);

  bus->session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (bus->session, FALSE);
}

void
rig_bus_stop (RigBus *bus)
{
  g_subprocess_force_exit (bus->daemon);
  g_subprocess_wait (bus->daemon, NULL, NULL);
  g_clear_object (&bus->daemon);
  g_clear_object (&bus->session);
  remove_tree (bus->folder);
  g_free (bus->folder);
}

gboolean
rig_has_owner (GDBusConnection *connection, const char *name)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
    connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
    "NameHasOwner", g_variant_new ("(s)", name), G_VARIANT_TYPE ("(b)"), 0, -1, NULL, NULL);
  gboolean owned = FALSE;

  g_variant_get (reply, "(b)", &owned);
  return owned;
}

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  *(gboolean *) user_data = FALSE;
}

static void
wait_owner (GDBusConnection *connection, const char *name, gboolean owned)
{
  gboolean state = !owned;
  guint id = g_bus_watch_name_on_connection (connection, name, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                             appeared_cb, vanished_cb, &state, NULL);

  while (state != owned)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (id);
}

/* @password: (nullable): to unlock it with; NULL starts it as at a login
 * without a password: the keyring file is there and locked. */
void
rig_keyring_start (RigKeyring *keyring, const char *password)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                               G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *data = g_build_filename (keyring->home, "data", NULL);
  g_autofree char *runtime = g_build_filename (keyring->home, "runtime", NULL);
  const char *mode = password != NULL ? "--unlock" : "--start";
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "HOME", keyring->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", data, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", runtime, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  g_subprocess_launcher_unsetenv (launcher, "MALLOC_PERTURB_");
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  keyring->daemon = g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon", mode,
                                                 "--components=secrets", "--foreground", NULL);
  g_assert_no_error (error);

  GOutputStream *input = g_subprocess_get_stdin_pipe (keyring->daemon);

  if (password != NULL)
    g_assert_true (
      g_output_stream_write_all (input, password, strlen (password), NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (input, NULL, NULL));
  wait_owner (keyring->connection, SECRETS_NAME, TRUE);
}

void
rig_keyring_stop (RigKeyring *keyring)
{
  if (keyring->daemon == NULL)
    return;
  g_subprocess_force_exit (keyring->daemon);
  g_subprocess_wait (keyring->daemon, NULL, NULL);
  wait_owner (keyring->connection, SECRETS_NAME, FALSE);
  g_clear_object (&keyring->daemon);
}

void
rig_keyring_lock (RigKeyring *keyring)
{
  const char *const paths[] = { SECRETS_PATH "/collection/login", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_sync (keyring->connection, SECRETS_NAME, SECRETS_PATH,
                                 "org.freedesktop.Secret.Service", "Lock",
                                 g_variant_new ("(^ao)", paths), NULL, 0, -1, NULL, &error);

  g_assert_no_error (error);
}

/* A prompter that opens, and never says anything. */
static const char prompter_xml[] =
  "<node><interface name='org.gnome.keyring.internal.Prompter'>"
  "<method name='BeginPrompting'><arg type='o' direction='in'/></method>"
  "<method name='PerformPrompt'><arg type='o' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='a{sv}' direction='in'/><arg type='s' direction='in'/></method>"
  "<method name='StopPrompting'><arg type='o' direction='in'/></method>"
  "</interface></node>";

static void
prompter_called_cb (GDBusConnection *connection,
                    const char *sender,
                    const char *object_path,
                    const char *interface_name,
                    const char *method_name,
                    GVariant *parameters,
                    GDBusMethodInvocation *invocation,
                    gpointer user_data)
{
  RigPrompter *prompter = user_data;

  prompter->n_prompts++;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

void
rig_prompter_start (RigPrompter *prompter)
{
  static const GDBusInterfaceVTable vtable = { .method_call = prompter_called_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (prompter_xml, NULL);
  g_autoptr (GVariant) reply = NULL;

  prompter->connection = rig_connect ();
  prompter->object_id = g_dbus_connection_register_object (
    prompter->connection, PROMPTER_PATH, node->interfaces[0], &vtable, prompter, NULL, NULL);
  reply = g_dbus_connection_call_sync (prompter->connection, "org.freedesktop.DBus",
                                       "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName", g_variant_new ("(su)", PROMPTER_NAME, 4u),
                                       NULL, 0, -1, NULL, NULL);
  g_assert_nonnull (reply);
}

void
rig_prompter_stop (RigPrompter *prompter)
{
  g_dbus_connection_unregister_object (prompter->connection, prompter->object_id);
  g_dbus_connection_close_sync (prompter->connection, NULL, NULL);
  g_clear_object (&prompter->connection);
}

void
rig_keyring_init (RigKeyring *keyring)
{
  g_autofree char *runtime = NULL;
  g_autofree char *keyrings = NULL;

  keyring->home = g_dir_make_tmp ("hoist-keyring-XXXXXX", NULL);
  runtime = g_build_filename (keyring->home, "runtime", NULL);
  keyrings = g_build_filename (keyring->home, "data", "keyrings", NULL);
  g_mkdir_with_parents (runtime, 0700);
  g_mkdir_with_parents (keyrings, 0700);
  keyring->connection = rig_connect ();
}

void
rig_keyring_clear (RigKeyring *keyring)
{
  rig_keyring_stop (keyring);
  g_dbus_connection_close_sync (keyring->connection, NULL, NULL);
  g_clear_object (&keyring->connection);
  remove_tree (keyring->home);
  g_free (keyring->home);
}

/* For each test anew: GTest forgets it in between. */
void
rig_tolerate_libsecret (void)
{
  g_test_log_set_fatal_handler (is_fatal, NULL);
  g_log_set_handler ("GLib-GIO", G_LOG_LEVEL_CRITICAL | G_LOG_FLAG_FATAL, log_cb, NULL);
}
