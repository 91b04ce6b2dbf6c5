/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-transport.h"

#include <glib/gi18n-lib.h>

#include "hoist-pump.h"

/**
 * HoistTransport:
 *
 * Sends ranges of open files to presigned URLs. The work is done in pump
 * threads, so that neither the number of parts in flight nor a slow disk is felt
 * by the caller. Nothing is tried twice here: every failure is told, and whether
 * to send again is decided by who knows the file.
 */
struct _HoistTransport
{
  GObject parent_instance;

  GPtrArray *pumps;  /* (owned) (element-type HoistPump) */
  HoistRate *rate;   /* (owned) */
  HoistPacer *pacer; /* (owned) */
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (HoistTransport, hoist_transport, G_TYPE_OBJECT)

/**
 * hoist_put_new:
 *
 * Makes an empty order; the caller fills in its input.
 *
 * Returns: (transfer full): the order
 */
HoistPut *
hoist_put_new (void)
{
  HoistPut *put = g_new0 (HoistPut, 1);

  g_atomic_ref_count_init (&put->ref_count);
  put->fd = -1;
  return put;
}

/**
 * hoist_put_ref:
 * @put: an order
 *
 * Returns: (transfer full): @put
 */
HoistPut *
hoist_put_ref (HoistPut *put)
{
  g_atomic_ref_count_inc (&put->ref_count);
  return put;
}

static void
wipe_and_free (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * hoist_put_unref:
 * @put: (transfer full): an order
 *
 * Gives a reference back, from any thread. The URL is wiped from memory with
 * the last one; the file is not closed.
 */
void
hoist_put_unref (HoistPut *put)
{
  if (!g_atomic_ref_count_dec (&put->ref_count))
    return;
  wipe_and_free (put->url);
  g_strfreev (put->headers);
  g_clear_object (&put->trust);
  g_clear_pointer (&put->rate, hoist_rate_unref);
  g_free (put->etag);
  g_free (put->checksum_sha256);
  g_free (put->request_id);
  g_free (put->version_id);
  g_free (put->location);
  g_clear_pointer (&put->form_head, g_bytes_unref);
  g_clear_pointer (&put->form_tail, g_bytes_unref);
  g_free (put);
}

static void
hoist_transport_finalize (GObject *object)
{
  HoistTransport *self = HOIST_TRANSPORT (object);

  hoist_transport_stop (self);
  g_clear_pointer (&self->pumps, g_ptr_array_unref);
  g_clear_pointer (&self->pacer, hoist_pacer_unref);
  g_clear_pointer (&self->rate, hoist_rate_unref);
  G_OBJECT_CLASS (hoist_transport_parent_class)->finalize (object);
}

static void
hoist_transport_class_init (HoistTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_transport_finalize;
}

static void
hoist_transport_init (HoistTransport *self)
{
  self->rate = hoist_rate_new ();
  self->pacer = hoist_pacer_new (self->rate);
  self->pumps = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_pump_free);
}

/**
 * hoist_transport_new:
 * @n_threads: pump threads, at least 1; 2 fill a fast line under TLS
 *
 * Makes a transport and starts its threads. Where the environment has HOIST_DIRECT=0 it sends through
 * libsoup at first, see [method@HoistTransport.set_direct].
 *
 * Returns: (transfer full): the transport
 */
HoistTransport *
hoist_transport_new (guint n_threads)
{
  HoistTransport *self = g_object_new (HOIST_TYPE_TRANSPORT, NULL);

  for (guint i = 0; i < MAX (n_threads, 1); i++)
    g_ptr_array_add (self->pumps, hoist_pump_new (self->rate, self->pacer));
  if (g_strcmp0 (g_getenv ("HOIST_DIRECT"), "0") == 0)
    hoist_transport_set_direct (self, FALSE);
  return self;
}

/**
 * hoist_transport_set_rate:
 * @self: a transport
 * @bytes_per_s: for all that it sends together; 0 = no limit
 *
 * Limits how fast bodies are sent. It is felt within a quarter of a second.
 */
void
hoist_transport_set_rate (HoistTransport *self, guint64 bytes_per_s)
{
  hoist_rate_set (self->rate, bytes_per_s);
}

/**
 * hoist_transport_set_stall_timeout_us:
 * @self: a transport
 * @stall_us: microseconds
 *
 * Sets for how long a PUT may go without one newly acknowledged byte, without
 * connecting, or without the next piece of the answer. Once the server has
 * everything it may take four times as long to answer. 30 seconds at first.
 */
void
hoist_transport_set_stall_timeout_us (HoistTransport *self, gint64 stall_us)
{
  for (guint i = 0; i < self->pumps->len; i++)
    hoist_pump_set_stall_timeout_us (self->pumps->pdata[i], stall_us);
}

/**
 * hoist_transport_set_direct:
 * @self: a transport
 * @direct: to send past libsoup, where that is possible
 *
 * Chooses how bodies that are sent from now on get to the connection:
 * past libsoup, which is how it is at first, or through it, which costs some
 * ten times as much. Past it is only possible where the connection is known
 * and speaks HTTP/1.1; else they go through it anyway. For tests, and for a
 * libsoup with which the direct way turns out not to work.
 */
void
hoist_transport_set_direct (HoistTransport *self, gboolean direct)
{
  for (guint i = 0; i < self->pumps->len; i++)
    hoist_pump_set_direct (self->pumps->pdata[i], direct);
}

static HoistPump *
find_least_busy (HoistTransport *self)
{
  HoistPump *best = self->pumps->pdata[0];

  for (guint i = 1; i < self->pumps->len; i++)
    if (hoist_pump_get_load (self->pumps->pdata[i]) < hoist_pump_get_load (best))
      best = self->pumps->pdata[i];
  return best;
}

/**
 * hoist_transport_put_async:
 * @self: a transport
 * @put: what to send; its file stays open and its input untouched until the
 *   callback
 * @cancellable: (nullable): ends it within milliseconds; from any thread
 * @callback: called in the caller's thread-default main context
 * @user_data: for @callback
 *
 * Sends one range of a file. It may be called from any thread that has a main
 * context, and by one at a time.
 */
void
hoist_transport_put_async (HoistTransport *self,
                           HoistPut *put,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HOIST_IS_TRANSPORT (self));
  g_return_if_fail (put != NULL && put->url != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, hoist_transport_put_async);
  g_task_set_task_data (task, hoist_put_ref (put), (GDestroyNotify) hoist_put_unref);
  if (self->stopped)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The upload was stopped"));
  else
    hoist_pump_put (find_least_busy (self), g_steal_pointer (&task));
}

