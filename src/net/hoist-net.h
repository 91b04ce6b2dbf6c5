/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-error.h"

G_BEGIN_DECLS

/* Request time limits. The finishing step has one of its own: S3 documents
 * that CompleteMultipartUpload may take minutes. */
#define HOIST_NET_CONTROL_TIMEOUT_S 60
#define HOIST_NET_COMPLETE_TIMEOUT_S 900

SoupSession *hoist_net_control_session_new (GTlsDatabase *tls_database);
gboolean hoist_net_url_is_acceptable (GUri *url, GError **error);
char *hoist_net_url_to_string_for_people (GUri *url);
gint64 hoist_net_get_retry_after_us (SoupMessageHeaders *headers, gint64 now_real_us);
gboolean hoist_net_get_server_time_us (SoupMessageHeaders *headers, gint64 *server_real_us);

void hoist_net_send_and_read_async (SoupSession *session,
                                    SoupMessage *message,
                                    gsize max_reply_bytes,
                                    guint timeout_s,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GBytes *hoist_net_send_and_read_finish (SoupSession *session, GAsyncResult *result, GError **error);

G_END_DECLS
