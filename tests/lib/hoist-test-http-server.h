/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistTestReply:
 * @status: 0 = none: the connection is closed instead
 * @headers: (nullable): further header lines, each with its CRLF
 * @body: (nullable): text
 * @read_bytes: how much of the request's body to read first; -1 = all of it
 * @hang: then do nothing until hoist_test_http_server_release()
 * @hang_after: answer first, then do nothing until hoist_test_http_server_release()
 * @raw: (nullable): sent instead of an answer
 * @close: close the connection after the answer
 * @no_length: send no Content-Length: the answer ends with the connection
 * @endless: after the headers send blanks until the connection breaks
 * @promise_bytes: a Content-Length that is not the body's; 0 = the right one
 * @interim: (nullable): sent once @interim_bytes of the request's body were read; the rest is read after it
 * @interim_bytes: when
 * @interim_again: as often more, each when as much again of the body was read
 * @interim_cut: so much of @interim goes first, and the rest when the client has stopped to hear it; 0 = all at once
 *
 * What the server does with one request. Nothing waits for time.
 */
typedef struct
{
  guint status;
  const char *headers;
  const char *body;
  gint64 read_bytes;
  gboolean hang;
  gboolean hang_after;
  const char *raw;
  gboolean close;
  gboolean no_length;
  gboolean endless;
  gsize promise_bytes;
  const char *interim;
  gint64 interim_bytes;
  guint interim_again;
  gsize interim_cut;
} HoistTestReply;

/* Reads the whole request, answers 200 with an empty body and keeps the connection. */
#define HOIST_TEST_REPLY_OK                                                                        \
  {                                                                                                \
    .status = 200, .read_bytes = -1                                                                \
  }

/**
 * HoistTestRequest:
 *
 * What the server saw.
 */
typedef struct
{
  char *method;          /* (owned) */
  char *target;          /* (owned) path and query */
  GHashTable *headers;   /* (owned) lower-case name -> value */
  guint connection;      /* from 1: which connection it came on */
  gint64 content_length; /* -1 = not said */
  guint64 body_bytes;    /* read in fact */
  char *sha256;          /* (owned) hex, of what was read */
  char *body;            /* (owned) the first 64 KiB, as text */
} HoistTestRequest;

typedef struct _HoistTestHttpServer HoistTestHttpServer;

HoistTestHttpServer *hoist_test_http_server_new (const char *certificate_name);
void hoist_test_http_server_free (HoistTestHttpServer *self);
guint16 hoist_test_http_server_get_port (HoistTestHttpServer *self);
char *hoist_test_http_server_dup_url (HoistTestHttpServer *self, const char *path);
void hoist_test_http_server_script (HoistTestHttpServer *self, const HoistTestReply *reply);
void hoist_test_http_server_script_text (HoistTestHttpServer *self, guint status, const char *body);
void hoist_test_http_server_release (HoistTestHttpServer *self);
void hoist_test_http_server_wait_for_requests (HoistTestHttpServer *self, guint n_requests);
guint hoist_test_http_server_count_requests (HoistTestHttpServer *self);
guint hoist_test_http_server_count_connections (HoistTestHttpServer *self);
const HoistTestRequest *hoist_test_http_server_get_request (HoistTestHttpServer *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistTestHttpServer, hoist_test_http_server_free)

G_END_DECLS
