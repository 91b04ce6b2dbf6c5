/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-receipt-format.h"

#include <glib/gi18n-lib.h>

static void
row_free (HoistReceiptRow *row)
{
  g_free (row->value);
  g_free (row);
}

/* Takes over @value; nothing is added where there is none. */
static void
add_row (GPtrArray *rows, HoistReceiptGroup group, const char *title, char *value, gboolean exact)
{
  HoistReceiptRow *row;

  if (value == NULL || *value == '\0')
    {
      g_free (value);
      return;
    }
  row = g_new0 (HoistReceiptRow, 1);
  row->group = group;
  row->title = title;
  row->value = value;
  row->exact = exact;
  g_ptr_array_add (rows, row);
}

/**
 * hoist_receipt_format_time:
 * @real_us: real time in microseconds; 0 = none
 *
 * Writes a time for people, in the local time zone, to the second: a receipt is
 * compared with others.
 *
 * Returns: (transfer full) (nullable): the time
 */
char *
hoist_receipt_format_time (gint64 real_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (real_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  if (real_us <= 0 || local == NULL)
    return NULL;
  /* Translators: a date and a time for g_date_time_format(), with seconds and the time zone */
  return g_date_time_format (local, _ ("%-d %B %Y, %H:%M:%S %Z"));
}

/* As the file system calls it, without bytes that are none of UTF-8. */
static char *
dup_display_path (const HoistReceipt *receipt)
{
  return g_filename_display_name (receipt->path);
}

static char *
format_sha256 (const HoistReceipt *receipt)
{
  switch (receipt->whole)
    {
    case HOIST_WHOLE_KNOWN:
      return hoist_receipt_dup_sha256 (receipt);
    case HOIST_WHOLE_FOLLOWS:
      return g_strdup (_ ("Still being computed"));
    case HOIST_WHOLE_NONE:
    default:
      return g_strdup (_ ("Not known"));
    }
}

static char *
format_parts (const HoistReceipt *receipt)
{
  g_autofree char *size = g_format_size_full (receipt->part_bytes, G_FORMAT_SIZE_LONG_FORMAT);

  if (!receipt->multipart)
    return g_strdup (_ ("One piece"));
  if (receipt->n_parts == 1)
    return g_strdup (_ ("1 part"));
  /* Translators: %u is a number of parts, %s the size of each but the last. */
  return g_strdup_printf (ngettext ("%u part of %s", "%u parts of %s", receipt->n_parts),
                          receipt->n_parts, size);
}

/**
 * hoist_receipt_format_proof:
 * @receipt: a receipt
 *
 * Says what proves the delivery, and no more than that.
 *
 * Returns: (transfer none): a sentence for people
 */
const char *
hoist_receipt_format_proof (const HoistReceipt *receipt)
{
  const guint proof = receipt->proof;

  if (!receipt->detailed)
    return _ ("Delivered by a version of Hoist that kept no proof");
  if (proof & HOIST_PROOF_READ_CHECKSUM)
    return _ ("Read back from the storage: size and checksum are the file’s");
  if ((proof & HOIST_PROOF_READ_SIZE) && (proof & HOIST_PROOF_SIGNED))
    return _ ("Read back from the storage: the size is the file’s. The storage shows no checksum, "
              "but checked every part on arrival");
  if (proof & HOIST_PROOF_READ_SIZE)
    return _ ("Read back from the storage: the size is the file’s. No checksum was compared");
  if (receipt->multipart && (proof & HOIST_PROOF_ANSWER_CHECKSUM))
    return _ ("The storage’s answer has the file’s size and checksum. It was not read back");
  if (receipt->multipart && (proof & HOIST_PROOF_ANSWER_SIZE))
    return _ ("The storage’s answer has the file’s size. It was not read back");
  if ((proof & HOIST_PROOF_SIGNED) && (proof & HOIST_PROOF_ANSWER_CHECKSUM))
    return _ ("The storage checked the file on arrival and answered with its checksum");
  if (proof & HOIST_PROOF_ANSWER_CHECKSUM)
    return _ ("The storage answered with the file’s checksum");
  if (proof & HOIST_PROOF_SIGNED)
    return _ ("The storage was told the file’s checksum and accepted the file");
  return _ ("The storage accepted the file. No checksum was compared");
}

/**
 * hoist_receipt_format_rows:
 * @receipt: a receipt
 * @destination_name: (nullable): what its destination is called; %NULL = it is gone
 *
 * Lays a receipt out for people. What is not known has no row.
 *
 * Returns: (transfer full) (element-type HoistReceiptRow): the rows, by groups
 */
GPtrArray *
hoist_receipt_format_rows (const HoistReceipt *receipt, const char *destination_name)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);

  add_row (rows, HOIST_RECEIPT_FILE, _ ("Name"), g_strdup (receipt->name), FALSE);
  add_row (rows, HOIST_RECEIPT_FILE, _ ("Path"), dup_display_path (receipt), TRUE);
  add_row (rows, HOIST_RECEIPT_FILE,
           _ ("Size"), g_format_size_full (receipt->size_bytes, G_FORMAT_SIZE_LONG_FORMAT), FALSE);
  add_row (rows, HOIST_RECEIPT_FILE,
           _ ("SHA-256"), format_sha256 (receipt), receipt->whole == HOIST_WHOLE_KNOWN);

  add_row (rows, HOIST_RECEIPT_OBJECT,
           _ ("Destination"),
              g_strdup (destination_name != NULL ? destination_name : receipt->destination_id),
              FALSE);
  add_row (rows, HOIST_RECEIPT_OBJECT, _ ("Key"), g_strdup (receipt->key), TRUE);
  add_row (rows, HOIST_RECEIPT_OBJECT, _ ("Location"), g_strdup (receipt->location), TRUE);
  add_row (rows, HOIST_RECEIPT_OBJECT, _ ("Checksum"), g_strdup (receipt->checksum), TRUE);
  add_row (rows, HOIST_RECEIPT_OBJECT, _ ("ETag"), g_strdup (receipt->etag), TRUE);
  add_row (rows, HOIST_RECEIPT_OBJECT, _ ("Version"), g_strdup (receipt->version_id), TRUE);

  add_row (rows, HOIST_RECEIPT_DELIVERY,
           _ ("Proof"), g_strdup (hoist_receipt_format_proof (receipt)), FALSE);
  add_row (rows, HOIST_RECEIPT_DELIVERY, _ ("Sent as"), format_parts (receipt), FALSE);
  add_row (rows, HOIST_RECEIPT_DELIVERY,
           _ ("Begun"), hoist_receipt_format_time (receipt->begun_us), FALSE);
  add_row (rows, HOIST_RECEIPT_DELIVERY,
           _ ("Delivered"), hoist_receipt_format_time (receipt->finished_us), FALSE);
  add_row (rows, HOIST_RECEIPT_DELIVERY,
           _ ("Server’s time"), hoist_receipt_format_time (receipt->server_us), FALSE);
  return rows;
}

