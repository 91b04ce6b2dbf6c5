/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The journal's file: what is written, and what is read from a damaged one. */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-crc32c.h"
#include "hoist-error.h"
#include "hoist-journal-frame.h"
#include "hoist-journal-reader.h"
#include "journal-fixture.h"

/* --- Files as bytes ------------------------------------------------------------ */

/* The life's events as a file; @ends gets where each of them ends. */
static GByteArray *
make_file (GPtrArray *events, GArray *ends)
{
  GByteArray *bytes = g_byte_array_new ();

  hoist_journal_header_append (bytes);
  for (guint i = 0; i < events->len; i++)
    {
      gsize end;

      hoist_frame_append (bytes, g_ptr_array_index (events, i));
      end = bytes->len;
      if (ends != NULL)
        g_array_append_val (ends, end);
    }
  return bytes;
}

static int
make_fd (const guint8 *data, gsize length)
{
  int fd = memfd_create ("journal", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, data, length, 0), ==, length);
  return fd;
}

static void
read_bytes (const guint8 *data, gsize length, HoistJournalContents *contents)
{
  g_autoptr (GError) error = NULL;
  int fd = make_fd (data, length);

  g_assert_true (hoist_journal_read (fd, contents, &error));
  g_assert_no_error (error);
  close (fd);
}

static void
assert_records (GHashTable *records, const char *expected)
{
  g_autofree char *text = fixture_describe (records);

  g_assert_cmpstr (text, ==, expected);
}

static guint
count_kept_aside (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "journal.damaged-");
  return n;
}

/* --- Good files ------------------------------------------------------------------ */

static void
assert_mode (const char *path, guint mode)
{
  struct stat info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 0777, ==, mode);
}

static void
test_new (void)
{
  char *folder = fixture_make_folder ();
  g_autofree char *file = fixture_get_file (folder);
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (HoistJournal) journal = fixture_open (folder, &report);
  g_autoptr (GHashTable) records = hoist_journal_steal_records (journal);
  g_autoptr (GHashTable) second = hoist_journal_steal_records (journal);
  g_autoptr (GBytes) bytes = fixture_read (folder);

  g_assert_cmpuint (g_hash_table_size (records), ==, 0);
  g_assert_cmpuint (g_hash_table_size (second), ==, 0);
  g_assert_cmpuint (report.n_records + report.n_damaged, ==, 0);
  g_assert_cmpuint (report.cut_bytes, ==, 0);
  g_assert_null (report.kept_aside_path);
  assert_mode (folder, 0700);
  assert_mode (file, 0600);

  /* These bytes must stay as they are. */
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   "HOISTJL\n\1\0\0\0\x4f\xd2\xb1\x16", 16);
  g_assert_cmpuint (hoist_journal_get_size_bytes (journal), ==, 16);
  g_assert_true (hoist_journal_close (journal, NULL));
  g_assert_true (hoist_journal_close (journal, NULL));
  g_assert_cmpuint (hoist_journal_get_committed (journal), ==, 0);
  fixture_remove_folder (folder);
}

static void
test_life (void)
{
  char *folder = fixture_make_folder ();
  g_autoptr (GPtrArray) events = fixture_make_life ();
  g_autofree char *expected = fixture_describe_all_but (events, 0, 0);

  /* A run for each event, and one more that reads them all. */
  for (guint run = 0; run <= events->len; run++)
    {
      g_auto (HoistJournalReport) report = { 0 };
      g_autoptr (HoistJournal) journal = fixture_open (folder, &report);
      g_autoptr (GHashTable) records = hoist_journal_steal_records (journal);

      g_assert_cmpuint (report.n_records, ==, run);
      g_assert_cmpuint (report.n_damaged, ==, 0);
      g_assert_cmpuint (report.cut_bytes, ==, 0);
      if (run < events->len)
        g_assert_cmpuint (hoist_journal_append (journal, g_ptr_array_index (events, run)), ==, 1);
      else
        assert_records (records, expected);
    }
  fixture_remove_folder (folder);
}

