/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-upload-format.h"

#include <glib/gi18n-lib.h>

#define MINUTE_S 60
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)

/* Where the next larger unit begins: late enough that «1 hour» never stands
 * for 89 minutes, early enough that no large numbers appear. */
#define FEW_SECONDS_S 5
#define MINUTES_FROM_S 55
#define HOURS_FROM_S (90 * MINUTE_S)
#define DAYS_FROM_S (36 * HOUR_S)
#define TOO_LONG_S (30 * (guint64) DAY_S)

static guint
round_to (guint64 value, guint64 unit)
{
  return (guint) ((value + unit / 2) / unit);
}

typedef enum
{
  LEFT_FEW_SECONDS,
  LEFT_SECONDS,
  LEFT_MINUTES,
  LEFT_HOURS,
  LEFT_DAYS,
  LEFT_LONGER,
} LeftUnit;

/* How many of which unit are left; seconds in steps of five, since a number that
 * changes with every glance says less. */
static LeftUnit
measure_left (guint64 left_s, guint *n)
{
  *n = 0;
  if (left_s < FEW_SECONDS_S)
    return LEFT_FEW_SECONDS;
  if (left_s < MINUTES_FROM_S)
    {
      *n = (guint) ((left_s + 4) / 5 * 5);
      return LEFT_SECONDS;
    }
  if (left_s < HOURS_FROM_S)
    {
      *n = MAX (round_to (left_s, MINUTE_S), 1);
      return LEFT_MINUTES;
    }
  if (left_s < DAYS_FROM_S)
    {
      *n = round_to (left_s, HOUR_S);
      return LEFT_HOURS;
    }
  if (left_s < TOO_LONG_S)
    {
      *n = round_to (left_s, DAY_S);
      return LEFT_DAYS;
    }
  return LEFT_LONGER;
}

/**
 * hoist_upload_format_time_left:
 * @bytes_left: bytes that are still to be sent
 * @bytes_per_s: speed in bytes a second; 0 = not moving
 *
 * Says how long the rest takes: «About 2 minutes left».
 *
 * Returns: (transfer full): the words; empty when nothing can be said, since
 *   nothing moves
 */
char *
hoist_upload_format_time_left (guint64 bytes_left, guint64 bytes_per_s)
{
  guint n;

  if (bytes_per_s == 0)
    return g_strdup ("");

  switch (measure_left (bytes_left / bytes_per_s, &n))
    {
    case LEFT_FEW_SECONDS:
      return g_strdup (_ ("A few seconds left"));
    case LEFT_SECONDS:
      /* Translators: %u is a number of seconds, a multiple of five. */
      return g_strdup_printf (ngettext ("About %u second left", "About %u seconds left", n), n);
    case LEFT_MINUTES:
      /* Translators: %u is a number of minutes, 1 to 90. */
      return g_strdup_printf (ngettext ("About %u minute left", "About %u minutes left", n), n);
    case LEFT_HOURS:
      /* Translators: %u is a number of hours, 2 to 36. */
      return g_strdup_printf (ngettext ("About %u hour left", "About %u hours left", n), n);
    case LEFT_DAYS:
      /* Translators: %u is a number of days, 2 to 30. */
      return g_strdup_printf (ngettext ("About %u day left", "About %u days left", n), n);
    case LEFT_LONGER:
    default:
      return g_strdup (_ ("More than a month left"));
    }
}

/**
 * hoist_upload_format_time_left_within:
 * @bytes_left: bytes that are still to be sent
 * @bytes_per_s: speed in bytes a second; 0 = not moving
 *
 * Says how long the rest takes, within a sentence: «about 2 minutes left».
 *
 * Returns: (transfer full): the words; empty when nothing can be said, since
 *   nothing moves
 */
char *
hoist_upload_format_time_left_within (guint64 bytes_left, guint64 bytes_per_s)
{
  guint n;

  if (bytes_per_s == 0)
    return g_strdup ("");

  /* Translators: these stand within a sentence: “3 of 12 files, 42 %, about 2 minutes left”. */
  switch (measure_left (bytes_left / bytes_per_s, &n))
    {
    case LEFT_FEW_SECONDS:
      return g_strdup (_ ("a few seconds left"));
    case LEFT_SECONDS:
      return g_strdup_printf (ngettext ("about %u second left", "about %u seconds left", n), n);
    case LEFT_MINUTES:
      return g_strdup_printf (ngettext ("about %u minute left", "about %u minutes left", n), n);
    case LEFT_HOURS:
      return g_strdup_printf (ngettext ("about %u hour left", "about %u hours left", n), n);
    case LEFT_DAYS:
      return g_strdup_printf (ngettext ("about %u day left", "about %u days left", n), n);
    case LEFT_LONGER:
    default:
      return g_strdup (_ ("more than a month left"));
    }
}

/**
 * hoist_upload_format_amount:
 * @sent_bytes: bytes that are there
 * @size_bytes: bytes in all
 *
 * Says how much of the whole is there: «1.2 of 3.4 GB», «512 MB of 3.4 GB», or
 * only the size once nothing is missing.
 *
 * Returns: (transfer full): the words
 */
