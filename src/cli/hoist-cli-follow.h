/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

/* Follows some uploads until each has come to an end, and tells it. */
#define HOIST_TYPE_CLI_FOLLOW (hoist_cli_follow_get_type ())
G_DECLARE_FINAL_TYPE (HoistCliFollow, hoist_cli_follow, HOIST, CLI_FOLLOW, GObject)

HoistCliFollow *hoist_cli_follow_new (HoistCliContext *context,
                                      HoistUploader *uploader,
                                      gboolean json);
void hoist_cli_follow_set_batch (HoistCliFollow *self, guint64 batch);
void hoist_cli_follow_set_source (HoistCliFollow *self,
                                  const char *const *paths,
                                  const char *destination_id);
void hoist_cli_follow_add_id (HoistCliFollow *self, guint64 id);
void hoist_cli_follow_run_async (HoistCliFollow *self,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
int hoist_cli_follow_run_finish (HoistCliFollow *self, GAsyncResult *result);

G_END_DECLS
