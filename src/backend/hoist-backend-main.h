/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

int hoist_backend_main (GStrv arguments);
int hoist_token_main (GStrv arguments);

G_END_DECLS
