/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-api-call.h"

G_BEGIN_DECLS

#define HOIST_API_BASE_PATH "/api/v1"

/**
 * HoistApiRouter:
 *
 * Lets requests in: which call it is, whose token, within which limits.
 */
typedef struct _HoistApiRouter HoistApiRouter;

HoistApiRouter *hoist_api_router_new (HoistBackendConfig *config,
                                      HoistStorage *storage,
                                      HoistTokenStore *tokens,
                                      GObject *keeper,
                                      GError **error);
void hoist_api_router_free (HoistApiRouter *self);
void hoist_api_router_mount (HoistApiRouter *self, SoupServer *server, gboolean alone);
gboolean hoist_api_router_is_ours (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistApiRouter, hoist_api_router_free)

G_END_DECLS
