/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Proof of delivery: what is read back, what the receipt says of it, the whole file's SHA-256, and
 * what is found when a delivery is verified again. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine-lab.h"

#define MIB (1024 * 1024)

static void
assert_sha256 (const HoistReceipt *receipt, const char *path)
{
  g_autofree char *contents = NULL;
  guint8 expected[HOIST_SHA256_BYTES];
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  hoist_digest_data (HOIST_DIGEST_SHA256, contents, length, expected);
  g_assert_cmpint (receipt->whole, ==, HOIST_WHOLE_KNOWN);
  g_assert_cmpmem (receipt->sha256, HOIST_SHA256_BYTES, expected, sizeof expected);
}

static gboolean
digest_is_settled (Lab *lab)
{
  g_autoptr (HoistReceipt) receipt = lab_get_receipt (lab, 0);

  return receipt != NULL && receipt->whole != HOIST_WHOLE_FOLLOWS;
}

static gboolean
is_done (Lab *lab)
{
  return lab_get_info (lab, 0)->state == HOIST_UPLOAD_DONE;
}

static char *
deliver (Lab *lab, const char *name, gsize size_bytes)
{
  char *path = lab_make_file (lab, name, size_bytes);

  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  return path;
}

/* --- The receipt -------------------------------------------------------------------------------- */

static void
test_multipart (Lab *lab, gconstpointer data)
{
  g_autofree char *path = deliver (lab, "large", 20 * MIB + 5);
  g_autoptr (HoistReceipt) receipt = NULL;
  gint64 now_us = g_get_real_time ();

  lab_wait_until (lab, digest_is_settled);
  receipt = lab_get_receipt (lab, 0);
  assert_sha256 (receipt, path);
  g_assert_cmpstr (receipt->path, ==, path);
  g_assert_cmpstr (receipt->name, ==, "large");
  g_assert_cmpstr (receipt->key, ==, "large");
  g_assert_cmpuint (receipt->size_bytes, ==, 20 * MIB + 5);
  g_assert_cmpuint (receipt->n_parts, ==, 3);
  g_assert_cmpuint (receipt->part_bytes, ==, 8 * MIB);
  g_assert_true (g_str_has_suffix (receipt->checksum, "-3"));
  g_assert_true (g_str_has_suffix (receipt->etag, "-3"));
  g_assert_true (g_str_has_suffix (receipt->location, "/large"));
  g_assert_cmphex (receipt->proof, ==,
                   HOIST_PROOF_SIGNED | HOIST_PROOF_ANSWER_SIZE | HOIST_PROOF_ANSWER_CHECKSUM |
                     HOIST_PROOF_READ_SIZE | HOIST_PROOF_READ_CHECKSUM | HOIST_PROOF_READ_ETAG);
  g_assert_cmpint (receipt->begun_us, >, 0);
  g_assert_cmpint (receipt->begun_us, <=, receipt->finished_us);
  g_assert_cmpint (ABS (receipt->server_us - now_us), <, 300 * G_USEC_PER_SEC);
  g_assert_cmpuint (lab_count (lab, LAB_STAT), ==, 1);
}

/* Ten thousand small files would mean ten thousand more round trips: the answer to the PUT is the
 * proof. */
static void
test_small (Lab *lab, gconstpointer data)
{
  g_autofree char *path = deliver (lab, "small", 1000);
  g_autoptr (HoistReceipt) receipt = lab_get_receipt (lab, 0);

  assert_sha256 (receipt, path);
  g_assert_false (receipt->multipart);
  g_assert_cmpuint (receipt->n_parts, ==, 1);
  g_assert_cmpuint (receipt->part_bytes, ==, 1000);
  g_assert_cmphex (receipt->proof, ==, HOIST_PROOF_SIGNED | HOIST_PROOF_ANSWER_CHECKSUM);
  g_assert_cmpint (receipt->server_us, >, 0);
  g_assert_cmpuint (lab_count (lab, LAB_STAT), ==, 0);
  g_assert_cmpuint (lab_count (lab, LAB_COMPLETE), ==, 0);
}

