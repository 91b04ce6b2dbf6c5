/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-s3-client.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-net.h"
#include "hoist-s3-sigv4.h"

/* A page of 1,000 parts or uploads has about 0.5 MiB. */
#define MAX_ANSWER_BYTES (16 << 20)
#define MAX_REQUEST_ID_BYTES 200
/* A clock that differs by less makes no signature wrong, and is not corrected. */
#define MAX_OFFSET_S 5

/**
 * HoistS3Client:
 *
 * Signs requests to one bucket and sends them. A bucket that turns out to be in another region
 * is followed there, once a call, and the region is remembered; a clock that is wrong is corrected
 * by the storage's own.
 */
struct _HoistS3Client
{
  GObject parent_instance;

  HoistProviderConfig *config;     /* (owned) */
  const HoistS3Options *options;   /* the provider's, which outlives this */
  HoistS3Credentials *credentials; /* (owned) */
  HoistS3Signer *signer;           /* (owned) */
  SoupSession *session;            /* (owned) */
  gint64 offset_s;                 /* what the storage's clock is ahead of this machine's */
  gboolean known;                  /* it answered by HTTP */
};

G_DEFINE_FINAL_TYPE (HoistS3Client, hoist_s3_client, G_TYPE_OBJECT)

typedef struct
{
  /* input */
  HoistS3Request *request; /* (owned) */
  guint timeout_s;

  /* in progress */
  SoupMessage *message; /* (owned) (nullable) */
  gboolean moved;       /* to another region */
  gboolean set_clock;
} Call;

static void
call_free (Call *call)
{
  hoist_s3_request_free (call->request);
  g_clear_object (&call->message);
  g_free (call);
}

/**
 * hoist_s3_answer_free: (skip)
 * @answer: (transfer full): an answer
 *
 * Frees an answer.
 */
void
hoist_s3_answer_free (HoistS3Answer *answer)
{
  g_clear_pointer (&answer->headers, soup_message_headers_unref);
  g_clear_pointer (&answer->body, g_bytes_unref);
  hoist_s3_fault_free (answer->fault);
  g_free (answer);
}

/**
 * hoist_s3_answer_is_good: (skip)
 * @answer: an answer
 *
 * Returns: whether the storage did what it was asked
 */
gboolean
hoist_s3_answer_is_good (const HoistS3Answer *answer)
{
  return SOUP_STATUS_IS_SUCCESSFUL (answer->status) && answer->fault == NULL;
}

static gint64
get_now_s (HoistS3Client *self)
{
  return g_get_real_time () / G_USEC_PER_SEC + self->offset_s;
}

/* --- What is learned from an answer ----------------------------------------------------------- */

static void
learn_clock (HoistS3Client *self, SoupMessageHeaders *headers)
{
  gint64 server_us;
  gint64 offset_s;

  if (!hoist_net_get_server_time_us (headers, &server_us))
    return;
  offset_s = (server_us - g_get_real_time ()) / G_USEC_PER_SEC;
  self->offset_s = ABS (offset_s) > MAX_OFFSET_S ? offset_s : 0;
}

/* Amazon S3 API Reference, «Error responses»: PermanentRedirect and AuthorizationHeaderMalformed;
 * the header `x-amz-bucket-region` is in either. */
static char *
get_region (SoupMessage *message, const HoistS3Fault *fault)
{
  guint status = soup_message_get_status (message);
  const char *region = NULL;

  if (SOUP_STATUS_IS_REDIRECTION (status) || status == SOUP_STATUS_BAD_REQUEST)
    region = soup_message_headers_get_one (soup_message_get_response_headers (message),
                                           "x-amz-bucket-region");
  if (region == NULL && fault != NULL && g_str_equal (fault->code, "AuthorizationHeaderMalformed"))
    region = hoist_s3_pairs_lookup (fault->details, "Region");
  return g_strdup (region);
}

