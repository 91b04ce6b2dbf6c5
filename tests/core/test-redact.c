/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-redact.h"

#define SECRET "Zq7XkPlantedSecretWp93"

/* What comes out; where it is %NULL, only that nothing of SECRET is left. */
static const struct
{
  const char *text;
  const char *redacted;
} table[] = {
  { "", "" },
  { "The server asked us to slow down.", "The server asked us to slow down." },
  { "Größe 北.iso was sent?", "Größe 北.iso was sent?" },
  { "https://s3.example.org/bucket/key", "https://s3.example.org/bucket/key" },
  { "https://s3.example.org/b/k?X-Amz-Signature=" SECRET "&partNumber=3 failed",
    "https://s3.example.org/b/k failed" },
  { "“https://s3.example.org/b/k?" SECRET "” failed", "“https://s3.example.org/b/k” failed" },
  { "https://s3.example.org/b/k#" SECRET, "https://s3.example.org/b/k" },
  { "https://user:" SECRET "@s3.example.org/b/k", "https://s3.example.org/b/k" },
  { "GET /b/k?uploadId=7&sig=" SECRET " HTTP/1.1", "GET /b/k HTTP/1.1" },
  { "/b/k?sig%3D" SECRET, "/b/k" },
  { "X-Amz-Signature=" SECRET, "…" },
  { "x-amz-security-token: " SECRET " was refused", "… was refused" },
  { "a&X-Amz-Credential=" SECRET "%2F20260101", "a…" },
  { "X-Goog-Signature=" SECRET, "…" },
  { "Authorization: Bearer " SECRET, NULL },
  { "bearer " SECRET, "…" },
  { "Authorization: Basic " SECRET "==", NULL },
  { "{\"token\":\"" SECRET "\"}", NULL },
  { "{\"access_token\" : \"" SECRET "\"}", NULL },
  { "token=" SECRET ".jpg", NULL },
  { "password: " SECRET, NULL },
  { "AWS4-HMAC-SHA256 Credential=" SECRET "/x, SignedHeaders=host, Signature=" SECRET, NULL },
  { "AWSAccessKeyId=" SECRET, NULL },
  { "hst_" SECRET, "…" },
  { "who is hst_" SECRET "?", "who is …?" },
  { "AKIAIOSFODNN7EXAMPLE is unknown", "… is unknown" },
  { "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx." SECRET, "…" },
  { SECRET SECRET, "…" },
  /* what is no secret stays: digests and upload ids help to find a fault */
  { "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
  { "/home/me/Pictures/Holiday-2026_in-the-Mountains/IMG_0001.jpg",
    "/home/me/Pictures/Holiday-2026_in-the-Mountains/IMG_0001.jpg" },
  { "is not authorized", "is not authorized" },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *redacted = hoist_redact (table[i].text);

      g_test_message ("%s -> %s", table[i].text, redacted);
      if (table[i].redacted != NULL)
        g_assert_cmpstr (redacted, ==, table[i].redacted);
      g_assert_null (strstr (redacted, SECRET));
      g_assert_null (strstr (redacted, "X-Amz-"));
    }
  g_assert_null (hoist_redact (NULL));
}

/* What was taken out once stays out, and nothing more goes. */
static void
test_twice (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *once = hoist_redact (table[i].text);
      g_autofree char *twice = hoist_redact (once);

      g_assert_cmpstr (twice, ==, once);
    }
}

/* In the middle of whatever a server says. */
static void
test_anywhere (void)
{
  static const char *const planted[] = {
    "https://s3.example.org/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=" SECRET,
    "hst_" SECRET,
    "Bearer " SECRET,
    "Signature=" SECRET,
  };
  static const char *const around[] = { " ", "\"", "'", "<", ">", "(", "\n", "“", ", ", "=" };

  for (gsize i = 0; i < G_N_ELEMENTS (planted); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (around); j++)
      {
        g_autofree char *text =
          g_strconcat ("before", around[j], planted[i], around[j], "after", NULL);
        g_autofree char *redacted = hoist_redact (text);

        g_test_message ("%s", redacted);
        g_assert_null (strstr (redacted, SECRET));
        g_assert_true (g_str_has_prefix (redacted, "before"));
      }
}

/* Anything may come from outside: no UTF-8, and what would make a regular
 * expression try for ever. */
static void
test_hostile (void)
{
  static const char *const units[] = {
    "a", "?", "://", "token", "=", "A1a", "x-amz-", "\xff", "&"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      gint64 begun_us = g_get_monotonic_time ();
      g_autofree char *redacted = NULL;

      while (text->len < 100000)
        g_string_append (text, units[i]);
      redacted = hoist_redact (text->str);
      g_assert_true (g_utf8_validate (redacted, -1, NULL));
      g_test_message ("%s: %" G_GINT64_FORMAT " ms", i == 7 ? "0xff" : units[i],
                      (g_get_monotonic_time () - begun_us) / 1000);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/redact/table", test_table);
  g_test_add_func ("/redact/twice", test_twice);
  g_test_add_func ("/redact/anywhere", test_anywhere);
  g_test_add_func ("/redact/hostile", test_hostile);
  return g_test_run ();
}
