/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-unfinished.h"

G_BEGIN_DECLS

/* Words about leftovers that the window and hoistctl share. */
char *hoist_unfinished_format_age (const HoistUnfinished *unfinished, gint64 now_us);
char *hoist_unfinished_format_size (const HoistUnfinished *unfinished);
char *hoist_unfinished_format_sum (GPtrArray *uploads, gboolean more);
gboolean hoist_unfinished_may_be_alive (const HoistUnfinished *unfinished, gint64 now_us);

G_END_DECLS
