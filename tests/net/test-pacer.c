/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How fast each connection is told to be, by a clock that the test has in its hand. */

#include <sys/socket.h>

#include "hoist-connection.h"
#include "hoist-pacer.h"

#define MB G_GUINT64_CONSTANT (1000000)
#define LONG_BYTES (1000 * MB)

static HoistRate *
new_rate (guint64 bytes_per_s)
{
  HoistRate *rate = hoist_rate_new ();

  hoist_rate_set (rate, bytes_per_s);
  return rate;
}

static guint64
sum_up (HoistPacer *pacer, HoistPacerFlow **flows, guint n_flows)
{
  guint64 sum = 0;

  for (guint i = 0; i < n_flows; i++)
    sum += hoist_pacer_get_rate (pacer, flows[i]);
  return sum;
}

/* Whatever the number of connections, what they may send together is the limit, to the
 * byte; and each of them is told at once when the number changes. */
static void
test_sum_is_the_limit (void)
{
  g_autoptr (HoistRate) shared = new_rate (10 * MB + 1);
  g_autoptr (HoistPacer) pacer = hoist_pacer_new (shared);
  HoistPacerFlow *flows[32];

  for (guint n = 1; n <= G_N_ELEMENTS (flows); n++)
    {
      flows[n - 1] = hoist_pacer_join (pacer, NULL, LONG_BYTES, TRUE, 0);
      g_assert_cmpuint (sum_up (pacer, flows, n), ==, 10 * MB + 1);
    }
  for (guint n = G_N_ELEMENTS (flows); n > 1; n--)
    {
      hoist_pacer_leave (pacer, flows[n - 1]);
      g_assert_cmpuint (sum_up (pacer, flows, n - 1), ==, 10 * MB + 1);
    }
  hoist_pacer_leave (pacer, flows[0]);
}

/* A limit that changes is noticed when the next of the bodies is looked at, and lifted. */
static void
test_limit_changes (void)
{
  g_autoptr (HoistRate) shared = new_rate (0);
  g_autoptr (HoistRate) own = new_rate (0);
  g_autoptr (HoistPacer) pacer = hoist_pacer_new (shared);
  HoistPacerFlow *flows[] = { hoist_pacer_join (pacer, own, LONG_BYTES, TRUE, 0),
                              hoist_pacer_join (pacer, own, LONG_BYTES, TRUE, 0),
                              hoist_pacer_join (pacer, NULL, LONG_BYTES, TRUE, 0) };

  g_assert_cmpuint (sum_up (pacer, flows, 3), ==, 0);
  hoist_rate_set (shared, 9 * MB);
  hoist_pacer_report (pacer, flows[0], 0, 1);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (hoist_pacer_get_rate (pacer, flows[i]), ==, 3 * MB);
  hoist_rate_set (own, 2 * MB);
  hoist_pacer_report (pacer, flows[2], 0, 2);
  g_assert_cmpuint (hoist_pacer_get_rate (pacer, flows[0]), ==, MB);
  g_assert_cmpuint (hoist_pacer_get_rate (pacer, flows[1]), ==, MB);
  g_assert_cmpuint (hoist_pacer_get_rate (pacer, flows[2]), ==, 7 * MB);
  hoist_rate_set (own, 0);
  hoist_rate_set (shared, 0);
  hoist_pacer_report (pacer, flows[1], 0, 3);
  g_assert_cmpuint (sum_up (pacer, flows, 3), ==, 0);
  for (guint i = 0; i < 3; i++)
    hoist_pacer_leave (pacer, flows[i]);
}

