/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-body.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hoist-body-direct.h"
#include "hoist-body-stream.h"

/* An answer that has begun may turn out to be an interim one (RFC 9110, section 15.2), after which
 * the body goes on. Who ended the PUT cancels the request, and does not ask. */
#define CHECK_AGAIN_US (G_USEC_PER_SEC / 20)

typedef struct
{
  /* input */
  HoistPut *put;   /* (owned) (nullable) NULL once detached */
  HoistRate *rate; /* (owned) */
  HoistBodyCheck check;
  gpointer owner; /* borrowed; NULL once detached */

  /* in progress */
  HoistConnection *connection; /* (owned) (nullable) */
  guint64 head_bytes;          /* of a form, before the range; else 0 */
  guint64 range_bytes;         /* of the file */
  guint64 length_bytes;        /* of all */
  guint64 read_bytes;          /* of all */
  guint64 written_bytes;       /* of all, accepted by the kernel */
  gboolean held_back;          /* by the rate, not by the network */
  GError *error;               /* (owned) (nullable) */
} HoistBodyPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HoistBody, hoist_body, G_TYPE_INPUT_STREAM)

static HoistBodyPrivate *
get_private (HoistBody *self)
{
  return hoist_body_get_instance_private (self);
}

/* The default would close in a thread of its own. libsoup closes the body when
 * it failed, while it still has the connection: the last chance to read an answer
 * that says why, and to keep libsoup from saying goodbye on it. */
static void
hoist_body_close_async (GInputStream *stream,
                        int io_priority,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);
  HoistBodyPrivate *priv = get_private (HOIST_BODY (stream));

  if (priv->owner != NULL && !hoist_body_is_complete (HOIST_BODY (stream)))
    {
      priv->check (priv->owner);
      if (priv->connection != NULL)
        hoist_connection_sever (priv->connection);
    }
  g_task_set_source_tag (task, hoist_body_close_async);
  g_task_set_priority (task, io_priority);
  g_task_return_boolean (task, TRUE);
}

static gboolean
hoist_body_close_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
hoist_body_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
hoist_body_finalize (GObject *object)
{
  HoistBodyPrivate *priv = get_private (HOIST_BODY (object));

  g_clear_pointer (&priv->put, hoist_put_unref);
  g_clear_pointer (&priv->rate, hoist_rate_unref);
  g_clear_pointer (&priv->connection, hoist_connection_unref);
  g_clear_error (&priv->error);
  G_OBJECT_CLASS (hoist_body_parent_class)->finalize (object);
}

static void
hoist_body_class_init (HoistBodyClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hoist_body_finalize;
  stream_class->close_fn = hoist_body_close;
  stream_class->close_async = hoist_body_close_async;
  stream_class->close_finish = hoist_body_close_finish;
}

static void
hoist_body_init (HoistBody *self)
{
}

/**
 * hoist_body_new: (skip)
 * @put: what to send
 * @rate: how fast
 * @direct: to send past libsoup, where that is possible
 * @check: asked before each chunk whether to go on
 * @owner: for @check; given up by hoist_body_detach()
 *
 * Makes the body of a PUT. This is the one place where its kind is chosen.
 *
 * Returns: (transfer full): the body
 */
HoistBody *
hoist_body_new (HoistPut *put,
                HoistRate *rate,
                gboolean direct,
                HoistBodyCheck check,
                gpointer owner)
{
  HoistBody *self = g_object_new (direct ? HOIST_TYPE_BODY_DIRECT : HOIST_TYPE_BODY_STREAM, NULL);
  HoistBodyPrivate *priv = get_private (self);

  priv->put = hoist_put_ref (put);
  priv->range_bytes = put->length_bytes;
  priv->length_bytes = put->length_bytes;
  if (put->form_head != NULL)
    {
      priv->head_bytes = g_bytes_get_size (put->form_head);
      priv->length_bytes += priv->head_bytes + g_bytes_get_size (put->form_tail);
    }
  priv->rate = hoist_rate_ref (rate);
  priv->check = check;
  priv->owner = owner;
  return self;
}

/**
 * hoist_body_detach: (skip)
 * @self: a body
 *
 * Lets go of the file and of the owner: the PUT is over. libsoup may hold the
 * stream a little longer; reading it is an error from now on.
 */
void
hoist_body_detach (HoistBody *self)
{
  HoistBodyPrivate *priv = get_private (self);

  g_clear_pointer (&priv->put, hoist_put_unref);
  priv->owner = NULL;
}

