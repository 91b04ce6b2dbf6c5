/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-credentials.h"
#include "hoist-s3-options.h"

#define URL "https://s3.example.org"

/* name=value|name=value */
static HoistDestinationSettings *
make_settings (const char *text)
{
  HoistDestinationSettings *settings = hoist_destination_settings_new ();
  g_auto (GStrv) items = g_strsplit (text, "|", -1);

  for (gsize i = 0; items[i] != NULL; i++)
    {
      char *equals = strchr (items[i], '=');

      if (equals == NULL)
        continue;
      *equals = '\0';
      hoist_destination_settings_set (settings, items[i], equals + 1);
    }
  return settings;
}

static HoistS3Options *
make (const char *url, const char *prefix, const char *text, GError **error)
{
  g_autoptr (HoistDestinationSettings) settings = make_settings (text);

  return hoist_s3_options_new (url, prefix, settings, error);
}

static HoistS3Options *
make_good (const char *url, const char *prefix, const char *text)
{
  g_autoptr (GError) error = NULL;
  HoistS3Options *options = make (url, prefix, text, &error);

  g_assert_no_error (error);
  return options;
}

static void
test_refused (void)
{
  const struct
  {
    const char *url;
    const char *text;
    const char *told;
  } cases[] = {
    { URL, "", "needs a bucket" },
    { NULL, "bucket=b", "address" },
    { "ftp://x", "bucket=b", "https://" },
    { URL, "bucket=a/b", "letters, digits" },
    { URL, "bucket=..", "only dots" },
    { URL, "bucket=b|region=a b", "region" },
    { URL, "bucket=b|service=nobody", "no service “nobody”" },
    { URL, "bucket=b|addressing=dns", "“path” or “host”" },
    { "https://192.0.2.1", "bucket=b|addressing=host", "path style" },
    { URL, "bucket=b|checksum=crc32", "checksum must be" },
    { URL, "bucket=b|encryption=rot13", "encryption must be" },
    { URL, "bucket=b|kms-key=k", "needs the encryption" },
    { URL, "bucket=b|encryption=AES256|kms-key=k", "needs the encryption" },
    { URL, "bucket=b|acl=public read", "“acl”" },
    { URL, "bucket=b|storage-class=GLÄSERN", "“storage-class”" },
    { URL, "bucket=b|tags=a", "name=value" },
    { URL, "bucket=b|tags==a", "name=value" },
    { URL, "bucket=b|tags=a=1;b=1;c=1;d=1;e=1;f=1;g=1;h=1;i=1;j=1;k=1", "at most 10 tags" },
    { URL, "bucket=b|metadata=Großes=x", "metadata" },
    { URL, "bucket=b|metadata=A=x", "metadata" },
    { URL, "bucket=b|metadata=a=\x01", "metadata" },
    { URL, "bucket=b|key-template={nobody}", "{nobody} is unknown" },
    { URL, "bucket=b|key-template=same", "same key" },
    { URL, "bucket=b|service=r2|acl=private", "Cloudflare R2 does not take the setting “acl”" },
    { URL, "bucket=b|service=garage|tags=a=b", "Garage" },
    { URL, "bucket=b|service=b2|encryption=aws:kms", "Backblaze" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_null (make (cases[i].url, NULL, cases[i].text, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      if (strstr (error->message, cases[i].told) == NULL)
        g_error ("“%s” does not tell of “%s”", error->message, cases[i].told);
    }
}

static void
test_headers (void)
{
  g_autoptr (HoistS3Options) options = make_good (
    URL, NULL,
    "bucket=b|acl=public-read|storage-class=STANDARD_IA|encryption=aws:kms|kms-key=arn:aws:kms:k|"
    "tags=project = a b&c; owner=ü;|metadata=from=my desk; x-y=1=2");
  g_autoptr (HoistS3Request) request = hoist_s3_request_new ("PUT", "k");
  const char *const expected[] = {
    "x-amz-acl",
    "public-read",
    "x-amz-storage-class",
    "STANDARD_IA",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "arn:aws:kms:k",
    "x-amz-server-side-encryption",
    "aws:kms",
    "x-amz-tagging",
    "owner=%C3%BC&project=a%20b%26c",
    "x-amz-meta-from",
    "my desk",
    "x-amz-meta-x-y",
    "1=2",
    NULL,
  };
  g_auto (GStrv) headers = NULL;

  hoist_s3_options_add_headers (options, request);
  headers = hoist_s3_pairs_to_strv (request->headers);
  g_assert_cmpstrv (headers, expected);
}

static void
test_addressing (void)
{
  const struct
  {
    const char *url;
    const char *text;
    const char *location;
  } cases[] = {
    { URL, "bucket=b", "https://s3.example.org/b/k" },
    { URL, "bucket=b|addressing=host", "https://b.s3.example.org/k" },
    { "https://s3.eu-west-1.amazonaws.com", "bucket=b|service=aws|region=eu-west-1",
      "https://b.s3.eu-west-1.amazonaws.com/k" },
    /* not in the certificate */
    { "https://s3.eu-west-1.amazonaws.com", "bucket=b.c|service=aws|region=eu-west-1",
      "https://s3.eu-west-1.amazonaws.com/b.c/k" },
    { "https://rgw.example.org:8443/base/", "bucket=b|service=ceph",
      "https://rgw.example.org:8443/base/b/k" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Options) options = make_good (cases[i].url, NULL, cases[i].text);
      g_autofree char *url = hoist_s3_endpoint_dup_url (options->endpoint, "k", NULL);

      g_assert_cmpstr (url, ==, cases[i].location);
    }
}

/* Keys are only ever used at the host that was chosen, or where its own service has the region. */
static void
test_other_region (void)
{
  const struct
  {
    const char *url;
    const char *text;
    const char *region;
    const char *location; /* null: not followed */
  } cases[] = {
    { "https://s3.us-east-1.amazonaws.com", "bucket=b|service=aws", "eu-west-1",
      "https://b.s3.eu-west-1.amazonaws.com/k" },
    { "https://s3.amazonaws.com", "bucket=b|service=aws", "ap-south-1",
      "https://b.s3.ap-south-1.amazonaws.com/k" },
    { "https://vpce-1.s3.us-east-1.vpce.amazonaws.com", "bucket=b|service=aws", "eu-west-1",
      "https://b.vpce-1.s3.us-east-1.vpce.amazonaws.com/k" },
    { "https://fsn1.your-objectstorage.com", "bucket=b|service=hetzner|region=fsn1", "hel1",
      "https://b.hel1.your-objectstorage.com/k" },
    { URL, "bucket=b", "eu-west-1", "https://s3.example.org/b/k" },
    { "http://[::1]:9000/x", "bucket=b", "eu-west-1", "http://[::1]:9000/x/b/k" },
    { "https://s3.us-east-1.amazonaws.com", "bucket=b|service=aws", "evil.example/", NULL },
    { "https://s3.us-east-1.amazonaws.com", "bucket=b|service=aws", "", NULL },
    { URL, "bucket=b", "a b", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Options) options = make_good (cases[i].url, NULL, cases[i].text);
      g_autoptr (HoistS3Endpoint) endpoint =
        hoist_s3_options_make_endpoint (options, cases[i].region);
      g_autofree char *url = endpoint != NULL ? hoist_s3_endpoint_dup_url (endpoint, "k", NULL)
                                              : NULL;

      g_test_message ("%s in %s", cases[i].url, cases[i].region);
      g_assert_cmpstr (url, ==, cases[i].location);
      if (endpoint != NULL)
        g_assert_cmpstr (endpoint->region, ==, cases[i].region);
    }
}

static void
test_keys (void)
{
  const struct
  {
    const char *prefix;
    const char *text;
    const char *key;
  } cases[] = {
    { NULL, "bucket=b", "d/f" },
    { "p", "bucket=b", "p/d/f" },
    { "p/", "bucket=b", "p/d/f" },
    { "p/", "bucket=b|key-template=x-{name}", "p/x-f" },
    { "p/", "bucket=b|key-template={prefix}in/{path}", "p/in/d/f" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistS3Options) options = make_good (URL, cases[i].prefix, cases[i].text);
      g_autofree char *key = hoist_s3_options_make_key (options, "d/f", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_cmpstr (key, ==, cases[i].key);
      g_assert_null (hoist_s3_options_make_key (options, "../f", &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_UNSUITABLE);
    }
}

/* What every row of the table must be, or a destination of it cannot be set up. */
static void
test_services (void)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  const HoistS3Service *service;

  for (guint i = 0; (service = hoist_s3_service_get (i)) != NULL; i++)
    {
      g_autofree char *address = hoist_s3_service_make_address (service, NULL);
      g_autofree char *text = g_strdup_printf ("bucket=b|service=%s", service->id);
      g_autoptr (HoistS3Options) options =
        make_good (address != NULL ? address : service->example, NULL, text);
      HoistPartLimits limits;
      HoistPartPlan plan;

      g_test_message ("%s", service->id);
      g_assert_true (g_hash_table_add (ids, (gpointer) service->id));
      g_assert_true (hoist_s3_service_lookup (service->id) == service);
      g_assert_true (service->name != NULL || g_str_equal (service->id, HOIST_S3_SERVICE_OTHER));
      g_assert_true ((address != NULL) != (service->example != NULL));
      g_assert_cmpint (options->kind, ==, service->kind);
      g_assert_cmpint (options->endpoint->path_style, ==, service->path_style);
      hoist_s3_service_get_limits (service, &limits);
      g_assert_true (hoist_part_plan_init (&plan, &limits, G_GUINT64_CONSTANT (1) << 40, 0, NULL));
      g_assert_cmpuint (plan.n_parts, <=, service->max_parts);
    }
  g_assert_true (hoist_s3_service_lookup (NULL) ==
                 hoist_s3_service_lookup (HOIST_S3_SERVICE_OTHER));
  g_assert_null (hoist_s3_service_lookup ("nobody"));
}

static void
test_credentials (void)
{
  const struct
  {
    const char *text;
    const char *access;
    const char *secret;
    const char *token;
  } cases[] = {
    { "AKIA\nse/cr+et=", "AKIA", "se/cr+et=", NULL },
    { "\n  AKIA \r\n secret\n\ntoken==\n", "AKIA", "secret", "token==" },
    { "lab:lab\nsecret", "lab:lab", "secret", NULL },
    { "[default]\naws_access_key_id = A\naws_secret_access_key=b=c\n", "A", "b=c", NULL },
    { "# mine\nexport AWS_ACCESS_KEY_ID=\"A\"\nexport AWS_SECRET_ACCESS_KEY='b'\n"
      "export AWS_SESSION_TOKEN=t\n",
      "A", "b", "t" },
    { "aws_access_key_id=A\naws_secret_access_key=b\naws_session_token=\n", "A", "b", NULL },
    { "", NULL, NULL, NULL },
    { "AKIA", NULL, NULL, NULL },
    { "AKIA\nse cret", NULL, NULL, NULL },
    { "AKIA\nsecr\xc3\xa9t", NULL, NULL, NULL },
    { "aws_secret_access_key=b", NULL, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistS3Credentials) read = hoist_s3_credentials_from_text (cases[i].text, &error);
      g_autofree char *text = NULL;
      g_autoptr (HoistS3Credentials) again = NULL;

      if (cases[i].access == NULL)
        {
          g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
          g_assert_null (strstr (error->message, "AKIA"));
          continue;
        }
      g_assert_no_error (error);
      text = hoist_s3_credentials_to_text (read);
      again = hoist_s3_credentials_from_text (text, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (hoist_s3_credentials_get_access_key (again), ==, cases[i].access);
      g_assert_cmpstr (hoist_s3_credentials_get_secret_key (again), ==, cases[i].secret);
      g_assert_cmpstr (hoist_s3_credentials_get_session_token (again), ==, cases[i].token);
    }
}

/* One setting at a time, whatever is wrong with the others. */
static void
test_check_setting (void)
{
  static const struct
  {
    const char *text;
    const char *name;
    const char *told; /* null = nothing is wrong with it */
  } cases[] = {
    { "service=nobody|bucket=a/b|tags=x", HOIST_SETTING_TAGS, "name=value" },
    { "service=nobody|bucket=a/b|tags=x=y", HOIST_SETTING_TAGS, NULL },
    { "service=nobody|bucket=a/b", HOIST_SETTING_BUCKET, "letters, digits" },
    { "service=nobody|bucket=a/b", HOIST_SETTING_SERVICE, "no service" },
    { "service=garage|acl=private", HOIST_SETTING_ACL, "does not take" },
    { "encryption=aws:kms|kms-key=k", HOIST_SETTING_KMS_KEY, NULL },
    { "encryption=AES256|kms-key=k", HOIST_SETTING_KMS_KEY, "aws:kms" },
    { "key-template={nothing}", HOIST_SETTING_KEY_TEMPLATE, "nothing" },
    { "checksum=crc", HOIST_SETTING_CHECKSUM, "checksum" },
    { "bucket=a/b", HOIST_SETTING_METADATA, NULL },
    { "part-size=16777216", HOIST_SETTING_PART_SIZE, NULL },
    { "part-size=5242879", HOIST_SETTING_PART_SIZE, "from 5 MiB" },
    { "part-size=16M", HOIST_SETTING_PART_SIZE, "from 5 MiB" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistDestinationSettings) settings = make_settings (cases[i].text);
      g_autoptr (GError) error = NULL;
      gboolean good = hoist_s3_options_check_setting (settings, cases[i].name, &error);

      g_assert_true (good == (cases[i].told == NULL));
      if (good)
        continue;
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      g_assert_nonnull (strstr (error->message, cases[i].told));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/s3/options/refused", test_refused);
  g_test_add_func ("/s3/options/check-setting", test_check_setting);
  g_test_add_func ("/s3/options/headers", test_headers);
  g_test_add_func ("/s3/options/addressing", test_addressing);
  g_test_add_func ("/s3/options/other-region", test_other_region);
  g_test_add_func ("/s3/options/keys", test_keys);
  g_test_add_func ("/s3/options/services", test_services);
  g_test_add_func ("/s3/options/credentials", test_credentials);
  return g_test_run ();
}
