/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-backend-config.h"

#include <string.h>

#include "hoist-error.h"
#include "hoist-key-template.h"
#include "hoist-part-plan.h"
#include "hoist-s3-endpoint.h"
#include "hoist-s3-sigv4.h"

typedef enum
{
  KEY_TEXT,
  KEY_PATH,
  KEY_NUMBER,
  KEY_BYTES,
  KEY_BOOLEAN,
  KEY_CHOICE,
} KeyKind;

typedef struct
{
  const char *group;
  const char *name;
  KeyKind kind;
  gsize offset;
  guint64 min;
  guint64 max;
  const char *choices[4]; /* KEY_CHOICE: the value stored is the index */
} ConfigKey;

#define FIELD(f) G_STRUCT_OFFSET (HoistBackendConfig, f)
#define MAX_BYTES (G_GUINT64_CONSTANT (1) << 50)

/* style and checksum are stored by the index of the choice. */
G_STATIC_ASSERT (HOIST_DIGEST_NONE == 0 && HOIST_DIGEST_SHA256 == 1 && HOIST_DIGEST_MD5 == 2);

static const ConfigKey config_keys[] = {
  { "server", "listen", KEY_TEXT, FIELD (listen) },
  { "server", "tls-certificate", KEY_PATH, FIELD (tls_certificate) },
  { "server", "tls-key", KEY_PATH, FIELD (tls_key) },
  { "server", "public-url", KEY_TEXT, FIELD (public_url) },
  { "server", "tokens-file", KEY_PATH, FIELD (tokens_file) },
  { "server", "max-body", KEY_BYTES, FIELD (max_body_bytes), 4096, 64 << 20 },
  { "server", "max-files", KEY_NUMBER, FIELD (max_files), 1, 1000 },
  { "server", "max-parts-per-sign", KEY_NUMBER, FIELD (max_parts_per_sign), 1, 1000 },
  { "server", "max-requests-per-second", KEY_NUMBER, FIELD (max_requests_per_s), 0, 1000000 },
  { "server", "stop-timeout", KEY_NUMBER, FIELD (stop_timeout_s), 0, 3600 },
  { "server", "log-requests", KEY_BOOLEAN, FIELD (log_requests) },
  { "server", "insecure", KEY_BOOLEAN, FIELD (insecure) },
  { "s3", "endpoint", KEY_TEXT, FIELD (endpoint) },
  { "s3", "public-endpoint", KEY_TEXT, FIELD (public_endpoint) },
  { "s3", "region", KEY_TEXT, FIELD (region) },
  { "s3", "bucket", KEY_TEXT, FIELD (bucket) },
  { "s3", "style", KEY_CHOICE, FIELD (path_style), 0, 0, { "virtual", "path" } },
  { "s3", "checksum", KEY_CHOICE, FIELD (checksum), 0, 0, { "none", "sha256", "md5" } },
  { "s3", "credentials-file", KEY_PATH, FIELD (credentials_file) },
  { "s3", "profile", KEY_TEXT, FIELD (profile) },
  { "s3", "ca-file", KEY_PATH, FIELD (ca_file) },
  { "s3", "key-template", KEY_TEXT, FIELD (key_template) },
  { "s3", "url-lifetime", KEY_NUMBER, FIELD (url_lifetime_s), 60, HOIST_S3_MAX_EXPIRES_S },
  { "s3", "min-part-size", KEY_BYTES, FIELD (min_part_bytes), 1, HOIST_S3_MAX_PART_BYTES },
  { "s3", "max-part-size", KEY_BYTES, FIELD (max_part_bytes), 1, HOIST_S3_MAX_PART_BYTES },
  { "s3", "max-object-size", KEY_BYTES, FIELD (max_object_bytes), 1, MAX_BYTES },
  { "s3", "single-put-below", KEY_BYTES, FIELD (single_put_bytes), 0,
    HOIST_S3_MAX_SINGLE_PUT_BYTES },
  { "s3", "timeout", KEY_NUMBER, FIELD (timeout_s), 1, 3600 },
  { "s3", "complete-timeout", KEY_NUMBER, FIELD (complete_timeout_s), 10, 86400 },
};

/**
 * hoist_backend_config_new:
 *
 * Makes a configuration with every setting at its default.
 *
 * Returns: (transfer full): it
 */
