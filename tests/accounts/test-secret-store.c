/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The secret store against a real gnome-keyring in all its states, and against
 * services that misbehave, on a private bus. Nothing here may take longer than
 * the store's own limits. */

#include <string.h>

#include "await.h"
#include "hoist-error.h"
#include "hoist-secret-store.h"
#include "keyring-rig.h"

#define TOKEN "correct-horse-battery-staple"

/* Of the stores here: short, but far above what a loaded machine takes. */
#define ANSWER_MS 2000
#define PROMPT_MS 400
/* What all steps together may take beyond that. */
#define SLACK_MS 4000

typedef struct
{
  RigKeyring keyring;
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
fixture_set_up (Fixture *f, gconstpointer data)
{
  rig_tolerate_libsecret ();
  rig_keyring_init (&f->keyring);
  f->store = g_object_new (HOIST_TYPE_SECRET_STORE, "answer-timeout-ms", ANSWER_MS,
                           "prompt-timeout-ms", PROMPT_MS, NULL);
  f->guard_id = g_timeout_add_seconds (60, guard_cb, NULL);
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
  assert_not_on_disk (f->keyring.home);
  g_clear_object (&f->store);
  rig_keyring_clear (&f->keyring);
  g_source_remove (f->guard_id);
}

static HoistSecretVerdict
lookup (Fixture *f, const char *id, gboolean may_prompt, char **token)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hoist_secret_store_lookup_async (f->store, id, may_prompt, NULL, await_take_cb, &result);
  await_result (&result);

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

  hoist_secret_store_store_async (f->store, id, "Home", token, may_prompt, NULL, await_take_cb,
                                  &result);
  await_result (&result);
  return hoist_secret_store_store_finish (f->store, result, error);
}

