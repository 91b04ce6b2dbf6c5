/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-destination-options.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-cli-target.h"
#include "hoist-cli-values.h"
#include "hoist-destination-rules.h"
#include "hoist-error.h"
#include "hoist-s3-options.h"

/**
 * hoist_cli_destination_options_init:
 * @options: (out caller-allocates): options
 *
 * Sets that nothing was said.
 */
void
hoist_cli_destination_options_init (HoistCliDestinationOptions *options)
{
  memset (options, 0, sizeof *options);
  options->concurrency = -1;
  options->files = -1;
}

/**
 * hoist_cli_destination_options_clear:
 * @options: options
 *
 * Frees what is in them.
 */
void
hoist_cli_destination_options_clear (HoistCliDestinationOptions *options)
{
  g_free (options->type);
  g_free (options->key_prefix);
  g_free (options->ca_file);
  g_free (options->certificate);
  g_free (options->limit);
  g_free (options->colour);
  g_free (options->key);
  g_free (options->service);
  g_free (options->region);
  g_free (options->bucket);
  g_strfreev (options->assignments);
  hoist_cli_keys_clear (&options->keys);
}

/**
 * hoist_cli_destination_options_get_entries:
 * @options: where they go
 * @entries: (out caller-allocates): %HOIST_CLI_DESTINATION_N_ENTRIES of them
 *
 * Describes the options to hoist_cli_parse_options().
 */
void
hoist_cli_destination_options_get_entries (HoistCliDestinationOptions *options,
                                           GOptionEntry *entries)
{
  const GOptionEntry all[HOIST_CLI_DESTINATION_N_ENTRIES] = {
    { "type", 0, 0, G_OPTION_ARG_STRING, &options->type,
      N_ ("Kind of destination: hoist-api, plain, companion, s3 for a bucket, or auto to find out"),
          N_ ("TYPE") },
      { "key-prefix", 0, 0, G_OPTION_ARG_STRING, &options->key_prefix,
        N_ ("Folder that the files go to"), N_ ("PREFIX") },
        { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &options->keys.file,
          N_ ("File with the token, the headers or the keys; “-” for standard input; without it you "
          "are asked"),
            N_ ("FILE") },
          { "no-token", 0, 0, G_OPTION_ARG_NONE, &options->keys.none,
            N_ ("The server wants no token"), NULL },
            { "keys-from-environment", 0, 0, G_OPTION_ARG_NONE, &options->keys.from_environment,
              N_ ("Take the keys from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"),
                  NULL },
              { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &options->ca_file,
                N_ ("Further trusted certificates (PEM)"), N_ ("FILE") },
                { "client-certificate", 0, 0, G_OPTION_ARG_FILENAME, &options->certificate,
                  N_ ("Certificate to show to the server (PEM)"), N_ ("FILE") },
                  { "client-key", 0, 0, G_OPTION_ARG_FILENAME, &options->key,
                    N_ ("Its key (PEM), if it is in a file of its own"), N_ ("FILE") },
                    { "concurrency", 0, 0, G_OPTION_ARG_INT, &options->concurrency,
                      N_ ("Parts that travel at a time, 1 to 32"), N_ ("N") },
                      { "files", 0, 0, G_OPTION_ARG_INT, &options->files,
                        N_ ("Files that are worked on at a time, 1 to 32"), N_ ("N") },
                        { "limit", 0, 0, G_OPTION_ARG_STRING, &options->limit,
                          N_ ("Most bytes a second, such as 500k or 2M"), N_ ("RATE") },
                          { "colour", 0, 0, G_OPTION_ARG_STRING, &options->colour,
                            N_ ("Colour that marks it, such as blue or orange"), N_ ("COLOUR") },
                            { "service", 0, 0, G_OPTION_ARG_STRING, &options->service,
                              N_ ("Whose S3 it is, such as aws, r2 or ceph"), N_ ("SERVICE") },
                              { "region", 0, 0, G_OPTION_ARG_STRING, &options->region,
                                N_ ("Region of the bucket"), N_ ("REGION") },
                                { "bucket", 0, 0, G_OPTION_ARG_STRING, &options->bucket,
                                  N_ ("Bucket that the files go to"), N_ ("BUCKET") },
                                  { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->assignments,
                                    N_ ("A further setting, such as storage-class=STANDARD_IA"),
                                        N_ ("NAME=VALUE") },
                                  };

  memcpy (entries, all, sizeof all);
}

static gboolean
assign (HoistDestination *destination, const char *assignment, GError **error)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *name = equals != NULL ? g_strndup (assignment, equals - assignment) : NULL;

  for (guint i = 0; name != NULL && hoist_destination_settings_get_name (i) != NULL; i++)
    if (g_str_equal (name, hoist_destination_settings_get_name (i)))
      {
        hoist_destination_set_setting (destination, name, equals + 1);
        return TRUE;
      }
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               _ ("--set takes NAME=VALUE, with a name such as storage-class, encryption or tags"));
  return FALSE;
}

static gboolean
check_service (const char *id, GError **error)
{
  if (hoist_s3_service_lookup (id) != NULL)
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, _ ("There is no service “%s”"), id);
  return FALSE;
}

