/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-error.h"
#include "hoist-net-trust.h"

G_BEGIN_DECLS

/* Request time limits. The finishing step has one of its own: S3 documents
 * that CompleteMultipartUpload may take minutes. */
#define HOIST_NET_CONTROL_TIMEOUT_S 60
#define HOIST_NET_COMPLETE_TIMEOUT_S 900

SoupSession *hoist_net_control_session_new (HoistNetTrust *trust);
GTlsDatabase *hoist_net_tls_database_new (const char *ca_file, GError **error);

gboolean hoist_net_is_web_address (const char *text);
GUri *hoist_net_url_parse (const char *url, GError **error);
gboolean hoist_net_url_is_acceptable (GUri *url, GError **error);
char *hoist_net_url_to_string_for_people (GUri *url);

gint64 hoist_net_get_retry_after_us (SoupMessageHeaders *headers, gint64 now_real_us);
gboolean hoist_net_get_server_time_us (SoupMessageHeaders *headers, gint64 *server_real_us);
gboolean hoist_net_header_is_acceptable (const char *name, const char *value);

void hoist_net_message_set_body (SoupMessage *message, const char *content_type, GBytes *body);
void hoist_net_send_and_read_async (SoupSession *session,
                                    SoupMessage *message,
                                    gsize max_reply_bytes,
                                    guint timeout_s,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GBytes *hoist_net_send_and_read_finish (SoupSession *session, GAsyncResult *result, GError **error);

void hoist_net_message_set_stranger (SoupMessage *message);
gboolean hoist_net_head_is_cut_off (SoupMessage *message);
GError *hoist_net_error_from_message (SoupMessage *message, const GError *error);
GError *hoist_net_redirect_error_new (SoupMessage *message, SoupMessageHeaders *headers);

G_END_DECLS
