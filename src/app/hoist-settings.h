/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-limits.h"

G_BEGIN_DECLS

GSettings *hoist_settings_load (void);
void hoist_settings_load_limits (GSettings *settings, HoistLimits *limits);
void hoist_settings_save_limits (GSettings *settings, const HoistLimits *limits);

G_END_DECLS
