/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-finder.h"

#include <string.h>

/* Of 1,000 uploads each. Who has more unfinished ones than that does not wait for the rest. */
#define MAX_PAGES 20

/* A backend whose list fails must not keep anything from being uploaded. */
#define MAX_FAILURES 2

typedef enum
{
  NOT_ASKED,
  ASKING,
  KNOWN,
} State;

struct _HoistFinder
{
  grefcount ref_count;
  State state;
  guint n_pages;
  guint n_failures;
  GHashTable *by_name; /* (owned) file name -> GPtrArray (owned) of HoistUnfinished (owned) */
  GQueue tasks;        /* (element-type GTask) (owned) that wait for the list */
};

static GHashTable *
table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) g_ptr_array_unref);
}

/**
 * hoist_finder_new:
 *
 * Returns: (transfer full): a finder that has not asked yet
 */
HoistFinder *
hoist_finder_new (void)
{
  HoistFinder *self = g_new0 (HoistFinder, 1);

  g_ref_count_init (&self->ref_count);
  g_queue_init (&self->tasks);
  self->by_name = table_new ();
  return self;
}

/**
 * hoist_finder_free:
 * @self: (transfer full): a finder
 *
 * Gives a finder back. A question that is under way ends by itself.
 */
void
hoist_finder_free (HoistFinder *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_assert (g_queue_is_empty (&self->tasks));
  g_hash_table_unref (self->by_name);
  g_free (self);
}

static const char *
last_component (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

static const char *
get_file_name (const HoistUnfinished *upload)
{
  return upload->file_name != NULL ? upload->file_name
                                   : last_component (hoist_unfinished_get_name (upload));
}

/* Takes over @upload. */
static void
add_upload (HoistFinder *self, HoistUnfinished *upload)
{
  const char *name = get_file_name (upload);
  GPtrArray *uploads = g_hash_table_lookup (self->by_name, name);

  if (uploads == NULL)
    {
      uploads = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
      g_hash_table_insert (self->by_name, g_strdup (name), uploads);
    }
  g_ptr_array_add (uploads, upload);
}

/* A backend that does not tell the path may still have it at the end of the key. */
static gboolean
is_of (const HoistUnfinished *upload, const char *path)
{
  g_autofree char *tail = NULL;

  if (upload->path != NULL)
    return g_str_equal (upload->path, path);
  if (upload->file_name != NULL)
    return TRUE;
  tail = g_strconcat ("/", path, NULL);
  return g_str_equal (upload->key, path) || g_str_has_suffix (upload->key, tail);
}

static int
compare_age (gconstpointer a, gconstpointer b)
{
  const HoistUnfinished *left = *(HoistUnfinished *const *) a;
  const HoistUnfinished *right = *(HoistUnfinished *const *) b;

  return (left->initiated_us < right->initiated_us) - (left->initiated_us > right->initiated_us);
}

/* Taken out, so that no two files go on with the same upload. */
static GPtrArray *
take (HoistFinder *self, const char *path)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
  GPtrArray *uploads = g_hash_table_lookup (self->by_name, last_component (path));

  for (guint i = 0; uploads != NULL && i < uploads->len;)
    {
      if (is_of (uploads->pdata[i], path))
        g_ptr_array_add (found, g_ptr_array_steal_index_fast (uploads, i));
      else
        i++;
    }
  g_ptr_array_sort (found, compare_age);
  return found;
}

static void
answer (HoistFinder *self, const GError *error)
{
  GTask *task;

  while ((task = g_queue_pop_head (&self->tasks)) != NULL)
    {
      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_pointer (task, take (self, g_task_get_task_data (task)),
                               (GDestroyNotify) g_ptr_array_unref);
      g_object_unref (task);
    }
}

static void
forget (HoistFinder *self)
{
  self->state = NOT_ASKED;
  self->n_pages = 0;
  g_hash_table_unref (self->by_name);
  self->by_name = table_new ();
}

/* Without the list everything is begun anew: that is never wrong. */
static void
take_failure (HoistFinder *self, const GError *error)
{
  gboolean again =
    error->domain == G_IO_ERROR ||
    (hoist_error_is_retryable ((HoistError) error->code) && ++self->n_failures <= MAX_FAILURES);

  if (again)
    forget (self);
  else
    self->state = KNOWN;
  answer (self, again ? error : NULL);
}

static void ask (HoistFinder *self, HoistProvider *provider, const char *after, GCancellable *);

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistFinder) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistUnfinishedPage) page =
    hoist_provider_unfinished_finish (HOIST_PROVIDER (source), result, &error);

  if (page == NULL)
    {
      take_failure (self, error);
      return;
    }
  for (guint i = 0; i < page->uploads->len; i++)
    add_upload (self, hoist_unfinished_copy (page->uploads->pdata[i]));
  self->n_pages++;
  if (page->next != NULL && self->n_pages < MAX_PAGES)
    {
      ask (self, HOIST_PROVIDER (source), page->next, g_task_get_cancellable (G_TASK (result)));
      return;
    }
  self->state = KNOWN;
  answer (self, NULL);
}

static void
ask (HoistFinder *self, HoistProvider *provider, const char *after, GCancellable *cancellable)
{
  g_ref_count_inc (&self->ref_count);
  hoist_provider_unfinished_async (provider, after, FALSE, cancellable, page_cb, self);
}

/**
 * hoist_finder_find_async:
 * @self: a finder
 * @provider: whom to ask, if that was not done yet
 * @path: the relative name that an upload was begun with
 * @cancellable: (nullable): ends the question, for all who wait for it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Looks for unfinished uploads of a file. The list is asked for once; those who
 * come meanwhile share its answer.
 */
void
hoist_finder_find_async (HoistFinder *self,
                         HoistProvider *provider,
                         const char *path,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, hoist_finder_find_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_queue_push_tail (&self->tasks, task);
  if (self->state == KNOWN)
    answer (self, NULL);
  else if (self->state == NOT_ASKED)
    {
      self->state = ASKING;
      ask (self, provider, NULL, cancellable);
    }
}

/**
 * hoist_finder_find_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Errors: those of hoist_provider_unfinished_finish() that pass, at most twice; after that, and
 * where the server cannot tell, nothing is found.
 *
 * Returns: (transfer full) (element-type HoistUnfinished): the uploads, the last one that was
 *   begun first. They are taken out of the list, so that no two files go on with the same one.
 */
GPtrArray *
hoist_finder_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_finder_find_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_finder_give_back:
 * @self: a finder
 * @found: (transfer full) (element-type HoistUnfinished): what it found, and what was not looked at
 *
 * Puts uploads back, to be looked at another time.
 */
void
hoist_finder_give_back (HoistFinder *self, GPtrArray *found)
{
  while (found->len > 0)
    add_upload (self, g_ptr_array_steal_index_fast (found, found->len - 1));
  g_ptr_array_unref (found);
}

/**
 * hoist_finder_doubt:
 * @self: a finder
 *
 * Notes that the server may have begun an upload of which its answer did not
 * reach us: the next one asks again, and finds it.
 */
void
hoist_finder_doubt (HoistFinder *self)
{
  if (self->state == KNOWN)
    forget (self);
}
