/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-record.h"

G_BEGIN_DECLS

/* The bytes of the journal, docs/journal.md. Everything starts at a multiple of
 * 8, as GVariant wants it. */
#define HOIST_JOURNAL_VERSION 1
#define HOIST_JOURNAL_HEADER_BYTES 16
#define HOIST_FRAME_HEAD_BYTES 8
#define HOIST_FRAME_ALIGN_BYTES 8
#define HOIST_FRAME_MIN_PAYLOAD_BYTES 16 /* an event without a field */
#define HOIST_FRAME_MAX_PAYLOAD_BYTES (1u << 20)
#define HOIST_FRAME_MAX_BYTES (HOIST_FRAME_HEAD_BYTES + HOIST_FRAME_MAX_PAYLOAD_BYTES)

/**
 * HoistHeaderCheck:
 * @HOIST_HEADER_GOOD: a journal of our version
 * @HOIST_HEADER_EMPTY: nothing, or the first bytes of a header
 * @HOIST_HEADER_OTHER_VERSION: a journal of another version, undamaged
 * @HOIST_HEADER_DAMAGED: anything else
 *
 * What the beginning of a file is.
 */
typedef enum
{
  HOIST_HEADER_GOOD,
  HOIST_HEADER_EMPTY,
  HOIST_HEADER_OTHER_VERSION,
  HOIST_HEADER_DAMAGED,
} HoistHeaderCheck;

void hoist_journal_header_append (GByteArray *bytes);
HoistHeaderCheck hoist_journal_header_check (const guint8 *data, gsize length, guint32 *version);

void hoist_frame_append (GByteArray *bytes, GVariant *event);
void hoist_frame_append_part (GByteArray *bytes,
                              const HoistUploadRecord *record,
                              guint part_number);
gsize hoist_frame_get_bytes (const guint8 *data, gsize length);
gboolean hoist_frame_is_intact (const guint8 *data);
gboolean hoist_frame_apply (const guint8 *data, GHashTable *records, GError **error);

G_END_DECLS
