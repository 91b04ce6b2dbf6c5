/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Compares a file with what the server has of an upload that another run began:
 * part by part, so that other files are hashed in between, and all of them, so
 * that no object is ever mixed of two files. */

#include "config.h"

#include "hoist-adopter.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-adoption.h"

typedef struct
{
  /* input */
  HoistWorkers *workers;
  HoistFile *file; /* (owned) */
  gboolean with_sha256;
  gboolean even_empty;
  HoistPartLimits limits;
  HoistPartPlan own_plan;

  /* in progress */
  HoistPartPlan plans[HOIST_ADOPTION_MAX_PLANS];
  guint n_plans;
  guint plan;            /* index of the plan that is tried */
  guint next;            /* index of the part that is compared */
  HoistAdopted *adopted; /* (owned) becomes the output */
} Adopt;

static void
adopt_free (Adopt *adopt)
{
  hoist_file_unref (adopt->file);
  g_clear_pointer (&adopt->adopted, hoist_adopted_free);
  g_free (adopt);
}

/**
 * hoist_adopted_free:
 * @adopted: (transfer full): what was found
 *
 * Frees @adopted.
 */
void
hoist_adopted_free (HoistAdopted *adopted)
{
  g_clear_pointer (&adopted->parts, g_ptr_array_unref);
  g_free (adopted);
}

/**
 * hoist_adopted_apply:
 * @adopted: what was found
 * @unfinished: the upload
 * @record: of the file that was compared
 *
 * Makes @record that of the upload, with the parts that are there as done.
 */
void
hoist_adopted_apply (const HoistAdopted *adopted,
                     const HoistUnfinished *unfinished,
                     HoistUploadRecord *record)
{
  hoist_upload_record_forget_parts (record);
  g_free (record->upload_id);
  record->upload_id = g_strdup (unfinished->upload_id);
  g_free (record->key);
  record->key = g_strdup (unfinished->key);
  record->plan = adopted->plan;
  record->digest_kind = adopted->kind;
  record->begun = TRUE;
  for (guint i = 0; i < adopted->parts->len; i++)
    {
      const HoistServerPart *part = adopted->parts->pdata[i];
      guint8 digest[HOIST_DIGEST_MAX_BYTES];
      HoistDigestKind proof = hoist_server_part_get_proof (part, adopted->kind, digest);

      hoist_upload_record_set_part (record, part->part_number, part->etag,
                                    proof == adopted->kind ? digest : NULL);
    }
}

static void compare_next (GTask *task);

static void
set_other_file (GError **error, const Adopt *adopt)
{
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED,
               /* Translators: %s is a file's name */
               _ ("“%s” is not the file that was begun: what the server has of it differs."),
                  adopt->file->display_name);
}

static void
compare_in_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Adopt *adopt = data;
  const HoistServerPart *part = g_ptr_array_index (adopt->adopted->parts, adopt->next);
  guint8 expected[HOIST_DIGEST_MAX_BYTES];
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  HoistDigestKind kind = hoist_server_part_get_proof (part, adopt->adopted->kind, expected);
  GError *error = NULL;

  if (hoist_file_hash (adopt->file, kind,
                       hoist_part_plan_get_offset (&adopt->plans[adopt->plan], part->part_number),
                       part->size_bytes, cancellable, digest, &error) &&
      !hoist_digest_equal (digest, expected, hoist_digest_kind_get_length (kind)))
    set_other_file (&error, adopt);
  /* What was read must be of one version of the file. */
  if (error == NULL)
    hoist_file_check_unchanged (adopt->file, &error);
  if (error == NULL)
    g_task_return_boolean (step, TRUE);
  else
    g_task_return_error (step, error);
}

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Adopt *adopt = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      adopt->next++;
      compare_next (task);
    }
  else if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED) &&
           adopt->plan + 1 < adopt->n_plans)
    {
      g_error_free (error);
      adopt->plan++;
      adopt->next = 0;
      compare_next (task);
    }
  else
    g_task_return_error (task, error);
}

static void
compare_next (GTask *task)
{
  Adopt *adopt = g_task_get_task_data (task);
  g_autoptr (GTask) step = NULL;

  if (adopt->next >= adopt->adopted->parts->len)
    {
      adopt->adopted->plan = adopt->plans[adopt->plan];
      g_task_return_pointer (task, g_steal_pointer (&adopt->adopted),
                             (GDestroyNotify) hoist_adopted_free);
      return;
    }
  step = g_task_new (NULL, g_task_get_cancellable (task), compared_cb, g_object_ref (task));
  g_task_set_source_tag (step, compare_next);
  g_task_set_task_data (step, adopt, NULL);
  hoist_workers_run (adopt->workers, adopt->file->identity.device, step, compare_in_thread);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Adopt *adopt = g_task_get_task_data (task);
  GError *error = NULL;

  adopt->adopted->parts = hoist_provider_list_finish (HOIST_PROVIDER (source), result, &error);
  if (error == NULL && (adopt->even_empty || adopt->adopted->parts->len > 0) &&
      hoist_adoption_may_adopt (adopt->with_sha256, adopt->adopted->kind, adopt->adopted->parts))
    adopt->n_plans = hoist_adoption_make_plans (adopt->plans, &adopt->limits, &adopt->own_plan,
                                                adopt->adopted->parts);
  if (error == NULL && adopt->n_plans == 0)
    set_other_file (&error, adopt);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    compare_next (task);
}

/**
 * hoist_adopt_async:
 * @provider: where the upload is
 * @workers: threads that hash; outlive the call
 * @file: the file, open
 * @unfinished: the upload
 * @capabilities: what the destination can do
 * @own_plan: how the file would be cut if it were begun now
 * @even_empty: whether to go on with an upload that has no part, and so fits any file
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Asks what the server has of an upload, and reads as much of the file.
 */
void
hoist_adopt_async (HoistProvider *provider,
                   HoistWorkers *workers,
                   HoistFile *file,
                   const HoistUnfinished *unfinished,
                   const HoistCapabilities *capabilities,
                   const HoistPartPlan *own_plan,
                   gboolean even_empty,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Adopt *adopt = g_new0 (Adopt, 1);

  adopt->workers = workers;
  adopt->file = hoist_file_ref (file);
  adopt->with_sha256 = unfinished->with_sha256;
  adopt->even_empty = even_empty;
  adopt->limits = capabilities->limits;
  adopt->own_plan = *own_plan;
  adopt->adopted = g_new0 (HoistAdopted, 1);
  adopt->adopted->kind = capabilities->digest_kind;
  g_task_set_source_tag (task, hoist_adopt_async);
  g_task_set_task_data (task, adopt, (GDestroyNotify) adopt_free);
  hoist_provider_list_async (provider, unfinished->upload_id, unfinished->key, cancellable,
                             listed_cb, g_steal_pointer (&task));
}

/**
 * hoist_adopt_finish:
 * @result: what the callback got
 * @error: return location
 *
 * Errors: %HOIST_ERROR_FILE_CHANGED if the file is another one, or if nothing proves
 * that it is not; %HOIST_ERROR_UPLOAD_GONE; those of hoist_provider_list_finish()
 * and hoist_file_hash().
 *
 * Returns: (transfer full) (nullable): what was found
 */
HoistAdopted *
hoist_adopt_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_adopt_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
