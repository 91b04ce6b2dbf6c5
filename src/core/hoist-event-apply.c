/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-event-fields.h"

G_STATIC_ASSERT (sizeof (HoistFileIdentity) == 40);

/* Each event is taken apart and checked as a whole before anything of it is
 * applied, so that a damaged one leaves the table as it was. */

enum
{
  ADDED_BATCH,
  ADDED_PATH,
  ADDED_NAME,
  ADDED_DESTINATION,
  ADDED_IDENTITY,
  ADDED_TIME,
  ADDED_MOUNT_ROOT,
  ADDED_WALK,
};

static const HoistField added_fields[] = {
  [ADDED_BATCH] = { HOIST_EVENT_BATCH, "t", 8, TRUE },
  [ADDED_PATH] = { HOIST_EVENT_PATH, "ay", HOIST_EVENT_MAX_PATH_BYTES, TRUE },
  [ADDED_NAME] = { HOIST_EVENT_NAME, "s", HOIST_EVENT_MAX_PATH_BYTES, TRUE },
  [ADDED_DESTINATION] = { HOIST_EVENT_DESTINATION, "s", HOIST_EVENT_MAX_NAME_BYTES, TRUE },
  [ADDED_IDENTITY] = { HOIST_EVENT_IDENTITY, "(tttxx)", 40, TRUE },
  [ADDED_TIME] = { HOIST_EVENT_TIME, "x", 8, TRUE },
  [ADDED_MOUNT_ROOT] = { HOIST_EVENT_MOUNT_ROOT, "ay", HOIST_EVENT_MAX_PATH_BYTES, FALSE },
  [ADDED_WALK] = { HOIST_EVENT_WALK, "b", 1, FALSE },
};

enum
{
  BEGUN_UPLOAD_ID,
  BEGUN_KEY,
  BEGUN_SIZE,
  BEGUN_PART_BYTES,
  BEGUN_DIGEST_KIND,
  BEGUN_TIME,
};

static const HoistField begun_fields[] = {
  [BEGUN_UPLOAD_ID] = { HOIST_EVENT_UPLOAD_ID, "s", HOIST_EVENT_MAX_ID_BYTES, TRUE },
  [BEGUN_KEY] = { HOIST_EVENT_KEY, "s", HOIST_EVENT_MAX_PATH_BYTES, FALSE },
  [BEGUN_SIZE] = { HOIST_EVENT_SIZE, "t", 8, TRUE },
  [BEGUN_PART_BYTES] = { HOIST_EVENT_PART_BYTES, "t", 8, TRUE },
  [BEGUN_DIGEST_KIND] = { HOIST_EVENT_DIGEST_KIND, "y", 1, TRUE },
  [BEGUN_TIME] = { HOIST_EVENT_TIME, "x", 8, FALSE },
};

enum
{
  PART_NUMBER,
  PART_ETAG,
  PART_DIGEST,
};

/* The digest is no text: no limit here, its length is checked by its kind. */
static const HoistField part_fields[] = {
  [PART_NUMBER] = { HOIST_EVENT_PART_NUMBER, "u", 4, TRUE },
  [PART_ETAG] = { HOIST_EVENT_ETAG, "s", HOIST_EVENT_MAX_ETAG_BYTES, TRUE },
  [PART_DIGEST] = { HOIST_EVENT_DIGEST, "ay", 0, FALSE },
};

enum
{
  STATE_STATUS,
  STATE_ERROR,
  STATE_MESSAGE,
};

static const HoistField state_fields[] = {
  [STATE_STATUS] = { HOIST_EVENT_STATUS, "y", 1, TRUE },
  [STATE_ERROR] = { HOIST_EVENT_ERROR, "i", 4, FALSE },
  [STATE_MESSAGE] = { HOIST_EVENT_MESSAGE, "s", HOIST_EVENT_MAX_TEXT_BYTES, FALSE },
};

enum
{
  FINISHED_TIME,
  FINISHED_KEY,
  FINISHED_LOCATION,
  FINISHED_ETAG,
  FINISHED_CHECKSUM,
  FINISHED_BEGUN,
  FINISHED_SERVER_TIME,
  FINISHED_VERSION,
  FINISHED_PROOF,
  FINISHED_WHOLE,
  FINISHED_FOLLOWS,
};