/* What one leaves is not lost: then each may have all of it, and the bucket keeps the sum. */
static void
test_nothing_is_lost (void)
{
  g_autoptr (HoistRate) shared = new_rate (8 * MB);
  g_autoptr (HoistPacer) pacer = hoist_pacer_new (shared);
  HoistPacerFlow *fast = hoist_pacer_join (pacer, NULL, LONG_BYTES, TRUE, 0);
  HoistPacerFlow *other = hoist_pacer_join (pacer, NULL, LONG_BYTES, TRUE, 0);
  HoistPacerFlow *small;
  gint64 now_us;

  g_assert_cmpuint (hoist_pacer_get_rate (pacer, fast), ==, 4 * MB);

  /* A small file comes and goes. */
  small = hoist_pacer_join (pacer, NULL, 65536, TRUE, 0);
  g_assert_cmpuint (hoist_pacer_get_rate (pacer, fast), ==, 8 * MB);
  hoist_pacer_leave (pacer, small);
  g_assert_cmpuint (hoist_pacer_get_rate (pacer, fast), ==, 4 * MB);

  /* A connection that cannot be told. */
  small = hoist_pacer_join (pacer, NULL, LONG_BYTES, FALSE, 0);
  g_assert_cmpuint (hoist_pacer_get_rate (pacer, fast), ==, 8 * MB);
  hoist_pacer_leave (pacer, small);

  /* One whose line is slower, and becomes faster again. */
  for (now_us = 0; now_us <= 5 * G_USEC_PER_SEC; now_us += 100000)
    {
      hoist_pacer_report (pacer, fast, 4 * (guint64) now_us, now_us);
      hoist_pacer_report (pacer, other, (guint64) now_us, now_us);
    }
  g_assert_cmpuint (hoist_pacer_get_rate (pacer, fast), ==, 8 * MB);
  for (gint64 later_us = now_us; later_us <= now_us + 5 * G_USEC_PER_SEC; later_us += 100000)
    {
      hoist_pacer_report (pacer, fast, 4 * (guint64) later_us, later_us);
      hoist_pacer_report (pacer, other, 4 * (guint64) later_us, later_us);
    }
  g_assert_cmpuint (hoist_pacer_get_rate (pacer, fast), ==, 4 * MB);
  hoist_pacer_leave (pacer, fast);
  hoist_pacer_leave (pacer, other);
}

static guint32
get_kernel_rate (GSocketConnection *io)
{
  guint32 rate = 0;
  socklen_t length = sizeof rate;

  g_assert_cmpint (getsockopt (g_socket_get_fd (g_socket_connection_get_socket (io)), SOL_SOCKET,
                               SO_MAX_PACING_RATE, &rate, &length),
                   ==, 0);
  return rate;
}

/* What the kernel has is what it was told last, and nothing once there is no limit. */
static void
test_kernel (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autoptr (GSocketConnection) io = NULL;
  HoistConnection *connection;

  g_assert_no_error (error);
  io = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  connection = hoist_connection_new (G_IO_STREAM (io));
  g_assert_cmpuint (get_kernel_rate (io), ==, G_MAXUINT32);
  g_assert_true (hoist_connection_set_rate (connection, 5 * MB));
  g_assert_cmpuint (get_kernel_rate (io), ==, 5 * MB);
  g_assert_true (hoist_connection_set_rate (connection, 1000));
  g_assert_cmpuint (get_kernel_rate (io), ==, 65536);
  g_assert_true (hoist_connection_set_rate (connection, 0));
  g_assert_cmpuint (get_kernel_rate (io), ==, G_MAXUINT32);
  g_assert_true (hoist_connection_set_rate (connection, G_GUINT64_CONSTANT (1) << 40));
  g_assert_cmpuint (get_kernel_rate (io), ==, G_MAXUINT32);
  g_io_stream_close (G_IO_STREAM (io), NULL, NULL);
  g_assert_false (hoist_connection_set_rate (connection, MB));
  hoist_connection_unref (connection);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pacer/sum-is-the-limit", test_sum_is_the_limit);
  g_test_add_func ("/pacer/limit-changes", test_limit_changes);
  g_test_add_func ("/pacer/nothing-is-lost", test_nothing_is_lost);
  g_test_add_func ("/pacer/kernel", test_kernel);
  return g_test_run ();
}
