/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hoist_document_path_check (const char *path);
char *hoist_document_path_dup_id (const char *path);
const char *hoist_document_path_get_name (const char *path);

G_END_DECLS