static const HoistField finished_fields[] = {
  [FINISHED_TIME] = { HOIST_EVENT_TIME, "x", 8, TRUE },
  [FINISHED_KEY] = { HOIST_EVENT_KEY, "s", HOIST_EVENT_MAX_PATH_BYTES, FALSE },
  [FINISHED_LOCATION] = { HOIST_EVENT_LOCATION, "s", HOIST_EVENT_MAX_TEXT_BYTES, FALSE },
  [FINISHED_ETAG] = { HOIST_EVENT_ETAG, "s", HOIST_EVENT_MAX_ETAG_BYTES, FALSE },
  [FINISHED_CHECKSUM] = { HOIST_EVENT_CHECKSUM, "s", HOIST_EVENT_MAX_NAME_BYTES, FALSE },
  [FINISHED_BEGUN] = { HOIST_EVENT_BEGUN_TIME, "x", 8, FALSE },
  [FINISHED_SERVER_TIME] = { HOIST_EVENT_SERVER_TIME, "x", 8, FALSE },
  [FINISHED_VERSION] = { HOIST_EVENT_VERSION, "s", HOIST_EVENT_MAX_ETAG_BYTES, FALSE },
  [FINISHED_PROOF] = { HOIST_EVENT_PROOF, "u", 4, FALSE },
  [FINISHED_WHOLE] = { HOIST_EVENT_WHOLE, "ay", 0, FALSE },
  [FINISHED_FOLLOWS] = { HOIST_EVENT_FOLLOWS, "b", 1, FALSE },
};

enum
{
  HASHED_WHOLE,
};

static const HoistField hashed_fields[] = {
  [HASHED_WHOLE] = { HOIST_EVENT_WHOLE, "ay", 0, FALSE },
};

enum
{
  VERIFIED_TIME,
  VERIFIED_VERDICT,
};

static const HoistField verified_fields[] = {
  [VERIFIED_TIME] = { HOIST_EVENT_TIME, "x", 8, TRUE },
  [VERIFIED_VERDICT] = { HOIST_EVENT_VERDICT, "y", 1, TRUE },
};

enum
{
  CONTENT_IDENTITY,
  CONTENT_WHOLE,
};

static const HoistField content_fields[] = {
  [CONTENT_IDENTITY] = { HOIST_EVENT_IDENTITY, "(tttxx)", 40, TRUE },
  [CONTENT_WHOLE] = { HOIST_EVENT_WHOLE, "ay", 0, TRUE },
};

enum
{
  MOVED_PATH,
  MOVED_IDENTITY,
  MOVED_MOUNT_ROOT,
};

static const HoistField moved_fields[] = {
  [MOVED_PATH] = { HOIST_EVENT_PATH, "ay", HOIST_EVENT_MAX_PATH_BYTES, TRUE },
  [MOVED_IDENTITY] = { HOIST_EVENT_IDENTITY, "(tttxx)", 40, TRUE },
  [MOVED_MOUNT_ROOT] = { HOIST_EVENT_MOUNT_ROOT, "ay", HOIST_EVENT_MAX_PATH_BYTES, FALSE },
};

/* Only some events are written again, so only their unknown fields are kept. */
static gboolean
read_fields (const HoistFieldValue *dict,
             const HoistField *fields,
             gsize n_fields,
             HoistFieldValues *values,
             GVariant **unknown,
             GError **error)
{
  gboolean has_unknown = FALSE;

  if (!hoist_fields_read (dict->data, dict->length, fields, n_fields, values, &has_unknown, error))
    return FALSE;
  return unknown == NULL || !has_unknown ||
         hoist_fields_dup_unknown (dict->data, dict->length, fields, n_fields, unknown, error);
}

static void
set_string (char **place, const HoistFieldValues *values, gsize index)
{
  g_free (*place);
  *place = g_strdup (hoist_field_values_get_string (values, index));
}

static gint64
get_time_us (const HoistFieldValues *values, gsize index)
{
  return MAX (hoist_field_values_get_int64 (values, index), 0);
}

static gboolean
read_path (const HoistFieldValues *values, gsize index, GError **error)
{
  if (*hoist_field_values_get_string (values, index) == '/')
    return TRUE;
  return hoist_fields_refuse (error, HOIST_EVENT_PATH);
}

/* It may be missing; that means the file system of `/`. */
static gboolean
read_mount_root (const HoistFieldValues *values, gsize index, GError **error)
{
  return hoist_field_values_get_string (values, index) == NULL ||
         *hoist_field_values_get_string (values, index) == '/' ||
         hoist_fields_refuse (error, HOIST_EVENT_MOUNT_ROOT);
}

static gboolean
read_identity (HoistFileIdentity *identity,
               const HoistFieldValues *values,
               gsize index,
               GError **error)
{
  /* A tuple of a fixed size is laid out as this struct is. */
  memcpy (identity, values->at[index].data, sizeof *identity);
  if (identity->size_bytes <= G_MAXINT64)
    return TRUE;
  return hoist_fields_refuse (error, HOIST_EVENT_IDENTITY);
}

