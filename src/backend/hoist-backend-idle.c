/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libsoup before 3.3 does not close a connection that had a request and that its client then
 * closed: each such client would cost a descriptor for good. */

#include "hoist-backend-idle.h"

#include <sys/socket.h>

#define WATCH_KEY "hoist-backend-idle"

static void
stop_watching (gpointer data)
{
  GSource *watch = data;

  g_source_destroy (watch);
  g_source_unref (watch);
}

static gboolean
is_at_end (GSocket *socket)
{
  char byte;

  return recv (g_socket_get_fd (socket), &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static gboolean
readable_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  if (!g_socket_is_closed (socket) && is_at_end (socket))
    g_socket_close (socket, NULL);
  hoist_backend_idle_end (socket);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_backend_idle_begin:
 * @socket: a connection whose request has been answered
 *
 * Closes the connection once its client has closed it, unless
 * hoist_backend_idle_end() is called before. To be called on the server's
 * thread.
 */
void
hoist_backend_idle_begin (GSocket *socket)
{
  GSource *watch;

  if (g_socket_is_closed (socket))
    return;
  watch = g_socket_create_source (socket, G_IO_IN, NULL);
  /* After libsoup, which may have a request to read there. */
  g_source_set_priority (watch, G_PRIORITY_LOW);
  g_source_set_static_name (watch, "hoist-backend-idle");
  g_source_set_callback (watch, G_SOURCE_FUNC (readable_cb), NULL, NULL);
  g_object_set_data_full (G_OBJECT (socket), WATCH_KEY, watch, stop_watching);
  g_source_attach (watch, g_main_context_get_thread_default ());
}

/**
 * hoist_backend_idle_end:
 * @socket: a connection
 *
 * The connection has another request.
 */
void
hoist_backend_idle_end (GSocket *socket)
{
  g_object_set_data (G_OBJECT (socket), WATCH_KEY, NULL);
}
