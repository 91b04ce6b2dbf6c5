/* SPDX-License-Identifier: GPL-3.0-or-later */

/* receipt and verify: what they print, and what they return. */

#include <string.h>

#include "fake-host.h"
#include "hoist-error.h"

static const FakeUpload uploads[] = {
  { .id = 1, .name = "good", .state = HOIST_UPLOAD_DONE, .size_bytes = 3 },
  { .id = 2, .name = "go\x1bne", .state = HOIST_UPLOAD_DONE, .size_bytes = 3 },
  { .id = 3, .name = "replaced", .state = HOIST_UPLOAD_DONE, .size_bytes = 3 },
  { .id = 4, .name = "unknown", .state = HOIST_UPLOAD_DONE, .size_bytes = 3 },
  { .id = 5, .name = "changed", .state = HOIST_UPLOAD_DONE, .size_bytes = 3 },
  { .id = 6, .name = "away", .state = HOIST_UPLOAD_DONE, .size_bytes = 3 },
  { .id = 9, .name = "sending", .state = HOIST_UPLOAD_SENDING, .size_bytes = 3 },
};

/* Of «abc», but for number 4, of which it is not known. */
static HoistReceipt *
make_receipt (guint64 id)
{
  g_autoptr (HoistUploadRecord) record = hoist_upload_record_new (id);
  g_autofree char *path = g_strdup_printf ("/tmp/line\nfeed-%" G_GUINT64_FORMAT, id);

  hoist_upload_record_set_path (record, path);
  hoist_upload_record_set_name (record, strrchr (path, '/') + 1);
  hoist_upload_record_set_destination_id (record, "home");
  record->identity.size_bytes = 3;
  record->state = HOIST_UPLOAD_DONE;
  record->key = g_strdup ("k");
  record->etag = g_strdup ("e");
  record->finished_us = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC;
  record->delivery = hoist_delivery_new ();
  record->delivery->proof = HOIST_PROOF_SIGNED | HOIST_PROOF_ANSWER_CHECKSUM;
  record->delivery->whole = id == 4 ? HOIST_WHOLE_FOLLOWS : HOIST_WHOLE_KNOWN;
  hoist_digest_data (HOIST_DIGEST_SHA256, "abc", 3, record->delivery->sha256);
  return hoist_receipt_new (record);
}

static HoistVerification *
make_verification (guint64 id, gboolean with_files)
{
  static const HoistObjectVerdict objects[] = {
    HOIST_OBJECT_UNKNOWN, HOIST_OBJECT_SAME, HOIST_OBJECT_GONE, HOIST_OBJECT_REPLACED,
    HOIST_OBJECT_UNKNOWN, HOIST_OBJECT_SAME, HOIST_OBJECT_SAME,
  };
  static const HoistFileVerdict files[] = {
    HOIST_FILE_NOT_ASKED, HOIST_FILE_SAME,    HOIST_FILE_SAME,       HOIST_FILE_SAME,
    HOIST_FILE_SAME,      HOIST_FILE_DIFFERS, HOIST_FILE_UNREADABLE,
  };
  HoistVerification *verification = hoist_verification_new (id);
  g_autoptr (GError) error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NETWORK, "No net.");

  if (id == 4)
    hoist_verification_set_error (verification, error);
  verification->object = objects[id % G_N_ELEMENTS (objects)];
  verification->time_us = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC;
  if (id == 3)
    verification->differences = HOIST_DIFFERENCE_SIZE | HOIST_DIFFERENCE_ETAG;
  if (with_files)
    verification->file = files[id % G_N_ELEMENTS (files)];
  return verification;
}

static FakeHost *
new_host (void)
{
  FakeHost *host = fake_host_new ();

  fake_host_feed (host, uploads, G_N_ELEMENTS (uploads));
  host->uploader->make_receipt = make_receipt;
  host->uploader->make_verification = make_verification;
  return host;
}

#define SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void
test_receipt (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "receipt 1 2", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.err, ==, "");
  g_assert_nonnull (strstr (run.out, "SHA-256: " SHA256 "\n"));
  g_assert_nonnull (strstr (run.out, "Key: k\n"));
  g_assert_nonnull (strstr (run.out, "\n\nName: ")); /* an empty line between two */
  g_assert_nonnull (strstr (run.out, "Proof: The storage checked the file on arrival"));
  g_assert_cmpuint (host->n_closed, ==, 1);
}

