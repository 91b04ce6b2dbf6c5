/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is asked of an engine about uploads that other runs left on the server. */

#include "hoist-engine-private.h"
#include "hoist-scheduler.h"

static void
listed_unfinished_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistEngine *self = g_task_get_source_object (task);
  GError *error = NULL;
  HoistUnfinishedPage *page =
    hoist_scheduler_list_unfinished_finish (self->scheduler, result, &error);

  if (page != NULL)
    g_task_return_pointer (task, page, (GDestroyNotify) hoist_unfinished_page_free);
  else
    g_task_return_error (task, error);
}

static gboolean
list_unfinished_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_list_unfinished_async (message->engine->scheduler, message->text, message->after,
                                         message->detailed, listed_unfinished_cb,
                                         g_object_ref (message->task));
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_list_unfinished_async (HoistUploader *uploader,
                                    const char *destination_id,
                                    const char *after,
                                    gboolean detailed,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (message->task, hoist_engine_list_unfinished_async);
  message->text = g_strdup (destination_id);
  message->after = g_strdup (after);
  message->detailed = detailed;
  hoist_engine_post (self, list_unfinished_cb, message);
}

static HoistUnfinishedPage *
hoist_engine_list_unfinished_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_list_unfinished_async),
                        NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
clear_unfinished_cb (gpointer data)
{
  HoistEngineMessage *message = data;
  GError *error = NULL;
  GArray *ids = hoist_scheduler_clear_unfinished (message->engine->scheduler, message->text,
                                                  message->uploads, &error);

  if (ids != NULL)
    g_task_return_pointer (message->task, ids, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (message->task, error);
  return G_SOURCE_REMOVE;
}

static gpointer
copy_unfinished (gconstpointer unfinished, gpointer user_data)
{
  return hoist_unfinished_copy (unfinished);
}

static void
hoist_engine_clear_unfinished_async (HoistUploader *uploader,
                                     const char *destination_id,
                                     GPtrArray *uploads,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  HoistEngineMessage *message = hoist_engine_message_new (self);

  message->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (message->task, hoist_engine_clear_unfinished_async);
  message->text = g_strdup (destination_id);
  message->uploads = g_ptr_array_copy (uploads, copy_unfinished, NULL);
  g_ptr_array_set_free_func (message->uploads, (GDestroyNotify) hoist_unfinished_free);
  hoist_engine_post (self, clear_unfinished_cb, message);
}

static GArray *
hoist_engine_clear_unfinished_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_clear_unfinished_async),
                        NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
continued_unfinished_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistEngine *self = g_task_get_source_object (task);
  GError *error = NULL;
  guint64 id = hoist_scheduler_continue_unfinished_finish (self->scheduler, result, &error);

  if (id != 0)
    g_task_return_int (task, (gssize) id);
  else
    g_task_return_error (task, error);
}

static gboolean
continue_unfinished_cb (gpointer data)
{
  HoistEngineMessage *message = data;

  hoist_scheduler_continue_unfinished_async (message->engine->scheduler, message->text,
                                             g_ptr_array_index (message->uploads, 0),
                                             message->paths[0], continued_unfinished_cb,
                                             g_object_ref (message->task));
  return G_SOURCE_REMOVE;
}

static void
hoist_engine_continue_unfinished_async (HoistUploader *uploader,
                                        const char *destination_id,
                                        const HoistUnfinished *unfinished,
                                        const char *path,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  HoistEngine *self = HOIST_ENGINE (uploader);
  HoistEngineMessage *message = hoist_engine_message_new (self);
  const char *const paths[] = { path, NULL };

  message->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (message->task, hoist_engine_continue_unfinished_async);
  message->text = g_strdup (destination_id);
  message->paths = g_strdupv ((char **) paths);
  message->uploads = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
  g_ptr_array_add (message->uploads, hoist_unfinished_copy (unfinished));
  hoist_engine_post (self, continue_unfinished_cb, message);
}

static guint64
hoist_engine_continue_unfinished_finish (HoistUploader *uploader,
                                         GAsyncResult *result,
                                         GError **error)
{
  gssize id;

  g_return_val_if_fail (g_task_is_valid (result, uploader), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_engine_continue_unfinished_async),
                        0);
  id = g_task_propagate_int (G_TASK (result), error);
  return id < 0 ? 0 : (guint64) id;
}

/**
 * hoist_engine_unfinished_init:
 * @iface: the interface of an uploader
 *
 * Sets what is asked about uploads that other runs left.
 */
void
hoist_engine_unfinished_init (HoistUploaderInterface *iface)
{
  iface->list_unfinished_async = hoist_engine_list_unfinished_async;
  iface->list_unfinished_finish = hoist_engine_list_unfinished_finish;
  iface->clear_unfinished_async = hoist_engine_clear_unfinished_async;
  iface->clear_unfinished_finish = hoist_engine_clear_unfinished_finish;
  iface->continue_unfinished_async = hoist_engine_continue_unfinished_async;
  iface->continue_unfinished_finish = hoist_engine_continue_unfinished_finish;
}
