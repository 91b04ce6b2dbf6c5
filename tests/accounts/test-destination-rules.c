/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-rules.h"
#include "hoist-error.h"

static void
assert_verdict (gboolean verdict, gboolean expected, GError *error, const char *input)
{
  if (verdict != expected)
    g_test_message ("unexpected verdict for “%s”", input);
  g_assert_cmpint (verdict, ==, expected);
  if (expected)
    {
      g_assert_no_error (error);
    }
  else
    {
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      /* Sentences for people. */
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

static void
test_name (void)
{
  static const struct
  {
    const char *name;
    gboolean good;
  } table[] = {
    { "Home", TRUE },      { "Büro – Süd", TRUE }, { "a", TRUE },      { NULL, FALSE },
    { "", FALSE },         { " ", FALSE },         { " a", FALSE },    { "a ", FALSE },
    { "a\nb", FALSE },     { "a\tb", FALSE },      { "a\xff", FALSE }, { "a\x7f", FALSE },
    { "\xc2\x85", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      gboolean verdict = hoist_destination_check_name (table[i].name, &error);

      assert_verdict (verdict, table[i].good, error, table[i].name);
    }

  g_autofree char *longest = g_strnfill (100, 'x');
  g_autofree char *too_long = g_strnfill (101, 'x');
  g_assert_true (hoist_destination_check_name (longest, NULL));
  g_assert_false (hoist_destination_check_name (too_long, NULL));
}

static void
test_url (void)
{
  static const struct
  {
    const char *url;
    gboolean good;
  } table[] = {
    { "https://upload.example.org", TRUE },
    { "https://upload.example.org/", TRUE },
    { "https://upload.example.org:8443/api/v1", TRUE },
    { "HTTPS://Upload.Example.Org/", TRUE },
    { "https://[2001:db8::1]:8443/", TRUE },
    { "http://localhost:8080", TRUE },
    { "http://127.0.0.1:8080/x", TRUE },
    { "http://127.9.9.9/", TRUE },
    { "http://[::1]:8080/", TRUE },
    { "http://upload.example.org", FALSE },
    { "http://localhost.example.org/", FALSE },
    { "http://127.0.0.1.example.org/", FALSE },
    { "http://[2001:db8::1]/", FALSE },
    { "http://0.0.0.0/", FALSE },
    { "ftp://upload.example.org", FALSE },
    { "file:///etc/passwd", FALSE },
    { "upload.example.org", FALSE },
    { "https://", FALSE },
    { "https:///path", FALSE },
    { "https://user:secret@upload.example.org/", FALSE },
    { "https://user@upload.example.org/", FALSE },
    { "https://upload.example.org/?token=secret", FALSE },
    { "https://upload.example.org/#secret", FALSE },
    { "https://upload example.org/", FALSE },
    { " https://upload.example.org/", FALSE },
    { "https://upload.example.org:99999/", FALSE },
    { "https://upload.example.org/\n", FALSE },
    { "https://\xff/", FALSE },
    { "", FALSE },
    { NULL, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      gboolean verdict = hoist_destination_check_url (table[i].url, &error);

      assert_verdict (verdict, table[i].good, error, table[i].url);
      if (error != NULL)
        g_assert_null (strstr (error->message, "secret"));
    }
}

static void
test_key_prefix (void)
{
  static const struct
  {
    const char *key_prefix;
    gboolean good;
  } table[] = {
    { NULL, TRUE },    { "", TRUE },        { "photos/", TRUE },  { "photos/2024", TRUE },
    { "a..b/", TRUE }, { "Fötos/", TRUE },  { "/photos", FALSE }, { "..", FALSE },
    { "../x", FALSE }, { "a/../b", FALSE }, { "a/..", FALSE },    { "./a", FALSE },
    { "a//b", FALSE }, { "a\nb/", FALSE },  { "a\xff/", FALSE },  { "/", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      gboolean verdict = hoist_destination_check_key_prefix (table[i].key_prefix, &error);

      assert_verdict (verdict, table[i].good, error, table[i].key_prefix);
    }

  g_autofree char *too_long = g_strnfill (513, 'x');
  g_assert_false (hoist_destination_check_key_prefix (too_long, NULL));
}

static void
test_destination (void)
{
  g_autoptr (HoistDestination) destination = hoist_destination_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (hoist_destination_check (destination, NULL));
  hoist_destination_set_name (destination, "Home");
  g_assert_false (hoist_destination_check (destination, NULL));
  hoist_destination_set_url (destination, "https://upload.example.org");
  g_assert_true (hoist_destination_check (destination, &error));
  g_assert_no_error (error);

  hoist_destination_set_concurrency (destination, 32);
  g_assert_true (hoist_destination_check (destination, NULL));
  hoist_destination_set_concurrency (destination, 33);
  g_assert_false (hoist_destination_check (destination, NULL));
  hoist_destination_set_concurrency (destination, 0);

  hoist_destination_set_ca_file (destination, "ca.pem");
  g_assert_false (hoist_destination_check (destination, NULL));
  hoist_destination_set_ca_file (destination, "/etc/ca.pem");
  g_assert_true (hoist_destination_check (destination, NULL));

  hoist_destination_set_provider_type (destination, "Hoist API");
  g_assert_false (hoist_destination_check (destination, NULL));
}

static void
test_id (void)
{
  static const struct
  {
    const char *name;
    const char *id;
  } table[] = {
    { "Home", "home" },     { "Café Nord", "cafe-nord" }, { "  --x--y--  ", "x-y" },
    { "Büro 2", "buro-2" }, { "日本", "destination" },    { "!", "destination" },
    { "a/../../b", "a-b" }, { "a]b[c", "a-b-c" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *id = hoist_destination_make_id (table[i].name);

      /* How letters are written in ASCII is the C library's choice. */
      if (g_str_is_ascii (table[i].name))
        g_assert_cmpstr (id, ==, table[i].id);
      g_assert_true (hoist_destination_check_id (id));
    }

  g_assert_false (hoist_destination_check_id (NULL));
  g_assert_false (hoist_destination_check_id (""));
  g_assert_false (hoist_destination_check_id ("-a"));
  g_assert_false (hoist_destination_check_id ("A"));
  g_assert_false (hoist_destination_check_id ("a b"));
  g_assert_false (hoist_destination_check_id ("a/b"));
}

/* Any name at all gives an id that is one. */
static void
test_id_random (void)
{
  for (guint run = 0; run < 2000; run++)
    {
      g_autoptr (GString) name = g_string_new (NULL);
      int n = g_test_rand_int_range (0, 80);

      for (int i = 0; i < n; i++)
        g_string_append_unichar (
          name, (gunichar) g_test_rand_int_range (1, g_test_rand_bit () ? 0x80 : 0xd7ff));

      g_autofree char *id = hoist_destination_make_id (name->str);
      g_assert_true (hoist_destination_check_id (id));
      g_assert_cmpuint (strlen (id), <=, 40);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/destination-rules/name", test_name);
  g_test_add_func ("/destination-rules/url", test_url);
  g_test_add_func ("/destination-rules/key-prefix", test_key_prefix);
  g_test_add_func ("/destination-rules/destination", test_destination);
  g_test_add_func ("/destination-rules/id", test_id);
  g_test_add_func ("/destination-rules/id-random", test_id_random);

  return g_test_run ();
}
