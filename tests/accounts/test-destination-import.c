/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Destinations as a file: what is in it, and what is made of anybody's. */

#include <glib/gstdio.h>

#include "await.h"
#include "hoist-destination-store.h"
#include "hoist-error.h"

typedef struct
{
  char *folder;
  char *path; /* the person's own file */
  char *file; /* what is imported */
  HoistDestinationStore *store;
} Fixture;

static void
fixture_set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hoist-import-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "destinations.conf", NULL);
  f->file = g_build_filename (f->folder, "exported", NULL);
  f->store = hoist_destination_store_new (f->path);
  hoist_destination_store_set_preset_folders (f->store, (const char *const[]){ NULL });
}

static void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->store);
  g_remove (f->path);
  g_remove (f->file);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
  g_free (f->file);
}

static GPtrArray *
import (Fixture *f, const char *text, HoistImportPolicy policy, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (text != NULL)
    g_assert_true (g_file_set_contents (f->file, text, -1, NULL));
  hoist_destination_store_import_async (f->store, f->file, policy, NULL, await_take_cb, &result);
  return hoist_destination_store_import_finish (f->store, await_result (&result), error);
}

static void
load (Fixture *f, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (g_file_set_contents (f->path, text, -1, NULL));
  hoist_destination_store_load_async (f->store, NULL, await_take_cb, &result);
  g_assert_true (hoist_destination_store_load_finish (f->store, await_result (&result), NULL));
}

static HoistDestination *
get (Fixture *f, const char *id)
{
  HoistDestination *destination = hoist_destination_store_lookup (f->store, id);

  g_assert_nonnull (destination);
  g_assert_cmpstr (hoist_destination_get_id (destination), ==, id);
  return destination;
}

static guint
count (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->store));
}

#define HOME                                                                                       \
  "[destination home]\nname=Home\nurl=https://home.example.org\nconcurrency=3\ncolour=red\n"
#define ARCHIVE                                                                                    \
  "[destination archive]\nname=Archive\ntype=s3\nurl=https://s3.example.org\nbucket=a\n"           \
  "ca-file=/nowhere/ca.pem\n"

