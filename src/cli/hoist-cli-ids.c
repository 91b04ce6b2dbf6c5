/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-ids.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-text.h"
#include "hoist-cli-values.h"

/**
 * hoist_cli_read_ids:
 * @texts: (nullable) (array zero-terminated=1): numbers of uploads, as given
 * @all: whether all were asked for instead
 * @ids: (element-type guint64): the numbers are added to it
 * @error: return location
 *
 * Reads which uploads a command is for.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where both or none were given, or what is no
 * number.
 *
 * Returns: whether it is right
 */
gboolean
hoist_cli_read_ids (const char *const *texts, gboolean all, GArray *ids, GError **error)
{
  gboolean any = texts != NULL && texts[0] != NULL;

  if (all == any)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Give the numbers of uploads, or --all"));
      return FALSE;
    }
  for (guint i = 0; any && texts[i] != NULL; i++)
    {
      guint64 id;

      if (!hoist_cli_parse_id (texts[i], &id, error))
        return FALSE;
      g_array_append_val (ids, id);
    }
  return TRUE;
}

static gboolean
check_delivered (HoistCliConsole *console, HoistUploadList *list, guint64 id)
{
  const HoistUploadInfo *info = hoist_upload_list_lookup_info (list, id);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, id);
  g_autofree char *name = NULL;

  if (info != NULL && info->state == HOIST_UPLOAD_DONE)
    return TRUE;
  if (info == NULL)
    {
      /* Translators: %s is the number of an upload. */
      hoist_cli_console_print_error (console, _ ("There is no upload %s"), number);
      return FALSE;
    }
  name = hoist_cli_text_escape (info->name);
  /* Translators: %s is a file's name */
  hoist_cli_console_print_error (console, _ ("%s is not delivered yet"), name);
  return FALSE;
}

/**
 * hoist_cli_choose_delivered:
 * @context: the run
 * @list: the uploads
 * @named: (element-type guint64): those that were named
 * @all: whether all that are done were asked for instead
 * @some_missing: (out): whether a named one is not there or not done; that is printed
 *
 * Returns: (transfer full) (element-type guint64): those that are done
 */
GArray *
hoist_cli_choose_delivered (HoistCliContext *context,
                            HoistUploadList *list,
                            GArray *named,
                            gboolean all,
                            gboolean *some_missing)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  GArray *chosen = g_array_new (FALSE, FALSE, sizeof (guint64));
  const HoistUploadInfo *info;

  *some_missing = FALSE;
  for (guint i = 0; all && (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (info->state == HOIST_UPLOAD_DONE)
      g_array_append_val (chosen, info->id);
  for (guint i = 0; i < named->len; i++)
    {
      guint64 id = g_array_index (named, guint64, i);

      if (check_delivered (console, list, id))
        g_array_append_val (chosen, id);
      else
        *some_missing = TRUE;
    }
  if (all && chosen->len == 0)
    hoist_cli_console_print_note (console, "%s", _ ("Nothing was uploaded yet."));
  return chosen;
}
