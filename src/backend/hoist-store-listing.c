/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "hoist-s3-uri.h"
#include "hoist-s3-xml.h"
#include "hoist-store-files.h"
#include "hoist-store-keys.h"
#include "hoist-store-meta.h"

/* A walk through the folders in the order of the keys. */
typedef struct
{
  HoistStoreTree *tree;         /* borrowed */
  HoistS3ObjectsResult *result; /* borrowed */
  const char *after;            /* borrowed; keys up to this one have been listed */
  gboolean after_group;         /* @after stands for all keys that begin with it */
  char *last;                   /* (owned) (nullable) what was listed last */
  gboolean last_is_group;
} Walk;

static gboolean
is_full (const Walk *walk)
{
  return walk->result->objects->len + walk->result->common_prefixes->len >= walk->result->max_keys;
}

static void
set_last (Walk *walk, const char *name, gboolean is_group)
{
  g_free (walk->last);
  walk->last = g_strdup (name);
  walk->last_is_group = is_group;
}

/* Whether a key, or all keys below a folder, belong to what is listed already or was asked to be
 * passed over. A folder's name ends in «/». */
static gboolean
is_wanted (const Walk *walk, const char *path)
{
  const char *prefix = walk->result->prefix;
  gboolean is_folder = g_str_has_suffix (path, "/");

  if (!g_str_has_prefix (path, prefix) && !(is_folder && g_str_has_prefix (prefix, path)))
    return FALSE;
  if (walk->after_group && g_str_has_prefix (path, walk->after))
    return FALSE;
  if (walk->last_is_group && g_str_has_prefix (path, walk->last))
    return FALSE;
  return strcmp (path, walk->after) > 0 || (is_folder && g_str_has_prefix (walk->after, path));
}

/* A folder sorts as its keys do: with its «/». */
static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
is_kind (int fd, const struct dirent *entry, int type, mode_t mode)
{
  struct stat info;

  if (entry->d_type != DT_UNKNOWN)
    return entry->d_type == type;
  return fstatat (fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         (info.st_mode & S_IFMT) == mode;
}

/* The names in a folder that are wanted, in order. A folder that goes meanwhile is empty. */
static GPtrArray *
read_folder (const Walk *walk, const char *path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  int fd = hoist_store_key_open_folder (walk->tree, path);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL && fd >= 0)
    g_close (fd, NULL);
  for (struct dirent *entry = dir != NULL ? readdir (dir) : NULL; entry != NULL;
       entry = readdir (dir))
    {
      g_autofree char *full = NULL;

      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (is_kind (fd, entry, DT_DIR, S_IFDIR))
        full = g_strconcat (path, entry->d_name, "/", NULL);
      else if (is_kind (fd, entry, DT_REG, S_IFREG))
        full = g_strconcat (path, entry->d_name, NULL);
      if (full != NULL && is_wanted (walk, full))
        g_ptr_array_add (names, g_steal_pointer (&full));
    }
  if (dir != NULL)
    closedir (dir);
  g_ptr_array_sort (names, compare_names);
  return names;
}

static void
list_key (Walk *walk, const char *key)
{
  g_auto (HoistStoreFd) fd = hoist_store_key_open (walk->tree, key);
  g_autoptr (HoistStoreMeta) meta = NULL;
  struct stat info;

  /* Gone meanwhile, or a name that a person gave it and that cannot be a key. */
  if (fd < 0 || fstat (fd, &info) != 0)
    return;
  meta = hoist_store_meta_load (walk->tree, fd, &info, FALSE);
  g_ptr_array_add (walk->result->objects,
                   hoist_s3_object_new (key, meta->etag, (guint64) info.st_size,
                                        info.st_mtim.tv_sec));
  set_last (walk, key, FALSE);
}

/* Returns: (nullable) (transfer full): the common prefix that stands for a key. */
static char *
find_group (const Walk *walk, const char *key)
{
  const char *delimiter = walk->result->delimiter;
  const char *found;

  if (delimiter == NULL || *delimiter == '\0')
    return NULL;
  found = strstr (key + strlen (walk->result->prefix), delimiter);
  return found != NULL ? g_strndup (key, (gsize) (found - key) + strlen (delimiter)) : NULL;
}

/* Returns: whether there is room for more. */
static gboolean
visit_key (Walk *walk, const char *key)
{
  g_autoptr (HoistS3Fault) fault = hoist_store_key_check (key);
  g_autofree char *group = NULL;

  if (fault != NULL || !is_wanted (walk, key))
    return TRUE;
  if (is_full (walk))
    {
      walk->result->is_truncated = TRUE;
      return FALSE;
    }
  group = find_group (walk, key);
  if (group == NULL)
    {
      list_key (walk, key);
      return TRUE;
    }
  g_ptr_array_add (walk->result->common_prefixes, g_strdup (group));
  set_last (walk, group, TRUE);
  return TRUE;
}

