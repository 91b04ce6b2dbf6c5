/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-uploader.h"

static void fake_uploader_uploader_init (HoistUploaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeUploader,
                               fake_uploader,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_UPLOADER,
                                                      fake_uploader_uploader_init))

static HoistUploadList *
fake_uploader_get_list (HoistUploader *uploader)
{
  return FAKE_UPLOADER (uploader)->list;
}

static void
answer (FakeUploader *self, GTask *task)
{
  if (self->mute)
    g_ptr_array_add (self->unanswered, g_object_ref (task));
  else if (self->error != NULL)
    g_task_return_error (task, g_error_copy (self->error));
  else
    g_task_return_int (task, 77);
}

static void
fake_uploader_add_async (HoistUploader *uploader,
                         const char *const *paths,
                         const char *destination_id,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  FakeUploader *self = FAKE_UPLOADER (uploader);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *joined = g_strjoinv ("|", (GStrv) paths);
  g_autofree char *escaped = g_strescape (joined, NULL);

  g_string_append_printf (self->log, "add %s to %s\n", escaped, destination_id);
  answer (self, task);
}

static guint64
fake_uploader_add_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  gssize batch = g_task_propagate_int (G_TASK (result), error);

  return batch > 0 ? (guint64) batch : 0;
}

static void
fake_uploader_command (HoistUploader *uploader,
                       HoistCommand command,
                       const guint64 *ids,
                       gsize n_ids)
{
  FakeUploader *self = FAKE_UPLOADER (uploader);

  g_string_append_printf (self->log,
                          "command %d of %" G_GSIZE_FORMAT " from %" G_GUINT64_FORMAT "\n", command,
                          n_ids, ids[0]);
}

static void
fake_uploader_relocate_async (HoistUploader *uploader,
                              guint64 id,
                              const char *path,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  FakeUploader *self = FAKE_UPLOADER (uploader);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *escaped = g_strescape (path, NULL);

  g_string_append_printf (self->log, "relocate %" G_GUINT64_FORMAT " to %s\n", id, escaped);
  answer (self, task);
}

static gboolean
fake_uploader_relocate_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error) > 0;
}

static void
log_ids (FakeUploader *self, const char *what, const guint64 *ids, gsize n_ids)
{
  g_string_append_printf (self->log, "%s of %" G_GSIZE_FORMAT " from %" G_GUINT64_FORMAT "\n", what,
                          n_ids, ids[0]);
}

static HoistReceipt *
make_receipt (guint64 id)
{
  HoistReceipt *receipt = g_new0 (HoistReceipt, 1);

  receipt->id = id;
  receipt->path = g_strdup ("/tmp/\xff");
  receipt->name = g_strdup ("n");
  receipt->destination_id = g_strdup ("home");
  receipt->n_parts = 1;
  receipt->finished_us = 7;
  receipt->detailed = TRUE;
  receipt->whole = HOIST_WHOLE_KNOWN;
  receipt->sha256[0] = (guint8) id;
  return receipt;
}

static void
fake_uploader_receipts_async (HoistUploader *uploader,
                              const guint64 *ids,
                              gsize n_ids,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  FakeUploader *self = FAKE_UPLOADER (uploader);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GPtrArray *receipts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_receipt_free);

  log_ids (self, "receipts", ids, n_ids);
  /* Those with an odd number are not done. */
  for (gsize i = 0; i < n_ids; i++)
    if (ids[i] % 2 == 0)
      g_ptr_array_add (receipts, make_receipt (ids[i]));
  if (self->error == NULL)
    g_task_return_pointer (task, receipts, (GDestroyNotify) g_ptr_array_unref);
  else
    {
      g_ptr_array_unref (receipts);
      g_task_return_error (task, g_error_copy (self->error));
    }
}

static GPtrArray *
fake_uploader_pointer_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_uploader_verify_async (HoistUploader *uploader,
                            const guint64 *ids,
                            gsize n_ids,
                            gboolean with_files,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  FakeUploader *self = FAKE_UPLOADER (uploader);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_verification_free);

  log_ids (self, with_files ? "verify files" : "verify", ids, n_ids);
  for (gsize i = 0; i < n_ids; i++)
    {
      HoistVerification *verification = hoist_verification_new (ids[i]);

      verification->object = HOIST_OBJECT_GONE;
      g_ptr_array_add (results, verification);
    }
  if (self->lies)
    g_ptr_array_set_size (results, (int) n_ids - 1);
  g_task_return_pointer (task, results, (GDestroyNotify) g_ptr_array_unref);
}

