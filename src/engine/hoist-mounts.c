/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-mounts.h"

#include <gio/gunixmounts.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "hoist-document-path.h"
#include "hoist-error.h"

/* As gvfsd-fuse calls itself. */
#define REMOTE_FS_TYPE "fuse.gvfsd-fuse"
#define REMOTE_INTERVAL_S 2

/* Longer than an upload waits before it asks again (hoist-transfer.c): who does not
 * ask any more does not wait any more. */
#define REMOTE_PATIENCE_S 150

struct _HoistMounts
{
  gatomicrefcount ref_count;
  gboolean fake;

  GMutex mutex;
  GStrv fake_roots; /* (owned) (nullable) under the mutex */
  GHashTable *lost; /* (owned) root of GVfs -> until when it is waited for; under the mutex */
  GSource *poll;    /* (owned) (nullable) while there are any; under the mutex */

  /* of the thread that watches */
  GUnixMountMonitor *monitor; /* (owned) (nullable) */
  GMainContext *context;      /* (owned) (nullable) under the mutex */
  HoistMountsFunc func;
  gpointer user_data;
};

static HoistMounts *
mounts_new (gboolean fake)
{
  HoistMounts *self = g_new0 (HoistMounts, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->lost = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->fake = fake;
  return self;
}

/**
 * hoist_mounts_new:
 *
 * Returns: (transfer full): the system's table
 */
HoistMounts *
hoist_mounts_new (void)
{
  return mounts_new (FALSE);
}

/**
 * hoist_mounts_new_fake:
 *
 * Returns: (transfer full): a table with nothing in it, for
 *   [func@hoist_mounts_set_fake]
 */
HoistMounts *
hoist_mounts_new_fake (void)
{
  return mounts_new (TRUE);
}

/**
 * hoist_mounts_ref:
 * @self: a table
 *
 * Returns: (transfer full): @self
 */
HoistMounts *
hoist_mounts_ref (HoistMounts *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * hoist_mounts_unref:
 * @self: (transfer full): a table that nobody watches
 *
 * Frees it with its last reference.
 */
void
hoist_mounts_unref (HoistMounts *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_assert (self->context == NULL);
  g_strfreev (self->fake_roots);
  g_hash_table_unref (self->lost);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static gboolean
tell_cb (gpointer data)
{
  HoistMounts *self = data;

  if (self->func != NULL)
    self->func (self->user_data);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_mounts_set_fake:
 * @self: a table from [func@hoist_mounts_new_fake]
 * @roots: (array zero-terminated=1): where something is mounted now
 *
 * Changes the table, and tells who watches it.
 */
void
hoist_mounts_set_fake (HoistMounts *self, const char *const *roots)
{
  g_autoptr (GMainContext) context = NULL;

  g_return_if_fail (self->fake);

  g_mutex_lock (&self->mutex);
  g_strfreev (self->fake_roots);
  self->fake_roots = g_strdupv ((char **) roots);
  context = self->context != NULL ? g_main_context_ref (self->context) : NULL;
  g_mutex_unlock (&self->mutex);
  if (context != NULL)
    g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, tell_cb, hoist_mounts_ref (self),
                                (GDestroyNotify) hoist_mounts_unref);
}

/* GVfs has one file system for all that it shows of other computers, with a folder
 * for each, which is there as long as the other one is mounted. That folder is read
 * from GVfs itself, not from another computer. */
static void
add_remote_roots (GStrvBuilder *builder, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *root = g_build_filename (path, name, NULL);

      g_strv_builder_add (builder, root);
    }
}

/* (array zero-terminated=1) */
static GStrv
list_roots (HoistMounts *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GList *mounts;

  if (self->fake)
    {
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

      return self->fake_roots != NULL ? g_strdupv (self->fake_roots) : g_new0 (char *, 1);
    }
  mounts = g_unix_mounts_get (NULL);
  for (GList *l = mounts; l != NULL; l = l->next)
    {
      const char *path = g_unix_mount_get_mount_path (l->data);

      g_strv_builder_add (builder, path);
      if (g_strcmp0 (g_unix_mount_get_fs_type (l->data), REMOTE_FS_TYPE) == 0)
        add_remote_roots (builder, path);
    }
  g_list_free_full (mounts, (GDestroyNotify) g_unix_mount_free);
  return g_strv_builder_end (builder);
}

static gboolean
is_below (const char *path, const char *root)
{
  gsize length = strlen (root);

  return strncmp (path, root, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* The home folder comes and goes with the person, and a sandbox mounts it where it is
 * allowed to read it: that is no drive. */
static gboolean
is_drive (const char *root)
{
  return root[0] == '/' && root[1] != '\0' && !is_below (g_get_home_dir (), root);
}

static const char *
find_longest (GStrv roots, const char *path)
{
  const char *best = NULL;

  for (guint i = 0; roots[i] != NULL; i++)
    if (is_drive (roots[i]) && is_below (path, roots[i]) &&
        (best == NULL || strlen (roots[i]) > strlen (best)))
      best = roots[i];
  return best;
}

/**
 * hoist_mounts_guess_root:
 * @self: a table
 * @path: an absolute path
 *
 * Tells by its name alone which drive a file is on: asks no disk, and follows no links.
 *
 * Returns: (transfer full) (nullable): where its file system is mounted; %NULL for that of `/`
 */
char *
hoist_mounts_guess_root (HoistMounts *self, const char *path)
{
  g_auto (GStrv) roots = list_roots (self);

  return hoist_document_path_check (path) ? NULL : g_strdup (find_longest (roots, path));
}

/**
 * hoist_mounts_find_root:
 * @self: a table
 * @path: an absolute path to something that is there
 *
 * Finds out which drive a file is on. Follows links. May block on the disk. What a
 * sandbox was lent is on none.
 *
 * Returns: (transfer full) (nullable): where its file system is mounted; %NULL
 *   for that of `/`, which does not come and go
 */
char *
hoist_mounts_find_root (HoistMounts *self, const char *path)
{
  g_auto (GStrv) roots = list_roots (self);
  char *real = realpath (path, NULL);
  char *found;

  if (real == NULL)
    return NULL;
  if (hoist_document_path_check (real))
    {
      free (real);
      return NULL;
    }
  found = g_strdup (find_longest (roots, real));
  free (real);
  return found;
}

/**
 * hoist_mounts_has_root:
 * @self: a table
 * @root: (nullable): where something was mounted; %NULL means `/`
 *
 * Returns: whether something is mounted there now
 */
gboolean
hoist_mounts_has_root (HoistMounts *self, const char *root)
{
  g_auto (GStrv) roots = NULL;

  if (root == NULL)
    return TRUE;
  roots = list_roots (self);
  return g_strv_contains ((const char *const *) roots, root);
}

static gboolean
is_remote (const char *root)
{
  g_autofree char *parent = g_path_get_dirname (root);
  g_autoptr (GUnixMountEntry) entry = g_unix_mount_at (parent, NULL);

  return entry != NULL && g_strcmp0 (g_unix_mount_get_fs_type (entry), REMOTE_FS_TYPE) == 0;
}

static guint
get_seconds (void)
{
  return (guint) (g_get_monotonic_time () / G_USEC_PER_SEC);
}

static gboolean
is_given_up (gpointer root, gpointer until_s, gpointer now_s)
{
  return GPOINTER_TO_UINT (until_s) < GPOINTER_TO_UINT (now_s);
}

static gboolean
poll_cb (gpointer data)
{
  HoistMounts *self = data;
  g_auto (GStrv) roots = list_roots (self);
  gboolean is_back = FALSE;
  gboolean goes_on;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; roots[i] != NULL; i++)
    is_back |= g_hash_table_remove (self->lost, roots[i]);
  g_hash_table_foreach_remove (self->lost, is_given_up, GUINT_TO_POINTER (get_seconds ()));
  goes_on = g_hash_table_size (self->lost) > 0;
  if (!goes_on)
    g_clear_pointer (&self->poll, g_source_unref);
  g_mutex_unlock (&self->mutex);
  if (is_back)
    tell_cb (self);
  return goes_on;
}

/* Nothing in the system's table changes when GVfs mounts something: it is looked at
 * for as long as somebody waits. */
static void
wait_for_remote (HoistMounts *self, const char *root)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (self->fake || !is_remote (root))
    return;
  locker = g_mutex_locker_new (&self->mutex);
  if (self->context == NULL)
    return;
  g_hash_table_replace (self->lost, g_strdup (root),
                        GUINT_TO_POINTER (get_seconds () + REMOTE_PATIENCE_S));
  if (self->poll != NULL)
    return;
  self->poll = g_timeout_source_new_seconds (REMOTE_INTERVAL_S);
  g_source_set_callback (self->poll, poll_cb, self, NULL);
  g_source_attach (self->poll, self->context);
}

/* Of «smb-share:server=nas,share=films» a person knows the computer. */
static char *
dup_drive_name (const char *root)
{
  static const char *const keys[] = { "server=", "host=" };
  g_autofree char *name = g_filename_display_basename (root);
  g_auto (GStrv) pairs = g_strsplit_set (name, ":,", -1);
  char *computer = NULL;

  for (gsize i = 1; pairs[0] != NULL && pairs[i] != NULL && computer == NULL; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (keys) && computer == NULL; j++)
      if (g_str_has_prefix (pairs[i], keys[j]))
        computer = g_uri_unescape_string (pairs[i] + strlen (keys[j]), NULL);
  return computer != NULL ? computer : g_steal_pointer (&name);
}

/**
 * hoist_mounts_check:
 * @self: a table
 * @root: (nullable): where a file's drive was mounted; %NULL means `/`
 *
 * Tells whether that a file cannot be read is because its drive is not there.
 *
 * Returns: (transfer full) (nullable): %HOIST_ERROR_DRIVE_GONE, with the drive's
 *   name; %NULL if something is mounted there
 */
GError *
hoist_mounts_check (HoistMounts *self, const char *root)
{
  g_autofree char *name = NULL;

  if (hoist_mounts_has_root (self, root))
    return NULL;
  wait_for_remote (self, root);
  name = dup_drive_name (root);
  return g_error_new (HOIST_ERROR, HOIST_ERROR_DRIVE_GONE,
                      /* Translators: %s is the name of a drive, such as “Holiday pictures” */
                      _ ("The drive “%s” is not connected. It goes on when it is back."), name);
}

static void
mounts_changed_cb (HoistMounts *self)
{
  tell_cb (self);
}

/**
 * hoist_mounts_watch:
 * @self: a table that nobody watches
 * @func: called in the thread-default context whenever something was mounted or
 *   unmounted
 * @user_data: for @func
 *
 * Begins to watch. To be ended, in the same thread, by
 * [func@hoist_mounts_unwatch].
 */
void
hoist_mounts_watch (HoistMounts *self, HoistMountsFunc func, gpointer user_data)
{
  g_return_if_fail (self->context == NULL);

  self->func = func;
  self->user_data = user_data;
  g_mutex_lock (&self->mutex);
  self->context = g_main_context_ref_thread_default ();
  g_mutex_unlock (&self->mutex);
  if (self->fake)
    return;
  self->monitor = g_unix_mount_monitor_get ();
  g_signal_connect_swapped (self->monitor, "mounts-changed", G_CALLBACK (mounts_changed_cb), self);
}

/**
 * hoist_mounts_unwatch:
 * @self: a table that is watched
 *
 * Watches no more.
 */
void
hoist_mounts_unwatch (HoistMounts *self)
{
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  self->func = NULL;
  g_mutex_lock (&self->mutex);
  if (self->poll != NULL)
    g_source_destroy (self->poll);
  g_clear_pointer (&self->poll, g_source_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_unlock (&self->mutex);
}
