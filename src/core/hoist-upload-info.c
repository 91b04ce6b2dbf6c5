/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-upload-info.h"

#include <glib/gi18n-lib.h>

#include "hoist-fields.h"
#include "hoist-part-plan.h"
#include "hoist-path-name.h"

#define MAX_NAME_BYTES 4096
#define MAX_ID_BYTES 256
#define MAX_TEXT_BYTES 8192

enum
{
  FIELD_ID,
  FIELD_BATCH,
  FIELD_PATH,
  FIELD_NAME,
  FIELD_DESTINATION,
  FIELD_STATE,
  FIELD_RESTORED,
  FIELD_SIZE,
  FIELD_SENT,
  FIELD_SPEED,
  FIELD_PARTS_TOTAL,
  FIELD_PARTS_DONE,
  FIELD_ERROR,
  FIELD_ERROR_MESSAGE,
  FIELD_NEXT_TRY,
  FIELD_ADDED,
  FIELD_FINISHED,
  FIELD_KEY,
  FIELD_LOCATION,
  FIELD_CHECKSUM,
  FIELD_PART_SIZE,
  FIELD_HTTP_STATUS,
  FIELD_REPLY_CODE,
  FIELD_REQUEST_ID,
  FIELD_ATTEMPTS,
  FIELD_HOLD,
  FIELD_PROGRESSED,
  FIELD_TURN,
  FIELD_LANE,
  FIELD_READ,
  FIELD_IS_FOLDER,
  FIELD_N_FOUND,
  N_FIELDS
};

static const HoistField fields[N_FIELDS] = {
  [FIELD_ID] = { "id", "t", 8, TRUE },
  [FIELD_BATCH] = { "batch", "t", 8, FALSE },
  [FIELD_PATH] = { "path", "ay", MAX_NAME_BYTES, TRUE },
  [FIELD_NAME] = { "name", "s", MAX_NAME_BYTES, TRUE },
  [FIELD_DESTINATION] = { "destination", "s", MAX_ID_BYTES, TRUE },
  [FIELD_STATE] = { "state", "u", 4, TRUE },
  [FIELD_RESTORED] = { "restored", "b", 1, FALSE },
  [FIELD_SIZE] = { "size", "t", 8, FALSE },
  [FIELD_SENT] = { "sent", "t", 8, FALSE },
  [FIELD_SPEED] = { "speed", "t", 8, FALSE },
  [FIELD_PARTS_TOTAL] = { "parts-total", "u", 4, FALSE },
  [FIELD_PARTS_DONE] = { "parts-done", "u", 4, FALSE },
  [FIELD_ERROR] = { "error", "i", 4, FALSE },
  [FIELD_ERROR_MESSAGE] = { "error-message", "s", MAX_TEXT_BYTES, FALSE },
  [FIELD_NEXT_TRY] = { "next-try", "x", 8, FALSE },
  [FIELD_ADDED] = { "added", "x", 8, FALSE },
  [FIELD_FINISHED] = { "finished", "x", 8, FALSE },
  [FIELD_KEY] = { "key", "s", MAX_NAME_BYTES, FALSE },
  [FIELD_LOCATION] = { "location", "s", MAX_TEXT_BYTES, FALSE },
  [FIELD_CHECKSUM] = { "checksum", "s", MAX_ID_BYTES, FALSE },
  [FIELD_PART_SIZE] = { "part-size", "t", 8, FALSE },
  [FIELD_HTTP_STATUS] = { "http-status", "u", 4, FALSE },
  [FIELD_REPLY_CODE] = { "reply-code", "s", MAX_ID_BYTES, FALSE },
  [FIELD_REQUEST_ID] = { "request-id", "s", MAX_ID_BYTES, FALSE },
  [FIELD_ATTEMPTS] = { "attempts", "u", 4, FALSE },
  [FIELD_HOLD] = { "hold", "u", 4, FALSE },
  [FIELD_PROGRESSED] = { "progressed", "x", 8, FALSE },
  [FIELD_TURN] = { "turn", "t", 8, FALSE },
  [FIELD_LANE] = { "lane", "u", 4, FALSE },
  [FIELD_READ] = { "read", "t", 8, FALSE },
  [FIELD_IS_FOLDER] = { "folder", "b", 1, FALSE },
  [FIELD_N_FOUND] = { "found", "u", 4, FALSE },
};

