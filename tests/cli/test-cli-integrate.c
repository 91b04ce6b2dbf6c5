/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "fake-host.h"

static void
test_refused (void)
{
  const struct
  {
    const char *line;
    const char *told;
  } cases[] = {
    { "integrate pluto\033", "“pluto\\x1b” is no file manager" },
    { "integrate --list --remove", "do not go together" },
    { "integrate --everything", "Unknown option" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = fake_host_new ();
      g_auto (FakeRun) run = { 0 };

      fake_run (&run, host, 0, cases[i].line, NULL);
      g_test_message ("%s", cases[i].line);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_nonnull (strstr (run.err, cases[i].told));
      g_assert_cmpstr (run.out, ==, "");
    }
}

/* Says what it writes, and what it takes out again. */
static void
test_in_and_out (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_autofree char *path = g_build_filename (g_get_user_data_dir (),
                                            "nemo/actions/io.github.hoist.Hoist.nemo_action", NULL);
  g_autofree char *wrote = g_strdup_printf ("Nemo: wrote %s\n", path);
  g_autofree char *same = g_strdup_printf ("Nemo: %s is as it should be\n", path);
  g_autofree char *removed = g_strdup_printf ("Nemo: removed from %s\n", path);
  const struct
  {
    const char *line;
    const char *out;
  } steps[] = {
    { "integrate nemo", wrote },
    { "integrate Nemo", same },
    { "integrate --list nemo", "nemo      Nemo      has an entry\n" },
    { "integrate --remove", removed },
    { "integrate --remove nemo", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_auto (FakeRun) run = { 0 };

      g_test_message ("%s", steps[i].line);
      fake_run (&run, host, 0, steps[i].line, NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
      g_assert_cmpstr (run.out, ==, steps[i].out);
      g_assert_cmpuint (host->n_opened, ==, 0);
    }
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* What is in the way is left there, and told. */
static void
test_in_the_way (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "kio/servicemenus", NULL);
  g_autofree char *path =
    g_build_filename (folder, "io.github.hoist.Hoist.servicemenu.desktop", NULL);
  g_autofree char *text = NULL;
  g_auto (FakeRun) run = { 0 };

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "[Desktop Entry]\n", -1, NULL));
  fake_run (&run, host, 0, "integrate dolphin", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_nonnull (strstr (run.err, "was not written by Hoist"));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "[Desktop Entry]\n");
  g_remove (path);
}

/* What an administrator set up is among what is written. */
static void
test_presets (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_autofree char *folder = g_build_filename (g_get_system_config_dirs ()[0], "hoist", NULL);
  g_autofree char *preset = g_build_filename (folder, "destinations.conf", NULL);
  g_autofree char *path = g_build_filename (
    g_get_user_data_dir (), "kio/servicemenus/io.github.hoist.Hoist.servicemenu.desktop", NULL);
  g_autofree char *text = NULL;
  g_auto (FakeRun) run = { 0 };
  g_auto (FakeRun) removal = { 0 };

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (preset,
                                      "[destination a]\nname=A\nurl=https://a.example.org\n"
                                      "[destination b]\nname=B\nurl=https://b.example.org\n",
                                      -1, NULL));
  fake_run (&run, host, 0, "integrate dolphin", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\nName=B\n"));
  g_assert_nonnull (strstr (text, " --to preset-b %U\n"));
  fake_run (&removal, host, 0, "integrate --remove dolphin", NULL);
  g_assert_cmpint (removal.status, ==, HOIST_CLI_EXIT_OK);
  g_remove (preset);
}

/* What is left of the home folder when the tests removed their files. */
static void
remove_folders (const char *home)
{
  static const char *const folders[] = {
    "nemo/actions", "nemo", "kio/servicemenus", "kio", "etc/hoist", "etc", "."
  };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_canonicalize_filename (folders[i], home);

      g_rmdir (path);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("hoist-integrate-XXXXXX", NULL);
  g_autofree char *etc = g_build_filename (home, "etc", NULL);
  int status;

  setlocale (LC_ALL, "");
  /* GLib's own isolation leaks memory in 2.74. */
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_setenv ("XDG_CONFIG_DIRS", etc, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/integrate/refused", test_refused);
  g_test_add_func ("/cli/integrate/in-and-out", test_in_and_out);
  g_test_add_func ("/cli/integrate/in-the-way", test_in_the_way);
  g_test_add_func ("/cli/integrate/presets", test_presets);
  status = g_test_run ();
  remove_folders (home);
  return status;
}
