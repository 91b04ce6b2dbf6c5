/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a plain backend can do, which is what the protocol says, and what it has no
 * words for. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-net.h"
#include "hoist-plain-provider-private.h"
#include "hoist-provider-private.h"

/* Nobody's file: no contents are known that have it. */
#define NOBODYS_HASH "0000000000000000000000000000000000000000000000000000000000000000"

static HoistCapabilities *
make_capabilities (void)
{
  HoistCapabilities *capabilities = g_new0 (HoistCapabilities, 1);

  hoist_part_limits_init (&capabilities->limits);
  capabilities->limits.min_part_bytes = HOIST_PLAIN_CHUNK_BYTES;
  capabilities->limits.max_part_bytes = HOIST_PLAIN_CHUNK_BYTES;
  capabilities->limits.single_put_bytes = 0;
  capabilities->limits.multipart_only = TRUE;
  capabilities->digest_kind = HOIST_DIGEST_NONE;
  capabilities->max_begin_files = 1;
  capabilities->max_sign_parts = HOIST_S3_MAX_PARTS;
  capabilities->max_stat_objects = 1;
  capabilities->can_list = TRUE;
  capabilities->hides_uploads = TRUE;
  capabilities->needs_sha256_first = TRUE;
  capabilities->parts_by_content = TRUE;
  return capabilities;
}

/* 405 is the word of a view that is there and wants a POST; one that does not look
 * finds a request without a body. Where only POST leads anywhere, both paths are not
 * found, and in other words if one of them is there. */
static gboolean
is_there (const HoistPlainAsked *asked, guint status, GBytes *refusal)
{
  g_autofree char *said = NULL;

  if (status == 400 || status == 405 || status == 415 || status == 422)
    return TRUE;
  if (status != 404 || asked->said == NULL)
    return FALSE;
  said = refusal != NULL ? hoist_plain_read_refusal (refusal) : NULL;
  return g_strcmp0 (asked->said, said) != 0;
}

static void
looked_for_initiate_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  gint64 retry_after_us;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer =
    hoist_api_client_send_finish (HOIST_API_CLIENT (source), result, &retry_after_us, &error);
  guint status = error != NULL ? hoist_error_get_http_status (error) : 200;

  if (is_there (g_task_get_task_data (task), status, hoist_api_client_get_refusal (result)))
    g_task_return_pointer (task, make_capabilities (), (GDestroyNotify) hoist_capabilities_free);
  else
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                             _ ("There is no upload API at this address. Check the destination’s "
                                "address."));
}

/* That it does not know nobody's upload is what is hoped for; but a server that has
 * no such path says 404 as well. */
static void
asked_for_nobody_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  gint64 retry_after_us;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  g_autoptr (GBytes) answer =
    hoist_api_client_send_finish (HOIST_API_CLIENT (source), result, &retry_after_us, &error);
  const HoistApiCall call = { .name = "initiate",
                              .path = "/initiate",
                              .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  if (answer != NULL)
    parts = hoist_plain_parse_status (answer, 1, &error);
  else if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE))
    {
      HoistPlainAsked *asked = g_task_get_task_data (task);

      asked->said = hoist_plain_read_refusal (hoist_api_client_get_refusal (result));
      hoist_plain_send (g_steal_pointer (&task), &call, looked_for_initiate_cb);
      return;
    }
  if (error == NULL)
    {
      g_task_return_pointer (task, make_capabilities (), (GDestroyNotify) hoist_capabilities_free);
      return;
    }
  hoist_provider_task_set_retry_after_us (task, retry_after_us);
  g_task_return_error (task, g_steal_pointer (&error));
}

/* The protocol has no question for what a backend can do: it is what the protocol
 * says. So it is asked for an upload that is nobody's, which changes nothing and
 * shows whether it is there and takes the token. */
static void
hoist_plain_provider_probe_async (HoistProvider *provider,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autofree char *query = hoist_plain_build_status_query (NOBODYS_HASH);
  const HoistApiCall call = {
    .name = "status", .path = "/status", .query = query, .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S
  };

  hoist_plain_send (hoist_plain_task_new (provider, hoist_plain_provider_probe_async, NULL,
                                          cancellable, callback, user_data),
                    &call, asked_for_nobody_cb);
}

static HoistCapabilities *
hoist_plain_provider_probe_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return hoist_plain_finish_pointer (provider, hoist_plain_provider_probe_async, result, error);
}

/* --- What the protocol has not --- */

static void
refuse (HoistProvider *provider,
        gpointer tag,
        GCancellable *cancellable,
        GAsyncReadyCallback callback,
        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED, "%s",
                           hoist_error_get_phrase (HOIST_ERROR_NOT_SUPPORTED));
}

static void
hoist_plain_provider_stat_async (HoistProvider *provider,
                                 const HoistStatRef *objects,
                                 gsize n_objects,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  refuse (provider, hoist_plain_provider_stat_async, cancellable, callback, user_data);
}

static GPtrArray *
hoist_plain_provider_stat_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return hoist_plain_finish_pointer (provider, hoist_plain_provider_stat_async, result, error);
}

static void
hoist_plain_provider_unfinished_async (HoistProvider *provider,
                                       const char *after,
                                       gboolean detailed,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  refuse (provider, hoist_plain_provider_unfinished_async, cancellable, callback, user_data);
}

static HoistUnfinishedPage *
hoist_plain_provider_unfinished_finish (HoistProvider *provider,
                                        GAsyncResult *result,
                                        GError **error)
{
  return hoist_plain_finish_pointer (provider, hoist_plain_provider_unfinished_async, result,
                                     error);
}

static void
hoist_plain_provider_share_async (HoistProvider *provider,
                                  const char *key,
                                  guint expires_in_s,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  refuse (provider, hoist_plain_provider_share_async, cancellable, callback, user_data);
}

static HoistShare *
hoist_plain_provider_share_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  return hoist_plain_finish_pointer (provider, hoist_plain_provider_share_async, result, error);
}

/**
 * hoist_plain_provider_add_probe: (skip)
 * @iface: the provider's interface
 */
void
hoist_plain_provider_add_probe (HoistProviderInterface *iface)
{
  iface->probe_async = hoist_plain_provider_probe_async;
  iface->probe_finish = hoist_plain_provider_probe_finish;
  iface->stat_async = hoist_plain_provider_stat_async;
  iface->stat_finish = hoist_plain_provider_stat_finish;
  iface->unfinished_async = hoist_plain_provider_unfinished_async;
  iface->unfinished_finish = hoist_plain_provider_unfinished_finish;
  iface->share_async = hoist_plain_provider_share_async;
  iface->share_finish = hoist_plain_provider_share_finish;
}
