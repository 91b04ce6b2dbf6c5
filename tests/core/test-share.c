/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-share.h"

#define URL "https://s3.example.org/b/k?X-Amz-Signature=0f"

static void
test_round_trip (void)
{
  g_autoptr (HoistShare) share = hoist_share_new (URL, 1740830400000000);
  g_autoptr (HoistShare) asked = hoist_share_new (NULL, 0);
  g_autoptr (HoistShare) read = NULL;
  g_autoptr (HoistShare) read_asked = NULL;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GVariant) asked_variant = NULL;
  g_autoptr (GError) error = NULL;

  share->temporary = TRUE;
  share->bucket = g_strdup ("b");
  variant = g_variant_ref_sink (hoist_share_to_variant (share));
  read = hoist_share_from_variant (variant, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read->url, ==, URL);
  g_assert_cmpstr (read->bucket, ==, "b");
  g_assert_cmpint (read->expires_us, ==, 1740830400000000);
  g_assert_true (read->is_signed);
  g_assert_true (read->temporary);

  asked->is_signed = FALSE;
  asked_variant = g_variant_ref_sink (hoist_share_to_variant (asked));
  read_asked = hoist_share_from_variant (asked_variant, &error);
  g_assert_no_error (error);
  g_assert_null (read_asked->url);
  g_assert_null (read_asked->bucket);
  g_assert_false (read_asked->is_signed);
  g_assert_false (read_asked->temporary);
}

#define REST "'signed': <true>, 'expires': <int64 1>, 'temporary': <false>"

static void
test_bad (void)
{
  static const char *const texts[] = {
    "@a{sv} {}",
    "{'url': <'https://h/k'>}",
    "{'url': <'https://h/k'>, 'signed': <true>, 'expires': <int64 1>}",
    "{'url': <'file:///etc/passwd'>, " REST "}",
    "{'url': <'javascript:alert(1)'>, " REST "}",
    "{'url': <''>, " REST "}",
    "{'url': <uint64 1>, " REST "}",
    "{'signed': <true>, 'expires': <int64 -1>, 'temporary': <false>}",
    "{'signed': <uint32 1>, 'expires': <int64 1>, 'temporary': <false>}",
    "{'bucket': <[1]>, " REST "}",
    "'https://h/k'",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new_parsed (texts[i]));
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", texts[i]);
      g_assert_null (hoist_share_from_variant (variant, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
      g_assert_null (strstr (error->message, "h/k"));
    }
}

/* What a later version says besides is no reason to refuse it; what is too long is. */
static void
test_limits (void)
{
  g_autofree char *rest = g_strnfill (16384, 'x');
  g_autofree char *longer = g_strconcat ("https://", rest, NULL);
  g_autoptr (GVariant) unknown = g_variant_ref_sink (
    g_variant_new_parsed ("{'url': <'http://h/k'>, 'later': <(1, 'x')>, " REST "}"));
  g_autoptr (GVariant) long_one =
    g_variant_ref_sink (g_variant_new_parsed ("{'url': <%s>, " REST "}", longer));
  g_autoptr (HoistShare) share = NULL;
  g_autoptr (GError) error = NULL;

  share = hoist_share_from_variant (unknown, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (share->url, ==, "http://h/k");
  g_assert_null (hoist_share_from_variant (long_one, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/share/round-trip", test_round_trip);
  g_test_add_func ("/share/bad", test_bad);
  g_test_add_func ("/share/limits", test_limits);
  return g_test_run ();
}
