/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The event of a part, serialised by hand. Of these there can be a million when a
 * journal is compacted, and GLib's functions need 5 µs for each. A test compares
 * the bytes with GLib's (GVariant Specification 1.0, sections 2.3 to 2.5). */

#include <string.h>

#include "hoist-event-fields.h"

/* So short that each offset in it is one byte. */
#define MAX_ETAG_BYTES 100
#define MAX_BYTES 256

typedef struct
{
  guint8 data[MAX_BYTES];
  gsize length;
  guint8 ends[3]; /* of the entries, from the beginning of the dictionary */
  gsize n;
} Dict;

static gboolean
is_short_ascii (const char *text)
{
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    if ((guint8) text[i] >= 0x80)
      return FALSE;
  return length <= MAX_ETAG_BYTES;
}

/* Key, padding, value, a NUL, its type, where the key ends. */
static void
add_entry (Dict *dict, const char *key, const void *value, gsize value_length, const char *type)
{
  gsize start = (dict->length + 7) & ~(gsize) 7;
  guint8 *entry = dict->data + start;
  gsize type_length = strlen (type);

  entry[0] = (guint8) key[0];
  memcpy (entry + 8, value, value_length);
  memcpy (entry + 8 + value_length + 1, type, type_length);
  entry[8 + value_length + 1 + type_length] = 2;
  dict->length = start + 8 + value_length + 1 + type_length + 1;
  dict->ends[dict->n++] = (guint8) dict->length;
}

/**
 * hoist_event_write_part:
 * @bytes: where to, at a multiple of 8
 * @record: a record
 * @part_number: a part that is done, from 1
 *
 * Writes the bytes of [func@hoist_event_part], in the machine's byte order.
 *
 * Returns: whether it could; %FALSE for what is longer than what servers send,
 *   with nothing written
 */
gboolean
hoist_event_write_part (GByteArray *bytes, const HoistUploadRecord *record, guint part_number)
{
  const HoistPartRecord *part = hoist_upload_record_get_part (record, part_number);
  guint8 head[16] = { HOIST_EVENT_PART };
  guint32 number = part_number;
  Dict dict = { 0 };

  g_return_val_if_fail (part != NULL, FALSE);

  if (!is_short_ascii (part->etag))
    return FALSE;
  memcpy (head + 8, &record->id, sizeof record->id);
  add_entry (&dict, HOIST_EVENT_PART_NUMBER, &number, sizeof number, "u");
  add_entry (&dict, HOIST_EVENT_ETAG, part->etag, strlen (part->etag) + 1, "s");
  if (part->has_digest)
    add_entry (&dict, HOIST_EVENT_DIGEST, part->digest,
               hoist_digest_kind_get_length (record->digest_kind), "ay");
  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, dict.data, (guint) dict.length);
  g_byte_array_append (bytes, dict.ends, (guint) dict.n);
  return TRUE;
}
