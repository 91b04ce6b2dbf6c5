/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-record.h"

G_BEGIN_DECLS

/**
 * HoistServerPart:
 *
 * A part as the server lists it.
 */
typedef struct
{
  guint part_number;
  guint64 size_bytes; /* with @etag only */
  char *etag; /* (owned) (nullable) without quotes; null: it is there, and no more is said */
  gboolean has_sha256;
  guint8 sha256[HOIST_SHA256_BYTES]; /* as the server keeps it */
} HoistServerPart;

/**
 * HoistVerdict:
 * @HOIST_VERDICT_GO_ON: send the parts that are not done
 * @HOIST_VERDICT_ALL_SENT: every part is there: complete
 * @HOIST_VERDICT_BEGIN: nothing is begun on the server: begin
 * @HOIST_VERDICT_BEGIN_AGAIN: the server lost the upload: begin anew, from the first part
 * @HOIST_VERDICT_CHANGED: the file is not the one that was begun
 * @HOIST_VERDICT_MISSING: the file is not there
 */
typedef enum
{
  HOIST_VERDICT_GO_ON,
  HOIST_VERDICT_ALL_SENT,
  HOIST_VERDICT_BEGIN,
  HOIST_VERDICT_BEGIN_AGAIN,
  HOIST_VERDICT_CHANGED,
  HOIST_VERDICT_MISSING,
} HoistVerdict;

/**
 * HoistServerView:
 * @HOIST_SERVER_NOT_ASKED: only what the journal says is known
 * @HOIST_SERVER_GONE: the server does not know the upload id
 * @HOIST_SERVER_LISTED: the parts it lists are given
 */
typedef enum
{
  HOIST_SERVER_NOT_ASKED,
  HOIST_SERVER_GONE,
  HOIST_SERVER_LISTED,
} HoistServerView;

HoistServerPart *hoist_server_part_new (guint part_number, guint64 size_bytes, const char *etag);
void hoist_server_part_free (HoistServerPart *part);

HoistVerdict hoist_reconcile (const HoistUploadRecord *record,
                              const HoistFileIdentity *file,
                              HoistServerView view,
                              GPtrArray *server_parts,
                              GArray **parts_to_forget);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistServerPart, hoist_server_part_free)

G_END_DECLS
