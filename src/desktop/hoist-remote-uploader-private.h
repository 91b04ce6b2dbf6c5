/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-remote-uploader.h"

G_BEGIN_DECLS

void hoist_remote_uploader_call (HoistRemoteUploader *self,
                                 const char *method,
                                 GVariant *parameters,
                                 const char *reply_type,
                                 int timeout_ms,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GVariant *hoist_remote_uploader_finish_call (GObject *source, GAsyncResult *result, GError **error);
gboolean hoist_remote_uploader_take_told (HoistRemoteUploader *self);

/* hoist-remote-receipts.c */
void hoist_remote_uploader_receipts_init (HoistUploaderInterface *iface);

/* hoist-remote-unfinished.c */
void hoist_remote_uploader_unfinished_init (HoistUploaderInterface *iface);

G_END_DECLS
