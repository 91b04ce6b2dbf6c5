/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-secret-store.h"

#include <glib/gi18n-lib.h>

#include "hoist-error.h"

/* A keyring that works answers within 50 ms; one that is started for us, within
 * a second. A person needs time to find and type a password. */
#define ANSWER_TIMEOUT_MS 3000
#define PROMPT_TIMEOUT_MS 30000

/**
 * HoistSecretStore:
 *
 * The destinations' tokens, in the keyring under the attributes
 * `application=io.github.hoist.Hoist`, `destination=ID`.
 *
 * Where there is no keyring, or nobody unlocks it, a token is kept in memory for
 * this run only; never on disk. Each call ends within its time, whatever the
 * keyring does.
 */
struct _HoistSecretStore
{
  GObject parent_instance;

  GHashTable *session; /* (owned) (element-type utf8 utf8) id -> token, of this run only */
  guint answer_timeout_ms;
  guint prompt_timeout_ms;
};

G_DEFINE_FINAL_TYPE (HoistSecretStore, hoist_secret_store, G_TYPE_OBJECT)

typedef enum
{
  PROP_ANSWER_TIMEOUT_MS = 1,
  PROP_PROMPT_TIMEOUT_MS,
} HoistSecretStoreProperty;

static GParamSpec *properties[PROP_PROMPT_TIMEOUT_MS + 1];

/* What a finished lookup says. */
typedef struct
{
  HoistSecretVerdict verdict;
  char *token; /* (owned) (nullable) a secret */
} Found;

/* What is waited for. */
typedef struct
{
  char *id;    /* (owned) */
  char *token; /* (owned) (nullable) a secret: to store */
} Wait;

static void
found_free (Found *found)
{
  hoist_secret_free (found->token);
  g_free (found);
}

static void
wait_free (Wait *wait)
{
  g_free (wait->id);
  hoist_secret_free (wait->token);
  g_free (wait);
}

static GTask *
make_task (HoistSecretStore *self,
           const char *id,
           const char *token,
           gpointer source_tag,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Wait *wait = g_new0 (Wait, 1);

  wait->id = g_strdup (id);
  wait->token = g_strdup (token);
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, wait, (GDestroyNotify) wait_free);
  /* The call below has looked at it, and what it did must be said. */
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

static HoistSecretRequest
make_request (HoistSecretStore *self, HoistSecretVerb verb, const char *id, gboolean may_prompt)
{
  return (HoistSecretRequest){
    .verb = verb,
    .id = id,
    .may_prompt = may_prompt,
    .answer_ms = self->answer_timeout_ms,
    .prompt_ms = self->prompt_timeout_ms,
  };
}

static GError *
make_error (HoistSecretVerdict verdict)
{
  return g_error_new_literal (
    HOIST_ERROR, HOIST_ERROR_NO_KEYRING,
    verdict == HOIST_SECRET_LOCKED
    ? _ ("The keyring, where tokens are kept, is locked. Unlock it and try again.")
    : _ ("There is no keyring to keep tokens in, or it does not answer."));
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Found *found = g_new0 (Found, 1);

  found->verdict = hoist_secret_call_finish (result, &found->token, &error);
  if (error != NULL)
    {
      found_free (found);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, found, (GDestroyNotify) found_free);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  HoistSecretVerdict verdict = hoist_secret_call_finish (result, NULL, &error);
  HoistSecretStore *self = g_task_get_source_object (task);
  Wait *wait = g_task_get_task_data (task);

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else if (verdict == HOIST_SECRET_FOUND)
    {
      g_hash_table_remove (self->session, wait->id);
      g_task_return_boolean (task, TRUE);
    }
  else
    {
      g_hash_table_replace (self->session, g_steal_pointer (&wait->id),
                            g_steal_pointer (&wait->token));
      g_task_return_error (task, make_error (verdict));
    }
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  HoistSecretVerdict verdict = hoist_secret_call_finish (result, NULL, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (verdict == HOIST_SECRET_NOT_THERE)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, make_error (verdict));
}

