/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "hoist-backend-config.h"
#include "hoist-error.h"

#define MINIMAL "[s3]\nbucket=b\nregion=r\n"

static const struct
{
  const char *text;
  const char *why; /* parts of the message, separated by | */
} wrong[] = {
  { "[server]\nlisten\n", "x.conf" },
  { "bucket=b\n", "x.conf" },
  { "[sever]\n", "x.conf|[sever]|[server] and [s3]" },
  { "[server]\nport=80\n", "x.conf|[server]|“port”|listen, tls-certificate" },
  { "[s3]\nbuckets=b\n", "[s3]|“buckets”|bucket, style" },
  { "[s3]\nbucket=\n", "[s3] bucket=|leave the line out" },
  { "[s3]\nstyle=paths\n", "[s3] style=paths|virtual or path" },
  { "[s3]\nchecksum=sha1\n", "checksum=sha1|none or sha256 or md5" },
  { "[s3]\ncredentials-file=keys\n", "credentials-file=keys|begins with /" },
  { "[s3]\nurl-lifetime=1h\n", "url-lifetime=1h|from 60 to 604800" },
  { "[s3]\nurl-lifetime=604801\n", "from 60 to 604800" },
  { "[server]\nmax-body=1\n", "max-body=1|a size from 4096" },
  { "[server]\nmax-body=-5\n", "max-body=-5" },
  { "[server]\nmax-body=5X\n", "max-body=5X|K, M, G and T" },
  { "[server]\nmax-files=0\n", "max-files=0|from 1 to 1000" },
  { "[server]\nlog-requests=yes\n", "log-requests=yes|true or false" },
};

static void
assert_message (const GError *error, const char *why)
{
  g_auto (GStrv) parts = g_strsplit (why, "|", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      g_test_message ("“%s” in “%s”", parts[i], error->message);
      g_assert_nonnull (strstr (error->message, parts[i]));
    }
}

static void
test_wrong (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (HoistBackendConfig) config = hoist_backend_config_new ();
      g_autoptr (GError) error = NULL;

      g_assert_false (hoist_backend_config_load_data (config, wrong[i].text, "x.conf", &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
      assert_message (error, wrong[i].why);
    }
}

static const struct
{
  const char *text;
  const char *why; /* null: it fits together */
} whole[] = {
  { MINIMAL, NULL },
  { "[s3]\nregion=r\n", "bucket is missing" },
  { "[s3]\nbucket=b\n", "region is missing" },
  { MINIMAL "endpoint=ftp://x\n", "endpoint must be a URL" },
  { MINIMAL "endpoint=https://u:p@x\n", "endpoint must be a URL" },
  { MINIMAL "endpoint=https://x/?a=b\n", "endpoint must be a URL" },
  { MINIMAL "endpoint=http://127.0.0.1:9000\nstyle=path\n", NULL },
  { MINIMAL "public-endpoint=nonsense\n", "public-endpoint must be a URL" },
  { MINIMAL "min-part-size=10M\nmax-part-size=5M\n", "min-part-size is more" },
  { MINIMAL "key-template={path}\n", "must begin with {prefix}" },
  { MINIMAL "[server]\nlisten=0.0.0.0:80\n", "Refusing plain HTTP|--insecure" },
  { MINIMAL "[server]\nlisten=192.0.2.1:80\n", "Refusing plain HTTP" },
  { MINIMAL "[server]\nlisten=0.0.0.0:80\ninsecure=true\n", NULL },
  { MINIMAL "[server]\nlisten=0.0.0.0:80\ntls-certificate=/c\ntls-key=/k\n", NULL },
  { MINIMAL "[server]\ntls-certificate=/c\n", "belong together" },
  { MINIMAL "[server]\nlisten=[::1]:0\n", NULL },
  { MINIMAL "[server]\nlisten=localhost:0\n", NULL },
  { MINIMAL "[server]\nlisten=example.org:80\n", "Cannot listen on" },
  { MINIMAL "[server]\nlisten=127.0.0.1\n", "Cannot listen on" },
  { MINIMAL "[server]\nlisten=127.0.0.1:65536\n", "Cannot listen on" },
  { MINIMAL "[server]\nlisten=::1:80\n", "Cannot listen on" },
  { MINIMAL "[server]\npublic-url=https://x.org?q\n", "public-url must be a URL" },
};

static void
test_whole (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (whole); i++)
    {
      g_autoptr (HoistBackendConfig) config = hoist_backend_config_new ();
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", whole[i].text);
      hoist_backend_config_load_data (config, whole[i].text, "x.conf", &error);
      g_assert_no_error (error);
      if (hoist_backend_config_check (config, &error) == (whole[i].why == NULL))
        {
          if (error != NULL)
            assert_message (error, whole[i].why);
          continue;
        }
      g_assert_no_error (error);
      g_assert_not_reached ();
    }
}

