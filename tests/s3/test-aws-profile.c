/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-aws-profile.h"
#include "hoist-error.h"

#define KEYS "aws_access_key_id = AK\naws_secret_access_key = SK/+=x\n"

static HoistAwsFile *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  HoistAwsFile *file = hoist_aws_file_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return file;
}

static GPtrArray *
read_profiles_in (const char *config, const char *credentials, const char *const *environment)
{
  g_autoptr (HoistAwsFile) config_file = config != NULL ? parse (config) : NULL;
  g_autoptr (HoistAwsFile) credentials_file = credentials != NULL ? parse (credentials) : NULL;

  return hoist_aws_profiles_new (config_file, credentials_file, environment);
}

static GPtrArray *
read_profiles (const char *config, const char *credentials)
{
  return read_profiles_in (config, credentials, NULL);
}

/* What is wrong, on which line; and nothing out of the file in the message. */
static const struct
{
  const char *text;
  gsize length; /* 0: as far as its end */
  guint line;
} bad_files[] = {
  { "[default]\nhidden\n", 0, 2 },
  { "[default\nregion = x\n", 0, 1 },
  { "[a]b]hidden\n", 0, 1 },
  { "[]\n", 0, 1 },
  { "[ ]\n", 0, 1 },
  { "\n\n = hidden\n", 0, 3 },
  { "a b = hidden\n", 0, 1 },
  { "[d]\r\n" KEYS "bad\x01 = hidden\n", 0, 4 },
  { "[d]\nregion = hidden\x1b[0m\n", 0, 2 },
  { "[d]\nregion = hid\xff"
    "den\n",
    0, 2 },
  { "[d]\nregion = a\0hidden\n", 22, 2 },
};

