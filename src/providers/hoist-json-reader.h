/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "hoist-error.h"

G_BEGIN_DECLS

/**
 * HoistJsonReader:
 *
 * Reads a server's JSON answer, which may be anything. The first thing that is
 * wrong makes an error that names the call and the member; after that every
 * read gives its default, so that a reader of a whole message looks at the error
 * once, at the end.
 */
typedef struct _HoistJsonReader HoistJsonReader;

/* How many bytes a string may have. */
#define HOIST_JSON_MAX_NAME 256
#define HOIST_JSON_MAX_KEY 1024
#define HOIST_JSON_MAX_UPLOAD_ID 2048
#define HOIST_JSON_MAX_TEXT 4096
#define HOIST_JSON_MAX_URL 16384
#define HOIST_JSON_MAX_INTEGER ((G_GUINT64_CONSTANT (1) << 53) - 1)

HoistJsonReader *hoist_json_reader_new (const char *call, GBytes *bytes);
HoistJsonReader *hoist_json_reader_new_for_list (const char *call,
                                                 const char *member,
                                                 GBytes *bytes);
void hoist_json_reader_free (HoistJsonReader *self);
gboolean hoist_json_reader_has_failed (HoistJsonReader *self);
GError *hoist_json_reader_dup_error (HoistJsonReader *self);
void hoist_json_reader_fail (HoistJsonReader *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
JsonObject *hoist_json_reader_get_root (HoistJsonReader *self);

gboolean hoist_json_reader_has (JsonObject *object, const char *member);
char *hoist_json_reader_dup_string (HoistJsonReader *self,
                                    JsonObject *object,
                                    const char *member,
                                    gsize max_bytes);
char *hoist_json_reader_dup_optional_string (HoistJsonReader *self,
                                             JsonObject *object,
                                             const char *member,
                                             gsize max_bytes);
guint64 hoist_json_reader_get_integer (HoistJsonReader *self,
                                       JsonObject *object,
                                       const char *member,
                                       guint64 minimum,
                                       guint64 maximum);
guint64 hoist_json_reader_get_optional_integer (HoistJsonReader *self,
                                                JsonObject *object,
                                                const char *member,
                                                guint64 minimum,
                                                guint64 maximum,
                                                guint64 fallback);
gboolean hoist_json_reader_get_boolean (HoistJsonReader *self,
                                        JsonObject *object,
                                        const char *member);
JsonObject *hoist_json_reader_get_object (HoistJsonReader *self,
                                          JsonObject *object,
                                          const char *member);
/* (element-type JsonObject) (transfer container) */
GPtrArray *hoist_json_reader_get_objects (HoistJsonReader *self,
                                          JsonObject *object,
                                          const char *member,
                                          guint max_items);
/* (element-type utf8) (transfer container): borrowed strings, none empty */
GPtrArray *hoist_json_reader_get_strings (HoistJsonReader *self,
                                          JsonObject *object,
                                          const char *member,
                                          guint max_items,
                                          gsize max_bytes);
/* (element-type guint) (transfer full): integers below @limit, also as strings */
GArray *hoist_json_reader_get_indexes (HoistJsonReader *self,
                                       JsonObject *object,
                                       const char *member,
                                       guint max_items,
                                       guint limit);
/* name, value, …; (transfer full) */
GStrv hoist_json_reader_dup_pairs (HoistJsonReader *self,
                                   JsonObject *object,
                                   const char *member,
                                   guint max_pairs);

gpointer hoist_json_reader_give (HoistJsonReader *self,
                                 gpointer value,
                                 GDestroyNotify destroy,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistJsonReader, hoist_json_reader_free)

G_END_DECLS
