/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A disk that does not answer: what is on it waits, and nothing else does. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine-lab.h"
#include "fault-disk.h"

#define MIB (1024 * 1024)
#define PARTS(n) ((n) *8 * MIB)
#define N_OTHERS 12

typedef struct
{
  Lab lab;
  char *disk;   /* a folder of another file system than the lab's */
  guint n_held; /* how many of the workers that read it are to hang */
} Stage;

static guint64
get_device (const char *path)
{
  struct stat st;

  return g_stat (path, &st) == 0 ? st.st_dev : 0;
}

/* Returns whether this machine has another file system that one may write. */
static gboolean
set_up (Stage *stage)
{
  const char *const places[] = { "/dev/shm", g_get_user_runtime_dir (), "/tmp", "/var/tmp" };

  *stage = (Stage){ 0 };
  lab_set_up (&stage->lab);
  for (guint i = 0; stage->disk == NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *folder = g_build_filename (places[i], "hoist-disk-XXXXXX", NULL);

      if (g_mkdtemp (folder) == NULL)
        continue;
      if (get_device (folder) != get_device (stage->lab.files))
        stage->disk = g_steal_pointer (&folder);
      else
        g_rmdir (folder);
    }
  if (stage->disk == NULL)
    g_test_skip ("There is no second file system to write to");
  return stage->disk != NULL;
}

static void
tear_down (Stage *stage)
{
  fault_disk_hang (NULL);
  lab_tear_down (&stage->lab);
  if (stage->disk != NULL)
    g_rmdir (stage->disk);
  g_free (stage->disk);
}

/* A hole, which takes no place on the disk, with something at its end. */
static char *
make_hole (Stage *stage, const char *name, gsize size_bytes)
{
  char *path = g_build_filename (stage->disk, name, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, name, strlen (name), (off_t) (size_bytes - strlen (name))), ==,
                   strlen (name));
  close (fd);
  return path;
}

static gboolean
all_hang (Lab *lab)
{
  const Stage *stage = (const Stage *) lab;

  return fault_disk_count_hanging () >= stage->n_held;
}

static const HoistUploadInfo *
find (Lab *lab, const char *name)
{
  for (guint i = 0; i < lab_count_uploads (lab); i++)
    if (g_str_equal (lab_get_info (lab, i)->name, name))
      return lab_get_info (lab, i);
  return NULL;
}

static guint
count_done (Lab *lab)
{
  guint n_done = 0;

  for (guint i = 0; i < lab_count_uploads (lab); i++)
    n_done += lab_get_info (lab, i)->state == HOIST_UPLOAD_DONE;
  return n_done;
}

static gboolean
others_are_done (Lab *lab)
{
  return count_done (lab) == N_OTHERS;
}

static void
add_hanging (Stage *stage, guint n_files, gsize size_bytes)
{
  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *name = g_strdup_printf ("hangs-%u", i);
      g_autofree char *path = make_hole (stage, name, size_bytes);

      lab_add (&stage->lab, path);
    }
}

static void
add_others (Stage *stage)
{
  for (guint i = 0; i < N_OTHERS; i++)
    {
      g_autofree char *name = g_strdup_printf ("other-%u", i);
      g_autofree char *path = lab_make_file (&stage->lab, name, i < 2 ? PARTS (2) + 1 : 1000);

      lab_add (&stage->lab, path);
    }
}

static void
assert_delivered (Stage *stage, const char *folder, const char *prefix, guint n_files)
{
  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%u", prefix, i);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      while (find (&stage->lab, name)->state != HOIST_UPLOAD_DONE)
        g_main_context_iteration (NULL, TRUE);
      lab_assert_stored (&stage->lab, name, path);
      g_unlink (path);
    }
}

static void
run (guint n_hanging, gsize size_bytes)
{
  Stage stage;

  if (set_up (&stage))
    {
      /* One file's parts may be hashed one after another. */
      stage.n_held = MIN (n_hanging, 2);
      fault_disk_hang (stage.disk);
      add_hanging (&stage, n_hanging, size_bytes);
      lab_wait_until (&stage.lab, all_hang);
      add_others (&stage);
      lab_wait_until (&stage.lab, others_are_done);
      g_assert_cmpuint (fault_disk_count_hanging (), >=, stage.n_held);

      fault_disk_hang (NULL);
      assert_delivered (&stage, stage.disk, "hangs", n_hanging);
      assert_delivered (&stage, stage.lab.files, "other", N_OTHERS);
    }
  tear_down (&stage);
}

static void
test_large_file (void)
{
  run (1, PARTS (3));
}

static void
test_small_files (void)
{
  run (8, 1000);
}

/* They would have all the places: 3 of large files, 24 of small ones. */

static void
test_all_places_of_large_files (void)
{
  run (5, PARTS (2) + 1);
}

static void
test_all_places_of_small_files (void)
{
  run (40, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-slow-disk/large-file", test_large_file);
  g_test_add_func ("/engine-slow-disk/small-files", test_small_files);
  g_test_add_func ("/engine-slow-disk/all-places-of-large-files", test_all_places_of_large_files);
  g_test_add_func ("/engine-slow-disk/all-places-of-small-files", test_all_places_of_small_files);
  return g_test_run ();
}
