/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "hoist-autostart.h"

typedef struct
{
  char *folder; /* of the test */
  char *path;   /* of the entry; its folder is not there yet */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("hoist-autostart-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "config", "autostart", "entry.desktop", NULL);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_tree (f->folder);
  g_free (f->folder);
  g_free (f->path);
}

static void
put (Fixture *f, const char *text)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (f->path, text, -1, &error);
  g_assert_no_error (error);
}

static void
assert_text (Fixture *f, const char *text)
{
  g_autofree char *found = NULL;

  g_assert_true (g_file_get_contents (f->path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, text);
}

static HoistAutostart
turn (Fixture *f, gboolean on)
{
  g_autoptr (GError) error = NULL;
  HoistAutostart state = hoist_autostart_write (f->path, "hoist", on, &error);

  g_assert_no_error (error);
  g_assert_cmpint (hoist_autostart_read (f->path), ==, state);
  return state;
}

static void
test_on_and_off (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (hoist_autostart_read (f->path), ==, HOIST_AUTOSTART_OFF);
  g_assert_cmpint (turn (f, FALSE), ==, HOIST_AUTOSTART_OFF);
  for (guint round = 0; round < 2; round++)
    {
      g_assert_cmpint (turn (f, TRUE), ==, HOIST_AUTOSTART_ON);
      g_assert_cmpint (turn (f, TRUE), ==, HOIST_AUTOSTART_ON);
      g_assert_cmpint (turn (f, FALSE), ==, HOIST_AUTOSTART_OFF);
      g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
    }
}

/* Desktops keep an entry and say in it that it is off. */
static void
test_switched_off_elsewhere (Fixture *f, gconstpointer data)
{
  static const char *const additions[] = { "Hidden=true\n", "X-GNOME-Autostart-enabled=false\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (additions); i++)
    {
      g_autofree char *entry = hoist_autostart_make_entry ("hoist");
      g_autofree char *text = g_strconcat (entry, additions[i], NULL);

      put (f, text);
      g_assert_cmpint (hoist_autostart_read (f->path), ==, HOIST_AUTOSTART_OFF);
      g_assert_cmpint (turn (f, TRUE), ==, HOIST_AUTOSTART_ON);
      assert_text (f, entry);
      put (f, text);
      g_assert_cmpint (turn (f, FALSE), ==, HOIST_AUTOSTART_OFF);
    }
}

static void
test_of_others (Fixture *f, gconstpointer data)
{
  static const char *const texts[] = {
    "[Desktop Entry]\nType=Application\nName=Mine\nExec=hoist\n",
    "[Desktop Entry]\nX-Hoist-Autostart=false\n",
    "[Something]\nX-Hoist-Autostart=true\n",
    "no entry at all",
    "",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint on = 0; on < 2; on++)
      {
        put (f, texts[i]);
        g_assert_cmpint (turn (f, on != 0), ==, HOIST_AUTOSTART_FOREIGN);
        assert_text (f, texts[i]);
      }
}

/* A link leads to where somebody keeps such files. */
static void
test_link (Fixture *f, gconstpointer data)
{
  g_autofree char *kept = g_build_filename (f->folder, "kept.desktop", NULL);
  g_autofree char *entry = hoist_autostart_make_entry ("hoist");
  g_autofree char *found = NULL;

  put (f, "");
  g_assert_true (g_file_set_contents (kept, entry, -1, NULL));
  g_assert_cmpint (g_unlink (f->path), ==, 0);
  g_assert_cmpint (symlink (kept, f->path), ==, 0);
  g_assert_cmpint (turn (f, FALSE), ==, HOIST_AUTOSTART_FOREIGN);
  g_assert_cmpint (turn (f, TRUE), ==, HOIST_AUTOSTART_FOREIGN);
  g_assert_true (g_file_test (f->path, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_get_contents (kept, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, entry);
}

static void
test_cannot_write (Fixture *f, gconstpointer data)
{
  g_autofree char *config = g_build_filename (f->folder, "config", NULL);
  g_autoptr (GError) error = NULL;

  /* A file where the folder should be stops root, too. */
  g_assert_true (g_file_set_contents (config, "", -1, NULL));
  g_assert_cmpint (hoist_autostart_write (f->path, "hoist", TRUE, &error), ==, HOIST_AUTOSTART_OFF);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "autostart"));
}

static void
test_entry (void)
{
  static const struct
  {
    const char *program;
    const char *exec; /* as GKeyFile reads it */
  } table[] = {
    { "hoist", "\"hoist\" --background" },
    { "/opt/my hoist/bin/hoist", "\"/opt/my hoist/bin/hoist\" --background" },
    { "/opt/100%/hoist", "\"/opt/100%%/hoist\" --background" },
    { "/opt/a\"b`c$d\\e/hoist", "\"/opt/a\\\"b\\`c\\$d\\\\e/hoist\" --background" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = hoist_autostart_make_entry (table[i].program);
      g_autoptr (GKeyFile) entry = g_key_file_new ();
      g_autofree char *exec = NULL;
      g_autofree char *try_exec = NULL;
      g_autoptr (GError) error = NULL;

      g_key_file_load_from_data (entry, text, (gsize) -1, G_KEY_FILE_NONE, &error);
      g_assert_no_error (error);
      exec = g_key_file_get_string (entry, "Desktop Entry", "Exec", NULL);
      g_assert_cmpstr (exec, ==, table[i].exec);
      try_exec = g_key_file_get_string (entry, "Desktop Entry", "TryExec", NULL);
      g_assert_cmpstr (try_exec, ==, table[i].program);
      g_assert_false (g_key_file_has_key (entry, "Desktop Entry", "DBusActivatable", NULL));
    }
}

static void
test_path (void)
{
  g_autofree char *path = hoist_autostart_get_path ();

  g_assert_true (g_str_has_prefix (path, g_get_user_config_dir ()));
  g_assert_nonnull (strstr (path, "/autostart/io.github.hoist.Hoist"));
  g_assert_true (g_str_has_suffix (path, ".desktop"));
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistAutostart *state = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (hoist_autostart_finish (result, state, &error));
  g_assert_no_error (error);
}

#define WAIT_FOR_STATE(state)                                                                      \
  while ((int) (state) < 0)                                                                        \
  g_main_context_iteration (NULL, TRUE)

/* Where it really goes, in the folder that the test has for a home. */
static void
test_async (void)
{
  g_autofree char *path = hoist_autostart_get_path ();
  int state = -1;

  hoist_autostart_write_async (TRUE, NULL, done_cb, &state);
  WAIT_FOR_STATE (state);
  g_assert_cmpint (state, ==, HOIST_AUTOSTART_ON);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  state = -1;
  hoist_autostart_read_async (NULL, done_cb, &state);
  WAIT_FOR_STATE (state);
  g_assert_cmpint (state, ==, HOIST_AUTOSTART_ON);
  state = -1;
  hoist_autostart_write_async (FALSE, NULL, done_cb, &state);
  WAIT_FOR_STATE (state);
  g_assert_cmpint (state, ==, HOIST_AUTOSTART_OFF);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

#define ADD(name, func) g_test_add ("/autostart/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *home = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  /* Before GLib looks where that is; its own way to isolate a test leaks. */
  home = g_dir_make_tmp ("hoist-autostart-home-XXXXXX", NULL);
  g_assert_nonnull (home);
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  ADD ("on-and-off", test_on_and_off);
  ADD ("switched-off-elsewhere", test_switched_off_elsewhere);
  ADD ("of-others", test_of_others);
  ADD ("link", test_link);
  ADD ("cannot-write", test_cannot_write);
  g_test_add_func ("/autostart/entry", test_entry);
  g_test_add_func ("/autostart/path", test_path);
  g_test_add_func ("/autostart/async", test_async);
  status = g_test_run ();
  remove_tree (home);
  return status;
}
