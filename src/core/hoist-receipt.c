/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-receipt.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-fields.h"

#define MAX_NAME_BYTES 4096
#define MAX_ID_BYTES 256
#define MAX_ETAG_BYTES 1024
#define MAX_TEXT_BYTES 8192

enum
{
  FIELD_ID,
  FIELD_PATH,
  FIELD_NAME,
  FIELD_DESTINATION,
  FIELD_SIZE,
  FIELD_PARTS,
  FIELD_PART_SIZE,
  FIELD_KEY,
  FIELD_LOCATION,
  FIELD_ETAG,
  FIELD_VERSION,
  FIELD_CHECKSUM,
  FIELD_BEGUN,
  FIELD_FINISHED,
  FIELD_SERVER_TIME,
  FIELD_PROOF,
  FIELD_WHOLE,
  FIELD_SHA256,
  FIELD_VERDICT,
  FIELD_VERIFIED,
  N_FIELDS
};

static const HoistField fields[N_FIELDS] = {
  [FIELD_ID] = { "id", "t", 8, TRUE },
  [FIELD_PATH] = { "path", "ay", MAX_NAME_BYTES, TRUE },
  [FIELD_NAME] = { "name", "s", MAX_NAME_BYTES, TRUE },
  [FIELD_DESTINATION] = { "destination", "s", MAX_ID_BYTES, TRUE },
  [FIELD_SIZE] = { "size", "t", 8, TRUE },
  [FIELD_PARTS] = { "parts", "u", 4, TRUE },
  [FIELD_PART_SIZE] = { "part-size", "t", 8, TRUE },
  [FIELD_KEY] = { "key", "s", MAX_NAME_BYTES, FALSE },
  [FIELD_LOCATION] = { "location", "s", MAX_TEXT_BYTES, FALSE },
  [FIELD_ETAG] = { "etag", "s", MAX_ETAG_BYTES, FALSE },
  [FIELD_VERSION] = { "version", "s", MAX_ETAG_BYTES, FALSE },
  [FIELD_CHECKSUM] = { "checksum", "s", MAX_ID_BYTES, FALSE },
  [FIELD_BEGUN] = { "begun", "x", 8, FALSE },
  [FIELD_FINISHED] = { "finished", "x", 8, TRUE },
  [FIELD_SERVER_TIME] = { "server-time", "x", 8, FALSE },
  [FIELD_PROOF] = { "proof", "u", 4, FALSE },
  [FIELD_WHOLE] = { "whole", "y", 1, FALSE },
  [FIELD_SHA256] = { "sha256", "ay", 0, FALSE },
  [FIELD_VERDICT] = { "verdict", "y", 1, FALSE },
  [FIELD_VERIFIED] = { "verified", "x", 8, FALSE },
};

G_STATIC_ASSERT (N_FIELDS <= HOIST_MAX_FIELDS);

/* An address for people: a query may hold a signature, a fragment means nothing. */
static char *
dup_without_query (const char *location)
{
  return location != NULL ? g_strndup (location, strcspn (location, "?#")) : NULL;
}

static void
take_delivery (HoistReceipt *receipt, const HoistDelivery *delivery)
{
  receipt->detailed = TRUE;
  receipt->server_us = delivery->server_us;
  receipt->version_id = g_strdup (delivery->version_id);
  receipt->proof = delivery->proof;
  receipt->whole = delivery->whole;
  memcpy (receipt->sha256, delivery->sha256, HOIST_SHA256_BYTES);
  receipt->verdict = delivery->verdict;
  receipt->verified_us = delivery->verified_us;
}

/**
 * hoist_receipt_new:
 * @record: the record of an upload
 *
 * Makes the receipt of an upload.
 *
 * Returns: (transfer full) (nullable): the receipt, or %NULL if it is not done
 */
HoistReceipt *
hoist_receipt_new (const HoistUploadRecord *record)
{
  HoistReceipt *receipt;

  g_return_val_if_fail (record != NULL, NULL);

  if (record->state != HOIST_UPLOAD_DONE)
    return NULL;
  receipt = g_new0 (HoistReceipt, 1);
  receipt->id = record->id;
  receipt->path = g_strdup (record->path);
  receipt->name = g_strdup (record->name);
  receipt->destination_id = g_strdup (record->destination_id);
  receipt->size_bytes = record->identity.size_bytes;
  /* A single PUT's plan is not in the journal: it is the whole file. */
  receipt->multipart = record->plan.multipart;
  receipt->n_parts = receipt->multipart ? record->plan.n_parts : 1;
  receipt->part_bytes = receipt->multipart ? record->plan.part_bytes : receipt->size_bytes;
  receipt->key = g_strdup (record->key);
  receipt->location = dup_without_query (record->location);
  receipt->etag = g_strdup (record->etag);
  receipt->checksum = g_strdup (record->checksum);
  receipt->begun_us = record->begun_us;
  receipt->finished_us = record->finished_us;
  if (record->delivery != NULL)
    take_delivery (receipt, record->delivery);
  return receipt;
}

