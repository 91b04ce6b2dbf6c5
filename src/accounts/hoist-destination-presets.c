/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Destinations that an administrator sets up (docs/destinations.md, «For everybody on a computer»).
 * What their files say holds, but for the keys that they name in «unlocked»: of those a person's
 * own file may say something else, and has only that. */

#include "config.h"

#include "hoist-destination-presets.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-destination-file-private.h"
#include "hoist-destination-group.h"
#include "hoist-destination-rules.h"
#include "hoist-error.h"
#include "hoist-preset-files.h"

static void
note_problem (HoistDestinationPresets *self, GError *error)
{
  if (self->problem == NULL)
    self->problem = error;
  else
    g_error_free (error);
}

static void
copy_group (GKeyFile *from, const char *from_group, GKeyFile *to, const char *to_group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (from, from_group, NULL, NULL);

  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_value (from, from_group, keys[i], NULL);

      if (value != NULL)
        g_key_file_set_value (to, to_group, keys[i], value);
    }
}

static char *
make_group (const char *id)
{
  return g_strconcat (HOIST_DESTINATION_FILE_GROUP_PREFIX HOIST_PRESET_ID_PREFIX, id, NULL);
}

static gboolean
take_group (HoistDestinationPresets *self, GKeyFile *key_file, const char *from, GError **error)
{
  const char *id = from + strlen (HOIST_DESTINATION_FILE_GROUP_PREFIX);
  g_autofree char *group = make_group (id);
  g_autofree char *new_id = g_strconcat (HOIST_PRESET_ID_PREFIX, id, NULL);
  g_autoptr (HoistDestination) destination =
    hoist_destination_group_parse (key_file, from, new_id, error);

  if (destination == NULL)
    return FALSE;
  if (g_key_file_has_group (self->key_file, group))
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("It is in another file already."));
      return FALSE;
    }
  copy_group (key_file, from, self->key_file, group);
  return TRUE;
}

/* The first file that says one has its way. */
static void
take_default (HoistDestinationPresets *self, GKeyFile *key_file)
{
  g_autofree char *id = g_key_file_get_string (key_file, HOIST_DESTINATION_FILE_GROUP,
                                               HOIST_DESTINATION_FILE_KEY_DEFAULT, NULL);

  if (id == NULL || *id == '\0' || self->default_id != NULL)
    return;
  self->default_id = g_strconcat (HOIST_PRESET_ID_PREFIX, id, NULL);
  self->default_locked = !hoist_preset_file_is_free (key_file, HOIST_DESTINATION_FILE_GROUP,
                                                     HOIST_DESTINATION_FILE_KEY_DEFAULT);
}

static void
read_file (HoistDestinationPresets *self, const char *path)
{
  GError *error = NULL;
  g_autoptr (GKeyFile) key_file = hoist_destination_key_file_read (path, &error);
  g_auto (GStrv) groups = NULL;

  if (key_file == NULL)
    {
      note_problem (self, error);
      return;
    }
  groups = g_key_file_get_groups (key_file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (GError) group_error = NULL;

      if (g_str_has_prefix (groups[i], HOIST_DESTINATION_FILE_GROUP_PREFIX) &&
          !take_group (self, key_file, groups[i], &group_error))
        note_problem (self, g_error_new (HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
                                         /* Translators: a group’s title such as “destination
                                          * work”, a file’s path, and what is wrong. */
                                         _ ("[%s] in %s, which your administrator set up, is not "
                                            "used. %s"),
                                            groups[i], path, group_error->message));
    }
  take_default (self, key_file);
}

/**
 * hoist_destination_presets_read:
 * @folders: where to look, in this order
 *
 * Reads what an administrator set up. What cannot be used is left out and said
 * in `problem`.
 *
 * Returns: (transfer full): it; empty if there is nothing
 */
HoistDestinationPresets *
hoist_destination_presets_read (const char *const *folders)
{
  HoistDestinationPresets *self = g_new0 (HoistDestinationPresets, 1);
  g_auto (GStrv) paths = hoist_preset_files_list (folders);

  self->key_file = g_key_file_new ();
  for (gsize i = 0; paths[i] != NULL; i++)
    read_file (self, paths[i]);
  return self;
}

/**
 * hoist_destination_presets_free:
 * @self: (transfer full): what was read
 *
 * Frees it.
 */
void
hoist_destination_presets_free (HoistDestinationPresets *self)
{
  g_key_file_unref (self->key_file);
  g_free (self->default_id);
  g_clear_error (&self->problem);
  g_free (self);
}

/**
 * hoist_destination_presets_has:
 * @self: presets
 * @group: a group's title, such as `destination preset-work`
 *
 * Returns: whether it is one of theirs
 */
gboolean
hoist_destination_presets_has (HoistDestinationPresets *self, const char *group)
{
  return g_key_file_has_group (self->key_file, group);
}

/**
 * hoist_destination_presets_own_group:
 * @self: presets
 * @own: a person's own file
 * @group: one of its groups
 *
 * Whether a group is what a person changed of a preset, or once did: where an
 * administrator took the preset away, or the file cannot be read for a while, the
 * rest of it is no destination, and kept.
 *
 * Returns: whether it is no destination by itself
 */
