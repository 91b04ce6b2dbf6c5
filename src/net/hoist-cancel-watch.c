/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-cancel-watch.h"

/* What g_cancellable_source_new() is for. GLib 2.74's loses the source when it is
 * destroyed while the other thread is still inside g_cancellable_cancel(), which
 * is just what happens when cancelling works at once
 * (cancellable_source_dispose() in gcancellable.c). */
struct _HoistCancelWatch
{
  GCancellable *cancellable; /* (owned) */
  gulong handler;
  GSource *source; /* (owned) ready once it is cancelled */
  HoistCancelled callback;
  gpointer user_data;
};

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

static gboolean
ready_cb (gpointer user_data)
{
  HoistCancelWatch *self = user_data;

  self->callback (self->user_data);
  return G_SOURCE_CONTINUE;
}

/* In the thread that cancels. */
static void
cancelled_cb (GCancellable *cancellable, gpointer source)
{
  g_source_set_ready_time (source, 0);
}

/**
 * hoist_cancel_watch_new: (skip)
 * @cancellable: cancelled by whatever thread
 * @callback: called in this thread's context once it is, and never from within
 *   this call
 * @user_data: for @callback
 *
 * Returns: (transfer full): the watch
 */
HoistCancelWatch *
hoist_cancel_watch_new (GCancellable *cancellable, HoistCancelled callback, gpointer user_data)
{
  HoistCancelWatch *self = g_new0 (HoistCancelWatch, 1);

  self->cancellable = g_object_ref (cancellable);
  self->callback = callback;
  self->user_data = user_data;
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_callback (self->source, ready_cb, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  self->handler =
    g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), g_source_ref (self->source),
                           (GDestroyNotify) g_source_unref);
  return self;
}

/**
 * hoist_cancel_watch_free: (skip)
 * @self: (transfer full) (nullable): a watch, in the thread that made it
 *
 * After this the callback is not called any more.
 */
void
hoist_cancel_watch_free (HoistCancelWatch *self)
{
  if (self == NULL)
    return;
  /* Waits for a handler that is running. */
  g_cancellable_disconnect (self->cancellable, self->handler);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->cancellable);
  g_free (self);
}
