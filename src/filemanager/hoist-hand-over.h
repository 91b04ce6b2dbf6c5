/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void hoist_hand_over_async (const char *destination_id,
                            const char *const *uris,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean hoist_hand_over_finish (GAsyncResult *result, GError **error);
void hoist_hand_over (const char *destination_id, const char *const *uris);

G_END_DECLS
