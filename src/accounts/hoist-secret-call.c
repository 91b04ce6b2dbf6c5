/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-secret-call.h"

#include <libsecret/secret.h>
#include <string.h>

#include "hoist-sandbox.h"
#include "hoist-secret-portal.h"

/*
 * One conversation with the keyring, that always ends.
 *
 * libsecret's calls do not: not when the service owns its name but never
 * answers, and not even after their cancellable was cancelled when the service
 * died while a prompt was open (libsecret 0.20.5). So each step has a deadline of
 * our own, and the service's owner is watched. When the one passes, the other goes,
 * or the caller cancels, the caller gets its answer at once, and the call of
 * libsecret's is left to itself: what it needs lives until its callback, if that
 * ever comes.
 *
 * The steps: open the service; look for the item, which never prompts; where it
 * is locked, unlock it, which may prompt; read or delete it. To store: look whether
 * the default collection is locked, then store, which may prompt.
 *
 * In a sandbox the portal does all of that in one step, and prompts as it likes. So
 * where it must not, the service behind it is asked first whether it is locked.
 */

/* Without the name matched: gnome-keyring does not find an item by its schema's
 * name in a keyring that was never unlocked since the start (42.1). */
static const SecretSchema schema = {
  HOIST_APP_ID,
  SECRET_SCHEMA_DONT_MATCH_NAME,
  {
    { "application", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "destination", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

typedef struct
{
  HoistSecretVerdict verdict;
  char *token; /* (owned) (nullable) a secret */
} Reply;

typedef struct
{
  guint ref_count;

  /* Input */
  HoistSecretVerb verb;
  GHashTable *attributes; /* (owned) */
  char *label;            /* (owned) (nullable) */
  SecretValue *value;     /* (owned) (nullable) what to store */
  gboolean may_prompt;
  guint answer_ms;
  guint prompt_ms;

  /* In progress */
  GTask *task;          /* (owned) (nullable) NULL = the caller has its answer */
  GCancellable *inner;  /* (owned) */
  GSource *deadline;    /* (owned) (nullable) */
  GSource *cancelled;   /* (owned) (nullable) */
  gboolean may_be_open; /* a prompt may be open */
  gboolean by_portal;   /* the secret comes from the portal, and @service says only if it prompts */

  SecretService *service; /* (owned) (nullable) */
  gulong owner_id;        /* of the signal of @service that it has another owner */
  GList *items;           /* (owned) (nullable) (element-type SecretItem) */
  gboolean some_locked;
} Call;

static void
reply_free (Reply *reply)
{
  hoist_secret_free (reply->token);
  g_free (reply);
}

static Call *
call_ref (Call *call)
{
  call->ref_count++;
  return call;
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
call_unref (Call *call)
{
  if (--call->ref_count > 0)
    return;

  clear_source (&call->deadline);
  clear_source (&call->cancelled);
  g_hash_table_unref (call->attributes);
  g_free (call->label);
  g_clear_pointer (&call->value, secret_value_unref);
  g_clear_object (&call->task);
  g_object_unref (call->inner);
  g_clear_object (&call->service);
  g_list_free_full (call->items, g_object_unref);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_unref)

/* Takes the caller's task away: from here on nothing is said any more. */
static GTask *
steal_task (Call *call)
{
  clear_source (&call->deadline);
  clear_source (&call->cancelled);
  g_clear_signal_handler (&call->owner_id, call->service);
  return g_steal_pointer (&call->task);
}

static void
answer (Call *call, HoistSecretVerdict verdict, const char *token)
{
  g_autoptr (GTask) task = steal_task (call);
  Reply *reply = g_new0 (Reply, 1);

  reply->verdict = verdict;
  reply->token = g_strdup (token);
  g_task_return_pointer (task, reply, (GDestroyNotify) reply_free);
}

/* Lets go of what libsecret still does. A prompt is left alone: cancelling leaves
 * its window there, but unlocking in it has no effect any more. */
static void
abandon (Call *call)
{
  if (!call->may_be_open)
    g_cancellable_cancel (call->inner);
}

static gboolean
deadline_cb (gpointer user_data)
{
  g_autoptr (Call) call = call_ref (user_data);

  answer (call, call->may_be_open ? HOIST_SECRET_LOCKED : HOIST_SECRET_NO_KEYRING, NULL);
  abandon (call);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (Call) call = call_ref (user_data);
  g_autoptr (GTask) task = steal_task (call);

  g_task_return_error_if_cancelled (task);
  abandon (call);
  return G_SOURCE_REMOVE;
}

/* The service died. It will never answer, nor does libsecret notice while a prompt is open. */
static void
owner_changed_cb (Call *call)
{
  g_autoptr (Call) held = call_ref (call);

  answer (call, HOIST_SECRET_NO_KEYRING, NULL);
  abandon (call);
}

static void
set_deadline (Call *call, guint ms)
{
  clear_source (&call->deadline);
  call->deadline = g_timeout_source_new (ms);
  g_source_set_static_name (call->deadline, "hoist keyring deadline");
  g_source_set_callback (call->deadline, deadline_cb, call, NULL);
  g_source_attach (call->deadline, g_task_get_context (call->task));
}

/* Begins a step; @may_be_open: it may have to wait for a person. */
static void
begin_step (Call *call, gboolean may_be_open)
{
  call->may_be_open = may_be_open;
  set_deadline (call, may_be_open ? call->prompt_ms : call->answer_ms);
}

static HoistSecretVerdict
verdict_of_error (const GError *error)
{
  return g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) ? HOIST_SECRET_LOCKED
                                                                       : HOIST_SECRET_NO_KEYRING;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  SecretItem *item = SECRET_ITEM (source);
  gboolean loaded = secret_item_load_secret_finish (item, result, &error);

  if (call->task == NULL)
    return;
  if (!loaded)
    {
      answer (call, verdict_of_error (error), NULL);
      return;
    }

  g_autoptr (SecretValue) value = secret_item_get_secret (item);
  const char *token = value != NULL ? secret_value_get_text (value) : NULL;

  answer (call, token != NULL ? HOIST_SECRET_FOUND : HOIST_SECRET_NOT_THERE, token);
}

static void delete_next (Call *call);

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  gboolean deleted = secret_item_delete_finish (SECRET_ITEM (source), result, &error);

  if (call->task == NULL)
    return;
  if (!deleted)
    answer (call, error != NULL ? verdict_of_error (error) : HOIST_SECRET_LOCKED, NULL);
  else
    delete_next (call);
}

static void
delete_next (Call *call)
{
  if (call->items == NULL)
    {
      answer (call, call->some_locked ? HOIST_SECRET_LOCKED : HOIST_SECRET_NOT_THERE, NULL);
      return;
    }

  g_autoptr (SecretItem) item = call->items->data;

  call->items = g_list_delete_link (call->items, call->items);
  begin_step (call, FALSE);
  secret_item_delete (item, call->inner, deleted_cb, call_ref (call));
}

/* All items that are left can be read. */
static void
use_items (Call *call)
{
  if (call->verb == HOIST_SECRET_VERB_REMOVE)
    {
      delete_next (call);
      return;
    }
  begin_step (call, FALSE);
  secret_item_load_secret (call->items->data, call->inner, loaded_cb, call_ref (call));
}

static void
unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  GList *unlocked = NULL;
  int n_unlocked =
    secret_service_unlock_finish (SECRET_SERVICE (source), result, &unlocked, &error);
  gboolean all = n_unlocked >= (int) g_list_length (call->items);

  g_list_free_full (unlocked, g_object_unref);
  if (call->task == NULL)
    return;
  /* A prompt that was dismissed is no error: nothing was unlocked. */
  if (n_unlocked <= 0 || !all)
    answer (call, HOIST_SECRET_LOCKED, NULL);
  else
    use_items (call);
}

/* Leaves only the items that are @locked. */
static void
keep_items (Call *call, gboolean locked)
{
  GList *kept = NULL;

  for (GList *l = call->items; l != NULL; l = l->next)
    if (secret_item_get_locked (l->data) == locked)
      kept = g_list_prepend (kept, g_object_ref (l->data));
  g_list_free_full (call->items, g_object_unref);
  call->items = g_list_reverse (kept);
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  SecretService *service = SECRET_SERVICE (source);
  guint n_locked = 0, n_items = 0;

  call->items = secret_service_search_finish (service, result, &error);
  if (call->task == NULL)
    return;
  if (error != NULL)
    {
      answer (call, verdict_of_error (error), NULL);
      return;
    }

  for (GList *l = call->items; l != NULL; l = l->next, n_items++)
    n_locked += secret_item_get_locked (l->data);

  gboolean wants_locked = call->verb == HOIST_SECRET_VERB_REMOVE ? n_locked > 0
                                                                 : n_locked == n_items;

  if (n_items == 0)
    answer (call, HOIST_SECRET_NOT_THERE, NULL);
  else if (!wants_locked || (!call->may_prompt && n_locked < n_items))
    {
      call->some_locked = n_locked > 0;
      keep_items (call, FALSE);
      use_items (call);
    }
  else if (!call->may_prompt)
    answer (call, HOIST_SECRET_LOCKED, NULL);
  else
    {
      begin_step (call, TRUE);
      secret_service_unlock (service, call->items, call->inner, unlocked_cb, call_ref (call));
    }
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  gboolean stored = secret_service_store_finish (SECRET_SERVICE (source), result, &error);

  if (call->task == NULL)
    return;
  if (stored)
    answer (call, HOIST_SECRET_FOUND, NULL);
  else
    answer (call, error != NULL ? verdict_of_error (error) : HOIST_SECRET_LOCKED, NULL);
}

static void
got_collection_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretCollection) collection = secret_collection_for_alias_finish (result, &error);

  if (call->task == NULL)
    return;
  if (error != NULL)
    {
      answer (call, verdict_of_error (error), NULL);
      return;
    }

  /* Where there is no collection yet, a person is asked for a password for one. */
  gboolean prompts = collection == NULL || secret_collection_get_locked (collection);

  if (prompts && !call->may_prompt)
    {
      answer (call, collection == NULL ? HOIST_SECRET_NO_KEYRING : HOIST_SECRET_LOCKED, NULL);
      return;
    }
  begin_step (call, prompts);
  secret_service_store (call->service, &schema, call->attributes, SECRET_COLLECTION_DEFAULT,
                        call->label, call->value, call->inner, stored_cb, call_ref (call));
}

