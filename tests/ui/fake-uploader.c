/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-uploader.h"

#include <stdlib.h>

#include "hoist-path-name.h"

struct _FakeUploader
{
  GObject parent_instance;

  HoistUploadList *list; /* (owned) */
  GString *log;          /* (owned) a line for each call */
  GPtrArray *leftovers;  /* (owned) (element-type HoistUnfinished) of the destination «studio» */
  char *list_error;      /* (owned) (nullable) */
  char *relocate_error;  /* (owned) (nullable) */
  guint64 next_batch;
  HoistVerification answer; /* what verifying gives */
  HoistShare *share;        /* (owned) (nullable) what sharing gives; without: there is none */
  HoistWholeState whole;
};

static void fake_uploader_uploader_init (HoistUploaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeUploader,
                               fake_uploader,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_UPLOADER,
                                                      fake_uploader_uploader_init))

static HoistUploadInfo *
copy_info (const HoistUploadInfo *info)
{
  HoistUploadInfo *copy = fake_uploader_info (info->id, info->state);

  hoist_path_name_release (copy->path, copy->name);
  g_ref_string_release (copy->path);
  copy->path = g_ref_string_acquire (info->path);
  copy->name = hoist_path_name_ref (info->path, info->name);
  g_ref_string_release (copy->destination_id);
  copy->destination_id = g_ref_string_acquire (info->destination_id);
  copy->size_bytes = info->size_bytes;
  copy->sent_bytes = info->sent_bytes;
  copy->added_us = info->added_us;
  return copy;
}

static HoistUploadList *
fake_uploader_get_list (HoistUploader *uploader)
{
  return FAKE_UPLOADER (uploader)->list;
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

  g_task_set_source_tag (task, fake_uploader_add_async);
  g_string_append_printf (self->log, "add %s", destination_id);
  for (gsize i = 0; paths[i] != NULL; i++)
    g_string_append_printf (self->log, " %s", paths[i]);
  g_string_append_c (self->log, '\n');
  g_task_return_int (task, (gssize) self->next_batch++);
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
  static const char *const names[HOIST_N_COMMANDS] = { "pause",       "resume", "retry",  "cancel",
                                                       "undo-cancel", "forget", "abandon" };
  FakeUploader *self = FAKE_UPLOADER (uploader);
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  g_string_append (self->log, names[command]);
  for (gsize i = 0; i < n_ids; i++)
    {
      const HoistUploadInfo *info = hoist_upload_list_lookup_info (self->list, ids[i]);
      HoistUploadInfo *copy;

      g_string_append_printf (self->log, " %" G_GUINT64_FORMAT, ids[i]);
      if (info == NULL || !hoist_command_applies (command, info->state))
        continue;
      if (command == HOIST_COMMAND_FORGET)
        {
          g_array_append_val (changes->removed, ids[i]);
          continue;
        }
      copy = copy_info (info);
      copy->state = hoist_command_get_result (command, info->state);
      g_ptr_array_add (changes->infos, copy);
    }
  g_string_append_c (self->log, '\n');
  hoist_upload_list_apply (self->list, changes);
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

  g_task_set_source_tag (task, fake_uploader_relocate_async);
  g_string_append_printf (self->log, "relocate %" G_GUINT64_FORMAT " %s\n", id, path);
  if (self->relocate_error != NULL)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED, "%s",
                             self->relocate_error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
fake_uploader_relocate_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static HoistReceipt *
make_receipt (FakeUploader *self, guint64 id)
{
  g_autoptr (HoistUploadRecord) record = hoist_upload_record_new (id);

  hoist_upload_record_set_path (record, "/home/anna/Videos/rushes/interview & <b>take 3</b>.mov");
  hoist_upload_record_set_name (record, "rushes/interview & <b>take 3</b>.mov");
  hoist_upload_record_set_destination_id (record, "studio");
  record->identity.size_bytes = G_GUINT64_CONSTANT (48318382080);
  record->plan = (HoistPartPlan){ record->identity.size_bytes, 8 << 20, 5760, TRUE };
  record->state = HOIST_UPLOAD_DONE;
  record->key = g_strdup ("anna/rushes/interview & <b>take 3</b>.mov");
  record->location = g_strdup ("https://s3.example.org/studio/anna/rushes/interview.mov");
  record->etag = g_strdup ("616b22817b80eed9f65c3aa38cd29054-5760");
  record->checksum = g_strdup ("cn03QmbMxU7S/Jab635vJ8leWwFtqbB7Xc0ACeREIwE=-5760");
  record->begun_us = G_GINT64_CONSTANT (1740830000) * G_USEC_PER_SEC;
  record->finished_us = G_GINT64_CONSTANT (1740834000) * G_USEC_PER_SEC;
  record->delivery = hoist_delivery_new ();
  record->delivery->server_us = record->finished_us;
  record->delivery->proof = HOIST_PROOF_SIGNED | HOIST_PROOF_READ_SIZE | HOIST_PROOF_READ_CHECKSUM;
  record->delivery->whole = self->whole;
  hoist_digest_data (HOIST_DIGEST_SHA256, "abc", 3, record->delivery->sha256);
  return hoist_receipt_new (record);
}

/* An upload that is not in the list has none. */
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

  for (gsize i = 0; i < n_ids; i++)
    if (hoist_upload_list_lookup_info (self->list, ids[i]) != NULL)
      g_ptr_array_add (receipts, make_receipt (self, ids[i]));
  g_task_return_pointer (task, receipts, (GDestroyNotify) g_ptr_array_unref);
}

