/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-menu-source.h"

#include <string.h>

/* The limits of the file (docs/destinations.md). */
#define MAX_FILE_BYTES (1 << 20)
#define GROUP_PREFIX "destination "
#define KEY_NAME "name"
#define GROUP_GENERAL "hoist"
#define KEY_ORDER "order"

/* A menu longer than this helps nobody: the window has them all. */
#define MAX_DESTINATIONS 50

/* Nor does sorting more than a person ever has. */
#define MAX_IN_ORDER 1000

/* How often it is looked for while there is no folder to watch. */
#define LOOK_AGAIN_US (5 * G_TIME_SPAN_SECOND)

struct _HoistMenuSource
{
  GFile *file;             /* (owned) */
  GPtrArray *destinations; /* (owned) (element-type HoistMenuDestination) */
  HoistMenuSourceFunc changed;
  gpointer user_data;

  GFileMonitor *monitor;     /* (owned) (nullable) once the file's folder is there */
  GCancellable *cancellable; /* (owned) */
  gboolean reading;
  gboolean read_again; /* it changed while it was read */
  gint64 looked_at_us; /* monotonic */
};

static void
destination_free (HoistMenuDestination *destination)
{
  g_free (destination->id);
  g_free (destination->name);
  g_free (destination);
}

static gboolean
is_id (const char *id)
{
  gsize length = strspn (id, "abcdefghijklmnopqrstuvwxyz0123456789-");

  return length > 0 && length <= 100 && id[length] == '\0';
}

static guint
find_in_order (const char *const *order, const char *id)
{
  guint i = 0;

  while (order[i] != NULL && !g_str_equal (order[i], id))
    i++;
  return i;
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer order)
{
  const HoistMenuDestination *one = *(HoistMenuDestination *const *) a;
  const HoistMenuDestination *other = *(HoistMenuDestination *const *) b;

  return (int) find_in_order (order, one->id) - (int) find_in_order (order, other->id);
}

/* What the file's order does not name comes last, in the order of the groups: the sort is
 * stable. */
static void
sort (GPtrArray *destinations, GKeyFile *key_file)
{
  g_auto (GStrv) order =
    g_key_file_get_string_list (key_file, GROUP_GENERAL, KEY_ORDER, NULL, NULL);

  if (order != NULL && g_strv_length (order) <= MAX_IN_ORDER)
    g_ptr_array_sort_with_data (destinations, compare_places, order);
}

/**
 * hoist_menu_destinations_parse:
 * @text: (array length=length): a file of destinations
 * @length: how many bytes
 *
 * Reads the ids and names of destinations. What is no destination is left out:
 * the application tells what is wrong with it.
 *
 * Returns: (transfer full) (element-type HoistMenuDestination): in their order
 */
GPtrArray *
hoist_menu_destinations_parse (const char *text, gsize length)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) destination_free);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  if (length > MAX_FILE_BYTES ||
      !g_key_file_load_from_data (key_file, text, length, G_KEY_FILE_NONE, NULL))
    return g_steal_pointer (&found);
  groups = g_key_file_get_groups (key_file, NULL);
  for (gsize i = 0; groups[i] != NULL && found->len < MAX_IN_ORDER; i++)
    {
      HoistMenuDestination *destination;
      g_autofree char *name = g_key_file_get_string (key_file, groups[i], KEY_NAME, NULL);
      const char *id = groups[i] + strlen (GROUP_PREFIX);

      if (!g_str_has_prefix (groups[i], GROUP_PREFIX) || !is_id (id) || name == NULL ||
          *name == '\0')
        continue;
      destination = g_new0 (HoistMenuDestination, 1);
      destination->id = g_strdup (id);
      destination->name = g_steal_pointer (&name);
      g_ptr_array_add (found, destination);
    }
  sort (found, key_file);
  if (found->len > MAX_DESTINATIONS)
    g_ptr_array_set_size (found, MAX_DESTINATIONS);
  return g_steal_pointer (&found);
}