static void
hoist_secret_store_set_property (GObject *object,
                                 guint property_id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  HoistSecretStore *self = HOIST_SECRET_STORE (object);

  switch ((HoistSecretStoreProperty) property_id)
    {
    case PROP_ANSWER_TIMEOUT_MS:
      self->answer_timeout_ms = g_value_get_uint (value);
      break;
    case PROP_PROMPT_TIMEOUT_MS:
      self->prompt_timeout_ms = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
hoist_secret_store_finalize (GObject *object)
{
  HoistSecretStore *self = HOIST_SECRET_STORE (object);

  g_hash_table_unref (self->session);

  G_OBJECT_CLASS (hoist_secret_store_parent_class)->finalize (object);
}

static void
hoist_secret_store_class_init (HoistSecretStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->set_property = hoist_secret_store_set_property;
  object_class->finalize = hoist_secret_store_finalize;

  /**
   * HoistSecretStore:answer-timeout-ms:
   *
   * How long the keyring may take for one step, in ms.
   */
  properties[PROP_ANSWER_TIMEOUT_MS] =
    g_param_spec_uint ("answer-timeout-ms", NULL, NULL, 1, G_MAXINT, ANSWER_TIMEOUT_MS, flags);
  /**
   * HoistSecretStore:prompt-timeout-ms:
   *
   * How long a person may take to unlock it, in ms.
   */
  properties[PROP_PROMPT_TIMEOUT_MS] =
    g_param_spec_uint ("prompt-timeout-ms", NULL, NULL, 1, G_MAXINT, PROMPT_TIMEOUT_MS, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
hoist_secret_store_init (HoistSecretStore *self)
{
  self->session =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) hoist_secret_free);
}

/**
 * hoist_secret_store_new:
 *
 * Makes a store. It asks the keyring only when it is asked.
 *
 * Returns: (transfer full): the store
 */
HoistSecretStore *
hoist_secret_store_new (void)
{
  return g_object_new (HOIST_TYPE_SECRET_STORE, NULL);
}

/**
 * hoist_secret_store_lookup_async:
 * @self: the store
 * @destination_id: whose token
 * @may_prompt: whether a person may be asked to unlock the keyring
 * @cancellable: (nullable): ends it at once
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Looks a token up: in what is kept for this run, then in the keyring.
 */
void
hoist_secret_store_lookup_async (HoistSecretStore *self,
                                 const char *destination_id,
                                 gboolean may_prompt,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (HOIST_IS_SECRET_STORE (self));
  g_return_if_fail (destination_id != NULL);

  g_autoptr (GTask) task = make_task (self, destination_id, NULL, hoist_secret_store_lookup_async,
                                      cancellable, callback, user_data);
  const char *kept = g_hash_table_lookup (self->session, destination_id);
  HoistSecretRequest request =
    make_request (self, HOIST_SECRET_VERB_LOOKUP, destination_id, may_prompt);

  if (kept != NULL)
    {
      Found *found = g_new0 (Found, 1);

      found->verdict = HOIST_SECRET_FOUND;
      found->token = g_strdup (kept);
      g_task_return_pointer (task, found, (GDestroyNotify) found_free);
      return;
    }
  hoist_secret_call_async (&request, cancellable, looked_up_cb, g_object_ref (task));
}

/**
 * hoist_secret_store_lookup_finish:
 * @self: the store
 * @result: what the callback got
 * @token: (out) (nullable) (transfer full): the token, with
 *   %HOIST_SECRET_FOUND; free with hoist_secret_free()
 * @error: (out) (optional): why it is not known
 *
 * Ends [method@SecretStore.lookup_async].
 *
 * Errors: %HOIST_ERROR_NO_KEYRING with %HOIST_SECRET_LOCKED and
 * %HOIST_SECRET_NO_KEYRING; %G_IO_ERROR_CANCELLED with %HOIST_SECRET_UNKNOWN.
 *
 * Returns: the verdict
 */
HoistSecretVerdict
hoist_secret_store_lookup_finish (HoistSecretStore *self,
                                  GAsyncResult *result,
                                  char **token,
                                  GError **error)
{
  g_return_val_if_fail (HOIST_IS_SECRET_STORE (self), HOIST_SECRET_UNKNOWN);
  g_return_val_if_fail (g_task_is_valid (result, self), HOIST_SECRET_UNKNOWN);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_secret_store_lookup_async),
                        HOIST_SECRET_UNKNOWN);
  g_return_val_if_fail (token != NULL, HOIST_SECRET_UNKNOWN);

  Found *found = g_task_propagate_pointer (G_TASK (result), error);
  HoistSecretVerdict verdict = found != NULL ? found->verdict : HOIST_SECRET_UNKNOWN;

  *token = found != NULL ? g_steal_pointer (&found->token) : NULL;
  g_clear_pointer (&found, found_free);
  if (verdict == HOIST_SECRET_LOCKED || verdict == HOIST_SECRET_NO_KEYRING)
    g_propagate_error (error, make_error (verdict));
  return verdict;
}

