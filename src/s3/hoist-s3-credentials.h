/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistS3Credentials:
 *
 * An access key, its secret and perhaps a session token. Counted, immutable,
 * wiped when freed; nothing prints it.
 */
typedef struct _HoistS3Credentials HoistS3Credentials;

#define HOIST_TYPE_S3_CREDENTIALS (hoist_s3_credentials_get_type ())
GType hoist_s3_credentials_get_type (void);
HoistS3Credentials *hoist_s3_credentials_new (const char *access_key,
                                              const char *secret_key,
                                              const char *session_token);
HoistS3Credentials *hoist_s3_credentials_ref (HoistS3Credentials *credentials);
void hoist_s3_credentials_unref (HoistS3Credentials *credentials);
const char *hoist_s3_credentials_get_access_key (const HoistS3Credentials *credentials);
const char *hoist_s3_credentials_get_secret_key (const HoistS3Credentials *credentials);
const char *hoist_s3_credentials_get_session_token (const HoistS3Credentials *credentials);
/* As text: what the keyring keeps, and what people have in files. */
char *hoist_s3_credentials_to_text (const HoistS3Credentials *credentials);
HoistS3Credentials *hoist_s3_credentials_from_text (const char *text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Credentials, hoist_s3_credentials_unref)

G_END_DECLS
