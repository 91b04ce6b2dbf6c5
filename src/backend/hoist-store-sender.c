/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-sender.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Two of them are in memory: one on the wire, one read ahead. */
#define PIECE_BYTES (256 << 10)

/* A file on its way to a client. Counted by the message's handlers and by the piece that a thread
 * is reading; no other thread changes it. */
typedef struct
{
  guint ref_count;
  SoupServerMessage *message; /* borrowed; null once the exchange is over */
  int fd;                     /* (owned) */
  guint64 offset_bytes;       /* of what is to be read next */
  guint64 left_bytes;         /* still to be read */
  GBytes *ahead;              /* (owned) (nullable) read, and not given to the message yet */
  gboolean is_reading;
  gboolean is_waited_for; /* the message has nothing to send */
} Sender;

static Sender *
sender_ref (Sender *sender)
{
  sender->ref_count++;
  return sender;
}

static void
sender_unref (Sender *sender)
{
  if (--sender->ref_count > 0)
    return;
  g_close (sender->fd, NULL);
  g_clear_pointer (&sender->ahead, g_bytes_unref);
  g_free (sender);
}

/* The reply promises a length that the file does not have any more: all that is left is to cut
 * the connection, so that nobody takes what came for the whole. */
static void
cut (Sender *sender)
{
  GSocket *socket = soup_server_message_get_socket (sender->message);

  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
  /* libsoup notices by writing only. */
  soup_message_body_append (soup_server_message_get_response_body (sender->message),
                            SOUP_MEMORY_STATIC, "", 1);
  soup_server_message_unpause (sender->message);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Sender *sender = data;
  gsize wanted = (gsize) MIN (PIECE_BYTES, sender->left_bytes);
  g_autofree guint8 *piece = g_malloc (wanted);
  gsize length = 0;

  while (length < wanted)
    {
      gssize got = pread (sender->fd, piece + length, wanted - length,
                          (off_t) (sender->offset_bytes + length));

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        {
          g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                                   got < 0 ? g_strerror (errno) : "The file became shorter");
          return;
        }
      length += (gsize) got;
    }
  g_task_return_pointer (task, g_bytes_new_take (g_steal_pointer (&piece), wanted),
                         (GDestroyNotify) g_bytes_unref);
}

static void read_ahead (Sender *sender);

static void
give (Sender *sender)
{
  soup_message_body_append_bytes (soup_server_message_get_response_body (sender->message),
                                  sender->ahead);
  g_clear_pointer (&sender->ahead, g_bytes_unref);
  if (sender->is_waited_for)
    soup_server_message_unpause (sender->message);
  sender->is_waited_for = FALSE;
  read_ahead (sender);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sender *sender = user_data;
  g_autoptr (GError) error = NULL;

  sender->is_reading = FALSE;
  sender->ahead = g_task_propagate_pointer (G_TASK (result), &error);
  if (sender->ahead != NULL)
    {
      sender->offset_bytes += g_bytes_get_size (sender->ahead);
      sender->left_bytes -= g_bytes_get_size (sender->ahead);
    }
  if (sender->message != NULL && error != NULL)
    {
      g_message ("An object could not be sent to its end: %s", error->message);
      cut (sender);
    }
  else if (sender->message != NULL && sender->is_waited_for)
    give (sender);
  sender_unref (sender);
}

static void
read_ahead (Sender *sender)
{
  g_autoptr (GTask) task = NULL;

  if (sender->left_bytes == 0 || sender->is_reading || sender->ahead != NULL)
    return;
  sender->is_reading = TRUE;
  task = g_task_new (NULL, NULL, read_cb, sender_ref (sender));
  g_task_set_source_tag (task, read_ahead);
  g_task_set_task_data (task, sender, NULL);
  g_task_run_in_thread (task, read_in_thread);
}

static void
wrote_chunk_cb (SoupServerMessage *message, gpointer user_data)
{
  Sender *sender = user_data;

  /* libsoup pauses a message by itself when there is nothing to write. */
  sender->is_waited_for = sender->ahead == NULL;
  if (sender->ahead != NULL)
    give (sender);
}

static void
over_cb (SoupServerMessage *message, gpointer user_data)
{
  Sender *sender = user_data;

  sender->message = NULL;
}

/* Also when a server that is stopped drops its messages without a word. */
static void
message_gone_cb (gpointer data, GClosure *closure)
{
  Sender *sender = data;

  sender->message = NULL;
  sender_unref (sender);
}

/**
 * hoist_store_send_file:
 * @message: a message whose headers are set
 * @fd: (transfer full): a file
 * @offset_bytes: where the body begins in it
 * @length_bytes: how long the body is
 *
 * Sends a range of a file as the body of an answer. Threads read it, two pieces
 * of 256 KiB at most are in memory, and a file that became shorter cuts the
 * connection.
 */
void
hoist_store_send_file (SoupServerMessage *message,
                       int fd,
                       guint64 offset_bytes,
                       guint64 length_bytes)
{
  Sender *sender = g_new0 (Sender, 1);

  sender->ref_count = 1;
  sender->message = message;
  sender->fd = fd;
  sender->offset_bytes = offset_bytes;
  sender->left_bytes = length_bytes;
  sender->is_waited_for = TRUE;
  soup_message_headers_set_content_length (soup_server_message_get_response_headers (message),
                                           (goffset) length_bytes);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect_data (message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), sender_ref (sender),
                         message_gone_cb, 0);
  g_signal_connect_data (message, "finished", G_CALLBACK (over_cb), sender_ref (sender),
                         message_gone_cb, 0);
  g_signal_connect_data (message, "disconnected", G_CALLBACK (over_cb), sender_ref (sender),
                         message_gone_cb, 0);
  read_ahead (sender);
  sender_unref (sender);
}
