/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-host.h"

#include <stdlib.h>
#include <string.h>

#include "await.h"
#include "hoist-error.h"
#include "remove-tree.h"

static void fake_uploader_iface_init (HoistUploaderInterface *iface);
static void fake_host_iface_init (HoistCliHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeUploader,
                               fake_uploader,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_UPLOADER,
                                                      fake_uploader_iface_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (FakeHost,
                               fake_host,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_CLI_HOST, fake_host_iface_init))

/* --- The uploader ------------------------------------------------------------------------------ */

static gboolean
script_cb (gpointer user_data)
{
  FakeHost *host = user_data;

  return host->script (host, host->step++) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
start_script (FakeHost *host)
{
  if (host->script != NULL)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, script_cb, g_object_ref (host), g_object_unref);
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

  self->added_paths = g_strdupv ((char **) paths);
  self->added_to = g_strdup (destination_id);
  if (self->add_error != NULL)
    {
      g_task_return_error (task, g_error_copy (self->add_error));
      return;
    }
  g_task_return_int (task, FAKE_BATCH);
  start_script (self->host);
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

  g_string_append_printf (self->commands, "%d:", command);
  for (gsize i = 0; i < n_ids; i++)
    g_string_append_printf (self->commands, "%s%" G_GUINT64_FORMAT, i > 0 ? "," : "", ids[i]);
  g_string_append_c (self->commands, ';');
  start_script (self->host);
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
  guint first = after != NULL ? (guint) atoi (after) : 0;
  HoistUnfinishedPage *page;

  if (self->error != NULL)
    {
      g_task_return_error (task, g_error_copy (self->error));
      return;
    }
  page = hoist_unfinished_page_new ();
  for (guint i = first; i < MIN (first + 2, self->leftovers->len); i++)
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

static gboolean
remove_cleared_cb (gpointer user_data)
{
  FakeUploader *self = FAKE_UPLOADER (user_data);
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (guint64 id = 100; id < 110; id++)
    g_array_append_val (changes->removed, id);
  hoist_upload_list_apply (self->list, changes);
  return G_SOURCE_REMOVE;
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
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  g_string_append_printf (self->commands, "clear of %s:", destination_id);
  for (guint64 i = 0; i < uploads->len; i++)
    {
      guint64 id = 100 + i;

      g_string_append_printf (self->commands, " %s",
                              ((HoistUnfinished *) uploads->pdata[i])->upload_id);
      g_array_append_val (ids, id);
    }
  g_string_append_c (self->commands, ';');
  g_task_return_pointer (task, ids, (GDestroyNotify) g_array_unref);
  g_idle_add_full (G_PRIORITY_LOW, remove_cleared_cb, g_object_ref (self), g_object_unref);
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

  g_string_append_printf (self->commands, "continue %s with %s;", unfinished->upload_id, path);
  if (g_str_equal (path, "/tmp/other"))
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED, "Another file.");
  else
    {
      g_task_return_int (task, 100);
      start_script (self->host);
    }
}

static guint64
fake_uploader_continue_unfinished_finish (HoistUploader *uploader,
                                          GAsyncResult *result,
                                          GError **error)
{
  gssize id = g_task_propagate_int (G_TASK (result), error);

  return id > 0 ? (guint64) id : 0;
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

  for (gsize i = 0; i < n_ids; i++)
    g_ptr_array_add (receipts, self->make_receipt (ids[i]));
  self->n_asked++;
  g_task_return_pointer (task, receipts, (GDestroyNotify) g_ptr_array_unref);
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

  for (gsize i = 0; i < n_ids; i++)
    g_ptr_array_add (results, self->make_verification (ids[i], with_files));
  self->n_asked++;
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
  g_autoptr (GTask) task = g_task_new (uploader, cancellable, callback, user_data);
  GError *error = NULL;
  HoistShare *share = FAKE_UPLOADER (uploader)->make_share (id, expires_in_s, &error);

  if (share != NULL)
    g_task_return_pointer (task, share, (GDestroyNotify) hoist_share_free);
  else
    g_task_return_error (task, error);
}

