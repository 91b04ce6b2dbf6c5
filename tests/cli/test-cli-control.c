/* SPDX-License-Identifier: GPL-3.0-or-later */

/* list, history, pause, resume, retry, cancel, and what needs no command. */

#include <locale.h>
#include <string.h>

#include "fake-host.h"
#include "hoist-error.h"

#define MB G_GUINT64_CONSTANT (1000000)

static const FakeUpload uploads[] = {
  { 3, "sending", HOIST_UPLOAD_SENDING, 10 * MB, 5 * MB },
  { 4, "pau\033sed", HOIST_UPLOAD_PAUSED, MB, 0, .restored = TRUE },
  { 5, "failed", HOIST_UPLOAD_FAILED, MB, 0, HOIST_ERROR_FILE_MISSING, "It is gone." },
  { 6, "late", HOIST_UPLOAD_DONE, MB, MB, .location = "https://s3.example.org/late" },
  { 2, "early", HOIST_UPLOAD_DONE, 2 * MB, 2 * MB, .location = "https://s3.example.org/early" },
  { 12, "empty", HOIST_UPLOAD_QUEUED, 0, 0 },
};

static FakeHost *
new_host (FakeScript script)
{
  FakeHost *host = fake_host_new ();

  fake_host_feed (host, uploads, G_N_ELEMENTS (uploads));
  host->script = script;
  return host;
}

static void
test_list (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "list", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.err, ==, "");
  g_assert_cmpstr (run.out, ==,
                   "    3   50 %  5.0 of 10.0\u00a0MB      sending: Uploading…\n"
                   "    4    0 %  0 of 1.0\u00a0MB         pau\\x1bsed: Not finished last time\n"
                   "    5    0 %  0 of 1.0\u00a0MB         failed: It is gone.\n"
                   "   12    0 %  0 bytes             empty: Waits for its turn.\n");
  g_assert_cmpuint (host->n_closed, ==, 1);
}

