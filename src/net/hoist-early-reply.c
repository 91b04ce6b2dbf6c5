/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-early-reply.h"

#include <string.h>

/* A server that refuses a part says so while the part is on its way, and may
 * close the connection at once. libsoup reads only when it has written
 * everything (io_write() and io_read() in soup-client-message-io-http1.c, all of
 * libsoup 3), so that the refusal would be lost as «broken pipe», and the part
 * sent again for ever. So what comes in early is read here, past libsoup, and
 * the connection is not used again. */

#define MAX_HEADER_BYTES 65536

struct _HoistEarlyReply
{
  HoistEarlyState state;
  gsize max_body_bytes;
  GString *data;               /* (owned) not yet understood; the body once there are headers */
  SoupMessageHeaders *headers; /* (owned) (nullable) of the final answer */
  guint status;                /* 0 = no headers yet */
  SoupEncoding encoding;       /* of the body */
  gint64 body_bytes;           /* with SOUP_ENCODING_CONTENT_LENGTH */
};

/* RFC 9112, section 7.1. Appends to @body what of it is there; returns whether
 * that is all. */
static gboolean
dechunk (const char *data, gsize length, GString *body)
{
  const char *end = data + length;

  while (data < end)
    {
      const char *line_end = memchr (data, '\n', (gsize) (end - data));
      guint64 size;

      if (line_end == NULL)
        return FALSE;
      size = g_ascii_strtoull (data, NULL, 16);
      data = line_end + 1;
      if (size == 0)
        return TRUE;
      g_string_append_len (body, data, (gssize) MIN (size, (guint64) (end - data)));
      if (size + 2 > (guint64) (end - data))
        return FALSE;
      data += size + 2;
    }
  return FALSE;
}

static gboolean
body_is_complete (HoistEarlyReply *self)
{
  g_autoptr (GString) body = NULL;

  if (self->data->len >= self->max_body_bytes)
    return TRUE;
  switch (self->encoding)
    {
    case SOUP_ENCODING_CONTENT_LENGTH:
      return (gint64) self->data->len >= self->body_bytes;
    case SOUP_ENCODING_CHUNKED:
      body = g_string_new (NULL);
      return dechunk (self->data->str, self->data->len, body);
    default: /* up to the end */
      return FALSE;
    }
}

/**
 * hoist_early_reply_new: (skip)
 * @max_body_bytes: what is longer is cut: it is read only to tell a person why
 *
 * Returns: (transfer full): a reader of one answer
 */
HoistEarlyReply *
hoist_early_reply_new (gsize max_body_bytes)
{
  HoistEarlyReply *self = g_new0 (HoistEarlyReply, 1);

  self->max_body_bytes = max_body_bytes;
  self->data = g_string_new (NULL);
  return self;
}

/**
 * hoist_early_reply_free: (skip)
 * @self: (transfer full): a reader
 */
void
hoist_early_reply_free (HoistEarlyReply *self)
{
  g_string_free (self->data, TRUE);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  g_free (self);
}

/* Takes the headers off the data. Interim answers (RFC 9110, section 15.2) are
 * dropped: `100 Continue` may come though nobody asked. */
static void
take_headers (HoistEarlyReply *self)
{
  const char *end;

  while (self->status == 0 && (end = strstr (self->data->str, "\r\n\r\n")) != NULL)
    {
      g_autoptr (SoupMessageHeaders) headers =
        soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
      gsize length = (gsize) (end - self->data->str);
      guint status;

      if (!soup_headers_parse_response (self->data->str, (int) length + 2, headers, NULL, &status,
                                        NULL))
        {
          self->state = HOIST_EARLY_BROKEN;
          return;
        }
      g_string_erase (self->data, 0, (gssize) length + 4);
      if (status >= 100 && status < 200)
        continue;
      self->status = status;
      self->encoding = soup_message_headers_get_encoding (headers);
      self->body_bytes = soup_message_headers_get_content_length (headers);
      self->headers = g_steal_pointer (&headers);
    }
}

