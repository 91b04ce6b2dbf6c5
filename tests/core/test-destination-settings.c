/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-settings.h"

static void
test_settings (void)
{
  g_autoptr (HoistDestinationSettings) settings = hoist_destination_settings_new ();
  g_autoptr (HoistDestinationSettings) copy = NULL;

  for (guint i = 0; hoist_destination_settings_get_name (i) != NULL; i++)
    {
      const char *name = hoist_destination_settings_get_name (i);

      g_assert_null (hoist_destination_settings_get (settings, name));
      g_assert_true (hoist_destination_settings_set (settings, name, name));
      g_assert_false (hoist_destination_settings_set (settings, name, name));
      g_assert_cmpstr (hoist_destination_settings_get (settings, name), ==, name);
      /* itself */
      g_assert_false (hoist_destination_settings_set (
        settings, name, hoist_destination_settings_get (settings, name)));
    }
  copy = hoist_destination_settings_copy (settings);
  g_assert_true (hoist_destination_settings_equal (settings, copy));
  for (guint i = 0; hoist_destination_settings_get_name (i) != NULL; i++)
    {
      const char *name = hoist_destination_settings_get_name (i);

      g_assert_true (hoist_destination_settings_set (copy, name, i % 2 == 0 ? NULL : ""));
      g_assert_null (hoist_destination_settings_get (copy, name));
      g_assert_false (hoist_destination_settings_equal (settings, copy));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings", test_settings);
  return g_test_run ();
}
