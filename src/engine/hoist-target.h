/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-finder.h"
#include "hoist-network-state.h"
#include "hoist-provider.h"
#include "hoist-rate.h"

G_BEGIN_DECLS

/* A destination at work: its provider, what it can do, and the begin calls of
 * many files joined into few. Lives on the engine thread. */
#define HOIST_TYPE_TARGET (hoist_target_get_type ())
G_DECLARE_FINAL_TYPE (HoistTarget, hoist_target, HOIST, TARGET, GObject)

HoistTarget *hoist_target_new (const char *id, HoistProviderConfig *config);
GRefString *hoist_target_get_id (HoistTarget *self);
HoistProvider *hoist_target_get_provider (HoistTarget *self);
const HoistCapabilities *hoist_target_get_capabilities (HoistTarget *self);
void hoist_target_block (HoistTarget *self, gint64 until_us, gboolean by_line);
void hoist_target_unblock (HoistTarget *self);
const char *hoist_target_skip_prefix (HoistTarget *self, const char *path);
HoistNetTrust *hoist_target_get_trust (HoistTarget *self);
char *hoist_target_make_path (HoistTarget *self, const char *name);
void hoist_target_refuse_forms (HoistTarget *self);
gboolean hoist_target_refuses_forms (HoistTarget *self);
HoistFinder *hoist_target_get_finder (HoistTarget *self);
GCancellable *hoist_target_get_cancellable (HoistTarget *self);
gint64 hoist_target_get_blocked_until_us (HoistTarget *self);
HoistReach hoist_target_get_reach (HoistTarget *self);
void hoist_target_renew_connections (HoistTarget *self);
gboolean hoist_target_can_find_uploads (HoistTarget *self);
HoistProviderConfig *hoist_target_get_config (HoistTarget *self);
const HoistDestinationLimits *hoist_target_get_limits (HoistTarget *self);
HoistRate *hoist_target_get_rate (HoistTarget *self);
gboolean hoist_target_adopt_limits (HoistTarget *self, const HoistProviderConfig *config);

gboolean hoist_target_is_prepared (HoistTarget *self);
void hoist_target_prepare_async (HoistTarget *self,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean hoist_target_prepare_finish (HoistTarget *self,
                                      GAsyncResult *result,
                                      gint64 *retry_after_us,
                                      GError **error);
void hoist_target_begin_async (HoistTarget *self,
                               HoistBeginRequest *request,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
HoistBeginReply *hoist_target_begin_finish (HoistTarget *self,
                                            GAsyncResult *result,
                                            gint64 *retry_after_us,
                                            GError **error);
void hoist_target_ask_async (HoistTarget *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean hoist_target_ask_finish (HoistTarget *self, GAsyncResult *result, GError **error);
void hoist_target_close (HoistTarget *self);

G_END_DECLS
