/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"
#include "hoist-test-http-server.h"

G_BEGIN_DECLS

#define S3_SECRET "s3cret-that-nobody-may-see"
#define S3_SESSION "session-that-nobody-may-see"

#define UPLOADS(inside) "<ListMultipartUploadsResult>" inside "</ListMultipartUploadsResult>"
#define PARTS(inside) "<ListPartsResult>" inside "</ListPartsResult>"

/* A storage by script, and a provider that talks to it: bucket `b`, folder `in`. */
typedef struct
{
  HoistTestHttpServer *server;
  HoistProviderConfig *config;
  HoistProvider *provider;
  GAsyncResult *result;      /* that came, until it is waited for */
  GAsyncResult *last_result; /* that was waited for */
  GPtrArray *texts;          /* what the script refers to */
} S3Fixture;

void s3_fixture_set_up (S3Fixture *fixture, gconstpointer unused);
void s3_fixture_tear_down (S3Fixture *fixture, gconstpointer unused);
void s3_fixture_renew (S3Fixture *fixture);
void s3_fixture_reply (S3Fixture *fixture, guint status, const char *headers, const char *body);
void s3_fixture_reply_head (S3Fixture *fixture, guint status, const char *headers);
void s3_fixture_got_cb (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *s3_fixture_wait (S3Fixture *fixture);
const char *s3_made_etag (void);
HoistBeginRequest *s3_make_begin_request (const char *name, gboolean multipart);

G_END_DECLS
