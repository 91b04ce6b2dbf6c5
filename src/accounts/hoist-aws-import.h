/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "hoist-aws-profile.h"
#include "hoist-destination.h"

G_BEGIN_DECLS

void hoist_aws_import_load_async (const char *const *environment,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GPtrArray *hoist_aws_import_load_finish (GAsyncResult *result, GError **error);
HoistDestination *hoist_aws_import_make_destination (const HoistAwsProfile *profile,
                                                     const char *bucket,
                                                     const char *name);

G_END_DECLS
