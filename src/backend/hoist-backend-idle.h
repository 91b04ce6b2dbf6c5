/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void hoist_backend_idle_begin (GSocket *socket);
void hoist_backend_idle_end (GSocket *socket);

G_END_DECLS