G_STATIC_ASSERT (N_FIELDS <= HOIST_MAX_FIELDS);

/**
 * hoist_upload_info_new:
 * @id: the upload, from 1
 *
 * Creates a snapshot of an upload of which nothing is known yet. Whoever makes
 * it fills it in before showing it to anybody, and sets @path, @name and
 * @destination_id in any case; after that it does not change.
 *
 * Returns: (transfer full): a snapshot with one reference and no error
 */
HoistUploadInfo *
hoist_upload_info_new (guint64 id)
{
  HoistUploadInfo *info = g_new0 (HoistUploadInfo, 1);

  g_atomic_ref_count_init (&info->ref_count);
  info->id = id;
  info->error_code = -1;
  return info;
}

/**
 * hoist_upload_info_ref:
 * @info: a snapshot
 *
 * Takes a reference, on any thread.
 *
 * Returns: (transfer full): @info
 */
HoistUploadInfo *
hoist_upload_info_ref (HoistUploadInfo *info)
{
  g_return_val_if_fail (info != NULL, NULL);

  g_atomic_ref_count_inc (&info->ref_count);
  return info;
}

/**
 * hoist_upload_info_unref:
 * @info: (transfer full): a snapshot
 *
 * Drops a reference, on any thread.
 */
void
hoist_upload_info_unref (HoistUploadInfo *info)
{
  g_return_if_fail (info != NULL);

  if (!g_atomic_ref_count_dec (&info->ref_count))
    return;
  hoist_path_name_release (info->path, info->name);
  g_clear_pointer (&info->path, g_ref_string_release);
  g_clear_pointer (&info->destination_id, g_ref_string_release);
  g_clear_pointer (&info->error_message, g_ref_string_release);
  g_clear_pointer (&info->key, g_ref_string_release);
  g_clear_pointer (&info->location, g_ref_string_release);
  g_clear_pointer (&info->checksum, g_ref_string_release);
  g_clear_pointer (&info->reply_code, g_ref_string_release);
  g_clear_pointer (&info->request_id, g_ref_string_release);
  g_free (info);
}

static void
add_value (GVariantBuilder *builder, gsize field, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", fields[field].key, value);
}

static void
add_string (GVariantBuilder *builder, gsize field, const char *string)
{
  if (string != NULL)
    add_value (builder, field, g_variant_new_string (string));
}

static void
add_uint64 (GVariantBuilder *builder, gsize field, guint64 number)
{
  if (number != 0)
    add_value (builder, field, g_variant_new_uint64 (number));
}

static void
add_uint32 (GVariantBuilder *builder, gsize field, guint32 number)
{
  if (number != 0)
    add_value (builder, field, g_variant_new_uint32 (number));
}

static void
add_int64 (GVariantBuilder *builder, gsize field, gint64 number)
{
  if (number != 0)
    add_value (builder, field, g_variant_new_int64 (number));
}

/**
 * hoist_upload_info_to_variant:
 * @info: a snapshot
 *
 * Writes a snapshot for another process. What is 0, %FALSE, %NULL or no error is
 * left out.
 *
 * Returns: (transfer floating): an `a{sv}`
 */
