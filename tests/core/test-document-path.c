/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-document-path.h"

static const struct
{
  const char *path;
  const char *id;   /* (nullable) */
  const char *name; /* (nullable) */
} table[] = {
  { "/run/user/1000/doc/1a2b/film.mov", "1a2b", "film.mov" },
  { "/run/user/0/doc/1a2b/folder/in/film.mov", "1a2b", "folder/in/film.mov" },
  { "/run/flatpak/doc/x/y", "x", "y" },
  { "/run/user/1000/doc/1a2b", NULL, NULL },
  { "/run/user/1000/doc/1a2b/", NULL, NULL },
  { "/run/user/1000/doc//film.mov", NULL, NULL },
  { "/run/user/1000/doc", NULL, NULL },
  { "/run/user/1000/docs/1a2b/film.mov", NULL, NULL },
  { "/run/user/doc/1a2b/film.mov", NULL, NULL },
  { "/run/user/anna/doc/1a2b/film.mov", NULL, NULL },
  { "/run/user/1000/gvfs/sftp:host=a/film.mov", NULL, NULL },
  { "/home/anna/run/user/1000/doc/1a2b/film.mov", NULL, NULL },
  { "/home/anna/film.mov", NULL, NULL },
  { "", NULL, NULL },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *id = hoist_document_path_dup_id (table[i].path);

      g_test_message ("%s", table[i].path);
      g_assert_cmpstr (id, ==, table[i].id);
      g_assert_cmpstr (hoist_document_path_get_name (table[i].path), ==, table[i].name);
      g_assert_cmpint (hoist_document_path_check (table[i].path), ==, table[i].id != NULL);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/document-path/table", test_table);
  return g_test_run ();
}
