/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Receipts and verifications: made of records, sent to other processes, compared with what a
 * storage has, and written for sha256sum. */

#include <glib/gstdio.h>
#include <string.h>

#include "hoist-error.h"
#include "hoist-verification.h"

static HoistUploadRecord *
make_record (void)
{
  HoistUploadRecord *record = hoist_upload_record_new (7);

  hoist_upload_record_set_path (record, "/home/a/set/b c.bin");
  hoist_upload_record_set_name (record, "set/b c.bin");
  hoist_upload_record_set_destination_id (record, "d");
  record->identity.size_bytes = 20;
  record->state = HOIST_UPLOAD_DONE;
  record->plan = (HoistPartPlan){ 20, 8, 3, TRUE };
  record->key = g_strdup ("k");
  record->location = g_strdup ("https://s3/k?X-Amz-Signature=secret#x");
  record->etag = g_strdup ("e-3");
  record->checksum = g_strdup ("c-3");
  record->begun_us = 1;
  record->finished_us = 2;
  record->delivery = hoist_delivery_new ();
  record->delivery->server_us = 3;
  record->delivery->version_id = g_strdup ("v");
  record->delivery->proof = HOIST_PROOF_SIGNED | HOIST_PROOF_READ_SIZE | HOIST_PROOF_READ_CHECKSUM;
  record->delivery->whole = HOIST_WHOLE_KNOWN;
  hoist_digest_data (HOIST_DIGEST_SHA256, "abc", 3, record->delivery->sha256);
  record->delivery->verdict = HOIST_OBJECT_SAME;
  record->delivery->verified_us = 4;
  return record;
}

static void
assert_equal (const HoistReceipt *a, const HoistReceipt *b)
{
  g_assert_cmpuint (a->id, ==, b->id);
  g_assert_cmpstr (a->path, ==, b->path);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->destination_id, ==, b->destination_id);
  g_assert_cmpuint (a->size_bytes, ==, b->size_bytes);
  g_assert_cmpuint (a->n_parts, ==, b->n_parts);
  g_assert_cmpuint (a->part_bytes, ==, b->part_bytes);
  g_assert_cmpint (a->multipart, ==, b->multipart);
  g_assert_cmpstr (a->key, ==, b->key);
  g_assert_cmpstr (a->location, ==, b->location);
  g_assert_cmpstr (a->etag, ==, b->etag);
  g_assert_cmpstr (a->version_id, ==, b->version_id);
  g_assert_cmpstr (a->checksum, ==, b->checksum);
  g_assert_cmpint (a->begun_us, ==, b->begun_us);
  g_assert_cmpint (a->finished_us, ==, b->finished_us);
  g_assert_cmpint (a->server_us, ==, b->server_us);
  g_assert_cmpint (a->detailed, ==, b->detailed);
  g_assert_cmpuint (a->proof, ==, b->proof);
  g_assert_cmpint (a->whole, ==, b->whole);
  g_assert_cmpmem (a->sha256, sizeof a->sha256, b->sha256, sizeof b->sha256);
  g_assert_cmpint (a->verdict, ==, b->verdict);
  g_assert_cmpint (a->verified_us, ==, b->verified_us);
}

static HoistReceipt *
over_the_bus (const HoistReceipt *receipt)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (hoist_receipt_to_variant (receipt));
  g_autoptr (GError) error = NULL;
  HoistReceipt *again = hoist_receipt_from_variant (variant, &error);

  g_assert_no_error (error);
  return again;
}

