/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-token-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "hoist-error.h"
#include "hoist-key-template.h"

#define GROUP_PREFIX "token "
#define HASH_PREFIX "sha256:"
#define SECRET_PREFIX "hst_"
#define MAX_NAME_BYTES 64
#define MAX_SECRET_BYTES 512
#define MAX_FILE_BYTES (16 << 20)

struct _HoistTokenStore
{
  char *file;        /* (owned) */
  GPtrArray *tokens; /* (owned) (element-type HoistToken) */

  /* what was read: the file is read again when it is another one */
  guint64 seen_inode;
  gint64 seen_size;
  gint64 seen_mtime_ns;
};

/**
 * hoist_token_new:
 * @name: its name: letters, digits, `.`, `_` and `-`
 *
 * Makes a token that may share and list, without a limit of its own, for the
 * keys below `NAME/`.
 *
 * Returns: (transfer full): it
 */
HoistToken *
hoist_token_new (const char *name)
{
  HoistToken *token = g_new0 (HoistToken, 1);

  g_atomic_ref_count_init (&token->ref_count);
  token->name = g_strdup (name);
  token->prefix = g_strconcat (name, "/", NULL);
  token->may_share = TRUE;
  token->may_list = TRUE;
  return token;
}

/**
 * hoist_token_ref:
 * @token: the token
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @token
 */
HoistToken *
hoist_token_ref (HoistToken *token)
{
  g_atomic_ref_count_inc (&token->ref_count);
  return token;
}

/**
 * hoist_token_unref:
 * @token: (transfer full): the token
 *
 * Gives a reference back.
 */
void
hoist_token_unref (HoistToken *token)
{
  if (!g_atomic_ref_count_dec (&token->ref_count))
    return;
  g_free (token->name);
  g_free (token->prefix);
  g_free (token);
}

/**
 * hoist_token_set_prefix:
 * @token: the token
 * @prefix: of the keys it may touch; empty for all of the bucket; a slash is
 *   added at its end
 * @error: return location for an error
 *
 * Sets below what a token may work.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where it cannot be the beginning of a key.
 *
 * Returns: whether it was taken
 */
gboolean
hoist_token_set_prefix (HoistToken *token, const char *prefix, GError **error)
{
  g_autoptr (GError) bad = NULL;
  g_autofree char *bare = g_strdup (prefix);
  gsize length = strlen (bare);

  if (length > 0 && bare[length - 1] == '/')
    bare[length - 1] = '\0';
  if (length > 0 && !hoist_key_check_path (bare, &bad))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   "The key prefix of %s cannot be used: %s", token->name, bad->message);
      return FALSE;
    }
  g_free (token->prefix);
  token->prefix = length > 0 ? g_strconcat (bare, "/", NULL) : g_strdup ("");
  return TRUE;
}

/**
 * hoist_token_store_new:
 * @file: path of the tokens file; it need not be there
 *
 * Makes a store; nothing is read yet.
 *
 * Returns: (transfer full): it
 */
HoistTokenStore *
hoist_token_store_new (const char *file)
{
  HoistTokenStore *self = g_new0 (HoistTokenStore, 1);

  self->file = g_strdup (file);
  self->tokens = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_token_unref);
  return self;
}

/**
 * hoist_token_store_free:
 * @self: (transfer full): the store
 *
 * Frees a store.
 */
void
hoist_token_store_free (HoistTokenStore *self)
{
  g_ptr_array_unref (self->tokens);
  g_free (self->file);
  g_free (self);
}

static gboolean
refuse_entry (GError **error, HoistTokenStore *self, const char *group, const char *why)
{
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s: [%s]: %s", self->file, group, why);
  return FALSE;
}

static gboolean
is_name (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > MAX_NAME_BYTES || name[0] == '.' || name[0] == '-')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (name[i]) && strchr ("._-", name[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
read_value (HoistToken *token, const char *key, const char *value, GError **error)
{
  gboolean truth = strcmp (value, "true") == 0;

  if (strcmp (key, "hash") == 0)
    return g_str_has_prefix (value, HASH_PREFIX) &&
           hoist_digest_from_hex (value + strlen (HASH_PREFIX), token->hash, sizeof token->hash);
  if (strcmp (key, "prefix") == 0)
    return hoist_token_set_prefix (token, value, error);
  if (strcmp (key, "max-object-size") == 0)
    return g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &token->max_object_bytes, NULL);
  if (strcmp (key, "created") == 0)
    return g_ascii_string_to_signed (value, 10, 0, G_MAXINT64, &token->created_s, NULL);
  if (!truth && strcmp (value, "false") != 0)
    return FALSE;
  if (strcmp (key, "may-share") == 0)
    token->may_share = truth;
  else if (strcmp (key, "may-list") == 0)
    token->may_list = truth;
  else
    return FALSE;
  return TRUE;
}

static HoistToken *
read_token (HoistTokenStore *self, GKeyFile *key_file, const char *group, GError **error)
{
  g_autoptr (HoistToken) token = NULL;
  g_auto (GStrv) keys = g_key_file_get_keys (key_file, group, NULL, NULL);
  const char *name = group + strlen (GROUP_PREFIX);

  if (!g_str_has_prefix (group, GROUP_PREFIX) || !is_name (name))
    {
      refuse_entry (error, self, group, "sections here are [token NAME]");
      return NULL;
    }
  token = hoist_token_new (name);
  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (key_file, group, keys[i], NULL);
      g_autofree char *why =
        g_strdup_printf ("the line “%s” is unknown or has a wrong value: there "
                         "are hash, prefix, max-object-size, may-share, "
                         "may-list, created",
                         keys[i]);

      if (value != NULL && read_value (token, keys[i], value, NULL))
        continue;
      refuse_entry (error, self, group, why);
      return NULL;
    }
  if (!g_key_file_has_key (key_file, group, "hash", NULL))
    {
      refuse_entry (error, self, group, "the line “hash” is missing");
      return NULL;
    }
  return g_steal_pointer (&token);
}

