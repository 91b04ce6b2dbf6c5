/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-abilities.h"
#include "hoist-detect.h"
#include "hoist-session.h"

G_BEGIN_DECLS

void hoist_session_probe_async (gpointer asker,
                                HoistSession *self,
                                HoistDestination *destination,
                                const char *token,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *hoist_session_probe_finish (gpointer asker, GAsyncResult *result, GError **error);
void hoist_session_list_buckets_async (gpointer asker,
                                       HoistSession *self,
                                       HoistDestination *destination,
                                       const char *keys,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GStrv hoist_session_list_buckets_finish (gpointer asker, GAsyncResult *result, GError **error);
void hoist_session_look (HoistSession *self,
                         HoistDestination *destination,
                         GCancellable *cancellable);
void hoist_session_detect_async (HoistSession *self,
                                 HoistDestination *destination,
                                 const char *token,
                                 HoistDetectFunc tell,
                                 gpointer tell_data,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HoistDestination *hoist_session_detect_finish (HoistSession *self,
                                               GAsyncResult *result,
                                               HoistDestinationAbilities **abilities,
                                               GError **error);

G_END_DECLS
