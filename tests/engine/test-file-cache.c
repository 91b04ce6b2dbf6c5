/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stays in memory of a file that was read to be sent: what was there before. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hoist-file-cache.h"
#include "hoist-file.h"

#define MIB (1 << 20)
#define SIZE_BYTES ((gsize) 24 * MIB + 1234)
#define PART_BYTES (8 * MIB)

typedef struct
{
  char *path;
  HoistFile *file;
} Fixture;

/* In pages. */
static guint
count_resident (Fixture *fixture, gsize start, gsize end)
{
  gsize page_bytes = (gsize) sysconf (_SC_PAGESIZE);
  gsize n_pages = (end - start + page_bytes - 1) / page_bytes;
  g_autofree guint8 *pages = g_malloc (n_pages);
  void *map = mmap (NULL, end - start, PROT_READ, MAP_SHARED, fixture->file->fd, (off_t) start);
  guint n_resident = 0;

  g_assert_true (map != MAP_FAILED);
  g_assert_cmpint (mincore (map, end - start, pages), ==, 0);
  munmap (map, end - start);
  for (gsize i = 0; i < n_pages; i++)
    n_resident += pages[i] & 1;
  return n_resident;
}

static guint
count_pages (gsize n_bytes)
{
  gsize page_bytes = (gsize) sysconf (_SC_PAGESIZE);

  return (guint) ((n_bytes + page_bytes - 1) / page_bytes);
}

/* The kernel may take a few away by itself, at any time. */
static void
assert_resident (Fixture *fixture, gsize start, gsize end)
{
  g_assert_cmpuint (count_resident (fixture, start, end), >, count_pages (end - start) / 4 * 3);
}

static void
read_range (Fixture *fixture, gsize start, gsize end)
{
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  g_autoptr (GError) error = NULL;

  hoist_file_hash (fixture->file, HOIST_DIGEST_MD5, start, end - start, NULL, digest, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  g_autofree guint8 *noise = g_malloc (SIZE_BYTES);
  g_autoptr (GError) error = NULL;
  int fd;

  for (gsize i = 0; i < SIZE_BYTES; i++)
    noise[i] = (guint8) (i * 7 + (i >> 11));
  /* Where temporary files are may be in memory as a whole. */
  fixture->path = g_build_filename (g_test_get_dir (G_TEST_BUILT), "file-cache-XXXXXX", NULL);
  fd = g_mkstemp (fixture->path);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, noise, SIZE_BYTES), ==, SIZE_BYTES);
  g_assert_cmpint (fsync (fd), ==, 0);
  close (fd);
  fixture->file = hoist_file_open (fixture->path, &error);
  g_assert_no_error (error);
}

/* Returns whether the file system can let go of a file at all. */
static gboolean
make_cold (Fixture *fixture)
{
  posix_fadvise (fixture->file->fd, 0, 0, POSIX_FADV_DONTNEED);
  if (count_resident (fixture, 0, SIZE_BYTES) == 0)
    return TRUE;
  g_test_skip ("This file system keeps its files in memory");
  return FALSE;
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  hoist_file_unref (fixture->file);
  g_unlink (fixture->path);
  g_free (fixture->path);
}

static void
send_all (Fixture *fixture)
{
  /* The next one is read while one is sent. */
  read_range (fixture, 0, PART_BYTES);
  for (gsize start = 0; start < SIZE_BYTES; start += PART_BYTES)
    {
      if (start + PART_BYTES < SIZE_BYTES)
        read_range (fixture, start + PART_BYTES, MIN (start + 2 * PART_BYTES, SIZE_BYTES));
      hoist_file_let_go (fixture->file, start, MIN (PART_BYTES, SIZE_BYTES - start));
    }
}

static void
test_cold (Fixture *fixture, gconstpointer user_data)
{
  if (!make_cold (fixture))
    return;
  send_all (fixture);
  g_assert_cmpuint (count_resident (fixture, 0, SIZE_BYTES), ==, 0);
}

static void
test_warm (Fixture *fixture, gconstpointer user_data)
{
  if (!make_cold (fixture))
    return;
  hoist_file_cache_fetch (fixture->file->cache, 0, SIZE_BYTES, NULL, NULL);
  /* Somebody else has it in memory: to this one it was there before. */
  hoist_file_unref (fixture->file);
  fixture->file = hoist_file_open (fixture->path, NULL);
  send_all (fixture);
  assert_resident (fixture, 0, SIZE_BYTES);
}

static void
test_in_part (Fixture *fixture, gconstpointer user_data)
{
  const gsize warm_start = 5 * MIB;
  const gsize warm_end = 11 * MIB;
  g_autofree guint8 *buffer = g_malloc (warm_end - warm_start);
  guint n_warm;

  if (!make_cold (fixture))
    return;
  g_assert_cmpint (pread (fixture->file->fd, buffer, warm_end - warm_start, warm_start), ==,
                   warm_end - warm_start);
  /* The kernel read further on by itself. */
  n_warm = count_resident (fixture, 0, SIZE_BYTES);
  send_all (fixture);
  assert_resident (fixture, warm_start, warm_end);
  /* Pieces are kept or let go of as a whole: one more at most at either end of two stretches. */
  g_assert_cmpuint (count_resident (fixture, 0, SIZE_BYTES), <=, n_warm + count_pages (4 * 65536));
}

static void
test_fetch (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint8 unused[HOIST_DIGEST_MAX_BYTES];
  g_autoptr (GError) error = NULL;

  if (!make_cold (fixture))
    return;
  /* Nothing is to be hashed: it is there all the same when it is sent. */
  hoist_file_hash (fixture->file, HOIST_DIGEST_NONE, PART_BYTES, PART_BYTES, NULL, unused, &error);
  g_assert_no_error (error);
  assert_resident (fixture, PART_BYTES, 2 * PART_BYTES);
  hoist_file_let_go (fixture->file, PART_BYTES, PART_BYTES);
  g_assert_cmpuint (count_resident (fixture, PART_BYTES, 2 * PART_BYTES), ==, 0);

  g_cancellable_cancel (cancellable);
  g_assert_false (hoist_file_hash (fixture->file, HOIST_DIGEST_NONE, PART_BYTES, PART_BYTES,
                                   cancellable, unused, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/file-cache/cold", Fixture, NULL, set_up, test_cold, tear_down);
  g_test_add ("/file-cache/warm", Fixture, NULL, set_up, test_warm, tear_down);
  g_test_add ("/file-cache/in-part", Fixture, NULL, set_up, test_in_part, tear_down);
  g_test_add ("/file-cache/fetch", Fixture, NULL, set_up, test_fetch, tear_down);
  return g_test_run ();
}
