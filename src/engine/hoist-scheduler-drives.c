/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drives that come and go: what is on one that was taken out waits for it. */

#include "hoist-scheduler-private.h"

static void
stop_what_is_gone (HoistScheduler *self)
{
  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    {
      g_autoptr (GList) active = g_list_copy (self->active[lane].head);

      for (GList *l = active; l != NULL; l = l->next)
        {
          HoistTransfer *transfer = l->data;
          g_autoptr (GError) error =
            hoist_mounts_check (self->mounts, transfer->record->mount_root);

          /* What is being completed needs its file no more. */
          if (error == NULL || transfer->run == NULL ||
              transfer->run->step == HOIST_STEP_COMPLETE ||
              transfer->record->state != HOIST_UPLOAD_QUEUED)
            continue;
          hoist_transfer_stop_for_error (transfer, error, 0);
          hoist_transfer_advance (transfer);
        }
    }
}

static void
wake_what_is_back (HoistScheduler *self)
{
  gint64 now_us = g_get_monotonic_time ();

  for (GList *l = self->waiting.head; l != NULL; l = l->next)
    {
      HoistTransfer *transfer = l->data;

      if (transfer->record->error_code == HOIST_ERROR_DRIVE_GONE &&
          hoist_mounts_has_root (self->mounts, transfer->record->mount_root))
        {
          transfer->wait_until_us = now_us;
          hoist_scheduler_kick_at (self, now_us);
        }
    }
  hoist_scheduler_kick (self);
}

static void
mounts_changed_cb (gpointer user_data)
{
  HoistScheduler *self = user_data;

  if (self->halting)
    return;
  stop_what_is_gone (self);
  wake_what_is_back (self);
}

/**
 * hoist_scheduler_drives_init:
 * @self: a scheduler
 *
 * Begins to watch what is mounted.
 */
void
hoist_scheduler_drives_init (HoistScheduler *self)
{
  self->mounts = self->config.mounts != NULL ? hoist_mounts_ref (self->config.mounts)
                                             : hoist_mounts_new ();
  hoist_mounts_watch (self->mounts, mounts_changed_cb, self);
}

/**
 * hoist_scheduler_drives_clear:
 * @self: an idle scheduler
 *
 * Watches no more.
 */
void
hoist_scheduler_drives_clear (HoistScheduler *self)
{
  hoist_mounts_unwatch (self->mounts);
  g_clear_pointer (&self->mounts, hoist_mounts_unref);
}

/**
 * hoist_scheduler_get_mounts:
 * @self: a scheduler
 *
 * Returns: (transfer none): what is mounted where
 */
HoistMounts *
hoist_scheduler_get_mounts (HoistScheduler *self)
{
  return self->mounts;
}
