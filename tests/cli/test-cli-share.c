/* SPDX-License-Identifier: GPL-3.0-or-later */

/* share: which links are made, and what is printed where. */

#include <string.h>

#include "fake-host.h"
#include "hoist-error.h"

static const FakeUpload uploads[] = {
  { .id = 1, .name = "a (1).txt", .key = "in/a (1).txt", .state = HOIST_UPLOAD_DONE },
  { .id = 2, .name = "x]&\"🙂.txt", .key = "k2", .state = HOIST_UPLOAD_DONE },
  { .id = 3, .name = "plain", .key = "k3", .state = HOIST_UPLOAD_DONE },
  { .id = 4, .name = "no\x1blink", .key = "k4", .state = HOIST_UPLOAD_DONE },
  { .id = 5, .name = "sending", .state = HOIST_UPLOAD_SENDING },
  { .id = 6, .name = "again", .key = "same", .state = HOIST_UPLOAD_DONE },
  { .id = 7, .name = "again", .key = "same", .state = HOIST_UPLOAD_DONE },
  { .id = 8, .name = "twice", .key = "one", .state = HOIST_UPLOAD_DONE },
  { .id = 9, .name = "twice", .key = "other", .state = HOIST_UPLOAD_DONE },
  { .id = 10, .name = "2", .key = "two", .state = HOIST_UPLOAD_DONE },
  { .id = 11, .name = "long", .key = "long", .state = HOIST_UPLOAD_DONE },
};

/* 3 has just a location, 4 nothing at all, 2 has temporary keys. */
static HoistShare *
make_share (guint64 id, guint expires_in_s, GError **error)
{
  g_autofree char *rest = id == 11 ? g_strnfill (3000, 'x') : g_strdup ("s");
  g_autofree char *url =
    expires_in_s == 0 || id == 4
      ? NULL
      : g_strdup_printf ("https://h/k%" G_GUINT64_FORMAT "?e=%u&%s", id, expires_in_s, rest);
  HoistShare *share;

  if (id == 4)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED, "None.");
      return NULL;
    }
  share = hoist_share_new (id == 3 ? "https://h/location" : url,
                           url != NULL && id != 3 ? (gint64) 1700000000 * G_USEC_PER_SEC : 0);
  share->is_signed = id != 3;
  share->temporary = id == 2;
  share->bucket = id != 3 ? g_strdup ("buck") : NULL;
  return share;
}

static FakeHost *
new_host (void)
{
  FakeHost *host = fake_host_new ();

  fake_host_feed (host, uploads, G_N_ELEMENTS (uploads));
  host->uploader->make_share = make_share;
  return host;
}

