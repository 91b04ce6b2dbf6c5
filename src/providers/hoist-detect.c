/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-detect.h"

#include <glib/gi18n-lib.h>

#include "hoist-destination-kind.h"
#include "hoist-net.h"

/* A page that somebody else's server shows instead. */
#define MAX_ANSWER_BYTES (256 << 10)

/* Those that can be asked without changing anything: first the one that tells most, and last the
 * one that has hardly any words by which it is known. */
static const char *const kinds[] = { HOIST_API_KIND, HOIST_COMPANION_KIND, HOIST_S3_KIND,
                                     HOIST_PLAIN_KIND };

typedef struct
{
  /* input */
  HoistProviderConfig *config; /* (owned) */
  HoistDetectFunc tell;        /* (nullable) */
  gpointer tell_data;

  /* in progress */
  guint step;
  HoistProvider *provider; /* (owned) (nullable) of the kind that is tried */
  SoupSession *session;    /* (owned) (nullable) the same, where no provider can ask */
  SoupMessage *message;    /* (owned) (nullable) */
  gboolean in_its_words;   /* it was asked as only S3 is asked */
  GError *refusal;         /* (owned) (nullable) it wants to know first who asks */
  GError *failure;         /* (owned) (nullable) it is there, and not well */
} Detect;

static void try_next (GTask *task);
static void ask_for_bucket (GTask *task);

static void
detect_free (gpointer user_data)
{
  Detect *detect = user_data;

  hoist_provider_config_unref (detect->config);
  g_clear_object (&detect->provider);
  g_clear_object (&detect->session);
  g_clear_object (&detect->message);
  g_clear_error (&detect->refusal);
  g_clear_error (&detect->failure);
  g_free (detect);
}

/**
 * hoist_detection_free:
 * @detection: (nullable): a detection
 *
 * Frees it.
 */
void
hoist_detection_free (HoistDetection *detection)
{
  if (detection == NULL)
    return;
  hoist_capabilities_free (detection->capabilities);
  hoist_s3_place_free (detection->place);
  g_free (detection);
}

/* Takes over @capabilities and @place. */
static void
found (GTask *task, const char *kind, HoistCapabilities *capabilities, HoistS3Place *place)
{
  HoistDetection *detection = g_new0 (HoistDetection, 1);

  detection->kind = kind;
  detection->capabilities = capabilities;
  detection->place = place;
  g_task_return_pointer (task, detection, (GDestroyNotify) hoist_detection_free);
}

static void
found_nothing (GTask *task)
{
  Detect *detect = g_task_get_task_data (task);
  gboolean anonymous = detect->config->token == NULL || *detect->config->token == '\0';

  if (detect->refusal != NULL && anonymous)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_AUTH, "%s",
                             _ ("A server answers, and wants to know who asks: enter the token "
                                "that you were given for it."));
  else if (detect->refusal != NULL)
    g_task_return_error (task, g_steal_pointer (&detect->refusal));
  else if (detect->failure != NULL)
    g_task_return_error (task, g_steal_pointer (&detect->failure));
  else
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_PROTOCOL, "%s",
                             _ ("Nothing at this address answers as a destination does. Check the "
                                "address, or choose yourself what it is."));
}

/* --- What came of one ------------------------------------------------------------------------- */

/* What would be no different for another kind. */
static gboolean
is_final (const GError *error)
{
  static const HoistError codes[] = { HOIST_ERROR_NETWORK, HOIST_ERROR_TIMED_OUT,
                                      HOIST_ERROR_THROTTLED, HOIST_ERROR_CERTIFICATE };

  if (error->domain != HOIST_ERROR)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (error->code == (int) codes[i])
      return TRUE;
  return FALSE;
}

/* Takes over @error. */
static void
go_on_after (GTask *task, GError *error)
{
  Detect *detect = g_task_get_task_data (task);
  GError **kept = NULL;

  if (is_final (error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (error->code == HOIST_ERROR_AUTH || error->code == HOIST_ERROR_FORBIDDEN)
    kept = &detect->refusal;
  else if (error->code == HOIST_ERROR_UNAVAILABLE)
    kept = &detect->failure;
  if (kept != NULL && *kept == NULL)
    *kept = error;
  else
    g_error_free (error);
  detect->step++;
  try_next (task);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Detect *detect = g_task_get_task_data (task);
  GError *error = NULL;
  HoistCapabilities *capabilities =
    hoist_provider_probe_finish (HOIST_PROVIDER (source), result, &error);

  if (capabilities != NULL)
    found (task, kinds[detect->step], capabilities, NULL);
  else
    go_on_after (task, error);
}

static HoistS3Place *
look_for_bucket (Detect *detect, GBytes *answer)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (detect->message);

  return hoist_s3_place_new_from_answer (
    detect->config->url, soup_message_headers_get_one (headers, "Server"),
    soup_message_headers_get_one (headers, "X-Trans-Id") != NULL,
    soup_message_headers_get_one (headers, "x-amz-request-id"), g_bytes_get_data (answer, NULL),
    g_bytes_get_size (answer));
}

/* Swift speaks its own protocol with whoever shows nothing of S3's (swift/common/middleware/s3api/s3api.py). */
static gboolean
may_be_swift (const Detect *detect)
{
  return !detect->in_its_words &&
         soup_message_headers_get_one (soup_message_get_response_headers (detect->message),
                                       "X-Trans-Id") != NULL;
}

static void
asked_for_bucket_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Detect *detect = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) answer =
    hoist_net_send_and_read_finish (SOUP_SESSION (source), result, &error);
  HoistS3Place *place = NULL;

  if (answer == NULL && SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (detect->message)))
    g_clear_error (&error);
  if (answer != NULL)
    place = look_for_bucket (detect, answer);
  if (place != NULL)
    found (task, HOIST_S3_KIND, NULL, place);
  else if (error != NULL)
    go_on_after (task, error);
  else if (may_be_swift (detect))
    {
      detect->in_its_words = TRUE;
      ask_for_bucket (task);
    }
  else
    {
      detect->step++;
      try_next (task);
    }
}

