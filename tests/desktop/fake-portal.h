/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "bus-rig.h"

/* How a request for the background is answered. */
typedef enum
{
  FAKE_PORTAL_GRANT,
  FAKE_PORTAL_GRANT_EARLY,     /* before the reply to the call */
  FAKE_PORTAL_GRANT_ELSEWHERE, /* later, from another object than was predicted */
  FAKE_PORTAL_DENY,            /* the answer says no */
  FAKE_PORTAL_CANCEL,          /* a person closed the question */
  FAKE_PORTAL_END,             /* it went wrong */
  FAKE_PORTAL_NONSENSE,
  FAKE_PORTAL_REFUSE, /* the call itself */
  FAKE_PORTAL_SILENCE,
} FakePortalHow;

/* An xdg-desktop-portal with Background and Inhibit. */
typedef struct
{
  BusRig rig;
  FakePortalHow how;
  guint version;
  guint name_id;
  guint object_ids[2];
  GVariant *options; /* (owned) (nullable) of the last request */
  char *handle;      /* (owned) (nullable) of the last request */
  char *status;      /* (owned) (nullable) the last one */
  guint n_requests;
  guint n_statuses;
  int n_closed; /* atomic */
} FakePortal;

void fake_portal_set_up (FakePortal *self);
void fake_portal_tear_down (FakePortal *self);
void fake_portal_start (FakePortal *self, guint version);
void fake_portal_stop (FakePortal *self);
void fake_portal_grant_elsewhere (FakePortal *self);
