/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Keys of the platform data of org.freedesktop.Application. */
#define HOIST_ACTIVATION_TOKEN "activation-token"
#define HOIST_STARTUP_ID "desktop-startup-id"

gboolean hoist_activation_token_is_valid (const char *token);
char *hoist_activation_token_from_platform_data (GVariant *platform_data);

G_END_DECLS
