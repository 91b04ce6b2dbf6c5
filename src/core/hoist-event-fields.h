/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-fields.h"
#include "hoist-record.h"

G_BEGIN_DECLS

/* An event: kind, upload, fields. docs/journal.md lists them; what is here must
 * stay readable for ever. */
#define HOIST_EVENT_TYPE "(yta{sv})"

#define HOIST_EVENT_BATCH "b"       /* t */
#define HOIST_EVENT_PATH "p"        /* ay */
#define HOIST_EVENT_NAME "n"        /* s */
#define HOIST_EVENT_DESTINATION "d" /* s */
#define HOIST_EVENT_IDENTITY "i"    /* (tttxx): device, inode, size, mtime, ctime */
#define HOIST_EVENT_TIME "t"        /* x */

#define HOIST_EVENT_MOUNT_ROOT "m" /* ay */

#define HOIST_EVENT_WALK "w"    /* b */
#define HOIST_EVENT_FIRST "f"   /* u */
#define HOIST_EVENT_PATHS "p"   /* ay, paths that end in a NUL each */
#define HOIST_EVENT_ROOT "r"    /* u */
#define HOIST_EVENT_N_FOUND "n" /* u */

#define HOIST_EVENT_UPLOAD_ID "u"   /* s */
#define HOIST_EVENT_KEY "k"         /* s */
#define HOIST_EVENT_SIZE "s"        /* t */
#define HOIST_EVENT_PART_BYTES "z"  /* t */
#define HOIST_EVENT_DIGEST_KIND "h" /* y */

#define HOIST_EVENT_PART_NUMBER "n" /* u */
#define HOIST_EVENT_ETAG "e"        /* s */
#define HOIST_EVENT_DIGEST "h"      /* ay, raw */

#define HOIST_EVENT_STATUS "s"  /* y */
#define HOIST_EVENT_ERROR "e"   /* i */
#define HOIST_EVENT_MESSAGE "m" /* s */

#define HOIST_EVENT_LOCATION "l" /* s */
#define HOIST_EVENT_CHECKSUM "c" /* s */

#define HOIST_EVENT_BEGUN_TIME "b"  /* x; of a single PUT, which has no other begin */
#define HOIST_EVENT_SERVER_TIME "s" /* x */
#define HOIST_EVENT_VERSION "v"     /* s */
#define HOIST_EVENT_PROOF "p"       /* u */
#define HOIST_EVENT_WHOLE "w"       /* ay, raw SHA-256 of the whole file */
#define HOIST_EVENT_FOLLOWS "f"     /* b; that one is still being computed */
#define HOIST_EVENT_VERDICT "r"     /* y */

/* Most bytes of a text; PATH_MAX of Linux is 4096 with its NUL. */
#define HOIST_EVENT_MAX_PATH_BYTES 4096
#define HOIST_EVENT_MAX_ID_BYTES 4096
#define HOIST_EVENT_MAX_NAME_BYTES 256
#define HOIST_EVENT_MAX_ETAG_BYTES 1024
#define HOIST_EVENT_MAX_TEXT_BYTES 8192

/* The keys of HoistUploadRecord.extra: the event that the entries came with. */
#define HOIST_EXTRA_ADDED "added"
#define HOIST_EXTRA_BEGUN "begun"

HoistUploadState hoist_event_get_stored_state (HoistUploadState state);
gboolean hoist_event_apply (HoistUploadRecord *record,
                            guint8 kind,
                            const HoistFieldValue *dict,
                            GError **error);
gboolean hoist_event_apply_also (HoistUploadRecord *record,
                                 const HoistFieldValue *dict,
                                 GError **error);
gboolean hoist_event_apply_walked (HoistUploadRecord *record,
                                   const HoistFieldValue *dict,
                                   GError **error);

G_END_DECLS
