/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "hoist-error.h"

G_BEGIN_DECLS

/* Longer than any session's cookies; HTTP servers take 8 KiB to 16 KiB of headers. */
#define HOIST_SECRET_HEADERS_MAX_BYTES 6144
#define HOIST_SECRET_HEADERS_MAX 16

GStrv hoist_secret_headers_parse (const char *text, GError **error);
GStrv hoist_secret_headers_new_for_token (const char *token, GError **error);
void hoist_secret_headers_free (GStrv headers);
gboolean hoist_secret_headers_are_in (const char *const *headers, const char *text);

G_END_DECLS
