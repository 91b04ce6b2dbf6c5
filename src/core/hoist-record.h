/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-delivery.h"
#include "hoist-digest.h"
#include "hoist-part-plan.h"
#include "hoist-upload-state.h"

G_BEGIN_DECLS

/**
 * HoistFileIdentity:
 *
 * What tells one file, in one version, from another without reading it.
 */
typedef struct
{
  guint64 device;
  guint64 inode;
  guint64 size_bytes;
  gint64 mtime_ns;
  gint64 ctime_ns; /* changes on chmod and rename too: compared only within one run */
} HoistFileIdentity;

/**
 * HoistContent:
 *
 * The SHA-256 of a whole file, and of which version of it.
 */
typedef struct
{
  HoistFileIdentity identity;
  guint8 sha256[HOIST_SHA256_BYTES];
} HoistContent;

/**
 * HoistPartRecord:
 *
 * A part that the server acknowledged.
 */
typedef struct
{
  guint part_number;                     /* from 1 */
  guint8 digest[HOIST_DIGEST_MAX_BYTES]; /* of the kind of the upload's record */
  guint has_digest : 1;
  guint hashed_here : 1; /* by this run of the program, while its file was open */
  char *etag;            /* (owned) without quotes */
} HoistPartRecord;

/**
 * HoistWalkRecord:
 *
 * What is below a folder, or several paths that were added together, is to be found; and
 * how much of it was. The first of the paths is the record's.
 */
typedef struct
{
  GPtrArray *others; /* (owned) (nullable) (element-type filename) the second path and so on */
  guint root;        /* of which path, from 0, what was found last was */
  char *after; /* (owned) (nullable) what that was, from there; null = nothing was found yet */
  guint n_found;
} HoistWalkRecord;

/**
 * HoistUploadRecord:
 *
 * All that must survive a crash of one upload. No secret and no URL with a
 * query is ever in it.
 */
typedef struct
{
  guint64 id;    /* from 1, unique in the journal */
  guint64 batch; /* what was added together */

  /* There can be a million of them, most of them queued: what many have is shared. */
  GRefString *path;           /* (owned) absolute, in the file system's encoding */
  const char *name;           /* (owned) of the path (hoist-path-name.h): relative, UTF-8, `/` */
  GRefString *destination_id; /* (owned) interned */
  GRefString *mount_root;     /* (owned) (nullable) interned; the file's drive; null for `/` */

  HoistFileIdentity identity;
  gint64 added_us;    /* real time */
  gint64 begun_us;    /* real time; 0 = not yet, or not known */
  gint64 finished_us; /* real time; 0 = not yet */

  HoistWalkRecord *walk; /* (owned) (nullable) it is no file: files are to be found there */
  HoistContent *content; /* (owned) (nullable) where it had to be known before it was begun */

  HoistUploadState state; /* QUEUED, PAUSED, FAILED, DONE or CANCELLING: the rest is not stored */
  int error_code;         /* HoistError, or -1 */
  char *error_message;    /* (owned) (nullable) */

  guint begun : 1;
  guint key_is_late : 1; /* @key was not known when it was begun */
  guint digest_kind : 6; /* HoistDigestKind */
  guint parts_done;
  char *upload_id; /* (owned) (nullable) null for a single PUT */
  char *key;       /* (owned) (nullable) */
  HoistPartPlan plan;
  GPtrArray
    *parts; /* (owned) (nullable) (element-type HoistPartRecord) by part index; NULL = not done */

  char *location;          /* (owned) (nullable) of the object, without a query */
  char *etag;              /* (owned) (nullable) of the object */
  char *checksum;          /* (owned) (nullable) of the object: base64, composite with `-N` */
  HoistDelivery *delivery; /* (owned) (nullable) once it is done */
  GVariant *extra;         /* (owned) (nullable) a{sv}: keys of a later version, kept */
} HoistUploadRecord;

/**
 * HoistEventKind:
 *
 * The journal's events. The numbers are on disk: append only.
 */
