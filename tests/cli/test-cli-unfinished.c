/* SPDX-License-Identifier: GPL-3.0-or-later */

/* unfinished list, clear and continue: what other runs left. */

#include <locale.h>
#include <pty.h>
#include <string.h>
#include <unistd.h>

#include "fake-host.h"
#include "hoist-error.h"

#define HOUR ((gint64) 3600 * G_USEC_PER_SEC)
#define URL "https://backup.example.org/api/v1"

static void
add (FakeHost *host, const char *id, const char *path, guint64 size_bytes, gint64 age_us)
{
  g_autofree char *key = g_strconcat ("k/", path, NULL);
  HoistUnfinished *upload = hoist_unfinished_new (id, key);

  upload->path = g_strdup (path);
  upload->has_size = size_bytes > 0;
  upload->size_bytes = size_bytes;
  upload->n_parts = 2;
  upload->part_bytes = 8388608;
  upload->initiated_us = g_get_real_time () - age_us - HOUR;
  upload->modified_us = g_get_real_time () - age_us;
  g_ptr_array_add (host->uploader->leftovers, upload);
}

/* Told on two pages, the youngest first. */
static FakeHost *
new_host (void)
{
  FakeHost *host = fake_host_new ();

  fake_host_add_destination (host, "Home", URL);
  add (host, "young", "a.bin", 5000000, HOUR / 2);
  add (host, "old", "b/c\033.bin", 12400000000, 72 * HOUR);
  add (host, "older", "d.bin", 0, 240 * HOUR);
  return host;
}

static char *
dup_id (FakeHost *host, guint index)
{
  return hoist_unfinished_dup_id (host->uploader->leftovers->pdata[index]);
}

static void
test_list (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_autofree char *young = dup_id (host, 0);
  g_autofree char *old = dup_id (host, 1);
  g_autofree char *older = dup_id (host, 2);
  g_autofree char *expected = g_strdup_printf ("%s  size not known  10 days ago       d.bin\n"
                                               "%s  12.4\u00a0GB         3 days ago        "
                                               "b/c\\x1b.bin\n"
                                               "%s  5.0\u00a0MB          30 minutes ago    a.bin\n",
                                               older, old, young);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "unfinished list --to Home", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.out, ==, expected);
  g_assert_cmpstr (run.err, ==, "3 unfinished uploads hold more than 12.4\u00a0GB\n");
}

static void
test_list_json (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_autofree char *old = dup_id (host, 1);
  g_autofree char *begins = g_strdup_printf (
    "{\"id\":\"%s\",\"name\":\"b/c\\u001b.bin\",\"key\":\"k/b/c\\u001b.bin\",\"uploadId\":\"old\","
    "\"destination\":\"home\",\"size\":12400000000,\"parts\":2,\"partSize\":8388608,"
    "\"initiated\":\"",
    old);
  g_auto (FakeRun) run = { 0 };
  g_auto (GStrv) lines = NULL;

  fake_run (&run, host, 0, "unfinished list --json", NULL);
  lines = g_strsplit (run.out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_true (g_str_has_prefix (lines[1], begins));
  g_assert_null (strstr (lines[0], "\"size\""));
  g_assert_cmpstr (run.err, ==, "");
}

static void
test_list_nothing (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_autoptr (FakeHost) mute = new_host ();
  g_auto (FakeRun) run = { 0 };
  g_auto (FakeRun) failed = { 0 };

  fake_host_add_destination (host, "Home", URL);
  fake_run (&run, host, 0, "unfinished list", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.err, ==, "No other run left an unfinished upload there.\n");
  mute->uploader->error =
    g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED, "It does not tell.");
  fake_run (&failed, mute, 0, "unfinished list", NULL);
  g_assert_cmpint (failed.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (failed.err, ==, "hoistctl: It does not tell.\n");
}

/* What may be alive is left alone, and that is said. */
static void
test_clear_all (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "unfinished clear --all --yes", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->uploader->commands->str, ==, "clear of home: old older;");
  g_assert_nonnull (strstr (run.err, "1 is less than a day old and left alone"));
  g_assert_nonnull (strstr (run.err, "b/c\\x1b.bin\n"));
  g_assert_nonnull (strstr (run.err, "2 uploads cleared\n"));
}