GVariant *
hoist_upload_info_to_variant (const HoistUploadInfo *info)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (info != NULL, NULL);

  add_value (&builder, FIELD_ID, g_variant_new_uint64 (info->id));
  add_uint64 (&builder, FIELD_BATCH, info->batch);
  if (info->path != NULL)
    add_value (&builder, FIELD_PATH, g_variant_new_bytestring (info->path));
  add_string (&builder, FIELD_NAME, info->name);
  add_string (&builder, FIELD_DESTINATION, info->destination_id);
  add_value (&builder, FIELD_STATE, g_variant_new_uint32 (info->state));
  if (info->restored)
    add_value (&builder, FIELD_RESTORED, g_variant_new_boolean (TRUE));
  add_uint64 (&builder, FIELD_SIZE, info->size_bytes);
  add_uint64 (&builder, FIELD_SENT, info->sent_bytes);
  add_uint64 (&builder, FIELD_SPEED, info->bytes_per_s);
  add_uint32 (&builder, FIELD_PARTS_TOTAL, info->parts_total);
  add_uint32 (&builder, FIELD_PARTS_DONE, info->parts_done);
  if (info->error_code >= 0)
    add_value (&builder, FIELD_ERROR, g_variant_new_int32 (info->error_code));
  add_string (&builder, FIELD_ERROR_MESSAGE, info->error_message);
  add_int64 (&builder, FIELD_NEXT_TRY, info->next_try_us);
  add_int64 (&builder, FIELD_ADDED, info->added_us);
  add_int64 (&builder, FIELD_FINISHED, info->finished_us);
  add_string (&builder, FIELD_KEY, info->key);
  add_string (&builder, FIELD_LOCATION, info->location);
  add_string (&builder, FIELD_CHECKSUM, info->checksum);
  add_uint64 (&builder, FIELD_PART_SIZE, info->part_bytes);
  add_uint32 (&builder, FIELD_HTTP_STATUS, info->http_status);
  add_string (&builder, FIELD_REPLY_CODE, info->reply_code);
  add_string (&builder, FIELD_REQUEST_ID, info->request_id);
  add_uint32 (&builder, FIELD_ATTEMPTS, info->attempts);
  add_uint32 (&builder, FIELD_HOLD, info->hold);
  add_int64 (&builder, FIELD_PROGRESSED, info->progressed_us);
  add_uint64 (&builder, FIELD_TURN, info->turn);
  add_uint32 (&builder, FIELD_LANE, info->lane);
  add_uint64 (&builder, FIELD_READ, info->read_bytes);
  if (info->is_folder)
    add_value (&builder, FIELD_IS_FOLDER, g_variant_new_boolean (TRUE));
  add_uint32 (&builder, FIELD_N_FOUND, info->n_found);
  return g_variant_builder_end (&builder);
}

static GRefString *
dup_string (const HoistFieldValues *values, gsize field)
{
  const char *string = hoist_field_values_get_string (values, field);

  return string != NULL ? g_ref_string_new (string) : NULL;
}

static int
get_error_code (const HoistFieldValues *values)
{
  gint64 code;

  if (values->at[FIELD_ERROR].data == NULL)
    return -1;
  code = hoist_field_values_get_int64 (values, FIELD_ERROR);
  if (code < 0)
    return -1;
  /* one that a later version knows */
  return code < HOIST_N_ERRORS ? (int) code : HOIST_ERROR_FAILED;
}

static HoistHold
get_hold (const HoistFieldValues *values)
{
  guint64 hold = hoist_field_values_get_uint64 (values, FIELD_HOLD);

  /* one that a later version knows */
  return hold < HOIST_N_HOLDS ? (HoistHold) hold : HOIST_HOLD_NONE;
}