/* There and back: all that is a setting, and nothing that somebody else wrote beside it. */
static void
test_round_trip (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *one = NULL;
  g_autoptr (GPtrArray) outcomes = NULL;
  g_autoptr (GError) error = NULL;
  const HoistImportOutcome *outcome;

  load (f, "[hoist]\ndefault=archive\norder=archive;home\n" HOME
           "token=geheim\n# geheim, too\n" ARCHIVE "[other]\npassword=geheim\n");
  text = hoist_destinations_export (G_LIST_MODEL (f->store), NULL,
                                    hoist_destination_store_get_default (f->store));
  g_assert_null (strstr (text, "geheim"));
  one = hoist_destinations_export (G_LIST_MODEL (f->store), (const char *const[]){ "home", NULL },
                                   hoist_destination_store_get_default (f->store));
  g_assert_null (strstr (one, "rchive"));

  load (f, "");
  outcomes = import (f, text, HOIST_IMPORT_SKIP, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (outcomes->len, ==, 2);
  outcome = g_ptr_array_index (outcomes, 0);
  g_assert_cmpstr (outcome->name, ==, "Archive");
  g_assert_cmpint (outcome->result, ==, HOIST_IMPORT_ADDED);
  g_assert_true (outcome->needs_secret);
  g_assert_cmpstr (outcome->missing_file, ==, "/nowhere/ca.pem");
  g_assert_true (hoist_destination_store_get_default (f->store) == get (f, "archive"));
  g_assert_cmpuint (hoist_destination_get_concurrency (get (f, "home")), ==, 3);
  g_assert_cmpstr (hoist_destination_get_setting (get (f, "home"), HOIST_SETTING_COLOUR), ==,
                   "red");
  g_assert_cmpstr (hoist_destination_get_setting (get (f, "archive"), HOIST_SETTING_BUCKET), ==,
                   "a");
}

static void
test_existing (Fixture *f, gconstpointer data)
{
  static const char same_server[] =
    "[destination x]\nname=home\nurl=https://home.example.org\nconcurrency=9\n";
  g_autoptr (GPtrArray) skipped = NULL;
  g_autoptr (GPtrArray) renamed = NULL;
  g_autoptr (GPtrArray) replaced = NULL;
  const HoistImportOutcome *outcome;

  load (f, HOME ARCHIVE);
  skipped = import (f, same_server, HOIST_IMPORT_SKIP, NULL);
  outcome = g_ptr_array_index (skipped, 0);
  g_assert_cmpint (outcome->result, ==, HOIST_IMPORT_SKIPPED);
  g_assert_cmpuint (hoist_destination_get_concurrency (get (f, "home")), ==, 3);

  renamed = import (f, same_server, HOIST_IMPORT_RENAME, NULL);
  outcome = g_ptr_array_index (renamed, 0);
  g_assert_cmpint (outcome->result, ==, HOIST_IMPORT_ADDED);
  g_assert_cmpstr (outcome->new_name, ==, "home 2");
  g_assert_true (outcome->needs_secret);
  g_assert_cmpuint (count (f), ==, 3);

  /* Nothing at all is taken over before somebody has said what to do. */
  {
    g_autoptr (GPtrArray) asked = NULL;

    asked = import (f,
                    "[destination new]\nname=New\nurl=https://new.example.org\n"
                    "[destination y]\nname=HOME\nurl=https://home.example.org\n",
                    HOIST_IMPORT_ASK, NULL);
    g_assert_cmpuint (asked->len, ==, 1);
    outcome = g_ptr_array_index (asked, 0);
    g_assert_cmpint (outcome->result, ==, HOIST_IMPORT_SKIPPED);
    g_assert_cmpstr (outcome->name, ==, "HOME");
    g_assert_cmpuint (count (f), ==, 3);
  }

  /* The same server: its secret is still the right one. */
  replaced = import (f, same_server, HOIST_IMPORT_REPLACE, NULL);
  outcome = g_ptr_array_index (replaced, 0);
  g_assert_cmpint (outcome->result, ==, HOIST_IMPORT_REPLACED);
  g_assert_cmpstr (outcome->id, ==, "home");
  g_assert_false (outcome->needs_secret);
  g_assert_null (outcome->dropped_id);
  g_assert_cmpuint (hoist_destination_get_concurrency (get (f, "home")), ==, 9);
  g_assert_cmpuint (count (f), ==, 3);
}

/* A file may name another server under a name that is known: what is in the keyring for
 * the first one never goes there. */
static void
test_other_server (Fixture *f, gconstpointer data)
{
  static const char *const files[] = {
    "[destination home]\nname=Home\nurl=https://evil.example.org\n",
    "[destination home]\nname=Home\ntype=plain\nurl=https://home.example.org\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GPtrArray) outcomes = NULL;
      g_autoptr (HoistDestination) first = NULL;
      const HoistImportOutcome *outcome;

      load (f, "[hoist]\ndefault=home\n" HOME ARCHIVE);
      outcomes = import (f, files[i], HOIST_IMPORT_REPLACE, NULL);
      outcome = g_ptr_array_index (outcomes, 0);
      g_assert_cmpint (outcome->result, ==, HOIST_IMPORT_REPLACED);
      g_assert_cmpstr (outcome->dropped_id, ==, "home");
      g_assert_cmpstr (outcome->id, !=, "home");
      g_assert_true (outcome->needs_secret);
      g_assert_cmpuint (count (f), ==, 2);
      first = g_list_model_get_item (G_LIST_MODEL (f->store), 0);
      g_assert_cmpstr (hoist_destination_get_id (first), ==, outcome->id);
      g_assert_cmpstr (hoist_destination_get_name (first), ==, "Home");
      g_assert_true (hoist_destination_store_get_default (f->store) == first);
    }
}

/* Each of these is refused with a reason, and what is beside it is imported. */
static void
test_hostile_groups (Fixture *f, gconstpointer data)
{
  static const char *const groups[] = {
    "[destination ../x]\nname=X\nurl=https://x.org\n",
    "[destination x]\nname=X\n",
    "[destination x]\nname=X\nurl=http://far.example.org\n",
    "[destination x]\nname=X\nurl=file:///etc/passwd\n",
    "[destination x]\nname=X\nurl=https://user:pass@x.org\n",
    "[destination x]\nname=X\nurl=https://x.org/?token=1\n",
    "[destination x]\nname=X\\nY\nurl=https://x.org\n",
    "[destination x]\nname=\xff\nurl=https://x.org\n",
    "[destination x]\nname=X\nurl=https://x.org\nconcurrency=-1\n",
    "[destination x]\nname=X\nurl=https://x.org\nfiles=999999999999999999999\n",
    "[destination x]\nname=X\nurl=https://x.org\nca-file=relative\n",
    "[destination x]\nname=X\nurl=https://x.org\nkey-prefix=../../etc\n",
    "[destination x]\nname=X\nurl=https://x.org\nregion=\x1b]0;title\n",
    "[destination x]\nname=X\nurl=https://x.org\ntype=../../lib\n",
    "[destination x]\nname=X\nurl=https://x.org\ncolour=url(https://x.org)\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autofree char *text = g_strconcat (groups[i], ARCHIVE, NULL);
      g_autoptr (GPtrArray) outcomes = NULL;
      const HoistImportOutcome *outcome;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      load (f, "");
      outcomes = import (f, text, HOIST_IMPORT_REPLACE, NULL);
      g_assert_nonnull (outcomes);
      g_assert_cmpuint (outcomes->len, ==, 2);
      outcome = g_ptr_array_index (outcomes, 0);
      g_assert_cmpint (outcome->result, ==, HOIST_IMPORT_REFUSED);
      g_assert_nonnull (outcome->reason);
      g_assert_cmpuint (count (f), ==, 1);
      get (f, "archive");
    }
}

/* Nothing of these is used, and what is there stays. */
static void
test_hostile_files (Fixture *f, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (2 << 20, 'x');
  g_autoptr (GString) many = g_string_new (NULL);
  g_autofree char *long_value = g_strnfill (5000, 'x');
  g_autofree char *long_text =
    g_strdup_printf (HOME "[destination x]\nname=X\nurl=https://x.org\nregion=%s\n", long_value);
  g_autoptr (GPtrArray) outcomes = NULL;

  for (guint i = 0; i < 600; i++)
    g_string_append_printf (many, "[destination d%u]\nname=D%u\nurl=https://x.org\n", i, i);

  const char *const texts[] = { "",
                                "nonsense",
                                "[hoist]\nversion=2\n" HOME,
                                huge,
                                many->str,
                                "[other]\na=b\n",
                                "\x7f"
                                "ELF" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      load (f, ARCHIVE);
      g_assert_null (import (f, texts[i], HOIST_IMPORT_REPLACE, &error));
      g_assert_nonnull (error);
      g_assert_cmpint (error->domain, ==, HOIST_ERROR);
      g_assert_cmpuint (count (f), ==, 1);
    }
  g_remove (f->file);
  g_assert_null (import (f, NULL, HOIST_IMPORT_SKIP, NULL));
  outcomes = import (f, long_text, HOIST_IMPORT_SKIP, NULL);
  g_assert_cmpint (((HoistImportOutcome *) outcomes->pdata[1])->result, ==, HOIST_IMPORT_REFUSED);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/destination-import/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("round-trip", test_round_trip);
  ADD ("existing", test_existing);
  ADD ("other-server", test_other_server);
  ADD ("hostile-groups", test_hostile_groups);
  ADD ("hostile-files", test_hostile_files);

  return g_test_run ();
}
