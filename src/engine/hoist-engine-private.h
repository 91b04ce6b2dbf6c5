/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-engine.h"
#include "hoist-inbox.h"
#include "hoist-scheduler.h"

G_BEGIN_DECLS

/**
 * HoistEngine:
 *
 * The uploading engine: a thread of its own with the queue, the journal and the
 * control calls, and a mirror of its uploads on the main thread. What is asked
 * of it goes over as a message; what happens comes back as change sets, at most
 * ten a second and one at a time.
 */
struct _HoistEngine
{
  GObject parent_instance;

  HoistEngineConfig config;
  char *state_folder;         /* (owned) what @config points to */
  HoistUploadList *list;      /* (owned) */
  GMainContext *main_context; /* (owned) where the engine was made */
  GMainContext *context;      /* (owned) of the engine thread */
  GThread *thread;            /* (owned) (nullable) */
  gboolean stopping;          /* main thread only */
  HoistJournalReport report;  /* set before start_finish(), then read-only */
  GError *problem;            /* (owned) (nullable) main thread only */

  HoistInbox *inbox; /* (owned) of the list */

  /* engine thread only */
  GTask *start_task;         /* (owned) (nullable) answered when the list has all there is */
  HoistScheduler *scheduler; /* (owned) (nullable) */
  HoistJournal *journal;     /* (owned) (nullable) */
  GTask *stop_task;          /* (owned) (nullable) */
  GPtrArray *quiet_tasks;    /* (owned) (element-type GTask) wait until nothing travels */
};

/* An order, or what came of it. Only what @func of its post looks at is set. */
typedef struct
{
  HoistEngine *engine;                  /* (owned) */
  GTask *task;                          /* (owned) (nullable) */
  GStrv paths;                          /* (owned) (nullable) */
  char *text;                           /* (owned) (nullable) a destination's id, or a path */
  HoistProviderConfig *provider_config; /* (owned) (nullable) */
  HoistCommand command;
  GArray *ids; /* (owned) (nullable) (element-type guint64) */
  gboolean with_files;
  guint expires_in_s;
  HoistLimits limits;
  HoistNetworkState network;
  HoistAllowance allowance;
  GError *error;      /* (owned) (nullable) */
  GPtrArray *uploads; /* (owned) (nullable) (element-type HoistUnfinished) */
  char *after;        /* (owned) (nullable) */
  gboolean detailed;
} HoistEngineMessage;

HoistEngineMessage *hoist_engine_message_new (HoistEngine *engine);
void hoist_engine_message_free (HoistEngineMessage *message);
void hoist_engine_post (HoistEngine *self, GSourceFunc func, HoistEngineMessage *message);
void hoist_engine_post_to_main (HoistEngine *self, GSourceFunc func, HoistEngineMessage *message);

/* hoist-engine-unfinished.c */
void hoist_engine_unfinished_init (HoistUploaderInterface *iface);
/* hoist-engine-receipts.c */
void hoist_engine_receipts_init (HoistUploaderInterface *iface);

G_END_DECLS