/**
 * hoist_receipt_free:
 * @receipt: (transfer full) (nullable): a receipt
 *
 * Frees a receipt.
 */
void
hoist_receipt_free (HoistReceipt *receipt)
{
  if (receipt == NULL)
    return;
  g_free (receipt->path);
  g_free (receipt->name);
  g_free (receipt->destination_id);
  g_free (receipt->key);
  g_free (receipt->location);
  g_free (receipt->etag);
  g_free (receipt->version_id);
  g_free (receipt->checksum);
  g_free (receipt);
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
add_time (GVariantBuilder *builder, gsize field, gint64 time_us)
{
  if (time_us != 0)
    add_value (builder, field, g_variant_new_int64 (time_us));
}

static void
add_proof (GVariantBuilder *builder, const HoistReceipt *receipt)
{
  add_value (builder, FIELD_PROOF, g_variant_new_uint32 (receipt->proof));
  add_value (builder, FIELD_WHOLE, g_variant_new_byte ((guint8) receipt->whole));
  if (receipt->whole == HOIST_WHOLE_KNOWN)
    add_value (builder, FIELD_SHA256,
               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, receipt->sha256, HOIST_SHA256_BYTES,
                                          sizeof (guint8)));
  add_value (builder, FIELD_VERDICT, g_variant_new_byte ((guint8) receipt->verdict));
  add_time (builder, FIELD_VERIFIED, receipt->verified_us);
}

/**
 * hoist_receipt_to_variant:
 * @receipt: a receipt
 *
 * Writes a receipt for another process. What is not known is left out.
 *
 * Returns: (transfer floating): an `a{sv}`
 */
GVariant *
hoist_receipt_to_variant (const HoistReceipt *receipt)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_return_val_if_fail (receipt != NULL, NULL);

  add_value (&builder, FIELD_ID, g_variant_new_uint64 (receipt->id));
  add_value (&builder, FIELD_PATH, g_variant_new_bytestring (receipt->path));
  add_string (&builder, FIELD_NAME, receipt->name);
  add_string (&builder, FIELD_DESTINATION, receipt->destination_id);
  add_value (&builder, FIELD_SIZE, g_variant_new_uint64 (receipt->size_bytes));
  /* 0 = one plain PUT, which is not the same as a multipart upload of one part */
  add_value (&builder, FIELD_PARTS,
             g_variant_new_uint32 (receipt->multipart ? receipt->n_parts : 0));
  add_value (&builder, FIELD_PART_SIZE, g_variant_new_uint64 (receipt->part_bytes));
  add_string (&builder, FIELD_KEY, receipt->key);
  add_string (&builder, FIELD_LOCATION, receipt->location);
  add_string (&builder, FIELD_ETAG, receipt->etag);
  add_string (&builder, FIELD_VERSION, receipt->version_id);
  add_string (&builder, FIELD_CHECKSUM, receipt->checksum);
  add_time (&builder, FIELD_BEGUN, receipt->begun_us);
  add_value (&builder, FIELD_FINISHED, g_variant_new_int64 (receipt->finished_us));
  add_time (&builder, FIELD_SERVER_TIME, receipt->server_us);
  if (receipt->detailed)
    add_proof (&builder, receipt);
  return g_variant_builder_end (&builder);
}

static char *
dup_string (const HoistFieldValues *values, gsize field)
{
  return g_strdup (hoist_field_values_get_string (values, field));
}

static gint64
get_time (const HoistFieldValues *values, gsize field)
{
  return MAX (hoist_field_values_get_int64 (values, field), 0);
}

