/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-walker.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include "hoist-document.h"
#include "hoist-file.h"

/* Files handed over at once: the first ones start while the rest is found. A chunk takes
 * the engine a few milliseconds, in which it answers nobody else. */
#define FIRST_CHUNK 16
#define CHUNK 200

/* Finding files is quicker than taking them in: so many chunks may wait for the engine, which
 * has all else to do between them. */
#define MAX_WAITING 2

/* Folders inside folders. Deeper than any real tree; PATH_MAX ends before it. */
#define MAX_DEPTH 256

/* How many chunks are on their way. Shared by the walk and its chunks. */
typedef struct
{
  GMutex lock; /* what follows */
  GCond passed;
  guint n_waiting;
} Gate;

typedef struct
{
  GMainContext *context; /* (owned) where @func is called */
  HoistMounts *mounts;   /* (owned) */
  GStrv paths;           /* (owned) */
  gboolean again;        /* it was begun before */
  guint start_root;
  char *start_after; /* (owned) (nullable) */
  HoistFoundFunc func;
  gpointer user_data;
  GDestroyNotify destroy;

  guint root;         /* the path that it is at */
  gsize root_length;  /* of that, without a slash at its end */
  GError *stop_error; /* (owned) (nullable) why it ends early */

  GPtrArray *found; /* (owned) (element-type HoistFound) */
  gboolean first_sent;
  guint64 device;            /* of the file before */
  char *mount_root;          /* (owned) (nullable) where @device is mounted; null for `/` */
  GCancellable *cancellable; /* (owned) (nullable) */
  Gate *gate;                /* (owned) */
} Walk;

/* A folder that is open, and those that it is in. */
typedef struct _Level Level;
struct _Level
{
  const Level *parent;
  dev_t device;
  ino_t inode;
  guint depth;
};

typedef struct
{
  GPtrArray *found;
  gboolean last;
  GError *error; /* (owned) (nullable) */
  HoistFoundFunc func;
  gpointer user_data;
  GDestroyNotify destroy; /* (nullable) with the last chunk */
  Gate *gate;             /* (owned) */
} Chunk;

static void walk_path (Walk *walk,
                       const char *path,
                       const char *name,
                       const char *after,
                       const Level *parent);

static void
gate_free (gpointer data)
{
  Gate *gate = data;

  g_mutex_clear (&gate->lock);
  g_cond_clear (&gate->passed);
}

static void
gate_unref (Gate *gate)
{
  g_atomic_rc_box_release_full (gate, gate_free);
}

static Gate *
gate_new (void)
{
  Gate *gate = g_atomic_rc_box_new0 (Gate);

  g_mutex_init (&gate->lock);
  g_cond_init (&gate->passed);
  return gate;
}

static void
gate_enter (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  while (gate->n_waiting >= MAX_WAITING)
    g_cond_wait (&gate->passed, &gate->lock);
  gate->n_waiting++;
  g_mutex_unlock (&gate->lock);
}

static void
gate_leave (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->n_waiting--;
  g_cond_signal (&gate->passed);
  g_mutex_unlock (&gate->lock);
}

/* Also where its context ends before it was delivered: nobody waits for it then. */
static void
chunk_free (gpointer data)
{
  Chunk *chunk = data;

  gate_leave (chunk->gate);
  gate_unref (chunk->gate);
  g_clear_pointer (&chunk->found, g_ptr_array_unref);
  g_clear_error (&chunk->error);
  g_free (chunk);
}

static void
walk_free (Walk *walk)
{
  gate_unref (walk->gate);
  g_main_context_unref (walk->context);
  hoist_mounts_unref (walk->mounts);
  g_free (walk->mount_root);
  g_strfreev (walk->paths);
  g_free (walk->start_after);
  g_clear_error (&walk->stop_error);
  g_clear_pointer (&walk->found, g_ptr_array_unref);
  g_clear_object (&walk->cancellable);
  g_free (walk);
}

static gboolean
deliver_chunk (gpointer data)
{
  Chunk *chunk = data;

  chunk->func (g_steal_pointer (&chunk->found), chunk->last, chunk->error, chunk->user_data);
  if (chunk->last && chunk->destroy != NULL)
    chunk->destroy (chunk->user_data);
  return G_SOURCE_REMOVE;
}

static void
send_chunk (Walk *walk, gboolean last)
{
  Chunk *chunk = g_new0 (Chunk, 1);

  chunk->found = walk->found;
  chunk->last = last;
  chunk->error = last ? g_steal_pointer (&walk->stop_error) : NULL;
  chunk->func = walk->func;
  chunk->user_data = walk->user_data;
  chunk->destroy = walk->destroy;
  chunk->gate = g_atomic_rc_box_acquire (walk->gate);
  gate_enter (walk->gate);
  walk->found = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_found_free);
  walk->first_sent = TRUE;
  g_main_context_invoke_full (walk->context, G_PRIORITY_DEFAULT, deliver_chunk, chunk, chunk_free);
}

