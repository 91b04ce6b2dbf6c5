/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination.h"

G_BEGIN_DECLS

/**
 * HoistImportPolicy:
 * @HOIST_IMPORT_SKIP: the one that is there stays as it is
 * @HOIST_IMPORT_REPLACE: the one that is there becomes what the file says
 * @HOIST_IMPORT_RENAME: what the file says is added under another name
 * @HOIST_IMPORT_ASK: nothing at all is taken over, and only those are told whose
 *   name is there already; where there is none of them, all is taken over
 *
 * What to do with a destination whose name is there already.
 */
typedef enum
{
  HOIST_IMPORT_SKIP,
  HOIST_IMPORT_REPLACE,
  HOIST_IMPORT_RENAME,
  HOIST_IMPORT_ASK,
} HoistImportPolicy;

/**
 * HoistImportResult:
 * @HOIST_IMPORT_ADDED: it is new
 * @HOIST_IMPORT_REPLACED: it took the place of the one that was there
 * @HOIST_IMPORT_SKIPPED: it was there already
 * @HOIST_IMPORT_REFUSED: something is wrong with it
 *
 * What became of a destination of an imported file.
 */
typedef enum
{
  HOIST_IMPORT_ADDED,
  HOIST_IMPORT_REPLACED,
  HOIST_IMPORT_SKIPPED,
  HOIST_IMPORT_REFUSED,
} HoistImportResult;

typedef struct
{
  HoistImportResult result;
  char *name;            /* (owned) as in the file; its group, where it has none */
  char *new_name;        /* (owned) (nullable) what it is called now, if that is another name */
  char *reason;          /* (owned) (nullable) why it was refused, for people */
  char *id;              /* (owned) (nullable) its id now */
  char *type;            /* (owned) (nullable) its kind */
  char *dropped_id;      /* (owned) (nullable) an id that there is no more: its secret can go */
  gboolean needs_secret; /* of this computer, which has none for it */
  char *missing_file;    /* (owned) (nullable) a certificate that is not on this computer */
} HoistImportOutcome;

void hoist_import_outcome_free (HoistImportOutcome *outcome);

char *hoist_destinations_export (GListModel *destinations,
                                 const char *const *ids,
                                 HoistDestination *by_default);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistImportOutcome, hoist_import_outcome_free)

G_END_DECLS
