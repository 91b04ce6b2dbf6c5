/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"
#include "hoist-destination.h"

G_BEGIN_DECLS

/**
 * HoistCliKeys:
 *
 * Where a destination's secret comes from: never from an argument, which every
 * process can read.
 */
typedef struct
{
  char *file;                /* (owned) (nullable) `-` = standard input */
  gboolean from_environment; /* keys only */
  gboolean none;             /* the server wants no token */
} HoistCliKeys;

void hoist_cli_keys_clear (HoistCliKeys *keys);
gboolean hoist_cli_keys_is_given (const HoistCliKeys *keys);
gboolean hoist_cli_keys_is_for (HoistDestination *destination);
void hoist_cli_keys_read_async (HoistCliContext *context,
                                const HoistCliKeys *keys,
                                HoistDestination *destination,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *hoist_cli_keys_read_finish (HoistCliContext *context, GAsyncResult *result, GError **error);

G_END_DECLS