/* The files of a folder are on one drive, mostly: it is looked up once. */
static const char *
find_mount_root (Walk *walk, const char *path, const HoistFileIdentity *identity)
{
  if (walk->device != identity->device)
    {
      g_free (walk->mount_root);
      walk->mount_root = hoist_mounts_find_root (walk->mounts, path);
      walk->device = identity->device;
    }
  return walk->mount_root;
}

static void
add_found (Walk *walk,
           const char *path,
           const char *name,
           const HoistFileIdentity *identity,
           GError *error)
{
  HoistFound *found = g_new0 (HoistFound, 1);

  found->path = g_strdup (path);
  found->name = g_strdup (name);
  found->root = walk->root;
  found->below = MIN (walk->root_length + 1, strlen (path));
  if (identity != NULL)
    {
      found->identity = *identity;
      found->mount_root = g_strdup (find_mount_root (walk, path, identity));
    }
  found->error = error;
  g_ptr_array_add (walk->found, found);
  if (walk->found->len >= (walk->first_sent ? CHUNK : FIRST_CHUNK))
    send_chunk (walk, FALSE);
}

G_GNUC_PRINTF (5, 0)
static void
add_refused (Walk *walk, const char *path, const char *name, HoistError code, const char *format)
{
  g_autofree char *display = g_filename_display_name (path);

  add_found (walk, path, name, NULL, g_error_new (HOIST_ERROR, (int) code, format, display));
}

static gboolean
goes_on (Walk *walk)
{
  return walk->stop_error == NULL && !g_cancellable_is_cancelled (walk->cancellable);
}

/* What cannot be read because its drive is gone is not lost: it is found when that is back. */
static gboolean
stop_if_drive_is_gone (Walk *walk)
{
  if (walk->stop_error == NULL)
    walk->stop_error = hoist_mounts_check (walk->mounts, walk->mount_root);
  return walk->stop_error != NULL;
}

/* How @base in a folder stands to what was found last below that folder: negative for what was
 * walked over before, 0 for what leads there or is it; then @rest is what follows. */
static int
compare_to_start (const char *base, const char *after, const char **rest)
{
  gsize length = strcspn (after, "/");
  int order = strncmp (base, after, length);

  *rest = after[length] == '/' ? after + length + 1 : NULL;
  return order != 0 || base[length] == '\0' ? order : 1;
}

