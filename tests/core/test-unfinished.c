/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-unfinished.h"

static HoistUnfinished *
make_full (const char *upload_id)
{
  HoistUnfinished *upload = hoist_unfinished_new (upload_id, "p/Größe/a.bin");

  upload->path = g_strdup ("Größe/a.bin");
  upload->file_name = g_strdup ("a.bin");
  upload->with_sha256 = TRUE;
  upload->has_size = TRUE;
  upload->size_bytes = G_MAXINT64;
  upload->n_parts = 10000;
  upload->part_bytes = 5;
  upload->initiated_us = 7;
  upload->modified_us = 9;
  return upload;
}

static void
assert_equal (const HoistUnfinished *a, const HoistUnfinished *b)
{
  g_assert_cmpstr (a->upload_id, ==, b->upload_id);
  g_assert_cmpstr (a->key, ==, b->key);
  g_assert_cmpstr (a->path, ==, b->path);
  g_assert_cmpstr (a->file_name, ==, b->file_name);
  g_assert_cmpint (a->with_sha256, ==, b->with_sha256);
  g_assert_cmpint (a->has_size, ==, b->has_size);
  g_assert_cmpuint (a->size_bytes, ==, b->size_bytes);
  g_assert_cmpuint (a->n_parts, ==, b->n_parts);
  g_assert_cmpuint (a->part_bytes, ==, b->part_bytes);
  g_assert_cmpint (a->initiated_us, ==, b->initiated_us);
  g_assert_cmpint (a->modified_us, ==, b->modified_us);
}

static void
test_there_and_back (void)
{
  g_autoptr (HoistUnfinishedPage) page = hoist_unfinished_page_new ();
  g_autoptr (HoistUnfinishedPage) back = NULL;
  g_autoptr (HoistUnfinished) copy = NULL;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (page->uploads, make_full ("u"));
  g_ptr_array_add (page->uploads, hoist_unfinished_new ("v", "k"));
  page->next = g_strdup ("b+/");
  copy = hoist_unfinished_copy (page->uploads->pdata[0]);
  assert_equal (copy, page->uploads->pdata[0]);

  variant = g_variant_ref_sink (hoist_unfinished_page_to_variant (page));
  back = hoist_unfinished_page_from_variant (variant, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->uploads->len, ==, 2);
  g_assert_cmpstr (back->next, ==, "b+/");
  for (guint i = 0; i < 2; i++)
    assert_equal (back->uploads->pdata[i], page->uploads->pdata[i]);

  g_clear_pointer (&variant, g_variant_unref);
  g_clear_pointer (&back, hoist_unfinished_page_free);
  g_clear_pointer (&page->next, g_free);
  variant = g_variant_ref_sink (hoist_unfinished_page_to_variant (page));
  back = hoist_unfinished_page_from_variant (variant, &error);
  g_assert_no_error (error);
  g_assert_null (back->next);
}

static const char *const bad[] = {
  "(@a{sv} {}, 1)",
  "[{'upload-id': <'u'>}]",
  "@(aa{sv}s) ([{'key': <'k'>}], '')",
  "@(aa{sv}s) ([{'upload-id': <'u'>}], '')",
  "@(aa{sv}s) ([{'upload-id': <''>, 'key': <'k'>}], '')",
  "@(aa{sv}s) ([{'upload-id': <'u'>, 'key': <''>}], '')",
  "@(aa{sv}s) ([{'upload-id': <b'u'>, 'key': <'k'>}], '')",
  "@(aa{sv}s) ([{'upload-id': <'u'>, 'key': <'k'>, 'size': <uint64 9223372036854775808>}], '')",
  "@(aa{sv}s) ([{'upload-id': <'u'>, 'key': <'k'>, 'size': <7>}], '')",
  "@(aa{sv}s) ([{'upload-id': <'u'>, 'key': <'k'>, 'parts': <uint32 10001>}], '')",
  "@(aa{sv}s) ([{'upload-id': <'u'>, 'key': <'k'>, 'initiated': <int64 -1>}], '')",
};

static void
test_bad (void)
{
  g_autofree char *long_text = g_strnfill (HOIST_UNFINISHED_MAX_CURSOR_BYTES + 1, 'x');
  g_autoptr (GVariant) endless = g_variant_ref_sink (g_variant_new ("(aa{sv}s)", NULL, long_text));

  for (gsize i = 0; i <= G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) variant = i < G_N_ELEMENTS (bad)
                                       ? g_variant_parse (NULL, bad[i], NULL, NULL, &error)
                                       : g_variant_ref (endless);
      g_autoptr (HoistUnfinishedPage) page = NULL;

      g_assert_no_error (error);
      page = hoist_unfinished_page_from_variant (variant, &error);
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
      g_assert_null (page);
    }
}

static void
test_names (void)
{
  g_autoptr (HoistUnfinished) upload = make_full ("u");
  g_autoptr (HoistUnfinished) other = make_full ("v");
  g_autofree char *id = hoist_unfinished_dup_id (upload);
  g_autofree char *again = hoist_unfinished_dup_id (upload);
  g_autofree char *other_id = hoist_unfinished_dup_id (other);

  g_assert_cmpuint (strlen (id), ==, 12);
  g_assert_cmpstr (id, ==, again);
  g_assert_cmpstr (id, !=, other_id);
  g_assert_cmpint (hoist_unfinished_get_last_us (upload), ==, 9);

  g_assert_cmpstr (hoist_unfinished_get_name (upload), ==, "Größe/a.bin");
  g_clear_pointer (&upload->path, g_free);
  g_assert_cmpstr (hoist_unfinished_get_name (upload), ==, "a.bin");
  g_clear_pointer (&upload->file_name, g_free);
  g_assert_cmpstr (hoist_unfinished_get_name (upload), ==, "p/Größe/a.bin");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unfinished/there-and-back", test_there_and_back);
  g_test_add_func ("/unfinished/bad", test_bad);
  g_test_add_func ("/unfinished/names", test_names);
  return g_test_run ();
}
