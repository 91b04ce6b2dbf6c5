/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-provider.h"

static void
wipe_and_free (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * hoist_provider_config_new:
 * @type: the provider's kind, such as `hoist-api`
 * @url: the base URL
 *
 * Makes a configuration; the caller fills in the rest before it is shared.
 *
 * Returns: (transfer full): the configuration
 */
HoistProviderConfig *
hoist_provider_config_new (const char *type, const char *url)
{
  HoistProviderConfig *config = g_new0 (HoistProviderConfig, 1);

  g_atomic_ref_count_init (&config->ref_count);
  config->type = g_strdup (type);
  config->url = g_strdup (url);
  config->settings = hoist_destination_settings_new ();
  g_mutex_init (&config->lock);
  return config;
}

/**
 * hoist_provider_config_ref:
 * @config: a configuration
 *
 * Returns: (transfer full): @config
 */
HoistProviderConfig *
hoist_provider_config_ref (HoistProviderConfig *config)
{
  g_atomic_ref_count_inc (&config->ref_count);
  return config;
}

/**
 * hoist_provider_config_unref:
 * @config: (transfer full): a configuration
 *
 * Gives a reference back, from any thread. The token is wiped from memory with
 * the last one.
 */
void
hoist_provider_config_unref (HoistProviderConfig *config)
{
  if (!g_atomic_ref_count_dec (&config->ref_count))
    return;
  g_free (config->type);
  g_free (config->url);
  wipe_and_free (config->token);
  g_free (config->ca_file);
  g_free (config->key_prefix);
  hoist_destination_settings_free (config->settings);
  g_clear_object (&config->trust);
  g_free (config->remembered);
  g_mutex_clear (&config->lock);
  g_free (config);
}

/**
 * hoist_provider_config_same_server:
 * @a: a configuration
 * @b: a configuration
 *
 * Compares all that was set but the limits, which nobody there is told.
 *
 * Returns: whether they are reached in the same way
 */
gboolean
hoist_provider_config_same_server (const HoistProviderConfig *a, const HoistProviderConfig *b)
{
  return g_strcmp0 (a->type, b->type) == 0 && g_strcmp0 (a->url, b->url) == 0 &&
         g_strcmp0 (a->token, b->token) == 0 && g_strcmp0 (a->ca_file, b->ca_file) == 0 &&
         g_strcmp0 (a->key_prefix, b->key_prefix) == 0 &&
         hoist_destination_settings_equal (a->settings, b->settings) &&
         a->token_pending == b->token_pending;
}

/**
 * hoist_provider_config_equal:
 * @a: a configuration
 * @b: a configuration
 *
 * Compares what was set, not what was found out.
 *
 * Returns: whether they say the same
 */
gboolean
hoist_provider_config_equal (const HoistProviderConfig *a, const HoistProviderConfig *b)
{
  return hoist_provider_config_same_server (a, b) &&
         hoist_destination_limits_equal (&a->limits, &b->limits);
}

/**
 * hoist_provider_config_is_tls:
 * @config: a configuration
 *
 * Tells whether it is asked under TLS: then nothing that it signs goes over plain HTTP.
 *
 * Returns: %TRUE for an https address
 */
gboolean
hoist_provider_config_is_tls (const HoistProviderConfig *config)
{
  return config->url != NULL && g_ascii_strncasecmp (config->url, "https:", strlen ("https:")) == 0;
}

/**
 * hoist_provider_config_get_trust:
 * @config: a configuration
 * @trust: (out) (transfer none) (nullable): whom its connections trust; %NULL = the system's roots
 * @error: return location
 *
 * Reads the files of certificates, the first time that it is asked. For any thread.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for files that cannot be used.
 *
 * Returns: whether they could be read
 */
gboolean
hoist_provider_config_get_trust (HoistProviderConfig *config, HoistNetTrust **trust, GError **error)
{
  const char *certificate =
    hoist_destination_settings_get (config->settings, HOIST_SETTING_CLIENT_CERTIFICATE);
  const char *key = hoist_destination_settings_get (config->settings, HOIST_SETTING_CLIENT_KEY);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&config->lock);
  gboolean wanted = config->ca_file != NULL || certificate != NULL;

  if (config->trust == NULL && wanted)
    config->trust = hoist_net_trust_new (config->ca_file, certificate, key, error);
  *trust = config->trust;
  return *trust != NULL || !wanted;
}

