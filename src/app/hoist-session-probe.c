/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-session-probe.h"

#include "hoist-destination-kind.h"
#include "hoist-probe.h"

static HoistDestinationAbilities *
make_abilities (const HoistCapabilities *capabilities)
{
  const HoistPartLimits *limits = &capabilities->limits;
  HoistDestinationAbilities *abilities = g_new0 (HoistDestinationAbilities, 1);

  abilities->server = g_strdup (capabilities->server);
  abilities->account = g_strdup (capabilities->account);
  abilities->max_file_bytes = limits->max_object_bytes != 0
                                ? limits->max_object_bytes
                                : limits->max_part_bytes * limits->max_parts;
  abilities->digest_kind = capabilities->digest_kind;
  abilities->can_share = capabilities->can_share;
  abilities->can_find_leftovers = capabilities->can_list && !capabilities->hides_uploads;
  return abilities;
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (HoistCapabilities) capabilities = hoist_probe_finish (result, &error);
  g_autoptr (HoistDestinationAbilities) abilities =
    capabilities != NULL ? make_abilities (capabilities) : NULL;

  if (abilities == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, hoist_destination_abilities_greet (abilities), g_free);
}

static void
buckets_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GStrv names = hoist_probe_buckets_finish (result, &error);

  if (names == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, names, (GDestroyNotify) g_strfreev);
}

/* --- Asking, with the secret in the keyring where none is given ---------------------------------- */

/* Takes over @task, whose tag says what is asked. */
static void
ask (GTask *task, const char *secret)
{
  g_autoptr (HoistProviderConfig) config =
    hoist_session_make_config (g_task_get_task_data (task), secret);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (g_task_get_source_tag (task) == hoist_session_probe_async)
    hoist_probe_async (config, cancellable, probed_cb, task);
  else
    hoist_probe_buckets_async (config, cancellable, buckets_listed_cb, task);
}

static void
secret_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *secret = NULL;
  GError *error = NULL;

  hoist_secret_store_lookup_finish (HOIST_SECRET_STORE (source), result, &secret, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    ask (g_steal_pointer (&task), secret);
}

/* Takes over @task. */
static void
ask_with_stored_secret (HoistSession *self, GTask *task)
{
  HoistDestination *destination = g_task_get_task_data (task);

  hoist_secret_store_lookup_async (hoist_session_get_secrets (self),
                                   hoist_destination_get_id (destination), TRUE,
                                   g_task_get_cancellable (task), secret_found_cb, task);
}

/* --- What a destination can do -------------------------------------------------------------------- */

/**
 * hoist_session_probe_async:
 * @asker: (type GObject.Object): whose task it is
 * @self: a session
 * @destination: a destination, set up or not
 * @token: (nullable): its token, empty for none; %NULL for the one in the keyring
 * @cancellable: (nullable): ends it early
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Asks a destination who we are and what it can do.
 */
void
hoist_session_probe_async (gpointer asker,
                           HoistSession *self,
                           HoistDestination *destination,
                           const char *token,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (asker, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_session_probe_async);
  g_task_set_task_data (task, g_object_ref (destination), g_object_unref);
  /* The keyring has nothing of one that is not stored. */
  if (token != NULL || hoist_destination_get_id (destination) == NULL)
    ask (task, token != NULL && *token != '\0' ? token : NULL);
  else
    ask_with_stored_secret (self, task);
}

/**
 * hoist_session_probe_finish:
 * @asker: (type GObject.Object): whose task it is
 * @result: what the callback got
 *
 * Errors: any of %HOIST_ERROR.
 *
 * Returns: (transfer full): what it says, for people
 */
char *
hoist_session_probe_finish (gpointer asker, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, asker), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_session_probe_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Buckets ---------------------------------------------------------------------------------- */

/**
 * hoist_session_list_buckets_async:
 * @asker: (type GObject.Object): whose task it is
 * @self: a session
 * @destination: a destination of the kind `s3`, set up or not, perhaps without a bucket
 * @keys: (nullable): its keys as text; %NULL for those in the keyring
 * @cancellable: (nullable): ends it early
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Asks which buckets there are that the keys can see.
 */
void
hoist_session_list_buckets_async (gpointer asker,
                                  HoistSession *self,
                                  HoistDestination *destination,
                                  const char *keys,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (asker, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_session_list_buckets_async);
  g_task_set_task_data (task, g_object_ref (destination), g_object_unref);
  if (keys != NULL)
    ask (task, keys);
  else
    ask_with_stored_secret (self, task);
}

/**
 * hoist_session_list_buckets_finish:
 * @asker: (type GObject.Object): whose task it is
 * @result: what the callback got
 *
 * Errors: any of %HOIST_ERROR; %HOIST_ERROR_FORBIDDEN says nothing of uploads.
 *
 * Returns: (transfer full): the names of the buckets, in order
 */
GStrv
hoist_session_list_buckets_finish (gpointer asker, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, asker), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_session_list_buckets_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Quietly ---------------------------------------------------------------------------------- */

typedef struct
{
  HoistSession *session;         /* (owned) */
  HoistDestination *destination; /* (owned) the live one */
  HoistDestination *asked;       /* (owned) as it was when it was asked */
  GCancellable *cancellable;     /* (owned) (nullable) */
} Look;

