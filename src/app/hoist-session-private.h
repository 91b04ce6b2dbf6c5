/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-secret-watch.h"
#include "hoist-session-network.h"
#include "hoist-session-power.h"
#include "hoist-session.h"
#include "hoist-uploads-service.h"

G_BEGIN_DECLS

struct _HoistSession
{
  GObject parent_instance;

  HoistEngineConfig config;
  char *state_folder;           /* (owned) what @config points to */
  HoistDestinationStore *store; /* (owned) */
  HoistSecretStore *secrets;    /* (owned) */
  HoistEngine *engine;          /* (owned) (nullable) of this process */
  HoistUploader *remote;        /* (owned) (nullable) of another process */
  HoistUploadsService *service; /* (owned) (nullable) offers @engine to others */
  HoistSessionNetwork *network; /* (owned) (nullable) that @engine is told of */
  HoistSessionPower *power;     /* (owned) (nullable) the same, and keeps the computer awake */
  GSettings *settings;          /* (owned) (nullable) what the person wants */
  gboolean allow_metered;       /* for this run */
  gboolean allow_low_power;     /* for this run */
  GHashTable *known;            /* (owned) id -> HoistProviderConfig (owned) that the engine has */
  GCancellable *cancellable;    /* (owned) ends the look-ups */
  HoistDestination *own;        /* (owned) (nullable) known to this run only */
  char *own_token;              /* (owned) (nullable) its token */

  GTask *open_task; /* (owned) (nullable) */
  gboolean wait_for_tokens;
  gint64 meet_until_us; /* monotonic; 0 = the journal was not found taken yet */
  guint meet_id;

  /* What the keyring was asked */
  HoistSecretWatch *keyring; /* (owned) (nullable) */
  guint n_lookups;
  GHashTable *missing;   /* (owned) id -> why (owned), whose token the keyring did not give */
  GQueue locked;         /* (element-type utf8) (owned) ids that wait to be asked with a prompt */
  gboolean ask_again;    /* something changed meanwhile */
  gboolean declined;     /* a person was asked, and did not unlock it */
  char *keyring_problem; /* (owned) (nullable) as it was told last */
  guint retry_id;
  guint retry_s; /* the next delay */
};

/* hoist-session-tokens.c: destinations and their tokens */
void hoist_session_watch_keyring (HoistSession *self, GDBusConnection *bus);
void hoist_session_stop_asking (HoistSession *self);
gboolean hoist_session_stands_alone (HoistSession *self);
void hoist_session_give_own (HoistSession *self);

/* hoist-session-rules.c: what is allowed */
void hoist_session_follow_rules (HoistSession *self);

/* hoist-session.c */
void hoist_session_finish_opening (HoistSession *self);

G_END_DECLS
