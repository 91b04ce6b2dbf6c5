/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>

#include "hoist-battery-files.h"

/* Lays a folder out as the kernel does. files: «NAME/FILE=TEXT» by blanks. */
static void
lay_out (const char *folder, const char *files)
{
  g_auto (GStrv) words = g_strsplit (files, " ", -1);

  for (gsize i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      g_auto (GStrv) sides = g_strsplit (words[i], "=", 2);
      g_autofree char *path = g_build_filename (folder, sides[0], NULL);
      g_autofree char *parent = g_path_get_dirname (path);
      g_autofree char *text = g_strconcat (sides[1], "\n", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_no_errno (g_mkdir_with_parents (parent, 0700));
      g_file_set_contents (path, text, -1, &error);
      g_assert_no_error (error);
    }
}

static void
take_down (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      take_down (path);
    }
  g_assert_no_errno (g_remove (folder));
}

#define BATTERY "BAT0/type=Battery BAT0/present=1 "

static const struct
{
  const char *name;
  const char *files;
  gboolean is_there;
  HoistPowerState state;
} rows[] = {
  { "none", "", FALSE, { 0 } },
  { "desktop", "AC/type=Mains AC/online=1", FALSE, { 0 } },
  { "on battery",
    BATTERY "BAT0/capacity=41 BAT0/status=Discharging AC/type=Mains AC/online=0",
    TRUE,
    { .on_battery = TRUE, .percent = 41 } },
  { "charging",
    BATTERY "BAT0/capacity=41 BAT0/status=Charging AC/type=Mains AC/online=1",
    TRUE,
    { .percent = 41 } },
  /* A weak charger does not keep up, and is none the less there. */
  { "weak charger",
    BATTERY "BAT0/capacity=9 BAT0/status=Discharging C1/type=USB C1/online=1",
    TRUE,
    { .percent = 9 } },
  { "empty",
    BATTERY "BAT0/capacity=0 BAT0/status=Discharging",
    TRUE,
    { .on_battery = TRUE, .percent = 1 } },
  { "too full", BATTERY "BAT0/capacity=104 BAT0/status=Full", TRUE, { .percent = 100 } },
  { "two, by size",
    BATTERY "BAT0/capacity=100 BAT0/energy_full=10000 BAT0/status=Unknown "
            "BAT1/type=Battery BAT1/capacity=20 BAT1/energy_full=30000 BAT1/status=Discharging",
    TRUE,
    { .on_battery = TRUE, .percent = 40 } },
  { "two, of unknown size",
    BATTERY "BAT0/capacity=10 BAT0/status=Discharging "
            "BAT1/type=Battery BAT1/capacity=30 BAT1/status=Discharging",
    TRUE,
    { .on_battery = TRUE, .percent = 20 } },
  { "charge",
    BATTERY "BAT0/capacity=12 BAT0/charge_full=0 BAT0/status=Discharging",
    TRUE,
    { .on_battery = TRUE, .percent = 12 } },
  { "a mouse",
    "hid/type=Battery hid/scope=Device hid/capacity=5 hid/status=Discharging",
    FALSE,
    { 0 } },
  { "a telephone that charges",
    BATTERY "BAT0/capacity=50 BAT0/status=Discharging "
            "phone/type=USB phone/scope=Device phone/online=1",
    TRUE,
    { .on_battery = TRUE, .percent = 50 } },
  { "taken out",
    "BAT0/type=Battery BAT0/present=0 BAT0/capacity=0 BAT0/status=Discharging",
    FALSE,
    { 0 } },
  { "nonsense", BATTERY "BAT0/capacity=-4 BAT0/status=Discharging", FALSE, { 0 } },
  { "more nonsense", BATTERY "BAT0/capacity=99999999999999999999", FALSE, { 0 } },
  { "no numbers", BATTERY "BAT0/status=Discharging", FALSE, { 0 } },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *folder = g_dir_make_tmp ("hoist-power-XXXXXX", &error);
      HoistPowerState state = { TRUE, 77, TRUE, TRUE };

      g_assert_no_error (error);
      g_test_message ("%s", rows[i].name);
      lay_out (folder, rows[i].files);
      g_assert_cmpint (hoist_battery_files_read (folder, &state), ==, rows[i].is_there);
      g_assert_cmpint (state.on_battery, ==, rows[i].state.on_battery);
      g_assert_cmpuint (state.percent, ==, rows[i].state.percent);
      g_assert_false (state.low);
      g_assert_false (state.saver);
      take_down (folder);
    }
}

static void
test_no_folder (void)
{
  HoistPowerState state;

  g_assert_false (hoist_battery_files_read ("/nonexistent/power", &state));
  g_assert_false (state.on_battery);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/battery-files/rows", test_rows);
  g_test_add_func ("/battery-files/no-folder", test_no_folder);
  return g_test_run ();
}
