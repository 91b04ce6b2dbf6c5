/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-context.h"

G_BEGIN_DECLS

/**
 * HoistCliTarget:
 * @to: (nullable): a destination's name or id
 * @url: (nullable): a backend that is not set up
 * @token_file: (nullable): where its token is, or `-`
 * @ca_file: (nullable): for @url, further trusted certificates
 * @key_prefix: (nullable): for @url, what is put before every name
 *
 * Where files go, as the options say it. Filled by GOption; cleared with
 * [func@hoist_cli_target_clear].
 */
typedef struct
{
  char *to;
  char *url;
  char *token_file;
  char *ca_file;
  char *key_prefix;
} HoistCliTarget;

/* The options that fill @target, for GOptionEntry arrays. */
#define HOIST_CLI_TARGET_OPTIONS(target)                                                           \
  { "to",                                                                                          \
    't',                                                                                           \
    0,                                                                                             \
    G_OPTION_ARG_STRING,                                                                           \
    &(target).to,                                                                                  \
    N_ ("A destination that is set up; without it the first one"), N_ ("NAME") },                  \
    { "url",                                                                                       \
      'u',                                                                                         \
      0,                                                                                           \
      G_OPTION_ARG_STRING,                                                                         \
      &(target).url,                                                                               \
      N_ ("A backend that is not set up, for this time only"), N_ ("URL") },                       \
      { "token-file",                                                                              \
        0,                                                                                         \
        0,                                                                                         \
        G_OPTION_ARG_FILENAME,                                                                     \
        &(target).token_file,                                                                      \
        N_ ("File with the token; “-” for standard input"), N_ ("FILE") },                         \
        { "ca-file",                                                                               \
          0,                                                                                       \
          0,                                                                                       \
          G_OPTION_ARG_FILENAME,                                                                   \
          &(target).ca_file,                                                                       \
          N_ ("With --url: further trusted certificates (PEM)"), N_ ("FILE") },                    \
  {                                                                                                \
    "key-prefix", 0, 0, G_OPTION_ARG_STRING, &(target).key_prefix,                                 \
      N_ ("With --url: folder that the files go to"), N_ ("PREFIX")                                \
  }

gboolean hoist_cli_target_check (const HoistCliTarget *target, GError **error);
void hoist_cli_target_clear (HoistCliTarget *target);
void hoist_cli_target_open_async (const HoistCliTarget *target,
                                  HoistCliContext *context,
                                  const HoistCliLimits *limits,
                                  gboolean needs_destination,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
HoistUploader *hoist_cli_target_open_finish (HoistCliContext *context,
                                             GAsyncResult *result,
                                             char **destination_id,
                                             GError **error);
char *hoist_cli_target_make_absolute (const char *path);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HoistCliTarget, hoist_cli_target_clear)

G_END_DECLS
