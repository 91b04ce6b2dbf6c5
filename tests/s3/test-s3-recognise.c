/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-s3-recognise.h"

static void
test_url (void)
{
  static const struct
  {
    const char *url;
    const char *service; /* null = it is none that is known */
    const char *endpoint;
    const char *region;
    const char *bucket;
  } cases[] = {
    { "https://s3.eu-central-1.amazonaws.com", "aws", "https://s3.eu-central-1.amazonaws.com",
      "eu-central-1", NULL },
    { "https://films.s3.eu-central-1.amazonaws.com/", "aws",
      "https://s3.eu-central-1.amazonaws.com", "eu-central-1", "films" },
    { "https://my.films.s3.eu-central-1.amazonaws.com/a/b", "aws",
      "https://s3.eu-central-1.amazonaws.com", "eu-central-1", "my.films" },
    { "https://S3.EU-central-1.amazonaws.com/films/2024", "aws",
      "https://s3.eu-central-1.amazonaws.com", "eu-central-1", "films" },
    { "https://s3.amazonaws.com/films", "aws", "https://s3.us-east-1.amazonaws.com", "us-east-1",
      "films" },
    { "https://films.s3.amazonaws.com", "aws", "https://s3.us-east-1.amazonaws.com", "us-east-1",
      "films" },
    { "https://s3.cn-north-1.amazonaws.com.cn", "aws", "https://s3.cn-north-1.amazonaws.com.cn",
      "cn-north-1", NULL },
    { "https://abc123.r2.cloudflarestorage.com/films", "r2",
      "https://abc123.r2.cloudflarestorage.com", NULL, "films" },
    { "https://films.nyc3.digitaloceanspaces.com", "spaces", "https://nyc3.digitaloceanspaces.com",
      "nyc3", "films" },
    { "https://sos-ch-gva-2.exo.io", "exoscale", "https://sos-ch-gva-2.exo.io", "ch-gva-2", NULL },
    { "https://storage.googleapis.com/films", "google", "https://storage.googleapis.com", NULL,
      "films" },
    { "https://films.storage.googleapis.com", "google", "https://storage.googleapis.com", NULL,
      "films" },
    { "https://s3.us-west-004.backblazeb2.com", "b2", "https://s3.us-west-004.backblazeb2.com",
      "us-west-004", NULL },
    { "https://s3.gra.io.cloud.ovh.net", "ovh", "https://s3.gra.io.cloud.ovh.net", "gra", NULL },
    /* Of somebody else, whatever it looks like. */
    { "https://amazonaws.com", NULL },
    { "https://s3..amazonaws.com", NULL },
    { "https://evils3.eu-central-1.amazonaws.com", NULL },
    { "https://s3.eu-central-1.amazonaws.com.evil.example", NULL },
    { "https://evilstorage.googleapis.com", NULL },
    { "https://s3.eu-central-1.amazonaws.com:8443", NULL },
    { "https://r2.cloudflarestorage.com", NULL },
    { "https://hoist.example.com/api", NULL },
    { "https://s3.example.org", NULL },
    { "not an address", NULL },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Place) place = hoist_s3_place_new_from_url (cases[i].url);

      g_test_message ("%s", cases[i].url);
      if (cases[i].service == NULL)
        {
          g_assert_null (place);
          continue;
        }
      g_assert_nonnull (place);
      g_assert_cmpstr (place->service->id, ==, cases[i].service);
      g_assert_cmpstr (place->url, ==, cases[i].endpoint);
      g_assert_cmpstr (place->region, ==, cases[i].region);
      g_assert_cmpstr (place->bucket, ==, cases[i].bucket);
    }
}

#define REFUSAL                                                                                    \
  "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>no</Message></Error>"

#define CEPH_ID "tx000000129a887a7485082-006b0b8ed0-100f-default"
#define SWIFT_ID "txe41cd70cd8be40a0a2d1c-006b0b8ed0"

static void
test_answer (void)
{
  static const struct
  {
    const char *server;
    gboolean has_transaction;
    const char *request_id;
    const char *body;
    const char *service; /* null = it is no S3 */
  } cases[] = {
    { "MinIO", FALSE, NULL, REFUSAL, "minio" },
    { "AmazonS3", FALSE, NULL, REFUSAL, "aws" },
    { "Ceph Object Gateway (reef)", FALSE, NULL, REFUSAL, "ceph" },
    { NULL, TRUE, SWIFT_ID, REFUSAL, "swift" },
    { NULL, FALSE, NULL, "<Error><Code>AccessDenied</Code><Region>garage</Region></Error>",
      "garage" },
    { NULL, FALSE, CEPH_ID, REFUSAL, "ceph" },
    { NULL, FALSE, CEPH_ID,
      "<ListAllMyBucketsResult><Owner><ID>anonymous</ID></Owner></ListAllMyBucketsResult>",
      "ceph" },
    { NULL, FALSE, SWIFT_ID, REFUSAL, "other" },
    { "nginx", FALSE, "0A49CE4060975EAC", REFUSAL, "other" },
    { NULL, FALSE, NULL,
      "<ListAllMyBucketsResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'/>", "other" },
    { "MinIO", FALSE, NULL, "<html><body>Error</body></html>", NULL },
    { "AmazonS3", FALSE, NULL, "", NULL },
    { NULL, FALSE, CEPH_ID, "{\"error\":{\"code\":\"AccessDenied\"}}", NULL },
    { NULL, FALSE, NULL, "<Error><Code>no code at all</Code></Error>", NULL },
    { NULL, FALSE, NULL, "<!DOCTYPE x [<!ENTITY a 'AccessDenied'>]><Error><Code>&a;</Code></Error>",
      NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Place) place =
        hoist_s3_place_new_from_answer ("https://storage.example.org:8443/films/2024",
                                        cases[i].server, cases[i].has_transaction,
                                        cases[i].request_id, cases[i].body, strlen (cases[i].body));

      g_test_message ("%s", cases[i].body);
      g_assert_true ((place != NULL) == (cases[i].service != NULL));
      if (place == NULL)
        continue;
      g_assert_cmpstr (place->service->id, ==, cases[i].service);
      g_assert_cmpstr (place->url, ==, "https://storage.example.org:8443");
      g_assert_cmpstr (place->bucket, ==, "films");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/s3/recognise/url", test_url);
  g_test_add_func ("/s3/recognise/answer", test_answer);
  return g_test_run ();
}
