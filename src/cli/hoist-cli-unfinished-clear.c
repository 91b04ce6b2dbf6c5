/* SPDX-License-Identifier: GPL-3.0-or-later */

/* unfinished clear: what another computer may still be sending is only cleared when it is
 * named, or older than a person says. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-clearing.h"
#include "hoist-cli-confirm.h"
#include "hoist-cli-leftovers.h"
#include "hoist-cli-options.h"
#include "hoist-cli-target.h"
#include "hoist-cli-text.h"
#include "hoist-cli-values.h"
#include "hoist-unfinished-format.h"

#define COMMAND "unfinished clear "

typedef struct
{
  /* Options */
  HoistCliTarget target;
  gboolean all;
  char *older_than; /* (owned) (nullable) */
  gboolean yes;
  GStrv ids; /* (owned) (nullable) as given */

  /* In progress */
  gint64 older_than_us;    /* 0 = not given */
  char *destination_id;    /* (owned) (nullable) */
  HoistUploader *uploader; /* (owned) (nullable) */
  GPtrArray *chosen;       /* (owned) (nullable) (element-type HoistUnfinished) still to clear */
  GArray *cleared;         /* (owned) (element-type guint64) in the list of uploads */
  int status;
} ClearCall;

static void
clear_call_free (ClearCall *call)
{
  hoist_cli_target_clear (&call->target);
  g_free (call->older_than);
  g_strfreev (call->ids);
  g_free (call->destination_id);
  g_clear_object (&call->uploader);
  g_clear_pointer (&call->chosen, g_ptr_array_unref);
  g_array_unref (call->cleared);
  g_free (call);
}

static void
awaited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  ClearCall *call = g_task_get_task_data (task);
  int status = hoist_cli_await_clearing_finish (HOIST_CLI_CONTEXT (source), result);

  hoist_cli_finish (task, status != HOIST_CLI_EXIT_OK ? status : call->status);
}

static void clear_some (HoistCliContext *context, GTask *task);

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  ClearCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids =
    hoist_uploader_clear_unfinished_finish (HOIST_UPLOADER (source), result, &error);

  if (ids == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  if (ids->len > 0)
    g_array_append_vals (call->cleared, ids->data, ids->len);
  clear_some (context, task);
}

static void
clear_some (HoistCliContext *context, GTask *task)
{
  ClearCall *call = g_task_get_task_data (task);
  g_autoptr (GPtrArray) some =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);

  if (call->chosen->len == 0)
    {
      hoist_cli_await_clearing_async (context, call->uploader, call->cleared, TRUE, awaited_cb,
                                      task);
      return;
    }
  while (some->len < HOIST_UPLOADER_MAX_CLEAR && call->chosen->len > 0)
    g_ptr_array_add (some, g_ptr_array_steal_index_fast (call->chosen, call->chosen->len - 1));
  hoist_uploader_clear_unfinished_async (call->uploader, call->destination_id, some,
                                         hoist_cli_context_get_cancellable (context), cleared_cb,
                                         task);
}

static void
confirmed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  g_autoptr (GError) error = NULL;
  gboolean yes;

  if (!hoist_cli_confirm_finish (context, result, &yes, &error))
    hoist_cli_finish_error (task, context, error);
  else if (yes)
    clear_some (context, task);
  else
    {
      hoist_cli_console_print_note (hoist_cli_context_get_console (context), "%s",
                                    _ ("Nothing was cleared."));
      hoist_cli_finish (task, HOIST_CLI_EXIT_FAILED);
    }
}

/* What is about to go, and what speaks against it. */
static void
print_chosen (HoistCliConsole *console, GPtrArray *chosen)
{
  gint64 now_us = g_get_real_time ();
  guint n_alive = 0;

  for (guint i = 0; i < chosen->len; i++)
    {
      g_autofree char *line = hoist_cli_describe_leftover (chosen->pdata[i]);

      hoist_cli_console_print_note (console, "%s", line);
      n_alive += hoist_unfinished_may_be_alive (chosen->pdata[i], now_us);
    }
  if (n_alive > 0)
    hoist_cli_console_print_note (
      console,
      ngettext ("%u of them is less than a day old: another computer may still be sending it.",
                "%u of them are less than a day old: another computer may still be sending them.",
                n_alive),
      n_alive);
}

static void
ask (HoistCliContext *context, GTask *task)
{
  ClearCall *call = g_task_get_task_data (task);
  g_autofree char *sum = hoist_unfinished_format_sum (call->chosen, FALSE);
  g_autofree char *question = NULL;

  print_chosen (hoist_cli_context_get_console (context), call->chosen);
  if (call->yes)
    {
      clear_some (context, task);
      return;
    }
  question = g_strdup_printf (
    /* Translators: a question on the command line; %s is an amount of data. [y/N]: the letters
     * for yes and no */
    ngettext ("Clear %u unfinished upload with %s from the server, for ever? [y/N]",
              "Clear %u unfinished uploads with %s from the server, for ever? [y/N]",
              call->chosen->len),
    call->chosen->len, sum);
  hoist_cli_confirm_async (context, question, confirmed_cb, task);
}

