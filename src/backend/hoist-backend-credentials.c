/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-backend-credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-aws-file.h"
#include "hoist-error.h"

#define MAX_FILE_BYTES (64 << 10)
#define DEFAULT_PROFILE "default"

static const char *
lookup (const char *const *environment, const char *name)
{
  return g_environ_getenv ((char **) environment, name);
}

static gboolean
refuse (GError **error, const char *file, const char *why)
{
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "The storage keys in %s: %s", file, why);
  return FALSE;
}

static gboolean
check_file (int fd, const char *file, gboolean check_mode, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return refuse (error, file, g_strerror (errno));
  if (!S_ISREG (status.st_mode))
    return refuse (error, file, "not a regular file");
  if (check_mode && (status.st_mode & 077) != 0)
    return refuse (error, file, "others may read the file; run chmod 600 on it");
  if (status.st_size > MAX_FILE_BYTES)
    return refuse (error, file, "the file is too large to be a credentials file");
  return TRUE;
}

/* Checked and read through one descriptor, so that it is the same file. */
static char *
read_file (const char *file, gboolean check_mode, GError **error)
{
  g_autofree char *text = g_malloc0 (MAX_FILE_BYTES + 1);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) unreadable = NULL;
  int fd = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0)
    {
      refuse (error, file, g_strerror (errno));
      return NULL;
    }
  stream = g_unix_input_stream_new (fd, TRUE);
  if (!check_file (fd, file, check_mode, error))
    return NULL;
  if (!g_input_stream_read_all (stream, text, MAX_FILE_BYTES, NULL, NULL, &unreadable))
    {
      refuse (error, file, unreadable->message);
      return NULL;
    }
  return g_steal_pointer (&text);
}

static void
wipe (char *text)
{
  explicit_bzero (text, strlen (text));
  g_free (text);
}

typedef char WipedText;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WipedText, wipe)

/* Sections, or no section at all, as a systemd EnvironmentFile= or a shell has it. */
static HoistAwsFile *
parse (const char *file, const char *text, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  HoistAwsFile *parsed = hoist_aws_file_parse (text, strlen (text), &wrong);

  if (parsed == NULL)
    refuse (error, file, wrong->message);
  return parsed;
}

static HoistS3Credentials *
make (const char *access_key, const char *secret_key, const char *session_token)
{
  if (access_key == NULL || secret_key == NULL || *access_key == '\0' || *secret_key == '\0')
    return NULL;
  if (session_token != NULL && *session_token == '\0')
    session_token = NULL;
  return hoist_s3_credentials_new (access_key, secret_key, session_token);
}

/**
 * hoist_backend_credentials_load_file:
 * @file: path of a file with `aws_access_key_id`, `aws_secret_access_key` and
 *   perhaps `aws_session_token`, in any case, as lines `NAME=VALUE`
 * @profile: (nullable): section to look in; null = `default`; lines before the
 *   first section always count
 * @check_mode: whether to refuse a file that others may read
 * @error: return location for an error
 *
 * Reads storage keys. Blocks.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where the file cannot be read, is readable
 * for others or has no keys. Never with anything out of it.
 *
 * Returns: (transfer full) (nullable): them, or null with @error set
 */
HoistS3Credentials *
hoist_backend_credentials_load_file (const char *file,
                                     const char *profile,
                                     gboolean check_mode,
                                     GError **error)
{
  g_autoptr (WipedText) text = read_file (file, check_mode, error);
  g_autoptr (HoistAwsFile) parsed = text != NULL ? parse (file, text, error) : NULL;
  const char *section = profile != NULL ? profile : DEFAULT_PROFILE;
  HoistS3Credentials *credentials;

  if (parsed == NULL)
    return NULL;
  credentials = make (hoist_aws_file_lookup (parsed, section, "aws_access_key_id"),
                      hoist_aws_file_lookup (parsed, section, "aws_secret_access_key"),
                      hoist_aws_file_lookup (parsed, section, "aws_session_token"));
  if (credentials == NULL)
    refuse (error, file, "aws_access_key_id and aws_secret_access_key are not both there");
  return credentials;
}

static char *
find_aws_file (const char *const *environment, const char *variable, const char *name)
{
  const char *file = lookup (environment, variable);
  const char *home = lookup (environment, "HOME");

  if (file != NULL)
    return g_strdup (file);
  return home ? g_build_filename (home, ".aws", name, NULL) : NULL;
}

