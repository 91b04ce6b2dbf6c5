/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Amazon S3 User Guide, «Amazon S3 multipart upload limits» (qfacts). */
#define HOIST_S3_MIN_PART_BYTES (G_GUINT64_CONSTANT (5) << 20)
#define HOIST_S3_MAX_PART_BYTES (G_GUINT64_CONSTANT (5) << 30)
#define HOIST_S3_MAX_PARTS 10000
#define HOIST_S3_MAX_SINGLE_PUT_BYTES (G_GUINT64_CONSTANT (5) << 30)

/**
 * HoistPartLimits:
 * @min_part_bytes: smallest part, but for the last one
 * @max_part_bytes: largest part
 * @max_parts: most parts in one upload
 * @max_object_bytes: largest object; 0 = what the other limits allow
 * @single_put_bytes: files smaller than this go as one plain PUT
 * @multipart_only: there is no plain PUT, not even for an empty file
 * @part_bytes: the size of parts, as long as a file fits in so many; 0 = by the speed
 *
 * What a destination takes.
 */
typedef struct
{
  guint64 min_part_bytes;
  guint64 max_part_bytes;
  guint max_parts;
  guint64 max_object_bytes;
  guint64 single_put_bytes;
  gboolean multipart_only;
  guint64 part_bytes;
} HoistPartLimits;

/**
 * HoistPartPlan:
 * @size_bytes: the file's size
 * @part_bytes: size of every part but the last; for a single PUT, @size_bytes
 * @n_parts: number of parts, at least 1 (an empty file is one empty part)
 * @multipart: %FALSE for one plain PUT
 *
 * How a file is cut. Part numbers run from 1 to @n_parts.
 */
typedef struct
{
  guint64 size_bytes;
  guint64 part_bytes;
  guint n_parts;
  gboolean multipart;
} HoistPartPlan;

void hoist_part_limits_init (HoistPartLimits *limits);
gboolean hoist_part_plan_init (HoistPartPlan *plan,
                               const HoistPartLimits *limits,
                               guint64 size_bytes,
                               guint64 bytes_per_second,
                               GError **error);
gboolean hoist_part_plan_init_fixed (HoistPartPlan *plan,
                                     const HoistPartLimits *limits,
                                     guint64 size_bytes,
                                     guint64 part_bytes,
                                     GError **error);
guint64 hoist_part_plan_get_offset (const HoistPartPlan *plan, guint part_number);
guint64 hoist_part_plan_get_length (const HoistPartPlan *plan, guint part_number);

G_END_DECLS
