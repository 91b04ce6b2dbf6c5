/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-journal-frame.h"

#include <string.h>

#include "hoist-crc32c.h"

static const guint8 magic[8] = { 'H', 'O', 'I', 'S', 'T', 'J', 'L', '\n' };

static void
store_u32 (guint8 *data, guint32 number)
{
  guint32 stored = GUINT32_TO_LE (number);

  memcpy (data, &stored, sizeof stored);
}

static guint32
load_u32 (const guint8 *data)
{
  guint32 stored;

  memcpy (&stored, data, sizeof stored);
  return GUINT32_FROM_LE (stored);
}

static void
make_header (guint8 header[HOIST_JOURNAL_HEADER_BYTES])
{
  memcpy (header, magic, sizeof magic);
  store_u32 (header + 8, HOIST_JOURNAL_VERSION);
  store_u32 (header + 12, hoist_crc32c (0, header, 12));
}

/**
 * hoist_journal_header_append:
 * @bytes: where to
 *
 * Writes the beginning of a journal: magic, version, CRC-32C of both.
 */
void
hoist_journal_header_append (GByteArray *bytes)
{
  guint8 header[HOIST_JOURNAL_HEADER_BYTES];

  make_header (header);
  g_byte_array_append (bytes, header, sizeof header);
}

/**
 * hoist_journal_header_check:
 * @data: (array length=length): the first bytes of a file
 * @length: how many there are; more than a header are ignored
 * @version: (out): the version that the header names, if it is undamaged
 *
 * Looks at the beginning of a file. Thanks to the checksum a damaged version
 * is not taken for another version.
 *
 * Returns: what it is
 */
HoistHeaderCheck
hoist_journal_header_check (const guint8 *data, gsize length, guint32 *version)
{
  guint8 ours[HOIST_JOURNAL_HEADER_BYTES];

  *version = 0;
  make_header (ours);
  if (length < sizeof ours)
    return memcmp (data, ours, length) == 0 ? HOIST_HEADER_EMPTY : HOIST_HEADER_DAMAGED;
  if (memcmp (data, magic, sizeof magic) != 0 || load_u32 (data + 12) != hoist_crc32c (0, data, 12))
    return HOIST_HEADER_DAMAGED;
  *version = load_u32 (data + 8);
  return *version == HOIST_JOURNAL_VERSION ? HOIST_HEADER_GOOD : HOIST_HEADER_OTHER_VERSION;
}

static gsize
pad (gsize length)
{
  return (length + HOIST_FRAME_ALIGN_BYTES - 1) & ~(gsize) (HOIST_FRAME_ALIGN_BYTES - 1);
}

static GVariant *
to_disk_order (GVariant *event)
{
#if G_BYTE_ORDER == G_BIG_ENDIAN
  return g_variant_byteswap (event);
#else
  return g_variant_ref (event);
#endif
}

static void
write_head (guint8 *frame, gsize length)
{
  store_u32 (frame, (guint32) length);
  store_u32 (frame + 4,
             hoist_crc32c (hoist_crc32c (0, frame, 4), frame + HOIST_FRAME_HEAD_BYTES, length));
}

/**
 * hoist_frame_append:
 * @bytes: where to
 * @event: an event of at most %HOIST_FRAME_MAX_PAYLOAD_BYTES
 *
 * Writes an event: its length, the CRC-32C of length and contents, its
 * contents, and zeros up to a multiple of 8.
 */
void
hoist_frame_append (GByteArray *bytes, GVariant *event)
{
  g_autoptr (GVariant) stored = to_disk_order (event);
  gsize length = g_variant_get_size (stored);
  guint start = bytes->len;
  guint8 *frame;

  g_return_if_fail (length >= HOIST_FRAME_MIN_PAYLOAD_BYTES);
  g_return_if_fail (length <= HOIST_FRAME_MAX_PAYLOAD_BYTES);

  g_byte_array_set_size (bytes, start + (guint) (HOIST_FRAME_HEAD_BYTES + pad (length)));
  frame = bytes->data + start;
  memset (frame + HOIST_FRAME_HEAD_BYTES + length, 0, pad (length) - length);
  g_variant_store (stored, frame + HOIST_FRAME_HEAD_BYTES);
  write_head (frame, length);
}

/**
 * hoist_frame_append_part:
 * @bytes: where to
 * @record: a record
 * @part_number: a part that is done, from 1
 *
 * [func@hoist_frame_append] for the event of a part, without making one.
 */
void
hoist_frame_append_part (GByteArray *bytes, const HoistUploadRecord *record, guint part_number)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
  static const guint8 zeros[HOIST_FRAME_HEAD_BYTES] = { 0 };
  guint start = bytes->len;
  gsize length;

  g_byte_array_append (bytes, zeros, HOIST_FRAME_HEAD_BYTES);
  hoist_event_write_part (bytes, record, part_number);
  length = bytes->len - start - HOIST_FRAME_HEAD_BYTES;
  g_byte_array_append (bytes, zeros, (guint) (pad (length) - length));
  write_head (bytes->data + start, length);
#else
  g_autoptr (GVariant) event = g_variant_ref_sink (hoist_event_part (record, part_number));

  hoist_frame_append (bytes, event);
#endif
}

/**
 * hoist_frame_get_bytes:
 * @data: (array length=length): where a frame may start
 * @length: how many bytes there are
 *
 * Tells how long a frame would be that starts here.
 *
 * Returns: its length with head and padding, which may be more than @length; 0
 *   if none can start here
 */
gsize
hoist_frame_get_bytes (const guint8 *data, gsize length)
{
  guint32 payload;

  if (length < HOIST_FRAME_HEAD_BYTES)
    return 0;
  payload = load_u32 (data);
  if (payload < HOIST_FRAME_MIN_PAYLOAD_BYTES || payload > HOIST_FRAME_MAX_PAYLOAD_BYTES)
    return 0;
  return HOIST_FRAME_HEAD_BYTES + pad (payload);
}

/**
 * hoist_frame_is_intact:
 * @data: a frame, as long as [func@hoist_frame_get_bytes] says
 *
 * Compares the checksum.
 *
 * Returns: whether the frame is as it was written
 */
gboolean
hoist_frame_is_intact (const guint8 *data)
{
  guint32 length = load_u32 (data);

  return load_u32 (data + 4) ==
         hoist_crc32c (hoist_crc32c (0, data, 4), data + HOIST_FRAME_HEAD_BYTES, length);
}

/**
 * hoist_frame_apply:
 * @data: an intact frame, at a multiple of 8 in memory
 * @records: the table to apply its event to
 * @error: return location for an error
 *
 * Applies a frame's event. That the checksum is right does not mean that
 * anything else is.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if it makes no sense; then nothing changed.
 *
 * Returns: whether it was applied
 */
gboolean
hoist_frame_apply (const guint8 *data, GHashTable *records, GError **error)
{
  const guint8 *payload = data + HOIST_FRAME_HEAD_BYTES;
  guint32 length = load_u32 (data);

#if G_BYTE_ORDER == G_BIG_ENDIAN
  g_autoptr (GBytes) bytes = g_bytes_new_static (payload, length);
  g_autoptr (GVariant) stored =
    g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("(yta{sv})"), bytes, FALSE));

  g_autoptr (GVariant) event = g_variant_byteswap (stored);

  return hoist_record_table_apply (records, event, error);
#else
  return hoist_record_table_apply_data (records, payload, length, error);
#endif
}
