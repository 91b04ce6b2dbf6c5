/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How exactly a bandwidth limit is kept: what a server on the loopback line got in ten
 * seconds, divided by what it should have got.
 *
 *     _build/tests/bench/bench-rate [SECONDS] */

#include <gio/gio.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hoist-transport.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define MB G_GUINT64_CONSTANT (1000000)
#define MAX_PART_BYTES (64 * MIB)
/* Until the connections are there and the first burst is over. */
#define WARM_UP_S 1

static _Atomic guint64 received_bytes; /* of bodies, by the server */

/* --- The server: takes everything and says that it is fine --- */

static gboolean
skip_body (GInputStream *input, guint64 n_bytes)
{
  g_autofree char *buffer = g_malloc (65536);

  while (n_bytes > 0)
    {
      gssize n_read = g_input_stream_read (input, buffer, MIN (n_bytes, 65536), NULL, NULL);

      if (n_read <= 0)
        return FALSE;
      n_bytes -= (guint64) n_read;
      atomic_fetch_add (&received_bytes, (guint64) n_read);
    }
  return TRUE;
}

static gboolean
answer (GDataInputStream *input, GOutputStream *output)
{
  static const char ok[] = "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 0\r\n\r\n";
  guint64 length = 0;
  char *line;

  while ((line = g_data_input_stream_read_line (input, NULL, NULL, NULL)) != NULL && *line != '\0')
    {
      if (g_ascii_strncasecmp (line, "Content-Length:", 15) == 0)
        length = g_ascii_strtoull (line + 15, NULL, 10);
      g_free (line);
    }
  if (line == NULL)
    return FALSE;
  g_free (line);
  return skip_body (G_INPUT_STREAM (input), length) &&
         g_output_stream_write_all (output, ok, sizeof ok - 1, NULL, NULL, NULL);
}

static gboolean
serve_cb (GThreadedSocketService *service,
          GSocketConnection *connection,
          GObject *source,
          gpointer user_data)
{
  g_autoptr (GDataInputStream) input =
    g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));

  g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  while (answer (input, g_io_stream_get_output_stream (G_IO_STREAM (connection))))
    ;
  return TRUE;
}

/* --- The client: so many bodies at a time, one after another --- */

typedef struct
{
  HoistTransport *transport;
  const char *url;
  int fd;
  guint64 part_bytes;
  guint n_running;
  gboolean ending;
} Client;

static void start (Client *client);

static void
put_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *client = user_data;
  g_autoptr (GError) error = NULL;

  client->n_running--;
  if (!hoist_transport_put_finish (client->transport, result, &error) && !client->ending)
    g_error ("%s", error->message);
  if (!client->ending)
    start (client);
}

static void
start (Client *client)
{
  g_autoptr (HoistPut) put = hoist_put_new ();

  put->url = g_strdup (client->url);
  put->fd = client->fd;
  put->length_bytes = client->part_bytes;
  client->n_running++;
  hoist_transport_put_async (client->transport, put, NULL, put_cb, client);
}

static gboolean
wake_cb (gpointer done)
{
  *(gboolean *) done = TRUE;
  return G_SOURCE_REMOVE;
}

static double
run_for (guint seconds)
{
  gint64 begun_us = g_get_monotonic_time ();
  guint64 before = atomic_load (&received_bytes);
  gboolean done = FALSE;

  g_timeout_add (seconds * 1000, wake_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  return (double) (atomic_load (&received_bytes) - before) * G_USEC_PER_SEC /
         (double) (g_get_monotonic_time () - begun_us);
}

/* Returns what arrived, as a fraction of the limit. */
static double
measure (Client *client, guint n_connections, guint64 bytes_per_s, gboolean direct, guint seconds)
{
  double ratio;

  client->transport = hoist_transport_new (2);
  client->ending = FALSE;
  hoist_transport_set_direct (client->transport, direct);
  hoist_transport_set_rate (client->transport, bytes_per_s);
  for (guint i = 0; i < n_connections; i++)
    start (client);
  run_for (WARM_UP_S);
  ratio = run_for (seconds) / (double) bytes_per_s;
  client->ending = TRUE;
  hoist_transport_stop (client->transport);
  while (client->n_running > 0)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&client->transport);
  return ratio;
}

static const struct
{
  guint64 bytes_per_s;
  guint n_connections;
  guint64 part_bytes;
  gboolean direct;
} rows[] = {
  { 1 * MB, 4, 8 * MIB, TRUE },    { 10 * MB, 1, 16 * MIB, TRUE }, { 10 * MB, 4, 16 * MIB, TRUE },
  { 10 * MB, 16, 65536, TRUE },    { 50 * MB, 8, 16 * MIB, TRUE }, { 200 * MB, 4, 64 * MIB, TRUE },
  { 10 * MB, 4, 16 * MIB, FALSE },
};

int
main (int argc, char *argv[])
{
  guint seconds = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 10;
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (64);
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, &error);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/object", port);
  Client client = { .url = url, .fd = memfd_create ("part", MFD_CLOEXEC) };

  g_assert_no_error (error);
  g_assert_cmpint (ftruncate (client.fd, (off_t) MAX_PART_BYTES), ==, 0);
  g_signal_connect (service, "run", G_CALLBACK (serve_cb), NULL);
  g_print ("%8s %12s %10s %8s %8s\n", "MB/s", "connections", "part KiB", "direct", "ratio");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      client.part_bytes = rows[i].part_bytes;
      g_print ("%8.0f %12u %10" G_GUINT64_FORMAT " %8s %8.4f\n", (double) rows[i].bytes_per_s / 1e6,
               rows[i].n_connections, rows[i].part_bytes >> 10, rows[i].direct ? "yes" : "no",
               measure (&client, rows[i].n_connections, rows[i].bytes_per_s, rows[i].direct,
                        MAX (seconds, 1)));
    }
  close (client.fd);
  return 0;
}
