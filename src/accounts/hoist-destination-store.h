/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-import.h"

G_BEGIN_DECLS

/* A GListModel of HoistDestination. Property: default (HoistDestination).
 * Signals: `changed`, `problem (GError)`. */
#define HOIST_TYPE_DESTINATION_STORE (hoist_destination_store_get_type ())
G_DECLARE_FINAL_TYPE (HoistDestinationStore,
                      hoist_destination_store,
                      HOIST,
                      DESTINATION_STORE,
                      GObject)

HoistDestinationStore *hoist_destination_store_new (const char *path);
const char *hoist_destination_store_get_path (HoistDestinationStore *self);
void hoist_destination_store_load_async (HoistDestinationStore *self,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean hoist_destination_store_load_finish (HoistDestinationStore *self,
                                              GAsyncResult *result,
                                              GError **error);
void hoist_destination_store_watch (HoistDestinationStore *self);

HoistDestination *hoist_destination_store_lookup (HoistDestinationStore *self,
                                                  const char *id_or_name);
HoistDestination *hoist_destination_store_get_default (HoistDestinationStore *self);

void hoist_destination_store_set_preset_folders (HoistDestinationStore *self,
                                                 const char *const *folders);
const char *hoist_destination_store_get_preset_problem (HoistDestinationStore *self);
gboolean hoist_destination_store_is_default_locked (HoistDestinationStore *self);

void hoist_destination_store_add_async (HoistDestinationStore *self,
                                        HoistDestination *destination,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
HoistDestination *hoist_destination_store_add_finish (HoistDestinationStore *self,
                                                      GAsyncResult *result,
                                                      GError **error);
void hoist_destination_store_update_async (HoistDestinationStore *self,
                                           HoistDestination *destination,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
gboolean hoist_destination_store_update_finish (HoistDestinationStore *self,
                                                GAsyncResult *result,
                                                GError **error);
void hoist_destination_store_remove_async (HoistDestinationStore *self,
                                           const char *id,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
gboolean hoist_destination_store_remove_finish (HoistDestinationStore *self,
                                                GAsyncResult *result,
                                                GError **error);
void hoist_destination_store_set_default_async (HoistDestinationStore *self,
                                                const char *id,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);
gboolean hoist_destination_store_set_default_finish (HoistDestinationStore *self,
                                                     GAsyncResult *result,
                                                     GError **error);
void hoist_destination_store_move_async (HoistDestinationStore *self,
                                         const char *id,
                                         const char *before_id,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean hoist_destination_store_move_finish (HoistDestinationStore *self,
                                              GAsyncResult *result,
                                              GError **error);
void hoist_destination_store_import_async (HoistDestinationStore *self,
                                           const char *path,
                                           HoistImportPolicy policy,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
GPtrArray *hoist_destination_store_import_finish (HoistDestinationStore *self,
                                                  GAsyncResult *result,
                                                  GError **error);

G_END_DECLS
