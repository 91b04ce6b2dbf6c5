/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes events as they lie on the disk. GLib's functions make several objects for each
 * field, and look at each of them twice more: together a fifth of what a small file costs,
 * and 5 µs for each of a million parts when a journal is compacted. A test compares the bytes
 * with GLib's (GVariant Specification 1.0, sections 2.3 to 2.5). */

#include "hoist-event-writer.h"

#include <string.h>

#include "hoist-event-fields.h"

/* Of the kind and the id. */
#define HEAD_BYTES 16

/* Most events are shorter. */
#define USUAL_BYTES 512

static const guint8 zeros[8] = { 0 };

static void
append (HoistEventWriter *writer, const void *data, gsize length)
{
  g_byte_array_append (writer->bytes, data, (guint) length);
}

/* Both the fields and their values begin at a multiple of 8: every type may stand there. */
static void
align (HoistEventWriter *writer)
{
  append (writer, zeros, -(writer->bytes->len - writer->dict) & 7);
}

/* An offset has as many bytes as can tell the length of what it is in, itself and its like
 * included. */
static gsize
get_offset_bytes (gsize length, gsize n_offsets)
{
  if (length + n_offsets <= G_MAXUINT8)
    return 1;
  return length + 2 * n_offsets <= G_MAXUINT16 ? 2 : 4;
}

static void
append_offset (HoistEventWriter *writer, gsize offset, gsize n_bytes)
{
  guint32 stored = GUINT32_TO_LE ((guint32) offset);

  append (writer, &stored, n_bytes);
}

static void
note_end (HoistEventWriter *writer)
{
  guint32 end = (guint32) (writer->bytes->len - writer->dict);

  g_array_append_val (writer->ends, end);
}

/**
 * hoist_event_writer_begin:
 * @writer: (out caller-allocates): the writer
 * @bytes: where to, at a multiple of 8
 * @kind: what happened
 * @id: to which upload
 *
 * Begins an event, in the machine's byte order.
 */
void
hoist_event_writer_begin (HoistEventWriter *writer,
                          GByteArray *bytes,
                          HoistEventKind kind,
                          guint64 id)
{
  guint8 head[HEAD_BYTES] = { (guint8) kind };

  memcpy (head + 8, &id, sizeof id);
  g_byte_array_append (bytes, head, sizeof head);
  *writer = (HoistEventWriter){ bytes, bytes->len, g_array_new (FALSE, FALSE, sizeof (guint32)) };
}

/**
 * hoist_event_writer_begin_new:
 * @writer: (out caller-allocates): the writer
 * @kind: what happened
 * @id: to which upload
 *
 * Begins an event by itself, for [func@hoist_event_writer_end_new].
 */
void
hoist_event_writer_begin_new (HoistEventWriter *writer, HoistEventKind kind, guint64 id)
{
  hoist_event_writer_begin (writer, g_byte_array_sized_new (USUAL_BYTES), kind, id);
}

/**
 * hoist_event_writer_add:
 * @writer: a writer
 * @key: the field's key
 * @type: the value's type
 * @value: (array length=length): the value, serialised
 * @length: how many bytes
 *
 * Adds a field: key, padding, value, a NUL, its type, where the key ends.
 */
void
hoist_event_writer_add (HoistEventWriter *writer,
                        const char *key,
                        const char *type,
                        const void *value,
                        gsize length)
{
  gsize key_bytes = strlen (key) + 1;
  gsize start;

  align (writer);
  start = writer->bytes->len;
  append (writer, key, key_bytes);
  align (writer);
  append (writer, value, length);
  append (writer, zeros, 1);
  append (writer, type, strlen (type));
  append_offset (writer, key_bytes, get_offset_bytes (writer->bytes->len - start, 1));
  note_end (writer);
}

/**
 * hoist_event_writer_add_string:
 * @writer: a writer
 * @key: the field's key
 * @text: valid UTF-8
 *
 * Adds a text.
 */
void
hoist_event_writer_add_string (HoistEventWriter *writer, const char *key, const char *text)
{
  g_return_if_fail (g_utf8_validate (text, -1, NULL));

  hoist_event_writer_add (writer, key, "s", text, strlen (text) + 1);
}

/**
 * hoist_event_writer_add_path:
 * @writer: a writer
 * @key: the field's key
 * @path: a path, in whatever encoding
 *
 * Adds a path.
 */
void
hoist_event_writer_add_path (HoistEventWriter *writer, const char *key, const char *path)
{
  hoist_event_writer_add (writer, key, "ay", path, strlen (path) + 1);
}

/**
 * hoist_event_writer_add_byte:
 * @writer: a writer
 * @key: the field's key
 * @number: its value
 *
 * Adds a number of one byte.
 */
void
hoist_event_writer_add_byte (HoistEventWriter *writer, const char *key, guint8 number)
{
  hoist_event_writer_add (writer, key, "y", &number, sizeof number);
}

/**
 * hoist_event_writer_add_uint32:
 * @writer: a writer
 * @key: the field's key
 * @number: its value
 *
 * Adds a number.
 */
void
hoist_event_writer_add_uint32 (HoistEventWriter *writer, const char *key, guint32 number)
{
  hoist_event_writer_add (writer, key, "u", &number, sizeof number);
}

/**
 * hoist_event_writer_add_uint64:
 * @writer: a writer
 * @key: the field's key
 * @number: its value
 *
 * Adds a number.
 */
void
hoist_event_writer_add_uint64 (HoistEventWriter *writer, const char *key, guint64 number)
{
  hoist_event_writer_add (writer, key, "t", &number, sizeof number);
}

/**
 * hoist_event_writer_add_int64:
 * @writer: a writer
 * @key: the field's key
 * @number: its value
 *
 * Adds a number.
 */
void
hoist_event_writer_add_int64 (HoistEventWriter *writer, const char *key, gint64 number)
{
  hoist_event_writer_add (writer, key, "x", &number, sizeof number);
}

/**
 * hoist_event_writer_add_entry:
 * @writer: a writer
 * @entry: a `{sv}` in normal form, in the machine's byte order
 *
 * Adds a field of which nothing is known.
 */
void
hoist_event_writer_add_entry (HoistEventWriter *writer, GVariant *entry)
{
  align (writer);
  append (writer, g_variant_get_data (entry), g_variant_get_size (entry));
  note_end (writer);
}

/**
 * hoist_event_writer_end:
 * @writer: (transfer full): a writer
 *
 * Ends the event.
 */
void
hoist_event_writer_end (HoistEventWriter *writer)
{
  gsize n_bytes = get_offset_bytes (writer->bytes->len - writer->dict, writer->ends->len);

  for (guint i = 0; i < writer->ends->len; i++)
    append_offset (writer, g_array_index (writer->ends, guint32, i), n_bytes);
  g_clear_pointer (&writer->ends, g_array_unref);
}

/**
 * hoist_event_writer_end_new:
 * @writer: (transfer full): a writer that was begun with [func@hoist_event_writer_begin_new]
 *
 * Ends the event. It is in normal form, so that nobody need look at it again.
 *
 * Returns: (transfer floating): the event
 */
GVariant *
hoist_event_writer_end_new (HoistEventWriter *writer)
{
  g_autoptr (GBytes) bytes = NULL;

  hoist_event_writer_end (writer);
  bytes = g_byte_array_free_to_bytes (writer->bytes);
  return g_variant_new_from_bytes (G_VARIANT_TYPE (HOIST_EVENT_TYPE), bytes, TRUE);
}
