/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"

G_BEGIN_DECLS

#define HOIST_TYPE_PLAIN_PROVIDER (hoist_plain_provider_get_type ())
G_DECLARE_FINAL_TYPE (HoistPlainProvider, hoist_plain_provider, HOIST, PLAIN_PROVIDER, GObject)

HoistProvider *hoist_plain_provider_new (HoistProviderConfig *config, GError **error);

G_END_DECLS