/**
 * hoist_body_set_connection: (skip)
 * @self: a body
 * @connection: (nullable): what it goes through
 */
void
hoist_body_set_connection (HoistBody *self, HoistConnection *connection)
{
  HoistBodyPrivate *priv = get_private (self);

  g_clear_pointer (&priv->connection, hoist_connection_unref);
  if (connection != NULL)
    priv->connection = hoist_connection_ref (connection);
}

/**
 * hoist_body_get_connection: (skip)
 * @self: a body
 *
 * Returns: (transfer none) (nullable): what it goes through, if that is known
 */
HoistConnection *
hoist_body_get_connection (HoistBody *self)
{
  return get_private (self)->connection;
}

/**
 * hoist_body_wrote: (skip)
 * @self: a body
 * @n_bytes: how much more the kernel accepted
 */
void
hoist_body_wrote (HoistBody *self, gsize n_bytes)
{
  get_private (self)->written_bytes += n_bytes;
}

/**
 * hoist_body_get_length_bytes: (skip)
 * @self: a body
 *
 * Returns: how long it is, with the form around the range
 */
guint64
hoist_body_get_length_bytes (HoistBody *self)
{
  return get_private (self)->length_bytes;
}

/**
 * hoist_body_get_written_bytes: (skip)
 * @self: a body
 *
 * Returns: bytes that the kernel accepted for sending, with the form around the range
 */
guint64
hoist_body_get_written_bytes (HoistBody *self)
{
  return get_private (self)->written_bytes;
}

/**
 * hoist_body_count_of_range: (skip)
 * @self: a body
 * @n_bytes: how much of the body, from its beginning
 *
 * Returns: how much of the file that is
 */
guint64
hoist_body_count_of_range (HoistBody *self, guint64 n_bytes)
{
  HoistBodyPrivate *priv = get_private (self);

  return n_bytes > priv->head_bytes ? MIN (n_bytes - priv->head_bytes, priv->range_bytes) : 0;
}

/**
 * hoist_body_is_form: (skip)
 * @self: a body
 *
 * Returns: whether there is more in it than the range of the file
 */
gboolean
hoist_body_is_form (HoistBody *self)
{
  HoistBodyPrivate *priv = get_private (self);

  return priv->length_bytes != priv->range_bytes;
}

/**
 * hoist_body_is_complete: (skip)
 * @self: a body
 *
 * Returns: whether all of it was read and accepted for sending
 */
gboolean
hoist_body_is_complete (HoistBody *self)
{
  HoistBodyPrivate *priv = get_private (self);

  return priv->error == NULL && priv->read_bytes == priv->length_bytes &&
         priv->written_bytes == priv->length_bytes;
}

/**
 * hoist_body_is_held_back: (skip)
 * @self: a body
 *
 * Returns: whether it waits for the rate's leave, which is no stall
 */
gboolean
hoist_body_is_held_back (HoistBody *self)
{
  return get_private (self)->held_back;
}

/**
 * hoist_body_get_error: (skip)
 * @self: a body
 *
 * Returns: (transfer none) (nullable): why the file could not be read
 */
const GError *
hoist_body_get_error (HoistBody *self)
{
  return get_private (self)->error;
}

/**
 * hoist_body_get_leave: (skip)
 * @self: a body
 * @max_bytes: how much the subclass can take at once
 * @wait_us: (out): when nothing may be sent now, when to ask again
 *
 * Asks the owner and the rate whether the next chunk may go.
 *
 * Returns: how much, at most @max_bytes and what is left of the file; 0 = wait,
 *   or the end if all was read
 */
gsize
hoist_body_get_leave (HoistBody *self, gsize max_bytes, gint64 *wait_us)
{
  HoistBodyPrivate *priv = get_private (self);
  guint64 left = priv->length_bytes - priv->read_bytes;
  gsize granted;

  *wait_us = 0;
  if (left == 0)
    return 0;
  if (priv->owner == NULL) /* reading will say so */
    return max_bytes;
  if (!priv->check (priv->owner))
    {
      *wait_us = CHECK_AGAIN_US;
      return 0;
    }
  granted = hoist_rate_take_of_both (priv->put->rate, priv->rate, (gsize) MIN (left, max_bytes),
                                     g_get_monotonic_time (), wait_us);
  priv->held_back = granted == 0;
  return granted;
}

