/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "hoist-provider.h"

G_BEGIN_DECLS

void hoist_json_body_add_string (JsonBuilder *builder, const char *member, const char *value);
void hoist_json_body_add_integer (JsonBuilder *builder, const char *member, guint64 value);
void hoist_json_body_add_file (JsonBuilder *builder,
                               const HoistBeginRequest *request,
                               const char *key_prefix);
GBytes *hoist_json_body_finish (JsonBuilder *builder);

G_END_DECLS
