/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Before a file is begun: does the server have some of it already, from another
 * machine, from before a reinstallation, or from a begin call whose answer got
 * lost? Then only what is missing is sent. */

#include "config.h"

#include "hoist-adopter.h"
#include "hoist-adoption.h"
#include "hoist-scheduler.h"

/* Each costs a listing of its parts, and those that fit are read. */
#define MAX_COMPARED 5

static void compare_next (HoistTransfer *self);

static void
give_back (HoistTransfer *self)
{
  if (self->run->found != NULL)
    hoist_finder_give_back (hoist_target_get_finder (self->target),
                            g_steal_pointer (&self->run->found));
}

static void
end_search (HoistTransfer *self)
{
  g_clear_pointer (&self->run->found, g_ptr_array_unref);
  self->run->searched = TRUE;
  hoist_transfer_end_step (self);
}

/* The journal has it: this is now an upload like any other. */
static void
adopted_committed (HoistTransfer *self, guint part_number)
{
  self->run->searched = TRUE;
  self->run->reconciled = TRUE;
  hoist_transfer_succeeded (self);
  hoist_transfer_end_step (self);
}

/**
 * hoist_transfer_log_adopted:
 * @self: an upload whose record was made that of an upload of another run
 * @func: called when the journal has all of it
 *
 * Writes down that it is begun, and which parts are there. What the journal does
 * not have is not done.
 */
void
hoist_transfer_log_adopted (HoistTransfer *self, HoistCommitFunc func)
{
  HoistUploadRecord *record = self->record;
  guint last = record->plan.n_parts;

  while (last > 0 && hoist_upload_record_get_part (record, last) == NULL)
    last--;
  if (last == 0)
    {
      hoist_scheduler_log_then (self->scheduler, hoist_event_begun (record), self, func, 0);
      return;
    }
  hoist_scheduler_log (self->scheduler, hoist_event_begun (record));
  for (guint number = 1; number < last; number++)
    if (hoist_upload_record_get_part (record, number) != NULL)
      hoist_scheduler_log (self->scheduler, hoist_event_part (record, number));
  hoist_scheduler_log_then (self->scheduler, hoist_event_part (record, last), self, func, last);
}

/* A moment's trouble, and no verdict about the upload. */
static gboolean
passes (const GError *error)
{
  return error->domain == G_IO_ERROR || hoist_error_is_retryable ((HoistError) error->code);
}

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistAdopted) adopted = hoist_adopt_finish (result, &error);
  HoistUnfinished *unfinished = g_ptr_array_index (self->run->found, 0);

  if (adopted != NULL && self->run->stop_error == NULL)
    {
      hoist_adopted_apply (adopted, unfinished, self->record);
      g_ptr_array_remove_index (self->run->found, 0);
      give_back (self);
      hoist_transfer_log_adopted (self, adopted_committed);
      return;
    }
  if (adopted != NULL || passes (error))
    {
      give_back (self);
      if (adopted != NULL)
        hoist_transfer_end_step (self);
      else
        hoist_transfer_end_step_with_error (self, error, 0);
      return;
    }
  /* Another file, or gone: it is not ours to go on with. */
  g_ptr_array_remove_index (self->run->found, 0);
  compare_next (self);
}

static void
compare_next (HoistTransfer *self)
{
  GPtrArray *found = self->run->found;
  const HoistUnfinished *first;

  while (found->len > 0 &&
         hoist_scheduler_knows_upload (self->scheduler, self->record->destination_id,
                                       ((HoistUnfinished *) found->pdata[0])->upload_id))
    g_ptr_array_remove_index (found, 0);
  if (found->len == 0)
    {
      end_search (self);
      return;
    }
  first = found->pdata[0];
  hoist_adopt_async (hoist_target_get_provider (self->target),
                     hoist_scheduler_get_hash_workers (self->scheduler), self->run->file, first,
                     hoist_target_get_capabilities (self->target), &self->record->plan,
                     hoist_adoption_may_be_own (first, self->record->added_us),
                     self->run->cancellable, compared_cb, self);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistTransfer *self = user_data;
  g_autoptr (GError) error = NULL;

  self->run->found = hoist_finder_find_finish (result, &error);
  if (error != NULL)
    {
      hoist_transfer_end_step_with_error (self, error, 0);
      return;
    }
  if (self->run->stop_error != NULL)
    {
      give_back (self);
      hoist_transfer_end_step (self);
      return;
    }
  if (self->run->found->len > MAX_COMPARED)
    g_ptr_array_remove_range (self->run->found, MAX_COMPARED, self->run->found->len - MAX_COMPARED);
  compare_next (self);
}

/**
 * hoist_transfer_adopt:
 * @self: an upload that is about to be begun in parts
 *
 * Looks for an unfinished upload of the same file and goes on with it. The list
 * is asked for once a run and destination, and not at all for files that go as
 * one PUT, so that a new file costs no request more.
 */
void
hoist_transfer_adopt (HoistTransfer *self)
{
  g_autofree char *path = NULL;

  if (!hoist_target_can_find_uploads (self->target))
    {
      end_search (self);
      return;
    }
  path = hoist_target_make_path (self->target, self->record->name);
  hoist_finder_find_async (hoist_target_get_finder (self->target),
                           hoist_target_get_provider (self->target), path,
                           hoist_target_get_cancellable (self->target), found_cb, self);
}