static void
look_free (Look *look)
{
  g_object_unref (look->session);
  g_object_unref (look->destination);
  g_object_unref (look->asked);
  g_clear_object (&look->cancellable);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Look) look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistCapabilities) capabilities = hoist_probe_finish (result, &error);
  g_autoptr (HoistDestinationAbilities) abilities = NULL;
  gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  if (cancelled || hoist_destination_assign (look->asked, look->destination))
    return;
  abilities = capabilities != NULL ? make_abilities (capabilities)
                                   : hoist_destination_abilities_new_trouble (error->message);
  hoist_destination_set_abilities (look->destination, abilities);
}

static void
token_looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Look) look = user_data;
  g_autofree char *token = NULL;
  g_autoptr (HoistProviderConfig) config = NULL;
  GCancellable *cancellable = look->cancellable;
  HoistSecretVerdict verdict =
    hoist_secret_store_lookup_finish (HOIST_SECRET_STORE (source), result, &token, NULL);

  /* Nobody is asked for a keyring, or told of one, for what is nice to know. */
  if (verdict == HOIST_SECRET_LOCKED || verdict == HOIST_SECRET_NO_KEYRING ||
      g_cancellable_is_cancelled (cancellable))
    return;
  config = hoist_session_make_config (look->asked, token);
  hoist_probe_async (config, cancellable, looked_cb, g_steal_pointer (&look));
}

/**
 * hoist_session_look:
 * @self: a session
 * @destination: a destination that is set up
 * @cancellable: (nullable): ends it early
 *
 * Asks a destination what it can do, without asking a person for anything. What it says, or why
 * it does not, is its abilities then.
 */
void
hoist_session_look (HoistSession *self, HoistDestination *destination, GCancellable *cancellable)
{
  Look *look = g_new0 (Look, 1);

  look->session = g_object_ref (self);
  look->destination = g_object_ref (destination);
  look->asked = hoist_destination_copy (destination, hoist_destination_get_id (destination));
  if (cancellable != NULL)
    look->cancellable = g_object_ref (cancellable);
  hoist_secret_store_lookup_async (hoist_session_get_secrets (self),
                                   hoist_destination_get_id (destination), FALSE, cancellable,
                                   token_looked_up_cb, look);
}

/* --- Which kind it is ------------------------------------------------------------------------- */

typedef struct
{
  HoistDestination *destination;        /* (owned) */
  HoistDestinationAbilities *abilities; /* (owned) (nullable) output */
} Detect;

static void
detect_free (gpointer user_data)
{
  Detect *detect = user_data;

  g_object_unref (detect->destination);
  hoist_destination_abilities_free (detect->abilities);
  g_free (detect);
}

/* What the address told of a bucket is not asked for again. */
static void
take_place (HoistDestination *destination, const HoistS3Place *place)
{
  hoist_destination_set_url (destination, place->url);
  hoist_destination_set_setting (destination, HOIST_SETTING_SERVICE, place->service->id);
  hoist_destination_set_setting (destination, HOIST_SETTING_REGION, place->region);
  if (place->bucket != NULL)
    hoist_destination_set_setting (destination, HOIST_SETTING_BUCKET, place->bucket);
}

static void
detected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Detect *detect = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HoistDetection) detection = hoist_probe_detect_finish (result, &error);
  HoistDestination *found;

  if (detection == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  found =
    hoist_destination_copy (detect->destination, hoist_destination_get_id (detect->destination));
  hoist_destination_set_provider_type (found, detection->kind);
  if (detection->place != NULL)
    take_place (found, detection->place);
  if (detection->capabilities != NULL)
    detect->abilities = make_abilities (detection->capabilities);
  g_task_return_pointer (task, found, g_object_unref);
}

/**
 * hoist_session_detect_async:
 * @self: a session
 * @destination: a destination of which the address is known
 * @token: (nullable): a token to show there
 * @tell: (nullable): is told which kind is tried
 * @tell_data: for @tell
 * @cancellable: (nullable): ends it early
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Finds out what kind of destination it is.
 */
void
hoist_session_detect_async (HoistSession *self,
                            HoistDestination *destination,
                            const char *token,
                            HoistDetectFunc tell,
                            gpointer tell_data,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (HoistProviderConfig) config = hoist_session_make_config (destination, token);
  Detect *detect = g_new0 (Detect, 1);

  detect->destination = g_object_ref (destination);
  g_task_set_source_tag (task, hoist_session_detect_async);
  g_task_set_task_data (task, detect, detect_free);
  hoist_probe_detect_async (config, tell, tell_data, cancellable, detected_cb, task);
}

/**
 * hoist_session_detect_finish:
 * @self: a session
 * @result: what the callback got
 * @abilities: (out) (optional) (nullable) (transfer full): what it can do; %NULL if only who has
 *   keys is told
 *
 * Errors: any of %HOIST_ERROR.
 *
 * Returns: (transfer full): the destination as it was found
 */
HoistDestination *
hoist_session_detect_finish (HoistSession *self,
                             GAsyncResult *result,
                             HoistDestinationAbilities **abilities,
                             GError **error)
{
  Detect *detect = g_task_get_task_data (G_TASK (result));

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_session_detect_async), NULL);
  if (abilities != NULL)
    *abilities = g_steal_pointer (&detect->abilities);
  return g_task_propagate_pointer (G_TASK (result), error);
}
