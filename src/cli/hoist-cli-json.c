/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-cli-json.h"

#include <time.h>

#include "hoist-json-text.h"
#include "hoist-upload-format.h"

static void
append_name (GString *json, const char *name)
{
  if (json->len > 1)
    g_string_append_c (json, ',');
  hoist_json_append_text (json, name);
  g_string_append_c (json, ':');
}

/**
 * hoist_cli_json_begin:
 * @event: (nullable): the value of the member `event`
 *
 * Begins an object.
 *
 * Returns: (transfer full): the object so far
 */
GString *
hoist_cli_json_begin (const char *event)
{
  GString *json = g_string_new ("{");

  if (event != NULL)
    hoist_cli_json_add_string (json, "event", event);
  return json;
}

/**
 * hoist_cli_json_add_string:
 * @json: the object so far
 * @name: a member's name
 * @value: (nullable): its value; what is no UTF-8 is replaced
 *
 * Adds a string, or nothing where @value is null.
 */
void
hoist_cli_json_add_string (GString *json, const char *name, const char *value)
{
  if (value == NULL)
    return;
  append_name (json, name);
  hoist_json_append_text (json, value);
}

/**
 * hoist_cli_json_add_number:
 * @json: the object so far
 * @name: a member's name
 * @value: its value
 *
 * Adds an integer.
 */
void
hoist_cli_json_add_number (GString *json, const char *name, guint64 value)
{
  append_name (json, name);
  g_string_append_printf (json, "%" G_GUINT64_FORMAT, value);
}

/**
 * hoist_cli_json_add_flag:
 * @json: the object so far
 * @name: a member's name
 * @value: its value
 *
 * Adds a truth value.
 */
void
hoist_cli_json_add_flag (GString *json, const char *name, gboolean value)
{
  append_name (json, name);
  g_string_append (json, value ? "true" : "false");
}

/**
 * hoist_cli_json_add_time:
 * @json: the object so far
 * @name: a member's name
 * @real_us: real time in microseconds; 0 = none
 *
 * Adds a time as ISO 8601 in UTC, or nothing.
 */
void
hoist_cli_json_add_time (GString *json, const char *name, gint64 real_us)
{
  const time_t time = (time_t) (real_us / G_USEC_PER_SEC);
  char text[sizeof "9999-12-31T23:59:59Z"];
  struct tm utc;

  /* GLib's way costs ten times as much, and a file has two of them. */
  if (real_us != 0 && gmtime_r (&time, &utc) != NULL &&
      strftime (text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) != 0)
    hoist_cli_json_add_string (json, name, text);
}

/**
 * hoist_cli_json_add_upload:
 * @json: the object so far
 * @info: an upload
 *
 * Adds what tells an upload from others and what became of it: the members
 * that are in every object about one upload (docs/hoistctl.md).
 */
void
hoist_cli_json_add_upload (GString *json, const HoistUploadInfo *info)
{
  hoist_cli_json_add_number (json, "id", info->id);
  hoist_cli_json_add_string (json, "name", info->name);
  hoist_cli_json_add_string (json, "path", info->path);
  hoist_cli_json_add_string (json, "destination", info->destination_id);
  hoist_cli_json_add_string (json, "state", hoist_upload_state_get_nick (info->state));
  hoist_cli_json_add_number (json, "size", info->size_bytes);
  hoist_cli_json_add_number (json, "sent", info->sent_bytes);
  if (info->read_bytes > 0)
    hoist_cli_json_add_number (json, "read", info->read_bytes);
  if (info->is_folder)
    {
      hoist_cli_json_add_flag (json, "folder", TRUE);
      hoist_cli_json_add_number (json, "found", info->n_found);
    }
  if (info->error_code >= 0)
    {
      hoist_cli_json_add_string (json, "code",
                                 hoist_error_get_nick ((HoistError) info->error_code));
      hoist_cli_json_add_string (json, "message",
                                 info->error_message != NULL
                                   ? info->error_message
                                   : hoist_error_get_phrase ((HoistError) info->error_code));
    }
  hoist_cli_json_add_string (json, "key", info->key);
  hoist_cli_json_add_string (json, "location", info->location);
  hoist_cli_json_add_string (json, "checksum", info->checksum);
  hoist_cli_json_add_time (json, "added", info->added_us);
  hoist_cli_json_add_time (json, "finished", info->finished_us);
}

/**
 * hoist_cli_json_add_why:
 * @json: the object so far
 * @info: an upload
 * @n_before: as hoist_upload_list_count_before() says
 *
 * Adds why an upload waits, what happens next and when.
 */
void
hoist_cli_json_add_why (GString *json, const HoistUploadInfo *info, guint n_before)
{
  gint64 now_us = g_get_monotonic_time ();
  g_autofree char *why = hoist_upload_format_status_in_queue (info, n_before, now_us);

  hoist_cli_json_add_string (json, "why", why);
  if (info->hold != HOIST_HOLD_NONE)
    hoist_cli_json_add_string (json, "hold", hoist_hold_get_nick (info->hold));
  if (n_before != HOIST_TURN_UNKNOWN)
    hoist_cli_json_add_number (json, "before", n_before);
  if (info->next_try_us != 0)
    hoist_cli_json_add_time (json, "nextTry", g_get_real_time () + (info->next_try_us - now_us));
}

/**
 * hoist_cli_json_end:
 * @json: (transfer full): the object so far
 *
 * Ends an object.
 *
 * Returns: (transfer full): one line, without its end
 */
char *
hoist_cli_json_end (GString *json)
{
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
