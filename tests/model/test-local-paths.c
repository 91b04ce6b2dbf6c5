/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Without GVfs; with it, and another computer, in tests/e2e/test-remote.py. */

#include "hoist-local-paths.h"

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **found = user_data;

  *found = g_object_ref (result);
}

static HoistLocalPaths *
find (const char *const *uris, GCancellable *cancellable, GError **error)
{
  GSList *files = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  for (gsize i = 0; uris[i] != NULL; i++)
    files = g_slist_append (files, g_file_new_for_uri (uris[i]));
  hoist_local_paths_find_async (files, NULL, cancellable, found_cb, &result);
  g_slist_free_full (files, g_object_unref);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return hoist_local_paths_find_finish (result, error);
}

static void
test_some_without_a_path (void)
{
  const char *const uris[] = { "sftp://host.invalid/a%20b.bin", "file:///a%20b.bin",
                               "sftp://host.invalid/c.bin", "file:///d", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistLocalPaths) found = find (uris, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (found->paths), ==, 2);
  g_assert_cmpstr (found->paths[0], ==, "/a b.bin");
  g_assert_cmpstr (found->paths[1], ==, "/d");
  g_assert_cmpuint (found->n_refused, ==, 2);
  g_assert_cmpstr (found->refused_name, ==, "c.bin");
}

static void
test_nothing (void)
{
  const char *const uris[] = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistLocalPaths) found = find (uris, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (found->paths[0]);
  g_assert_cmpuint (found->n_refused, ==, 0);
  g_assert_null (found->refused_name);
}

static void
test_cancelled (void)
{
  const char *const uris[] = { "file:///a", "sftp://host.invalid/b", NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (find (uris, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-paths/some-without-a-path", test_some_without_a_path);
  g_test_add_func ("/local-paths/nothing", test_nothing);
  g_test_add_func ("/local-paths/cancelled", test_cancelled);
  return g_test_run ();
}
