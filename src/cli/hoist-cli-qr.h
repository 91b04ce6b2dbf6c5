/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-console.h"

G_BEGIN_DECLS

gboolean hoist_cli_qr_print (HoistCliConsole *console, const char *text, GError **error);

G_END_DECLS
