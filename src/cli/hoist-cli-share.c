/* SPDX-License-Identifier: GPL-3.0-or-later */

/* share: links to what was delivered. They go to standard output, and nowhere else. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-ids.h"
#include "hoist-cli-json.h"
#include "hoist-cli-options.h"
#include "hoist-cli-qr.h"
#include "hoist-cli-target.h"
#include "hoist-cli-text.h"
#include "hoist-cli-values.h"
#include "hoist-link-format.h"
#include "hoist-share-format.h"

typedef struct
{
  /* Options */
  HoistCliTarget target;
  char *expires_text; /* (owned) (nullable) as given */
  char *format_text;  /* (owned) (nullable) as given */
  gboolean with_qr;
  gboolean json;
  GStrv texts; /* (owned) (nullable) numbers and names as given */

  /* In progress */
  guint expires_in_s;
  HoistLinkFormat format;
  GArray *ids;             /* (owned) (element-type guint64) */
  guint n_asked;           /* of @ids */
  HoistUploader *uploader; /* (owned) (nullable) */
  gboolean told_location;  /* that a link is just where the file is */
  gboolean told_temporary; /* that a link may end before */
  int status;
} ShareCall;

static void
share_call_free (ShareCall *call)
{
  hoist_cli_target_clear (&call->target);
  g_free (call->expires_text);
  g_free (call->format_text);
  g_strfreev (call->texts);
  g_array_unref (call->ids);
  g_clear_object (&call->uploader);
  g_free (call);
}

/* --- What is printed --------------------------------------------------------------------------- */

/* Once for all of them: it is the same with each of a destination. */
static void
tell_people (HoistCliConsole *console, ShareCall *call, const HoistShare *share)
{
  g_autofree char *until = hoist_share_format_expiry (share);

  if (until != NULL && call->n_asked == 1)
    hoist_cli_console_print_note (console, "%s", until);
  if (share->temporary && !call->told_temporary)
    hoist_cli_console_print_note (console, "%s", hoist_share_get_temporary_note ());
  if (!share->is_signed && !call->told_location)
    hoist_cli_console_print_note (console, "%s", hoist_share_get_location_note ());
  call->told_temporary |= share->temporary;
  call->told_location |= !share->is_signed;
}

static void
print_json (HoistCliConsole *console, const HoistUploadInfo *info, const HoistShare *share)
{
  GString *json = hoist_cli_json_begin (NULL);
  g_autofree char *s3 = share->bucket != NULL && info->key != NULL
                          ? hoist_link_format_make_s3 (share->bucket, info->key)
                          : NULL;
  g_autofree char *line = NULL;

  hoist_cli_json_add_number (json, "id", info->id);
  hoist_cli_json_add_string (json, "name", info->name);
  hoist_cli_json_add_string (json, "url", share->url);
  hoist_cli_json_add_flag (json, "signed", share->is_signed);
  hoist_cli_json_add_time (json, "expires", share->expires_us);
  hoist_cli_json_add_flag (json, "temporary", share->temporary);
  hoist_cli_json_add_string (json, "s3", s3);
  line = hoist_cli_json_end (json);
  hoist_cli_console_print_raw (console, line);
}

static gboolean
print_link (HoistCliConsole *console,
            ShareCall *call,
            const HoistUploadInfo *info,
            const HoistShare *share,
            GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *safe = NULL;

  text = hoist_share_format_link (share, call->format, info->name, info->key, error);
  if (text == NULL)
    return FALSE;
  safe = hoist_cli_text_escape (text);
  hoist_cli_console_print_raw (console, safe);
  return !call->with_qr ||
         hoist_cli_qr_print (console, call->format == HOIST_LINK_S3 ? text : share->url, error);
}

