/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-file.h"
#include "hoist-provider.h"
#include "hoist-target.h"
#include "hoist-transport.h"
#include "hoist-upload-info.h"
#include "hoist-whole.h"

G_BEGIN_DECLS

typedef struct _HoistScheduler HoistScheduler;
typedef struct _HoistTransfer HoistTransfer;

/**
 * HoistCommitFunc:
 * @transfer: the upload
 * @part_number: as it was given
 *
 * Called when the journal has an event on disk.
 */
typedef void (*HoistCommitFunc) (HoistTransfer *transfer, guint part_number);

/**
 * HoistPartStage:
 *
 * Where a part that is under way is. One that fails goes back to HASHED and is
 * signed again, after its delay.
 */
typedef enum
{
  HOIST_PART_HASHING,
  HOIST_PART_HASHED,
  HOIST_PART_SIGNING,
  HOIST_PART_SIGNED,
  HOIST_PART_SENDING,
  HOIST_PART_CHECKING,   /* delivered; is the file still the same? */
  HOIST_PART_COMMITTING, /* delivered and in the record; the journal writes it */
} HoistPartStage;

/* A part under way. */
typedef struct
{
  HoistTransfer *transfer; /* that it is of; outlives it */
  guint part_number;
  HoistPartStage stage;
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  HoistSignedUrl *url; /* (owned) (nullable) in SIGNED and SENDING */
  gint64 use_until_us; /* monotonic; @url is not begun to be used after it */
  HoistPut *put;       /* (owned) (nullable) in SENDING and CHECKING */
  guint attempt;       /* how often it failed */
  guint n_expired;     /* fresh URLs that were refused as expired, one after another */
  gboolean doubted; /* a refusal was answered by a fresh URL: the next one counts, if it follows */
  GError *error;    /* (owned) (nullable) why it failed the last time */
  gint64 not_before_us; /* monotonic; 0 = at once */
} HoistPart;

/* What an upload has while it is being worked on, and gives back when it is not. */
typedef struct
{
  GCancellable *cancellable; /* (owned) ends everything under way */
  HoistFile *file;           /* (owned) (nullable) */
  GPtrArray *parts;          /* (owned) (element-type HoistPart) under way, by part number */
  guint next_part_number;    /* first one that was not looked at yet */
  gboolean checked;
  gboolean searched;
  gboolean reconciled;
  GPtrArray *found; /* (owned) (nullable) (element-type HoistUnfinished) to be compared with it */
  HoistStep step;   /* under way; NONE if there is none */
  gboolean signing;
  guint n_sending;
  gint64 disk_since_us; /* monotonic; since when its disk alone holds it up, or 0 */
  guint64 bytes_per_s;  /* smoothed */
  guint64 sampled_bytes;
  gint64 sampled_us;                           /* monotonic, or 0 */
  guint8 whole_digest[HOIST_DIGEST_MAX_BYTES]; /* of a single PUT's file */
  HoistSignedUrl *single_url;                  /* (owned) (nullable) of a single PUT */
  HoistDelivery *delivery; /* (owned) (nullable) what is proved so far, while it is finished */
  GError *stop_error;      /* (owned) (nullable) what ended it, while the rest winds down */
  gint64 stop_retry_after_us;
  gboolean stop_is_final; /* waiting would not help */

  /* the finishing step, see hoist-transfer-settle.c */
  GCancellable *finish_cancellable; /* (owned) (nullable) */
  gulong finish_chain_id;           /* on @cancellable */
  GSource *finish_source;           /* (owned) (nullable) */
  gboolean finish_overdue;
  guint n_overdue;
} HoistRun;

/**
 * HoistTrouble:
 *
 * What this run knows of an upload's last error besides what the record has.
 */
typedef struct
{
  guint http_status; /* of the answer; 0 = none */
  char *reply_code;  /* (owned) (nullable) the server's name of it */
  char *request_id;  /* (owned) (nullable) the server's number of it */
  gint64 failed_us;  /* monotonic; when the upload failed for good, or 0 */
} HoistTrouble;

/**
 * HoistTransfer:
 *
 * One upload on the engine thread: its record, and while it is worked on its
 * run. Of 100,000 that are queued only a handful has a run.
 */
struct _HoistTransfer
{
  HoistScheduler *scheduler;
  HoistTarget *target;       /* (owned) (nullable) null if its destination is gone */
  HoistUploadRecord *record; /* (owned) */
  HoistRun *run;             /* (owned) (nullable) */
  HoistWhole *whole;         /* (owned) (nullable) the whole file's digest, while it is computed */
  HoistFile *whole_file;     /* (owned) (nullable) what it is read from after the delivery */

  HoistFile *kept_file; /* (owned) (nullable) between runs: to find it by, or to read it still */

  GList link;    /* in the target's ready queue, or the active list */
  GQueue *queue; /* (nullable) that @link is in */

  guint64 turn; /* its number in the ready queue of @lane; 0 = in none */

  gint64 wait_until_us;    /* monotonic; 0 = not waiting */
  gint64 last_progress_us; /* monotonic, or 0 */
  HoistTrouble *trouble;   /* (owned) (nullable) more of the record's error */
  guint attempt;           /* errors in a row */
  guint n_committing;      /* parts and completions that the journal still writes */

