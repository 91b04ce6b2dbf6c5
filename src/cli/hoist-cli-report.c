/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-report.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-json.h"
#include "hoist-cli-text.h"
#include "hoist-upload-format.h"

static void
print_json (HoistCliConsole *console, GString *json)
{
  g_autofree char *line = hoist_cli_json_end (json);

  hoist_cli_console_print_raw (console, line);
}

static const char *
get_event (HoistUploadState state)
{
  if (state == HOIST_UPLOAD_DONE)
    return "done";
  return state == HOIST_UPLOAD_FAILED ? "failed" : "stopped";
}

static void
report_to_person (HoistCliConsole *console, const HoistUploadInfo *info)
{
  g_autofree char *name = hoist_cli_text_escape (info->name);
  g_autofree char *status = hoist_upload_format_status (info, g_get_monotonic_time ());
  g_autofree char *safe_status = hoist_cli_text_escape (status);
  const char *place = info->location != NULL ? info->location : info->key;
  g_autofree char *safe_place = hoist_cli_text_escape (place != NULL ? place : status);

  if (info->state == HOIST_UPLOAD_DONE)
    hoist_cli_console_print (console, "%s -> %s", name, safe_place);
  else
    hoist_cli_console_print_error (console, "%s: %s", name, safe_status);
}

/**
 * hoist_cli_report_upload:
 * @console: where to
 * @info: an upload that has come to an end
 * @json: whether it is for programs
 *
 * Tells what became of a file: where it is now, or why it is not there.
 */
void
hoist_cli_report_upload (HoistCliConsole *console, const HoistUploadInfo *info, gboolean json)
{
  GString *object;

  if (!json)
    {
      report_to_person (console, info);
      return;
    }
  object = hoist_cli_json_begin (get_event (info->state));
  hoist_cli_json_add_upload (object, info);
  print_json (console, object);
}

/**
 * hoist_cli_report_progress:
 * @console: where to
 * @progress: how far it is
 *
 * Tells programs how far it is.
 */
void
hoist_cli_report_progress (HoistCliConsole *console, const HoistCliProgress *progress)
{
  GString *object = hoist_cli_json_begin ("progress");

  hoist_cli_json_add_number (object, "files", progress->n_files);
  hoist_cli_json_add_number (object, "finished", progress->n_done);
  hoist_cli_json_add_number (object, "failed", progress->n_failed);
  hoist_cli_json_add_number (object, "size", progress->total_bytes);
  hoist_cli_json_add_number (object, "sent", progress->sent_bytes);
  hoist_cli_json_add_number (object, "speed", progress->bytes_per_s);
  hoist_cli_json_add_number (object, "percent", hoist_cli_progress_get_percent (progress));
  hoist_cli_json_add_flag (object, "counting", progress->counting);
  hoist_cli_json_add_string (object, "name", progress->name);
  hoist_cli_json_add_string (object, "waiting", progress->note);
  print_json (console, object);
}

/**
 * hoist_cli_report_waiting:
 * @console: where to
 * @info: an upload that waits
 *
 * Tells people, where there is no bar to show it, why nothing moves.
 */
void
hoist_cli_report_waiting (HoistCliConsole *console, const HoistUploadInfo *info)
{
  g_autofree char *name = hoist_cli_text_escape (info->name);
  g_autofree char *status = hoist_upload_format_status (info, g_get_monotonic_time ());
  g_autofree char *safe_status = hoist_cli_text_escape (status);

  hoist_cli_console_print_note (console, "%s: %s", name, safe_status);
}

static void
print_summary_json (HoistCliConsole *console, const HoistCliReport *report)
{
  GString *object = hoist_cli_json_begin ("summary");

  hoist_cli_json_add_number (object, "done", report->n_done);
  hoist_cli_json_add_number (object, "failed", report->n_failed);
  hoist_cli_json_add_number (object, "stopped", report->n_stopped);
  hoist_cli_json_add_number (object, "size", report->done_bytes);
  hoist_cli_json_add_number (object, "milliseconds", (guint64) report->elapsed_us / 1000);
  print_json (console, object);
}

/**
 * hoist_cli_report_summary:
 * @console: where to
 * @report: what came of the uploads
 * @json: whether it is for programs
 *
 * Sums up. People are spared it for a single file: its own line says it all.
 */
void
hoist_cli_report_summary (HoistCliConsole *console, const HoistCliReport *report, gboolean json)
{
  guint n = report->n_done + report->n_failed + report->n_stopped;
  g_autofree char *size = g_format_size (report->done_bytes);
  guint64 elapsed_ms = (guint64) MAX (report->elapsed_us / 1000, 1);
  g_autofree char *speed = hoist_upload_format_speed (
    (guint64) ((double) report->done_bytes * 1000 / (double) elapsed_ms));

  if (json)
    {
      print_summary_json (console, report);
      return;
    }
  if (n == 0)
    hoist_cli_console_print_note (console, "%s", _ ("There was nothing to upload."));
  if (n > 1)
    hoist_cli_console_print_note (
      console,
      /* Translators: a number of files, their size, a number of seconds, a speed. */
      ngettext ("%u file uploaded: %s in %.1f s, %s", "%u files uploaded: %s in %.1f s, %s",
                report->n_done),
      report->n_done, size, (double) elapsed_ms / 1000, speed[0] != '\0' ? speed : "0");
  if (n > 1 && report->n_failed > 0)
    hoist_cli_console_print_note (
      console, ngettext ("%u file failed", "%u files failed", report->n_failed), report->n_failed);
  if (n > 1 && report->n_stopped > 0)
    hoist_cli_console_print_note (console,
                                  ngettext ("%u file was paused or cancelled",
                                            "%u files were paused or cancelled", report->n_stopped),
                                  report->n_stopped);
}

/**
 * hoist_cli_report_interrupted:
 * @console: where to
 * @remote: whether another process goes on with it
 * @json: whether it is for programs
 *
 * Says how to go on after an interruption.
 */
void
hoist_cli_report_interrupted (HoistCliConsole *console, gboolean remote, gboolean json)
{
  if (json)
    {
      GString *object = hoist_cli_json_begin ("interrupted");

      hoist_cli_json_add_flag (object, "goes-on", remote);
      print_json (console, object);
    }
  else if (remote)
    hoist_cli_console_print_note (console, "%s",
                                  _ ("Hoist goes on uploading: “hoistctl list” shows how far it is, “hoistctl cancel” ends it."));
  else
    hoist_cli_console_print_note (
      console, "%s",
      _ ("Interrupted. What was sent is kept: “hoistctl resume --all” or the same command goes on "
         "from there."));
}
