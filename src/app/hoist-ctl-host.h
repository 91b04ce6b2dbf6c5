/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-host.h"

G_BEGIN_DECLS

/* What hoistctl's commands need, built on a session. */
#define HOIST_TYPE_CTL_HOST (hoist_ctl_host_get_type ())
G_DECLARE_FINAL_TYPE (HoistCtlHost, hoist_ctl_host, HOIST, CTL_HOST, GObject)

HoistCtlHost *hoist_ctl_host_new (void);

G_END_DECLS