static GPtrArray *
fake_uploader_pointer_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
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
  HoistShare *share;

  g_string_append_printf (self->log, "share %" G_GUINT64_FORMAT " %u\n", id, expires_in_s);
  if (self->share == NULL)
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED, "No <links> here.");
      return;
    }
  share = hoist_share_new (expires_in_s > 0 || !self->share->is_signed ? self->share->url : NULL,
                           self->share->expires_us);
  share->is_signed = self->share->is_signed;
  share->temporary = self->share->temporary;
  share->bucket = g_strdup (self->share->bucket);
  g_task_return_pointer (task, share, (GDestroyNotify) hoist_share_free);
}

static HoistShare *
fake_uploader_share_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
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
  HoistVerification *verification = hoist_verification_new (ids[0]);

  g_string_append_printf (self->log, "verify%s %" G_GUINT64_FORMAT "\n", with_files ? " file" : "",
                          ids[0]);
  verification->object = self->answer.object;
  verification->differences = self->answer.differences;
  verification->message = g_strdup (self->answer.message);
  verification->time_us = G_GINT64_CONSTANT (1740920000) * G_USEC_PER_SEC;
  verification->file = with_files ? self->answer.file : HOIST_FILE_NOT_ASKED;
  g_ptr_array_add (results, verification);
  g_task_return_pointer (task, results, (GDestroyNotify) g_ptr_array_unref);
}

void
fake_uploader_set_proof (FakeUploader *self, HoistWholeState whole, const HoistVerification *answer)
{
  self->whole = whole;
  self->answer = *answer;
}

static void
fake_uploader_set_limits (HoistUploader *uploader, const HoistLimits *limits)
{
  g_autofree char *schedule = hoist_rate_schedule_to_string (&limits->schedule);

  g_string_append_printf (FAKE_UPLOADER (uploader)->log, "limits %s%u %" G_GUINT64_FORMAT " %s\n",
                          limits->fixed_parts ? "=" : "", limits->parts_in_flight,
                          limits->bytes_per_s, schedule);
}

static void
fake_uploader_set_metered (HoistUploader *uploader, HoistAllowance metered)
{
  g_string_append_printf (FAKE_UPLOADER (uploader)->log, "metered %u\n", (guint) metered);
}

static void
fake_uploader_set_power (HoistUploader *uploader, HoistAllowance power)
{
  g_string_append_printf (FAKE_UPLOADER (uploader)->log, "power %u\n", (guint) power);
}

/* Two at a time. */
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
  guint first = after != NULL ? (guint) atoi (after) : 0;
  HoistUnfinishedPage *page;

  if (self->list_error != NULL)
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_NETWORK, "%s", self->list_error);
      return;
    }
  page = hoist_unfinished_page_new ();
  for (guint i = first; i < MIN (first + 2, self->leftovers->len); i++)
    if (g_str_equal (destination_id, "studio"))
      g_ptr_array_add (page->uploads, hoist_unfinished_copy (self->leftovers->pdata[i]));
  if (first + 2 < self->leftovers->len)
    page->next = g_strdup_printf ("%u", first + 2);
  g_task_return_pointer (task, page, (GDestroyNotify) hoist_unfinished_page_free);
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

  g_string_append_printf (self->log, "clear of %s:", destination_id);
  for (guint i = 0; i < uploads->len; i++)
    g_string_append_printf (self->log, " %s", ((HoistUnfinished *) uploads->pdata[i])->upload_id);
  g_string_append_c (self->log, '\n');
  g_task_return_pointer (task, g_array_new (FALSE, FALSE, sizeof (guint64)),
                         (GDestroyNotify) g_array_unref);
}

