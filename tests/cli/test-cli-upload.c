/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "fake-host.h"
#include "hoist-error.h"

#define MB G_GUINT64_CONSTANT (1000000)

static FakeHost *
new_host (FakeScript script)
{
  FakeHost *host = fake_host_new ();

  fake_host_add_destination (host, "Home", "https://upload.example.org/api");
  host->script = script;
  return host;
}

static gboolean
deliver_one (FakeHost *host, guint step)
{
  const FakeUpload sending = { 1, "report.pdf", HOIST_UPLOAD_SENDING, 10 * MB, 5 * MB };
  const FakeUpload done = { 1,
                            "report.pdf",
                            HOIST_UPLOAD_DONE,
                            10 * MB,
                            10 * MB,
                            0,
                            NULL,
                            "https://s3.example.org/b/report.pdf" };

  if (step == 0)
    fake_host_feed (host, &sending, 1);
  else if (step == 1)
    fake_host_finish_batch (host, 1);
  else
    fake_host_feed (host, &done, 1);
  return step < 2;
}

static void
test_one (void)
{
  g_autoptr (FakeHost) host = new_host (deliver_one);
  g_auto (FakeRun) run = { 0 };
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *path = g_build_filename (here, "report.pdf", NULL);

  fake_run (&run, host, 0, "upload report.pdf", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.out, ==, "report.pdf -> https://s3.example.org/b/report.pdf\n");
  g_assert_cmpstr (run.err, ==, "");
  g_assert_cmpstr (host->uploader->added_paths[0], ==, path);
  g_assert_null (host->uploader->added_paths[1]);
  g_assert_cmpstr (host->uploader->added_to, ==, "home");
  g_assert_cmpuint (host->n_closed, ==, 1);
}

static void
test_terminal (void)
{
  g_autoptr (FakeHost) host = new_host (deliver_one);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 80, "upload report.pdf", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.out, ==, "report.pdf -> https://s3.example.org/b/report.pdf\n");
  g_assert_nonnull (strstr (run.err, "\r\033[Kreport.pdf           [#########"));
  g_assert_nonnull (strstr (run.err, " 50 %"));
  /* The line is taken away before the program ends. */
  g_assert_true (g_str_has_suffix (run.err, "\r\033[K"));
}

static gboolean
deliver_some (FakeHost *host, guint step)
{
  const FakeUpload found[] = {
    { 1, "a", HOIST_UPLOAD_QUEUED, MB },
    { 2, "b\033[2J", HOIST_UPLOAD_QUEUED, MB },
    { 3, "c", HOIST_UPLOAD_QUEUED, 0 },
    { 9, "another batch", HOIST_UPLOAD_FAILED, 1, .error_code = HOIST_ERROR_AUTH, .batch = 3 },
  };
  const FakeUpload ended[] = {
    { 2, "b\033[2J", HOIST_UPLOAD_FAILED, MB, 0, HOIST_ERROR_FORBIDDEN, "Not\nallowed" },
    { 1, "a", HOIST_UPLOAD_DONE, MB, MB, .location = "https://s3.example.org/a" },
    { 3, "c", HOIST_UPLOAD_DONE, 0, 0, .location = "https://s3.example.org/c" },
  };

  if (step == 0)
    fake_host_feed (host, found, G_N_ELEMENTS (found));
  else if (step == 1)
    fake_host_feed (host, ended, 1);
  else if (step == 2)
    fake_host_feed (host, ended + 1, 2);
  else
    fake_host_finish_batch (host, 3);
  return step < 3;
}

/* One bad file: its reason is told, the good ones arrive, the status says it. */
static void
test_some_fail (void)
{
  g_autoptr (FakeHost) host = new_host (deliver_some);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "upload folder", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (run.out, ==, "a -> https://s3.example.org/a\nc -> https://s3.example.org/c\n");
  g_assert_true (g_str_has_prefix (run.err, "hoistctl: b\\x1b[2J: Not\\nallowed\n"));
  g_assert_nonnull (strstr (run.err, "2 files uploaded: 1.0\u00a0MB in "));
  g_assert_nonnull (strstr (run.err, "1 file failed\n"));
  g_assert_null (strstr (run.err, "another"));
}

