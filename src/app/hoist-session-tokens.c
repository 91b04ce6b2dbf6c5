/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hands the engine each destination as soon as the keyring has said its token. */

#include "hoist-destination-kind.h"
#include "hoist-session-private.h"

/* How long to leave a keyring alone that is not there or does not answer. */
#define RETRY_FIRST_S 5
#define RETRY_MOST_S 300

/**
 * hoist_session_make_config:
 * @destination: a destination
 * @token: (nullable): its token
 *
 * Returns: (transfer full): how to reach @destination
 */
HoistProviderConfig *
hoist_session_make_config (HoistDestination *destination, const char *token)
{
  /* No provider's affair: a change of them is none of the way there. */
  static const char *const ours[] = { HOIST_SETTING_COLOUR, HOIST_SETTING_FILES,
                                      HOIST_SETTING_BYTES_PER_SECOND };
  HoistProviderConfig *config = hoist_provider_config_new (
    hoist_destination_get_provider_type (destination), hoist_destination_get_url (destination));

  config->token = g_strdup (token);
  config->ca_file = g_strdup (hoist_destination_get_ca_file (destination));
  config->key_prefix = g_strdup (hoist_destination_get_key_prefix (destination));
  hoist_destination_settings_free (config->settings);
  config->settings = hoist_destination_settings_copy (hoist_destination_get_settings (destination));
  /* Checked when it was read; what makes no sense is no limit. */
  hoist_destination_limits_read (&config->limits, config->settings, NULL);
  config->limits.parts = hoist_destination_get_concurrency (destination);
  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    hoist_destination_settings_set (config->settings, ours[i], NULL);
  return config;
}

/* A destination that did not change is left alone: what travels to it goes on. */
static void
give_to_engine (HoistSession *self, const char *id, HoistProviderConfig *config)
{
  const HoistProviderConfig *known = g_hash_table_lookup (self->known, id);

  if (self->engine == NULL || (known != NULL && hoist_provider_config_equal (known, config)))
    return;
  g_hash_table_insert (self->known, g_strdup (id), hoist_provider_config_ref (config));
  hoist_engine_set_destination (self->engine, id, config);
}

/* --- What the keyring says ---------------------------------------------------------------------- */

static void ask (HoistSession *self, const char *id, gboolean may_prompt);
static void ask_missing (HoistSession *self);

static HoistDestination *
find_destination (HoistSession *self, const char *id)
{
  HoistDestination *destination = hoist_destination_store_lookup (self->store, id);

  return destination != NULL && g_str_equal (hoist_destination_get_id (destination), id)
           ? destination
           : NULL;
}

static gboolean
is_problem (HoistSecretVerdict verdict)
{
  return verdict == HOIST_SECRET_LOCKED || verdict == HOIST_SECRET_NO_KEYRING;
}

/* Without a keyring it is not known whether there is a token at all. A plain backend and a Companion
 * may want none, and that is tried; the others all do. */
static gboolean
is_worth_waiting (HoistDestination *destination, HoistSecretVerdict verdict)
{
  static const char *const modest[] = { HOIST_PLAIN_KIND, HOIST_COMPANION_KIND, NULL };

  return verdict == HOIST_SECRET_LOCKED ||
         (verdict == HOIST_SECRET_NO_KEYRING &&
          !g_strv_contains (modest, hoist_destination_get_provider_type (destination)));
}

/* As the destination is now: it may have been changed, or removed, since the question. */
static void
take_verdict (HoistSession *self,
              const char *id,
              HoistSecretVerdict verdict,
              const char *token,
              const GError *error)
{
  HoistDestination *destination = find_destination (self, id);
  g_autoptr (HoistProviderConfig) config = NULL;
  gboolean waits;

  g_hash_table_remove (self->missing, id);
  if (destination == NULL)
    return;
  waits = is_worth_waiting (destination, verdict);
  config = hoist_session_make_config (destination, token);
  config->token_pending = waits && !self->wait_for_tokens;
  give_to_engine (self, id, config);
  if (verdict != HOIST_SECRET_FOUND)
    g_hash_table_insert (
      self->missing, g_strdup (id),
      g_strdup (error != NULL && (waits || self->wait_for_tokens) ? error->message : NULL));
}

