/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwToast *hoist_toast_begin (AdwToastOverlay *overlay, const char *text);
void hoist_toast_settle (AdwToastOverlay *overlay, AdwToast *toast, const char *text);
void hoist_toast_say_again (AdwToastOverlay *overlay, AdwToast *toast, const char *text);

G_END_DECLS
