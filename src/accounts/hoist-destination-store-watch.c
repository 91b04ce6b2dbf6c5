/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a store follows its file and those of an administrator. */

#include "hoist-destination-store-private.h"
#include "hoist-error.h"

/* Editors and our own writes make several events each: one reload for all. */
#define RELOAD_PAUSE_MS 100

static void
reloaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistDestinationStore *self = HOIST_DESTINATION_STORE (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *last_problem = g_steal_pointer (&self->last_problem);

  if (hoist_destination_store_load_finish (self, result, &error) && self->preset_problem != NULL)
    error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED, self->preset_problem);
  if (error == NULL)
    return;

  self->last_problem = g_strdup (error->message);
  if (g_strcmp0 (last_problem, self->last_problem) != 0)
    g_signal_emit_by_name (self, "problem", error);
}

static gboolean
reload_cb (gpointer user_data)
{
  HoistDestinationStore *self = user_data;

  self->reload_id = 0;
  hoist_destination_store_load_async (self, NULL, reloaded_cb, NULL);
  return G_SOURCE_REMOVE;
}

static void
reload_later (HoistDestinationStore *self)
{
  if (self->reload_id == 0)
    self->reload_id = g_timeout_add (RELOAD_PAUSE_MS, reload_cb, self);
}

static void
presets_changed_cb (gpointer user_data)
{
  reload_later (user_data);
}

/**
 * hoist_destination_store_start_watching: (skip)
 * @self: the store, whose folder is there
 *
 * Reads the file again when it changes.
 */
void
hoist_destination_store_start_watching (HoistDestinationStore *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);

  if (self->monitor != NULL)
    return;
  /* Without a monitor (no inotify instances left) it is read at start only. */
  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (reload_later), self,
                             G_CONNECT_SWAPPED);
  if (self->preset_watch == NULL)
    self->preset_watch =
      hoist_preset_watch_new ((const char *const *) self->folders, presets_changed_cb, self);
  /* What was changed just before the monitor was there. */
  reload_later (self);
}

/**
 * hoist_destination_store_follow_presets: (skip)
 * @self: the store
 * @watched: the folders that tell whether an administrator's files change, as found
 *   before these were read
 *
 * Watches them, if anything is watched.
 */
void
hoist_destination_store_follow_presets (HoistDestinationStore *self, const char *const *watched)
{
  if (self->preset_watch != NULL && hoist_preset_watch_follow (self->preset_watch, watched))
    reload_later (self);
}

/**
 * hoist_destination_store_stop_watching: (skip)
 * @self: the store
 *
 * Reads nothing any more unless it is told to.
 */
void
hoist_destination_store_stop_watching (HoistDestinationStore *self)
{
  g_clear_handle_id (&self->reload_id, g_source_remove);
  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->preset_watch, hoist_preset_watch_free);
}

/**
 * hoist_destination_store_watch:
 * @self: the store
 *
 * Follows the file from now on, whoever changes it, and those of an administrator.
 */
void
hoist_destination_store_watch (HoistDestinationStore *self)
{
  g_return_if_fail (HOIST_IS_DESTINATION_STORE (self));

  hoist_destination_store_start_op (self, HOIST_STORE_OP_WATCH, NULL, NULL, NULL, HOIST_IMPORT_SKIP,
                                    hoist_destination_store_watch, NULL, NULL, NULL);
}
