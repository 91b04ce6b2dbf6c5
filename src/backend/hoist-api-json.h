/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "hoist-api-error.h"

G_BEGIN_DECLS

/* docs/upload-api.md, «Ground rules»: numbers are at most 2^53 - 1. */
#define HOIST_API_MAX_INTEGER ((G_GINT64_CONSTANT (1) << 53) - 1)

/**
 * HoistApiObject:
 * @object: a JSON object of a request
 * @where: how messages call it: empty for the request itself, else `files[3].` and the like
 *
 * A JSON object, and where in the request it is.
 */
typedef struct
{
  JsonObject *object;
  const char *where;
} HoistApiObject;

JsonNode *hoist_api_json_parse (const char *data, gsize length, GError **error);
gboolean hoist_api_get_string (const HoistApiObject *from,
                               const char *name,
                               gsize max_bytes,
                               const char **value,
                               GError **error);
gboolean hoist_api_get_optional_string (const HoistApiObject *from,
                                        const char *name,
                                        gsize max_bytes,
                                        const char **value,
                                        GError **error);
gboolean hoist_api_get_integer (const HoistApiObject *from,
                                const char *name,
                                gint64 min,
                                gint64 max,
                                guint64 *value,
                                GError **error);
gboolean hoist_api_get_boolean (const HoistApiObject *from,
                                const char *name,
                                gboolean *value,
                                GError **error);
gboolean hoist_api_get_array (const HoistApiObject *from,
                              const char *name,
                              guint max_elements,
                              JsonArray **value,
                              GError **error);
JsonObject *hoist_api_get_element (JsonArray *array,
                                   guint index,
                                   const char *where,
                                   GError **error);
gboolean hoist_api_has (const HoistApiObject *from, const char *name);

G_END_DECLS
