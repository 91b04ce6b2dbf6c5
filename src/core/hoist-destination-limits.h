/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "hoist-destination-settings.h"

G_BEGIN_DECLS

/* As many parts as the engine ever has under way; more files at a time would only wait. */
#define HOIST_LIMITS_MAX_PARTS 32
#define HOIST_LIMITS_MAX_FILES 32
/* Slower is no upload but a mistake, such as a forgotten unit. */
#define HOIST_LIMITS_MIN_BYTES_PER_S 1000
#define HOIST_LIMITS_MAX_BYTES_PER_S G_GUINT64_CONSTANT (1000000000000)

/**
 * HoistDestinationLimits:
 *
 * What a destination is given at most, besides what all of them share. 0 = no
 * limit of its own.
 */
typedef struct
{
  guint parts;         /* that travel at a time */
  guint files;         /* that are worked on at a time */
  guint64 bytes_per_s; /* of its uploads together */
} HoistDestinationLimits;

gboolean hoist_destination_limits_read (HoistDestinationLimits *limits,
                                        const HoistDestinationSettings *settings,
                                        GError **error);
gboolean hoist_destination_limits_equal (const HoistDestinationLimits *a,
                                         const HoistDestinationLimits *b);

G_END_DECLS
