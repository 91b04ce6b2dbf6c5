/* SPDX-License-Identifier: GPL-3.0-or-later */

/* AWS SDKs and Tools Reference Guide, «Settings reference», and botocore for what comes first. */

#include "config.h"

#include "hoist-aws-profile.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-s3-service.h"

#define DEFAULT_PROFILE "default"
#define PROFILE_PREFIX "profile "
#define SERVICES_PREFIX "services "

/* Where the keys would have to come from, and Hoist does not get them. A role comes before keys
 * that are there as well, a program after them. */
static const struct
{
  const char *name;
  gboolean after_keys;
  const char *why;
} obstacles[] = {
  { "role_arn", FALSE,
    N_ ("It assumes a role (role_arn), which Hoist cannot. Use the keys of a user.") },
    { "web_identity_token_file", FALSE,
      N_ ("It signs in by a web identity, which Hoist cannot. Use the keys of a user.") },
      { "credential_source", FALSE,
        N_ ("Its keys come from the machine (credential_source), which Hoist cannot get. Use the "
            "keys of a user.") },
        { "sso_session", FALSE,
          N_ ("It signs in by SSO, which Hoist cannot. Use the keys of a user, or “aws configure "
              "export-credentials”.") },
          { "sso_start_url", FALSE,
            N_ ("It signs in by SSO, which Hoist cannot. Use the keys of a user, or “aws "
                "configure export-credentials”.") },
            { "credential_process", TRUE,
              N_ ("Its keys come from a program (credential_process), which Hoist does not run. "
                  "Use the keys of a user.") },
          };

/* One profile in both files: the credentials file comes first where it has keys. */
typedef struct
{
  const HoistAwsFile *config;      /* (nullable) */
  const char *config_section;      /* (nullable) */
  const HoistAwsFile *credentials; /* (nullable) */
  const char *credentials_section; /* (nullable) */
  const char *const *environment;  /* (nullable) comes before both */
} Source;

/* One that is empty is none. */
static const char *
look_up_environment (const Source *source, const char *name)
{
  const char *value =
    source->environment != NULL ? g_environ_getenv ((char **) source->environment, name) : NULL;

  return value != NULL && *value != '\0' ? value : NULL;
}

static const char *
look_up_config (const Source *source, const char *name)
{
  return source->config != NULL && source->config_section != NULL
           ? hoist_aws_file_lookup (source->config, source->config_section, name)
           : NULL;
}

static const char *
look_up_credentials (const Source *source, const char *name)
{
  return source->credentials != NULL && source->credentials_section != NULL
           ? hoist_aws_file_lookup (source->credentials, source->credentials_section, name)
           : NULL;
}

static const char *
look_up (const Source *source, const char *name)
{
  const char *value = look_up_config (source, name);

  return value != NULL ? value : look_up_credentials (source, name);
}

/* All keys from one file: half of one and half of the other are none. */
static HoistS3Credentials *
read_keys (const Source *source, const char *(*from) (const Source *, const char *) )
{
  const char *access_key = from (source, "aws_access_key_id");
  const char *secret_key = from (source, "aws_secret_access_key");
  char *text;
  HoistS3Credentials *credentials;

  if (access_key == NULL || secret_key == NULL)
    return NULL;
  credentials =
    hoist_s3_credentials_new (access_key, secret_key, from (source, "aws_session_token"));
  /* What cannot be a key does not come back. */
  text = hoist_s3_credentials_to_text (credentials);
  hoist_s3_credentials_unref (credentials);
  credentials = hoist_s3_credentials_from_text (text, NULL);
  explicit_bzero (text, strlen (text));
  g_free (text);
  return credentials;
}

static const char *
find_obstacle (const Source *source, gboolean has_keys)
{
  for (gsize i = 0; i < G_N_ELEMENTS (obstacles); i++)
    if (look_up (source, obstacles[i].name) != NULL && !(has_keys && obstacles[i].after_keys))
      return _ (obstacles[i].why);
  return has_keys ? NULL : _ ("It has no access key and secret key.");
}

