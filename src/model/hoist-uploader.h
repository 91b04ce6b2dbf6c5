/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-limits.h"
#include "hoist-share.h"
#include "hoist-unfinished.h"
#include "hoist-upload-list.h"
#include "hoist-verification.h"

G_BEGIN_DECLS

/* Most uploads in one call for receipts or for verifying: a message of them is built and read on
 * the main thread. */
#define HOIST_UPLOADER_MAX_RECEIPTS 100

/**
 * HoistUploader:
 *
 * What the window and hoistctl see of an engine, wherever it runs: in this
 * process (HoistEngine) or in another (HoistRemoteUploader, over D-Bus). All of
 * it belongs to the main thread; nothing blocks.
 */
#define HOIST_TYPE_UPLOADER (hoist_uploader_get_type ())
G_DECLARE_INTERFACE (HoistUploader, hoist_uploader, HOIST, UPLOADER, GObject)

struct _HoistUploaderInterface
{
  GTypeInterface parent_iface;

  HoistUploadList *(*get_list) (HoistUploader *self);
  void (*add_async) (HoistUploader *self,
                     const char *const *paths,
                     const char *destination_id,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data);
  guint64 (*add_finish) (HoistUploader *self, GAsyncResult *result, GError **error);
  void (*command) (HoistUploader *self, HoistCommand command, const guint64 *ids, gsize n_ids);
  void (*relocate_async) (HoistUploader *self,
                          guint64 id,
                          const char *path,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
  gboolean (*relocate_finish) (HoistUploader *self, GAsyncResult *result, GError **error);
  void (*receipts_async) (HoistUploader *self,
                          const guint64 *ids,
                          gsize n_ids,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
  GPtrArray *(*receipts_finish) (HoistUploader *self, GAsyncResult *result, GError **error);
  void (*verify_async) (HoistUploader *self,
                        const guint64 *ids,
                        gsize n_ids,
                        gboolean with_files,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
  GPtrArray *(*verify_finish) (HoistUploader *self, GAsyncResult *result, GError **error);
  void (*share_async) (HoistUploader *self,
                       guint64 id,
                       guint expires_in_s,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
  HoistShare *(*share_finish) (HoistUploader *self, GAsyncResult *result, GError **error);
  void (*set_limits) (HoistUploader *self, const HoistLimits *limits);
  void (*set_metered) (HoistUploader *self, HoistAllowance metered);
  void (*set_power) (HoistUploader *self, HoistAllowance power);
  const GError *(*get_problem) (HoistUploader *self); /* (nullable) */
  void (*list_unfinished_async) (HoistUploader *self,
                                 const char *destination_id,
                                 const char *after,
                                 gboolean detailed,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
  HoistUnfinishedPage *(*list_unfinished_finish) (HoistUploader *self,
                                                  GAsyncResult *result,
                                                  GError **error);
  void (*clear_unfinished_async) (HoistUploader *self,
                                  const char *destination_id,
                                  GPtrArray *uploads,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
  GArray *(*clear_unfinished_finish) (HoistUploader *self, GAsyncResult *result, GError **error);
  void (*continue_unfinished_async) (HoistUploader *self,
                                     const char *destination_id,
                                     const HoistUnfinished *unfinished,
                                     const char *path,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
  guint64 (*continue_unfinished_finish) (HoistUploader *self, GAsyncResult *result, GError **error);
};

/* Uploads in one call of hoist_uploader_clear_unfinished_async(). */
#define HOIST_UPLOADER_MAX_CLEAR 1000

HoistUploadList *hoist_uploader_get_list (HoistUploader *self);
void hoist_uploader_add_async (HoistUploader *self,
                               const char *const *paths,
                               const char *destination_id,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
guint64 hoist_uploader_add_finish (HoistUploader *self, GAsyncResult *result, GError **error);
void hoist_uploader_command (HoistUploader *self,
                             HoistCommand command,
                             const guint64 *ids,
                             gsize n_ids);
void hoist_uploader_command_all (HoistUploader *self, HoistCommand command);
void hoist_uploader_relocate_async (HoistUploader *self,
                                    guint64 id,
                                    const char *path,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean hoist_uploader_relocate_finish (HoistUploader *self, GAsyncResult *result, GError **error);
void hoist_uploader_receipts_async (HoistUploader *self,
                                    const guint64 *ids,
                                    gsize n_ids,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GPtrArray *hoist_uploader_receipts_finish (HoistUploader *self,
                                           GAsyncResult *result,
                                           GError **error);
void hoist_uploader_verify_async (HoistUploader *self,
                                  const guint64 *ids,
                                  gsize n_ids,
                                  gboolean with_files,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GPtrArray *hoist_uploader_verify_finish (HoistUploader *self, GAsyncResult *result, GError **error);
void hoist_uploader_share_async (HoistUploader *self,
                                 guint64 id,
                                 guint expires_in_s,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HoistShare *hoist_uploader_share_finish (HoistUploader *self, GAsyncResult *result, GError **error);
void hoist_uploader_set_limits (HoistUploader *self, const HoistLimits *limits);
void hoist_uploader_set_metered (HoistUploader *self, HoistAllowance metered);
void hoist_uploader_set_power (HoistUploader *self, HoistAllowance power);
const GError *hoist_uploader_get_problem (HoistUploader *self);
void hoist_uploader_list_unfinished_async (HoistUploader *self,
                                           const char *destination_id,
                                           const char *after,
                                           gboolean detailed,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
HoistUnfinishedPage *hoist_uploader_list_unfinished_finish (HoistUploader *self,
                                                            GAsyncResult *result,
                                                            GError **error);
void hoist_uploader_clear_unfinished_async (HoistUploader *self,
                                            const char *destination_id,
                                            GPtrArray *uploads,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
GArray *hoist_uploader_clear_unfinished_finish (HoistUploader *self,
                                                GAsyncResult *result,
                                                GError **error);
void hoist_uploader_continue_unfinished_async (HoistUploader *self,
                                               const char *destination_id,
                                               const HoistUnfinished *unfinished,
                                               const char *path,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data);
guint64 hoist_uploader_continue_unfinished_finish (HoistUploader *self,
                                                   GAsyncResult *result,
                                                   GError **error);

G_END_DECLS
