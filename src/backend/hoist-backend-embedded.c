/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What `--embedded DIR` keeps below DIR besides the objects: `.hoist/credentials`, the embedded
 * store's keys; `.hoist/tokens`, the tokens file; `token`, a token for the person who tries it. */

#include "hoist-backend-embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "hoist-backend-credentials.h"
#include "hoist-error.h"

#define STATE_FOLDER ".hoist"

static gboolean
make_folder (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "Cannot make the folder %s: %s", folder,
               g_strerror (errno));
  return FALSE;
}

static gboolean
write_secret (const char *file, const char *text, GError **error)
{
  return g_file_set_contents_full (
    file, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static char *
random_hex (gsize n_bytes, GError **error)
{
  guint8 random[32];

  g_assert (n_bytes <= sizeof random);
  if (getrandom (random, n_bytes, 0) == (gssize) n_bytes)
    return hoist_digest_to_hex (random, n_bytes);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_FAILED, "The system has no random data");
  return NULL;
}

/**
 * hoist_backend_embedded_ensure_credentials:
 * @dir: the embedded store's folder; made where it is missing
 * @error: return location for an error
 *
 * Reads the embedded store's keys, and makes them up the first time. Blocks.
 *
 * Errors: as hoist_backend_credentials_load_file(), or a #GFileError.
 *
 * Returns: (transfer full) (nullable): them, or null with @error set
 */
HoistS3Credentials *
hoist_backend_embedded_ensure_credentials (const char *dir, GError **error)
{
  g_autofree char *folder = g_build_filename (dir, STATE_FOLDER, NULL);
  g_autofree char *file = g_build_filename (folder, "credentials", NULL);
  g_autofree char *access_key = NULL;
  g_autofree char *secret_key = NULL;
  g_autofree char *text = NULL;

  if (g_file_test (file, G_FILE_TEST_EXISTS))
    return hoist_backend_credentials_load_file (file, NULL, TRUE, error);
  if (!make_folder (folder, error))
    return NULL;
  access_key = random_hex (10, error);
  secret_key = access_key ? random_hex (32, error) : NULL;
  if (secret_key == NULL)
    return NULL;
  text = g_strdup_printf ("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n",
                          access_key, secret_key);
  if (!write_secret (file, text, error))
    return NULL;
  return hoist_s3_credentials_new (access_key, secret_key, NULL);
}

/**
 * hoist_backend_embedded_dup_tokens_file:
 * @dir: the embedded store's folder
 *
 * Gives where its tokens are.
 *
 * Returns: (transfer full): path of the tokens file
 */
char *
hoist_backend_embedded_dup_tokens_file (const char *dir)
{
  return g_build_filename (dir, STATE_FOLDER, "tokens", NULL);
}

static gboolean
has_name (HoistTokenStore *tokens, const char *name)
{
  GPtrArray *list = hoist_token_store_list (tokens);

  for (guint i = 0; i < list->len; i++)
    if (strcmp (((HoistToken *) g_ptr_array_index (list, i))->name, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
add_known (HoistTokenStore *tokens, HoistToken *token, const char *secret, GError **error)
{
  g_autoptr (HoistToken) known = hoist_token_store_lookup (tokens, secret);

  if (known != NULL)
    return TRUE;
  if (has_name (tokens, token->name) && !hoist_token_store_remove (tokens, token->name, error))
    return FALSE;
  return hoist_token_store_add_with_secret (tokens, token, secret, error);
}

/**
 * hoist_backend_embedded_ensure_token:
 * @dir: the embedded store's folder
 * @tokens: its tokens
 * @error: return location for an error
 *
 * Sees to it that the file `token` in @dir (mode 0600) has a token that works,
 * for all keys. Blocks.
 *
 * Errors: as hoist_token_store_add(), or a #GFileError.
 *
 * Returns: whether it has
 */
gboolean
hoist_backend_embedded_ensure_token (const char *dir, HoistTokenStore *tokens, GError **error)
{
  g_autofree char *file = g_build_filename (dir, "token", NULL);
  g_autoptr (HoistToken) token = hoist_token_new (HOIST_BACKEND_EMBEDDED_TOKEN);
  g_autofree char *secret = NULL;
  g_autofree char *line = NULL;

  if (!hoist_token_set_prefix (token, "", error) || !hoist_token_store_load (tokens, error))
    return FALSE;
  if (g_file_get_contents (file, &secret, NULL, NULL) && *g_strstrip (secret) != '\0')
    return add_known (tokens, token, secret, error);
  g_clear_pointer (&secret, g_free);
  if (has_name (tokens, token->name) && !hoist_token_store_remove (tokens, token->name, error))
    return FALSE;
  secret = hoist_token_store_add (tokens, token, error);
  if (secret == NULL)
    return FALSE;
  line = g_strconcat (secret, "\n", NULL);
  return write_secret (file, line, error);
}
