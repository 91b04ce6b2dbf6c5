/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store.h"

#include <string.h>

#include "hoist-s3-uri.h"
#include "hoist-s3-verify.h"
#include "hoist-store-complete.h"
#include "hoist-store-exchange.h"
#include "hoist-store-refusal.h"
#include "hoist-store-tree.h"

struct _HoistStore
{
  GObject parent_instance;

  HoistStoreTree *tree;            /* (owned) */
  HoistS3Credentials *credentials; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HoistStore, hoist_store, G_TYPE_OBJECT)

static void
hoist_store_finalize (GObject *object)
{
  HoistStore *self = HOIST_STORE (object);

  g_clear_pointer (&self->tree, hoist_store_tree_unref);
  g_clear_pointer (&self->credentials, hoist_s3_credentials_unref);
  G_OBJECT_CLASS (hoist_store_parent_class)->finalize (object);
}

static void
hoist_store_class_init (HoistStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hoist_store_finalize;
}

static void
hoist_store_init (HoistStore *self)
{
}

static HoistS3Credentials *
find_credentials (const char *access_key, gpointer user_data)
{
  HoistStore *self = user_data;

  return g_str_equal (access_key, hoist_s3_credentials_get_access_key (self->credentials))
           ? hoist_s3_credentials_ref (self->credentials)
           : NULL;
}

static HoistS3Pairs *
copy_headers (SoupServerMessage *message)
{
  HoistS3Pairs *headers = hoist_s3_pairs_new ();
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    hoist_s3_pairs_add (headers, name, value);
  return headers;
}

/* The path as it was sent: libsoup decodes it unless the server has raw paths. */
static char *
get_raw_path (SoupServer *server, SoupServerMessage *message)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));
  gboolean raw_paths;

  g_object_get (server, "raw-paths", &raw_paths, NULL);
  return raw_paths ? g_strdup (path) : hoist_s3_path_encode (path);
}

/* Returns: (nullable) (transfer full): the key; empty for the bucket itself. */
static char *
get_key (HoistStore *self, const char *raw_path)
{
  g_autofree char *path = hoist_s3_path_decode (raw_path, NULL);
  gsize length = strlen (self->tree->bucket);

  if (path == NULL || *path != '/' || strncmp (path + 1, self->tree->bucket, length) != 0)
    return NULL;
  if (path[length + 1] == '\0')
    return g_strdup ("");
  return path[length + 1] == '/' ? g_strdup (path + length + 2) : NULL;
}

static HoistStoreCall *
understand (HoistStore *self,
            SoupServerMessage *message,
            const char *raw_path,
            HoistS3Fault **fault)
{
  GUri *uri = soup_server_message_get_uri (message);
  g_autoptr (HoistS3Pairs) headers = copy_headers (message);
  g_autoptr (HoistS3Pairs) query = NULL;
  g_auto (HoistS3Verified) verified = { 0 };
  HoistS3Incoming incoming = { soup_server_message_get_method (message), raw_path,
                               g_uri_get_query (uri), headers };
  const char *host = hoist_s3_pairs_lookup_header (headers, "host");
  g_autofree char *bucket_url = NULL;
  g_autofree char *key = NULL;

  *fault = hoist_s3_verify (&incoming, self->tree->region, find_credentials, self,
                            g_get_real_time () / G_USEC_PER_SEC, &verified);
  if (*fault != NULL)
    return NULL;
  key = get_key (self, raw_path);
  if (key == NULL)
    {
      *fault = hoist_s3_fault_new ("NoSuchBucket", "The specified bucket does not exist");
      return NULL;
    }
  query = hoist_s3_query_parse (incoming.query != NULL ? incoming.query : "", NULL);
  if (query == NULL)
    {
      *fault = hoist_s3_fault_new ("InvalidURI", "Couldn't parse the specified URI.");
      return NULL;
    }
  bucket_url = g_strdup_printf ("%s://%s/%s", g_uri_get_scheme (uri), host, self->tree->bucket);
  return hoist_store_call_new (incoming.method, bucket_url, key, query, headers,
                               verified.payload_sha256, fault);
}

static void
got_headers_cb (SoupServer *server,
                SoupServerMessage *message,
                const char *path,
                GHashTable *query,
                gpointer user_data)
{
  HoistStore *self = user_data;
  g_autofree char *raw_path = get_raw_path (server, message);
  HoistS3Fault *fault = NULL;
  HoistStoreCall *call = understand (self, message, raw_path, &fault);

  if (call != NULL)
    {
      hoist_store_exchange_begin (self->tree, message, call);
      return;
    }
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  hoist_store_refuse (message, hoist_store_reply_new_fault (fault));
}

static void
got_body_cb (SoupServer *server,
             SoupServerMessage *message,
             const char *path,
             GHashTable *query,
             gpointer user_data)
{
  hoist_store_exchange_end_body (message);
}

/**
 * hoist_store_new:
 * @dir: the folder to keep everything in; made if it is not there
 * @bucket: the bucket's name, which is also that of the folder of the objects
 * @region: the region that requests must be signed for
 * @credentials: the one key that may use the store, and may do everything
 * @error: return location for an error
 *
 * Makes a store, or opens one that is there already. Only one process may use a
 * folder. Blocks on the disk.
 *
 * Errors: HOIST_ERROR_BAD_INPUT: @bucket is no name for a bucket;
 * HOIST_ERROR_STORE_BUSY: another process uses the folder; those of
 * hoist_error_from_errno(): it cannot be made or opened.
 *
 * Returns: (transfer full) (nullable): the store
 */
HoistStore *
hoist_store_new (const char *dir,
                 const char *bucket,
                 const char *region,
                 HoistS3Credentials *credentials,
                 GError **error)
{
  HoistStoreTree *tree = hoist_store_tree_new (dir, bucket, region, error);
  HoistStore *self;

  if (tree == NULL)
    return NULL;
  tree->min_part_bytes = HOIST_STORE_MIN_PART_BYTES;
  hoist_store_complete_leftovers (tree);
  self = g_object_new (HOIST_TYPE_STORE, NULL);
  self->tree = tree;
  self->credentials = hoist_s3_credentials_ref (credentials);
  return self;
}

/**
 * hoist_store_set_min_part_bytes:
 * @self: a store that is not mounted yet
 * @min_part_bytes: what each part of an upload but the last must have
 *
 * Makes it take other parts than Amazon's S3 does, to try what many parts do.
 */
void
hoist_store_set_min_part_bytes (HoistStore *self, guint64 min_part_bytes)
{
  self->tree->min_part_bytes = min_part_bytes;
}

/**
 * hoist_store_mount:
 * @self: a store
 * @server: a server, which then keeps the store alive
 *
 * Serves the bucket at `/{bucket}`, path-style, in the main context that is the
 * thread's default now, and says of every other path that no more special handler
 * answers that there is no such bucket. Disks are waited for in worker threads only.
 *
 * The server should have been made with `raw-paths`: TRUE. Without it libsoup
 * itself answers some bad paths, and not with S3's errors.
 */
void
hoist_store_mount (HoistStore *self, SoupServer *server)
{
  soup_server_add_handler (server, NULL, got_body_cb, g_object_ref (self), g_object_unref);
  soup_server_add_early_handler (server, NULL, got_headers_cb, g_object_ref (self), g_object_unref);
}
