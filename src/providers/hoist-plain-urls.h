/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"

G_BEGIN_DECLS

/**
 * HoistPlainUrls:
 *
 * The presigned URLs of all chunks of a file, of which there may be 10,000: one
 * after another in one piece of memory, which is wiped when it is freed.
 */
typedef struct _HoistPlainUrls HoistPlainUrls;

HoistPlainUrls *hoist_plain_urls_new (GPtrArray *urls, gint64 deadline_us);
void hoist_plain_urls_free (HoistPlainUrls *self);
guint hoist_plain_urls_get_length (HoistPlainUrls *self);
gsize hoist_plain_urls_get_bytes (HoistPlainUrls *self);
gboolean hoist_plain_urls_can_give (HoistPlainUrls *self,
                                    const HoistPartRef *parts,
                                    gsize n_parts,
                                    gint64 now_us);
GPtrArray *hoist_plain_urls_give (HoistPlainUrls *self,
                                  const HoistPartRef *parts,
                                  gsize n_parts,
                                  GError **error);
guint64 hoist_plain_url_get_lifetime_s (const char *url, gint64 server_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPlainUrls, hoist_plain_urls_free)

G_END_DECLS
