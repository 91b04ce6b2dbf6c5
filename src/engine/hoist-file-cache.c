/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-file-cache.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Whoever sends 200 GB would push all that others have in memory out of it, for pages that
 * nobody wants again. So what was read is let go of once it was delivered: but only what was not in
 * memory before, so that a file that somebody works with stays as fast as it was.
 *
 * It is asked by mincore(2) on a mapping that is never touched, so that a file that shrinks
 * is no danger. Linux tells that only to who may write a file; for others all counts as having been
 * in memory. cachestat(2) would do without the mapping, but sees nothing through overlayfs. */

#define BLOCK_BYTES (1 << 20)
#define PIECE_BYTES (64 << 10)
#define PIECES (BLOCK_BYTES / PIECE_BYTES)
#define ALL_PIECES ((1U << PIECES) - 1)
/* So far behind it is looked after what was delivered. */
#define KEPT_BLOCKS 128
#define MAX_BLOCKS (HOIST_FILE_CACHE_MAX_BYTES / BLOCK_BYTES)
/* The kernel reads ahead of us, 128 KiB by itself and 8 MiB twice over where somebody said so: what it
 * brings must have been looked at before. */
#define AHEAD_BYTES (32 * BLOCK_BYTES)
/* Looked at in one mapping. */
#define WINDOW_BLOCKS 32

struct _HoistFileCache
{
  int fd; /* borrowed */
  guint64 size_bytes;
  GMutex mutex; /* for all that follows */
  /* (owned) number of a block -> its pieces that were not in memory, and those that were delivered */
  GHashTable *blocks;
};

/**
 * hoist_file_cache_new:
 * @fd: an open file, which must outlive it
 * @size_bytes: its size
 *
 * Returns: (transfer full): what is known of how much of a file was in memory: nothing yet
 */
HoistFileCache *
hoist_file_cache_new (int fd, guint64 size_bytes)
{
  HoistFileCache *self = g_new0 (HoistFileCache, 1);

  self->fd = fd;
  self->size_bytes = size_bytes;
  g_mutex_init (&self->mutex);
  self->blocks = g_hash_table_new (NULL, NULL);
  return self;
}

/**
 * hoist_file_cache_free:
 * @self: (transfer full): what is known
 */
