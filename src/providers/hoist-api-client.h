/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"

G_BEGIN_DECLS

/**
 * HoistApiCall:
 * @name: the API's name of it, for messages
 * @method: (nullable): where it is neither POST nor GET
 * @path: below the base URL, with its `/`
 * @query: (nullable): escaped
 * @body: (nullable): JSON: the call is a POST; without it a GET
 * @idempotent: a POST that may be sent again, and so may use a connection that
 *   was used before and may turn out to be dead: that is told as a failure
 * @timeout_s: seconds that it may take
 * @max_answer_bytes: the longest answer; 0 = %HOIST_API_MAX_ANSWER_BYTES
 */
typedef struct
{
  const char *name;
  const char *method;
  const char *path;
  const char *query;
  GBytes *body;
  gboolean idempotent;
  guint timeout_s;
  gsize max_answer_bytes;
} HoistApiCall;

/**
 * HoistApiErrorFunc:
 * @http_status: the status of an answer that is no success
 * @answer: its body, that may be anything
 * @call: the API's name of the request, for messages
 * @host: who said it, for messages
 * @retry_after_us: (inout): the longer of what it says and of what was there
 *
 * Tells what a server's refusal means.
 *
 * Returns: (transfer full): the error
 */
typedef GError *(*HoistApiErrorFunc) (guint http_status,
                                      GBytes *answer,
                                      const char *call,
                                      const char *host,
                                      gint64 *retry_after_us);

/* Makes authorized calls to one backend. */
#define HOIST_TYPE_API_CLIENT (hoist_api_client_get_type ())
G_DECLARE_FINAL_TYPE (HoistApiClient, hoist_api_client, HOIST, API_CLIENT, GObject)

HoistApiClient *hoist_api_client_new (HoistProviderConfig *config, GError **error);
HoistApiClient *hoist_api_client_new_with_headers (HoistProviderConfig *config,
                                                   const char *const *headers,
                                                   HoistApiErrorFunc read_error,
                                                   GError **error);
GUri *hoist_api_client_get_base (HoistApiClient *self);
void hoist_api_client_send_async (HoistApiClient *self,
                                  const HoistApiCall *call,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GBytes *hoist_api_client_send_finish (HoistApiClient *self,
                                      GAsyncResult *result,
                                      gint64 *retry_after_us,
                                      GError **error);
GBytes *hoist_api_client_get_refusal (GAsyncResult *result);
gint64 hoist_api_client_get_server_us (GAsyncResult *result);

G_END_DECLS
