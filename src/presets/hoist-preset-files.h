/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Before the id that a preset's file has, so that no person's own destination ever has the same. */
#define HOIST_PRESET_ID_PREFIX "preset-"

GStrv hoist_preset_files_get_folders (gboolean sandboxed);
GStrv hoist_preset_files_list (const char *const *folders);
GStrv hoist_preset_files_list_watched (const char *const *folders);
gboolean hoist_preset_files_are_concerned (const char *const *folders, const char *path);
gboolean hoist_preset_file_is_free (GKeyFile *key_file, const char *group, const char *key);

G_END_DECLS