static HoistUploadInfo *
info_from_values (const HoistFieldValues *values)
{
  HoistUploadInfo *info = hoist_upload_info_new (hoist_field_values_get_uint64 (values, FIELD_ID));

  info->batch = hoist_field_values_get_uint64 (values, FIELD_BATCH);
  info->path = dup_string (values, FIELD_PATH);
  info->name = hoist_path_name_new (info->path, hoist_field_values_get_string (values, FIELD_NAME));
  info->destination_id =
    g_ref_string_new_intern (hoist_field_values_get_string (values, FIELD_DESTINATION));
  info->state = (HoistUploadState) hoist_field_values_get_uint64 (values, FIELD_STATE);
  info->restored = hoist_field_values_get_uint64 (values, FIELD_RESTORED) != 0;
  info->size_bytes = hoist_field_values_get_uint64 (values, FIELD_SIZE);
  info->sent_bytes = hoist_field_values_get_uint64 (values, FIELD_SENT);
  info->bytes_per_s = hoist_field_values_get_uint64 (values, FIELD_SPEED);
  info->parts_total = (guint) hoist_field_values_get_uint64 (values, FIELD_PARTS_TOTAL);
  info->parts_done = (guint) hoist_field_values_get_uint64 (values, FIELD_PARTS_DONE);
  info->error_code = get_error_code (values);
  info->error_message = dup_string (values, FIELD_ERROR_MESSAGE);
  info->next_try_us = hoist_field_values_get_int64 (values, FIELD_NEXT_TRY);
  info->added_us = hoist_field_values_get_int64 (values, FIELD_ADDED);
  info->finished_us = hoist_field_values_get_int64 (values, FIELD_FINISHED);
  info->key = dup_string (values, FIELD_KEY);
  info->location = dup_string (values, FIELD_LOCATION);
  info->checksum = dup_string (values, FIELD_CHECKSUM);
  info->part_bytes = hoist_field_values_get_uint64 (values, FIELD_PART_SIZE);
  info->http_status = (guint) hoist_field_values_get_uint64 (values, FIELD_HTTP_STATUS);
  info->reply_code = dup_string (values, FIELD_REPLY_CODE);
  info->request_id = dup_string (values, FIELD_REQUEST_ID);
  info->attempts = (guint) hoist_field_values_get_uint64 (values, FIELD_ATTEMPTS);
  info->hold = get_hold (values);
  info->progressed_us = hoist_field_values_get_int64 (values, FIELD_PROGRESSED);
  info->turn = hoist_field_values_get_uint64 (values, FIELD_TURN);
  info->lane = (guint) hoist_field_values_get_uint64 (values, FIELD_LANE);
  info->read_bytes = hoist_field_values_get_uint64 (values, FIELD_READ);
  info->is_folder = hoist_field_values_get_uint64 (values, FIELD_IS_FOLDER) != 0;
  info->n_found = (guint) hoist_field_values_get_uint64 (values, FIELD_N_FOUND);

  /* Views divide by these. */
  info->sent_bytes = MIN (info->sent_bytes, info->size_bytes);
  info->read_bytes = MIN (info->read_bytes, info->size_bytes);
  info->parts_done = MIN (info->parts_done, info->parts_total);
  return info;
}

static gboolean
info_makes_sense (const HoistUploadInfo *info)
{
  return info->id > 0 && (guint) info->state < HOIST_N_UPLOAD_STATES &&
         info->size_bytes <= G_MAXINT64 && info->parts_total <= HOIST_S3_MAX_PARTS &&
         info->next_try_us >= 0 && info->added_us >= 0 && info->finished_us >= 0 &&
         info->progressed_us >= 0;
}

/* Both are the same to the reader: it is not one of ours. */
static void
set_protocol_error (GError **error)
{
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                       _ ("The other program sent an upload that makes no sense"));
}

/**
 * hoist_upload_info_from_variant:
 * @variant: what another process sent
 * @error: return location for an error
 *
 * Reads a snapshot. Nothing about @variant is taken for granted; keys that are
 * not known are ignored.
 *
 * Errors: %HOIST_ERROR_PROTOCOL if it is not a snapshot.
 *
 * Returns: (transfer full) (nullable): a new snapshot
 */
HoistUploadInfo *
hoist_upload_info_from_variant (GVariant *variant, GError **error)
{
  HoistFieldValues values;
  gboolean has_unknown;
  g_autoptr (HoistUploadInfo) info = NULL;

  g_return_val_if_fail (variant != NULL, NULL);

  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT) ||
      !hoist_fields_read (g_variant_get_data (variant), g_variant_get_size (variant), fields,
                          N_FIELDS, &values, &has_unknown, NULL))
    {
      set_protocol_error (error);
      return NULL;
    }
  info = info_from_values (&values);
  if (!info_makes_sense (info))
    {
      set_protocol_error (error);
      return NULL;
    }
  return g_steal_pointer (&info);
}
