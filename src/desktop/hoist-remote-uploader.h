/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-uploader.h"

G_BEGIN_DECLS

/* Implements HoistUploader. Signal: `vanished`. */
#define HOIST_TYPE_REMOTE_UPLOADER (hoist_remote_uploader_get_type ())
G_DECLARE_FINAL_TYPE (HoistRemoteUploader, hoist_remote_uploader, HOIST, REMOTE_UPLOADER, GObject)

void hoist_remote_uploader_new_async (GDBusConnection *connection,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
HoistRemoteUploader *hoist_remote_uploader_new_finish (GAsyncResult *result, GError **error);
void hoist_remote_uploader_settle_async (HoistRemoteUploader *self,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean hoist_remote_uploader_settle_finish (HoistRemoteUploader *self,
                                              GAsyncResult *result,
                                              GError **error);
gboolean hoist_remote_uploader_has_vanished (HoistRemoteUploader *self);

G_END_DECLS