static void
test_frame_bytes (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GVariant) event = g_variant_ref_sink (hoist_event_removed (0x0102));
  g_autoptr (GHashTable) records = hoist_record_table_new ();
  HoistUploadRecord *record = fixture_make_record (0x0102, 1);
  guint8 expected[24] = { 16, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 2, 1 };
  guint32 crc = GUINT32_TO_LE (hoist_crc32c (hoist_crc32c (0, expected, 4), expected + 8, 16));

  memcpy (expected + 4, &crc, sizeof crc);
  hoist_frame_append (bytes, event);
  g_assert_cmpmem (bytes->data, bytes->len, expected, sizeof expected);
  g_assert_cmpuint (hoist_frame_get_bytes (bytes->data, bytes->len), ==, bytes->len);
  g_assert_true (hoist_frame_is_intact (bytes->data));
  g_hash_table_insert (records, &record->id, record);
  g_assert_true (hoist_frame_apply (bytes->data, records, NULL));
  g_assert_cmpuint (g_hash_table_size (records), ==, 0);
}

static void
test_two_opens (void)
{
  char *folder = fixture_make_folder ();
  g_auto (HoistJournalReport) report = { 0 };
  g_auto (HoistJournalReport) second_report = { 0 };
  g_autoptr (HoistJournal) journal = fixture_open (folder, &report);
  g_autoptr (GError) error = NULL;

  g_assert_null (hoist_journal_open (folder, &second_report, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_BUSY);
  g_assert_true (hoist_journal_close (journal, NULL));
  g_clear_object (&journal);
  journal = fixture_open (folder, &second_report);
  g_clear_object (&journal);
  fixture_remove_folder (folder);
}

/* --- Torn ends --------------------------------------------------------------------- */

/* Every length at which a write can have been torn. */
static void
test_every_prefix (void)
{
  char *folder = fixture_make_folder ();
  g_autoptr (GPtrArray) events = fixture_make_life ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GByteArray) bytes = make_file (events, ends);

  for (gsize length = 0; length <= bytes->len; length++)
    {
      guint n_whole = 0;
      gsize end = length < HOIST_JOURNAL_HEADER_BYTES ? 0 : HOIST_JOURNAL_HEADER_BYTES;
      g_autofree char *expected = NULL;
      g_auto (HoistJournalReport) report = { 0 };
      g_auto (HoistJournalReport) second_report = { 0 };
      g_autoptr (HoistJournal) journal = NULL;
      g_autoptr (GHashTable) records = NULL;

      for (; n_whole < ends->len && g_array_index (ends, gsize, n_whole) <= length; n_whole++)
        end = g_array_index (ends, gsize, n_whole);
      expected = fixture_describe_all_but (events, n_whole, events->len);
      fixture_write (folder, bytes->data, length);

      journal = fixture_open (folder, &report);
      records = hoist_journal_steal_records (journal);
      assert_records (records, expected);
      g_assert_cmpuint (report.n_records, ==, n_whole);
      g_assert_cmpuint (report.n_damaged, ==, 0);
      g_assert_cmpuint (report.cut_bytes, ==, length - end);
      g_assert_null (report.kept_aside_path);

      /* and it goes on where it was cut */
      hoist_journal_append (journal, hoist_event_removed (1));
      g_clear_object (&journal);
      journal = fixture_open (folder, &second_report);
      g_assert_cmpuint (second_report.n_records, ==, n_whole + 1);
      g_assert_cmpuint (second_report.cut_bytes + second_report.n_damaged, ==, 0);
      g_clear_object (&journal);
    }
  fixture_remove_folder (folder);
}

/* --- Damage -------------------------------------------------------------------------- */

static guint
find_event (GArray *ends, gsize offset)
{
  guint i = 0;

  while (g_array_index (ends, gsize, i) <= offset)
    i++;
  return i;
}

/* Every bit of a file turned over, one after the other: what it belongs to is
 * lost at most, and everything else is there. */
