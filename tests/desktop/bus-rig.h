/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* A bus of a test's own, with a connection for who serves and one for who is tested. */
typedef struct
{
  GTestDBus *bus;          /* (owned) */
  GDBusConnection *server; /* (owned) */
  GDBusConnection *client; /* (owned) */
} BusRig;

void bus_rig_up (BusRig *rig);
void bus_rig_down (BusRig *rig);
guint bus_rig_own_name (BusRig *rig, const char *name);
guint bus_rig_export (BusRig *rig,
                      const char *path,
                      const char *xml,
                      const GDBusInterfaceVTable *table,
                      gpointer user_data);
void bus_rig_drain (void);
void bus_rig_catch_up (BusRig *rig);

/* Without a limit of its own: what never comes ends with the test's. */
#define BUS_RIG_WAIT_FOR(condition)                                                                \
  while (!(condition))                                                                             \
  g_main_context_iteration (NULL, TRUE)