/* Puts @unknown, what came with one kind of event and was not understood, in
 * the place of what came before. */
static void
set_extra (HoistUploadRecord *record, const char *event, GVariant *unknown)
{
  GVariantDict dict;
  g_autoptr (GVariant) extra = NULL;

  if (unknown == NULL && record->extra == NULL)
    return;
  g_variant_dict_init (&dict, record->extra);
  g_variant_dict_remove (&dict, event);
  if (unknown != NULL)
    g_variant_dict_insert_value (&dict, event, unknown);
  extra = g_variant_ref_sink (g_variant_dict_end (&dict));
  g_clear_pointer (&record->extra, g_variant_unref);
  if (g_variant_n_children (extra) > 0)
    record->extra = g_steal_pointer (&extra);
}

static gboolean
apply_added (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;
  g_autoptr (GVariant) unknown = NULL;

  if (!read_fields (dict, added_fields, G_N_ELEMENTS (added_fields), &values, &unknown, error) ||
      !read_path (&values, ADDED_PATH, error) ||
      !read_mount_root (&values, ADDED_MOUNT_ROOT, error) ||
      !read_identity (&record->identity, &values, ADDED_IDENTITY, error))
    return FALSE;
  if (*hoist_field_values_get_string (&values, ADDED_NAME) == '\0')
    return hoist_fields_refuse (error, HOIST_EVENT_NAME);
  if (*hoist_field_values_get_string (&values, ADDED_DESTINATION) == '\0')
    return hoist_fields_refuse (error, HOIST_EVENT_DESTINATION);

  record->batch = hoist_field_values_get_uint64 (&values, ADDED_BATCH);
  hoist_upload_record_set_path (record, hoist_field_values_get_string (&values, ADDED_PATH));
  hoist_upload_record_set_mount_root (record,
                                      hoist_field_values_get_string (&values, ADDED_MOUNT_ROOT));
  hoist_upload_record_set_name (record, hoist_field_values_get_string (&values, ADDED_NAME));
  hoist_upload_record_set_destination_id (
    record, hoist_field_values_get_string (&values, ADDED_DESTINATION));
  record->added_us = MAX (hoist_field_values_get_int64 (&values, ADDED_TIME), 0);
  if (hoist_field_values_get_uint64 (&values, ADDED_WALK) != 0)
    record->walk = hoist_walk_record_new ();
  set_extra (record, HOIST_EXTRA_ADDED, unknown);
  return TRUE;
}

static gboolean
read_plan (HoistPartPlan *plan, const HoistFieldValues *values, GError **error)
{
  const HoistPartLimits limits = { 0, G_MAXINT64, HOIST_S3_MAX_PARTS, 0, 0, FALSE };

  if (hoist_part_plan_init_fixed (plan, &limits, hoist_field_values_get_uint64 (values, BEGUN_SIZE),
                                  hoist_field_values_get_uint64 (values, BEGUN_PART_BYTES), NULL))
    return TRUE;
  return hoist_fields_refuse (error, HOIST_EVENT_PART_BYTES);
}

static gboolean
apply_begun (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;
  g_autoptr (GVariant) unknown = NULL;
  HoistPartPlan plan;
  guint64 digest_kind;

  if (!read_fields (dict, begun_fields, G_N_ELEMENTS (begun_fields), &values, &unknown, error) ||
      !read_plan (&plan, &values, error))
    return FALSE;
  digest_kind = hoist_field_values_get_uint64 (&values, BEGUN_DIGEST_KIND);
  if (digest_kind != HOIST_DIGEST_NONE &&
      hoist_digest_kind_get_length ((HoistDigestKind) digest_kind) == 0)
    return hoist_fields_refuse (error, HOIST_EVENT_DIGEST_KIND);

  hoist_upload_record_forget_parts (record);
  record->begun = TRUE;
  record->plan = plan;
  record->digest_kind = (HoistDigestKind) digest_kind;
  set_string (&record->upload_id, &values, BEGUN_UPLOAD_ID);
  set_string (&record->key, &values, BEGUN_KEY);
  record->begun_us = get_time_us (&values, BEGUN_TIME);
  set_extra (record, HOIST_EXTRA_BEGUN, unknown);
  return TRUE;
}

