/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-connection.h"
#include "hoist-net-trust.h"

G_BEGIN_DECLS

SoupSession *hoist_net_session_new (guint max_connections_per_host, HoistNetTrust *trust);
gboolean hoist_session_was_asked_for_certificate (SoupMessage *message);
HoistConnection *hoist_session_get_connection (SoupSession *session, SoupMessage *message);

G_END_DECLS
