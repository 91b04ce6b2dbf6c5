/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-s3-options.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"
#include "hoist-part-plan.h"
#include "hoist-s3-uri.h"

/* Amazon S3 User Guide, «Categorizing your objects using tags» and «Working with object
 * metadata»: 10 tags of 128 and 256 characters; 2 KiB of metadata. */
#define MAX_TAGS 10
#define MAX_TAG_NAME 128
#define MAX_TAG_VALUE 256
#define MAX_METADATA_BYTES 2048

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error,
                     g_error_new_valist (HOIST_ERROR, HOIST_ERROR_BAD_INPUT, format, arguments));
  va_end (arguments);
  return FALSE;
}

/* What goes into a header as it is. */
static gboolean
is_plain (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p < 0x20 || *p > 0x7e)
      return FALSE;
  return strlen (text) <= HOIST_SETTING_MAX_BYTES;
}

/* --- One header each -------------------------------------------------------------------------- */

static const struct
{
  const char *setting;
  const char *header;
  HoistS3Feature feature;
} plain_headers[] = {
  { HOIST_SETTING_ACL, "x-amz-acl", HOIST_S3_ACL },
  { HOIST_SETTING_STORAGE_CLASS, "x-amz-storage-class", HOIST_S3_STORAGE_CLASS },
  { HOIST_SETTING_KMS_KEY, "x-amz-server-side-encryption-aws-kms-key-id", HOIST_S3_SSE_KMS },
};

static gboolean
check_feature (HoistS3Options *self, HoistS3Feature feature, const char *setting, GError **error)
{
  if (self->service->features & feature)
    return TRUE;
  /* Translators: the name of a service such as «Cloudflare R2», the name of a setting */
  return refuse (error, _ ("%s does not take the setting “%s”"), self->service->name, setting);
}

static gboolean
read_plain_headers (HoistS3Options *self, const HoistDestinationSettings *settings, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plain_headers); i++)
    {
      const char *value = hoist_destination_settings_get (settings, plain_headers[i].setting);

      if (value == NULL)
        continue;
      if (!check_feature (self, plain_headers[i].feature, plain_headers[i].setting, error))
        return FALSE;
      if (!is_plain (value) || strchr (value, ' ') != NULL)
        /* Translators: %s is the name of a setting */
        return refuse (error, _ ("The setting “%s” has characters in it that it cannot have"),
                                 plain_headers[i].setting);
      hoist_s3_pairs_add (self->object_headers, plain_headers[i].header, value);
    }
  return TRUE;
}

static gboolean
read_encryption (HoistS3Options *self, const HoistDestinationSettings *settings, GError **error)
{
  const char *encryption = hoist_destination_settings_get (settings, HOIST_SETTING_ENCRYPTION);
  gboolean by_kms = g_strcmp0 (encryption, "aws:kms") == 0;

  if (encryption == NULL &&
      hoist_destination_settings_get (settings, HOIST_SETTING_KMS_KEY) == NULL)
    return TRUE;
  if (hoist_destination_settings_get (settings, HOIST_SETTING_KMS_KEY) != NULL && !by_kms)
    return refuse (error, _ ("A KMS key needs the encryption “aws:kms”"));
  if (!by_kms && strcmp (encryption, "AES256") != 0)
    return refuse (error, _ ("The encryption must be “AES256” or “aws:kms”"));
  if (!check_feature (self, by_kms ? HOIST_S3_SSE_KMS : HOIST_S3_SSE, HOIST_SETTING_ENCRYPTION,
                      error))
    return FALSE;
  hoist_s3_pairs_add (self->object_headers, "x-amz-server-side-encryption", encryption);
  return TRUE;
}

/* --- Lists of names and values ---------------------------------------------------------------- */

/* `name=value; name=value` */
static HoistS3Pairs *
read_pairs (const char *text, const char *setting, GError **error)
{
  g_auto (GStrv) items = g_strsplit (text, ";", -1);
  g_autoptr (HoistS3Pairs) pairs = hoist_s3_pairs_new ();

  for (gsize i = 0; items[i] != NULL; i++)
    {
      char *item = g_strstrip (items[i]);
      char *equals = strchr (item, '=');

      if (*item == '\0')
        continue;
      if (equals == NULL || equals == item)
        {
          /* Translators: %s is the name of a setting */
          refuse (error, _ ("The setting “%s” must be like “name=value; name=value”"), setting);
          return NULL;
        }
      *equals = '\0';
      hoist_s3_pairs_add (pairs, g_strchomp (item), g_strchug (equals + 1));
    }
  return g_steal_pointer (&pairs);
}

