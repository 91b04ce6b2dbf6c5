/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

void hoist_drop_time_watch (GdkDisplay *display);

G_END_DECLS
