/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-event-fields.h"
#include "hoist-event-writer.h"

/* Texts from servers and libraries: what the reader would refuse must not be
 * written, and half a message is better than none. */
static void
add_text (HoistEventWriter *fields, const char *key, const char *text, gsize max_bytes)
{
  g_autofree char *valid = NULL;
  g_autofree char *cut = NULL;
  gsize length;

  if (text == NULL)
    return;
  length = strlen (text);
  if (length <= max_bytes && g_utf8_validate (text, (gssize) length, NULL))
    {
      hoist_event_writer_add (fields, key, "s", text, length + 1);
      return;
    }
  cut = g_strndup (text, max_bytes / 3); /* a bad byte becomes U+FFFD, 3 bytes */
  valid = g_utf8_make_valid (cut, -1);
  hoist_event_writer_add_string (fields, key, valid);
}

static void
add_identity (HoistEventWriter *fields, const HoistFileIdentity *identity)
{
  const guint64 values[] = {
    identity->device,
    identity->inode,
    identity->size_bytes,
    (guint64) identity->mtime_ns,
    (guint64) identity->ctime_ns,
  };

  hoist_event_writer_add (fields, HOIST_EVENT_IDENTITY, "(tttxx)", values, sizeof values);
}

static void
add_mount_root (HoistEventWriter *fields, const HoistUploadRecord *record)
{
  if (record->mount_root != NULL)
    hoist_event_writer_add_path (fields, HOIST_EVENT_MOUNT_ROOT, record->mount_root);
}

static void
add_extra (HoistEventWriter *fields, const HoistUploadRecord *record, const char *event)
{
  g_autoptr (GVariant) extra = NULL;
  GVariantIter iter;
  GVariant *next;

  if (record->extra == NULL)
    return;
  extra = g_variant_lookup_value (record->extra, event, G_VARIANT_TYPE_VARDICT);
  if (extra == NULL)
    return;
  g_variant_iter_init (&iter, extra);
  while ((next = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) entry = next;

      hoist_event_writer_add_entry (fields, entry);
    }
}

/**
 * hoist_event_added:
 * @record: a record with path, name and destination
 *
 * The upload exists. For an upload that exists already it means that nothing
 * else is known of it any more: it is as it was when it was added. One with a walk is
 * a folder whose files are still to be found.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_added (const HoistUploadRecord *record)
{
  HoistEventWriter fields;

  g_return_val_if_fail (record != NULL && record->path != NULL, NULL);
  g_return_val_if_fail (record->name != NULL && record->destination_id != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_ADDED, record->id);
  hoist_event_writer_add_uint64 (&fields, HOIST_EVENT_BATCH, record->batch);
  hoist_event_writer_add_path (&fields, HOIST_EVENT_PATH, record->path);
  hoist_event_writer_add_string (&fields, HOIST_EVENT_NAME, record->name);
  hoist_event_writer_add_string (&fields, HOIST_EVENT_DESTINATION, record->destination_id);
  add_identity (&fields, &record->identity);
  hoist_event_writer_add_int64 (&fields, HOIST_EVENT_TIME, record->added_us);
  add_mount_root (&fields, record);
  if (record->walk != NULL)
    hoist_event_writer_add (&fields, HOIST_EVENT_WALK, "b", &(guint8){ TRUE }, 1);
  add_extra (&fields, record, HOIST_EXTRA_ADDED);
  return hoist_event_writer_end_new (&fields);
}

/**
 * hoist_event_begun:
 * @record: a record of a multipart upload that is begun
 *
 * The server gave an upload id; parts that were done before are forgotten. A
 * single PUT has no such event: it leaves nothing behind that could go on.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_begun (const HoistUploadRecord *record)
{
  HoistEventWriter fields;

  g_return_val_if_fail (record != NULL && record->begun && record->plan.multipart, NULL);
  g_return_val_if_fail (record->upload_id != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_BEGUN, record->id);
  hoist_event_writer_add_string (&fields, HOIST_EVENT_UPLOAD_ID, record->upload_id);
  if (record->key != NULL)
    hoist_event_writer_add_string (&fields, HOIST_EVENT_KEY, record->key);
  hoist_event_writer_add_uint64 (&fields, HOIST_EVENT_SIZE, record->plan.size_bytes);
  hoist_event_writer_add_uint64 (&fields, HOIST_EVENT_PART_BYTES, record->plan.part_bytes);
  hoist_event_writer_add_byte (&fields, HOIST_EVENT_DIGEST_KIND, (guint8) record->digest_kind);
  if (record->begun_us > 0)
    hoist_event_writer_add_int64 (&fields, HOIST_EVENT_TIME, record->begun_us);
  add_extra (&fields, record, HOIST_EXTRA_BEGUN);
  return hoist_event_writer_end_new (&fields);
}

static void
add_part (HoistEventWriter *fields, const HoistUploadRecord *record, guint part_number)
{
  const HoistPartRecord *part = hoist_upload_record_get_part (record, part_number);

  hoist_event_writer_add_uint32 (fields, HOIST_EVENT_PART_NUMBER, part_number);
  add_text (fields, HOIST_EVENT_ETAG, part->etag, HOIST_EVENT_MAX_ETAG_BYTES);
  if (part->has_digest)
    hoist_event_writer_add (fields, HOIST_EVENT_DIGEST, "ay", part->digest,
                            hoist_digest_kind_get_length (record->digest_kind));
}

/**
 * hoist_event_part:
 * @record: a record
 * @part_number: a part that is done, from 1
 *
 * The server acknowledged a part.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_part (const HoistUploadRecord *record, guint part_number)
{
  HoistEventWriter fields;

  g_return_val_if_fail (record != NULL, NULL);
  g_return_val_if_fail (hoist_upload_record_get_part (record, part_number) != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_PART, record->id);
  add_part (&fields, record, part_number);
  return hoist_event_writer_end_new (&fields);
}

/**
 * hoist_event_write_part:
 * @bytes: where to, at a multiple of 8
 * @record: a record
 * @part_number: a part that is done, from 1
 *
 * Writes the bytes of [func@hoist_event_part]: there can be a million of them when a journal
 * is compacted.
 */