char *
hoist_upload_format_amount (guint64 sent_bytes, guint64 size_bytes)
{
  g_autofree char *size = g_format_size (size_bytes);

  if (sent_bytes >= size_bytes)
    return g_steal_pointer (&size);

  g_autofree char *sent_unit = g_format_size_full (sent_bytes, G_FORMAT_SIZE_ONLY_UNIT);
  g_autofree char *size_unit = g_format_size_full (size_bytes, G_FORMAT_SIZE_ONLY_UNIT);
  gboolean bare = sent_bytes == 0 || g_str_equal (sent_unit, size_unit);
  g_autofree char *sent =
    g_format_size_full (sent_bytes, bare ? G_FORMAT_SIZE_ONLY_VALUE : G_FORMAT_SIZE_DEFAULT);

  /* Translators: how much of a file was sent. The first is an amount such as
   * “512 MB”, or a number alone when both have the same unit: “1.2 of 3.4 GB”. */
  return g_strdup_printf (_ ("%s of %s"), sent, size);
}

/**
 * hoist_upload_format_speed:
 * @bytes_per_s: speed in bytes a second; 0 = not moving
 *
 * Says how fast it goes: «12.3 MB/s».
 *
 * Returns: (transfer full): the words; empty when nothing moves
 */
char *
hoist_upload_format_speed (guint64 bytes_per_s)
{
  if (bytes_per_s == 0)
    return g_strdup ("");

  g_autofree char *amount = g_format_size (bytes_per_s);

  /* Translators: a speed. %s is an amount such as “12.3 MB”, “/s” is “a second”. */
  return g_strdup_printf (_ ("%s/s"), amount);
}

static gboolean
has_message (const HoistUploadInfo *info)
{
  return info->error_message != NULL && *info->error_message != '\0';
}

static const char *
get_reason (const HoistUploadInfo *info)
{
  if (has_message (info))
    return info->error_message;
  return hoist_error_get_phrase (info->error_code < 0 ? HOIST_ERROR_FAILED
                                                      : (HoistError) info->error_code);
}

/**
 * hoist_upload_format_size:
 * @info: an upload
 *
 * Says how much of an upload is sent, or how many files were found in a folder.
 *
 * Returns: (transfer full): words such as «1.2 of 3.4 GB»
 */
char *
hoist_upload_format_size (const HoistUploadInfo *info)
{
  g_return_val_if_fail (info != NULL, NULL);

  if (!info->is_folder)
    return hoist_upload_format_amount (info->sent_bytes, info->size_bytes);
  return g_strdup_printf (ngettext ("%u file found", "%u files found", info->n_found),
                          info->n_found);
}

/* Where a file must be read as a whole before any of it is sent, that takes its time. */
static char *
format_preparing (const HoistUploadInfo *info)
{
  g_autofree char *amount = NULL;

  if (info->is_folder)
    return g_strdup (_ ("Looking for files…"));
  if (info->read_bytes == 0)
    return g_strdup (_ ("Preparing…"));
  amount = hoist_upload_format_amount (info->read_bytes, info->size_bytes);
  /* Translators: a file is read before it is sent; %s is how much: “1.2 of 3.4 GB” */
  return g_strdup_printf (_ ("Reading the file: %s"), amount);
}

/**
 * hoist_upload_format_status:
 * @info: the upload
 * @now_us: the monotonic time now
 *
 * Says in one line what an upload does: its state, and where it waits, why, what
 * happens next and when: «There is no connection to the server. Next try in 12 s.».
 * Amount, speed and time left are not in it.
 *
 * Returns: (transfer full): the words
 */
char *
hoist_upload_format_status (const HoistUploadInfo *info, gint64 now_us)
{
  g_return_val_if_fail (info != NULL, NULL);

  switch (info->state)
    {
    case HOIST_UPLOAD_QUEUED:
      return hoist_upload_format_turn (HOIST_TURN_UNKNOWN);
    case HOIST_UPLOAD_PREPARING:
      return format_preparing (info);
    case HOIST_UPLOAD_STARTING:
      return g_strdup (_ ("Starting…"));
    case HOIST_UPLOAD_SENDING:
      return g_strdup (_ ("Uploading…"));
    case HOIST_UPLOAD_FINISHING:
      return g_strdup (_ ("Finishing…"));
    case HOIST_UPLOAD_DONE:
      return g_strdup (_ ("Uploaded"));
    case HOIST_UPLOAD_PAUSED:
      return g_strdup (info->restored ? _ ("Not finished last time") : _ ("Paused"));
    case HOIST_UPLOAD_WAITING:
      return hoist_upload_format_wait (info, now_us);
    case HOIST_UPLOAD_FAILED:
      return g_strdup (get_reason (info));
    case HOIST_UPLOAD_CANCELLING:
      return hoist_upload_format_clearing (info, now_us);
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}

/**
 * hoist_upload_format_status_in_queue:
 * @info: the upload
 * @n_before: how many files are sent before it, as
 *   hoist_upload_list_count_before() says
 * @now_us: the monotonic time now
 *
 * As hoist_upload_format_status(), and says of one that waits for its turn how
 * many are before it.
 *
 * Returns: (transfer full): the words
 */
char *
hoist_upload_format_status_in_queue (const HoistUploadInfo *info, guint n_before, gint64 now_us)
{
  g_return_val_if_fail (info != NULL, NULL);

  return info->state == HOIST_UPLOAD_QUEUED ? hoist_upload_format_turn (n_before)
                                            : hoist_upload_format_status (info, now_us);
}
