/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <locale.h>
#include <pty.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "await.h"
#include "fake-host.h"
#include "hoist-cli-token.h"
#include "hoist-error.h"
#include "hoist-secret-call.h"

#define URL "https://upload.example.org/api"

static void
test_add (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_auto (FakeRun) run = { 0 };
  g_auto (FakeRun) list = { 0 };
  HoistDestination *destination;

  fake_run (&run, host, 0,
            "destination add Work " URL
            " --token-file - --key-prefix a/ --concurrency 9 --ca-file /etc/x/../ca.pem",
            "geheim\n");
  g_assert_cmpstr (run.err, ==, "");
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.out, ==, "Added Work; “hoistctl destination test” shows whether it works\n");
  destination = hoist_destination_store_lookup (host->store, "Work");
  g_assert_nonnull (destination);
  g_assert_cmpstr (hoist_destination_get_url (destination), ==, URL);
  g_assert_cmpstr (hoist_destination_get_provider_type (destination), ==, "hoist-api");
  g_assert_cmpstr (hoist_destination_get_key_prefix (destination), ==, "a/");
  g_assert_cmpuint (hoist_destination_get_concurrency (destination), ==, 9);
  g_assert_cmpstr (hoist_destination_get_ca_file (destination), ==, "/etc/ca.pem");
  g_assert_cmpstr (g_hash_table_lookup (host->tokens, hoist_destination_get_id (destination)), ==,
                   "geheim");
  g_assert_cmpuint (host->n_opened, ==, 0);

  fake_run (&list, host, 0, "destination list", NULL);
  g_assert_cmpstr (list.out, ==, "Work  " URL "  a/  (default)\n");
}

/* What it is given at most, and what marks it; each can be taken away again. */
static void
test_limits (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_auto (FakeRun) run = { 0 };
  g_auto (FakeRun) list = { 0 };
  g_auto (FakeRun) edit = { 0 };
  g_auto (FakeRun) list_again = { 0 };
  const char *const bad[] = { "--files 33", "--files=-2",     "--limit fast",
                              "--limit 10", "--colour mauve", "--concurrency 33" };

  fake_run (&run, host, 0,
            "destination add Work " URL
            " --no-token --files 2 --limit 1.5M --concurrency 3 --colour teal",
            NULL);
  g_assert_cmpstr (run.err, ==, "");
  fake_run (&list, host, 0, "destination list --json", NULL);
  g_assert_nonnull (strstr (list.out, "\"colour\":\"teal\",\"concurrency\":3,\"files\":2,"
                                      "\"bytesPerSecond\":1500000,"));
  fake_run (&edit, host, 0,
            "destination edit Work --files 0 --limit 0 --concurrency 0 --colour=", NULL);
  g_assert_cmpstr (edit.err, ==, "");
  fake_run (&list_again, host, 0, "destination list --json", NULL);
  g_assert_null (strstr (list_again.out, "colour"));
  g_assert_nonnull (strstr (list_again.out, "\"concurrency\":0,\"files\":0,\"bytesPerSecond\":0,"));

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *line = g_strconcat ("destination edit Work ", bad[i], NULL);
      g_auto (FakeRun) refused = { 0 };

      fake_run (&refused, host, 0, line, NULL);
      g_assert_cmpint (refused.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_cmpstr (refused.out, ==, "");
    }
}

