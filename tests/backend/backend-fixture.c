/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "backend-fixture.h"

#include <string.h>

#include "hoist-backend-embedded.h"
#include "hoist-token-store.h"
#include "remove-tree.h"

/* Settings that a test may still change; nothing runs yet. */
BackendFixture *
backend_fixture_new (void)
{
  BackendFixture *fixture = g_new0 (BackendFixture, 1);

  fixture->dir = g_dir_make_tmp ("hoist-backend-XXXXXX", NULL);
  fixture->config = hoist_backend_config_new ();
  g_free (fixture->config->listen);
  fixture->config->listen = g_strdup ("127.0.0.1:0");
  g_free (fixture->config->tokens_file);
  fixture->config->tokens_file = g_build_filename (fixture->dir, "tokens.conf", NULL);
  fixture->session = soup_session_new_with_options ("max-conns-per-host", 8, "timeout", 30, NULL);
  return fixture;
}

void
backend_fixture_start (BackendFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->server = hoist_backend_server_new (fixture->config);
  g_assert_true (hoist_backend_server_listen (fixture->server, &error));
  g_assert_no_error (error);
}

BackendFixture *
backend_fixture_new_embedded (void)
{
  BackendFixture *fixture = backend_fixture_new ();
  g_autofree char *file = g_build_filename (fixture->dir, "token", NULL);

  fixture->config->embedded_dir = g_strdup (fixture->dir);
  backend_fixture_start (fixture);
  g_assert_true (g_file_get_contents (file, &fixture->token, NULL, NULL));
  g_strstrip (fixture->token);
  return fixture;
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *stopped = user_data;

  g_assert_true (hoist_backend_server_stop_finish (HOIST_BACKEND_SERVER (source), result, NULL));
  *stopped = TRUE;
}

void
backend_fixture_stop (BackendFixture *fixture)
{
  gboolean stopped = FALSE;

  hoist_backend_server_stop_async (fixture->server, NULL, stopped_cb, &stopped);
  while (!stopped)
    g_main_context_iteration (NULL, TRUE);
}

void
backend_fixture_free (BackendFixture *fixture)
{
  soup_session_abort (fixture->session);
  g_clear_object (&fixture->session);
  g_clear_object (&fixture->server);
  hoist_backend_config_unref (fixture->config);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  remove_tree (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->token);
  g_free (fixture);
}

char *
backend_fixture_add_token (BackendFixture *fixture, const char *name, const char *prefix)
{
  g_autoptr (HoistTokenStore) store = hoist_token_store_new (fixture->config->tokens_file);
  g_autoptr (HoistToken) token = hoist_token_new (name);
  char *secret;

  g_assert_true (hoist_token_set_prefix (token, prefix, NULL));
  secret = hoist_token_store_add (store, token, NULL);
  g_assert_nonnull (secret);
  return secret;
}

SoupMessage *
backend_fixture_message (BackendFixture *fixture,
                         const char *method,
                         const char *path,
                         const char *token)
{
  g_autofree char *url = g_strconcat (hoist_backend_server_get_url (fixture->server), path, NULL);
  SoupMessage *message = soup_message_new (method, url);

  g_assert_nonnull (message);
  if (token != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                    bearer);
    }
  return message;
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GBytes **body = user_data;
  g_autoptr (GError) error = NULL;

  *body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
}

/* Takes the message. */
BackendReply *
backend_fixture_send (BackendFixture *fixture, SoupMessage *message)
{
  BackendReply *reply = g_new0 (BackendReply, 1);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  soup_session_send_and_read_async (fixture->session, message, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                    &reply->body);
  while (reply->body == NULL)
    g_main_context_iteration (NULL, TRUE);
  reply->status = soup_message_get_status (message);
  reply->headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  /* What is downloaded may be anything, such as a blank, which the parser takes for JSON. */
  if (g_strcmp0 (soup_message_headers_get_content_type (reply->headers, NULL),
                 "application/json") == 0 &&
      json_parser_load_from_data (parser, g_bytes_get_data (reply->body, NULL),
                                  (gssize) g_bytes_get_size (reply->body), NULL))
    reply->json = json_node_ref (json_parser_get_root (parser));
  g_object_unref (message);
  return reply;
}

