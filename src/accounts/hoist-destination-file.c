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
#include "hoist-destination-rules.h"
#include "hoist-error.h"

#define MAX_FILE_BYTES (1 << 20)

/* How long to wait for another process that changes the file. */
#define LOCK_TRIES 20
#define LOCK_PAUSE_US (100 * G_TIME_SPAN_MILLISECOND)

#define FORMAT_VERSION 1
#define KEY_VERSION "version"
#define KEY_DEFAULT "default"
#define GROUP_PREFIX "destination "
#define KEY_NAME "name"
#define KEY_TYPE "type"
#define KEY_URL "url"
#define KEY_KEY_PREFIX "key-prefix"
#define KEY_CA_FILE "ca-file"
#define KEY_CONCURRENCY "concurrency"

static char *
dup_group (const char *id)
{
  return g_strconcat (GROUP_PREFIX, id, NULL);
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

static char *
get_string (GKeyFile *key_file, const char *group, const char *key)
{
  g_autofree char *value = g_key_file_get_string (key_file, group, key, NULL);

  return value != NULL && *value != '\0' ? g_steal_pointer (&value) : NULL;
}

static HoistDestination *
parse_destination (GKeyFile *key_file, const char *group, const char *id, GError **error)
{
  g_autofree char *name = get_string (key_file, group, KEY_NAME);
  g_autofree char *type = get_string (key_file, group, KEY_TYPE);
  g_autofree char *url = get_string (key_file, group, KEY_URL);
  g_autofree char *key_prefix = get_string (key_file, group, KEY_KEY_PREFIX);
  g_autofree char *ca_file = get_string (key_file, group, KEY_CA_FILE);
  g_autofree char *concurrency = get_string (key_file, group, KEY_CONCURRENCY);
  guint64 parts = 0;

  if (!hoist_destination_check_id (id))
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Its id must be of lower-case letters, digits and dashes."));
      return NULL;
    }
  if (concurrency != NULL && !g_ascii_string_to_unsigned (
                               concurrency, 10, 0, HOIST_DESTINATION_MAX_CONCURRENCY, &parts, NULL))
    /* Is refused below. */
    parts = HOIST_DESTINATION_MAX_CONCURRENCY + 1;

  g_autoptr (HoistDestination) destination = hoist_destination_new (id);

  hoist_destination_set_name (destination, name);
  if (type != NULL)
    hoist_destination_set_provider_type (destination, type);
  hoist_destination_set_url (destination, url);
  hoist_destination_set_key_prefix (destination, key_prefix);
  hoist_destination_set_ca_file (destination, ca_file);
  hoist_destination_set_concurrency (destination, (guint) parts);
  for (guint i = 0; hoist_destination_settings_get_name (i) != NULL; i++)
    {
      g_autofree char *value =
        get_string (key_file, group, hoist_destination_settings_get_name (i));

      hoist_destination_set_setting (destination, hoist_destination_settings_get_name (i), value);
    }

  if (!hoist_destination_check (destination, error))
    return NULL;
  return g_steal_pointer (&destination);
}

static void
parse_destinations (HoistDestinationFile *self, const char *path)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->key_file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!g_str_has_prefix (groups[i], GROUP_PREFIX))
        continue;

      const char *id = groups[i] + strlen (GROUP_PREFIX);
      HoistDestination *destination = parse_destination (self->key_file, groups[i], id, &error);

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

/* Fills @data; returns how many bytes, or -1 with errno set. */
static gssize
read_fd (int fd, char *data, gsize max_bytes)
{
  struct stat status;
  gsize length = 0;

  if (fstat (fd, &status) < 0)
    return -1;
  if (!S_ISREG (status.st_mode))
    {
      errno = EINVAL;
      return -1;
    }
  while (length < max_bytes)
    {
      gssize n = read (fd, data + length, max_bytes - length);

      if (n == 0)
        break;
      if (n < 0 && errno != EINTR)
        return -1;
      length += MAX (n, 0);
    }
  return (gssize) length;
}

/* The text of the file; empty when there is no file. */
static char *
read_text (const char *path, GError **error)
{
  /* Not waiting: somebody may have put a FIFO here. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 && errno == ENOENT)
    return g_strdup ("");

  g_autofree char *data = g_malloc (MAX_FILE_BYTES + 1);
  gssize length = fd < 0 ? -1 : read_fd (fd, data, MAX_FILE_BYTES + 1);
  int errno_value = errno;

  if (fd >= 0)
    close (fd);
  if (length < 0)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
                   /* Translators: a file’s path, and the system’s reason. */
                   _ ("The destinations in %s cannot be read: %s."), path,
                      g_strerror (errno_value));
      return NULL;
    }
  if (length > MAX_FILE_BYTES || memchr (data, '\0', (gsize) length) != NULL)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
                   /* Translators: %s is a file’s path. */
                   _ ("%s is not a file of destinations. Move it away, or restore it from a "
                      "backup."),
                      path);
      return NULL;
    }
  data[length] = '\0';
  return g_steal_pointer (&data);
}

