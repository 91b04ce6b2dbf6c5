/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-session.h"

G_BEGIN_DECLS

void hoist_session_probe_async (HoistSession *self,
                                HoistDestination *destination,
                                const char *token,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *hoist_session_probe_finish (HoistSession *self, GAsyncResult *result, GError **error);

G_END_DECLS
