/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-entry.h"
#include "hoist-integration.h"
#include "hoist-menu-destinations.h"
#include "remove-tree.h"

#define ONE "[destination work]\nname=Work\n"
#define TWO ONE "[destination a]\nname=A/b_\n"
#define SAME_NAMES "[destination a]\nname=A/b\n[destination b]\nname=A-b\n"
#define SYSTEM_UCA "<actions>\n<action><unique-id>1</unique-id></action>\n</actions>\n"

typedef struct
{
  char *folder;        /* (owned) */
  HoistPlaces *places; /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  HoistPlaces *places = g_new0 (HoistPlaces, 1);

  fixture->folder = g_dir_make_tmp ("hoist-integration-XXXXXX", NULL);
  places->home = g_strdup (fixture->folder);
  places->data_folder = g_build_filename (fixture->folder, "data", NULL);
  places->config_folder = g_build_filename (fixture->folder, "config", NULL);
  places->module_folder = g_build_filename (fixture->folder, "lib", NULL);
  places->system_config_folders = g_new0 (char *, 2);
  places->system_config_folders[0] = g_build_filename (fixture->folder, "etc", NULL);
  places->program = g_strdup ("hoist");
  places->host_root = g_build_filename (fixture->folder, "root", NULL);
  fixture->places = places;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->folder);
  hoist_places_free (fixture->places);
  g_free (fixture->folder);
}

