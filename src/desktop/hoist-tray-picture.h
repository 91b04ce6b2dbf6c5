/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-tray-look.h"

G_BEGIN_DECLS

/**
 * HoistTrayInk:
 * @HOIST_TRAY_INK_LIGHT: for dark panels
 * @HOIST_TRAY_INK_DARK: for light panels
 * @HOIST_TRAY_INK_RIMMED: light with a dark rim, for panels that may be either
 *
 * What a picture is drawn with.
 */
typedef enum
{
  HOIST_TRAY_INK_LIGHT,
  HOIST_TRAY_INK_DARK,
  HOIST_TRAY_INK_RIMMED,
} HoistTrayInk;

/* Of an item's icons in pixels: width, height, ARGB in network byte order. */
#define HOIST_TRAY_PICTURES_TYPE "a(iiay)"

GBytes *hoist_tray_picture_draw (HoistTrayLook look, HoistTrayInk ink, guint size_px);
GVariant *hoist_tray_picture_draw_all (HoistTrayLook look, HoistTrayInk ink);

G_END_DECLS
