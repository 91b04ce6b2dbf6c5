/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

void hoist_cli_list_buckets (HoistCliContext *context,
                             HoistDestination *destination,
                             const char *keys,
                             GTask *task);

G_END_DECLS
