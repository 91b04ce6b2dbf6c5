/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>

#include "bus-rig.h"
#include "hoist-power-watch.h"

#define UPOWER "org.freedesktop.UPower"
#define UPOWER_PATH "/org/freedesktop/UPower"
#define DEVICE_PATH "/org/freedesktop/UPower/devices/DisplayDevice"

static const char UPOWER_XML[] = "<node><interface name='org.freedesktop.UPower'>"
                                 "<property name='OnBattery' type='b' access='read'/>"
                                 "</interface></node>";
static const char DEVICE_XML[] = "<node><interface name='org.freedesktop.UPower.Device'>"
                                 "<property name='Percentage' type='d' access='read'/>"
                                 "<property name='WarningLevel' type='u' access='read'/>"
                                 "</interface></node>";

/* --- A UPower, and somebody who knows of power saver mode ------------------------------------- */

typedef struct
{
  BusRig rig;
  guint name_id;
  guint object_ids[2];
  gboolean on_battery;
  double percentage;
  guint level;
  HoistPowerWatch *watch;
  guint n_changes;
} Fixture;

static GVariant *
get_property_cb (GDBusConnection *connection,
                 const char *sender,
                 const char *object_path,
                 const char *interface_name,
                 const char *property_name,
                 GError **error,
                 gpointer user_data)
{
  Fixture *f = user_data;

  if (g_str_equal (property_name, "OnBattery"))
    return g_variant_new_boolean (f->on_battery);
  if (g_str_equal (property_name, "Percentage"))
    return g_variant_new_double (f->percentage);
  return g_variant_new_uint32 (f->level);
}

static void
start_upower (Fixture *f)
{
  static const GDBusInterfaceVTable table = { .get_property = get_property_cb };

  f->object_ids[0] = bus_rig_export (&f->rig, UPOWER_PATH, UPOWER_XML, &table, f);
  f->object_ids[1] = bus_rig_export (&f->rig, DEVICE_PATH, DEVICE_XML, &table, f);
  f->name_id = bus_rig_own_name (&f->rig, UPOWER);
}

static void
stop_upower (Fixture *f)
{
  g_bus_unown_name (f->name_id);
  for (gsize i = 0; i < G_N_ELEMENTS (f->object_ids); i++)
    g_dbus_connection_unregister_object (f->rig.server, f->object_ids[i]);
  f->name_id = 0;
}

static void
say (Fixture *f, const char *path, const char *interface, const char *name, GVariant *value)
{
  GVariantBuilder changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantBuilder invalidated = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));

  g_variant_builder_add (&changed, "{sv}", name, value);
  g_dbus_connection_emit_signal (f->rig.server, NULL, path, "org.freedesktop.DBus.Properties",
                                 "PropertiesChanged",
                                 g_variant_new ("(sa{sv}as)", interface, &changed, &invalidated),
                                 NULL);
}

#define FAKE_TYPE_PROFILES (fake_profiles_get_type ())
G_DECLARE_FINAL_TYPE (FakeProfiles, fake_profiles, FAKE, PROFILES, GObject)

struct _FakeProfiles
{
  GObject parent_instance;

  gboolean saver;
};

static gboolean
init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = init;
}

static void
profiles_init (GPowerProfileMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeProfiles,
                               fake_profiles,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                 G_IMPLEMENT_INTERFACE (G_TYPE_POWER_PROFILE_MONITOR,
                                                        profiles_init))

static void
fake_profiles_get_property (GObject *object, guint property, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, FAKE_PROFILES (object)->saver);
}

static void
fake_profiles_class_init (FakeProfilesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fake_profiles_get_property;
  g_object_class_override_property (object_class, 1, "power-saver-enabled");
}

static void
fake_profiles_init (FakeProfiles *self)
{
}

static void
say_saver (FakeProfiles *profiles, gboolean saver)
{
  profiles->saver = saver;
  g_object_notify (G_OBJECT (profiles), "power-saver-enabled");
}

