/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The pieces that S3's documents are written with. */
GString *hoist_s3_writer_begin (const char *root, gboolean with_namespace);
char *hoist_s3_writer_end (GString *xml, const char *root);
void hoist_s3_writer_text (GString *xml, const char *name, const char *text);
void hoist_s3_writer_optional_text (GString *xml, const char *name, const char *text);
void hoist_s3_writer_number (GString *xml, const char *name, guint64 number);
void hoist_s3_writer_flag (GString *xml, const char *name, gboolean flag);
void hoist_s3_writer_etag (GString *xml, const char *etag);
void hoist_s3_writer_time (GString *xml, const char *name, gint64 unix_s);
void hoist_s3_writer_key (GString *xml, const char *name, const char *key, gboolean url_encoded);

G_END_DECLS
