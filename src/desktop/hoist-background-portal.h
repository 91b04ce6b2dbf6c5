/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_BACKGROUND_INTERFACE "org.freedesktop.portal.Background"

/* org.freedesktop.portal.Background, SetStatus(): most characters of a status */
#define HOIST_BACKGROUND_MAX_STATUS 96

/* Runs without a window in a sandbox: asks the desktop whether that may be, and tells
 * it what is going on. */
#define HOIST_TYPE_BACKGROUND_PORTAL (hoist_background_portal_get_type ())
G_DECLARE_FINAL_TYPE (HoistBackgroundPortal,
                      hoist_background_portal,
                      HOIST,
                      BACKGROUND_PORTAL,
                      GObject)

HoistBackgroundPortal *hoist_background_portal_new (GDBusConnection *session_bus);
void hoist_background_portal_request_async (HoistBackgroundPortal *self,
                                            gboolean autostart,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
gboolean hoist_background_portal_request_finish (HoistBackgroundPortal *self,
                                                 GAsyncResult *result,
                                                 gboolean *autostart,
                                                 GError **error);
void hoist_background_portal_set_status (HoistBackgroundPortal *self, const char *status);
char *hoist_background_portal_cut_status (const char *status);

G_END_DECLS
