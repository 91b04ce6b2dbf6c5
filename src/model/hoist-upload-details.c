/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-upload-details.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-redact.h"
#include "hoist-upload-format.h"

static void
detail_free (HoistDetail *detail)
{
  g_free (detail->value);
  g_free (detail);
}

/* The one way in: whatever is said leaves the program. */
static void
add (GPtrArray *details, const char *name, const char *label, const char *value)
{
  HoistDetail *detail;

  if (value == NULL || *value == '\0')
    return;
  detail = g_new (HoistDetail, 1);
  detail->name = name;
  detail->label = label;
  detail->value = hoist_redact (value);
  /* One line each, whatever a server or a file's name has in it. */
  for (char *c = detail->value; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      *c = ' ';
  g_ptr_array_add (details, detail);
}

G_GNUC_PRINTF (4, 5)
static void
add_printf (GPtrArray *details, const char *name, const char *label, const char *format, ...)
{
  g_autofree char *value = NULL;
  va_list arguments;

  va_start (arguments, format);
  value = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add (details, name, label, value);
}

static void
add_number (GPtrArray *details, const char *name, const char *label, guint64 number)
{
  if (number != 0)
    add_printf (details, name, label, "%" G_GUINT64_FORMAT, number);
}

/* As ISO 8601 in UTC: it is compared with a server's log. */
static void
add_time (GPtrArray *details, const char *name, const char *label, gint64 real_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (real_us / G_USEC_PER_SEC);
  g_autofree char *text = NULL;

  if (real_us == 0 || time == NULL)
    return;
  text = g_date_time_format_iso8601 (time);
  add (details, name, label, text);
}

static gint64
to_real_us (const HoistDetailsContext *context, gint64 monotonic_us)
{
  return monotonic_us != 0 ? context->now_real_us + (monotonic_us - context->now_us) : 0;
}

static void
add_program (GPtrArray *details)
{
  g_autofree char *os = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

  add_printf (details, "program",
              _ ("Program"), "Hoist %s, GLib %u.%u.%u", HOIST_VERSION, glib_major_version,
                 glib_minor_version, glib_micro_version);
  add (details, "system", _ ("System"), os);
}

/* A file in the home folder says no more about a person than it must. */
static char *
dup_path (const HoistUploadInfo *info)
{
  g_autofree char *path = g_filename_display_name (info->path != NULL ? info->path : "");
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);

  if (length > 1 && g_str_has_prefix (path, home) && path[length] == '/')
    return g_strconcat ("~", path + length, NULL);
  return g_steal_pointer (&path);
}

static void
add_file (GPtrArray *details, const HoistUploadInfo *info)
{
  g_autofree char *path = dup_path (info);

  add_number (details, "id", _ ("Upload"), info->id);
  add (details, "name", _ ("Name"), info->name);
  add (details, "path", _ ("File"), path);
  add_printf (details, "size", _ ("Size"), "%" G_GUINT64_FORMAT, info->size_bytes);
  add_printf (details, "sent", _ ("Sent"), "%" G_GUINT64_FORMAT, info->sent_bytes);
}

/* The host, and nothing that somebody may have put into the address besides. */
static char *
dup_host (HoistDestination *destination)
{
  const char *url = hoist_destination_get_url (destination);
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED, NULL) : NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return NULL;
  if (g_uri_get_port (uri) < 0)
    return g_strconcat (g_uri_get_scheme (uri), "://", g_uri_get_host (uri), NULL);
  return g_strdup_printf ("%s://%s:%d", g_uri_get_scheme (uri), g_uri_get_host (uri),
                          g_uri_get_port (uri));
}

static void
add_destination (GPtrArray *details,
                 const HoistUploadInfo *info,
                 const HoistDetailsContext *context)
{
  g_autofree char *host = NULL;

  add (details, "destination", _ ("Destination"), info->destination_id);
  if (context->destination == NULL)
    return;
  host = dup_host (context->destination);
  add (details, "destinationType",
       _ ("Kind of destination"), hoist_destination_get_provider_type (context->destination));
  add (details, "host", _ ("Host"), host);
}