static gboolean
check_version (GKeyFile *key_file, const char *path, GError **error)
{
  g_autofree char *text = get_string (key_file, HOIST_DESTINATION_FILE_GROUP, KEY_VERSION);
  guint64 version = FORMAT_VERSION;

  if (text == NULL || g_ascii_string_to_unsigned (text, 10, 1, FORMAT_VERSION, &version, NULL))
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
               /* Translators: %s is a file’s path. */
               _ ("%s was written by a newer version of Hoist. Use that one."), path);
  return FALSE;
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
 * @error: (out) (optional): why nothing can be used
 *
 * Reads the file. One that is not there is an empty one. A destination that
 * cannot be used is left out and said in `problem`; its group stays in the file.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED when it cannot be read, is no keyfile, is
 * larger than 1 MiB or of a newer version.
 *
 * Returns: (transfer full) (nullable): what is in it
 */
HoistDestinationFile *
hoist_destination_file_read (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  g_autofree char *text = read_text (path, error);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) parse_error = NULL;

  if (text == NULL)
    return NULL;
  if (!g_key_file_load_from_data (key_file, text, strlen (text), G_KEY_FILE_KEEP_COMMENTS,
                                  &parse_error))
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
                   /* Translators: a file’s path, and what the parser says. */
                   _ ("The destinations in %s cannot be read: %s. Correct the file, or move it "
                      "away."),
                      path, parse_error->message);
      return NULL;
    }
  if (!check_version (key_file, path, error))
    return NULL;

  HoistDestinationFile *self = g_new0 (HoistDestinationFile, 1);

  self->key_file = g_steal_pointer (&key_file);
  self->destinations = g_ptr_array_new_with_free_func (g_object_unref);
  self->default_id = get_string (self->key_file, HOIST_DESTINATION_FILE_GROUP, KEY_DEFAULT);
  parse_destinations (self, path);
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
  g_key_file_set_integer (self->key_file, HOIST_DESTINATION_FILE_GROUP, KEY_VERSION,
                          FORMAT_VERSION);

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
  g_clear_error (&self->problem);
  g_free (self);
}

static void
set_string (GKeyFile *key_file, const char *group, const char *key, const char *value)
{
  if (value != NULL && *value != '\0')
    g_key_file_set_string (key_file, group, key, value);
  else
    g_key_file_remove_key (key_file, group, key, NULL);
}

/* Writes what is known of it; keys that are not ours stay. */
static void
set_group (GKeyFile *key_file, HoistDestination *destination)
{
  g_autofree char *group = dup_group (hoist_destination_get_id (destination));
  guint concurrency = hoist_destination_get_concurrency (destination);
  g_autofree char *parts = concurrency > 0 ? g_strdup_printf ("%u", concurrency) : NULL;

  set_string (key_file, group, KEY_NAME, hoist_destination_get_name (destination));
  set_string (key_file, group, KEY_TYPE, hoist_destination_get_provider_type (destination));
  set_string (key_file, group, KEY_URL, hoist_destination_get_url (destination));
  set_string (key_file, group, KEY_KEY_PREFIX, hoist_destination_get_key_prefix (destination));
  set_string (key_file, group, KEY_CA_FILE, hoist_destination_get_ca_file (destination));
  set_string (key_file, group, KEY_CONCURRENCY, parts);
  for (guint i = 0; hoist_destination_settings_get_name (i) != NULL; i++)
    set_string (key_file, group, hoist_destination_settings_get_name (i),
                hoist_destination_get_setting (destination,
                                               hoist_destination_settings_get_name (i)));
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

      if (!g_key_file_has_group (self->key_file, group))
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
  set_group (self->key_file, added);
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

  if (stored == NULL || !hoist_destination_check (destination, error) ||
      !check_new_name (self, destination, error))
    return FALSE;
  hoist_destination_assign (stored, destination);
  set_group (self->key_file, stored);
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

  g_autofree char *group = dup_group (id);

  g_key_file_remove_group (self->key_file, group, NULL);
  g_ptr_array_remove (self->destinations, destination);
  if (g_strcmp0 (self->default_id, id) == 0)
    {
      g_clear_pointer (&self->default_id, g_free);
      g_key_file_remove_key (self->key_file, HOIST_DESTINATION_FILE_GROUP, KEY_DEFAULT, NULL);
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

  g_free (self->default_id);
  self->default_id = g_strdup (id);
  g_key_file_set_string (self->key_file, HOIST_DESTINATION_FILE_GROUP, KEY_DEFAULT, id);
  return TRUE;
}
