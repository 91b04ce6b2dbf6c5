/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-fault.h"

static void
test_round_trip (void)
{
  g_autoptr (HoistS3Fault) written = hoist_s3_fault_new ("AccessDenied", "Not <you> & \"me\"");
  g_autoptr (HoistS3Fault) read = NULL;
  g_autofree char *xml = NULL;

  written->resource = g_strdup ("/b/ü");
  written->request_id = g_strdup ("0815");
  hoist_s3_pairs_add (written->details, "HeadersNotSigned", "x-amz-meta-a");
  hoist_s3_pairs_add (written->details, "StringToSign", "secret");
  xml = hoist_s3_fault_to_xml (written);
  g_assert_true (g_str_has_prefix (xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>"));
  read = hoist_s3_fault_parse (xml, strlen (xml));
  g_assert_cmpstr (read->code, ==, "AccessDenied");
  g_assert_cmpstr (read->message, ==, "Not <you> & \"me\"");
  g_assert_cmpstr (read->resource, ==, "/b/ü");
  g_assert_cmpstr (read->request_id, ==, "0815");
  g_assert_cmpstr (hoist_s3_pairs_lookup (read->details, "HeadersNotSigned"), ==, "x-amz-meta-a");
  g_assert_null (hoist_s3_pairs_lookup (read->details, "StringToSign"));
}

static void
test_no_fault (void)
{
  const char *const bodies[] = {
    "",
    "<html><h1>502 Bad Gateway</h1></html>",
    "{}",
    "<Error/>",
    "<Error><Code></Code></Error>",
    "<Error><Code>a b</Code></Error>",
    "<Error><Code>&#27;[2J</Code></Error>",
    "<Error><Code>NoSuchKey</Code>",
  };

  g_assert_null (hoist_s3_fault_parse (NULL, 0));
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    g_assert_null (hoist_s3_fault_parse (bodies[i], strlen (bodies[i])));
}

/* What a server says is shown to people: it must not drive their terminal. */
static void
test_hostile_message (void)
{
  g_autofree char *filler = g_strnfill (5000, 'x');
  g_autofree char *xml =
    g_strdup_printf ("<Error><Code>X</Code><Message>a&#27;[2J\n\n%s</Message></Error>", filler);
  g_autoptr (HoistS3Fault) fault = hoist_s3_fault_parse (xml, strlen (xml));

  g_assert_cmpuint (strlen (fault->message), <=, 300);
  g_assert_null (strchr (fault->message, '\033'));
  g_assert_null (strchr (fault->message, '\n'));
  g_assert_true (g_str_has_prefix (fault->message, "a [2J"));
}

static void
test_status (void)
{
  const struct
  {
    const char *code;
    guint status;
  } cases[] = {
    { "NoSuchUpload", 404 },  { "AccessDenied", 403 },         { "SlowDown", 503 },
    { "InternalError", 500 }, { "MissingContentLength", 411 }, { "Whatever", 400 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Fault) fault = hoist_s3_fault_new (cases[i].code, "");

      g_assert_cmpuint (hoist_s3_fault_get_status (fault), ==, cases[i].status);
    }
}

static void
test_to_error (void)
{
  const struct
  {
    const char *code;
    const char *message;
    guint status;
    HoistError error;
  } cases[] = {
    { "AccessDenied", "Access Denied", 403, HOIST_ERROR_FORBIDDEN },
    { "AccessDenied", "Request has expired", 403, HOIST_ERROR_URL_EXPIRED },
    { "SignatureDoesNotMatch", "", 403, HOIST_ERROR_AUTH },
    { "SlowDown", "", 503, HOIST_ERROR_THROTTLED },
    { "InternalError", "", 200, HOIST_ERROR_UNAVAILABLE },
    { "NoSuchUpload", "", 404, HOIST_ERROR_UPLOAD_GONE },
    { NULL, NULL, 404, HOIST_ERROR_REJECTED },
    { NULL, NULL, 503, HOIST_ERROR_UNAVAILABLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Fault) fault =
        cases[i].code ? hoist_s3_fault_new (cases[i].code, cases[i].message) : NULL;
      g_autoptr (GError) error =
        hoist_s3_fault_to_error (fault, cases[i].status, "Listing the parts of a.txt");

      g_assert_error (error, HOIST_ERROR, (int) cases[i].error);
      g_assert_true (g_str_has_prefix (error->message, "Listing the parts of a.txt: "));
      g_assert_nonnull (
        strstr (error->message, cases[i].code ? cases[i].code : "answered with status"));
    }
}

static void
test_gone (void)
{
  const struct
  {
    const char *code;
    guint status;
    gboolean gone;
  } cases[] = {
    { "NoSuchUpload", 404, TRUE },   { "NoSuchUpload", 200, TRUE },
    { "NoSuchKey", 404, TRUE },      { NULL, 404, TRUE },
    { "NoSuchBucket", 404, FALSE },  { NULL, 403, FALSE },
    { "InternalError", 500, FALSE }, { "NoSuchKey", 200, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Fault) fault = cases[i].code ? hoist_s3_fault_new (cases[i].code, "")
                                                     : NULL;

      g_assert_true (hoist_s3_is_upload_gone (cases[i].status, fault) == cases[i].gone);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/s3/fault/round-trip", test_round_trip);
  g_test_add_func ("/s3/fault/no-fault", test_no_fault);
  g_test_add_func ("/s3/fault/hostile-message", test_hostile_message);
  g_test_add_func ("/s3/fault/status", test_status);
  g_test_add_func ("/s3/fault/to-error", test_to_error);
  g_test_add_func ("/s3/fault/gone", test_gone);
  return g_test_run ();
}
