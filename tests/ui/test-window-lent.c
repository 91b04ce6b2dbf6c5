/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window says of files that a Flatpak is lent. */

#include <string.h>

#include "hoist-error.h"
#include "ui-test.h"
#include "window-test.h"

#define LENT "/run/user/1000/doc/1a2b/film.mov"
#define ANOTHER "/run/user/1000/doc/3c4d/folder/photo.jpg"

static void
put (WindowTest *fixture, guint64 id, const char *path, HoistUploadState state)
{
  HoistUploadInfo *info = fake_uploader_info (id, state);

  g_ref_string_release (info->path);
  info->path = g_ref_string_new (path);
  info->added_us = g_get_real_time ();
  if (state == HOIST_UPLOAD_FAILED)
    info->error_code = HOIST_ERROR_FILE_MISSING;
  fake_uploader_put (fixture->uploader, info);
}

static void
assert_says (WindowTest *fixture, const char *title)
{
  HoistBanner *banner = fixture->window->lent_banner;

  g_assert_cmpint (hoist_banner_get_revealed (banner), ==, title != NULL);
  if (title != NULL)
    g_assert_cmpstr (
      gtk_label_get_label (GTK_LABEL (ui_test_child (GTK_WIDGET (banner), "title_label"))), ==,
      title);
}

/* It is said of what will not be done in a moment, as long as it is not done. */
static void
test_before_logout (WindowTest *fixture, gconstpointer data)
{
  put (fixture, 1, "/home/anna/film.mov", HOIST_UPLOAD_PAUSED);
  put (fixture, 2, LENT, HOIST_UPLOAD_SENDING);
  assert_says (fixture, NULL);
  put (fixture, 2, LENT, HOIST_UPLOAD_PAUSED);
  assert_says (fixture, "1 upload will need its file again after you log out");
  put (fixture, 3, ANOTHER, HOIST_UPLOAD_WAITING);
  assert_says (fixture, "2 uploads will need their files again after you log out");
  put (fixture, 2, LENT, HOIST_UPLOAD_DONE);
  put (fixture, 3, ANOTHER, HOIST_UPLOAD_CANCELLING);
  assert_says (fixture, NULL);
}

static void
assert_explains (WindowTest *fixture, const char *start)
{
  GtkWidget *label = ui_test_child (GTK_WIDGET (fixture->window->lent_banner), "detail_label");

  g_assert_true (g_str_has_prefix (gtk_label_get_label (GTK_LABEL (label)), start));
}

static void
test_after_logout (WindowTest *fixture, gconstpointer data)
{
  put (fixture, 1, LENT, HOIST_UPLOAD_FAILED);
  put (fixture, 2, ANOTHER, HOIST_UPLOAD_PAUSED);
  assert_says (fixture, "1 upload needs its file again");
  assert_explains (fixture, "It was lent to Hoist until you logged out. Choose it,");
  put (fixture, 2, ANOTHER, HOIST_UPLOAD_FAILED);
  assert_says (fixture, "2 uploads need their files again");
  assert_explains (fixture, "They were lent to Hoist until you logged out. Choose them,");
}

/* What a file chooser gave is not talked about, unless it is lost all the same. */
static void
test_chosen_lasts (WindowTest *fixture, gconstpointer data)
{
  const char *const ids[] = { "1a2b", NULL };
  g_auto (GStrv) kept = NULL;

  hoist_window_set_lasting_documents (fixture->window, ids);
  put (fixture, 1, LENT, HOIST_UPLOAD_PAUSED);
  assert_says (fixture, NULL);
  put (fixture, 2, ANOTHER, HOIST_UPLOAD_PAUSED);
  assert_says (fixture, "1 upload will need its file again after you log out");
  _hoist_window_note_chosen (fixture->window, (const char *const[]){ ANOTHER, NULL });
  put (fixture, 2, ANOTHER, HOIST_UPLOAD_PAUSED);
  assert_says (fixture, NULL);
  kept = hoist_window_dup_lasting_documents (fixture->window);
  g_assert_cmpuint (g_strv_length (kept), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) kept, "3c4d"));
  put (fixture, 1, LENT, HOIST_UPLOAD_FAILED);
  assert_says (fixture, "1 upload needs its file again");
}

/* Files that are chosen again go to the uploads that they were lent for: by name, and
 * those in a folder by their place in it. What is on its way stops first. */
static void
test_chosen_again (WindowTest *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  put (fixture, 1, LENT, HOIST_UPLOAD_FAILED);
  put (fixture, 2, ANOTHER, HOIST_UPLOAD_SENDING);
  put (fixture, 3, "/run/user/1000/doc/5e6f/other.mov", HOIST_UPLOAD_FAILED);
  g_ptr_array_add (paths, (gpointer) "/run/user/1000/doc/77/film.mov");
  _hoist_window_take_chosen (fixture->window, "1a2b", paths);
  window_test_assert_log (fixture, "relocate 1 /run/user/1000/doc/77/film.mov\n");

  g_ptr_array_set_size (paths, 0);
  g_ptr_array_add (paths, (gpointer) "/run/user/1000/doc/88/renamed");
  _hoist_window_take_chosen (fixture->window, "3c4d", paths);
  window_test_assert_log (fixture, "pause 2\nrelocate 2 /run/user/1000/doc/88/renamed/photo.jpg\n");
  put (fixture, 2, ANOTHER, HOIST_UPLOAD_PAUSED);
  window_test_assert_log (fixture, "");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (WindowTest *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/window-lent/before-logout", test_before_logout },
    { "/ui/window-lent/after-logout", test_after_logout },
    { "/ui/window-lent/chosen-lasts", test_chosen_lasts },
    { "/ui/window-lent/chosen-again", test_chosen_again },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, WindowTest, GUINT_TO_POINTER (1), window_test_set_up, tests[i].test,
                window_test_tear_down);
  return g_test_run ();
}