static void
test_every_bit (void)
{
  g_autoptr (GPtrArray) events = fixture_make_life ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GByteArray) bytes = make_file (events, ends);
  g_autofree char *whole = fixture_describe_all_but (events, 0, 0);
  guint n_harmless = 0;

  for (gsize offset = 0; offset < bytes->len; offset++)
    {
      gboolean in_header = offset < HOIST_JOURNAL_HEADER_BYTES;
      guint hit = in_header ? 0 : find_event (ends, offset);
      g_autofree char *expected = fixture_describe_all_but (events, hit, in_header ? 0 : 1);

      for (guint bit = 0; bit < 8; bit++)
        {
          g_auto (HoistJournalContents) contents = { 0 };

          bytes->data[offset] ^= 1 << bit;
          read_bytes (bytes->data, bytes->len, &contents);
          bytes->data[offset] ^= 1 << bit;

          if (contents.n_damaged == 0 && contents.cut_bytes == 0)
            {
              /* in the padding, which means nothing */
              g_assert_cmpuint (contents.n_records, ==, events->len);
              assert_records (contents.records, whole);
              n_harmless++;
              continue;
            }
          assert_records (contents.records, expected);
          g_assert_cmpuint (contents.n_records, ==, events->len - !in_header);
          g_assert_cmpint (contents.cut_bytes > 0, ==, !in_header && hit == events->len - 1);
          g_assert_cmpuint (contents.n_damaged, ==, contents.cut_bytes > 0 ? 0 : 1);
        }
    }
  g_assert_cmpuint (n_harmless, <, events->len * 7 * 8);
}

/* Any stretch overwritten, with zeros or with anything: all that was not
 * touched is there. */
static void
test_stretches (void)
{
  g_autoptr (GPtrArray) events = fixture_make_life ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GByteArray) bytes = make_file (events, ends);

  for (guint round = 0; round < 3000; round++)
    {
      gsize start = (gsize) g_test_rand_int_range (HOIST_JOURNAL_HEADER_BYTES, (gint32) bytes->len);
      gsize length = (gsize) g_test_rand_int_range (1, (gint32) (bytes->len - start) + 1);
      g_autofree guint8 *damaged = g_memdup2 (bytes->data, bytes->len);
      guint first = find_event (ends, start);
      guint last = find_event (ends, start + length - 1);
      g_auto (HoistJournalContents) contents = { 0 };

      for (gsize i = 0; i < length; i++)
        damaged[start + i] = round % 2 == 0 ? 0 : (guint8) g_test_rand_int ();
      read_bytes (damaged, bytes->len, &contents);
      g_assert_cmpuint (contents.n_records, >=, events->len - (last - first + 1));
      if (contents.n_records == events->len - (last - first + 1))
        {
          g_autofree char *expected = fixture_describe_all_but (events, first, last - first + 1);

          assert_records (contents.records, expected);
        }
    }
}

/* A checksum only tells that it is what somebody wrote. */
static void
test_intact_nonsense (void)
{
  static const char *const nonsense[] = {
    "(byte 1, uint64 1, @a{sv} {})",
    "(byte 4, uint64 1, {'s': <'paused'>})",
    "(byte 5, uint64 0, @a{sv} {})",
  };
  g_autoptr (GPtrArray) events = fixture_make_life ();
  g_autofree char *expected = fixture_describe_all_but (events, 0, 0);
  g_autoptr (GByteArray) bytes = NULL;
  g_auto (HoistJournalContents) contents = { 0 };
  guint32 crc;
  gsize start;

  for (gsize i = 0; i < G_N_ELEMENTS (nonsense); i++)
    g_ptr_array_insert (events, 3, g_variant_ref_sink (g_variant_new_parsed (nonsense[i])));
  bytes = make_file (events, NULL);

  /* not in normal form: bytes between kind and id that are not 0 */
  start = bytes->len;
  hoist_frame_append (bytes, g_ptr_array_index (events, 0));
  bytes->data[start + HOIST_FRAME_HEAD_BYTES + 1] = 1;
  crc = hoist_crc32c (0, bytes->data + start, 4);
  memcpy (&crc, bytes->data + start, 4);
  crc = GUINT32_TO_LE (hoist_crc32c (hoist_crc32c (0, bytes->data + start, 4),
                                     bytes->data + start + HOIST_FRAME_HEAD_BYTES,
                                     GUINT32_FROM_LE (crc)));
  memcpy (bytes->data + start + 4, &crc, sizeof crc);

  read_bytes (bytes->data, bytes->len, &contents);
  g_assert_cmpuint (contents.n_damaged, ==, G_N_ELEMENTS (nonsense) + 1);
  g_assert_cmpuint (contents.n_records, ==, events->len - G_N_ELEMENTS (nonsense));
  assert_records (contents.records, expected);
}

