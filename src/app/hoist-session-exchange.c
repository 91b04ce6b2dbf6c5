/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-session-exchange.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"

/* --- Export ----------------------------------------------------------------------------------- */

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hoist_session_export_async: (skip)
 * @backend: whose task it is
 * @session: a session
 * @file: where to
 * @callback: called when it is written
 * @user_data: for @callback
 *
 * Writes all destinations as a file, without secrets.
 */
void
hoist_session_export_async (HoistDestinationBackend *backend,
                            HoistSession *session,
                            GFile *file,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (backend, NULL, callback, user_data);
  HoistDestinationStore *store = hoist_session_get_destinations (session);
  char *text = hoist_destinations_export (G_LIST_MODEL (store), NULL,
                                          hoist_destination_store_get_default (store));

  g_task_set_source_tag (task, hoist_session_export_async);
  /* The task keeps the text as long as it is written. */
  g_task_set_task_data (task, text, g_free);
  g_file_replace_contents_async (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                 written_cb, task);
}

/**
 * hoist_session_export_finish: (skip)
 * @backend: whose task it is
 * @result: what the callback got
 * @error: (out) (optional): why it is not written
 *
 * Errors: of GIO.
 *
 * Returns: whether it is written
 */
gboolean
hoist_session_export_finish (HoistDestinationBackend *backend, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_session_export_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Import ----------------------------------------------------------------------------------- */

static void
append (GString *text, const char *separator, const char *what)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? separator : "", what);
}

/* Of a destination that gave way to one at another server the secret goes. */
static void
drop_secret (HoistSession *session, const char *id)
{
  hoist_secret_store_remove_async (hoist_session_get_secrets (session), id, FALSE, NULL, NULL,
                                   NULL);
}

static HoistDestinationsImported *
sum_up (HoistSession *session, GPtrArray *outcomes)
{
  HoistDestinationsImported *imported = g_new0 (HoistDestinationsImported, 1);
  g_autoptr (GString) existing = g_string_new (NULL);
  g_autoptr (GString) to_enter = g_string_new (NULL);
  g_autoptr (GString) refused = g_string_new (NULL);

  for (guint i = 0; i < outcomes->len; i++)
    {
      const HoistImportOutcome *outcome = g_ptr_array_index (outcomes, i);
      const char *name = outcome->new_name != NULL ? outcome->new_name : outcome->name;
      g_autofree char *line = NULL;

      imported->n_added += outcome->result <= HOIST_IMPORT_REPLACED;
      if (outcome->result == HOIST_IMPORT_SKIPPED)
        append (existing, ", ", name);
      if (outcome->needs_secret)
        append (to_enter, ", ", name);
      if (outcome->dropped_id != NULL)
        drop_secret (session, outcome->dropped_id);
      if (outcome->result == HOIST_IMPORT_REFUSED)
        /* Translators: a destination’s name, and what is wrong with it. */
        line = g_strdup_printf (_ ("%s: %s"), name, outcome->reason);
      if (line != NULL)
        append (refused, "\n", line);
    }
  imported->existing = g_strdup (existing->str);
  imported->to_enter = g_strdup (to_enter->str);
  imported->refused = g_strdup (refused->str);
  return imported;
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) outcomes =
    hoist_destination_store_import_finish (HOIST_DESTINATION_STORE (source), result, &error);

  if (outcomes == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, sum_up (g_task_get_task_data (task), outcomes),
                           (GDestroyNotify) hoist_destinations_imported_free);
}

static HoistImportPolicy
read_policy (const char *existing)
{
  if (g_str_equal (existing, "replace"))
    return HOIST_IMPORT_REPLACE;
  if (g_str_equal (existing, "rename"))
    return HOIST_IMPORT_RENAME;
  return g_str_equal (existing, "skip") ? HOIST_IMPORT_SKIP : HOIST_IMPORT_ASK;
}

/**
 * hoist_session_import_async: (skip)
 * @backend: whose task it is
 * @session: a session
 * @file: what was exported, by whomever
 * @existing: what to do with those whose name is there already: `skip`, `replace`,
 *   `rename`; or `ask`, which takes nothing over and names them
 * @callback: called when it is stored
 * @user_data: for @callback
 *
 * Takes over what a file says.
 */
void
hoist_session_import_async (HoistDestinationBackend *backend,
                            HoistSession *session,
                            GFile *file,
                            const char *existing,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (backend, NULL, callback, user_data);
  g_autofree char *path = g_file_get_path (file);

  g_task_set_source_tag (task, hoist_session_import_async);
  g_task_set_task_data (task, g_object_ref (session), g_object_unref);
  if (path != NULL)
    {
      hoist_destination_store_import_async (hoist_session_get_destinations (session), path,
                                            read_policy (existing), NULL, imported_cb, task);
      return;
    }
  g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Copy the file to this computer first."));
  g_object_unref (task);
}

/**
 * hoist_session_import_finish: (skip)
 * @backend: whose task it is
 * @result: what the callback got
 * @error: (out) (optional): why nothing was taken over
 *
 * Errors: of the store.
 *
 * Returns: (transfer full) (nullable): what became of it
 */
HoistDestinationsImported *
hoist_session_import_finish (HoistDestinationBackend *backend, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_session_import_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
