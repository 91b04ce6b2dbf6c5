/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-exchange.h"

#include "hoist-store-answer.h"
#include "hoist-store-intake.h"
#include "hoist-store-operate.h"
#include "hoist-store-refusal.h"

/* What a worker is given at once. Two pieces are in memory: one being received, one being written
 * and hashed. */
#define PIECE_BYTES (256 << 10)

/* libsoup delivers 8 KiB or 16 KiB at a time; so a piece never has to be enlarged. */
#define CHUNK_BYTES (16 << 10)

#define EXCHANGE_KEY "hoist-store-exchange"

/**
 * Exchange:
 *
 * A request that is authentic, from the end of its headers to its answer. Lives
 * in the server's thread. While a worker is at it, the worker owns @intake,
 * @piece, @is_prepared and @reply; the thread of the server the rest.
 */
typedef struct
{
  guint ref_count;
  HoistStoreTree *tree;       /* (owned) */
  HoistStoreCall *call;       /* (owned) */
  SoupServerMessage *message; /* borrowed; null once the exchange is over */

  GByteArray *filling; /* (owned) what was received and no worker has yet */
  gboolean is_working;
  gboolean is_paused;   /* nothing more is received until the worker is done */
  gboolean is_complete; /* the body is there */
  gboolean is_answered;

  HoistStoreIntake *intake; /* (owned) (nullable) */
  GByteArray *piece;        /* (owned) what the worker takes next, or an empty one */
  gboolean is_prepared;
  gboolean is_last;       /* @piece is the end of the body */
  HoistStoreReply *reply; /* (owned) (nullable) what the worker came to */
} Exchange;

static Exchange *
exchange_ref (Exchange *exchange)
{
  exchange->ref_count++;
  return exchange;
}

static void
drop_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

/* Removing a long file that was cut half-way takes its time. */
static void
drop_intake (HoistStoreIntake *intake)
{
  g_autoptr (GTask) task = NULL;

  if (intake->temp == NULL)
    {
      hoist_store_intake_free (intake);
      return;
    }
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, drop_intake);
  g_task_set_task_data (task, intake, (GDestroyNotify) hoist_store_intake_free);
  g_task_run_in_thread (task, drop_in_thread);
}

static void
exchange_unref (Exchange *exchange)
{
  if (--exchange->ref_count > 0)
    return;
  g_clear_pointer (&exchange->intake, drop_intake);
  g_clear_pointer (&exchange->reply, hoist_store_reply_free);
  g_clear_pointer (&exchange->filling, g_byte_array_unref);
  g_clear_pointer (&exchange->piece, g_byte_array_unref);
  hoist_store_call_free (exchange->call);
  hoist_store_tree_unref (exchange->tree);
  g_free (exchange);
}

static HoistS3Fault *
take_piece (Exchange *exchange)
{
  HoistS3Fault *fault = NULL;

  if (!exchange->is_prepared)
    {
      fault = hoist_store_prepare (exchange->tree, exchange->call);
      if (fault == NULL)
        fault = hoist_store_intake_open (exchange->intake, exchange->call);
    }
  exchange->is_prepared = fault == NULL;
  if (fault == NULL && exchange->piece->len > 0)
    fault =
      hoist_store_intake_write (exchange->intake, exchange->piece->data, exchange->piece->len);
  return fault;
}

static void
work_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Exchange *exchange = data;
  HoistS3Fault *fault = exchange->intake != NULL ? take_piece (exchange) : NULL;
  g_autoptr (GBytes) body = NULL;

  if (fault != NULL)
    exchange->reply = hoist_store_reply_new_fault (fault);
  else if (exchange->is_last)
    {
      if (exchange->intake == NULL)
        body = g_bytes_new_static (exchange->piece->data, exchange->piece->len);
      exchange->reply =
        hoist_store_operate (exchange->tree, exchange->call, exchange->intake, body);
    }
  g_byte_array_set_size (exchange->piece, 0);
  g_task_return_boolean (task, TRUE);
}

static void
answer (Exchange *exchange, HoistStoreReply *reply)
{
  exchange->is_answered = TRUE;
  g_clear_pointer (&exchange->intake, drop_intake);
  g_byte_array_set_size (exchange->filling, 0);
  if (exchange->is_complete)
    hoist_store_answer (exchange->message, reply);
  else if (hoist_store_refuse (exchange->message, reply))
    exchange->message = NULL;
}

static void
pause_message (Exchange *exchange)
{
  if (exchange->is_paused)
    return;
  exchange->is_paused = TRUE;
  soup_server_message_pause (exchange->message);
}

static void
unpause_message (Exchange *exchange)
{
  if (!exchange->is_paused)
    return;
  exchange->is_paused = FALSE;
  soup_server_message_unpause (exchange->message);
}

static gboolean
has_work (const Exchange *exchange)
{
  return exchange->is_complete ||
         (exchange->intake != NULL && exchange->filling->len > PIECE_BYTES - CHUNK_BYTES);
}

