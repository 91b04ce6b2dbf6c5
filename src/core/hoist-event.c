/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-event-fields.h"

static GVariant *
end_event (HoistEventKind kind, guint64 id, GVariantBuilder *fields)
{
  return g_variant_new ("(yt@a{sv})", (guint8) kind, id, g_variant_builder_end (fields));
}

static void
add_field (GVariantBuilder *fields, const char *key, GVariant *value)
{
  g_variant_builder_add (fields, "{sv}", key, value);
}

/* Texts from servers and libraries: what the reader would refuse must not be
 * written, and half a message is better than none. */
static void
add_text (GVariantBuilder *fields, const char *key, const char *text, gsize max_bytes)
{
  g_autofree char *valid = NULL;
  g_autofree char *cut = NULL;
  gsize length;

  if (text == NULL)
    return;
  length = strlen (text);
  if (length <= max_bytes && g_utf8_validate (text, (gssize) length, NULL))
    {
      add_field (fields, key, g_variant_new_string (text));
      return;
    }
  cut = g_strndup (text, max_bytes / 3); /* a bad byte becomes U+FFFD, 3 bytes */
  valid = g_utf8_make_valid (cut, -1);
  add_field (fields, key, g_variant_new_string (valid));
}

static void
add_identity (GVariantBuilder *fields, const HoistFileIdentity *identity)
{
  add_field (fields, HOIST_EVENT_IDENTITY,
             g_variant_new ("(tttxx)", identity->device, identity->inode, identity->size_bytes,
                            identity->mtime_ns, identity->ctime_ns));
}

static void
add_mount_root (GVariantBuilder *fields, const HoistUploadRecord *record)
{
  if (record->mount_root != NULL)
    add_field (fields, HOIST_EVENT_MOUNT_ROOT, g_variant_new_bytestring (record->mount_root));
}

static void
add_extra (GVariantBuilder *fields, const HoistUploadRecord *record, const char *event)
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

      g_variant_builder_add_value (fields, entry);
    }
}

/**
 * hoist_event_added:
 * @record: a record with path, name and destination
 *
 * The upload exists. For an upload that exists already it means that nothing
 * else is known of it any more: it is as it was when it was added.
 *
 * Returns: (transfer floating): the event, in the machine's byte order
 */
GVariant *
hoist_event_added (const HoistUploadRecord *record)
{
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (record != NULL && record->path != NULL, NULL);
  g_return_val_if_fail (record->name != NULL && record->destination_id != NULL, NULL);

  add_field (&fields, HOIST_EVENT_BATCH, g_variant_new_uint64 (record->batch));
  add_field (&fields, HOIST_EVENT_PATH, g_variant_new_bytestring (record->path));
  add_field (&fields, HOIST_EVENT_NAME, g_variant_new_string (record->name));
  add_field (&fields, HOIST_EVENT_DESTINATION, g_variant_new_string (record->destination_id));
  add_identity (&fields, &record->identity);
  add_field (&fields, HOIST_EVENT_TIME, g_variant_new_int64 (record->added_us));
  add_mount_root (&fields, record);
  add_extra (&fields, record, HOIST_EXTRA_ADDED);
  return end_event (HOIST_EVENT_ADDED, record->id, &fields);
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
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (record != NULL && record->begun && record->plan.multipart, NULL);
  g_return_val_if_fail (record->upload_id != NULL, NULL);

  add_field (&fields, HOIST_EVENT_UPLOAD_ID, g_variant_new_string (record->upload_id));
  if (record->key != NULL)
    add_field (&fields, HOIST_EVENT_KEY, g_variant_new_string (record->key));
  add_field (&fields, HOIST_EVENT_SIZE, g_variant_new_uint64 (record->plan.size_bytes));
  add_field (&fields, HOIST_EVENT_PART_BYTES, g_variant_new_uint64 (record->plan.part_bytes));
  add_field (&fields, HOIST_EVENT_DIGEST_KIND, g_variant_new_byte ((guint8) record->digest_kind));
  if (record->begun_us > 0)
    add_field (&fields, HOIST_EVENT_TIME, g_variant_new_int64 (record->begun_us));
  add_extra (&fields, record, HOIST_EXTRA_BEGUN);
  return end_event (HOIST_EVENT_BEGUN, record->id, &fields);
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
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const HoistPartRecord *part;

  g_return_val_if_fail (record != NULL, NULL);

  part = hoist_upload_record_get_part (record, part_number);
  g_return_val_if_fail (part != NULL, NULL);

  add_field (&fields, HOIST_EVENT_PART_NUMBER, g_variant_new_uint32 (part_number));
  add_text (&fields, HOIST_EVENT_ETAG, part->etag, HOIST_EVENT_MAX_ETAG_BYTES);
  if (part->has_digest)
    add_field (&fields, HOIST_EVENT_DIGEST,
               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, part->digest,
                                          hoist_digest_kind_get_length (record->digest_kind),
                                          sizeof (guint8)));
  return end_event (HOIST_EVENT_PART, record->id, &fields);
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
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (record != NULL, NULL);

  add_field (&fields, HOIST_EVENT_STATUS,
             g_variant_new_byte ((guint8) hoist_event_get_stored_state (record->state)));
  if (record->error_code >= 0)
    add_field (&fields, HOIST_EVENT_ERROR, g_variant_new_int32 (record->error_code));
  add_text (&fields, HOIST_EVENT_MESSAGE, record->error_message, HOIST_EVENT_MAX_TEXT_BYTES);
  return end_event (HOIST_EVENT_STATE, record->id, &fields);
}

