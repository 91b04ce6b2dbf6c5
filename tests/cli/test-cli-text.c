/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-cli-json.h"
#include "hoist-cli-text.h"
#include "hoist-cli-values.h"
#include "hoist-error.h"

static void
test_escape (void)
{
  const struct
  {
    const char *text;
    const char *escaped;
  } cases[] = {
    { "", "" },
    { "report (1).pdf", "report (1).pdf" },
    { "übung 文件 😀", "übung 文件 😀" },
    { "a\nb\tc\r", "a\\nb\\tc\\x0d" },
    { "\033[2J\033]0;x\007", "\\x1b[2J\\x1b]0;x\\x07" },
    { "\x7f", "\\x7f" },
    { "\xc2\x9b"
      "31m",
      "\\x9b31m" }, /* CSI as one character of C1 */
    { "a\u202egnp.exe", "a\\u202egnp.exe" },
    { "a\u2028b\u2066c", "a\\u2028b\\u2066c" },
    { "a\xff", "a\ufffd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *escaped = hoist_cli_text_escape (cases[i].text);

      g_assert_cmpstr (escaped, ==, cases[i].escaped);
    }
}

static void
test_fit (void)
{
  const struct
  {
    const char *text;
    guint columns;
    const char *fitted;
  } cases[] = {
    { "abcdef", 6, "abcdef" },         { "abcdefgh", 7, "abc…fgh" }, { "abcdefgh", 6, "abc…gh" },
    { "abcdefgh", 5, "ab…gh" },        { "abcdefgh", 4, "abcd" },    { "abcdefgh", 0, "" },
    { "文件文件", 8, "文件文件" },     { "文件文件", 7, "文…件" },   { "文件文件", 3, "文" },
    { "u\u0308ber", 4, "u\u0308ber" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fitted = hoist_cli_text_fit (cases[i].text, cases[i].columns);
      g_autofree char *padded = hoist_cli_text_pad (cases[i].text, cases[i].columns);

      g_assert_cmpstr (fitted, ==, cases[i].fitted);
      g_assert_true (g_str_has_prefix (padded, fitted));
      g_assert_cmpuint (hoist_cli_text_get_columns (padded), ==, cases[i].columns);
    }
}

/* Whatever a name holds, it keeps to its columns and is one line. */
static void
test_random (void)
{
  for (int round = 0; round < 1000; round++)
    {
      char text[33];
      int length = g_test_rand_int_range (0, 32);
      guint columns = (guint) g_test_rand_int_range (0, 30);
      g_autofree char *escaped = NULL;
      g_autofree char *padded = NULL;

      for (int i = 0; i < length; i++)
        text[i] = (char) g_test_rand_int_range (1, 256);
      text[length] = '\0';
      escaped = hoist_cli_text_escape (text);
      padded = hoist_cli_text_pad (escaped, columns);
      g_assert_true (g_utf8_validate (padded, -1, NULL));
      g_assert_cmpuint (hoist_cli_text_get_columns (padded), ==, columns);
      for (const char *p = escaped; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    }
}

static void
test_rate (void)
{
  const struct
  {
    const char *text;
    guint64 bytes_per_s; /* G_MAXUINT64 = refused */
  } cases[] = {
    { "0", 0 },
    { "500k", 500000 },
    { "2.5 MB/s", 2500000 },
    { "10MiB", 10485760 },
    { "1G", 1000000000 },
    { "1000", 1000 },
    { "64 KiB/s", 65536 },
    { "", G_MAXUINT64 },
    { "k", G_MAXUINT64 },
    { "10", G_MAXUINT64 },
    { "-1M", G_MAXUINT64 },
    { "1e9", G_MAXUINT64 },
    { "1 M B", G_MAXUINT64 },
    { "0x10M", G_MAXUINT64 },
    { "1.2.3M", G_MAXUINT64 },
    { "10Mbit", G_MAXUINT64 },
    { "99999999999G", G_MAXUINT64 },
    { ".", G_MAXUINT64 },
    { "inf", G_MAXUINT64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 rate = G_MAXUINT64;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      if (hoist_cli_parse_rate (cases[i].text, &rate, &error))
        g_assert_no_error (error);
      else
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      g_assert_cmpuint (rate, ==, cases[i].bytes_per_s);
    }
}

static void
test_duration (void)
{
  const struct
  {
    const char *text;
    gint64 duration_us; /* 0 = refused */
  } cases[] = {
    { "30", 30000000 },
    { "30s", 30000000 },
    { "1.5m", 90000000 },
    { "2 h", 7200000000 },
    { "1d", 86400000000 },
    { "0", 0 },
    { "-5s", 0 },
    { "5 weeks", 0 },
    { "", 0 },
    { "m", 0 },
    { "99999999999999d", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 duration_us = 0;

      g_test_message ("%s", cases[i].text);
      g_assert_true (hoist_cli_parse_duration (cases[i].text, &duration_us, NULL) ==
                     (cases[i].duration_us != 0));
      g_assert_cmpint (duration_us, ==, cases[i].duration_us);
    }
}

static void
test_id (void)
{
  const char *const bad[] = { "", "0", "-1", "1x", " 1", "18446744073709551616", "all" };
  guint64 id;

  g_assert_true (hoist_cli_parse_id ("18446744073709551615", &id, NULL));
  g_assert_cmpuint (id, ==, G_MAXUINT64);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (hoist_cli_parse_id (bad[i], &id, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
    }
}

static void
test_json (void)
{
  GString *json = hoist_cli_json_begin ("x");
  g_autofree char *line = NULL;

  hoist_cli_json_add_string (json, "text", "a\"\\\n\x01\x7f/ü\xff");
  hoist_cli_json_add_string (json, "nothing", NULL);
  hoist_cli_json_add_number (json, "number", G_MAXUINT64);
  hoist_cli_json_add_flag (json, "flag", FALSE);
  hoist_cli_json_add_time (json, "never", 0);
  hoist_cli_json_add_time (json, "time", G_GINT64_CONSTANT (1700000000999999));
  line = hoist_cli_json_end (json);
  g_assert_cmpstr (line, ==,
                   "{\"event\":\"x\",\"text\":\"a\\\"\\\\\\n\\u0001\\u007f/ü\ufffd\","
                   "\"number\":18446744073709551615,\"flag\":false,"
                   "\"time\":\"2023-11-14T22:13:20Z\"}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/text/escape", test_escape);
  g_test_add_func ("/cli/text/fit", test_fit);
  g_test_add_func ("/cli/text/random", test_random);
  g_test_add_func ("/cli/values/rate", test_rate);
  g_test_add_func ("/cli/values/duration", test_duration);
  g_test_add_func ("/cli/values/id", test_id);
  g_test_add_func ("/cli/json", test_json);
  return g_test_run ();
}
