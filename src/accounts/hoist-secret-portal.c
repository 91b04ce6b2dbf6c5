/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tokens in a sandbox: a file of its own, encrypted with a secret that the Secret
 * portal hands out from the person's keyring. libsecret keeps that file. */

#include "config.h"

#include "hoist-secret-portal.h"

#include <string.h>

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_SECRET "org.freedesktop.portal.Secret"

/* --- Is it there? ----------------------------------------------------------------------------- */

/* It may be there, and only be slow: then what it keeps is not to be looked for elsewhere. */
static gboolean
is_silence (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMED_OUT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* xdg-desktop-portal from 1.22 on has its name before it has all of its interfaces: whoever
 * has it started hears that there is no Secret portal, and a moment later there is one. */
#define STARTING_MS 3000
#define ASK_AGAIN_MS 100

typedef struct
{
  GDBusConnection *bus; /* (owned) */
  gboolean starts;      /* nobody had asked it before */
  gint64 give_up_us;    /* 0 = it did not answer yet */
} Find;

static void
find_free (Find *find)
{
  g_object_unref (find->bus);
  g_free (find);
}

static void ask_version (GTask *task);

static gboolean
ask_again_cb (gpointer user_data)
{
  ask_version (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
ask_again (GTask *task)
{
  Find *find = g_task_get_task_data (task);
  gint64 now_us = g_get_monotonic_time ();
  g_autoptr (GSource) source = NULL;

  if (!find->starts)
    return FALSE;
  if (find->give_up_us == 0)
    find->give_up_us = now_us + STARTING_MS * 1000;
  if (now_us >= find->give_up_us)
    return FALSE;
  source = g_timeout_source_new (ASK_AGAIN_MS);
  g_source_set_callback (source, ask_again_cb, g_object_ref (task), g_object_unref);
  g_source_attach (source, g_task_get_context (task));
  return TRUE;
}

static void
version_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    g_task_return_boolean (task, TRUE);
  else if (is_silence (error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) || !ask_again (task))
    g_task_return_boolean (task, FALSE);
}

static void
ask_version (GTask *task)
{
  Find *find = g_task_get_task_data (task);

  g_dbus_connection_call (find->bus, PORTAL_NAME, PORTAL_PATH, "org.freedesktop.DBus.Properties",
                          "Get", g_variant_new ("(ss)", PORTAL_SECRET, "version"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, G_MAXINT,
                          g_task_get_cancellable (task), version_cb, g_object_ref (task));
}

static void
has_owner_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Find *find = g_task_get_task_data (task);
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean has_owner = FALSE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &has_owner);
  find->starts = !has_owner;
  ask_version (task);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GDBusConnection *bus = g_bus_get_finish (result, NULL);
  Find *find;

  if (bus == NULL)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }
  find = g_new0 (Find, 1);
  find->bus = bus;
  g_task_set_task_data (task, find, (GDestroyNotify) find_free);
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "NameHasOwner",
                          g_variant_new ("(s)", PORTAL_NAME), G_VARIANT_TYPE ("(b)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task), has_owner_cb,
                          g_object_ref (task));
}

/**
 * hoist_secret_portal_find_async:
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Finds out whether this desktop has a Secret portal, which the bus may have to start
 * first. It takes as long as that takes. libsecret would ask it too, but block.
 */
void
hoist_secret_portal_find_async (GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_secret_portal_find_async);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, bus_cb, g_object_ref (task));
}

/**
 * hoist_secret_portal_find_finish:
 * @result: what the callback got
 * @error: (out) (optional): that it does not answer
 *
 * Errors: those of D-Bus and GIO for what is there, or might be, and did not answer.
 *
 * Returns: whether there is one
 */
gboolean
hoist_secret_portal_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_secret_portal_find_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Asking ----------------------------------------------------------------------------------- */

typedef struct
{
  const SecretSchema *schema; /* static */
  HoistSecretVerb verb;
  GHashTable *attributes; /* (owned) */
  char *label;            /* (owned) (nullable) */
  char *token;            /* (owned) (nullable) a secret */
} Ask;

static void
ask_free (Ask *ask)
{
  g_hash_table_unref (ask->attributes);
  g_free (ask->label);
  hoist_secret_free (ask->token);
  g_free (ask);
}

/* Reading, changing and writing the file is one thing. */
static GMutex file_mutex;

static void
ask_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&file_mutex);
  Ask *ask = task_data;
  GError *error = NULL;
  char *found = NULL;

  switch (ask->verb)
    {
    case HOIST_SECRET_VERB_STORE:
      secret_password_storev_sync (ask->schema, ask->attributes, SECRET_COLLECTION_DEFAULT,
                                   ask->label, ask->token, cancellable, &error);
      break;
    case HOIST_SECRET_VERB_REMOVE:
      secret_password_clearv_sync (ask->schema, ask->attributes, cancellable, &error);
      break;
    case HOIST_SECRET_VERB_LOOKUP:
    default:
      found = secret_password_lookupv_sync (ask->schema, ask->attributes, cancellable, &error);
      break;
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (found), (GDestroyNotify) hoist_secret_free);
  secret_password_free (found);
}

/**
 * hoist_secret_portal_ask_async:
 * @schema: (transfer none): of what is stored; static
 * @request: what is asked
 * @attributes: what tells it from others
 * @cancellable: (nullable): ends it early, as far as libsecret lets it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Asks libsecret in a thread: it opens the file by blocking calls, and waits for
 * as long as a person takes to unlock the keyring.
 */
void
hoist_secret_portal_ask_async (const SecretSchema *schema,
                               const HoistSecretRequest *request,
                               GHashTable *attributes,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Ask *ask = g_new0 (Ask, 1);

  ask->schema = schema;
  ask->verb = request->verb;
  ask->attributes = g_hash_table_ref (attributes);
  ask->label = g_strdup (request->label != NULL ? request->label : "");
  ask->token = g_strdup (request->token);
  g_task_set_source_tag (task, hoist_secret_portal_ask_async);
  g_task_set_task_data (task, ask, (GDestroyNotify) ask_free);
  g_task_run_in_thread (task, ask_in_thread);
}

/**
 * hoist_secret_portal_ask_finish:
 * @result: what the callback got
 * @token: (out) (optional) (nullable) (transfer full): the secret, when it was
 *   looked up and is there; free with hoist_secret_free()
 * @error: (out) (optional): why it did not work
 *
 * Errors: of libsecret and of GIO.
 *
 * Returns: whether it worked
 */
gboolean
hoist_secret_portal_ask_finish (GAsyncResult *result, char **token, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char *found;

  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_secret_portal_ask_async), FALSE);

  found = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (token != NULL)
    *token = found;
  else
    hoist_secret_free (found);
  return TRUE;
}
