/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-journal.h"
#include "hoist-mounts.h"
#include "hoist-provider.h"
#include "hoist-retry.h"
#include "hoist-uploader.h"

G_BEGIN_DECLS

/**
 * HoistEngineConfig:
 * @state_folder: (not nullable): where the journal lives
 * @limits: how much of the machine and the line to use, at first
 * @retry: how persistent to be
 * @undo_us: how long a cancel can be taken back
 * @stall_us: how long a part may go without an acknowledged byte
 * @finish_us: how long the finishing step may go without an answer
 * @quiet_us: how long a file that changed under way must be quiet before it is sent
 * @n_pumps: data threads; 0 = 1
 * @mounts: (nullable): what is mounted where; %NULL = the system's table
 * @whole_sha256: whether to compute the SHA-256 of whole files, for receipts
 * @hold_loopback: whether a destination on this very machine waits for the network
 *   like one in the internet: for tests
 *
 * Set once, before the engine starts.
 */
typedef struct
{
  const char *state_folder;
  HoistLimits limits;
  HoistRetryPolicy retry;
  gint64 undo_us;
  gint64 stall_us;
  gint64 finish_us;
  gint64 quiet_us;
  guint n_pumps;
  HoistMounts *mounts;
  gboolean whole_sha256;
  gboolean hold_loopback;
} HoistEngineConfig;

/* Implements HoistUploader. All public functions belong to the main thread. */
#define HOIST_TYPE_ENGINE (hoist_engine_get_type ())
G_DECLARE_FINAL_TYPE (HoistEngine, hoist_engine, HOIST, ENGINE, GObject)

void hoist_engine_config_init (HoistEngineConfig *config);
HoistEngine *hoist_engine_new (const HoistEngineConfig *config);
void hoist_engine_start_async (HoistEngine *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean hoist_engine_start_finish (HoistEngine *self, GAsyncResult *result, GError **error);
const HoistJournalReport *hoist_engine_get_report (HoistEngine *self);
void hoist_engine_set_destination (HoistEngine *self, const char *id, HoistProviderConfig *config);
void hoist_engine_set_whole_sha256 (HoistEngine *self, gboolean whole_sha256);
void hoist_engine_remove_destination (HoistEngine *self, const char *id);
void hoist_engine_set_network_async (HoistEngine *self,
                                     const HoistNetworkState *state,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean hoist_engine_set_network_finish (HoistEngine *self, GAsyncResult *result, GError **error);
void hoist_engine_stop_async (HoistEngine *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean hoist_engine_stop_finish (HoistEngine *self, GAsyncResult *result, GError **error);

G_END_DECLS
