/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-backend-config.h"
#include "hoist-s3-credentials.h"

G_BEGIN_DECLS

/* Names below systemd's $CREDENTIALS_DIRECTORY (systemd.exec(5), LoadCredential=). */
#define HOIST_BACKEND_S3_CREDENTIAL "s3-credentials"
#define HOIST_BACKEND_TOKENS_CREDENTIAL "tokens"

HoistS3Credentials *hoist_backend_credentials_load (const HoistBackendConfig *config,
                                                    const char *const *environment,
                                                    GError **error);
HoistS3Credentials *hoist_backend_credentials_load_file (const char *file,
                                                         const char *profile,
                                                         gboolean check_mode,
                                                         GError **error);
char *hoist_backend_find_region (const HoistBackendConfig *config, const char *const *environment);
char *hoist_backend_find_tokens_file (const HoistBackendConfig *config,
                                      const char *const *environment);

G_END_DECLS
