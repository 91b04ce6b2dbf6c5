/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-s3-credentials.h"
#include "hoist-s3-sigv4.h"
#include "hoist-store.h"

G_BEGIN_DECLS

#define STORE_BUCKET "hoist-test"
#define STORE_REGION "eu-test-1"
#define STORE_ACCESS_KEY "AKIDTEST"
#define STORE_SECRET_KEY "a secret/for+tests"

/* A store in a thread of its own, and a client that talks to it over loopback. */
typedef struct
{
  char *dir;         /* (owned) */
  gboolean owns_dir; /* removed at the end */
  HoistS3Credentials *credentials;
  HoistS3Endpoint *endpoint;
  HoistS3Signer *signer;
  SoupSession *session;
  guint16 port;

  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GMutex lock;
  GCond ready;
} StoreFixture;

/* What a request came to. */
typedef struct
{
  guint status;
  SoupMessageHeaders *headers;
  GBytes *body;
} StoreReply;

StoreFixture *store_fixture_new (const char *dir);
void store_fixture_free (StoreFixture *fixture);
void store_fixture_open_client (StoreFixture *fixture, guint16 port);
char *store_fixture_path (StoreFixture *fixture, const char *name);
char *store_fixture_presign (StoreFixture *fixture, const HoistS3Request *request);

StoreReply *store_fixture_send (StoreFixture *fixture, HoistS3Request *request, GBytes *body);
StoreReply *store_fixture_send_message (StoreFixture *fixture, SoupMessage *message);
StoreReply *store_fixture_put (StoreFixture *fixture, const char *key, const char *text);
StoreReply *store_fixture_get (StoreFixture *fixture, const char *key);
StoreReply *store_fixture_head (StoreFixture *fixture, const char *key);
StoreReply *store_fixture_delete (StoreFixture *fixture, const char *key);
SoupMessage *store_fixture_new_message (StoreFixture *fixture,
                                        const HoistS3Request *request,
                                        GBytes *body);

void store_reply_free (StoreReply *reply);
const char *store_reply_header (const StoreReply *reply, const char *name);
char *store_reply_code (const StoreReply *reply);
void store_assert_fault (StoreReply *reply, guint status, const char *code);
void store_assert_ok (StoreReply *reply);
GBytes *store_random_bytes (gsize length);
char *store_sha256_base64 (GBytes *bytes);
char *store_md5_hex (GBytes *bytes);
guint store_count_files (const char *dir);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreFixture, store_fixture_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreReply, store_reply_free)

G_END_DECLS
