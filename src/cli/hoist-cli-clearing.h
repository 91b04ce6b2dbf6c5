/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

void hoist_cli_await_clearing_async (HoistCliContext *context,
                                     HoistUploader *uploader,
                                     GArray *ids,
                                     gboolean leftovers,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
int hoist_cli_await_clearing_finish (HoistCliContext *context, GAsyncResult *result);

G_END_DECLS
