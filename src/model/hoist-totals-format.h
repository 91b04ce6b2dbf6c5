/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-tally.h"

G_BEGIN_DECLS

/* How far all uploads are, in one line. */
char *hoist_totals_format_line (const HoistUploadTotals *totals, gboolean counting);
char *hoist_totals_format_sentence (const HoistUploadTotals *totals, gboolean counting);

G_END_DECLS
