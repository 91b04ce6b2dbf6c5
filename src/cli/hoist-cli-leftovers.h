/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

/* What other runs left on a server, as the commands of `unfinished` see it. */
void hoist_cli_load_leftovers_async (HoistCliContext *context,
                                     HoistUploader *uploader,
                                     const char *destination_id,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
GPtrArray *hoist_cli_load_leftovers_finish (HoistCliContext *context,
                                            GAsyncResult *result,
                                            GError **error);
HoistUnfinished *hoist_cli_find_leftover (GPtrArray *leftovers, const char *id, GError **error);
char *hoist_cli_describe_leftover (const HoistUnfinished *leftover);

/* The commands. */
void hoist_cli_unfinished_clear (HoistCliContext *context,
                                 const char *const *arguments,
                                 GTask *task);
void hoist_cli_unfinished_continue (HoistCliContext *context,
                                    const char *const *arguments,
                                    GTask *task);

G_END_DECLS
