/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-body-stream.h"

/* libsoup asks for 8 KiB at a time, whatever there is; one pread(2) serves
 * eight of these. */
#define BUFFER_BYTES 65536

/* The ordinary body: libsoup pumps it. Pollable, so that GIO reads it in this
 * thread and not in one job of a thread pool for every 8 KiB. */
typedef struct
{
  guint8 *buffer;     /* (owned) (nullable) made at the first read */
  gsize start;        /* of what was not taken yet */
  gsize end;          /* */
  gint64 ready_at_us; /* monotonic; when to ask again */
} HoistBodyStreamPrivate;

static void pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_TYPE_WITH_CODE (HoistBodyStream,
                         hoist_body_stream,
                         HOIST_TYPE_BODY,
                         G_ADD_PRIVATE (HoistBodyStream)
                           G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, pollable_init))

static gssize
would_block (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Not now");
  return -1;
}

/* Returns 1, 0 at the end, -1 with @error. */
static int
refill (HoistBodyStream *self, GError **error)
{
  HoistBodyStreamPrivate *priv = hoist_body_stream_get_instance_private (self);
  gint64 wait_us;
  gsize granted = hoist_body_get_leave (HOIST_BODY (self), BUFFER_BYTES, &wait_us);
  gssize n_read;

  if (granted == 0 && wait_us == 0)
    return 0;
  if (granted == 0)
    {
      priv->ready_at_us = g_get_monotonic_time () + wait_us;
      return (int) would_block (error);
    }
  priv->ready_at_us = 0;
  if (priv->buffer == NULL)
    priv->buffer = g_malloc (BUFFER_BYTES);
  n_read = hoist_body_read (HOIST_BODY (self), priv->buffer, granted, error);
  if (n_read < 0)
    return -1;
  priv->start = 0;
  priv->end = (gsize) n_read;
  return 1;
}

static gssize
take (HoistBodyStream *self, void *buffer, gsize count, GError **error)
{
  HoistBodyStreamPrivate *priv = hoist_body_stream_get_instance_private (self);
  gsize n_bytes;

  if (count == 0)
    return 0;
  if (priv->start == priv->end)
    {
      int filled = refill (self, error);

      if (filled <= 0)
        return filled;
    }
  n_bytes = MIN (count, priv->end - priv->start);
  memcpy (buffer, priv->buffer + priv->start, n_bytes);
  priv->start += n_bytes;
  return (gssize) n_bytes;
}

static gssize
hoist_body_stream_read (GInputStream *stream,
                        void *buffer,
                        gsize count,
                        GCancellable *cancellable,
                        GError **error)
{
  return take (HOIST_BODY_STREAM (stream), buffer, count, error);
}

static gssize
hoist_body_stream_read_nonblocking (GPollableInputStream *stream,
                                    void *buffer,
                                    gsize count,
                                    GError **error)
{
  return take (HOIST_BODY_STREAM (stream), buffer, count, error);
}

static gboolean
hoist_body_stream_is_readable (GPollableInputStream *stream)
{
  HoistBodyStreamPrivate *priv =
    hoist_body_stream_get_instance_private (HOIST_BODY_STREAM (stream));

  return priv->start < priv->end || priv->ready_at_us <= g_get_monotonic_time ();
}

static GSource *
hoist_body_stream_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  HoistBodyStreamPrivate *priv =
    hoist_body_stream_get_instance_private (HOIST_BODY_STREAM (stream));
  g_autoptr (GSource) timer = NULL;

  if (hoist_body_stream_is_readable (stream))
    timer = g_timeout_source_new (0);
  else
    timer =
      g_timeout_source_new ((guint) ((priv->ready_at_us - g_get_monotonic_time ()) / 1000 + 1));
  return g_pollable_source_new_full (stream, timer, cancellable);
}

static void
hoist_body_stream_finalize (GObject *object)
{
  HoistBodyStreamPrivate *priv =
    hoist_body_stream_get_instance_private (HOIST_BODY_STREAM (object));

  g_clear_pointer (&priv->buffer, g_free);
  G_OBJECT_CLASS (hoist_body_stream_parent_class)->finalize (object);
}

static void
hoist_body_stream_class_init (HoistBodyStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_body_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = hoist_body_stream_read;
}

static void
pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = hoist_body_stream_is_readable;
  iface->create_source = hoist_body_stream_create_source;
  iface->read_nonblocking = hoist_body_stream_read_nonblocking;
}

static void
hoist_body_stream_init (HoistBodyStream *self)
{
}
