/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HoistDestinationColour:
 *
 * The colours that a destination may be marked with. A colour helps who sees
 * it; whatever it stands for is said in words as well.
 */
const char *hoist_destination_colour_get_id (guint index);
const char *hoist_destination_colour_get_name (const char *id);

G_END_DECLS
