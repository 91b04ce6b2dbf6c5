/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The secret store against a real gnome-keyring in all its states, and against
 * services that misbehave, on a private bus. Nothing here may take longer than
 * the store's own limits. */

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#include "hoist-error.h"
#include "hoist-secret-store.h"

#define SECRETS_NAME "org.freedesktop.secrets"
#define SECRETS_PATH "/org/freedesktop/secrets"
#define PROMPTER_NAME "org.gnome.keyring.SystemPrompter"
#define PROMPTER_PATH "/org/gnome/keyring/Prompter"
#define TOKEN "correct-horse-battery-staple"

/* Of the stores here: short, but far above what a loaded machine takes. */
#define ANSWER_MS 2000
#define PROMPT_MS 400
/* What all steps together may take beyond that. */
#define SLACK_MS 4000

typedef struct
{
  char *home;
  GDBusConnection *connection; /* the test's own, not the one that the store uses */
  GSubprocess *keyring;
  HoistSecretStore *store;
  guint guard_id;
} Fixture;

static gboolean
guard_cb (gpointer user_data)
{
  g_error ("something never ended");
  return G_SOURCE_REMOVE;
}

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

static GDBusConnection *
connect_to (const char *address)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    address,
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
fixture_set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *runtime = NULL;
  g_autofree char *keyrings = NULL;

  /* Each test begins without one. */
  g_test_log_set_fatal_handler (is_fatal, NULL);

  f->home = g_dir_make_tmp ("hoist-keyring-XXXXXX", NULL);
  runtime = g_build_filename (f->home, "runtime", NULL);
  keyrings = g_build_filename (f->home, "data", "keyrings", NULL);
  g_mkdir_with_parents (runtime, 0700);
  g_mkdir_with_parents (keyrings, 0700);
  f->connection = connect_to (g_getenv ("DBUS_SESSION_BUS_ADDRESS"));
  f->store = g_object_new (HOIST_TYPE_SECRET_STORE, "answer-timeout-ms", ANSWER_MS,
                           "prompt-timeout-ms", PROMPT_MS, NULL);
  f->guard_id = g_timeout_add_seconds (60, guard_cb, NULL);
}

static gboolean
has_owner (Fixture *f, const char *name)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
    f->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
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
wait_owner (Fixture *f, const char *name, gboolean owned)
{
  gboolean state = !owned;
  guint id = g_bus_watch_name_on_connection (f->connection, name, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                             appeared_cb, vanished_cb, &state, NULL);

  while (state != owned)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (id);
}

/* @password: (nullable): to unlock it with; NULL starts it as at a login
 * without a password: the keyring file is there and locked. */
static void
start_keyring (Fixture *f, const char *password)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                               G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *data = g_build_filename (f->home, "data", NULL);
  g_autofree char *runtime = g_build_filename (f->home, "runtime", NULL);
  const char *mode = password != NULL ? "--unlock" : "--start";
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "HOME", f->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", data, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", runtime, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  g_subprocess_launcher_unsetenv (launcher, "MALLOC_PERTURB_");
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent_cb, NULL, NULL);
  f->keyring = g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon", mode,
                                            "--components=secrets", "--foreground", NULL);
  g_assert_no_error (error);

  GOutputStream *input = g_subprocess_get_stdin_pipe (f->keyring);

  if (password != NULL)
    g_assert_true (
      g_output_stream_write_all (input, password, strlen (password), NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (input, NULL, NULL));
  wait_owner (f, SECRETS_NAME, TRUE);
}

static void
stop_keyring (Fixture *f)
{
  if (f->keyring == NULL)
    return;
  g_subprocess_force_exit (f->keyring);
  g_subprocess_wait (f->keyring, NULL, NULL);
  wait_owner (f, SECRETS_NAME, FALSE);
  g_clear_object (&f->keyring);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

/* No token may lie on disk in plain, wherever the keyring keeps its files. */
static void
assert_not_on_disk (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autofree char *text = NULL;
      gsize length;

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        assert_not_on_disk (child);
      else if (g_file_test (child, G_FILE_TEST_IS_REGULAR) &&
               g_file_get_contents (child, &text, &length, NULL))
        g_assert_null (memmem (text, length, TOKEN, strlen (TOKEN)));
    }
}

