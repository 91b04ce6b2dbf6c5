/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A journal that an engine wrote while it sent real files: cut at every byte,
 * damaged at every bit, and gone on with from every event. `-m thorough` turns
 * over all bits instead of one in each byte, and prints the same figures. */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine-lab.h"
#include "hoist-journal-frame.h"
#include "hoist-journal-reader.h"
#include "journal-fixture.h"

#define MIB (1024 * 1024)
#define PART (8 * MIB)

/* --- A real journal --------------------------------------------------------------------------- */

typedef struct
{
  Lab lab;
  GByteArray *bytes; /* (owned) the journal */
  GArray *ends;      /* (owned) (element-type gsize) where its events end */
} Campaign;

static gboolean
all_are_settled (Lab *lab)
{
  const HoistUploadInfo *info;

  for (guint i = 0; (info = lab_get_info (lab, i)) != NULL; i++)
    if (info->state != HOIST_UPLOAD_DONE)
      return FALSE;
  return TRUE;
}

static gboolean
third_part_is_held (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);
  return info != NULL && info->parts_done == 2 && lab_count_held (lab) >= 1;
}

/* They are added beside each other, and so in any order. */
static const HoistUploadInfo *
find_info (Lab *lab, const char *name)
{
  const HoistUploadInfo *info;

  for (guint i = 0; (info = lab_get_info (lab, i)) != NULL; i++)
    if (g_str_equal (info->name, name))
      return info;
  return NULL;
}

static gboolean
last_is_under_way (Lab *lab)
{
  const HoistUploadInfo *info = find_info (lab, "cancelled");
  return info != NULL && info->parts_done == 2;
}

/* Large and small ones, one that is paused and goes on, one that is cancelled. */
static void
send_files (Lab *lab)
{
  static const LabFault hold = {
    .operation = LAB_PART, .part_number = 3, .first = 1, .last = 1000, .action = LAB_HOLD
  };
  g_autofree char *large = lab_make_file (lab, "large", 2 * PART + 5);
  g_autofree char *small = lab_make_file (lab, "small", 1000);
  g_autofree char *other = lab_make_file (lab, "other", PART + 1);
  g_autofree char *cancelled = lab_make_file (lab, "cancelled", 2 * PART + 5);
  guint64 last;

  lab_set_faults (lab, &hold, 1);
  lab_add (lab, large);
  lab_wait_until (lab, third_part_is_held);
  lab_command (lab, HOIST_COMMAND_PAUSE);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  lab_add (lab, small);
  lab_add (lab, other);
  lab_add (lab, cancelled);
  lab_wait_until (lab, last_is_under_way);
  last = find_info (lab, "cancelled")->id;
  hoist_uploader_command (HOIST_UPLOADER (lab->engine), HOIST_COMMAND_CANCEL, &last, 1);
  lab_release (lab);
  lab_command (lab, HOIST_COMMAND_RESUME);
  while (lab_count_uploads (lab) > 3)
    g_main_context_iteration (NULL, TRUE);
  lab_wait_until (lab, all_are_settled);
}

static void
find_ends (Campaign *self)
{
  gsize offset = HOIST_JOURNAL_HEADER_BYTES;

  while (offset < self->bytes->len)
    {
      gsize length = hoist_frame_get_bytes (self->bytes->data + offset, self->bytes->len - offset);

      g_assert_cmpuint (length, >, 0);
      g_assert_true (hoist_frame_is_intact (self->bytes->data + offset));
      offset += length;
      g_array_append_val (self->ends, offset);
    }
  g_assert_cmpuint (offset, ==, self->bytes->len);
}

static void
set_up (Campaign *self, gconstpointer data)
{
  g_autoptr (GBytes) bytes = NULL;

  lab_set_up (&self->lab);
  send_files (&self->lab);
  lab_stop_engine (&self->lab);
  bytes = fixture_read (self->lab.config.state_folder);
  self->bytes = g_byte_array_new ();
  g_byte_array_append (self->bytes, g_bytes_get_data (bytes, NULL),
                       (guint) g_bytes_get_size (bytes));
  self->ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  find_ends (self);
  g_assert_cmpuint (self->ends->len, >=, 15);
}