HoistBackendConfig *
hoist_backend_config_new (void)
{
  HoistBackendConfig *config = g_new0 (HoistBackendConfig, 1);

  g_atomic_ref_count_init (&config->ref_count);
  config->listen = g_strdup (HOIST_BACKEND_LISTEN);
  config->tokens_file = g_strdup (HOIST_BACKEND_TOKENS_FILE);
  config->max_body_bytes = 4 << 20; /* docs/upload-api.md, «Ground rules» */
  config->max_files = 100;
  config->max_parts_per_sign = 100;
  config->stop_timeout_s = 20;
  config->checksum = HOIST_DIGEST_SHA256;
  config->key_template = g_strdup (HOIST_KEY_TEMPLATE_DEFAULT);
  config->url_lifetime_s = 3600;
  config->min_part_bytes = HOIST_S3_MIN_PART_BYTES;
  config->max_part_bytes = HOIST_S3_MAX_PART_BYTES;
  config->max_object_bytes = HOIST_S3_MAX_PART_BYTES * HOIST_S3_MAX_PARTS;
  config->single_put_bytes = 16 << 20;
  config->timeout_s = 30;
  config->complete_timeout_s = 900;
  return config;
}

/**
 * hoist_backend_config_ref:
 * @config: the configuration
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @config
 */
HoistBackendConfig *
hoist_backend_config_ref (HoistBackendConfig *config)
{
  g_atomic_ref_count_inc (&config->ref_count);
  return config;
}

/**
 * hoist_backend_config_unref:
 * @config: (transfer full): the configuration
 *
 * Gives a reference back.
 */
void
hoist_backend_config_unref (HoistBackendConfig *config)
{
  if (!g_atomic_ref_count_dec (&config->ref_count))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (config_keys); i++)
    if (config_keys[i].kind == KEY_TEXT || config_keys[i].kind == KEY_PATH)
      g_free (G_STRUCT_MEMBER (char *, config, config_keys[i].offset));
  g_free (config->embedded_dir);
  g_free (config);
}

/**
 * hoist_backend_parse_bytes:
 * @text: a number, perhaps with a unit: `K`, `M`, `G` or `T`, with or without `iB`
 * @bytes: (out): the size it means; units are powers of 1024
 *
 * Reads a size as people write it: `16 MiB`, `5G`, `1048576`.
 *
 * Returns: whether @text is a size
 */
gboolean
hoist_backend_parse_bytes (const char *text, guint64 *bytes)
{
  static const char units[] = "KMGT";
  const char *rest;
  const char *unit;
  guint64 number;
  guint shift;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  number = g_ascii_strtoull (text, (char **) &rest, 10);
  rest += strspn (rest, " ");
  if (*rest == '\0')
    shift = 0;
  else if ((unit = strchr (units, g_ascii_toupper (*rest))) != NULL && *unit != '\0' &&
           (rest[1] == '\0' || g_ascii_strcasecmp (rest + 1, "iB") == 0))
    shift = 10 * (guint) (unit - units + 1);
  else
    return FALSE;
  if (number > (G_MAXUINT64 >> shift))
    return FALSE;
  *bytes = number << shift;
  return TRUE;
}

/**
 * hoist_backend_parse_listen:
 * @listen: `ADDRESS:PORT` with a numeric address; an IPv6 address in brackets
 * @error: return location for an error
 *
 * Reads where to listen.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where it is no such pair.
 *
 * Returns: (transfer full) (nullable): the address, or null with @error set
 */
GSocketAddress *
hoist_backend_parse_listen (const char *listen, GError **error)
{
  const char *colon = strrchr (listen, ':');
  g_autofree char *host = NULL;
  GSocketAddress *address;
  guint64 port;

  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    {
      gsize length = (gsize) (colon - listen);

      if (length > 2 && listen[0] == '[' && listen[length - 1] == ']')
        host = g_strndup (listen + 1, length - 2);
      else if (memchr (listen, ':', length) == NULL)
        host = g_strndup (listen, length);
      if (g_strcmp0 (host, "localhost") == 0)
        address = g_inet_socket_address_new_from_string ("127.0.0.1", (guint) port);
      else
        address = host ? g_inet_socket_address_new_from_string (host, (guint) port) : NULL;
      if (address != NULL)
        return address;
    }
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               "Cannot listen on “%s”: give a numeric address and a port, such as 127.0.0.1:8017 "
               "or [::1]:8017",
               listen);
  return NULL;
}

static gboolean
refuse_value (GError **error,
              const char *file,
              const ConfigKey *key,
              const char *value,
              const char *allowed)
{
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s: [%s] %s=%s is not allowed: give %s",
               file, key->group, key->name, value, allowed);
  return FALSE;
}

