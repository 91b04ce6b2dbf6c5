/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-document.h"
#include "hoist-error.h"
#include "hoist-file.h"

typedef struct
{
  char *folder;
  char *lent;     /* what the portal would show */
  char *original; /* the same file, where it really is */
} Fixture;

static void
copy_times (const char *from, const char *to, glong more_ns)
{
  struct stat st;
  struct timespec times[2];

  g_assert_cmpint (stat (from, &st), ==, 0);
  times[0] = st.st_atim;
  times[1] = st.st_mtim;
  times[1].tv_nsec = (times[1].tv_nsec + more_ns) % 1000000000;
  g_assert_cmpint (utimensat (AT_FDCWD, to, times, 0), ==, 0);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hoist-document-XXXXXX", NULL);
  f->lent = g_build_filename (f->folder, "lent", NULL);
  f->original = g_build_filename (f->folder, "original", NULL);
  g_assert_true (g_file_set_contents (f->lent, "the same", -1, NULL));
  g_assert_true (g_file_set_contents (f->original, "the same", -1, NULL));
  copy_times (f->lent, f->original, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_remove (f->lent);
  g_remove (f->original);
  g_rmdir (f->original);
  g_rmdir (f->folder);
  g_free (f->lent);
  g_free (f->original);
  g_free (f->folder);
}

static void
assert_original (Fixture *f, gboolean found)
{
  g_autofree char *path = hoist_document_check_original (f->lent, f->original);

  g_assert_cmpstr (path, ==, found ? f->original : NULL);
}

static void
test_same_file (Fixture *f, gconstpointer data)
{
  assert_original (f, TRUE);
}

static void
test_other_time (Fixture *f, gconstpointer data)
{
  copy_times (f->lent, f->original, 1);
  assert_original (f, FALSE);
}

static void
test_other_size (Fixture *f, gconstpointer data)
{
  g_assert_true (g_file_set_contents (f->original, "another", -1, NULL));
  copy_times (f->lent, f->original, 0);
  assert_original (f, FALSE);
}

static void
test_other_kind (Fixture *f, gconstpointer data)
{
  g_remove (f->original);
  g_assert_cmpint (g_mkdir (f->original, 0700), ==, 0);
  copy_times (f->lent, f->original, 0);
  assert_original (f, FALSE);
}

static void
test_not_there (Fixture *f, gconstpointer data)
{
  g_remove (f->original);
  assert_original (f, FALSE);
}

/* What a portal says is not believed: a document leads to no other document. */
static void
test_no_path_that_lasts (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = { "", "original", "/run/user/1000/doc/1a2b/original" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (hoist_document_check_original (f->lent, bad[i]));
  g_assert_null (hoist_document_find_original (f->lent));
}

static void
test_why_unseen (Fixture *f, gconstpointer data)
{
  g_autofree char *gone = g_build_filename (f->folder, "gone", NULL);
  g_autofree char *hidden = g_build_filename (f->folder, "no such folder", "file", NULL);
  const char *lent = "/run/user/1000/doc/1a2b/film.mov";

  g_assert_cmpint (hoist_document_judge_unseen (gone, FALSE, FALSE), ==, HOIST_UNSEEN_GONE);
  g_assert_cmpint (hoist_document_judge_unseen (hidden, FALSE, FALSE), ==, HOIST_UNSEEN_GONE);
  g_assert_cmpint (hoist_document_judge_unseen (gone, TRUE, TRUE), ==, HOIST_UNSEEN_GONE);
  g_assert_cmpint (hoist_document_judge_unseen (hidden, TRUE, TRUE), ==, HOIST_UNSEEN_OUTSIDE);
  g_assert_cmpint (hoist_document_judge_unseen (hidden, TRUE, FALSE), ==, HOIST_UNSEEN_NOT_LENT);
  g_assert_cmpint (hoist_document_judge_unseen (lent, TRUE, TRUE), ==, HOIST_UNSEEN_LENT);
}

static void
test_lent_file_is_asked_for (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hoist_file_open ("/run/user/4294967294/doc/1a2b/film.mov", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING);
  g_assert_nonnull (strstr (error->message, "“film.mov” was lent"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func)                                                                            \
  g_test_add ("/engine/document/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("same-file", test_same_file);
  ADD ("other-time", test_other_time);
  ADD ("other-size", test_other_size);
  ADD ("other-kind", test_other_kind);
  ADD ("not-there", test_not_there);
  ADD ("no-path-that-lasts", test_no_path_that_lasts);
  ADD ("why-unseen", test_why_unseen);
  ADD ("lent-file-is-asked-for", test_lent_file_is_asked_for);
  return g_test_run ();
}
