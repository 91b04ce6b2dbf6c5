/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-meta.h"

#include <errno.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "hoist-digest.h"
#include "hoist-store-faults.h"
#include "hoist-store-files.h"

#define PREFIX "user.hoist."
#define ETAG "etag"
#define CHECKSUM "checksum-sha256"
#define STAMP "stamp"

#define GROUP "object"

/* Linux, XATTR_SIZE_MAX is 64 KiB, but what is written here comes from headers that have 8 KiB. */
#define MAX_VALUE_BYTES 8192
#define MAX_LIST_BYTES 65536
#define MAX_SIDECAR_BYTES 65536

/**
 * hoist_store_meta_new:
 * @etag: the ETag without quotes
 * @checksum_sha256: (nullable): the SHA-256 in base64
 *
 * Makes what is kept about an object, with no headers yet.
 *
 * Returns: (transfer full): it
 */
HoistStoreMeta *
hoist_store_meta_new (const char *etag, const char *checksum_sha256)
{
  HoistStoreMeta *meta = g_new0 (HoistStoreMeta, 1);

  meta->etag = g_strdup (etag);
  meta->checksum_sha256 = g_strdup (checksum_sha256);
  meta->headers = hoist_s3_pairs_new ();
  return meta;
}

/**
 * hoist_store_meta_free:
 * @meta: (transfer full): what is kept about an object
 *
 * Frees it.
 */
void
hoist_store_meta_free (HoistStoreMeta *meta)
{
  g_free (meta->etag);
  g_free (meta->checksum_sha256);
  hoist_s3_pairs_free (meta->headers);
  g_free (meta);
}

/* Ties what is kept to the bytes that it is about: a person may edit the file, or put another one
 * in its place. */
static char *
make_stamp (const struct stat *info)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld",
                          (guint64) info->st_size, (gint64) info->st_mtim.tv_sec,
                          info->st_mtim.tv_nsec);
}

/* Every name and value, in the order in which they are written: the stamp is last, so that it
 * vouches for the others. */
static HoistS3Pairs *
collect (const HoistStoreMeta *meta, const struct stat *info)
{
  g_autofree char *stamp = make_stamp (info);
  HoistS3Pairs *all = hoist_s3_pairs_copy (meta->headers);

  hoist_s3_pairs_add (all, ETAG, meta->etag);
  if (meta->checksum_sha256 != NULL)
    hoist_s3_pairs_add (all, CHECKSUM, meta->checksum_sha256);
  hoist_s3_pairs_add (all, STAMP, stamp);
  return all;
}

