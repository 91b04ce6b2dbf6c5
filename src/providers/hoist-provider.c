/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-api-provider.h"
#include "hoist-companion-provider.h"
#include "hoist-destination-kind.h"
#include "hoist-plain-provider.h"
#include "hoist-provider-private.h"
#include "hoist-s3-options.h"
#include "hoist-s3-provider.h"

/**
 * HoistProvider:
 *
 * What the engine knows of a destination: how to begin, sign, list, complete
 * and abort uploads. A provider lives in the thread-default main context in
 * which it was made; its callbacks come there. Beyond the errors that each call
 * names, all of them fail with what [func@hoist_net_error_from_message] and
 * [func@hoist_error_from_reply] tell, %HOIST_ERROR_PROTOCOL for an answer that
 * makes no sense, and %G_IO_ERROR_CANCELLED.
 */
G_DEFINE_INTERFACE (HoistProvider, hoist_provider, G_TYPE_OBJECT)

#define RETRY_AFTER_KEY "hoist-retry-after-us"

static void
hoist_provider_default_init (HoistProviderInterface *iface)
{
}

/**
 * hoist_provider_new_for_config:
 * @config: what to talk to
 * @error: return location
 *
 * Makes the provider of a destination, in this thread's context. Nothing is
 * sent yet.
 *
 * Errors: %HOIST_ERROR_NOT_SUPPORTED for an unknown type, %HOIST_ERROR_BAD_INPUT
 * for an address, a token or a file of certificates that cannot be used.
 *
 * Returns: (transfer full): the provider, or %NULL
 */
HoistProvider *
hoist_provider_new_for_config (HoistProviderConfig *config, GError **error)
{
  g_return_val_if_fail (config != NULL, NULL);

  if (g_strcmp0 (config->type, HOIST_API_KIND) == 0)
    return hoist_api_provider_new (config, error);
  if (g_strcmp0 (config->type, HOIST_S3_KIND) == 0)
    return hoist_s3_provider_new (config, error);
  if (g_strcmp0 (config->type, HOIST_COMPANION_KIND) == 0)
    return hoist_companion_provider_new (config, error);
  if (g_strcmp0 (config->type, HOIST_PLAIN_KIND) == 0)
    return hoist_plain_provider_new (config, error);
  /* Translators: %s is the name of a kind of destination */
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED,
               _ ("This version does not know destinations of the kind “%s”"), config->type);
  return NULL;
}

/**
 * hoist_provider_task_set_retry_after_us: (skip)
 * @task: a provider's call that is about to fail
 * @retry_after_us: how long the server asks to wait; 0 = not said
 *
 * For providers: remembers what
 * [func@hoist_provider_error_get_retry_after_us] tells.
 */
void
hoist_provider_task_set_retry_after_us (GTask *task, gint64 retry_after_us)
{
  if (retry_after_us > 0)
    g_object_set_data_full (G_OBJECT (task), RETRY_AFTER_KEY,
                            g_memdup2 (&retry_after_us, sizeof retry_after_us), g_free);
}

/**
 * hoist_provider_error_get_retry_after_us:
 * @result: the result of any call to a provider, after its finish function failed
 *
 * Returns: how long the server asked to wait; 0 = not said
 */
gint64
hoist_provider_error_get_retry_after_us (GAsyncResult *result)
{
  const gint64 *retry_after_us = g_object_get_data (G_OBJECT (result), RETRY_AFTER_KEY);

  return retry_after_us != NULL ? *retry_after_us : 0;
}

/**
 * hoist_provider_probe_async:
 * @self: a provider
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks what the destination can do, and whether it is there and knows us.
 */
void
hoist_provider_probe_async (HoistProvider *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (HOIST_IS_PROVIDER (self));

  HOIST_PROVIDER_GET_IFACE (self)->probe_async (self, cancellable, callback, user_data);
}

/**
 * hoist_provider_probe_finish:
 * @self: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: besides those of every call, %HOIST_ERROR_AUTH for a token that is not accepted.
 *
 * Returns: (transfer full): what it can do, or %NULL
 */
HoistCapabilities *
hoist_provider_probe_finish (HoistProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_PROVIDER (self), NULL);

  return HOIST_PROVIDER_GET_IFACE (self)->probe_finish (self, result, error);
}