/* What an administrator set up cannot be removed, nor changed where it says something. */
static void
test_preset (void)
{
  static const char *const refused[] = { "destination remove Work",
                                         "destination edit Work --url https://evil.example.org",
                                         "destination edit Work --name Play" };
  g_autoptr (FakeHost) host = fake_host_new ();
  g_autofree char *file = g_build_filename (host->folder, "presets", "destinations.conf", NULL);
  g_autofree char *folder = g_path_get_dirname (file);
  g_auto (FakeRun) list = { 0 };
  g_auto (FakeRun) json = { 0 };
  g_auto (FakeRun) edit = { 0 };
  g_auto (FakeRun) broken = { 0 };

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (
    g_file_set_contents (file, "[destination work]\nname=Work\nurl=" URL "\n", -1, NULL));
  hoist_destination_store_set_preset_folders (host->store, (const char *const[]){ folder, NULL });
  fake_run (&list, host, 0, "destination list", NULL);
  g_assert_cmpstr (list.out, ==, "Work  " URL "  (default)  (set by your administrator)\n");
  fake_run (&json, host, 0, "destination list --json", NULL);
  g_assert_nonnull (strstr (json.out, "\"preset\":true"));
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_auto (FakeRun) run = { 0 };

      fake_run (&run, host, 0, refused[i], NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_cmpstr (run.out, ==, "");
      g_assert_nonnull (strstr (run.err, "administrator"));
    }
  fake_run (&edit, host, 0, "destination edit Work --concurrency 3", NULL);
  g_assert_cmpint (edit.status, ==, HOIST_CLI_EXIT_OK);

  /* Theirs is broken: it is said, and the person's own is there. */
  g_assert_true (g_file_set_contents (file, "nonsense", -1, NULL));
  fake_host_add_destination (host, "Own", URL);
  fake_run (&broken, host, 0, "destination list", NULL);
  g_assert_cmpint (broken.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (broken.out, ==, "Own  " URL "  (default)\n");
  g_assert_nonnull (strstr (broken.err, file));
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* To another computer and back; no secret that was entered is in the file. */
static void
test_export (void)
{
  static const char *const secrets[] = { "geheim", "heim=", "AKIA", "session=abc", "Cookie" };
  g_autoptr (FakeHost) host = fake_host_new ();
  g_autoptr (FakeHost) other = fake_host_new ();
  g_autofree char *file = g_build_filename (host->folder, "exported", NULL);
  g_autofree char *export = g_strconcat ("destination export --output ", file, NULL);
  g_autofree char *import = g_strconcat ("destination import ", file, NULL);
  g_autofree char *replace = g_strconcat ("destination import --existing replace ", file, NULL);
  g_autofree char *text = NULL;
  FakeRun runs[10] = { 0 };

  fake_run (&runs[0], host, 0, "destination add Work " URL " --token-file -", "geheim\n");
  fake_run (&runs[1], host, 0,
            "destination add --service aws --region eu-west-1 --bucket b Cloud --token-file -",
            "AKIA\nge/heim=\n");
  fake_run (&runs[2], host, 0, "destination add --type companion Site " URL " --token-file -",
            "Cookie: session=abc\n");
  fake_run (&runs[3], host, 0, export, NULL);
  g_assert_cmpint (runs[3].status, ==, HOIST_CLI_EXIT_OK);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  fake_run (&runs[4], host, 0, "destination export", NULL);
  g_assert_cmpstr (runs[4].out, ==, text);
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_null (strstr (text, secrets[i]));

  fake_run (&runs[5], other, 0, import, NULL);
  g_assert_cmpint (runs[5].status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (
    runs[5].out, ==,
    "Added Work\nAdded Cloud\nAdded Site\n"
    "Their tokens or keys are not in the file; enter them with “hoistctl destination "
    "edit --new-token NAME”: Work, Cloud, Site\n");
  fake_run (&runs[6], other, 0, import, NULL);
  g_assert_nonnull (strstr (runs[6].out, "Skipped Cloud"));

  /* Another server under a name that is known gets no secret of it. */
  fake_run (&runs[7], host, 0, "destination edit Work --url https://other.example.org", NULL);
  fake_run (&runs[8], host, 0, replace, NULL);
  g_assert_nonnull (strstr (runs[8].out, "Replaced Work"));
  g_assert_true (g_str_has_suffix (runs[8].out, ": Work\n"));
  g_assert_cmpuint (g_hash_table_size (host->tokens), ==, 2);
  g_assert_null (g_hash_table_lookup (host->tokens, "work"));
  fake_run (&runs[9], host, 0, "destination export nobody", NULL);
  g_assert_cmpint (runs[9].status, ==, HOIST_CLI_EXIT_USAGE);
  for (gsize i = 0; i < G_N_ELEMENTS (runs); i++)
    fake_run_clear (&runs[i]);
  g_assert_cmpint (g_remove (file), ==, 0);
}

/* In lists and menus. */
static void
test_move (void)
{
  static const struct
  {
    const char *line;
    const char *order;
  } cases[] = {
    { "c --first", "cab" },   { "C --last", "abc" },    { "c --before b", "acb" },
    { "a --after b", "cba" }, { "c --after a", "bac" }, { "b --before b", "bac" },
  };
  static const char *const bad[] = { "a",
                                     "--first",
                                     "a b --first",
                                     "a --first --last",
                                     "a --before b --after c",
                                     "a --before nobody",
                                     "nobody --last" };
  g_autoptr (FakeHost) host = fake_host_new ();

  fake_host_add_destination (host, "a", URL);
  fake_host_add_destination (host, "b", URL);
  fake_host_add_destination (host, "c", URL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = g_strconcat ("destination move ", cases[i].line, NULL);
      g_auto (FakeRun) run = { 0 };

      fake_run (&run, host, 0, line, NULL);
      g_assert_cmpstr (run.err, ==, "");
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
      for (guint place = 0; place < 3; place++)
        {
          g_autoptr (HoistDestination) item =
            g_list_model_get_item (G_LIST_MODEL (host->store), place);
          g_assert_cmpint (hoist_destination_get_id (item)[0], ==, cases[i].order[place]);
        }
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *line = g_strconcat ("destination move ", bad[i], NULL);
      g_auto (FakeRun) run = { 0 };

      fake_run (&run, host, 0, line, NULL);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_cmpstr (run.out, ==, "");
    }
}

#define BUCKET_KEYS "aws_access_key_id=AKIA\naws_secret_access_key=ge/heim="

static void
test_add_bucket (void)
{
  const struct
  {
    const char *line;
    const char *input;
    const char *url;
    const char *keys;
  } cases[] = {
    { "destination add --service aws --region eu-west-1 --bucket b Work --token-file -",
      "AKIA\nge/heim=\n", "https://s3.eu-west-1.amazonaws.com", BUCKET_KEYS },
    { "destination add --type s3 --bucket b Work https://s3.example.org --token-file - "
      "--set storage-class=COLD --set tags=a=b",
      "aws_access_key_id = AKIA\naws_secret_access_key = ge/heim=\naws_session_token = t\n",
      "https://s3.example.org", BUCKET_KEYS "\naws_session_token=t" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = fake_host_new ();
      g_auto (FakeRun) run = { 0 };
      g_auto (FakeRun) list = { 0 };
      HoistDestination *destination;

      fake_run (&run, host, 0, cases[i].line, cases[i].input);
      g_assert_cmpstr (run.err, ==, "");
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
      destination = hoist_destination_store_lookup (host->store, "Work");
      g_assert_cmpstr (hoist_destination_get_provider_type (destination), ==, "s3");
      g_assert_cmpstr (hoist_destination_get_url (destination), ==, cases[i].url);
      g_assert_cmpstr (hoist_destination_get_setting (destination, HOIST_SETTING_BUCKET), ==, "b");
      g_assert_cmpstr (g_hash_table_lookup (host->tokens, "work"), ==, cases[i].keys);
      fake_run (&list, host, 0, "destination list --json", NULL);
      g_assert_nonnull (strstr (list.out, "\"bucket\":\"b\""));
      g_assert_cmpint (strstr (list.out, "\"storageClass\":\"COLD\"") != NULL, ==, i == 1);
      g_assert_null (strstr (list.out, "heim"));
    }
}

/* A Companion is guarded by whatever headers its owner chose, or by none. */
static void
test_add_companion (void)
{
  const struct
  {
    const char *more;
    const char *input;
    const char *token; /* NULL = none */
  } cases[] = {
    { "--token-file -", "Cookie: session=geheim; a=b\n", "Cookie: session=geheim; a=b" },
    { "--token-file -", "Cookie: a=b\nX-Api-Key: geheim\n", "Cookie: a=b\nX-Api-Key: geheim" },
    { "--token-file -", "geheim\n", "geheim" },
    { "--no-token", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = fake_host_new ();
      g_autofree char *line =
        g_strconcat ("destination add --type companion Work " URL " ", cases[i].more, NULL);
      g_autofree char *path = g_build_filename (host->folder, "destinations.conf", NULL);
      g_autofree char *contents = NULL;
      g_auto (FakeRun) run = { 0 };
      g_auto (FakeRun) edit = { 0 };

      fake_run (&run, host, 0, line, cases[i].input);
      g_assert_cmpstr (run.err, ==, "");
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
      g_assert_cmpstr (g_hash_table_lookup (host->tokens, "work"), ==, cases[i].token);
      g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
      g_assert_nonnull (strstr (contents, "type=companion"));
      g_assert_null (strstr (contents, "geheim"));

      fake_run (&edit, host, 0, "destination edit Work --no-token", NULL);
      g_assert_cmpstr (edit.err, ==, "");
      g_assert_null (g_hash_table_lookup (host->tokens, "work"));
    }
}

static void
test_edit (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  HoistDestination *destination;
  static const char *const lines[] = {
    "destination add --service aws --bucket b Work --token-file -",
    "destination edit Work --region eu-west-1 --set acl=private",
    "destination edit Work --name Home --key-prefix in/ --set acl= --token-file -",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_auto (FakeRun) run = { 0 };

      fake_run (&run, host, 0, lines[i], i == 2 ? "BKIA\nneu\n" : "AKIA\nge/heim=\n");
      g_assert_cmpstr (run.err, ==, "");
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
      if (i == 1)
        g_assert_cmpstr (g_hash_table_lookup (host->tokens, "work"), ==, BUCKET_KEYS);
    }
  destination = hoist_destination_store_lookup (host->store, "Home");
  g_assert_nonnull (destination);
  g_assert_cmpstr (hoist_destination_get_id (destination), ==, "work");
  g_assert_cmpstr (hoist_destination_get_url (destination), ==,
                   "https://s3.eu-west-1.amazonaws.com");
  g_assert_cmpstr (hoist_destination_get_key_prefix (destination), ==, "in/");
  g_assert_null (hoist_destination_get_setting (destination, HOIST_SETTING_ACL));
  g_assert_true (
    g_str_has_suffix (g_hash_table_lookup (host->tokens, "work"), "aws_secret_access_key=neu"));
}

/* Nothing is written anywhere in the keyring's place. */
static void
test_no_keyring (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_autofree char *path = g_build_filename (host->folder, "destinations.conf", NULL);
  g_autofree char *contents = NULL;
  g_auto (FakeRun) run = { 0 };

  host->no_keyring = TRUE;
  fake_run (&run, host, 0, "destination add Work " URL " --token-file -", "geheim\n");
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_nonnull (strstr (run.err, "--token-file each time"));
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_null (strstr (contents, "geheim"));
}

static void
test_add_refused (void)
{
  const struct
  {
    const char *line;
    const char *input;
    const char *told;
  } cases[] = {
    { "destination add", NULL, "Give a name and an address" },
    { "destination add Work", NULL, "Give a name and an address" },
    { "destination add Work " URL " tok", NULL, "Give a name and an address" },
    { "destination add Work ftp://x", "t", "https://" },
    { "destination add Work http://example.org --token-file -", "t", "https://" },
    { "destination add Work " URL " --concurrency 99", NULL, "1 to 32" },
    { "destination add Work " URL " --type a/b --token-file -", "t", "no such kind" },
    { "destination add Work " URL, NULL, "Nobody can be asked" },
    { "destination add Work " URL " --token-file -", " \n", "no token in it" },
    { "destination add Work " URL " --token secret", NULL, "Unknown option" },
    { "destination add --type s3 Work " URL " --token-file -", "a\nb", "needs a bucket" },
    { "destination add --bucket b Work " URL " --token-file -", "a", "its secret key are needed" },
    { "destination add --service nobody --bucket b Work", "a\nb", "no service “nobody”" },
    { "destination add --service ceph --bucket b Work --token-file -", "a\nb", "needs an address" },
    { "destination add --service r2 --bucket b --set acl=x Work " URL, "a\nb", "Cloudflare R2" },
    { "destination add --bucket b --set color=x Work " URL, "a\nb", "NAME=VALUE" },
    { "destination add --keys-from-environment Work " URL, NULL, "of the kind s3" },
    { "destination edit", NULL, "name of one destination" },
    { "destination edit Nowhere --name x", NULL, "There is no destination “Nowhere”" },
    { "destination test", NULL, "name of one destination" },
    { "destination test a b", NULL, "name of one destination" },
    { "destination test Nowhere", NULL, "There is no destination “Nowhere”" },
    { "destination remove Nowhere\033", NULL, "“Nowhere\\x1b”" },
    { "destination list x", NULL, "takes no arguments" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = fake_host_new ();
      g_auto (FakeRun) run = { 0 };

      g_test_message ("%s", cases[i].line);
      fake_run (&run, host, 0, cases[i].line, cases[i].input);
      g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_USAGE);
      g_assert_cmpstr (run.out, ==, "");
      g_assert_nonnull (strstr (run.err, cases[i].told));
      g_assert_cmpuint (g_hash_table_size (host->tokens), ==, 0);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (host->store)), ==, 0);
    }
}

static void
test_list (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_auto (FakeRun) none = { 0 };
  g_auto (FakeRun) json = { 0 };

  fake_run (&none, host, 0, "destination list", NULL);
  g_assert_cmpint (none.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_nonnull (strstr (none.err, "hoistctl destination add"));
  fake_host_add_destination (host, "One", URL);
  fake_host_add_destination (host, "Zwei ü", URL);
  fake_run (&json, host, 0, "destination list --json", NULL);
  g_assert_cmpstr (json.out, ==,
                   "{\"id\":\"one\",\"name\":\"One\",\"type\":\"hoist-api\",\"url\":\"" URL "\","
                   "\"concurrency\":0,\"files\":0,\"bytesPerSecond\":0,\"default\":true}\n"
                   "{\"id\":\"zwei-u\",\"name\":\"Zwei ü\",\"type\":\"hoist-api\",\"url\":\"" URL
                   "\",\"concurrency\":0,\"files\":0,\"bytesPerSecond\":0,\"default\":false}\n");
}

static void
test_test (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_auto (FakeRun) good = { 0 };
  g_auto (FakeRun) bad = { 0 };

  fake_host_add_destination (host, "One", URL);
  fake_run (&good, host, 0, "destination test One --token-file -", "geheim");
  g_assert_cmpint (good.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (good.out, ==, "One works: hoist-backend 0.1.0, as anna\\x1b[2J\n");
  g_assert_cmpstr (host->probed_token, ==, "geheim");
  g_clear_pointer (&host->probed_token, g_free);

  host->probe_error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_AUTH, "Wrong token");
  fake_run (&bad, host, 0, "destination test one", NULL);
  g_assert_cmpint (bad.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (bad.err, ==, "hoistctl: Wrong token\n");
  g_assert_null (host->probed_token);
}

static void
test_buckets (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_auto (FakeRun) good = { 0 };
  g_auto (FakeRun) bad = { 0 };
  g_auto (FakeRun) other = { 0 };
  g_auto (FakeRun) added = { 0 };

  fake_host_add_destination (host, "One", URL);
  fake_run (&other, host, 0, "destination buckets One", NULL);
  g_assert_cmpint (other.status, ==, HOIST_CLI_EXIT_USAGE);
  g_assert_nonnull (strstr (other.err, "is no bucket"));

  fake_run (&added, host, 0, "destination add --type s3 --bucket b --token-file - Two " URL,
            "AK\ngeheim");
  g_assert_cmpint (added.status, ==, HOIST_CLI_EXIT_OK);
  fake_run (&good, host, 0, "destination buckets Two --token-file -", "AK\ngeheim");
  g_assert_cmpint (good.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (good.out, ==, "first\nsecond\\x1b[2J\n");
  g_assert_nonnull (host->probed_token);
  g_clear_pointer (&host->probed_token, g_free);

  host->probe_error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_FORBIDDEN, "Not these keys");
  fake_run (&bad, host, 0, "destination buckets two", NULL);
  g_assert_cmpint (bad.status, ==, HOIST_CLI_EXIT_FAILED);
  g_assert_cmpstr (bad.err, ==, "hoistctl: Not these keys\n");
  g_assert_null (host->probed_token);
}

static void
test_remove (void)
{
  g_autoptr (FakeHost) host = fake_host_new ();
  g_auto (FakeRun) run = { 0 };

  fake_host_add_destination (host, "One", URL);
  g_hash_table_insert (host->tokens, g_strdup ("one"), g_strdup ("geheim"));
  fake_run (&run, host, 0, "destination remove One", NULL);
  g_assert_cmpint (run.status, ==, HOIST_CLI_EXIT_OK);
  g_assert_cmpstr (run.out, ==, "Removed One\n");
  g_assert_cmpuint (g_hash_table_size (host->tokens), ==, 0);
  g_assert_null (hoist_destination_store_lookup (host->store, "One"));
}

/* --- Asking on a terminal ---------------------------------------------------------------------- */

typedef struct
{
  int master, slave;
  char path[64];
  FakeHost *host;
  HoistCliContext *context;
  GAsyncResult *result;
} Terminal;

static void
terminal_set_up (Terminal *terminal, gconstpointer data)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GInputStream) in = g_memory_input_stream_new ();
  g_autoptr (HoistCliConsole) console = hoist_cli_console_new (out, out);

  g_assert_cmpint (openpty (&terminal->master, &terminal->slave, terminal->path, NULL, NULL), ==,
                   0);
  terminal->host = fake_host_new ();
  terminal->context = hoist_cli_context_new (HOIST_CLI_HOST (terminal->host), console, in);
  hoist_cli_context_set_prompt_terminal (terminal->context, terminal->path);
}

static void
terminal_tear_down (Terminal *terminal, gconstpointer data)
{
  g_clear_object (&terminal->result);
  g_object_unref (terminal->context);
  g_object_unref (terminal->host);
  close (terminal->master);
  close (terminal->slave);
}

static gboolean
echoes (Terminal *terminal)
{
  struct termios settings;

  g_assert_cmpint (tcgetattr (terminal->slave, &settings), ==, 0);
  return (settings.c_lflag & ECHO) != 0;
}

/* What a person sees: all that the terminal was sent. */
static char *
read_screen (Terminal *terminal)
{
  char buffer[256] = { 0 };

  g_assert_cmpint (read (terminal->master, buffer, sizeof buffer - 1), >, 0);
  return g_strdup (buffer);
}

static void
test_prompt (Terminal *terminal, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *asked = NULL;
  g_autofree char *after = NULL;
  char *token;

  g_assert_true (echoes (terminal));
  hoist_cli_token_read_async (terminal->context, NULL, "Token: ", await_take_cb, &terminal->result);
  asked = read_screen (terminal);
  g_assert_cmpstr (asked, ==, "Token: ");
  g_assert_false (echoes (terminal));
  g_assert_cmpint (write (terminal->master, "geheim\n", 7), ==, 7);
  await_result (&terminal->result);
  token = hoist_cli_token_read_finish (terminal->context, terminal->result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (token, ==, "geheim");
  hoist_secret_free (token);
  g_assert_true (echoes (terminal));
  after = read_screen (terminal);
  g_assert_cmpstr (after, ==, "\r\n");
}

/* Whoever presses Ctrl+C gets a terminal back that echoes. */
static void
test_prompt_interrupted (Terminal *terminal, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  hoist_cli_token_read_async (terminal->context, NULL, "Token: ", await_take_cb, &terminal->result);
  g_assert_false (echoes (terminal));
  hoist_cli_context_interrupt (terminal->context);
  await_result (&terminal->result);
  g_assert_null (hoist_cli_token_read_finish (terminal->context, terminal->result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&terminal->result);
  g_assert_true (echoes (terminal));
}

static void
test_prompt_nothing (Terminal *terminal, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  hoist_cli_token_read_async (terminal->context, NULL, "Token: ", await_take_cb, &terminal->result);
  g_assert_cmpint (write (terminal->master, "\004", 1), ==, 1);
  await_result (&terminal->result);
  g_assert_null (hoist_cli_token_read_finish (terminal->context, terminal->result, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
}

static void
test_auto (void)
{
  static const struct
  {
    const char *url;
    const char *type; /* null = it cannot be added like this */
    const char *told;
  } cases[] = {
    { "https://plain.example.com", "plain", "“plain”" },
    { "https://companion.example.com", "companion", "“companion”" },
    { "https://s3.example.com", NULL, "--service ceph --bucket BUCKET" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (FakeHost) host = fake_host_new ();
      g_autofree char *line =
        g_strconcat ("destination add --type auto --no-token Work ", cases[i].url, NULL);
      g_auto (FakeRun) run = { 0 };
      HoistDestination *destination;

      fake_run (&run, host, 0, line, NULL);
      destination = hoist_destination_store_lookup (host->store, "Work");
      g_assert_nonnull (strstr (cases[i].type != NULL ? run.out : run.err, cases[i].told));
      g_assert_cmpint (run.status, ==,
                       cases[i].type != NULL ? HOIST_CLI_EXIT_OK : HOIST_CLI_EXIT_USAGE);
      g_assert_cmpstr (destination != NULL ? hoist_destination_get_provider_type (destination)
                                           : NULL,
                       ==, cases[i].type);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/destination/add", test_add);
  g_test_add_func ("/cli/destination/limits", test_limits);
  g_test_add_func ("/cli/destination/move", test_move);
  g_test_add_func ("/cli/destination/export", test_export);
  g_test_add_func ("/cli/destination/preset", test_preset);
  g_test_add_func ("/cli/destination/add-companion", test_add_companion);
  g_test_add_func ("/cli/destination/add-bucket", test_add_bucket);
  g_test_add_func ("/cli/destination/auto", test_auto);
  g_test_add_func ("/cli/destination/edit", test_edit);
  g_test_add_func ("/cli/destination/no-keyring", test_no_keyring);
  g_test_add_func ("/cli/destination/refused", test_add_refused);
  g_test_add_func ("/cli/destination/list", test_list);
  g_test_add_func ("/cli/destination/test", test_test);
  g_test_add_func ("/cli/destination/buckets", test_buckets);
  g_test_add_func ("/cli/destination/remove", test_remove);
  g_test_add ("/cli/token/prompt", Terminal, NULL, terminal_set_up, test_prompt,
              terminal_tear_down);
  g_test_add ("/cli/token/prompt-interrupted", Terminal, NULL, terminal_set_up,
              test_prompt_interrupted, terminal_tear_down);
  g_test_add ("/cli/token/prompt-nothing", Terminal, NULL, terminal_set_up, test_prompt_nothing,
              terminal_tear_down);
  return g_test_run ();
}
