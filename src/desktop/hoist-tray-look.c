/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-tray-look.h"

#define N_EIGHTHS 8

/**
 * hoist_tray_look_from_totals:
 * @totals: sums over all uploads
 * @counting: whether folders are still being walked
 *
 * Chooses the picture. While anything is under way it is the progress: what
 * failed meanwhile is told when the rest is there, and in the words at once.
 *
 * Returns: the picture
 */
HoistTrayLook
hoist_tray_look_from_totals (const HoistUploadTotals *totals, gboolean counting)
{
  guint eighths;

  g_return_val_if_fail (totals != NULL, HOIST_TRAY_LOOK_IDLE);

  if (totals->n_pending > 0)
    {
      eighths = (guint) (hoist_upload_totals_get_fraction (totals) * N_EIGHTHS);
      return HOIST_TRAY_LOOK_PROGRESS_0 + MIN (eighths, N_EIGHTHS - 1);
    }
  if (counting)
    return HOIST_TRAY_LOOK_PROGRESS_0;
  if (totals->n_failed > 0)
    return HOIST_TRAY_LOOK_ATTENTION;
  if (totals->n_paused > 0)
    return HOIST_TRAY_LOOK_PAUSED;
  return HOIST_TRAY_LOOK_IDLE;
}

/**
 * hoist_tray_look_get_icon_name:
 * @look: a picture
 *
 * Gets the name under which it is installed. All begin with the application's
 * id: from a sandbox nothing else reaches the desktop's icon theme.
 *
 * Returns: (transfer none): an icon's name
 */
const char *
hoist_tray_look_get_icon_name (HoistTrayLook look)
{
  static const char *const names[HOIST_TRAY_N_LOOKS] = {
    HOIST_APP_ID "-symbolic",
    HOIST_APP_ID "-progress-0-symbolic",
    HOIST_APP_ID "-progress-1-symbolic",
    HOIST_APP_ID "-progress-2-symbolic",
    HOIST_APP_ID "-progress-3-symbolic",
    HOIST_APP_ID "-progress-4-symbolic",
    HOIST_APP_ID "-progress-5-symbolic",
    HOIST_APP_ID "-progress-6-symbolic",
    HOIST_APP_ID "-progress-7-symbolic",
    HOIST_APP_ID "-paused-symbolic",
    HOIST_APP_ID "-attention-symbolic",
  };

  g_return_val_if_fail ((guint) look < HOIST_TRAY_N_LOOKS, names[HOIST_TRAY_LOOK_IDLE]);
  return names[look];
}

/**
 * hoist_tray_look_get_status:
 * @look: a picture
 * @window_shown: whether the window is there to see
 *
 * Gets the item's status. Trays hide a passive item, so an idle one is passive
 * only while the window is there: else nothing would lead back to it.
 *
 * Returns: (transfer none): `Passive`, `Active` or `NeedsAttention`
 */
const char *
hoist_tray_look_get_status (HoistTrayLook look, gboolean window_shown)
{
  if (look == HOIST_TRAY_LOOK_ATTENTION)
    return "NeedsAttention";
  return look == HOIST_TRAY_LOOK_IDLE && window_shown ? "Passive" : "Active";
}
