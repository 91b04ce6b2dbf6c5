/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-secret-headers.h"

typedef struct
{
  const char *text;
  const char *headers; /* name=value|…; NULL = refused */
} Case;

static const Case cases[] = {
  { NULL, "" },
  { "", "" },
  { " \n\n ", "" },
  { "token", "Authorization=Bearer token|" },
  { "\n token \n", "Authorization=Bearer token|" },
  { "Cookie: session=a; b=c", "Cookie=session=a; b=c|" },
  { "cookie:a=b\r\nX-Api-Key :  key \n\n", "cookie=a=b|X-Api-Key=key|" },
  { "Authorization: Basic dTpw", "Authorization=Basic dTpw|" },
  { "X: a:b", "X=a:b|" },
  { "two words", NULL },
  { "tökn", NULL },
  { "token\nX: y", NULL },
  { "X:", NULL },
  { "X: ", NULL },
  { ": y", NULL },
  { "X Y: z", NULL },
  { "Ü: z", NULL },
  { "X: z\x01", NULL },
  { "X: ü", NULL },
  { "Host: evil.example", NULL },
  { "content-LENGTH: 0", NULL },
  { "Transfer-Encoding: chunked", NULL },
  { "Content-Type: text/html", NULL },
};

static char *
describe (GStrv headers)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; headers[i] != NULL; i += 2)
    g_string_append_printf (text, "%s=%s|", headers[i], headers[i + 1]);
  return g_string_free (text, FALSE);
}

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      GStrv headers = hoist_secret_headers_parse (cases[i].text, &error);
      g_autofree char *described = headers != NULL ? describe (headers) : NULL;

      g_test_message ("%u", i);
      g_assert_cmpstr (described, ==, cases[i].headers);
      if (headers == NULL)
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      hoist_secret_headers_free (headers);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *long_token = g_strnfill (HOIST_SECRET_HEADERS_MAX_BYTES + 1, 'a');
  g_autoptr (GError) many = NULL;
  g_autoptr (GError) much = NULL;
  GStrv headers;

  for (guint i = 0; i < HOIST_SECRET_HEADERS_MAX; i++)
    g_string_append_printf (text, "X-%u: y\n", i);
  headers = hoist_secret_headers_parse (text->str, NULL);
  g_assert_cmpuint (g_strv_length (headers), ==, 2 * HOIST_SECRET_HEADERS_MAX);
  hoist_secret_headers_free (headers);

  g_string_append (text, "X-Last: y\n");
  g_assert_null (hoist_secret_headers_parse (text->str, &many));
  g_assert_error (many, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_null (hoist_secret_headers_parse (long_token, &much));
  g_assert_error (much, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
}

/* A secret that was pasted wrongly is in no message. */
static void
test_messages (void)
{
  static const char *const texts[] = { "s3cr3t s3cr3t", "X: a\ns3cr3t", "s3cr3t s: y",
                                       "X: s3cr3tü" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (hoist_secret_headers_parse (texts[i], &error));
      g_assert_null (strstr (error->message, "s3cr3t"));
    }
}

static void
test_are_in (void)
{
  GStrv headers = hoist_secret_headers_parse (
    "Authorization: Bearer long-enough\nCookie: session=another-one; a=short", NULL);
  const char *const *secrets = (const char *const *) headers;

  g_assert_true (hoist_secret_headers_are_in (secrets, "Bearer long-enough"));
  g_assert_true (hoist_secret_headers_are_in (secrets, "x long-enough x"));
  g_assert_true (hoist_secret_headers_are_in (secrets, "“another-one”"));
  /* By chance: no secret has so few characters. */
  g_assert_false (hoist_secret_headers_are_in (secrets, "a short message for the Bearer"));
  g_assert_false (hoist_secret_headers_are_in (secrets, ""));
  hoist_secret_headers_free (headers);
}

static void
test_token (void)
{
  g_autoptr (GError) error = NULL;
  GStrv none = hoist_secret_headers_new_for_token (NULL, NULL);
  GStrv one = hoist_secret_headers_new_for_token ("a:b", NULL);

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_cmpstr (one[1], ==, "Bearer a:b");
  g_assert_null (hoist_secret_headers_new_for_token ("a\n", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  hoist_secret_headers_free (none);
  hoist_secret_headers_free (one);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/secret-headers/parse", test_parse);
  g_test_add_func ("/core/secret-headers/limits", test_limits);
  g_test_add_func ("/core/secret-headers/messages", test_messages);
  g_test_add_func ("/core/secret-headers/are-in", test_are_in);
  g_test_add_func ("/core/secret-headers/token", test_token);
  return g_test_run ();
}
