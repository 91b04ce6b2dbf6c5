/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *hoist_path_name_new (const char *path, const char *name);
const char *hoist_path_name_ref (const char *path, const char *name);
void hoist_path_name_release (const char *path, const char *name);

G_END_DECLS
