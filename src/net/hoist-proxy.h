/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The system's GProxyResolver, with a memory. */
#define HOIST_TYPE_PROXY_RESOLVER (hoist_proxy_resolver_get_type ())
G_DECLARE_FINAL_TYPE (HoistProxyResolver, hoist_proxy_resolver, HOIST, PROXY_RESOLVER, GObject)

HoistProxyResolver *hoist_proxy_resolver_new (void);
void hoist_proxy_resolver_prepare (HoistProxyResolver *self, SoupMessage *message);
GError *hoist_proxy_refusal_new (SoupMessage *message);
GError *hoist_proxy_failure_new (SoupMessage *message, const GError *error);

G_END_DECLS