static void
test_table (void)
{
  static const struct
  {
    const char *line;
    int status;
    const char *out;
    const char *err; /* (nullable) part of it; null: empty */
  } rows[] = {
    { "share 1", 0, "https://h/k1?e=86400&s\n", "Anybody who has the link can download until " },
    { "share 1 --expires 7d", 0, "https://h/k1?e=604800&s\n", "until" },
    { "share -e 1h 1", 0, "https://h/k1?e=3600&s\n", "until" },
    { "share -e 90 1", 0, "https://h/k1?e=90&s\n", "until" },
    { "share plain -f url", 0, "https://h/location\n", "This is where the file is" },
    { "share 1 -f markdown", 0, "[a (1).txt](https://h/k1?e=86400&s)\n", "until" },
    { "share 2 -f markdown", 0, "[x\\]\\&\"🙂.txt](https://h/k2?e=86400&s)\n",
      "keys are temporary. When" },
    { "share 2 --format html", 0,
      "<a href=\"https://h/k2?e=86400&amp;s\">x]&amp;&quot;🙂.txt</a>\n", "until" },
    { "share 1 2 --format s3", 0, "s3://buck/in/a (1).txt\ns3://buck/k2\n", NULL },
    { "share 3 --format s3", 1, "", "does not tell which bucket" },
    { "share 1 4 3", 1, "https://h/k1?e=86400&s\nhttps://h/location\n",
      "hoistctl: no\\x1blink: None.\n" },
    { "share again", 0, "https://h/k7?e=86400&s\n", "until" },
    { "share twice", 1, "", "Several uploads are called " },
    { "share 10", 0, "https://h/k10?e=86400&s\n", "until" },
    { "share 2", 0, "https://h/k2?e=86400&s\n", "until" },
    { "share 5", 1, "", "5 is not delivered yet" },
    { "share sending", 1, "", "Nothing that was delivered is called " },
    { "share 77 1", 1, "https://h/k1?e=86400&s\n", "Nothing that was delivered" },
    { "share --json 3 1", 0,
      "{\"id\":3,\"name\":\"plain\",\"url\":\"https://h/location\",\"signed\":false,"
      "\"temporary\":false}\n"
      "{\"id\":1,\"name\":\"a (1).txt\",\"url\":\"https://h/k1?e=86400&s\",\"signed\":true,"
      "\"expires\":\"2023-11-14T22:13:20Z\",\"temporary\":false,"
      "\"s3\":\"s3://buck/in/a (1).txt\"}\n",
      NULL },
    { "share --qr long", 1, NULL, "too long for a QR code" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (FakeHost) host = new_host ();
      g_auto (FakeRun) run = { 0 };

      g_test_message ("%s", rows[i].line);
      fake_run (&run, host, 0, rows[i].line, NULL);
      g_assert_cmpint (run.status, ==, rows[i].status);
      if (rows[i].out != NULL)
        g_assert_cmpstr (run.out, ==, rows[i].out);
      if (rows[i].err == NULL)
        g_assert_cmpstr (run.err, ==, "");
      else if (strstr (run.err, rows[i].err) == NULL)
        g_error ("“%s” is not in “%s”", rows[i].err, run.err);
      /* A link goes to standard output, and nowhere else. */
      g_assert_null (strstr (run.err, "?e="));
    }
}

static void
test_usage (void)
{
  static const char *const lines[] = {
    "share",
    "share --expires 0 1",
    "share --expires 8d 1",
    "share --expires 604801 1",
    "share --expires soon 1",
    "share --expires 1d --format s3 1",
    "share --format xml 1",
    "share --json --qr 1",
    "share --json --format url 1",
    "share --all",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (FakeHost) host = new_host ();
      g_auto (FakeRun) run = { 0 };

      g_test_message ("%s", lines[i]);
      fake_run (&run, host, 0, lines[i], NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_cmpuint (host->n_opened, ==, 0);
    }
}

/* On a terminal in black and white, with a border; else for paper. */
static void
test_qr (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_auto (FakeRun) paper = { 0 };
  g_auto (FakeRun) terminal = { 0 };
  g_auto (FakeRun) narrow = { 0 };
  g_auto (GStrv) lines = NULL;

  fake_run (&paper, host, 0, "share 1 --qr", NULL);
  lines = g_strsplit (paper.out, "\n", -1);
  /* 23 bytes take version 2, of 25 modules, and 4 on each side. */
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 17 + 1);
  g_assert_cmpint (g_utf8_strlen (lines[1], -1), ==, 33);
  g_assert_cmpstr (g_strstrip (lines[1]), ==, "");
  g_assert_nonnull (strstr (paper.out, "█▀▀▀▀▀█"));
  g_assert_null (strchr (paper.out, '\033'));

  fake_run (&terminal, host, 80, "share 1 --qr", NULL);
  g_assert_nonnull (strstr (terminal.out, "\033[38;5;16m\033[48;5;231m"));
  g_assert_cmpint (terminal.status, ==, HOIST_CLI_EXIT_OK);
  fake_run (&narrow, host, 32, "share 1 --qr", NULL);
  g_assert_cmpint (narrow.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_nonnull (strstr (narrow.err, "needs a terminal of 33 columns"));
  g_assert_true (g_str_has_prefix (narrow.out, "https://h/k1"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/share", test_table);
  g_test_add_func ("/cli/share-usage", test_usage);
  g_test_add_func ("/cli/share-qr", test_qr);
  return g_test_run ();
}