static void work (Exchange *exchange);

static void
work_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Exchange *exchange = user_data;

  g_task_propagate_boolean (G_TASK (result), NULL);
  exchange->is_working = FALSE;
  if (exchange->message != NULL && exchange->reply != NULL)
    {
      answer (exchange, g_steal_pointer (&exchange->reply));
      if (exchange->message != NULL)
        unpause_message (exchange);
    }
  else if (exchange->message != NULL)
    {
      if (has_work (exchange))
        work (exchange);
      if (!exchange->is_complete)
        unpause_message (exchange);
    }
  exchange_unref (exchange);
}

/* Gives the worker what there is. */
static void
work (Exchange *exchange)
{
  g_autoptr (GTask) task = NULL;
  GByteArray *piece = exchange->filling;

  exchange->filling = exchange->piece;
  exchange->piece = piece;
  exchange->is_last = exchange->is_complete;
  exchange->is_working = TRUE;
  task = g_task_new (NULL, NULL, work_cb, exchange_ref (exchange));
  g_task_set_source_tag (task, work);
  g_task_set_task_data (task, exchange, NULL);
  g_task_run_in_thread (task, work_in_thread);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Exchange *exchange = user_data;
  gsize length;
  const guint8 *data = g_bytes_get_data (chunk, &length);

  /* libsoup reads the rest of a body that was refused, and then answers. */
  if (exchange->is_answered)
    return;
  if (exchange->intake == NULL && (exchange->call->operation != HOIST_STORE_COMPLETE_UPLOAD))
    return;
  g_byte_array_append (exchange->filling, data, (guint) length);
  if (exchange->intake == NULL && exchange->filling->len > HOIST_STORE_MAX_XML_BYTES)
    answer (exchange, hoist_store_reply_new_fault (hoist_s3_fault_new (
                        "MaxMessageLengthExceeded", "Your request was too big.")));
  else if (has_work (exchange) && exchange->is_working)
    pause_message (exchange);
  else if (has_work (exchange))
    work (exchange);
}

static void
over_cb (SoupServerMessage *message, gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->message = NULL;
}

static void
exchange_unref_closure (gpointer data, GClosure *closure)
{
  exchange_unref (data);
}

/* A server that is stopped drops its messages without a word. */
static void
message_gone_cb (gpointer data)
{
  Exchange *exchange = data;

  exchange->message = NULL;
  exchange_unref (exchange);
}

/* A long body, or one that its sender holds back until it is welcome, is judged before it comes. */
static gboolean
is_judged_early (const HoistStoreCall *call, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return call->length_bytes > PIECE_BYTES ||
         (soup_message_headers_get_expectations (headers) & SOUP_EXPECTATION_CONTINUE) != 0;
}

/**
 * hoist_store_exchange_begin:
 * @tree: the store's tree
 * @message: a message of which the headers have come
 * @call: (transfer full): what it asks for
 *
 * Begins to serve a request: receives its body piece by piece, with two pieces
 * of 256 KiB in memory at most.
 */
void
hoist_store_exchange_begin (HoistStoreTree *tree, SoupServerMessage *message, HoistStoreCall *call)
{
  Exchange *exchange = g_new0 (Exchange, 1);
  gboolean has_data = hoist_store_call_has_data (call);
  gsize piece_bytes = has_data ? MIN (PIECE_BYTES, call->length_bytes) : 0;

  exchange->ref_count = 1;
  exchange->tree = hoist_store_tree_ref (tree);
  exchange->call = call;
  exchange->message = message;
  exchange->filling = g_byte_array_sized_new ((guint) piece_bytes);
  exchange->piece = g_byte_array_sized_new (call->length_bytes > PIECE_BYTES ? PIECE_BYTES : 0);
  exchange->intake = has_data ? hoist_store_intake_new (tree, call) : NULL;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect_data (message, "got-chunk", G_CALLBACK (got_chunk_cb), exchange_ref (exchange),
                         exchange_unref_closure, 0);
  g_signal_connect_data (message, "finished", G_CALLBACK (over_cb), exchange_ref (exchange),
                         exchange_unref_closure, 0);
  g_signal_connect_data (message, "disconnected", G_CALLBACK (over_cb), exchange_ref (exchange),
                         exchange_unref_closure, 0);
  g_object_set_data_full (G_OBJECT (message), EXCHANGE_KEY, exchange, message_gone_cb);
  if (has_data && is_judged_early (call, message))
    {
      pause_message (exchange);
      work (exchange);
    }
}

/**
 * hoist_store_exchange_end_body:
 * @message: a message that was begun with, and whose body has come
 *
 * Does what the request asks for, and answers.
 */
void
hoist_store_exchange_end_body (SoupServerMessage *message)
{
  Exchange *exchange = g_object_get_data (G_OBJECT (message), EXCHANGE_KEY);

  exchange->is_complete = TRUE;
  pause_message (exchange);
  if (!exchange->is_working)
    work (exchange);
}