static void
test_bad_files (void)
{
  g_autofree char *long_line = g_strnfill (20000, 'x');
  g_autofree char *with_long_line = g_strconcat ("[d]\nregion = ", long_line, NULL);
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GError) long_error = NULL;
  g_autoptr (GError) many_error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad_files); i++)
    {
      gsize length = bad_files[i].length > 0 ? bad_files[i].length : strlen (bad_files[i].text);
      g_autofree char *start = g_strdup_printf ("line %u: ", bad_files[i].line);
      g_autoptr (GError) error = NULL;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_null (hoist_aws_file_parse (bad_files[i].text, length, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      g_assert_true (g_str_has_prefix (error->message, start));
      g_assert_null (strstr (error->message, "hid"));
    }
  g_assert_null (hoist_aws_file_parse (with_long_line, strlen (with_long_line), &long_error));
  g_assert_error (long_error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_null (strstr (long_error->message, "xxx"));
  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (many, "[profile p%u]\n", i);
  g_assert_null (hoist_aws_file_parse (many->str, many->len, &many_error));
  g_assert_error (many_error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
}

static const struct
{
  const char *text;
  const char *section;
  const char *name;
  const char *value;
} values[] = {
  { "[d]\nregion = eu-central-1\n", "d", "region", "eu-central-1" },
  { "[d]\r\nregion=eu-central-1\r\n", "d", "region", "eu-central-1" },
  { "\xef\xbb\xbf[d]\nregion=x", "d", "region", "x" },
  { "[ d ] # the usual one\nREGION =  x  \n", "d", "region", "x" },
  { "[profile \"a b\"]\nregion = x\n", "profile a b", "region", "x" },
  { "[profile\ta]\nregion = x\n", "profile a", "region", "x" },
  { "[d]\nregion = a\n[e]\n[d]\nregion = b\n", "d", "region", "b" },
  { "[d]\n# region = a\n; region = b\n", "d", "region", NULL },
  { "[d]\nregion =\n", "d", "region", NULL },
  { "[d]\ns3 =\n  addressing_style = path\n\tendpoint_url = u\nregion = r\n", "d",
    "s3.addressing_style", "path" },
  { "[d]\ns3 =\n  addressing_style = path\n\tendpoint_url = u\nregion = r\n", "d",
    "s3.endpoint_url", "u" },
  { "[d]\ns3 =\n  a = b\nregion = r\n", "d", "region", "r" },
  { "[d]\n  region = r\n", "d", "region", "r" },
  { "[d]\nvalue = a = b # c\n", "d", "value", "a = b # c" },
  { "export AWS_X=1\n[d]\n", "d", "aws_x", "1" },
  { "[d]\n[[x]]\na = b\n", "[x]", "a", "b" },
};

static void
test_values (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (HoistAwsFile) file = parse (values[i].text);

      g_test_message ("%s", values[i].text);
      g_assert_cmpstr (hoist_aws_file_lookup (file, values[i].section, values[i].name), ==,
                       values[i].value);
    }
}

/* Of one profile «p»: what is found of it. */
static const struct
{
  const char *config;
  const char *credentials;
  const char *access_key; /* null: an obstacle */
  const char *obstacle;   /* (nullable) part of it */
  const char *region;
  const char *endpoint;
  const char *addressing;
} profiles[] = {
  { NULL, "[p]\n" KEYS, "AK", NULL, NULL, NULL, NULL },
  { "[profile p]\nregion = r\n", "[p]\n" KEYS, "AK", NULL, "r", NULL, NULL },
  { "[profile p]\nregion = r\n" KEYS, NULL, "AK", NULL, "r", NULL, NULL },
  { "[profile p]\naws_access_key_id = C\naws_secret_access_key = D\n", "[p]\n" KEYS, "AK", NULL,
    NULL, NULL, NULL },
  /* Half a pair of each is none. */
  { "[profile p]\naws_secret_access_key = D\n", "[p]\naws_access_key_id = A\n", NULL,
    "no access key", NULL, NULL, NULL },
  { NULL, "[p]\naws_access_key_id = A\naws_secret_access_key = B C\n", NULL, "no access key", NULL,
    NULL, NULL },
  { "[profile p]\nendpoint_url = https://h/\n", "[p]\n" KEYS, "AK", NULL, NULL, "https://h", NULL },
  { "[profile p]\nendpoint_url = https://all\ns3 =\n  endpoint_url = https://s3\n"
    "  addressing_style = path\n",
    "[p]\n" KEYS, "AK", NULL, NULL, "https://s3", "path" },
  { "[profile p]\nservices = mine\nendpoint_url = https://all\n"
    "[services mine]\ns3 =\n  endpoint_url = https://mine\ndynamodb =\n  endpoint_url = "
    "https://d\n",
    "[p]\n" KEYS, "AK", NULL, NULL, "https://mine", NULL },
  { "[profile p]\nendpoint_url = https://all\nignore_configured_endpoint_urls = true\n",
    "[p]\n" KEYS, "AK", NULL, NULL, NULL, NULL },
  { "[profile p]\ns3 =\n  addressing_style = virtual\n", "[p]\n" KEYS, "AK", NULL, NULL, NULL,
    "host" },
  { "[profile p]\ns3 =\n  addressing_style = auto\n", "[p]\n" KEYS, "AK", NULL, NULL, NULL, NULL },
  { "[profile p]\nrole_arn = x\nsource_profile = q\n", "[p]\n" KEYS, NULL, "role_arn", NULL, NULL,
    NULL },
  { "[profile p]\nsso_session = s\nregion = r\n", NULL, NULL, "SSO", "r", NULL, NULL },
  { "[profile p]\nsso_start_url = https://x\n", "[p]\n" KEYS, NULL, "SSO", NULL, NULL, NULL },
  { "[profile p]\ncredential_process = /bin/x\n", NULL, NULL, "credential_process", NULL, NULL,
    NULL },
  { "[profile p]\ncredential_process = /bin/x\n", "[p]\n" KEYS, "AK", NULL, NULL, NULL, NULL },
  { "[profile p]\nweb_identity_token_file = /x\nrole_arn = y\n", NULL, NULL, "role_arn", NULL, NULL,
    NULL },
  { "[profile p]\nweb_identity_token_file = /x\n", NULL, NULL, "web identity", NULL, NULL, NULL },
  { "[profile p]\ncredential_source = Ec2InstanceMetadata\n", NULL, NULL, "credential_source", NULL,
    NULL, NULL },
  { "[profile p]\nregion = r\n", NULL, NULL, "no access key", "r", NULL, NULL },
};

static void
test_profiles (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      g_autoptr (GPtrArray) found = read_profiles (profiles[i].config, profiles[i].credentials);
      const HoistAwsProfile *profile = hoist_aws_profiles_find (found, "p");

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (found->len, ==, 1);
      g_assert_cmpstr (profile->region, ==, profiles[i].region);
      g_assert_cmpstr (profile->endpoint, ==, profiles[i].endpoint);
      g_assert_cmpstr (profile->addressing, ==, profiles[i].addressing);
      g_assert_true ((profile->credentials != NULL) == (profiles[i].access_key != NULL));
      g_assert_true ((profile->obstacle != NULL) == (profiles[i].access_key == NULL));
      if (profile->credentials != NULL)
        g_assert_cmpstr (hoist_s3_credentials_get_access_key (profile->credentials), ==,
                         profiles[i].access_key);
      else
        g_assert_nonnull (strstr (profile->obstacle, profiles[i].obstacle));
    }
}

/* What is set for the program that is started comes before what is in the files. */
static void
test_environment (void)
{
#define FILES                                                                                      \
  "[profile p]\nendpoint_url = https://all\nca_bundle = /file.pem\ns3 =\n  endpoint_url = "        \
  "https://s3\n"
  static const struct
  {
    const char *environment[3];
    const char *config;
    const char *endpoint;
    const char *ca_file;
  } rows[] = {
    { { NULL }, FILES, "https://s3", "/file.pem" },
    { { "AWS_ENDPOINT_URL=https://e/" }, FILES, "https://e", "/file.pem" },
    { { "AWS_ENDPOINT_URL_S3=https://es", "AWS_ENDPOINT_URL=https://e" },
      FILES,
      "https://es",
      "/file.pem" },
    { { "AWS_ENDPOINT_URL=", "AWS_ENDPOINT_URL_S3=" }, FILES, "https://s3", "/file.pem" },
    { { "AWS_ENDPOINT_URL_DYNAMODB=https://d" }, FILES, "https://s3", "/file.pem" },
    { { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true", "AWS_ENDPOINT_URL=https://e" },
      FILES,
      NULL,
      "/file.pem" },
    { { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false" },
      FILES "ignore_configured_endpoint_urls = true\n",
      "https://s3",
      "/file.pem" },
    { { "AWS_CA_BUNDLE=/mine.pem" }, FILES, "https://s3", "/mine.pem" },
    { { "AWS_CA_BUNDLE=" }, FILES, "https://s3", "/file.pem" },
    { { "AWS_CA_BUNDLE=/mine.pem" }, "[profile p]\n", NULL, "/mine.pem" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) found =
        read_profiles_in (rows[i].config, "[p]\n" KEYS, rows[i].environment);
      const HoistAwsProfile *profile = hoist_aws_profiles_find (found, "p");

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (profile->endpoint, ==, rows[i].endpoint);
      g_assert_cmpstr (profile->ca_file, ==, rows[i].ca_file);
    }
}

static void
test_names (void)
{
  g_autoptr (GPtrArray) found = read_profiles (
    "[default]\nregion = old\n[profile default]\nregion = new\n[profile a b]\n[sso-session x]\n"
    "[services y]\n[plugins]\n[not-a-profile]\n",
    "[work]\n" KEYS "aws_session_token = T\n[default]\n" KEYS);
  const HoistAwsProfile *work = hoist_aws_profiles_find (found, "work");
  const HoistAwsProfile *usual = hoist_aws_profiles_find (found, "default");

  g_assert_cmpuint (found->len, ==, 3);
  g_assert_nonnull (hoist_aws_profiles_find (found, "a b"));
  g_assert_cmpstr (usual->region, ==, "new");
  g_assert_null (hoist_aws_profile_get_session_note (usual));
  g_assert_nonnull (strstr (hoist_aws_profile_get_session_note (work), "temporary"));
}

static void
test_destinations (void)
{
  static const struct
  {
    const char *config;
    const char *service;
    const char *url;
    const char *addressing;
  } rows[] = {
    { "[profile p]\nregion = eu-central-1\n", "aws", "https://s3.eu-central-1.amazonaws.com",
      NULL },
    { "[profile p]\n", "aws", "https://s3.us-east-1.amazonaws.com", NULL },
    { "[profile p]\nregion = eu-central-1\nendpoint_url = https://s3.eu-central-1.wasabisys.com\n",
      "wasabi", "https://s3.eu-central-1.wasabisys.com", NULL },
    { "[profile p]\nendpoint_url = https://0a1b.r2.cloudflarestorage.com\n", "r2",
      "https://0a1b.r2.cloudflarestorage.com", NULL },
    { "[profile p]\nendpoint_url = https://rgw.example.org:8080\ns3 =\n addressing_style=virtual\n",
      "other", "https://rgw.example.org:8080", "host" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) found = read_profiles (rows[i].config, "[p]\n" KEYS);
      const HoistAwsProfile *profile = hoist_aws_profiles_find (found, "p");
      g_autofree char *url = hoist_aws_profile_make_url (profile);
      g_autoptr (HoistDestinationSettings) settings =
        hoist_aws_profile_make_settings (profile, "buck");

      g_assert_cmpstr (url, ==, rows[i].url);
      g_assert_cmpstr (hoist_destination_settings_get (settings, HOIST_SETTING_SERVICE), ==,
                       rows[i].service);
      g_assert_cmpstr (hoist_destination_settings_get (settings, HOIST_SETTING_BUCKET), ==, "buck");
      g_assert_cmpstr (hoist_destination_settings_get (settings, HOIST_SETTING_ADDRESSING), ==,
                       rows[i].addressing);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aws/bad-files", test_bad_files);
  g_test_add_func ("/aws/values", test_values);
  g_test_add_func ("/aws/profiles", test_profiles);
  g_test_add_func ("/aws/environment", test_environment);
  g_test_add_func ("/aws/names", test_names);
  g_test_add_func ("/aws/destinations", test_destinations);
  return g_test_run ();
}
