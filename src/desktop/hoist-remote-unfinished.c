/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What another process is asked about uploads that other runs left. */

#include "hoist-remote-uploader-private.h"

/* A server may have to list the parts of a hundred uploads for one answer. */
#define LIST_TIMEOUT_MS (5 * 60 * 1000)

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  g_autoptr (GVariant) variant = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  HoistUnfinishedPage *page = variant != NULL ? hoist_unfinished_page_from_variant (variant, &error)
                                              : NULL;

  if (page != NULL)
    g_task_return_pointer (task, page, (GDestroyNotify) hoist_unfinished_page_free);
  else
    g_task_return_error (task, error);
}

static void
list_unfinished_async (HoistUploader *uploader,
                       const char *destination_id,
                       const char *after,
                       gboolean detailed,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (uploader, cancellable, callback, user_data);

  g_task_set_source_tag (task, list_unfinished_async);
  hoist_remote_uploader_call (
    HOIST_REMOTE_UPLOADER (uploader), "ListUnfinished",
    g_variant_new ("(ssb)", destination_id, after != NULL ? after : "", detailed),
    "(" HOIST_UNFINISHED_PAGE_TYPE ")", LIST_TIMEOUT_MS, cancellable, listed_cb, task);
}

static HoistUnfinishedPage *
list_unfinished_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, list_unfinished_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  g_autoptr (GVariant) variant = NULL;
  const guint64 *elements;
  GArray *ids;
  gsize n_ids;

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  variant = g_variant_get_child_value (reply, 0);
  elements = g_variant_get_fixed_array (variant, &n_ids, sizeof (guint64));
  ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (n_ids > 0)
    g_array_append_vals (ids, elements, (guint) MIN (n_ids, HOIST_UPLOADER_MAX_CLEAR));
  g_task_return_pointer (task, ids, (GDestroyNotify) g_array_unref);
}

static void
clear_unfinished_async (HoistUploader *uploader,
                        const char *destination_id,
                        GPtrArray *uploads,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (uploader, cancellable, callback, user_data);
  GVariantBuilder builder;

  g_task_set_source_tag (task, clear_unfinished_async);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < uploads->len; i++)
    g_variant_builder_add_value (&builder, hoist_unfinished_to_variant (uploads->pdata[i]));
  hoist_remote_uploader_call (HOIST_REMOTE_UPLOADER (uploader), "ClearUnfinished",
                              g_variant_new ("(saa{sv})", destination_id, &builder), "(at)", -1,
                              cancellable, cleared_cb, task);
}

static GArray *
clear_unfinished_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, uploader), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, clear_unfinished_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
continued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) reply = hoist_remote_uploader_finish_call (source, result, &error);
  guint64 id;

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_variant_get (reply, "(t)", &id);
  g_task_return_pointer (task, g_memdup2 (&id, sizeof id), g_free);
}

static void
continue_unfinished_async (HoistUploader *uploader,
                           const char *destination_id,
                           const HoistUnfinished *unfinished,
                           const char *path,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (uploader, cancellable, callback, user_data);

  g_task_set_source_tag (task, continue_unfinished_async);
  /* Reading a large file takes its time. */
  hoist_remote_uploader_call (HOIST_REMOTE_UPLOADER (uploader), "ContinueUnfinished",
                              g_variant_new ("(s@a{sv}^ay)", destination_id,
                                             hoist_unfinished_to_variant (unfinished), path),
                              "(t)", G_MAXINT, cancellable, continued_cb, task);
}

static guint64
continue_unfinished_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  g_autofree guint64 *id = NULL;

  g_return_val_if_fail (g_task_is_valid (result, uploader), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, continue_unfinished_async), 0);
  id = g_task_propagate_pointer (G_TASK (result), error);
  return id != NULL ? *id : 0;
}

/**
 * hoist_remote_uploader_unfinished_init:
 * @iface: the interface of an uploader
 *
 * Sets what is asked about uploads that other runs left.
 */
void
hoist_remote_uploader_unfinished_init (HoistUploaderInterface *iface)
{
  iface->list_unfinished_async = list_unfinished_async;
  iface->list_unfinished_finish = list_unfinished_finish;
  iface->clear_unfinished_async = clear_unfinished_async;
  iface->clear_unfinished_finish = clear_unfinished_finish;
  iface->continue_unfinished_async = continue_unfinished_async;
  iface->continue_unfinished_finish = continue_unfinished_finish;
}
