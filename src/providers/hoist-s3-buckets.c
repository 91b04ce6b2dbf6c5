/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which buckets some keys can see, for a person who chooses one. */

#include "config.h"

#include "hoist-s3-buckets.h"

#include <glib/gi18n-lib.h>

#include "hoist-net.h"
#include "hoist-s3-client.h"
#include "hoist-s3-options.h"
#include "hoist-s3-xml.h"

typedef struct
{
  HoistS3Options *options; /* (owned) */
  HoistS3Client *client;   /* (owned) */
} List;

static void
list_free (gpointer user_data)
{
  List *list = user_data;

  g_clear_object (&list->client);
  g_clear_pointer (&list->options, hoist_s3_options_free);
  g_free (list);
}

/* Many keys are good for one bucket and nothing else: that is no mistake of anybody's. */
static GError *
make_error (HoistS3Client *client, const HoistS3Answer *answer)
{
  g_autoptr (GError) error = hoist_s3_client_make_error (client, answer);
  guint status = answer->status;
  GError *refusal;

  if (!g_error_matches (error, HOIST_ERROR, HOIST_ERROR_FORBIDDEN) && status != 404 &&
      status != 405 && status != 501)
    return g_steal_pointer (&error);
  refusal = g_error_new_literal (HOIST_ERROR, error->code,
                                 _ ("These keys may not list buckets here. Enter the bucket’s "
                                    "name; uploads to it may work all the same."));
  hoist_error_set_reply (refusal, hoist_error_get_http_status (error),
                         hoist_error_get_reply_code (error), hoist_error_get_request_id (error));
  return refusal;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistS3Client *client = HOIST_S3_CLIENT (source);
  GError *error = NULL;
  g_autoptr (HoistS3Answer) answer = hoist_s3_client_call_finish (client, result, &error);
  GStrv names = NULL;

  if (answer != NULL && !hoist_s3_answer_is_good (answer))
    error = make_error (client, answer);
  else if (answer != NULL)
    names = hoist_s3_buckets_result_parse (g_bytes_get_data (answer->body, NULL),
                                           g_bytes_get_size (answer->body), &error);
  if (names != NULL)
    g_task_return_pointer (task, names, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

/* Where the buckets are. The one that may be set up already does not matter. */
static HoistS3Options *
make_options (HoistProviderConfig *config, GError **error)
{
  g_autoptr (HoistDestinationSettings) settings = hoist_destination_settings_new ();
  static const char *const kept[] = { HOIST_SETTING_SERVICE, HOIST_SETTING_REGION };
  HoistS3Options *options;
  HoistS3Endpoint *above;

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    hoist_destination_settings_set (settings, kept[i],
                                    hoist_destination_settings_get (config->settings, kept[i]));
  hoist_destination_settings_set (settings, HOIST_SETTING_BUCKET, "bucket");
  options = hoist_s3_options_new (config->url, NULL, settings, error);
  if (options == NULL)
    return NULL;
  above = hoist_s3_endpoint_copy_without_bucket (options->endpoint);
  hoist_s3_endpoint_free (options->endpoint);
  options->endpoint = above;
  return options;
}

/**
 * hoist_s3_buckets_list_async: (skip)
 * @config: address, keys, service and region; a bucket need not be known
 * @cancellable: (nullable): ends it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Asks a storage which buckets the keys can see.
 */
void
hoist_s3_buckets_list_async (HoistProviderConfig *config,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  List *list = g_new0 (List, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, hoist_s3_buckets_list_async);
  g_task_set_task_data (task, list, list_free);
  list->options = make_options (config, &error);
  if (list->options != NULL)
    list->client = hoist_s3_client_new (config, list->options, &error);
  if (list->client == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  hoist_s3_client_call_async (list->client, hoist_s3_request_new ("GET", NULL),
                              HOIST_NET_CONTROL_TIMEOUT_S, cancellable, listed_cb,
                              g_steal_pointer (&task));
}

/**
 * hoist_s3_buckets_list_finish: (skip)
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: %HOIST_ERROR_FORBIDDEN and the like where the keys may not list buckets, which says nothing
 * of uploads; %HOIST_ERROR_AUTH for keys that are none, and those of every call.
 *
 * Returns: (transfer full): their names, in order; may be empty
 */
GStrv
hoist_s3_buckets_list_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_s3_buckets_list_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
