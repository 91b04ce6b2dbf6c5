/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The time that the finishing step has. S3 may take minutes to join the parts of
 * a large object, and says nothing meanwhile; a server that is gone says nothing,
 * either. So the step is given up after a time of its own, and the server is
 * asked what it has. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-scheduler.h"

/* How often a run asks before it makes way: the next one comes after a delay. */
#define MAX_SETTLES 1

static gboolean
overdue_cb (gpointer data)
{
  HoistTransfer *self = data;

  g_clear_pointer (&self->run->finish_source, g_source_unref);
  self->run->finish_overdue = TRUE;
  g_cancellable_cancel (self->run->finish_cancellable);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, GCancellable *finish_cancellable)
{
  g_cancellable_cancel (finish_cancellable);
}

/**
 * hoist_transfer_limit_finish:
 * @self: an upload whose finishing step begins
 *
 * Starts the clock.
 *
 * Returns: (transfer none): what ends the step: the clock, or whatever ends the run
 */
GCancellable *
hoist_transfer_limit_finish (HoistTransfer *self)
{
  HoistRun *run = self->run;
  gint64 finish_us = hoist_scheduler_get_config (self->scheduler)->finish_us;

  g_return_val_if_fail (run->finish_cancellable == NULL, run->finish_cancellable);

  run->finish_overdue = FALSE;
  run->finish_cancellable = g_cancellable_new ();
  run->finish_chain_id =
    g_cancellable_connect (run->cancellable, G_CALLBACK (cancelled_cb),
                           g_object_ref (run->finish_cancellable), g_object_unref);
  run->finish_source = g_timeout_source_new ((guint) (finish_us / 1000));
  g_source_set_callback (run->finish_source, overdue_cb, self, NULL);
  g_source_attach (run->finish_source, g_main_context_get_thread_default ());
  return run->finish_cancellable;
}

/**
 * hoist_transfer_end_finish_limit:
 * @self: an upload whose finishing step came back
 *
 * Stops the clock.
 *
 * Returns: whether it was the clock that ended the step
 */
gboolean
hoist_transfer_end_finish_limit (HoistTransfer *self)
{
  HoistRun *run = self->run;

  if (run->finish_source != NULL)
    g_source_destroy (run->finish_source);
  g_clear_pointer (&run->finish_source, g_source_unref);
  g_cancellable_disconnect (run->cancellable, run->finish_chain_id);
  run->finish_chain_id = 0;
  g_clear_object (&run->finish_cancellable);
  return run->finish_overdue;
}

/**
 * hoist_transfer_may_settle:
 * @self: an upload whose finishing step was given up
 * @error: (out): why not
 *
 * Whether to ask the server at once. If it was silent again, the upload makes way
 * for others first.
 *
 * Errors: %HOIST_ERROR_TIMED_OUT.
 *
 * Returns: whether to ask
 */
gboolean
hoist_transfer_may_settle (HoistTransfer *self, GError **error)
{
  if (self->run->n_overdue++ < MAX_SETTLES)
    return TRUE;
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_TIMED_OUT,
                       _ ("The server has all parts, but does not say whether it joined them. It "
                          "is asked again."));
  return FALSE;
}
