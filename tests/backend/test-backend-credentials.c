/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "hoist-backend-credentials.h"
#include "hoist-error.h"

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("hoist-keys-XXXXXX", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *const names[] = { "keys",        "s3-credentials",
                                "tokens",      ".aws/credentials",
                                ".aws/config", ".aws" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);

      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

static char *
write_file (Fixture *fixture, const char *name, const char *text, int mode)
{
  char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
  return path;
}

static const struct
{
  const char *text;
  const char *profile;
  const char *access_key; /* null: refused */
  const char *secret_key;
  const char *session_token;
} files[] = {
  { "aws_access_key_id = AK\naws_secret_access_key = SK\n", NULL, "AK", "SK", NULL },
  { "AWS_ACCESS_KEY_ID=AK\nAWS_SECRET_ACCESS_KEY=S=K/+\n", NULL, "AK", "S=K/+", NULL },
  { "export AWS_ACCESS_KEY_ID=AK\nexport AWS_SECRET_ACCESS_KEY=SK\n", NULL, "AK", "SK", NULL },
  { "AWS_ACCESS_KEY_ID=AK\r\nAWS_SECRET_ACCESS_KEY=SK\r\nAWS_SESSION_TOKEN=T\r\n", NULL, "AK", "SK",
    "T" },
  { "[default]\naws_access_key_id=A\naws_secret_access_key=B\n"
    "[work]\naws_access_key_id=C\naws_secret_access_key=D\n",
    "work", "C", "D", NULL },
  { "[work]\naws_access_key_id=C\naws_secret_access_key=D\n", NULL, NULL, NULL, NULL },
  { "# aws_access_key_id=A\naws_secret_access_key=B\n", NULL, NULL, NULL, NULL },
  { "aws_access_key_id=\naws_secret_access_key=B\n", NULL, NULL, NULL, NULL },
  { "", NULL, NULL, NULL, NULL },
};

static void
test_files (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = write_file (fixture, "keys", files[i].text, 0600);
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistS3Credentials) keys =
        hoist_backend_credentials_load_file (file, files[i].profile, TRUE, &error);

      g_test_message ("%s", files[i].text);
      if (files[i].access_key == NULL)
        {
          g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (hoist_s3_credentials_get_access_key (keys), ==, files[i].access_key);
      g_assert_cmpstr (hoist_s3_credentials_get_secret_key (keys), ==, files[i].secret_key);
      g_assert_cmpstr (hoist_s3_credentials_get_session_token (keys), ==, files[i].session_token);
    }
}

static void
test_modes (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    int mode;
    gboolean good;
  } modes[] = { { 0600, TRUE }, { 0400, TRUE }, { 0640, FALSE }, { 0604, FALSE }, { 0644, FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *file = write_file (
        fixture, "keys", "aws_access_key_id=A\naws_secret_access_key=hidden\n", modes[i].mode);
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistS3Credentials) keys =
        hoist_backend_credentials_load_file (file, NULL, TRUE, &error);

      g_assert_cmpint (keys != NULL, ==, modes[i].good);
      if (keys != NULL)
        continue;
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      g_assert_nonnull (strstr (error->message, "chmod 600"));
      g_assert_null (strstr (error->message, "hidden"));
    }
}

static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) folder_error = NULL;

  g_assert_null (hoist_backend_credentials_load_file (missing, NULL, TRUE, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_null (hoist_backend_credentials_load_file (fixture->folder, NULL, TRUE, &folder_error));
  g_assert_error (folder_error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
}

static void
assert_found (const HoistBackendConfig *config, GStrv environment, const char *access_key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistS3Credentials) keys =
    hoist_backend_credentials_load (config, (const char *const *) environment, &error);

  if (access_key == NULL)
    {
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (hoist_s3_credentials_get_access_key (keys), ==, access_key);
}

/* Each source hides those after it. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistBackendConfig) config = hoist_backend_config_new ();
  g_auto (GStrv) environment = g_new0 (char *, 1);
  g_autofree char *shared =
    write_file (fixture, ".aws/credentials",
                "[default]\naws_access_key_id=shared\naws_secret_access_key=s\n"
                "[work]\naws_access_key_id=work\naws_secret_access_key=s\n",
                0600);
  g_autofree char *passed = NULL;

  assert_found (config, environment, NULL);
  environment = g_environ_setenv (environment, "HOME", fixture->folder, TRUE);
  assert_found (config, environment, "shared");
  environment = g_environ_setenv (environment, "AWS_PROFILE", "work", TRUE);
  assert_found (config, environment, "work");
  environment = g_environ_setenv (environment, "AWS_ACCESS_KEY_ID", "variable", TRUE);
  assert_found (config, environment, "work"); /* half a pair is none */
  environment = g_environ_setenv (environment, "AWS_SECRET_ACCESS_KEY", "s", TRUE);
  assert_found (config, environment, "variable");
  environment = g_environ_setenv (environment, "CREDENTIALS_DIRECTORY", fixture->folder, TRUE);
  assert_found (config, environment, "variable");
  /* systemd's own files may have any mode. */
  passed = write_file (fixture, "s3-credentials",
                       "aws_access_key_id=passed\naws_secret_access_key=s\n", 0440);
  assert_found (config, environment, "passed");
  config->credentials_file =
    write_file (fixture, "keys", "aws_access_key_id=file\naws_secret_access_key=s\n", 0600);
  assert_found (config, environment, "file");
  g_assert_cmpint (g_chmod (config->credentials_file, 0644), ==, 0);
  assert_found (config, environment, NULL); /* refused, and nothing else is taken instead */
}

static void
test_region (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistBackendConfig) config = hoist_backend_config_new ();
  g_auto (GStrv) environment = g_environ_setenv (NULL, "HOME", fixture->folder, TRUE);
  g_autofree char *none = hoist_backend_find_region (config, (const char *const *) environment);
  g_autofree char *file = write_file (fixture, ".aws/config",
                                      "[default]\nregion = r1\n[profile work]\nregion=r2\n", 0644);
  g_autofree char *first = hoist_backend_find_region (config, (const char *const *) environment);
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *fourth = NULL;

  g_assert_null (none);
  g_assert_cmpstr (first, ==, "r1");
  config->profile = g_strdup ("work");
  second = hoist_backend_find_region (config, (const char *const *) environment);
  g_assert_cmpstr (second, ==, "r2");
  environment = g_environ_setenv (environment, "AWS_REGION", "r3", TRUE);
  third = hoist_backend_find_region (config, (const char *const *) environment);
  g_assert_cmpstr (third, ==, "r3");
  config->region = g_strdup ("r4");
  fourth = hoist_backend_find_region (config, (const char *const *) environment);
  g_assert_cmpstr (fourth, ==, "r4");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/backend-credentials/files", test_files);
  ADD ("/backend-credentials/modes", test_modes);
  ADD ("/backend-credentials/no-file", test_no_file);
  ADD ("/backend-credentials/order", test_order);
  ADD ("/backend-credentials/region", test_region);
  return g_test_run ();
}
