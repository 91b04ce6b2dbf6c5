/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The judge is zbar: what it reads is what was written. */

#include <glib/gstdio.h>
#include <string.h>

#include "hoist-qr-code.h"

#define MODULE_PIXELS 4

static char *
make_text (guint length)
{
  char *text = g_malloc (length + 1);

  /* Letters of both cases, digits and signs, and no two texts alike. */
  for (guint i = 0; i < length; i++)
    text[i] = (char) ('!' + (i * 31 + i / 7 + length) % ('~' - '!'));
  text[length] = '\0';
  return text;
}

static void
write_picture (const HoistQrCode *code, const char *path)
{
  const int quiet = HOIST_QR_CODE_QUIET_MODULES;
  guint side = (hoist_qr_code_get_size (code) + 2 * HOIST_QR_CODE_QUIET_MODULES) * MODULE_PIXELS;
  g_autoptr (GString) picture = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_string_append_printf (picture, "P5 %u %u 255\n", side, side);
  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      g_string_append_c (picture, hoist_qr_code_is_dark (code, (int) (x / MODULE_PIXELS) - quiet,
                                                         (int) (y / MODULE_PIXELS) - quiet)
                                    ? '\0'
                                    : '\xff');
  g_file_set_contents (path, picture->str, (gssize) picture->len, &error);
  g_assert_no_error (error);
}

/* Each of @texts as zbar reads it, a line each. */
static void
assert_read (GPtrArray *texts)
{
  g_autofree char *folder = g_dir_make_tmp ("hoist-qr-XXXXXX", NULL);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *read = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (arguments, g_strdup ("zbarimg"));
  g_ptr_array_add (arguments, g_strdup ("--quiet"));
  g_ptr_array_add (arguments, g_strdup ("--nodbus"));
  g_ptr_array_add (arguments, g_strdup ("--raw"));
  g_ptr_array_add (arguments, g_strdup ("-Sdisable"));
  g_ptr_array_add (arguments, g_strdup ("-Sqrcode.enable"));
  for (guint i = 0; i < texts->len; i++)
    {
      g_autoptr (HoistQrCode) code = hoist_qr_code_new (texts->pdata[i]);
      g_autofree char *path = g_strdup_printf ("%s/%u.pgm", folder, i);

      g_assert_nonnull (code);
      write_picture (code, path);
      g_ptr_array_add (arguments, g_steal_pointer (&path));
      g_string_append_printf (expected, "%s\n", (char *) texts->pdata[i]);
    }
  g_ptr_array_add (arguments, NULL);
  g_spawn_sync (NULL, (char **) arguments->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &read,
                NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read, ==, expected->str);
  for (guint i = 6; i + 1 < arguments->len; i++)
    g_unlink (arguments->pdata[i]);
  g_rmdir (folder);
}

/* The largest of all, and of the other level. */
static void
test_largest (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (texts, make_text (HOIST_QR_CODE_MAX_BYTES));
  g_ptr_array_add (texts, make_text (2331));
  assert_read (texts);
}

static void
test_sizes (void)
{
  static const struct
  {
    guint length;
    guint size;
  } cases[] = {
    { 1, 21 },   { 17, 21 },  { 18, 25 },    { 106, 37 },   { 107, 41 },   { 230, 53 },
    { 231, 57 }, { 800, 97 }, { 2809, 173 }, { 2810, 177 }, { 2953, 177 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = make_text (cases[i].length);
      g_autoptr (HoistQrCode) code = hoist_qr_code_new (text);

      g_assert_nonnull (code);
      g_assert_cmpuint (hoist_qr_code_get_size (code), ==, cases[i].size);
    }
}

static void
test_too_long (void)
{
  g_autofree char *text = make_text (HOIST_QR_CODE_MAX_BYTES + 1);

  g_assert_null (hoist_qr_code_new (text));
}

static void
test_words (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  g_ptr_array_add (texts, (char *) "https://s3.example.org/b/k?X-Amz-Signature=0123456789abcdef");
  g_ptr_array_add (texts, (char *) "https://example.org/%F0%9F%99%82/a+b%20c");
  g_ptr_array_add (texts, (char *) "https://example.org/ünïcode/日本語/🙂");
  g_ptr_array_add (texts, (char *) "0");
  assert_read (texts);
}

static void
test_edges (void)
{
  g_autoptr (HoistQrCode) code = hoist_qr_code_new ("edge");

  g_assert_true (hoist_qr_code_is_dark (code, 0, 0));
  g_assert_true (hoist_qr_code_is_dark (code, 20, 0));
  g_assert_true (hoist_qr_code_is_dark (code, 0, 20));
  g_assert_false (hoist_qr_code_is_dark (code, -1, 0));
  g_assert_false (hoist_qr_code_is_dark (code, 0, -1));
  g_assert_false (hoist_qr_code_is_dark (code, 21, 0));
  g_assert_false (hoist_qr_code_is_dark (code, 0, 21));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/qr-code/largest", test_largest);
  g_test_add_func ("/qr-code/sizes", test_sizes);
  g_test_add_func ("/qr-code/too-long", test_too_long);
  g_test_add_func ("/qr-code/words", test_words);
  g_test_add_func ("/qr-code/edges", test_edges);
  return g_test_run ();
}
