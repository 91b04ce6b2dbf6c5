/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

void hoist_cli_destination_export (HoistCliContext *context,
                                   const char *const *arguments,
                                   GTask *task);
void hoist_cli_destination_import (HoistCliContext *context,
                                   const char *const *arguments,
                                   GTask *task);

G_END_DECLS
