/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-tray-look.h"
#include "hoist-tray-pace.h"
#include "hoist-tray-style.h"

static void
test_from_totals (void)
{
  static const struct
  {
    HoistTrayLook look;
    gboolean counting;
    HoistUploadTotals totals;
  } table[] = {
    { HOIST_TRAY_LOOK_IDLE, FALSE, { 0 } },
    { HOIST_TRAY_LOOK_IDLE, FALSE, { .n_done = 3 } },
    { HOIST_TRAY_LOOK_PROGRESS_0, TRUE, { 0 } },
    { HOIST_TRAY_LOOK_PROGRESS_0, FALSE, { .n_pending = 1 } },
    { HOIST_TRAY_LOOK_PROGRESS_0, FALSE, { .n_pending = 1, .total_bytes = 80, .sent_bytes = 9 } },
    { HOIST_TRAY_LOOK_PROGRESS_0 + 1,
      FALSE,
      { .n_pending = 1, .total_bytes = 80, .sent_bytes = 10 } },
    { HOIST_TRAY_LOOK_PROGRESS_0 + 4,
      FALSE,
      { .n_pending = 1, .total_bytes = 80, .sent_bytes = 49 } },
    { HOIST_TRAY_LOOK_PROGRESS_7, FALSE, { .n_pending = 1, .total_bytes = 80, .sent_bytes = 79 } },
    /* It is never full before the server confirmed it. */
    { HOIST_TRAY_LOOK_PROGRESS_7, FALSE, { .n_pending = 1, .total_bytes = 80, .sent_bytes = 80 } },
    { HOIST_TRAY_LOOK_PROGRESS_7, FALSE, { .n_pending = 1, .total_bytes = 80, .sent_bytes = 99 } },
    { HOIST_TRAY_LOOK_PROGRESS_0,
      FALSE,
      { .n_pending = 1, .n_failed = 1, .n_paused = 1, .total_bytes = 80 } },
    { HOIST_TRAY_LOOK_PAUSED, FALSE, { .n_paused = 1, .n_done = 1 } },
    { HOIST_TRAY_LOOK_ATTENTION, FALSE, { .n_failed = 1 } },
    { HOIST_TRAY_LOOK_ATTENTION, FALSE, { .n_failed = 1, .n_paused = 1, .n_done = 1 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (hoist_tray_look_from_totals (&table[i].totals, table[i].counting), ==,
                     table[i].look);
}

static void
test_status (void)
{
  for (HoistTrayLook look = 0; look < HOIST_TRAY_N_LOOKS; look++)
    {
      const char *shown = "Active";

      if (look == HOIST_TRAY_LOOK_IDLE)
        shown = "Passive";
      else if (look == HOIST_TRAY_LOOK_ATTENTION)
        shown = "NeedsAttention";
      g_assert_cmpstr (hoist_tray_look_get_status (look, TRUE), ==, shown);
      /* Without the window there is always something to click. */
      g_assert_cmpstr (hoist_tray_look_get_status (look, FALSE), !=, "Passive");
    }
}

/* Each picture has a name of its own, which a sandbox may export. */
static void
test_names (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (HoistTrayLook look = 0; look < HOIST_TRAY_N_LOOKS; look++)
    {
      const char *name = hoist_tray_look_get_icon_name (look);

      g_assert_true (g_str_has_prefix (name, "io.github.hoist.Hoist-"));
      g_assert_true (g_str_has_suffix (name, "-symbolic"));
      g_assert_true (g_hash_table_add (names, (gpointer) name));
    }
}

static void
test_style (void)
{
  static const struct
  {
    const char *wanted;
    const char *desktops;
    gboolean installed;
    gboolean dark;
    gboolean by_name;
    HoistTrayInk ink;
  } table[] = {
    { "automatic", "ubuntu:GNOME", TRUE, FALSE, TRUE, HOIST_TRAY_INK_LIGHT },
    { "automatic", "KDE", TRUE, FALSE, TRUE, HOIST_TRAY_INK_DARK },
    { "automatic", "KDE", FALSE, TRUE, FALSE, HOIST_TRAY_INK_LIGHT },
    { "automatic", "XFCE", TRUE, FALSE, TRUE, HOIST_TRAY_INK_DARK },
    /* These show symbolic icons as they are in the file: dark. */
    { "automatic", "MATE", TRUE, FALSE, FALSE, HOIST_TRAY_INK_DARK },
    { "automatic", "MATE", TRUE, TRUE, FALSE, HOIST_TRAY_INK_LIGHT },
    /* Nothing is known of these: some are light, and some would show a name dark on dark. */
    { "automatic", "sway", TRUE, FALSE, FALSE, HOIST_TRAY_INK_RIMMED },
    { "automatic", NULL, TRUE, FALSE, FALSE, HOIST_TRAY_INK_RIMMED },
    { "automatic", "", TRUE, TRUE, FALSE, HOIST_TRAY_INK_RIMMED },
    { "light", "sway", TRUE, FALSE, FALSE, HOIST_TRAY_INK_LIGHT },
    { "light", "KDE", TRUE, FALSE, FALSE, HOIST_TRAY_INK_LIGHT },
    { "dark", "GNOME", TRUE, TRUE, FALSE, HOIST_TRAY_INK_DARK },
    { "nonsense", "KDE", TRUE, TRUE, TRUE, HOIST_TRAY_INK_LIGHT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      HoistTrayStyle style = hoist_tray_style_choose (table[i].wanted, table[i].desktops,
                                                      table[i].installed, table[i].dark);

      g_assert_cmpint (style.by_name, ==, table[i].by_name);
      g_assert_cmpint (style.ink, ==, table[i].ink);
    }
}

/* Whatever is due and whenever it is asked: two in any second, and none is left out. */
static void
test_pace (void)
{
  HoistTrayPace pace = { 0 };
  gint64 sent_us[200] = { 0 };
  guint n_of_kind[HOIST_TRAY_MAX_KINDS] = { 0 };
  guint n_sent = 0;

  for (gint64 now_us = 0; n_sent < G_N_ELEMENTS (sent_us); now_us += 7000)
    {
      int kind;

      for (guint i = 0; i < HOIST_TRAY_MAX_KINDS; i++)
        hoist_tray_pace_add (&pace, i);
      while ((kind = hoist_tray_pace_take (&pace, now_us)) >= 0)
        {
          g_assert_cmpuint (n_sent, <, G_N_ELEMENTS (sent_us));
          n_of_kind[kind]++;
          sent_us[n_sent++] = now_us;
        }
      g_assert_cmpint (hoist_tray_pace_get_wait_us (&pace, now_us), >, 0);
    }
  for (guint i = 2; i < n_sent; i++)
    g_assert_cmpint (sent_us[i] - sent_us[i - 2], >=, G_USEC_PER_SEC);
  for (guint i = 0; i < HOIST_TRAY_MAX_KINDS; i++)
    g_assert_cmpuint (n_of_kind[i], ==, n_sent / HOIST_TRAY_MAX_KINDS);
}

/* The first ones go at once, and what changes seldom does not queue behind the rest. */
static void
test_pace_order (void)
{
  HoistTrayPace pace = { 0 };

  g_assert_cmpint (hoist_tray_pace_take (&pace, 5), ==, -1);
  hoist_tray_pace_add (&pace, 3);
  hoist_tray_pace_add (&pace, 3);
  g_assert_cmpint (hoist_tray_pace_get_wait_us (&pace, 5), ==, 0);
  g_assert_cmpint (hoist_tray_pace_take (&pace, 5), ==, 3);
  g_assert_cmpint (hoist_tray_pace_take (&pace, 5), ==, -1);
  hoist_tray_pace_add (&pace, 3);
  hoist_tray_pace_add (&pace, 5);
  g_assert_cmpint (hoist_tray_pace_take (&pace, 6), ==, 5);
  g_assert_cmpint (hoist_tray_pace_take (&pace, 6), ==, -1);
  g_assert_cmpint (hoist_tray_pace_get_wait_us (&pace, 6), ==, G_USEC_PER_SEC - 1);
  g_assert_cmpint (hoist_tray_pace_take (&pace, 5 + G_USEC_PER_SEC - 1), ==, -1);
  g_assert_cmpint (hoist_tray_pace_take (&pace, 5 + G_USEC_PER_SEC), ==, 3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tray-look/from-totals", test_from_totals);
  g_test_add_func ("/tray-look/status", test_status);
  g_test_add_func ("/tray-look/names", test_names);
  g_test_add_func ("/tray-style/choose", test_style);
  g_test_add_func ("/tray-pace/rate", test_pace);
  g_test_add_func ("/tray-pace/order", test_pace_order);
  return g_test_run ();
}
