/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "companion-fixture.h"

void
companion_fixture_set_up (ProviderFixture *fixture, gconstpointer unused)
{
  g_autofree char *url = NULL;
  g_autoptr (HoistProviderConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server = hoist_test_http_server_new (NULL);
  url = hoist_test_http_server_dup_url (fixture->server, "/companion/");
  config = hoist_provider_config_new ("companion", url);
  config->token = g_strdup ("Cookie: session=" TEST_COOKIE "; a=b\nX-Api-Key: " TEST_TOKEN);
  config->key_prefix = g_strdup ("from/anna");
  fixture->provider = hoist_provider_new_for_config (config, &error);
  g_assert_no_error (error);
}

void
companion_fixture_script (ProviderFixture *fixture, guint status, const char *body)
{
  hoist_test_http_server_script_text (fixture->server, status, body);
}

static void
start (ProviderFixture *fixture, CompanionKind kind)
{
  static const guint8 digest[HOIST_DIGEST_MAX_BYTES] = { 1, 2, 3 };
  const HoistPartRef parts[] = { { 7, "e7", digest }, { 2, "e2", digest } };
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  HoistProvider *provider = fixture->provider;

  switch (kind)
    {
    case COMPANION_PROBE:
      hoist_provider_probe_async (provider, NULL, provider_fixture_got_cb, fixture);
      break;
    case COMPANION_BEGIN:
      g_ptr_array_add (requests, make_begin_request ("dir/big ü.bin", 20000000, TRUE));
      hoist_provider_begin_async (provider, requests, NULL, provider_fixture_got_cb, fixture);
      break;
    case COMPANION_SIGN_ONE:
    case COMPANION_SIGN:
      hoist_provider_sign_async (provider, "u/1", "k ü", HOIST_DIGEST_MD5, parts,
                                 kind == COMPANION_SIGN ? 2 : 1, NULL, provider_fixture_got_cb,
                                 fixture);
      break;
    case COMPANION_LIST:
      hoist_provider_list_async (provider, "u/1", "k ü", NULL, provider_fixture_got_cb, fixture);
      break;
    case COMPANION_COMPLETE:
      hoist_provider_complete_async (provider, "u/1", "k ü", HOIST_DIGEST_MD5, parts, 2, NULL,
                                     provider_fixture_got_cb, fixture);
      break;
    case COMPANION_ABORT:
      hoist_provider_abort_async (provider, "u/1", "k ü", NULL, provider_fixture_got_cb, fixture);
      break;
    }
}

/* Returns what the finish function does; of ABORT, not NULL for TRUE. */
gpointer
companion_fixture_call (ProviderFixture *fixture, CompanionKind kind, GError **error)
{
  HoistProvider *provider = fixture->provider;
  GAsyncResult *result;

  start (fixture, kind);
  result = provider_fixture_wait (fixture);
  switch (kind)
    {
    case COMPANION_PROBE:
      return hoist_provider_probe_finish (provider, result, error);
    case COMPANION_BEGIN:
      return hoist_provider_begin_finish (provider, result, error);
    case COMPANION_SIGN_ONE:
    case COMPANION_SIGN:
      return hoist_provider_sign_finish (provider, result, error);
    case COMPANION_LIST:
      return hoist_provider_list_finish (provider, result, error);
    case COMPANION_COMPLETE:
      return hoist_provider_complete_finish (provider, result, error);
    case COMPANION_ABORT:
      return GINT_TO_POINTER (hoist_provider_abort_finish (provider, result, error));
    }
  g_assert_not_reached ();
}

/* Of a call that must fail. */
GError *
companion_fixture_call_in_vain (ProviderFixture *fixture, CompanionKind kind)
{
  GError *error = NULL;

  g_assert_null (companion_fixture_call (fixture, kind, &error));
  g_assert_nonnull (error);
  return error;
}