static gboolean
remove_token (Fixture *f, const char *id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_secret_store_remove_async (f->store, id, TRUE, NULL, await_take_cb, &result);
  await_result (&result);
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
  rig_keyring_start (&f->keyring, "password");

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
  rig_keyring_start (&f->keyring, "password");
  g_assert_true (store (f, "home", TOKEN, FALSE, NULL));

  found = g_dbus_connection_call_sync (
    f->keyring.connection, SECRETS_NAME, SECRETS_PATH, "org.freedesktop.Secret.Service",
    "SearchItems",
    g_variant_new_parsed ("({'application': 'io.github.hoist.Hoist', 'destination': 'home'},)"),
    G_VARIANT_TYPE ("(aoao)"), 0, -1, NULL, NULL);
  g_assert_nonnull (found);
  g_variant_get (found, "(aoao)", &paths, NULL);
  g_assert_cmpuint (g_variant_iter_n_children (paths), ==, 1);
  g_assert_true (g_variant_iter_next (paths, "&o", &path));
  label =
    g_dbus_connection_call_sync (f->keyring.connection, SECRETS_NAME, path,
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
  rig_keyring_start (&f->keyring, "password");
  g_assert_true (store (f, "home", TOKEN, FALSE, &error));
  rig_keyring_lock (&f->keyring);

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
  rig_keyring_start (&f->keyring, "password");
  g_assert_true (store (f, "home", TOKEN, FALSE, NULL));
  rig_keyring_stop (&f->keyring);
  rig_keyring_start (&f->keyring, NULL);

  assert_verdict (f, "home", FALSE, HOIST_SECRET_LOCKED);
  assert_verdict (f, "home", TRUE, HOIST_SECRET_LOCKED);

  /* And it is still there for the one who unlocks it. */
  rig_keyring_stop (&f->keyring);
  rig_keyring_start (&f->keyring, "password");
  assert_token (f, "home", TOKEN);
}

/* A fresh home: there is no keyring file, and making one needs a person. */
static void
test_no_collection (Fixture *f, gconstpointer data)
{
  if (skip_without_keyring ())
    return;
  rig_keyring_start (&f->keyring, NULL);

  assert_verdict (f, "home", FALSE, HOIST_SECRET_NOT_THERE);
  assert_session_only (f, FALSE);
  assert_session_only (f, TRUE);
}

static void
test_absent (Fixture *f, gconstpointer data)
{
  g_assert_false (rig_has_owner (f->keyring.connection, SECRETS_NAME));
  assert_verdict (f, "home", FALSE, HOIST_SECRET_NO_KEYRING);
  assert_session_only (f, TRUE);
}

static void
start_locked (Fixture *f)
{
  rig_keyring_start (&f->keyring, "password");
  g_assert_true (store (f, "home", TOKEN, FALSE, NULL));
  rig_keyring_lock (&f->keyring);
}

/* Nobody answers the prompt: it ends when its time is over, and not before. */
static void
test_prompt_timeout (Fixture *f, gconstpointer data)
{
  RigPrompter prompter = { 0 };

  if (skip_without_keyring ())
    return;
  start_locked (f);
  rig_prompter_start (&prompter);

  gint64 start_us = g_get_monotonic_time ();
  assert_verdict (f, "home", TRUE, HOIST_SECRET_LOCKED);
  gint64 elapsed_ms = (g_get_monotonic_time () - start_us) / 1000;

  g_assert_cmpuint (prompter.n_prompts, >, 0);
  g_assert_cmpint (elapsed_ms, >=, PROMPT_MS);
  g_assert_cmpint (elapsed_ms, <, PROMPT_MS + SLACK_MS);
  rig_prompter_stop (&prompter);
}

/* With libsecret 0.20.5 this call never comes back, whatever is cancelled. Ours does not even
 * wait until the time for the prompt is over. */
static void
test_dies_while_prompting (Fixture *f, gconstpointer data)
{
  RigPrompter prompter = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *token = NULL;

  if (skip_without_keyring ())
    return;
  start_locked (f);
  rig_prompter_start (&prompter);

  hoist_secret_store_lookup_async (f->store, "home", TRUE, NULL, await_take_cb, &result);
  while (prompter.n_prompts == 0)
    g_main_context_iteration (NULL, TRUE);
  rig_keyring_stop (&f->keyring);
  await_result (&result);
  g_assert_cmpint (hoist_secret_store_lookup_finish (f->store, result, &token, &error), ==,
                   HOIST_SECRET_NO_KEYRING);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NO_KEYRING);

  /* The next one finds that it is gone, and a new daemon serves again. */
  assert_verdict (f, "home", TRUE, HOIST_SECRET_NO_KEYRING);
  rig_keyring_start (&f->keyring, "password");
  assert_token (f, "home", TOKEN);
  rig_prompter_stop (&prompter);
}

static void
test_cancel_while_prompting (Fixture *f, gconstpointer data)
{
  RigPrompter prompter = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  char *token = NULL;

  if (skip_without_keyring ())
    return;
  g_clear_object (&f->store);
  f->store = hoist_secret_store_new ();
  start_locked (f);
  rig_prompter_start (&prompter);

  hoist_secret_store_lookup_async (f->store, "home", TRUE, cancellable, await_take_cb, &result);
  while (prompter.n_prompts == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (result);

  gint64 start_us = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  await_result (&result);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, SLACK_MS * 1000);
  g_assert_cmpint (hoist_secret_store_lookup_finish (f->store, result, &token, &error), ==,
                   HOIST_SECRET_UNKNOWN);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  rig_prompter_stop (&prompter);
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
  g_autoptr (GDBusConnection) silent = rig_connect ();
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
  hoist_secret_store_store_async (f->store, "home", "Home", TOKEN, TRUE, cancellable, await_take_cb,
                                  &result);
  await_result (&result);
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

#define ADD(name, func)                                                                            \
  g_test_add ("/secret-store/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  RigBus bus = { NULL };

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

  rig_bus_start (&bus);

  int status = g_test_run ();

  rig_bus_stop (&bus);
  return status;
}