/* All of it is still there after a restart. */
static void
test_kept (Lab *lab, gconstpointer data)
{
  g_autofree char *path = deliver (lab, "large", 9 * MIB);
  g_autoptr (HoistReceipt) before = NULL;
  g_autoptr (HoistReceipt) after = NULL;
  g_autoptr (GVariant) left = NULL;
  g_autoptr (GVariant) right = NULL;

  lab_wait_until (lab, digest_is_settled);
  before = lab_get_receipt (lab, 0);
  lab_stop_engine (lab);
  lab_start_engine (lab);
  after = lab_get_receipt (lab, 0);
  left = g_variant_ref_sink (hoist_receipt_to_variant (before));
  right = g_variant_ref_sink (hoist_receipt_to_variant (after));
  g_assert_cmpvariant (left, right);
  assert_sha256 (after, path);
}

/* A backend that cannot show objects is asked nothing, and the receipt does not claim it was. */
static void
test_backend_without_stat (Lab *lab, gconstpointer data)
{
  static const LabFault root = {
    .operation = LAB_ROOT,
    .first = 1,
    .last = 99,
    .action = LAB_ANSWER,
    .status = 200,
    .content_type = "application/json",
    .body = "{\"limits\":{\"singlePutBelow\":1048576},\"checksum\":\"sha256\",\"list\":true,"
            "\"share\":true}",
  };
  g_autofree char *path = NULL;
  g_autoptr (HoistReceipt) receipt = NULL;
  g_autoptr (HoistVerification) verification = NULL;

  lab_set_faults (lab, &root, 1);
  path = deliver (lab, "large", 9 * MIB);
  receipt = lab_get_receipt (lab, 0);
  g_assert_cmphex (receipt->proof, ==,
                   HOIST_PROOF_SIGNED | HOIST_PROOF_ANSWER_SIZE | HOIST_PROOF_ANSWER_CHECKSUM);
  g_assert_cmpint (receipt->server_us, ==, 0);
  verification = lab_verify (lab, 0, FALSE);
  g_assert_cmpint (verification->object, ==, HOIST_OBJECT_UNKNOWN);
  g_assert_cmpint (verification->error_code, ==, HOIST_ERROR_NOT_SUPPORTED);
  g_assert_cmpuint (lab_count (lab, LAB_STAT), ==, 0);
}

/* --- What the read-back finds ------------------------------------------------------------------- */

#define OBJECT(more)                                                                               \
  "{\"objects\":[{\"key\":\"large\",\"serverTime\":\"2025-03-01T12:00:00Z\"," more "}]}"
#define REFUSAL(code)                                                                              \
  "{\"objects\":[{\"key\":\"large\",\"error\":{\"code\":\"" code "\",\"message\":\"m\"}}]}"
#define SIZE "\"size\":9437184"

typedef struct
{
  const char *name;
  guint status;
  const char *body;
  HoistUploadState state;
  int code; /* where it failed */
  guint proof;
  guint stats; /* how often it was asked */
} ReadBack;

#define BY_ANSWER (HOIST_PROOF_SIGNED | HOIST_PROOF_ANSWER_SIZE | HOIST_PROOF_ANSWER_CHECKSUM)
#define ALL (BY_ANSWER | HOIST_PROOF_READ_SIZE | HOIST_PROOF_READ_CHECKSUM | HOIST_PROOF_READ_ETAG)