  guint doubts : 3;         /* how often its file could not be read since a part was done */
  guint beginnings : 2;     /* after the first, since a person said something */
  guint undo_state : 4;     /* HoistUploadState: what a cancel came from */
  guint lane : 1;           /* of the ready queue that it was last in */
  guint restored : 1;       /* of an earlier run, and nobody said yet what to do */
  guint completed : 1;      /* the server confirmed */
  guint accept_changes : 1; /* a person said to send the file as it is now */
  guint fresh : 1;          /* the file was still being written when it was begun, perhaps */
  guint dirty : 1;          /* its next snapshot is due */
  guint gone : 1;           /* removed; only there because it is dirty */
  guint catching_up : 1;    /* a part is read again for @whole */
  guint whole_failed : 1;   /* @whole cannot go on in this run */
  guint listed_again : 1;   /* a refused completion was settled by asking once */
  guint abort_again : 1;    /* parts travelled when it was cancelled: they may arrive later */
  guint touched : 1;        /* its file was changed or touched since it was begun */
  guint was_whole : 1;      /* the server had all of it before anything was sent */
  guint abandoned : 1;      /* a person said to leave it on the server */
  guint hidden : 1;         /* a walk that nobody needs to know of */
  guint walked : 1;         /* a walk that was begun before */
};

HoistTransfer *hoist_transfer_new (HoistScheduler *scheduler, HoistUploadRecord *record);
void hoist_transfer_free (HoistTransfer *self);
gboolean hoist_transfer_is_busy (HoistTransfer *self);
gboolean hoist_transfer_is_small (HoistTransfer *self);
gboolean hoist_transfer_needs_server (HoistTransfer *self);

void hoist_transfer_activate (HoistTransfer *self);
void hoist_transfer_advance (HoistTransfer *self);
void hoist_transfer_halt (HoistTransfer *self);
void hoist_transfer_stop_for_error (HoistTransfer *self,
                                    const GError *error,
                                    gint64 retry_after_us);
void hoist_transfer_fail (HoistTransfer *self, const GError *error);
void hoist_transfer_note_error (HoistTransfer *self, const GError *error);
void hoist_transfer_give_up (HoistTransfer *self, const GError *error);
void hoist_transfer_hurry (HoistTransfer *self, gint64 at_us);
void hoist_transfer_succeeded (HoistTransfer *self);
gboolean hoist_transfer_command (HoistTransfer *self, HoistCommand command);
void hoist_transfer_begin_anew (HoistTransfer *self);

/* hoist-transfer-info.c */
HoistUploadState hoist_transfer_get_state (HoistTransfer *self);
HoistUploadInfo *hoist_transfer_make_info (HoistTransfer *self);
guint64 hoist_transfer_get_sent_bytes (HoistTransfer *self);
gboolean hoist_transfer_is_delivering (HoistTransfer *self);
gboolean hoist_transfer_waits_for_disk (HoistTransfer *self, gint64 now_us);
void hoist_transfer_sample (HoistTransfer *self, gint64 now_us);

/* hoist-transfer-settle.c */
GCancellable *hoist_transfer_limit_finish (HoistTransfer *self);
gboolean hoist_transfer_end_finish_limit (HoistTransfer *self);
gboolean hoist_transfer_may_settle (HoistTransfer *self, GError **error);

/* hoist-transfer-steps.c */
void hoist_transfer_run_step (HoistTransfer *self, HoistStep step);
void hoist_transfer_end_step (HoistTransfer *self);
void hoist_transfer_end_step_with_error (HoistTransfer *self,
                                         const GError *error,
                                         gint64 retry_after_us);
void hoist_transfer_end_step_with_verdict (HoistTransfer *self, const GError *error);

/* hoist-transfer-finish.c */
void hoist_transfer_complete (HoistTransfer *self);

/* hoist-transfer-content.c */
gboolean hoist_transfer_needs_content (HoistTransfer *self);
void hoist_transfer_read_content (HoistTransfer *self);
guint64 hoist_transfer_get_read_bytes (HoistTransfer *self);
void hoist_transfer_renew_content (HoistTransfer *self, const HoistFileIdentity *identity);
gboolean hoist_transfer_take_parts_there (HoistTransfer *self, GPtrArray *server_parts);

/* hoist-transfer-adopt.c */
void hoist_transfer_adopt (HoistTransfer *self);
void hoist_transfer_log_adopted (HoistTransfer *self, HoistCommitFunc func);

/* hoist-transfer-parts.c */
void hoist_transfer_look_at_range (HoistTransfer *self,
                                   guint64 offset_bytes,
                                   guint64 length_bytes,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
void hoist_transfer_look_again (HoistTransfer *self,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
void hoist_transfer_fill_parts (HoistTransfer *self);
void hoist_transfer_send_part (HoistTransfer *self, gint64 now_us);
gboolean hoist_transfer_has_part_to_send (HoistTransfer *self, gint64 now_us);
void hoist_transfer_part_committed (HoistTransfer *self, guint part_number);
void hoist_part_note_answer (const HoistPart *part);
gboolean hoist_part_check_answer (const HoistPart *part, GError **error);
gboolean hoist_part_may_go_in_parts (const HoistPart *part, const GError *error);
void hoist_transfer_go_in_parts (HoistTransfer *self);
void hoist_part_free (HoistPart *part);

/* hoist-transfer-whole.c */
void hoist_transfer_prepare_whole (HoistTransfer *self);
gboolean hoist_transfer_may_hash (HoistTransfer *self);
void hoist_transfer_catch_up (HoistTransfer *self);
guint64 hoist_transfer_get_unread_bytes (HoistTransfer *self);
void hoist_transfer_take_whole (HoistTransfer *self, HoistDelivery *delivery);

G_END_DECLS