/* Once repaired it is whole again; what was damaged is still there. */
static void
test_repair (void)
{
  char *folder = fixture_make_folder ();
  g_autoptr (GPtrArray) events = fixture_make_life ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GByteArray) bytes = make_file (events, ends);
  g_autofree char *expected = fixture_describe_all_but (events, 4, 1);

  bytes->data[g_array_index (ends, gsize, 4) - 20] ^= 4;
  fixture_write (folder, bytes->data, bytes->len);
  for (guint run = 0; run < 3; run++)
    {
      g_auto (HoistJournalReport) report = { 0 };
      g_autoptr (HoistJournal) journal = fixture_open (folder, &report);
      g_autoptr (GHashTable) records = hoist_journal_steal_records (journal);
      g_autofree char *aside = NULL;
      gsize length = 0;

      assert_records (records, expected);
      g_assert_cmpuint (report.n_damaged, ==, run == 0 ? 1 : 0);
      g_assert_cmpint (report.kept_aside_path != NULL, ==, run == 0);
      g_assert_cmpuint (count_kept_aside (folder), ==, 1);
      if (run > 0)
        continue;
      g_assert_true (g_file_get_contents (report.kept_aside_path, &aside, &length, NULL));
      g_assert_cmpmem (aside, length, bytes->data, bytes->len);
    }

  /* a second time, within the same second: neither is lost */
  fixture_write (folder, "no journal at all", 17);
  {
    g_auto (HoistJournalReport) report = { 0 };
    g_autoptr (HoistJournal) journal = fixture_open (folder, &report);

    g_assert_cmpuint (report.n_damaged, ==, 1);
    g_assert_cmpuint (report.n_records, ==, 0);
    g_assert_cmpuint (count_kept_aside (folder), ==, 2);
  }
  fixture_remove_folder (folder);
}