static const ReadBack read_backs[] = {
  /* what is there is not what was sent */
  { "shorter", 200, OBJECT ("\"size\":9437183"), HOIST_UPLOAD_FAILED, HOIST_ERROR_CHECKSUM, 0, 1 },
  { "damaged", 200, OBJECT (SIZE ",\"checksumSha256\":\"AAAA-2\""), HOIST_UPLOAD_FAILED,
    HOIST_ERROR_CHECKSUM, 0, 1 },
  { "other", 200, OBJECT (SIZE ",\"etag\":\"x-2\""), HOIST_UPLOAD_FAILED, HOIST_ERROR_CHECKSUM, 0,
    1 },
  /* it makes no sense */
  { "nonsense", 200, "{\"objects\":[]}", HOIST_UPLOAD_FAILED, HOIST_ERROR_PROTOCOL, 0, 1 },
  { "other-key", 200,
    "{\"objects\":[{\"key\":\"k\",\"size\":9437184,\"serverTime\":\"2025-03-01T12:00:00Z\"}]}",
    HOIST_UPLOAD_FAILED, HOIST_ERROR_PROTOCOL, 0, 1 },
  /* no more than this can be seen */
  { "sparing", 200, OBJECT (SIZE), HOIST_UPLOAD_DONE, 0, BY_ANSWER | HOIST_PROOF_READ_SIZE, 1 },
  { "not-supported", 501, "{\"error\":{\"code\":\"not_supported\",\"message\":\"m\"}}",
    HOIST_UPLOAD_DONE, 0, BY_ANSWER, 1 },
  { "forbidden", 200, REFUSAL ("forbidden"), HOIST_UPLOAD_DONE, 0, BY_ANSWER, 1 },
  /* it passes */
  { "busy", 503, "", HOIST_UPLOAD_DONE, 0, ALL, 2 },
  { "storage-busy", 200, REFUSAL ("unavailable"), HOIST_UPLOAD_DONE, 0, ALL, 2 },
  /* nothing is there after all: it is sent again, and then it is */
  { "gone", 200, REFUSAL ("upload_gone"), HOIST_UPLOAD_DONE, 0, ALL, 2 },
};

static gboolean
has_ended (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info != NULL && (info->state == HOIST_UPLOAD_DONE || info->state == HOIST_UPLOAD_FAILED);
}

static void
test_read_back (Lab *lab, gconstpointer data)
{
  const ReadBack *c = data;
  const LabFault fault = {
    .operation = LAB_STAT,
    .first = 1,
    .last = 1,
    .action = LAB_ANSWER,
    .status = c->status,
    .content_type = "application/json",
    .body = c->body,
  };
  g_autofree char *path = lab_make_file (lab, "large", 9 * MIB);
  g_autoptr (HoistReceipt) receipt = NULL;
  const HoistUploadInfo *info;

  lab_set_faults (lab, &fault, 1);
  lab_add (lab, path);
  lab_wait_until (lab, has_ended);
  info = lab_get_info (lab, 0);
  g_assert_cmpint (info->state, ==, c->state);
  g_assert_cmpuint (lab_count (lab, LAB_STAT), ==, c->stats);
  receipt = lab_get_receipt (lab, 0);
  if (c->state == HOIST_UPLOAD_FAILED)
    {
      g_assert_cmpint (info->error_code, ==, c->code);
      g_assert_null (receipt);
      /* Nothing was called done; and sent again it arrives. */
      lab_command (lab, HOIST_COMMAND_RETRY);
      lab_wait_until (lab, is_done);
      lab_assert_stored (lab, "large", path);
      return;
    }
  g_assert_cmphex (receipt->proof, ==, c->proof);
  lab_assert_stored (lab, "large", path);
}

/* The answer to the question is lost, and the program ends: the next start asks again and does not
 * send again. */
static void
test_restart_before_read_back (Lab *lab, gconstpointer data)
{
  static const LabFault hold = { .operation = LAB_STAT, .first = 1, .last = 1, .action = LAB_HOLD };
  g_autofree char *path = lab_make_file (lab, "large", 9 * MIB);
  g_autoptr (HoistReceipt) receipt = NULL;

  lab_set_faults (lab, &hold, 1);
  lab_add (lab, path);
  while (lab_count_held (lab) == 0)
    g_main_context_iteration (NULL, FALSE);
  lab_stop_engine (lab);
  lab_release (lab);
  lab_reset_counts (lab);
  lab_start_engine (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_PART), ==, 0);
  receipt = lab_get_receipt (lab, 0);
  g_assert_cmphex (receipt->proof, ==, ALL);
}

/* --- The whole file's SHA-256 ------------------------------------------------------------------- */

