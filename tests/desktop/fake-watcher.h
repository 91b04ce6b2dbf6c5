/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* An org.kde.StatusNotifierWatcher on a connection of its own: each one is another
 * owner of the name, as after a restart. */
typedef struct
{
  GDBusConnection *connection;
  gpointer skeleton;
  guint name_id;
  GString *items; /* what registered, a line each */
  gboolean refuses;
} FakeWatcher;

FakeWatcher *fake_watcher_new (GDBusConnection *connection, gboolean has_host);
void fake_watcher_free (FakeWatcher *self);
void fake_watcher_set_host (FakeWatcher *self, gboolean has_host, const char *signal);