static gboolean
refuse (FakeHost *host, guint step)
{
  static const FakeUpload refused[] = {
    { 1, "a", HOIST_UPLOAD_FAILED, 1, .error_code = HOIST_ERROR_AUTH },
  };

  if (step == 0)
    fake_host_feed (host, refused, 1);
  else
    fake_host_finish_batch (host, 1);
  return step < 1;
}

/* Without a keyring no token is sent: the server's refusal is not the whole truth. */
static void
test_token_problem (void)
{
  const char *problem = "There is no keyring.";

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (FakeHost) host = new_host (refuse);
      g_auto (FakeRun) run = { 0 };

      host->token_problem = i == 0 ? problem : NULL;
      fake_run (&run, host, 0, "upload a", NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
      g_assert_true ((strstr (run.err, problem) != NULL) == (i == 0));
      g_assert_true ((strstr (run.err, "--token-file") != NULL) == (i == 0));
    }
}

static void
test_json (void)
{
  g_autoptr (FakeHost) host = new_host (deliver_some);
  g_auto (FakeRun) run = { 0 };
  g_auto (GStrv) lines = NULL;

  fake_run (&run, host, 0, "upload --json folder", NULL);
  lines = g_strsplit (run.out, "\n", -1);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (run.err, ==, "");
  g_assert_cmpuint (g_strv_length (lines), ==, 7);
  g_assert_cmpstr (lines[0], ==, "{\"event\":\"added\",\"batch\":7,\"destination\":\"home\"}");
  g_assert_true (g_str_has_prefix (lines[1], "{\"event\":\"progress\",\"files\":0,"));
  g_assert_cmpstr (lines[2], ==,
                   "{\"event\":\"failed\",\"id\":2,\"name\":\"b\\u001b[2J\",\"path\":\"/tmp/x\","
                   "\"destination\":\"home\",\"state\":\"failed\",\"size\":1000000,\"sent\":0,"
                   "\"code\":\"forbidden\",\"message\":\"Not\\nallowed\"}");
  g_assert_true (g_str_has_prefix (lines[3], "{\"event\":\"done\",\"id\":1,\"name\":\"a\","));
  g_assert_nonnull (strstr (lines[3], "\"location\":\"https://s3.example.org/a\","));
  g_assert_nonnull (strstr (lines[3], "\"finished\":\"2023-11-14T22:13:21Z\"}"));
  g_assert_true (g_str_has_prefix (lines[4], "{\"event\":\"done\",\"id\":3,"));
  g_assert_true (g_str_has_prefix (
    lines[5], "{\"event\":\"summary\",\"done\":2,\"failed\":1,\"stopped\":0,\"size\":1000000,"));
  g_assert_cmpstr (lines[6], ==, "");
}

static gboolean
find_nothing (FakeHost *host, guint step)
{
  fake_host_finish_batch (host, 0);
  return FALSE;
}

static void
test_empty_folder (void)
{
  g_autoptr (FakeHost) host = new_host (find_nothing);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "upload folder", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.out, ==, "");
  g_assert_cmpstr (run.err, ==, "There was nothing to upload.\n");
}

static gboolean
wait_then_deliver (FakeHost *host, guint step)
{
  const FakeUpload steps[] = {
    { 1, "a", HOIST_UPLOAD_WAITING, MB, 0, HOIST_ERROR_NETWORK, "No connection." },
    { 1, "a", HOIST_UPLOAD_STARTING, MB },
    { 1, "a", HOIST_UPLOAD_WAITING, MB, 0, HOIST_ERROR_NETWORK, "No connection." },
    { 1, "a", HOIST_UPLOAD_SENDING, MB },
    { 1, "a", HOIST_UPLOAD_DONE, MB, MB, .location = "https://s3.example.org/a" },
  };

  if (step == 0)
    fake_host_finish_batch (host, 1);
  fake_host_feed (host, &steps[step], 1);
  return step + 1 < G_N_ELEMENTS (steps);
}

