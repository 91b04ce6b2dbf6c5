/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An answer that comes in while the body is on its way: whatever the pieces it
 * comes in, it must be read the same. */

#include <string.h>

#include "hoist-early-reply.h"

typedef struct
{
  const char *data;
  HoistEarlyState state; /* when all of it was fed */
  guint status;
  const char *body;          /* (nullable) */
  HoistEarlyState end_state; /* when nothing more comes */
} Case;

static const Case cases[] = {
  { "", HOIST_EARLY_NONE, 0, NULL, HOIST_EARLY_BROKEN },
  { "H", HOIST_EARLY_STARTED, 0, NULL, HOIST_EARLY_BROKEN },
  { "HTTP/1.1 403 Forbidden\r\n\r", HOIST_EARLY_STARTED, 0, NULL, HOIST_EARLY_BROKEN },
  { "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", HOIST_EARLY_COMPLETE, 403, "",
    HOIST_EARLY_COMPLETE },
  { "HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nhell", HOIST_EARLY_STARTED, 403, "hell",
    HOIST_EARLY_COMPLETE },
  { "HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nhello", HOIST_EARLY_COMPLETE, 403, "hello",
    HOIST_EARLY_COMPLETE },
  { "HTTP/1.1 503 Slow\r\nConnection: close\r\n\r\nhello", HOIST_EARLY_STARTED, 503, "hello",
    HOIST_EARLY_COMPLETE },
  { "HTTP/1.1 100 Continue\r\n\r\n", HOIST_EARLY_NONE, 0, NULL, HOIST_EARLY_BROKEN },
  { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 P\r\nA: b\r\n\r\n", HOIST_EARLY_NONE, 0, NULL,
    HOIST_EARLY_BROKEN },
  { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 No\r\nContent-Length: 1\r\n\r\nx",
    HOIST_EARLY_COMPLETE, 400, "x", HOIST_EARLY_COMPLETE },
  { "HTTP/1.1 403 F\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;ext\r\nlo\r\n0\r\n\r\n",
    HOIST_EARLY_COMPLETE, 403, "hello", HOIST_EARLY_COMPLETE },
  { "HTTP/1.1 403 F\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nl", HOIST_EARLY_STARTED,
    403, "hell", HOIST_EARLY_COMPLETE },
  { "HTTP/1.1 403 F\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhel",
    HOIST_EARLY_STARTED, 403, "hel", HOIST_EARLY_COMPLETE },
  { "garbage\r\n\r\n", HOIST_EARLY_BROKEN, 0, NULL, HOIST_EARLY_BROKEN },
  { "\r\n\r\n", HOIST_EARLY_BROKEN, 0, NULL, HOIST_EARLY_BROKEN },
};

static void
check (const Case *c, HoistEarlyReply *reply)
{
  g_assert_cmpint (hoist_early_reply_get_state (reply), ==, c->state);
  g_assert_cmpuint (hoist_early_reply_get_status (reply), ==, c->status);
  if (c->status != 0)
    {
      g_autoptr (GBytes) body = hoist_early_reply_dup_body (reply);

      g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), c->body,
                       strlen (c->body));
    }
  g_assert_cmpint (hoist_early_reply_end (reply), ==, c->end_state);
}

static void
test_whole (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistEarlyReply) reply = hoist_early_reply_new (1000);

      g_test_message ("case %u", i);
      hoist_early_reply_feed (reply, cases[i].data, strlen (cases[i].data));
      check (&cases[i], reply);
    }
}

static void
test_pieces (void)
{
  for (guint i = 0; i < 50 * G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i / 50];
      g_autoptr (HoistEarlyReply) reply = hoist_early_reply_new (1000);
      gsize at = 0;
      gsize length = strlen (c->data);

      while (at < length)
        {
          gsize piece = (gsize) g_test_rand_int_range (1, (gint32) (length - at) + 1);

          hoist_early_reply_feed (reply, c->data + at, piece);
          at += piece;
        }
      check (c, reply);
    }
}

static void
test_limits (void)
{
  g_autofree char *blanks = g_strnfill (1 << 20, ' ');
  g_autoptr (HoistEarlyReply) no_headers = hoist_early_reply_new (1000);
  g_autoptr (HoistEarlyReply) long_body = hoist_early_reply_new (1000);
  const char *head = "HTTP/1.1 403 F\r\nContent-Length: 99999999\r\n\r\n";

  g_assert_cmpint (hoist_early_reply_feed (no_headers, blanks, 1 << 20), ==, HOIST_EARLY_BROKEN);
  hoist_early_reply_feed (long_body, head, strlen (head));
  g_assert_cmpint (hoist_early_reply_feed (long_body, blanks, 2000), ==, HOIST_EARLY_COMPLETE);
  g_assert_cmpint (hoist_early_reply_feed (long_body, blanks, 2000), ==, HOIST_EARLY_COMPLETE);
}

static void
test_garbage (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (HoistEarlyReply) reply = hoist_early_reply_new (200);
      char data[64];

      g_strlcpy (data, "HTTP/1.1 403 F\r\nTransfer-Encoding: chunked\r\n\r\n", sizeof data);
      for (guint j = 0; j < 8; j++)
        data[g_test_rand_int_range (0, sizeof data)] = (char) g_test_rand_int ();
      hoist_early_reply_feed (reply, data, sizeof data);
      if (hoist_early_reply_get_status (reply) != 0)
        g_bytes_unref (hoist_early_reply_dup_body (reply));
      g_assert_cmpint (hoist_early_reply_end (reply), >=, HOIST_EARLY_COMPLETE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/early-reply/whole", test_whole);
  g_test_add_func ("/net/early-reply/pieces", test_pieces);
  g_test_add_func ("/net/early-reply/limits", test_limits);
  g_test_add_func ("/net/early-reply/garbage", test_garbage);
  return g_test_run ();
}