static void
tell_problem (HoistSession *self)
{
  const char *problem = NULL;
  GHashTableIter iter;
  gpointer why;

  g_hash_table_iter_init (&iter, self->missing);
  while (problem == NULL && g_hash_table_iter_next (&iter, NULL, &why))
    problem = why;
  if (problem == NULL)
    self->retry_s = 0;
  if (g_strcmp0 (problem, self->keyring_problem) == 0)
    return;
  g_free (self->keyring_problem);
  self->keyring_problem = g_strdup (problem);
  g_signal_emit_by_name (self, "keyring-problem", problem);
}

static gboolean
retry_cb (gpointer user_data)
{
  HoistSession *self = user_data;

  self->retry_id = 0;
  ask_missing (self);
  return G_SOURCE_REMOVE;
}

/* One that hangs says nothing when it goes on, and one that died is started by the bus when
 * it is asked: so it is, less and less often. */
static void
retry_later (HoistSession *self)
{
  if (self->retry_id != 0 || self->wait_for_tokens)
    return;
  self->retry_s = self->retry_s == 0 ? RETRY_FIRST_S : MIN (self->retry_s * 2, RETRY_MOST_S);
  self->retry_id = g_timeout_add_seconds (self->retry_s, retry_cb, self);
}

/* All that could be said without a prompt was said. Where there are several destinations, a
 * person is asked once, and not once for each. */
static void
end_round (HoistSession *self)
{
  g_autofree char *id = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (self->ask_again)
    ask_missing (self);
  if (self->n_lookups == 0)
    id = g_queue_pop_head (&self->locked);
  if (id != NULL)
    ask (self, id, TRUE);
  if (self->n_lookups > 0)
    return;
  tell_problem (self);
  hoist_session_finish_opening (self);
}

typedef struct
{
  HoistSession *session; /* (owned) */
  char *id;              /* (owned) */
  gboolean prompting;
} Lookup;

static void
lookup_free (Lookup *lookup)
{
  g_object_unref (lookup->session);
  g_free (lookup->id);
  g_free (lookup);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, lookup_free)

/* The answer to the prompt is one for all. */
static void
prompt_answered (HoistSession *self, HoistSecretVerdict verdict)
{
  GQueue locked = self->locked;
  char *id;

  self->declined = is_problem (verdict);
  g_queue_init (&self->locked);
  while ((id = g_queue_pop_head (&locked)) != NULL)
    {
      ask (self, id, FALSE);
      g_free (id);
    }
}

static void
token_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Lookup) lookup = user_data;
  HoistSession *self = lookup->session;
  g_autoptr (GError) error = NULL;
  char *token = NULL;
  HoistSecretVerdict verdict;

  verdict = hoist_secret_store_lookup_finish (HOIST_SECRET_STORE (source), result, &token, &error);
  if (verdict == HOIST_SECRET_LOCKED && !lookup->prompting && !self->declined)
    g_queue_push_tail (&self->locked, g_strdup (lookup->id));
  else if (verdict != HOIST_SECRET_UNKNOWN)
    take_verdict (self, lookup->id, verdict, token, error);
  if (lookup->prompting && verdict != HOIST_SECRET_UNKNOWN)
    prompt_answered (self, verdict);
  if (verdict == HOIST_SECRET_NO_KEYRING)
    retry_later (self);
  if (--self->n_lookups == 0)
    end_round (self);
  hoist_secret_free (token);
}

static void
ask (HoistSession *self, const char *id, gboolean may_prompt)
{
  Lookup *lookup = g_new (Lookup, 1);

  lookup->session = g_object_ref (self);
  lookup->id = g_strdup (id);
  lookup->prompting = may_prompt;
  self->n_lookups++;
  hoist_secret_store_lookup_async (self->secrets, id, may_prompt, self->cancellable, token_found_cb,
                                   lookup);
}