/* The batch is complete before its file is heard of: that is not the end. */
static void
test_waiting (void)
{
  g_autoptr (FakeHost) host = new_host (wait_then_deliver);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "upload a", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  /* Said once, not with every try. */
  g_assert_cmpstr (run.err, ==, "a: There is no connection to the server.\n");
}

/* At once after it moved, and then for longer than progress is held back. */
static gboolean
move_wait_and_deliver (FakeHost *host, guint step)
{
  static gint64 waits_since_us;
  const FakeUpload steps[] = {
    { 1, "a", HOIST_UPLOAD_SENDING, MB },
    { 1, "a", HOIST_UPLOAD_WAITING, MB, 0, HOIST_ERROR_NETWORK, "No connection." },
    { 1, "a", HOIST_UPLOAD_DONE, MB, MB, .location = "https://s3.example.org/a" },
  };

  if (step == 0)
    fake_host_finish_batch (host, 1);
  if (step < 2)
    {
      fake_host_feed (host, &steps[step], 1);
      waits_since_us = g_get_monotonic_time ();
      return TRUE;
    }
  if (g_get_monotonic_time () - waits_since_us < G_USEC_PER_SEC)
    return TRUE;
  fake_host_feed (host, &steps[2], 1);
  return FALSE;
}

static void
test_waiting_for_programs (void)
{
  g_autoptr (FakeHost) host = new_host (move_wait_and_deliver);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "upload --json a", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_nonnull (strstr (run.out, "\"waiting\":\"There is no connection to the server.\""));
}

static void
test_waiting_on_terminal (void)
{
  g_autoptr (FakeHost) host = new_host (wait_then_deliver);
  g_auto (FakeRun) run = { 0 };

  fake_host_feed (host, &(FakeUpload){ 1, "a", HOIST_UPLOAD_QUEUED, MB }, 1);
  fake_run (&run, host, 100, "upload a", NULL);
  g_assert_nonnull (strstr (run.err, "  0 %  There is no connection to the server."));
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
}

static gboolean
stop_some (FakeHost *host, guint step)
{
  const FakeUpload found[] = {
    { 1, "a", HOIST_UPLOAD_SENDING, MB },
    { 2, "b", HOIST_UPLOAD_SENDING, MB },
    { 3, "c", HOIST_UPLOAD_SENDING, MB },
  };
  const FakeUpload ended[] = {
    { 1, "a", HOIST_UPLOAD_PAUSED, MB },
    { 3, "c", HOIST_UPLOAD_DONE, MB, MB, .location = "c" },
  };

  if (step == 0)
    fake_host_feed (host, found, G_N_ELEMENTS (found));
  else if (step == 1)
    fake_host_finish_batch (host, 3);
  else if (step == 2)
    fake_host_remove (host, 2);
  else
    fake_host_feed (host, ended, G_N_ELEMENTS (ended));
  return step < 3;
}

/* Somebody pauses one in the window and cancels another. */
static void
test_stopped_by_others (void)
{
  g_autoptr (FakeHost) host = new_host (stop_some);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "upload a b c", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (run.out, ==, "c -> c\n");
  g_assert_nonnull (strstr (run.err, "hoistctl: a: Paused\n"));
  g_assert_nonnull (strstr (run.err, "2 files were paused or cancelled\n"));
}

static gboolean
interrupt (FakeHost *host, guint step)
{
  fake_host_feed (host, &(FakeUpload){ 1, "a", HOIST_UPLOAD_SENDING, MB }, 1);
  hoist_cli_context_interrupt (host->context);
  return FALSE;
}

