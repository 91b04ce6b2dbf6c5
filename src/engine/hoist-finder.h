/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"

G_BEGIN_DECLS

/* What a server has begun and never completed, as far as a run wants to go on with
 * it: asked for once, and only when a file comes that would be begun in parts. */
typedef struct _HoistFinder HoistFinder;

HoistFinder *hoist_finder_new (void);
void hoist_finder_free (HoistFinder *self);
void hoist_finder_find_async (HoistFinder *self,
                              HoistProvider *provider,
                              const char *path,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GPtrArray *hoist_finder_find_finish (GAsyncResult *result, GError **error);
void hoist_finder_give_back (HoistFinder *self, GPtrArray *found);
void hoist_finder_doubt (HoistFinder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistFinder, hoist_finder_free)

G_END_DECLS
