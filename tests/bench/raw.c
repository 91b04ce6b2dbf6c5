/* SPDX-License-Identifier: GPL-3.0-or-later */

/* raw WHAT PORT CONNECTIONS PART_BYTES FILE…: what there is no going below. PUTs files, or their
 * parts, to the sink and does nothing else: no signature, no list, no answer that is looked at
 * beyond its end. WHAT: sendfile; pread, through a buffer of 64 KiB; sha256, the same with the
 * SHA-256 of all of it; tls, through GnuTLS; tls-sha256. A thread a connection, all blocking. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <glib.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES (64 << 10)

typedef struct
{
  const char *path;
  guint64 offset_bytes;
  guint64 length_bytes;
} Unit;

typedef struct
{
  gboolean kernel; /* sendfile(2) */
  gboolean hash;
  gboolean tls;
  guint16 port;
  GArray *units;    /* (owned) */
  atomic_uint next; /* unit */
  gnutls_certificate_credentials_t credentials;
} Plan;

typedef struct
{
  Plan *plan;
  int fd;
  gnutls_session_t session; /* (nullable) */
  guint8 *buffer;
} Line;

static void
die (const char *what)
{
  fprintf (stderr, "raw: %s: %s\n", what, g_strerror (errno));
  exit (1);
}

static void
set_corked (Line *line, int corked)
{
  setsockopt (line->fd, IPPROTO_TCP, TCP_CORK, &corked, sizeof corked);
}

static void
write_all (Line *line, const void *data, gsize length)
{
  while (length > 0)
    {
      gssize n_bytes = line->session != NULL ? gnutls_record_send (line->session, data, length)
                                             : send (line->fd, data, length, MSG_NOSIGNAL);

      if (n_bytes <= 0)
        die ("send");
      data = (const char *) data + n_bytes;
      length -= (gsize) n_bytes;
    }
}

static void
read_answer (Line *line)
{
  char answer[4096];
  gsize length = 0;

  do
    {
      gssize n_bytes =
        line->session != NULL
          ? gnutls_record_recv (line->session, answer + length, sizeof answer - 1 - length)
          : recv (line->fd, answer + length, sizeof answer - 1 - length, 0);

      if (n_bytes == GNUTLS_E_AGAIN || n_bytes == GNUTLS_E_INTERRUPTED)
        continue;
      if (n_bytes <= 0)
        die ("receive");
      length += (gsize) n_bytes;
      answer[length] = '\0';
    }
  while (strstr (answer, "\r\n\r\n") == NULL);
  if (strncmp (answer, "HTTP/1.1 200", 12) != 0)
    die (answer);
}

static void
send_body (Line *line, int fd, const Unit *unit)
{
  off_t offset = (off_t) unit->offset_bytes;
  guint64 left = unit->length_bytes;
  gcry_md_hd_t hash = NULL;

  if (line->plan->hash)
    gcry_md_open (&hash, GCRY_MD_SHA256, 0);
  while (left > 0)
    {
      gssize n_bytes = line->plan->kernel
                         ? sendfile (line->fd, fd, &offset, left)
                         : pread (fd, line->buffer, MIN (left, BUFFER_BYTES), offset);

      if (n_bytes <= 0)
        die (unit->path);
      if (hash != NULL)
        gcry_md_write (hash, line->buffer, (gsize) n_bytes);
      if (!line->plan->kernel)
        {
          write_all (line, line->buffer, (gsize) n_bytes);
          offset += n_bytes;
        }
      left -= (guint64) n_bytes;
    }
  gcry_md_close (hash);
}

static void
open_line (Line *line)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (line->plan->port) };
  const int one = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  line->buffer = g_malloc (BUFFER_BYTES);
  line->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect (line->fd, (struct sockaddr *) &address, sizeof address) != 0)
    die ("connect");
  setsockopt (line->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (!line->plan->tls)
    return;
  gnutls_init (&line->session, GNUTLS_CLIENT);
  gnutls_set_default_priority (line->session);
  gnutls_credentials_set (line->session, GNUTLS_CRD_CERTIFICATE, line->plan->credentials);
  gnutls_transport_set_int (line->session, line->fd);
  if (gnutls_handshake (line->session) != 0)
    die ("TLS");
}

static gpointer
run_line (gpointer user_data)
{
  Plan *plan = user_data;
  Line line = { .plan = plan };
  guint i;

  open_line (&line);
  while ((i = atomic_fetch_add (&plan->next, 1)) < plan->units->len)
    {
      const Unit *unit = &g_array_index (plan->units, Unit, i);
      g_autofree char *head = g_strdup_printf ("PUT /bench/raw/%u HTTP/1.1\r\nHost: localhost\r\n"
                                               "Content-Length: %" G_GUINT64_FORMAT "\r\n\r\n",
                                               i, unit->length_bytes);
      int fd = open (unit->path, O_RDONLY | O_CLOEXEC);

      if (fd < 0)
        die (unit->path);
      set_corked (&line, 1);
      write_all (&line, head, strlen (head));
      send_body (&line, fd, unit);
      set_corked (&line, 0);
      close (fd);
      read_answer (&line);
    }
  if (line.session != NULL)
    gnutls_deinit (line.session);
  close (line.fd);
  g_free (line.buffer);
  return NULL;
}

static void
add_file (Plan *plan, const char *path, guint64 part_bytes)
{
  struct stat st;

  if (stat (path, &st) != 0)
    die (path);
  for (guint64 offset = 0; offset < (guint64) st.st_size; offset += part_bytes)
    {
      Unit unit = { path, offset, MIN (part_bytes, (guint64) st.st_size - offset) };

      g_array_append_val (plan->units, unit);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  Plan plan = { .units = g_array_new (FALSE, FALSE, sizeof (Unit)) };
  guint64 part_bytes;

  if (argc < 6)
    return 2;
  gcry_check_version (NULL);
  gcry_control (GCRYCTL_INITIALIZATION_FINISHED, 0);
  plan.kernel = g_str_equal (argv[1], "sendfile");
  plan.tls = g_str_has_prefix (argv[1], "tls");
  plan.hash = g_str_has_suffix (argv[1], "sha256");
  plan.port = (guint16) g_ascii_strtoull (argv[2], NULL, 10);
  part_bytes = g_ascii_strtoull (argv[4], NULL, 10);
  gnutls_certificate_allocate_credentials (&plan.credentials);
  for (int i = 5; i < argc; i++)
    add_file (&plan, argv[i], part_bytes);
  for (guint i = 0; i < g_ascii_strtoull (argv[3], NULL, 10); i++)
    g_ptr_array_add (threads, g_thread_new ("line", run_line, &plan));
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
  gnutls_certificate_free_credentials (plan.credentials);
  g_array_unref (plan.units);
  return 0;
}