static HoistShare *
fake_uploader_share_finish (HoistUploader *uploader, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_uploader_iface_init (HoistUploaderInterface *iface)
{
  iface->receipts_async = fake_uploader_receipts_async;
  iface->receipts_finish = fake_uploader_pointer_finish;
  iface->verify_async = fake_uploader_verify_async;
  iface->verify_finish = fake_uploader_pointer_finish;
  iface->share_async = fake_uploader_share_async;
  iface->share_finish = fake_uploader_share_finish;
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
}

static void
fake_uploader_finalize (GObject *object)
{
  FakeUploader *self = FAKE_UPLOADER (object);

  g_object_unref (self->list);
  g_strfreev (self->added_paths);
  g_free (self->added_to);
  g_string_free (self->commands, TRUE);
  g_clear_error (&self->add_error);
  g_ptr_array_unref (self->leftovers);
  g_clear_error (&self->error);

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
  self->commands = g_string_new (NULL);
  self->leftovers = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
}

/* --- The host ---------------------------------------------------------------------------------- */

static HoistDestinationStore *
fake_host_get_destinations (HoistCliHost *host)
{
  return FAKE_HOST (host)->store;
}

static void
fake_host_use_destination (HoistCliHost *host, HoistDestination *destination, const char *token)
{
  FakeHost *self = FAKE_HOST (host);

  g_assert_cmpuint (self->n_opened, ==, 0);
  g_set_object (&self->used, destination);
  g_free (self->used_token);
  self->used_token = g_strdup (token);
}

/* Ends @callback's task with @error, or else with @text. */
static void
answer (FakeHost *self,
        const GError *error,
        const char *text,
        GCancellable *cancellable,
        GAsyncReadyCallback callback,
        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, g_strdup (text), g_free);
}

static gboolean
answer_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), error);

  return text != NULL;
}

static void
fake_host_set_token_async (HoistCliHost *host,
                           HoistDestination *destination,
                           const char *token,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  FakeHost *self = FAKE_HOST (host);
  const char *id = hoist_destination_get_id (destination);
  g_autoptr (GError) error = NULL;

  if (self->no_keyring)
    error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NO_KEYRING, "no keyring");
  else if (token != NULL)
    g_hash_table_insert (self->tokens, g_strdup (id), g_strdup (token));
  else
    g_hash_table_remove (self->tokens, id);
  answer (self, error, "", cancellable, callback, user_data);
}

static void
fake_host_probe_async (HoistCliHost *host,
                       HoistDestination *destination,
                       const char *token,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  FakeHost *self = FAKE_HOST (host);

  self->probed_token = g_strdup (token);
  answer (self, self->probe_error, "hoist-backend 0.1.0, as anna\033[2J", cancellable, callback,
          user_data);
}

static char *
fake_host_probe_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The process that uploaded has gone, and another one has what it left. */
static void
replace_uploader (FakeHost *self)
{
  g_autoptr (FakeUploader) old = self->uploader;

  self->uploader = g_object_new (FAKE_TYPE_UPLOADER, NULL);
  self->uploader->host = self;
  self->uploader->add_error = g_steal_pointer (&old->add_error);
  if (self->n_errors_left > 0 && --self->n_errors_left == 0)
    g_clear_error (&self->uploader->add_error);
  self->remote = FALSE;
  self->step = 0;
  self->script = self->next_script;
}

static void
fake_host_open_async (HoistCliHost *host,
                      const HoistCliLimits *limits,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  FakeHost *self = FAKE_HOST (host);

  self->n_opened++;
  if (limits != NULL)
    self->limits = *limits;
  else
    replace_uploader (self);
  answer (self, self->open_error, "", cancellable, callback, user_data);
}

static HoistUploader *
fake_host_open_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  return answer_finish (host, result, error) ? HOIST_UPLOADER (FAKE_HOST (host)->uploader) : NULL;
}

static const char *
fake_host_get_token_problem (HoistCliHost *host)
{
  return FAKE_HOST (host)->token_problem;
}

static gboolean
fake_host_is_remote (HoistCliHost *host)
{
  return FAKE_HOST (host)->remote;
}

static void
fake_host_close_async (HoistCliHost *host, GAsyncReadyCallback callback, gpointer user_data)
{
  FakeHost *self = FAKE_HOST (host);

  self->n_closed++;
  if (self->hangs_on_close)
    hoist_cli_context_interrupt (self->context);
  answer (self, self->close_error, "", NULL, callback, user_data);
}

static void
fake_host_iface_init (HoistCliHostInterface *iface)
{
  iface->get_destinations = fake_host_get_destinations;
  iface->use_destination = fake_host_use_destination;
  iface->set_token_async = fake_host_set_token_async;
  iface->set_token_finish = answer_finish;
  iface->probe_async = fake_host_probe_async;
  iface->probe_finish = fake_host_probe_finish;
  fake_host_asks_iface_init (iface);
  iface->open_async = fake_host_open_async;
  iface->open_finish = fake_host_open_finish;
  iface->is_remote = fake_host_is_remote;
  iface->get_token_problem = fake_host_get_token_problem;
  iface->close_async = fake_host_close_async;
  iface->close_finish = answer_finish;
}