static gboolean
read_tokens (HoistTokenStore *self, const char *data, gsize length, GError **error)
{
  g_autoptr (GPtrArray) tokens =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_token_unref);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  if (length > 0 && !g_key_file_load_from_data (key_file, data, length, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "%s: ", self->file);
      return FALSE;
    }
  groups = g_key_file_get_groups (key_file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    {
      HoistToken *token = read_token (self, key_file, groups[i], error);

      if (token == NULL)
        return FALSE;
      g_ptr_array_add (tokens, token);
    }
  g_ptr_array_unref (self->tokens);
  self->tokens = g_steal_pointer (&tokens);
  return TRUE;
}

static gboolean
is_as_seen (HoistTokenStore *self, const GStatBuf *now)
{
  return self->seen_inode == now->st_ino && self->seen_size == now->st_size &&
         self->seen_mtime_ns ==
           now->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + now->st_mtim.tv_nsec;
}

/**
 * hoist_token_store_load:
 * @self: the store
 * @error: return location for an error
 *
 * Reads the file, if it is not the one that was read last. A missing file is
 * an empty store; a wrong one leaves what was there. Blocks.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT or a #GFileError or #GKeyFileError.
 *
 * Returns: whether the store now is what the file says
 */
gboolean
hoist_token_store_load (HoistTokenStore *self, GError **error)
{
  g_autofree char *data = NULL;
  GStatBuf now;
  gsize length;

  if (g_stat (self->file, &now) != 0 && errno == ENOENT)
    {
      g_ptr_array_set_size (self->tokens, 0);
      self->seen_inode = 0;
      return TRUE;
    }
  if (self->seen_inode != 0 && is_as_seen (self, &now))
    return TRUE;
  if (now.st_size > MAX_FILE_BYTES)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s is too large", self->file);
      return FALSE;
    }
  if (!g_file_get_contents (self->file, &data, &length, error) ||
      !read_tokens (self, data, length, error))
    return FALSE;
  self->seen_inode = now.st_ino;
  self->seen_size = now.st_size;
  self->seen_mtime_ns = now.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + now.st_mtim.tv_nsec;
  return TRUE;
}

/**
 * hoist_token_store_lookup:
 * @self: the store
 * @secret: a token as a client sent it
 *
 * Finds whose token it is, in a time that does not depend on how much of it
 * is right.
 *
 * Returns: (transfer full) (nullable): what it allows, or null where it is unknown
 */
HoistToken *
hoist_token_store_lookup (HoistTokenStore *self, const char *secret)
{
  guint8 hash[HOIST_SHA256_BYTES];
  HoistToken *found = NULL;
  gsize length = strlen (secret);

  if (length == 0 || length > MAX_SECRET_BYTES)
    return NULL;
  hoist_digest_data (HOIST_DIGEST_SHA256, secret, length, hash);
  for (guint i = 0; i < self->tokens->len; i++)
    {
      HoistToken *token = g_ptr_array_index (self->tokens, i);

      if (hoist_digest_equal (hash, token->hash, sizeof hash))
        found = token;
    }
  return found ? hoist_token_ref (found) : NULL;
}

/**
 * hoist_token_store_list:
 * @self: the store
 *
 * Gives all tokens, as last read.
 *
 * Returns: (transfer none) (element-type HoistToken): them
 */
GPtrArray *
hoist_token_store_list (HoistTokenStore *self)
{
  return self->tokens;
}

static char *
make_secret (GError **error)
{
  guint8 random[32];
  g_autofree char *base64 = NULL;

  if (getrandom (random, sizeof random, 0) != sizeof random)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_FAILED, "The system has no random data");
      return NULL;
    }
  base64 = g_base64_encode (random, sizeof random);
  g_strdelimit (base64, "+", '-');
  g_strdelimit (base64, "/", '_');
  base64[strcspn (base64, "=")] = '\0';
  return g_strconcat (SECRET_PREFIX, base64, NULL);
}