static void
add_state (GPtrArray *details, const HoistUploadInfo *info, const HoistDetailsContext *context)
{
  g_autofree char *why =
    hoist_upload_format_status_in_queue (info, context->n_before, context->now_us);

  add (details, "state", _ ("State"), hoist_upload_state_get_nick (info->state));
  add (details, "why", _ ("Why"), why);
  if (info->hold != HOIST_HOLD_NONE)
    add (details, "hold", _ ("Held up by"), hoist_hold_get_nick (info->hold));
  if (context->n_before != HOIST_TURN_UNKNOWN)
    add_printf (details, "before", _ ("Files before it"), "%u", context->n_before);
  add_number (details, "parts", _ ("Parts"), info->parts_total);
  add_number (details, "partSize", _ ("Part size"), info->part_bytes);
  if (info->parts_total != 0)
    add_printf (details, "partsDone", _ ("Parts done"), "%u", info->parts_done);
  add_number (details, "speed", _ ("Bytes a second"), info->bytes_per_s);
}

static void
add_error (GPtrArray *details, const HoistUploadInfo *info, const HoistDetailsContext *context)
{
  if (info->error_code >= 0)
    {
      add (details, "code", _ ("Error"), hoist_error_get_nick ((HoistError) info->error_code));
      add (details, "message",
           _ ("Message"), info->error_message != NULL
                            ? info->error_message
                            : hoist_error_get_phrase ((HoistError) info->error_code));
    }
  add_number (details, "httpStatus", _ ("HTTP status"), info->http_status);
  add (details, "replyCode", _ ("The server’s code"), info->reply_code);
  add (details, "requestId", _ ("Request"), info->request_id);
  add_number (details, "attempts", _ ("Errors in a row"), info->attempts);
  add_time (details, "nextTry", _ ("Next try"), to_real_us (context, info->next_try_us));
}

static const char *
get_connectivity_nick (GNetworkConnectivity connectivity)
{
  switch (connectivity)
    {
    case G_NETWORK_CONNECTIVITY_LIMITED:
      return "limited";
    case G_NETWORK_CONNECTIVITY_PORTAL:
      return "portal";
    case G_NETWORK_CONNECTIVITY_FULL:
      return "full";
    case G_NETWORK_CONNECTIVITY_LOCAL:
    default:
      return "local";
    }
}

static void
add_network (GPtrArray *details, const HoistNetworkState *network)
{
  if (network != NULL)
    add_printf (details, "network",
                _ ("Network"), "%s, %s%s", network->available ? "available" : "not available",
                   get_connectivity_nick (network->connectivity),
                   network->metered ? ", metered" : "");
}

static void
add_result (GPtrArray *details, const HoistUploadInfo *info)
{
  add (details, "key", _ ("Object"), info->key);
  add (details, "location", _ ("Location"), info->location);
  add (details, "checksum", _ ("Checksum"), info->checksum);
}

/**
 * hoist_upload_details_new:
 * @info: an upload
 * @context: what else is known
 *
 * Makes a diagnosis: all that helps whoever runs the destination, or whoever
 * repairs Hoist, and no secret and no query of an address, wherever it may have
 * come from. A pure function but for the versions of what it runs on.
 *
 * Returns: (transfer full) (element-type HoistDetail): what is known
 */
GPtrArray *
hoist_upload_details_new (const HoistUploadInfo *info, const HoistDetailsContext *context)
{
  GPtrArray *details = g_ptr_array_new_with_free_func ((GDestroyNotify) detail_free);

  g_return_val_if_fail (info != NULL && context != NULL, details);

  add_program (details);
  add_file (details, info);
  add_destination (details, info, context);
  add_state (details, info, context);
  add_error (details, info, context);
  add_network (details, context->network);
  add_time (details, "added", _ ("Added"), info->added_us);
  add_time (details, "progressed", _ ("Last progress"), to_real_us (context, info->progressed_us));
  add_time (details, "finished", _ ("Finished"), info->finished_us);
  add_time (details, "now", _ ("Now"), context->now_real_us);
  add_result (details, info);
  return details;
}

/**
 * hoist_upload_details_to_text:
 * @details: (element-type HoistDetail): a diagnosis
 *
 * Returns: (transfer full): lines for people, to be copied and sent
 */
char *
hoist_upload_details_to_text (GPtrArray *details)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < details->len; i++)
    {
      const HoistDetail *detail = g_ptr_array_index (details, i);

      g_string_append_printf (text, "%s: %s\n", detail->label, detail->value);
    }
  return g_string_free (text, FALSE);
}