static void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  assert_not_on_disk (f->home);
  stop_keyring (f);
  g_clear_object (&f->store);
  g_dbus_connection_close_sync (f->connection, NULL, NULL);
  g_clear_object (&f->connection);
  g_source_remove (f->guard_id);
  remove_tree (f->home);
  g_free (f->home);
}

static void
take_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static HoistSecretVerdict
lookup (Fixture *f, const char *id, gboolean may_prompt, char **token)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hoist_secret_store_lookup_async (f->store, id, may_prompt, NULL, take_result_cb, &result);
  wait_result (&result);

  HoistSecretVerdict verdict = hoist_secret_store_lookup_finish (f->store, result, token, &error);
  gboolean found = verdict == HOIST_SECRET_FOUND;

  g_assert_cmpint (*token != NULL, ==, found);
  if (found || verdict == HOIST_SECRET_NOT_THERE)
    g_assert_no_error (error);
  else
    g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NO_KEYRING);
  return verdict;
}

static void
assert_verdict (Fixture *f, const char *id, gboolean may_prompt, HoistSecretVerdict expected)
{
  char *token = NULL;

  g_assert_cmpint (lookup (f, id, may_prompt, &token), ==, expected);
  hoist_secret_free (token);
}

static void
assert_token (Fixture *f, const char *id, const char *expected)
{
  char *token = NULL;

  g_assert_cmpint (lookup (f, id, FALSE, &token), ==, HOIST_SECRET_FOUND);
  g_assert_cmpstr (token, ==, expected);
  hoist_secret_free (token);
}

static gboolean
store (Fixture *f, const char *id, const char *token, gboolean may_prompt, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_secret_store_store_async (f->store, id, "Home", token, may_prompt, NULL, take_result_cb,
                                  &result);
  wait_result (&result);
  return hoist_secret_store_store_finish (f->store, result, error);
}

static gboolean
remove_token (Fixture *f, const char *id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_secret_store_remove_async (f->store, id, TRUE, NULL, take_result_cb, &result);
  wait_result (&result);
  return hoist_secret_store_remove_finish (f->store, result, error);
}

/* What cannot be stored is kept for this run, and forgotten when asked. */
static void
assert_session_only (Fixture *f, gboolean may_prompt)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (store (f, "session", TOKEN, may_prompt, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NO_KEYRING);
  g_assert_null (strstr (error->message, TOKEN));
  g_clear_error (&error);
  g_assert_true (hoist_secret_store_is_session_only (f->store, "session"));
  assert_token (f, "session", TOKEN);

  remove_token (f, "session", NULL);
  g_assert_false (hoist_secret_store_is_session_only (f->store, "session"));
}