/* The next bytes of what goes around the file. Returns 0 where the file is next. */
static gsize
read_form (HoistBodyPrivate *priv, void *buffer, gsize n_bytes)
{
  guint64 file_end = priv->head_bytes + priv->range_bytes;
  GBytes *form = NULL;
  guint64 start = priv->read_bytes;
  const guint8 *data;
  gsize length;

  if (start < priv->head_bytes)
    form = priv->put->form_head;
  else if (start >= file_end)
    {
      form = priv->put->form_tail;
      start -= file_end;
    }
  if (form == NULL)
    return 0;
  data = g_bytes_get_data (form, &length);
  n_bytes = MIN (n_bytes, length - (gsize) start);
  memcpy (buffer, data + start, n_bytes);
  return n_bytes;
}

/**
 * hoist_body_read: (skip)
 * @self: a body
 * @buffer: where to
 * @n_bytes: how much, by [func@hoist_body_get_leave]
 * @error: return location
 *
 * Reads the next bytes: of the file, or of the form around it. A file that ends
 * early is not the one that was begun.
 *
 * Errors: %HOIST_ERROR_FILE_CHANGED, what [func@hoist_error_from_errno] tells,
 * %G_IO_ERROR_CANCELLED after hoist_body_detach(). They are remembered, because
 * libsoup may take any failure on a reused connection as a reason to start anew.
 *
 * Returns: bytes read, at least 1, or -1
 */
gssize
hoist_body_read (HoistBody *self, void *buffer, gsize n_bytes, GError **error)
{
  HoistBodyPrivate *priv = get_private (self);
  guint64 done_bytes;
  gssize n_read;

  if (priv->put == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The upload has ended");
      return -1;
    }
  n_read = (gssize) read_form (priv, buffer, n_bytes);
  if (n_read > 0)
    {
      priv->read_bytes += (gsize) n_read;
      return n_read;
    }
  done_bytes = priv->read_bytes - priv->head_bytes;
  n_bytes = (gsize) MIN (n_bytes, priv->range_bytes - done_bytes);
  do
    n_read = pread (priv->put->fd, buffer, n_bytes, (off_t) (priv->put->offset_bytes + done_bytes));
  while (n_read < 0 && errno == EINTR);

  if (n_read > 0)
    {
      priv->read_bytes += (gsize) n_read;
      return n_read;
    }
  return hoist_body_fail (
    self, n_read < 0 ? hoist_error_from_errno (errno) : HOIST_ERROR_FILE_CHANGED, error);
}

/**
 * hoist_body_get_range: (skip)
 * @self: a body
 * @fd: (out): the file
 * @offset_bytes: (out): where in it the rest begins
 * @left_bytes: (out): how long the rest is; 0 where something of the form around it is next
 *
 * For a subclass that lets the kernel read the file.
 *
 * Returns: whether there is still a file: not after hoist_body_detach()
 */
gboolean
hoist_body_get_range (HoistBody *self, int *fd, guint64 *offset_bytes, guint64 *left_bytes)
{
  HoistBodyPrivate *priv = get_private (self);

  guint64 done_bytes = hoist_body_count_of_range (self, priv->read_bytes);

  if (priv->put == NULL)
    return FALSE;
  *fd = priv->put->fd;
  *offset_bytes = priv->put->offset_bytes + done_bytes;
  *left_bytes = priv->read_bytes < priv->head_bytes ? 0 : priv->range_bytes - done_bytes;
  return TRUE;
}

/**
 * hoist_body_skip: (skip)
 * @self: a body
 * @n_bytes: how much of the range was taken otherwise
 */
void
hoist_body_skip (HoistBody *self, gsize n_bytes)
{
  get_private (self)->read_bytes += n_bytes;
}

/**
 * hoist_body_fail: (skip)
 * @self: a body
 * @code: what is wrong with the file
 * @error: return location
 *
 * Notes why the file cannot be sent.
 *
 * Errors: @code.
 *
 * Returns: -1
 */
gssize
hoist_body_fail (HoistBody *self, HoistError code, GError **error)
{
  HoistBodyPrivate *priv = get_private (self);

  if (priv->error == NULL)
    priv->error = g_error_new_literal (HOIST_ERROR, code, hoist_error_get_phrase (code));
  g_propagate_error (error, g_error_copy (priv->error));
  return -1;
}
