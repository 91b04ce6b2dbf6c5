/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-adoption.h"

#include <string.h>

/* The server tells its times by the second, and the answer took some time to arrive. */
#define INITIATED_SLACK_US (5 * (gint64) G_USEC_PER_SEC)

/**
 * hoist_server_part_get_proof:
 * @part: a part as the server lists it
 * @kind: the checksum that the destination wants with each part
 * @digest: (out caller-allocates): %HOIST_DIGEST_MAX_BYTES: what the bytes of the part must have
 *
 * Tells by what a part of a file can be compared with what the server has. With
 * SHA-256 only that counts, since the completion has to name it; else the ETag,
 * which is the part's MD5 unless the storage encrypts with keys of its own
 * (Amazon S3 User Guide, «Checking object integrity»).
 *
 * Returns: the kind of @digest; %HOIST_DIGEST_NONE if nothing proves anything
 */
HoistDigestKind
hoist_server_part_get_proof (const HoistServerPart *part, HoistDigestKind kind, guint8 *digest)
{
  if (kind == HOIST_DIGEST_SHA256)
    {
      if (!part->has_sha256)
        return HOIST_DIGEST_NONE;
      memcpy (digest, part->sha256, HOIST_SHA256_BYTES);
      return HOIST_DIGEST_SHA256;
    }
  return part->etag != NULL && hoist_digest_from_hex (part->etag, digest, HOIST_MD5_BYTES)
           ? HOIST_DIGEST_MD5
           : HOIST_DIGEST_NONE;
}

/**
 * hoist_adoption_may_be_own:
 * @unfinished: an upload that the server lists
 * @added_us: real time at which the file was added here
 *
 * Tells whether an upload without any part, which fits every file, may be one that this
 * machine began for the file and never heard of. One that is older is another
 * machine's, which may be about to send another file of that name: both would
 * send their parts into the same upload.
 *
 * Returns: whether it was begun since the file was added
 */
gboolean
hoist_adoption_may_be_own (const HoistUnfinished *unfinished, gint64 added_us)
{
  return unfinished->initiated_us >= added_us - INITIATED_SLACK_US;
}

/**
 * hoist_adoption_may_adopt:
 * @with_sha256: the server says that the upload was begun with SHA-256
 * @kind: the checksum that the destination wants with each part
 * @server_parts: (element-type HoistServerPart): what the server has of it
 *
 * Tells whether parts may be added to an upload that some other run began. A
 * storage refuses parts with another algorithm than the upload was begun with,
 * so that must be known: by its parts, or, where there is none yet, by what the
 * server says.
 *
 * Returns: whether it is worth to compare its parts
 */
gboolean
hoist_adoption_may_adopt (gboolean with_sha256, HoistDigestKind kind, GPtrArray *server_parts)
{
  guint8 unused[HOIST_DIGEST_MAX_BYTES];

  if (kind != HOIST_DIGEST_SHA256 && with_sha256)
    return FALSE;
  if (kind == HOIST_DIGEST_SHA256 && server_parts->len == 0 && !with_sha256)
    return FALSE;
  for (guint i = 0; i < server_parts->len; i++)
    if (hoist_server_part_get_proof (server_parts->pdata[i], kind, unused) == HOIST_DIGEST_NONE)
      return FALSE;
  return TRUE;
}

static gboolean
parts_fit (const HoistPartPlan *plan, GPtrArray *server_parts)
{
  for (guint i = 0; i < server_parts->len; i++)
    {
      const HoistServerPart *part = server_parts->pdata[i];

      if (part->part_number > plan->n_parts ||
          part->size_bytes != hoist_part_plan_get_length (plan, part->part_number))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_there (const HoistPartPlan *plans, guint n_plans, guint64 part_bytes)
{
  for (guint i = 0; i < n_plans; i++)
    if (plans[i].part_bytes == part_bytes)
      return TRUE;
  return FALSE;
}

static guint
add_plan (HoistPartPlan *plans,
          guint n_plans,
          const HoistPartLimits *limits,
          guint64 size_bytes,
          guint64 part_bytes,
          GPtrArray *server_parts)
{
  HoistPartPlan plan;

  if (part_bytes == 0 || is_there (plans, n_plans, part_bytes) ||
      !hoist_part_plan_init_fixed (&plan, limits, size_bytes, part_bytes, NULL) ||
      !parts_fit (&plan, server_parts))
    return n_plans;
  plans[n_plans] = plan;
  return n_plans + 1;
}

/* A part that ends the file begins where all before it end. */
static guint64
get_part_bytes_before (const HoistServerPart *part, guint64 size_bytes)
{
  guint64 before_bytes = size_bytes - MIN (part->size_bytes, size_bytes);
  guint n_before = part->part_number - 1;

  return n_before > 0 && before_bytes % n_before == 0 ? before_bytes / n_before : 0;
}

/**
 * hoist_adoption_make_plans:
 * @plans: (out caller-allocates): %HOIST_ADOPTION_MAX_PLANS plans
 * @limits: what the destination takes
 * @own_plan: how the file would be cut if it were begun now
 * @server_parts: (element-type HoistServerPart): what the server has of the upload
 *
 * Finds out how an upload may have been cut that another machine, or an earlier
 * installation, began, so that a file of this size goes on with it: as it would
 * be now; in parts as long as the largest one; or, of a single part, so that it
 * is the last one. A single part may fit more than one of these: its contents
 * tell.
 *
 * Returns: how many plans there are; 0 if these are not the parts of a file of this size
 */
guint
hoist_adoption_make_plans (HoistPartPlan *plans,
                           const HoistPartLimits *limits,
                           const HoistPartPlan *own_plan,
                           GPtrArray *server_parts)
{
  guint64 size_bytes = own_plan->size_bytes;
  guint64 largest = 0;
  guint n_plans = 0;

  n_plans = add_plan (plans, n_plans, limits, size_bytes, own_plan->part_bytes, server_parts);
  for (guint i = 0; i < server_parts->len; i++)
    largest = MAX (largest, ((HoistServerPart *) server_parts->pdata[i])->size_bytes);
  n_plans = add_plan (plans, n_plans, limits, size_bytes, largest, server_parts);
  if (server_parts->len == 1)
    n_plans = add_plan (plans, n_plans, limits, size_bytes,
                        get_part_bytes_before (server_parts->pdata[0], size_bytes), server_parts);
  return n_plans;
}
