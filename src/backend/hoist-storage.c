/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-storage.h"

#include "hoist-api-error.h"
#include "hoist-s3-sigv4.h"
#include "hoist-s3-xml.h"

struct _HoistStorage
{
  GObject parent_instance;

  HoistStorageClient *client; /* (owned) */
  HoistS3Signer *signer;      /* (owned) for URLs: by the public endpoint */
  HoistDigestKind checksum;
  guint timeout_s;
  guint complete_timeout_s;
};

G_DEFINE_FINAL_TYPE (HoistStorage, hoist_storage, G_TYPE_OBJECT)

/**
 * hoist_storage_object_free:
 * @object: (transfer full): an object's description
 *
 * Frees it.
 */
void
hoist_storage_object_free (HoistStorageObject *object)
{
  g_free (object->etag);
  g_free (object->checksum_sha256);
  g_free (object->version_id);
  g_free (object);
}

/**
 * hoist_storage_url_free:
 * @url: (transfer full): a presigned request
 *
 * Frees it.
 */
void
hoist_storage_url_free (HoistStorageUrl *url)
{
  g_free (url->url);
  hoist_s3_pairs_free (url->headers);
  g_free (url);
}

static void
hoist_storage_finalize (GObject *object)
{
  HoistStorage *self = HOIST_STORAGE (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->signer, hoist_s3_signer_free);

  G_OBJECT_CLASS (hoist_storage_parent_class)->finalize (object);
}

static void
hoist_storage_class_init (HoistStorageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_storage_finalize;
}

static void
hoist_storage_init (HoistStorage *self)
{
}

/**
 * hoist_storage_new:
 * @config: with endpoint, region and bucket set
 * @credentials: the backend's keys
 * @error: return location for an error
 *
 * Makes the backend's view of one bucket. It keeps nothing of what is in it.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where an endpoint is not one, or the file of
 * trusted certificates cannot be read.
 *
 * Returns: (transfer full) (nullable): it, or null with @error set
 */
HoistStorage *
hoist_storage_new (const HoistBackendConfig *config,
                   HoistS3Credentials *credentials,
                   GError **error)
{
  g_autoptr (HoistStorage) self = g_object_new (HOIST_TYPE_STORAGE, NULL);
  const char *public_url = config->public_endpoint ? config->public_endpoint : config->endpoint;
  g_autoptr (HoistS3Endpoint) endpoint = NULL;
  g_autoptr (HoistS3Endpoint) public_endpoint = NULL;
  g_autoptr (GTlsDatabase) tls_database = NULL;

  endpoint = hoist_s3_endpoint_new (config->endpoint, config->region, config->bucket,
                                    config->path_style, error);
  if (endpoint == NULL)
    return NULL;
  public_endpoint =
    hoist_s3_endpoint_new (public_url, config->region, config->bucket, config->path_style, error);
  if (public_endpoint == NULL)
    return NULL;
  if (config->ca_file != NULL)
    {
      tls_database = g_tls_file_database_new (config->ca_file, error);
      if (tls_database == NULL)
        return NULL;
    }
  self->client = hoist_storage_client_new (credentials, endpoint, tls_database);
  self->signer = hoist_s3_signer_new (credentials, public_endpoint);
  self->checksum = config->checksum;
  self->timeout_s = (guint) config->timeout_s;
  self->complete_timeout_s = (guint) config->complete_timeout_s;
  return g_steal_pointer (&self);
}

/**
 * hoist_storage_get_client:
 * @self: the storage
 *
 * Gives what its calls go through.
 *
 * Returns: (transfer none): it
 */
HoistStorageClient *
hoist_storage_get_client (HoistStorage *self)
{
  return self->client;
}

/**
 * hoist_storage_get_timeout_s:
 * @self: the storage
 *
 * Gives how long an ordinary call may take.
 *
 * Returns: seconds
 */
guint
hoist_storage_get_timeout_s (HoistStorage *self)
{
  return self->timeout_s;
}

/**
 * hoist_storage_get_complete_timeout_s:
 * @self: the storage
 *
 * Gives how long CompleteMultipartUpload may take.
 *
 * Returns: seconds
 */
guint
hoist_storage_get_complete_timeout_s (HoistStorage *self)
{
  return self->complete_timeout_s;
}

/**
 * hoist_storage_dup_location:
 * @self: the storage
 * @key: an object's key
 *
 * Gives an object's URL without a signature, for people.
 *
 * Returns: (transfer full): it
 */
char *
hoist_storage_dup_location (HoistStorage *self, const char *key)
{
  return hoist_s3_endpoint_dup_url (hoist_s3_signer_get_endpoint (self->signer), key, NULL);
}

/**
 * hoist_storage_presign:
 * @self: the storage
 * @request: (transfer full): what the URL allows
 * @expires_s: for how long, at most seven days
 * @error: return location for an error
 *
 * Signs a request for others to send. No call to S3 is made.
 *
 * Errors: as hoist_s3_signer_presign().
 *
 * Returns: (transfer full) (nullable): it, or null with @error set
 */
