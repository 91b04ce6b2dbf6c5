/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

/**
 * HoistCliLimitOptions:
 * @limit: (nullable): most bytes a second, as given
 * @hours: (nullable): hours with another limit, as given
 * @parallel: parts that travel at a time; 0 = not given
 * @retry_for: (nullable): when to give up, as given
 * @no_sha256: whether to do without the SHA-256 of whole files
 * @metered: whether to use a network that costs by the byte
 * @low_power: whether to upload on a low battery, too
 *
 * How fast and how persistently to upload, as the options say it. Filled by
 * GOption; cleared with [func@hoist_cli_limit_options_clear].
 */
typedef struct
{
  char *limit;
  char *hours;
  int parallel;
  char *retry_for;
  gboolean no_sha256;
  gboolean metered;
  gboolean low_power;
} HoistCliLimitOptions;

#define HOIST_CLI_N_LIMIT_OPTIONS 7

/* The options that fill @options, for GOptionEntry arrays. */
#define HOIST_CLI_LIMIT_OPTIONS(options)                                                           \
  { "limit",                                                                                       \
    'l',                                                                                           \
    0,                                                                                             \
    G_OPTION_ARG_STRING,                                                                           \
    &(options).limit,                                                                              \
    N_ ("Most bytes a second, such as 500k or 2M"), N_ ("RATE") },                                 \
    { "limit-hours",                                                                               \
      0,                                                                                           \
      0,                                                                                           \
      G_OPTION_ARG_STRING,                                                                         \
      &(options).hours,                                                                            \
      N_ ("Another limit at certain hours, such as 22:00-7:00=full"), N_ ("HOURS=RATE") },         \
      { "parallel",                                                                                \
        'p',                                                                                       \
        0,                                                                                         \
        G_OPTION_ARG_INT,                                                                          \
        &(options).parallel,                                                                       \
        N_ ("Parts that travel at a time, 1 to 32; not given, what is fastest"), N_ ("N") },       \
        { "no-sha256",                                                                             \
          0,                                                                                       \
          0,                                                                                       \
          G_OPTION_ARG_NONE,                                                                       \
          &(options).no_sha256,                                                                    \
          N_ ("Do without the SHA-256 of large files in receipts"), NULL },                        \
          { "metered",                                                                             \
            0,                                                                                     \
            0,                                                                                     \
            G_OPTION_ARG_NONE,                                                                     \
            &(options).metered,                                                                    \
            N_ ("Upload over a metered network, too"),                                             \
                NULL },                                                                            \
            { "low-power",                                                                         \
              0,                                                                                   \
              0,                                                                                   \
              G_OPTION_ARG_NONE,                                                                   \
              &(options).low_power,                                                                \
              N_ ("Upload on a low battery, and in power saver mode, too"), NULL },                \
  {                                                                                                \
    "retry-for", 0, 0, G_OPTION_ARG_STRING, &(options).retry_for,                                  \
      N_ ("Give up after so long without progress, such as 30s or 2h"), N_ ("TIME")                \
  }

gboolean hoist_cli_limit_options_read (const HoistCliLimitOptions *options,
                                       HoistCliLimits *limits,
                                       GError **error);
void hoist_cli_limit_options_tell (const HoistCliLimitOptions *options, HoistCliContext *context);
void hoist_cli_limit_options_clear (HoistCliLimitOptions *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HoistCliLimitOptions, hoist_cli_limit_options_clear)

G_END_DECLS
