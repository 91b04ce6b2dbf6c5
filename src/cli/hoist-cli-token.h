/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

void hoist_cli_token_read_async (HoistCliContext *context,
                                 const char *source,
                                 const char *prompt,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
char *hoist_cli_token_read_finish (HoistCliContext *context, GAsyncResult *result, GError **error);

G_END_DECLS
