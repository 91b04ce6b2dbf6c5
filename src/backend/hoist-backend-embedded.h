/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-backend-config.h"
#include "hoist-s3-credentials.h"
#include "hoist-token-store.h"

G_BEGIN_DECLS

#define HOIST_BACKEND_EMBEDDED_BUCKET "hoist"
#define HOIST_BACKEND_EMBEDDED_REGION "local"
#define HOIST_BACKEND_EMBEDDED_TOKEN "embedded"

HoistS3Credentials *hoist_backend_embedded_ensure_credentials (const char *dir, GError **error);
gboolean hoist_backend_embedded_ensure_token (const char *dir,
                                              HoistTokenStore *tokens,
                                              GError **error);
char *hoist_backend_embedded_dup_tokens_file (const char *dir);

G_END_DECLS