static void
tear_down (Campaign *self, gconstpointer data)
{
  if (self->lab.engine == NULL)
    lab_start_engine (&self->lab);
  lab_tear_down (&self->lab);
  g_byte_array_unref (self->bytes);
  g_array_unref (self->ends);
}

static gsize
get_end (Campaign *self, guint n_events)
{
  return n_events == 0 ? HOIST_JOURNAL_HEADER_BYTES
                       : g_array_index (self->ends, gsize, n_events - 1);
}

/* What the first @n events build, without the event @but. */
static char *
describe (Campaign *self, guint n, guint but)
{
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    if (i != but)
      {
        hoist_frame_apply (self->bytes->data + get_end (self, i), table, &error);
        g_assert_no_error (error);
      }
  return fixture_describe (table);
}

/* --- Reading ---------------------------------------------------------------------------------- */

static void
read_bytes (int fd, const guint8 *data, gsize length, HoistJournalContents *contents)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ftruncate (fd, (goffset) length), ==, 0);
  g_assert_cmpint (pwrite (fd, data, length, 0), ==, length);
  g_assert_true (hoist_journal_read (fd, contents, &error));
  g_assert_no_error (error);
}

static void
assert_records (const HoistJournalContents *contents, const char *expected)
{
  g_autofree char *text = fixture_describe (contents->records);

  g_assert_cmpstr (text, ==, expected);
}

/* Every length at which a crash can have torn it: all whole events are there. */
static void
test_every_prefix (Campaign *self, gconstpointer data)
{
  int fd = memfd_create ("journal", MFD_CLOEXEC);
  guint n_whole = 0;
  g_autofree char *expected = describe (self, 0, G_MAXUINT);

  for (gsize length = 0; length <= self->bytes->len; length++)
    {
      g_auto (HoistJournalContents) contents = { 0 };

      if (n_whole < self->ends->len && get_end (self, n_whole + 1) == length)
        {
          g_free (expected);
          expected = describe (self, ++n_whole, G_MAXUINT);
        }
      read_bytes (fd, self->bytes->data, length, &contents);
      assert_records (&contents, expected);
      g_assert_cmpuint (contents.n_records, ==, n_whole);
      g_assert_cmpuint (contents.n_damaged, ==, 0);
      if (length >= HOIST_JOURNAL_HEADER_BYTES)
        g_assert_cmpuint (contents.cut_bytes, ==, length - get_end (self, n_whole));
    }
  close (fd);
  g_test_message ("prefixes: %u, of a journal of %u events; whole events lost: 0",
                  self->bytes->len + 1, self->ends->len);
}

/* Every single bit: the event that it is in is lost at most. */
static void
test_every_bit (Campaign *self, gconstpointer data)
{
  int fd = memfd_create ("journal", MFD_CLOEXEC);
  g_autofree char *whole = describe (self, self->ends->len, G_MAXUINT);
  g_autofree char *expected = g_strdup (whole);
  guint bits_per_byte = g_test_thorough () ? 8 : 1;
  guint hit = 0;
  guint n_bits = 0;
  guint n_harmless = 0;

  for (gsize offset = 0; offset < self->bytes->len; offset++)
    {
      gboolean in_header = offset < HOIST_JOURNAL_HEADER_BYTES;

      if (!in_header && (offset == HOIST_JOURNAL_HEADER_BYTES || get_end (self, hit + 1) == offset))
        {
          hit += offset > HOIST_JOURNAL_HEADER_BYTES;
          g_free (expected);
          expected = describe (self, self->ends->len, hit);
        }
      for (guint i = 0; i < bits_per_byte; i++)
        {
          guint bit = bits_per_byte == 8 ? i : (guint) offset % 8;
          g_auto (HoistJournalContents) contents = { 0 };

          self->bytes->data[offset] ^= 1 << bit;
          read_bytes (fd, self->bytes->data, self->bytes->len, &contents);
          self->bytes->data[offset] ^= 1 << bit;
          n_bits++;
          if (contents.n_damaged == 0 && contents.cut_bytes == 0)
            {
              assert_records (&contents, whole); /* in the padding, which means nothing */
              n_harmless++;
              continue;
            }
          assert_records (&contents, expected);
          g_assert_cmpuint (contents.n_records, ==, self->ends->len - !in_header);
        }
    }
  close (fd);
  g_assert_cmpuint (n_harmless, <, self->ends->len * 7 * 8);
  g_test_message ("bits: %u, of a journal of %u events; other events lost: 0", n_bits,
                  self->ends->len);
}

