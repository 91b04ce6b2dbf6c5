/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"
#include "hoist-s3-recognise.h"

G_BEGIN_DECLS

/**
 * HoistDetection:
 *
 * What answers at an address.
 */
typedef struct
{
  const char *kind;                /* a destination's, from hoist-destination-kind.h */
  HoistCapabilities *capabilities; /* (owned) (nullable) null: only who has keys is told */
  HoistS3Place *place;             /* (owned) (nullable) of a bucket */
} HoistDetection;

/**
 * HoistDetectFunc:
 * @kind: what is asked for now
 * @user_data: as given
 *
 * Is told how far a detection is.
 */
typedef void (*HoistDetectFunc) (const char *kind, gpointer user_data);

void hoist_detection_free (HoistDetection *detection);
void hoist_detect_async (HoistProviderConfig *config,
                         HoistDetectFunc tell,
                         gpointer tell_data,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
HoistDetection *hoist_detect_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistDetection, hoist_detection_free)

G_END_DECLS