static void
fake_uploader_share_async (HoistUploader *uploader,
                           guint64 id,
                           guint expires_in_s,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  FakeUploader *self = FAKE_UPLOADER (uploader);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  HoistShare *share = hoist_share_new (self->lies ? "file:///etc/passwd" : "https://h/k?s", 7);

  g_string_append_printf (self->log, "share %" G_GUINT64_FORMAT " for %u\n", id, expires_in_s);
  if (self->error == NULL)
    g_task_return_pointer (task, share, (GDestroyNotify) hoist_share_free);
  else
    {
      hoist_share_free (share);
      g_task_return_error (task, g_error_copy (self->error));
    }
}

static HoistShare *
fake_uploader_share_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_uploader_set_metered (HoistUploader *uploader, HoistAllowance metered)
{
  g_string_append_printf (FAKE_UPLOADER (uploader)->log, "metered %d\n", metered);
}

static void
fake_uploader_set_power (HoistUploader *uploader, HoistAllowance power)
{
  g_string_append_printf (FAKE_UPLOADER (uploader)->log, "power %d\n", power);
}

static void
fake_uploader_set_limits (HoistUploader *uploader, const HoistLimits *limits)
{
  g_autofree char *schedule = hoist_rate_schedule_to_string (&limits->schedule);

  g_string_append_printf (FAKE_UPLOADER (uploader)->log, "limits %s%u %" G_GUINT64_FORMAT " %s\n",
                          limits->fixed_parts ? "=" : "", limits->parts_in_flight,
                          limits->bytes_per_s, schedule);
}

static const GError *
fake_uploader_get_problem (HoistUploader *uploader)
{
  return FAKE_UPLOADER (uploader)->problem;
}

static void
fake_uploader_list_unfinished_async (HoistUploader *uploader,
                                     const char *destination_id,
                                     const char *after,
                                     gboolean detailed,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  FakeUploader *self = FAKE_UPLOADER (uploader);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  HoistUnfinishedPage *page = hoist_unfinished_page_new ();

  g_string_append_printf (self->log, "list unfinished of %s after %s%s\n", destination_id,
                          after != NULL ? after : "nothing", detailed ? " in detail" : "");
  g_ptr_array_add (page->uploads, hoist_unfinished_new ("u", "k"));
  page->next = after == NULL ? g_strdup ("more+/") : NULL;
  if (self->error == NULL)
    g_task_return_pointer (task, page, (GDestroyNotify) hoist_unfinished_page_free);
  else
    {
      hoist_unfinished_page_free (page);
      g_task_return_error (task, g_error_copy (self->error));
    }
}

static HoistUnfinishedPage *
fake_uploader_list_unfinished_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_uploader_clear_unfinished_async (HoistUploader *uploader,
                                      const char *destination_id,
                                      GPtrArray *uploads,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  FakeUploader *self = FAKE_UPLOADER (uploader);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const HoistUnfinished *first = g_ptr_array_index (uploads, 0);

  g_string_append_printf (self->log, "clear %u of %s from %s %s\n", uploads->len, destination_id,
                          first->upload_id, first->key);
  answer (self, task);
}

static GArray *
fake_uploader_clear_unfinished_finish (HoistUploader *uploader,
                                       GAsyncResult *result,
                                       GError **error)
{
  gint64 id = g_task_propagate_int (G_TASK (result), error);
  GArray *ids = id > 0 ? g_array_new (FALSE, FALSE, sizeof (guint64)) : NULL;

  if (ids != NULL)
    g_array_append_val (ids, id);
  return ids;
}

static void
fake_uploader_continue_unfinished_async (HoistUploader *uploader,
                                         const char *destination_id,
                                         const HoistUnfinished *unfinished,
                                         const char *path,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  FakeUploader *self = FAKE_UPLOADER (uploader);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *escaped = g_strescape (path, NULL);

  g_string_append_printf (self->log, "continue %s of %s with %s\n", unfinished->upload_id,
                          destination_id, escaped);
  answer (self, task);
}

