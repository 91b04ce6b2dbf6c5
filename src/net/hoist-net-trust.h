/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whom a destination's connections trust, and who they say that they are. For any thread. */
#define HOIST_TYPE_NET_TRUST (hoist_net_trust_get_type ())
G_DECLARE_FINAL_TYPE (HoistNetTrust, hoist_net_trust, HOIST, NET_TRUST, GObject)

HoistNetTrust *hoist_net_trust_new (const char *ca_file,
                                    const char *certificate_file,
                                    const char *key_file,
                                    GError **error);
GTlsDatabase *hoist_net_trust_get_database (HoistNetTrust *self);
GTlsCertificate *hoist_net_trust_get_certificate (HoistNetTrust *self);

G_END_DECLS
