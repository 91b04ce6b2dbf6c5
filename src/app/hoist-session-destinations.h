/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-backend.h"
#include "hoist-session.h"

G_BEGIN_DECLS

/* What the windows ask about destinations, answered by a session. */
#define HOIST_TYPE_SESSION_DESTINATIONS (hoist_session_destinations_get_type ())
G_DECLARE_FINAL_TYPE (HoistSessionDestinations,
                      hoist_session_destinations,
                      HOIST,
                      SESSION_DESTINATIONS,
                      GObject)

HoistSessionDestinations *hoist_session_destinations_new (HoistSession *session);

G_END_DECLS