static void
read_proof (HoistReceipt *receipt, const HoistFieldValues *values)
{
  const HoistFieldValue *sha256 = &values->at[FIELD_SHA256];
  guint64 verdict = hoist_field_values_get_uint64 (values, FIELD_VERDICT);

  receipt->detailed = values->at[FIELD_PROOF].data != NULL;
  receipt->proof = (guint) hoist_field_values_get_uint64 (values, FIELD_PROOF);
  receipt->verified_us = get_time (values, FIELD_VERIFIED);
  receipt->verdict = verdict < HOIST_N_OBJECT_VERDICTS ? (HoistObjectVerdict) verdict
                                                       : HOIST_OBJECT_UNKNOWN;
  if (hoist_field_values_get_uint64 (values, FIELD_WHOLE) == HOIST_WHOLE_FOLLOWS)
    receipt->whole = HOIST_WHOLE_FOLLOWS;
  if (sha256->data == NULL)
    return;
  receipt->whole = HOIST_WHOLE_KNOWN;
  memcpy (receipt->sha256, sha256->data, HOIST_SHA256_BYTES);
}

static HoistReceipt *
receipt_from_values (const HoistFieldValues *values)
{
  HoistReceipt *receipt = g_new0 (HoistReceipt, 1);
  guint64 n_parts = hoist_field_values_get_uint64 (values, FIELD_PARTS);
  g_autofree char *location = dup_string (values, FIELD_LOCATION);

  receipt->id = hoist_field_values_get_uint64 (values, FIELD_ID);
  receipt->path = dup_string (values, FIELD_PATH);
  receipt->name = dup_string (values, FIELD_NAME);
  receipt->destination_id = dup_string (values, FIELD_DESTINATION);
  receipt->size_bytes = hoist_field_values_get_uint64 (values, FIELD_SIZE);
  receipt->multipart = n_parts > 0;
  receipt->n_parts = (guint) MAX (n_parts, 1);
  receipt->part_bytes = hoist_field_values_get_uint64 (values, FIELD_PART_SIZE);
  receipt->key = dup_string (values, FIELD_KEY);
  receipt->location = dup_without_query (location);
  receipt->etag = dup_string (values, FIELD_ETAG);
  receipt->version_id = dup_string (values, FIELD_VERSION);
  receipt->checksum = dup_string (values, FIELD_CHECKSUM);
  receipt->begun_us = get_time (values, FIELD_BEGUN);
  receipt->finished_us = get_time (values, FIELD_FINISHED);
  receipt->server_us = get_time (values, FIELD_SERVER_TIME);
  read_proof (receipt, values);
  return receipt;
}

static gboolean
receipt_makes_sense (const HoistReceipt *receipt)
{
  return receipt->id > 0 && receipt->size_bytes <= G_MAXINT64 &&
         receipt->part_bytes <= G_MAXINT64 && receipt->n_parts <= HOIST_S3_MAX_PARTS &&
         receipt->finished_us > 0 && *receipt->path == '/';
}

/**
 * hoist_receipt_from_variant:
 * @variant: what another process sent
 * @error: return location for an error
 *
 * Reads a receipt. Nothing about @variant is taken for granted; keys that are
 * not known are ignored.
 *
 * Errors: %HOIST_ERROR_PROTOCOL if it is not a receipt.
 *
 * Returns: (transfer full) (nullable): the receipt
 */
HoistReceipt *
hoist_receipt_from_variant (GVariant *variant, GError **error)
{
  HoistFieldValues values;
  gboolean has_unknown;
  g_autoptr (HoistReceipt) receipt = NULL;

  g_return_val_if_fail (variant != NULL, NULL);

  if (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT) &&
      hoist_fields_read (g_variant_get_data (variant), g_variant_get_size (variant), fields,
                         N_FIELDS, &values, &has_unknown, NULL) &&
      (values.at[FIELD_SHA256].data == NULL ||
       values.at[FIELD_SHA256].length == HOIST_SHA256_BYTES))
    receipt = receipt_from_values (&values);
  if (receipt != NULL && receipt_makes_sense (receipt))
    return g_steal_pointer (&receipt);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                       _ ("The other program sent a receipt that makes no sense"));
  return NULL;
}

/**
 * hoist_receipt_dup_sha256:
 * @receipt: a receipt
 *
 * Writes the whole file's SHA-256 as `sha256sum` does.
 *
 * Returns: (transfer full) (nullable): 64 hexadecimal digits, or %NULL if it is
 *   not known
 */
char *
hoist_receipt_dup_sha256 (const HoistReceipt *receipt)
{
  g_return_val_if_fail (receipt != NULL, NULL);

  return receipt->whole == HOIST_WHOLE_KNOWN
           ? hoist_digest_to_hex (receipt->sha256, HOIST_SHA256_BYTES)
           : NULL;
}

