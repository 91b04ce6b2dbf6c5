/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-format.h"

#define MB G_GUINT64_CONSTANT (1000000)
#define GB G_GUINT64_CONSTANT (1000000000)
#define NOW_US (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)

static void
test_time_left (void)
{
  static const struct
  {
    guint64 bytes_left;
    guint64 bytes_per_s;
    const char *words;
  } table[] = {
    { 100 * MB, 0, "" },
    { 0, 0, "" },
    { 0, 1, "A few seconds left" },
    { 4, 1, "A few seconds left" },
    { 5, 1, "About 5 seconds left" },
    { 6, 1, "About 10 seconds left" },
    { 50, 1, "About 50 seconds left" },
    { 54, 1, "About 55 seconds left" },
    { 55, 1, "About 1 minute left" },
    { 89, 1, "About 1 minute left" },
    { 90, 1, "About 2 minutes left" },
    { 120 * MB, MB, "About 2 minutes left" },
    { 5399, 1, "About 90 minutes left" },
    { 5400, 1, "About 2 hours left" },
    { 36 * 3600 - 1, 1, "About 36 hours left" },
    { 36 * 3600, 1, "About 2 days left" },
    { 30 * 86400 - 1, 1, "About 30 days left" },
    { 30 * 86400, 1, "More than a month left" },
    { G_MAXUINT64, 1, "More than a month left" },
    { G_MAXUINT64, G_MAXUINT64, "A few seconds left" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *words =
        hoist_upload_format_time_left (table[i].bytes_left, table[i].bytes_per_s);

      g_autofree char *within =
        hoist_upload_format_time_left_within (table[i].bytes_left, table[i].bytes_per_s);

      g_assert_cmpstr (words, ==, table[i].words);
      /* The same words, but for their first letter. */
      within[0] = g_ascii_toupper (within[0]);
      g_assert_cmpstr (within, ==, words);
    }
}

/* Which space stands between number and unit differs between versions of GLib. */
static void
assert_words (const char *words, const char *expected)
{
  g_autoptr (GString) plain = g_string_new (words);

  g_string_replace (plain, "\302\240", " ", 0);
  g_assert_cmpstr (plain->str, ==, expected);
}

static void
test_amount (void)
{
  static const struct
  {
    guint64 sent_bytes;
    guint64 size_bytes;
    const char *words;
  } table[] = {
    { 1200 * MB, 3400 * MB, "1.2 of 3.4 GB" },
    { 512 * MB, 3400 * MB, "512.0 MB of 3.4 GB" },
    { 0, 3400 * MB, "0 of 3.4 GB" },
    { 3400 * MB, 3400 * MB, "3.4 GB" },
    { 9 * GB, 3400 * MB, "3.4 GB" },
    { 0, 0, "0 bytes" },
    { 3, 7, "3 of 7 bytes" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *words =
        hoist_upload_format_amount (table[i].sent_bytes, table[i].size_bytes);

      assert_words (words, table[i].words);
    }
}

static void
test_speed (void)
{
  g_autofree char *none = hoist_upload_format_speed (0);
  g_autofree char *some = hoist_upload_format_speed (12300000);

  g_assert_cmpstr (none, ==, "");
  assert_words (some, "12.3 MB/s");
}

typedef struct
{
  HoistUploadState state;
  gboolean restored;
  int error_code;
  const char *error_message;
  gint64 next_try_s; /* from now; G_MININT = none */
  const char *words;
} StatusCase;

#define NO_TRY G_MININT

static const StatusCase status_cases[] = {
  { HOIST_UPLOAD_QUEUED, FALSE, -1, NULL, NO_TRY, "Waits for its turn." },
  { HOIST_UPLOAD_PREPARING, FALSE, -1, NULL, NO_TRY, "Preparing…" },
  { HOIST_UPLOAD_STARTING, FALSE, -1, NULL, NO_TRY, "Starting…" },
  { HOIST_UPLOAD_SENDING, FALSE, -1, NULL, NO_TRY, "Uploading…" },
  { HOIST_UPLOAD_FINISHING, FALSE, -1, NULL, NO_TRY, "Finishing…" },
  { HOIST_UPLOAD_DONE, FALSE, -1, NULL, NO_TRY, "Uploaded" },
  { HOIST_UPLOAD_PAUSED, FALSE, -1, NULL, NO_TRY, "Paused" },
  { HOIST_UPLOAD_PAUSED, TRUE, -1, NULL, NO_TRY, "Not finished last time" },
  { HOIST_UPLOAD_CANCELLING, FALSE, -1, NULL, NO_TRY, "Cancelling…" },
  { HOIST_UPLOAD_FAILED, FALSE, HOIST_ERROR_FILE_MISSING, "a.iso is no longer there.", NO_TRY,
    "a.iso is no longer there." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_THROTTLED, NULL, 20,
    "The server asked us to slow down. Next try in 20 s." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, "connect(): refused", 12,
    "There is no connection to the server. Next try in 12 s." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, NULL, 89,
    "There is no connection to the server. Next try in 89 s." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, NULL, 90,
    "There is no connection to the server. Next try in 2 min." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, NULL, 3600,
    "There is no connection to the server. Next try in 60 min." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, NULL, 0,
    "There is no connection to the server. Trying again now." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, NULL, -5,
    "There is no connection to the server. Trying again now." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, NULL, NO_TRY,
    "There is no connection to the server." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_FILE_CHANGED, "“a.iso” is still being written.", 5,
    "“a.iso” is still being written. Next try in 5 s." },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_FAILED, "odd", NO_TRY, "odd." },
};

static HoistUploadInfo *
make_info (const StatusCase *c)
{
  HoistUploadInfo *info = hoist_upload_info_new (1);

  info->state = c->state;
  info->restored = c->restored;
  info->error_code = c->error_code;
  if (c->error_message != NULL)
    info->error_message = g_ref_string_new (c->error_message);
  if (c->next_try_s != NO_TRY)
    info->next_try_us = NOW_US + c->next_try_s * G_USEC_PER_SEC;
  return info;
}

static void
test_status (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (status_cases); i++)
    {
      g_autoptr (HoistUploadInfo) info = make_info (&status_cases[i]);
      g_autofree char *words = hoist_upload_format_status (info, NOW_US);

      g_assert_cmpstr (words, ==, status_cases[i].words);
    }
}