/**
 * hoist_secret_store_store_async:
 * @self: the store
 * @destination_id: whose token
 * @name: the destination's name, which the keyring shows
 * @token: the token
 * @may_prompt: whether a person may be asked to unlock the keyring
 * @cancellable: (nullable): ends it at once; then nothing is kept
 * @callback: called when it is stored, or is not
 * @user_data: for @callback
 *
 * Stores a token in the keyring, in place of an earlier one. Where that cannot
 * be, it is kept for this run.
 */
void
hoist_secret_store_store_async (HoistSecretStore *self,
                                const char *destination_id,
                                const char *name,
                                const char *token,
                                gboolean may_prompt,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (HOIST_IS_SECRET_STORE (self));
  g_return_if_fail (destination_id != NULL && name != NULL && token != NULL);

  g_autoptr (GTask) task = make_task (self, destination_id, token, hoist_secret_store_store_async,
                                      cancellable, callback, user_data);
  /* Translators: what a keyring shows for a token. %s is a destination’s name. */
  g_autofree char *label = g_strdup_printf (_ ("Hoist: %s"), name);
  HoistSecretRequest request =
    make_request (self, HOIST_SECRET_VERB_STORE, destination_id, may_prompt);

  request.label = label;
  request.token = token;
  hoist_secret_call_async (&request, cancellable, stored_cb, g_object_ref (task));
}

/**
 * hoist_secret_store_store_finish:
 * @self: the store
 * @result: what the callback got
 * @error: (out) (optional): why it is not in the keyring
 *
 * Ends [method@SecretStore.store_async].
 *
 * Errors: %HOIST_ERROR_NO_KEYRING when it is kept for this run only;
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether it is in the keyring
 */
gboolean
hoist_secret_store_store_finish (HoistSecretStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_SECRET_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_secret_store_store_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hoist_secret_store_remove_async:
 * @self: the store
 * @destination_id: whose token
 * @may_prompt: whether a person may be asked to unlock the keyring
 * @cancellable: (nullable): ends it at once
 * @callback: called when it is gone, or is not
 * @user_data: for @callback
 *
 * Forgets a token, here and in the keyring.
 */
void
hoist_secret_store_remove_async (HoistSecretStore *self,
                                 const char *destination_id,
                                 gboolean may_prompt,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (HOIST_IS_SECRET_STORE (self));
  g_return_if_fail (destination_id != NULL);

  g_autoptr (GTask) task = make_task (self, destination_id, NULL, hoist_secret_store_remove_async,
                                      cancellable, callback, user_data);
  HoistSecretRequest request =
    make_request (self, HOIST_SECRET_VERB_REMOVE, destination_id, may_prompt);

  g_hash_table_remove (self->session, destination_id);
  hoist_secret_call_async (&request, cancellable, removed_cb, g_object_ref (task));
}

/**
 * hoist_secret_store_remove_finish:
 * @self: the store
 * @result: what the callback got
 * @error: (out) (optional): why it may still be in the keyring
 *
 * Ends [method@SecretStore.remove_async].
 *
 * Errors: %HOIST_ERROR_NO_KEYRING; %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether it is nowhere any more
 */
gboolean
hoist_secret_store_remove_finish (HoistSecretStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_SECRET_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_secret_store_remove_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hoist_secret_store_is_session_only:
 * @self: the store
 * @destination_id: whose token
 *
 * Tells whether a token is kept for this run only, since it could not be stored.
 *
 * Returns: whether it is
 */
gboolean
hoist_secret_store_is_session_only (HoistSecretStore *self, const char *destination_id)
{
  g_return_val_if_fail (HOIST_IS_SECRET_STORE (self), FALSE);
  g_return_val_if_fail (destination_id != NULL, FALSE);

  return g_hash_table_contains (self->session, destination_id);
}