static gboolean
apply_part (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;
  const HoistFieldValue *digest;
  guint64 part_number;

  if (!read_fields (dict, part_fields, G_N_ELEMENTS (part_fields), &values, NULL, error))
    return FALSE;
  part_number = hoist_field_values_get_uint64 (&values, PART_NUMBER);
  if (part_number < 1 || part_number > HOIST_S3_MAX_PARTS)
    return hoist_fields_refuse (error, HOIST_EVENT_PART_NUMBER);
  digest = &values.at[PART_DIGEST];
  if (digest->data != NULL && digest->length != HOIST_MD5_BYTES &&
      digest->length != HOIST_SHA256_BYTES)
    return hoist_fields_refuse (error, HOIST_EVENT_DIGEST);

  /* A part of a single PUT, of an upload whose beginning was lost, or of one
   * that has begun anew since. Not to know a part is never wrong. */
  if (!record->begun)
    return TRUE;
  if (part_number > record->plan.n_parts ||
      (digest->data != NULL &&
       digest->length != hoist_digest_kind_get_length (record->digest_kind)))
    return TRUE;
  hoist_upload_record_set_part (record, (guint) part_number,
                                hoist_field_values_get_string (&values, PART_ETAG), digest->data);
  return TRUE;
}

static gboolean
apply_state (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;
  guint64 state;
  gint64 code;

  if (!read_fields (dict, state_fields, G_N_ELEMENTS (state_fields), &values, NULL, error))
    return FALSE;
  state = hoist_field_values_get_uint64 (&values, STATE_STATUS);
  if (state >= HOIST_N_UPLOAD_STATES)
    return hoist_fields_refuse (error, HOIST_EVENT_STATUS);

  code = values.at[STATE_ERROR].data != NULL ? hoist_field_values_get_int64 (&values, STATE_ERROR)
                                             : -1;
  if (code >= HOIST_N_ERRORS) /* one that a later version knows */
    code = HOIST_ERROR_FAILED;
  record->state = hoist_event_get_stored_state ((HoistUploadState) state);
  record->error_code = (int) MAX (code, -1);
  set_string (&record->error_message, &values, STATE_MESSAGE);
  return TRUE;
}

/* Missing, or exactly a SHA-256. */
static gboolean
check_whole (const HoistFieldValue *whole, GError **error)
{
  return whole->data == NULL || whole->length == HOIST_SHA256_BYTES ||
         hoist_fields_refuse (error, HOIST_EVENT_WHOLE);
}

static void
set_whole (HoistDelivery *delivery, const HoistFieldValue *whole)
{
  delivery->whole = whole->data != NULL ? HOIST_WHOLE_KNOWN : HOIST_WHOLE_NONE;
  if (whole->data != NULL)
    memcpy (delivery->sha256, whole->data, HOIST_SHA256_BYTES);
}

/* An earlier version wrote none of it: then there is no delivery to tell of. */
static HoistDelivery *
read_delivery (const HoistFieldValues *values)
{
  HoistDelivery *delivery;

  if (values->at[FINISHED_PROOF].data == NULL)
    return NULL;
  delivery = hoist_delivery_new ();
  delivery->proof = (guint) hoist_field_values_get_uint64 (values, FINISHED_PROOF);
  delivery->server_us = get_time_us (values, FINISHED_SERVER_TIME);
  set_string (&delivery->version_id, values, FINISHED_VERSION);
  set_whole (delivery, &values->at[FINISHED_WHOLE]);
  if (delivery->whole == HOIST_WHOLE_NONE &&
      hoist_field_values_get_uint64 (values, FINISHED_FOLLOWS) != 0)
    delivery->whole = HOIST_WHOLE_FOLLOWS;
  return delivery;
}

static gboolean
apply_finished (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;
  gint64 finished_us;

  if (!read_fields (dict, finished_fields, G_N_ELEMENTS (finished_fields), &values, NULL, error))
    return FALSE;
  finished_us = hoist_field_values_get_int64 (&values, FINISHED_TIME);
  if (finished_us <= 0)
    return hoist_fields_refuse (error, HOIST_EVENT_TIME);
  if (!check_whole (&values.at[FINISHED_WHOLE], error))
    return FALSE;

  record->finished_us = finished_us;
  record->state = HOIST_UPLOAD_DONE;
  record->error_code = -1;
  g_clear_pointer (&record->error_message, g_free);
  if (values.at[FINISHED_KEY].data != NULL)
    set_string (&record->key, &values, FINISHED_KEY);
  set_string (&record->location, &values, FINISHED_LOCATION);
  set_string (&record->etag, &values, FINISHED_ETAG);
  set_string (&record->checksum, &values, FINISHED_CHECKSUM);
  if (values.at[FINISHED_BEGUN].data != NULL)
    record->begun_us = get_time_us (&values, FINISHED_BEGUN);
  g_clear_pointer (&record->delivery, hoist_delivery_free);
  record->delivery = read_delivery (&values);
  g_clear_pointer (&record->content, g_free);
  hoist_upload_record_forget_parts (record);
  record->parts_done = record->begun ? record->plan.n_parts : 0;
  return TRUE;
}

