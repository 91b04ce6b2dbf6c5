/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can be said of a text that a person enters for a destination, without asking anybody. */
gboolean hoist_destination_check_name (const char *name, GError **error);
char *hoist_destination_complete_url (const char *typed);
gboolean hoist_destination_check_url (const char *url, GError **error);
gboolean hoist_destination_check_key_prefix (const char *key_prefix, GError **error);

G_END_DECLS
