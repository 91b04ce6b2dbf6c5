/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is said of a proof is no more than what was proved. */

#include <string.h>

#include "hoist-receipt-format.h"

#define ANSWER (HOIST_PROOF_ANSWER_SIZE | HOIST_PROOF_ANSWER_CHECKSUM)

static void
test_proof (void)
{
  static const struct
  {
    gboolean multipart;
    guint proof;
    const char *says;
    const char *never;
  } rows[] = {
    { TRUE, HOIST_PROOF_SIGNED | ANSWER | HOIST_PROOF_READ_SIZE | HOIST_PROOF_READ_CHECKSUM,
      "Read back from the storage: size and checksum", "not" },
    { TRUE, HOIST_PROOF_SIGNED | HOIST_PROOF_READ_SIZE, "shows no checksum", "size and checksum" },
    { TRUE, HOIST_PROOF_READ_SIZE, "No checksum was compared", "on arrival" },
    { TRUE, HOIST_PROOF_SIGNED | ANSWER, "was not read back", "Read back" },
    { TRUE, HOIST_PROOF_ANSWER_SIZE, "the file’s size. It was not read back", "checksum" },
    { FALSE, HOIST_PROOF_SIGNED | HOIST_PROOF_ANSWER_CHECKSUM, "checked the file on arrival",
      "Read back" },
    { FALSE, HOIST_PROOF_ANSWER_CHECKSUM, "answered with the file’s checksum", "on arrival" },
    { FALSE, HOIST_PROOF_SIGNED, "was told the file’s checksum", "answered" },
    { FALSE, HOIST_PROOF_NONE, "No checksum was compared", "was told" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const HoistReceipt receipt = { .multipart = rows[i].multipart,
                                     .proof = rows[i].proof,
                                     .detailed = TRUE };
      const HoistReceipt old = { .multipart = rows[i].multipart };
      const char *words = hoist_receipt_format_proof (&receipt);

      g_test_message ("%s", words);
      g_assert_nonnull (strstr (words, rows[i].says));
      g_assert_null (strstr (words, rows[i].never));
      g_assert_nonnull (strstr (hoist_receipt_format_proof (&old), "kept no proof"));
    }
}

static const HoistReceiptRow *
find (GPtrArray *rows, const char *title)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const HoistReceiptRow *row = g_ptr_array_index (rows, i);

      if (g_str_equal (row->title, title))
        return row;
    }
  return NULL;
}

static HoistReceipt
make_receipt (void)
{
  return (HoistReceipt){ .id = 1,
                         .path = (char *) "/tmp/\xff",
                         .name = (char *) "n",
                         .destination_id = (char *) "d",
                         .size_bytes = 20,
                         .n_parts = 3,
                         .part_bytes = 8,
                         .multipart = TRUE,
                         .etag = (char *) "",
                         .finished_us = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC,
                         .detailed = TRUE,
                         .whole = HOIST_WHOLE_FOLLOWS };
}

/* What is not known has no row; the SHA-256 always says how it stands. */
static void
test_rows (void)
{
  HoistReceipt receipt = make_receipt ();
  g_autoptr (GPtrArray) sparing = hoist_receipt_format_rows (&receipt, NULL);
  g_autoptr (GPtrArray) full = NULL;

  g_assert_null (find (sparing, "ETag"));
  g_assert_null (find (sparing, "Version"));
  g_assert_null (find (sparing, "Begun"));
  g_assert_null (find (sparing, "Server’s time"));
  g_assert_cmpstr (find (sparing, "Destination")->value, ==, "d");
  g_assert_cmpstr (find (sparing, "SHA-256")->value, ==, "Still being computed");
  g_assert_false (find (sparing, "SHA-256")->exact);
  g_assert_true (g_utf8_validate (find (sparing, "Path")->value, -1, NULL));
  g_assert_nonnull (strstr (find (sparing, "Sent as")->value, "3 parts of 8"));

  receipt.etag = (char *) "e";
  receipt.version_id = (char *) "v";
  receipt.begun_us = receipt.server_us = receipt.finished_us;
  receipt.whole = HOIST_WHOLE_KNOWN;
  full = hoist_receipt_format_rows (&receipt, "Studio");
  g_assert_cmpstr (find (full, "Destination")->value, ==, "Studio");
  g_assert_cmpstr (find (full, "Version")->value, ==, "v");
  g_assert_true (find (full, "ETag")->exact);
  g_assert_cmpuint (strlen (find (full, "SHA-256")->value), ==, 64);
  g_assert_true (find (full, "SHA-256")->exact);
}

static void
test_text_and_json (void)
{
  HoistReceipt receipt = make_receipt ();
  g_autofree char *before = hoist_receipt_format_text (&receipt, NULL);
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;

  g_assert_null (strstr (before, "Verified again"));
  receipt.verified_us = receipt.finished_us;
  receipt.verdict = HOIST_OBJECT_GONE;
  text = hoist_receipt_format_text (&receipt, NULL);
  g_assert_nonnull (strstr (text, "Verified again: The storage does not have it any more ("));
  json = hoist_receipt_format_json (&receipt);
  g_assert_cmpstr (json, ==,
                   "{\"id\":1,\"name\":\"n\",\"path\":\"/tmp/\xef\xbf\xbd\",\"size\":20,"
                   "\"sha256Follows\":true,\"destination\":\"d\",\"parts\":3,\"partSize\":8,"
                   "\"finished\":\"2023-11-14T22:13:20Z\",\"proof\":[],\"verified\":\"gone\","
                   "\"verifiedTime\":\"2023-11-14T22:13:20Z\"}");
}

static void
test_verdicts (void)
{
  for (guint i = 0; i < HOIST_N_OBJECT_VERDICTS; i++)
    {
      g_autofree char *words = hoist_verification_format_object ((HoistObjectVerdict) i, 0, NULL);

      g_assert_cmpuint (strlen (words), >, 0);
      g_assert_cmpuint (strlen (hoist_object_verdict_get_nick ((HoistObjectVerdict) i)), >, 0);
    }
  for (guint i = 0; i < HOIST_N_FILE_VERDICTS; i++)
    {
      g_autofree char *words = hoist_verification_format_file ((HoistFileVerdict) i, NULL);

      g_assert_cmpint (words == NULL, ==, i == HOIST_FILE_NOT_ASKED);
      g_assert_cmpuint (strlen (hoist_file_verdict_get_nick ((HoistFileVerdict) i)), >, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/receipt-format/proof", test_proof);
  g_test_add_func ("/receipt-format/rows", test_rows);
  g_test_add_func ("/receipt-format/text-and-json", test_text_and_json);
  g_test_add_func ("/receipt-format/verdicts", test_verdicts);
  return g_test_run ();
}