/**
 * hoist_transport_put_finish:
 * @self: the transport
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: whatever an answer or its absence means (see
 * [func@hoist_error_from_reply]); %HOIST_ERROR_FILE_CHANGED if the file was
 * shorter; %HOIST_ERROR_TIMED_OUT for a stall; %HOIST_ERROR_CHECKSUM if the
 * storage names another checksum; %HOIST_ERROR_PROTOCOL for a redirection;
 * %HOIST_ERROR_BAD_INPUT for a URL that nothing may be sent to;
 * %G_IO_ERROR_CANCELLED. A 403 may mean that the URL is too old though the storage
 * does not say so. The put's output is filled in as far as there was an answer.
 *
 * Returns: whether the storage confirmed all of it
 */
gboolean
hoist_transport_put_finish (HoistTransport *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_transport_put_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hoist_transport_drop_connections:
 * @self: a transport
 *
 * Closes what is idle and uses new connections from now on, because the network
 * is another one. What is on its way goes on until it ends or stalls, but for what
 * was sent from an address that this machine no longer has: that ends at once.
 */
void
hoist_transport_drop_connections (HoistTransport *self)
{
  for (guint i = 0; i < self->pumps->len; i++)
    hoist_pump_drop_connections (self->pumps->pdata[i]);
}

/**
 * hoist_transport_stop:
 * @self: a transport
 *
 * Cancels all that is on its way and ends the threads; it waits for them, which
 * takes milliseconds. The callbacks still come, in their contexts.
 */
void
hoist_transport_stop (HoistTransport *self)
{
  if (self->stopped)
    return;
  self->stopped = TRUE;
  /* All of them first, so that they end side by side. */
  for (guint i = 0; i < self->pumps->len; i++)
    hoist_pump_stop (self->pumps->pdata[i]);
  g_ptr_array_set_size (self->pumps, 0);
}
