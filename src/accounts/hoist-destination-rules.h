/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-entry.h"
#include "hoist-destination-limits.h"
#include "hoist-destination.h"

G_BEGIN_DECLS

#define HOIST_DESTINATION_MAX_CONCURRENCY HOIST_LIMITS_MAX_PARTS

gboolean hoist_destination_check (HoistDestination *destination, GError **error);
gboolean hoist_destination_check_id (const char *id);
char *hoist_destination_make_id (const char *name);

G_END_DECLS
