/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "provider-fixture.h"

G_BEGIN_DECLS

#define TEST_COOKIE "c00kie-that-nobody-may-see"

typedef enum
{
  COMPANION_PROBE,
  COMPANION_BEGIN,
  COMPANION_SIGN_ONE, /* part 7 */
  COMPANION_SIGN,     /* parts 7 and 2 */
  COMPANION_LIST,
  COMPANION_COMPLETE,
  COMPANION_ABORT,
} CompanionKind;

void companion_fixture_set_up (ProviderFixture *fixture, gconstpointer unused);
void companion_fixture_script (ProviderFixture *fixture, guint status, const char *body);
gpointer companion_fixture_call (ProviderFixture *fixture, CompanionKind kind, GError **error);
GError *companion_fixture_call_in_vain (ProviderFixture *fixture, CompanionKind kind);

G_END_DECLS
