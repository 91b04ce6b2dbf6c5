/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-delivery.h"

/**
 * hoist_delivery_new:
 *
 * Begins what is kept of a delivery.
 *
 * Returns: (transfer full): one of which nothing is known yet
 */
HoistDelivery *
hoist_delivery_new (void)
{
  return g_new0 (HoistDelivery, 1);
}

/**
 * hoist_delivery_free:
 * @delivery: (transfer full) (nullable): what is kept of a delivery
 *
 * Frees it.
 */
void
hoist_delivery_free (HoistDelivery *delivery)
{
  if (delivery == NULL)
    return;
  g_free (delivery->version_id);
  g_free (delivery);
}