gboolean
hoist_destination_presets_own_group (HoistDestinationPresets *self,
                                     GKeyFile *own,
                                     const char *group)
{
  return hoist_destination_presets_has (self, group) ||
         (g_str_has_prefix (group, HOIST_DESTINATION_FILE_GROUP_PREFIX HOIST_PRESET_ID_PREFIX) &&
          !g_key_file_has_key (own, group, "url", NULL));
}

/* What they have, and over it what a person has of what is free. */
static HoistDestination *
merge (HoistDestinationPresets *self, GKeyFile *own, const char *group, GError **error)
{
  g_autoptr (GKeyFile) merged = g_key_file_new ();
  const char *id = group + strlen (HOIST_DESTINATION_FILE_GROUP_PREFIX);

  copy_group (self->key_file, group, merged, group);
  for (guint i = 0; own != NULL && hoist_destination_group_get_key (i) != NULL; i++)
    {
      const char *key = hoist_destination_group_get_key (i);
      g_autofree char *value = g_key_file_get_value (own, group, key, NULL);

      if (value != NULL && hoist_preset_file_is_free (self->key_file, group, key))
        g_key_file_set_value (merged, group, key, value);
    }
  return hoist_destination_group_parse (merged, group, id, error);
}

static void
set_locks (HoistDestinationPresets *self, const char *group, HoistDestination *destination)
{
  g_autoptr (GPtrArray) locks = g_ptr_array_new ();

  for (guint i = 0; hoist_destination_group_get_key (i) != NULL; i++)
    if (!hoist_preset_file_is_free (self->key_file, group, hoist_destination_group_get_key (i)))
      g_ptr_array_add (locks, (gpointer) hoist_destination_group_get_key (i));
  g_ptr_array_add (locks, NULL);
  hoist_destination_set_locks (destination, (const char *const *) locks->pdata);
}

static gboolean
is_name_taken (GPtrArray *destinations, const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < destinations->len; i++)
    {
      g_autofree char *other =
        g_utf8_casefold (hoist_destination_get_name (destinations->pdata[i]), -1);

      if (g_str_equal (folded, other))
        return TRUE;
    }
  return FALSE;
}

/* A person's own of the same name keeps it; this one says which server it is. */
static void
make_name_unique (HoistDestination *destination, GPtrArray *destinations)
{
  g_autofree char *name = g_strdup (hoist_destination_get_name (destination));
  g_autoptr (GUri) uri =
    g_uri_parse (hoist_destination_get_url (destination), G_URI_FLAGS_NONE, NULL);

  for (guint n = 1; is_name_taken (destinations, hoist_destination_get_name (destination)); n++)
    {
      g_autofree char *other = n == 1
                                 ? g_strdup_printf ("%s (%s)", name, g_uri_get_host (uri))
                                 : g_strdup_printf ("%s (%s %u)", name, g_uri_get_host (uri), n);
      hoist_destination_set_name (destination, other);
    }
}

/**
 * hoist_destination_presets_apply:
 * @self: presets
 * @own: what the person's own file has
 * @destinations: (element-type HoistDestination): the person's own ones; the presets
 *   are added to them
 * @problem: (inout): what of the person's own file is not used, unless there is a
 *   problem already
 *
 * Adds what was set up for everybody, as the person changed it.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED in @problem.
 */
void
hoist_destination_presets_apply (HoistDestinationPresets *self,
                                 GKeyFile *own,
                                 GPtrArray *destinations,
                                 GError **problem)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->key_file, NULL);

  for (gsize i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      HoistDestination *destination = merge (self, own, groups[i], &error);

      if (destination == NULL)
        {
          /* Theirs alone was checked when it was read. */
          destination = merge (self, NULL, groups[i], NULL);
          if (*problem == NULL)
            *problem = g_error_new (HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
                                    /* Translators: the name of a destination, and what is wrong. */
                                    _ ("Your changes to “%s” are not used. %s"),
                                       hoist_destination_get_name (destination), error->message);
        }
      set_locks (self, groups[i], destination);
      make_name_unique (destination, destinations);
      g_ptr_array_add (destinations, destination);
    }
}

/**
 * hoist_destination_presets_store:
 * @self: presets
 * @own: (inout): the person's own file
 * @group: the destination's group
 * @destination: one of them, as the person wants it
 *
 * Writes what differs from what was set up for everybody, and may.
 */
void
hoist_destination_presets_store (HoistDestinationPresets *self,
                                 GKeyFile *own,
                                 const char *group,
                                 HoistDestination *destination)
{
  /* Theirs alone was checked when it was read. */
  g_autoptr (HoistDestination) theirs = merge (self, NULL, group, NULL);

  for (guint i = 0; hoist_destination_group_get_key (i) != NULL; i++)
    {
      const char *key = hoist_destination_group_get_key (i);
      g_autofree char *preset = hoist_destination_group_dup_value (theirs, key);
      g_autofree char *value = hoist_destination_group_dup_value (destination, key);

      if (!hoist_preset_file_is_free (self->key_file, group, key) || g_strcmp0 (value, preset) == 0)
        g_key_file_remove_key (own, group, key, NULL);
      else
        /* Empty: they set it, and the person does not want it. */
        g_key_file_set_string (own, group, key, value != NULL ? value : "");
    }
}
