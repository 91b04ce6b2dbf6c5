/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which buckets keys can see, and what is said where they may not say it. */

#include <string.h>

#include "hoist-s3-buckets.h"
#include "s3-fixture.h"

#define BUCKETS(inside)                                                                            \
  "<?xml version=\"1.0\"?><ListAllMyBucketsResult "                                                \
  "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"                                             \
  "<Owner><ID>me</ID></Owner>" inside "</ListAllMyBucketsResult>"
#define BUCKET(name) "<Bucket><Name>" name "</Name><CreationDate>x</CreationDate></Bucket>"
#define REFUSAL(code) "<Error><Code>" code "</Code><Message>secret</Message></Error>"

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **taken = user_data;

  *taken = g_object_ref (result);
}

static GStrv
list (S3Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_s3_buckets_list_async (fixture->config, NULL, listed_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return hoist_s3_buckets_list_finish (result, error);
}

static void
test_names (S3Fixture *fixture, gconstpointer unused)
{
  static const struct
  {
    const char *answer;
    const char *names; /* with commas */
  } cases[] = {
    { BUCKETS ("<Buckets>" BUCKET ("b") BUCKET ("a") BUCKET ("c.d") "</Buckets>"), "a,b,c.d" },
    { BUCKETS ("<Buckets/>"), "" },
    { BUCKETS (""), "" },
    { BUCKETS ("<Buckets>" BUCKET ("a") BUCKET ("a") BUCKET ("") "<Bucket/><Other/></Buckets>"),
      "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const HoistTestRequest *request;
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) names = NULL;
      g_autofree char *joined = NULL;

      s3_fixture_reply (fixture, 200, NULL, cases[i].answer);
      names = list (fixture, &error);
      g_assert_no_error (error);
      joined = g_strjoinv (",", names);
      g_assert_cmpstr (joined, ==, cases[i].names);
      request = hoist_test_http_server_get_request (fixture->server, i);
      g_assert_cmpstr (request->method, ==, "GET");
      /* Of the service, and not of the bucket that is set up. */
      g_assert_cmpstr (request->target, ==, "/");
      g_assert_true (g_str_has_prefix (g_hash_table_lookup (request->headers, "authorization"),
                                       "AWS4-HMAC-SHA256 Credential=AKIA/"));
    }
}

/* Nothing but address and keys has to be known. */
static void
test_without_a_bucket (S3Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;

  hoist_destination_settings_set (fixture->config->settings, HOIST_SETTING_BUCKET, NULL);
  s3_fixture_reply (fixture, 200, NULL, BUCKETS ("<Buckets>" BUCKET ("a") "</Buckets>"));
  names = list (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  hoist_destination_settings_set (fixture->config->settings, HOIST_SETTING_BUCKET, "b");
}

static void
test_refusals (S3Fixture *fixture, gconstpointer unused)
{
  static const struct
  {
    guint status;
    const char *answer;
    int code;
    gboolean calm;
  } cases[] = {
    { 403, REFUSAL ("AccessDenied"), HOIST_ERROR_FORBIDDEN, TRUE },
    { 501, REFUSAL ("NotImplemented"), HOIST_ERROR_NOT_SUPPORTED, TRUE },
    { 404, "", HOIST_ERROR_PROTOCOL, TRUE },
    { 404, REFUSAL ("NoSuchBucket"), HOIST_ERROR_REJECTED, TRUE },
    { 403, REFUSAL ("InvalidAccessKeyId"), HOIST_ERROR_AUTH, FALSE },
    { 503, REFUSAL ("SlowDown"), HOIST_ERROR_THROTTLED, FALSE },
    { 200, "<html/>", HOIST_ERROR_PROTOCOL, FALSE },
    { 200, "not XML", HOIST_ERROR_PROTOCOL, FALSE },
    { 200, "", HOIST_ERROR_PROTOCOL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%u", i);
      s3_fixture_reply (fixture, cases[i].status, NULL, cases[i].answer);
      g_assert_null (list (fixture, &error));
      g_assert_error (error, HOIST_ERROR, cases[i].code);
      g_assert_null (strstr (error->message, "secret"));
      g_assert_cmpint (strstr (error->message, "Enter the bucket’s name") != NULL, ==,
                       cases[i].calm);
    }
}

static void
add (const char *name, void (*test) (S3Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/providers/s3-buckets/%s", name);

  g_test_add (path, S3Fixture, NULL, s3_fixture_set_up, test, s3_fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("names", test_names);
  add ("without-a-bucket", test_without_a_bucket);
  add ("refusals", test_refusals);
  return g_test_run ();
}
