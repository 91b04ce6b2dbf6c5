/* SPDX-License-Identifier: GPL-3.0-or-later */

/* receipt: the proofs of deliveries, for people, as JSON, and for sha256sum. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-ids.h"
#include "hoist-cli-options.h"
#include "hoist-cli-text.h"
#include "hoist-receipt-format.h"

typedef struct
{
  /* Options */
  gboolean all;
  gboolean json;
  gboolean sums;
  GStrv texts; /* (owned) (nullable) ids as given */

  /* In progress */
  GArray *ids;             /* (owned) (element-type guint64) */
  guint n_asked;           /* of @ids */
  HoistUploader *uploader; /* borrowed from the host */
  guint n_printed;
  int status;
} ReceiptCall;

static void
receipt_call_free (ReceiptCall *call)
{
  g_strfreev (call->texts);
  g_array_unref (call->ids);
  g_free (call);
}

static void
print_sums (HoistCliConsole *console, ReceiptCall *call, const HoistReceipt *receipt)
{
  g_autofree char *line = hoist_receipt_dup_sums_line (receipt);
  g_autofree char *name = hoist_cli_text_escape (receipt->name);

  if (line != NULL)
    {
      hoist_cli_console_print_raw (console, line);
      return;
    }
  call->status = HOIST_CLI_EXIT_FAILED;
  hoist_cli_console_print_error (console, receipt->whole == HOIST_WHOLE_FOLLOWS
                                 /* Translators: %s is a file's name */
                                 ? _ ("%s: its SHA-256 is still being computed")
                                 /* Translators: %s is a file's name */
                                 : _ ("%s: its SHA-256 is not known"), name);
}

static void
print_text (HoistCliContext *context, ReceiptCall *call, const HoistReceipt *receipt)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  HoistDestinationStore *store =
    hoist_cli_host_get_destinations (hoist_cli_context_get_host (context));
  HoistDestination *destination = hoist_destination_store_lookup (store, receipt->destination_id);
  g_autofree char *text = hoist_receipt_format_text (
    receipt, destination != NULL ? hoist_destination_get_name (destination) : NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (call->n_printed > 0)
    hoist_cli_console_print (console, "%s", "");
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autofree char *safe = hoist_cli_text_escape (lines[i]);

      hoist_cli_console_print (console, "%s", safe);
    }
}

static void
print_receipt (HoistCliContext *context, ReceiptCall *call, const HoistReceipt *receipt)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  g_autofree char *json = NULL;

  if (call->sums)
    print_sums (console, call, receipt);
  else if (call->json)
    {
      json = hoist_receipt_format_json (receipt);
      hoist_cli_console_print_raw (console, json);
    }
  else
    print_text (context, call, receipt);
  call->n_printed++;
}

static void ask_more (GTask *task);

static void
got_receipts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  ReceiptCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) receipts =
    hoist_uploader_receipts_finish (HOIST_UPLOADER (source), result, &error);

  if (receipts == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  for (guint i = 0; i < receipts->len; i++)
    print_receipt (context, call, g_ptr_array_index (receipts, i));
  ask_more (task);
}

static void
ask_more (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  ReceiptCall *call = g_task_get_task_data (task);
  guint n = MIN (call->ids->len - call->n_asked, HOIST_UPLOADER_MAX_RECEIPTS);
  const guint64 *first = &g_array_index (call->ids, guint64, call->n_asked);

  if (n == 0)
    {
      hoist_cli_finish (task, call->status);
      return;
    }
  call->n_asked += n;
  hoist_uploader_receipts_async (
    call->uploader, first, n, hoist_cli_context_get_cancellable (context), got_receipts_cb, task);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  ReceiptCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GArray *chosen;
  gboolean some_missing;

  call->uploader = hoist_cli_host_open_finish (HOIST_CLI_HOST (source), result, &error);
  if (call->uploader == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  chosen = hoist_cli_choose_delivered (context, hoist_uploader_get_list (call->uploader), call->ids,
                                       call->all, &some_missing);
  g_array_unref (call->ids);
  call->ids = chosen;
  if (some_missing)
    call->status = HOIST_CLI_EXIT_FAILED;
  ask_more (task);
}

static gboolean
check_options (ReceiptCall *call, GError **error)
{
  if (call->json && call->sums)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Give --json or --sha256sums, not both"));
      return FALSE;
    }
  return hoist_cli_read_ids ((const char *const *) call->texts, call->all, call->ids, error);
}

/**
 * hoist_cli_receipt:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl receipt`: shows the proofs of deliveries.
 */
void
hoist_cli_receipt (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  ReceiptCall *call = g_new0 (ReceiptCall, 1);
  const HoistCliLimits limits = { 0 };
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "all", 'a', 0, G_OPTION_ARG_NONE, &call->all, N_ ("Every finished upload"), NULL },
      { "json", 0, 0, G_OPTION_ARG_NONE, &call->json, N_ ("Write JSON lines, for programs"), NULL },
        { "sha256sums", 0, 0, G_OPTION_ARG_NONE, &call->sums,
          N_ ("Write lines for “sha256sum --check”"), NULL },
          { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->texts, NULL, NULL },
          G_OPTION_ENTRY_NULL,
      };
  HoistCliParsed parsed;

  call->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_task_set_task_data (task, call, (GDestroyNotify) receipt_call_free);
  parsed = hoist_cli_parse_options (context, arguments, "receipt ",
                                    _ ("[OPTION…] NUMBER…|--all"),
                                       _ ("Shows what proves that files were delivered."), entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!check_options (call, &error))
    hoist_cli_finish_usage_error (task, context, "receipt ", error->message);
  else
    hoist_cli_host_open_async (hoist_cli_context_get_host (context), &limits,
                               hoist_cli_context_get_cancellable (context), opened_cb, task);
}
