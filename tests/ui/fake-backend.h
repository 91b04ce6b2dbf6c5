/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-backend.h"

G_BEGIN_DECLS

/* A backend that keeps destinations in memory. A test of one whose URL has
 * `bad` in it fails, with `away` nobody is there, with `odd` nonsense answers; `slow` never ends
 * until it is cancelled. */
#define FAKE_TYPE_BACKEND (fake_backend_get_type ())
G_DECLARE_FINAL_TYPE (FakeBackend, fake_backend, FAKE, BACKEND, GObject)

FakeBackend *fake_backend_new (guint n_destinations);
void fake_backend_set_default_locked (FakeBackend *self, gboolean locked);
void fake_backend_set_without_secrets (FakeBackend *self, gboolean without_secrets);
void fake_backend_set_not_kept (FakeBackend *self, const char *why);
const char *fake_backend_get_token (FakeBackend *self);

G_END_DECLS
