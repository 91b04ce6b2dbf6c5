/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-json-check.h"
#include "hoist-json-text.h"

typedef struct
{
  const char *text;
  const char *why; /* null: it passes */
} Case;

static const Case cases[] = {
  { "", NULL },
  { "{}", NULL },
  { " {\"a\": [1, -2.5e+3, true, false, null]} \r\n", NULL },
  { "{\"a\":{\"b\":[[1]]}}", NULL },
  { "\"\\\\u0000\"", NULL },
  { "\"]}[{,\\\"\"", NULL },
  { "\"ü 漢\"", NULL },
  { "[[[[[1]]]]]", "too many levels at byte 4" },
  { "{\"a\":[[{\"b\":[1]}]]}", "too many levels at byte 12" },
  { "\"\\u0000\"", "a NUL character at byte 1" },
  { "{} {}", "more than one value at byte 3" },
  { "[]1", "more than one value at byte 2" },
  { "]", "a closing bracket too many at byte 0" },
  { "[", "it ends too early at byte 1" },
  { "\"abc", "a string without an end at byte 4" },
  { "\"abc\\", "a string without an end at byte 5" },
  { "\"a\nb\"", "a control character in a string at byte 2" },
  { "{} // c", "an unexpected character at byte 3" },
  { "/**/{}", "an unexpected character at byte 0" },
  { "var a = {}", "an unexpected character at byte 0" },
  { "{'a':1}", "an unexpected character at byte 1" },
  { "\xff", "not UTF-8 at byte 0" },
  { "\"\xc3\"", "not UTF-8 at byte 1" },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *printable = g_utf8_make_valid (cases[i].text, -1);
      g_autoptr (GError) error = NULL;
      gboolean passed = hoist_json_check (cases[i].text, strlen (cases[i].text), 4, &error);

      g_test_message ("%s", printable);
      if (cases[i].why == NULL)
        {
          g_assert_no_error (error);
          g_assert_true (passed);
          continue;
        }
      g_assert_false (passed);
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
      g_assert_nonnull (strstr (error->message, cases[i].why));
    }
}

/* Ten megabytes of numbers would be hundreds of megabytes when parsed. */
static void
test_many_values (void)
{
  const struct
  {
    guint n;
    gboolean passes;
  } counts[] = { { 100000, TRUE }, { 199999, TRUE }, { 200000, FALSE }, { 1000000, FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (GString) text = g_string_new ("[0");
      g_autoptr (GError) error = NULL;

      for (guint n = 0; n < counts[i].n; n++)
        g_string_append (text, ",0");
      g_string_append_c (text, ']');
      g_assert_true (hoist_json_check (text->str, text->len, 4, &error) == counts[i].passes);
      if (!counts[i].passes)
        g_assert_nonnull (strstr (error->message, "too many values"));
      /* Commas in a string are none. */
      memset (text->str, '"', 1);
      memset (text->str + text->len - 1, '"', 1);
      g_clear_error (&error);
      g_assert_true (hoist_json_check (text->str, text->len, 4, &error));
    }
}

static void
test_nul_byte (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hoist_json_check ("{}\0{}", 5, 4, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
}

/* Whatever comes: it ends, reads nothing beyond its end, and passes nothing deeper than allowed. */
static void
test_noise (void)
{
  static const char alphabet[] = "{}[]\"\\u0:,1 tn\n";

  for (guint round = 0; round < 20000; round++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 24);
      g_autofree char *text = g_malloc (MAX (length, 1)); /* no NUL behind it */
      guint depth = 0;
      guint deepest = 0;
      gboolean in_string = FALSE;

      for (gsize i = 0; i < length; i++)
        text[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      if (!hoist_json_check (text, length, 3, NULL))
        continue;
      for (gsize i = 0; i < length; i++)
        {
          if (text[i] == '\\' && in_string)
            i++;
          else if (text[i] == '"')
            in_string = !in_string;
          else if (!in_string && strchr ("{[", text[i]) != NULL)
            {
              depth++;
              deepest = MAX (deepest, depth);
            }
          else if (!in_string && strchr ("}]", text[i]) != NULL)
            depth--;
        }
      g_assert_cmpuint (deepest, <=, 3);
      g_assert_cmpuint (depth, ==, 0);
      g_assert_false (in_string);
    }
}

/* What is written is read as what it was, whatever stands next to what. */
static void
test_text (void)
{
  static const struct
  {
    const char *text;
    const char *json;
  } rows[] = {
    { "", "\"\"" },
    { "plain /~.text", "\"plain /~.text\"" },
    { "\"", "\"\\\"\"" },
    { "a\"b\\c\\\\", "\"a\\\"b\\\\c\\\\\\\\\"" },
    { "\nline\n\tend\x7f", "\"\\nline\\n\\u0009end\\u007f\"" },
    { "\x01\x1f ü 漢", "\"\\u0001\\u001f ü 漢\"" },
    { "no \xff UTF-8", "\"no \xef\xbf\xbd UTF-8\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) json = g_string_new ("[");

      hoist_json_append_text (json, rows[i].text);
      g_assert_cmpstr (json->str + 1, ==, rows[i].json);
      g_string_append_c (json, ']');
      g_assert_true (hoist_json_check (json->str, json->len, 1, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-check/table", test_table);
  g_test_add_func ("/json-check/nul-byte", test_nul_byte);
  g_test_add_func ("/json-check/many-values", test_many_values);
  g_test_add_func ("/json-check/noise", test_noise);
  g_test_add_func ("/json-check/text", test_text);
  return g_test_run ();
}
