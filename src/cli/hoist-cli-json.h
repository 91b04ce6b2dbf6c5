/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-upload-info.h"

G_BEGIN_DECLS

/* One object on one line (RFC 8259, UTF-8): begin, add members, end. */
GString *hoist_cli_json_begin (const char *event);
void hoist_cli_json_add_string (GString *json, const char *name, const char *value);
void hoist_cli_json_add_number (GString *json, const char *name, guint64 value);
void hoist_cli_json_add_flag (GString *json, const char *name, gboolean value);
void hoist_cli_json_add_time (GString *json, const char *name, gint64 real_us);
void hoist_cli_json_add_upload (GString *json, const HoistUploadInfo *info);
void hoist_cli_json_add_why (GString *json, const HoistUploadInfo *info, guint n_before);
char *hoist_cli_json_end (GString *json);

G_END_DECLS
