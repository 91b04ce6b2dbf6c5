/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

/**
 * HoistCliParsed:
 * @HOIST_CLI_PARSED_OK: the options are set
 * @HOIST_CLI_PARSED_HELP: help was asked for, and is printed
 * @HOIST_CLI_PARSED_BAD: they are wrong, which was printed
 *
 * What became of an argument list.
 */
typedef enum
{
  HOIST_CLI_PARSED_OK,
  HOIST_CLI_PARSED_HELP,
  HOIST_CLI_PARSED_BAD,
} HoistCliParsed;

HoistCliParsed hoist_cli_parse_options (HoistCliContext *context,
                                        const char *const *arguments,
                                        const char *command,
                                        const char *synopsis,
                                        const char *summary,
                                        const GOptionEntry *entries);
void hoist_cli_print_usage_error (HoistCliContext *context,
                                  const char *command,
                                  const char *message);
void hoist_cli_finish (GTask *task, int status);
void hoist_cli_finish_parsed (GTask *task, HoistCliParsed parsed);
void hoist_cli_finish_usage_error (GTask *task,
                                   HoistCliContext *context,
                                   const char *command,
                                   const char *message);
void hoist_cli_finish_error (GTask *task, HoistCliContext *context, const GError *error);

G_END_DECLS