/* One that must be read as a whole first says how far that is. */
static void
test_reading (void)
{
  StatusCase c = { HOIST_UPLOAD_PREPARING, FALSE, -1, NULL, NO_TRY, NULL };
  g_autoptr (HoistUploadInfo) info = make_info (&c);
  g_autofree char *words = NULL;

  info->size_bytes = 3400000000;
  info->read_bytes = 1200000000;
  words = hoist_upload_format_status (info, NOW_US);
  g_assert_cmpstr (words, ==, "Reading the file: 1.2 of 3.4\u00a0GB");
}

static HoistUploadInfo *
make_waiting (int code, HoistHold hold, gint64 next_try_s)
{
  StatusCase c = { HOIST_UPLOAD_WAITING, FALSE, code, NULL, next_try_s, NULL };
  HoistUploadInfo *info = make_info (&c);

  info->hold = hold;
  return info;
}

/* Each error says in one sentence what happened, and what happens next; a failed
 * one says besides what a person can do. */
static void
test_why_by_code (void)
{
  for (int code = 0; code < HOIST_N_ERRORS; code++)
    {
      StatusCase c = { HOIST_UPLOAD_FAILED, FALSE, code, NULL, NO_TRY, NULL };
      g_autoptr (HoistUploadInfo) failed = make_info (&c);
      g_autoptr (HoistUploadInfo) waiting = make_waiting (code, HOIST_HOLD_NONE, 3);
      g_autofree char *failed_words = hoist_upload_format_status (failed, NOW_US);
      g_autofree char *words = hoist_upload_format_status (waiting, NOW_US);
      const char *phrase = hoist_error_get_phrase ((HoistError) code);
      const char *next = strstr (words, ". ");

      g_test_message ("%s", words);
      g_assert_cmpstr (failed_words, ==, phrase);
      g_assert_nonnull (next);
      g_assert_cmpint (strncmp (words, phrase, (gsize) (next - words)), ==, 0);
      g_assert_cmpstr (next, ==, ". Next try in 3 s.");
    }
}

