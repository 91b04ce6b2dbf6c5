/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

void hoist_cli_confirm_async (HoistCliContext *context,
                              const char *question,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hoist_cli_confirm_finish (HoistCliContext *context,
                                   GAsyncResult *result,
                                   gboolean *yes,
                                   GError **error);

G_END_DECLS