static void
lock_keyring (Fixture *f)
{
  const char *const paths[] = { SECRETS_PATH "/collection/login", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_sync (f->connection, SECRETS_NAME, SECRETS_PATH,
                                 "org.freedesktop.Secret.Service", "Lock",
                                 g_variant_new ("(^ao)", paths), NULL, 0, -1, NULL, &error);

  g_assert_no_error (error);
}

static gboolean
skip_without_keyring (void)
{
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");

  if (program == NULL)
    g_test_skip ("gnome-keyring is not installed");
  return program == NULL;
}

static void
test_unlocked (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (skip_without_keyring ())
    return;
  start_keyring (f, "password");

  assert_verdict (f, "home", FALSE, HOIST_SECRET_NOT_THERE);
  g_assert_true (store (f, "home", TOKEN, FALSE, &error));
  g_assert_no_error (error);
  g_assert_false (hoist_secret_store_is_session_only (f->store, "home"));
  assert_token (f, "home", TOKEN);
  assert_verdict (f, "work", TRUE, HOIST_SECRET_NOT_THERE);

  /* Again: in place of the first. */
  g_assert_true (store (f, "home", "other", TRUE, &error));
  assert_token (f, "home", "other");

  g_assert_true (remove_token (f, "home", &error));
  g_assert_no_error (error);
  assert_verdict (f, "home", FALSE, HOIST_SECRET_NOT_THERE);
  g_assert_true (remove_token (f, "home", &error));
}

/* What others see of it: these words are what people find it by. */
static void
test_attributes (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) found = NULL;
  g_autoptr (GVariant) label = NULL;
  g_autoptr (GVariantIter) paths = NULL;
  const char *path;

  if (skip_without_keyring ())
    return;
  start_keyring (f, "password");
  g_assert_true (store (f, "home", TOKEN, FALSE, NULL));

  found = g_dbus_connection_call_sync (
    f->connection, SECRETS_NAME, SECRETS_PATH, "org.freedesktop.Secret.Service", "SearchItems",
    g_variant_new_parsed ("({'application': 'io.github.hoist.Hoist', 'destination': 'home'},)"),
    G_VARIANT_TYPE ("(aoao)"), 0, -1, NULL, NULL);
  g_assert_nonnull (found);
  g_variant_get (found, "(aoao)", &paths, NULL);
  g_assert_cmpuint (g_variant_iter_n_children (paths), ==, 1);
  g_assert_true (g_variant_iter_next (paths, "&o", &path));
  label =
    g_dbus_connection_call_sync (f->connection, SECRETS_NAME, path,
                                 "org.freedesktop.DBus.Properties", "Get",
                                 g_variant_new ("(ss)", "org.freedesktop.Secret.Item", "Label"),
                                 G_VARIANT_TYPE ("(v)"), 0, -1, NULL, NULL);
  g_assert_nonnull (label);

  g_autoptr (GVariant) inner = g_variant_get_child_value (label, 0);
  g_autoptr (GVariant) text = g_variant_get_variant (inner);
  g_assert_cmpstr (g_variant_get_string (text, NULL), ==, "Hoist: Home");
}

