/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-credentials.h"

#include <string.h>

struct _HoistS3Credentials
{
  gatomicrefcount ref_count;
  char *access_key;    /* (owned) */
  char *secret_key;    /* (owned) wiped when freed */
  char *session_token; /* (owned) (nullable) wiped when freed */
};

G_DEFINE_BOXED_TYPE (HoistS3Credentials,
                     hoist_s3_credentials,
                     hoist_s3_credentials_ref,
                     hoist_s3_credentials_unref)

/**
 * hoist_s3_credentials_new:
 * @access_key: the access key's id
 * @secret_key: its secret
 * @session_token: (nullable): the token that temporary credentials have
 *
 * Keeps credentials. The caller wipes its own copies.
 *
 * Returns: (transfer full): the credentials
 */
HoistS3Credentials *
hoist_s3_credentials_new (const char *access_key, const char *secret_key, const char *session_token)
{
  HoistS3Credentials *credentials = g_new0 (HoistS3Credentials, 1);

  g_atomic_ref_count_init (&credentials->ref_count);
  credentials->access_key = g_strdup (access_key);
  credentials->secret_key = g_strdup (secret_key);
  credentials->session_token = g_strdup (session_token);
  return credentials;
}

/**
 * hoist_s3_credentials_ref:
 * @credentials: the credentials
 *
 * Takes a reference. Any thread may.
 *
 * Returns: (transfer full): the same credentials
 */
HoistS3Credentials *
hoist_s3_credentials_ref (HoistS3Credentials *credentials)
{
  g_atomic_ref_count_inc (&credentials->ref_count);
  return credentials;
}

static void
wipe (char *secret)
{
  if (secret)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * hoist_s3_credentials_unref:
 * @credentials: (nullable): the credentials
 *
 * Gives a reference back; the last one wipes and frees them. Any thread may.
 */
void
hoist_s3_credentials_unref (HoistS3Credentials *credentials)
{
  if (!credentials || !g_atomic_ref_count_dec (&credentials->ref_count))
    return;
  g_free (credentials->access_key);
  wipe (credentials->secret_key);
  wipe (credentials->session_token);
  g_free (credentials);
}

/**
 * hoist_s3_credentials_get_access_key:
 * @credentials: the credentials
 *
 * Gets the access key's id.
 *
 * Returns: (transfer none): the id
 */
const char *
hoist_s3_credentials_get_access_key (const HoistS3Credentials *credentials)
{
  return credentials->access_key;
}

/**
 * hoist_s3_credentials_get_secret_key:
 * @credentials: the credentials
 *
 * Gets the secret.
 *
 * Returns: (transfer none): the secret
 */
const char *
hoist_s3_credentials_get_secret_key (const HoistS3Credentials *credentials)
{
  return credentials->secret_key;
}

/**
 * hoist_s3_credentials_get_session_token:
 * @credentials: the credentials
 *
 * Gets the token of temporary credentials.
 *
 * Returns: (transfer none) (nullable): the token
 */
const char *
hoist_s3_credentials_get_session_token (const HoistS3Credentials *credentials)
{
  return credentials->session_token;
}
