/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-backend.h"
#include "hoist-session.h"

G_BEGIN_DECLS

/* How a #HoistSessionDestinations stores a destination with its token. */
void hoist_session_save_async (HoistDestinationBackend *backend,
                               HoistSession *session,
                               HoistDestination *destination,
                               const char *token,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
HoistDestination *hoist_session_save_finish (HoistDestinationBackend *backend,
                                             GAsyncResult *result,
                                             char **not_kept,
                                             GError **error);

G_END_DECLS
