/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked of an engine about deliveries. */

#include "hoist-engine-private.h"

static HoistEngineMessage *
make_message (HoistEngine *self, GTask *task, const guint64 *ids, gsize n_ids)
{
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->task = task;
  message->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_array_append_vals (message->ids, ids, (guint) n_ids);
  return message;
}

static gboolean
receipts_cb (gpointer data)
{
  HoistEngineMessage *message = data;
  GPtrArray *receipts = hoist_scheduler_get_receipts (
    message->engine->scheduler, (const guint64 *) (gpointer) message->ids->data, message->ids->len);

  g_task_return_pointer (message->task, receipts, (GDestroyNotify) g_ptr_array_unref);
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_receipts_async (HoistUploader *uploader,
                             const guint64 *ids,
                             gsize n_ids,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, hoist_engine_receipts_async);
  hoist_engine_post (self, receipts_cb, make_message (self, task, ids, n_ids));
}

static GPtrArray *
hoist_engine_receipts_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_receipts_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistEngine *self = g_task_get_source_object (task);

  g_task_return_pointer (task, hoist_scheduler_verify_finish (self->scheduler, result, NULL),
                         (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
verify_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_verify_async (message->engine->scheduler,
                                (const guint64 *) (gpointer) message->ids->data, message->ids->len,
                                message->with_files, verified_cb, g_object_ref (message->task));
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_verify_async (HoistUploader *uploader,
                           const guint64 *ids,
                           gsize n_ids,
                           gboolean with_files,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  HoistEngineMessage *message = make_message (self, task, ids, n_ids);

  g_task_set_source_tag (task, hoist_engine_verify_async);
  message->with_files = with_files;
  hoist_engine_post (self, verify_cb, message);
}

static GPtrArray *
hoist_engine_verify_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_verify_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistEngine *self = g_task_get_source_object (task);
  GError *error = NULL;
  HoistShare *share = hoist_scheduler_link_finish (self->scheduler, result, &error);

  if (share != NULL)
    g_task_return_pointer (task, share, (GDestroyNotify) hoist_share_free);
  else
    g_task_return_error (task, error);
}

static gboolean
share_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_link_async (message->engine->scheduler, g_array_index (message->ids, guint64, 0),
                              message->expires_in_s, shared_cb, g_object_ref (message->task));
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_share_async (HoistUploader *uploader,
                          guint64 id,
                          guint expires_in_s,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  HoistEngineMessage *message = make_message (self, task, &id, 1);

  g_task_set_source_tag (task, hoist_engine_share_async);
  message->expires_in_s = expires_in_s;
  hoist_engine_post (self, share_cb, message);
}

static HoistShare *
hoist_engine_share_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_share_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
set_whole_sha256_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_set_whole_sha256 (message->engine->scheduler, message->with_files);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_engine_set_whole_sha256:
 * @self: an engine that was started
 * @whole_sha256: whether to compute the SHA-256 of whole files, for receipts
 *
 * Holds for files that are looked at from now on.
 */
void
hoist_engine_set_whole_sha256 (HoistEngine *self, gboolean whole_sha256)
{
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->with_files = whole_sha256;
  hoist_engine_post (self, set_whole_sha256_cb, message);
}

/**
 * hoist_engine_receipts_init: (skip)
 * @iface: the engine's interface
 *
 * Fills in what is asked about deliveries.
 */
void
hoist_engine_receipts_init (HoistUploaderInterface *iface)
{
  iface->receipts_async = hoist_engine_receipts_async;
  iface->receipts_finish = hoist_engine_receipts_finish;
  iface->verify_async = hoist_engine_verify_async;
  iface->verify_finish = hoist_engine_verify_finish;
  iface->share_async = hoist_engine_share_async;
  iface->share_finish = hoist_engine_share_finish;
}
