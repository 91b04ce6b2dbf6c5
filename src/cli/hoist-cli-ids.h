/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

gboolean hoist_cli_read_ids (const char *const *texts, gboolean all, GArray *ids, GError **error);
GArray *hoist_cli_choose_delivered (HoistCliContext *context,
                                    HoistUploadList *list,
                                    GArray *named,
                                    gboolean all,
                                    gboolean *some_missing);

G_END_DECLS
