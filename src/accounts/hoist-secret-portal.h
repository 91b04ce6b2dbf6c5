/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsecret/secret.h>

#include "hoist-secret-call.h"

G_BEGIN_DECLS

void hoist_secret_portal_find_async (GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean hoist_secret_portal_find_finish (GAsyncResult *result, GError **error);
void hoist_secret_portal_ask_async (const SecretSchema *schema,
                                    const HoistSecretRequest *request,
                                    GHashTable *attributes,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean hoist_secret_portal_ask_finish (GAsyncResult *result, char **token, GError **error);

G_END_DECLS