static gboolean
is_old_enough (const ClearCall *call, const HoistUnfinished *leftover)
{
  gint64 now_us = g_get_real_time ();

  if (call->older_than_us == 0)
    return !hoist_unfinished_may_be_alive (leftover, now_us);
  return hoist_unfinished_get_last_us (leftover) <= now_us - call->older_than_us;
}

static void
choose_old (HoistCliConsole *console, ClearCall *call, GPtrArray *leftovers)
{
  guint n_young = 0;

  for (guint i = 0; i < leftovers->len; i++)
    {
      if (is_old_enough (call, leftovers->pdata[i]))
        g_ptr_array_add (call->chosen, hoist_unfinished_copy (leftovers->pdata[i]));
      else
        n_young++;
    }
  if (n_young > 0 && call->older_than_us == 0)
    hoist_cli_console_print_note (
      console,
      ngettext ("%u is less than a day old and left alone: another computer may be sending it. "
                "Name it, or give --older-than.",
                "%u are less than a day old and left alone: another computer may be sending them. "
                "Name them, or give --older-than.",
                n_young),
      n_young);
}

static void
choose_named (HoistCliConsole *console, ClearCall *call, GPtrArray *leftovers)
{
  for (guint i = 0; call->ids[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      const HoistUnfinished *leftover = hoist_cli_find_leftover (leftovers, call->ids[i], &error);
      g_autofree char *message = NULL;

      if (leftover != NULL)
        {
          g_ptr_array_add (call->chosen, hoist_unfinished_copy (leftover));
          continue;
        }
      message = hoist_cli_text_escape (error->message);
      hoist_cli_console_print_error (console, "%s", message);
      call->status = HOIST_CLI_EXIT_FAILED;
    }
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  ClearCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) leftovers = hoist_cli_load_leftovers_finish (context, result, &error);

  if (leftovers == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  call->chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
  if (call->ids != NULL)
    choose_named (console, call, leftovers);
  else
    choose_old (console, call, leftovers);
  if (call->chosen->len > 0)
    {
      ask (context, task);
      return;
    }
  if (call->ids == NULL)
    hoist_cli_console_print_note (console, "%s", _ ("There is nothing to clear."));
  hoist_cli_finish (task, call->status);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  ClearCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->uploader = hoist_cli_target_open_finish (context, result, &call->destination_id, &error);
  if (call->uploader == NULL)
    hoist_cli_finish_error (task, context, error);
  else
    hoist_cli_load_leftovers_async (context, call->uploader, call->destination_id, loaded_cb, task);
}

static gboolean
check_options (ClearCall *call, GError **error)
{
  gboolean any = call->ids != NULL && call->ids[0] != NULL;

  if (any == (call->all || call->older_than != NULL))
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("Give the names of uploads, or --all, or --older-than"));
      return FALSE;
    }
  if (!any)
    g_clear_pointer (&call->ids, g_strfreev);
  return hoist_cli_target_check (&call->target, error) &&
         (call->older_than == NULL ||
          hoist_cli_parse_duration (call->older_than, &call->older_than_us, error));
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, ClearCall *call)
{
  const GOptionEntry entries[] = {
    { "all", 'a', 0, G_OPTION_ARG_NONE, &call->all,
      N_ ("All that were not heard of for a day"), NULL },
      { "older-than", 0, 0, G_OPTION_ARG_STRING, &call->older_than,
        N_ ("All that were not heard of for so long, such as 7d or 2h"), N_ ("TIME") },
        { "yes", 'y', 0, G_OPTION_ARG_NONE, &call->yes, N_ ("Do not ask"), NULL },
          HOIST_CLI_TARGET_OPTIONS (call->target),
          { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->ids, NULL, NULL },
          G_OPTION_ENTRY_NULL,
       };

  return hoist_cli_parse_options (context, arguments, COMMAND,
                                  _ ("[OPTION…] ID…|--all"),
                                     _ ("Clears uploads that were never completed from the server. "
                                     "What was sent of them is gone for ever."),
                                        entries);
}

/**
 * hoist_cli_unfinished_clear:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl unfinished clear`: clears what other runs left.
 */
void
hoist_cli_unfinished_clear (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  ClearCall *call = g_new0 (ClearCall, 1);
  const HoistCliLimits limits = { 0 };
  g_autoptr (GError) error = NULL;
  HoistCliParsed parsed;

  call->cleared = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_task_set_task_data (task, call, (GDestroyNotify) clear_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!check_options (call, &error))
    hoist_cli_finish_usage_error (task, context, COMMAND, error->message);
  else
    hoist_cli_target_open_async (&call->target, context, &limits, TRUE, opened_cb, task);
}