void
hoist_event_write_part (GByteArray *bytes, const HoistUploadRecord *record, guint part_number)
{
  HoistEventWriter fields;

  g_return_if_fail (hoist_upload_record_get_part (record, part_number) != NULL);

  hoist_event_writer_begin (&fields, bytes, HOIST_EVENT_PART, record->id);
  add_part (&fields, record, part_number);
  hoist_event_writer_end (&fields);
}

/**
 * hoist_event_get_stored_state:
 * @state: a state
 *
 * What is stored of a state: after a restart nothing is under way, so that the
 * states of work under way, and waiting for its next try, are
 * %HOIST_UPLOAD_QUEUED.
 *
 * Returns: the state in the journal
 */
HoistUploadState
hoist_event_get_stored_state (HoistUploadState state)
{
  switch (state)
    {
    case HOIST_UPLOAD_PAUSED:
    case HOIST_UPLOAD_FAILED:
    case HOIST_UPLOAD_DONE:
    case HOIST_UPLOAD_CANCELLING:
      return state;
    default:
      return HOIST_UPLOAD_QUEUED;
    }
}

/**
 * hoist_event_state:
 * @record: a record
 *
 * The upload's state or error changed.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_state (const HoistUploadRecord *record)
{
  HoistEventWriter fields;
  gint32 error_code;

  g_return_val_if_fail (record != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_STATE, record->id);
  hoist_event_writer_add_byte (&fields, HOIST_EVENT_STATUS,
                               (guint8) hoist_event_get_stored_state (record->state));
  error_code = record->error_code;
  if (error_code >= 0)
    hoist_event_writer_add (&fields, HOIST_EVENT_ERROR, "i", &error_code, sizeof error_code);
  add_text (&fields, HOIST_EVENT_MESSAGE, record->error_message, HOIST_EVENT_MAX_TEXT_BYTES);
  return hoist_event_writer_end_new (&fields);
}

static void
add_whole (HoistEventWriter *fields, const HoistDelivery *delivery)
{
  if (delivery->whole == HOIST_WHOLE_KNOWN)
    hoist_event_writer_add (fields, HOIST_EVENT_WHOLE, "ay", delivery->sha256, HOIST_SHA256_BYTES);
}

static void
add_delivery (HoistEventWriter *fields, const HoistDelivery *delivery)
{
  const guint8 yes = 1;

  if (delivery->server_us > 0)
    hoist_event_writer_add_int64 (fields, HOIST_EVENT_SERVER_TIME, delivery->server_us);
  add_text (fields, HOIST_EVENT_VERSION, delivery->version_id, HOIST_EVENT_MAX_ETAG_BYTES);
  hoist_event_writer_add_uint32 (fields, HOIST_EVENT_PROOF, delivery->proof);
  add_whole (fields, delivery);
  if (delivery->whole == HOIST_WHOLE_FOLLOWS)
    hoist_event_writer_add (fields, HOIST_EVENT_FOLLOWS, "b", &yes, sizeof yes);
}

/**
 * hoist_event_finished:
 * @record: a record with @finished_us
 *
 * The server confirmed that the object is there. Its parts need not be known
 * any longer. The key of a single PUT is known only from here, and so is one that the
 * server did not tell before.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_finished (const HoistUploadRecord *record)
{
  HoistEventWriter fields;

  g_return_val_if_fail (record != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_FINISHED, record->id);
  hoist_event_writer_add_int64 (&fields, HOIST_EVENT_TIME, record->finished_us);
  if (!record->plan.multipart || record->key_is_late)
    add_text (&fields, HOIST_EVENT_KEY, record->key, HOIST_EVENT_MAX_PATH_BYTES);
  if (!record->plan.multipart && record->begun_us > 0)
    hoist_event_writer_add_int64 (&fields, HOIST_EVENT_BEGUN_TIME, record->begun_us);
  add_text (&fields, HOIST_EVENT_LOCATION, record->location, HOIST_EVENT_MAX_TEXT_BYTES);
  add_text (&fields, HOIST_EVENT_ETAG, record->etag, HOIST_EVENT_MAX_ETAG_BYTES);
  add_text (&fields, HOIST_EVENT_CHECKSUM, record->checksum, HOIST_EVENT_MAX_NAME_BYTES);
  if (record->delivery != NULL)
    add_delivery (&fields, record->delivery);
  return hoist_event_writer_end_new (&fields);
}

/**
 * hoist_event_removed:
 * @id: the upload
 *
 * The upload is off the list, and nothing of it is left on the server.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_removed (guint64 id)
{
  HoistEventWriter fields;

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_REMOVED, id);
  return hoist_event_writer_end_new (&fields);
}

/**
 * hoist_event_moved:
 * @record: a record with its new path and identity
 *
 * The same file is elsewhere now, or its identity was found to be another
 * before anything was sent.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_moved (const HoistUploadRecord *record)
{
  HoistEventWriter fields;

  g_return_val_if_fail (record != NULL && record->path != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_MOVED, record->id);
  hoist_event_writer_add_path (&fields, HOIST_EVENT_PATH, record->path);
  add_identity (&fields, &record->identity);
  add_mount_root (&fields, record);
  return hoist_event_writer_end_new (&fields);
}

/**
 * hoist_event_hashed:
 * @record: a record that is done, with its delivery
 *
 * What became of the whole file's SHA-256 after the delivery: it is known, or
 * cannot be known any more, since the file changed.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_hashed (const HoistUploadRecord *record)
{
  HoistEventWriter fields;

  g_return_val_if_fail (record != NULL && record->delivery != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_HASHED, record->id);
  add_whole (&fields, record->delivery);
  return hoist_event_writer_end_new (&fields);
}

/**
 * hoist_event_verified:
 * @record: a record that is done, with its delivery
 *
 * The storage was asked again what it has.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_verified (const HoistUploadRecord *record)
{
  HoistEventWriter fields;

  g_return_val_if_fail (record != NULL && record->delivery != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_VERIFIED, record->id);
  hoist_event_writer_add_int64 (&fields, HOIST_EVENT_TIME, record->delivery->verified_us);
  hoist_event_writer_add_byte (&fields, HOIST_EVENT_VERDICT, (guint8) record->delivery->verdict);
  return hoist_event_writer_end_new (&fields);
}

/**
 * hoist_event_content:
 * @record: a record whose file was read as a whole
 *
 * The SHA-256 of the whole file, and of which version of it: so that neither a
 * restart nor a server that is away costs another look at it.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_content (const HoistUploadRecord *record)
{
  HoistEventWriter fields;

  g_return_val_if_fail (record != NULL && record->content != NULL, NULL);

  hoist_event_writer_begin_new (&fields, HOIST_EVENT_CONTENT, record->id);
  add_identity (&fields, &record->content->identity);
  hoist_event_writer_add (&fields, HOIST_EVENT_WHOLE, "ay", record->content->sha256,
                          HOIST_SHA256_BYTES);
  return hoist_event_writer_end_new (&fields);
}
