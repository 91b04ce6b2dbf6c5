/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-login.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

static const char LOGIN_XML[] = "<node><interface name='org.freedesktop.login1.Manager'>"
                                "<method name='Inhibit'>"
                                "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
                                "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
                                "<arg type='h' direction='out'/></method>"
                                "</interface></node>";

static void
inhibit (FakeLogin *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int ends[2];

  g_assert_cmpint (pipe2 (ends, O_CLOEXEC | O_NONBLOCK), ==, 0);
  if (self->lock_end >= 0)
    close (self->lock_end);
  self->lock_end = ends[0];
  self->n_locks++;
  g_unix_fd_list_append (fds, ends[1], NULL);
  close (ends[1]);
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           fds);
}

static void
call_cb (GDBusConnection *connection,
         const char *sender,
         const char *object_path,
         const char *interface_name,
         const char *method_name,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  FakeLogin *self = user_data;
  const char *what;
  const char *who;
  const char *why;
  const char *mode;

  g_variant_get (parameters, "(&s&s&s&s)", &what, &who, &why, &mode);
  g_assert_cmpstr (why, !=, "");
  g_free (self->asked);
  self->asked = g_strdup_printf ("%s %s %s", what, who, mode);
  self->n_asked++;
  if (self->refuses)
    g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                   G_DBUS_ERROR_ACCESS_DENIED, "Permission denied");
  else
    inhibit (self, invocation);
}

void
fake_login_set_up (FakeLogin *self)
{
  self->lock_end = -1;
  bus_rig_up (&self->rig);
}

void
fake_login_start (FakeLogin *self)
{
  static const GDBusInterfaceVTable table = { .method_call = call_cb };

  self->object_id = bus_rig_export (&self->rig, "/org/freedesktop/login1", LOGIN_XML, &table, self);
  self->name_id = bus_rig_own_name (&self->rig, "org.freedesktop.login1");
}

void
fake_login_stop (FakeLogin *self)
{
  g_clear_handle_id (&self->name_id, g_bus_unown_name);
  if (self->object_id != 0)
    g_dbus_connection_unregister_object (self->rig.server, self->object_id);
  self->object_id = 0;
}

void
fake_login_tear_down (FakeLogin *self)
{
  fake_login_stop (self);
  bus_rig_down (&self->rig);
  if (self->lock_end >= 0)
    close (self->lock_end);
  g_free (self->asked);
}

void
fake_login_say_sleep (FakeLogin *self, gboolean going)
{
  g_assert_true (g_dbus_connection_emit_signal (self->rig.server, NULL, "/org/freedesktop/login1",
                                                "org.freedesktop.login1.Manager", "PrepareForSleep",
                                                g_variant_new ("(b)", going), NULL));
}

gboolean
fake_login_is_locked (FakeLogin *self)
{
  char byte;

  /* the other end is open: nothing to read yet, and no end either */
  return self->lock_end >= 0 && read (self->lock_end, &byte, 1) < 0;
}

static gboolean
keep_ticking_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* The bus's threads may hold the lock's other copies for a moment longer. */
void
fake_login_wait_until_unlocked (FakeLogin *self)
{
  guint tick = g_timeout_add (10, keep_ticking_cb, NULL);

  BUS_RIG_WAIT_FOR (!fake_login_is_locked (self));
  g_source_remove (tick);
}