static gboolean
set_number (HoistBackendConfig *config,
            const ConfigKey *key,
            const char *file,
            const char *value,
            GError **error)
{
  g_autofree char *allowed = NULL;
  guint64 number;
  gboolean readable = key->kind == KEY_BYTES
                        ? hoist_backend_parse_bytes (value, &number)
                        : g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &number, NULL);

  if (readable && number >= key->min && number <= key->max)
    {
      G_STRUCT_MEMBER (guint64, config, key->offset) = number;
      return TRUE;
    }
  allowed = g_strdup_printf ("a %s from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT "%s",
                             key->kind == KEY_BYTES ? "size" : "number", key->min, key->max,
                             key->kind == KEY_BYTES ? " bytes (K, M, G and T may follow)" : "");
  return refuse_value (error, file, key, value, allowed);
}

static gboolean
set_choice (HoistBackendConfig *config,
            const ConfigKey *key,
            const char *file,
            const char *value,
            GError **error)
{
  g_autofree char *allowed = NULL;

  for (int i = 0; key->choices[i] != NULL; i++)
    {
      if (strcmp (key->choices[i], value) != 0)
        continue;
      G_STRUCT_MEMBER (int, config, key->offset) = i;
      return TRUE;
    }
  allowed = g_strjoinv (" or ", (char **) key->choices);
  return refuse_value (error, file, key, value, allowed);
}

static gboolean
set_value (HoistBackendConfig *config,
           const ConfigKey *key,
           const char *file,
           const char *value,
           GError **error)
{
  switch (key->kind)
    {
    case KEY_PATH:
      if (!g_path_is_absolute (value))
        return refuse_value (error, file, key, value, "a path that begins with /");
      G_GNUC_FALLTHROUGH;
    case KEY_TEXT:
      if (*value == '\0')
        return refuse_value (error, file, key, value, "a value, or leave the line out");
      g_free (G_STRUCT_MEMBER (char *, config, key->offset));
      G_STRUCT_MEMBER (char *, config, key->offset) = g_strdup (value);
      return TRUE;
    case KEY_BOOLEAN:
      if (strcmp (value, "true") != 0 && strcmp (value, "false") != 0)
        return refuse_value (error, file, key, value, "true or false");
      G_STRUCT_MEMBER (gboolean, config, key->offset) = *value == 't';
      return TRUE;
    case KEY_CHOICE:
      return set_choice (config, key, file, value, error);
    case KEY_NUMBER:
    case KEY_BYTES:
      return set_number (config, key, file, value, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static char *
list_names (const char *group)
{
  GString *names = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (config_keys); i++)
    if (strcmp (config_keys[i].group, group) == 0)
      g_string_append_printf (names, "%s%s", names->len ? ", " : "", config_keys[i].name);
  return g_string_free (names, FALSE);
}

static gboolean
load_key (HoistBackendConfig *config,
          GKeyFile *key_file,
          const char *group,
          const char *name,
          const char *file,
          GError **error)
{
  g_autofree char *names = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (config_keys); i++)
    {
      const ConfigKey *key = &config_keys[i];
      g_autofree char *value = NULL;

      if (strcmp (key->group, group) != 0 || strcmp (key->name, name) != 0)
        continue;
      value = g_key_file_get_string (key_file, group, name, error);
      if (value == NULL)
        {
          g_prefix_error (error, "%s: ", file);
          return FALSE;
        }
      g_strchomp (value);
      return set_value (config, key, file, value, error);
    }
  names = list_names (group);
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               "%s: [%s] has no setting “%s”: it may have %s", file, group, name, names);
  return FALSE;
}

static gboolean
load_group (HoistBackendConfig *config,
            GKeyFile *key_file,
            const char *group,
            const char *file,
            GError **error)
{
  g_auto (GStrv) names = NULL;

  if (strcmp (group, "server") != 0 && strcmp (group, "s3") != 0)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   "%s: there is no section [%s]: use [server] and [s3]", file, group);
      return FALSE;
    }
  names = g_key_file_get_keys (key_file, group, NULL, NULL);
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    if (!load_key (config, key_file, group, names[i], file, error))
      return FALSE;
  return TRUE;
}

/**
 * hoist_backend_config_load_data:
 * @config: the configuration; on an error it is partly changed and to be dropped
 * @data: text of a key file
 * @file_for_messages: what to call it in messages
 * @error: return location for an error
 *
 * Takes settings over from a key file's text. Nothing unknown is skipped.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT, naming file, section, key and what is allowed.
 *
 * Returns: whether all of it was understood
 */
