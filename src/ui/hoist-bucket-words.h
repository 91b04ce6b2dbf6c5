/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-service.h"

G_BEGIN_DECLS

/* What people read of services that speak S3. */
char *hoist_bucket_words_describe (const HoistS3Service *service);

G_END_DECLS
