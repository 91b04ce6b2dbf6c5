/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-backend-config.h"

G_BEGIN_DECLS

#define HOIST_TYPE_BACKEND_SERVER (hoist_backend_server_get_type ())
G_DECLARE_FINAL_TYPE (HoistBackendServer, hoist_backend_server, HOIST, BACKEND_SERVER, GObject)

HoistBackendServer *hoist_backend_server_new (HoistBackendConfig *config);
gboolean hoist_backend_server_listen (HoistBackendServer *self, GError **error);
const char *hoist_backend_server_get_url (HoistBackendServer *self);
const char *hoist_backend_server_get_origin (HoistBackendServer *self);
SoupServer *hoist_backend_server_get_soup_server (HoistBackendServer *self);
guint hoist_backend_server_get_n_active (HoistBackendServer *self);
void hoist_backend_server_stop_async (HoistBackendServer *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean hoist_backend_server_stop_finish (HoistBackendServer *self,
                                           GAsyncResult *result,
                                           GError **error);

G_END_DECLS