/* --- Asking ----------------------------------------------------------------------------------- */

/* So does S3's signature of version 2 look; nobody has such a key. */
static void
show_no_key (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = soup_date_time_to_string (now, SOUP_DATE_HTTP);

  soup_message_headers_replace (headers, "Date", date);
  soup_message_headers_replace (headers, "Authorization", "AWS hoist-check:none");
}

/* Keys would be needed to ask more: that S3 refuses, it does in words of its own. */
static void
ask_for_bucket (GTask *task)
{
  Detect *detect = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GUri) uri = hoist_net_url_parse (detect->config->url, &error);
  HoistNetTrust *trust;

  if (uri == NULL || !hoist_provider_config_get_trust (detect->config, &trust, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_object (&detect->session);
  g_clear_object (&detect->message);
  detect->session = hoist_net_control_session_new (trust);
  detect->message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  hoist_net_message_set_stranger (detect->message);
  if (detect->in_its_words)
    show_no_key (detect->message);
  hoist_net_send_and_read_async (detect->session, detect->message, MAX_ANSWER_BYTES,
                                 HOIST_NET_CONTROL_TIMEOUT_S, g_task_get_cancellable (task),
                                 asked_for_bucket_cb, g_object_ref (task));
}

static HoistProviderConfig *
make_config (const HoistProviderConfig *like, const char *kind)
{
  HoistProviderConfig *config = hoist_provider_config_new (kind, like->url);

  config->token = g_strdup (like->token);
  config->ca_file = g_strdup (like->ca_file);
  hoist_destination_settings_free (config->settings);
  config->settings = hoist_destination_settings_copy (like->settings);
  return config;
}

static void
try_next (GTask *task)
{
  Detect *detect = g_task_get_task_data (task);
  const char *kind = detect->step < G_N_ELEMENTS (kinds) ? kinds[detect->step] : NULL;
  g_autoptr (HoistProviderConfig) config = NULL;
  GError *error = NULL;

  g_clear_object (&detect->provider);
  if (kind == NULL)
    {
      found_nothing (task);
      return;
    }
  if (detect->tell != NULL)
    detect->tell (kind, detect->tell_data);
  if (g_str_equal (kind, HOIST_S3_KIND))
    {
      ask_for_bucket (task);
      return;
    }
  config = make_config (detect->config, kind);
  detect->provider = hoist_provider_new_for_config (config, &error);
  /* Of headers and cookies not every kind knows. */
  if (detect->provider == NULL)
    go_on_after (task, error);
  else
    hoist_provider_probe_async (detect->provider, g_task_get_cancellable (task), probed_cb,
                                g_object_ref (task));
}

/**
 * hoist_detect_async:
 * @config: an address, perhaps with a token and certificates; its kind does not matter
 * @tell: (nullable): is told what is tried
 * @tell_data: for @tell
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Finds out which protocol answers at an address. Nothing is begun or changed there.
 */
void
hoist_detect_async (HoistProviderConfig *config,
                    HoistDetectFunc tell,
                    gpointer tell_data,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Detect *detect = g_new0 (Detect, 1);
  HoistS3Place *place = hoist_s3_place_new_from_url (config->url);

  detect->config = hoist_provider_config_ref (config);
  detect->tell = tell;
  detect->tell_data = tell_data;
  g_task_set_source_tag (task, hoist_detect_async);
  g_task_set_task_data (task, detect, detect_free);
  if (place != NULL)
    found (task, HOIST_S3_KIND, NULL, place);
  else
    try_next (task);
}

/**
 * hoist_detect_finish:
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: %HOIST_ERROR_AUTH if something is there that wants to know first who asks,
 * %HOIST_ERROR_PROTOCOL if nothing is, and what comes between.
 *
 * Returns: (transfer full): what answers, or %NULL
 */
HoistDetection *
hoist_detect_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_detect_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
