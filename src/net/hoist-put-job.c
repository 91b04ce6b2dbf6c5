/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-put-job.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>

#include "hoist-body.h"
#include "hoist-cancel-watch.h"
#include "hoist-early-reply.h"
#include "hoist-net-session.h"
#include "hoist-net.h"
#include "hoist-proxy.h"
#include "hoist-put-reply.h"

/* The server has everything and works on it: be more patient. */
#define ANSWER_PATIENCE 4

/* Of an answer that is read at a time. A good one has no body: for more, malloc would tidy up
 * all that is free, for each file. */
#define CHUNK_BYTES 512

#define N_HANDLERS 4

/* Why we ended it ourselves. The first reason stays. */
typedef enum
{
  ENDED_NOT,
  ENDED_CANCELLED,
  ENDED_STALLED,
  ENDED_RESTARTED,
  ENDED_EARLY,
} Ended;

struct _HoistPutJob
{
  /* input */
  HoistPut *put;        /* (owned) */
  SoupSession *session; /* (owned) */
  HoistPacer *pacer;    /* (owned) */
  HoistPutJobDone done;
  gpointer user_data;

  /* in progress */
  SoupMessage *message;           /* (owned) */
  HoistBody *body;                /* (owned) */
  GCancellable *inner;            /* (owned) ends the request for whatever reason */
  HoistCancelWatch *cancel_watch; /* (owned) (nullable) on the caller's cancellable */
  Ended ended;
  HoistPacerFlow *flow;        /* (nullable) of @pacer, while the body is sent */
  gint64 moved_us;             /* monotonic; when a byte was last acknowledged */
  gint64 stalled_us;           /* for how long nothing moved, once it was too long */
  HoistEarlyReply *early;      /* (owned) */
  GSource *early_watch;        /* (owned) (nullable) */
  gulong handlers[N_HANDLERS]; /* of @message's signals */
  GInputStream *stream;        /* (owned) (nullable) of the answer's body */
  guint8 chunk[CHUNK_BYTES];   /* of it, that was just read */
  GByteArray *reply;           /* (owned) */
};

static void
destroy_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
end (HoistPutJob *self, Ended why)
{
  HoistConnection *connection = hoist_session_get_connection (self->session, self->message);

  if (self->ended == ENDED_NOT)
    self->ended = why;
  if (connection != NULL)
    hoist_connection_sever (connection);
  g_cancellable_cancel (self->inner);
}

/* Where a redirection leads to says more than its status. Takes @error. */
static GError *
explain_redirection (HoistPutJob *self, guint status, SoupMessageHeaders *headers, GError *error)
{
  if (!SOUP_STATUS_IS_REDIRECTION (status))
    return error;
  g_error_free (error);
  return hoist_net_redirect_error_new (self->message, headers);
}

/* The one place that says what became of it. What we know ourselves goes before
 * what libsoup says, which is then only that it was cancelled. */
static GError *
get_outcome (HoistPutJob *self, const GError *soup_error)
{
  const char *host = g_uri_get_host (soup_message_get_uri (self->message));
  guint status = soup_message_get_status (self->message);
  g_autoptr (GBytes) reply = NULL;
  GError *error = NULL;

  if (self->ended == ENDED_CANCELLED)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The upload was stopped"));
  if (hoist_body_get_error (self->body) != NULL)
    return g_error_copy (hoist_body_get_error (self->body));
  if (self->ended == ENDED_STALLED)
    /* Translators: a host name and a number of seconds */
    return g_error_new (HOIST_ERROR, HOIST_ERROR_TIMED_OUT,
                        _ ("%s took no data for %u seconds"), host,
                           (guint) (self->stalled_us / G_USEC_PER_SEC));
  if (hoist_early_reply_get_status (self->early) != 0)
    {
      status = hoist_early_reply_get_status (self->early);
      reply = hoist_early_reply_dup_body (self->early);
      if (hoist_put_take_reply (self->put, status, hoist_early_reply_get_headers (self->early),
                                reply, &error))
        /* Translators: %s is a host name */
        return g_error_new (HOIST_ERROR, HOIST_ERROR_NETWORK,
                            _ ("%s answered before everything was sent"), host);
      return explain_redirection (self, status, hoist_early_reply_get_headers (self->early), error);
    }
  if (self->ended == ENDED_RESTARTED || self->ended == ENDED_EARLY)
    /* Translators: %s is a host name */
    return g_error_new (HOIST_ERROR, HOIST_ERROR_NETWORK,
                        _ ("%s closed the connection before everything was sent"), host);
  if (soup_error != NULL && (status == 0 || SOUP_STATUS_IS_SUCCESSFUL (status)))
    return hoist_net_error_from_message (self->message, soup_error);

  error = hoist_proxy_refusal_new (self->message);
  if (error != NULL)
    return error;
  reply = g_bytes_new (self->reply->data, self->reply->len);
  if (!hoist_put_take_reply (self->put, status, soup_message_get_response_headers (self->message),
                             reply, &error))
    return explain_redirection (self, status, soup_message_get_response_headers (self->message),
                                error);
  if (hoist_net_head_is_cut_off (self->message))
    /* Translators: %s is a host name */
    return g_error_new (HOIST_ERROR, HOIST_ERROR_NETWORK, _ ("The answer of %s was cut off"), host);
  if (!hoist_body_is_complete (self->body))
    return g_error_new (HOIST_ERROR, HOIST_ERROR_NETWORK,
                        _ ("%s answered before everything was sent"), host);
  atomic_store (&self->put->acked_bytes, self->put->length_bytes);
  return NULL;
}

