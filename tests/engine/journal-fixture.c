/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "journal-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static int
sync_nothing (int fd)
{
  return 0;
}

const HoistJournalIo fixture_fast_io = { pwrite, sync_nothing };

char *
fixture_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = g_dir_make_tmp ("hoist-journal-XXXXXX", &error);

  g_assert_no_error (error);
  return g_build_filename (parent, "state", "hoist", NULL);
}

static void
remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
}

void
fixture_remove_folder (char *folder)
{
  g_autofree char *state = g_path_get_dirname (folder);
  g_autofree char *parent = g_path_get_dirname (state);

  remove_files (folder);
  g_rmdir (folder);
  g_rmdir (state);
  g_assert_cmpint (g_rmdir (parent), ==, 0);
  g_free (folder);
}

char *
fixture_get_file (const char *folder)
{
  return g_build_filename (folder, "journal", NULL);
}

GBytes *
fixture_read (const char *folder)
{
  g_autofree char *file = fixture_get_file (folder);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize length;

  g_file_get_contents (file, &data, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, length);
}

void
fixture_write (const char *folder, const void *data, gsize length)
{
  g_autofree char *file = fixture_get_file (folder);
  int fd;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  /* a new file: some file systems write one that was truncated to the disk at once */
  g_unlink (file);
  fd = g_open (file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, length), ==, length);
  g_assert_cmpint (close (fd), ==, 0);
}

HoistJournal *
fixture_open (const char *folder, HoistJournalReport *report)
{
  g_autoptr (GError) error = NULL;
  HoistJournal *journal = hoist_journal_open_with_io (folder, &fixture_fast_io, report, &error);

  g_assert_no_error (error);
  g_assert_true (HOIST_IS_JOURNAL (journal));
  return journal;
}

void
fixture_wait (HoistJournal *journal, guint64 sequence)
{
  while (hoist_journal_get_committed (journal) < sequence)
    g_main_context_iteration (NULL, TRUE);
}

HoistUploadRecord *
fixture_make_record (guint64 id, guint n_parts)
{
  HoistUploadRecord *record = hoist_upload_record_new (id);
  g_autofree char *path = g_strdup_printf ("/data/film %" G_GUINT64_FORMAT ".mkv", id);
  guint8 digest[HOIST_SHA256_BYTES];

  record->batch = 1;
  hoist_upload_record_set_path (record, path);
  hoist_upload_record_set_name (record, strrchr (path, '/') + 1);
  hoist_upload_record_set_destination_id (record, "work");
  record->identity.size_bytes = (guint64) n_parts * 100 + 1;
  record->added_us = 1;
  if (n_parts == 0)
    return record;

  record->begun = TRUE;
  record->upload_id = g_strdup_printf ("upload-%" G_GUINT64_FORMAT, id);
  record->key = g_strdup (record->name);
  record->digest_kind = HOIST_DIGEST_SHA256;
  record->plan = (HoistPartPlan){ record->identity.size_bytes, 101, MAX (n_parts, 1), TRUE };
  record->plan.n_parts = (guint) ((record->plan.size_bytes - 1) / 101 + 1);
  memset (digest, (int) id, sizeof digest);
  for (guint number = 1; number <= record->plan.n_parts; number++)
    hoist_upload_record_set_part (record, number, "d41d8cd98f00b204e9800998ecf8427e", digest);
  return record;
}

static void
add (GPtrArray *events, GVariant *event)
{
  g_ptr_array_add (events, g_variant_ref_sink (event));
}

/* Two uploads, one finished and one in the middle. */
GPtrArray *
fixture_make_life (void)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (HoistUploadRecord) first = fixture_make_record (1, 3);
  g_autoptr (HoistUploadRecord) second = fixture_make_record (2, 2);

  add (events, hoist_event_added (first));
  add (events, hoist_event_added (second));
  add (events, hoist_event_begun (first));
  add (events, hoist_event_part (first, 2));
  add (events, hoist_event_begun (second));
  add (events, hoist_event_part (first, 1));
  add (events, hoist_event_part (second, 1));
  add (events, hoist_event_part (first, 3));
  first->finished_us = 9;
  first->location = g_strdup ("https://s3.example/film");
  add (events, hoist_event_finished (first));
  second->state = HOIST_UPLOAD_PAUSED;
  add (events, hoist_event_state (second));
  return events;
}

char *
fixture_describe (GHashTable *table)
{
  g_autoptr (GPtrArray) events = hoist_record_table_dump (table);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < events->len; i++)
    {
      g_variant_print_string (g_ptr_array_index (events, i), text, FALSE);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

char *
fixture_describe_all_but (GPtrArray *events, guint first_left_out, guint n_left_out)
{
  g_autoptr (GHashTable) table = hoist_record_table_new ();

  for (guint i = 0; i < events->len; i++)
    if (i < first_left_out || i >= first_left_out + n_left_out)
      fixture_apply (table, g_ptr_array_index (events, i));
  return fixture_describe (table);
}