void
hoist_file_cache_free (HoistFileCache *self)
{
  g_hash_table_unref (self->blocks);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Sets a mask for each block: the pieces of which no page is in memory. */
static void
look (HoistFileCache *self, guint64 first_block, guint n_blocks, guint *masks)
{
  gsize page_bytes = (gsize) sysconf (_SC_PAGESIZE);
  guint64 start = first_block * BLOCK_BYTES;
  gsize length = (gsize) MIN (self->size_bytes - start, (guint64) n_blocks * BLOCK_BYTES);
  g_autofree guint8 *pages = g_malloc (length / page_bytes + 1);
  void *map = mmap (NULL, length, PROT_READ, MAP_SHARED, self->fd, (off_t) start);
  gboolean known = map != MAP_FAILED && mincore (map, length, pages) == 0;

  if (map != MAP_FAILED)
    munmap (map, length);
  memset (masks, 0, n_blocks * sizeof *masks);
  for (gsize offset = 0; known && offset < length; offset += PIECE_BYTES)
    {
      gboolean cold = TRUE;

      for (gsize at = offset; cold && at < MIN (offset + PIECE_BYTES, length); at += page_bytes)
        cold = (pages[at / page_bytes] & 1) == 0;
      if (cold)
        masks[offset / BLOCK_BYTES] |= 1U << (offset / PIECE_BYTES % PIECES);
    }
}

static gboolean
is_noted (HoistFileCache *self, guint64 block)
{
  return g_hash_table_contains (self->blocks, GSIZE_TO_POINTER (block));
}

/**
 * hoist_file_cache_note:
 * @self: what is known of a file
 * @offset_bytes: where to begin
 * @length_bytes: how much is about to be read
 *
 * Notes what of a range, and of what the kernel may read ahead of it, is in memory.
 * May block: runs on a worker. What was noted before stays.
 */
void
hoist_file_cache_note (HoistFileCache *self, guint64 offset_bytes, guint64 length_bytes)
{
  guint64 end = MIN (offset_bytes + length_bytes + AHEAD_BYTES, self->size_bytes);
  guint64 end_block = (end + BLOCK_BYTES - 1) / BLOCK_BYTES;
  guint masks[WINDOW_BLOCKS];
  guint64 block;

  g_mutex_lock (&self->mutex);
  block = offset_bytes / BLOCK_BYTES;
  while (block < end_block && g_hash_table_size (self->blocks) < MAX_BLOCKS)
    {
      guint n_blocks = 0;

      while (n_blocks < WINDOW_BLOCKS && block + n_blocks < end_block &&
             !is_noted (self, block + n_blocks))
        n_blocks++;
      if (n_blocks > 0)
        look (self, block, n_blocks, masks);
      for (guint i = 0; i < n_blocks; i++)
        g_hash_table_insert (self->blocks, GSIZE_TO_POINTER (block + i),
                             GUINT_TO_POINTER (masks[i]));
      block += MAX (n_blocks, 1);
    }
  g_mutex_unlock (&self->mutex);
}

/* Returns FALSE with @error. A file that cannot be read is found out by who sends it. */
static gboolean
read_piece (HoistFileCache *self,
            guint64 offset,
            guint8 *buffer,
            GCancellable *cancellable,
            GError **error)
{
  gsize done = 0;
  gssize n_read;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  while (done < PIECE_BYTES &&
         (n_read = pread (self->fd, buffer, PIECE_BYTES - done, (off_t) (offset + done))) > 0)
    done += (gsize) n_read;
  return TRUE;
}

/**
 * hoist_file_cache_fetch:
 * @self: what is known of a file
 * @offset_bytes: where to begin
 * @length_bytes: how much is about to be sent
 * @cancellable: (nullable): ends it early
 *
 * Brings a range into memory, as far as it is not there, so that sendfile(2) does not wait
 * for the disk in a thread that has other connections, too. Blocks: runs on a worker.
 *
 * Errors: %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether it was not cancelled
 */
gboolean
hoist_file_cache_fetch (HoistFileCache *self,
                        guint64 offset_bytes,
                        guint64 length_bytes,
                        GCancellable *cancellable,
                        GError **error)
{
  guint64 end = MIN (offset_bytes + length_bytes, self->size_bytes);
  g_autofree guint8 *buffer = NULL;
  guint masks[WINDOW_BLOCKS];

  hoist_file_cache_note (self, offset_bytes, length_bytes);
  for (guint64 start = offset_bytes / BLOCK_BYTES * BLOCK_BYTES; start < end;
       start += (guint64) WINDOW_BLOCKS * BLOCK_BYTES)
    {
      guint n_blocks =
        (guint) MIN ((end - start + BLOCK_BYTES - 1) / BLOCK_BYTES, (guint64) WINDOW_BLOCKS);

      look (self, start / BLOCK_BYTES, n_blocks, masks);
      for (guint i = 0; i < n_blocks * PIECES; i++)
        {
          if ((masks[i / PIECES] & 1U << (i % PIECES)) == 0)
            continue;
          if (buffer == NULL)
            buffer = g_malloc (PIECE_BYTES);
          if (!read_piece (self, start + (guint64) i * PIECE_BYTES, buffer, cancellable, error))
            return FALSE;
        }
    }
  return TRUE;
}

typedef struct
{
  guint64 start;
  guint64 end; /* 0 = nothing yet */
} Run;

static void
end_run (HoistFileCache *self, Run *run)
{
  if (run->end > 0)
    posix_fadvise (self->fd, (off_t) run->start, (off_t) (run->end - run->start),
                   POSIX_FADV_DONTNEED);
  run->end = 0;
}

/* In stretches that are as long as possible: the kernel has pages in large folios, and lets none go of
 * which it was only told a part. */
static void
let_go_of_pieces (HoistFileCache *self, guint64 block, guint mask, Run *run)
{
  for (guint i = 0; i < PIECES; i++)
    {
      guint64 start = block * BLOCK_BYTES + (guint64) i * PIECE_BYTES;

      if ((mask & 1U << i) == 0)
        continue;
      if (run->end != start || run->end == 0)
        {
          end_run (self, run);
          run->start = start;
        }
      run->end = start + PIECE_BYTES;
    }
}

static int
compare_blocks (gconstpointer a, gconstpointer b)
{
  gsize x = GPOINTER_TO_SIZE (*(const gpointer *) a);
  gsize y = GPOINTER_TO_SIZE (*(const gpointer *) b);

  return x < y ? -1 : x > y;
}

static GPtrArray *
sort_blocks (HoistFileCache *self)
{
  GPtrArray *blocks = g_ptr_array_sized_new (g_hash_table_size (self->blocks));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->blocks);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (blocks, key);
  g_ptr_array_sort (blocks, compare_blocks);
  return blocks;
}

static guint
get_delivered_pieces (HoistFileCache *self, guint64 block, guint64 start, guint64 end)
{
  guint pieces = 0;

  for (guint i = 0; i < PIECES; i++)
    {
      guint64 at = block * BLOCK_BYTES + (guint64) i * PIECE_BYTES;

      if (at >= start && MIN (at + PIECE_BYTES, MAX (self->size_bytes, at)) <= end)
        pieces |= 1U << i;
    }
  return pieces;
}

/**
 * hoist_file_cache_let_go:
 * @self: what is known of a file
 * @offset_bytes: where to begin
 * @length_bytes: how much was delivered; 0 = no more than before
 *
 * Lets go of what of a range was not in memory when it was noted. May block: runs on a worker.
 *
 * Once more of what was delivered last, too: the kernel reads ahead of one part into the next ones,
 * which may have been delivered before, and network drivers hold pages a little longer.
 */
void
hoist_file_cache_let_go (HoistFileCache *self, guint64 offset_bytes, guint64 length_bytes)
{
  guint64 end = MIN (offset_bytes + length_bytes, self->size_bytes);
  g_autoptr (GPtrArray) blocks = NULL;
  Run run = { 0 };

  g_mutex_lock (&self->mutex);
  blocks = sort_blocks (self);
  for (guint i = 0; i < blocks->len; i++)
    {
      gpointer key = blocks->pdata[i];
      guint64 block = GPOINTER_TO_SIZE (key);
      guint value = GPOINTER_TO_UINT (g_hash_table_lookup (self->blocks, key));
      guint cold = value & ALL_PIECES;
      guint delivered = value >> PIECES | get_delivered_pieces (self, block, offset_bytes, end);

      let_go_of_pieces (self, block, cold & delivered, &run);
      if (delivered == ALL_PIECES && block + KEPT_BLOCKS < offset_bytes / BLOCK_BYTES)
        g_hash_table_remove (self->blocks, key);
      else
        g_hash_table_insert (self->blocks, key, GUINT_TO_POINTER (cold | delivered << PIECES));
    }
  end_run (self, &run);
  g_mutex_unlock (&self->mutex);
}