static void ask_next (GTask *task);

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  ShareCall *call = g_task_get_task_data (task);
  guint64 id = g_array_index (call->ids, guint64, call->n_asked - 1);
  const HoistUploadInfo *info =
    hoist_upload_list_lookup_info (hoist_uploader_get_list (call->uploader), id);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistShare) share =
    hoist_uploader_share_finish (HOIST_UPLOADER (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  if (share != NULL && info != NULL && call->json)
    print_json (console, info, share);
  else if (share != NULL && info != NULL)
    print_link (console, call, info, share, &error);
  if (error != NULL)
    {
      g_autofree char *name = hoist_cli_text_escape (info != NULL ? info->name : "");
      g_autofree char *why = hoist_cli_text_escape (error->message);

      hoist_cli_console_print_error (console, "%s: %s", name, why);
      call->status = HOIST_CLI_EXIT_FAILED;
    }
  else if (share != NULL && share->url != NULL && !call->json)
    tell_people (console, call, share);
  ask_next (task);
}

static void
ask_next (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  ShareCall *call = g_task_get_task_data (task);
  guint64 id;

  if (call->n_asked == call->ids->len)
    {
      hoist_cli_finish (task, call->status);
      return;
    }
  id = g_array_index (call->ids, guint64, call->n_asked++);
  hoist_uploader_share_async (call->uploader, id,
                              call->format == HOIST_LINK_S3 ? 0 : call->expires_in_s,
                              hoist_cli_context_get_cancellable (context), shared_cb, task);
}

/* --- Which uploads ----------------------------------------------------------------------------- */

/* Delivered again under the same key it is the same object: then the last one speaks for all. */
static gboolean
find_name (HoistUploadList *list, const char *name, guint64 *id, gboolean *is_clear)
{
  const HoistUploadInfo *found = NULL;
  const HoistUploadInfo *info;

  *is_clear = TRUE;
  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    {
      if (info->state != HOIST_UPLOAD_DONE || !g_str_equal (info->name, name))
        continue;
      if (found != NULL && (g_strcmp0 (found->key, info->key) != 0 ||
                            !g_str_equal (found->destination_id, info->destination_id)))
        *is_clear = FALSE;
      found = info;
      *id = info->id;
    }
  return found != NULL;
}

static void
choose (HoistCliContext *context, ShareCall *call, const char *text)
{
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  HoistUploadList *list = hoist_uploader_get_list (call->uploader);
  g_autofree char *safe = hoist_cli_text_escape (text);
  const HoistUploadInfo *info = NULL;
  gboolean is_clear = TRUE;
  guint64 id;

  if (hoist_cli_parse_id (text, &id, NULL))
    info = hoist_upload_list_lookup_info (list, id);
  if (info != NULL && info->state != HOIST_UPLOAD_DONE)
    {
      /* Translators: %s is a file's name */
      hoist_cli_console_print_error (console, _ ("%s is not delivered yet"), safe);
    }
  else if (info == NULL && !find_name (list, text, &id, &is_clear))
    {
      /* Translators: %s is the number or the name of an upload. */
      hoist_cli_console_print_error (console, _ ("Nothing that was delivered is called “%s”"),
                                                 safe);
    }
  else if (!is_clear)
    {
      hoist_cli_console_print_error (console,
                                     /* Translators: %s is the name of several uploads. */
                                     _ ("Several uploads are called “%s”. Give the number of one, "
                                        "as “hoistctl history” shows it."),
                                        safe);
    }
  else
    {
      g_array_append_val (call->ids, id);
      return;
    }
  call->status = HOIST_CLI_EXIT_FAILED;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  ShareCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->uploader = hoist_cli_target_open_finish (context, result, NULL, &error);
  if (call->uploader == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  for (guint i = 0; call->texts[i] != NULL; i++)
    choose (context, call, call->texts[i]);
  ask_next (task);
}

/* --- The command line -------------------------------------------------------------------------- */

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, why);
  return FALSE;
}

static gboolean
read_expiry (ShareCall *call, GError **error)
{
  gint64 expires_us;

  call->expires_in_s = HOIST_SHARE_DEFAULT_S;
  if (call->expires_text == NULL)
    return TRUE;
  if (call->format == HOIST_LINK_S3)
    return refuse (error, _ ("What “--format s3” says is no link, and has no end"));
  if (!hoist_cli_parse_duration (call->expires_text, &expires_us, error))
    return FALSE;
  if (expires_us < G_USEC_PER_SEC || expires_us > (gint64) HOIST_SHARE_MAX_S * G_USEC_PER_SEC)
    return refuse (error, _ ("A link can be good for at most seven days, and at least a second"));
  call->expires_in_s = (guint) (expires_us / G_USEC_PER_SEC);
  return TRUE;
}

static gboolean
check_options (ShareCall *call, GError **error)
{
  if (call->texts == NULL || call->texts[0] == NULL)
    return refuse (error, _ ("Say which uploads: their numbers or names"));
  if (call->json && (call->with_qr || call->format_text != NULL))
    return refuse (error, _ ("--json goes neither with --format nor with --qr"));
  if (call->format_text != NULL && !hoist_link_format_from_nick (call->format_text, &call->format))
    return refuse (error, _ ("A format is “url”, “markdown”, “html” or “s3”"));
  return read_expiry (call, error) && hoist_cli_target_check (&call->target, error);
}

/**
 * hoist_cli_share:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl share`: links to what was delivered.
 */
void
hoist_cli_share (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  ShareCall *call = g_new0 (ShareCall, 1);
  const HoistCliLimits limits = { 0 };
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "expires", 'e', 0, G_OPTION_ARG_STRING, &call->expires_text,
      N_ ("For how long: 1h, 1d (the default), up to 7d"), N_ ("TIME") },
      { "format", 'f', 0, G_OPTION_ARG_STRING, &call->format_text,
        N_ ("What to print: url, markdown, html, or s3 for s3://bucket/key"), N_ ("FORMAT") },
        { "qr", 0, 0, G_OPTION_ARG_NONE, &call->with_qr, N_ ("Show a QR code, too"), NULL },
          HOIST_CLI_TARGET_OPTIONS (call->target),
          { "json", 0, 0, G_OPTION_ARG_NONE, &call->json,
            N_ ("Write JSON lines, for programs"), NULL },
            { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->texts, NULL, NULL },
            G_OPTION_ENTRY_NULL,
        };
  HoistCliParsed parsed;

  call->ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_task_set_task_data (task, call, (GDestroyNotify) share_call_free);
  parsed = hoist_cli_parse_options (
    context, arguments, "share ",
    _ ("[OPTION…] NUMBER|NAME…"),
       _ ("Makes links by which anybody can download delivered files, for a time."), entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!check_options (call, &error))
    hoist_cli_finish_usage_error (task, context, "share ", error->message);
  else
    hoist_cli_target_open_async (&call->target, context, &limits, FALSE, opened_cb, task);
}
