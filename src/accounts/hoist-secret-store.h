/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-secret-call.h"

G_BEGIN_DECLS

/* Properties, construct-only: answer-timeout-ms, prompt-timeout-ms (uint). */
#define HOIST_TYPE_SECRET_STORE (hoist_secret_store_get_type ())
G_DECLARE_FINAL_TYPE (HoistSecretStore, hoist_secret_store, HOIST, SECRET_STORE, GObject)

HoistSecretStore *hoist_secret_store_new (void);
void hoist_secret_store_lookup_async (HoistSecretStore *self,
                                      const char *destination_id,
                                      gboolean may_prompt,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
HoistSecretVerdict hoist_secret_store_lookup_finish (HoistSecretStore *self,
                                                     GAsyncResult *result,
                                                     char **token,
                                                     GError **error);
void hoist_secret_store_store_async (HoistSecretStore *self,
                                     const char *destination_id,
                                     const char *name,
                                     const char *token,
                                     gboolean may_prompt,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean hoist_secret_store_store_finish (HoistSecretStore *self,
                                          GAsyncResult *result,
                                          GError **error);
void hoist_secret_store_remove_async (HoistSecretStore *self,
                                      const char *destination_id,
                                      gboolean may_prompt,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean hoist_secret_store_remove_finish (HoistSecretStore *self,
                                           GAsyncResult *result,
                                           GError **error);
gboolean hoist_secret_store_is_session_only (HoistSecretStore *self, const char *destination_id);

G_END_DECLS