/**
 * hoist_early_reply_feed: (skip)
 * @self: a reader
 * @data: what came in
 * @length: its length
 *
 * Returns: how far the answer is
 */
HoistEarlyState
hoist_early_reply_feed (HoistEarlyReply *self, const char *data, gsize length)
{
  if (self->state >= HOIST_EARLY_COMPLETE)
    return self->state;

  g_string_append_len (self->data, data, (gssize) length);
  if (self->status == 0)
    take_headers (self);
  if (self->state == HOIST_EARLY_BROKEN)
    return self->state;

  if (self->status == 0)
    {
      self->state = self->data->len > MAX_HEADER_BYTES ? HOIST_EARLY_BROKEN
                    : self->data->len > 0              ? HOIST_EARLY_STARTED
                                                       : HOIST_EARLY_NONE;
      return self->state;
    }
  self->state = HOIST_EARLY_STARTED;
  if (body_is_complete (self))
    self->state = HOIST_EARLY_COMPLETE;
  return self->state;
}

/**
 * hoist_early_reply_end: (skip)
 * @self: a reader
 *
 * Says that nothing more comes. An answer whose headers are there is good
 * enough, whatever became of its body.
 *
 * Returns: %HOIST_EARLY_COMPLETE or %HOIST_EARLY_BROKEN
 */
HoistEarlyState
hoist_early_reply_end (HoistEarlyReply *self)
{
  if (self->state < HOIST_EARLY_COMPLETE)
    self->state = self->status != 0 ? HOIST_EARLY_COMPLETE : HOIST_EARLY_BROKEN;
  return self->state;
}

/**
 * hoist_early_reply_read: (skip)
 * @self: a reader
 * @stream: the pollable stream that the answer comes from
 *
 * Reads what is there, without blocking.
 *
 * Returns: how far the answer is
 */
HoistEarlyState
hoist_early_reply_read (HoistEarlyReply *self, GInputStream *stream)
{
  while (self->state < HOIST_EARLY_COMPLETE)
    {
      g_autoptr (GError) error = NULL;
      char buffer[4096];
      gssize n_read = g_pollable_input_stream_read_nonblocking (
        G_POLLABLE_INPUT_STREAM (stream), buffer, sizeof buffer, NULL, &error);

      if (n_read > 0)
        hoist_early_reply_feed (self, buffer, (gsize) n_read);
      else if (n_read < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      else
        hoist_early_reply_end (self);
    }
  return self->state;
}

/**
 * hoist_early_reply_get_state: (skip)
 * @self: a reader
 *
 * Returns: how far the answer is
 */
HoistEarlyState
hoist_early_reply_get_state (HoistEarlyReply *self)
{
  return self->state;
}

/**
 * hoist_early_reply_get_status: (skip)
 * @self: a reader
 *
 * Returns: the HTTP status, 0 = not there
 */
guint
hoist_early_reply_get_status (HoistEarlyReply *self)
{
  return self->status;
}

/**
 * hoist_early_reply_get_headers: (skip)
 * @self: a reader that has a status
 *
 * Returns: (transfer none): the answer's headers
 */
SoupMessageHeaders *
hoist_early_reply_get_headers (HoistEarlyReply *self)
{
  return self->headers;
}

/**
 * hoist_early_reply_dup_body: (skip)
 * @self: a reader that has a status
 *
 * Returns: (transfer full): the answer's body, maybe cut
 */
GBytes *
hoist_early_reply_dup_body (HoistEarlyReply *self)
{
  GString *body = g_string_new (NULL);

  if (self->encoding == SOUP_ENCODING_CHUNKED)
    dechunk (self->data->str, self->data->len, body);
  else
    g_string_append_len (body, self->data->str, (gssize) self->data->len);
  return g_string_free_to_bytes (body);
}