/* The last components of @path, as many as @name has. */
static const char *
find_tail (const char *path, const char *name)
{
  const char *tail = path + strlen (path);
  guint n = 1;

  for (const char *p = name; *p != '\0'; p++)
    n += *p == '/';
  while (n > 0 && tail > path)
    {
      tail--;
      n -= *tail == '/';
    }
  return *tail == '/' ? tail + 1 : tail;
}

/**
 * hoist_receipt_dup_file_name:
 * @receipt: a receipt
 *
 * Gives the file's name relative to the folder from which it was taken, in the
 * file system's encoding: bytes that are no UTF-8, which [struct@Receipt] has
 * replaced in its name, are here as they are on the disk.
 *
 * Returns: (transfer full): the name
 */
char *
hoist_receipt_dup_file_name (const HoistReceipt *receipt)
{
  const char *tail;
  g_autofree char *valid = NULL;

  g_return_val_if_fail (receipt != NULL, NULL);

  /* A file that was moved after it was begun is called otherwise now; and then it is known under
   * the name that the destination got. */
  tail = find_tail (receipt->path, receipt->name);
  valid = g_utf8_make_valid (tail, -1);
  return g_strdup (g_str_equal (valid, receipt->name) ? tail : receipt->name);
}

/**
 * hoist_receipt_dup_sums_line:
 * @receipt: a receipt
 *
 * Writes a line for a `SHA256SUMS` file, without its line end: the digest, two
 * blanks, the name. A name with a backslash, a line feed or a carriage return is
 * written with `\\`, `\n` and `\r`, and the line then begins with a backslash (GNU
 * coreutils manual, «cksum: output modes»), so that `sha256sum -c` finds it.
 *
 * Returns: (transfer full) (nullable): the line, or %NULL if the whole file's
 *   SHA-256 is not known
 */
char *
hoist_receipt_dup_sums_line (const HoistReceipt *receipt)
{
  g_autofree char *hex = hoist_receipt_dup_sha256 (receipt);
  g_autofree char *name = NULL;
  GString *line;

  if (hex == NULL)
    return NULL;
  name = hoist_receipt_dup_file_name (receipt);
  line = g_string_new (strpbrk (name, "\\\n\r") != NULL ? "\\" : NULL);
  g_string_append_printf (line, "%s  ", hex);
  for (const char *p = name; *p != '\0'; p++)
    {
      if (*p == '\\')
        g_string_append (line, "\\\\");
      else if (*p == '\n')
        g_string_append (line, "\\n");
      else if (*p == '\r')
        g_string_append (line, "\\r");
      else
        g_string_append_c (line, *p);
    }
  return g_string_free (line, FALSE);
}

static gboolean
differ (const char *a, const char *b)
{
  return a != NULL && b != NULL && *a != '\0' && *b != '\0' && strcmp (a, b) != 0;
}

/**
 * hoist_receipt_compare:
 * @receipt: a receipt
 * @size_bytes: the object's size
 * @etag: (nullable): its ETag without quotes; may be empty
 * @checksum: (nullable): its SHA-256, as S3 writes it
 * @version_id: (nullable): its version
 *
 * Compares an object with the receipt. What one of the two does not know is not
 * compared, but for a checksum that the storage had and does not have any more:
 * that is another object.
 *
 * Returns: a set of #HoistDifference
 */
guint
hoist_receipt_compare (const HoistReceipt *receipt,
                       guint64 size_bytes,
                       const char *etag,
                       const char *checksum,
                       const char *version_id)
{
  guint differences = HOIST_DIFFERENCE_NONE;

  g_return_val_if_fail (receipt != NULL, HOIST_DIFFERENCE_NONE);

  if (receipt->size_bytes != size_bytes)
    differences |= HOIST_DIFFERENCE_SIZE;
  if (differ (receipt->etag, etag))
    differences |= HOIST_DIFFERENCE_ETAG;
  if (differ (receipt->checksum, checksum) ||
      (checksum == NULL && (receipt->proof & HOIST_PROOF_READ_CHECKSUM) != 0))
    differences |= HOIST_DIFFERENCE_CHECKSUM;
  if (differ (receipt->version_id, version_id))
    differences |= HOIST_DIFFERENCE_VERSION;
  return differences;
}