static void ask_portal (Call *call);

/* Without a default collection it would ask for a password for one. */
static void
got_collection_of_portal_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretCollection) collection = secret_collection_for_alias_finish (result, &error);

  if (call->task == NULL)
    return;
  if (error == NULL && (collection == NULL || secret_collection_get_locked (collection)))
    answer (call, HOIST_SECRET_LOCKED, NULL);
  else
    ask_portal (call);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;

  call->service = secret_service_open_finish (result, &error);
  if (call->task == NULL)
    return;
  if (call->service == NULL)
    {
      /* The portal may have something else behind it. */
      if (call->by_portal)
        ask_portal (call);
      else
        answer (call, HOIST_SECRET_NO_KEYRING, NULL);
      return;
    }

  call->owner_id = g_signal_connect_swapped (call->service, "notify::g-name-owner",
                                             G_CALLBACK (owner_changed_cb), call);
  begin_step (call, FALSE);
  if (call->by_portal)
    secret_collection_for_alias (call->service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                                 call->inner, got_collection_of_portal_cb, call_ref (call));
  else if (call->verb == HOIST_SECRET_VERB_STORE)
    secret_collection_for_alias (call->service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                                 call->inner, got_collection_cb, call_ref (call));
  else
    secret_service_search (call->service, &schema, call->attributes, SECRET_SEARCH_ALL, call->inner,
                           searched_cb, call_ref (call));
}

