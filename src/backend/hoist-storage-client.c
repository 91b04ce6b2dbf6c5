/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-storage-client.h"

#include <string.h>

#include "hoist-api-error.h"
#include "hoist-error.h"
#include "hoist-retry.h"
#include "hoist-s3-sigv4.h"

/* A page of 1,000 parts or uploads has about 0.5 MiB. */
#define MAX_ANSWER_BYTES (16 << 20)
#define READ_BYTES (64 << 10)
#define MAX_CONNECTIONS 64
#define IDLE_TIMEOUT_S 30
#define MAX_ATTEMPTS 4
#define RETRY_BASE_US (200 * G_TIME_SPAN_MILLISECOND)
#define RETRY_CAP_US (3 * G_TIME_SPAN_SECOND)
/* Who waits for our answer is better told to come back later than left waiting longer. */
#define MAX_RETRY_AFTER_US (5 * G_TIME_SPAN_SECOND)

struct _HoistStorageClient
{
  GObject parent_instance;

  SoupSession *session;      /* (owned) */
  HoistS3Signer *signer;     /* (owned) */
  GTlsCertificate *trusted;  /* (owned) (nullable) our own */
  GCancellable *cancellable; /* (owned) of all calls */
};

G_DEFINE_FINAL_TYPE (HoistStorageClient, hoist_storage_client, G_TYPE_OBJECT)

typedef struct
{
  /* input */
  HoistS3Request *request; /* (owned) */
  guint timeout_s;

  /* in progress: of one attempt */
  guint attempt;
  SoupMessage *message;      /* (owned) (nullable) */
  GInputStream *stream;      /* (owned) (nullable) */
  GByteArray *body;          /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable) */
  gulong stop_handler;
  GSource *timeout; /* (owned) (nullable) */
  GSource *delay;   /* (owned) (nullable) */
  gboolean timed_out;
} Call;

static void begin_attempt (GTask *task);

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
end_attempt (HoistStorageClient *self, Call *call)
{
  clear_source (&call->timeout);
  if (call->stop_handler != 0)
    g_cancellable_disconnect (self->cancellable, call->stop_handler);
  call->stop_handler = 0;
  g_clear_object (&call->cancellable);
  g_clear_object (&call->stream);
  g_clear_object (&call->message);
  g_clear_pointer (&call->body, g_byte_array_unref);
}

static void
call_free (Call *call)
{
  clear_source (&call->delay);
  g_assert (call->message == NULL);
  hoist_s3_request_free (call->request);
  g_free (call);
}

/**
 * hoist_storage_answer_free:
 * @answer: (transfer full): an answer
 *
 * Frees an answer.
 */
void
hoist_storage_answer_free (HoistStorageAnswer *answer)
{
  g_clear_pointer (&answer->headers, soup_message_headers_unref);
  g_clear_pointer (&answer->body, g_bytes_unref);
  g_clear_pointer (&answer->fault, hoist_s3_fault_free);
  g_free (answer);
}

/**
 * hoist_storage_answer_is_good:
 * @answer: an answer
 *
 * Looks whether S3 did what it was asked.
 *
 * Returns: whether it did
 */
gboolean
hoist_storage_answer_is_good (const HoistStorageAnswer *answer)
{
  return SOUP_STATUS_IS_SUCCESSFUL (answer->status) && answer->fault == NULL;
}

static const char *
explain (HoistApiError code, guint status)
{
  if (SOUP_STATUS_IS_REDIRECTION (status))
    return "it wants another endpoint: the backend's endpoint or region is wrong";
  if (status == SOUP_STATUS_FORBIDDEN || status == SOUP_STATUS_UNAUTHORIZED)
    return "it refuses the backend's keys";
  if (code == HOIST_API_ERROR_UPLOAD_GONE)
    return "it no longer knows the upload";
  if (code == HOIST_API_ERROR_INCOMPLETE)
    return "parts are missing, or are not the ones that were uploaded";
  if (code == HOIST_API_ERROR_UNAVAILABLE || code == HOIST_API_ERROR_THROTTLED)
    return "it is busy; try again later";
  return "it refuses the request";
}