/**
 * hoist_provider_config_remember:
 * @config: a configuration
 * @text: something that a provider found out
 *
 * Keeps it for the providers that are made of @config later. For any thread.
 */
void
hoist_provider_config_remember (HoistProviderConfig *config, const char *text)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&config->lock);

  g_free (config->remembered);
  config->remembered = g_strdup (text);
}

/**
 * hoist_provider_config_recall:
 * @config: a configuration
 *
 * Returns: (transfer full) (nullable): what hoist_provider_config_remember() was given last
 */
char *
hoist_provider_config_recall (HoistProviderConfig *config)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&config->lock);

  return g_strdup (config->remembered);
}

/**
 * hoist_capabilities_free:
 * @capabilities: (transfer full) (nullable): what a destination can do
 */
void
hoist_capabilities_free (HoistCapabilities *capabilities)
{
  if (capabilities == NULL)
    return;
  g_free (capabilities->bucket);
  g_free (capabilities->account);
  g_free (capabilities->server);
  g_free (capabilities);
}

/**
 * hoist_signed_url_copy:
 * @url: a presigned request
 *
 * Returns: (transfer full): one that says the same
 */
HoistSignedUrl *
hoist_signed_url_copy (const HoistSignedUrl *url)
{
  HoistSignedUrl *copy = g_new0 (HoistSignedUrl, 1);

  copy->part_number = url->part_number;
  copy->url = g_strdup (url->url);
  copy->key = g_strdup (url->key);
  copy->form_head = url->form_head != NULL ? g_bytes_ref (url->form_head) : NULL;
  copy->form_tail = url->form_tail != NULL ? g_bytes_ref (url->form_tail) : NULL;
  copy->headers = g_strdupv (url->headers);
  copy->deadline_us = url->deadline_us;
  return copy;
}

/**
 * hoist_signed_url_free:
 * @url: (transfer full) (nullable): a presigned request
 *
 * Frees @url and wipes the URL from memory.
 */
void
hoist_signed_url_free (HoistSignedUrl *url)
{
  if (url == NULL)
    return;
  wipe_and_free (url->url);
  g_free (url->key);
  g_clear_pointer (&url->form_head, g_bytes_unref);
  g_clear_pointer (&url->form_tail, g_bytes_unref);
  g_strfreev (url->headers);
  g_free (url);
}

/**
 * hoist_provider_get_base_name:
 * @name: a file's name, perhaps with folders
 *
 * Returns: (transfer none): @name without them
 */
const char *
hoist_provider_get_base_name (const char *name)
{
  const char *slash = strrchr (name, '/');

  return slash != NULL ? slash + 1 : name;
}

/**
 * hoist_provider_build_path:
 * @key_prefix: (nullable): put before every name
 * @name: a file's name, perhaps with folders
 *
 * Returns: (transfer full): where the server is told that the file belongs
 */
char *
hoist_provider_build_path (const char *key_prefix, const char *name)
{
  return key_prefix != NULL && *key_prefix != '\0' ? g_build_path ("/", key_prefix, name, NULL)
                                                   : g_strdup (name);
}

/**
 * hoist_begin_request_free:
 * @request: (transfer full) (nullable): one file of a begin call
 */
void
hoist_begin_request_free (HoistBeginRequest *request)
{
  if (request == NULL)
    return;
  g_free (request->name);
  g_free (request->content_type);
  g_free (request);
}

/**
 * hoist_begin_reply_free:
 * @reply: (transfer full) (nullable): what became of one file of a begin call
 */
void
hoist_begin_reply_free (HoistBeginReply *reply)
{
  if (reply == NULL)
    return;
  g_clear_error (&reply->error);
  g_free (reply->upload_id);
  g_free (reply->key);
  g_free (reply->location);
  hoist_signed_url_free (reply->url);
  g_free (reply);
}

/**
 * hoist_object_free:
 * @object: (transfer full) (nullable): an object
 */
void
hoist_object_free (HoistObject *object)
{
  if (object == NULL)
    return;
  g_free (object->location);
  g_free (object->key);
  g_free (object->etag);
  g_free (object->version_id);
  g_free (object->checksum_sha256);
  g_free (object);
}

/**
 * hoist_stat_reply_free:
 * @reply: (transfer full) (nullable): what became of one object of a stat call
 */
void
hoist_stat_reply_free (HoistStatReply *reply)
{
  if (reply == NULL)
    return;
  g_clear_error (&reply->error);
  hoist_object_free (reply->object);
  g_free (reply);
}