static void
open_service (Call *call)
{
  /* A new one each time: the shared one may belong to a daemon that has died. */
  secret_service_open (SECRET_TYPE_SERVICE, NULL,
                       call->verb == HOIST_SECRET_VERB_REMOVE || call->by_portal
                         ? SECRET_SERVICE_NONE
                         : SECRET_SERVICE_OPEN_SESSION,
                       call->inner, opened_cb, call_ref (call));
}

/* --- In a sandbox ----------------------------------------------------------------------------- */

static void
portal_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  char *token = NULL;
  gboolean worked = hoist_secret_portal_ask_finish (result, &token, &error);

  if (call->task == NULL)
    {
      hoist_secret_free (token);
      return;
    }
  /* A person who does not unlock the keyring cancels the portal's call. */
  if (!worked)
    answer (call,
            error->domain == G_IO_ERROR && error->code == G_IO_ERROR_CANCELLED
              ? HOIST_SECRET_LOCKED
              : verdict_of_error (error),
            NULL);
  else if (call->verb == HOIST_SECRET_VERB_STORE || token != NULL)
    answer (call, HOIST_SECRET_FOUND, token);
  else
    answer (call, HOIST_SECRET_NOT_THERE, NULL);
  hoist_secret_free (token);
}

static void
ask_portal (Call *call)
{
  const char *token = call->value != NULL ? secret_value_get_text (call->value) : NULL;
  const HoistSecretRequest request = { .verb = call->verb, .label = call->label, .token = token };

  begin_step (call, call->may_prompt);
  hoist_secret_portal_ask_async (&schema, &request, call->attributes, call->inner,
                                 portal_answered_cb, call_ref (call));
}

