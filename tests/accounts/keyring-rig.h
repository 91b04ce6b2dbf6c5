/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* A bus, a real gnome-keyring on it in the state that a test needs, and a
 * prompter. All of it dies with the test. */

#define SECRETS_NAME "org.freedesktop.secrets"
#define SECRETS_PATH "/org/freedesktop/secrets"
#define PROMPTER_NAME "org.gnome.keyring.SystemPrompter"
#define PROMPTER_PATH "/org/gnome/keyring/Prompter"

/* A bus of our own, without any service. Not GTestDBus, which waits half a minute
 * for the shared connection to go: calls that never end hold it. */
typedef struct
{
  char *folder;
  GSubprocess *daemon;
  GDBusConnection *session; /* the one that libsecret uses */
} RigBus;

typedef struct
{
  char *home;                  /* where its files are */
  GDBusConnection *connection; /* the test's own, not the one that libsecret uses */
  GSubprocess *daemon;
} RigKeyring;

/* A prompter that opens, and never says anything. */
typedef struct
{
  GDBusConnection *connection;
  guint object_id;
  guint n_prompts;
} RigPrompter;

void rig_bus_start (RigBus *bus);
void rig_bus_stop (RigBus *bus);
GDBusConnection *rig_connect (void);
gboolean rig_has_owner (GDBusConnection *connection, const char *name);

void rig_keyring_init (RigKeyring *keyring);
void rig_keyring_clear (RigKeyring *keyring);
void rig_keyring_start (RigKeyring *keyring, const char *password);
void rig_keyring_stop (RigKeyring *keyring);
void rig_keyring_lock (RigKeyring *keyring);

void rig_prompter_start (RigPrompter *prompter);
void rig_prompter_stop (RigPrompter *prompter);

void rig_tolerate_libsecret (void);