/**
 * hoist_storage_answer_to_error:
 * @answer: an answer that is not good
 * @what: what was tried, such as `begin the upload`
 *
 * Makes the API's error of it. Only the code of S3's error document comes into
 * the message: its text may name keys and buckets.
 *
 * Returns: (transfer full): the error
 */
GError *
hoist_storage_answer_to_error (const HoistStorageAnswer *answer, const char *what)
{
  const char *s3_code = answer->fault ? answer->fault->code : NULL;
  HoistApiError code = hoist_api_error_from_s3 (answer->status, s3_code);

  return g_error_new (HOIST_API_ERROR, (int) code, "The storage did not %s: %s (%u%s%s)", what,
                      explain (code, answer->status), answer->status, s3_code ? " " : "",
                      s3_code ? s3_code : "");
}

static HoistStorageAnswer *
make_answer (Call *call)
{
  HoistStorageAnswer *answer = g_new0 (HoistStorageAnswer, 1);
  const char *data;
  gsize length;

  answer->status = soup_message_get_status (call->message);
  answer->headers = soup_message_headers_ref (soup_message_get_response_headers (call->message));
  answer->body = g_byte_array_free_to_bytes (g_steal_pointer (&call->body));
  data = g_bytes_get_data (answer->body, &length);
  /* CompleteMultipartUpload and its like may say 200 and then fail. */
  if (length > 0 &&
      (!SOUP_STATUS_IS_SUCCESSFUL (answer->status) || strcmp (call->request->method, "POST") == 0))
    answer->fault = hoist_s3_fault_parse (data, length);
  if (answer->fault != NULL && SOUP_STATUS_IS_SUCCESSFUL (answer->status))
    answer->status = hoist_s3_fault_get_status (answer->fault);
  return answer;
}

static gboolean
retry_cb (gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (g_object_ref (user_data));
  Call *call = g_task_get_task_data (task);

  clear_source (&call->delay);
  begin_attempt (task);
  return G_SOURCE_REMOVE;
}

/* Not all that core calls retryable: a checksum that did not match will not match again here. */
static gboolean
may_pass (HoistError code)
{
  return code == HOIST_ERROR_THROTTLED || code == HOIST_ERROR_UNAVAILABLE ||
         code == HOIST_ERROR_NETWORK || code == HOIST_ERROR_TIMED_OUT;
}

/* Returns: whether the call is tried again */
static gboolean
try_again (GTask *task, HoistError code, gint64 retry_after_us)
{
  Call *call = g_task_get_task_data (task);
  const HoistRetryPolicy policy = { RETRY_BASE_US, RETRY_CAP_US, 0 };
  gint64 delay_us;

  if (call->attempt >= MAX_ATTEMPTS || !may_pass (code) || retry_after_us > MAX_RETRY_AFTER_US)
    return FALSE;
  delay_us =
    hoist_retry_get_delay_us (&policy, code, call->attempt, 0, retry_after_us, g_random_double ());
  if (delay_us < 0)
    return FALSE;
  call->delay = g_timeout_source_new ((guint) (delay_us / G_TIME_SPAN_MILLISECOND));
  g_source_set_callback (call->delay, retry_cb, g_object_ref (task), g_object_unref);
  g_source_attach (call->delay, g_main_context_get_thread_default ());
  return TRUE;
}

static void
end_with_error (GTask *task, GError *error)
{
  g_autoptr (GError) owned = error;
  HoistStorageClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  gboolean timed_out = call->timed_out;
  gboolean tls = error->domain == G_TLS_ERROR;

  end_attempt (self, call);
  if (g_cancellable_is_cancelled (self->cancellable))
    g_task_return_new_error (task, HOIST_API_ERROR, HOIST_API_ERROR_UNAVAILABLE,
                             "The backend is stopping");
  else if (timed_out)
    g_task_return_new_error (task, HOIST_API_ERROR, HOIST_API_ERROR_STORAGE_TIMEOUT,
                             "The storage did not answer within %u seconds", call->timeout_s);
  else if (owned->domain == HOIST_API_ERROR)
    g_task_return_error (task, g_steal_pointer (&owned));
  else if (tls)
    g_task_return_new_error (task, HOIST_API_ERROR, HOIST_API_ERROR_STORAGE_ERROR,
                             "The connection to the storage is not secure: %s", owned->message);
  else if (!try_again (task, HOIST_ERROR_NETWORK, 0))
    g_task_return_new_error (task, HOIST_API_ERROR, HOIST_API_ERROR_UNAVAILABLE,
                             "The storage cannot be reached: %s", owned->message);
}