/* Where there is no portal, the manifest lets the keyring itself be asked. */
static void
portal_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;

  call->by_portal = hoist_secret_portal_find_finish (result, &error);
  if (call->task == NULL)
    return;
  if (error != NULL)
    {
      answer (call, HOIST_SECRET_NO_KEYRING, NULL);
      return;
    }
  begin_step (call, FALSE);
  if (call->by_portal && call->may_prompt)
    ask_portal (call);
  else
    open_service (call);
}

static Call *
call_new (const HoistSecretRequest *request)
{
  Call *call = g_new0 (Call, 1);

  call->ref_count = 1;
  call->verb = request->verb;
  call->attributes = secret_attributes_build (&schema, "application", HOIST_APP_ID, "destination",
                                              request->id, NULL);
  call->label = g_strdup (request->label);
  if (request->token != NULL)
    call->value = secret_value_new (request->token, -1, "text/plain");
  call->may_prompt = request->may_prompt;
  call->answer_ms = request->answer_ms;
  call->prompt_ms = request->prompt_ms;
  call->inner = g_cancellable_new ();
  return call;
}

/**
 * hoist_secret_call_async:
 * @request: what is asked
 * @cancellable: (nullable): ends it at once
 * @callback: called with the verdict, at the latest after a few times the
 *   answer's time and once the prompt's
 * @user_data: for @callback
 *
 * Asks the keyring over the session bus.
 */
void
hoist_secret_call_async (const HoistSecretRequest *request,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (request != NULL && request->id != NULL);
  g_return_if_fail ((request->verb == HOIST_SECRET_VERB_STORE) == (request->token != NULL));

  g_autoptr (Call) call = call_new (request);

  call->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (call->task, hoist_secret_call_async);
  if (g_task_return_error_if_cancelled (call->task))
    return;

  if (cancellable != NULL)
    {
      call->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (call->cancelled, G_SOURCE_FUNC (cancelled_cb), call, NULL);
      g_source_attach (call->cancelled, g_task_get_context (call->task));
    }
  if (!hoist_sandbox_is_flatpak ())
    {
      begin_step (call, FALSE);
      open_service (call);
      return;
    }
  /* At a login the bus starts the portals together with everything else. */
  set_deadline (call, call->prompt_ms);
  hoist_secret_portal_find_async (call->inner, portal_found_cb, call_ref (call));
}

/**
 * hoist_secret_call_finish:
 * @result: what the callback got
 * @token: (out) (optional) (nullable) (transfer full): the secret, when it was
 *   looked up and found; free with hoist_secret_free()
 * @error: (out) (optional): that it was cancelled
 *
 * Ends hoist_secret_call_async().
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: the verdict; after storing it is %HOIST_SECRET_FOUND and after
 *   removing %HOIST_SECRET_NOT_THERE when that was done
 */
HoistSecretVerdict
hoist_secret_call_finish (GAsyncResult *result, char **token, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), HOIST_SECRET_UNKNOWN);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_secret_call_async),
                        HOIST_SECRET_UNKNOWN);

  Reply *reply = g_task_propagate_pointer (G_TASK (result), error);

  if (reply == NULL)
    return HOIST_SECRET_UNKNOWN;

  HoistSecretVerdict verdict = reply->verdict;

  if (token != NULL)
    *token = g_steal_pointer (&reply->token);
  reply_free (reply);
  return verdict;
}

/**
 * hoist_secret_free:
 * @secret: (nullable) (transfer full): a secret
 *
 * Wipes and frees a secret.
 */
void
hoist_secret_free (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}