static GArray *
fake_uploader_clear_unfinished_finish (HoistUploader *uploader,
                                       GAsyncResult *result,
                                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
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

  g_string_append_printf (self->log, "continue %s with %s\n", unfinished->upload_id, path);
  if (self->relocate_error != NULL)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED, "%s",
                             self->relocate_error);
  else
    g_task_return_int (task, 1);
}

static guint64
fake_uploader_continue_unfinished_finish (HoistUploader *uploader,
                                          GAsyncResult *result,
                                          GError **error)
{
  gssize id = g_task_propagate_int (G_TASK (result), error);

  return id > 0 ? (guint64) id : 0;
}

void
fake_uploader_add_leftover (FakeUploader *self,
                            const char *upload_id,
                            const char *path,
                            guint64 size_bytes,
                            gint64 age_us)
{
  HoistUnfinished *upload = hoist_unfinished_new (upload_id, path);

  upload->path = g_strdup (path);
  upload->has_size = TRUE;
  upload->size_bytes = size_bytes;
  upload->initiated_us = g_get_real_time () - age_us;
  g_ptr_array_add (self->leftovers, upload);
}

void
fake_uploader_set_list_error (FakeUploader *self, const char *message)
{
  g_free (self->list_error);
  self->list_error = g_strdup (message);
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
  iface->add_async = fake_uploader_add_async;
  iface->add_finish = fake_uploader_add_finish;
  iface->command = fake_uploader_command;
  iface->relocate_async = fake_uploader_relocate_async;
  iface->relocate_finish = fake_uploader_relocate_finish;
  iface->receipts_async = fake_uploader_receipts_async;
  iface->receipts_finish = fake_uploader_pointer_finish;
  iface->share_async = fake_uploader_share_async;
  iface->share_finish = fake_uploader_share_finish;
  iface->verify_async = fake_uploader_verify_async;
  iface->verify_finish = fake_uploader_pointer_finish;
  iface->set_limits = fake_uploader_set_limits;
  iface->set_metered = fake_uploader_set_metered;
  iface->set_power = fake_uploader_set_power;
}

static void
fake_uploader_finalize (GObject *object)
{
  FakeUploader *self = FAKE_UPLOADER (object);

  g_clear_object (&self->list);
  g_clear_pointer (&self->share, hoist_share_free);
  g_string_free (self->log, TRUE);
  g_ptr_array_unref (self->leftovers);
  g_free (self->list_error);
  g_free (self->relocate_error);
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
  self->leftovers = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
  self->list = hoist_upload_list_new ();
  self->log = g_string_new (NULL);
  self->next_batch = 1;
}

FakeUploader *
fake_uploader_new (void)
{
  return g_object_new (FAKE_TYPE_UPLOADER, NULL);
}

/* A snapshot with all that it must have, of a file of 1 GB. */
HoistUploadInfo *
fake_uploader_info (guint64 id, HoistUploadState state)
{
  HoistUploadInfo *info = hoist_upload_info_new (id);
  g_autofree char *name = g_strdup_printf ("file-%" G_GUINT64_FORMAT ".mov", id);
  g_autofree char *path = g_strconcat ("/data/", name, NULL);

  info->batch = 1;
  info->name = g_ref_string_new (name);
  info->path = g_ref_string_new (path);
  info->destination_id = g_ref_string_new ("studio");
  info->state = state;
  info->size_bytes = 1000000000;
  return info;
}

/* Takes over @info and tells the list. */
void
fake_uploader_put (FakeUploader *self, HoistUploadInfo *info)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  g_ptr_array_add (changes->infos, info);
  hoist_upload_list_apply (self->list, changes);
}

void
fake_uploader_put_many (FakeUploader *self, guint64 first_id, guint n, HoistUploadState state)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (changes->infos, fake_uploader_info (first_id + i, state));
  hoist_upload_list_apply (self->list, changes);
}

void
fake_uploader_remove (FakeUploader *self, guint64 id)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  g_array_append_val (changes->removed, id);
  hoist_upload_list_apply (self->list, changes);
}

void
fake_uploader_put_batch (FakeUploader *self, guint64 id, guint n_files, gboolean complete)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistBatchInfo batch = { id, n_files, complete };

  g_array_append_val (changes->batches, batch);
  hoist_upload_list_apply (self->list, changes);
}

/* What was told since the last time. */
/* Takes over @share. */
void
fake_uploader_set_share (FakeUploader *self, HoistShare *share)
{
  g_clear_pointer (&self->share, hoist_share_free);
  self->share = share;
}

char *
fake_uploader_take_log (FakeUploader *self)
{
  char *log = g_strdup (self->log->str);

  g_string_set_size (self->log, 0);
  return log;
}

void
fake_uploader_set_relocate_error (FakeUploader *self, const char *message)
{
  g_free (self->relocate_error);
  self->relocate_error = g_strdup (message);
}
