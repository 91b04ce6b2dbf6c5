/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-part-plan.h"

#include <glib/gi18n-lib.h>

#include "hoist-error.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define DEFAULT_SINGLE_PUT_BYTES (16 * MIB)
#define FIRST_PART_BYTES (8 * MIB)

/* On a fast line the fixed costs of a part (signing, a round trip, a journal
 * record) count, so parts grow; but what breaks off is sent again from the
 * part's start, and the last parts should still keep all connections busy. */
#define GROWN_PART_BYTES (64 * MIB)
#define GROWN_PART_SECONDS 8
#define GROWN_MIN_PARTS 64
/* This much is worth it for smaller files, too. */
#define FAST_PART_BYTES (16 * MIB)
#define FAST_MIN_PARTS 16

/* On a slow line what breaks off is minutes of work, so parts are as small as they may be. */
#define SLOW_PART_SECONDS 30

/**
 * hoist_part_limits_init:
 * @limits: (out caller-allocates): limits
 *
 * Sets Amazon S3's own limits, and a single PUT for files below 16 MiB.
 */
void
hoist_part_limits_init (HoistPartLimits *limits)
{
  g_return_if_fail (limits != NULL);

  limits->min_part_bytes = HOIST_S3_MIN_PART_BYTES;
  limits->max_part_bytes = HOIST_S3_MAX_PART_BYTES;
  limits->max_parts = HOIST_S3_MAX_PARTS;
  limits->max_object_bytes = 0;
  limits->single_put_bytes = DEFAULT_SINGLE_PUT_BYTES;
  limits->multipart_only = FALSE;
  limits->part_bytes = 0;
}

/* Limits come from a server: whatever they are, they must make sense. */
static gboolean
check_limits (const HoistPartLimits *limits, GError **error)
{
  if (limits->max_parts > 0 && limits->max_part_bytes > 0 &&
      limits->min_part_bytes <= limits->max_part_bytes)
    return TRUE;
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                       _ ("The destination’s limits for parts make no sense"));
  return FALSE;
}

static guint
get_max_parts (const HoistPartLimits *limits)
{
  return MIN (limits->max_parts, HOIST_S3_MAX_PARTS);
}

/* The largest object that parts of @part_bytes can make. */
static guint64
get_capacity (const HoistPartLimits *limits, guint64 part_bytes)
{
  guint64 capacity = 0;

  if (!g_uint64_checked_mul (&capacity, part_bytes, get_max_parts (limits)))
    capacity = G_MAXUINT64;
  capacity = MIN (capacity, G_MAXINT64); /* no file is larger */
  if (limits->max_object_bytes > 0)
    capacity = MIN (capacity, limits->max_object_bytes);
  return capacity;
}

static gboolean
check_size (guint64 size_bytes, guint64 capacity_bytes, GError **error)
{
  g_autofree char *size = NULL;
  g_autofree char *capacity = NULL;

  if (size_bytes <= capacity_bytes)
    return TRUE;

  size = g_format_size_full (size_bytes, G_FORMAT_SIZE_IEC_UNITS);
  capacity = g_format_size_full (capacity_bytes, G_FORMAT_SIZE_IEC_UNITS);
  if (g_str_equal (size, capacity))
    {
      /* A file that is larger by less than is shown would be as large as it may be. */
      g_free (size);
      g_free (capacity);
      size = g_format_size_full (size_bytes, G_FORMAT_SIZE_IEC_UNITS | G_FORMAT_SIZE_LONG_FORMAT);
      capacity =
        g_format_size_full (capacity_bytes, G_FORMAT_SIZE_IEC_UNITS | G_FORMAT_SIZE_LONG_FORMAT);
    }
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_TOO_LARGE,
               /* Translators: two amounts of data, such as “60.0 TiB” */
               _ ("The file has %s, but the destination takes at most %s a file"), size, capacity);
  return FALSE;
}

static guint64
count_parts (guint64 size_bytes, guint64 part_bytes)
{
  if (size_bytes == 0)
    return 1;
  return (size_bytes - 1) / part_bytes + 1;
}

static gboolean
may_grow (guint64 size_bytes, guint64 part_bytes, guint64 bytes_per_second)
{
  return part_bytes <= GROWN_PART_BYTES / 2 &&
         part_bytes * 2 / GROWN_PART_SECONDS <= bytes_per_second &&
         count_parts (size_bytes, part_bytes * 2) >=
           (part_bytes * 2 <= FAST_PART_BYTES ? FAST_MIN_PARTS : GROWN_MIN_PARTS);
}

static gboolean
should_shrink (const HoistPartLimits *limits, guint64 size_bytes, guint64 bytes_per_second)
{
  return bytes_per_second > 0 && bytes_per_second < FIRST_PART_BYTES / SLOW_PART_SECONDS &&
         count_parts (size_bytes, HOIST_S3_MIN_PART_BYTES) <= get_max_parts (limits);
}

static guint64
choose_part_bytes (const HoistPartLimits *limits, guint64 size_bytes, guint64 bytes_per_second)
{
  guint64 part_bytes = limits->part_bytes > 0 ? limits->part_bytes : FIRST_PART_BYTES;

  if (limits->part_bytes == 0 && should_shrink (limits, size_bytes, bytes_per_second))
    part_bytes = HOIST_S3_MIN_PART_BYTES;
  while (count_parts (size_bytes, part_bytes) > get_max_parts (limits) &&
         part_bytes < limits->max_part_bytes)
    part_bytes *= 2;
  while (limits->part_bytes == 0 && may_grow (size_bytes, part_bytes, bytes_per_second))
    part_bytes *= 2;
  return CLAMP (part_bytes, limits->min_part_bytes, limits->max_part_bytes);
}