/* What holds it up says more than the error that came of it, for every code. */
static void
test_why_by_hold (void)
{
  static const char *const words_of[HOIST_N_HOLDS] = {
    [HOIST_HOLD_OFFLINE] = "No network. Goes on when it is back.",
    [HOIST_HOLD_PORTAL] = "The network wants you to sign in. Goes on after that.",
    [HOIST_HOLD_LIMITED] = "The network does not reach the internet. Goes on when it does.",
    [HOIST_HOLD_METERED] = "This network is metered. Goes on over another one, or when you "
                           "allow it.",
    [HOIST_HOLD_ASLEEP] = "The computer is going to sleep. Goes on when it wakes.",
    [HOIST_HOLD_TOKEN] = "Waits for the keyring. Goes on when it gives the token, or you enter it.",
    [HOIST_HOLD_STORE] = "Progress cannot be saved. Goes on when it can be.",
    [HOIST_HOLD_BATTERY] = "The battery is low. Goes on when the computer is plugged in, or when "
                           "you allow it.",
    [HOIST_HOLD_POWER_SAVER] = "The computer saves power. Goes on when it no longer does, or when "
                               "you allow it.",
  };

  for (guint hold = 1; hold < HOIST_N_HOLDS; hold++)
    for (int code = -1; code < HOIST_N_ERRORS; code++)
      {
        g_autoptr (HoistUploadInfo) info = make_waiting (code, (HoistHold) hold, NO_TRY);
        g_autofree char *words = hoist_upload_format_status (info, NOW_US);

        g_assert_cmpstr (words, ==, words_of[hold]);
        g_assert_cmpint (hoist_upload_format_get_change_us (info, NOW_US), ==, 0);
      }
}

static void
test_turn (void)
{
  static const struct
  {
    guint n_before;
    const char *words;
  } turns[] = {
    { 0, "Waits for its turn: it is the next one." },
    { 1, "Waits for its turn: 1 file before it." },
    { 3, "Waits for its turn: 3 files before it." },
    { HOIST_TURN_UNKNOWN, "Waits for its turn." },
  };
  StatusCase c = { HOIST_UPLOAD_QUEUED, FALSE, -1, NULL, NO_TRY, NULL };
  g_autoptr (HoistUploadInfo) queued = make_info (&c);

  for (gsize i = 0; i < G_N_ELEMENTS (turns); i++)
    {
      g_autofree char *words =
        hoist_upload_format_status_in_queue (queued, turns[i].n_before, NOW_US);

      g_assert_cmpstr (words, ==, turns[i].words);
    }
}

static void
test_clearing (void)
{
  StatusCase c = { HOIST_UPLOAD_CANCELLING, FALSE, HOIST_ERROR_UNAVAILABLE, NULL, 30, NULL };
  g_autoptr (HoistUploadInfo) info = make_info (&c);
  g_autofree char *undo = hoist_upload_format_status (info, NOW_US);
  g_autofree char *again = NULL;
  g_autofree char *held = NULL;

  g_assert_cmpstr (undo, ==, "Cancelling…");
  info->attempts = 1;
  again = hoist_upload_format_status (info, NOW_US);
  g_assert_cmpstr (again, ==,
                   "Cancelled. What was sent could not be cleared yet. Next try in 30 s.");
  info->hold = HOIST_HOLD_OFFLINE;
  held = hoist_upload_format_status (info, NOW_US);
  g_assert_cmpstr (held, ==, "Cancelled. What was sent is cleared when the server can be reached.");
}

/* The words are the same until the moment that is named, and others then: nobody
 * needs to look before, and nobody comes late. */
static void
test_change (void)
{
  static const gint64 next_tries_s[] = { 1, 2, 20, 89, 90, 91, 119, 120, 150, 151, 3600, 90000 };

  for (gsize i = 0; i < G_N_ELEMENTS (next_tries_s); i++)
    {
      g_autoptr (HoistUploadInfo) info =
        make_waiting (HOIST_ERROR_NETWORK, HOIST_HOLD_NONE, next_tries_s[i]);
      gint64 now_us = NOW_US;

      for (guint step = 0; step < 200 && now_us < info->next_try_us; step++)
        {
          gint64 change_us = hoist_upload_format_get_change_us (info, now_us);
          g_autofree char *words = hoist_upload_format_status (info, now_us);
          g_autofree char *still = hoist_upload_format_status (info, change_us - 1);
          g_autofree char *then = hoist_upload_format_status (info, change_us);

          g_assert_cmpint (change_us, >, now_us);
          g_assert_cmpstr (words, ==, still);
          if (next_tries_s[i] < 86400)
            g_assert_cmpstr (words, !=, then);
          now_us = change_us;
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/upload-format/time-left", test_time_left);
  g_test_add_func ("/upload-format/amount", test_amount);
  g_test_add_func ("/upload-format/speed", test_speed);
  g_test_add_func ("/upload-format/status", test_status);
  g_test_add_func ("/upload-format/why-by-code", test_why_by_code);
  g_test_add_func ("/upload-format/why-by-hold", test_why_by_hold);
  g_test_add_func ("/upload-format/turn", test_turn);
  g_test_add_func ("/upload-format/clearing", test_clearing);
  g_test_add_func ("/upload-format/change", test_change);

  g_test_add_func ("/upload-format/reading", test_reading);
  return g_test_run ();
}
