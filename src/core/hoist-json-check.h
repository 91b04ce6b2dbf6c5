/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-error.h"

G_BEGIN_DECLS

gboolean hoist_json_check (const char *data, gsize length, guint max_depth, GError **error);

G_END_DECLS
