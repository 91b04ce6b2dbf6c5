/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-part-plan.h"

#define KIB (G_GUINT64_CONSTANT (1) << 10)
#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define TIB (G_GUINT64_CONSTANT (1) << 40)
#define S3_MAX_OBJECT_BYTES (HOIST_S3_MAX_PARTS * HOIST_S3_MAX_PART_BYTES)

/* What every plan must hold: the parts are the file, in order, without a gap. */
static void
check_plan (const HoistPartPlan *plan, guint64 size_bytes, guint64 min_bytes, guint64 max_bytes)
{
  guint64 sum = 0;

  g_assert_cmpuint (plan->size_bytes, ==, size_bytes);
  g_assert_cmpuint (plan->n_parts, >=, 1);
  g_assert_cmpuint (plan->n_parts, <=, HOIST_S3_MAX_PARTS);
  for (guint number = 1; number <= plan->n_parts; number++)
    {
      guint64 length = hoist_part_plan_get_length (plan, number);

      g_assert_cmpuint (hoist_part_plan_get_offset (plan, number), ==, sum);
      g_assert_cmpuint (length, <=, max_bytes);
      if (number < plan->n_parts)
        {
          g_assert_cmpuint (length, ==, plan->part_bytes);
          g_assert_cmpuint (length, >=, min_bytes);
        }
      else if (size_bytes > 0)
        g_assert_cmpuint (length, >, 0);
      sum += length;
    }
  g_assert_cmpuint (sum, ==, size_bytes);
}

typedef struct
{
  guint64 size_bytes;
  guint64 bytes_per_second;
  guint64 part_bytes; /* 0 = a single PUT */
  guint n_parts;
} Row;

static const Row rows[] = {
  /* single PUTs */
  { 0, 0, 0, 1 },
  { 1, 0, 0, 1 },
  { 5 * MIB, 0, 0, 1 },
  { 16 * MIB - 1, 0, 0, 1 },
  { 16 * MIB - 1, GIB, 0, 1 },
  /* the smallest parts, with an exact multiple and one byte to either side */
  { 16 * MIB, 0, 8 * MIB, 2 },
  { 16 * MIB + 1, 0, 8 * MIB, 3 },
  { 24 * MIB - 1, 0, 8 * MIB, 3 },
  { 24 * MIB, 0, 8 * MIB, 3 },
  /* 10,000 parts exactly, and one byte more */
  { 10000 * 8 * MIB - 1, 0, 8 * MIB, 10000 },
  { 10000 * 8 * MIB, 0, 8 * MIB, 10000 },
  { 10000 * 8 * MIB + 1, 0, 16 * MIB, 5001 },
  { 10000 * 16 * MIB, 0, 16 * MIB, 10000 },
  { 10000 * 16 * MIB + 1, 0, 32 * MIB, 5001 },
  { 100 * GIB, 0, 16 * MIB, 6400 },
  { 5 * TIB, 0, 1024 * MIB, 5120 },
  { 10000 * 4 * GIB, 0, 4 * GIB, 10000 },
  /* the next power of two would be more than S3 takes */
  { 10000 * 4 * GIB + 1, 0, 5 * GIB, 8001 },
  { S3_MAX_OBJECT_BYTES - 1, 0, 5 * GIB, 10000 },
  { S3_MAX_OBJECT_BYTES, 0, 5 * GIB, 10000 },
  /* fast lines: larger parts, as long as there are enough of them */
  { 10 * GIB, 300 * KIB, 8 * MIB, 1280 },
  { 10 * GIB, 2 * MIB - 1, 8 * MIB, 1280 },
  { 10 * GIB, 2 * MIB, 16 * MIB, 640 },
  { 10 * GIB, 4 * MIB, 32 * MIB, 320 },
  { 10 * GIB, 8 * MIB, 64 * MIB, 160 },
  { 10 * GIB, 10 * GIB, 64 * MIB, 160 },
  { 240 * MIB, 10 * GIB, 8 * MIB, 30 },
  { 240 * MIB + 1, 10 * GIB, 16 * MIB, 16 },
  { 512 * MIB, 10 * GIB, 16 * MIB, 32 },
  { 1024 * MIB, 10 * GIB, 16 * MIB, 64 },
  { 1024 * MIB, G_MAXUINT64, 16 * MIB, 64 },
  { 2047 * MIB, G_MAXUINT64, 32 * MIB, 64 },
  /* slow lines: the smallest that may be, as long as they are not too many */
  { 20 * MIB, 100 * KIB, 5 * MIB, 4 },
  { 10 * GIB, 8 * MIB / 30 - 1, 5 * MIB, 2048 },
  { 10 * GIB, 8 * MIB / 30, 8 * MIB, 1280 },
  { 10000 * 5 * MIB, 1, 5 * MIB, 10000 },
  { 10000 * 5 * MIB + 1, 1, 8 * MIB, 6251 },
};

