/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-leftovers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-cli-text.h"
#include "hoist-unfinished-format.h"

/* How much each holds is a listing for each: of more than that only the names are asked for. */
#define MAX_DETAILED 1000

/* A listing that does not end is the server's mistake, and must not become ours. */
#define MAX_LEFTOVERS 200000

#define MIN_ID_LENGTH 4

typedef struct
{
  HoistUploader *uploader; /* (owned) */
  char *destination_id;    /* (owned) */
  GPtrArray *found;        /* (owned) (nullable) (element-type HoistUnfinished) */
  guint n_pages;
} Load;

static void
load_free (Load *load)
{
  g_object_unref (load->uploader);
  g_free (load->destination_id);
  g_clear_pointer (&load->found, g_ptr_array_unref);
  g_free (load);
}

static void ask (GTask *task, const char *after);

static int
compare_age (gconstpointer a, gconstpointer b)
{
  gint64 left = hoist_unfinished_get_last_us (*(HoistUnfinished *const *) a);
  gint64 right = hoist_unfinished_get_last_us (*(HoistUnfinished *const *) b);

  return (left > right) - (left < right);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HoistUnfinishedPage) page =
    hoist_uploader_list_unfinished_finish (HOIST_UPLOADER (source), result, &error);

  if (page == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < page->uploads->len; i++)
    g_ptr_array_add (load->found, hoist_unfinished_copy (page->uploads->pdata[i]));
  load->n_pages++;
  if (page->next != NULL && load->found->len < MAX_LEFTOVERS && load->n_pages < MAX_LEFTOVERS / 100)
    {
      ask (task, page->next);
      return;
    }
  g_ptr_array_sort (load->found, compare_age);
  g_task_return_pointer (task, g_steal_pointer (&load->found), (GDestroyNotify) g_ptr_array_unref);
}

static void
ask (GTask *task, const char *after)
{
  Load *load = g_task_get_task_data (task);

  hoist_uploader_list_unfinished_async (load->uploader, load->destination_id, after,
                                        load->found->len < MAX_DETAILED,
                                        g_task_get_cancellable (task), page_cb,
                                        g_object_ref (task));
}

/**
 * hoist_cli_load_leftovers_async:
 * @context: the run
 * @uploader: who uploads
 * @destination_id: whose server is asked
 * @callback: called with all of them
 * @user_data: for @callback
 *
 * Asks a server for all uploads that were begun and never completed, but for those in the list.
 */
void
hoist_cli_load_leftovers_async (HoistCliContext *context,
                                HoistUploader *uploader,
                                const char *destination_id,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task =
    g_task_new (context, hoist_cli_context_get_cancellable (context), callback, user_data);
  Load *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, hoist_cli_load_leftovers_async);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  load->uploader = g_object_ref (uploader);
  load->destination_id = g_strdup (destination_id);
  load->found = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
  ask (task, NULL);
}

/**
 * hoist_cli_load_leftovers_finish:
 * @context: the run
 * @result: what the callback got
 * @error: return location for an error
 *
 * Errors: those of hoist_uploader_list_unfinished_finish()
 *
 * Returns: (transfer full) (nullable) (element-type HoistUnfinished): the oldest first
 */
GPtrArray *
hoist_cli_load_leftovers_finish (HoistCliContext *context, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, context), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_cli_load_leftovers_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
is_named (const HoistUnfinished *leftover, const char *id)
{
  g_autofree char *own_id = hoist_unfinished_dup_id (leftover);

  return g_str_equal (leftover->upload_id, id) ||
         (strlen (id) >= MIN_ID_LENGTH && g_str_has_prefix (own_id, id));
}

/**
 * hoist_cli_find_leftover:
 * @leftovers: (element-type HoistUnfinished): all of them
 * @id: what a person called it: the short name that `unfinished list` shows, its beginning, or
 *   the server's own upload id
 * @error: return location for an error
 *
 * Errors: %HOIST_ERROR_BAD_INPUT if there is none, or more than one
 *
 * Returns: (transfer none) (nullable): the one that is meant
 */
HoistUnfinished *
hoist_cli_find_leftover (GPtrArray *leftovers, const char *id, GError **error)
{
  HoistUnfinished *found = NULL;
  guint n_found = 0;

  for (guint i = 0; i < leftovers->len; i++)
    if (is_named (leftovers->pdata[i], id))
      {
        found = leftovers->pdata[i];
        n_found++;
      }
  if (n_found == 1)
    return found;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               /* Translators: %s is what a person called an unfinished upload */
               n_found == 0 ? _ ("There is no unfinished upload “%s”")
                            : _ ("“%s” is the beginning of more than one"), id);
  return NULL;
}

/**
 * hoist_cli_describe_leftover:
 * @leftover: an upload
 *
 * Returns: (transfer full): a line of the table: short name, size, age, name
 */
char *
hoist_cli_describe_leftover (const HoistUnfinished *leftover)
{
  g_autofree char *id = hoist_unfinished_dup_id (leftover);
  g_autofree char *size = hoist_unfinished_format_size (leftover);
  g_autofree char *padded_size = hoist_cli_text_pad (size, 14);
  g_autofree char *age = hoist_unfinished_format_age (leftover, g_get_real_time ());
  g_autofree char *padded_age = hoist_cli_text_pad (age, 16);
  g_autofree char *name = hoist_cli_text_escape (hoist_unfinished_get_name (leftover));

  return g_strdup_printf ("%s  %s  %s  %s", id, padded_size, padded_age, name);
}
