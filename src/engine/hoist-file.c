/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-document.h"

/* Larger buffers leave the second-level cache and hash more slowly. */
#define HASH_BUFFER_BYTES (64 * 1024)

static const char *
get_missing_format (const char *path)
{
  switch (hoist_document_why_unseen (path))
    {
    case HOIST_UNSEEN_LENT:
      /* Translators: %s is a file's name */
      return _ ("“%s” was lent to Hoist until you logged out. Choose it again, and the upload goes "
                "on where it was.");
    case HOIST_UNSEEN_OUTSIDE:
      /* Translators: %s is a file's name */
      return _ ("Hoist cannot see “%s” from inside its Flatpak. Choose it, and it may be read.");
    case HOIST_UNSEEN_NOT_LENT:
      /* Translators: %s is a file's name; FUSE is a part of Linux */
      return _ ("Hoist cannot see “%s” from inside its Flatpak, and this computer cannot lend it "
                "files: FUSE is missing. Install it, or let Hoist read your files.");
    case HOIST_UNSEEN_GONE:
    default:
      /* Translators: %s is a file's name */
      return _ ("“%s” is no longer there. If it was moved, locate it; its contents are compared.");
    }
}

static void
set_errno_error (GError **error, int saved_errno, const char *path)
{
  HoistError code = hoist_error_from_errno (saved_errno);
  g_autofree char *display_name = g_filename_display_basename (path);

  if (code == HOIST_ERROR_FILE_MISSING)
    g_set_error (error, HOIST_ERROR, code, get_missing_format (path), display_name);
  else if (saved_errno == EACCES || saved_errno == EPERM)
    g_set_error (error, HOIST_ERROR, HOIST_ERROR_FILE_UNREADABLE,
                 /* Translators: %s is a file's name */
                 _ ("You may not read “%s”. Give yourself the permission to read it, then retry."),
                    display_name);
  else
    g_set_error (error, HOIST_ERROR, HOIST_ERROR_FILE_UNREADABLE,
                 /* Translators: the first %s is a file's name, the second the system's reason */
                 _ ("“%s” cannot be read: %s"), display_name, g_strerror (saved_errno));
}

static const char *
describe_kind (mode_t mode)
{
  if (S_ISFIFO (mode))
    return _ ("a pipe");
  if (S_ISSOCK (mode))
    return _ ("a socket");
  if (S_ISDIR (mode))
    return _ ("a folder");
  return _ ("a device");
}

static gboolean
check_kind (const struct stat *st, const char *display_name, GError **error)
{
  if (S_ISREG (st->st_mode))
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_FILE_UNSUITABLE,
               /* Translators: the first %s is a file's name, the second «a pipe», «a device» … */
               _ ("“%s” is %s, not a file: it was left out."), display_name,
                  describe_kind (st->st_mode));
  return FALSE;
}

static void
identity_from_stat (HoistFileIdentity *identity, const struct stat *st)
{
  identity->device = st->st_dev;
  identity->inode = st->st_ino;
  identity->size_bytes = (guint64) st->st_size;
  identity->mtime_ns = (gint64) st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
  identity->ctime_ns = (gint64) st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
}

/**
 * hoist_file_identify:
 * @path: a path in the file system's encoding
 * @identity: (out): what stands there
 *
 * Looks at a file without opening it. May block: runs on a worker.
 *
 * Errors: as [func@hoist_file_open].
 *
 * Returns: whether @path is a regular file
 */
gboolean
hoist_file_identify (const char *path, HoistFileIdentity *identity, GError **error)
{
  g_autofree char *display_name = g_filename_display_basename (path);
  struct stat st;

  if (stat (path, &st) != 0)
    {
      set_errno_error (error, errno, path);
      return FALSE;
    }
  if (!check_kind (&st, display_name, error))
    return FALSE;
  identity_from_stat (identity, &st);
  return TRUE;
}

/**
 * hoist_file_open:
 * @path: a path in the file system's encoding
 *
 * Opens a file and notes what it is. May block: runs on a worker. A pipe or a
 * device is refused without waiting for its other end.
 *
 * Errors: %HOIST_ERROR_FILE_MISSING, %HOIST_ERROR_FILE_UNREADABLE,
 * %HOIST_ERROR_FILE_UNSUITABLE.
 *
 * Returns: (transfer full): the open file
 */
