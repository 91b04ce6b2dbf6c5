/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a menu has to know of the destinations: a person's own, and what an administrator set
 * up. The accounts have all rules (docs/destinations.md); whatever they leave out because of
 * something else than its id and its name is told by the application when it is chosen. */

#include "config.h"

#include "hoist-menu-destinations.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "hoist-preset-files.h"

/* The limits of the file (docs/destinations.md). */
#define MAX_FILE_BYTES (1 << 20)
#define GROUP_PREFIX "destination "
#define KEY_NAME "name"
#define KEY_URL "url"
#define GROUP_GENERAL "hoist"
#define KEY_ORDER "order"

/* A menu longer than this helps nobody: the window has them all. */
#define MAX_DESTINATIONS 50

/* Nor does sorting more than a person ever has. */
#define MAX_IN_ORDER 1000

static void
destination_free (HoistMenuDestination *destination)
{
  g_free (destination->id);
  g_free (destination->name);
  g_free (destination);
}

static void
add (GPtrArray *destinations, char *id, char *name)
{
  HoistMenuDestination *destination = g_new0 (HoistMenuDestination, 1);

  destination->id = id;
  destination->name = name;
  g_ptr_array_add (destinations, destination);
}

static gboolean
is_id (const char *id)
{
  gsize length = strspn (id, "abcdefghijklmnopqrstuvwxyz0123456789-");

  return length > 0 && length <= 100 && id[length] == '\0';
}

/* Its name, if the group is a destination. */
static char *
dup_name (GKeyFile *key_file, const char *group)
{
  g_autofree char *name = NULL;

  if (!g_str_has_prefix (group, GROUP_PREFIX) || !is_id (group + strlen (GROUP_PREFIX)))
    return NULL;
  name = g_key_file_get_string (key_file, group, KEY_NAME, NULL);
  return name != NULL && *name != '\0' ? g_steal_pointer (&name) : NULL;
}

/* --- Their order ------------------------------------------------------------------------------ */

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
sort (GPtrArray *destinations, GKeyFile *own)
{
  g_auto (GStrv) order = g_key_file_get_string_list (own, GROUP_GENERAL, KEY_ORDER, NULL, NULL);

  if (order != NULL && g_strv_length (order) <= MAX_IN_ORDER)
    g_ptr_array_sort_with_data (destinations, compare_places, order);
}

/* --- A person's own and an administrator's ---------------------------------------------------- */

/* What a person changed of a preset is no destination by itself, not even when the preset is
 * gone. */
static gboolean
is_change (GKeyFile *own, const char *group, GHashTable *preset_ids)
{
  const char *id = group + strlen (GROUP_PREFIX);

  return g_hash_table_contains (preset_ids, id) ||
         (g_str_has_prefix (id, HOIST_PRESET_ID_PREFIX) &&
          !g_key_file_has_key (own, group, KEY_URL, NULL));
}

static gboolean
is_name_taken (GPtrArray *destinations, const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < destinations->len; i++)
    {
      const HoistMenuDestination *other = g_ptr_array_index (destinations, i);
      g_autofree char *other_folded = g_utf8_casefold (other->name, -1);

      if (g_str_equal (folded, other_folded))
        return TRUE;
    }
  return FALSE;
}

/* A person's own of the same name keeps it; this one says which server it is. */
static char *
make_name_unique (const char *name, const char *url, GPtrArray *destinations)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  char *unique = g_strdup (name);

  for (guint n = 1; uri != NULL && is_name_taken (destinations, unique); n++)
    {
      g_free (unique);
      unique = n == 1 ? g_strdup_printf ("%s (%s)", name, g_uri_get_host (uri))
                      : g_strdup_printf ("%s (%s %u)", name, g_uri_get_host (uri), n);
    }
  return unique;
}

static char *
make_preset_name (GKeyFile *preset, const char *group, GKeyFile *own, const char *id)
{
  g_autofree char *own_group = g_strconcat (GROUP_PREFIX, id, NULL);
  g_autofree char *own_name = dup_name (own, own_group);

  return own_name != NULL && hoist_preset_file_is_free (preset, group, KEY_NAME)
           ? g_steal_pointer (&own_name)
           : dup_name (preset, group);
}

/* Two passes: an own destination's name does not depend on a preset's. */
static void
find_preset_ids (GPtrArray *presets, GHashTable *ids)
{
  for (guint i = 0; i < presets->len; i++)
    {
      GKeyFile *preset = g_ptr_array_index (presets, i);
      g_auto (GStrv) groups = g_key_file_get_groups (preset, NULL);

      for (gsize k = 0; groups[k] != NULL; k++)
        {
          g_autofree char *name = dup_name (preset, groups[k]);

          if (name != NULL)
            g_hash_table_add (ids, g_strconcat (HOIST_PRESET_ID_PREFIX,
                                                groups[k] + strlen (GROUP_PREFIX), NULL));
        }
    }
}

static void
add_own (GPtrArray *found, GKeyFile *own, GHashTable *preset_ids)
{
  g_auto (GStrv) groups = g_key_file_get_groups (own, NULL);

  for (gsize i = 0; groups[i] != NULL && found->len < MAX_IN_ORDER; i++)
    {
      char *name = dup_name (own, groups[i]);

      if (name == NULL || is_change (own, groups[i], preset_ids))
        g_free (name);
      else
        add (found, g_strdup (groups[i] + strlen (GROUP_PREFIX)), name);
    }
}