static void
test_receipt_for_programs (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_auto (FakeRun) json = { 0 };
  g_auto (FakeRun) sums = { 0 };
  g_auto (FakeRun) all = { 0 };
  g_auto (GStrv) lines = NULL;

  fake_run (&json, host, 0, "receipt --json 1", NULL);
  g_assert_cmpstr (
    json.out, ==,
    "{\"id\":1,\"name\":\"line\\nfeed-1\",\"path\":\"/tmp/line\\nfeed-1\",\"size\":3,"
    "\"sha256\":\"" SHA256 "\",\"destination\":\"home\",\"key\":\"k\",\"etag\":\"e\",\"parts\":0,"
    "\"partSize\":3,\"finished\":\"2023-11-14T22:13:20Z\",\"proof\":[\"signed\","
    "\"answer-checksum\"]}\n");
  fake_run (&sums, host, 0, "receipt --sha256sums 1", NULL);
  g_assert_cmpstr (sums.out, ==, "\\" SHA256 "  line\\nfeed-1\n");
  g_assert_cmpint (sums.status, ==, HOIST_CLI_EXIT_OK);

  /* One of them lacks its digest: the others are there all the same. */
  fake_run (&all, host, 0, "receipt --all --sha256sums", NULL);
  g_assert_cmpint (all.status, ==, HOIST_CLI_EXIT_FAILED);
  lines = g_strsplit (all.out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 6);
  g_assert_nonnull (strstr (all.err, "still being computed"));
}

/* More than fit one call. */
static void
test_many (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_auto (FakeRun) run = { 0 };
  g_auto (GStrv) lines = NULL;

  for (guint64 id = 11; id < 11 + HOIST_UPLOADER_MAX_RECEIPTS; id++)
    fake_host_feed (
      host, &(FakeUpload){ .id = id, .name = "x", .state = HOIST_UPLOAD_DONE, .size_bytes = 3 }, 1);
  fake_run (&run, host, 0, "receipt --all --json", NULL);
  lines = g_strsplit (run.out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, HOIST_UPLOADER_MAX_RECEIPTS + 7);
  g_assert_cmpuint (host->uploader->n_asked, ==, 2);
}

static void
test_verify (void)
{
  static const struct
  {
    const char *line;
    int status;
    const char *out; /* (nullable) part of it */
  } rows[] = {
    { "verify 1", HOIST_CLI_EXIT_OK, "good: The storage has it, unchanged\n" },
    { "verify 1 2", HOIST_CLI_EXIT_FAILED, "go\\x1bne: The storage does not have it any more\n" },
    { "verify 3", HOIST_CLI_EXIT_FAILED, "(differs: size, ETag)\n" },
    { "verify 1 4", HOIST_CLI_EXIT_UNKNOWN, "unknown: The storage could not be asked: No net.\n" },
    { "verify 4 2", HOIST_CLI_EXIT_FAILED, NULL }, /* the worse counts */
    { "verify 5", HOIST_CLI_EXIT_OK, NULL },
    { "verify --file 5", HOIST_CLI_EXIT_FAILED, "changed: The file is not what was delivered" },
    { "verify --file 6", HOIST_CLI_EXIT_UNKNOWN, "away: The file cannot be read\n" },
    { "verify 1 9", HOIST_CLI_EXIT_UNKNOWN, "good: " },
    { "verify 77", HOIST_CLI_EXIT_UNKNOWN, "" },
    { "verify --all", HOIST_CLI_EXIT_FAILED, "away: " },
    { "verify --json 3", HOIST_CLI_EXIT_FAILED,
      "{\"id\":3,\"name\":\"replaced\",\"object\":\"replaced\",\"differs\":\"size,etag\","
      "\"time\":\"2023-11-14T22:13:20Z\"}\n" },
    { "verify --json 4 --file", HOIST_CLI_EXIT_UNKNOWN,
      "\"code\":\"network\",\"message\":\"No net.\",\"file\":\"same\"}\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FakeHost) host = new_host ();
      g_auto (FakeRun) run = { 0 };

      g_test_message ("%s", rows[i].line);
      fake_run (&run, host, 0, rows[i].line, NULL);
      g_assert_cmpint (run.status, ==, rows[i].status);
      if (rows[i].out != NULL && strstr (run.out, rows[i].out) == NULL)
        g_error ("“%s” is not in “%s”", rows[i].out, run.out);
    }
}

static void
test_usage (void)
{
  static const char *const lines[] = { "receipt",
                                       "receipt abc",
                                       "receipt 0",
                                       "receipt 1 --all",
                                       "receipt 1 --json --sha256sums",
                                       "verify",
                                       "verify 1 --all",
                                       "verify --nonsense 1" };
  g_auto (FakeRun) missing = { 0 };
  g_autoptr (FakeHost) other = new_host ();

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (FakeHost) host = new_host ();
      g_auto (FakeRun) run = { 0 };

      fake_run (&run, host, 0, lines[i], NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_cmpuint (host->n_opened, ==, 0);
    }
  fake_run (&missing, other, 0, "receipt 9 77 1 --json", NULL);
  g_assert_cmpint (missing.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_nonnull (strstr (missing.err, "There is no upload 77"));
  g_assert_nonnull (strstr (missing.err, "sending is not delivered yet"));
  g_assert_true (g_str_has_prefix (missing.out, "{\"id\":1,"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/receipt", test_receipt);
  g_test_add_func ("/cli/receipt-for-programs", test_receipt_for_programs);
  g_test_add_func ("/cli/receipt-many", test_many);
  g_test_add_func ("/cli/verify", test_verify);
  g_test_add_func ("/cli/receipt-usage", test_usage);
  return g_test_run ();
}
