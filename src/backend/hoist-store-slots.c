/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-slots.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-store-files.h"

#define SIZE_NAME "slots"
#define NOTE_SUFFIX ".slot"
#define NUMBER_BYTES 5

/* The largest file of ext4 with blocks of 1 KiB; other file systems take longer ones. */
#define MAX_DATA_BYTES (G_GUINT64_CONSTANT (4) << 40)

/**
 * hoist_store_part_get_name:
 * @part_number: 1 to 10,000
 * @is_in_slot: whether the name of the note is wanted, or that of the part's own file
 * @name: (out): room for HOIST_STORE_PART_NAME_BYTES
 *
 * Makes the name by which a part is found.
 */
void
hoist_store_part_get_name (guint part_number, gboolean is_in_slot, char *name)
{
  g_snprintf (name, HOIST_STORE_PART_NAME_BYTES, "%05u%s", part_number,
              is_in_slot ? NOTE_SUFFIX : "");
}

/**
 * hoist_store_part_get_number:
 * @name: the name of a file in an upload's folder
 *
 * Tells which part a name is of.
 *
 * Returns: the part's number; 0: it is of none
 */
guint
hoist_store_part_get_number (const char *name)
{
  g_autofree char *digits = g_strndup (name, NUMBER_BYTES);
  guint64 value;

  if (strlen (name) < NUMBER_BYTES ||
      (name[NUMBER_BYTES] != '\0' && strcmp (name + NUMBER_BYTES, NOTE_SUFFIX) != 0) ||
      !g_ascii_string_to_unsigned (digits, 10, 1, HOIST_STORE_MAX_PARTS, &value, NULL))
    return 0;
  return (guint) value;
}

/* Returns: 0 where there are no slots. */
static guint64
read_slot_bytes (int folder_fd)
{
  char text[32];
  gssize length = readlinkat (folder_fd, SIZE_NAME, text, sizeof text - 1);
  guint64 value;

  if (length <= 0)
    return 0;
  text[length] = '\0';
  return g_ascii_string_to_unsigned (text, 10, HOIST_STORE_MIN_PART_BYTES,
                                     HOIST_STORE_MAX_PUT_BYTES, &value, NULL)
           ? value
           : 0;
}

/* A link is made with its text in one step, and only by the first who tries. */
static guint64
ensure_slot_bytes (int folder_fd, guint64 part_bytes)
{
  guint64 slot_bytes = read_slot_bytes (folder_fd);
  char text[32];

  if (slot_bytes > 0 || part_bytes < HOIST_STORE_MIN_PART_BYTES)
    return slot_bytes;
  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, part_bytes);
  if (symlinkat (text, folder_fd, SIZE_NAME) != 0 && errno != EEXIST)
    return 0;
  return read_slot_bytes (folder_fd);
}

static gboolean
is_there (int folder_fd, guint part_number)
{
  char name[HOIST_STORE_PART_NAME_BYTES];
  struct stat info;

  for (guint is_in_slot = 0; is_in_slot < 2; is_in_slot++)
    {
      hoist_store_part_get_name (part_number, is_in_slot, name);
      if (fstatat (folder_fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT)
        return TRUE;
    }
  return FALSE;
}

/**
 * hoist_store_slot_open:
 * @tree: the store's tree
 * @call: UploadPart
 *
 * Opens the place where a part belongs in the object, if it can be written
 * there: no part of its number is there yet, nobody is writing one, the upload
 * is not being completed, and it fits.
 *
 * Returns: (transfer full) (nullable): the place; null: the part needs a file of
 *   its own
 */
HoistStoreTemp *
hoist_store_slot_open (HoistStoreTree *tree, const HoistStoreCall *call)
{
  g_auto (HoistStoreFd) folder_fd = hoist_store_open_folder (tree->uploads_fd, call->upload_id);
  g_auto (HoistStoreFd) data_fd = -1;
  g_autofree char *claim = g_strdup_printf ("%s/%05u", call->upload_id, call->part_number);
  guint64 slot_bytes = folder_fd >= 0 ? ensure_slot_bytes (folder_fd, call->length_bytes) : 0;

  if (slot_bytes == 0 || call->length_bytes > slot_bytes ||
      slot_bytes * call->part_number > MAX_DATA_BYTES ||
      !hoist_store_tree_try_claim (tree, claim, call->upload_id))
    return NULL;
  if (!is_there (folder_fd, call->part_number))
    data_fd =
      openat (folder_fd, HOIST_STORE_DATA_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (data_fd < 0)
    {
      hoist_store_tree_release (tree, claim);
      return NULL;
    }
  return hoist_store_temp_new_range (tree, hoist_store_fd_steal (&data_fd),
                                     slot_bytes * (call->part_number - 1),
                                     g_steal_pointer (&claim));
}

/**
 * hoist_store_slot_open_data:
 * @folder_fd: an upload's folder
 * @part_number: the number of a part that is in its slot
 * @offset_bytes: (out): where the part begins
 *
 * Opens the slots.
 *
 * Returns: a new descriptor, or -1
 */
int
hoist_store_slot_open_data (int folder_fd, guint part_number, guint64 *offset_bytes)
{
  *offset_bytes = read_slot_bytes (folder_fd) * (part_number - 1);
  return openat (folder_fd, HOIST_STORE_DATA_NAME, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
}