/* @ids: those that are left; the first file that has one has its way */
static void
add_presets (GPtrArray *found, GKeyFile *preset, GKeyFile *own, GHashTable *ids)
{
  g_auto (GStrv) groups = g_key_file_get_groups (preset, NULL);

  for (gsize i = 0; groups[i] != NULL && found->len < MAX_IN_ORDER; i++)
    {
      g_autofree char *theirs = dup_name (preset, groups[i]);
      g_autofree char *url = NULL;
      g_autofree char *name = NULL;
      g_autofree char *id = NULL;

      if (theirs == NULL)
        continue;
      id = g_strconcat (HOIST_PRESET_ID_PREFIX, groups[i] + strlen (GROUP_PREFIX), NULL);
      if (!g_hash_table_remove (ids, id))
        continue;
      url = g_key_file_get_string (preset, groups[i], KEY_URL, NULL);
      name = make_preset_name (preset, groups[i], own, id);
      add (found, g_steal_pointer (&id), make_name_unique (name, url, found));
    }
}

static GPtrArray *
merge (GKeyFile *own, GPtrArray *presets)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) destination_free);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  find_preset_ids (presets, ids);
  add_own (found, own, ids);
  for (guint i = 0; i < presets->len; i++)
    add_presets (found, g_ptr_array_index (presets, i), own, ids);
  sort (found, own);
  if (found->len > MAX_DESTINATIONS)
    g_ptr_array_set_size (found, MAX_DESTINATIONS);
  return found;
}

/* --- Files ------------------------------------------------------------------------------------ */

/* What is no keyfile is an empty one. */
static GKeyFile *
parse (const char *text, gsize length)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  if (length <= MAX_FILE_BYTES &&
      g_key_file_load_from_data (key_file, text, length, G_KEY_FILE_NONE, NULL))
    return g_steal_pointer (&key_file);
  return g_key_file_new ();
}

/* One that is not there is an empty one, and one that is no file is not opened: reading a FIFO
 * would wait for ever. */
static GKeyFile *
read_file (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) read_error = NULL;
  gsize length = 0;
  GStatBuf status;

  if (g_stat (path, &status) == 0 && (!S_ISREG (status.st_mode) || status.st_size > MAX_FILE_BYTES))
    return g_key_file_new ();
  if (!g_file_get_contents (path, &text, &length, &read_error) &&
      !g_error_matches (read_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&read_error));
      return NULL;
    }
  return parse (text != NULL ? text : "", length);
}

static void
unref_key_file (gpointer key_file)
{
  g_key_file_unref (key_file);
}

/**
 * hoist_menu_destinations_parse:
 * @text: (array length=length): a file of destinations
 * @length: how many bytes
 *
 * Reads the ids and names of a person's own destinations. What is no destination
 * is left out: the application tells what is wrong with it.
 *
 * Returns: (transfer full) (element-type HoistMenuDestination): in their order
 */
GPtrArray *
hoist_menu_destinations_parse (const char *text, gsize length)
{
  g_autoptr (GKeyFile) own = parse (text, length);
  g_autoptr (GPtrArray) presets = g_ptr_array_new ();

  return merge (own, presets);
}

/**
 * hoist_menu_destinations_load:
 * @path: the person's own file
 * @preset_folders: where an administrator's files are looked for
 * @error: (out) (optional): why the person's own file cannot be read
 *
 * Reads the destinations now. It blocks.
 *
 * Errors: of files, other than that there is no such file.
 *
 * Returns: (transfer full) (element-type HoistMenuDestination) (nullable): in their order
 */
GPtrArray *
hoist_menu_destinations_load (const char *path, const char *const *preset_folders, GError **error)
{
  g_autoptr (GKeyFile) own = read_file (path, error);
  g_autoptr (GPtrArray) presets = g_ptr_array_new_with_free_func (unref_key_file);
  g_auto (GStrv) preset_paths = NULL;

  if (own == NULL)
    return NULL;
  preset_paths = hoist_preset_files_list (preset_folders);
  for (gsize i = 0; preset_paths[i] != NULL; i++)
    {
      GKeyFile *preset = read_file (preset_paths[i], NULL);

      if (preset != NULL)
        g_ptr_array_add (presets, preset);
    }
  return merge (own, presets);
}

/**
 * hoist_menu_destinations_are_equal:
 * @destinations: (element-type HoistMenuDestination): some destinations
 * @others: (element-type HoistMenuDestination): some others
 *
 * Returns: whether a menu of one looks like a menu of the other
 */
gboolean
hoist_menu_destinations_are_equal (GPtrArray *destinations, GPtrArray *others)
{
  if (destinations->len != others->len)
    return FALSE;
  for (guint i = 0; i < destinations->len; i++)
    {
      const HoistMenuDestination *one = g_ptr_array_index (destinations, i);
      const HoistMenuDestination *other = g_ptr_array_index (others, i);

      if (!g_str_equal (one->id, other->id) || !g_str_equal (one->name, other->name))
        return FALSE;
    }
  return TRUE;
}