static gboolean
is_loop (const Level *level, const struct stat *st)
{
  for (; level != NULL; level = level->parent)
    if (level->device == st->st_dev && level->inode == st->st_ino)
      return TRUE;
  return FALSE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *children;
  const char *child;

  if (dir == NULL)
    return NULL;
  children = g_ptr_array_new_with_free_func (g_free);
  while ((child = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (children, g_strdup (child));
  g_ptr_array_sort (children, compare_names);
  return children;
}

/* In the order of the names' bytes, so that a walk can be gone on with from where it was. */
static void
walk_folder (Walk *walk,
             const char *path,
             const char *name,
             const struct stat *st,
             const char *after,
             const Level *parent)
{
  Level level = { parent, st->st_dev, st->st_ino, parent != NULL ? parent->depth + 1 : 0 };
  g_autoptr (GPtrArray) children = NULL;

  if (is_loop (parent, st) || level.depth > MAX_DEPTH)
    {
      add_refused (walk, path, name, HOIST_ERROR_FILE_UNSUITABLE,
                   /* Translators: %s is a folder's path */
                   _ ("“%s” leads back to a folder that it is in: it was left out."));
      return;
    }
  children = list_folder (path);
  if (children == NULL)
    {
      if (!stop_if_drive_is_gone (walk))
        add_refused (walk, path, name, HOIST_ERROR_FILE_UNREADABLE,
                     /* Translators: %s is a folder's path */
                     _ ("The folder “%s” cannot be read."));
      return;
    }
  for (guint i = 0; i < children->len && goes_on (walk); i++)
    {
      const char *base = g_ptr_array_index (children, i);
      g_autofree char *child_path = g_build_filename (path, base, NULL);
      g_autofree char *child_name = g_strconcat (name, "/", base, NULL);
      const char *rest = NULL;
      int order = after != NULL ? compare_to_start (base, after, &rest) : 1;

      if (order > 0)
        walk_path (walk, child_path, child_name, NULL, &level);
      else if (order == 0 && rest != NULL)
        walk_path (walk, child_path, child_name, rest, &level);
    }
}

static void
walk_path (Walk *walk, const char *path, const char *name, const char *after, const Level *parent)
{
  HoistFileIdentity identity;
  GError *error = NULL;
  struct stat st;

  if (!g_utf8_validate (name, -1, NULL))
    add_refused (walk, path, NULL, HOIST_ERROR_FILE_UNSUITABLE,
                 /* Translators: %s is a file's path */
                 _ ("The name of “%s” is not valid UTF-8, which storage requires. Rename it and "
                    "add it again."));
  else if (stat (path, &st) == 0 && S_ISDIR (st.st_mode))
    walk_folder (walk, path, name, &st, after, parent);
  else if (hoist_file_identify (path, &identity, &error))
    add_found (walk, path, name, &identity, NULL);
  else if (stop_if_drive_is_gone (walk))
    g_error_free (error);
  else
    add_found (walk, path, name, NULL, error);
}

/* A folder that was there and is not any more may come back, or was moved: what was not found
 * of it yet waits for a person, as a file does. One of several holds the others up no longer than
 * its drive is gone. */
static gboolean
is_root_gone (Walk *walk, const char *path)
{
  HoistFileIdentity identity;
  g_autoptr (GError) error = NULL;

  if (!walk->again)
    return FALSE;
  /* Where it was mounted there may be an empty folder now. */
  if (stop_if_drive_is_gone (walk))
    return TRUE;
  if (walk->paths[1] != NULL || hoist_file_identify (path, &identity, &error) ||
      error->code != HOIST_ERROR_FILE_MISSING)
    return FALSE;
  walk->stop_error = g_steal_pointer (&error);
  return TRUE;
}

static void
walk_root (Walk *walk, guint root)
{
  const char *after = root == walk->start_root ? walk->start_after : NULL;
  g_autofree char *path = g_canonicalize_filename (walk->paths[root], "/");
  g_autofree char *original = hoist_document_find_original (path);
  g_autofree char *name = g_path_get_basename (path);
  const char *real = original != NULL ? original : path;

  walk->root = root;
  walk->root_length = real[1] == '\0' ? 0 : strlen (real);
  /* A file by itself, or one of which it was said why it cannot be sent. */
  if (after != NULL && *after == '\0')
    return;
  if (!is_root_gone (walk, real))
    walk_path (walk, real, name, after, NULL);
}

static gpointer
walk_thread (gpointer data)
{
  Walk *walk = data;

  for (guint i = 0; walk->paths[i] != NULL && goes_on (walk); i++)
    if (i >= walk->start_root)
      walk_root (walk, i);
  send_chunk (walk, TRUE);
  walk_free (walk);
  return NULL;
}

/**
 * hoist_walk:
 * @mounts: what is mounted where
 * @paths: absolute paths of files and folders, in the file system's encoding
 * @start: (nullable): where to begin; what comes before is passed over
 * @cancellable: (nullable): ends the walk early; what was found is delivered
 * @func: gets what is found, in chunks
 * @user_data: for @func
 * @destroy: frees @user_data after the last chunk
 *
 * Finds the files below @paths on a thread of its own. Links are followed, as a
 * person who drops a link means what it leads to; a link that leads back up is
 * reported and left out. What cannot be sent is delivered with its reason, so
 * that nothing goes missing in silence. What was lent to a sandbox is taken from
 * where it really is, if it can be read there.
 *
 * A file keeps its name, one in a folder its path from that folder on. When a drive is pulled
 * out, and when a folder is gone that an earlier walk was of, the walk ends with that error:
 * %HOIST_ERROR_DRIVE_GONE or %HOIST_ERROR_FILE_MISSING.
 */
void
hoist_walk (HoistMounts *mounts,
            const char *const *paths,
            const HoistWalkStart *start,
            GCancellable *cancellable,
            HoistFoundFunc func,
            gpointer user_data,
            GDestroyNotify destroy)
{
  Walk *walk = g_new0 (Walk, 1);

  walk->context = g_main_context_ref_thread_default ();
  walk->mounts = hoist_mounts_ref (mounts);
  walk->gate = gate_new ();
  walk->paths = g_strdupv ((char **) paths);
  if (start != NULL)
    {
      walk->again = start->again;
      walk->start_root = start->root;
      walk->start_after = g_strdup (start->after);
      walk->mount_root = g_strdup (start->mount_root);
    }
  walk->func = func;
  walk->user_data = user_data;
  walk->destroy = destroy;
  walk->found = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_found_free);
  walk->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  g_thread_unref (g_thread_new ("hoist-walk", walk_thread, walk));
}

/**
 * hoist_found_free:
 * @found: (transfer full): a file that was found
 *
 * Frees @found.
 */
void
hoist_found_free (HoistFound *found)
{
  g_free (found->path);
  g_free (found->name);
  g_free (found->mount_root);
  g_clear_error (&found->error);
  g_free (found);
}
