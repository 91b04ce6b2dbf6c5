/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "provider-fixture.h"

#include <json-glib/json-glib.h>
#include <string.h>

void
provider_fixture_set_up (ProviderFixture *fixture, gconstpointer unused)
{
  g_autofree char *url = NULL;
  g_autoptr (HoistProviderConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server = hoist_test_http_server_new (NULL);
  url = hoist_test_http_server_dup_url (fixture->server, "/api/v1/");
  config = hoist_provider_config_new ("hoist-api", url);
  config->token = g_strdup (TEST_TOKEN);
  config->key_prefix = g_strdup ("from/anna");
  fixture->provider = hoist_provider_new_for_config (config, &error);
  g_assert_no_error (error);
}

void
provider_fixture_tear_down (ProviderFixture *fixture, gconstpointer unused)
{
  g_clear_object (&fixture->result);
  g_assert_finalize_object (g_steal_pointer (&fixture->provider));
  g_clear_pointer (&fixture->server, hoist_test_http_server_free);
}

void
provider_fixture_got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ProviderFixture *fixture = user_data;

  g_assert_true (source == G_OBJECT (fixture->provider));
  g_set_object (&fixture->result, result);
}

/* Owned by the fixture until the next wait. */
GAsyncResult *
provider_fixture_wait (ProviderFixture *fixture)
{
  g_clear_object (&fixture->result);
  while (fixture->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return fixture->result;
}

HoistBeginRequest *
make_begin_request (const char *name, guint64 size_bytes, gboolean multipart)
{
  HoistBeginRequest *request = g_new0 (HoistBeginRequest, 1);

  request->name = g_strdup (name);
  request->content_type = g_strdup ("text/plain");
  request->plan.size_bytes = size_bytes;
  request->plan.multipart = multipart;
  request->plan.part_bytes = multipart ? 8388608 : size_bytes;
  request->plan.n_parts = multipart ? (guint) ((size_bytes + 8388607) / 8388608) : 1;
  request->digest_kind = HOIST_DIGEST_SHA256;
  hoist_digest_data (HOIST_DIGEST_SHA256, "abc", 3, request->digest);
  return request;
}

/* @json: (nullable): what the body must mean; NULL = none */
void
assert_request (ProviderFixture *fixture,
                guint index,
                const char *method,
                const char *target,
                const char *json)
{
  const HoistTestRequest *request = hoist_test_http_server_get_request (fixture->server, index);
  g_autoptr (JsonNode) expected = NULL;
  g_autoptr (JsonNode) sent = NULL;

  g_assert_cmpstr (request->method, ==, method);
  g_assert_cmpstr (request->target, ==, target);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "authorization"), ==,
                   "Bearer " TEST_TOKEN);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "accept"), ==, "application/json");
  if (json == NULL)
    {
      g_assert_cmpuint (request->body_bytes, ==, 0);
      return;
    }
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "content-type"), ==, "application/json");
  expected = json_from_string (json, NULL);
  sent = json_from_string (request->body, NULL);
  g_assert_nonnull (expected);
  g_assert_nonnull (sent);
  if (!json_node_equal (expected, sent))
    g_error ("sent %s instead of %s", request->body, json);
}