static void
test_whole_off (Lab *lab, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (HoistReceipt) receipt = NULL;
  g_autoptr (HoistVerification) verification = NULL;

  lab_stop_engine (lab);
  lab->config.whole_sha256 = FALSE;
  lab_start_engine (lab);
  path = deliver (lab, "large", 9 * MIB);
  receipt = lab_get_receipt (lab, 0);
  g_assert_cmpint (receipt->whole, ==, HOIST_WHOLE_NONE);
  /* The parts' digests are in the object's checksum, so the file can be compared all the same. */
  verification = lab_verify (lab, 0, TRUE);
  g_assert_cmpint (verification->file, ==, HOIST_FILE_SAME);
}

static gboolean
second_part_is_held (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info != NULL && info->parts_done == 2 && lab_count_held (lab) > 0;
}

/* Sends two parts of three and ends the program. */
static char *
send_two_parts (Lab *lab)
{
  static const LabFault hold = {
    .operation = LAB_PART, .part_number = 3, .first = 1, .last = 1, .action = LAB_HOLD
  };
  char *path = lab_make_file (lab, "large", 20 * MIB);

  lab_set_faults (lab, &hold, 1);
  lab_add (lab, path);
  lab_wait_until (lab, second_part_is_held);
  lab_stop_engine (lab);
  lab_release (lab);
  lab_set_faults (lab, NULL, 0);
  lab_reset_counts (lab);
  return path;
}

