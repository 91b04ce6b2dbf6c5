/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-api-rate.h"

typedef struct
{
  double left; /* requests that may come at once */
  gint64 seen_us;
} Bucket;

struct _HoistApiRate
{
  double requests_per_s; /* 0 = no limit */
  GHashTable *buckets;   /* (owned) (element-type utf8 Bucket) by the token's name */
};

/**
 * hoist_api_rate_new:
 * @requests_per_s: of each token; 0 = no limit
 *
 * Makes a limit.
 *
 * Returns: (transfer full): it
 */
HoistApiRate *
hoist_api_rate_new (guint64 requests_per_s)
{
  HoistApiRate *self = g_new0 (HoistApiRate, 1);

  self->requests_per_s = (double) requests_per_s;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * hoist_api_rate_free:
 * @self: (transfer full): the limit
 *
 * Frees it.
 */
void
hoist_api_rate_free (HoistApiRate *self)
{
  g_hash_table_unref (self->buckets);
  g_free (self);
}

/**
 * hoist_api_rate_take:
 * @self: the limit
 * @name: name of a token that is known, so that strangers cannot fill the memory
 * @now_us: monotonic time
 *
 * Counts a request.
 *
 * Returns: whether it may be served
 */
gboolean
hoist_api_rate_take (HoistApiRate *self, const char *name, gint64 now_us)
{
  Bucket *bucket;

  if (self->requests_per_s == 0)
    return TRUE;
  bucket = g_hash_table_lookup (self->buckets, name);
  if (bucket == NULL)
    {
      bucket = g_new0 (Bucket, 1);
      bucket->left = self->requests_per_s;
      bucket->seen_us = now_us;
      g_hash_table_insert (self->buckets, g_strdup (name), bucket);
    }
  bucket->left +=
    self->requests_per_s * (double) MAX (now_us - bucket->seen_us, 0) / G_USEC_PER_SEC;
  bucket->left = MIN (bucket->left, self->requests_per_s);
  bucket->seen_us = now_us;
  if (bucket->left < 1)
    return FALSE;
  bucket->left -= 1;
  return TRUE;
}