typedef enum
{
  HOIST_EVENT_ADDED = 1,    /* id batch path name destination identity added */
  HOIST_EVENT_BEGUN = 2,    /* upload id, key, plan, digest kind; forgets earlier parts */
  HOIST_EVENT_PART = 3,     /* a part is done */
  HOIST_EVENT_STATE = 4,    /* state, error */
  HOIST_EVENT_FINISHED = 5, /* location, etag, checksum, time */
  HOIST_EVENT_REMOVED = 6,  /* forget the upload */
  HOIST_EVENT_MOVED = 7,    /* the file is elsewhere now: path and identity */
  HOIST_EVENT_HASHED = 8,   /* the whole file's SHA-256, after it was delivered */
  HOIST_EVENT_VERIFIED = 9, /* the storage was asked again what it has */
  HOIST_EVENT_CONTENT = 10, /* the whole file's SHA-256, before it is begun */
  HOIST_EVENT_ALSO = 11,    /* more paths of a walk */
  HOIST_EVENT_WALKED = 12,  /* how far a walk has come */
} HoistEventKind;

HoistUploadRecord *hoist_upload_record_new (guint64 id);
void hoist_upload_record_free (HoistUploadRecord *record);
HoistPartRecord *hoist_upload_record_get_part (const HoistUploadRecord *record, guint part_number);
void hoist_upload_record_set_part (HoistUploadRecord *record,
                                   guint part_number,
                                   const char *etag,
                                   const guint8 *digest);
void hoist_upload_record_forget_part (HoistUploadRecord *record, guint part_number);
void hoist_upload_record_forget_parts (HoistUploadRecord *record);
void hoist_upload_record_set_path (HoistUploadRecord *record, const char *path);
void hoist_upload_record_set_name (HoistUploadRecord *record, const char *name);
void hoist_upload_record_set_destination_id (HoistUploadRecord *record, const char *id);
void hoist_upload_record_set_mount_root (HoistUploadRecord *record, const char *mount_root);
void hoist_upload_record_set_location (HoistUploadRecord *record, const char *location);
void hoist_upload_record_set_content (HoistUploadRecord *record,
                                      const HoistFileIdentity *identity,
                                      const guint8 *sha256);
const HoistContent *hoist_upload_record_get_content (const HoistUploadRecord *record,
                                                     const HoistFileIdentity *identity);
guint64 hoist_upload_record_get_done_bytes (const HoistUploadRecord *record);

GVariant *hoist_event_added (const HoistUploadRecord *record);
GVariant *hoist_event_begun (const HoistUploadRecord *record);
GVariant *hoist_event_part (const HoistUploadRecord *record, guint part_number);
void hoist_event_write_part (GByteArray *bytes, const HoistUploadRecord *record, guint part_number);
GVariant *hoist_event_state (const HoistUploadRecord *record);
GVariant *hoist_event_finished (const HoistUploadRecord *record);
GVariant *hoist_event_removed (guint64 id);
GVariant *hoist_event_moved (const HoistUploadRecord *record);
GVariant *hoist_event_hashed (const HoistUploadRecord *record);
GVariant *hoist_event_verified (const HoistUploadRecord *record);
GVariant *hoist_event_content (const HoistUploadRecord *record);

/* hoist-walk-record.c: what is still to be found */
HoistWalkRecord *hoist_walk_record_new (void);
void hoist_walk_record_free (HoistWalkRecord *walk);
guint hoist_walk_record_get_n_paths (const HoistWalkRecord *walk);
GStrv hoist_upload_record_dup_walk_paths (const HoistUploadRecord *record);
GVariant *hoist_event_also (const HoistUploadRecord *record, guint first, guint *next);
GVariant *hoist_event_walked (const HoistUploadRecord *record);

/**
 * HoistEventFunc:
 * @event: (transfer none): an event
 * @user_data: what was given with the function
 *
 * Takes an event of a table.
 */
typedef void (*HoistEventFunc) (GVariant *event, gpointer user_data);

/**
 * HoistPartFunc:
 * @record: an upload
 * @part_number: a part that is done
 * @user_data: what was given with the function
 *
 * Takes a part of a table.
 */
typedef void (*HoistPartFunc) (const HoistUploadRecord *record,
                               guint part_number,
                               gpointer user_data);

/* The table that events build: id -> HoistUploadRecord. */
GHashTable *hoist_record_table_new (void);
gboolean hoist_record_table_apply (GHashTable *table, GVariant *event, GError **error);
gboolean hoist_record_table_apply_data (GHashTable *table,
                                        const guint8 *data,
                                        gsize length,
                                        GError **error);
GPtrArray *hoist_record_table_dump (GHashTable *table);
void hoist_record_table_foreach_event (GHashTable *table,
                                       HoistEventFunc func,
                                       HoistPartFunc part_func,
                                       gpointer user_data);

gboolean hoist_file_identity_equal (const HoistFileIdentity *a, const HoistFileIdentity *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistUploadRecord, hoist_upload_record_free)

G_END_DECLS