static gboolean
apply_moved (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;
  HoistFileIdentity identity;

  if (!read_fields (dict, moved_fields, G_N_ELEMENTS (moved_fields), &values, NULL, error) ||
      !read_path (&values, MOVED_PATH, error) ||
      !read_mount_root (&values, MOVED_MOUNT_ROOT, error) ||
      !read_identity (&identity, &values, MOVED_IDENTITY, error))
    return FALSE;

  hoist_upload_record_set_path (record, hoist_field_values_get_string (&values, MOVED_PATH));
  hoist_upload_record_set_mount_root (record,
                                      hoist_field_values_get_string (&values, MOVED_MOUNT_ROOT));
  record->identity = identity;
  return TRUE;
}

static gboolean
apply_hashed (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;

  if (!read_fields (dict, hashed_fields, G_N_ELEMENTS (hashed_fields), &values, NULL, error) ||
      !check_whole (&values.at[HASHED_WHOLE], error))
    return FALSE;
  /* Without it, it was begun anew since, or its end was lost. */
  if (record->delivery != NULL)
    set_whole (record->delivery, &values.at[HASHED_WHOLE]);
  return TRUE;
}

static gboolean
apply_verified (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;
  guint64 verdict;

  if (!read_fields (dict, verified_fields, G_N_ELEMENTS (verified_fields), &values, NULL, error))
    return FALSE;
  verdict = hoist_field_values_get_uint64 (&values, VERIFIED_VERDICT);
  if (record->delivery == NULL)
    return TRUE;
  record->delivery->verified_us = get_time_us (&values, VERIFIED_TIME);
  /* one that a later version knows */
  record->delivery->verdict = verdict < HOIST_N_OBJECT_VERDICTS ? (HoistObjectVerdict) verdict
                                                                : HOIST_OBJECT_UNKNOWN;
  return TRUE;
}

static gboolean
apply_content (HoistUploadRecord *record, const HoistFieldValue *dict, GError **error)
{
  HoistFieldValues values;
  HoistFileIdentity identity;

  if (!read_fields (dict, content_fields, G_N_ELEMENTS (content_fields), &values, NULL, error) ||
      !read_identity (&identity, &values, CONTENT_IDENTITY, error) ||
      !check_whole (&values.at[CONTENT_WHOLE], error))
    return FALSE;
  hoist_upload_record_set_content (record, &identity, values.at[CONTENT_WHOLE].data);
  return TRUE;
}

/**
 * hoist_event_apply:
 * @record: the upload's record; a new one for %HOIST_EVENT_ADDED
 * @kind: the event's #HoistEventKind
 * @dict: the event's fields, serialised in the machine's byte order
 * @error: return location for an error
 *
 * Applies the fields of any event but %HOIST_EVENT_REMOVED. A kind that is not
 * known is a later version's and changes nothing.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if they make no sense; then @record is as
 * it was, but for a new one, which is to be dropped.
 *
 * Returns: whether it was applied or skipped
 */
gboolean
hoist_event_apply (HoistUploadRecord *record,
                   guint8 kind,
                   const HoistFieldValue *dict,
                   GError **error)
{
  switch (kind)
    {
    case HOIST_EVENT_ADDED:
      return apply_added (record, dict, error);
    case HOIST_EVENT_BEGUN:
      return apply_begun (record, dict, error);
    case HOIST_EVENT_PART:
      return apply_part (record, dict, error);
    case HOIST_EVENT_STATE:
      return apply_state (record, dict, error);
    case HOIST_EVENT_FINISHED:
      return apply_finished (record, dict, error);
    case HOIST_EVENT_MOVED:
      return apply_moved (record, dict, error);
    case HOIST_EVENT_HASHED:
      return apply_hashed (record, dict, error);
    case HOIST_EVENT_VERIFIED:
      return apply_verified (record, dict, error);
    case HOIST_EVENT_CONTENT:
      return apply_content (record, dict, error);
    case HOIST_EVENT_ALSO:
      return hoist_event_apply_also (record, dict, error);
    case HOIST_EVENT_WALKED:
      return hoist_event_apply_walked (record, dict, error);
    default:
      return TRUE;
    }
}
