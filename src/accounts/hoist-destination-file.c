/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-destination-file-private.h"
#include "hoist-destination-group.h"
#include "hoist-destination-presets.h"
#include "hoist-destination-rules.h"
#include "hoist-error.h"

/* How long to wait for another process that changes the file. */
#define LOCK_TRIES 20
#define LOCK_PAUSE_US (100 * G_TIME_SPAN_MILLISECOND)

static char *
dup_group (const char *id)
{
  return g_strconcat (HOIST_DESTINATION_FILE_GROUP_PREFIX, id, NULL);
}

static HoistDestination *
find_by_id (HoistDestinationFile *self, const char *id)
{
  for (guint i = 0; i < self->destinations->len; i++)
    {
      HoistDestination *destination = g_ptr_array_index (self->destinations, i);

      if (g_strcmp0 (hoist_destination_get_id (destination), id) == 0)
        return destination;
    }
  return NULL;
}

/* Whether a destination other than @id is called @name, or nearly so. */
static gboolean
is_name_taken (HoistDestinationFile *self, const char *name, const char *id)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < self->destinations->len; i++)
    {
      HoistDestination *other = g_ptr_array_index (self->destinations, i);
      g_autofree char *other_folded = g_utf8_casefold (hoist_destination_get_name (other), -1);

      if (g_strcmp0 (hoist_destination_get_id (other), id) != 0 &&
          g_str_equal (folded, other_folded))
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_new_name (HoistDestinationFile *self, HoistDestination *destination, GError **error)
{
  const char *name = hoist_destination_get_name (destination);

  if (!is_name_taken (self, name, hoist_destination_get_id (destination)))
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               /* Translators: %s is the name of a destination. */
               _ ("There is already a destination called “%s”. Choose another name."), name);
  return FALSE;
}

static void
parse_destinations (HoistDestinationFile *self, const char *path)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->key_file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!g_str_has_prefix (groups[i], HOIST_DESTINATION_FILE_GROUP_PREFIX) ||
          hoist_destination_presets_own_group (self->presets, self->key_file, groups[i]))
        continue;

      const char *id = groups[i] + strlen (HOIST_DESTINATION_FILE_GROUP_PREFIX);
      HoistDestination *destination =
        hoist_destination_group_parse (self->key_file, groups[i], id, &error);

      if (destination != NULL && check_new_name (self, destination, &error))
        g_ptr_array_add (self->destinations, destination);
      else
        {
          g_clear_object (&destination);
          if (self->problem == NULL)
            self->problem = g_error_new (
              HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
              /* Translators: the first %s is a group’s title such as “destination home”,
               * the second a file’s path, the third a sentence that says what is wrong. */
              _ ("[%s] in %s is not used. %s Correct it there, or remove it."), groups[i], path,
                 error->message);
        }
    }
}

/**
 * hoist_destination_file_lock:
 * @path: the file
 *
 * Makes the file's folder where it is missing, and keeps other processes from
 * changing the file until the returned descriptor is closed. It is the folder
 * that is locked: the file itself is replaced with every change, and a file
 * for the lock alone would lie about. Where it cannot be locked (some network
 * file systems, or another process that holds the lock for seconds) it goes
 * without: the file stays whole in any case.
 *
 * Returns: a file descriptor; -1 when there is no lock
 */
