/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-key-template.h"

static const struct
{
  const char *text;
  const char *why; /* null: it is one */
} templates[] = {
  { "{prefix}{path}", NULL },
  { "{prefix}{yyyy}/{mm}/{dd}/{path}", NULL },
  { "{prefix}{account}/{uuid}", NULL },
  { "{prefix}x-{name}", NULL },
  { "", "begin with {prefix}" },
  { "{path}", "begin with {prefix}" },
  { "/{prefix}{path}", "begin with {prefix}" },
  { "{prefix}", "same key" },
  { "{prefix}{yyyy}", "same key" },
  { "{prefix}{path}{user}", "{user} is unknown; there are {prefix} {path}" },
  { "{prefix}{Path}", "{Path} is unknown" },
  { "{prefix}{path", "braces do not match" },
  { "{prefix}path}", "braces do not match" },
  { "{prefix}{{path}}", "braces do not match" },
  { "{prefix}{}", "{} is unknown" },
  { "{prefix}//{path}", "empty component" },
  { "{prefix}../{path}", "“..”" },
  { "{prefix}{path}/", "empty component" },
  { "{prefix}a\nb{path}", "control character" },
};

static void
test_templates (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (templates); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistKeyTemplate) key_template =
        hoist_key_template_new (templates[i].text, &error);

      g_test_message ("%s", templates[i].text);
      if (templates[i].why == NULL)
        {
          g_assert_no_error (error);
          g_assert_nonnull (key_template);
          continue;
        }
      g_assert_null (key_template);
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      g_assert_nonnull (strstr (error->message, templates[i].why));
    }
}

static const struct
{
  const char *text;
  const char *prefix;
  const char *path;
  const char *key; /* null: refused */
} keys[] = {
  { "{prefix}{path}", "", "a.txt", "a.txt" },
  { "{prefix}{path}", "anna/", "b/a.txt", "anna/b/a.txt" },
  { "{prefix}{yyyy}/{mm}/{dd}/{path}", "", "b/a", "2025/03/01/b/a" },
  { "{prefix}{account}/{name}", "p/", "b/c/a", "p/acc/a" },
  { "{prefix}{uuid}-{name}", "", "a", "UUID-a" },
  { "{prefix}{path}", "", "ü/漢 %?#&+.bin", "ü/漢 %?#&+.bin" },
  { "{prefix}{path}", "", "...", "..." },
  { "{prefix}{path}", "", ".hidden", ".hidden" },
  { "{prefix}{path}", "", "a\\b", "a\\b" },
  { "{prefix}{path}", "", "", NULL },
  { "{prefix}{path}", "", "/etc/passwd", NULL },
  { "{prefix}{path}", "", "..", NULL },
  { "{prefix}{path}", "p/", "../q/a", NULL },
  { "{prefix}{path}", "", "a/../b", NULL },
  { "{prefix}{path}", "", "a/..", NULL },
  { "{prefix}{path}", "", "a/./b", NULL },
  { "{prefix}{path}", "", "a//b", NULL },
  { "{prefix}{path}", "", "a/", NULL },
  { "{prefix}{path}", "", "a\nb", NULL },
  { "{prefix}{path}", "", "a\x7f", NULL },
  { "{prefix}{path}", "", "a\xc2\x85", NULL },
  { "{prefix}{path}", "", "a\xff", NULL },
  { "{prefix}{path}", "", "\xed\xa0\x80", NULL },
};

static void
test_keys (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_utc (2025, 3, 1, 23, 59, 59);

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const HoistKeyValues values = { keys[i].prefix, keys[i].path, "acc", "UUID", now };
      g_autoptr (HoistKeyTemplate) key_template = hoist_key_template_new (keys[i].text, NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *key = hoist_key_template_expand (key_template, &values, &error);

      g_assert_cmpstr (key, ==, keys[i].key);
      if (key == NULL)
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_UNSUITABLE);
    }
}