static void
fake_host_finalize (GObject *object)
{
  FakeHost *self = FAKE_HOST (object);

  remove_tree (self->folder);
  g_free (self->folder);
  g_clear_object (&self->store);
  g_hash_table_unref (self->tokens);
  g_object_unref (self->uploader);
  g_clear_error (&self->open_error);
  g_clear_error (&self->close_error);
  g_clear_error (&self->probe_error);
  g_clear_object (&self->used);
  g_free (self->used_token);
  g_free (self->probed_token);

  G_OBJECT_CLASS (fake_host_parent_class)->finalize (object);
}

static void
fake_host_class_init (FakeHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_host_finalize;
}

static void
fake_host_init (FakeHost *self)
{
  g_autofree char *path = NULL;

  self->folder = g_dir_make_tmp ("hoist-cli-XXXXXX", NULL);
  path = g_build_filename (self->folder, "destinations.conf", NULL);
  self->store = hoist_destination_store_new (path);
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->uploader = g_object_new (FAKE_TYPE_UPLOADER, NULL);
  self->uploader->host = self;
}

FakeHost *
fake_host_new (void)
{
  return g_object_new (FAKE_TYPE_HOST, NULL);
}

static GRefString *
new_ref_string (const char *text)
{
  return text != NULL ? g_ref_string_new (text) : NULL;
}

void
fake_host_feed (FakeHost *self, const FakeUpload *uploads, guint n)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (guint i = 0; i < n; i++)
    {
      const FakeUpload *upload = &uploads[i];
      HoistUploadInfo *info = hoist_upload_info_new (upload->id);

      info->batch = upload->batch != 0 ? upload->batch : FAKE_BATCH;
      info->name = g_ref_string_new (upload->name);
      info->path = g_ref_string_new ("/tmp/x");
      info->destination_id = g_ref_string_new ("home");
      info->state = upload->state;
      info->restored = upload->restored;
      info->size_bytes = upload->size_bytes;
      info->sent_bytes = upload->sent_bytes;
      info->error_code = upload->error_code != 0 ? upload->error_code : -1;
      info->error_message = new_ref_string (upload->message);
      info->location = new_ref_string (upload->location);
      info->key = new_ref_string (upload->key);
      info->finished_us = upload->state == HOIST_UPLOAD_DONE
                            ? (gint64) (1700000000 + upload->id) * G_USEC_PER_SEC
                            : 0;
      g_ptr_array_add (changes->infos, info);
    }
  hoist_upload_list_apply (self->uploader->list, changes);
}

void
fake_host_remove (FakeHost *self, guint64 id)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  g_array_append_val (changes->removed, id);
  hoist_upload_list_apply (self->uploader->list, changes);
}

void
fake_host_finish_batch (FakeHost *self, guint n_files)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistBatchInfo batch = { FAKE_BATCH, n_files, TRUE };

  g_array_append_val (changes->batches, batch);
  hoist_upload_list_apply (self->uploader->list, changes);
}

void
fake_host_add_destination (FakeHost *self, const char *name, const char *url)
{
  g_autoptr (HoistDestination) destination = hoist_destination_new ("x");
  g_autoptr (HoistDestination) stored = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  hoist_destination_set_name (destination, name);
  hoist_destination_set_url (destination, url);
  hoist_destination_store_add_async (self->store, destination, NULL, await_take_cb, &result);
  await_result (&result);
  stored = hoist_destination_store_add_finish (self->store, result, &error);
  g_assert_no_error (error);
}

/* --- A run ------------------------------------------------------------------------------------- */

static char *
steal_text (GOutputStream *stream)
{
  g_output_stream_write_all (stream, "", 1, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));
}

void
fake_run (FakeRun *run, FakeHost *host, guint columns, const char *line, const char *input)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) err = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) in =
    g_memory_input_stream_new_from_data (g_strdup (input != NULL ? input : ""), -1, g_free);
  g_autoptr (HoistCliConsole) console = hoist_cli_console_new (out, err);
  g_autoptr (HoistCliContext) context = hoist_cli_context_new (HOIST_CLI_HOST (host), console, in);
  g_auto (GStrv) arguments = line[0] != '\0' ? g_strsplit (line, " ", -1) : g_new0 (char *, 1);
  g_autoptr (GAsyncResult) result = NULL;

  hoist_cli_console_set_columns (console, columns);
  host->context = context;
  hoist_cli_context_set_prompt_terminal (context, host->terminal);
  hoist_cli_context_run_async (context, (const char *const *) arguments, await_take_cb, &result);
  await_result (&result);
  run->status = hoist_cli_context_run_finish (context, result);
  /* What was still to come, such as the end of a closing that nobody waited for. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  host->context = NULL;
  run->out = steal_text (out);
  run->err = steal_text (err);
}

void
fake_run_clear (FakeRun *run)
{
  g_clear_pointer (&run->out, g_free);
  g_clear_pointer (&run->err, g_free);
}
