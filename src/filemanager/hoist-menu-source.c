/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-menu-source.h"

#include "hoist-places.h"
#include "hoist-preset-files.h"
#include "hoist-preset-watch.h"

/* How often it is looked for while there is no folder to watch. */
#define LOOK_AGAIN_US (5 * G_TIME_SPAN_SECOND)

struct _HoistMenuSource
{
  char *path;              /* (owned) */
  GStrv preset_folders;    /* (owned) */
  GPtrArray *destinations; /* (owned) (element-type HoistMenuDestination) */
  HoistMenuSourceFunc changed;
  gpointer user_data;

  GFileMonitor *monitor;          /* (owned) (nullable) once the file's folder is there */
  HoistPresetWatch *preset_watch; /* (owned) */
  GCancellable *cancellable;      /* (owned) */
  gboolean reading;
  gboolean read_again; /* it changed while it was read */
  gint64 looked_at_us; /* monotonic */
};

/* One reading, in a thread. */
typedef struct
{
  /* Input */
  char *path;           /* (owned) */
  GStrv preset_folders; /* (owned) */

  /* Output */
  gboolean has_file;
  GStrv watched;           /* (owned) */
  GPtrArray *destinations; /* (owned) (nullable) (element-type HoistMenuDestination) */
} Reading;

static void
reading_free (Reading *reading)
{
  g_free (reading->path);
  g_strfreev (reading->preset_folders);
  g_strfreev (reading->watched);
  g_clear_pointer (&reading->destinations, g_ptr_array_unref);
  g_free (reading);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  const char *const *folders = (const char *const *) reading->preset_folders;

  reading->has_file = g_file_test (reading->path, G_FILE_TEST_EXISTS);
  reading->watched = hoist_preset_files_list_watched (folders);
  reading->destinations = hoist_menu_destinations_load (reading->path, folders, NULL);
  g_task_return_boolean (task, TRUE);
}

static void look (HoistMenuSource *self);

static void
changed_cb (HoistMenuSource *self)
{
  look (self);
}

static void
presets_changed_cb (gpointer user_data)
{
  look (user_data);
}

/* Only once there is a file: GIO looks for a folder that is missing every four seconds,
 * for ever. Returns: whether something new is watched */
static gboolean
watch (HoistMenuSource *self, const Reading *reading)
{
  gboolean any_new =
    hoist_preset_watch_follow (self->preset_watch, (const char *const *) reading->watched);
  g_autoptr (GFile) file = NULL;

  if (!reading->has_file || self->monitor != NULL)
    return any_new;
  file = g_file_new_for_path (self->path);
  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor == NULL)
    return any_new;
  g_signal_connect_swapped (self->monitor, "changed", G_CALLBACK (changed_cb), self);
  return TRUE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistMenuSource *self = user_data;
  g_autoptr (GError) error = NULL;
  Reading *reading = g_task_get_task_data (G_TASK (result));
  gboolean changed;

  g_task_propagate_boolean (G_TASK (result), &error);
  /* The source is gone when this was cancelled. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reading->destinations == NULL)
    reading->destinations = hoist_menu_destinations_parse ("", 0);
  changed = !hoist_menu_destinations_are_equal (reading->destinations, self->destinations);
  if (changed)
    {
      g_ptr_array_unref (self->destinations);
      self->destinations = g_ptr_array_ref (reading->destinations);
    }
  self->reading = FALSE;
  if (watch (self, reading) || self->read_again)
    look (self);
  if (changed && self->changed != NULL)
    self->changed (self->user_data);
}

static void
look (HoistMenuSource *self)
{
  g_autoptr (GTask) task = NULL;
  Reading *reading;

  self->read_again = self->reading;
  if (self->reading)
    return;
  self->reading = TRUE;
  self->looked_at_us = g_get_monotonic_time ();
  reading = g_new0 (Reading, 1);
  reading->path = g_strdup (self->path);
  reading->preset_folders = g_strdupv (self->preset_folders);
  task = g_task_new (NULL, self->cancellable, read_cb, self);
  g_task_set_source_tag (task, look);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_set_task_data (task, reading, (GDestroyNotify) reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * hoist_menu_source_new:
 * @path: (nullable): the person's own file of destinations; %NULL for the usual one
 * @preset_folders: (nullable): where an administrator's files are looked for; %NULL
 *   for the usual places
 * @changed: (nullable): called when there are others
 * @user_data: for @changed
 *
 * Begins to read the destinations, and to watch them.
 *
 * Returns: (transfer full): without destinations, until they are read
 */
HoistMenuSource *
hoist_menu_source_new (const char *path,
                       const char *const *preset_folders,
                       HoistMenuSourceFunc changed,
                       gpointer user_data)
{
  HoistMenuSource *self = g_new0 (HoistMenuSource, 1);

  self->path = path != NULL ? g_strdup (path) : hoist_places_make_destinations_path ();
  self->preset_folders = preset_folders != NULL ? g_strdupv ((GStrv) preset_folders)
                                                : hoist_preset_files_get_folders (FALSE);
  self->destinations = hoist_menu_destinations_parse ("", 0);
  self->preset_watch =
    hoist_preset_watch_new ((const char *const *) self->preset_folders, presets_changed_cb, self);
  self->cancellable = g_cancellable_new ();
  self->changed = changed;
  self->user_data = user_data;
  look (self);
  return self;
}

/**
 * hoist_menu_source_free:
 * @self: (transfer full): the source
 *
 * Stops watching.
 */
void
hoist_menu_source_free (HoistMenuSource *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  hoist_preset_watch_free (self->preset_watch);
  g_ptr_array_unref (self->destinations);
  g_strfreev (self->preset_folders);
  g_free (self->path);
  g_free (self);
}

/**
 * hoist_menu_source_get_destinations:
 * @self: the source
 *
 * Gets what is known now, without any waiting.
 *
 * Returns: (transfer none) (element-type HoistMenuDestination): in their order
 */
GPtrArray *
hoist_menu_source_get_destinations (HoistMenuSource *self)
{
  return self->destinations;
}

/**
 * hoist_menu_source_refresh:
 * @self: the source
 *
 * Looks again, without any waiting, where nothing can be watched yet: a menu is
 * shown. Once the file is there, or was looked for just now, it does nothing.
 */
void
hoist_menu_source_refresh (HoistMenuSource *self)
{
  if (self->monitor == NULL && g_get_monotonic_time () - self->looked_at_us > LOOK_AGAIN_US)
    look (self);
}
