/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-console.h"
#include "hoist-cli-progress.h"
#include "hoist-upload-info.h"

G_BEGIN_DECLS

/**
 * HoistCliReport:
 *
 * What came of some uploads.
 */
typedef struct
{
  guint n_done;
  guint n_failed;
  guint n_stopped; /* paused or cancelled by somebody meanwhile */
  guint64 done_bytes;
  gint64 elapsed_us;
} HoistCliReport;

void hoist_cli_report_upload (HoistCliConsole *console, const HoistUploadInfo *info, gboolean json);
void hoist_cli_report_progress (HoistCliConsole *console, const HoistCliProgress *progress);
void hoist_cli_report_waiting (HoistCliConsole *console, const HoistUploadInfo *info);
void hoist_cli_report_summary (HoistCliConsole *console,
                               const HoistCliReport *report,
                               gboolean json);
void hoist_cli_report_interrupted (HoistCliConsole *console, gboolean remote, gboolean json);

G_END_DECLS
