/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void hoist_api_refuse_body (SoupServerMessage *message, const GError *error);

G_END_DECLS
