/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-adoption.h"

#define MIB ((guint64) 1 << 20)

typedef struct
{
  const char *name;
  guint64 size_bytes;
  guint64 own_bytes; /* the part size that we would choose */
  struct
  {
    guint number;
    guint64 size_bytes;
  } parts[4];
  guint64 expected[2]; /* the part sizes that it may have; 0 = no more */
} PlanCase;

static const PlanCase plan_cases[] = {
  { "nothing there", 20 * MIB, 8 * MIB, { { 0 } }, { 8 * MIB } },
  { "cut as we do", 20 * MIB, 8 * MIB, { { 1, 8 * MIB }, { 3, 4 * MIB } }, { 8 * MIB } },
  { "larger parts", 40 * MIB, 8 * MIB, { { 1, 16 * MIB }, { 2, 16 * MIB } }, { 16 * MIB } },
  { "smaller parts", 40 * MIB, 8 * MIB, { { 2, 5 * MIB }, { 7, 5 * MIB } }, { 5 * MIB } },
  { "one larger part", 40 * MIB, 8 * MIB, { { 2, 16 * MIB } }, { 16 * MIB, 24 * MIB } },
  { "one, in the middle or the last",
    41 * MIB,
    8 * MIB,
    { { 3, 9 * MIB } },
    { 9 * MIB, 16 * MIB } },
  { "only the last one", 33 * MIB, 8 * MIB, { { 3, 1 * MIB } }, { 16 * MIB } },
  { "the last one and another",
    41 * MIB,
    8 * MIB,
    { { 2, 16 * MIB }, { 3, 9 * MIB } },
    { 16 * MIB } },
  { "all", 20 * MIB, 8 * MIB, { { 1, 10 * MIB }, { 2, 10 * MIB } }, { 10 * MIB } },
  { "one part, and it is all", 20 * MIB, 8 * MIB, { { 1, 20 * MIB } }, { 20 * MIB } },
  { "of a smaller file", 40 * MIB, 8 * MIB, { { 1, 8 * MIB }, { 2, 1 * MIB } }, { 0 } },
  { "of a larger file", 20 * MIB, 8 * MIB, { { 1, 8 * MIB }, { 3, 8 * MIB } }, { 0 } },
  { "beyond the end", 20 * MIB, 8 * MIB, { { 1, 8 * MIB }, { 9, 8 * MIB } }, { 0 } },
  { "larger than the file", 20 * MIB, 8 * MIB, { { 1, 21 * MIB } }, { 0 } },
  { "uneven", 40 * MIB, 8 * MIB, { { 1, 8 * MIB }, { 2, 9 * MIB }, { 3, 8 * MIB } }, { 0 } },
  { "too small for the storage", 40 * MIB, 8 * MIB, { { 1, 1 * MIB }, { 2, 1 * MIB } }, { 0 } },
  { "no bytes", 40 * MIB, 8 * MIB, { { 2, 0 } }, { 0 } },
  { "does not divide", 41 * MIB, 8 * MIB, { { 5, 9 * MIB + 1 } }, { 0 } },
};

static void
test_plans (void)
{
  HoistPartLimits limits;

  hoist_part_limits_init (&limits);
  for (guint i = 0; i < G_N_ELEMENTS (plan_cases); i++)
    {
      const PlanCase *one = &plan_cases[i];
      g_autoptr (GPtrArray) parts =
        g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_server_part_free);
      HoistPartPlan own;
      HoistPartPlan plans[HOIST_ADOPTION_MAX_PLANS] = { 0 };
      guint n_plans;

      g_test_message ("%s", one->name);
      for (guint j = 0; j < G_N_ELEMENTS (one->parts) && one->parts[j].number != 0; j++)
        g_ptr_array_add (parts, hoist_server_part_new (one->parts[j].number,
                                                       one->parts[j].size_bytes, "e"));
      g_assert_true (
        hoist_part_plan_init_fixed (&own, &limits, one->size_bytes, one->own_bytes, NULL));
      n_plans = hoist_adoption_make_plans (plans, &limits, &own, parts);
      g_assert_cmpuint (n_plans, ==, (one->expected[0] != 0) + (one->expected[1] != 0));
      for (guint j = 0; j < n_plans; j++)
        {
          g_assert_true (plans[j].multipart);
          g_assert_cmpuint (plans[j].part_bytes, ==, one->expected[j]);
          g_assert_cmpuint (plans[j].size_bytes, ==, one->size_bytes);
        }
    }
}

#define MD5 "5d41402abc4b2a76b9719d911017c592"

static const struct
{
  gboolean with_sha256;
  HoistDigestKind kind;
  const char *etag; /* null: there is no part */
  gboolean has_sha256;
  gboolean may;
} proofs[] = {
  { FALSE, HOIST_DIGEST_SHA256, MD5, TRUE, TRUE },
  { TRUE, HOIST_DIGEST_SHA256, MD5, TRUE, TRUE },
  { TRUE, HOIST_DIGEST_SHA256, MD5, FALSE, FALSE },
  { TRUE, HOIST_DIGEST_SHA256, NULL, FALSE, TRUE },
  /* Perhaps it takes no SHA-256 at all. */
  { FALSE, HOIST_DIGEST_SHA256, NULL, FALSE, FALSE },
  { FALSE, HOIST_DIGEST_MD5, MD5, FALSE, TRUE },
  { FALSE, HOIST_DIGEST_MD5, NULL, FALSE, TRUE },
  { FALSE, HOIST_DIGEST_MD5, "encrypted", FALSE, FALSE },
  { TRUE, HOIST_DIGEST_MD5, MD5, TRUE, FALSE },
  { FALSE, HOIST_DIGEST_NONE, MD5, FALSE, TRUE },
  { FALSE, HOIST_DIGEST_NONE, MD5 "00", FALSE, FALSE },
  { TRUE, HOIST_DIGEST_NONE, NULL, FALSE, FALSE },
};

static void
test_proofs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (proofs); i++)
    {
      g_autoptr (GPtrArray) parts =
        g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_server_part_free);

      if (proofs[i].etag != NULL)
        {
          HoistServerPart *part = hoist_server_part_new (1, 1, proofs[i].etag);

          part->has_sha256 = proofs[i].has_sha256;
          g_ptr_array_add (parts, part);
        }
      g_test_message ("%u", i);
      g_assert_true (hoist_adoption_may_adopt (proofs[i].with_sha256, proofs[i].kind, parts) ==
                     proofs[i].may);
    }
}

static void
test_own (void)
{
  const gint64 added_us = G_GINT64_CONSTANT (1700000000400000);
  g_autoptr (HoistUnfinished) unfinished = hoist_unfinished_new ("upload", "key");

  /* Begun in the same second, which is all that the server tells. */
  unfinished->initiated_us = G_GINT64_CONSTANT (1700000000000000);
  g_assert_true (hoist_adoption_may_be_own (unfinished, added_us));
  unfinished->initiated_us += 60 * (gint64) G_USEC_PER_SEC;
  g_assert_true (hoist_adoption_may_be_own (unfinished, added_us));
  unfinished->initiated_us -= 120 * (gint64) G_USEC_PER_SEC;
  g_assert_false (hoist_adoption_may_be_own (unfinished, added_us));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/adoption/plans", test_plans);
  g_test_add_func ("/adoption/proofs", test_proofs);
  g_test_add_func ("/adoption/own", test_own);
  return g_test_run ();
}
