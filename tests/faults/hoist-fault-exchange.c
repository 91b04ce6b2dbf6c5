/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One request and its answer, with what goes wrong on the way. */

#include "hoist-fault-exchange.h"

#include <string.h>

#define BUFFER_BYTES 65536
#define MAX_KEPT_ANSWER_BYTES (8 << 20)

typedef enum
{
  PASSED_ALL,
  PASSED_ENOUGH,  /* up to where the rule strikes */
  PASSED_EARLY,   /* the server answers already, or is gone */
  PASSED_NO_MORE, /* the client is gone */
} Passed;

typedef struct
{
  HoistFaultConnection *connection;
  const HoistFaultRequest *request;
  const HoistFaultPlan *plan;
  HoistFaultRecord *record;
  HoistFaultWire *server; /* (nullable) */
  gint64 started_us;      /* when the body began to flow */
} Exchange;

static HoistFaultAction
get_action (const Exchange *exchange)
{
  return exchange->plan->rule != NULL ? exchange->plan->rule->action : HOIST_FAULT_PASS;
}

/* Returns whether the client is still there after it. */
static gboolean
pass_time (Exchange *exchange, gint64 ms)
{
  return ms <= 0 || hoist_fault_wire_wait (exchange->connection->client.fd, POLLRDHUP, -1, 0,
                                           (int) MIN (ms, G_MAXINT)) == HOIST_FAULT_WAIT_TIME;
}

/* --- The request ------------------------------------------------------------------------------ */

static Passed
send_to_server (Exchange *exchange, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      gssize n = hoist_fault_wire_send (exchange->server, data, length);

      if (n < 0)
        return PASSED_EARLY;
      if (n == 0)
        {
          hoist_fault_wire_wait (exchange->server->fd, POLLOUT | POLLIN, -1, 0, -1);
          if (hoist_fault_wire_wait (exchange->server->fd, POLLIN, -1, 0, 0) != 0)
            return PASSED_EARLY;
        }
      data += n;
      length -= (gsize) n;
    }
  return PASSED_ALL;
}

static gboolean
keep_to_rate (Exchange *exchange)
{
  guint64 rate = exchange->plan->bytes_per_s;
  gint64 due_us;

  if (rate == 0)
    return TRUE;
  due_us = exchange->started_us +
           (gint64) ((double) exchange->record->request_bytes * G_USEC_PER_SEC / (double) rate);
  return pass_time (exchange, (due_us - g_get_monotonic_time ()) / 1000);
}

static void
corrupt (Exchange *exchange, guint8 *data, gsize length)
{
  const HoistFaultRule *rule = exchange->plan->rule;
  guint64 before = exchange->record->request_bytes;

  if (get_action (exchange) == HOIST_FAULT_CORRUPT && rule->after_bytes >= before &&
      rule->after_bytes < before + length)
    data[rule->after_bytes - before] ^= 1;
}

/* Waits for more of the body; says what hinders it. */
static Passed
wait_for_body (Exchange *exchange)
{
  HoistFaultWire *client = &exchange->connection->client;
  int server_fd = exchange->server != NULL ? exchange->server->fd : -1;

  if (client->in->len > 0)
    return PASSED_ALL;
  if ((hoist_fault_wire_wait (client->fd, POLLIN, server_fd, POLLIN, -1) &
       HOIST_FAULT_WAIT_WATCHED) != 0)
    return PASSED_EARLY;
  return PASSED_ALL;
}

static gsize
get_piece_bytes (const Exchange *exchange, guint64 left)
{
  guint64 rate = exchange->plan->bytes_per_s;
  guint64 most = rate != 0 ? CLAMP (rate / 20, 1, BUFFER_BYTES) : BUFFER_BYTES;

  return (gsize) MIN (most, left);
}