/* Once more for all that the keyring did not give. */
static void
ask_missing (HoistSession *self)
{
  g_autofree char **ids = NULL;

  self->ask_again = self->n_lookups > 0;
  if (self->ask_again)
    return;
  ids = (char **) g_hash_table_get_keys_as_array (self->missing, NULL);
  for (guint i = 0; ids[i] != NULL; i++)
    ask (self, ids[i], FALSE);
}

static void
keyring_changed_cb (HoistSession *self, gboolean came)
{
  if (came)
    {
      self->declined = FALSE;
      self->retry_s = 0;
    }
  ask_missing (self);
}

/**
 * hoist_session_watch_keyring:
 * @self: an open session with an engine
 * @bus: the session bus
 *
 * Goes on with what waits for the keyring as soon as that is unlocked, or comes.
 */
void
hoist_session_watch_keyring (HoistSession *self, GDBusConnection *bus)
{
  /* Who waits for the answers takes the first one. */
  if (self->wait_for_tokens)
    return;
  self->keyring = hoist_secret_watch_new (bus);
  g_signal_connect_object (self->keyring, "changed", G_CALLBACK (keyring_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * hoist_session_stop_asking:
 * @self: a session that closes
 *
 * Lets the keyring alone.
 */
void
hoist_session_stop_asking (HoistSession *self)
{
  g_clear_object (&self->keyring);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_queue_clear_full (&self->locked, g_free);
}

/**
 * hoist_session_ask_keyring:
 * @self: an open session
 *
 * Asks the keyring again for what it did not give, and a person to unlock it.
 */
void
hoist_session_ask_keyring (HoistSession *self)
{
  g_return_if_fail (HOIST_IS_SESSION (self));

  self->declined = FALSE;
  ask_missing (self);
}

/**
 * hoist_session_get_keyring_problem:
 * @self: a session
 *
 * Returns: (nullable): why a token could not be had, for people
 */
const char *
hoist_session_get_keyring_problem (HoistSession *self)
{
  g_return_val_if_fail (HOIST_IS_SESSION (self), NULL);
  return self->keyring_problem;
}

/* --- Destinations ------------------------------------------------------------------------------- */

static void
look_up (HoistSession *self, HoistDestination *destination)
{
  const char *id = hoist_destination_get_id (destination);

  if (!g_hash_table_contains (self->known, id))
    {
      g_autoptr (HoistProviderConfig) config = hoist_session_make_config (destination, NULL);

      config->token_pending = TRUE;
      give_to_engine (self, id, config);
    }
  ask (self, id, FALSE);
}

static void
forget_removed (HoistSession *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (hoist_destination_store_lookup (self->store, id) == NULL)
      {
        hoist_engine_remove_destination (self->engine, id);
        g_hash_table_remove (self->missing, id);
        g_hash_table_iter_remove (&iter);
      }
}

/**
 * hoist_session_stands_alone:
 * @self: a session
 *
 * Returns: whether it has a destination that is not set up, and no other
 */
gboolean
hoist_session_stands_alone (HoistSession *self)
{
  return self->own != NULL &&
         hoist_destination_store_lookup (self->store, hoist_destination_get_id (self->own)) == NULL;
}

/**
 * hoist_session_give_own:
 * @self: a session with a destination of its own
 *
 * Hands that destination to the engine.
 */
void
hoist_session_give_own (HoistSession *self)
{
  g_autoptr (HoistProviderConfig) config = hoist_session_make_config (self->own, self->own_token);

  give_to_engine (self, hoist_destination_get_id (self->own), config);
}

/**
 * hoist_session_refresh:
 * @self: an open session
 *
 * Hands the destinations as they are now, with their tokens, to the engine.
 */
void
hoist_session_refresh (HoistSession *self)
{
  const char *own_id = self->own != NULL ? hoist_destination_get_id (self->own) : NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->store));

  if (self->engine == NULL || hoist_session_stands_alone (self))
    return;
  forget_removed (self);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HoistDestination) destination =
        g_list_model_get_item (G_LIST_MODEL (self->store), i);

      if (g_strcmp0 (hoist_destination_get_id (destination), own_id) == 0)
        hoist_session_give_own (self);
      else
        look_up (self, destination);
    }
}
