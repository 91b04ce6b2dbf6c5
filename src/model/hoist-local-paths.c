/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-local-paths.h"

#include <string.h>

/* GVfs shows files of other computers below a folder of this one (its FUSE service,
 * /run/user/…/gvfs). Asking for the path of such a file asks GVfs over D-Bus, and
 * looking at the file asks the other computer: both in a thread. */

typedef struct
{
  GMountOperation *operation; /* (owned) (nullable) */
  GPtrArray *pending;         /* (owned) (element-type GFile) */
  GFile *mounted;             /* (owned) (nullable) what was mounted last */
  GStrvBuilder *paths;        /* (owned) */
  guint n_refused;
  char *refused_name; /* (owned) (nullable) */
} Search;

static void look (GTask *task);

static void
search_free (Search *search)
{
  g_clear_object (&search->operation);
  g_clear_object (&search->mounted);
  g_ptr_array_unref (search->pending);
  g_strv_builder_unref (search->paths);
  g_free (search->refused_name);
  g_free (search);
}

/**
 * hoist_local_paths_free:
 * @self: (transfer full): what was found
 *
 * Frees it.
 */
void
hoist_local_paths_free (HoistLocalPaths *self)
{
  g_strfreev (self->paths);
  g_free (self->refused_name);
  g_free (self);
}

static void
refuse (Search *search, GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);

  search->n_refused++;
  g_free (search->refused_name);
  search->refused_name = g_filename_display_name (base != NULL ? base : "");
}

/* What stands in a list, such as the recent files or the trash, is elsewhere. */
static char *
dup_target_path (GFileInfo *info)
{
  const char *uri = g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_STANDARD_TARGET_URI);
  g_autoptr (GFile) target = uri != NULL ? g_file_new_for_uri (uri) : NULL;

  return target != NULL ? g_file_get_path (target) : NULL;
}

/* Returns whether it may have a path once it is mounted. */
static gboolean
look_at (Search *search, GFile *file, GCancellable *cancellable)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = NULL;

  if (path == NULL)
    {
      info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TARGET_URI, G_FILE_QUERY_INFO_NONE,
                                cancellable, &error);
      if (info != NULL)
        path = dup_target_path (info);
    }
  if (path != NULL)
    g_strv_builder_add (search->paths, path);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_MOUNTED))
    refuse (search, file);
  return path == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_MOUNTED);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Search *search = task_data;
  g_autoptr (GPtrArray) files = g_steal_pointer (&search->pending);

  search->pending = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < files->len && !g_cancellable_is_cancelled (cancellable); i++)
    if (look_at (search, files->pdata[i], cancellable))
      g_ptr_array_add (search->pending, g_object_ref (files->pdata[i]));
  g_task_return_boolean (task, TRUE);
}

/* The address up to the path: the computer, and as whom. */
static char *
dup_computer (GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);
  const char *computer = strstr (uri, "://");
  const char *path = computer != NULL ? strchr (computer + strlen ("://"), '/') : NULL;

  return path != NULL ? g_strndup (uri, (gsize) (path - uri)) : g_steal_pointer (&uri);
}

static gboolean
are_together (GFile *one, GFile *other)
{
  g_autofree char *computer = dup_computer (one);
  g_autofree char *other_computer = dup_computer (other);

  return g_str_equal (computer, other_computer);
}

static void
refuse_together (Search *search, GFile *file, gboolean tell)
{
  g_autoptr (GFile) kept = g_object_ref (file);

  for (guint i = search->pending->len; i > 0; i--)
    if (are_together (search->pending->pdata[i - 1], kept))
      {
        if (tell)
          refuse (search, search->pending->pdata[i - 1]);
        g_ptr_array_remove_index (search->pending, i - 1);
      }
}

static void
mounted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Search *search = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!g_file_mount_enclosing_volume_finish (G_FILE (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ALREADY_MOUNTED))
    /* The person who closed the question for a password knows. */
    refuse_together (search, G_FILE (source),
                     !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED_HANDLED));
  look (task);
}

static void
finish (GTask *task)
{
  Search *search = g_task_get_task_data (task);
  HoistLocalPaths *found;

  if (!g_task_return_error_if_cancelled (task))
    {
      found = g_new0 (HoistLocalPaths, 1);
      found->paths = g_strv_builder_end (search->paths);
      found->n_refused = search->n_refused;
      found->refused_name = g_steal_pointer (&search->refused_name);
      g_task_return_pointer (task, found, (GDestroyNotify) hoist_local_paths_free);
    }
  g_object_unref (task);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Search *search = g_task_get_task_data (task);
  GFile *first = search->pending->len > 0 ? search->pending->pdata[0] : NULL;

  if (first == NULL || g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      finish (task);
      return;
    }
  /* It was mounted, and is not there all the same. */
  if (search->mounted != NULL && are_together (search->mounted, first))
    {
      refuse_together (search, first, TRUE);
      look (task);
      return;
    }
  g_set_object (&search->mounted, first);
  g_file_mount_enclosing_volume (first, G_MOUNT_MOUNT_NONE, search->operation,
                                 g_task_get_cancellable (task), mounted_cb, task);
}

static void
look (GTask *task)
{
  g_autoptr (GTask) inner = g_task_new (NULL, g_task_get_cancellable (task), looked_cb, task);

  g_task_set_source_tag (inner, look);
  /* Nobody else touches it until the thread is done with it, cancelled or not. */
  g_task_set_task_data (inner, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (inner, look_in_thread);
}

/**
 * hoist_local_paths_find_async:
 * @files: (element-type GFile): files and folders
 * @operation: (nullable): asks a person for a password where one is needed
 * @cancellable: (nullable): stops waiting for other computers
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Finds out where files, also those of other computers, can be read on this one.
 * What is not mounted yet is mounted. Nothing blocks, however long another
 * computer takes.
 */
void
hoist_local_paths_find_async (GSList *files,
                              GMountOperation *operation,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);

  g_task_set_source_tag (task, hoist_local_paths_find_async);
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);
  g_set_object (&search->operation, operation);
  search->paths = g_strv_builder_new ();
  search->pending = g_ptr_array_new_with_free_func (g_object_unref);
  for (GSList *l = files; l != NULL; l = l->next)
    g_ptr_array_add (search->pending, g_object_ref (l->data));
  look (task);
}

/**
 * hoist_local_paths_find_finish:
 * @result: what the callback got
 * @error: (out) (optional): that it was cancelled
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): where they are
 */
HoistLocalPaths *
hoist_local_paths_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_local_paths_find_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
