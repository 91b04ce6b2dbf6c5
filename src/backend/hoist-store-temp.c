/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-temp.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-store-faults.h"
#include "hoist-store-files.h"
#include "hoist-store-keys.h"

/* The disk begins to write while more still comes, so that the fsync at the end is short. */
#define WRITE_BACK_BYTES (8 << 20)

#define COPY_BUFFER_BYTES (256 << 10)
#define MAX_COPY_BYTES (1 << 30)

struct _HoistStoreTemp
{
  HoistStoreTree *tree; /* (owned) */
  char *name;           /* (owned) (nullable) null once it is placed, and of a range */
  char *claim;          /* (owned) (nullable) of a range: claimed from the tree */
  int fd;               /* (owned) */
  guint64 offset_bytes; /* of a range */
  guint64 length_bytes;
  guint64 written_back_bytes; /* given to the disk already */
};

/**
 * hoist_store_temp_new:
 * @tree: the store's tree
 * @fault: (out): a failure
 *
 * Makes an empty file.
 *
 * Returns: (transfer full) (nullable): the file
 */
HoistStoreTemp *
hoist_store_temp_new (HoistStoreTree *tree, HoistS3Fault **fault)
{
  g_autofree char *name = hoist_store_new_name ();
  int fd = openat (tree->tmp_fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  HoistStoreTemp *temp;

  if (fd < 0)
    {
      *fault = hoist_store_fault_from_errno (errno, "Making the object's file");
      return NULL;
    }
  temp = g_new0 (HoistStoreTemp, 1);
  temp->tree = hoist_store_tree_ref (tree);
  temp->name = g_steal_pointer (&name);
  temp->fd = fd;
  return temp;
}

/**
 * hoist_store_temp_new_range:
 * @tree: the store's tree
 * @fd: (transfer full): a file
 * @offset_bytes: where in it the range begins
 * @claim: (transfer full): what was claimed from @tree for the range
 *
 * Makes a range of a file to write to. Nothing else may be written there until
 * it is freed, which gives @claim back.
 *
 * Returns: (transfer full): the range
 */
HoistStoreTemp *
hoist_store_temp_new_range (HoistStoreTree *tree, int fd, guint64 offset_bytes, char *claim)
{
  HoistStoreTemp *temp = g_new0 (HoistStoreTemp, 1);

  temp->tree = hoist_store_tree_ref (tree);
  temp->claim = claim;
  temp->fd = fd;
  temp->offset_bytes = offset_bytes;
  return temp;
}

/**
 * hoist_store_temp_is_range:
 * @temp: a file, or a range
 *
 * Tells what it is.
 *
 * Returns: whether it is a range of a file
 */
gboolean
hoist_store_temp_is_range (const HoistStoreTemp *temp)
{
  return temp->claim != NULL;
}

/**
 * hoist_store_temp_free:
 * @temp: (transfer full): a file
 *
 * Closes the file, and removes it if it was not placed. Removing a long one
 * blocks.
 */
void
hoist_store_temp_free (HoistStoreTemp *temp)
{
  if (temp->name != NULL)
    unlinkat (temp->tree->tmp_fd, temp->name, 0);
  g_close (temp->fd, NULL);
  if (temp->claim != NULL)
    hoist_store_tree_release (temp->tree, temp->claim);
  g_free (temp->claim);
  hoist_store_tree_unref (temp->tree);
  g_free (temp->name);
  g_free (temp);
}

static void
write_back (HoistStoreTemp *temp)
{
  guint64 length_bytes = temp->length_bytes - temp->written_back_bytes;

  if (length_bytes < WRITE_BACK_BYTES)
    return;
  sync_file_range (temp->fd, (off64_t) (temp->offset_bytes + temp->written_back_bytes),
                   (off64_t) length_bytes, SYNC_FILE_RANGE_WRITE);
  temp->written_back_bytes = temp->length_bytes;
}

/**
 * hoist_store_temp_write:
 * @temp: a file
 * @data: bytes
 * @length: how many
 *
 * Puts bytes at its end.
 *
 * Returns: (transfer full) (nullable): a failure
 */
HoistS3Fault *
hoist_store_temp_write (HoistStoreTemp *temp, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      off_t offset = (off_t) (temp->offset_bytes + temp->length_bytes);
      gssize written = pwrite (temp->fd, data, length, offset);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return hoist_store_fault_from_errno (written < 0 ? errno : EIO, "Writing the object");
      data += written;
      length -= (gsize) written;
      temp->length_bytes += (guint64) written;
    }
  write_back (temp);
  return NULL;
}