/* --- Going on --------------------------------------------------------------------------------- */

static guint
count_uploads (Campaign *self, guint n_events)
{
  g_autoptr (GHashTable) table = hoist_record_table_new ();

  for (guint i = 0; i < n_events; i++)
    g_assert_true (hoist_frame_apply (self->bytes->data + get_end (self, i), table, NULL));
  return g_hash_table_size (table);
}

/* An engine starts with it and brings all to its end: what is in the list is at
 * the storage, byte for byte, however much more the server knew already. */
static void
go_on (Campaign *self, gsize length, guint n_uploads)
{
  Lab *lab = &self->lab;
  const HoistUploadInfo *info;
  guint n_cancelled = 0;

  fixture_write (lab->config.state_folder, self->bytes->data, length);
  lab_start_engine (lab);
  g_assert_cmpuint (lab_count_uploads (lab), ==, n_uploads);
  for (guint i = 0; (info = lab_get_info (lab, i)) != NULL; i++)
    n_cancelled += info->state == HOIST_UPLOAD_CANCELLING;
  lab_command (lab, HOIST_COMMAND_RESUME);
  while (lab_count_uploads (lab) > n_uploads - n_cancelled)
    g_main_context_iteration (NULL, TRUE);
  lab_wait_until (lab, all_are_settled);
  for (guint i = 0; (info = lab_get_info (lab, i)) != NULL; i++)
    lab_assert_stored (lab, info->name, info->path);
  lab_stop_engine (lab);
}

static void
test_every_start (Campaign *self, gconstpointer data)
{
  guint n_done = 0;

  for (guint n = 0; n <= self->ends->len; n++)
    {
      guint n_uploads = count_uploads (self, n);
      gsize torn = n < self->ends->len ? get_end (self, n + 1) - 1 : get_end (self, n);

      go_on (self, get_end (self, n), n_uploads);
      go_on (self, torn, n_uploads);
      n_done += 2 * n_uploads;
    }
  g_test_message ("starts: %u, each went on to its end; uploads in them: %u, wrong objects: 0",
                  2 * (self->ends->len + 1), n_done);
}

/* --- Compacting ------------------------------------------------------------------------------- */

/* A long life of few uploads is short again after the next start, and says the same. */
static void
test_compacted_at_start (Campaign *self, gconstpointer data)
{
  Lab *lab = &self->lab;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *file = fixture_get_file (lab->config.state_folder);
  guint n_uploads = count_uploads (self, self->ends->len);
  GStatBuf st;

  g_byte_array_append (bytes, self->bytes->data, self->bytes->len);
  while (bytes->len < 2 * MIB)
    g_byte_array_append (bytes, self->bytes->data + HOIST_JOURNAL_HEADER_BYTES,
                         self->bytes->len - HOIST_JOURNAL_HEADER_BYTES);
  fixture_write (lab->config.state_folder, bytes->data, bytes->len);
  for (guint run = 0; run < 2; run++)
    {
      lab_start_engine (lab);
      g_assert_cmpuint (lab_count_uploads (lab), ==, n_uploads);
      lab_stop_engine (lab);
      g_assert_cmpint (g_stat (file, &st), ==, 0);
      g_assert_cmpint (st.st_size, <, 2 * self->bytes->len);
    }
}

#define ADD(name, func)                                                                            \
  g_test_add ("/journal-campaign/" name, Campaign, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("every-prefix", test_every_prefix);
  ADD ("every-bit", test_every_bit);
  ADD ("every-start", test_every_start);
  ADD ("compacted-at-start", test_compacted_at_start);
  return g_test_run ();
}
