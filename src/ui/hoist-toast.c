/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Toasts whose words change. None is dismissed by us: one that goes while it still comes in is freed before its
 * first animation has ended, which then writes to it (libadwaita 1.2, adw-toast-overlay.c, show_done_cb()). */

#include "config.h"

#include "hoist-toast.h"

/* As long as libadwaita shows one by default. */
#define SETTLED_TIMEOUT_S 5

/**
 * hoist_toast_begin:
 * @overlay: where to
 * @text: what is done, for people, no markup
 *
 * Shows that something is done, until [func@toast_settle].
 *
 * Returns: (transfer full): the toast
 */
AdwToast *
hoist_toast_begin (AdwToastOverlay *overlay, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (markup);

  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (overlay, g_object_ref (toast));
  return toast;
}

/**
 * hoist_toast_settle:
 * @overlay: where the toast is, or was
 * @toast: the toast
 * @text: what came of it, for people, no markup
 *
 * Says in the same toast what came of it. It goes after its time.
 */
void
hoist_toast_settle (AdwToastOverlay *overlay, AdwToast *toast, const char *text)
{
  adw_toast_set_timeout (toast, SETTLED_TIMEOUT_S);
  hoist_toast_say_again (overlay, toast, text);
}

/**
 * hoist_toast_say_again:
 * @overlay: where the toast is, or was
 * @toast: the toast
 * @text: what it says from now on, for people, no markup
 *
 * Changes what a toast says. Its time begins anew; one that is gone comes again.
 */
void
hoist_toast_say_again (AdwToastOverlay *overlay, AdwToast *toast, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_toast_set_title (toast, markup);
  adw_toast_overlay_add_toast (overlay, g_object_ref (toast));
}
