/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "hoist-backend-server.h"

G_BEGIN_DECLS

/* What a request came to. */
typedef struct
{
  guint status;
  SoupMessageHeaders *headers;
  GBytes *body;
  JsonNode *json; /* (nullable) where the body is JSON */
} BackendReply;

/* A backend on a free port of this thread's context, with a folder of its own. */
typedef struct
{
  char *dir;
  HoistBackendConfig *config;
  HoistBackendServer *server;
  SoupSession *session;
  char *token; /* of the embedded store: for all keys */
} BackendFixture;

BackendFixture *backend_fixture_new (void);
void backend_fixture_start (BackendFixture *fixture);
BackendFixture *backend_fixture_new_embedded (void);
void backend_fixture_free (BackendFixture *fixture);
char *backend_fixture_add_token (BackendFixture *fixture, const char *name, const char *prefix);
void backend_fixture_stop (BackendFixture *fixture);

SoupMessage *backend_fixture_message (BackendFixture *fixture,
                                      const char *method,
                                      const char *path,
                                      const char *token);
BackendReply *backend_fixture_send (BackendFixture *fixture, SoupMessage *message);
BackendReply *backend_fixture_get (BackendFixture *fixture, const char *path);
BackendReply *backend_fixture_post (BackendFixture *fixture, const char *path, const char *json);
BackendReply *backend_fixture_post_as (BackendFixture *fixture,
                                       const char *token,
                                       const char *path,
                                       const char *json);
/* PUT to a presigned URL: @entry is an element of `urls`. */
BackendReply *backend_fixture_put (BackendFixture *fixture, JsonObject *entry, GBytes *body);

void backend_reply_free (BackendReply *reply);
JsonObject *backend_reply_object (const BackendReply *reply);
void backend_assert_ok (const BackendReply *reply);
void backend_assert_error (const BackendReply *reply, guint status, const char *code);
GBytes *backend_random_bytes (gsize length);
char *backend_sha256 (GBytes *bytes);
GBytes *backend_cut (GBytes *bytes, guint index, gsize part_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BackendFixture, backend_fixture_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BackendReply, backend_reply_free)

G_END_DECLS