static gboolean
move_to_region (HoistS3Client *self, const char *region)
{
  const HoistS3Endpoint *now = hoist_s3_signer_get_endpoint (self->signer);
  g_autoptr (HoistS3Endpoint) endpoint = NULL;

  if (region == NULL || g_str_equal (region, now->region))
    return FALSE;
  endpoint = hoist_s3_options_make_endpoint (self->options, region);
  if (endpoint == NULL)
    return FALSE;
  hoist_s3_signer_free (self->signer);
  self->signer = hoist_s3_signer_new (self->credentials, endpoint);
  hoist_provider_config_remember (self->config, region);
  return TRUE;
}

/* --- Sending ---------------------------------------------------------------------------------- */

static void send_call (GTask *task);

static gboolean
is_about_clock (const HoistS3Fault *fault)
{
  return fault != NULL && g_str_equal (fault->code, "RequestTimeTooSkewed");
}

/* Whether what the answer says of the bucket's region, or of the time, is worth another try. */
static gboolean
may_go_on (HoistS3Client *self, Call *call, const HoistS3Fault *fault)
{
  g_autofree char *region = get_region (call->message, fault);

  if (!call->moved && move_to_region (self, region))
    return call->moved = TRUE;
  if (call->set_clock || !is_about_clock (fault))
    return FALSE;
  return call->set_clock = TRUE;
}

static HoistS3Answer *
make_answer (Call *call, GBytes *body)
{
  HoistS3Answer *answer = g_new0 (HoistS3Answer, 1);
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  answer->status = soup_message_get_status (call->message);
  answer->headers = soup_message_headers_ref (soup_message_get_response_headers (call->message));
  answer->body = g_bytes_ref (body);
  /* CompleteMultipartUpload and its like may say 200 and then fail. */
  if (length > 0 &&
      (!SOUP_STATUS_IS_SUCCESSFUL (answer->status) || g_str_equal (call->request->method, "POST")))
    answer->fault = hoist_s3_fault_parse (data, length);
  return answer;
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistS3Client *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = hoist_net_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (HoistS3Answer) answer = body != NULL ? make_answer (call, body) : NULL;

  if (soup_message_get_status (call->message) != 0)
    learn_clock (self, soup_message_get_response_headers (call->message));
  self->known |= answer != NULL;
  if ((answer == NULL || !hoist_s3_answer_is_good (answer)) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      may_go_on (self, call, answer != NULL ? answer->fault : NULL))
    send_call (g_steal_pointer (&task));
  else if (answer == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) hoist_s3_answer_free);
}

static SoupMessage *
make_message (HoistS3Client *self, const HoistS3Request *request)
{
  const HoistS3Endpoint *endpoint = hoist_s3_signer_get_endpoint (self->signer);
  g_autoptr (HoistS3Pairs) headers =
    hoist_s3_signer_sign (self->signer, request, NULL, get_now_s (self));
  g_autofree char *url = hoist_s3_endpoint_dup_url (endpoint, request->key, request->query);
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  SoupMessage *message;

  g_return_val_if_fail (uri != NULL, NULL);
  message = soup_message_new_from_uri (request->method, uri);
  /* All of them but CreateMultipartUpload do no harm twice. */
  if (!g_str_equal (request->method, "POST") || request->body != NULL)
    soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT);
  if (request->body != NULL)
    hoist_net_message_set_body (message, "application/xml", request->body);
  for (guint i = 0; i < hoist_s3_pairs_get_length (headers); i++)
    soup_message_headers_replace (soup_message_get_request_headers (message),
                                  hoist_s3_pairs_get_name (headers, i),
                                  hoist_s3_pairs_get_value (headers, i));
  if (!self->known)
    hoist_net_message_set_stranger (message);
  return message;
}

/* Takes over @task. */
static void
send_call (GTask *task)
{
  HoistS3Client *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);

  g_clear_object (&call->message);
  call->message = make_message (self, call->request);
  hoist_net_send_and_read_async (self->session, call->message, MAX_ANSWER_BYTES, call->timeout_s,
                                 g_task_get_cancellable (task), sent_cb, task);
}

static void
hoist_s3_client_finalize (GObject *object)
{
  HoistS3Client *self = HOIST_S3_CLIENT (object);

  g_clear_pointer (&self->config, hoist_provider_config_unref);
  g_clear_pointer (&self->signer, hoist_s3_signer_free);
  g_clear_pointer (&self->credentials, hoist_s3_credentials_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hoist_s3_client_parent_class)->finalize (object);
}

