/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-progress.h"
#include "hoist-cli-report.h"
#include "hoist-upload-info.h"

G_BEGIN_DECLS

/* The sums of some uploads, kept up with what is heard of each. */
typedef struct _HoistCliTally HoistCliTally;

HoistCliTally *hoist_cli_tally_new (void);
void hoist_cli_tally_free (HoistCliTally *self);

gboolean hoist_cli_tally_has (HoistCliTally *self, guint64 id);
void hoist_cli_tally_expect (HoistCliTally *self, guint64 id);
gboolean hoist_cli_tally_take (HoistCliTally *self, const HoistUploadInfo *info);
void hoist_cli_tally_take_removed (HoistCliTally *self, guint64 id);
void hoist_cli_tally_forget (HoistCliTally *self, guint64 id);

guint hoist_cli_tally_get_n_files (HoistCliTally *self);
gboolean hoist_cli_tally_is_settled (HoistCliTally *self);
GArray *hoist_cli_tally_collect_unsettled (HoistCliTally *self);
void hoist_cli_tally_get_progress (HoistCliTally *self, HoistCliProgress *progress);
void hoist_cli_tally_get_report (HoistCliTally *self, HoistCliReport *report);
const HoistUploadInfo *hoist_cli_tally_get_reading (HoistCliTally *self);
const HoistUploadInfo *hoist_cli_tally_get_waiting (HoistCliTally *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistCliTally, hoist_cli_tally_free)

G_END_DECLS