int
hoist_destination_file_lock (const char *path)
{
  g_return_val_if_fail (path != NULL, -1);

  g_autofree char *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);

  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  for (guint i = 0; fd >= 0 && i < LOCK_TRIES; i++)
    {
      if (flock (fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        break;
      g_usleep (LOCK_PAUSE_US);
    }
  return fd;
}

/**
 * hoist_destination_file_read:
 * @path: the file
 * @presets: (transfer full): what is set up for everybody
 * @error: (out) (optional): why nothing can be used
 *
 * Reads the file. One that is not there is an empty one. A destination that
 * cannot be used is left out and said in `problem`; its group stays in the file.
 * The presets are among the destinations, as the person changed them.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED when it cannot be read, is no keyfile, is
 * larger than 1 MiB or of a newer version.
 *
 * Returns: (transfer full) (nullable): what is in it
 */
HoistDestinationFile *
hoist_destination_file_read (const char *path, HoistDestinationPresets *presets, GError **error)
{
  g_autoptr (HoistDestinationPresets) owned = presets;
  g_autoptr (GKeyFile) key_file = NULL;

  g_return_val_if_fail (path != NULL && presets != NULL, NULL);

  key_file = hoist_destination_key_file_read (path, error);
  if (key_file == NULL)
    return NULL;

  HoistDestinationFile *self = g_new0 (HoistDestinationFile, 1);

  self->key_file = g_steal_pointer (&key_file);
  self->presets = g_steal_pointer (&owned);
  self->destinations = g_ptr_array_new_with_free_func (g_object_unref);
  if (!self->presets->default_locked)
    self->default_id = g_key_file_get_string (self->key_file, HOIST_DESTINATION_FILE_GROUP,
                                              HOIST_DESTINATION_FILE_KEY_DEFAULT, NULL);
  if (self->default_id == NULL)
    self->default_id = g_strdup (self->presets->default_id);
  parse_destinations (self, path);
  hoist_destination_presets_apply (self->presets, self->key_file, self->destinations,
                                   &self->problem);
  hoist_destination_file_sort (self);
  return self;
}

/**
 * hoist_destination_file_write:
 * @self: what should be in it
 * @path: the file
 * @error: (out) (optional): why the file is as it was
 *
 * Replaces the file at once, readable for its owner only. A symbolic link stays
 * one: what it points to is replaced.
 *
 * Errors: %HOIST_ERROR_NO_SPACE, %HOIST_ERROR_FAILED.
 *
 * Returns: whether it is on disk
 */
gboolean
hoist_destination_file_write (HoistDestinationFile *self, const char *path, GError **error)
{
  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  g_autofree char *target = NULL;
  char *real_path = realpath (path, NULL);
  g_autoptr (GError) write_error = NULL;
  gsize length;

  target = g_strdup (real_path != NULL ? real_path : path);
  free (real_path);
  g_key_file_set_integer (self->key_file, HOIST_DESTINATION_FILE_GROUP,
                          HOIST_DESTINATION_FILE_KEY_VERSION, HOIST_DESTINATION_FILE_VERSION);

  g_autofree char *text = g_key_file_to_data (self->key_file, &length, NULL);

  if (g_file_set_contents_full (target, text, (gssize) length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &write_error))
    return TRUE;
  g_set_error (error, HOIST_ERROR,
               hoist_error_from_gerror (write_error) == HOIST_ERROR_NO_SPACE ? HOIST_ERROR_NO_SPACE
                                                                             : HOIST_ERROR_FAILED,
               /* Translators: the system’s words for what went wrong; they name the file. */
               _ ("The destinations cannot be stored: %s."), write_error->message);
  return FALSE;
}

/**
 * hoist_destination_file_free:
 * @self: (transfer full): what was read
 *
 * Frees it.
 */
void
hoist_destination_file_free (HoistDestinationFile *self)
{
  g_return_if_fail (self != NULL);

  g_key_file_unref (self->key_file);
  g_ptr_array_unref (self->destinations);
  g_free (self->default_id);
  g_clear_pointer (&self->presets, hoist_destination_presets_free);
  g_clear_error (&self->problem);
  g_free (self);
}

/* Of what was set up for everybody only what differs. */
static void
store_group (HoistDestinationFile *self, HoistDestination *destination)
{
  g_autofree char *group = dup_group (hoist_destination_get_id (destination));

  if (hoist_destination_is_preset (destination))
    hoist_destination_presets_store (self->presets, self->key_file, group, destination);
  else
    hoist_destination_group_store (self->key_file, group, destination);
}

/* An id that no group has, not even one that could not be used. */
static char *
make_free_id (HoistDestinationFile *self, const char *name)
{
  g_autofree char *id = hoist_destination_make_id (name);

  for (guint n = 1;; n++)
    {
      g_autofree char *candidate = n == 1 ? g_strdup (id) : g_strdup_printf ("%s-%u", id, n);
      g_autofree char *group = dup_group (candidate);

      if (!g_key_file_has_group (self->key_file, group) &&
          !hoist_destination_presets_has (self->presets, group))
        return g_steal_pointer (&candidate);
    }
}

/**
 * hoist_destination_file_add:
 * @self: the file
 * @destination: what to add; its id is not looked at
 * @error: (out) (optional): what is wrong with it
 *
 * Adds a destination under a new id, made from its name.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: (transfer none) (nullable): its id, valid as long as @self
 */
const char *
hoist_destination_file_add (HoistDestinationFile *self,
                            HoistDestination *destination,
                            GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (!hoist_destination_check (destination, error))
    return NULL;

  g_autofree char *id = make_free_id (self, hoist_destination_get_name (destination));
  g_autoptr (HoistDestination) added = hoist_destination_copy (destination, id);

  if (!check_new_name (self, added, error))
    return NULL;
  store_group (self, added);
  g_ptr_array_add (self->destinations, g_object_ref (added));
  return hoist_destination_get_id (added);
}

/**
 * hoist_destination_file_require: (skip)
 * @self: the file
 * @id: (nullable): the id of a destination
 * @error: (out) (optional): that there is none
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: (transfer none) (nullable): the destination
 */
HoistDestination *
hoist_destination_file_require (HoistDestinationFile *self, const char *id, GError **error)
{
  HoistDestination *destination = find_by_id (self, id);

  if (destination == NULL)
    g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                 /* Translators: %s is the id of a destination. */
                 _ ("There is no destination “%s”: it may just have been removed."),
                    id != NULL ? id : "");
  return destination;
}

