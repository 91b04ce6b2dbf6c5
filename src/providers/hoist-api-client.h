/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"

G_BEGIN_DECLS

/**
 * HoistApiCall:
 * @name: the API's name of it, for messages
 * @path: below the base URL, with its `/`
 * @query: (nullable): escaped
 * @body: (nullable): JSON: the call is a POST; without it a GET
 * @idempotent: a POST that may be sent again, and so may use a connection that
 *   was used before and may turn out to be dead: that is told as a failure
 * @timeout_s: seconds that it may take
 */
typedef struct
{
  const char *name;
  const char *path;
  const char *query;
  GBytes *body;
  gboolean idempotent;
  guint timeout_s;
} HoistApiCall;

/* Makes authorized calls to one backend. */
#define HOIST_TYPE_API_CLIENT (hoist_api_client_get_type ())
G_DECLARE_FINAL_TYPE (HoistApiClient, hoist_api_client, HOIST, API_CLIENT, GObject)

HoistApiClient *hoist_api_client_new (HoistProviderConfig *config, GError **error);
void hoist_api_client_send_async (HoistApiClient *self,
                                  const HoistApiCall *call,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GBytes *hoist_api_client_send_finish (HoistApiClient *self,
                                      GAsyncResult *result,
                                      gint64 *retry_after_us,
                                      GError **error);

G_END_DECLS
