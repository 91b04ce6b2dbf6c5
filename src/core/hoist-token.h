/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *hoist_token_skip_scheme (const char *token);

G_END_DECLS
