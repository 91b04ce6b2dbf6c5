/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The look at a file after it, or a part of it, was delivered. */

#include "hoist-scheduler.h"

typedef struct
{
  HoistFile *file; /* (owned) */
  guint64 offset_bytes;
  guint64 length_bytes; /* of what was delivered */
} Look;

static void
look_free (Look *look)
{
  hoist_file_unref (look->file);
  g_free (look);
}

static void
look_again_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *look = task_data;
  g_autoptr (GError) error = NULL;

  hoist_file_let_go (look->file, look->offset_bytes, look->length_bytes);
  if (hoist_file_check_unchanged (look->file, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * hoist_transfer_look_at_range:
 * @self: an upload whose file is open
 * @offset_bytes: where in it
 * @length_bytes: how much was delivered from there
 * @callback: gets a #GTask with a boolean
 * @user_data: for @callback
 *
 * As [func@hoist_transfer_look_again], after a part of the file.
 */
void
hoist_transfer_look_at_range (HoistTransfer *self,
                              guint64 offset_bytes,
                              guint64 length_bytes,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->run->cancellable, callback, user_data);
  Look *look = g_new0 (Look, 1);

  look->file = hoist_file_ref (self->run->file);
  look->offset_bytes = offset_bytes;
  look->length_bytes = length_bytes;
  g_task_set_source_tag (task, hoist_transfer_look_again);
  g_task_set_task_data (task, look, (GDestroyNotify) look_free);
  hoist_workers_run (hoist_scheduler_get_file_workers (self->scheduler),
                     look->file->identity.device, task, look_again_in_thread);
}

/**
 * hoist_transfer_look_again:
 * @self: an upload whose file is open
 * @callback: gets a #GTask with a boolean
 * @user_data: for @callback
 *
 * Checks on a worker that the file is still what it was when it was opened.
 */
void
hoist_transfer_look_again (HoistTransfer *self, GAsyncReadyCallback callback, gpointer user_data)
{
  /* A file in one piece was delivered as a whole by then; of parts nothing is left. */
  guint64 length_bytes = self->record->plan.multipart ? 0 : self->record->identity.size_bytes;

  hoist_transfer_look_at_range (self, 0, length_bytes, callback, user_data);
}
