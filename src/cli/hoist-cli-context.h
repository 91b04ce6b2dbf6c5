/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-console.h"
#include "hoist-cli-host.h"

G_BEGIN_DECLS

/* Exit statuses of hoistctl (docs/hoistctl.md). */
#define HOIST_CLI_EXIT_OK 0
#define HOIST_CLI_EXIT_FAILED 1
#define HOIST_CLI_EXIT_USAGE 2
#define HOIST_CLI_EXIT_UNKNOWN 3
#define HOIST_CLI_EXIT_INTERRUPTED 130

/**
 * HoistCliLostFunc:
 * @user_data: what was given with the function
 *
 * Called when the process that uploads has gone.
 */
typedef void (*HoistCliLostFunc) (gpointer user_data);

/* What a run of hoistctl works with. */
#define HOIST_TYPE_CLI_CONTEXT (hoist_cli_context_get_type ())
G_DECLARE_FINAL_TYPE (HoistCliContext, hoist_cli_context, HOIST, CLI_CONTEXT, GObject)

HoistCliContext *hoist_cli_context_new (HoistCliHost *host,
                                        HoistCliConsole *console,
                                        GInputStream *input);
HoistCliHost *hoist_cli_context_get_host (HoistCliContext *self);
HoistCliConsole *hoist_cli_context_get_console (HoistCliContext *self);
GInputStream *hoist_cli_context_get_input (HoistCliContext *self);
GCancellable *hoist_cli_context_get_cancellable (HoistCliContext *self);
void hoist_cli_context_set_prompt_terminal (HoistCliContext *self, const char *path);
const char *hoist_cli_context_get_prompt_terminal (HoistCliContext *self);

void hoist_cli_context_run_async (HoistCliContext *self,
                                  const char *const *arguments,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
int hoist_cli_context_run_finish (HoistCliContext *self, GAsyncResult *result);
void hoist_cli_context_interrupt (HoistCliContext *self);
void hoist_cli_context_set_lost_func (HoistCliContext *self,
                                      HoistCliLostFunc func,
                                      gpointer user_data);
void hoist_cli_context_lose (HoistCliContext *self);
void hoist_cli_context_tell_problem (HoistCliContext *self, const char *problem);

G_END_DECLS
