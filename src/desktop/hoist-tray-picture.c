/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-tray-picture.h"

#include <math.h>

/* The same drawings as in data/icons/hicolor/symbolic/apps, on their grid. */
#define GRID 16.0
#define CENTRE (GRID / 2)
#define RING_OUTER 7.5
#define RING_INNER 5.5
#define TRACK_OPACITY 0.35

/* Each pixel is looked at in so many places each way. */
#define SUBPIXELS 4

/* What a picture has around it, in units of the grid, so that it can be seen on
 * a panel of its own colour too. */
#define HALO_WIDTH 0.9

#define MAX_SIZE_PX 256

typedef struct
{
  guint8 red, green, blue;
} Colour;

#define LIGHT                                                                                      \
  {                                                                                                \
    0xf6, 0xf5, 0xf4                                                                               \
  }
#define DARK                                                                                       \
  {                                                                                                \
    0x2e, 0x34, 0x36                                                                               \
  }
/* libadwaita's error colour, on dark and on light. */
#define ERROR_ON_DARK                                                                              \
  {                                                                                                \
    0xff, 0x7b, 0x63                                                                               \
  }
#define ERROR_ON_LIGHT                                                                             \
  {                                                                                                \
    0xc0, 0x1c, 0x28                                                                               \
  }

typedef struct
{
  Colour ink;
  Colour attention;
  Colour halo;
  double halo_opacity;
} Palette;

static const Palette palettes[] = {
  [HOIST_TRAY_INK_LIGHT] = { LIGHT, ERROR_ON_DARK, DARK, 0.45 },
  [HOIST_TRAY_INK_DARK] = { DARK, ERROR_ON_LIGHT, LIGHT, 0.45 },
  [HOIST_TRAY_INK_RIMMED] = { LIGHT, ERROR_ON_DARK, DARK, 0.9 },
};

static gboolean
is_in_box (double x, double y, double left, double top, double right, double bottom)
{
  return x >= left && x < right && y >= top && y < bottom;
}

/* An arrow that points up: its head reaches from @top to @base. */
static gboolean
is_in_arrow (double x, double y, double top, double base, double half_width, double bottom)
{
  double from_middle = fabs (x - CENTRE);

  if (y >= top && y < base)
    return from_middle * (base - top) <= half_width * (y - top);
  return from_middle <= 1 && y >= base && y < bottom;
}

/* A tray with an open middle, out of which the arrow rises. */
static double
idle_at (double x, double y)
{
  gboolean in_tray = is_in_box (x, y, 1, 7, 15, 16) && !is_in_box (x, y, 3, 9, 13, 14) &&
                     !is_in_box (x, y, 5, 7, 11, 9);
  double corner_x = MAX (fabs (x - CENTRE) - 5, 0);
  double corner_y = MAX (fabs (y - 11.5) - 2.5, 0);

  if (hypot (corner_x, corner_y) > 2)
    in_tray = FALSE;
  /* The arrow's corners are cut off, where the icon's are round. */
  if (y >= 0 && fabs (x - CENTRE) <= 4.5 && is_in_arrow (x, y, -0.44, 5, 5.3, 11))
    return 1;
  return in_tray ? 1 : 0;
}

static double
ring_at (double x, double y, guint eighths)
{
  double radius = hypot (x - CENTRE, y - CENTRE);
  double turned;

  if (radius < RING_INNER || radius > RING_OUTER)
    return 0;
  /* From above, clockwise. */
  turned = atan2 (x - CENTRE, CENTRE - y) / (2 * G_PI);
  if (turned < 0)
    turned += 1;
  return turned * 8 < eighths ? 1 : TRACK_OPACITY;
}

static double
progress_at (double x, double y, guint eighths)
{
  return is_in_arrow (x, y, 4, 8, 3.5, 11.5) ? 1 : ring_at (x, y, eighths);
}

static double
paused_at (double x, double y)
{
  if (is_in_box (x, y, 5.25, 5, 7.25, 11) || is_in_box (x, y, 8.75, 5, 10.75, 11))
    return 1;
  return ring_at (x, y, 0);
}

static double
attention_at (double x, double y)
{
  if (is_in_box (x, y, 7, 4, 9, 9) || is_in_box (x, y, 7, 10, 9, 12))
    return 0;
  return hypot (x - CENTRE, y - CENTRE) <= RING_OUTER ? 1 : 0;
}

