/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-provider-private.h"

G_BEGIN_DECLS

HoistS3Request *hoist_s3_stat_make_request (HoistS3Provider *self,
                                            const char *key,
                                            const char *version_id);
HoistObject *hoist_s3_stat_read_object (const char *key, SoupMessageHeaders *headers);
GError *hoist_s3_stat_make_error (HoistS3Client *client, const HoistS3Answer *answer);

G_END_DECLS