static void
hoist_s3_client_class_init (HoistS3ClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_s3_client_finalize;
}

static void
hoist_s3_client_init (HoistS3Client *self)
{
}

static HoistS3Credentials *
read_credentials (const char *token, GError **error)
{
  if (token != NULL)
    return hoist_s3_credentials_from_text (token, error);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_AUTH,
                       _ ("There is no access key for this destination: enter it in its settings"));
  return NULL;
}

/**
 * hoist_s3_client_new: (skip)
 * @config: what to talk to
 * @options: (transfer none): how; outlives the client
 * @error: return location
 *
 * Makes a client in this thread's context. Nothing is sent yet.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT; %HOIST_ERROR_AUTH without keys.
 *
 * Returns: (transfer full): the client, or %NULL
 */
HoistS3Client *
hoist_s3_client_new (HoistProviderConfig *config, const HoistS3Options *options, GError **error)
{
  g_autoptr (GUri) uri = hoist_net_url_parse (config->url != NULL ? config->url : "", error);
  g_autoptr (HoistS3Credentials) credentials = NULL;
  g_autoptr (HoistS3Endpoint) endpoint = NULL;
  g_autofree char *region = hoist_provider_config_recall (config);
  HoistNetTrust *trust;
  HoistS3Client *self;

  if (uri == NULL)
    return NULL;
  credentials = read_credentials (config->token, error);
  if (credentials == NULL || !hoist_provider_config_get_trust (config, &trust, error))
    return NULL;
  endpoint = hoist_s3_options_make_endpoint (options, region);
  self = g_object_new (HOIST_TYPE_S3_CLIENT, NULL);
  self->config = hoist_provider_config_ref (config);
  self->options = options;
  self->signer = hoist_s3_signer_new (credentials, endpoint != NULL ? endpoint : options->endpoint);
  self->credentials = g_steal_pointer (&credentials);
  self->session = hoist_net_control_session_new (trust);
  return self;
}

/**
 * hoist_s3_client_call_async: (skip)
 * @self: a client
 * @request: (transfer full): what to ask
 * @timeout_s: how long one attempt may take
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Makes a call. Nothing is tried again but what another region or another time of signing cures.
 */
void
hoist_s3_client_call_async (HoistS3Client *self,
                            HoistS3Request *request,
                            guint timeout_s,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  g_task_set_source_tag (task, hoist_s3_client_call_async);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  call->request = request;
  call->timeout_s = timeout_s;
  send_call (task);
}

/**
 * hoist_s3_client_call_finish: (skip)
 * @self: the client
 * @result: as given to the callback
 * @error: return location
 *
 * Ends a call. An answer with an error status is an answer, too.
 *
 * Errors: what [func@hoist_net_send_and_read_finish] tells.
 *
 * Returns: (transfer full): the answer, or %NULL
 */