static void
test_made (void)
{
  g_autoptr (HoistUploadRecord) record = make_record ();
  g_autoptr (HoistReceipt) receipt = hoist_receipt_new (record);
  g_autoptr (HoistReceipt) again = over_the_bus (receipt);
  g_autofree char *sha256 = hoist_receipt_dup_sha256 (receipt);

  g_assert_cmpstr (receipt->location, ==, "https://s3/k");
  g_assert_cmpuint (receipt->n_parts, ==, 3);
  g_assert_cmpstr (sha256, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert_equal (receipt, again);

  record->state = HOIST_UPLOAD_QUEUED;
  g_assert_null (hoist_receipt_new (record));
}

/* One PUT, and history of a version that kept no proof. */
static void
test_sparing (void)
{
  g_autoptr (HoistUploadRecord) record = make_record ();
  g_autoptr (HoistReceipt) receipt = NULL;
  g_autoptr (HoistReceipt) again = NULL;

  record->plan = (HoistPartPlan){ 0 };
  g_clear_pointer (&record->delivery, hoist_delivery_free);
  g_clear_pointer (&record->location, g_free);
  g_clear_pointer (&record->etag, g_free);
  g_clear_pointer (&record->key, g_free);
  receipt = hoist_receipt_new (record);
  again = over_the_bus (receipt);
  g_assert_false (receipt->detailed);
  g_assert_false (receipt->multipart);
  g_assert_cmpuint (receipt->n_parts, ==, 1);
  g_assert_cmpuint (receipt->part_bytes, ==, 20);
  g_assert_null (hoist_receipt_dup_sha256 (receipt));
  g_assert_null (hoist_receipt_dup_sums_line (receipt));
  assert_equal (receipt, again);
}

static void
test_bad_receipts (void)
{
  static const struct
  {
    const char *key;
    const char *value; /* null: left out */
  } changes[] = {
    { "id", NULL },
    { "id", "uint64 0" },
    { "path", "b'relative'" },
    { "path", "'/text'" },
    { "name", NULL },
    { "size", "uint64 0xffffffffffffffff" },
    { "parts", "uint32 10001" },
    { "part-size", "uint64 0xffffffffffffffff" },
    { "finished", "int64 0" },
    { "sha256", "@ay [1, 2]" },
    { "sha256", "'0123456789abcde0123456789abcdef0'" },
    { "proof", "'all'" },
    { "verified", "5" },
  };
  g_autoptr (HoistUploadRecord) record = make_record ();
  g_autoptr (HoistReceipt) receipt = hoist_receipt_new (record);
  g_autoptr (GVariant) good = g_variant_ref_sink (hoist_receipt_to_variant (receipt));
  g_autoptr (GVariant) other = g_variant_ref_sink (g_variant_new_uint32 (5));

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      GVariantDict dict;
      g_autoptr (GVariant) bad = NULL;
      g_autoptr (GError) error = NULL;

      g_variant_dict_init (&dict, good);
      g_variant_dict_remove (&dict, changes[i].key);
      if (changes[i].value != NULL)
        g_variant_dict_insert_value (&dict, changes[i].key,
                                     g_variant_new_parsed (changes[i].value));
      bad = g_variant_ref_sink (g_variant_dict_end (&dict));
      g_test_message ("%s = %s", changes[i].key, changes[i].value);
      g_assert_null (hoist_receipt_from_variant (bad, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
    }
  g_assert_null (hoist_receipt_from_variant (other, NULL));
}

static void
test_compare (void)
{
  static const struct
  {
    guint64 size;
    const char *etag;
    const char *checksum;
    const char *version;
    guint differences;
  } rows[] = {
    { 20, "e-3", "c-3", "v", 0 },
    { 20, "", "c-3", "v", 0 },    /* Ceph */
    { 20, NULL, "c-3", NULL, 0 }, /* what is not said is not compared */
    { 21, "e-3", "c-3", "v", HOIST_DIFFERENCE_SIZE },
    { 20, "f-3", "c-3", "v", HOIST_DIFFERENCE_ETAG },
    { 20, "e-3", "d-3", "v", HOIST_DIFFERENCE_CHECKSUM },
    { 20, "e-3", "c-3", "w", HOIST_DIFFERENCE_VERSION },
    /* the storage had a checksum of ours and now has none: written by somebody else */
    { 20, "e-3", NULL, "v", HOIST_DIFFERENCE_CHECKSUM },
    { 0, "x", "y", "z",
      HOIST_DIFFERENCE_SIZE | HOIST_DIFFERENCE_ETAG | HOIST_DIFFERENCE_CHECKSUM |
        HOIST_DIFFERENCE_VERSION },
  };
  g_autoptr (HoistUploadRecord) record = make_record ();
  g_autoptr (HoistReceipt) receipt = hoist_receipt_new (record);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmphex (hoist_receipt_compare (receipt, rows[i].size, rows[i].etag, rows[i].checksum,
                                            rows[i].version),
                     ==, rows[i].differences);
  receipt->proof = HOIST_PROOF_SIGNED;
  g_assert_cmphex (hoist_receipt_compare (receipt, 20, "e-3", NULL, "v"), ==, 0);
}

/* Files whose names GNU coreutils escape, and some that look like it. */
static const char *const names[] = {
  "plain",
  "with blank",
  "*star",
  "set/day 1/x",
  "back\\slash",
  "line\nfeed",
  "carriage\rreturn",
  "\\\n\\n\r",
  "ü 日本",
  "-dash",
  "\xff\xfe not utf-8",
  "trailing ",
};

static void
test_file_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HoistUploadRecord) record = make_record ();
      g_autoptr (HoistReceipt) receipt = NULL;
      g_autofree char *path = g_strconcat ("/home/a/", names[i], NULL);
      g_autofree char *valid = g_utf8_make_valid (names[i], -1);
      g_autofree char *name = NULL;

      hoist_upload_record_set_path (record, path);
      hoist_upload_record_set_name (record, valid);
      receipt = hoist_receipt_new (record);
      name = hoist_receipt_dup_file_name (receipt);
      g_assert_cmpstr (name, ==, names[i]);
      /* moved since: known by the name that the destination has */
      g_free (receipt->path);
      receipt->path = g_strdup ("/x");
      g_free (name);
      name = hoist_receipt_dup_file_name (receipt);
      g_assert_cmpstr (name, ==, receipt->name);
    }
}