/* The prefix counts too. */
static void
test_length (void)
{
  g_autoptr (HoistKeyTemplate) key_template =
    hoist_key_template_new (HOIST_KEY_TEMPLATE_DEFAULT, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *name = g_strnfill (1024, 'x');
  HoistKeyValues values = { "", name, "a", "u", now };
  g_autofree char *fits = hoist_key_template_expand (key_template, &values, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (fits, ==, name);
  values.prefix = "p/";
  g_assert_null (hoist_key_template_expand (key_template, &values, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_UNSUITABLE);
  g_assert_nonnull (strstr (error->message, "1,024"));
}

static void
test_below (void)
{
  g_assert_true (hoist_key_is_below ("a/b", "a/"));
  g_assert_true (hoist_key_is_below ("a", ""));
  g_assert_false (hoist_key_is_below ("a/", "a/"));
  g_assert_false (hoist_key_is_below ("ab", "a/"));
  g_assert_false (hoist_key_is_below ("b/a/", "a/"));
}

/* Whatever comes in, what comes out is below the prefix and has no component that climbs. */
static void
test_noise (void)
{
  static const char *const bits[] = { "..", ".", "/", "a", "ü", " ", "\n", "\\", "%2e", "\xff" };
  g_autoptr (HoistKeyTemplate) key_template =
    hoist_key_template_new ("{prefix}{yyyy}/{path}", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_utc (2025, 3, 1, 0, 0, 0);

  for (guint round = 0; round < 5000; round++)
    {
      g_autoptr (GString) path = g_string_new (NULL);
      g_autofree char *key = NULL;
      g_autofree char *fenced = NULL;
      HoistKeyValues values = { "p/", NULL, "a", "u", now };

      for (int n = g_test_rand_int_range (0, 8); n > 0; n--)
        g_string_append (path, bits[g_test_rand_int_range (0, G_N_ELEMENTS (bits))]);
      values.path = path->str;
      key = hoist_key_template_expand (key_template, &values, NULL);
      if (key == NULL)
        continue;
      fenced = g_strconcat ("/", key, "/", NULL);
      g_assert_true (g_str_has_prefix (key, "p/2025/"));
      g_assert_true (g_utf8_validate (key, -1, NULL));
      g_assert_null (strstr (fenced, "/../"));
      g_assert_null (strstr (fenced, "/./"));
      g_assert_null (strstr (fenced, "//"));
      g_assert_null (strchr (key, '\n'));
    }
}

static const struct
{
  const char *text;
  const char *key;
  const char *path; /* null: cannot be told */
  gboolean is_whole;
} readings[] = {
  { "{prefix}{path}", "p.q/b/a.txt", "b/a.txt", TRUE },
  { "{prefix}{path}", "pxq/b/a.txt", NULL, FALSE },
  { "{prefix}{path}", "p.q/", NULL, FALSE },
  { "{prefix}{path}", "p.q/ü/漢 (1).bin", "ü/漢 (1).bin", TRUE },
  { "{prefix}{path}", "p.q/../a", NULL, FALSE },
  { "{prefix}{path}", "p.q/a\nb", NULL, FALSE },
  { "{prefix}{account}/{yyyy}/{mm}/{dd}/{path}", "p.q/a(b/2025/03/01/b/a", "b/a", TRUE },
  { "{prefix}{account}/{yyyy}/{mm}/{dd}/{path}", "p.q/a(b/2025/3/01/b/a", NULL, FALSE },
  { "{prefix}{uuid}-{name}", "p.q/0b4ee5a2-93e1-4cf0-9a3e-7a6bbf0cbe5e-a-b", "a-b", FALSE },
  { "{prefix}{name}", "p.q/b/a", NULL, FALSE },
  { "{prefix}{uuid}", "p.q/0b4ee5a2-93e1-4cf0-9a3e-7a6bbf0cbe5e", NULL, FALSE },
  { "{prefix}{path}/{name}", "p.q/b/a/a", "b/a", TRUE },
  { "{prefix}{path}.{path}", "p.q/b/a.b/a", "b/a", TRUE },
  { "{prefix}{path}.{path}", "p.q/b/a.b/c", NULL, FALSE },
};

static void
test_readings (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      g_autoptr (HoistKeyTemplate) key_template = hoist_key_template_new (readings[i].text, NULL);
      g_autoptr (GRegex) reader = hoist_key_template_make_reader (key_template, "p.q/", "a(b");
      gboolean is_whole;
      g_autofree char *path = hoist_key_read_path (reader, readings[i].key, &is_whole);

      g_test_message ("%s", readings[i].key);
      g_assert_nonnull (reader);
      g_assert_cmpstr (path, ==, readings[i].path);
      if (path != NULL)
        g_assert_true (is_whole == readings[i].is_whole);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-template/templates", test_templates);
  g_test_add_func ("/key-template/keys", test_keys);
  g_test_add_func ("/key-template/length", test_length);
  g_test_add_func ("/key-template/below", test_below);
  g_test_add_func ("/key-template/noise", test_noise);
  g_test_add_func ("/key-template/readings", test_readings);
  return g_test_run ();
}