/**
 * hoist_part_plan_init:
 * @plan: (out caller-allocates): the plan
 * @limits: what the destination takes
 * @size_bytes: the file's size in bytes
 * @bytes_per_second: the measured speed of one connection; 0 = not known
 * @error: return location for an error
 *
 * Cuts a file. An empty file and one below the destination's threshold go as
 * one plain PUT, if there is such a thing. Otherwise a part is the smallest of 8, 16, 32 … MiB with which
 * the file keeps within the destination's number of parts. When the speed is
 * known, parts grow up to 64 MiB as long as one takes at most 8 seconds and 64
 * are left, or 16 of 16 MiB; where 8 MiB would take more than 30 seconds it is the
 * smallest that S3 takes, 5 MiB.
 * All that within the destination's limits. Where these name a size of parts, it is that one, or the
 * smallest of its doubles with which the file fits.
 *
 * Errors: %HOIST_ERROR_TOO_LARGE with both sizes if the file cannot fit;
 * %HOIST_ERROR_PROTOCOL if the limits make no sense.
 *
 * Returns: whether there is a plan
 */
gboolean
hoist_part_plan_init (HoistPartPlan *plan,
                      const HoistPartLimits *limits,
                      guint64 size_bytes,
                      guint64 bytes_per_second,
                      GError **error)
{
  guint64 single_put_bytes;

  g_return_val_if_fail (plan != NULL, FALSE);
  g_return_val_if_fail (limits != NULL, FALSE);

  single_put_bytes = MIN (limits->single_put_bytes, HOIST_S3_MAX_SINGLE_PUT_BYTES);
  if (!limits->multipart_only && (size_bytes == 0 || size_bytes < single_put_bytes))
    {
      guint64 most = limits->max_object_bytes > 0 ? limits->max_object_bytes : G_MAXUINT64;

      if (!check_size (size_bytes, most, error))
        return FALSE;
      *plan = (HoistPartPlan){ size_bytes, size_bytes, 1, FALSE };
      return TRUE;
    }

  if (!check_limits (limits, error) ||
      !check_size (size_bytes, get_capacity (limits, limits->max_part_bytes), error))
    return FALSE;

  plan->size_bytes = size_bytes;
  plan->part_bytes = choose_part_bytes (limits, size_bytes, bytes_per_second);
  plan->n_parts = (guint) count_parts (size_bytes, plan->part_bytes);
  plan->multipart = TRUE;
  return TRUE;
}

/**
 * hoist_part_plan_init_fixed:
 * @plan: (out caller-allocates): the plan
 * @limits: what the destination takes
 * @size_bytes: the file's size in bytes
 * @part_bytes: the size of a part, as the server or an earlier run decided
 * @error: return location for an error
 *
 * Cuts a file into parts of a given size. It is a multipart upload in any case.
 *
 * Errors: %HOIST_ERROR_TOO_LARGE with both sizes if the file does not fit into
 * as many parts; %HOIST_ERROR_PROTOCOL if the size of a part is 0 or outside of
 * the limits.
 *
 * Returns: whether there is a plan
 */
gboolean
hoist_part_plan_init_fixed (HoistPartPlan *plan,
                            const HoistPartLimits *limits,
                            guint64 size_bytes,
                            guint64 part_bytes,
                            GError **error)
{
  guint64 n_parts;

  g_return_val_if_fail (plan != NULL, FALSE);
  g_return_val_if_fail (limits != NULL, FALSE);

  if (!check_limits (limits, error))
    return FALSE;
  /* The last part may be small, and with one part it is the last. */
  n_parts = part_bytes > 0 ? count_parts (size_bytes, part_bytes) : 0;
  if (n_parts == 0 || MIN (part_bytes, size_bytes) > limits->max_part_bytes ||
      (n_parts > 1 && part_bytes < limits->min_part_bytes))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                   _ ("The server wants parts of %" G_GUINT64_FORMAT
                      " bytes, which it cannot take itself"),
                      part_bytes);
      return FALSE;
    }
  if (!check_size (size_bytes, get_capacity (limits, part_bytes), error))
    return FALSE;

  *plan = (HoistPartPlan){ size_bytes, part_bytes, (guint) n_parts, TRUE };
  return TRUE;
}

/**
 * hoist_part_plan_get_offset:
 * @plan: a plan
 * @part_number: the part, from 1
 *
 * Where a part starts.
 *
 * Returns: the offset in the file, in bytes
 */
guint64
hoist_part_plan_get_offset (const HoistPartPlan *plan, guint part_number)
{
  g_return_val_if_fail (plan != NULL, 0);
  g_return_val_if_fail (part_number >= 1 && part_number <= plan->n_parts, 0);

  return plan->part_bytes * (part_number - 1);
}

/**
 * hoist_part_plan_get_length:
 * @plan: a plan
 * @part_number: the part, from 1
 *
 * How long a part is.
 *
 * Returns: the length in bytes; 0 only for the one part of an empty file
 */
guint64
hoist_part_plan_get_length (const HoistPartPlan *plan, guint part_number)
{
  g_return_val_if_fail (plan != NULL, 0);
  g_return_val_if_fail (part_number >= 1 && part_number <= plan->n_parts, 0);

  return MIN (plan->part_bytes, plan->size_bytes - hoist_part_plan_get_offset (plan, part_number));
}
