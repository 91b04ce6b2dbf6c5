/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of destinations, whoever wrote them: a person, an administrator, another computer. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-destination-file-private.h"
#include "hoist-error.h"

#define MAX_FILE_BYTES (1 << 20)

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
  g_autofree char *text = g_key_file_get_string (key_file, HOIST_DESTINATION_FILE_GROUP,
                                                 HOIST_DESTINATION_FILE_KEY_VERSION, NULL);
  guint64 version = HOIST_DESTINATION_FILE_VERSION;

  if (text == NULL ||
      g_ascii_string_to_unsigned (text, 10, 1, HOIST_DESTINATION_FILE_VERSION, &version, NULL))
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED,
               /* Translators: %s is a file’s path. */
               _ ("%s was written by a newer version of Hoist. Use that one."), path);
  return FALSE;
}

/**
 * hoist_destination_key_file_read: (skip)
 * @path: a file
 * @error: (out) (optional): why it cannot be used
 *
 * Reads a file of destinations. One that is not there is an empty one.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED when it cannot be read, is no keyfile, is
 * larger than 1 MiB or of a newer version.
 *
 * Returns: (transfer full) (nullable): what is in it
 */
GKeyFile *
hoist_destination_key_file_read (const char *path, GError **error)
{
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
  return check_version (key_file, path, error) ? g_steal_pointer (&key_file) : NULL;
}