/* The others may have its part of the rate. */
static void
end_flow (HoistPutJob *self)
{
  if (self->flow != NULL)
    hoist_pacer_leave (self->pacer, g_steal_pointer (&self->flow));
}

static void
finish (HoistPutJob *self, GError *soup_error)
{
  g_autoptr (GError) reason = soup_error;
  GError *error = get_outcome (self, reason);

  g_clear_pointer (&self->cancel_watch, hoist_cancel_watch_free);
  destroy_source (&self->early_watch);
  end_flow (self);
  hoist_body_detach (self->body);
  for (guint i = 0; i < N_HANDLERS; i++)
    g_clear_signal_handler (&self->handlers[i], self->message);
  self->done (self, error, self->user_data);
}

static void read_more (HoistPutJob *self);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistPutJob *self = user_data;
  GError *error = NULL;
  gssize n_bytes = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n_bytes <= 0)
    {
      finish (self, error);
      return;
    }
  self->moved_us = g_get_monotonic_time ();
  /* After that the connection is not worth keeping. */
  if (self->reply->len >= HOIST_PUT_REPLY_MAX_BYTES)
    {
      finish (self, NULL);
      return;
    }
  g_byte_array_append (self->reply, self->chunk, (guint) n_bytes);
  read_more (self);
}

/* To the end, even if it is empty: libsoup drops the connection otherwise. */
static void
read_more (HoistPutJob *self)
{
  g_input_stream_read_async (self->stream, self->chunk, sizeof self->chunk, G_PRIORITY_DEFAULT,
                             self->inner, read_cb, self);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistPutJob *self = user_data;
  GError *error = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream == NULL)
    {
      finish (self, error);
      return;
    }
  self->moved_us = g_get_monotonic_time ();
  read_more (self);
}

/* --- an answer while the body is on its way --- */

static void
read_early (HoistPutJob *self)
{
  HoistConnection *connection = hoist_body_get_connection (self->body);
  g_autoptr (GInputStream) input = NULL;

  input = connection != NULL ? hoist_connection_dup_input (connection) : NULL;
  if (!G_IS_POLLABLE_INPUT_STREAM (input))
    return;
  if (hoist_early_reply_read (self->early, input) >= HOIST_EARLY_COMPLETE)
    end (self, ENDED_EARLY);
}

static gboolean
early_input_cb (GObject *stream, gpointer user_data)
{
  HoistPutJob *self = user_data;

  self->moved_us = g_get_monotonic_time ();
  read_early (self);
  if (hoist_early_reply_get_state (self->early) == HOIST_EARLY_STARTED)
    return G_SOURCE_CONTINUE;
  /* After an interim answer another one may begin. */
  g_clear_pointer (&self->early_watch, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
watch_early (HoistPutJob *self)
{
  g_autoptr (GInputStream) input =
    hoist_connection_dup_input (hoist_body_get_connection (self->body));

  if (self->early_watch != NULL || input == NULL)
    return;
  self->early_watch =
    g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), self->inner);
  g_source_set_callback (self->early_watch, G_SOURCE_FUNC (early_input_cb), self, NULL);
  g_source_attach (self->early_watch, g_main_context_get_thread_default ());
}

/* Whether to go on sending. Only asked while something of the body is left:
 * after that the answer is libsoup's to read. */
static gboolean
check_early_cb (gpointer owner)
{
  HoistPutJob *self = owner;
  HoistConnection *connection = hoist_body_get_connection (self->body);

  if (self->ended != ENDED_NOT)
    return FALSE;
  if (connection != NULL && hoist_early_reply_get_state (self->early) == HOIST_EARLY_NONE &&
      hoist_connection_has_input (connection))
    read_early (self);
  if (hoist_early_reply_get_state (self->early) == HOIST_EARLY_STARTED)
    watch_early (self);
  return hoist_early_reply_get_state (self->early) == HOIST_EARLY_NONE;
}

/* --- libsoup's signals --- */

