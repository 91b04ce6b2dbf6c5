/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-reconcile.h"
#include "hoist-unfinished.h"

G_BEGIN_DECLS

#define HOIST_ADOPTION_MAX_PLANS 3

/* May a file go on with an upload that some other run began? Pure functions. */
guint hoist_adoption_make_plans (HoistPartPlan *plans,
                                 const HoistPartLimits *limits,
                                 const HoistPartPlan *own_plan,
                                 GPtrArray *server_parts);
gboolean hoist_adoption_may_be_own (const HoistUnfinished *unfinished, gint64 added_us);
gboolean hoist_adoption_may_adopt (gboolean with_sha256,
                                   HoistDigestKind kind,
                                   GPtrArray *server_parts);
HoistDigestKind hoist_server_part_get_proof (const HoistServerPart *part,
                                             HoistDigestKind kind,
                                             guint8 *digest);

G_END_DECLS
