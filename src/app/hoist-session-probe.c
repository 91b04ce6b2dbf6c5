/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-session-probe.h"

#include <glib/gi18n.h>

#include "hoist-probe.h"

static const char *
describe_digest (HoistDigestKind kind)
{
  switch (kind)
    {
    case HOIST_DIGEST_SHA256:
      return "SHA-256";
    case HOIST_DIGEST_MD5:
      return "MD5";
    case HOIST_DIGEST_NONE:
    default:
      return _ ("none");
    }
}

static char *
describe_capabilities (const HoistCapabilities *capabilities)
{
  const HoistPartLimits *limits = &capabilities->limits;
  guint64 most_bytes = limits->max_object_bytes != 0 ? limits->max_object_bytes
                                                     : limits->max_part_bytes * limits->max_parts;
  g_autofree char *most = g_format_size (most_bytes);

  if (capabilities->account != NULL)
    /* Translators: an account, a size such as «5 TB», a checksum such as «SHA-256» */
    return g_strdup_printf (_ ("Connected as “%s”. Files up to %s; checksums: %s."),
                               capabilities->account, most,
                               describe_digest (capabilities->digest_kind));
  /* Translators: a size such as «5 TB», a checksum such as «SHA-256» */
  return g_strdup_printf (_ ("Connected. Files up to %s; checksums: %s."), most,
                             describe_digest (capabilities->digest_kind));
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (HoistCapabilities) capabilities = hoist_probe_finish (result, &error);

  if (capabilities == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, describe_capabilities (capabilities), g_free);
}

static void
probe (GTask *task, const char *token)
{
  g_autoptr (HoistProviderConfig) config =
    hoist_session_make_config (g_task_get_task_data (task), token);

  hoist_probe_async (config, g_task_get_cancellable (task), probed_cb, task);
}

static void
token_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *token = NULL;
  GError *error = NULL;

  hoist_secret_store_lookup_finish (HOIST_SECRET_STORE (source), result, &token, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    probe (g_steal_pointer (&task), token);
}

/**
 * hoist_session_probe_async:
 * @self: a session
 * @destination: a destination, set up or not
 * @token: (nullable): its token; %NULL or empty for the one in the keyring
 * @cancellable: (nullable): ends it early
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Asks a destination who we are and what it can do.
 */
void
hoist_session_probe_async (HoistSession *self,
                           HoistDestination *destination,
                           const char *token,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_session_probe_async);
  g_task_set_task_data (task, g_object_ref (destination), g_object_unref);
  if (token != NULL && *token != '\0')
    probe (task, token);
  else
    hoist_secret_store_lookup_async (hoist_session_get_secrets (self),
                                     hoist_destination_get_id (destination), TRUE, cancellable,
                                     token_found_cb, task);
}

/**
 * hoist_session_probe_finish:
 * @self: a session
 * @result: what the callback got
 *
 * Errors: any of %HOIST_ERROR.
 *
 * Returns: (transfer full): one sentence for people
 */
char *
hoist_session_probe_finish (HoistSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_session_probe_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