static gboolean
read_tags (HoistS3Options *self, const HoistDestinationSettings *settings, GError **error)
{
  const char *text = hoist_destination_settings_get (settings, HOIST_SETTING_TAGS);
  g_autoptr (HoistS3Pairs) pairs = NULL;
  g_autofree char *encoded = NULL;

  if (text == NULL)
    return TRUE;
  if (!check_feature (self, HOIST_S3_TAGS, HOIST_SETTING_TAGS, error))
    return FALSE;
  pairs = read_pairs (text, HOIST_SETTING_TAGS, error);
  if (pairs == NULL)
    return FALSE;
  if (hoist_s3_pairs_get_length (pairs) > MAX_TAGS)
    return refuse (error, _ ("An object has at most %d tags"), MAX_TAGS);
  for (guint i = 0; i < hoist_s3_pairs_get_length (pairs); i++)
    if (g_utf8_strlen (hoist_s3_pairs_get_name (pairs, i), -1) > MAX_TAG_NAME ||
        g_utf8_strlen (hoist_s3_pairs_get_value (pairs, i), -1) > MAX_TAG_VALUE)
      return refuse (error, _ ("A tag has at most %d characters, and its value %d"), MAX_TAG_NAME,
                               MAX_TAG_VALUE);
  encoded = hoist_s3_query_format (pairs);
  if (*encoded != '\0')
    hoist_s3_pairs_add (self->object_headers, "x-amz-tagging", encoded);
  return TRUE;
}

