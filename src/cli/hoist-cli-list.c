/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-json.h"
#include "hoist-cli-options.h"
#include "hoist-cli-text.h"
#include "hoist-upload-format.h"

typedef struct
{
  gboolean finished; /* history */
  gboolean json;
} ListCall;

static int
compare_finished (gconstpointer a, gconstpointer b)
{
  const HoistUploadInfo *left = *(HoistUploadInfo *const *) a;
  const HoistUploadInfo *right = *(HoistUploadInfo *const *) b;

  return (left->finished_us > right->finished_us) - (left->finished_us < right->finished_us);
}

/* (element-type HoistUploadInfo) borrowed from the list */
static GPtrArray *
collect (HoistUploadList *list, gboolean finished)
{
  GPtrArray *infos = g_ptr_array_new ();
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if ((info->state == HOIST_UPLOAD_DONE) == finished)
      g_ptr_array_add (infos, (gpointer) info);
  if (finished)
    g_ptr_array_sort (infos, compare_finished);
  return infos;
}

static void
print_json (HoistCliConsole *console, HoistUploadList *list, const HoistUploadInfo *info)
{
  GString *json = hoist_cli_json_begin (NULL);
  g_autofree char *line = NULL;

  hoist_cli_json_add_upload (json, info);
  if (info->state == HOIST_UPLOAD_QUEUED || info->state == HOIST_UPLOAD_WAITING ||
      info->state == HOIST_UPLOAD_CANCELLING)
    hoist_cli_json_add_why (json, info, hoist_upload_list_count_before (list, info));
  line = hoist_cli_json_end (json);
  hoist_cli_console_print_raw (console, line);
}

static void
print_unfinished (HoistCliConsole *console, HoistUploadList *list, const HoistUploadInfo *info)
{
  g_autofree char *name = hoist_cli_text_escape (info->name);
  g_autofree char *status = hoist_upload_format_status_in_queue (
    info, hoist_upload_list_count_before (list, info), g_get_monotonic_time ());
  g_autofree char *safe_status = hoist_cli_text_escape (status);
  g_autofree char *amount = hoist_upload_format_size (info);
  g_autofree char *padded = hoist_cli_text_pad (amount, 18);
  guint percent = info->size_bytes > 0
                    ? (guint) ((double) info->sent_bytes * 100 / (double) info->size_bytes)
                    : 0;

  hoist_cli_console_print (console, "%5" G_GUINT64_FORMAT "  %3u %%  %s  %s: %s", info->id,
                           MIN (percent, 99), padded, name, safe_status);
}

static void
print_finished (HoistCliConsole *console, const HoistUploadInfo *info)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (info->finished_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *time = local != NULL ? g_date_time_format (local, "%F %R") : g_strdup ("");
  g_autofree char *size = g_format_size (info->size_bytes);
  g_autofree char *padded = hoist_cli_text_pad (size, 10);
  g_autofree char *name = hoist_cli_text_escape (info->name);
  const char *place = info->location != NULL ? info->location : info->key;
  g_autofree char *safe_place = hoist_cli_text_escape (place != NULL ? place : "");

  hoist_cli_console_print (console, "%5" G_GUINT64_FORMAT "  %s  %s  %s -> %s", info->id, time,
                           padded, name, safe_place);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  ListCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  HoistUploader *uploader = hoist_cli_host_open_finish (HOIST_CLI_HOST (source), result, &error);
  g_autoptr (GPtrArray) infos = NULL;

  if (uploader == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  infos = collect (hoist_uploader_get_list (uploader), call->finished);
  for (guint i = 0; i < infos->len; i++)
    {
      if (call->json)
        print_json (console, hoist_uploader_get_list (uploader), g_ptr_array_index (infos, i));
      else if (call->finished)
        print_finished (console, g_ptr_array_index (infos, i));
      else
        print_unfinished (console, hoist_uploader_get_list (uploader),
                          g_ptr_array_index (infos, i));
    }
  if (infos->len == 0 && !call->json)
    hoist_cli_console_print_note (console, "%s",
                                  call->finished ? _ ("Nothing was uploaded yet.")
                                                 : _ ("There are no unfinished uploads."));
  hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
}

static void
run (HoistCliContext *context,
     const char *const *arguments,
     GTask *task,
     gboolean finished,
     const char *summary)
{
  g_autofree char *command = g_strconcat (finished ? "history" : "list", " ", NULL);
  ListCall *call = g_new0 (ListCall, 1);
  g_auto (GStrv) rest = NULL;
  const HoistCliLimits limits = { 0 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, N_ ("Write JSON lines, for programs"), NULL },
      { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL },
      G_OPTION_ENTRY_NULL,
  };
  HoistCliParsed parsed;

  call->finished = finished;
  g_task_set_task_data (task, call, g_free);
  parsed = hoist_cli_parse_options (context, arguments, command, _ ("[OPTION…]"), summary, entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (rest != NULL)
    hoist_cli_finish_usage_error (task, context, command, _ ("This command takes no arguments"));
  else
    hoist_cli_host_open_async (hoist_cli_context_get_host (context), &limits,
                               hoist_cli_context_get_cancellable (context), opened_cb, task);
}

/**
 * hoist_cli_list:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl list`: shows the uploads that are not finished.
 */
void
hoist_cli_list (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  run (context, arguments, task, FALSE,
       _ ("Shows the uploads that are not finished: number, how far, name and state."));
}

/**
 * hoist_cli_history:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl history`: shows the finished uploads.
 */
void
hoist_cli_history (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  run (
    context, arguments, task, TRUE,
    _ ("Shows the finished uploads, the last one at the end: number, when, size, name and where."));
}