/**
 * hoist_provider_begin_async:
 * @self: a provider
 * @requests: (element-type HoistBeginRequest): the files; at most the destination's
 *   @max_begin_files
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Begins several files.
 */
void
hoist_provider_begin_async (HoistProvider *self,
                            GPtrArray *requests,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (HOIST_IS_PROVIDER (self));

  HOIST_PROVIDER_GET_IFACE (self)->begin_async (self, requests, cancellable, callback, user_data);
}

/**
 * hoist_provider_begin_finish:
 * @self: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: what every call may fail with.
 *
 * Returns: (transfer full) (element-type HoistBeginReply): one answer a file, in the order
 *   of the requests, each with its own error or success; or %NULL if the whole call
 *   failed
 */
GPtrArray *
hoist_provider_begin_finish (HoistProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_PROVIDER (self), NULL);

  return HOIST_PROVIDER_GET_IFACE (self)->begin_finish (self, result, error);
}

/**
 * hoist_provider_sign_async:
 * @self: a provider
 * @upload_id: (nullable): the upload; %NULL = a single PUT, whose one part is 1
 * @key: the object's key
 * @digest_kind: of the parts' digests
 * @parts: (array length=n_parts): the parts; copied as far as needed
 * @n_parts: how many; at most the destination's @max_sign_parts
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks for presigned requests for some parts.
 */
void
hoist_provider_sign_async (HoistProvider *self,
                           const char *upload_id,
                           const char *key,
                           HoistDigestKind digest_kind,
                           const HoistPartRef *parts,
                           gsize n_parts,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (HOIST_IS_PROVIDER (self));

  HOIST_PROVIDER_GET_IFACE (self)->sign_async (self, upload_id, key, digest_kind, parts, n_parts,
                                               cancellable, callback, user_data);
}

/**
 * hoist_provider_sign_finish:
 * @self: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: what every call may fail with.
 *
 * Returns: (transfer full) (element-type HoistSignedUrl): one for each part, in the order of
 *   the request, or %NULL
 */
GPtrArray *
hoist_provider_sign_finish (HoistProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_PROVIDER (self), NULL);

  return HOIST_PROVIDER_GET_IFACE (self)->sign_finish (self, result, error);
}

/**
 * hoist_provider_list_async:
 * @self: a provider
 * @upload_id: the upload
 * @key: the object's key
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks which parts of an upload the destination has.
 */
void
hoist_provider_list_async (HoistProvider *self,
                           const char *upload_id,
                           const char *key,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (HOIST_IS_PROVIDER (self));

  HOIST_PROVIDER_GET_IFACE (self)->list_async (self, upload_id, key, cancellable, callback,
                                               user_data);
}

/**
 * hoist_provider_list_finish:
 * @self: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: besides those of every call, %HOIST_ERROR_UPLOAD_GONE if it knows none;
 * %HOIST_ERROR_NOT_SUPPORTED if it turns out that it cannot list.
 *
 * Returns: (transfer full) (element-type HoistServerPart): all of them, ascending, or %NULL
 */
GPtrArray *
hoist_provider_list_finish (HoistProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_PROVIDER (self), NULL);

  return HOIST_PROVIDER_GET_IFACE (self)->list_finish (self, result, error);
}

/**
 * hoist_provider_complete_async:
 * @self: a provider
 * @upload_id: (nullable): the upload; %NULL = a single PUT
 * @key: the object's key
 * @digest_kind: of the parts' digests
 * @parts: (array length=n_parts): all parts with their ETags, ascending; copied as far as
 *   needed
 * @n_parts: how many
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks to join the parts, or to confirm a single PUT. It may take minutes and may
 * be repeated.
 */
void
hoist_provider_complete_async (HoistProvider *self,
                               const char *upload_id,
                               const char *key,
                               HoistDigestKind digest_kind,
                               const HoistPartRef *parts,
                               gsize n_parts,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (HOIST_IS_PROVIDER (self));

  HOIST_PROVIDER_GET_IFACE (self)->complete_async (self, upload_id, key, digest_kind, parts,
                                                   n_parts, cancellable, callback, user_data);
}

/**
 * hoist_provider_complete_finish:
 * @self: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: besides those of every call, %HOIST_ERROR_UPLOAD_GONE if neither the upload nor the object is there.
 *
 * Returns: (transfer full): the object as it is there now, or %NULL
 */