/* How opaque a picture is in a place of the grid: 0–1. */
static double
look_at (HoistTrayLook look, double x, double y)
{
  switch (look)
    {
    case HOIST_TRAY_LOOK_IDLE:
      return idle_at (x, y);
    case HOIST_TRAY_LOOK_PAUSED:
      return paused_at (x, y);
    case HOIST_TRAY_LOOK_ATTENTION:
      return attention_at (x, y);
    case HOIST_TRAY_LOOK_PROGRESS_0:
    case HOIST_TRAY_LOOK_PROGRESS_7:
    default:
      return progress_at (x, y, look - HOIST_TRAY_LOOK_PROGRESS_0);
    }
}

static double
look_at_pixel (HoistTrayLook look, guint size_px, guint column, guint row)
{
  double sum = 0;

  for (guint i = 0; i < SUBPIXELS; i++)
    for (guint j = 0; j < SUBPIXELS; j++)
      sum += look_at (look, (column + (i + 0.5) / SUBPIXELS) * GRID / size_px,
                      (row + (j + 0.5) / SUBPIXELS) * GRID / size_px);
  return sum / (SUBPIXELS * SUBPIXELS);
}

/* The most opaque place within the halo's width. */
static double
spread_at_pixel (const double *opacity, guint size_px, guint column, guint row)
{
  int reach = MAX ((int) (HALO_WIDTH * size_px / GRID + 0.5), 1);
  double most = 0;

  for (int y = (int) row - reach; y <= (int) row + reach; y++)
    for (int x = (int) column - reach; x <= (int) column + reach; x++)
      if (x >= 0 && y >= 0 && x < (int) size_px && y < (int) size_px)
        most = MAX (most, opacity[y * (int) size_px + x]);
  return most;
}

static guint8
mix (guint8 ink, guint8 halo, double ink_share)
{
  return (guint8) (ink * ink_share + halo * (1 - ink_share) + 0.5);
}

/**
 * hoist_tray_picture_draw:
 * @look: a picture
 * @ink: what to draw it with
 * @size_px: width and height in pixels, 1–256
 *
 * Draws a picture. It has a thin halo of the other ink, for a tray that turns
 * out to be of the wrong colour: no tray tells what colour it has. Where nothing at all
 * is known, that is a rim.
 *
 * Returns: (transfer full): ARGB of 8 bits each in network byte order, row by
 *   row; colours are not multiplied by alpha
 */
GBytes *
hoist_tray_picture_draw (HoistTrayLook look, HoistTrayInk ink, guint size_px)
{
  g_return_val_if_fail ((guint) look < HOIST_TRAY_N_LOOKS, NULL);
  g_return_val_if_fail (size_px > 0 && size_px <= MAX_SIZE_PX, NULL);

  g_return_val_if_fail ((guint) ink < G_N_ELEMENTS (palettes), NULL);

  const Palette *palette = &palettes[ink];
  const Colour colour = look == HOIST_TRAY_LOOK_ATTENTION ? palette->attention : palette->ink;
  const Colour other = palette->halo;
  const guint n_pixels = size_px * size_px;
  g_autofree double *opacity = g_new (double, n_pixels);
  guint8 *argb = g_malloc (n_pixels * 4);

  for (guint i = 0; i < n_pixels; i++)
    opacity[i] = look_at_pixel (look, size_px, i % size_px, i / size_px);
  for (guint i = 0; i < n_pixels; i++)
    {
      double halo =
        palette->halo_opacity * spread_at_pixel (opacity, size_px, i % size_px, i / size_px);
      double alpha = opacity[i] + halo * (1 - opacity[i]);
      double share = alpha > 0 ? opacity[i] / alpha : 0;

      argb[i * 4] = (guint8) (alpha * 255 + 0.5);
      argb[i * 4 + 1] = mix (colour.red, other.red, share);
      argb[i * 4 + 2] = mix (colour.green, other.green, share);
      argb[i * 4 + 3] = mix (colour.blue, other.blue, share);
    }
  return g_bytes_new_take (argb, (gsize) n_pixels * 4);
}

/**
 * hoist_tray_picture_draw_all:
 * @look: a picture
 * @ink: what to draw it with
 *
 * Draws a picture in the sizes that trays use, and in twice these.
 *
 * Returns: (transfer floating): of type %HOIST_TRAY_PICTURES_TYPE
 */
GVariant *
hoist_tray_picture_draw_all (HoistTrayLook look, HoistTrayInk ink)
{
  static const guint sizes_px[] = { 16, 22, 24, 32, 44, 48 };
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (HOIST_TRAY_PICTURES_TYPE));
  for (gsize i = 0; i < G_N_ELEMENTS (sizes_px); i++)
    {
      g_autoptr (GBytes) argb = hoist_tray_picture_draw (look, ink, sizes_px[i]);

      g_variant_builder_add (&builder, "(ii@ay)", (int) sizes_px[i], (int) sizes_px[i],
                             g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, argb, TRUE));
    }
  return g_variant_builder_end (&builder);
}