static void
test_interrupted (void)
{
  for (int remote = 0; remote < 2; remote++)
    {
      g_autoptr (FakeHost) host = new_host (interrupt);
      g_auto (FakeRun) run = { 0 };

      host->remote = remote;
      fake_run (&run, host, 0, "upload a", NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_INTERRUPTED);
      g_assert_cmpuint (host->n_closed, ==, 1);
      g_assert_nonnull (
        strstr (run.err, remote ? "goes on uploading" : "“hoistctl resume --all” or the same"));
    }
}

/* The second interruption does not wait for the journal any more. */
static void
test_interrupted_twice (void)
{
  g_autoptr (FakeHost) host = new_host (interrupt);
  g_auto (FakeRun) run = { 0 };

  host->hangs_on_close = TRUE;
  fake_run (&run, host, 0, "upload --json a", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_INTERRUPTED);
  g_assert_nonnull (strstr (run.out, "{\"event\":\"interrupted\",\"goes-on\":false}\n"));
}

static void
test_target (void)
{
  g_autoptr (FakeHost) host = new_host (deliver_one);
  g_auto (FakeRun) run = { 0 };

  fake_host_add_destination (host, "Other Place", "https://other.example.org");
  fake_run (&run, host, 0,
            "upload --to other-place --limit 2M --limit-hours 22-7=full --parallel 8 "
            "--retry-for 1h -- -x",
            NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->uploader->added_to, ==, "other-place");
  g_assert_true (g_str_has_suffix (host->uploader->added_paths[0], "/-x"));
  g_assert_cmpuint (host->limits.transfer.bytes_per_s, ==, 2 * MB);
  g_assert_cmpuint (host->limits.transfer.parts_in_flight, ==, 8);
  g_assert_true (host->limits.transfer.fixed_parts);
  g_assert_cmpuint (host->limits.transfer.schedule.from_minute, ==, 22 * 60);
  g_assert_cmpint (host->limits.give_up_us, ==, G_GINT64_CONSTANT (3600000000));
  g_assert_null (host->used);
}

static void
test_url (void)
{
  g_autofree char *first_id = NULL;

  /* The same address is the same destination, so that the same command goes on. */
  for (int round = 0; round < 2; round++)
    {
      g_autoptr (FakeHost) host = new_host (deliver_one);
      g_auto (FakeRun) run = { 0 };

      fake_run (&run, host, 0, "upload --url https://x.example.org/api --token-file - a",
                "  tok-en_1.2~3+4/5=\n");
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
      g_assert_cmpstr (hoist_destination_get_url (host->used), ==, "https://x.example.org/api");
      g_assert_cmpstr (host->used_token, ==, "tok-en_1.2~3+4/5=");
      g_assert_cmpstr (host->uploader->added_to, ==, hoist_destination_get_id (host->used));
      g_assert_true (g_str_has_prefix (host->uploader->added_to, "url-"));
      if (round == 0)
        first_id = g_strdup (host->uploader->added_to);
      g_assert_cmpstr (host->uploader->added_to, ==, first_id);
    }
}

