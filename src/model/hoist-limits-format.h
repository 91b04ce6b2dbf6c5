/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-limits.h"

G_BEGIN_DECLS

char *hoist_limits_format_rate (const HoistLimits *limits, GDateTime *now);

G_END_DECLS
