/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-scheduler.h"

G_BEGIN_DECLS

/* Where uploads that may go wait for their turn, in the order they came. Small
 * ones have a lane of their own, so that none waits behind 200 GB. */
typedef enum
{
  HOIST_LANE_SMALL,
  HOIST_LANE_LARGE,
} HoistLane;

#define HOIST_N_LANES 2

/* A destination and the uploads that want to go there. */
typedef struct
{
  HoistTarget *target;         /* (owned) */
  GQueue ready[HOIST_N_LANES]; /* (element-type HoistTransfer) (borrowed) */

  /* what the network says, and what the backend itself says of it */
  HoistHold hold;
  gint64 held_since_us; /* monotonic */
  gint64 ask_at_us;     /* monotonic */
  guint n_asked;
  gboolean asking;
  gboolean answered; /* while the network was said to be away */
} HoistRoute;

struct _HoistScheduler
{
  HoistEngineConfig config;
  HoistSchedulerEvents events;
  gpointer events_data;

  GMainContext *context;            /* (owned) of the engine thread */
  HoistJournal *journal;            /* (owned) */
  HoistTransport *transport;        /* (owned) */
  HoistWorkers *file_workers;       /* (owned) */
  HoistWorkers *hash_workers;       /* (owned) */
  HoistWorkers *background_workers; /* (owned) read what nobody waits for */
  HoistMounts *mounts;              /* (owned) */
  HoistLimiter limiter;
  HoistLimits limits;       /* as a person set them */
  guint64 rate_bytes_per_s; /* of this hour; 0 = no limit */
  gint64 rate_since_us;     /* real time; when that was found out */
  gint64 rate_until_us;     /* real time; when to look again */
  guint64 acked_bytes;      /* of all PUTs that ended */
  guint64 resent_segments;  /* likewise */

  GHashTable *transfers;        /* (owned) set of HoistTransfer (owned) by id */
  GHashTable *unfinished;       /* (owned) set of HoistTransfer by file and destination */
  GHashTable *routes;           /* (owned) destination id -> HoistRoute (owned) */
  GQueue active[HOIST_N_LANES]; /* (element-type HoistTransfer) with a run */
  GQueue waiting;               /* (element-type HoistTransfer) for a time */
  GQueue verify_groups;         /* (owned) to be asked once their destinations are known */
  GQueue link_tasks;            /* (element-type GTask) (owned) likewise */
  GQueue leaving;               /* (element-type HoistTransfer) removed without any server */
  GQueue walks;                 /* (element-type HoistTransfer) folders that are looked through */
  guint64 next_id;
  guint64 last_turn;
  guint64 next_batch;

  GQueue commits; /* (element-type Commit) (owned) not yet on disk, in order */
  gboolean journal_failed;
  GSource *retry_source; /* (owned) (nullable) tries the journal again */

  HoistNetworkState network;
  HoistAllowance metered;         /* as it is now */
  HoistAllowance metered_setting; /* what it falls back to */
  HoistAllowance power;           /* as it is now */
  HoistAllowance power_setting;   /* what it falls back to */

  GPtrArray *dirty;        /* (owned) (element-type HoistTransfer) (borrowed elements) changed */
  HoistChangeSet *changes; /* (owned) removed uploads and batches; both since the pass began */
  GPtrArray *telling;   /* (owned) (element-type HoistTransfer) of the pass (borrowed elements) */
  guint n_told;         /* of these, the first ones */
  HoistChangeSet *pass; /* (owned) removed uploads and batches of the pass */
  guint n_removed_told; /* of these, the first ones */
  gboolean set_is_away; /* not yet in the list of others */

  GSource *kick_source;   /* (owned) (nullable) */
  GSource *timer_source;  /* (owned) ready at the earliest time that matters */
  gint64 look_at_us;      /* monotonic; before it none of those that wait may go */
  GSource *pass_source;   /* (owned) (nullable) begins to tell what has changed */
  GSource *sample_source; /* (owned) (nullable) while anything is active */