static guint64
fake_uploader_continue_unfinished_finish (HoistUploader *uploader,
                                          GAsyncResult *result,
                                          GError **error)
{
  return fake_uploader_add_finish (uploader, result, error);
}

static void
fake_uploader_uploader_init (HoistUploaderInterface *iface)
{
  iface->list_unfinished_async = fake_uploader_list_unfinished_async;
  iface->list_unfinished_finish = fake_uploader_list_unfinished_finish;
  iface->clear_unfinished_async = fake_uploader_clear_unfinished_async;
  iface->clear_unfinished_finish = fake_uploader_clear_unfinished_finish;
  iface->continue_unfinished_async = fake_uploader_continue_unfinished_async;
  iface->continue_unfinished_finish = fake_uploader_continue_unfinished_finish;
  iface->get_list = fake_uploader_get_list;
  iface->get_problem = fake_uploader_get_problem;
  iface->add_async = fake_uploader_add_async;
  iface->add_finish = fake_uploader_add_finish;
  iface->command = fake_uploader_command;
  iface->relocate_async = fake_uploader_relocate_async;
  iface->relocate_finish = fake_uploader_relocate_finish;
  iface->receipts_async = fake_uploader_receipts_async;
  iface->receipts_finish = fake_uploader_pointer_finish;
  iface->verify_async = fake_uploader_verify_async;
  iface->verify_finish = fake_uploader_pointer_finish;
  iface->share_async = fake_uploader_share_async;
  iface->share_finish = fake_uploader_share_finish;
  iface->set_limits = fake_uploader_set_limits;
  iface->set_metered = fake_uploader_set_metered;
  iface->set_power = fake_uploader_set_power;
}

static void
fake_uploader_finalize (GObject *object)
{
  FakeUploader *self = FAKE_UPLOADER (object);

  g_object_unref (self->list);
  g_string_free (self->log, TRUE);
  g_clear_error (&self->error);
  g_clear_error (&self->problem);
  g_ptr_array_unref (self->unanswered);

  G_OBJECT_CLASS (fake_uploader_parent_class)->finalize (object);
}

static void
fake_uploader_class_init (FakeUploaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_uploader_finalize;
}

static void
fake_uploader_init (FakeUploader *self)
{
  self->list = hoist_upload_list_new ();
  self->log = g_string_new (NULL);
  self->unanswered = g_ptr_array_new_with_free_func (g_object_unref);
}

/* @message: (nullable): null = it passed */
void
fake_uploader_set_problem (FakeUploader *self, int code, const char *message)
{
  g_clear_error (&self->problem);
  if (message != NULL)
    self->problem = g_error_new_literal (HOIST_ERROR, code, message);
  g_signal_emit_by_name (self, "problem");
}

FakeUploader *
fake_uploader_new (void)
{
  return g_object_new (FAKE_TYPE_UPLOADER, NULL);
}

void
fake_uploader_put (FakeUploader *self, guint64 first, guint n, guint64 sent_bytes)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (guint64 id = first; id < first + n; id++)
    {
      HoistUploadInfo *info = hoist_upload_info_new (id);
      g_autofree char *name = g_strdup_printf ("%" G_GUINT64_FORMAT ".txt", id);

      info->name = g_ref_string_new (name);
      info->path = g_ref_string_new ("/tmp/\xff");
      info->destination_id = g_ref_string_new ("home");
      info->size_bytes = 1000;
      info->sent_bytes = sent_bytes;
      info->state = HOIST_UPLOAD_SENDING;
      g_ptr_array_add (changes->infos, info);
    }
  hoist_upload_list_apply (self->list, changes);
}

void
fake_uploader_remove (FakeUploader *self, guint64 first, guint n)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (guint64 id = first; id < first + n; id++)
    g_array_append_val (changes->removed, id);
  hoist_upload_list_apply (self->list, changes);
}

void
fake_uploader_put_batch (FakeUploader *self, guint64 id, guint n_files, gboolean complete)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistBatchInfo batch = { .id = id, .n_files = n_files, .complete = complete };

  g_array_append_val (changes->batches, batch);
  hoist_upload_list_apply (self->list, changes);
}
