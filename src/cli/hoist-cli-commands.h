/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

/**
 * HoistCliCommandFunc:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status, as an integer
 *
 * Carries out one command of hoistctl. What goes wrong is printed, not returned.
 */
typedef void (*HoistCliCommandFunc) (HoistCliContext *context,
                                     const char *const *arguments,
                                     GTask *task);

void hoist_cli_upload (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_list (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_details (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_history (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_receipt (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_verify (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_share (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_pause (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_resume (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_retry (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_locate (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_cancel (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_leave (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_unfinished (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_destination (HoistCliContext *context, const char *const *arguments, GTask *task);
void hoist_cli_integrate (HoistCliContext *context, const char *const *arguments, GTask *task);

G_END_DECLS