static void
add_whole (GVariantBuilder *fields, const HoistDelivery *delivery)
{
  if (delivery->whole == HOIST_WHOLE_KNOWN)
    add_field (fields, HOIST_EVENT_WHOLE,
               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, delivery->sha256, HOIST_SHA256_BYTES,
                                          sizeof (guint8)));
}

static void
add_delivery (GVariantBuilder *fields, const HoistDelivery *delivery)
{
  if (delivery->server_us > 0)
    add_field (fields, HOIST_EVENT_SERVER_TIME, g_variant_new_int64 (delivery->server_us));
  add_text (fields, HOIST_EVENT_VERSION, delivery->version_id, HOIST_EVENT_MAX_ETAG_BYTES);
  add_field (fields, HOIST_EVENT_PROOF, g_variant_new_uint32 (delivery->proof));
  add_whole (fields, delivery);
  if (delivery->whole == HOIST_WHOLE_FOLLOWS)
    add_field (fields, HOIST_EVENT_FOLLOWS, g_variant_new_boolean (TRUE));
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
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (record != NULL, NULL);

  add_field (&fields, HOIST_EVENT_TIME, g_variant_new_int64 (record->finished_us));
  if (!record->plan.multipart || record->key_is_late)
    add_text (&fields, HOIST_EVENT_KEY, record->key, HOIST_EVENT_MAX_PATH_BYTES);
  if (!record->plan.multipart && record->begun_us > 0)
    add_field (&fields, HOIST_EVENT_BEGUN_TIME, g_variant_new_int64 (record->begun_us));
  add_text (&fields, HOIST_EVENT_LOCATION, record->location, HOIST_EVENT_MAX_TEXT_BYTES);
  add_text (&fields, HOIST_EVENT_ETAG, record->etag, HOIST_EVENT_MAX_ETAG_BYTES);
  add_text (&fields, HOIST_EVENT_CHECKSUM, record->checksum, HOIST_EVENT_MAX_NAME_BYTES);
  if (record->delivery != NULL)
    add_delivery (&fields, record->delivery);
  return end_event (HOIST_EVENT_FINISHED, record->id, &fields);
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
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  return end_event (HOIST_EVENT_REMOVED, id, &fields);
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
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (record != NULL && record->path != NULL, NULL);

  add_field (&fields, HOIST_EVENT_PATH, g_variant_new_bytestring (record->path));
  add_identity (&fields, &record->identity);
  add_mount_root (&fields, record);
  return end_event (HOIST_EVENT_MOVED, record->id, &fields);
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
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (record != NULL && record->delivery != NULL, NULL);

  add_whole (&fields, record->delivery);
  return end_event (HOIST_EVENT_HASHED, record->id, &fields);
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
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (record != NULL && record->delivery != NULL, NULL);

  add_field (&fields, HOIST_EVENT_TIME, g_variant_new_int64 (record->delivery->verified_us));
  add_field (&fields, HOIST_EVENT_VERDICT, g_variant_new_byte ((guint8) record->delivery->verdict));
  return end_event (HOIST_EVENT_VERIFIED, record->id, &fields);
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
  GVariantBuilder fields = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (record != NULL && record->content != NULL, NULL);

  add_identity (&fields, &record->content->identity);
  add_field (&fields, HOIST_EVENT_WHOLE,
             g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, record->content->sha256,
                                        HOIST_SHA256_BYTES, sizeof (guint8)));
  return end_event (HOIST_EVENT_CONTENT, record->id, &fields);
}
