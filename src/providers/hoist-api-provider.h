/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"

G_BEGIN_DECLS

#define HOIST_TYPE_API_PROVIDER (hoist_api_provider_get_type ())
G_DECLARE_FINAL_TYPE (HoistApiProvider, hoist_api_provider, HOIST, API_PROVIDER, GObject)

HoistProvider *hoist_api_provider_new (HoistProviderConfig *config, GError **error);

G_END_DECLS