/* It says so of the environment as well. */
static gboolean
ignores_endpoints (const Source *source)
{
  const char *ignores = look_up_environment (source, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");

  if (ignores == NULL)
    ignores = look_up (source, "ignore_configured_endpoint_urls");
  return ignores != NULL && g_ascii_strcasecmp (ignores, "true") == 0;
}

/* botocore, ConfiguredEndpointProvider: the environment before the files, and in either the service
 * before all services; AWS SDKs and Tools Reference Guide, «Service-specific endpoints». */
static const char *
find_endpoint (const Source *source)
{
  const char *services = look_up_config (source, "services");
  g_autofree char *section = services != NULL ? g_strconcat (SERVICES_PREFIX, services, NULL)
                                              : NULL;
  const char *endpoint = NULL;

  if (ignores_endpoints (source))
    return NULL;
  endpoint = look_up_environment (source, "AWS_ENDPOINT_URL_S3");
  if (endpoint == NULL)
    endpoint = look_up_environment (source, "AWS_ENDPOINT_URL");
  if (endpoint != NULL)
    return endpoint;
  if (section != NULL)
    endpoint = hoist_aws_file_lookup (source->config, section, "s3.endpoint_url");
  if (endpoint == NULL)
    endpoint = look_up (source, "s3.endpoint_url");
  return endpoint != NULL ? endpoint : look_up (source, "endpoint_url");
}

static char *
find_addressing (const Source *source)
{
  const char *style = look_up (source, "s3.addressing_style");

  if (g_strcmp0 (style, "path") == 0)
    return g_strdup ("path");
  return g_strcmp0 (style, "virtual") == 0 ? g_strdup ("host") : NULL;
}

static HoistAwsProfile *
make_profile (const char *name, const Source *source)
{
  HoistAwsProfile *profile = g_new0 (HoistAwsProfile, 1);
  const char *endpoint = find_endpoint (source);
  gsize length = endpoint != NULL ? strlen (endpoint) : 0;
  const char *ca_file;

  profile->name = g_strdup (name);
  profile->credentials = read_keys (source, look_up_credentials);
  if (profile->credentials == NULL)
    profile->credentials = read_keys (source, look_up_config);
  profile->obstacle = find_obstacle (source, profile->credentials != NULL);
  if (profile->obstacle != NULL)
    g_clear_pointer (&profile->credentials, hoist_s3_credentials_unref);
  profile->region = g_strdup (look_up (source, "region"));
  while (length > 0 && endpoint[length - 1] == '/')
    length--;
  profile->endpoint = endpoint != NULL ? g_strndup (endpoint, length) : NULL;
  profile->addressing = find_addressing (source);
  ca_file = look_up_environment (source, "AWS_CA_BUNDLE");
  profile->ca_file = g_strdup (ca_file != NULL ? ca_file : look_up (source, "ca_bundle"));
  return profile;
}

static void
add_profile (GPtrArray *profiles,
             const HoistAwsFile *config,
             const HoistAwsFile *credentials,
             const char *const *environment,
             const char *name)
{
  g_autofree char *section = g_strconcat (PROFILE_PREFIX, name, NULL);
  Source source = { config, NULL, credentials, name, environment };

  if (hoist_aws_profiles_find (profiles, name) != NULL)
    return;
  /* `[profile default]` comes before `[default]`. */
  source.config_section = section;
  if (strcmp (name, DEFAULT_PROFILE) == 0)
    {
      source.config_section = DEFAULT_PROFILE;
      for (guint i = 0; config != NULL && hoist_aws_file_get_section (config, i) != NULL; i++)
        if (strcmp (hoist_aws_file_get_section (config, i), section) == 0)
          source.config_section = section;
    }
  g_ptr_array_add (profiles, make_profile (name, &source));
}

/**
 * hoist_aws_profiles_new:
 * @config: (nullable): `~/.aws/config`
 * @credentials: (nullable): `~/.aws/credentials`
 * @environment: (nullable): the environment variables, of which AWS_ENDPOINT_URL_S3,
 *   AWS_ENDPOINT_URL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS and AWS_CA_BUNDLE count
 *
 * Finds the profiles of both files, also those that Hoist can do nothing with, in their order.
 *
 * Returns: (transfer full) (element-type HoistAwsProfile): the profiles
 */
GPtrArray *
hoist_aws_profiles_new (const HoistAwsFile *config,
                        const HoistAwsFile *credentials,
                        const char *const *environment)
{
  GPtrArray *profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_aws_profile_free);
  const char *section;

  for (guint i = 0;
       credentials != NULL && (section = hoist_aws_file_get_section (credentials, i)) != NULL; i++)
    add_profile (profiles, config, credentials, environment, section);
  for (guint i = 0; config != NULL && (section = hoist_aws_file_get_section (config, i)) != NULL;
       i++)
    if (strcmp (section, DEFAULT_PROFILE) == 0)
      add_profile (profiles, config, credentials, environment, section);
    else if (g_str_has_prefix (section, PROFILE_PREFIX))
      add_profile (profiles, config, credentials, environment,
                   section + strlen (PROFILE_PREFIX) +
                     strspn (section + strlen (PROFILE_PREFIX), " "));
  return profiles;
}

