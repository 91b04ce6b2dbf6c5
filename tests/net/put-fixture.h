/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-test-http-server.h"
#include "hoist-transport.h"

G_BEGIN_DECLS

/* In the clear or under TLS; past libsoup or through it. */
typedef struct
{
  const char *name;
  const char *certificate_name; /* NULL = plain HTTP */
  gboolean through_libsoup;
} PutSetup;

/* A server, a transport that trusts it, and files in memory. */
typedef struct
{
  HoistTestHttpServer *server;
  HoistTransport *transport;
  HoistNetTrust *trust; /* NULL = the system's roots */
} PutFixture;

/* One PUT and, once it ended, its error. */
typedef struct
{
  HoistPut *put;
  GCancellable *cancellable;
  GError *error;
  gboolean done;
} PutRun;

void put_fixture_set_up (PutFixture *fixture, gconstpointer setup);
void put_fixture_tear_down (PutFixture *fixture, gconstpointer setup);
void put_fixture_add (const char *suite,
                      const char *name,
                      void (*test) (PutFixture *, gconstpointer));

PutRun *put_run_new (PutFixture *fixture, gsize n_bytes);
void put_run_free (PutRun *run);
void put_run_start (PutFixture *fixture, PutRun *run);
void put_run_wait (PutRun *run);
void put_run_to_end (PutFixture *fixture, PutRun *run);
void put_run_assert_sent (PutFixture *fixture, PutRun *run, guint request_index);

int make_file (gsize n_bytes);
char *hash_file (int fd, guint64 offset_bytes, guint64 length_bytes);
HoistNetTrust *make_trust (const char *ca_name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PutRun, put_run_free)

G_END_DECLS