/* Zero and nothing take a limit away. */
static gboolean
set_limits (const HoistCliDestinationOptions *options,
            HoistDestination *destination,
            GError **error)
{
  guint64 bytes_per_s = 0;
  g_autofree char *files = g_strdup_printf ("%d", options->files);
  g_autofree char *rate = NULL;

  if (options->concurrency < -1 || options->concurrency > HOIST_DESTINATION_MAX_CONCURRENCY)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   _ ("--concurrency takes a number from 1 to %d"),
                      HOIST_DESTINATION_MAX_CONCURRENCY);
      return FALSE;
    }
  if (options->limit != NULL && *options->limit != '\0' &&
      !hoist_cli_parse_rate (options->limit, &bytes_per_s, error))
    return FALSE;
  rate = g_strdup_printf ("%" G_GUINT64_FORMAT, bytes_per_s);
  if (options->concurrency >= 0)
    hoist_destination_set_concurrency (destination, (guint) options->concurrency);
  if (options->files != -1)
    hoist_destination_set_setting (destination, HOIST_SETTING_FILES,
                                   options->files != 0 ? files : NULL);
  if (options->limit != NULL)
    hoist_destination_set_setting (destination, HOIST_SETTING_BYTES_PER_SECOND,
                                   bytes_per_s != 0 ? rate : NULL);
  return TRUE;
}

static gboolean
is_about_s3 (const HoistCliDestinationOptions *options)
{
  return options->service != NULL || options->region != NULL || options->bucket != NULL;
}

/* Where the service says it itself, nobody has to; where it was the service's own before, it stays
 * that. */
static void
set_address (HoistDestination *destination, const char *url, const char *old_own)
{
  const char *id = hoist_destination_get_setting (destination, HOIST_SETTING_SERVICE);
  const char *region = hoist_destination_get_setting (destination, HOIST_SETTING_REGION);
  const HoistS3Service *service = hoist_s3_service_lookup (id);
  g_autofree char *own = service != NULL ? hoist_s3_service_make_address (service, region) : NULL;
  const char *old = hoist_destination_get_url (destination);

  if (url != NULL)
    hoist_destination_set_url (destination, url);
  else if (own != NULL && (old == NULL || g_strcmp0 (old, old_own) == 0))
    hoist_destination_set_url (destination, own);
}

static char *
dup_own_address (HoistDestination *destination)
{
  const char *id = hoist_destination_get_setting (destination, HOIST_SETTING_SERVICE);
  const HoistS3Service *service = hoist_s3_service_lookup (id);

  return service != NULL
           ? hoist_s3_service_make_address (
               service, hoist_destination_get_setting (destination, HOIST_SETTING_REGION))
           : NULL;
}

/**
 * hoist_cli_destination_options_apply:
 * @options: what was said
 * @destination: what to say it of
 * @url: (nullable): its address, if that was said
 * @error: return location for an error
 *
 * Sets what was said and checks the whole.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT
 *
 * Returns: whether the destination can be kept
 */
gboolean
hoist_cli_destination_options_apply (const HoistCliDestinationOptions *options,
                                     HoistDestination *destination,
                                     const char *url,
                                     GError **error)
{
  const struct
  {
    const char *name;
    const char *value;
  } settings[] = { { HOIST_SETTING_SERVICE, options->service },
                   { HOIST_SETTING_REGION, options->region },
                   { HOIST_SETTING_BUCKET, options->bucket },
                   { HOIST_SETTING_COLOUR, options->colour } };
  g_autofree char *old_own = dup_own_address (destination);
  g_autofree char *ca_file =
    options->ca_file != NULL ? hoist_cli_target_make_absolute (options->ca_file) : NULL;
  g_autofree char *certificate =
    options->certificate != NULL ? hoist_cli_target_make_absolute (options->certificate) : NULL;
  g_autofree char *key = options->key != NULL ? hoist_cli_target_make_absolute (options->key)
                                              : NULL;

  if (!set_limits (options, destination, error) || !check_service (options->service, error))
    return FALSE;
  if (g_strcmp0 (options->type, HOIST_CLI_KIND_AUTO) == 0 &&
      hoist_destination_get_url (destination) != NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("“--type auto” is for new destinations"));
      return FALSE;
    }
  if (options->type != NULL || is_about_s3 (options))
    hoist_destination_set_provider_type (destination,
                                         options->type != NULL ? options->type : HOIST_S3_KIND);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].value != NULL)
      hoist_destination_set_setting (destination, settings[i].name, settings[i].value);
  for (gsize i = 0; options->assignments != NULL && options->assignments[i] != NULL; i++)
    if (!assign (destination, options->assignments[i], error))
      return FALSE;
  if (options->key_prefix != NULL)
    hoist_destination_set_key_prefix (destination,
                                      *options->key_prefix != '\0' ? options->key_prefix : NULL);
  if (ca_file != NULL)
    hoist_destination_set_ca_file (destination, ca_file);
  if (certificate != NULL)
    hoist_destination_set_setting (destination, HOIST_SETTING_CLIENT_CERTIFICATE, certificate);
  if (key != NULL)
    hoist_destination_set_setting (destination, HOIST_SETTING_CLIENT_KEY, key);
  if (hoist_cli_keys_is_for (destination))
    set_address (destination, url, old_own);
  else if (url != NULL)
    hoist_destination_set_url (destination, url);
  return hoist_destination_check (destination, error);
}
