/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No file of AWS's tools that a person wrote is larger. */
#define HOIST_AWS_FILE_MAX_BYTES (1 << 20)

/**
 * HoistAwsFile:
 *
 * What `~/.aws/config`, `~/.aws/credentials` or a file of variables has in it. Wiped when freed.
 */
typedef struct _HoistAwsFile HoistAwsFile;

HoistAwsFile *hoist_aws_file_parse (const char *text, gsize length, GError **error);
void hoist_aws_file_free (HoistAwsFile *file);
const char *hoist_aws_file_get_section (const HoistAwsFile *file, guint index);
const char *hoist_aws_file_lookup (const HoistAwsFile *file, const char *section, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistAwsFile, hoist_aws_file_free)

G_END_DECLS