static gboolean
check_locks (HoistDestination *stored, HoistDestination *wanted, GError **error)
{
  for (guint i = 0; hoist_destination_group_get_key (i) != NULL; i++)
    {
      const char *key = hoist_destination_group_get_key (i);
      g_autofree char *is = hoist_destination_group_dup_value (stored, key);
      g_autofree char *will_be = hoist_destination_group_dup_value (wanted, key);

      if (!hoist_destination_is_locked (stored, key) || g_strcmp0 (is, will_be) == 0)
        continue;
      g_set_error (
        error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
        /* Translators: the name of a setting such as “url”, and that of a destination. */
        _ ("“%s” of “%s” was set by your administrator and cannot be changed here."), key,
           hoist_destination_get_name (stored));
      return FALSE;
    }
  return TRUE;
}

/**
 * hoist_destination_file_update:
 * @self: the file
 * @destination: what the destination with its id should say
 * @error: (out) (optional): what is wrong with it
 *
 * Changes a destination.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT, also when it is not there.
 *
 * Returns: whether it was changed
 */
gboolean
hoist_destination_file_update (HoistDestinationFile *self,
                               HoistDestination *destination,
                               GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  HoistDestination *stored =
    hoist_destination_file_require (self, hoist_destination_get_id (destination), error);

  if (stored == NULL || !check_locks (stored, destination, error) ||
      !hoist_destination_check (destination, error) || !check_new_name (self, destination, error))
    return FALSE;
  hoist_destination_assign (stored, destination);
  store_group (self, stored);
  return TRUE;
}

/**
 * hoist_destination_file_remove:
 * @self: the file
 * @id: a destination's id
 * @error: (out) (optional): why nothing was removed
 *
 * Removes a destination with all that is said of it.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT when it is not there.
 *
 * Returns: whether it was removed
 */
gboolean
hoist_destination_file_remove (HoistDestinationFile *self, const char *id, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  HoistDestination *destination = hoist_destination_file_require (self, id, error);

  if (destination == NULL)
    return FALSE;
  if (hoist_destination_is_preset (destination))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   /* Translators: %s is the name of a destination. */
                   _ ("“%s” was set up by your administrator and cannot be removed."),
                      hoist_destination_get_name (destination));
      return FALSE;
    }

  g_autofree char *group = dup_group (id);

  g_key_file_remove_group (self->key_file, group, NULL);
  g_ptr_array_remove (self->destinations, destination);
  if (g_strcmp0 (self->default_id, id) == 0)
    {
      g_clear_pointer (&self->default_id, g_free);
      g_key_file_remove_key (self->key_file, HOIST_DESTINATION_FILE_GROUP,
                             HOIST_DESTINATION_FILE_KEY_DEFAULT, NULL);
    }
  return TRUE;
}

/**
 * hoist_destination_file_set_default:
 * @self: the file
 * @id: a destination's id
 * @error: (out) (optional): why nothing was changed
 *
 * Sets where files go when nobody says where.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT when it is not there.
 *
 * Returns: whether it was set
 */
gboolean
hoist_destination_file_set_default (HoistDestinationFile *self, const char *id, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (hoist_destination_file_require (self, id, error) == NULL)
    return FALSE;
  if (self->presets->default_locked && g_strcmp0 (id, self->default_id) != 0)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Where new uploads go was set by your administrator."));
      return FALSE;
    }

  g_free (self->default_id);
  self->default_id = g_strdup (id);
  g_key_file_set_string (self->key_file, HOIST_DESTINATION_FILE_GROUP,
                         HOIST_DESTINATION_FILE_KEY_DEFAULT, id);
  return TRUE;
}
