/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint hoist_undo_time_get_s (void);

G_END_DECLS