/* Passes the body on, or drops it where there is no server, up to @most bytes. */
static Passed
pass_body (Exchange *exchange, guint64 most)
{
  guint8 buffer[BUFFER_BYTES];
  guint64 end = MIN (exchange->request->length_bytes, most);

  while (exchange->record->request_bytes < end)
    {
      Passed passed = wait_for_body (exchange);
      gssize n;

      if (passed != PASSED_ALL)
        return passed;
      n = hoist_fault_wire_take (&exchange->connection->client, buffer,
                                 get_piece_bytes (exchange, end - exchange->record->request_bytes));
      if (n < 0)
        continue;
      if (n == 0)
        return PASSED_NO_MORE;
      corrupt (exchange, buffer, (gsize) n);
      exchange->record->request_bytes += (guint64) n;
      hoist_fault_proxy_moved (exchange->connection->proxy, (gsize) n);
      passed = exchange->server != NULL ? send_to_server (exchange, buffer, (gsize) n) : PASSED_ALL;
      if (passed != PASSED_ALL)
        return passed;
      if (!keep_to_rate (exchange))
        return PASSED_NO_MORE;
    }
  return end < exchange->request->length_bytes ? PASSED_ENOUGH : PASSED_ALL;
}

static Passed
pass_request (Exchange *exchange)
{
  gsize length;
  const guint8 *head = g_bytes_get_data (exchange->request->head, &length);
  guint64 most = G_MAXUINT64;

  if (get_action (exchange) == HOIST_FAULT_CUT_REQUEST ||
      get_action (exchange) == HOIST_FAULT_BLACK_HOLE)
    most = exchange->plan->rule->after_bytes;
  exchange->server =
    hoist_fault_connection_get_server (exchange->connection, exchange->request->is_api);
  if (exchange->server == NULL)
    return PASSED_NO_MORE;
  if (send_to_server (exchange, head, length) != PASSED_ALL)
    return PASSED_EARLY;
  return pass_body (exchange, most);
}

/* --- The answer ------------------------------------------------------------------------------- */

static gboolean
tell (Exchange *exchange, const guint8 *data, gsize length)
{
  if (!hoist_fault_wire_send_all (&exchange->connection->client, data, length))
    return FALSE;
  exchange->record->answer_bytes += length;
  hoist_fault_proxy_moved (exchange->connection->proxy, length);
  return TRUE;
}

/* Where an answer goes: to the client at once, or into @kept. */
static gboolean
put_answer (Exchange *exchange, GByteArray *kept, const guint8 *data, gsize length)
{
  if (kept == NULL)
    return tell (exchange, data, length);
  g_byte_array_append (kept, data, (guint) length);
  return kept->len <= MAX_KEPT_ANSWER_BYTES;
}

static gboolean
read_answer_piece (Exchange *exchange, GByteArray *kept, guint64 *left)
{
  guint8 buffer[BUFFER_BYTES];
  gssize n = -1;

  while (n < 0)
    {
      if (exchange->server->in->len == 0)
        hoist_fault_wire_wait (exchange->server->fd, POLLIN, -1, 0, -1);
      n = hoist_fault_wire_take (exchange->server, buffer, (gsize) MIN (*left, sizeof buffer));
    }
  if (n == 0)
    return FALSE;
  *left -= (guint64) n;
  return put_answer (exchange, kept, buffer, (gsize) n);
}

static gboolean
read_line (Exchange *exchange, GString *line)
{
  guint64 one = 1;
  g_autoptr (GByteArray) byte = g_byte_array_new ();

  do
    {
      one = 1;
      if (!read_answer_piece (exchange, byte, &one))
        return FALSE;
      g_string_append_c (line, (char) byte->data[byte->len - 1]);
    }
  while (line->len < 1024 && !g_str_has_suffix (line->str, "\r\n"));
  return TRUE;
}

/* RFC 9112, section 7.1. */
static gboolean
pass_chunks (Exchange *exchange, GByteArray *kept)
{
  guint64 size;

  do
    {
      g_autoptr (GString) line = g_string_new (NULL);
      guint64 left;

      if (!read_line (exchange, line))
        return FALSE;
      size = g_ascii_strtoull (line->str, NULL, 16);
      if (!put_answer (exchange, kept, (const guint8 *) line->str, line->len))
        return FALSE;
      left = size + 2; /* an empty line follows, also after the last one: no trailers are sent */
      while (left > 0)
        if (!read_answer_piece (exchange, kept, &left))
          return FALSE;
    }
  while (size > 0);
  return TRUE;
}

static gboolean
pass_answer_body (Exchange *exchange, const HoistFaultAnswer *answer, GByteArray *kept)
{
  guint64 left = answer->until_end ? G_MAXUINT64 : answer->length_bytes;

  if (answer->chunked)
    return pass_chunks (exchange, kept);
  while (left > 0)
    if (!read_answer_piece (exchange, kept, &left))
      return answer->until_end;
  return TRUE;
}