static void
test_list_json (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_auto (FakeRun) run = { 0 };
  g_auto (GStrv) lines = NULL;

  fake_run (&run, host, 0, "list --json", NULL);
  lines = g_strsplit (run.out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_cmpstr (lines[0], ==,
                   "{\"id\":3,\"name\":\"sending\",\"path\":\"/tmp/x\",\"destination\":\"home\","
                   "\"state\":\"sending\",\"size\":10000000,\"sent\":5000000}");
  g_assert_nonnull (strstr (lines[2], "\"code\":\"file-missing\",\"message\":\"It is gone.\""));
}

static void
test_history (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_auto (FakeRun) run = { 0 };
  const char *early, *late;

  fake_run (&run, host, 0, "history", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  early = strstr (run.out, "early -> https://s3.example.org/early\n");
  late = strstr (run.out, "late -> https://s3.example.org/late\n");
  g_assert_true (early != NULL && late != NULL && early < late);
  g_assert_nonnull (strstr (run.out, "2023-11-1"));
  g_assert_null (strstr (run.out, "sending"));
}

static void
test_nothing (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_auto (FakeRun) list = { 0 };
  g_auto (FakeRun) history = { 0 };
  g_auto (FakeRun) json = { 0 };

  fake_run (&list, host, 0, "list", NULL);
  g_assert_cmpstr (list.err, ==, "There are no unfinished uploads.\n");
  fake_run (&history, host, 0, "history", NULL);
  g_assert_cmpstr (history.err, ==, "Nothing was uploaded yet.\n");
  fake_run (&json, host, 0, "list --json", NULL);
  g_assert_cmpstr (json.err, ==, "");
  g_assert_cmpstr (json.out, ==, "");
}

static void
test_pause (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "pause 3 6 99 12", NULL);
  /* What cannot be done is told; the rest is done. */
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (host->uploader->commands->str, ==, "0:3,12;");
  g_assert_cmpstr (run.err, ==,
                   "hoistctl: late cannot be paused: Uploaded\n"
                   "hoistctl: There is no upload 99\n");
}

/* A server that is gone for good: what is given up is said. */
static void
test_leave (void)
{
  const FakeUpload gone = { 9,
                            "gone",
                            HOIST_UPLOAD_CANCELLING,
                            10 * MB,
                            5 * MB,
                            HOIST_ERROR_BAD_INPUT,
                            "The destination does not exist any more." };
  g_autoptr (FakeHost) host = new_host (NULL);
  g_auto (FakeRun) run = { 0 };

  fake_host_feed (host, &gone, 1);
  fake_run (&run, host, 0, "leave 9 3", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (host->uploader->commands->str, ==, "6:9;");
  g_assert_cmpstr (run.err, ==,
                   "hoistctl: sending is not being cancelled: Uploading…\n"
                   "gone: up to 5.0\u00a0MB may stay on the server, as “gone”\n");
}

static void
test_pause_all (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_autoptr (FakeHost) idle = fake_host_new ();
  g_auto (FakeRun) run = { 0 };
  g_auto (FakeRun) run_idle = { 0 };

  fake_run (&run, host, 0, "pause --all", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->uploader->commands->str, ==, "0:3,12;");
  fake_run (&run_idle, idle, 0, "pause --all", NULL);
  g_assert_cmpint (run_idle.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (idle->uploader->commands->str, ==, "");
}

static gboolean
go_on (FakeHost *host, guint step)
{
  const FakeUpload steps[] = {
    { 4, "paused", HOIST_UPLOAD_QUEUED, MB, 0 },
    { 4, "paused", HOIST_UPLOAD_SENDING, MB, MB / 2 },
    { 4, "paused", HOIST_UPLOAD_DONE, MB, MB, .location = "https://s3.example.org/paused" },
  };

  fake_host_feed (host, &steps[step], 1);
  return step + 1 < G_N_ELEMENTS (steps);
}

/* The upload is still shown as paused when the command is given: that is not its end. */
static void
test_resume (void)
{
  g_autoptr (FakeHost) host = new_host (go_on);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "resume 4", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->uploader->commands->str, ==, "1:4;");
  g_assert_cmpstr (run.out, ==, "paused -> https://s3.example.org/paused\n");
}

static void
test_resume_limits (void)
{
  g_autoptr (FakeHost) host = new_host (go_on);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "resume --limit 2M --parallel 8 --retry-for 1h 4", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpuint (host->limits.transfer.bytes_per_s, ==, 2 * MB);
  g_assert_cmpuint (host->limits.transfer.parts_in_flight, ==, 8);
  g_assert_cmpint (host->limits.give_up_us, ==, G_GINT64_CONSTANT (3600000000));
}

static void
test_metered (void)
{
  g_autoptr (FakeHost) host = new_host (go_on);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "resume --metered 4", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_true (host->limits.metered);
  g_assert_false (host->limits.low_power);
}

static void
test_low_power (void)
{
  g_autoptr (FakeHost) host = new_host (go_on);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "resume --low-power 4", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_true (host->limits.low_power);
  g_assert_false (host->limits.metered);
}

static void
test_details (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_auto (FakeRun) run = { 0 };
  g_auto (FakeRun) as_json = { 0 };
  g_auto (FakeRun) missing = { 0 };
  g_auto (FakeRun) none = { 0 };

  fake_run (&run, host, 0, "details 5", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_nonnull (strstr (run.out, "Upload: 5\nName: failed\n"));
  g_assert_nonnull (strstr (run.out, "\nState: failed\nWhy: It is gone.\n"));
  g_assert_nonnull (strstr (run.out, "\nNetwork: "));

  fake_run (&as_json, host, 0, "details --json 5", NULL);
  g_assert_true (g_str_has_prefix (as_json.out, "{\"program\":\"Hoist "));
  g_assert_nonnull (strstr (as_json.out, "\"id\":\"5\",\"name\":\"failed\""));

  fake_run (&missing, host, 0, "details 99", NULL);
  g_assert_cmpint (missing.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (missing.err, ==, "hoistctl: There is no upload 99\n");
  fake_run (&none, host, 0, "details", NULL);
  g_assert_cmpint (none.status, ==, HOIST_CLI_EXIT_USAGE);
}

static gboolean
fail_again (FakeHost *host, guint step)
{
  const FakeUpload steps[] = {
    { 5, "failed", HOIST_UPLOAD_PREPARING, MB, 0 },
    { 5, "failed", HOIST_UPLOAD_FAILED, MB, 0, HOIST_ERROR_FILE_MISSING, "Still gone." },
  };

  fake_host_feed (host, &steps[step], 1);
  return step + 1 < G_N_ELEMENTS (steps);
}

static void
test_retry (void)
{
  g_autoptr (FakeHost) host = new_host (fail_again);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "retry 5 4", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (host->uploader->commands->str, ==, "2:5;");
  g_assert_nonnull (strstr (run.err, "cannot be tried again: Not finished last time\n"));
  g_assert_nonnull (strstr (run.err, "hoistctl: failed: Still gone.\n"));
}

static gboolean
clear (FakeHost *host, guint step)
{
  const guint64 ids[] = { 3, 4, 5, 12 };

  fake_host_remove (host, ids[step]);
  return step + 1 < G_N_ELEMENTS (ids);
}

static void
test_cancel (void)
{
  g_autoptr (FakeHost) host = new_host (clear);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "cancel --all", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->uploader->commands->str, ==, "3:3,4,5,12;");
  g_assert_cmpstr (run.err, ==, "4 uploads cancelled\n");
}

static gboolean
cannot_clear (FakeHost *host, guint step)
{
  const FakeUpload steps[] = {
    { 3, "sending", HOIST_UPLOAD_CANCELLING, MB, MB / 2 },
    { 3, "sending", HOIST_UPLOAD_CANCELLING, MB, MB / 2, HOIST_ERROR_NETWORK, "No connection." },
  };

  fake_host_feed (host, &steps[step], 1);
  return step + 1 < G_N_ELEMENTS (steps);
}

/* Without a connection nobody waits for it: the journal remembers. */
static void
test_cancel_offline (void)
{
  g_autoptr (FakeHost) host = new_host (cannot_clear);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "cancel 3", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_nonnull (strstr (run.err, "1 upload cancelled\nSome of what was sent is not cleared"));
}

static void
test_cancel_remote (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_auto (FakeRun) run = { 0 };

  host->remote = TRUE;
  fake_run (&run, host, 0, "cancel 3", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->uploader->commands->str, ==, "3:3;");
  g_assert_cmpstr (run.err, ==, "1 upload cancelled\n");
}

static gboolean
interrupt (FakeHost *host, guint step)
{
  hoist_cli_context_interrupt (host->context);
  return FALSE;
}

static void
test_cancel_interrupted (void)
{
  g_autoptr (FakeHost) host = new_host (interrupt);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "cancel 3", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_INTERRUPTED);
}

static void
test_usage (void)
{
  const struct
  {
    const char *line;
    const char *told;
  } cases[] = {
    { "", "Say what to do" },
    { "uplaod", "There is no command “uplaod”" },
    { "a\033[2J", "“a\\x1b[2J”" },
    { "list x", "takes no arguments" },
    { "history --nonsense", "Unknown option --nonsense" },
    { "pause", "Give the numbers of uploads, or --all" },
    { "resume --all 3", "Give the numbers of uploads, or --all" },
    { "cancel 0", "not the number of an upload" },
    { "retry three", "not the number of an upload" },
    { "retry --parallel 33 3", "from 1 to 32" },
    { "cancel --limit 2M 3", "Unknown option --limit" },
    { "destination", "add, edit, move, import-aws, list, test, buckets, remove, export or import" },
    { "destination frobnicate",
      "add, edit, move, import-aws, list, test, buckets, remove, export or import" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = new_host (NULL);
      g_auto (FakeRun) run = { 0 };

      g_test_message ("%s", cases[i].line);
      fake_run (&run, host, 0, cases[i].line, NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_cmpstr (run.out, ==, "");
      g_assert_nonnull (strstr (run.err, cases[i].told));
      g_assert_nonnull (strstr (run.err, "--help"));
      g_assert_cmpuint (host->n_opened, ==, 0);
    }
}

static void
test_help (void)
{
  const struct
  {
    const char *line;
    const char *told;
  } cases[] = {
    { "--help", "Usage:\n  hoistctl COMMAND" },
    { "-h", "destination" },
    { "help", "history" },
    { "upload --help", "Usage:\n  hoistctl upload [OPTION…] PATH…\n\nUploads files" },
    { "upload -h", "--retry-for=TIME" },
    { "list --help", "hoistctl list [OPTION…]\n" },
    { "history --help", "hoistctl history [OPTION…]\n" },
    { "pause --help", "hoistctl pause [OPTION…] NUMBER…|--all\n" },
    { "resume --help", "--token-file=FILE" },
    { "retry --help", "--all" },
    { "cancel --help", "clears what was sent" },
    { "destination --help", "hoistctl destination add NAME URL" },
    { "destination add --help", "hoistctl destination add [OPTION…] NAME [URL]\n" },
    { "destination edit --help", "hoistctl destination edit [OPTION…] NAME\n" },
    { "destination list --help", "hoistctl destination list [OPTION…]\n" },
    { "destination test --help", "hoistctl destination test [OPTION…] NAME\n" },
    { "destination remove --help", "hoistctl destination remove NAME\n" },
    { "--version", "hoistctl 0." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = new_host (NULL);
      g_auto (FakeRun) run = { 0 };

      g_test_message ("%s", cases[i].line);
      fake_run (&run, host, 0, cases[i].line, NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
      g_assert_cmpstr (run.err, ==, "");
      g_assert_nonnull (strstr (run.out, cases[i].told));
      g_assert_cmpuint (host->n_opened, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/list", test_list);
  g_test_add_func ("/cli/list/json", test_list_json);
  g_test_add_func ("/cli/history", test_history);
  g_test_add_func ("/cli/nothing", test_nothing);
  g_test_add_func ("/cli/pause", test_pause);
  g_test_add_func ("/cli/leave", test_leave);
  g_test_add_func ("/cli/pause/all", test_pause_all);
  g_test_add_func ("/cli/resume", test_resume);
  g_test_add_func ("/cli/resume/limits", test_resume_limits);
  g_test_add_func ("/cli/resume/metered", test_metered);
  g_test_add_func ("/cli/resume/low-power", test_low_power);
  g_test_add_func ("/cli/details", test_details);
  g_test_add_func ("/cli/retry", test_retry);
  g_test_add_func ("/cli/cancel", test_cancel);
  g_test_add_func ("/cli/cancel/offline", test_cancel_offline);
  g_test_add_func ("/cli/cancel/remote", test_cancel_remote);
  g_test_add_func ("/cli/cancel/interrupted", test_cancel_interrupted);
  g_test_add_func ("/cli/usage", test_usage);
  g_test_add_func ("/cli/help", test_help);
  return g_test_run ();
}
