/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "bus-rig.h"

/* A logind with the two things that are asked of it: locks, and when the computer sleeps. */
typedef struct
{
  BusRig rig;
  guint object_id;
  guint name_id;
  gboolean refuses;
  int lock_end; /* our end of the last lock; -1 = none was given */
  guint n_locks;
  guint n_asked;
  char *asked; /* (owned) (nullable) what for */
} FakeLogin;

void fake_login_set_up (FakeLogin *self);
void fake_login_tear_down (FakeLogin *self);
void fake_login_start (FakeLogin *self);
void fake_login_stop (FakeLogin *self);
void fake_login_say_sleep (FakeLogin *self, gboolean going);
gboolean fake_login_is_locked (FakeLogin *self);
void fake_login_wait_until_unlocked (FakeLogin *self);