static gboolean
save_xattrs (const HoistS3Pairs *all, int fd)
{
  for (guint i = 0; i < hoist_s3_pairs_get_length (all); i++)
    {
      g_autofree char *name = g_strconcat (PREFIX, hoist_s3_pairs_get_name (all, i), NULL);
      const char *value = hoist_s3_pairs_get_value (all, i);

      if (fsetxattr (fd, name, value, strlen (value), 0) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
get_sidecar_name (const struct stat *info, char name[32])
{
  g_snprintf (name, 32, "%" G_GUINT64_FORMAT, (guint64) info->st_ino);
}

/* Named by the inode and not by the key: it is there before the object has its name, and does not
 * touch the one of an object that is about to be replaced. */
static int
save_sidecar (const HoistS3Pairs *all, HoistStoreTree *tree, const struct stat *info)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *tmp_name = hoist_store_new_name ();
  g_autofree char *text = NULL;
  char name[32];
  gsize length;
  int result;

  for (guint i = 0; i < hoist_s3_pairs_get_length (all); i++)
    g_key_file_set_string (file, GROUP, hoist_s3_pairs_get_name (all, i),
                           hoist_s3_pairs_get_value (all, i));
  text = g_key_file_to_data (file, &length, NULL);
  get_sidecar_name (info, name);
  result = hoist_store_write_file (tree->tmp_fd, tmp_name, text, length);
  if (result == 0 && renameat (tree->tmp_fd, tmp_name, tree->meta_fd, name) != 0)
    result = errno;
  if (result != 0)
    unlinkat (tree->tmp_fd, tmp_name, 0);
  else if (fsync (tree->meta_fd) != 0)
    result = errno;
  return result;
}

/**
 * hoist_store_meta_save:
 * @meta: what shall be kept
 * @tree: the store's tree
 * @fd: the file, which is complete and has not got its name yet
 *
 * Keeps it as extended attributes of the file (`user.hoist.etag`, …), or where
 * they cannot hold it, in a file below `.hoist/meta`. The caller syncs the file
 * afterwards.
 *
 * Returns: (transfer full) (nullable): a failure; null: it is kept
 */
HoistS3Fault *
hoist_store_meta_save (const HoistStoreMeta *meta, HoistStoreTree *tree, int fd)
{
  g_autoptr (HoistS3Pairs) all = NULL;
  struct stat info;
  int result;

  if (fstat (fd, &info) != 0)
    return hoist_store_fault_from_errno (errno, "Reading the object's size");
  all = collect (meta, &info);
  if (tree->has_xattrs && save_xattrs (all, fd))
    return NULL;
  /* They may be full: ext4 has one block for all of a file's. */
  result = save_sidecar (all, tree, &info);
  return result == 0 ? NULL : hoist_store_fault_from_errno (result, "Keeping the object's headers");
}

static char *
read_xattr (int fd, const char *name)
{
  char value[MAX_VALUE_BYTES + 1];
  gssize length = fgetxattr (fd, name, value, MAX_VALUE_BYTES);

  if (length < 0 || memchr (value, '\0', (gsize) length) != NULL)
    return NULL;
  value[length] = '\0';
  return g_utf8_validate (value, length, NULL) ? g_strndup (value, (gsize) length) : NULL;
}

static void
load_xattr_headers (HoistStoreMeta *meta, int fd)
{
  g_autofree char *names = g_malloc (MAX_LIST_BYTES);
  gssize length = flistxattr (fd, names, MAX_LIST_BYTES);

  for (const char *name = names; length > 0 && name < names + length; name += strlen (name) + 1)
    {
      const char *bare = name + strlen (PREFIX);
      g_autofree char *value = NULL;

      if (!g_str_has_prefix (name, PREFIX) || g_str_equal (bare, ETAG) ||
          g_str_equal (bare, CHECKSUM) || g_str_equal (bare, STAMP))
        continue;
      value = read_xattr (fd, name);
      if (value != NULL)
        hoist_s3_pairs_add (meta->headers, bare, value);
    }
}

static HoistStoreMeta *
load_xattrs (int fd, const char *stamp, gboolean with_headers)
{
  g_autofree char *found = read_xattr (fd, PREFIX STAMP);
  g_autofree char *etag = read_xattr (fd, PREFIX ETAG);
  g_autofree char *checksum = NULL;
  HoistStoreMeta *meta;

  if (g_strcmp0 (found, stamp) != 0 || etag == NULL)
    return NULL;
  checksum = read_xattr (fd, PREFIX CHECKSUM);
  meta = hoist_store_meta_new (etag, checksum);
  if (with_headers)
    load_xattr_headers (meta, fd);
  return meta;
}

static HoistStoreMeta *
load_sidecar (HoistStoreTree *tree, const struct stat *info, const char *stamp)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GBytes) text = NULL;
  g_autoptr (HoistStoreMeta) meta = NULL;
  g_autofree char *found = NULL;
  g_auto (GStrv) names = NULL;
  char name[32];

  get_sidecar_name (info, name);
  text = hoist_store_read_file (tree->meta_fd, name, MAX_SIDECAR_BYTES);
  if (text == NULL || !g_key_file_load_from_bytes (file, text, G_KEY_FILE_NONE, NULL))
    return NULL;
  found = g_key_file_get_string (file, GROUP, STAMP, NULL);
  if (g_strcmp0 (found, stamp) != 0 || !g_key_file_has_key (file, GROUP, ETAG, NULL))
    return NULL;
  meta = hoist_store_meta_new (NULL, NULL);
  names = g_key_file_get_keys (file, GROUP, NULL, NULL);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (file, GROUP, names[i], NULL);

      if (value == NULL || g_str_equal (names[i], STAMP))
        continue;
      if (g_str_equal (names[i], ETAG))
        meta->etag = g_steal_pointer (&value);
      else if (g_str_equal (names[i], CHECKSUM))
        meta->checksum_sha256 = g_steal_pointer (&value);
      else
        hoist_s3_pairs_add (meta->headers, names[i], value);
    }
  return meta->etag != NULL ? g_steal_pointer (&meta) : NULL;
}

/* The bytes are not read for it: the ETag of a file that a person put there changes whenever the
 * file does, and its `-1` tells clients, as with S3's multipart objects, that it is no MD5. */
static HoistStoreMeta *
make_foreign (const struct stat *info, const char *stamp)
{
  g_autofree char *identity =
    g_strdup_printf ("%" G_GUINT64_FORMAT " %s", (guint64) info->st_ino, stamp);
  guint8 digest[HOIST_MD5_BYTES];
  g_autofree char *hex = NULL;
  g_autofree char *etag = NULL;

  hoist_digest_data (HOIST_DIGEST_MD5, identity, strlen (identity), digest);
  hex = hoist_digest_to_hex (digest, sizeof digest);
  etag = g_strconcat (hex, "-1", NULL);
  return hoist_store_meta_new (etag, NULL);
}

/**
 * hoist_store_meta_load:
 * @tree: the store's tree
 * @fd: a file
 * @info: what fstat() says about it
 * @with_headers: whether the headers are wanted too
 *
 * Finds what is kept about a file. For one that a person put there or changed
 * it makes an ETag of the file's identity.
 *
 * Returns: (transfer full): it
 */
HoistStoreMeta *
hoist_store_meta_load (HoistStoreTree *tree, int fd, const struct stat *info, gboolean with_headers)
{
  g_autofree char *stamp = make_stamp (info);
  HoistStoreMeta *meta = tree->has_xattrs ? load_xattrs (fd, stamp, with_headers) : NULL;

  if (meta == NULL)
    meta = load_sidecar (tree, info, stamp);
  return meta != NULL ? meta : make_foreign (info, stamp);
}
