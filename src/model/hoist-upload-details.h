/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination.h"
#include "hoist-upload-info.h"

G_BEGIN_DECLS

/**
 * HoistDetail:
 * @name: its name for programs
 * @label: what it is called for people
 * @value: its value, without secrets
 *
 * One line of a diagnosis.
 */
typedef struct
{
  const char *name;
  const char *label;
  char *value; /* (owned) */
} HoistDetail;

/**
 * HoistDetailsContext:
 * @destination: (nullable): where the upload goes, if that is still known
 * @network: (nullable): what the system says of the network
 * @n_before: as hoist_upload_list_count_before() says
 * @now_us: the monotonic time
 * @now_real_us: the real time
 *
 * What a diagnosis needs besides the upload.
 */
typedef struct
{
  HoistDestination *destination;
  const HoistNetworkState *network;
  guint n_before;
  gint64 now_us;
  gint64 now_real_us;
} HoistDetailsContext;

GPtrArray *hoist_upload_details_new (const HoistUploadInfo *info,
                                     const HoistDetailsContext *context);
char *hoist_upload_details_to_text (GPtrArray *details);

G_END_DECLS
