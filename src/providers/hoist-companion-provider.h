/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-kind.h"
#include "hoist-provider.h"

G_BEGIN_DECLS

#define HOIST_TYPE_COMPANION_PROVIDER (hoist_companion_provider_get_type ())
G_DECLARE_FINAL_TYPE (HoistCompanionProvider,
                      hoist_companion_provider,
                      HOIST,
                      COMPANION_PROVIDER,
                      GObject)

HoistProvider *hoist_companion_provider_new (HoistProviderConfig *config, GError **error);

G_END_DECLS
