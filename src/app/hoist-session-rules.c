/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person allows: by the settings, or for this run on the command line. */

#include "hoist-session-private.h"

static void
set_metered (HoistSession *self, gboolean allowed)
{
  hoist_uploader_set_metered (hoist_session_get_uploader (self),
                              allowed ? HOIST_ALLOWANCE_ALWAYS : HOIST_ALLOWANCE_WAIT);
}

static gboolean
may_use_metered (HoistSession *self)
{
  return (self->allow_metered && self->engine != NULL) ||
         (self->settings != NULL && g_settings_get_boolean (self->settings, "use-metered"));
}

static void
use_metered_changed_cb (HoistSession *self)
{
  if (hoist_session_get_uploader (self) != NULL)
    set_metered (self, may_use_metered (self));
}

/* Our own engine ends with this run; another process goes on after it. */
static void
allow_for_this_run (HoistSession *self)
{
  HoistUploader *uploader = hoist_session_get_uploader (self);

  if (self->allow_metered && self->remote != NULL)
    hoist_uploader_set_metered (uploader, HOIST_ALLOWANCE_THIS_TIME);
  if (self->allow_low_power)
    hoist_uploader_set_power (uploader, self->remote != NULL ? HOIST_ALLOWANCE_THIS_TIME
                                                             : HOIST_ALLOWANCE_ALWAYS);
}

/**
 * hoist_session_follow_rules:
 * @self: a session that has found its uploader
 *
 * Tells it what is allowed, now and whenever a setting changes. Uploads wait unless
 * told otherwise: another process that was told so, and is only looked at from here, is
 * not told to wait until a person says it here.
 */
void
hoist_session_follow_rules (HoistSession *self)
{
  if (may_use_metered (self))
    set_metered (self, TRUE);
  allow_for_this_run (self);
  if (self->settings != NULL)
    g_signal_connect_object (self->settings, "changed::use-metered",
                             G_CALLBACK (use_metered_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * hoist_session_allow:
 * @self: a new session
 * @metered: whether to use networks that cost by the byte
 * @low_power: whether to upload while power is scarce
 *
 * Allows more than the settings do, for this run. A process that uploads already is told
 * so for this time.
 */
void
hoist_session_allow (HoistSession *self, gboolean metered, gboolean low_power)
{
  g_return_if_fail (HOIST_IS_SESSION (self));

  self->allow_metered = metered;
  self->allow_low_power = low_power;
}
