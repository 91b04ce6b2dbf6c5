/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-network-state.h"
#include "hoist-upload-state.h"

G_BEGIN_DECLS

/**
 * HoistUploadInfo:
 *
 * One upload as others see it: an immutable snapshot that the engine makes and
 * the mirror, D-Bus and hoistctl read. Strings are shared #GRefString.
 */
typedef struct
{
  gatomicrefcount ref_count;
  guint64 id;
  guint64 batch;
  GRefString *path;           /* in the file system's encoding */
  const char *name;           /* of the path (hoist-path-name.h): valid UTF-8, for people */
  GRefString *destination_id; /* */
  HoistUploadState state;
  gboolean restored; /* left over from an earlier run, and nobody said yet what to do */
  guint64 size_bytes;
  guint64 sent_bytes;  /* acknowledged by the server */
  guint64 read_bytes;  /* in PREPARING: of the whole, which must be read before it is sent */
  guint64 bytes_per_s; /* smoothed; 0 = not moving */
  guint parts_total;
  guint parts_done;
  guint64 part_bytes;        /* size of a part but the last; 0 = not planned */
  int error_code;            /* HoistError, or -1 */
  gboolean is_folder;        /* or several paths: its files are uploads of their own */
  GRefString *error_message; /* (nullable) for people */
  guint http_status;         /* of the last error's answer; 0 = none */
  guint n_found;             /* files that were found so far, if it is a folder */
  GRefString *reply_code;    /* (nullable) the server's name of it */
  GRefString *request_id;    /* (nullable) the server's number of that request */
  guint attempts;            /* errors in a row */
  HoistHold hold;            /* what holds it up that is not its own affair */
  gint64 next_try_us;        /* monotonic, in WAITING; 0 = none */
  gint64 progressed_us;      /* monotonic, when something last got through; 0 = not yet */
  guint64 turn;              /* its number in the queue for @lane, in QUEUED; 0 = none */
  guint lane;                /* small and large files wait in queues of their own */
  gint64 added_us;           /* real time */
  gint64 finished_us;        /* real time; 0 = not yet */
  GRefString *key;           /* (nullable) */
  GRefString *location;      /* (nullable) of the object, in DONE */
  GRefString *checksum;      /* (nullable) of the object, base64 */
} HoistUploadInfo;

/**
 * HoistBatchInfo:
 * @id: the batch
 * @n_files: files found so far
 * @complete: all its paths and folders were walked
 *
 * What was added together.
 */
typedef struct
{
  guint64 id;
  guint n_files;
  gboolean complete;
} HoistBatchInfo;

/**
 * HoistChangeSet:
 * @infos: (element-type HoistUploadInfo): uploads that are new or changed
 * @removed: (element-type guint64): uploads that are gone
 * @batches: (element-type HoistBatchInfo): batches that changed
 *
 * What changed since the last set, at most one entry an upload. Owned by its
 * receiver; safe to hand to another thread.
 */
typedef struct
{
  GPtrArray *infos;
  GArray *removed;
  GArray *batches;
} HoistChangeSet;

HoistUploadInfo *hoist_upload_info_new (guint64 id);
HoistUploadInfo *hoist_upload_info_ref (HoistUploadInfo *info);
void hoist_upload_info_unref (HoistUploadInfo *info);
GVariant *hoist_upload_info_to_variant (const HoistUploadInfo *info);
HoistUploadInfo *hoist_upload_info_from_variant (GVariant *variant, GError **error);

HoistChangeSet *hoist_change_set_new (void);
void hoist_change_set_free (HoistChangeSet *changes);
gboolean hoist_change_set_is_empty (const HoistChangeSet *changes);
GVariant *hoist_change_set_to_variant (const HoistChangeSet *changes);
HoistChangeSet *hoist_change_set_from_variant (GVariant *variant, GError **error);

/* infos, removed ids, batches as (id, files found, complete) */
#define HOIST_CHANGE_SET_TYPE "(aa{sv}ata(tub))"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistUploadInfo, hoist_upload_info_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistChangeSet, hoist_change_set_free)

G_END_DECLS