  GCancellable *cancellable;         /* (owned) ends the walks and all else that is read */
  GCancellable *receipt_cancellable; /* (owned) ends the digests of what was delivered */
  GSource *receipt_source;           /* (owned) (nullable) their last moment */
  guint n_calls;                     /* walks and checks that will come back */
  gboolean halting;
};

/* hoist-scheduler-feed.c: what others are told */
void hoist_scheduler_feed_init (HoistScheduler *self);
void hoist_scheduler_feed_clear (HoistScheduler *self);
void hoist_scheduler_feed_batch (HoistScheduler *self, const HoistBatchInfo *batch);
void hoist_scheduler_feed_removed (HoistScheduler *self, guint64 id);

/* hoist-scheduler-log.c: the journal */
void hoist_scheduler_log_init (HoistScheduler *self);
void hoist_scheduler_log_tidy (HoistScheduler *self);
void hoist_scheduler_log_abandon (HoistScheduler *self);
void hoist_scheduler_log_clear (HoistScheduler *self);

/* hoist-scheduler-walks.c: what is added, and found in folders */
void hoist_scheduler_restore_walk (HoistScheduler *self, HoistTransfer *transfer);
void hoist_scheduler_place_walk (HoistScheduler *self, HoistTransfer *transfer);
void hoist_scheduler_activate_walks (HoistScheduler *self);
void hoist_scheduler_halt_walks (HoistScheduler *self);
void hoist_scheduler_end_walk (HoistScheduler *self, HoistTransfer *transfer);

/* hoist-scheduler-add.c: what is there */
void hoist_scheduler_restore (HoistScheduler *self);
HoistTransfer *hoist_scheduler_insert (HoistScheduler *self, HoistUploadRecord *record);
void hoist_scheduler_index (HoistScheduler *self, HoistTransfer *transfer);
GHashTable *hoist_scheduler_transfers_new (void);
HoistTransfer *hoist_scheduler_find (HoistScheduler *self, guint64 id);
GHashTable *hoist_scheduler_index_new (void);
HoistTransfer *hoist_scheduler_find_unfinished (HoistScheduler *self,
                                                const char *path,
                                                const char *destination_id);

/* hoist-scheduler-drives.c: drives that come and go */
void hoist_scheduler_drives_init (HoistScheduler *self);
void hoist_scheduler_drives_clear (HoistScheduler *self);

/* hoist-scheduler-network.c: what holds uploads up that is not their own affair */
void hoist_scheduler_network_init (HoistScheduler *self);
void hoist_scheduler_network_add_route (HoistScheduler *self, HoistRoute *route);
void hoist_scheduler_network_round (HoistScheduler *self, gint64 now_us);
void hoist_scheduler_mark_pending_dirty (HoistScheduler *self);

/* hoist-scheduler-receipts.c, -links.c, -verify.c: after the delivery */
void hoist_scheduler_complete_receipts (HoistScheduler *self);
void hoist_scheduler_wake_verifications (HoistScheduler *self);
void hoist_scheduler_wake_links (HoistScheduler *self);

/* hoist-scheduler-share.c: what a destination gets of what all of them share */
gboolean hoist_scheduler_share_has_place (HoistScheduler *self,
                                          HoistTransfer *transfer,
                                          HoistLane lane,
                                          guint max_active);
gboolean hoist_scheduler_share_is_used_up (HoistScheduler *self, HoistTarget *target);

/* hoist-scheduler-limits.c: how much of the machine and the line is used */
void hoist_scheduler_limits_init (HoistScheduler *self, const HoistLimits *limits);
void hoist_scheduler_limits_check_hour (HoistScheduler *self);
void hoist_scheduler_limits_sample (HoistScheduler *self, gint64 now_us);

/* hoist-scheduler.c */
void hoist_route_free (HoistRoute *route);
HoistRoute *hoist_scheduler_get_route (HoistScheduler *self, const char *destination_id);

G_END_DECLS
