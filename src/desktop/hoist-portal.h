/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What all of xdg-desktop-portal's interfaces have in common. */
#define HOIST_PORTAL_NAME "org.freedesktop.portal.Desktop"
#define HOIST_PORTAL_PATH "/org/freedesktop/portal/desktop"
#define HOIST_PORTAL_REQUEST "org.freedesktop.portal.Request"

gboolean hoist_portal_is_sandboxed (void);
char *hoist_portal_make_token (void);
char *hoist_portal_predict_handle (const char *unique_name, const char *token);
void hoist_portal_close (GDBusConnection *bus, const char *handle);
void hoist_portal_call_async (GDBusConnection *bus,
                              const char *interface,
                              const char *method,
                              GVariant *parameters,
                              const char *token,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GVariant *hoist_portal_call_finish (GAsyncResult *result, GError **error);
void hoist_portal_find_async (GDBusConnection *bus,
                              const char *interface,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hoist_portal_find_finish (GAsyncResult *result, GError **error);

G_END_DECLS