gboolean
hoist_backend_config_load_data (HoistBackendConfig *config,
                                const char *data,
                                const char *file_for_messages,
                                GError **error)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) bad = NULL;
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_data (key_file, data, strlen (data), G_KEY_FILE_NONE, &bad))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s: %s", file_for_messages,
                   bad->message);
      return FALSE;
    }
  groups = g_key_file_get_groups (key_file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    if (!load_group (config, key_file, groups[i], file_for_messages, error))
      return FALSE;
  return TRUE;
}

/**
 * hoist_backend_config_load_file:
 * @config: the configuration; on an error it is partly changed and to be dropped
 * @file: path of a key file
 * @error: return location for an error
 *
 * Takes settings over from a file. Blocks.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where it cannot be read or understood.
 *
 * Returns: whether all of it was understood
 */
gboolean
hoist_backend_config_load_file (HoistBackendConfig *config, const char *file, GError **error)
{
  g_autoptr (GError) unreadable = NULL;
  g_autofree char *data = NULL;
  gsize length;

  if (!g_file_get_contents (file, &data, &length, &unreadable))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "Cannot read the configuration: %s",
                   unreadable->message);
      return FALSE;
    }
  if (!g_utf8_validate (data, (gssize) length, NULL))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s is not UTF-8 text", file);
      return FALSE;
    }
  return hoist_backend_config_load_data (config, data, file, error);
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, message);
  return FALSE;
}

static gboolean
check_listen (HoistBackendConfig *config, GError **error)
{
  g_autoptr (GSocketAddress) address = hoist_backend_parse_listen (config->listen, error);
  GInetAddress *inet;

  if (address == NULL)
    return FALSE;
  if ((config->tls_certificate == NULL) != (config->tls_key == NULL))
    return refuse (error, "tls-certificate and tls-key belong together: give both, or none");
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  if (g_inet_address_get_is_loopback (inet) || config->tls_certificate != NULL || config->insecure)
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               "Refusing plain HTTP on %s, where others could read the tokens: give "
               "tls-certificate and tls-key, listen on 127.0.0.1 behind a reverse proxy, or say "
               "--insecure",
               config->listen);
  return FALSE;
}

static gboolean
check_url (const char *name, const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri ? g_uri_get_scheme (uri) : NULL;

  if (uri != NULL && (strcmp (scheme, "http") == 0 || strcmp (scheme, "https") == 0) &&
      g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
      g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL &&
      g_uri_get_fragment (uri) == NULL)
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               "%s must be a URL like https://host.example.org, without user, query and fragment",
               name);
  return FALSE;
}

static gboolean
check_s3 (HoistBackendConfig *config, GError **error)
{
  g_autoptr (HoistS3Endpoint) endpoint = NULL;

  if (config->bucket == NULL)
    return refuse (error, "[s3] bucket is missing: say which bucket the files go to");
  if (config->region == NULL)
    return refuse (error, "[s3] region is missing: say the bucket's region, such as eu-central-1");
  if (config->endpoint == NULL)
    config->endpoint = g_strdup_printf ("https://s3.%s.amazonaws.com", config->region);
  if (!check_url ("[s3] endpoint", config->endpoint, error) ||
      (config->public_endpoint != NULL &&
       !check_url ("[s3] public-endpoint", config->public_endpoint, error)))
    return FALSE;
  endpoint = hoist_s3_endpoint_new (config->endpoint, config->region, config->bucket,
                                    config->path_style, error);
  return endpoint != NULL;
}

/**
 * hoist_backend_config_check:
 * @config: the configuration; a missing endpoint is filled in
 * @error: return location for an error
 *
 * Looks whether the settings fit together: what must be there, what excludes
 * what, and whether tokens would travel readable for others.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT with what to change.
 *
 * Returns: whether a server can be made of it
 */
gboolean
hoist_backend_config_check (HoistBackendConfig *config, GError **error)
{
  g_autoptr (HoistKeyTemplate) key_template = NULL;

  if (!check_listen (config, error))
    return FALSE;
  if (config->public_url != NULL && !check_url ("public-url", config->public_url, error))
    return FALSE;
  if (config->min_part_bytes > config->max_part_bytes)
    return refuse (error, "[s3] min-part-size is more than max-part-size");
  if (config->embedded_dir == NULL && !check_s3 (config, error))
    return FALSE;
  key_template = hoist_key_template_new (config->key_template, error);
  return key_template != NULL;
}