/* Keys have at most 1,024 bytes, so it is never deeper than 512 folders; none is held open. */
static gboolean
visit_folder (Walk *walk, const char *path)
{
  g_autoptr (GPtrArray) names = read_folder (walk, path);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      gboolean is_folder = g_str_has_suffix (name, "/");

      if (strlen (name) > HOIST_S3_MAX_KEY_BYTES || (is_folder && !is_wanted (walk, name)))
        continue;
      if (!(is_folder ? visit_folder (walk, name) : visit_key (walk, name)))
        return FALSE;
    }
  return TRUE;
}

/* What was listed last, and whether it was a common prefix. Opaque to clients. */
static char *
make_token (const Walk *walk)
{
  g_autofree char *text = g_strconcat (walk->last_is_group ? "p" : "k", walk->last, NULL);

  return g_base64_encode ((const guchar *) text, strlen (text));
}

static char *
read_token (const char *token, gboolean *is_group)
{
  gsize length;
  g_autofree char *text = (char *) g_base64_decode (token, &length);

  if (length < 2 || (text[0] != 'k' && text[0] != 'p') ||
      !g_utf8_validate (text, (gssize) length, NULL))
    return NULL;
  *is_group = text[0] == 'p';
  return g_strndup (text + 1, length - 1);
}

static HoistS3Fault *
read_parameters (const HoistStoreCall *call, HoistS3ObjectsResult *result)
{
  const char *type = hoist_s3_pairs_lookup (call->query, "list-type");
  const char *prefix = hoist_s3_pairs_lookup (call->query, "prefix");
  HoistS3Fault *fault;

  result->is_first_version = type == NULL;
  if (type != NULL && strcmp (type, "2") != 0)
    return hoist_s3_fault_new ("InvalidArgument", "Invalid List Type specified in Request");
  result->max_keys = HOIST_STORE_MAX_PAGE;
  fault = hoist_store_call_get_number (call, "max-keys", HOIST_STORE_MAX_PAGE, &result->max_keys);
  if (fault == NULL)
    fault = hoist_store_call_get_encoding (call, &result->url_encoded);
  result->prefix = g_strdup (prefix != NULL ? prefix : "");
  result->delimiter = g_strdup (hoist_s3_pairs_lookup (call->query, "delimiter"));
  result->continuation_token = g_strdup (hoist_s3_pairs_lookup (call->query, "continuation-token"));
  if (result->is_first_version)
    {
      const char *marker = hoist_s3_pairs_lookup (call->query, "marker");

      result->marker = g_strdup (marker != NULL ? marker : "");
    }
  return fault;
}

/* ListObjects goes on after a key, or after a common prefix and all that is in it. */
static void
start_at_marker (Walk *walk)
{
  const HoistS3ObjectsResult *result = walk->result;

  walk->after = result->marker;
  walk->after_group = *result->marker != '\0' && result->delimiter != NULL &&
                      *result->delimiter != '\0' &&
                      g_str_has_suffix (result->marker, result->delimiter);
}

/**
 * hoist_store_list_objects:
 * @tree: the store's tree
 * @call: ListObjectsV2 or ListObjects
 *
 * Lists a page of the objects, in the order of their keys' bytes. What a person
 * put into the folder is listed too, but for links, and names that cannot be
 * keys.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_list_objects (HoistStoreTree *tree, const HoistStoreCall *call)
{
  g_autoptr (HoistS3ObjectsResult) result = hoist_s3_objects_result_new ();
  const char *start = hoist_s3_pairs_lookup (call->query, "start-after");
  g_autofree char *after = NULL;
  Walk walk = { tree, result, start != NULL ? start : "", FALSE, NULL, FALSE };
  HoistS3Fault *fault = read_parameters (call, result);

  if (fault == NULL && result->is_first_version)
    start_at_marker (&walk);
  else if (fault == NULL && result->continuation_token != NULL)
    {
      after = read_token (result->continuation_token, &walk.after_group);
      walk.after = after;
      if (after == NULL)
        fault =
          hoist_s3_fault_new ("InvalidArgument", "The continuation token provided is incorrect");
    }
  if (fault != NULL)
    return hoist_store_reply_new_fault (fault);
  result->bucket = g_strdup (tree->bucket);
  if (result->max_keys > 0)
    visit_folder (&walk, "");
  if (result->is_truncated && result->is_first_version)
    result->next_marker = g_strdup (walk.last);
  else if (result->is_truncated)
    result->next_continuation_token = make_token (&walk);
  g_free (walk.last);
  return hoist_store_reply_new_xml (hoist_s3_objects_result_to_xml (result));
}