/* A token of HTTP, in lower case: S3 makes it that. */
static gboolean
is_metadata_name (const char *name)
{
  return name[strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == '\0';
}

static gboolean
read_metadata (HoistS3Options *self, const HoistDestinationSettings *settings, GError **error)
{
  const char *text = hoist_destination_settings_get (settings, HOIST_SETTING_METADATA);
  g_autoptr (HoistS3Pairs) pairs = NULL;

  if (text == NULL)
    return TRUE;
  if (strlen (text) > MAX_METADATA_BYTES)
    return refuse (error, _ ("There is more metadata than an object can have"));
  pairs = read_pairs (text, HOIST_SETTING_METADATA, error);
  for (guint i = 0; pairs != NULL && i < hoist_s3_pairs_get_length (pairs); i++)
    {
      const char *name = hoist_s3_pairs_get_name (pairs, i);
      const char *value = hoist_s3_pairs_get_value (pairs, i);
      g_autofree char *header = g_strconcat ("x-amz-meta-", name, NULL);

      if (!is_metadata_name (name) || !is_plain (value))
        return refuse (error, _ ("Names in the metadata are of a–z, 0–9, “-”, “_” and “.”, and its "
                                 "values are without special characters"));
      hoist_s3_pairs_add (self->object_headers, header, value);
    }
  return pairs != NULL;
}

/* --- The bucket ------------------------------------------------------------------------------- */

static gboolean
read_service (HoistS3Options *self, const HoistDestinationSettings *settings, GError **error)
{
  const char *checksum = hoist_destination_settings_get (settings, HOIST_SETTING_CHECKSUM);

  self->service =
    hoist_s3_service_lookup (hoist_destination_settings_get (settings, HOIST_SETTING_SERVICE));
  if (self->service == NULL)
    return refuse (error, _ ("There is no service “%s”"),
                             hoist_destination_settings_get (settings, HOIST_SETTING_SERVICE));
  self->kind = self->service->kind;
  if (checksum == NULL)
    return TRUE;
  if (strcmp (checksum, "sha256") == 0)
    self->kind = HOIST_DIGEST_SHA256;
  else if (strcmp (checksum, "md5") == 0)
    self->kind = HOIST_DIGEST_MD5;
  else if (strcmp (checksum, "none") == 0)
    self->kind = HOIST_DIGEST_NONE;
  else
    return refuse (error, _ ("The checksum must be “sha256”, “md5” or “none”"));
  return TRUE;
}

/* Amazon S3's own limits hold everywhere: a service may have narrower ones, which the plan keeps to. */
static gboolean
read_part_size (HoistS3Options *self, const HoistDestinationSettings *settings, GError **error)
{
  const char *text = hoist_destination_settings_get (settings, HOIST_SETTING_PART_SIZE);

  return text == NULL ||
         g_ascii_string_to_unsigned (text, 10, HOIST_S3_MIN_PART_BYTES, HOIST_S3_MAX_PART_BYTES,
                                     &self->part_bytes, NULL) ||
         refuse (error, _ ("The size of parts is a number of bytes from 5 MiB to 5 GiB"));
}

static gboolean
read_addressing (const HoistS3Options *self,
                 const HoistDestinationSettings *settings,
                 gboolean *path_style,
                 GError **error)
{
  const char *addressing = hoist_destination_settings_get (settings, HOIST_SETTING_ADDRESSING);
  const char *bucket = hoist_destination_settings_get (settings, HOIST_SETTING_BUCKET);

  /* A name with a dot in it is not in the certificate for `*.host`. */
  *path_style = self->service->path_style || (bucket != NULL && strchr (bucket, '.') != NULL);
  if (addressing == NULL)
    return TRUE;
  *path_style = strcmp (addressing, "path") == 0;
  return *path_style || strcmp (addressing, "host") == 0 ||
         refuse (error, _ ("The addressing must be “path” or “host”"));
}

static gboolean
read_endpoint (HoistS3Options *self,
               const char *url,
               const HoistDestinationSettings *settings,
               GError **error)
{
  const char *bucket = hoist_destination_settings_get (settings, HOIST_SETTING_BUCKET);
  const char *region = hoist_destination_settings_get (settings, HOIST_SETTING_REGION);
  g_autoptr (GError) reason = NULL;
  gboolean path_style;

  if (bucket == NULL)
    return refuse (error, _ ("The destination needs a bucket"));
  if (!read_addressing (self, settings, &path_style, error))
    return FALSE;
  self->endpoint =
    hoist_s3_endpoint_new (url != NULL ? url : "", region != NULL ? region : self->service->region,
                           bucket, path_style, &reason);
  if (self->endpoint != NULL)
    return TRUE;
  return refuse (error, "%s", reason->message);
}

static gboolean
read_keys (HoistS3Options *self,
           const char *key_prefix,
           const HoistDestinationSettings *settings,
           GError **error)
{
  const char *text = hoist_destination_settings_get (settings, HOIST_SETTING_KEY_TEMPLATE);
  gboolean whole = text != NULL && g_str_has_prefix (text, "{prefix}");
  g_autofree char *template = NULL;

  if (key_prefix == NULL || *key_prefix == '\0')
    self->prefix = g_strdup ("");
  else
    self->prefix = g_str_has_suffix (key_prefix, "/") ? g_strdup (key_prefix)
                                                      : g_strconcat (key_prefix, "/", NULL);
  template = g_strconcat (whole ? "" : "{prefix}", text != NULL ? text : "{path}", NULL);
  self->key_template = hoist_key_template_new (template, error);
  return self->key_template != NULL;
}

/**
 * hoist_s3_options_new:
 * @url: (nullable): the endpoint
 * @key_prefix: (nullable): the folder in the bucket
 * @settings: the rest
 * @error: return location for an error
 *
 * Checks and reads how a destination of the kind `s3` is set up. Nothing is asked.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT with what is wrong, for people.
 *
 * Returns: (transfer full) (nullable): the options
 */
HoistS3Options *
hoist_s3_options_new (const char *url,
                      const char *key_prefix,
                      const HoistDestinationSettings *settings,
                      GError **error)
{
  g_autoptr (HoistS3Options) self = g_new0 (HoistS3Options, 1);

  self->object_headers = hoist_s3_pairs_new ();
  if (!read_service (self, settings, error) || !read_endpoint (self, url, settings, error) ||
      !read_part_size (self, settings, error) || !read_keys (self, key_prefix, settings, error) ||
      !read_plain_headers (self, settings, error) || !read_encryption (self, settings, error) ||
      !read_tags (self, settings, error) || !read_metadata (self, settings, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* What one setting is about, and nothing else that could be wrong. */
static HoistDestinationSettings *
take_out (const HoistDestinationSettings *settings, const char *name)
{
  const char *service = hoist_destination_settings_get (settings, HOIST_SETTING_SERVICE);
  HoistDestinationSettings *few = hoist_destination_settings_new ();

  if (hoist_s3_service_lookup (service) != NULL)
    hoist_destination_settings_set (few, HOIST_SETTING_SERVICE, service);
  hoist_destination_settings_set (few, HOIST_SETTING_BUCKET, "bucket");
  if (strcmp (name, HOIST_SETTING_KMS_KEY) == 0)
    hoist_destination_settings_set (few, HOIST_SETTING_ENCRYPTION,
                                    hoist_destination_settings_get (settings,
                                                                    HOIST_SETTING_ENCRYPTION));
  hoist_destination_settings_set (few, name, hoist_destination_settings_get (settings, name));
  return few;
}

/**
 * hoist_s3_options_check_setting:
 * @settings: settings
 * @name: the one to look at
 * @error: return location for an error
 *
 * Checks one setting for itself, so that a person is told of each where it is entered. One that
 * is not set is fine.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT with what is wrong, for people.
 *
 * Returns: whether it can be so
 */
gboolean
hoist_s3_options_check_setting (const HoistDestinationSettings *settings,
                                const char *name,
                                GError **error)
{
  g_autoptr (HoistDestinationSettings) few = NULL;
  g_autoptr (HoistS3Options) options = NULL;

  if (hoist_destination_settings_get (settings, name) == NULL)
    return TRUE;
  few = take_out (settings, name);
  options = hoist_s3_options_new ("https://s3.example.org", NULL, few, error);
  return options != NULL;
}

/**
 * hoist_s3_options_free:
 * @options: (nullable): options
 *
 * Frees options.
 */
void
hoist_s3_options_free (HoistS3Options *options)
{
  if (options == NULL)
    return;
  g_clear_pointer (&options->endpoint, hoist_s3_endpoint_free);
  g_clear_pointer (&options->key_template, hoist_key_template_free);
  g_free (options->prefix);
  hoist_s3_pairs_free (options->object_headers);
  g_free (options);
}

/**
 * hoist_s3_options_make_endpoint:
 * @options: the options
 * @region: (nullable): the region that the service said the bucket is in; null = as it is set up
 *
 * Tells where the bucket is when it is in another region. The host only changes where it is the
 * service's own for the region that was set up: keys are used nowhere that nobody chose.
 *
 * Returns: (transfer full) (nullable): the endpoint; null where @region can be none
 */
HoistS3Endpoint *
hoist_s3_options_make_endpoint (const HoistS3Options *options, const char *region)
{
  const HoistS3Endpoint *old = options->endpoint;
  g_autofree char *old_url = g_strconcat (old->scheme, "://", old->host, NULL);
  g_autofree char *own = hoist_s3_service_make_address (options->service, old->region);
  g_autofree char *new_url = NULL;

  if (region == NULL)
    return hoist_s3_endpoint_copy (old);
  if (own != NULL && old->port == 0 && *old->base_path == '\0' &&
      (strcmp (own, old_url) == 0 || strcmp (old_url, "https://s3.amazonaws.com") == 0))
    {
      new_url = hoist_s3_service_make_address (options->service, region);
      return hoist_s3_endpoint_new (new_url, region, old->bucket, old->path_style, NULL);
    }
  return hoist_s3_endpoint_copy_for_region (old, region, NULL);
}

/**
 * hoist_s3_options_make_key:
 * @options: the options
 * @name: a file's relative name
 * @error: return location for an error
 *
 * Makes the key of a file that is begun now.
 *
 * Errors: %HOIST_ERROR_FILE_UNSUITABLE where the name cannot be a key.
 *
 * Returns: (transfer full) (nullable): the key
 */
char *
hoist_s3_options_make_key (const HoistS3Options *options, const char *name, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *uuid = g_uuid_string_random ();
  const HoistKeyValues values = { options->prefix, name, g_get_user_name (), uuid, now };

  return hoist_key_template_expand (options->key_template, &values, error);
}

/**
 * hoist_s3_options_add_headers:
 * @options: the options
 * @request: a request that creates an object
 *
 * Says what the object is created with: storage class, encryption, ACL, tags, metadata.
 */
void
hoist_s3_options_add_headers (const HoistS3Options *options, HoistS3Request *request)
{
  for (guint i = 0; i < hoist_s3_pairs_get_length (options->object_headers); i++)
    hoist_s3_pairs_add (request->headers, hoist_s3_pairs_get_name (options->object_headers, i),
                        hoist_s3_pairs_get_value (options->object_headers, i));
}