/* The final one: what is only interim goes to the client at once. */
static HoistFaultAnswer *
read_answer_head (Exchange *exchange)
{
  for (;;)
    {
      g_autoptr (GBytes) head =
        hoist_fault_wire_read_head (exchange->server, exchange->connection->client.fd);
      HoistFaultAnswer *answer =
        head != NULL ? hoist_fault_answer_parse (head, exchange->request->method) : NULL;

      if (answer == NULL || answer->status >= 200)
        return answer;
      tell (exchange, g_bytes_get_data (head, NULL), g_bytes_get_size (head));
      hoist_fault_answer_free (answer);
    }
}

/* Returns whether the connection may be used again. */
static gboolean
give_own_answer (Exchange *exchange, gboolean close)
{
  const HoistFaultRule *rule = exchange->plan->rule;
  const char *body = rule->body != NULL ? rule->body : "";
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text,
                          "HTTP/1.1 %u Scripted\r\nContent-Length: %zu\r\nContent-Type: %s\r\n",
                          rule->status, strlen (body),
                          rule->content_type != NULL ? rule->content_type : "application/xml");
  if (rule->header_name != NULL)
    g_string_append_printf (text, "%s: %s\r\n", rule->header_name, rule->header_value);
  g_string_append_printf (text, "%s\r\n%s", close ? "Connection: close\r\n" : "", body);
  exchange->record->status = rule->status;
  hoist_fault_connection_begin_answer (exchange->connection);
  exchange->record->whole = tell (exchange, (const guint8 *) text->str, text->len);
  return exchange->record->whole && !close;
}

static gboolean
cut (Exchange *exchange)
{
  exchange->connection->reset = exchange->plan->rule->reset;
  return FALSE;
}

/* Until the client gives up, or the proxy ends. */
static gboolean
say_nothing (Exchange *exchange)
{
  hoist_fault_wire_wait (exchange->connection->client.fd, POLLRDHUP, -1, 0, -1);
  return FALSE;
}

static gboolean
tell_altered (Exchange *exchange, const HoistFaultAnswer *answer, const GByteArray *kept)
{
  const HoistFaultRule *rule = exchange->plan->rule;
  g_autoptr (GBytes) head =
    hoist_fault_head_with (answer->head, rule->header_name, rule->header_value);

  exchange->record->status = answer->status;
  exchange->record->whole =
    tell (exchange, g_bytes_get_data (head, NULL), g_bytes_get_size (head)) &&
    tell (exchange, kept->data, kept->len);
  return exchange->record->whole && !answer->close && !answer->until_end;
}

static gboolean
tell_some (Exchange *exchange, const HoistFaultAnswer *answer, const GByteArray *kept)
{
  const HoistFaultRule *rule = exchange->plan->rule;
  g_autoptr (GByteArray) all = g_byte_array_new ();
  gsize length;
  const guint8 *head = g_bytes_get_data (answer->head, &length);
  gsize half;

  g_byte_array_append (all, head, (guint) length);
  /* Half of an empty body is half of the head. */
  half = kept->len > 0 ? length + kept->len / 2 : length / 2;
  g_byte_array_append (all, kept->data, kept->len);
  tell (exchange, all->data, MIN (rule->half ? half : rule->after_bytes, all->len));
  return cut (exchange);
}

/* The server has answered in full; the client is told what the rule says. */
static gboolean
tell_by_rule (Exchange *exchange, const HoistFaultAnswer *answer)
{
  g_autoptr (GByteArray) kept = g_byte_array_new ();

  if (!pass_answer_body (exchange, answer, kept))
    return FALSE;
  if (get_action (exchange) != HOIST_FAULT_SILENCE)
    hoist_fault_connection_begin_answer (exchange->connection);
  switch (get_action (exchange))
    {
    case HOIST_FAULT_REPLACE:
      return give_own_answer (exchange, answer->close || answer->until_end);
    case HOIST_FAULT_ALTER:
      return tell_altered (exchange, answer, kept);
    case HOIST_FAULT_SILENCE:
      return say_nothing (exchange);
    case HOIST_FAULT_CUT_ANSWER:
    default:
      return tell_some (exchange, answer, kept);
    }
}