HoistObject *
hoist_provider_complete_finish (HoistProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_PROVIDER (self), NULL);

  return HOIST_PROVIDER_GET_IFACE (self)->complete_finish (self, result, error);
}

/**
 * hoist_provider_stat_async:
 * @self: a provider that can (can_stat)
 * @objects: (array length=n_objects): what to look up
 * @n_objects: how many, from 1 to the destination's limit
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks what the storage has under some keys. It changes nothing.
 */
void
hoist_provider_stat_async (HoistProvider *self,
                           const HoistStatRef *objects,
                           gsize n_objects,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (HOIST_IS_PROVIDER (self));
  g_return_if_fail (n_objects > 0);

  HOIST_PROVIDER_GET_IFACE (self)->stat_async (self, objects, n_objects, cancellable, callback,
                                               user_data);
}

/**
 * hoist_provider_stat_finish:
 * @self: a provider
 * @result: what the callback got
 * @error: return location
 *
 * Errors: those of all calls; what became of a single object is in its reply.
 *
 * Returns: (transfer full) (element-type HoistStatReply): one for each object, in
 *   the order asked, or %NULL
 */
GPtrArray *
hoist_provider_stat_finish (HoistProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_PROVIDER (self), NULL);

  return HOIST_PROVIDER_GET_IFACE (self)->stat_finish (self, result, error);
}

/**
 * hoist_provider_abort_async:
 * @self: a provider
 * @upload_id: (nullable): the upload; %NULL = nothing to do
 * @key: the object's key
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks to drop an upload and its parts. One that is gone already is a success.
 */
void
hoist_provider_abort_async (HoistProvider *self,
                            const char *upload_id,
                            const char *key,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (HOIST_IS_PROVIDER (self));

  HOIST_PROVIDER_GET_IFACE (self)->abort_async (self, upload_id, key, cancellable, callback,
                                                user_data);
}

/**
 * hoist_provider_abort_finish:
 * @self: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: besides those of every call, %HOIST_ERROR_UNAVAILABLE if parts are left: try again.
 *
 * Returns: whether nothing of it is left
 */
gboolean
hoist_provider_abort_finish (HoistProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_PROVIDER (self), FALSE);

  return HOIST_PROVIDER_GET_IFACE (self)->abort_finish (self, result, error);
}

/**
 * hoist_provider_unfinished_async:
 * @self: a provider
 * @after: (nullable): `next` of the page before; %NULL for the first one
 * @detailed: ask how much each of them has, too, which may be much more work
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks for the uploads that were begun and never completed: one page.
 */
void
hoist_provider_unfinished_async (HoistProvider *self,
                                 const char *after,
                                 gboolean detailed,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_return_if_fail (HOIST_IS_PROVIDER (self));

  HOIST_PROVIDER_GET_IFACE (self)->unfinished_async (self, after, detailed, cancellable, callback,
                                                     user_data);
}

/**
 * hoist_provider_unfinished_finish:
 * @self: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: besides those of every call, %HOIST_ERROR_NOT_SUPPORTED if it cannot tell.
 *
 * Returns: (transfer full): the page, or %NULL
 */
HoistUnfinishedPage *
hoist_provider_unfinished_finish (HoistProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_PROVIDER (self), NULL);

  return HOIST_PROVIDER_GET_IFACE (self)->unfinished_finish (self, result, error);
}

/**
 * hoist_provider_share_async:
 * @self: a provider
 * @key: the object's key
 * @expires_in_s: seconds for which it is good
 * @cancellable: (nullable): ends it at once
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Asks for a link that anybody can download by.
 */
void
hoist_provider_share_async (HoistProvider *self,
                            const char *key,
                            guint expires_in_s,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (HOIST_IS_PROVIDER (self));

  HOIST_PROVIDER_GET_IFACE (self)->share_async (self, key, expires_in_s, cancellable, callback,
                                                user_data);
}

/**
 * hoist_provider_share_finish:
 * @self: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: besides those of every call, %HOIST_ERROR_NOT_SUPPORTED if it makes none.
 *
 * Returns: (transfer full): the link, or %NULL
 */
HoistShare *
hoist_provider_share_finish (HoistProvider *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_PROVIDER (self), NULL);

  return HOIST_PROVIDER_GET_IFACE (self)->share_finish (self, result, error);
}