static void
test_rows (void)
{
  HoistPartLimits limits;

  hoist_part_limits_init (&limits);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Row *row = &rows[i];
      g_autoptr (GError) error = NULL;
      HoistPartPlan plan;

      g_assert_true (
        hoist_part_plan_init (&plan, &limits, row->size_bytes, row->bytes_per_second, &error));
      g_assert_no_error (error);
      g_assert_cmpint (plan.multipart, ==, row->part_bytes > 0);
      g_assert_cmpuint (plan.n_parts, ==, row->n_parts);
      g_assert_cmpuint (plan.part_bytes, ==, plan.multipart ? row->part_bytes : row->size_bytes);
      check_plan (&plan, row->size_bytes, HOIST_S3_MIN_PART_BYTES, HOIST_S3_MAX_PART_BYTES);
    }
}

static void
test_s3_maximum (void)
{
  HoistPartLimits limits;
  HoistPartPlan plan;
  g_autoptr (GError) error = NULL;

  /* 48.8 TiB */
  g_assert_cmpuint (S3_MAX_OBJECT_BYTES * 10 / TIB, ==, 488);
  hoist_part_limits_init (&limits);
  g_assert_false (hoist_part_plan_init (&plan, &limits, S3_MAX_OBJECT_BYTES + 1, 0, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_TOO_LARGE);
  /* “48.8 TiB, but at most 48.8 TiB” would tell nobody anything. */
  g_assert_nonnull (strstr (error->message, "200001 bytes"));
  g_assert_nonnull (strstr (error->message, "200000 bytes"));
  g_clear_error (&error);

  /* A person reads how large it is and what would fit. */
  g_assert_false (hoist_part_plan_init (&plan, &limits, 60 * TIB, 0, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "60.0"));
  g_assert_nonnull (strstr (error->message, "48.8"));
  g_clear_error (&error);

  g_assert_false (hoist_part_plan_init (&plan, &limits, G_MAXUINT64, 0, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_TOO_LARGE);
}

static void
test_object_limit (void)
{
  HoistPartLimits limits;
  HoistPartPlan plan;

  hoist_part_limits_init (&limits);
  limits.max_object_bytes = 5 * TIB;
  g_assert_true (hoist_part_plan_init (&plan, &limits, 5 * TIB, 0, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
        hoist_part_plan_init (&plan, &limits, limits.max_object_bytes + 1, 0, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_TOO_LARGE);
      /* and for what would be a single PUT */
      limits.max_object_bytes = 1000;
    }
  g_assert_true (hoist_part_plan_init (&plan, &limits, 1000, 0, NULL));
}

static void
test_single_put_threshold (void)
{
  HoistPartLimits limits;
  HoistPartPlan plan;

  hoist_part_limits_init (&limits);
  limits.single_put_bytes = 0;
  g_assert_true (hoist_part_plan_init (&plan, &limits, 1, 0, NULL));
  g_assert_true (plan.multipart);
  check_plan (&plan, 1, HOIST_S3_MIN_PART_BYTES, HOIST_S3_MAX_PART_BYTES);
  /* S3 has no multipart upload without a byte in it. */
  g_assert_true (hoist_part_plan_init (&plan, &limits, 0, 0, NULL));
  g_assert_false (plan.multipart);

  limits.single_put_bytes = G_MAXUINT64;
  g_assert_true (hoist_part_plan_init (&plan, &limits, 5 * GIB - 1, 0, NULL));
  g_assert_false (plan.multipart);
  g_assert_true (hoist_part_plan_init (&plan, &limits, 5 * GIB, 0, NULL));
  g_assert_true (plan.multipart);
}

/* Whoever says a size gets it, whatever the speed, as long as the file fits. */
static void
test_part_bytes (void)
{
  HoistPartLimits limits;
  HoistPartPlan plan;

  hoist_part_limits_init (&limits);
  limits.part_bytes = 16 * MIB;
  g_assert_true (hoist_part_plan_init (&plan, &limits, 4 * GIB, 0, NULL));
  g_assert_cmpuint (plan.part_bytes, ==, 16 * MIB);
  g_assert_true (hoist_part_plan_init (&plan, &limits, 4 * GIB, GIB, NULL));
  g_assert_cmpuint (plan.part_bytes, ==, 16 * MIB);
  g_assert_true (hoist_part_plan_init (&plan, &limits, TIB, GIB, NULL));
  g_assert_cmpuint (plan.part_bytes, ==, 128 * MIB);
  limits.min_part_bytes = 32 * MIB;
  g_assert_true (hoist_part_plan_init (&plan, &limits, 4 * GIB, 0, NULL));
  g_assert_cmpuint (plan.part_bytes, ==, 32 * MIB);
}

/* Any limits, any size: a plan within the limits, or a refusal that is right. */
static void
test_any_limits (void)
{
  guint n_plans = 0;
  guint n_refusals = 0;

  for (guint round = 0; round < 3000; round++)
    {
      guint64 a = (guint32) g_test_rand_int ();
      guint64 b = (guint32) g_test_rand_int ();
      HoistPartLimits limits = { MIN (a, b), MAX (a, b) + 1, 0, 0,
                                 (guint64) g_test_rand_int_range (0, 99) };
      guint64 size = (guint64) (guint32) g_test_rand_int () << g_test_rand_int_range (0, 14);
      g_autoptr (GError) error = NULL;
      guint64 most;
      HoistPartPlan plan;

      limits.max_parts = (guint) g_test_rand_int_range (1, 12000);
      if (g_test_rand_bit ())
        limits.max_object_bytes = 1 + (guint64) (guint32) g_test_rand_int () * 4096;
      most = limits.max_part_bytes * MIN (limits.max_parts, 10000);
      if (limits.max_object_bytes > 0)
        most = MIN (most, limits.max_object_bytes);
      if (round % 10 == 0)
        size = most + g_test_rand_bit (); /* just so, or one too many */

      if (!hoist_part_plan_init (&plan, &limits, size, (guint32) g_test_rand_int (), &error))
        {
          g_assert_error (error, HOIST_ERROR, HOIST_ERROR_TOO_LARGE);
          g_assert_cmpuint (size, >, most);
          n_refusals++;
          continue;
        }
      g_assert_cmpuint (size, <=, most);
      g_assert_cmpuint (plan.n_parts, <=, limits.max_parts);
      check_plan (&plan, size, limits.min_part_bytes, limits.max_part_bytes);
      n_plans++;
    }
  g_assert_cmpuint (n_plans, >, 100);
  g_assert_cmpuint (n_refusals, >, 100);
}

/* No limits in effect: numbers that overflow when doubled or multiplied. */
static void
test_huge_limits (void)
{
  for (guint max_parts = 1; max_parts <= 3; max_parts++)
    {
      HoistPartLimits limits = { 0, G_MAXUINT64, max_parts, 0, 0 };
      HoistPartPlan plan;
      g_autoptr (GError) error = NULL;

      g_assert_true (hoist_part_plan_init (&plan, &limits, G_MAXINT64, G_MAXUINT64, NULL));
      check_plan (&plan, G_MAXINT64, 0, G_MAXUINT64);
      g_assert_cmpuint (plan.n_parts, <=, max_parts);
      g_assert_true (hoist_part_plan_init_fixed (&plan, &limits, G_MAXINT64, G_MAXUINT64, NULL));
      check_plan (&plan, G_MAXINT64, 0, G_MAXUINT64);
      g_assert_false (
        hoist_part_plan_init (&plan, &limits, (guint64) G_MAXINT64 + 1, G_MAXUINT64, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_TOO_LARGE);
    }
}

static void
test_senseless_limits (void)
{
  static const HoistPartLimits senseless[] = {
    { 5, 10, 0, 0, 0 },
    { 0, 0, 100, 0, 0 },
    { 11, 10, 100, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (senseless); i++)
    {
      g_autoptr (GError) error = NULL;
      HoistPartPlan plan;

      g_assert_false (hoist_part_plan_init (&plan, &senseless[i], 100, 0, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
      g_clear_error (&error);
      g_assert_false (hoist_part_plan_init_fixed (&plan, &senseless[i], 100, 10, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
    }
}

static void
test_fixed (void)
{
  static const struct
  {
    guint64 size_bytes;
    guint64 part_bytes;
    guint n_parts;
    int error_code;
  } fixed[] = {
    { 0, 5 * MIB, 1, -1 },
    { 1, 5 * MIB, 1, -1 },
    { 5 * MIB, 5 * MIB, 1, -1 },
    { 5 * MIB + 1, 5 * MIB, 2, -1 },
    { 50000 * MIB, 5 * MIB, 10000, -1 },
    { 12 * MIB, 7 * MIB, 2, -1 },
    /* one part is the last part, so it may be small, and larger than the file */
    { 1 * MIB, 1 * MIB, 1, -1 },
    { 5 * GIB, 100 * GIB, 1, -1 },
    { 50000 * MIB + 1, 5 * MIB, 0, HOIST_ERROR_TOO_LARGE },
    { 2 * MIB, 1 * MIB, 0, HOIST_ERROR_PROTOCOL },
    { 5 * GIB + 1, 100 * GIB, 0, HOIST_ERROR_PROTOCOL },
    { 100, 0, 0, HOIST_ERROR_PROTOCOL },
    { 0, 0, 0, HOIST_ERROR_PROTOCOL },
    { G_MAXUINT64, 5 * GIB, 0, HOIST_ERROR_TOO_LARGE },
  };
  HoistPartLimits limits;

  hoist_part_limits_init (&limits);
  for (gsize i = 0; i < G_N_ELEMENTS (fixed); i++)
    {
      g_autoptr (GError) error = NULL;
      HoistPartPlan plan;

      if (!hoist_part_plan_init_fixed (&plan, &limits, fixed[i].size_bytes, fixed[i].part_bytes,
                                       &error))
        {
          g_assert_error (error, HOIST_ERROR, fixed[i].error_code);
          continue;
        }
      g_assert_cmpint (fixed[i].error_code, ==, -1);
      g_assert_true (plan.multipart);
      g_assert_cmpuint (plan.part_bytes, ==, fixed[i].part_bytes);
      g_assert_cmpuint (plan.n_parts, ==, fixed[i].n_parts);
      check_plan (&plan, fixed[i].size_bytes, 0, HOIST_S3_MAX_PART_BYTES);
    }
}

/* Where there is no plain PUT an empty file is an empty part. */
static void
test_multipart_only (void)
{
  HoistPartLimits limits;
  HoistPartPlan plan;

  hoist_part_limits_init (&limits);
  limits.multipart_only = TRUE;
  for (guint64 size_bytes = 0; size_bytes < 2; size_bytes++)
    {
      g_assert_true (hoist_part_plan_init (&plan, &limits, size_bytes, 0, NULL));
      g_assert_true (plan.multipart);
      g_assert_cmpuint (plan.n_parts, ==, 1);
      g_assert_cmpuint (plan.part_bytes, >, 0);
      g_assert_cmpuint (hoist_part_plan_get_length (&plan, 1), ==, size_bytes);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/part-plan/rows", test_rows);
  g_test_add_func ("/part-plan/s3-maximum", test_s3_maximum);
  g_test_add_func ("/part-plan/object-limit", test_object_limit);
  g_test_add_func ("/part-plan/single-put-threshold", test_single_put_threshold);
  g_test_add_func ("/part-plan/part-bytes", test_part_bytes);
  g_test_add_func ("/part-plan/any-limits", test_any_limits);
  g_test_add_func ("/part-plan/huge-limits", test_huge_limits);
  g_test_add_func ("/part-plan/senseless-limits", test_senseless_limits);
  g_test_add_func ("/part-plan/fixed", test_fixed);
  g_test_add_func ("/part-plan/multipart-only", test_multipart_only);
  return g_test_run ();
}
