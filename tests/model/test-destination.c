/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination.h"

static void
notify_cb (GObject *object, GParamSpec *pspec, GString *log)
{
  g_string_append_printf (log, "%s ", g_param_spec_get_name (pspec));
}

static HoistDestination *
make_destination (const char *id)
{
  return g_object_new (HOIST_TYPE_DESTINATION, "id", id, "name", "Home", "type", "hoist-api", "url",
                       "https://a.example.org", "key-prefix", "in/", "ca-file", "/ca.pem",
                       "concurrency", 8u, NULL);
}

static void
assert_same (HoistDestination *a, HoistDestination *b)
{
  g_assert_cmpstr (hoist_destination_get_name (a), ==, hoist_destination_get_name (b));
  g_assert_cmpstr (hoist_destination_get_provider_type (a), ==,
                   hoist_destination_get_provider_type (b));
  g_assert_cmpstr (hoist_destination_get_url (a), ==, hoist_destination_get_url (b));
  g_assert_cmpstr (hoist_destination_get_key_prefix (a), ==, hoist_destination_get_key_prefix (b));
  g_assert_cmpstr (hoist_destination_get_ca_file (a), ==, hoist_destination_get_ca_file (b));
  g_assert_cmpuint (hoist_destination_get_concurrency (a), ==,
                    hoist_destination_get_concurrency (b));
}

static void
test_new (void)
{
  g_autoptr (HoistDestination) destination = hoist_destination_new (NULL);

  g_assert_null (hoist_destination_get_id (destination));
  g_assert_null (hoist_destination_get_name (destination));
  g_assert_cmpstr (hoist_destination_get_provider_type (destination), ==, "hoist-api");
  g_assert_cmpuint (hoist_destination_get_concurrency (destination), ==, 0);
}

static void
test_properties (void)
{
  g_autoptr (HoistDestination) destination = make_destination ("home");
  g_autofree char *id = NULL, *name = NULL, *type = NULL, *url = NULL, *key_prefix = NULL,
                  *ca_file = NULL;
  guint concurrency;

  g_object_get (destination, "id", &id, "name", &name, "type", &type, "url", &url, "key-prefix",
                &key_prefix, "ca-file", &ca_file, "concurrency", &concurrency, NULL);
  g_assert_cmpstr (id, ==, "home");
  g_assert_cmpstr (name, ==, "Home");
  g_assert_cmpstr (type, ==, "hoist-api");
  g_assert_cmpstr (url, ==, "https://a.example.org");
  g_assert_cmpstr (key_prefix, ==, "in/");
  g_assert_cmpstr (ca_file, ==, "/ca.pem");
  g_assert_cmpuint (concurrency, ==, 8);
}

/* Only what differs is notified, and setting a value to itself is nothing. */
static void
test_notify (void)
{
  g_autoptr (HoistDestination) destination = make_destination ("home");
  g_autoptr (GString) log = g_string_new (NULL);

  g_signal_connect (destination, "notify", G_CALLBACK (notify_cb), log);
  hoist_destination_set_name (destination, hoist_destination_get_name (destination));
  hoist_destination_set_concurrency (destination, 8);
  g_assert_cmpstr (log->str, ==, "");
  hoist_destination_set_name (destination, "Work");
  hoist_destination_set_url (destination, NULL);
  hoist_destination_set_concurrency (destination, 9);
  g_assert_cmpstr (log->str, ==, "name url concurrency ");
}

static void
test_assign (void)
{
  g_autoptr (HoistDestination) home = make_destination ("home");
  g_autoptr (HoistDestination) copy = hoist_destination_copy (home, "copy");
  g_autoptr (GString) log = g_string_new (NULL);

  g_assert_cmpstr (hoist_destination_get_id (copy), ==, "copy");
  assert_same (copy, home);

  g_signal_connect (home, "notify", G_CALLBACK (notify_cb), log);
  g_assert_false (hoist_destination_assign (home, copy));
  g_assert_cmpstr (log->str, ==, "");

  hoist_destination_set_key_prefix (copy, NULL);
  hoist_destination_set_ca_file (copy, "/other.pem");
  g_assert_true (hoist_destination_assign (home, copy));
  assert_same (copy, home);
  g_assert_cmpstr (hoist_destination_get_id (home), ==, "home");
  g_assert_nonnull (strstr (log->str, "key-prefix"));
  g_assert_nonnull (strstr (log->str, "ca-file"));
  g_assert_null (strstr (log->str, "name"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/destination/new", test_new);
  g_test_add_func ("/destination/properties", test_properties);
  g_test_add_func ("/destination/notify", test_notify);
  g_test_add_func ("/destination/assign", test_assign);

  return g_test_run ();
}