/* What an earlier run sent is read again in the background, and belongs to the digest. */
static void
test_whole_after_restart (Lab *lab, gconstpointer data)
{
  g_autofree char *path = send_two_parts (lab);
  g_autoptr (HoistReceipt) receipt = NULL;

  lab_start_engine (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  lab_wait_until (lab, digest_is_settled);
  receipt = lab_get_receipt (lab, 0);
  assert_sha256 (receipt, path);
  g_assert_cmpuint (lab_count (lab, LAB_PART), ==, 1);
}

/* Pausing in one run costs nothing of it. */
static void
test_whole_after_pause (Lab *lab, gconstpointer data)
{
  static const LabFault hold = {
    .operation = LAB_PART, .part_number = 3, .first = 1, .last = 1, .action = LAB_HOLD
  };
  g_autofree char *path = lab_make_file (lab, "large", 20 * MIB);
  g_autoptr (HoistReceipt) receipt = NULL;

  lab_set_faults (lab, &hold, 1);
  lab_add (lab, path);
  lab_wait_until (lab, second_part_is_held);
  lab_command (lab, HOIST_COMMAND_PAUSE);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  lab_release (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  lab_wait_until (lab, digest_is_settled);
  receipt = lab_get_receipt (lab, 0);
  assert_sha256 (receipt, path);
}

/* Flips a byte so that nothing but reading shows it; the change time cannot be set back, so the
 * journal is made to know the new one. */
static void
damage_unseen (const char *path, goffset offset_bytes)
{
  struct stat st;
  struct timespec times[2];
  char byte;
  int fd = open (path, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (fstat (fd, &st), ==, 0);
  g_assert_cmpint (pread (fd, &byte, 1, offset_bytes), ==, 1);
  byte ^= 1;
  g_assert_cmpint (pwrite (fd, &byte, 1, offset_bytes), ==, 1);
  times[0] = st.st_atim;
  times[1] = st.st_mtim;
  g_assert_cmpint (futimens (fd, times), ==, 0);
  close (fd);
}

static HoistJournal *
open_journal (Lab *lab, GHashTable **records)
{
  g_auto (HoistJournalReport) report = { 0 };
  HoistJournal *journal = hoist_journal_open (lab->config.state_folder, &report, NULL);

  g_assert_nonnull (journal);
  *records = hoist_journal_steal_records (journal);
  return journal;
}

static void
close_journal (HoistJournal *journal)
{
  g_autoptr (GError) error = NULL;

  hoist_journal_close (journal, &error);
  g_assert_no_error (error);
  g_object_unref (journal);
}

static void
adopt_change_time (Lab *lab, const char *path)
{
  g_autoptr (GHashTable) records = NULL;
  HoistJournal *journal = open_journal (lab, &records);
  guint64 id = 1;
  HoistUploadRecord *record = g_hash_table_lookup (records, &id);
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  record->identity.ctime_ns = (gint64) st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
  hoist_journal_append (journal, hoist_event_moved (record));
  close_journal (journal);
}

static gboolean
has_failed (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info != NULL && info->state == HOIST_UPLOAD_FAILED;
}

/* A disk that lost a bit of what was sent already: the object would be neither the one nor the
 * other file. The last part is held until the background reader has seen it. */
static void
test_damage_behind (Lab *lab, gconstpointer data)
{
  static const LabFault hold = {
    .operation = LAB_PART, .part_number = 3, .first = 1, .last = 1, .action = LAB_HOLD
  };
  g_autofree char *path = send_two_parts (lab);

  damage_unseen (path, 8 * MIB + 77);
  adopt_change_time (lab, path);
  lab_set_faults (lab, &hold, 1);
  lab_start_engine (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  lab_wait_until (lab, has_failed);
  g_assert_cmpint (lab_get_info (lab, 0)->error_code, ==, HOIST_ERROR_FILE_CHANGED);
  lab_release (lab);
  lab_command (lab, HOIST_COMMAND_RETRY);
  lab_wait_until (lab, is_done);
  lab_assert_stored (lab, "large", path);
}

/* As if the program had ended between the delivery and the digest. */
static void
forget_digest (Lab *lab)
{
  g_autoptr (GHashTable) records = NULL;
  HoistJournal *journal = open_journal (lab, &records);
  guint64 id = 1;
  HoistUploadRecord *record = g_hash_table_lookup (records, &id);

  g_assert_cmpint (record->delivery->whole, ==, HOIST_WHOLE_KNOWN);
  record->delivery->whole = HOIST_WHOLE_FOLLOWS;
  hoist_journal_append (journal, hoist_event_finished (record));
  close_journal (journal);
}

static void
test_whole_follows (Lab *lab, gconstpointer data)
{
  g_autofree char *path = deliver (lab, "large", 20 * MIB);
  g_autoptr (HoistReceipt) receipt = NULL;
  guint64 mode = GPOINTER_TO_UINT (data);

  lab_wait_until (lab, digest_is_settled);
  lab_stop_engine (lab);
  forget_digest (lab);
  if (mode == 1)
    damage_unseen (path, 5);
  if (mode == 2)
    g_assert_cmpint (g_unlink (path), ==, 0);
  lab_start_engine (lab);
  if (mode == 2)
    {
      /* It may be on a drive that comes back: nothing is concluded. */
      receipt = lab_get_receipt (lab, 0);
      g_assert_cmpint (receipt->whole, ==, HOIST_WHOLE_FOLLOWS);
      g_assert_null (hoist_receipt_dup_sums_line (receipt));
      return;
    }
  lab_wait_until (lab, digest_is_settled);
  receipt = lab_get_receipt (lab, 0);
  if (mode == 0)
    assert_sha256 (receipt, path);
  else
    g_assert_cmpint (receipt->whole, ==, HOIST_WHOLE_NONE);
}

/* --- Verify again ------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  gsize size_bytes;
  void (*change) (Lab *lab, const char *object);
  HoistObjectVerdict verdict;
  guint differences;
} Again;

static void
leave (Lab *lab, const char *object)
{
}

static void
damage (Lab *lab, const char *object)
{
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (object, &contents, &length, NULL));
  contents[length / 2] ^= 1;
  g_assert_true (g_file_set_contents (object, contents, (gssize) length, NULL));
}

static void
cut (Lab *lab, const char *object)
{
  g_assert_cmpint (truncate (object, 10), ==, 0);
}

static void
remove_object (Lab *lab, const char *object)
{
  g_assert_cmpint (g_unlink (object), ==, 0);
}

static const Again agains[] = {
  { "same", 9 * MIB, leave, HOIST_OBJECT_SAME, 0 },
  { "same-small", 1000, leave, HOIST_OBJECT_SAME, 0 },
  { "damaged", 9 * MIB, damage, HOIST_OBJECT_REPLACED,
    HOIST_DIFFERENCE_CHECKSUM | HOIST_DIFFERENCE_ETAG },
  { "damaged-small", 1000, damage, HOIST_OBJECT_REPLACED, HOIST_DIFFERENCE_ETAG },
  { "cut", 9 * MIB, cut, HOIST_OBJECT_REPLACED,
    HOIST_DIFFERENCE_SIZE | HOIST_DIFFERENCE_CHECKSUM | HOIST_DIFFERENCE_ETAG },
  { "gone", 9 * MIB, remove_object, HOIST_OBJECT_GONE, 0 },
  { "gone-small", 1000, remove_object, HOIST_OBJECT_GONE, 0 },
};

static void
test_verify (Lab *lab, gconstpointer data)
{
  const Again *c = data;
  g_autofree char *path = deliver (lab, "x", c->size_bytes);
  g_autofree char *object = g_build_filename (lab->stored, "x", NULL);
  g_autoptr (HoistVerification) verification = NULL;
  g_autoptr (HoistReceipt) receipt = NULL;

  c->change (lab, object);
  verification = lab_verify (lab, 0, TRUE);
  g_assert_cmpint (verification->object, ==, c->verdict);
  g_assert_cmphex (verification->differences, ==, c->differences);
  g_assert_cmpint (verification->error_code, ==, -1);
  g_assert_cmpint (verification->time_us, >, 0);
  g_assert_cmpint (verification->file, ==, HOIST_FILE_SAME);

  /* It is in the history, after a restart as well. */
  lab_stop_engine (lab);
  lab_start_engine (lab);
  receipt = lab_get_receipt (lab, 0);
  g_assert_cmpint (receipt->verdict, ==, c->verdict);
  g_assert_cmpint (receipt->verified_us, ==, verification->time_us);
}

/* The same name was sent again, with other contents. */
static void
test_verify_replaced (Lab *lab, gconstpointer data)
{
  g_autofree char *first = deliver (lab, "a/x", 5000);
  g_autofree char *second = NULL;
  g_autoptr (HoistVerification) old = NULL;
  g_autoptr (HoistVerification) new = NULL;

  damage (lab, first);
  lab_add (lab, first);
  lab_wait_for_state (lab, 1, HOIST_UPLOAD_DONE);
  old = lab_verify (lab, 0, FALSE);
  new = lab_verify (lab, 1, FALSE);
  g_assert_cmpint (old->object, ==, HOIST_OBJECT_REPLACED);
  g_assert_cmpint (old->file, ==, HOIST_FILE_NOT_ASKED);
  g_assert_cmpint (new->object, ==, HOIST_OBJECT_SAME);
}

static void
test_verify_file (Lab *lab, gconstpointer data)
{
  g_autofree char *path = deliver (lab, "x", 9 * MIB);
  g_autoptr (HoistVerification) changed = NULL;
  g_autoptr (HoistVerification) shorter = NULL;
  g_autoptr (HoistVerification) missing = NULL;

  damage_unseen (path, 9);
  changed = lab_verify (lab, 0, TRUE);
  g_assert_cmpint (changed->object, ==, HOIST_OBJECT_SAME);
  g_assert_cmpint (changed->file, ==, HOIST_FILE_DIFFERS);
  g_assert_cmpint (truncate (path, 100), ==, 0);
  shorter = lab_verify (lab, 0, TRUE);
  g_assert_cmpint (shorter->file, ==, HOIST_FILE_DIFFERS);
  g_assert_cmpint (g_unlink (path), ==, 0);
  missing = lab_verify (lab, 0, TRUE);
  g_assert_cmpint (missing->object, ==, HOIST_OBJECT_SAME);
  g_assert_cmpint (missing->file, ==, HOIST_FILE_UNREADABLE);
  g_assert_nonnull (missing->file_message);
}

/* Why nothing could be told. A verdict of before is kept. */
static void
test_verify_fails (Lab *lab, gconstpointer data)
{
  static const LabFault down = {
    .operation = LAB_STAT, .first = 2, .last = 2, .action = LAB_ANSWER, .status = 503, .body = ""
  };
  static const LabFault hold = { .operation = LAB_PUT, .first = 1, .last = 1, .action = LAB_HOLD };
  g_autofree char *path = deliver (lab, "x", 100);
  g_autofree char *other = lab_make_file (lab, "y", 100);
  g_autoptr (HoistVerification) good = lab_verify (lab, 0, FALSE);
  g_autoptr (HoistVerification) again = NULL;
  g_autoptr (HoistVerification) bad = NULL;
  g_autoptr (HoistVerification) early = NULL;
  g_autoptr (HoistReceipt) receipt = NULL;

  g_assert_cmpint (good->object, ==, HOIST_OBJECT_SAME);
  lab_set_faults (lab, &down, 1);
  again = lab_verify (lab, 0, FALSE);
  g_assert_cmpint (again->object, ==, HOIST_OBJECT_SAME);
  bad = lab_verify (lab, 0, FALSE);
  g_assert_cmpint (bad->object, ==, HOIST_OBJECT_UNKNOWN);
  g_assert_cmpint (bad->error_code, ==, HOIST_ERROR_UNAVAILABLE);
  g_assert_nonnull (bad->message);
  receipt = lab_get_receipt (lab, 0);
  g_assert_cmpint (receipt->verdict, ==, HOIST_OBJECT_SAME);

  lab_set_faults (lab, &hold, 1);
  lab_add (lab, other);
  lab_wait_for_state (lab, 1, HOIST_UPLOAD_SENDING);
  early = lab_verify (lab, 1, TRUE);
  g_assert_cmpint (early->object, ==, HOIST_OBJECT_UNKNOWN);
  g_assert_cmpint (early->error_code, ==, HOIST_ERROR_BAD_INPUT);
  g_assert_null (lab_get_receipt (lab, 1));
  lab_release (lab);
  lab_wait_for_state (lab, 1, HOIST_UPLOAD_DONE);
}

#define ADD(name, data, func) g_test_add ("/proof/" name, Lab, data, set_up, func, tear_down)

static void
set_up (Lab *lab, gconstpointer data)
{
  lab_set_up (lab);
}

static void
tear_down (Lab *lab, gconstpointer data)
{
  lab_tear_down (lab);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("multipart", NULL, test_multipart);
  ADD ("small", NULL, test_small);
  ADD ("kept", NULL, test_kept);
  ADD ("backend-without-stat", NULL, test_backend_without_stat);
  for (guint i = 0; i < G_N_ELEMENTS (read_backs); i++)
    {
      g_autofree char *name = g_strconcat ("/proof/read-back/", read_backs[i].name, NULL);

      g_test_add (name, Lab, &read_backs[i], set_up, test_read_back, tear_down);
    }
  ADD ("restart-before-read-back", NULL, test_restart_before_read_back);
  ADD ("whole-off", NULL, test_whole_off);
  ADD ("whole-after-restart", NULL, test_whole_after_restart);
  ADD ("whole-after-pause", NULL, test_whole_after_pause);
  ADD ("damage-behind", NULL, test_damage_behind);
  ADD ("whole-follows", GUINT_TO_POINTER (0), test_whole_follows);
  ADD ("whole-follows-a-change", GUINT_TO_POINTER (1), test_whole_follows);
  ADD ("whole-follows-nothing", GUINT_TO_POINTER (2), test_whole_follows);
  for (guint i = 0; i < G_N_ELEMENTS (agains); i++)
    {
      g_autofree char *name = g_strconcat ("/proof/verify/", agains[i].name, NULL);

      g_test_add (name, Lab, &agains[i], set_up, test_verify, tear_down);
    }
  ADD ("verify-replaced", NULL, test_verify_replaced);
  ADD ("verify-file", NULL, test_verify_file);
  ADD ("verify-fails", NULL, test_verify_fails);
  return g_test_run ();
}