/**
 * hoist_receipt_format_text:
 * @receipt: a receipt
 * @destination_name: (nullable): what its destination is called
 *
 * Writes a receipt as plain text, one line a row, for a message or a letter.
 *
 * Returns: (transfer full): the text
 */
char *
hoist_receipt_format_text (const HoistReceipt *receipt, const char *destination_name)
{
  g_autoptr (GPtrArray) rows = hoist_receipt_format_rows (receipt, destination_name);
  g_autofree char *verified = hoist_receipt_format_time (receipt->verified_us);
  g_autofree char *found = hoist_verification_format_object (receipt->verdict, 0, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const HoistReceiptRow *row = g_ptr_array_index (rows, i);

      /* Translators: a line of a receipt: what it is, and its value */
      g_string_append_printf (text, _ ("%s: %s"), row->title, row->value);
      g_string_append_c (text, '\n');
    }
  if (verified != NULL)
    {
      /* Translators: a line of a receipt: what was found, and when */
      g_string_append_printf (text, _ ("Verified again: %s (%s)"), found, verified);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

static const char *
get_difference_word (HoistDifference difference)
{
  switch (difference)
    {
    case HOIST_DIFFERENCE_SIZE:
      return _ ("size");
    case HOIST_DIFFERENCE_CHECKSUM:
      return _ ("checksum");
    case HOIST_DIFFERENCE_ETAG:
      return _ ("ETag");
    case HOIST_DIFFERENCE_VERSION:
      return _ ("version");
    case HOIST_DIFFERENCE_NONE:
    default:
      return NULL;
    }
}

static char *
list_differences (guint differences)
{
  GString *list = g_string_new (NULL);

  for (guint bit = HOIST_DIFFERENCE_SIZE; bit <= HOIST_DIFFERENCE_VERSION; bit <<= 1)
    if (differences & bit)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "",
                              get_difference_word ((HoistDifference) bit));
  return g_string_free (list, FALSE);
}

/**
 * hoist_verification_format_object:
 * @verdict: what the storage has
 * @differences: with %HOIST_OBJECT_REPLACED, a set of #HoistDifference; 0 = not said
 * @message: (nullable): with %HOIST_OBJECT_UNKNOWN, why
 *
 * Says what was found.
 *
 * Returns: (transfer full): for people
 */
char *
hoist_verification_format_object (HoistObjectVerdict verdict,
                                  guint differences,
                                  const char *message)
{
  g_autofree char *list = NULL;

  switch (verdict)
    {
    case HOIST_OBJECT_SAME:
      return g_strdup (_ ("The storage has it, unchanged"));
    case HOIST_OBJECT_GONE:
      return g_strdup (_ ("The storage does not have it any more"));
    case HOIST_OBJECT_REPLACED:
      if (differences == 0)
        return g_strdup (_ ("The storage has something else in its place"));
      list = list_differences (differences);
      /* Translators: %s is a list such as “size, checksum” */
      return g_strdup_printf (_ ("The storage has something else in its place (differs: %s)"),
                                 list);
    case HOIST_OBJECT_UNKNOWN:
    default:
      if (message == NULL)
        return g_strdup (_ ("The storage could not be asked"));
      /* Translators: %s says why */
      return g_strdup_printf (_ ("The storage could not be asked: %s"), message);
    }
}

/**
 * hoist_verification_format_file:
 * @verdict: what the file is
 * @message: (nullable): with %HOIST_FILE_UNREADABLE, why
 *
 * Says what was found.
 *
 * Returns: (transfer full) (nullable): for people; %NULL if nobody asked
 */
char *
hoist_verification_format_file (HoistFileVerdict verdict, const char *message)
{
  switch (verdict)
    {
    case HOIST_FILE_SAME:
      return g_strdup (_ ("The file is what was delivered"));
    case HOIST_FILE_DIFFERS:
      return g_strdup (_ ("The file is not what was delivered: it changed since"));
    case HOIST_FILE_UNREADABLE:
      return g_strdup (message != NULL ? message : _ ("The file cannot be read"));
    case HOIST_FILE_NO_CHECKSUM:
      return g_strdup (_ ("The receipt has nothing to compare the file with"));
    case HOIST_FILE_NOT_ASKED:
    default:
      return NULL;
    }
}

/* --- For programs ------------------------------------------------------------------------------ */

/**
 * hoist_object_verdict_get_nick:
 * @verdict: a verdict
 *
 * Returns: (transfer none): its name for programs, which never changes
 */
const char *
hoist_object_verdict_get_nick (HoistObjectVerdict verdict)
{
  static const char *const nicks[HOIST_N_OBJECT_VERDICTS] = { "unknown", "same", "replaced",
                                                              "gone" };

  g_return_val_if_fail ((guint) verdict < HOIST_N_OBJECT_VERDICTS, "unknown");
  return nicks[verdict];
}

/**
 * hoist_file_verdict_get_nick:
 * @verdict: a verdict
 *
 * Returns: (transfer none): its name for programs, which never changes
 */
const char *
hoist_file_verdict_get_nick (HoistFileVerdict verdict)
{
  static const char *const nicks[HOIST_N_FILE_VERDICTS] = { "not-asked", "same", "differs",
                                                            "unreadable", "no-checksum" };

  g_return_val_if_fail ((guint) verdict < HOIST_N_FILE_VERDICTS, "not-asked");
  return nicks[verdict];
}

/**
 * hoist_difference_get_nicks:
 * @differences: a set of #HoistDifference
 *
 * Returns: (transfer container) (element-type utf8): their names for programs
 */
GPtrArray *
hoist_difference_get_nicks (guint differences)
{
  static const char *const nicks[] = { "size", "checksum", "etag", "version" };
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (nicks); i++)
    if (differences & 1u << i)
      g_ptr_array_add (names, (char *) nicks[i]);
  return names;
}