/* --- The tests -------------------------------------------------------------------------------- */

static void
changed_cb (HoistPowerWatch *watch, Fixture *f)
{
  f->n_changes++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  bus_rig_up (&f->rig);
  f->watch = hoist_power_watch_new ();
  g_signal_connect (f->watch, "changed", G_CALLBACK (changed_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->watch);
  if (f->name_id != 0)
    stop_upower (f);
  bus_rig_down (&f->rig);
}

static const HoistPowerState *
get_state (Fixture *f)
{
  return hoist_power_watch_get_state (f->watch);
}

static void
test_battery (Fixture *f, gconstpointer data)
{
  f->on_battery = TRUE;
  f->percentage = 41.7;
  f->level = 1;
  start_upower (f);
  hoist_power_watch_set_bus (f->watch, f->rig.client);
  BUS_RIG_WAIT_FOR (get_state (f)->on_battery && get_state (f)->percent == 41);
  g_assert_false (get_state (f)->low);

  say (f, DEVICE_PATH, UPOWER ".Device", "Percentage", g_variant_new_double (7));
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 7);
  say (f, DEVICE_PATH, UPOWER ".Device", "WarningLevel", g_variant_new_uint32 (4));
  BUS_RIG_WAIT_FOR (get_state (f)->low);
  say (f, UPOWER_PATH, UPOWER, "OnBattery", g_variant_new_boolean (FALSE));
  BUS_RIG_WAIT_FOR (!get_state (f)->on_battery);
}

/* It comes later, goes, and comes again with other news. */
static void
test_comes_and_goes (Fixture *f, gconstpointer data)
{
  hoist_power_watch_set_bus (f->watch, f->rig.client);
  f->on_battery = TRUE;
  f->percentage = 9;
  start_upower (f);
  BUS_RIG_WAIT_FOR (get_state (f)->on_battery && get_state (f)->percent == 9);
  stop_upower (f);
  BUS_RIG_WAIT_FOR (!get_state (f)->on_battery && get_state (f)->percent == 0);
  f->percentage = 80;
  start_upower (f);
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 80);
}

/* What makes no sense changes nothing. */
static void
test_nonsense (Fixture *f, gconstpointer data)
{
  f->on_battery = TRUE;
  f->percentage = 50;
  start_upower (f);
  hoist_power_watch_set_bus (f->watch, f->rig.client);
  BUS_RIG_WAIT_FOR (get_state (f)->on_battery && get_state (f)->percent == 50);
  f->n_changes = 0;
  say (f, UPOWER_PATH, UPOWER, "OnBattery", g_variant_new_string ("no"));
  say (f, DEVICE_PATH, UPOWER ".Device", "WarningLevel", g_variant_new_double (4));
  say (f, DEVICE_PATH, UPOWER ".Device", "Percentage", g_variant_new_double (1e9));
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 100);
  say (f, DEVICE_PATH, UPOWER ".Device", "Percentage", g_variant_new_double (-3));
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 0);
  say (f, DEVICE_PATH, UPOWER ".Device", "Percentage", g_variant_new_double (0.0 / 0.0));
  say (f, DEVICE_PATH, UPOWER ".Device", "Percentage", g_variant_new_double (12));
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 12);
  g_assert_true (get_state (f)->on_battery);
  g_assert_false (get_state (f)->low);
  g_assert_cmpuint (f->n_changes, ==, 3);
}

/* Who is no longer asked is not listened to either. */
static void
test_asked_no_more (Fixture *f, gconstpointer data)
{
  f->on_battery = TRUE;
  f->percentage = 5;
  start_upower (f);
  hoist_power_watch_set_bus (f->watch, f->rig.client);
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 5);
  hoist_power_watch_set_bus (f->watch, NULL);
  g_assert_cmpuint (get_state (f)->percent, ==, 0);
  g_assert_false (get_state (f)->on_battery);
  hoist_power_watch_set_bus (f->watch, f->rig.client);
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 5);
}