static const char *
find_profile (const HoistBackendConfig *config, const char *const *environment)
{
  const char *profile = config->profile ? config->profile : lookup (environment, "AWS_PROFILE");

  return profile ? profile : DEFAULT_PROFILE;
}

/**
 * hoist_backend_credentials_load:
 * @config: the configuration
 * @environment: the environment variables
 * @error: return location for an error
 *
 * Finds the storage keys: the configured file, else systemd's credential
 * `s3-credentials`, else AWS_ACCESS_KEY_ID and its like, else the shared
 * credentials file of the AWS tools. Blocks.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where there are none, or their file is wrong.
 *
 * Returns: (transfer full) (nullable): them, or null with @error set
 */
HoistS3Credentials *
hoist_backend_credentials_load (const HoistBackendConfig *config,
                                const char *const *environment,
                                GError **error)
{
  const char *folder = lookup (environment, "CREDENTIALS_DIRECTORY");
  const char *profile = find_profile (config, environment);
  HoistS3Credentials *credentials;
  g_autofree char *passed = NULL;
  g_autofree char *shared = NULL;

  if (config->credentials_file != NULL)
    return hoist_backend_credentials_load_file (config->credentials_file, profile, TRUE, error);
  passed = folder ? g_build_filename (folder, HOIST_BACKEND_S3_CREDENTIAL, NULL) : NULL;
  /* systemd.exec(5): readable for the service's user only, whatever the mode says. */
  if (passed != NULL && g_file_test (passed, G_FILE_TEST_EXISTS))
    return hoist_backend_credentials_load_file (passed, profile, FALSE, error);
  credentials =
    make (lookup (environment, "AWS_ACCESS_KEY_ID"), lookup (environment, "AWS_SECRET_ACCESS_KEY"),
          lookup (environment, "AWS_SESSION_TOKEN"));
  if (credentials != NULL)
    return credentials;
  shared = find_aws_file (environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  if (shared != NULL && g_file_test (shared, G_FILE_TEST_EXISTS))
    return hoist_backend_credentials_load_file (shared, profile, TRUE, error);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                       "No storage keys found: set credentials-file in [s3], "
                       "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials");
  return NULL;
}

/**
 * hoist_backend_find_region:
 * @config: the configuration
 * @environment: the environment variables
 *
 * Finds the region: as configured, else AWS_REGION or AWS_DEFAULT_REGION, else
 * what the profile has in ~/.aws/config. Blocks.
 *
 * Returns: (transfer full) (nullable): the region, or null where none is set
 */
char *
hoist_backend_find_region (const HoistBackendConfig *config, const char *const *environment)
{
  const char *region = config->region;
  const char *profile = find_profile (config, environment);
  g_autofree char *section = NULL;
  g_autofree char *file = NULL;
  g_autofree char *text = NULL;
  g_autoptr (HoistAwsFile) parsed = NULL;

  if (region == NULL)
    region = lookup (environment, "AWS_REGION");
  if (region == NULL)
    region = lookup (environment, "AWS_DEFAULT_REGION");
  if (region != NULL)
    return g_strdup (region);
  file = find_aws_file (environment, "AWS_CONFIG_FILE", "config");
  text = file ? read_file (file, FALSE, NULL) : NULL;
  parsed = text != NULL ? parse (file, text, NULL) : NULL;
  if (parsed == NULL)
    return NULL;
  section = strcmp (profile, DEFAULT_PROFILE) == 0 ? g_strdup (profile)
                                                   : g_strconcat ("profile ", profile, NULL);
  return g_strdup (hoist_aws_file_lookup (parsed, section, "region"));
}

/**
 * hoist_backend_find_tokens_file:
 * @config: the configuration
 * @environment: the environment variables
 *
 * Finds the tokens file: systemd's credential `tokens` where there is one, else
 * the configured file.
 *
 * Returns: (transfer full): its path
 */
char *
hoist_backend_find_tokens_file (const HoistBackendConfig *config, const char *const *environment)
{
  const char *folder = lookup (environment, "CREDENTIALS_DIRECTORY");
  g_autofree char *passed =
    folder ? g_build_filename (folder, HOIST_BACKEND_TOKENS_CREDENTIAL, NULL) : NULL;

  if (passed != NULL && g_file_test (passed, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&passed);
  return g_strdup (config->tokens_file);
}