static void
test_other_version (void)
{
  char *folder = fixture_make_folder ();
  g_autoptr (GPtrArray) events = fixture_make_life ();
  g_autoptr (GByteArray) bytes = make_file (events, NULL);
  g_autoptr (GBytes) after = NULL;
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (GError) error = NULL;
  guint32 crc;

  bytes->data[8] = 2;
  crc = GUINT32_TO_LE (hoist_crc32c (0, bytes->data, 12));
  memcpy (bytes->data + 12, &crc, sizeof crc);
  fixture_write (folder, bytes->data, bytes->len);

  g_assert_null (hoist_journal_open (folder, &report, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
  g_assert_nonnull (strstr (error->message, "format 2"));
  after = fixture_read (folder);
  g_assert_cmpmem (g_bytes_get_data (after, NULL), g_bytes_get_size (after), bytes->data,
                   bytes->len);
  g_assert_cmpuint (count_kept_aside (folder), ==, 0);
  fixture_remove_folder (folder);
}

/* Bytes of any kind: never a crash, never an endless search. */
static void
test_garbage (void)
{
  gsize length = 3 << 20;
  g_autofree guint8 *data = g_malloc (length);

  for (guint kind = 0; kind < 4; kind++)
    {
      g_auto (HoistJournalContents) contents = { 0 };

      for (gsize i = 0; i < length; i++)
        data[i] = kind == 0 ? 0 : kind == 1 ? 0xff : (guint8) g_test_rand_int ();
      /* at every place the head of the longest frame there can be */
      for (gsize i = 0; kind == 3 && i < length; i += 8)
        memcpy (data + i, "\0\0\x10\0", 4);
      read_bytes (data, length, &contents);
      g_assert_cmpuint (contents.n_records, ==, 0);
      g_assert_cmpuint (contents.n_damaged, >=, 1);
      g_assert_cmpuint (g_hash_table_size (contents.records), ==, 0);
    }
}

/* Random changes to a real file, many of them in the lengths and types. */
static void
test_random_damage (void)
{
  g_autoptr (GPtrArray) events = fixture_make_life ();
  g_autoptr (GByteArray) bytes = make_file (events, NULL);

  for (guint round = 0; round < 2000; round++)
    {
      g_autofree guint8 *damaged = g_memdup2 (bytes->data, bytes->len);
      g_auto (HoistJournalContents) contents = { 0 };
      gsize start = HOIST_JOURNAL_HEADER_BYTES;

      /* with checksums that are right again, so that it gets to the parser */
      while (start < bytes->len)
        {
          gsize frame_bytes = hoist_frame_get_bytes (bytes->data + start, bytes->len - start);
          guint32 payload = (guint32) frame_bytes - HOIST_FRAME_HEAD_BYTES;
          guint32 stored = GUINT32_TO_LE (payload);

          memcpy (damaged + start, &stored, 4);
          for (guint i = (guint) g_test_rand_int_range (0, 4); i > 0; i--)
            damaged[start + 8 + (gsize) g_test_rand_int_range (0, (gint32) payload)] =
              (guint8) g_test_rand_int ();
          stored = GUINT32_TO_LE (
            hoist_crc32c (hoist_crc32c (0, damaged + start, 4), damaged + start + 8, payload));
          memcpy (damaged + start + 4, &stored, 4);
          start += frame_bytes;
        }
      read_bytes (damaged, bytes->len, &contents);
      g_assert_cmpuint (contents.n_records + contents.n_damaged, ==, events->len);
      g_assert_cmpuint (contents.cut_bytes, ==, 0);
    }
}

/* --- What is no file ------------------------------------------------------------------ */

static void
assert_cannot_open (const char *folder)
{
  g_auto (HoistJournalReport) report = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_null (hoist_journal_open (folder, &report, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
}

static void
test_not_a_file (void)
{
  char *folder = fixture_make_folder ();
  g_autofree char *file = fixture_get_file (folder);

  g_assert_cmpint (g_mkdir_with_parents (file, 0700), ==, 0);
  assert_cannot_open (folder);
  g_assert_cmpint (g_rmdir (file), ==, 0);

  g_assert_cmpint (mkfifo (file, 0600), ==, 0);
  assert_cannot_open (folder);
  g_assert_cmpint (g_unlink (file), ==, 0);

  g_assert_cmpint (symlink ("/etc/passwd", file), ==, 0);
  assert_cannot_open (folder);
  g_assert_cmpint (g_unlink (file), ==, 0);
  fixture_remove_folder (folder);
}

static void
test_no_folder (void)
{
  char *folder = fixture_make_folder ();
  g_autofree char *state = g_path_get_dirname (folder);

  g_assert_true (g_file_set_contents (state, "in the way", -1, NULL));
  assert_cannot_open (folder);
  g_assert_cmpint (g_unlink (state), ==, 0);
  fixture_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal/new", test_new);
  g_test_add_func ("/journal/life", test_life);
  g_test_add_func ("/journal/frame-bytes", test_frame_bytes);
  g_test_add_func ("/journal/two-opens", test_two_opens);
  g_test_add_func ("/journal/every-prefix", test_every_prefix);
  g_test_add_func ("/journal/every-bit", test_every_bit);
  g_test_add_func ("/journal/stretches", test_stretches);
  g_test_add_func ("/journal/intact-nonsense", test_intact_nonsense);
  g_test_add_func ("/journal/repair", test_repair);
  g_test_add_func ("/journal/other-version", test_other_version);
  g_test_add_func ("/journal/garbage", test_garbage);
  g_test_add_func ("/journal/random-damage", test_random_damage);
  g_test_add_func ("/journal/not-a-file", test_not_a_file);
  g_test_add_func ("/journal/no-folder", test_no_folder);
  return g_test_run ();
}
