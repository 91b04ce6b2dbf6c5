/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "hoist-api-error.h"
#include "hoist-api-json.h"
#include "hoist-backend-config.h"
#include "hoist-key-template.h"
#include "hoist-storage.h"
#include "hoist-token-store.h"

G_BEGIN_DECLS

/* docs/upload-api.md, «Ground rules» */
#define HOIST_API_MAX_UPLOAD_ID_BYTES 2048
#define HOIST_API_MAX_TEXT_BYTES 1024

/**
 * HoistApiCall:
 *
 * One call of the API, from its request to its answer. Owned by the handler
 * that runs, which ends it by hoist_api_call_reply() or hoist_api_call_fail().
 */
typedef struct
{
  const HoistBackendConfig *config;     /* (owned) */
  const HoistKeyTemplate *key_template; /* borrowed from the server */
  HoistStorage *storage;                /* (owned) */
  SoupServerMessage *message;           /* (owned) */
  HoistToken *token;                    /* (owned) */
  JsonNode *body;                       /* (owned) (nullable) of a POST: an object */
  GHashTable *query;                    /* (owned) (nullable) (element-type utf8 utf8) */

  /*< private >*/
  gboolean gone;   /* the client, or the server */
  GObject *keeper; /* (owned) lives as long as calls do */
} HoistApiCall;

typedef void (*HoistApiHandler) (HoistApiCall *call);

HoistApiCall *hoist_api_call_new (HoistBackendConfig *config,
                                  const HoistKeyTemplate *key_template,
                                  HoistStorage *storage,
                                  SoupServerMessage *message,
                                  HoistToken *token,
                                  GObject *keeper);
void hoist_api_call_free (HoistApiCall *call);
HoistApiObject hoist_api_call_get_body (const HoistApiCall *call);
gboolean hoist_api_call_check_key (const HoistApiCall *call, const char *key, GError **error);
gboolean hoist_api_call_get_upload (const HoistApiCall *call,
                                    const char **upload_id,
                                    const char **key,
                                    GError **error);
void hoist_api_call_reply (HoistApiCall *call, JsonBuilder *builder);
void hoist_api_call_fail (HoistApiCall *call, GError *error);

void hoist_api_message_begin (SoupServerMessage *message);
const char *hoist_api_message_get_id (SoupServerMessage *message);
gint64 hoist_api_message_get_elapsed_us (SoupServerMessage *message);
void hoist_api_message_fail (SoupServerMessage *message, const GError *error);
void hoist_api_message_reply (SoupServerMessage *message, guint status, JsonBuilder *builder);
void hoist_api_add_error (JsonBuilder *builder, SoupServerMessage *message, const GError *error);
char *hoist_api_format_time (gint64 real_s);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistApiCall, hoist_api_call_free)

G_END_DECLS
