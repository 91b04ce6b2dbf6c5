/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-plain-sessions.h"

struct _HoistPlainSessions
{
  GHashTable *by_hash; /* (owned) utf8 -> HoistPlainSession */
  gsize max_bytes;
  guint64 clock; /* counts uses */
};

static void
session_free (gpointer data)
{
  HoistPlainSession *session = data;

  g_free (session->server_id);
  g_clear_pointer (&session->urls, hoist_plain_urls_free);
  g_clear_pointer (&session->missing, g_array_unref);
  g_free (session);
}

/**
 * hoist_plain_sessions_new: (skip)
 * @max_bytes: what the URLs of all of them may take
 *
 * Returns: (transfer full): no sessions yet
 */
HoistPlainSessions *
hoist_plain_sessions_new (gsize max_bytes)
{
  HoistPlainSessions *self = g_new0 (HoistPlainSessions, 1);

  self->by_hash = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, session_free);
  self->max_bytes = max_bytes;
  return self;
}

/**
 * hoist_plain_sessions_free: (skip)
 * @self: (transfer full): sessions
 */
void
hoist_plain_sessions_free (HoistPlainSessions *self)
{
  g_hash_table_unref (self->by_hash);
  g_free (self);
}

/**
 * hoist_plain_sessions_lookup: (skip)
 * @self: sessions
 * @hash: a file's
 *
 * Returns: (transfer none) (nullable): what is known of it
 */
HoistPlainSession *
hoist_plain_sessions_lookup (HoistPlainSessions *self, const char *hash)
{
  HoistPlainSession *session = g_hash_table_lookup (self->by_hash, hash);

  if (session != NULL)
    session->used = ++self->clock;
  return session;
}

/**
 * hoist_plain_sessions_ensure: (skip)
 * @self: sessions
 * @hash: a file's
 *
 * Returns: (transfer none): what is known of it, maybe nothing
 */
HoistPlainSession *
hoist_plain_sessions_ensure (HoistPlainSessions *self, const char *hash)
{
  HoistPlainSession *session = hoist_plain_sessions_lookup (self, hash);

  if (session != NULL)
    return session;
  session = g_new0 (HoistPlainSession, 1);
  session->used = ++self->clock;
  g_hash_table_insert (self->by_hash, g_strdup (hash), session);
  return session;
}

/**
 * hoist_plain_sessions_get_bytes: (skip)
 * @self: sessions
 *
 * Returns: what the URLs of all of them take
 */
gsize
hoist_plain_sessions_get_bytes (HoistPlainSessions *self)
{
  GHashTableIter iter;
  gpointer value;
  gsize bytes = 0;

  g_hash_table_iter_init (&iter, self->by_hash);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((HoistPlainSession *) value)->urls != NULL)
      bytes += hoist_plain_urls_get_bytes (((HoistPlainSession *) value)->urls);
  return bytes;
}

static HoistPlainSession *
find_oldest (HoistPlainSessions *self)
{
  HoistPlainSession *oldest = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_hash);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      HoistPlainSession *session = value;

      if (session->urls != NULL && (oldest == NULL || session->used < oldest->used))
        oldest = session;
    }
  return oldest;
}

/**
 * hoist_plain_sessions_take: (skip)
 * @self: sessions
 * @hash: a file's
 * @begun: what its server said; its URLs are taken out of it
 *
 * Notes fresh URLs.
 */
void
hoist_plain_sessions_take (HoistPlainSessions *self, const char *hash, HoistPlainBegun *begun)
{
  HoistPlainSession *session = hoist_plain_sessions_ensure (self, hash);
  HoistPlainSession *oldest;

  g_clear_pointer (&session->urls, hoist_plain_urls_free);
  session->urls = g_steal_pointer (&begun->urls);
  g_free (session->server_id);
  session->server_id = g_strdup (begun->server_id);
  /* Its own are about to be used, however much they are. */
  while (hoist_plain_sessions_get_bytes (self) > self->max_bytes &&
         (oldest = find_oldest (self)) != session)
    g_clear_pointer (&oldest->urls, hoist_plain_urls_free);
}

/**
 * hoist_plain_sessions_forget: (skip)
 * @self: sessions
 * @hash: a file's
 *
 * Forgets an upload that has ended.
 */
void
hoist_plain_sessions_forget (HoistPlainSessions *self, const char *hash)
{
  g_hash_table_remove (self->by_hash, hash);
}
