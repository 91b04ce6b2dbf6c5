/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-upload-format.h"

#define MINUTE_S 60
#define DAY_S (24 * 60 * MINUTE_S)

/* Up to here, seconds are counted down to the next try. */
#define MINUTES_FROM_S 90

/* How often a number of files before one is looked at again. */
#define TURN_CHANGE_US ((gint64) G_USEC_PER_SEC)

/**
 * hoist_upload_format_turn:
 * @n_before: how many files are sent before; %HOIST_TURN_UNKNOWN if nobody knows
 *
 * Says of an upload that waits for its turn how many are before it.
 *
 * Returns: (transfer full): the words
 */
char *
hoist_upload_format_turn (guint n_before)
{
  if (n_before == HOIST_TURN_UNKNOWN)
    return g_strdup (_ ("Waits for its turn."));
  if (n_before == 0)
    return g_strdup (_ ("Waits for its turn: it is the next one."));
  /* Translators: %u is the number of files that are sent before this one. */
  return g_strdup_printf (ngettext ("Waits for its turn: %u file before it.",
                                    "Waits for its turn: %u files before it.", n_before),
                          n_before);
}

static const char *
get_hold_words (HoistHold hold)
{
  switch (hold)
    {
    case HOIST_HOLD_OFFLINE:
      return _ ("No network. Goes on when it is back.");
    case HOIST_HOLD_PORTAL:
      return _ ("The network wants you to sign in. Goes on after that.");
    case HOIST_HOLD_LIMITED:
      return _ ("The network does not reach the internet. Goes on when it does.");
    case HOIST_HOLD_METERED:
      return _ ("This network is metered. Goes on over another one, or when you allow it.");
    case HOIST_HOLD_ASLEEP:
      return _ ("The computer is going to sleep. Goes on when it wakes.");
    case HOIST_HOLD_TOKEN:
      return _ ("Waits for the keyring. Goes on when it gives the token, or you enter it.");
    case HOIST_HOLD_STORE:
      return _ ("Progress cannot be saved. Goes on when it can be.");
    case HOIST_HOLD_BATTERY:
      return _ ("The battery is low. Goes on when the computer is plugged in, or when you allow it.");
    case HOIST_HOLD_POWER_SAVER:
      return _ ("The computer saves power. Goes on when it no longer does, or when you allow it.");
    case HOIST_HOLD_NONE:
    default:
      return NULL;
    }
}

/* One sentence. What a person could do is left out: nothing need be done. The
 * message of an error about a file says which and how, and is kept whole. */
static char *
dup_reason (const HoistUploadInfo *info)
{
  HoistError code = info->error_code < 0 ? HOIST_ERROR_FAILED : (HoistError) info->error_code;
  gboolean has_message = info->error_message != NULL && *info->error_message != '\0';
  char *reason;
  char *second;

  if (has_message && (hoist_error_is_about_file (code) || code == HOIST_ERROR_FAILED))
    return g_str_has_suffix (info->error_message, ".")
             ? g_strdup (info->error_message)
             : g_strconcat (info->error_message, ".", NULL);
  reason = g_strdup (hoist_error_get_phrase (code));
  second = strstr (reason, ". ");
  if (second != NULL)
    second[1] = '\0';
  return reason;
}

static guint64
get_left_s (gint64 next_try_us, gint64 now_us)
{
  return ((guint64) next_try_us - (guint64) now_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
}

static guint
get_left_minutes (guint64 left_s)
{
  return (guint) ((MIN (left_s, (guint64) DAY_S) + MINUTE_S / 2) / MINUTE_S);
}

/* Empty where no time is known. */
static char *
format_next_try (const HoistUploadInfo *info, gint64 now_us)
{
  guint64 left_s;

  if (info->next_try_us == 0)
    return g_strdup ("");
  if (info->next_try_us <= now_us)
    return g_strdup (_ ("Trying again now."));
  left_s = get_left_s (info->next_try_us, now_us);
  if (left_s < MINUTES_FROM_S)
    /* Translators: %u is a number of seconds, “s” is the unit. */
    return g_strdup_printf (_ ("Next try in %u s."), (guint) left_s);
  /* Translators: %u is a number of minutes, “min” is the unit. */
  return g_strdup_printf (_ ("Next try in %u min."), get_left_minutes (left_s));
}

static char *
join_sentences (const char *first, const char *second)
{
  return *second != '\0' ? g_strconcat (first, " ", second, NULL) : g_strdup (first);
}

/**
 * hoist_upload_format_wait:
 * @info: an upload that waits
 * @now_us: the monotonic time now
 *
 * Says why an upload waits, what happens next and when: «The server asked us to
 * slow down. Next try in 20 s.», «No network. Goes on when it is back.».
 *
 * Returns: (transfer full): the words
 */
char *
hoist_upload_format_wait (const HoistUploadInfo *info, gint64 now_us)
{
  const char *hold = get_hold_words (info->hold);
  g_autofree char *reason = NULL;
  g_autofree char *next_try = NULL;

  if (hold != NULL)
    return g_strdup (hold);
  reason = dup_reason (info);
  next_try = format_next_try (info, now_us);
  return join_sentences (reason, next_try);
}

/**
 * hoist_upload_format_clearing:
 * @info: an upload that was cancelled
 * @now_us: the monotonic time now
 *
 * Says what becomes of what was sent of it.
 *
 * Returns: (transfer full): the words
 */
char *
hoist_upload_format_clearing (const HoistUploadInfo *info, gint64 now_us)
{
  g_autofree char *next_try = NULL;

  if (info->hold != HOIST_HOLD_NONE)
    return g_strdup (_ ("Cancelled. What was sent is cleared when the server can be reached."));
  if (info->attempts == 0)
    return g_strdup (_ ("Cancelling…"));
  next_try = format_next_try (info, now_us);
  return join_sentences (_ ("Cancelled. What was sent could not be cleared yet."), next_try);
}

static gint64
get_next_try_change_us (gint64 next_try_us, gint64 now_us)
{
  guint64 left_s = get_left_s (next_try_us, now_us);
  guint64 boundary_s;

  if (left_s < MINUTES_FROM_S)
    boundary_s = left_s - 1;
  else
    boundary_s = MAX ((guint64) MINUTES_FROM_S - 1,
                      (guint64) get_left_minutes (left_s) * MINUTE_S - MINUTE_S / 2 - 1);
  return next_try_us - (gint64) (boundary_s * G_USEC_PER_SEC);
}

/**
 * hoist_upload_format_get_change_us:
 * @info: an upload
 * @now_us: the monotonic time now
 *
 * Says when the words about an upload change though nothing of it does: so a
 * window need not look more often than that, and not at all where nothing is
 * counted down.
 *
 * Returns: a monotonic time after @now_us; 0 = not by themselves
 */
gint64
hoist_upload_format_get_change_us (const HoistUploadInfo *info, gint64 now_us)
{
  gboolean counts_down = info->state == HOIST_UPLOAD_WAITING ||
                         (info->state == HOIST_UPLOAD_CANCELLING && info->attempts > 0);

  if (info->state == HOIST_UPLOAD_QUEUED && info->turn != 0)
    return now_us + TURN_CHANGE_US;
  if (!counts_down || info->hold != HOIST_HOLD_NONE || info->next_try_us <= now_us)
    return 0;
  return get_next_try_change_us (info->next_try_us, now_us);
}
