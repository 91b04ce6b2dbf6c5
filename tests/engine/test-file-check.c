/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-file-check.h"

#define PART_BYTES 1000
#define N_PARTS 4
#define SIZE (PART_BYTES * N_PARTS - 300)

typedef struct
{
  char *folder;
  char *path;
  HoistWorkers *workers;
  HoistMounts *mounts;
  HoistFile *kept;           /* (nullable) open from before */
  HoistUploadRecord *record; /* begun, parts 1 and 3 sent */
  GAsyncResult *result;
} Fixture;

static void
fill (guint8 *contents)
{
  for (guint i = 0; i < SIZE; i++)
    contents[i] = (guint8) (i * 7 + i / 251);
}

static void
write_file (const char *path, const guint8 *contents, gsize length)
{
  g_assert_true (g_file_set_contents (path, (const char *) contents, (gssize) length, NULL));
}

static void
set_part (Fixture *f, guint part_number, const guint8 *contents)
{
  guint8 digest[HOIST_DIGEST_MAX_BYTES];

  hoist_digest_data (HOIST_DIGEST_SHA256, contents + (part_number - 1) * PART_BYTES, PART_BYTES,
                     digest);
  hoist_upload_record_set_part (f->record, part_number, "etag", digest);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  guint8 contents[SIZE];

  fill (contents);
  f->folder = g_dir_make_tmp ("hoist-file-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "file", NULL);
  f->workers = hoist_workers_new (1);
  f->mounts = hoist_mounts_new_fake ();
  write_file (f->path, contents, SIZE);
  f->record = hoist_upload_record_new (1);
  hoist_upload_record_set_path (f->record, f->path);
  g_assert_true (hoist_file_identify (f->path, &f->record->identity, NULL));
  f->record->begun = TRUE;
  f->record->digest_kind = HOIST_DIGEST_SHA256;
  f->record->plan = (HoistPartPlan){ SIZE, PART_BYTES, N_PARTS, TRUE };
  set_part (f, 1, contents);
  set_part (f, 3, contents);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  hoist_workers_free (f->workers);
  hoist_mounts_unref (f->mounts);
  g_clear_pointer (&f->kept, hoist_file_unref);
  hoist_upload_record_free (f->record);
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

static HoistFileCheck *
check (Fixture *f, const char *path, GError **error)
{
  HoistFileCheck *found;

  hoist_file_check_async (f->workers, f->mounts, path, f->record, f->kept, HOIST_DIGEST_SHA256,
                          SIZE + 1, NULL, checked_cb, f);
  while (f->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  found = hoist_file_check_finish (f->result, error);
  g_clear_object (&f->result);
  return found;
}

static void
assert_same (Fixture *f, gboolean expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistFileCheck) found = check (f, f->path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (found->same, ==, expected);
}

static void
test_untouched (Fixture *f, gconstpointer data)
{
  guint8 contents[SIZE];
  guint8 expected[HOIST_SHA256_BYTES];
  g_autoptr (HoistFileCheck) found = check (f, f->path, NULL);

  fill (contents);
  hoist_digest_data (HOIST_DIGEST_SHA256, contents, SIZE, expected);
  g_assert_true (found->same);
  g_assert_cmpmem (found->digest, HOIST_SHA256_BYTES, expected, HOIST_SHA256_BYTES);
}

static void
rewrite (Fixture *f, guint changed_byte)
{
  guint8 contents[SIZE];

  fill (contents);
  if (changed_byte < SIZE)
    contents[changed_byte] ^= 1;
  write_file (f->path, contents, SIZE);
}

/* Another inode with the same contents: a copy, or a restored backup. */
static void
test_copied (Fixture *f, gconstpointer data)
{
  rewrite (f, SIZE);
  assert_same (f, TRUE);
}

static void
test_edited_in_a_sent_part (Fixture *f, gconstpointer data)
{
  rewrite (f, 2 * PART_BYTES + 5);
  assert_same (f, FALSE);
}

/* What was not sent yet cannot be mixed: the object becomes the file as it is. */
static void
test_edited_elsewhere (Fixture *f, gconstpointer data)
{
  rewrite (f, PART_BYTES + 5);
  assert_same (f, TRUE);
}

/* Programs can set the modification time back; the change time tells. */
static void
test_edited_in_secret (Fixture *f, gconstpointer data)
{
  struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
                               { f->record->identity.mtime_ns / 1000000000,
                                 f->record->identity.mtime_ns % 1000000000 } };
  int fd = open (f->path, O_WRONLY);
  HoistFileIdentity identity;

  /* The clock of file times ticks some 250 times a second: write until it moved. */
  do
    {
      g_assert_cmpint (pwrite (fd, "!", 1, 3), ==, 1);
      g_assert_cmpint (futimens (fd, times), ==, 0);
      g_assert_true (hoist_file_identify (f->path, &identity, NULL));
    }
  while (identity.ctime_ns == f->record->identity.ctime_ns);
  close (fd);
  g_assert_true (hoist_file_identity_equal (&identity, &f->record->identity));
  assert_same (f, FALSE);
}

static void
test_other_size (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (truncate (f->path, SIZE - 1), ==, 0);
  assert_same (f, FALSE);
}

static void
test_nothing_begun (Fixture *f, gconstpointer data)
{
  f->record->begun = FALSE;
  g_assert_cmpint (truncate (f->path, 0), ==, 0);
  assert_same (f, TRUE);
}

static void
test_not_there (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (check (f, "/nonexistent/file", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING);
}

static void
test_changes_while_open (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistFile) file = hoist_file_open (f->path, &error);

  g_assert_no_error (error);
  g_assert_true (hoist_file_check_unchanged (file, &error));
  g_assert_cmpint (truncate (f->path, SIZE + 1), ==, 0);
  g_assert_false (hoist_file_check_unchanged (file, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED);
}

static HoistFileCheck *
check_good (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  HoistFileCheck *found = check (f, f->path, &error);

  g_assert_no_error (error);
  return found;
}

/* Another name in the same folder is found by the inode. */
static void
test_renamed (Fixture *f, gconstpointer data)
{
  g_autofree char *renamed = g_build_filename (f->folder, "renamed", NULL);
  g_autoptr (HoistFileCheck) found = NULL;

  g_assert_cmpint (g_rename (f->path, renamed), ==, 0);
  found = check_good (f);
  g_assert_true (found->same);
  g_assert_true (found->moved);
  g_assert_cmpstr (found->moved_path, ==, renamed);
  g_unlink (renamed);
}

/* Renamed and changed: it is not taken for the same. */
static void
test_renamed_and_edited (Fixture *f, gconstpointer data)
{
  g_autofree char *renamed = g_build_filename (f->folder, "renamed", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_rename (f->path, renamed), ==, 0);
  g_assert_cmpint (truncate (renamed, 10), ==, 0);
  g_assert_null (check (f, f->path, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING);
  g_unlink (renamed);
}

/* In another folder it is found only while it is open. */
static void
test_moved (Fixture *f, gconstpointer data)
{
  g_autofree char *other = g_dir_make_tmp ("hoist-file-XXXXXX", NULL);
  g_autofree char *moved = g_build_filename (other, "file", NULL);
  g_autoptr (HoistFileCheck) found = NULL;
  g_autoptr (GError) error = NULL;

  f->kept = hoist_file_open (f->path, NULL);
  g_assert_cmpint (g_rename (f->path, moved), ==, 0);
  found = check_good (f);
  g_assert_true (found->same);
  g_assert_cmpstr (found->moved_path, ==, moved);

  g_clear_pointer (&f->kept, hoist_file_unref);
  g_assert_null (check (f, f->path, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING);
  g_unlink (moved);
  g_rmdir (other);
}

/* A file that was deleted is there as long as somebody has it open. */
static void
test_deleted (Fixture *f, gconstpointer data)
{
  g_autoptr (HoistFileCheck) found = NULL;
  g_autoptr (GError) error = NULL;

  f->kept = hoist_file_open (f->path, NULL);
  g_assert_false (hoist_file_is_deleted (f->kept));
  g_unlink (f->path);
  g_assert_true (hoist_file_is_deleted (f->kept));
  found = check_good (f);
  g_assert_true (found->same);
  g_assert_true (found->moved);
  g_assert_null (found->moved_path);
  g_clear_pointer (&found, hoist_file_check_free);

  g_clear_pointer (&f->kept, hoist_file_unref);
  g_assert_null (check (f, f->path, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING);
}

/* Another file has its name: that one is meant, and it is another. */
static void
test_replaced (Fixture *f, gconstpointer data)
{
  guint8 contents[SIZE] = { 0 };
  g_autoptr (HoistFileCheck) found = NULL;

  f->kept = hoist_file_open (f->path, NULL);
  write_file (f->path, contents, SIZE); /* writes beside it and renames */
  found = check_good (f);
  g_assert_false (found->same);
  g_assert_false (found->moved);
}

/* The drive is out: nothing is lost, and it is said which one. */
static void
test_drive_gone (Fixture *f, gconstpointer data)
{
  const char *roots[] = { f->folder, NULL };
  const char *none[] = { NULL };
  g_autofree char *away = g_strconcat (f->folder, "-away", NULL);
  g_autofree char *name = g_path_get_basename (f->folder);
  g_autofree char *root = NULL;
  g_autoptr (HoistFileCheck) found = NULL;
  g_autoptr (GError) error = NULL;

  hoist_mounts_set_fake (f->mounts, roots);
  root = hoist_mounts_find_root (f->mounts, f->path);
  g_assert_cmpstr (root, ==, f->folder);
  hoist_upload_record_set_mount_root (f->record, root);

  hoist_mounts_set_fake (f->mounts, none);
  g_assert_cmpint (g_rename (f->folder, away), ==, 0);
  g_assert_null (check (f, f->path, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_DRIVE_GONE);
  g_assert_nonnull (strstr (error->message, name));
  g_clear_error (&error);

  /* Mounted again, and the file is not on it. */
  hoist_mounts_set_fake (f->mounts, roots);
  g_assert_null (check (f, f->path, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING);
  g_clear_error (&error);

  g_assert_cmpint (g_rename (away, f->folder), ==, 0);
  found = check_good (f);
  g_assert_true (found->same);
}

static void
test_mount_roots (Fixture *f, gconstpointer data)
{
  g_autofree char *longer = g_strconcat (f->folder, "/file-and-more", NULL);
  const char *roots[] = { "/", longer, f->folder, "/nowhere", NULL };
  g_autofree char *root = NULL;
  g_autofree char *of_root = NULL;
  g_autoptr (HoistMounts) system = hoist_mounts_new ();

  hoist_mounts_set_fake (f->mounts, roots);
  root = hoist_mounts_find_root (f->mounts, f->path);
  g_assert_cmpstr (root, ==, f->folder);
  of_root = hoist_mounts_find_root (f->mounts, "/");
  g_assert_null (of_root);
  g_assert_true (hoist_mounts_has_root (f->mounts, NULL));
  g_assert_false (hoist_mounts_has_root (f->mounts, "/now"));
  g_assert_true (hoist_mounts_has_root (system, "/proc"));
}

#define ADD(name, func) g_test_add ("/file-check/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("untouched", test_untouched);
  ADD ("copied", test_copied);
  ADD ("edited-in-a-sent-part", test_edited_in_a_sent_part);
  ADD ("edited-elsewhere", test_edited_elsewhere);
  ADD ("edited-in-secret", test_edited_in_secret);
  ADD ("other-size", test_other_size);
  ADD ("nothing-begun", test_nothing_begun);
  ADD ("not-there", test_not_there);
  ADD ("changes-while-open", test_changes_while_open);
  ADD ("renamed", test_renamed);
  ADD ("renamed-and-edited", test_renamed_and_edited);
  ADD ("moved", test_moved);
  ADD ("deleted", test_deleted);
  ADD ("replaced", test_replaced);
  ADD ("drive-gone", test_drive_gone);
  ADD ("mount-roots", test_mount_roots);
  return g_test_run ();
}
