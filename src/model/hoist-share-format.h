/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-link-format.h"
#include "hoist-share.h"

G_BEGIN_DECLS

/* For how long a link is good where nobody says another time. */
#define HOIST_SHARE_DEFAULT_S 86400

/* Words about links that the window and hoistctl share. */
char *hoist_share_format_expiry (const HoistShare *share);
const char *hoist_share_get_temporary_note (void);
const char *hoist_share_get_location_note (void);
char *hoist_share_format_link (const HoistShare *share,
                               HoistLinkFormat format,
                               const char *name,
                               const char *key,
                               GError **error);

G_END_DECLS