static void
test_locked (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (skip_without_keyring ())
    return;
  start_keyring (f, "password");
  g_assert_true (store (f, "home", TOKEN, FALSE, &error));
  lock_keyring (f);

  assert_verdict (f, "home", FALSE, HOIST_SECRET_LOCKED);
  /* No prompter on this bus: as when a person dismisses the prompt. */
  assert_verdict (f, "home", TRUE, HOIST_SECRET_LOCKED);
  assert_verdict (f, "work", FALSE, HOIST_SECRET_NOT_THERE);
  assert_session_only (f, FALSE);
  assert_session_only (f, TRUE);
  g_assert_false (remove_token (f, "home", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NO_KEYRING);
}

/* As after an automatic login: the daemon has never seen the password. */
static void
test_never_unlocked (Fixture *f, gconstpointer data)
{
  if (skip_without_keyring ())
    return;
  start_keyring (f, "password");
  g_assert_true (store (f, "home", TOKEN, FALSE, NULL));
  stop_keyring (f);
  start_keyring (f, NULL);

  assert_verdict (f, "home", FALSE, HOIST_SECRET_LOCKED);
  assert_verdict (f, "home", TRUE, HOIST_SECRET_LOCKED);

  /* And it is still there for the one who unlocks it. */
  stop_keyring (f);
  start_keyring (f, "password");
  assert_token (f, "home", TOKEN);
}

/* A fresh home: there is no keyring file, and making one needs a person. */
static void
test_no_collection (Fixture *f, gconstpointer data)
{
  if (skip_without_keyring ())
    return;
  start_keyring (f, NULL);

  assert_verdict (f, "home", FALSE, HOIST_SECRET_NOT_THERE);
  assert_session_only (f, FALSE);
  assert_session_only (f, TRUE);
}

static void
test_absent (Fixture *f, gconstpointer data)
{
  g_assert_false (has_owner (f, SECRETS_NAME));
  assert_verdict (f, "home", FALSE, HOIST_SECRET_NO_KEYRING);
  assert_session_only (f, TRUE);
}

/* A prompter that opens, and never says anything. */
static const char prompter_xml[] =
  "<node><interface name='org.gnome.keyring.internal.Prompter'>"
  "<method name='BeginPrompting'><arg type='o' direction='in'/></method>"
  "<method name='PerformPrompt'><arg type='o' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='a{sv}' direction='in'/><arg type='s' direction='in'/></method>"
  "<method name='StopPrompting'><arg type='o' direction='in'/></method>"
  "</interface></node>";

typedef struct
{
  GDBusConnection *connection;
  guint object_id;
  guint n_prompts;
} Prompter;

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
  Prompter *prompter = user_data;

  prompter->n_prompts++;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
start_prompter (Prompter *prompter)
{
  static const GDBusInterfaceVTable vtable = { .method_call = prompter_called_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (prompter_xml, NULL);
  g_autoptr (GVariant) reply = NULL;

  prompter->connection = connect_to (g_getenv ("DBUS_SESSION_BUS_ADDRESS"));
  prompter->object_id = g_dbus_connection_register_object (
    prompter->connection, PROMPTER_PATH, node->interfaces[0], &vtable, prompter, NULL, NULL);
  reply = g_dbus_connection_call_sync (prompter->connection, "org.freedesktop.DBus",
                                       "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName", g_variant_new ("(su)", PROMPTER_NAME, 4u),
                                       NULL, 0, -1, NULL, NULL);
  g_assert_nonnull (reply);
}

static void
stop_prompter (Prompter *prompter)
{
  g_dbus_connection_unregister_object (prompter->connection, prompter->object_id);
  g_dbus_connection_close_sync (prompter->connection, NULL, NULL);
  g_clear_object (&prompter->connection);
}

static void
start_locked (Fixture *f)
{
  start_keyring (f, "password");
  g_assert_true (store (f, "home", TOKEN, FALSE, NULL));
  lock_keyring (f);
}

/* Nobody answers the prompt: it ends when its time is over, and not before. */
static void
test_prompt_timeout (Fixture *f, gconstpointer data)
{
  Prompter prompter = { 0 };

  if (skip_without_keyring ())
    return;
  start_locked (f);
  start_prompter (&prompter);

  gint64 start_us = g_get_monotonic_time ();
  assert_verdict (f, "home", TRUE, HOIST_SECRET_LOCKED);
  gint64 elapsed_ms = (g_get_monotonic_time () - start_us) / 1000;

  g_assert_cmpuint (prompter.n_prompts, >, 0);
  g_assert_cmpint (elapsed_ms, >=, PROMPT_MS);
  g_assert_cmpint (elapsed_ms, <, PROMPT_MS + SLACK_MS);
  stop_prompter (&prompter);
}

/* With libsecret 0.20.5 this call never comes back, whatever is cancelled. */
static void
test_dies_while_prompting (Fixture *f, gconstpointer data)
{
  Prompter prompter = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *token = NULL;

  if (skip_without_keyring ())
    return;
  start_locked (f);
  start_prompter (&prompter);

  hoist_secret_store_lookup_async (f->store, "home", TRUE, NULL, take_result_cb, &result);
  while (prompter.n_prompts == 0)
    g_main_context_iteration (NULL, TRUE);
  stop_keyring (f);
  wait_result (&result);
  g_assert_cmpint (hoist_secret_store_lookup_finish (f->store, result, &token, &error), ==,
                   HOIST_SECRET_LOCKED);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NO_KEYRING);

  /* The next one finds that it is gone, and a new daemon serves again. */
  assert_verdict (f, "home", TRUE, HOIST_SECRET_NO_KEYRING);
  start_keyring (f, "password");
  assert_token (f, "home", TOKEN);
  stop_prompter (&prompter);
}

static void
test_cancel_while_prompting (Fixture *f, gconstpointer data)
{
  Prompter prompter = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  char *token = NULL;

  if (skip_without_keyring ())
    return;
  g_clear_object (&f->store);
  f->store = hoist_secret_store_new ();
  start_locked (f);
  start_prompter (&prompter);

  hoist_secret_store_lookup_async (f->store, "home", TRUE, cancellable, take_result_cb, &result);
  while (prompter.n_prompts == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (result);

  gint64 start_us = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  wait_result (&result);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, SLACK_MS * 1000);
  g_assert_cmpint (hoist_secret_store_lookup_finish (f->store, result, &token, &error), ==,
                   HOIST_SECRET_UNKNOWN);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  stop_prompter (&prompter);
}

/* A service that owns the name, and never answers. */
static GDBusMessage *
swallow_calls (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  if (incoming && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    g_clear_object (&message);
  return message;
}

static void
test_never_answers (Fixture *f, gconstpointer data)
{
  g_autoptr (GDBusConnection) silent = connect_to (g_getenv ("DBUS_SESSION_BUS_ADDRESS"));
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  guint filter_id = g_dbus_connection_add_filter (silent, swallow_calls, NULL, NULL);

  reply = g_dbus_connection_call_sync (silent, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", SECRETS_NAME, 4u), NULL, 0, -1, NULL,
                                       &error);
  g_assert_no_error (error);

  /* With the limits of real life: three seconds. */
  g_clear_object (&f->store);
  f->store = hoist_secret_store_new ();

  gint64 start_us = g_get_monotonic_time ();
  assert_verdict (f, "home", TRUE, HOIST_SECRET_NO_KEYRING);
  gint64 elapsed_ms = (g_get_monotonic_time () - start_us) / 1000;
  g_assert_cmpint (elapsed_ms, >=, 3000);
  g_assert_cmpint (elapsed_ms, <, 3000 + SLACK_MS);

  g_clear_object (&f->store);
  f->store = g_object_new (HOIST_TYPE_SECRET_STORE, "answer-timeout-ms", 100, NULL);
  assert_session_only (f, TRUE);
  g_dbus_connection_remove_filter (silent, filter_id);
  g_dbus_connection_close_sync (silent, NULL, NULL);
}

static void
test_cancelled_before (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  hoist_secret_store_store_async (f->store, "home", "Home", TOKEN, TRUE, cancellable,
                                  take_result_cb, &result);
  wait_result (&result);
  g_assert_false (hoist_secret_store_store_finish (f->store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (hoist_secret_store_is_session_only (f->store, "home"));
}

/* Runs in a process of its own, which has never had a bus. */
static void
test_no_bus_subprocess (void)
{
  Fixture f = { 0 };

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  f.store = hoist_secret_store_new ();
  assert_verdict (&f, "home", TRUE, HOIST_SECRET_NO_KEYRING);
  assert_session_only (&f, TRUE);
  g_clear_object (&f.store);
}

static void
test_no_bus (void)
{
  g_test_trap_subprocess ("/secret-store/no-bus/subprocess", 20 * G_USEC_PER_SEC, 0);
  g_test_trap_assert_passed ();
}

/* A bus of our own, without any service. Not GTestDBus, which waits half a minute
 * for the shared connection to go: calls that never end hold it. */
typedef struct
{
  char *folder;
  GSubprocess *daemon;
  GDBusConnection *session; /* the one that libsecret uses */
} Bus;

static void
start_bus (Bus *bus)
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

static void
stop_bus (Bus *bus)
{
  g_subprocess_force_exit (bus->daemon);
  g_subprocess_wait (bus->daemon, NULL, NULL);
  g_clear_object (&bus->daemon);
  g_clear_object (&bus->session);
  remove_tree (bus->folder);
  g_free (bus->folder);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/secret-store/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  Bus bus = { NULL };

  g_test_init (&argc, &argv, NULL);

  ADD ("unlocked", test_unlocked);
  ADD ("attributes", test_attributes);
  ADD ("locked", test_locked);
  ADD ("never-unlocked", test_never_unlocked);
  ADD ("no-collection", test_no_collection);
  ADD ("absent", test_absent);
  ADD ("prompt-timeout", test_prompt_timeout);
  ADD ("dies-while-prompting", test_dies_while_prompting);
  ADD ("cancel-while-prompting", test_cancel_while_prompting);
  ADD ("never-answers", test_never_answers);
  ADD ("cancelled-before", test_cancelled_before);
  g_test_add_func ("/secret-store/no-bus", test_no_bus);
  g_test_add_func ("/secret-store/no-bus/subprocess", test_no_bus_subprocess);

  if (g_test_subprocess ())
    return g_test_run ();

  g_log_set_handler ("GLib-GIO", G_LOG_LEVEL_CRITICAL | G_LOG_FLAG_FATAL, log_cb, NULL);
  start_bus (&bus);

  int status = g_test_run ();

  stop_bus (&bus);
  return status;
}