HoistS3Answer *
hoist_s3_client_call_finish (HoistS3Client *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_client_call_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Errors ----------------------------------------------------------------------------------- */

static GError *
make_known_error (HoistS3Client *self, const HoistS3Answer *answer, HoistError code)
{
  const HoistS3Endpoint *endpoint = hoist_s3_signer_get_endpoint (self->signer);
  const char *s3_code = answer->fault != NULL ? answer->fault->code : NULL;
  const char *region =
    answer->fault != NULL ? hoist_s3_pairs_lookup (answer->fault->details, "Region") : NULL;

  if (g_strcmp0 (s3_code, "NoSuchBucket") == 0)
    /* Translators: the name of a bucket, a host name */
    return g_error_new (HOIST_ERROR, code,
                        _ ("There is no bucket “%s” at %s"), endpoint->bucket, endpoint->host);
  if (g_strcmp0 (s3_code, "AuthorizationHeaderMalformed") == 0 && region != NULL)
    /* Translators: the name of a bucket, two names of regions */
    return g_error_new (HOIST_ERROR, code,
                        _ ("The bucket “%s” is not in the region “%s” but in “%s”"),
                           endpoint->bucket, endpoint->region, region);
  /* Some other web server: what it says means nothing about uploads. */
  if (s3_code == NULL && (answer->status == 404 || answer->status == 405 || answer->status == 501))
    /* Translators: a host name, an HTTP status, the name of a bucket */
    return g_error_new (HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                        _ ("There is no S3 at this address: %s answered with %u. Check the "
                           "address and the bucket “%s”."),
                           endpoint->host, answer->status, endpoint->bucket);
  if (s3_code == NULL && SOUP_STATUS_IS_SUCCESSFUL (answer->status))
    /* Translators: a host name */
    return g_error_new (HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                        _ ("What %s answered is not what S3 answers"), endpoint->host);
  return NULL;
}

/**
 * hoist_s3_client_make_error: (skip)
 * @self: the client
 * @answer: an answer that is not good
 *
 * Tells what an answer means. Of the storage's words only its code is shown: its text may
 * repeat what was signed.
 *
 * Returns: (transfer full): the error
 */
GError *
hoist_s3_client_make_error (HoistS3Client *self, const HoistS3Answer *answer)
{
  const char *host = hoist_s3_signer_get_endpoint (self->signer)->host;
  const char *s3_code = answer->fault != NULL ? answer->fault->code : NULL;
  const char *id = soup_message_headers_get_one (answer->headers, "x-amz-request-id");
  HoistError code = hoist_error_from_reply (answer->status, s3_code);
  GError *error = make_known_error (self, answer, code);

  if (error != NULL)
    ;
  else if (s3_code != NULL)
    /* Translators: what happened, then a host name, the HTTP status and S3's name of the error */
    error = g_error_new (HOIST_ERROR, code,
                         _ ("%s (%s said %u %s)"), hoist_error_get_phrase (code), host,
                            answer->status, s3_code);
  else
    /* Translators: what happened, then a host name and an HTTP status */
    error =
      g_error_new (HOIST_ERROR, code,
                   _ ("%s (%s said %u)"), hoist_error_get_phrase (code), host, answer->status);
  if (id != NULL && (strlen (id) > MAX_REQUEST_ID_BYTES || !g_utf8_validate (id, -1, NULL)))
    id = NULL;
  hoist_error_set_reply (error, answer->status, s3_code, id);
  return error;
}

/**
 * hoist_s3_client_get_retry_after_us: (skip)
 * @answer: an answer
 *
 * Returns: how long the storage asks to wait; 0 = not said
 */
gint64
hoist_s3_client_get_retry_after_us (const HoistS3Answer *answer)
{
  return hoist_net_get_retry_after_us (answer->headers, g_get_real_time ());
}

/* --- What needs no call ----------------------------------------------------------------------- */

/**
 * hoist_s3_client_presign: (skip)
 * @self: the client
 * @request: what the URL is to do
 * @expires_s: for how long it is good
 * @error: return location
 *
 * Signs a URL by the storage's clock.
 *
 * Errors: as hoist_s3_signer_presign().
 *
 * Returns: (transfer full): a secret, or %NULL
 */
char *
hoist_s3_client_presign (HoistS3Client *self,
                         const HoistS3Request *request,
                         guint expires_s,
                         GError **error)
{
  return hoist_s3_signer_presign (self->signer, request, get_now_s (self), expires_s, error);
}

/**
 * hoist_s3_client_dup_location: (skip)
 * @self: the client
 * @key: an object's key
 *
 * Returns: (transfer full): its URL without a signature, for people
 */
char *
hoist_s3_client_dup_location (HoistS3Client *self, const char *key)
{
  return hoist_s3_endpoint_dup_url (hoist_s3_signer_get_endpoint (self->signer), key, NULL);
}

/**
 * hoist_s3_client_get_clock_offset_us: (skip)
 * @self: the client
 *
 * Returns: what the storage's clock is ahead of this machine's
 */
gint64
hoist_s3_client_get_clock_offset_us (HoistS3Client *self)
{
  return self->offset_s * G_USEC_PER_SEC;
}

/**
 * hoist_s3_client_has_temporary_keys: (skip)
 * @self: the client
 *
 * Returns: whether its keys are of a session, which ends what they signed when it ends
 */
gboolean
hoist_s3_client_has_temporary_keys (HoistS3Client *self)
{
  return hoist_s3_credentials_get_session_token (self->credentials) != NULL;
}