static gint64
get_retry_after_us (SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_one (headers, "Retry-After");
  guint64 seconds;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, 86400, &seconds, NULL))
    return 0;
  return (gint64) seconds * G_TIME_SPAN_SECOND;
}

static void
end_with_answer (GTask *task)
{
  HoistStorageClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  g_autoptr (HoistStorageAnswer) answer = make_answer (call);
  HoistError code =
    hoist_error_from_reply (answer->status, answer->fault ? answer->fault->code : NULL);

  end_attempt (self, call);
  if (!hoist_storage_answer_is_good (answer) &&
      try_again (task, code, get_retry_after_us (answer->headers)))
    return;
  g_task_return_pointer (task, g_steal_pointer (&answer),
                         (GDestroyNotify) hoist_storage_answer_free);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  Call *call = g_task_get_task_data (task);

  if (bytes == NULL)
    {
      end_with_error (task, g_steal_pointer (&error));
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      end_with_answer (task);
      return;
    }
  g_byte_array_append (call->body, g_bytes_get_data (bytes, NULL),
                       (guint) g_bytes_get_size (bytes));
  if (call->body->len > MAX_ANSWER_BYTES)
    {
      end_with_error (task, g_error_new (HOIST_API_ERROR, HOIST_API_ERROR_STORAGE_ERROR,
                                         "The storage's answer is too long"));
      return;
    }
  g_input_stream_read_bytes_async (call->stream, READ_BYTES, G_PRIORITY_DEFAULT, call->cancellable,
                                   read_cb, g_object_ref (task));
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  GInputStream *stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  Call *call = g_task_get_task_data (task);

  if (stream == NULL)
    {
      end_with_error (task, g_steal_pointer (&error));
      return;
    }
  call->stream = stream;
  call->body = g_byte_array_new ();
  g_input_stream_read_bytes_async (stream, READ_BYTES, G_PRIORITY_DEFAULT, call->cancellable,
                                   read_cb, g_object_ref (task));
}

static gboolean
timeout_cb (gpointer user_data)
{
  Call *call = user_data;

  call->timed_out = TRUE;
  g_cancellable_cancel (call->cancellable);
  return G_SOURCE_REMOVE;
}

static void
stop_cb (GCancellable *all, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* libsoup drops the body when it sends a message again on another connection. */
static void
restarted_cb (SoupMessage *message, gpointer user_data)
{
  soup_message_set_request_body_from_bytes (message, "application/xml", user_data);
}

static gboolean
accept_certificate_cb (SoupMessage *message,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags flags,
                       gpointer user_data)
{
  HoistStorageClient *self = user_data;

  return self->trusted != NULL && g_tls_certificate_is_same (self->trusted, certificate);
}

static SoupMessage *
make_message (HoistStorageClient *self, const HoistS3Request *request)
{
  const HoistS3Endpoint *endpoint = hoist_s3_signer_get_endpoint (self->signer);
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (HoistS3Pairs) headers = hoist_s3_signer_sign (self->signer, request, NULL, now_s);
  g_autofree char *url = hoist_s3_endpoint_dup_url (endpoint, request->key, request->query);
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS | G_URI_FLAGS_ENCODED, NULL);
  SoupMessage *message;

  g_return_val_if_fail (uri != NULL, NULL);
  message = soup_message_new_from_uri (request->method, uri);
  /* Idempotent: else every POST opens a connection of its own. Nothing here does harm twice. */
  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  if (request->body != NULL)
    {
      soup_message_set_request_body_from_bytes (message, "application/xml", request->body);
      g_signal_connect_data (message, "restarted", G_CALLBACK (restarted_cb),
                             g_bytes_ref (request->body),
                             (GClosureNotify) (void (*) (void)) g_bytes_unref, 0);
    }
  for (guint i = 0; i < hoist_s3_pairs_get_length (headers); i++)
    soup_message_headers_replace (soup_message_get_request_headers (message),
                                  hoist_s3_pairs_get_name (headers, i),
                                  hoist_s3_pairs_get_value (headers, i));
  g_signal_connect_object (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), self,
                           0);
  return message;
}

