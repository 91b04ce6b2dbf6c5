/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hands the engine each destination as soon as the keyring has said its token. */

#include "hoist-session-private.h"

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
  HoistProviderConfig *config = hoist_provider_config_new (
    hoist_destination_get_provider_type (destination), hoist_destination_get_url (destination));

  config->token = g_strdup (token);
  config->ca_file = g_strdup (hoist_destination_get_ca_file (destination));
  config->key_prefix = g_strdup (hoist_destination_get_key_prefix (destination));
  config->max_parts_in_flight = hoist_destination_get_concurrency (destination);
  return config;
}

static gboolean
configs_are_equal (const HoistProviderConfig *a, const HoistProviderConfig *b)
{
  return g_strcmp0 (a->type, b->type) == 0 && g_strcmp0 (a->url, b->url) == 0 &&
         g_strcmp0 (a->token, b->token) == 0 && g_strcmp0 (a->ca_file, b->ca_file) == 0 &&
         g_strcmp0 (a->key_prefix, b->key_prefix) == 0 &&
         a->max_parts_in_flight == b->max_parts_in_flight && a->token_pending == b->token_pending;
}

/* A destination that did not change is left alone: what travels to it goes on. */
static void
give_to_engine (HoistSession *self, const char *id, HoistProviderConfig *config)
{
  const HoistProviderConfig *known = g_hash_table_lookup (self->known, id);

  if (self->engine == NULL || (known != NULL && configs_are_equal (known, config)))
    return;
  g_hash_table_insert (self->known, g_strdup (id), hoist_provider_config_ref (config));
  hoist_engine_set_destination (self->engine, id, config);
}

typedef struct
{
  HoistSession *session;         /* (owned) */
  HoistDestination *destination; /* (owned) */
} Lookup;

static void
lookup_free (Lookup *lookup)
{
  g_object_unref (lookup->session);
  g_object_unref (lookup->destination);
  g_free (lookup);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lookup, lookup_free)

static void
token_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Lookup) lookup = user_data;
  HoistSession *self = lookup->session;
  g_autoptr (HoistProviderConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;
  HoistSecretVerdict verdict;

  verdict = hoist_secret_store_lookup_finish (HOIST_SECRET_STORE (source), result, &token, &error);
  self->n_lookups--;
  if (verdict != HOIST_SECRET_UNKNOWN)
    {
      config = hoist_session_make_config (lookup->destination, token);
      config->token_pending = verdict == HOIST_SECRET_LOCKED && !self->wait_for_tokens;
      give_to_engine (self, hoist_destination_get_id (lookup->destination), config);
      if (error != NULL)
        g_signal_emit_by_name (self, "keyring-problem", error->message);
    }
  if (self->n_lookups == 0)
    hoist_session_finish_opening (self);
}

static void
look_up (HoistSession *self, HoistDestination *destination)
{
  const char *id = hoist_destination_get_id (destination);
  Lookup *lookup = g_new (Lookup, 1);

  if (!g_hash_table_contains (self->known, id))
    {
      g_autoptr (HoistProviderConfig) config = hoist_session_make_config (destination, NULL);

      config->token_pending = TRUE;
      give_to_engine (self, id, config);
    }
  lookup->session = g_object_ref (self);
  lookup->destination = g_object_ref (destination);
  self->n_lookups++;
  hoist_secret_store_lookup_async (self->secrets, id, TRUE, self->cancellable, token_found_cb,
                                   lookup);
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
