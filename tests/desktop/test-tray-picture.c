/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is drawn is what is installed: the pictures against the icons' files. */

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "hoist-tray-picture.h"

/* Around a picture is a halo, which a file has not; edges are smoothed differently. */
#define MOST_MISSING 0.25
#define MOST_HALO 0.6

static double
get_alpha (GBytes *argb, guint size_px, guint column, guint row)
{
  const guint8 *bytes = g_bytes_get_data (argb, NULL);

  return bytes[(row * size_px + column) * 4] / 255.0;
}

static void
compare_with_file (HoistTrayLook look, HoistTrayInk ink, guint size_px)
{
  g_autofree char *name = g_strconcat (hoist_tray_look_get_icon_name (look), ".svg", NULL);
  g_autofree char *path = g_build_filename (HOIST_ICONS, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) file =
    gdk_pixbuf_new_from_file_at_size (path, (int) size_px, (int) size_px, &error);
  g_autoptr (GBytes) argb = hoist_tray_picture_draw (look, ink, size_px);

  g_assert_no_error (error);
  g_assert_true (gdk_pixbuf_get_has_alpha (file));
  g_assert_cmpuint (g_bytes_get_size (argb), ==, (gsize) size_px * size_px * 4);
  for (guint row = 0; row < size_px; row++)
    for (guint column = 0; column < size_px; column++)
      {
        const guint8 *pixel = gdk_pixbuf_read_pixels (file) +
                              row * (guint) gdk_pixbuf_get_rowstride (file) + column * 4;
        double more = get_alpha (argb, size_px, column, row) - pixel[3] / 255.0;

        g_assert_cmpfloat (more, >=, -MOST_MISSING);
        g_assert_cmpfloat (more, <=, MOST_HALO);
      }
}

static void
test_files (void)
{
  static const guint sizes_px[] = { 16, 32, 64 };

  for (HoistTrayLook look = 0; look < HOIST_TRAY_N_LOOKS; look++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes_px); i++)
      compare_with_file (look, i % 2 == 0 ? HOIST_TRAY_INK_LIGHT : HOIST_TRAY_INK_DARK,
                         sizes_px[i]);
}

/* The sum of a picture's brightness where it is opaque, 0–1. */
static double
measure_brightness (GBytes *argb)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (argb, &size);
  double sum = 0;
  guint n = 0;

  for (gsize i = 0; i < size; i += 4)
    if (bytes[i] > 250)
      {
        sum += (bytes[i + 1] + bytes[i + 2] + bytes[i + 3]) / (3 * 255.0);
        n++;
      }
  g_assert_cmpuint (n, >, 0);
  return sum / n;
}

static void
test_inks (void)
{
  for (HoistTrayLook look = 0; look < HOIST_TRAY_N_LOOKS; look++)
    {
      g_autoptr (GBytes) light = hoist_tray_picture_draw (look, HOIST_TRAY_INK_LIGHT, 48);
      g_autoptr (GBytes) dark = hoist_tray_picture_draw (look, HOIST_TRAY_INK_DARK, 48);

      g_assert_cmpfloat (measure_brightness (light), >, 0.6);
      g_assert_cmpfloat (measure_brightness (dark), <, 0.4);
    }
}

/* How much of a picture is clearly darker, or lighter, than a panel of one grey, in pixels. */
static guint
count_distinct (GBytes *argb, double panel)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (argb, &size);
  guint n = 0;

  for (gsize i = 0; i < size; i += 4)
    {
      double alpha = bytes[i] / 255.0;
      double own = (bytes[i + 1] + bytes[i + 2] + bytes[i + 3]) / (3 * 255.0);

      n += alpha * ABS (own - panel) > 0.5 ? 1 : 0;
    }
  return n;
}

/* Where nothing is known of the panel the picture can be seen on any, at each size. */
static void
test_rimmed (void)
{
  static const guint sizes_px[] = { 16, 22, 24, 32, 44, 48 };

  for (HoistTrayLook look = 0; look < HOIST_TRAY_N_LOOKS; look++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes_px); i++)
      {
        g_autoptr (GBytes) argb =
          hoist_tray_picture_draw (look, HOIST_TRAY_INK_RIMMED, sizes_px[i]);
        guint least = sizes_px[i] * sizes_px[i] / 32;

        g_test_message ("%d at %u", look, sizes_px[i]);
        g_assert_cmpuint (count_distinct (argb, 0), >=, least);
        g_assert_cmpuint (count_distinct (argb, 1), >=, least);
      }
}

/* No two look the same, not even where they are smallest. */
static void
test_difference (void)
{
  for (HoistTrayLook a = 0; a < HOIST_TRAY_N_LOOKS; a++)
    for (HoistTrayLook b = 0; b < a; b++)
      {
        g_autoptr (GBytes) one = hoist_tray_picture_draw (a, HOIST_TRAY_INK_LIGHT, 16);
        g_autoptr (GBytes) other = hoist_tray_picture_draw (b, HOIST_TRAY_INK_LIGHT, 16);
        double difference = 0;

        for (guint i = 0; i < 16 * 16; i++)
          difference +=
            ABS (get_alpha (one, 16, i % 16, i / 16) - get_alpha (other, 16, i % 16, i / 16));
        g_assert_cmpfloat (difference, >, 2);
      }
}

static void
test_all_sizes (void)
{
  g_autoptr (GVariant) pictures =
    g_variant_ref_sink (hoist_tray_picture_draw_all (HOIST_TRAY_LOOK_PAUSED, HOIST_TRAY_INK_DARK));
  GVariantIter iter;
  GVariant *bytes;
  int width, height;
  guint has = 0;

  g_assert_true (g_variant_is_of_type (pictures, G_VARIANT_TYPE (HOIST_TRAY_PICTURES_TYPE)));
  g_variant_iter_init (&iter, pictures);
  while (g_variant_iter_loop (&iter, "(ii@ay)", &width, &height, &bytes))
    {
      g_assert_cmpint (width, ==, height);
      g_assert_cmpuint (g_variant_get_size (bytes), ==, (gsize) (width * height * 4));
      has |= (width == 22) | (width == 24) << 1 | (width == 44) << 2 | (width == 48) << 3;
    }
  /* What trays use, and twice that. */
  g_assert_cmpuint (has, ==, 15);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tray-picture/files", test_files);
  g_test_add_func ("/tray-picture/inks", test_inks);
  g_test_add_func ("/tray-picture/rimmed", test_rimmed);
  g_test_add_func ("/tray-picture/difference", test_difference);
  g_test_add_func ("/tray-picture/all-sizes", test_all_sizes);
  return g_test_run ();
}