static char *
path_of (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
put (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = path_of (fixture, name);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Its text, or nothing. */
static char *
get (Fixture *fixture, const char *name)
{
  g_autofree char *path = path_of (fixture, name);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static gboolean
is_there (Fixture *fixture, const char *name)
{
  g_autofree char *path = path_of (fixture, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static guint
install (Fixture *fixture, HoistFileManager manager, const char *destinations, guint kind)
{
  g_autoptr (GPtrArray) list = hoist_menu_destinations_parse (destinations, strlen (destinations));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes =
    hoist_integration_install (fixture->places, manager, list, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < changes->len; i++)
    n += ((HoistChange *) g_ptr_array_index (changes, i))->kind == kind ? 1 : 0;
  return n;
}

static void
remove_all (Fixture *fixture)
{
  for (guint i = 0; i < HOIST_N_FILE_MANAGERS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) changes = hoist_integration_remove (fixture->places, i, &error);

      g_assert_no_error (error);
      g_assert_nonnull (changes);
      g_assert_cmpint (hoist_integration_get_state (fixture->places, i), ==,
                       HOIST_INTEGRATION_NONE);
    }
}

/* Again changes nothing, and out again leaves nothing. */
static void
test_all (Fixture *fixture, gconstpointer data)
{
  static const char *const files[] = {
    "data/nautilus/scripts/Upload to S3",
    "config/Thunar/uca.xml",
    "config/caja/scripts/Upload to S3",
    "data/nemo/actions/io.github.hoist.Hoist.nemo_action",
    "data/kio/servicemenus/io.github.hoist.Hoist.servicemenu.desktop",
    "data/file-manager/actions/io.github.hoist.Hoist.action.desktop",
  };

  for (guint i = 0; i < HOIST_N_FILE_MANAGERS; i++)
    {
      g_autofree char *text = NULL;

      g_test_message ("%s", files[i]);
      g_assert_cmpuint (install (fixture, i, ONE, HOIST_CHANGE_WRITTEN), ==, 1);
      g_assert_cmpuint (install (fixture, i, ONE, HOIST_CHANGE_SAME), ==, 1);
      g_assert_cmpint (hoist_integration_get_state (fixture->places, i), ==,
                       HOIST_INTEGRATION_WRITTEN);
      text = get (fixture, files[i]);
      g_assert_nonnull (text);
      g_assert_nonnull (strstr (text, "hoist "));
      g_assert_null (strstr (text, "--to"));
      g_assert_null (strstr (text, "Schemes="));
      g_assert_null (strstr (text, "Tooltip="));
    }
  remove_all (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_assert_false (is_there (fixture, files[i]));
}

#define EXTENSION "data/nautilus-python/extensions/io_github_hoist_Hoist.py"
#define SCRIPT "data/nautilus/scripts/Upload to S3"
#define NAUTILUS_PYTHON "root/usr/lib/x86_64-linux-gnu/nautilus/extensions-4/libnautilus-python.so"

/* With nautilus-python an entry of the menu itself, else a script: never both, whatever comes
 * and goes meanwhile; and out again leaves nothing, not even what Python made of it. */
static void
test_nautilus (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  install (fixture, HOIST_FILE_MANAGER_NAUTILUS, ONE, HOIST_CHANGE_WRITTEN);
  g_assert_true (is_there (fixture, SCRIPT));
  g_assert_false (is_there (fixture, EXTENSION));

  put (fixture, NAUTILUS_PYTHON, "");
  g_assert_cmpuint (install (fixture, HOIST_FILE_MANAGER_NAUTILUS, TWO, HOIST_CHANGE_WRITTEN), ==,
                    1);
  g_assert_false (is_there (fixture, SCRIPT));
  text = get (fixture, EXTENSION);
  g_assert_nonnull (strstr (text, "\nCOMMAND = [os.fsdecode(b\"hoist\")]\n"));
  g_assert_nonnull (strstr (text, "\nENTRY = \"Upload to S3\"\n"));
  g_assert_null (strstr (text, "@settings@"));
  g_assert_cmpint (hoist_integration_get_state (fixture->places, HOIST_FILE_MANAGER_NAUTILUS), ==,
                   HOIST_INTEGRATION_WRITTEN);
  /* It finds other destinations by itself. */
  g_assert_cmpuint (install (fixture, HOIST_FILE_MANAGER_NAUTILUS, ONE, HOIST_CHANGE_SAME), ==, 1);

  put (fixture, "data/nautilus-python/extensions/__pycache__/io_github_hoist_Hoist.cpython.pyc",
       "");
  put (fixture, "data/nautilus-python/extensions/mine.py", "");
  remove_all (fixture);
  g_assert_false (is_there (fixture, EXTENSION));
  g_assert_false (is_there (fixture, "data/nautilus-python/extensions/__pycache__"));
  g_assert_true (is_there (fixture, "data/nautilus-python/extensions/mine.py"));
}

/* In a sandbox what the person allowed says which way; where that is nothing it is told what
 * each needs, and an entry that cannot be removed is no reason for a second one. */
static void
test_nautilus_in_sandbox (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) list = hoist_menu_destinations_parse (ONE, strlen (ONE));
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second_error = NULL;
  g_autofree char *text = NULL;

  fixture->places->sandboxed = TRUE;
  g_assert_null (
    hoist_integration_install (fixture->places, HOIST_FILE_MANAGER_NAUTILUS, list, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (strstr (error->message,
                            "--filesystem=xdg-data/nautilus-python/extensions:create "
                            "io.github.hoist.Hoist"));
  g_assert_nonnull (strstr (error->message, "python3-nautilus"));
  /* hoistctl prints messages in a line each. */
  g_assert_null (strchr (error->message, '\n'));
  g_assert_nonnull (strstr (error->message, "--filesystem=xdg-data/nautilus/scripts:create"));

  fixture->places->granted = g_strsplit ("xdg-data/nautilus/scripts:create", ";", -1);
  g_assert_cmpuint (install (fixture, HOIST_FILE_MANAGER_NAUTILUS, ONE, HOIST_CHANGE_WRITTEN), ==,
                    1);
  g_assert_true (is_there (fixture, SCRIPT));

  g_strfreev (fixture->places->granted);
  fixture->places->granted = g_strsplit ("xdg-data/nautilus-python/extensions:create", ";", -1);
  g_assert_null (
    hoist_integration_install (fixture->places, HOIST_FILE_MANAGER_NAUTILUS, list, &second_error));
  g_assert_error (second_error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (
    strstr (second_error->message, "--filesystem=xdg-data/nautilus/scripts:create"));
  g_assert_false (is_there (fixture, EXTENSION));

  g_strfreev (fixture->places->granted);
  fixture->places->granted = g_strsplit ("xdg-data", ";", -1);
  install (fixture, HOIST_FILE_MANAGER_NAUTILUS, ONE, HOIST_CHANGE_WRITTEN);
  g_assert_false (is_there (fixture, SCRIPT));
  text = get (fixture, EXTENSION);
  g_assert_nonnull (strstr (text, "COMMAND = [os.fsdecode(b\"flatpak\"), os.fsdecode(b\"run\"), "
                                  "os.fsdecode(b\"--file-forwarding\"), "
                                  "os.fsdecode(b\"io.github.hoist.Hoist\")]\n"));
  g_assert_nonnull (strstr (text, "\nBEFORE_FILES, AFTER_FILES = ['@@u'], ['@@']\n"));

  /* It can be seen that there is nobody to run it. */
  put (fixture, "root/usr/lib/libc.so", "");
  install (fixture, HOIST_FILE_MANAGER_NAUTILUS, ONE, HOIST_CHANGE_WRITTEN);
  g_assert_true (is_there (fixture, SCRIPT));
  g_assert_false (is_there (fixture, EXTENSION));
}

static void
test_several (Fixture *fixture, gconstpointer data)
{
  g_autofree char *script = NULL;
  g_autofree char *nemo = NULL;
  g_autofree char *menu = NULL;
  g_autofree char *kio = NULL;

  for (guint i = 0; i < HOIST_N_FILE_MANAGERS; i++)
    {
      install (fixture, i, ONE, HOIST_CHANGE_WRITTEN);
      g_assert_cmpuint (install (fixture, i, TWO, HOIST_CHANGE_WRITTEN), >, 0);
      g_assert_cmpuint (install (fixture, i, TWO, HOIST_CHANGE_WRITTEN), ==, 0);
    }
  script = get (fixture, "data/nautilus/scripts/Upload to S3/A-b_");
  g_assert_nonnull (strstr (script, "\nexec hoist --to a $NAUTILUS_SCRIPT_SELECTED_URIS\n"));
  nemo = get (fixture, "data/nemo/actions/io.github.hoist.Hoist.a.nemo_action");
  g_assert_nonnull (strstr (nemo, "\nName=Upload to S3: A/b__\n"));
  /* Without quotes an apostrophe in a name has Nemo run nothing. */
  g_assert_nonnull (strstr (nemo, "\nExec=hoist --to a %U\n"));
  g_assert_nonnull (strstr (nemo, "\nQuote=double\n"));
  menu = get (fixture, "data/file-manager/actions/io.github.hoist.Hoist.action.desktop");
  g_assert_nonnull (strstr (menu, "\nType=Menu\n"));
  kio = get (fixture, "data/kio/servicemenus/io.github.hoist.Hoist.servicemenu.desktop");
  g_assert_nonnull (strstr (kio, "\nX-KDE-Submenu=Upload to S3\n"));
  g_assert_nonnull (strstr (kio, "\nExec=hoist --to work %U\n"));

  /* One is gone again: so is what was written for it. */
  install (fixture, HOIST_FILE_MANAGER_NEMO, ONE, HOIST_CHANGE_WRITTEN);
  g_assert_false (is_there (fixture, "data/nemo/actions/io.github.hoist.Hoist.a.nemo_action"));
  g_assert_cmpuint (
    install (fixture, HOIST_FILE_MANAGER_NAUTILUS, SAME_NAMES, HOIST_CHANGE_WRITTEN), ==, 2);
  remove_all (fixture);
  g_assert_false (is_there (fixture, "data/nautilus/scripts/Upload to S3"));
}

/* What somebody else put there is neither written over nor removed. */
static void
test_not_ours (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) list = hoist_menu_destinations_parse (ONE, strlen (ONE));
  g_autoptr (GError) error = NULL;
  g_autofree char *script = NULL;

  put (fixture, "data/nautilus/scripts/Upload to S3", "#!/bin/sh\nmy own\n");
  put (fixture, "data/nautilus/scripts/Other", "#!/bin/sh\n");
  g_assert_null (
    hoist_integration_install (fixture->places, HOIST_FILE_MANAGER_NAUTILUS, list, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  remove_all (fixture);
  script = get (fixture, "data/nautilus/scripts/Upload to S3");
  g_assert_cmpstr (script, ==, "#!/bin/sh\nmy own\n");
  g_assert_true (is_there (fixture, "data/nautilus/scripts/Other"));
}

/* Thunar's own actions stay when the person gets a file, and it goes with ours. */
static void
test_thunar (Fixture *fixture, gconstpointer data)
{
  g_autofree char *merged = NULL;
  g_autofree char *mine = NULL;

  put (fixture, "etc/Thunar/uca.xml", SYSTEM_UCA);
  install (fixture, HOIST_FILE_MANAGER_THUNAR, TWO, HOIST_CHANGE_WRITTEN);
  merged = get (fixture, "config/Thunar/uca.xml");
  g_assert_nonnull (strstr (merged, "<unique-id>1</unique-id>"));
  g_assert_nonnull (strstr (merged, "<name>Upload to S3: A/b__</name>"));
  g_assert_null (strstr (merged, "<submenu>"));
  remove_all (fixture);
  g_assert_false (is_there (fixture, "config/Thunar/uca.xml"));

  put (fixture, "config/Thunar/uca.xml", "<actions><action><submenu/></action>\n</actions>");
  install (fixture, HOIST_FILE_MANAGER_THUNAR, TWO, HOIST_CHANGE_WRITTEN);
  remove_all (fixture);
  mine = get (fixture, "config/Thunar/uca.xml");
  g_assert_cmpstr (mine, ==, "<actions><action><submenu/></action>\n</actions>");
}

static void
test_module (Fixture *fixture, gconstpointer data)
{
  put (fixture, "lib/nautilus/extensions-4/libnautilus-hoist.so", "");
  g_assert_cmpint (hoist_integration_get_state (fixture->places, HOIST_FILE_MANAGER_NAUTILUS), ==,
                   HOIST_INTEGRATION_MODULE);
  g_assert_cmpint (hoist_integration_get_state (fixture->places, HOIST_FILE_MANAGER_THUNAR), ==,
                   HOIST_INTEGRATION_NONE);
}

static void
test_sandbox (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *granted;
    gboolean nautilus;
    gboolean thunar;
  } cases[] = {
    { "", FALSE, FALSE },
    { "home", TRUE, TRUE },
    { "home:ro", FALSE, FALSE },
    { "host", TRUE, TRUE },
    { "xdg-data:create", TRUE, FALSE },
    { "xdg-data/nautilus/scripts:create", TRUE, FALSE },
    { "xdg-data/nautilus-other", FALSE, FALSE },
    { "xdg-config/Thunar", FALSE, TRUE },
    { "!home", FALSE, FALSE },
    { "~/config", FALSE, TRUE },
  };

  fixture->places->sandboxed = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *nautilus = hoist_entries_get_folder (fixture->places, 0);
      g_autofree char *thunar =
        hoist_entries_get_folder (fixture->places, HOIST_FILE_MANAGER_THUNAR);

      g_test_message ("%s", cases[i].granted);
      g_clear_pointer (&fixture->places->granted, g_strfreev);
      fixture->places->granted = g_strsplit (cases[i].granted, ";", -1);
      g_assert_cmpint (hoist_places_check_writable (fixture->places, nautilus, NULL), ==,
                       cases[i].nautilus);
      g_assert_cmpint (hoist_places_check_writable (fixture->places, thunar, NULL), ==,
                       cases[i].thunar);
    }
}

/* From a Flatpak the entry calls the Flatpak; what is missing is said with its cure. */
static void
test_flatpak (Fixture *fixture, gconstpointer data)
{
  const char *const granted[] = { "xdg-data/nautilus/scripts", NULL };
  g_autoptr (GPtrArray) list = hoist_menu_destinations_parse (ONE, strlen (ONE));
  g_autoptr (GError) error = NULL;
  g_autofree char *script = NULL;
  g_autofree char *command = NULL;

  fixture->places->sandboxed = TRUE;
  fixture->places->granted = g_strdupv ((GStrv) granted);
  command = hoist_entry_make_command (fixture->places, "work");
  g_assert_cmpstr (command, ==,
                   "flatpak run --file-forwarding io.github.hoist.Hoist --to work @@u %U @@");
  install (fixture, HOIST_FILE_MANAGER_NAUTILUS, ONE, HOIST_CHANGE_WRITTEN);
  script = get (fixture, "data/nautilus/scripts/Upload to S3");
  g_assert_nonnull (strstr (script, "exec flatpak run --file-forwarding io.github.hoist.Hoist "
                                    "@@u $NAUTILUS_SCRIPT_SELECTED_URIS @@\n"));
  g_assert_null (
    hoist_integration_install (fixture->places, HOIST_FILE_MANAGER_THUNAR, list, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (
    strstr (error->message,
            "flatpak override --user --filesystem=xdg-config/Thunar:create io.github.hoist.Hoist"));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/filemanager/integration/all", test_all },
    { "/filemanager/integration/nautilus", test_nautilus },
    { "/filemanager/integration/nautilus-in-sandbox", test_nautilus_in_sandbox },
    { "/filemanager/integration/several", test_several },
    { "/filemanager/integration/not-ours", test_not_ours },
    { "/filemanager/integration/thunar", test_thunar },
    { "/filemanager/integration/module", test_module },
    { "/filemanager/integration/sandbox", test_sandbox },
    { "/filemanager/integration/flatpak", test_flatpak },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