/* A destination that is set up, on a machine without a keyring. */
static void
test_token_for_destination (void)
{
  g_autoptr (FakeHost) host = new_host (deliver_one);
  g_autofree char *path = g_build_filename (host->folder, "token", NULL);
  g_autofree char *line = g_strdup_printf ("upload --token-file %s a", path);
  g_auto (FakeRun) run = { 0 };

  g_assert_true (g_file_set_contents (path, "geheim\n", -1, NULL));
  fake_run (&run, host, 0, line, NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (host->used_token, ==, "geheim");
  g_assert_cmpstr (hoist_destination_get_id (host->used), ==, "home");
}

static void
test_remote_limits (void)
{
  g_autoptr (FakeHost) host = new_host (deliver_one);
  g_auto (FakeRun) run = { 0 };

  host->remote = TRUE;
  fake_run (&run, host, 0, "upload --limit 1M a", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_nonnull (strstr (run.err, "with its own limits"));
}

static void
test_errors (void)
{
  const struct
  {
    int code;
    gboolean on_open;
    int status;
  } cases[] = {
    { HOIST_ERROR_STORE_DAMAGED, TRUE, HOIST_CLI_EXIT_FAILED },
    { HOIST_ERROR_UNAVAILABLE, FALSE, HOIST_CLI_EXIT_FAILED },
    { HOIST_ERROR_BAD_INPUT, FALSE, HOIST_CLI_EXIT_USAGE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = new_host (deliver_one);
      g_auto (FakeRun) run = { 0 };
      GError *error = g_error_new_literal (HOIST_ERROR, cases[i].code, "It\033 broke");

      if (cases[i].on_open)
        host->open_error = error;
      else
        host->uploader->add_error = error;
      fake_run (&run, host, 0, "upload a", NULL);
      g_assert_cmpint (run.status, ==, cases[i].status);
      g_assert_cmpstr (run.err, ==, "hoistctl: It\\x1b broke\n");
      g_assert_cmpuint (host->n_closed, ==, 1);
    }
}

/* --- Another process has gone ------------------------------------------------------------------ */

static gboolean
go_in_the_middle (FakeHost *host, guint step)
{
  const FakeUpload found[] = {
    { 1, "a", HOIST_UPLOAD_DONE, MB, MB, .location = "https://s3.example.org/a" },
    { 2, "b", HOIST_UPLOAD_SENDING, MB, MB / 2 },
  };

  if (step == 0)
    fake_host_feed (host, found, G_N_ELEMENTS (found));
  else if (step == 1)
    fake_host_finish_batch (host, 2);
  else
    hoist_cli_context_lose (host->context);
  return step < 2;
}

/* What was left is there again, paused by nobody, and is told to go on. */
static gboolean
go_on (FakeHost *host, guint step)
{
  const FakeUpload left[] = {
    { 1, "a", HOIST_UPLOAD_DONE, MB, MB, .location = "https://s3.example.org/a" },
    { 2, "b", HOIST_UPLOAD_PAUSED, MB, MB / 2, .restored = TRUE },
  };
  const FakeUpload done = { 2,  "b", HOIST_UPLOAD_DONE,
                            MB, MB,  .location = "https://s3.example.org/b" };

  if (step == 0)
    fake_host_feed (host, left, G_N_ELEMENTS (left));
  else if (step == 1)
    fake_host_feed (host, &done, 1);
  else
    fake_host_finish_batch (host, 2);
  return step < 2;
}

static void
test_lost (void)
{
  g_autoptr (FakeHost) host = new_host (go_in_the_middle);
  g_auto (FakeRun) run = { 0 };

  host->remote = TRUE;
  host->next_script = go_on;
  fake_run (&run, host, 0, "upload folder", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.out, ==, "a -> https://s3.example.org/a\nb -> https://s3.example.org/b\n");
  g_assert_cmpuint (host->n_opened, ==, 2);
  /* It was told to go on, and since it was not known there, its folder is added again. */
  g_assert_cmpstr (host->uploader->commands->str, ==, "1:2;");
  g_assert_nonnull (host->uploader->added_paths);
  g_assert_cmpuint (host->n_closed, ==, 1);
}

/* It goes while it is to take the files. */
static void
test_lost_while_adding (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_auto (FakeRun) run = { 0 };

  host->remote = TRUE;
  host->next_script = deliver_one;
  host->n_errors_left = 2;
  host->uploader->add_error =
    g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UNAVAILABLE, "It has gone");
  fake_run (&run, host, 0, "upload report.pdf", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.err, ==, "");
  g_assert_cmpuint (host->n_opened, ==, 3);
}

/* What the journal could not write is no success. */
static void
test_close_error (void)
{
  g_autoptr (FakeHost) host = new_host (deliver_one);
  g_auto (FakeRun) run = { 0 };

  host->close_error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NO_SPACE, "The disk is full");
  fake_run (&run, host, 0, "upload a", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (run.err, ==, "hoistctl: The disk is full\n");
}

static void
test_usage (void)
{
  const struct
  {
    const char *line;
    const char *input;
    const char *told;
  } cases[] = {
    { "upload", NULL, "Say what to upload" },
    { "upload --json", NULL, "Say what to upload" },
    { "upload --to Nowhere a", NULL, "There is no destination “Nowhere”" },
    { "upload --to Home --url https://x.example.org a", NULL, "cannot go together" },
    { "upload --url http://x.example.org --token-file - a", "t", "https://" },
    { "upload --url https://x.example.org a", NULL, "Nobody can be asked for the token" },
    { "upload --url https://x.example.org --token-file - a", "", "There is no token in it" },
    { "upload --url https://x.example.org --token-file - a", "two words", "not a token" },
    { "upload --url https://x.example.org --token-file - a", "a\r\nX: y", "not a token" },
    { "upload --key-prefix x a", NULL, "go with --url" },
    { "upload --limit 10 a", NULL, "not a speed" },
    { "upload --limit-hours night=full a", NULL, "22:00-7:00=full" },
    { "upload --retry-for never a", NULL, "not a length of time" },
    { "upload --parallel 33 a", NULL, "1 to 32" },
    { "upload --parallel -1 a", NULL, "1 to 32" },
    { "upload --token secret a", NULL, "Unknown option --token" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = new_host (NULL);
      g_auto (FakeRun) run = { 0 };

      g_test_message ("%s", cases[i].line);
      fake_run (&run, host, 0, cases[i].line, cases[i].input);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_cmpstr (run.out, ==, "");
      g_assert_nonnull (strstr (run.err, cases[i].told));
      g_assert_null (host->uploader->added_to);
    }
}

static void
test_no_destination (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "upload a", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
  g_assert_nonnull (strstr (run.err, "hoistctl destination add"));
}

static void
test_long_token (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_autofree char *input = g_strnfill (100000, 'x');
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "upload --url https://x.example.org --token-file - a", input);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
  g_assert_nonnull (strstr (run.err, "too long for a token"));
}

static void
test_missing_token_file (void)
{
  g_autoptr (FakeHost) host = new_host (NULL);
  g_auto (FakeRun) run = { 0 };

  fake_run (&run, host, 0, "upload --url https://x.example.org --token-file /nowhere/t a", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_nonnull (strstr (run.err, "/nowhere/t"));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/upload/one", test_one);
  g_test_add_func ("/cli/upload/terminal", test_terminal);
  g_test_add_func ("/cli/upload/some-fail", test_some_fail);
  g_test_add_func ("/cli/upload/token-problem", test_token_problem);
  g_test_add_func ("/cli/upload/lost", test_lost);
  g_test_add_func ("/cli/upload/lost-while-adding", test_lost_while_adding);
  g_test_add_func ("/cli/upload/json", test_json);
  g_test_add_func ("/cli/upload/empty-folder", test_empty_folder);
  g_test_add_func ("/cli/upload/waiting", test_waiting);
  g_test_add_func ("/cli/upload/waiting-for-programs", test_waiting_for_programs);
  g_test_add_func ("/cli/upload/waiting-on-terminal", test_waiting_on_terminal);
  g_test_add_func ("/cli/upload/stopped-by-others", test_stopped_by_others);
  g_test_add_func ("/cli/upload/interrupted", test_interrupted);
  g_test_add_func ("/cli/upload/interrupted-twice", test_interrupted_twice);
  g_test_add_func ("/cli/upload/target", test_target);
  g_test_add_func ("/cli/upload/url", test_url);
  g_test_add_func ("/cli/upload/token-for-destination", test_token_for_destination);
  g_test_add_func ("/cli/upload/remote-limits", test_remote_limits);
  g_test_add_func ("/cli/upload/errors", test_errors);
  g_test_add_func ("/cli/upload/close-error", test_close_error);
  g_test_add_func ("/cli/upload/usage", test_usage);
  g_test_add_func ("/cli/upload/no-destination", test_no_destination);
  g_test_add_func ("/cli/upload/long-token", test_long_token);
  g_test_add_func ("/cli/upload/missing-token-file", test_missing_token_file);
  return g_test_run ();
}
