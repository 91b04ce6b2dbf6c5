/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "s3-fixture.h"

#include "hoist-s3-checksum.h"

void
s3_fixture_set_up (S3Fixture *fixture, gconstpointer unused)
{
  g_autofree char *url = NULL;

  fixture->server = hoist_test_http_server_new (NULL);
  fixture->texts = g_ptr_array_new_with_free_func (g_free);
  url = hoist_test_http_server_dup_url (fixture->server, "/");
  fixture->config = hoist_provider_config_new ("s3", url);
  fixture->config->token = g_strdup ("AKIA\n" S3_SECRET "\n" S3_SESSION);
  fixture->config->key_prefix = g_strdup ("in");
  hoist_destination_settings_set (fixture->config->settings, HOIST_SETTING_BUCKET, "b");
  hoist_destination_settings_set (fixture->config->settings, HOIST_SETTING_CHECKSUM, "sha256");
  hoist_destination_settings_set (fixture->config->settings, HOIST_SETTING_STORAGE_CLASS,
                                  "STANDARD_IA");
  s3_fixture_renew (fixture);
}

void
s3_fixture_tear_down (S3Fixture *fixture, gconstpointer unused)
{
  g_clear_object (&fixture->last_result);
  g_assert_finalize_object (g_steal_pointer (&fixture->provider));
  g_clear_pointer (&fixture->config, hoist_provider_config_unref);
  g_clear_pointer (&fixture->server, hoist_test_http_server_free);
  g_clear_pointer (&fixture->texts, g_ptr_array_unref);
}

/* As when the network is another one. */
void
s3_fixture_renew (S3Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->last_result);
  g_clear_object (&fixture->provider);
  fixture->provider = hoist_provider_new_for_config (fixture->config, &error);
  g_assert_no_error (error);
}

static const char *
keep (S3Fixture *fixture, const char *text)
{
  char *copy = g_strdup (text);

  g_ptr_array_add (fixture->texts, copy);
  return copy;
}

void
s3_fixture_reply (S3Fixture *fixture, guint status, const char *headers, const char *body)
{
  const HoistTestReply reply = { .status = status,
                                 .read_bytes = -1,
                                 .headers = keep (fixture, headers),
                                 .body = keep (fixture, body) };

  hoist_test_http_server_script (fixture->server, &reply);
}

/* @headers: with Content-Length, if there is one: a HEAD has no body */
void
s3_fixture_reply_head (S3Fixture *fixture, guint status, const char *headers)
{
  char *raw = g_strdup_printf ("HTTP/1.1 %u Lab\r\n%s\r\n", status, headers);
  const HoistTestReply reply = { .raw = raw, .read_bytes = -1, .status = status };

  g_ptr_array_add (fixture->texts, raw);
  hoist_test_http_server_script (fixture->server, &reply);
}

void
s3_fixture_got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  S3Fixture *fixture = user_data;

  g_assert_true (source == G_OBJECT (fixture->provider));
  g_set_object (&fixture->result, result);
}

/* Of the call that is under way; owned by the fixture until the next wait. */
GAsyncResult *
s3_fixture_wait (S3Fixture *fixture)
{
  while (fixture->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_set_object (&fixture->last_result, fixture->result);
  g_clear_object (&fixture->result);
  return fixture->last_result;
}

/* The headers of the object that two parts of that ETag make. */
const char *
s3_made_etag (void)
{
  static char *headers = NULL;
  guint8 md5s[2 * HOIST_MD5_BYTES];
  g_autofree char *etag = NULL;

  if (headers == NULL)
    {
      for (guint i = 0; i < 2; i++)
        hoist_digest_from_hex ("0123456789abcdef0123456789abcdef", md5s + i * HOIST_MD5_BYTES,
                               HOIST_MD5_BYTES);
      etag = hoist_s3_multipart_etag (md5s, 2);
      headers = g_strdup_printf ("ETag: \"%s\"\r\nContent-Length: 7\r\n", etag);
    }
  return headers;
}

HoistBeginRequest *
s3_make_begin_request (const char *name, gboolean multipart)
{
  HoistBeginRequest *request = g_new0 (HoistBeginRequest, 1);

  request->name = g_strdup (name);
  request->content_type = g_strdup ("text/plain");
  request->plan.size_bytes = 20000000;
  request->plan.multipart = multipart;
  request->plan.part_bytes = multipart ? 8388608 : 20000000;
  request->plan.n_parts = multipart ? 3 : 1;
  request->digest_kind = HOIST_DIGEST_SHA256;
  hoist_digest_data (HOIST_DIGEST_SHA256, "abc", 3, request->digest);
  return request;
}