static char *
write_tokens (HoistTokenStore *self, gsize *length)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  for (guint i = 0; i < self->tokens->len; i++)
    {
      const HoistToken *token = g_ptr_array_index (self->tokens, i);
      g_autofree char *group = g_strconcat (GROUP_PREFIX, token->name, NULL);
      g_autofree char *hex = hoist_digest_to_hex (token->hash, sizeof token->hash);
      g_autofree char *hash = g_strconcat (HASH_PREFIX, hex, NULL);

      g_key_file_set_string (key_file, group, "hash", hash);
      g_key_file_set_string (key_file, group, "prefix", token->prefix);
      g_key_file_set_uint64 (key_file, group, "max-object-size", token->max_object_bytes);
      g_key_file_set_boolean (key_file, group, "may-share", token->may_share);
      g_key_file_set_boolean (key_file, group, "may-list", token->may_list);
      g_key_file_set_int64 (key_file, group, "created", token->created_s);
    }
  return g_key_file_to_data (key_file, length, NULL);
}

static gboolean
save (HoistTokenStore *self, int folder_fd, GError **error)
{
  gsize length;
  g_autofree char *data = write_tokens (self, &length);

  if (!g_file_set_contents_full (self->file, data, (gssize) length,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 error))
    return FALSE;
  if (fsync (folder_fd) != 0)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_FAILED, "Cannot save %s: %s", self->file,
                   g_strerror (errno));
      return FALSE;
    }
  self->seen_inode = 0;
  return TRUE;
}

/* Two commands at once would lose one another's token: the folder is the lock. */
static int
lock_folder (HoistTokenStore *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->file);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 && flock (fd, LOCK_EX) == 0)
    return fd;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "Cannot use the folder %s: %s", folder,
               g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static HoistToken *
find_name (HoistTokenStore *self, const char *name)
{
  for (guint i = 0; i < self->tokens->len; i++)
    {
      HoistToken *token = g_ptr_array_index (self->tokens, i);

      if (strcmp (token->name, name) == 0)
        return token;
    }
  return NULL;
}

static gboolean
add_locked (HoistTokenStore *self, HoistToken *token, int folder_fd, GError **error)
{
  if (!hoist_token_store_load (self, error))
    return FALSE;
  if (find_name (self, token->name) != NULL)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   "There is a token “%s” already: choose another name, or remove it first",
                   token->name);
      return FALSE;
    }
  g_ptr_array_add (self->tokens, hoist_token_ref (token));
  return save (self, folder_fd, error);
}

/**
 * hoist_token_store_add_with_secret:
 * @self: the store
 * @token: its name and rights; the hash is filled in
 * @secret: the token itself, with enough randomness not to be guessed
 * @error: return location for an error
 *
 * Adds a token that is known elsewhere already. Blocks.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for a wrong or used name, or as for
 * hoist_token_store_load() and writing.
 *
 * Returns: whether it is on disk
 */
gboolean
hoist_token_store_add_with_secret (HoistTokenStore *self,
                                   HoistToken *token,
                                   const char *secret,
                                   GError **error)
{
  gboolean added;
  int folder_fd;

  if (!is_name (token->name))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   "“%s” cannot be a token's name: use up to %d letters, digits, “.”, “_” and “-”",
                   token->name, MAX_NAME_BYTES);
      return FALSE;
    }
  hoist_digest_data (HOIST_DIGEST_SHA256, secret, strlen (secret), token->hash);
  token->created_s = g_get_real_time () / G_USEC_PER_SEC;
  folder_fd = lock_folder (self, error);
  if (folder_fd < 0)
    return FALSE;
  added = add_locked (self, token, folder_fd, error);
  close (folder_fd);
  return added;
}

/**
 * hoist_token_store_add:
 * @self: the store
 * @token: its name and rights; the hash is filled in
 * @error: return location for an error
 *
 * Makes up a token of 256 random bits and adds it. Only its hash is kept.
 * Blocks.
 *
 * Errors: as hoist_token_store_add_with_secret().
 *
 * Returns: (transfer full) (nullable): the token itself, to be shown once, or
 *   null with @error set
 */
char *
hoist_token_store_add (HoistTokenStore *self, HoistToken *token, GError **error)
{
  g_autofree char *secret = make_secret (error);

  if (secret == NULL || !hoist_token_store_add_with_secret (self, token, secret, error))
    return NULL;
  return g_steal_pointer (&secret);
}

static gboolean
remove_locked (HoistTokenStore *self, const char *name, int folder_fd, GError **error)
{
  HoistToken *token;

  if (!hoist_token_store_load (self, error))
    return FALSE;
  token = find_name (self, name);
  if (token == NULL)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "There is no token “%s”", name);
      return FALSE;
    }
  g_ptr_array_remove (self->tokens, token);
  return save (self, folder_fd, error);
}

/**
 * hoist_token_store_remove:
 * @self: the store
 * @name: name of a token
 * @error: return location for an error
 *
 * Revokes a token. Blocks.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where there is none of that name.
 *
 * Returns: whether it is gone from disk
 */
gboolean
hoist_token_store_remove (HoistTokenStore *self, const char *name, GError **error)
{
  int folder_fd = lock_folder (self, error);
  gboolean removed;

  if (folder_fd < 0)
    return FALSE;
  removed = remove_locked (self, name, folder_fd, error);
  close (folder_fd);
  return removed;
}