/* For file systems that copy_file_range(2) cannot serve. */
static HoistS3Fault *
append_by_hand (HoistStoreTemp *temp, int fd, guint64 offset_bytes, guint64 end_bytes)
{
  g_autofree guint8 *buffer = g_malloc (COPY_BUFFER_BYTES);

  while (offset_bytes < end_bytes)
    {
      gsize wanted = MIN (COPY_BUFFER_BYTES, end_bytes - offset_bytes);
      gssize got = pread (fd, buffer, wanted, (off_t) offset_bytes);
      HoistS3Fault *fault;

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return hoist_store_fault_from_errno (got < 0 ? errno : EIO, "Reading a part");
      fault = hoist_store_temp_write (temp, buffer, (gsize) got);
      if (fault != NULL)
        return fault;
      offset_bytes += (guint64) got;
    }
  return NULL;
}

/**
 * hoist_store_temp_append:
 * @temp: a file
 * @fd: another file
 * @offset_bytes: where in it the wanted bytes begin
 * @length_bytes: how many they are
 *
 * Puts bytes of another file at its end. They stay in the kernel, and where the
 * file system can share them they are not even copied.
 *
 * Returns: (transfer full) (nullable): a failure
 */
HoistS3Fault *
hoist_store_temp_append (HoistStoreTemp *temp, int fd, guint64 offset_bytes, guint64 length_bytes)
{
  guint64 end_bytes = offset_bytes + length_bytes;
  loff_t from = (loff_t) offset_bytes;

  while ((guint64) from < end_bytes)
    {
      loff_t to = (loff_t) (temp->offset_bytes + temp->length_bytes);
      gsize wanted = MIN (MAX_COPY_BYTES, end_bytes - (guint64) from);
      gssize copied = copy_file_range (fd, &from, temp->fd, &to, wanted, 0);

      if (copied < 0 && errno == EINTR)
        continue;
      if (copied < 0 && errno != ENOSPC && errno != EDQUOT && errno != EIO)
        return append_by_hand (temp, fd, (guint64) from, end_bytes);
      if (copied <= 0)
        return hoist_store_fault_from_errno (copied < 0 ? errno : EIO, "Joining the parts");
      temp->length_bytes += (guint64) copied;
      write_back (temp);
    }
  return NULL;
}

/**
 * hoist_store_temp_resize:
 * @temp: a file
 * @length_bytes: how long it shall be
 *
 * Gives an empty file a length without giving it bytes.
 *
 * Returns: (transfer full) (nullable): a failure
 */
HoistS3Fault *
hoist_store_temp_resize (HoistStoreTemp *temp, guint64 length_bytes)
{
  return ftruncate (temp->fd, (off_t) length_bytes) == 0
           ? NULL
           : hoist_store_fault_from_errno (errno, "Noting the part's size");
}

/**
 * hoist_store_temp_sync:
 * @temp: a file, or a range
 *
 * Waits until its bytes are on the disk.
 *
 * Returns: (transfer full) (nullable): a failure
 */
HoistS3Fault *
hoist_store_temp_sync (HoistStoreTemp *temp)
{
  return fsync (temp->fd) == 0
           ? NULL
           : hoist_store_fault_from_errno (errno, "Writing the object to the disk");
}

/**
 * hoist_store_temp_seal:
 * @temp: a complete file
 * @meta: what to keep about it
 *
 * Waits until the file is on the disk with all that is kept about it.
 *
 * Returns: (transfer full) (nullable): a failure
 */
HoistS3Fault *
hoist_store_temp_seal (HoistStoreTemp *temp, const HoistStoreMeta *meta)
{
  HoistS3Fault *fault = hoist_store_meta_save (meta, temp->tree, temp->fd);

  return fault != NULL ? fault : hoist_store_temp_sync (temp);
}

/**
 * hoist_store_temp_place:
 * @temp: a sealed file
 * @key: the key under which it shall be found
 * @exclusive: whether an object that is there already is an error
 *
 * Makes it an object: see hoist_store_key_place().
 *
 * Returns: (transfer full) (nullable): a failure
 */
HoistS3Fault *
hoist_store_temp_place (HoistStoreTemp *temp, const char *key, gboolean exclusive)
{
  HoistS3Fault *fault =
    hoist_store_key_place (temp->tree, temp->tree->tmp_fd, temp->name, key, exclusive);

  if (fault == NULL)
    g_clear_pointer (&temp->name, g_free);
  return fault;
}

/**
 * hoist_store_temp_place_at:
 * @temp: a sealed file
 * @at_fd: a folder below `.hoist`
 * @name: the name that it shall have there
 *
 * Gives it a name, in place of a file that has it, and waits until that is on
 * the disk.
 *
 * Returns: 0, or an `errno` value
 */
int
hoist_store_temp_place_at (HoistStoreTemp *temp, int at_fd, const char *name)
{
  hoist_store_tree_forget (temp->tree, at_fd, name);
  if (renameat (temp->tree->tmp_fd, temp->name, at_fd, name) != 0)
    return errno;
  g_clear_pointer (&temp->name, g_free);
  return fsync (at_fd) == 0 ? 0 : errno;
}