HoistStorageUrl *
hoist_storage_presign (HoistStorage *self, HoistS3Request *request, guint expires_s, GError **error)
{
  g_autoptr (HoistS3Request) owned = request;
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  char *text = hoist_s3_signer_presign (self->signer, request, now_s, expires_s, error);
  HoistStorageUrl *url;

  if (text == NULL)
    return NULL;
  url = g_new0 (HoistStorageUrl, 1);
  url->url = text;
  url->headers = g_steal_pointer (&owned->headers);
  owned->headers = hoist_s3_pairs_new ();
  return url;
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistS3CreateResult) created = NULL;
  g_autoptr (HoistStorageAnswer) answer =
    hoist_storage_client_call_finish (HOIST_STORAGE_CLIENT (source), result, &error);
  const char *data;
  gsize length;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!hoist_storage_answer_is_good (answer))
    {
      g_task_return_error (task, hoist_storage_answer_to_error (answer, "begin the upload"));
      return;
    }
  data = g_bytes_get_data (answer->body, &length);
  created = hoist_s3_create_result_parse (data, length, &error);
  if (created == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&created->upload_id), g_free);
}

/**
 * hoist_storage_create_async:
 * @self: the storage
 * @key: the object's key
 * @content_type: its MIME type
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Begins a multipart upload, with the checksum algorithm of the configuration.
 */
void
hoist_storage_create_async (HoistStorage *self,
                            const char *key,
                            const char *content_type,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, hoist_storage_create_async);
  hoist_storage_client_call_async (
    self->client, hoist_s3_request_create_multipart_upload (key, content_type, self->checksum),
    self->timeout_s, created_cb, task);
}

/**
 * hoist_storage_create_finish:
 * @self: the storage
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends hoist_storage_create_async().
 *
 * Errors: %HOIST_API_ERROR or %HOIST_ERROR.
 *
 * Returns: (transfer full) (nullable): the upload's id, or null with @error set
 */
char *
hoist_storage_create_finish (HoistStorage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_storage_create_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A time as HTTP writes it (RFC 9110, section 5.6.7); 0 if it is none. */
static gint64
read_time_s (SoupMessageHeaders *headers, const char *name)
{
  const char *text = soup_message_headers_get_one (headers, name);
  g_autoptr (GDateTime) time = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  return time != NULL ? MAX (g_date_time_to_unix (time), 0) : 0;
}

static HoistStorageObject *
read_object (SoupMessageHeaders *headers)
{
  HoistStorageObject *object = g_new0 (HoistStorageObject, 1);
  const char *etag = soup_message_headers_get_one (headers, "ETag");

  object->size_bytes = (guint64) MAX (soup_message_headers_get_content_length (headers), 0);
  object->etag = etag ? hoist_s3_etag_strip (etag) : g_strdup ("");
  object->checksum_sha256 =
    g_strdup (soup_message_headers_get_one (headers, "x-amz-checksum-sha256"));
  object->version_id = g_strdup (soup_message_headers_get_one (headers, "x-amz-version-id"));
  object->modified_s = read_time_s (headers, "Last-Modified");
  object->answered_s = read_time_s (headers, "Date");
  return object;
}

static void
head_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistStorageAnswer) answer =
    hoist_storage_client_call_finish (HOIST_STORAGE_CLIENT (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (answer->status == SOUP_STATUS_NOT_FOUND)
    g_task_return_new_error (task, HOIST_API_ERROR, HOIST_API_ERROR_UPLOAD_GONE,
                             "The storage has no such object");
  else if (!hoist_storage_answer_is_good (answer))
    g_task_return_error (task, hoist_storage_answer_to_error (answer, "show the object"));
  else
    g_task_return_pointer (task, read_object (answer->headers),
                           (GDestroyNotify) hoist_storage_object_free);
}

/**
 * hoist_storage_head_async:
 * @self: the storage
 * @key: the object's key
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Looks an object up.
 */
void
hoist_storage_head_async (HoistStorage *self,
                          const char *key,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  hoist_storage_head_version_async (self, key, NULL, callback, user_data);
}

/**
 * hoist_storage_head_version_async:
 * @self: the storage
 * @key: the object's key
 * @version_id: (nullable): one of its versions; %NULL = the current one
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Looks one version of an object up; hoist_storage_head_finish() ends it.
 */
void
hoist_storage_head_version_async (HoistStorage *self,
                                  const char *key,
                                  const char *version_id,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  HoistS3Request *request = hoist_s3_request_head_version (key, version_id);

  g_task_set_source_tag (task, hoist_storage_head_async);
  if (self->checksum == HOIST_DIGEST_SHA256 &&
      hoist_s3_pairs_lookup_header (request->headers, "x-amz-checksum-mode") == NULL)
    hoist_s3_pairs_add (request->headers, "x-amz-checksum-mode", "ENABLED");
  hoist_storage_client_call_async (self->client, request, self->timeout_s, head_cb, task);
}

/**
 * hoist_storage_head_finish:
 * @self: the storage
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends hoist_storage_head_async() and hoist_storage_head_version_async().
 *
 * Errors: %HOIST_API_ERROR; %HOIST_API_ERROR_UPLOAD_GONE where there is no such object.
 *
 * Returns: (transfer full) (nullable): the object, or null with @error set
 */
HoistStorageObject *
hoist_storage_head_finish (HoistStorage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_storage_head_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