static gboolean
run_quietly (const char *folder, const char *const *argv)
{
  GSpawnFlags flags = G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (folder, (char **) argv, NULL, flags, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL);
}

static char *
make_line (const char *folder, const char *name)
{
  g_autoptr (HoistUploadRecord) record = make_record ();
  g_autoptr (HoistReceipt) receipt = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *parent = NULL;

  hoist_upload_record_set_path (record, path);
  hoist_upload_record_set_name (record, valid);
  parent = g_path_get_dirname (record->path);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (record->path, name, -1, NULL));
  hoist_digest_data (HOIST_DIGEST_SHA256, name, strlen (name), record->delivery->sha256);
  receipt = hoist_receipt_new (record);
  return hoist_receipt_dup_sums_line (receipt);
}

/* The real sha256sum accepts what is written, and notices a file that is another one. */
static void
test_sums (void)
{
  static const char *const check[] = { "sha256sum", "--check", "--strict", "SHA256SUMS", NULL };
  g_autofree char *folder = g_dir_make_tmp ("hoist-sums-XXXXXX", NULL);
  g_autofree char *sums_path = g_build_filename (folder, "SHA256SUMS", NULL);
  g_autofree char *changed = g_build_filename (folder, names[0], NULL);
  const char *const clean_up[] = { "rm", "-r", folder, NULL };
  g_autoptr (GString) sums = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *line = make_line (folder, names[i]);

      g_string_append_printf (sums, "%s\n", line);
    }
  g_assert_true (g_file_set_contents (sums_path, sums->str, (gssize) sums->len, NULL));
  g_assert_true (run_quietly (folder, check));
  g_assert_true (g_file_set_contents (changed, "other", -1, NULL));
  g_assert_false (run_quietly (folder, check));
  g_assert_true (run_quietly (folder, clean_up));
}

static void
test_verifications (void)
{
  g_autoptr (HoistVerification) verification = hoist_verification_new (9);
  g_autoptr (HoistVerification) again = NULL;
  g_autoptr (GError) network = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NETWORK, "No net\xff");
  g_autoptr (GVariant) variant = NULL;
  static const char *const bad[] = {
    "@a{sv} {}",
    "{'id': <uint64 0>}",
    "uint32 5",
  };

  hoist_verification_set_error (verification, network);
  verification->time_us = 5;
  verification->modified_us = 6;
  verification->differences = HOIST_DIFFERENCE_SIZE;
  verification->file = HOIST_FILE_DIFFERS;
  verification->file_message = g_strdup ("m");
  variant = g_variant_ref_sink (hoist_verification_to_variant (verification));
  again = hoist_verification_from_variant (variant, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (again->id, ==, 9);
  g_assert_cmpint (again->object, ==, HOIST_OBJECT_UNKNOWN);
  g_assert_cmpint (again->error_code, ==, HOIST_ERROR_NETWORK);
  g_assert_cmpstr (again->message, ==, "No net\xef\xbf\xbd");
  g_assert_cmpint (again->time_us, ==, 5);
  g_assert_cmpint (again->modified_us, ==, 6);
  g_assert_cmpuint (again->differences, ==, HOIST_DIFFERENCE_SIZE);
  g_assert_cmpint (again->file, ==, HOIST_FILE_DIFFERS);
  g_assert_cmpstr (again->file_message, ==, "m");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GVariant) other = g_variant_ref_sink (g_variant_new_parsed (bad[i]));
      g_autoptr (GError) error = NULL;

      g_assert_null (hoist_verification_from_variant (other, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/receipt/made", test_made);
  g_test_add_func ("/receipt/sparing", test_sparing);
  g_test_add_func ("/receipt/bad", test_bad_receipts);
  g_test_add_func ("/receipt/compare", test_compare);
  g_test_add_func ("/receipt/file-names", test_file_names);
  g_test_add_func ("/receipt/sums", test_sums);
  g_test_add_func ("/receipt/verifications", test_verifications);
  return g_test_run ();
}