static void
write_battery (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, "BAT0", name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* A folder like the kernel's: what it says later is seen, also that the battery was taken out. */
static void
test_folder (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "type", "status", "capacity" };
  g_autofree char *folder = g_dir_make_tmp ("hoist-power-XXXXXX", NULL);
  g_autofree char *battery = g_build_filename (folder, "BAT0", NULL);

  g_assert_no_errno (g_mkdir (battery, 0700));
  write_battery (folder, "type", "Battery\n");
  write_battery (folder, "status", "Discharging\n");
  write_battery (folder, "capacity", "30\n");
  hoist_power_watch_set_folder (f->watch, folder, 1);
  BUS_RIG_WAIT_FOR (get_state (f)->on_battery && get_state (f)->percent == 30);
  write_battery (folder, "capacity", "8\n");
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 8);
  hoist_power_watch_set_folder (f->watch, NULL, 0);
  g_assert_cmpuint (get_state (f)->percent, ==, 0);
  hoist_power_watch_set_folder (f->watch, folder, 1);
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 8);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (battery, names[i], NULL);

      g_assert_no_errno (g_remove (path));
    }
  BUS_RIG_WAIT_FOR (!get_state (f)->on_battery && get_state (f)->percent == 0);
  g_assert_no_errno (g_rmdir (battery));
  g_assert_no_errno (g_rmdir (folder));
}

/* Who lets go of the watch while it looks is told nothing any more. */
static void
test_freed_while_it_looks (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "BAT0/type", "BAT0/status", "BAT0/capacity", "BAT0", "" };
  g_autofree char *folder = g_dir_make_tmp ("hoist-power-XXXXXX", NULL);
  g_autofree char *battery = g_build_filename (folder, "BAT0", NULL);
  HoistPowerWatch *watch = hoist_power_watch_new ();

  g_assert_no_errno (g_mkdir (battery, 0700));
  write_battery (folder, "type", "Battery\n");
  write_battery (folder, "status", "Discharging\n");
  write_battery (folder, "capacity", "30\n");
  g_signal_connect (watch, "changed", G_CALLBACK (changed_cb), f);
  hoist_power_watch_set_folder (watch, folder, 1);
  g_object_add_weak_pointer (G_OBJECT (watch), (gpointer *) &watch);
  g_object_unref (watch);
  g_assert_null (watch);
  /* One that looks later is told. */
  hoist_power_watch_set_folder (f->watch, folder, 1);
  BUS_RIG_WAIT_FOR (get_state (f)->percent == 30);
  hoist_power_watch_set_folder (f->watch, NULL, 0);
  g_assert_cmpuint (f->n_changes, ==, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_assert_no_errno (g_remove (path));
    }
}

static void
test_saver (Fixture *f, gconstpointer data)
{
  g_autoptr (FakeProfiles) profiles = g_object_new (FAKE_TYPE_PROFILES, NULL);

  hoist_power_watch_set_profiles (f->watch, G_POWER_PROFILE_MONITOR (profiles));
  g_assert_false (get_state (f)->saver);
  g_assert_cmpuint (f->n_changes, ==, 0);
  say_saver (profiles, TRUE);
  g_assert_true (get_state (f)->saver);
  say_saver (profiles, TRUE);
  g_assert_cmpuint (f->n_changes, ==, 1);
  hoist_power_watch_set_profiles (f->watch, NULL);
  g_assert_false (get_state (f)->saver);
  say_saver (profiles, TRUE);
  g_assert_cmpuint (f->n_changes, ==, 2);
}

#define ADD(name, func) g_test_add ("/power-watch/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("battery", test_battery);
  ADD ("comes-and-goes", test_comes_and_goes);
  ADD ("nonsense", test_nonsense);
  ADD ("asked-no-more", test_asked_no_more);
  ADD ("folder", test_folder);
  ADD ("freed-while-it-looks", test_freed_while_it_looks);
  ADD ("saver", test_saver);
  return g_test_run ();
}
