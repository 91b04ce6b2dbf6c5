/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* What a destination can be: docs/destinations.md has what each of them is. */
#define HOIST_API_KIND "hoist-api"
#define HOIST_PLAIN_KIND "plain"
#define HOIST_COMPANION_KIND "companion"
#define HOIST_S3_KIND "s3"
