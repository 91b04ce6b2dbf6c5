/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-api-call.h"

G_BEGIN_DECLS

/* Objects in one stat call. */
#define HOIST_API_MAX_STAT_OBJECTS 100

/* The API's calls: docs/upload-api.md says what each takes and answers. */
void hoist_api_handle_describe (HoistApiCall *call);
void hoist_api_handle_initiate (HoistApiCall *call);
void hoist_api_handle_sign (HoistApiCall *call);
void hoist_api_handle_status (HoistApiCall *call);
void hoist_api_handle_complete (HoistApiCall *call);
void hoist_api_handle_stat (HoistApiCall *call);
void hoist_api_handle_abort (HoistApiCall *call);
void hoist_api_handle_uploads (HoistApiCall *call);
void hoist_api_handle_share (HoistApiCall *call);

/* What initiate and sign have in common. */
gboolean hoist_api_get_content_type (const HoistApiObject *from,
                                     const char **content_type,
                                     GError **error);
gboolean hoist_api_get_checksum (const HoistApiCall *call,
                                 const HoistApiObject *from,
                                 gboolean *has_checksum,
                                 guint8 *digest,
                                 GError **error);
HoistStorageUrl *hoist_api_presign_put (const HoistApiCall *call,
                                        const char *key,
                                        const char *content_type,
                                        const guint8 *digest,
                                        GError **error);
void hoist_api_add_url (JsonBuilder *builder, guint part_number, const HoistStorageUrl *url);

G_END_DECLS
