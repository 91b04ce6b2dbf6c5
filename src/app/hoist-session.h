/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-store.h"
#include "hoist-engine.h"
#include "hoist-secret-store.h"

G_BEGIN_DECLS

/* What a program has while it runs: destinations, their tokens, and an uploader:
 * the engine of this process, or that of the one that has the journal. */
#define HOIST_TYPE_SESSION (hoist_session_get_type ())
G_DECLARE_FINAL_TYPE (HoistSession, hoist_session, HOIST, SESSION, GObject)

HoistSession *hoist_session_new (const HoistEngineConfig *config);
HoistEngineConfig *hoist_session_get_engine_config (HoistSession *self);
void hoist_session_use_destination (HoistSession *self,
                                    HoistDestination *destination,
                                    const char *token);
void hoist_session_allow (HoistSession *self, gboolean metered, gboolean low_power);
void hoist_session_open_async (HoistSession *self,
                               gboolean wait_for_tokens,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean hoist_session_open_finish (HoistSession *self, GAsyncResult *result, GError **error);
void hoist_session_close_async (HoistSession *self,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean hoist_session_close_finish (HoistSession *self, GAsyncResult *result, GError **error);

HoistDestination *hoist_session_get_only_destination (HoistSession *self);
HoistUploader *hoist_session_get_uploader (HoistSession *self);
HoistDestinationStore *hoist_session_get_destinations (HoistSession *self);
HoistSecretStore *hoist_session_get_secrets (HoistSession *self);
const HoistJournalReport *hoist_session_get_report (HoistSession *self);
gboolean hoist_session_is_remote (HoistSession *self);
void hoist_session_refresh (HoistSession *self);
void hoist_session_ask_keyring (HoistSession *self);
const char *hoist_session_get_keyring_problem (HoistSession *self);
HoistProviderConfig *hoist_session_make_config (HoistDestination *destination, const char *token);

G_END_DECLS
