/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistS3Element:
 *
 * An element of an XML document that came over the wire. Namespaces and
 * attributes are dropped: S3 needs neither, and its look-alikes differ in them.
 */
typedef struct _HoistS3Element HoistS3Element;

HoistS3Element *hoist_s3_element_parse (const char *data, gsize length, GError **error);
void hoist_s3_element_free (HoistS3Element *element);
const char *hoist_s3_element_get_name (const HoistS3Element *element);
guint hoist_s3_element_get_n_children (const HoistS3Element *element);
const HoistS3Element *hoist_s3_element_get_child (const HoistS3Element *element, guint index);
const char *hoist_s3_element_get_text (const HoistS3Element *element);
const char *hoist_s3_element_lookup (const HoistS3Element *element, const char *name);
gboolean hoist_s3_element_lookup_number (const HoistS3Element *element,
                                         const char *name,
                                         guint64 fallback,
                                         guint64 max,
                                         guint64 *value,
                                         GError **error);
gint64 hoist_s3_element_lookup_time (const HoistS3Element *element, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Element, hoist_s3_element_free)

G_END_DECLS
