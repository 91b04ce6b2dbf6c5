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
  { HOIST_UPLOAD_QUEUED, FALSE, -1, NULL, NO_TRY, "In the queue" },
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
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, "No connection.", 12,
    "Waits: No connection, next try in 12 s" },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, "No connection", 89,
    "Waits: No connection, next try in 89 s" },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, "No connection", 90,
    "Waits: No connection, next try in 2 min" },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, "No connection", 0,
    "Waits: No connection, trying again now" },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, "No connection", -5,
    "Waits: No connection, trying again now" },
  { HOIST_UPLOAD_WAITING, FALSE, HOIST_ERROR_NETWORK, "No connection", NO_TRY,
    "Waits: No connection" },
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

/* Without a message of its own the code speaks, and what a person should do is
 * left out while nothing must be done. */
static void
test_status_by_code (void)
{
  for (int code = 0; code < HOIST_N_ERRORS; code++)
    {
      StatusCase c = { HOIST_UPLOAD_FAILED, FALSE, code, NULL, NO_TRY, NULL };
      g_autoptr (HoistUploadInfo) failed = make_info (&c);
      c.state = HOIST_UPLOAD_WAITING;
      c.next_try_s = 3;
      g_autoptr (HoistUploadInfo) waiting = make_info (&c);
      g_autofree char *failed_words = hoist_upload_format_status (failed, NOW_US);
      g_autofree char *waiting_words = hoist_upload_format_status (waiting, NOW_US);

      g_assert_cmpstr (failed_words, ==, hoist_error_get_phrase ((HoistError) code));
      g_assert_true (g_str_has_prefix (waiting_words, "Waits: "));
      g_assert_true (g_str_has_suffix (waiting_words, ", next try in 3 s"));
      g_assert_null (strstr (waiting_words, "."));
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
  g_test_add_func ("/upload-format/status-by-code", test_status_by_code);

  return g_test_run ();
}