/* What is read or written past libsoup must go through TLS exactly if the message
 * does. It would not if a proxy's tunnel was seen and not the TLS in it. */
static gboolean
is_as_expected (HoistConnection *connection, SoupMessage *message)
{
  const char *scheme = g_uri_get_scheme (soup_message_get_uri (message));

  return hoist_connection_is_tls (connection) == g_str_equal (scheme, "https") &&
         soup_message_get_http_version (message) <= SOUP_HTTP_1_1;
}

/* A connection that is used again has the rate of the one before until it is told. */
static void
begin_flow (HoistPutJob *self, HoistConnection *connection)
{
  gboolean paceable = connection != NULL && hoist_connection_get_socket (connection) != NULL;

  if (self->flow == NULL)
    self->flow =
      hoist_pacer_join (self->pacer, self->put->rate, hoist_body_get_length_bytes (self->body),
                        paceable, g_get_monotonic_time ());
  if (paceable)
    hoist_connection_set_rate (connection, hoist_pacer_get_rate (self->pacer, self->flow));
}

/* Its part of the rate may be another one by now. */
static void
follow_flow (HoistPutJob *self, gint64 now_us)
{
  HoistConnection *connection = hoist_body_get_connection (self->body);

  if (self->flow == NULL)
    return;
  hoist_pacer_report (self->pacer, self->flow, self->put->acked_bytes, now_us);
  if (connection != NULL)
    hoist_connection_set_rate (connection, hoist_pacer_get_rate (self->pacer, self->flow));
}

static void
wrote_headers_cb (SoupMessage *message, gpointer user_data)
{
  HoistPutJob *self = user_data;
  HoistConnection *connection = hoist_session_get_connection (self->session, message);

  self->moved_us = g_get_monotonic_time ();
  if (connection != NULL && is_as_expected (connection, message))
    hoist_body_set_connection (self->body, connection);
  begin_flow (self, hoist_body_get_connection (self->body));
}

static void
wrote_body_cb (SoupMessage *message, gpointer user_data)
{
  end_flow (user_data);
}

static void
wrote_body_data_cb (SoupMessage *message, guint chunk_bytes, gpointer user_data)
{
  HoistPutJob *self = user_data;

  hoist_body_wrote (self->body, chunk_bytes);
}

/* libsoup lost the connection and begins anew, but it has dropped the body
 * (soup_message_restarted(), all of libsoup 3): the storage would get an empty
 * part and answer 200. The body is given back, so that Content-Length is right
 * whatever happens, and the message is cancelled: trying again is the engine's
 * affair, that knows the file and the part. */
static void
restarted_cb (SoupMessage *message, gpointer user_data)
{
  HoistPutJob *self = user_data;

  end (self, ENDED_RESTARTED);
  hoist_body_detach (self->body);
  soup_message_set_request_body (message, NULL, G_INPUT_STREAM (self->body),
                                 (gssize) hoist_body_get_length_bytes (self->body));
}

/* Their numbers are kept: to look for them again costs more than all that they do. */
static void
listen_to_message (HoistPutJob *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[N_HANDLERS] = {
    { "wrote-headers", G_CALLBACK (wrote_headers_cb) },
    { "wrote-body", G_CALLBACK (wrote_body_cb) },
    { "wrote-body-data", G_CALLBACK (wrote_body_data_cb) },
    { "restarted", G_CALLBACK (restarted_cb) },
  };

  for (guint i = 0; i < N_HANDLERS; i++)
    self->handlers[i] =
      g_signal_connect (self->message, handlers[i].signal, handlers[i].callback, self);
}

static void
cancelled_cb (gpointer user_data)
{
  end (user_data, ENDED_CANCELLED);
}

/**
 * hoist_put_job_new: (skip)
 * @put: what to send; its headers are acceptable
 * @session: through what, made by hoist_net_session_new()
 * @rate: how fast all may be together
 * @pacer: what says how fast this one may be
 * @direct: to send past libsoup, where that is possible
 * @url: where to
 *
 * Returns: (transfer full): a PUT that can be started
 */
HoistPutJob *
hoist_put_job_new (HoistPut *put,
                   SoupSession *session,
                   HoistRate *rate,
                   HoistPacer *pacer,
                   gboolean direct,
                   GUri *url)
{
  HoistPutJob *self = g_new0 (HoistPutJob, 1);
  SoupMessageHeaders *headers;

  self->put = hoist_put_ref (put);
  self->session = g_object_ref (session);
  self->pacer = hoist_pacer_ref (pacer);
  self->inner = g_cancellable_new ();
  self->reply = g_byte_array_new ();
  self->early = hoist_early_reply_new (HOIST_PUT_REPLY_MAX_BYTES);
  self->body = hoist_body_new (put, rate, direct, check_early_cb, self);
  self->message =
    soup_message_new_from_uri (put->form_head != NULL ? SOUP_METHOD_POST : SOUP_METHOD_PUT, url);
  /* Idempotent, or every POST would open a connection of its own; restarted_cb() ends what libsoup
   * sends again by itself. */
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  soup_message_set_request_body (self->message, NULL, G_INPUT_STREAM (self->body),
                                 (gssize) hoist_body_get_length_bytes (self->body));
  headers = soup_message_get_request_headers (self->message);
  for (gsize i = 0; put->headers != NULL && put->headers[i] != NULL; i += 2)
    soup_message_headers_append (headers, put->headers[i], put->headers[i + 1]);
  return self;
}