HoistFile *
hoist_file_open (const char *path, GError **error)
{
  g_autofree char *display_name = g_filename_display_basename (path);
  HoistFile *self;
  struct stat st;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0 || fstat (fd, &st) != 0)
    {
      /* A socket answers open(2) with ENXIO; say what it is instead. */
      if (errno != ENXIO || stat (path, &st) != 0 || check_kind (&st, display_name, error))
        set_errno_error (error, errno, path);
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  if (!check_kind (&st, display_name, error))
    {
      close (fd);
      return NULL;
    }

  self = g_new0 (HoistFile, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->fd = fd;
  self->display_name = g_steal_pointer (&display_name);
  identity_from_stat (&self->identity, &st);
  self->cache = hoist_file_cache_new (fd, self->identity.size_bytes);
  return self;
}

/**
 * hoist_file_is_deleted:
 * @self: an open file
 *
 * Returns: whether it has no name any more, so that it is gone once it is closed
 */
gboolean
hoist_file_is_deleted (HoistFile *self)
{
  struct stat st;

  return fstat (self->fd, &st) == 0 && st.st_nlink == 0;
}

/**
 * hoist_file_ref:
 * @self: an open file
 *
 * Returns: (transfer full): @self
 */
HoistFile *
hoist_file_ref (HoistFile *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * hoist_file_unref:
 * @self: (transfer full): an open file
 *
 * Closes the file with its last reference.
 */
void
hoist_file_unref (HoistFile *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  hoist_file_cache_free (self->cache);
  close (self->fd);
  g_free (self->display_name);
  g_free (self);
}

/**
 * hoist_file_check_unchanged:
 * @self: an open file
 *
 * Compares the file with what it was when it was opened. The change time is
 * compared too: a program can set the modification time back, but not that one.
 * A rename or chmod moves it as well, so that a difference is a question and
 * not yet a verdict: [func@hoist_file_check] answers it by the digests.
 *
 * Errors: %HOIST_ERROR_FILE_CHANGED, %HOIST_ERROR_FILE_UNREADABLE.
 *
 * Returns: whether it is still the same
 */
gboolean
hoist_file_check_unchanged (HoistFile *self, GError **error)
{
  HoistFileIdentity now;
  struct stat st;

  if (fstat (self->fd, &st) != 0)
    {
      set_errno_error (error, errno, self->display_name);
      return FALSE;
    }
  identity_from_stat (&now, &st);
  if (hoist_file_identity_equal (&self->identity, &now) && self->identity.ctime_ns == now.ctime_ns)
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED,
               /* Translators: %s is a file's name */
               _ ("“%s” changed while it was being sent. Retry sends it anew, as it is then."),
                  self->display_name);
  return FALSE;
}

/**
 * hoist_file_hash:
 * @self: an open file
 * @kind: which digest
 * @offset_bytes: where to begin
 * @length_bytes: how much to read
 * @cancellable: (nullable): ends it early
 * @digest: (out): the digest, of the length of @kind
 *
 * Hashes a range, and checks the file before and after. Blocks: runs on a worker.
 *
 * Errors: %HOIST_ERROR_FILE_CHANGED, %HOIST_ERROR_FILE_UNREADABLE,
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether @digest was set
 */
gboolean
hoist_file_hash (HoistFile *self,
                 HoistDigestKind kind,
                 guint64 offset_bytes,
                 guint64 length_bytes,
                 GCancellable *cancellable,
                 guint8 *digest,
                 GError **error)
{
  return hoist_file_hash_twice (self, kind, offset_bytes, length_bytes, NULL, cancellable, digest,
                                error);
}

/* Returns how much was read, 0 at the end of the file, or -1 with @error. */
static gssize
read_some (HoistFile *self,
           guint8 *buffer,
           gsize length,
           guint64 offset_bytes,
           GCancellable *cancellable,
           GError **error)
{
  ssize_t n;

  do
    n = pread (self->fd, buffer, length, (off_t) offset_bytes);
  while (n < 0 && errno == EINTR && !g_cancellable_is_cancelled (cancellable));
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (n < 0)
    set_errno_error (error, errno, self->display_name);
  return n;
}

/* Feeds a range to one or two digests, piece by piece, so that the second one
 * finds it in the processor's cache. */
static gboolean
feed (HoistFile *self,
      guint64 offset_bytes,
      guint64 length_bytes,
      HoistDigest *first,
      HoistDigest *second,
      GCancellable *cancellable,
      GError **error)
{
  g_autofree guint8 *buffer = g_malloc (HASH_BUFFER_BYTES);

  while (length_bytes > 0)
    {
      gssize n = read_some (self, buffer, MIN (length_bytes, HASH_BUFFER_BYTES), offset_bytes,
                            cancellable, error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      if (first != NULL && second != NULL)
        hoist_digest_update_both (first, second, buffer, (gsize) n);
      else
        hoist_digest_update (first != NULL ? first : second, buffer, (gsize) n);
      offset_bytes += (guint64) n;
      length_bytes -= (guint64) n;
    }
  return TRUE;
}

/* As feed() into one digest, of a range that is no longer than the buffer: what fits into it
 * needs no state between its pieces, which costs as much as hashing some KiB. */
static gboolean
hash_short (HoistFile *self,
            HoistDigestKind kind,
            guint64 offset_bytes,
            gsize length,
            GCancellable *cancellable,
            guint8 *digest,
            GError **error)
{
  g_autofree guint8 *buffer = g_malloc (HASH_BUFFER_BYTES);
  gsize done = 0;
  gssize n = 1;

  while (done < length && n > 0)
    {
      n = read_some (self, buffer + done, length - done, offset_bytes + done, cancellable, error);
      if (n < 0)
        return FALSE;
      done += (gsize) n;
    }
  hoist_digest_data (kind, buffer, done, digest);
  return TRUE;
}

/**
 * hoist_file_hash_twice:
 * @self: an open file
 * @kind: which digest
 * @offset_bytes: where to begin
 * @length_bytes: how much to read
 * @also: (nullable): a further digest that gets the same bytes
 * @cancellable: (nullable): ends it early
 * @digest: (out): the digest, of the length of @kind
 *
 * As [func@hoist_file_hash], and feeds a second digest in the same pass. When it
 * fails, what @also got does not count. Afterwards the range is in memory, so that who
 * sends it does not wait for the disk, also where there is nothing to hash.
 *
 * Errors: as [func@hoist_file_hash].
 *
 * Returns: whether @digest was set and @also got all of the range
 */
gboolean
hoist_file_hash_twice (HoistFile *self,
                       HoistDigestKind kind,
                       guint64 offset_bytes,
                       guint64 length_bytes,
                       HoistDigest *also,
                       GCancellable *cancellable,
                       guint8 *digest,
                       GError **error)
{
  g_autoptr (HoistDigest) state = NULL;

  if (!hoist_file_check_unchanged (self, error))
    return FALSE;
  if (kind == HOIST_DIGEST_NONE && also == NULL)
    return hoist_file_cache_fetch (self->cache, offset_bytes, length_bytes, cancellable, error);
  hoist_file_cache_note (self->cache, offset_bytes, length_bytes);
  if (also == NULL && length_bytes <= HASH_BUFFER_BYTES)
    return hash_short (self, kind, offset_bytes, (gsize) length_bytes, cancellable, digest,
                       error) &&
           hoist_file_check_unchanged (self, error);
  if (kind != HOIST_DIGEST_NONE)
    state = hoist_digest_new (kind);
  if (!feed (self, offset_bytes, length_bytes, state, also, cancellable, error))
    return FALSE;
  if (state != NULL)
    hoist_digest_finish (state, digest);
  return hoist_file_check_unchanged (self, error);
}

/**
 * hoist_file_let_go:
 * @self: an open file
 * @offset_bytes: where to begin
 * @length_bytes: how much is not needed any more
 *
 * Lets go of what was read of a range, but for what was in memory before. May block: runs on a worker.
 */
void
hoist_file_let_go (HoistFile *self, guint64 offset_bytes, guint64 length_bytes)
{
  hoist_file_cache_let_go (self->cache, offset_bytes, length_bytes);
}
