/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-tray-style.h"

/* How the panel of a desktop treats an icon. No tray tells it: one that does not colour
 * symbolic icons shows them dark on dark. */
typedef struct
{
  const char *desktop;         /* as in XDG_CURRENT_DESKTOP */
  gboolean colours_names;      /* draws symbolic icons in the panel's own colour */
  gboolean follows_dark_style; /* is light unless people prefer dark */
} Panel;

static const Panel panels[] = {
  { "GNOME", TRUE, FALSE }, { "Unity", TRUE, FALSE },      { "KDE", TRUE, TRUE },
  { "XFCE", TRUE, TRUE },   { "X-Cinnamon", TRUE, FALSE }, { "MATE", FALSE, TRUE },
  { "LXQt", FALSE, TRUE },  { "LXDE", FALSE, TRUE },
};

/* NULL: the bars of tiling window managers, and who knows what. */
static const Panel *
find_panel (const char *desktops)
{
  g_auto (GStrv) names = g_strsplit (desktops != NULL ? desktops : "", ":", -1);

  for (gsize i = 0; i < G_N_ELEMENTS (panels); i++)
    if (g_strv_contains ((const char *const *) names, panels[i].desktop))
      return &panels[i];
  return NULL;
}

/**
 * hoist_tray_style_choose:
 * @wanted: a person's choice: `light`, `dark` or `automatic`
 * @desktops: (nullable): the value of XDG_CURRENT_DESKTOP
 * @installed: whether the icons are where trays find them by name
 * @dark: whether people prefer dark windows
 *
 * Chooses how the icon is offered. A choice of its colour can only be had in pixels.
 *
 * Returns: the style; its direction of words is left to right
 */
HoistTrayStyle
hoist_tray_style_choose (const char *wanted,
                         const char *desktops,
                         gboolean installed,
                         gboolean dark)
{
  const Panel *panel = find_panel (desktops);
  HoistTrayStyle style = { .by_name = FALSE, .ink = HOIST_TRAY_INK_LIGHT };

  g_return_val_if_fail (wanted != NULL, style);

  if (g_str_equal (wanted, "dark"))
    style.ink = HOIST_TRAY_INK_DARK;
  else if (!g_str_equal (wanted, "light") && panel == NULL)
    style.ink = HOIST_TRAY_INK_RIMMED;
  else if (!g_str_equal (wanted, "light"))
    {
      style.by_name = installed && panel->colours_names;
      if (panel->follows_dark_style && !dark)
        style.ink = HOIST_TRAY_INK_DARK;
    }
  return style;
}