/**
 * hoist_put_job_free: (skip)
 * @self: (transfer full): a PUT that is not on its way
 */
void
hoist_put_job_free (HoistPutJob *self)
{
  g_clear_pointer (&self->cancel_watch, hoist_cancel_watch_free);
  destroy_source (&self->early_watch);
  end_flow (self);
  g_clear_pointer (&self->pacer, hoist_pacer_unref);
  hoist_body_detach (self->body);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_clear_object (&self->body);
  g_clear_object (&self->inner);
  g_clear_pointer (&self->early, hoist_early_reply_free);
  g_clear_pointer (&self->reply, g_byte_array_unref);
  g_clear_object (&self->session);
  g_clear_pointer (&self->put, hoist_put_unref);
  g_free (self);
}

/**
 * hoist_put_job_start: (skip)
 * @self: a PUT
 * @cancellable: (nullable): the caller's, cancelled from any thread
 * @done: called once in this thread's context
 * @user_data: for @done
 *
 * Sends it.
 */
void
hoist_put_job_start (HoistPutJob *self,
                     GCancellable *cancellable,
                     HoistPutJobDone done,
                     gpointer user_data)
{
  self->done = done;
  self->user_data = user_data;
  self->moved_us = g_get_monotonic_time ();
  if (cancellable != NULL)
    self->cancel_watch = hoist_cancel_watch_new (cancellable, cancelled_cb, self);
  listen_to_message (self);
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, self->inner, sent_cb,
                           self);
}

/* Returns what is not acknowledged. */
static guint64
update_acked (HoistPutJob *self, gint64 now_us)
{
  HoistConnection *connection = hoist_body_get_connection (self->body);
  guint64 written = hoist_body_get_written_bytes (self->body);
  guint64 unacked = connection != NULL ? hoist_connection_get_unacked_bytes (connection) : 0;
  guint64 acked = hoist_body_count_of_range (self->body, written > unacked ? written - unacked : 0);

  if (acked > atomic_load (&self->put->acked_bytes))
    {
      atomic_store (&self->put->acked_bytes, acked);
      self->moved_us = now_us;
    }
  if (connection != NULL)
    atomic_fetch_add (&self->put->resent_segments,
                      hoist_connection_take_resent_segments (connection));
  return unacked;
}

/**
 * hoist_put_job_tick: (skip)
 * @self: a PUT on its way
 * @now_us: monotonic
 * @stall_us: for how long nothing may move
 *
 * Looks how far it is, and ends it if nothing moves any more.
 */
void
hoist_put_job_tick (HoistPutJob *self, gint64 now_us, gint64 stall_us)
{
  guint64 unacked = update_acked (self, now_us);

  follow_flow (self, now_us);
  /* While the kernel takes nothing the body is not asked for more, and an
   * answer that says why would not be seen. */
  if (self->stream == NULL && !hoist_body_is_complete (self->body) &&
      hoist_body_get_connection (self->body) != NULL)
    check_early_cb (self);
  if (unacked == 0 && hoist_body_is_held_back (self->body))
    self->moved_us = now_us;
  if (unacked == 0 && hoist_body_is_complete (self->body))
    stall_us *= ANSWER_PATIENCE;
  if (self->ended != ENDED_NOT || now_us - self->moved_us < stall_us)
    return;
  self->stalled_us = now_us - self->moved_us;
  end (self, ENDED_STALLED);
}

/**
 * hoist_put_job_check_address: (skip)
 * @self: a PUT on its way
 *
 * Ends it if this machine has another address now, instead of waiting until it
 * stalls.
 */
void
hoist_put_job_check_address (HoistPutJob *self)
{
  HoistConnection *connection = hoist_session_get_connection (self->session, self->message);

  if (connection != NULL && hoist_connection_is_stranded (connection))
    end (self, ENDED_RESTARTED);
}

/**
 * hoist_put_job_stop: (skip)
 * @self: a PUT on its way
 *
 * Ends it as if the caller had cancelled it.
 */
void
hoist_put_job_stop (HoistPutJob *self)
{
  end (self, ENDED_CANCELLED);
}
