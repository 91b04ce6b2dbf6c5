/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"
#include "hoist-test-http-server.h"

G_BEGIN_DECLS

#define TEST_TOKEN "t0ken-that-nobody-may-see"

/* A backend by script, and a provider that talks to it. */
typedef struct
{
  HoistTestHttpServer *server;
  HoistProvider *provider;
  GAsyncResult *result; /* of the last call */
} ProviderFixture;

void provider_fixture_set_up (ProviderFixture *fixture, gconstpointer unused);
void provider_fixture_tear_down (ProviderFixture *fixture, gconstpointer unused);
void provider_fixture_got_cb (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *provider_fixture_wait (ProviderFixture *fixture);

HoistBeginRequest *make_begin_request (const char *name, guint64 size_bytes, gboolean multipart);
void assert_request (ProviderFixture *fixture,
                     guint index,
                     const char *method,
                     const char *target,
                     const char *json);

G_END_DECLS
