/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-backend.h"
#include "hoist-session.h"

G_BEGIN_DECLS

/* What a #HoistSessionDestinations does with files of destinations. */
void hoist_session_export_async (HoistDestinationBackend *backend,
                                 HoistSession *session,
                                 GFile *file,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean hoist_session_export_finish (HoistDestinationBackend *backend,
                                      GAsyncResult *result,
                                      GError **error);
void hoist_session_import_async (HoistDestinationBackend *backend,
                                 HoistSession *session,
                                 GFile *file,
                                 const char *existing,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HoistDestinationsImported *hoist_session_import_finish (HoistDestinationBackend *backend,
                                                        GAsyncResult *result,
                                                        GError **error);

G_END_DECLS
