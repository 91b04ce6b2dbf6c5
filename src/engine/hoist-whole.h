/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-record.h"

G_BEGIN_DECLS

/**
 * HoistWhole:
 *
 * The SHA-256 of a whole file, computed in order beside the digests of its parts:
 * whoever reads the bytes that come next feeds them to it as well. One at a time,
 * from any thread.
 */
typedef struct _HoistWhole HoistWhole;

HoistWhole *hoist_whole_new (const HoistFileIdentity *identity);
HoistWhole *hoist_whole_ref (HoistWhole *self);
void hoist_whole_unref (HoistWhole *self);
gboolean hoist_whole_is_of (HoistWhole *self, const HoistFileIdentity *identity);
HoistDigest *hoist_whole_claim (HoistWhole *self, guint64 offset_bytes);
void hoist_whole_release (HoistWhole *self, guint64 added_bytes);
gboolean hoist_whole_wants (HoistWhole *self, guint64 *offset_bytes);
gboolean hoist_whole_finish (HoistWhole *self, guint8 sha256[HOIST_SHA256_BYTES]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistWhole, hoist_whole_unref)

G_END_DECLS