BackendReply *
backend_fixture_get (BackendFixture *fixture, const char *path)
{
  return backend_fixture_send (fixture,
                               backend_fixture_message (fixture, "GET", path, fixture->token));
}

BackendReply *
backend_fixture_post_as (BackendFixture *fixture,
                         const char *token,
                         const char *path,
                         const char *json)
{
  SoupMessage *message = backend_fixture_message (fixture, "POST", path, token);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  return backend_fixture_send (fixture, message);
}

BackendReply *
backend_fixture_post (BackendFixture *fixture, const char *path, const char *json)
{
  return backend_fixture_post_as (fixture, fixture->token, path, json);
}

BackendReply *
backend_fixture_put (BackendFixture *fixture, JsonObject *entry, GBytes *body)
{
  JsonObject *headers = json_object_get_object_member (entry, "headers");
  SoupMessage *message = soup_message_new ("PUT", json_object_get_string_member (entry, "url"));
  g_autoptr (GList) names = json_object_get_members (headers);
  SoupMessageHeaders *request;

  g_assert_cmpstr (json_object_get_string_member (entry, "method"), ==, "PUT");
  soup_message_set_request_body_from_bytes (message, NULL, body);
  request = soup_message_get_request_headers (message);
  for (GList *at = names; at != NULL; at = at->next)
    soup_message_headers_replace (request, at->data,
                                  json_object_get_string_member (headers, at->data));
  return backend_fixture_send (fixture, message);
}

void
backend_reply_free (BackendReply *reply)
{
  soup_message_headers_unref (reply->headers);
  g_bytes_unref (reply->body);
  g_clear_pointer (&reply->json, json_node_unref);
  g_free (reply);
}

JsonObject *
backend_reply_object (const BackendReply *reply)
{
  g_assert_nonnull (reply->json);
  return json_node_get_object (reply->json);
}

/* What holds for every answer of the API. */
static void
assert_common (const BackendReply *reply)
{
  g_assert_cmpstr (soup_message_headers_get_content_type (reply->headers, NULL), ==,
                   "application/json");
  g_assert_nonnull (soup_message_headers_get_one (reply->headers, "X-Request-Id"));
  g_assert_cmpstr (soup_message_headers_get_one (reply->headers, "Cache-Control"), ==, "no-store");
  g_assert_nonnull (reply->json);
}

void
backend_assert_ok (const BackendReply *reply)
{
  if (reply->status != 200)
    g_test_message ("%.*s", (int) g_bytes_get_size (reply->body),
                    (const char *) g_bytes_get_data (reply->body, NULL));
  g_assert_cmpuint (reply->status, ==, 200);
  assert_common (reply);
}

void
backend_assert_error (const BackendReply *reply, guint status, const char *code)
{
  JsonObject *error;

  g_test_message ("%.*s", (int) g_bytes_get_size (reply->body),
                  (const char *) g_bytes_get_data (reply->body, NULL));
  g_assert_cmpuint (reply->status, ==, status);
  assert_common (reply);
  error = json_object_get_object_member (backend_reply_object (reply), "error");
  g_assert_nonnull (error);
  g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, code);
  g_assert_cmpuint (strlen (json_object_get_string_member (error, "message")), >, 0);
  g_assert_cmpstr (json_object_get_string_member (error, "requestId"), ==,
                   soup_message_headers_get_one (reply->headers, "X-Request-Id"));
}

GBytes *
backend_random_bytes (gsize length)
{
  guint8 *data = g_malloc (MAX (length, 1));

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_test_rand_int ();
  return g_bytes_new_take (data, length);
}

char *
backend_sha256 (GBytes *bytes)
{
  guint8 digest[HOIST_SHA256_BYTES];
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  hoist_digest_data (HOIST_DIGEST_SHA256, data, length, digest);
  return hoist_digest_to_base64 (digest, sizeof digest);
}

GBytes *
backend_cut (GBytes *bytes, guint index, gsize part_bytes)
{
  gsize offset = index * part_bytes;

  return g_bytes_new_from_bytes (bytes, offset,
                                 MIN (part_bytes, g_bytes_get_size (bytes) - offset));
}
