/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-detect.h"

G_BEGIN_DECLS

void hoist_probe_async (HoistProviderConfig *config,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
HoistCapabilities *hoist_probe_finish (GAsyncResult *result, GError **error);
void hoist_probe_buckets_async (HoistProviderConfig *config,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GStrv hoist_probe_buckets_finish (GAsyncResult *result, GError **error);
void hoist_probe_detect_async (HoistProviderConfig *config,
                               HoistDetectFunc tell,
                               gpointer tell_data,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
HoistDetection *hoist_probe_detect_finish (GAsyncResult *result, GError **error);

G_END_DECLS