static void
test_values (void)
{
  g_autoptr (HoistBackendConfig) config = hoist_backend_config_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (config->max_body_bytes, ==, 4 << 20);
  g_assert_cmpint (config->checksum, ==, HOIST_DIGEST_SHA256);
  g_assert_cmpuint (config->single_put_bytes, ==, 16 << 20);
  g_assert_true (hoist_backend_config_load_data (config,
                                                 "# a comment\n"
                                                 "[server]\n"
                                                 "listen = [::1]:9\n"
                                                 "max-body = 1 MiB  \n"
                                                 "log-requests=true\n"
                                                 "[s3]\n"
                                                 "bucket=photos\n"
                                                 "region=eu-central-1\n"
                                                 "style=path\n"
                                                 "checksum=md5\n"
                                                 "key-template={prefix}{yyyy}/{path}\n"
                                                 "single-put-below=0\n",
                                                 "x.conf", &error));
  g_assert_no_error (error);
  g_assert_true (hoist_backend_config_check (config, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (config->listen, ==, "[::1]:9");
  g_assert_cmpuint (config->max_body_bytes, ==, 1 << 20);
  g_assert_true (config->log_requests);
  g_assert_true (config->path_style);
  g_assert_cmpint (config->checksum, ==, HOIST_DIGEST_MD5);
  g_assert_cmpuint (config->single_put_bytes, ==, 0);
  g_assert_cmpstr (config->endpoint, ==, "https://s3.eu-central-1.amazonaws.com");
}

static const struct
{
  const char *text;
  guint64 bytes;
} sizes[] = {
  { "0", 0 },
  { "1", 1 },
  { "1K", 1024 },
  { "1k", 1024 },
  { "16 MiB", 16 << 20 },
  { "5GiB", G_GUINT64_CONSTANT (5) << 30 },
  { "48T", G_GUINT64_CONSTANT (48) << 40 },
};

static void
test_sizes (void)
{
  const char *const no_sizes[] = { "", "M", "-1", "1.5G", "1MB", "1 KiBs", "1P", "99999999999T" };
  guint64 bytes;

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_assert_true (hoist_backend_parse_bytes (sizes[i].text, &bytes));
      g_assert_cmpuint (bytes, ==, sizes[i].bytes);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (no_sizes); i++)
    {
      g_test_message ("%s", no_sizes[i]);
      g_assert_false (hoist_backend_parse_bytes (no_sizes[i], &bytes));
    }
}

static void
test_missing_file (void)
{
  g_autoptr (HoistBackendConfig) config = hoist_backend_config_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (hoist_backend_config_load_file (config, "/nonexistent/x.conf", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_assert_nonnull (strstr (error->message, "/nonexistent/x.conf"));
}

/* The example that is installed is one that works, once its comments are taken away. */
static void
test_example (void)
{
  g_autofree char *file =
    g_test_build_filename (G_TEST_DIST, "..", "data", "backend.conf.example", NULL);
  g_autoptr (HoistBackendConfig) config = hoist_backend_config_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) all = g_string_new (NULL);

  g_assert_true (hoist_backend_config_load_file (config, file, &error));
  g_assert_no_error (error);
  g_assert_true (hoist_backend_config_check (config, &error));
  g_assert_no_error (error);

  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      gboolean setting = lines[i][0] == '#' && g_ascii_islower (lines[i][1]);

      g_string_append_printf (all, "%s\n", lines[i] + (setting ? 1 : 0));
    }
  g_assert_true (hoist_backend_config_load_data (config, all->str, "example", &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backend-config/wrong", test_wrong);
  g_test_add_func ("/backend-config/whole", test_whole);
  g_test_add_func ("/backend-config/values", test_values);
  g_test_add_func ("/backend-config/sizes", test_sizes);
  g_test_add_func ("/backend-config/missing-file", test_missing_file);
  g_test_add_func ("/backend-config/example", test_example);
  return g_test_run ();
}
