/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-preset-watch.h"

#include "hoist-preset-files.h"

struct _HoistPresetWatch
{
  GStrv folders; /* (owned) */
  HoistPresetWatchFunc changed;
  gpointer user_data;
  GHashTable *monitors; /* (owned) (element-type path GFileMonitor) */
};

static void
changed_cb (HoistPresetWatch *self, GFile *file, GFile *other_file, GFileMonitorEvent event)
{
  const char *path = g_file_peek_path (file);

  /* A folder above may be as busy as /etc. */
  if (path != NULL && hoist_preset_files_are_concerned ((const char *const *) self->folders, path))
    self->changed (self->user_data);
}

static void
monitor_free (gpointer monitor)
{
  /* It may be that its own signal is being emitted. */
  g_file_monitor_cancel (monitor);
  g_object_unref (monitor);
}

/**
 * hoist_preset_watch_new:
 * @folders: where an administrator's files are, absolute
 * @changed: called in the main context of the caller, once or several times for a
 *   change
 * @user_data: for @changed
 *
 * Makes a watch. It notices nothing until [method@PresetWatch.follow].
 *
 * Returns: (transfer full): the watch
 */
HoistPresetWatch *
hoist_preset_watch_new (const char *const *folders,
                        HoistPresetWatchFunc changed,
                        gpointer user_data)
{
  HoistPresetWatch *self = g_new0 (HoistPresetWatch, 1);

  self->folders = g_strdupv ((GStrv) folders);
  self->changed = changed;
  self->user_data = user_data;
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, monitor_free);
  return self;
}

static void
disconnect (gpointer path, gpointer monitor, gpointer self)
{
  g_signal_handlers_disconnect_by_data (monitor, self);
}

/**
 * hoist_preset_watch_free:
 * @self: (transfer full): the watch
 *
 * Stops watching. @changed is not called any more.
 */
void
hoist_preset_watch_free (HoistPresetWatch *self)
{
  g_hash_table_foreach (self->monitors, disconnect, self);
  g_hash_table_unref (self->monitors);
  g_strfreev (self->folders);
  g_free (self);
}

static gboolean
is_other (gpointer path, gpointer monitor, gpointer watched)
{
  return !g_strv_contains (watched, path);
}

/**
 * hoist_preset_watch_follow:
 * @self: the watch
 * @watched: what hoist_preset_files_list_watched() found
 *
 * Watches these folders from now on, and no others. Where that is not possible
 * (no inotify watches left) changes go unnoticed.
 *
 * Returns: whether there is a new one among them: what happened in it since it was
 *   found went unnoticed, so the files have to be read once more
 */
gboolean
hoist_preset_watch_follow (HoistPresetWatch *self, const char *const *watched)
{
  gboolean any_new = FALSE;

  g_hash_table_foreach_remove (self->monitors, is_other, (gpointer) watched);
  for (gsize i = 0; watched[i] != NULL; i++)
    {
      g_autoptr (GFile) folder = g_file_new_for_path (watched[i]);
      GFileMonitor *monitor;

      if (g_hash_table_contains (self->monitors, watched[i]))
        continue;
      monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);
      if (monitor == NULL)
        continue;
      g_signal_connect_swapped (monitor, "changed", G_CALLBACK (changed_cb), self);
      g_hash_table_insert (self->monitors, g_strdup (watched[i]), monitor);
      any_new = TRUE;
    }
  return any_new;
}
