/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-battery-files.h"

/* More than any computer has; what is beyond is not looked at. */
#define MAX_SUPPLIES 64

/* What was seen so far. */
typedef struct
{
  gboolean has_charger;
  gboolean is_discharging;
  double full;    /* of all batteries together, in whatever unit they have */
  double content; /* in the same unit */
} Seen;

static char *
read_text (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  return g_strstrip (text);
}

static gboolean
has_text (const char *folder, const char *name, const char *wanted)
{
  g_autofree char *text = read_text (folder, name);

  return g_strcmp0 (text, wanted) == 0;
}

static gboolean
read_number (const char *folder, const char *name, guint64 max, guint64 *number)
{
  g_autofree char *text = read_text (folder, name);

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, max, number, NULL);
}

static void
see_battery (const char *folder, Seen *seen)
{
  guint64 percent;
  guint64 full;

  /* Of a mouse, a headset or a telephone. */
  if (has_text (folder, "scope", "Device") || has_text (folder, "present", "0"))
    return;
  if (!read_number (folder, "capacity", 1000, &percent))
    return;
  /* A large one counts for more than a small one. */
  if (!read_number (folder, "energy_full", G_MAXUINT32, &full) &&
      !read_number (folder, "charge_full", G_MAXUINT32, &full))
    full = 1;
  full = MAX (full, 1);
  seen->full += full;
  seen->content += (double) full * MIN (percent, 100) / 100;
  seen->is_discharging |= has_text (folder, "status", "Discharging");
}

static void
see_supply (const char *folder, Seen *seen)
{
  if (has_text (folder, "type", "Battery"))
    see_battery (folder, seen);
  else if (!has_text (folder, "scope", "Device"))
    seen->has_charger |= has_text (folder, "online", "1");
}

/**
 * hoist_battery_files_read:
 * @folder: %HOIST_POWER_SUPPLY_FOLDER, or one like it
 * @state: (out caller-allocates): what it says; of the system's own judgement and of power
 *   saver mode it says nothing
 *
 * Asks the kernel about the batteries. Reads files whose drivers may ask the hardware, so
 * not in the main thread. The files are those of the kernel's
 * Documentation/ABI/testing/sysfs-class-power.
 *
 * Returns: whether there is a battery; if not, @state is that of a computer without one
 */
gboolean
hoist_battery_files_read (const char *folder, HoistPowerState *state)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  Seen seen = { 0 };
  const char *name;
  guint n_seen = 0;

  *state = (HoistPowerState){ 0 };
  while (dir != NULL && n_seen++ < MAX_SUPPLIES && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *supply = g_build_filename (folder, name, NULL);

      see_supply (supply, &seen);
    }
  if (seen.full == 0)
    return FALSE;
  state->on_battery = seen.is_discharging && !seen.has_charger;
  /* 0 is for what nobody knows. */
  state->percent = MAX ((guint) (seen.content * 100 / seen.full + 0.5), 1);
  return TRUE;
}