/**
 * hoist_aws_profiles_find:
 * @profiles: (element-type HoistAwsProfile): profiles
 * @name: a name
 *
 * Returns: (transfer none) (nullable): the profile of that name
 */
HoistAwsProfile *
hoist_aws_profiles_find (GPtrArray *profiles, const char *name)
{
  for (guint i = 0; i < profiles->len; i++)
    {
      HoistAwsProfile *profile = g_ptr_array_index (profiles, i);

      if (strcmp (profile->name, name) == 0)
        return profile;
    }
  return NULL;
}

/**
 * hoist_aws_profile_free:
 * @profile: (transfer full) (nullable): a profile
 *
 * Frees it; its keys are wiped.
 */
void
hoist_aws_profile_free (HoistAwsProfile *profile)
{
  if (profile == NULL)
    return;
  g_free (profile->name);
  g_clear_pointer (&profile->credentials, hoist_s3_credentials_unref);
  g_free (profile->region);
  g_free (profile->endpoint);
  g_free (profile->addressing);
  g_free (profile->ca_file);
  g_free (profile);
}

/* By its address, so that its quirks are known. */
static const HoistS3Service *
find_service (const HoistAwsProfile *profile)
{
  const HoistS3Service *service;

  if (profile->endpoint == NULL)
    return hoist_s3_service_lookup ("aws");
  for (guint i = 0; (service = hoist_s3_service_get (i)) != NULL; i++)
    {
      g_autofree char *address = hoist_s3_service_make_address (service, profile->region);

      if (g_strcmp0 (address, profile->endpoint) == 0)
        return service;
    }
  if (g_str_has_suffix (profile->endpoint, ".r2.cloudflarestorage.com"))
    return hoist_s3_service_lookup ("r2");
  return hoist_s3_service_lookup (HOIST_S3_SERVICE_OTHER);
}

/**
 * hoist_aws_profile_make_url:
 * @profile: a profile
 *
 * Returns: (transfer full): the address of its storage
 */
char *
hoist_aws_profile_make_url (const HoistAwsProfile *profile)
{
  return profile->endpoint != NULL
           ? g_strdup (profile->endpoint)
           : hoist_s3_service_make_address (find_service (profile), profile->region);
}

/**
 * hoist_aws_profile_make_settings:
 * @profile: a profile
 * @bucket: the bucket that files go to
 *
 * Returns: (transfer full): what a destination of the kind `s3` has to know
 */
HoistDestinationSettings *
hoist_aws_profile_make_settings (const HoistAwsProfile *profile, const char *bucket)
{
  HoistDestinationSettings *settings = hoist_destination_settings_new ();

  hoist_destination_settings_set (settings, HOIST_SETTING_SERVICE, find_service (profile)->id);
  hoist_destination_settings_set (settings, HOIST_SETTING_BUCKET, bucket);
  if (profile->region != NULL)
    hoist_destination_settings_set (settings, HOIST_SETTING_REGION, profile->region);
  if (profile->addressing != NULL)
    hoist_destination_settings_set (settings, HOIST_SETTING_ADDRESSING, profile->addressing);
  return settings;
}

/**
 * hoist_aws_profile_get_session_note:
 * @profile: a profile
 *
 * Returns: (nullable): that its keys end, if they do
 */
const char *
hoist_aws_profile_get_session_note (const HoistAwsProfile *profile)
{
  return profile->credentials != NULL &&
         hoist_s3_credentials_get_session_token (profile->credentials) != NULL
    ? _ ("Its keys are temporary (aws_session_token): when they expire, uploads wait for new "
                "ones.")
    : NULL;
}