static void
test_clear_older (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_autoptr (FakeHost) second = new_host ();
  g_autoptr (FakeHost) third = new_host ();
  g_auto (FakeRun) run = { 0 };
  g_auto (FakeRun) all = { 0 };
  g_auto (FakeRun) none = { 0 };

  fake_run (&run, host, 0, "unfinished clear --older-than 7d --yes", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->uploader->commands->str, ==, "clear of home: older;");
  /* A person may say less than a day, and is warned. */
  fake_run (&all, second, 0, "unfinished clear --all --older-than 10m --yes", NULL);
  g_assert_cmpstr (second->uploader->commands->str, ==, "clear of home: young old older;");
  g_assert_nonnull (strstr (all.err, "1 of them is less than a day old: another computer"));
  fake_run (&none, third, 0, "unfinished clear --older-than 90d", NULL);
  g_assert_cmpint (none.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (none.err, ==, "There is nothing to clear.\n");
}

static void
test_clear_named (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_autofree char *young = dup_id (host, 0);
  g_autofree char *line = NULL;
  g_auto (FakeRun) run = { 0 };

  young[6] = '\0';
  line = g_strdup_printf ("unfinished clear --yes %s older nonsense", young);
  fake_run (&run, host, 0, line, NULL);
  /* What is not there is told; the rest is done. */
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (host->uploader->commands->str, ==, "clear of home: older young;");
  g_assert_nonnull (strstr (run.err, "hoistctl: There is no unfinished upload “nonsense”\n"));
  g_assert_nonnull (strstr (run.err, "1 of them is less than a day old"));
}

static const struct
{
  const char *answer;
  gboolean yes;
} answers[] = {
  { "y\n", TRUE }, { "Yes\n", TRUE },   { "n\n", FALSE },
  { "\n", FALSE }, { "\xff\n", FALSE }, { "\004", FALSE },
};

static void
test_clear_asks (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (FakeHost) host = new_host ();
      g_auto (FakeRun) run = { 0 };
      char path[64];
      char asked[256] = { 0 };
      int master;
      int slave;

      g_assert_cmpint (openpty (&master, &slave, path, NULL, NULL), ==, 0);
      host->terminal = path;
      g_assert_cmpint (write (master, answers[i].answer, strlen (answers[i].answer)), >, 0);
      fake_run (&run, host, 0, "unfinished clear --all", NULL);
      g_assert_cmpint (run.status, ==, answers[i].yes ? HOIST_CLI_EXIT_OK : HOIST_CLI_EXIT_FAILED);
      g_assert_cmpstr (host->uploader->commands->str, ==,
                       answers[i].yes ? "clear of home: old older;" : "");
      /* What was typed comes first: a terminal shows it. */
      while (strstr (asked, "[y/N] ") == NULL)
        {
          gsize length = strlen (asked);

          g_assert_cmpint (read (master, asked + length, sizeof asked - 1 - length), >, 0);
        }
      g_assert_nonnull (strstr (asked, "Clear 2 unfinished uploads with more than 12.4"));
      close (master);
      close (slave);
    }
}

static void
test_clear_cannot_ask (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "unfinished clear --all", NULL);
  g_assert_cmpint (run.status, !=, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->uploader->commands->str, ==, "");
  g_assert_nonnull (strstr (run.err, "hoistctl: Nobody can be asked here: say --yes"));
}

static gboolean
deliver (FakeHost *host, guint step)
{
  const FakeUpload done = { 100, "d.bin", HOIST_UPLOAD_DONE,
                            10,  10,      .location = "https://s3.example.org/d.bin" };

  fake_host_feed (host, &done, 1);
  return FALSE;
}

static void
test_continue (void)
{
  g_autoptr (FakeHost) host = new_host ();
  g_autofree char *older = dup_id (host, 2);
  g_autofree char *line = g_strdup_printf ("unfinished continue %s /tmp/d.bin", older);
  g_autofree char *other = g_strdup_printf ("unfinished continue %s /tmp/other", older);
  g_auto (FakeRun) run = { 0 };
  g_auto (FakeRun) refused = { 0 };
  g_auto (FakeRun) unknown = { 0 };

  fake_run (&refused, host, 0, other, NULL);
  g_assert_cmpint (refused.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (refused.err, ==, "hoistctl: Another file.\n");
  fake_run (&unknown, host, 0, "unfinished continue nonsense /tmp/d.bin", NULL);
  g_assert_cmpint (unknown.status, !=, HOIST_CLI_EXIT_OK);
  host->script = deliver;
  fake_run (&run, host, 0, line, NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->uploader->commands->str, ==,
                   "continue older with /tmp/other;continue older with /tmp/d.bin;");
  g_assert_cmpstr (run.out, ==, "d.bin -> https://s3.example.org/d.bin\n");
}

static const char *const bad_lines[] = {
  "unfinished",
  "unfinished nonsense",
  "unfinished list x",
  "unfinished clear",
  "unfinished clear --all x",
  "unfinished clear --older-than 7d x",
  "unfinished clear --older-than soon",
  "unfinished clear --older-than 0",
  "unfinished continue x",
  "unfinished continue x y z",
  "unfinished list --to Home --url https://x.example/",
};

static void
test_usage (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_lines); i++)
    {
      g_autoptr (FakeHost) host = new_host ();
      g_auto (FakeRun) run = { 0 };

      g_test_message ("%s", bad_lines[i]);
      fake_run (&run, host, 0, bad_lines[i], NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_cmpstr (run.out, ==, "");
      g_assert_cmpstr (host->uploader->commands->str, ==, "");
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/unfinished/list", test_list);
  g_test_add_func ("/cli/unfinished/list-json", test_list_json);
  g_test_add_func ("/cli/unfinished/list-nothing", test_list_nothing);
  g_test_add_func ("/cli/unfinished/clear-all", test_clear_all);
  g_test_add_func ("/cli/unfinished/clear-older", test_clear_older);
  g_test_add_func ("/cli/unfinished/clear-named", test_clear_named);
  g_test_add_func ("/cli/unfinished/clear-asks", test_clear_asks);
  g_test_add_func ("/cli/unfinished/clear-cannot-ask", test_clear_cannot_ask);
  g_test_add_func ("/cli/unfinished/continue", test_continue);
  g_test_add_func ("/cli/unfinished/usage", test_usage);
  return g_test_run ();
}