static void
begin_attempt (GTask *task)
{
  HoistStorageClient *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);

  call->attempt++;
  call->message = make_message (self, call->request);
  call->cancellable = g_cancellable_new ();
  call->stop_handler = g_cancellable_connect (self->cancellable, G_CALLBACK (stop_cb),
                                              g_object_ref (call->cancellable), g_object_unref);
  call->timeout = g_timeout_source_new_seconds (call->timeout_s);
  g_source_set_callback (call->timeout, timeout_cb, call, NULL);
  g_source_attach (call->timeout, g_main_context_get_thread_default ());
  soup_session_send_async (self->session, call->message, G_PRIORITY_DEFAULT, call->cancellable,
                           sent_cb, g_object_ref (task));
}

static void
hoist_storage_client_finalize (GObject *object)
{
  HoistStorageClient *self = HOIST_STORAGE_CLIENT (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->signer, hoist_s3_signer_free);
  g_clear_object (&self->trusted);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (hoist_storage_client_parent_class)->finalize (object);
}

static void
hoist_storage_client_class_init (HoistStorageClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_storage_client_finalize;
}

static void
hoist_storage_client_init (HoistStorageClient *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * hoist_storage_client_new:
 * @credentials: the backend's own keys
 * @endpoint: where the bucket is, as seen from here
 * @tls_database: (nullable): trusted certificates; null = the system's
 *
 * Makes what sends signed requests to S3, in the context of its callers.
 *
 * Returns: (transfer full): it
 */
HoistStorageClient *
hoist_storage_client_new (HoistS3Credentials *credentials,
                          const HoistS3Endpoint *endpoint,
                          GTlsDatabase *tls_database)
{
  HoistStorageClient *self = g_object_new (HOIST_TYPE_STORAGE_CLIENT, NULL);

  self->signer = hoist_s3_signer_new (credentials, endpoint);
  /* No time-out of the session's: each call has its own, that of Complete takes minutes. */
  self->session = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS, "max-conns-per-host",
                                                 MAX_CONNECTIONS, "timeout", 0, "idle-timeout",
                                                 IDLE_TIMEOUT_S, NULL);
  if (tls_database != NULL)
    soup_session_set_tls_database (self->session, tls_database);
  return self;
}

/**
 * hoist_storage_client_trust:
 * @self: the client
 * @certificate: the certificate of the server that the client runs in
 *
 * Accepts one more certificate, for the embedded store: it is reached over the
 * backend's own TLS, which need not be signed for its loopback address.
 */
void
hoist_storage_client_trust (HoistStorageClient *self, GTlsCertificate *certificate)
{
  g_set_object (&self->trusted, certificate);
}

/**
 * hoist_storage_client_call_async:
 * @self: the client
 * @request: (transfer full): what to ask
 * @timeout_s: how long one attempt may take
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Sends a request to S3. What may pass (no connection, 429, 5xx, RequestTimeout …)
 * is tried up to four times, with jitter.
 */
void
hoist_storage_client_call_async (HoistStorageClient *self,
                                 HoistS3Request *request,
                                 guint timeout_s,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Call *call = g_new0 (Call, 1);

  g_task_set_source_tag (task, hoist_storage_client_call_async);
  call->request = request;
  call->timeout_s = timeout_s;
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  begin_attempt (task);
}

/**
 * hoist_storage_client_call_finish:
 * @self: the client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends hoist_storage_client_call_async(). An answer with an error status is an
 * answer too.
 *
 * Errors: %HOIST_API_ERROR where there was no answer.
 *
 * Returns: (transfer full) (nullable): the answer, or null with @error set
 */
HoistStorageAnswer *
hoist_storage_client_call_finish (HoistStorageClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_storage_client_call_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_storage_client_stop:
 * @self: the client
 *
 * Ends all calls that still run, with an error.
 */
void
hoist_storage_client_stop (HoistStorageClient *self)
{
  g_cancellable_cancel (self->cancellable);
}
