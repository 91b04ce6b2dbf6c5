/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Receipts, verifications and links, of the process that uploads. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-remote-uploader-private.h"

/* Nobody else is asked for them. */
#define ANSWER_TIMEOUT_MS 5000

/* Takes apart what must be as many dictionaries as were asked for, or fewer. */
static GPtrArray *
read_dictionaries (GVariant *reply,
                   gpointer (*from_variant) (GVariant *, GError **),
                   GDestroyNotify destroy,
                   GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (destroy);
  g_autoptr (GVariant) array = g_variant_get_child_value (reply, 0);

  if (g_variant_n_children (array) > HOIST_UPLOADER_MAX_RECEIPTS)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                           _ ("The Hoist that is running sends more than it was asked for."));
      return NULL;
    }
  for (gsize i = 0; i < g_variant_n_children (array); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (array, i);
      gpointer item = from_variant (child, error);

      if (item == NULL)
        return NULL;
      g_ptr_array_add (items, item);
    }
  return g_steal_pointer (&items);
}

static GVariant *
make_ids (const guint64 *ids, gsize n_ids)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, ids, n_ids, sizeof *ids);
}

static void
return_items (GTask *task, GPtrArray *items, GError *error)
{
  if (items != NULL)
    g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
got_receipts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  GPtrArray *receipts = NULL;

  if (reply != NULL)
    receipts =
      read_dictionaries (reply, (gpointer (*) (GVariant *, GError **)) hoist_receipt_from_variant,
                         (GDestroyNotify) hoist_receipt_free, &error);
  return_items (task, receipts, error);
}

static void
hoist_remote_uploader_receipts_async (HoistUploader *uploader,
                                      const guint64 *ids,
                                      gsize n_ids,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  HoistRemoteUploader *self = HOIST_REMOTE_UPLOADER (uploader);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_remote_uploader_receipts_async);
  hoist_remote_uploader_call (self, "GetReceipts", g_variant_new ("(@at)", make_ids (ids, n_ids)),
                              "(aa{sv})", ANSWER_TIMEOUT_MS, cancellable, got_receipts_cb, task);
}

static GPtrArray *
hoist_remote_uploader_receipts_finish (HoistUploader *uploader,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_remote_uploader_receipts_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Whoever asked counts on one for each, in order. */
static gboolean
are_for (GPtrArray *results, GArray *ids)
{
  if (results->len != ids->len)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (((HoistVerification *) results->pdata[i])->id != g_array_index (ids, guint64, i))
      return FALSE;
  return TRUE;
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  GPtrArray *results = NULL;

  if (reply != NULL)
    results =
      read_dictionaries (reply,
                         (gpointer (*) (GVariant *, GError **)) hoist_verification_from_variant,
                         (GDestroyNotify) hoist_verification_free, &error);
  if (results != NULL && !are_for (results, g_task_get_task_data (task)))
    {
      g_clear_pointer (&results, g_ptr_array_unref);
      error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                                   _ ("The Hoist that is running answers for other uploads."));
    }
  return_items (task, results, error);
}

static void
hoist_remote_uploader_verify_async (HoistUploader *uploader,
                                    const guint64 *ids,
                                    gsize n_ids,
                                    gboolean with_files,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  HoistRemoteUploader *self = HOIST_REMOTE_UPLOADER (uploader);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GArray *asked = g_array_new (FALSE, FALSE, sizeof (guint64));
  GVariantBuilder options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_task_set_source_tag (task, hoist_remote_uploader_verify_async);
  g_array_append_vals (asked, ids, (guint) n_ids);
  g_task_set_task_data (task, asked, (GDestroyNotify) g_array_unref);
  if (with_files)
    g_variant_builder_add (&options, "{sv}", "files", g_variant_new_boolean (TRUE));
  /* As long as the storage takes, and the disk. */
  hoist_remote_uploader_call (self, "Verify",
                              g_variant_new ("(@ata{sv})", make_ids (ids, n_ids), &options),
                              "(aa{sv})", G_MAXINT, cancellable, verified_cb, task);
}

static GPtrArray *
hoist_remote_uploader_verify_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_remote_uploader_verify_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  g_autoptr (GVariant) dictionary = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  HoistShare *share = dictionary != NULL ? hoist_share_from_variant (dictionary, &error) : NULL;

  if (share != NULL)
    g_task_return_pointer (task, share, (GDestroyNotify) hoist_share_free);
  else
    g_task_return_error (task, error);
}

static void
hoist_remote_uploader_share_async (HoistUploader *uploader,
                                   guint64 id,
                                   guint expires_in_s,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  HoistRemoteUploader *self = HOIST_REMOTE_UPLOADER (uploader);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_remote_uploader_share_async);
  /* As long as the server takes. */
  hoist_remote_uploader_call (self, "Share", g_variant_new ("(tua{sv})", id, expires_in_s, NULL),
                              "(a{sv})", G_MAXINT, cancellable, shared_cb, task);
}

static HoistShare *
hoist_remote_uploader_share_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_remote_uploader_share_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_remote_uploader_receipts_init: (skip)
 * @iface: the uploader's interface
 *
 * Fills in what is asked about deliveries.
 */
void
hoist_remote_uploader_receipts_init (HoistUploaderInterface *iface)
{
  iface->receipts_async = hoist_remote_uploader_receipts_async;
  iface->receipts_finish = hoist_remote_uploader_receipts_finish;
  iface->verify_async = hoist_remote_uploader_verify_async;
  iface->verify_finish = hoist_remote_uploader_verify_finish;
  iface->share_async = hoist_remote_uploader_share_async;
  iface->share_finish = hoist_remote_uploader_share_finish;
}
