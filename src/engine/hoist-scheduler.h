/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-engine.h"
#include "hoist-limiter.h"
#include "hoist-transfer.h"
#include "hoist-walker.h"
#include "hoist-workers.h"

G_BEGIN_DECLS

/**
 * HoistSchedulerEvents:
 *
 * What a scheduler tells its owner, on the engine thread.
 */
typedef struct
{
  void (*changed) (HoistChangeSet *changes, gpointer user_data); /* (transfer full) */
  void (*problem) (const GError *error, gpointer user_data);     /* (nullable): it passed */
} HoistSchedulerEvents;

/* The engine's inside: all uploads, who may go next, and what they share. Every
 * function belongs to the engine thread. */
HoistScheduler *hoist_scheduler_new (const HoistEngineConfig *config,
                                     HoistJournal *journal,
                                     const HoistSchedulerEvents *events,
                                     gpointer user_data);
void hoist_scheduler_free (HoistScheduler *self);
void hoist_scheduler_set_destination (HoistScheduler *self,
                                      const char *id,
                                      HoistProviderConfig *config);
void hoist_scheduler_set_limits (HoistScheduler *self, const HoistLimits *limits);
guint64 hoist_scheduler_add (HoistScheduler *self,
                             const char *const *paths,
                             const char *destination_id);
void hoist_scheduler_command (HoistScheduler *self,
                              HoistCommand command,
                              const guint64 *ids,
                              gsize n_ids);
void hoist_scheduler_relocate_async (HoistScheduler *self,
                                     guint64 id,
                                     const char *path,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean hoist_scheduler_relocate_finish (HoistScheduler *self,
                                          GAsyncResult *result,
                                          GError **error);
void hoist_scheduler_set_network (HoistScheduler *self, const HoistNetworkState *state);
void hoist_scheduler_set_metered (HoistScheduler *self, HoistAllowance metered);
void hoist_scheduler_set_power (HoistScheduler *self, HoistAllowance power);
gboolean hoist_scheduler_is_quiet (HoistScheduler *self);
void hoist_scheduler_list_unfinished_async (HoistScheduler *self,
                                            const char *destination_id,
                                            const char *after,
                                            gboolean detailed,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);
HoistUnfinishedPage *hoist_scheduler_list_unfinished_finish (HoistScheduler *self,
                                                             GAsyncResult *result,
                                                             GError **error);
GArray *hoist_scheduler_clear_unfinished (HoistScheduler *self,
                                          const char *destination_id,
                                          GPtrArray *uploads,
                                          GError **error);
void hoist_scheduler_continue_unfinished_async (HoistScheduler *self,
                                                const char *destination_id,
                                                const HoistUnfinished *unfinished,
                                                const char *path,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);
guint64 hoist_scheduler_continue_unfinished_finish (HoistScheduler *self,
                                                    GAsyncResult *result,
                                                    GError **error);
void hoist_scheduler_set_whole_sha256 (HoistScheduler *self, gboolean whole_sha256);
GPtrArray *hoist_scheduler_get_receipts (HoistScheduler *self, const guint64 *ids, gsize n_ids);
void hoist_scheduler_verify_async (HoistScheduler *self,
                                   const guint64 *ids,
                                   gsize n_ids,
                                   gboolean with_files,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
GPtrArray *hoist_scheduler_verify_finish (HoistScheduler *self,
                                          GAsyncResult *result,
                                          GError **error);
void hoist_scheduler_link_async (HoistScheduler *self,
                                 guint64 id,
                                 guint expires_in_s,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HoistShare *hoist_scheduler_link_finish (HoistScheduler *self,
                                         GAsyncResult *result,
                                         GError **error);
void hoist_scheduler_halt (HoistScheduler *self);
gboolean hoist_scheduler_is_idle (HoistScheduler *self);
void hoist_scheduler_feed_begin (HoistScheduler *self);
void hoist_scheduler_feed_taken (HoistScheduler *self);
gboolean hoist_scheduler_feed_is_done (HoistScheduler *self);
void hoist_scheduler_feed_flush (HoistScheduler *self);

/* For transfers. */
void hoist_scheduler_walk (HoistScheduler *self, HoistTransfer *transfer);
HoistWorkers *hoist_scheduler_get_file_workers (HoistScheduler *self);
HoistMounts *hoist_scheduler_get_mounts (HoistScheduler *self);
void hoist_scheduler_move (HoistScheduler *self, HoistTransfer *transfer, const char *path);
HoistWorkers *hoist_scheduler_get_hash_workers (HoistScheduler *self);
HoistTransport *hoist_scheduler_get_transport (HoistScheduler *self);
HoistLimiter *hoist_scheduler_get_limiter (HoistScheduler *self);
const HoistEngineConfig *hoist_scheduler_get_config (HoistScheduler *self);
guint64 hoist_scheduler_get_part_bytes_per_s (HoistScheduler *self);
void hoist_scheduler_count_put (HoistScheduler *self, const HoistPut *put);
HoistHold hoist_scheduler_get_hold (HoistScheduler *self, HoistTransfer *transfer);
gboolean hoist_scheduler_is_held (HoistScheduler *self, HoistTransfer *transfer);
void hoist_scheduler_mark_dirty (HoistScheduler *self, HoistTransfer *transfer);
void hoist_scheduler_kick (HoistScheduler *self);
void hoist_scheduler_kick_at (HoistScheduler *self, gint64 monotonic_us);
void hoist_scheduler_log (HoistScheduler *self, GVariant *event);
void hoist_scheduler_log_then (HoistScheduler *self,
                               GVariant *event,
                               HoistTransfer *transfer,
                               HoistCommitFunc func,
                               guint part_number);
gboolean hoist_scheduler_knows_upload (HoistScheduler *self,
                                       const char *destination_id,
                                       const char *upload_id);
gboolean hoist_scheduler_is_upload_shared (HoistScheduler *self, HoistTransfer *transfer);
void hoist_scheduler_place (HoistScheduler *self, HoistTransfer *transfer);
void hoist_scheduler_remove (HoistScheduler *self, HoistTransfer *transfer);

G_END_DECLS