static GFile *
make_file (const char *path)
{
  g_autofree char *usual = NULL;

  if (path != NULL)
    return g_file_new_for_path (path);
  usual = g_build_filename (g_get_user_config_dir (), "hoist", "destinations.conf", NULL);
  return g_file_new_for_path (usual);
}

/**
 * hoist_menu_destinations_load:
 * @path: (nullable): the file; %NULL for the usual one
 * @error: (out) (optional): why it cannot be read
 *
 * Reads the destinations now. It blocks: for programs, not for a menu.
 *
 * Errors: of GIO, other than that there is no such file.
 *
 * Returns: (transfer full) (element-type HoistMenuDestination) (nullable): in their order
 */
GPtrArray *
hoist_menu_destinations_load (const char *path, GError **error)
{
  g_autoptr (GFile) file = make_file (path);
  g_autoptr (GError) read_error = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_load_contents (file, NULL, &text, &length, NULL, &read_error) &&
      !g_error_matches (read_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&read_error));
      return NULL;
    }
  return hoist_menu_destinations_parse (text != NULL ? text : "", length);
}

static gboolean
are_equal (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const HoistMenuDestination *one = g_ptr_array_index (a, i);
      const HoistMenuDestination *other = g_ptr_array_index (b, i);

      if (!g_str_equal (one->id, other->id) || !g_str_equal (one->name, other->name))
        return FALSE;
    }
  return TRUE;
}

static void look (HoistMenuSource *self);

static void
finish_reading (HoistMenuSource *self, const char *text, gsize length)
{
  GPtrArray *found = hoist_menu_destinations_parse (text, length);
  gboolean changed = !are_equal (found, self->destinations);

  g_ptr_array_unref (self->destinations);
  self->destinations = found;
  self->reading = FALSE;
  if (self->read_again)
    look (self);
  if (changed && self->changed != NULL)
    self->changed (self->user_data);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;
  gboolean found =
    g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, &error);

  /* The source is gone when this was cancelled. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  finish_reading (user_data, found ? text : "", found ? length : 0);
}

static void
changed_cb (HoistMenuSource *self)
{
  look (self);
}

/* Only once there is a folder: GIO looks for one that is missing every four seconds,
 * for ever. */
static void
watch (HoistMenuSource *self)
{
  if (self->monitor != NULL)
    return;
  self->monitor = g_file_monitor_file (self->file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_swapped (self->monitor, "changed", G_CALLBACK (changed_cb), self);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistMenuSource *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* Opening what is no file, such as a FIFO, could wait for ever. */
  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR ||
      g_file_info_get_size (info) > MAX_FILE_BYTES)
    {
      finish_reading (self, "", 0);
      return;
    }
  watch (self);
  g_file_load_contents_async (self->file, self->cancellable, read_cb, self);
}

static void
look (HoistMenuSource *self)
{
  self->read_again = self->reading;
  if (self->reading)
    return;
  self->reading = TRUE;
  self->looked_at_us = g_get_monotonic_time ();
  g_file_query_info_async (self->file,
                           G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                           G_FILE_QUERY_INFO_NONE, G_PRIORITY_LOW, self->cancellable, looked_cb,
                           self);
}

/**
 * hoist_menu_source_new:
 * @path: (nullable): the file of destinations; %NULL for the usual one
 * @changed: (nullable): called when there are others
 * @user_data: for @changed
 *
 * Begins to read the destinations, and to watch them.
 *
 * Returns: (transfer full): without destinations, until they are read
 */
HoistMenuSource *
hoist_menu_source_new (const char *path, HoistMenuSourceFunc changed, gpointer user_data)
{
  HoistMenuSource *self = g_new0 (HoistMenuSource, 1);

  self->file = make_file (path);
  self->destinations = g_ptr_array_new_with_free_func ((GDestroyNotify) destination_free);
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
  g_ptr_array_unref (self->destinations);
  g_object_unref (self->file);
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