static gboolean
pass_answer (Exchange *exchange)
{
  HoistFaultAction action = get_action (exchange);
  g_autoptr (HoistFaultAnswer) answer = read_answer_head (exchange);
  gboolean whole;

  if (answer == NULL)
    return FALSE;
  exchange->record->server_status = answer->status;
  if (action == HOIST_FAULT_REPLACE || action == HOIST_FAULT_ALTER ||
      action == HOIST_FAULT_SILENCE || action == HOIST_FAULT_CUT_ANSWER)
    return tell_by_rule (exchange, answer);
  hoist_fault_connection_begin_answer (exchange->connection);
  whole = tell (exchange, g_bytes_get_data (answer->head, NULL), g_bytes_get_size (answer->head)) &&
          pass_answer_body (exchange, answer, NULL);
  exchange->record->status = answer->status;
  exchange->record->whole = whole;
  return whole && !answer->close && !answer->until_end;
}

/* --- Both ------------------------------------------------------------------------------------- */

static gboolean
pass (Exchange *exchange)
{
  HoistFaultAction action;

  exchange->started_us = g_get_monotonic_time ();
  switch (pass_request (exchange))
    {
    case PASSED_ALL:
      action = get_action (exchange);
      if (action == HOIST_FAULT_CUT_REQUEST)
        return cut (exchange);
      if (action == HOIST_FAULT_BLACK_HOLE)
        return say_nothing (exchange);
      return pass_answer (exchange);
    case PASSED_ENOUGH:
      if (get_action (exchange) == HOIST_FAULT_BLACK_HOLE)
        return say_nothing (exchange);
      return cut (exchange);
    case PASSED_EARLY:
      /* What is left of the body is nobody's: the connection is of no use any more. */
      pass_answer (exchange);
      return FALSE;
    case PASSED_NO_MORE:
    default:
      return FALSE;
    }
}

/* Of what a request says it is cut off or swallowed at once, the server hears nothing. */
static gboolean
begins_with_nothing (const Exchange *exchange)
{
  HoistFaultAction action = get_action (exchange);

  return (action == HOIST_FAULT_CUT_REQUEST || action == HOIST_FAULT_BLACK_HOLE) &&
         exchange->plan->rule->after_bytes == 0;
}

static gboolean
run (Exchange *exchange)
{
  if (!pass_time (exchange, exchange->plan->latency_ms))
    return FALSE;
  if (begins_with_nothing (exchange))
    return get_action (exchange) == HOIST_FAULT_CUT_REQUEST ? cut (exchange)
                                                            : say_nothing (exchange);
  switch (get_action (exchange))
    {
    case HOIST_FAULT_ANSWER:
      if (exchange->plan->rule->early)
        return give_own_answer (exchange, TRUE);
      return pass_body (exchange, G_MAXUINT64) == PASSED_ALL && give_own_answer (exchange, FALSE);
    case HOIST_FAULT_RESTART:
      hoist_fault_proxy_restart (exchange->connection->proxy, exchange->plan->rule->down_ms);
      return FALSE;
    case HOIST_FAULT_HOLD:
      return hoist_fault_connection_hold (exchange->connection) && pass (exchange);
    case HOIST_FAULT_PASS:
    case HOIST_FAULT_REPLACE:
    case HOIST_FAULT_CUT_REQUEST:
    case HOIST_FAULT_CUT_ANSWER:
    case HOIST_FAULT_BLACK_HOLE:
    case HOIST_FAULT_SILENCE:
    case HOIST_FAULT_CORRUPT:
    case HOIST_FAULT_ALTER:
    default:
      return pass (exchange);
    }
}

/**
 * hoist_fault_exchange:
 * @connection: a client whose request's head was read
 * @request: the request
 * @plan: what goes wrong with it
 * @record: where it is noted what became of it
 *
 * Serves one request.
 *
 * Returns: whether the connection may be used for another one
 */
gboolean
hoist_fault_exchange (HoistFaultConnection *connection,
                      const HoistFaultRequest *request,
                      const HoistFaultPlan *plan,
                      HoistFaultRecord *record)
{
  Exchange exchange = {
    .connection = connection,
    .request = request,
    .plan = plan,
    .record = record,
    .started_us = g_get_monotonic_time (),
  };

  return run (&exchange);
}
