/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"

G_BEGIN_DECLS

void hoist_s3_buckets_list_async (HoistProviderConfig *config,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GStrv hoist_s3_buckets_list_finish (GAsyncResult *result, GError **error);

G_END_DECLS
