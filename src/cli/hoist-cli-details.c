/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-json.h"
#include "hoist-cli-options.h"
#include "hoist-cli-text.h"
#include "hoist-cli-values.h"
#include "hoist-upload-details.h"

typedef struct
{
  gboolean json;
  GStrv texts; /* (owned) (nullable) numbers as given */
  GArray *ids; /* (owned) (element-type guint64) */
} DetailsCall;

static void
details_call_free (DetailsCall *call)
{
  g_strfreev (call->texts);
  g_array_unref (call->ids);
  g_free (call);
}

static void
print_json (HoistCliConsole *console, GPtrArray *details)
{
  GString *json = hoist_cli_json_begin (NULL);
  g_autofree char *line = NULL;

  for (guint i = 0; i < details->len; i++)
    {
      const HoistDetail *detail = g_ptr_array_index (details, i);

      hoist_cli_json_add_string (json, detail->name, detail->value);
    }
  line = hoist_cli_json_end (json);
  hoist_cli_console_print_raw (console, line);
}

static void
print_text (HoistCliConsole *console, GPtrArray *details)
{
  for (guint i = 0; i < details->len; i++)
    {
      const HoistDetail *detail = g_ptr_array_index (details, i);
      g_autofree char *value = hoist_cli_text_escape (detail->value);

      hoist_cli_console_print (console, "%s: %s", detail->label, value);
    }
}

static void
print (HoistCliContext *context,
       HoistUploader *uploader,
       const HoistUploadInfo *info,
       gboolean json)
{
  HoistDestinationStore *store =
    hoist_cli_host_get_destinations (hoist_cli_context_get_host (context));
  HoistNetworkState network;
  const HoistDetailsContext known = {
    .destination = hoist_destination_store_lookup (store, info->destination_id),
    .network = &network,
    .n_before = hoist_upload_list_count_before (hoist_uploader_get_list (uploader), info),
    .now_us = g_get_monotonic_time (),
    .now_real_us = g_get_real_time (),
  };
  g_autoptr (GPtrArray) details = NULL;

  hoist_network_state_init (&network);
  hoist_network_state_take (&network, g_network_monitor_get_default ());
  details = hoist_upload_details_new (info, &known);
  if (json)
    print_json (hoist_cli_context_get_console (context), details);
  else
    print_text (hoist_cli_context_get_console (context), details);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  DetailsCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  HoistUploader *uploader = hoist_cli_host_open_finish (HOIST_CLI_HOST (source), result, &error);
  int status = HOIST_CLI_EXIT_OK;

  if (uploader == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  for (guint i = 0; i < call->ids->len; i++)
    {
      guint64 id = g_array_index (call->ids, guint64, i);
      const HoistUploadInfo *info =
        hoist_upload_list_lookup_info (hoist_uploader_get_list (uploader), id);

      if (i > 0 && !call->json)
        hoist_cli_console_print (console, "%s", "");
      if (info != NULL)
        print (context, uploader, info, call->json);
      else
        {
          g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, id);

          /* Translators: %s is the number of an upload. */
          hoist_cli_console_print_error (console, _ ("There is no upload %s"), number);
          status = HOIST_CLI_EXIT_FAILED;
        }
    }
  hoist_cli_finish (task, status);
}

static gboolean
read_ids (DetailsCall *call, GError **error)
{
  if (call->texts == NULL || call->texts[0] == NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Give the numbers of uploads"));
      return FALSE;
    }
  for (guint i = 0; call->texts[i] != NULL; i++)
    {
      guint64 id;

      if (!hoist_cli_parse_id (call->texts[i], &id, error))
        return FALSE;
      g_array_append_val (call->ids, id);
    }
  return TRUE;
}

/**
 * hoist_cli_details:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl details`: says all that is known of an upload, to be sent to whoever
 * can help.
 */
void
hoist_cli_details (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  DetailsCall *call = g_new0 (DetailsCall, 1);
  const HoistCliLimits limits = { 0 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, N_ ("Write JSON lines, for programs"), NULL },
      { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->texts, NULL, NULL },
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  HoistCliParsed parsed;

  call->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_task_set_task_data (task, call, (GDestroyNotify) details_call_free);
  parsed = hoist_cli_parse_options (
    context, arguments, "details ",
    _ ("[OPTION…] NUMBER…"), _ ("Says all that is known of uploads, without any secret: to "
                                       "be sent to whoever can help."),
                                entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!read_ids (call, &error))
    hoist_cli_finish_usage_error (task, context, "details ", error->message);
  else
    hoist_cli_host_open_async (hoist_cli_context_get_host (context), &limits,
                               hoist_cli_context_get_cancellable (context), opened_cb, task);
}
