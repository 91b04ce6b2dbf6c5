/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-tray-picture.h"

G_BEGIN_DECLS

/**
 * HoistTrayStyle:
 * @by_name: offer the icons by name, for trays that colour them
 * @ink: what they are drawn with otherwise
 * @right_to_left: whether words run that way
 *
 * What the program knows of how the desktop looks.
 */
typedef struct
{
  gboolean by_name;
  HoistTrayInk ink;
  gboolean right_to_left;
} HoistTrayStyle;

HoistTrayStyle hoist_tray_style_choose (const char *wanted,
                                        const char *desktops,
                                        gboolean installed,
                                        gboolean dark);

G_END_DECLS
