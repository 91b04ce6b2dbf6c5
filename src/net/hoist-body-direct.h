/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-body-stream.h"

G_BEGIN_DECLS

#define HOIST_TYPE_BODY_DIRECT (hoist_body_direct_get_type ())
G_DECLARE_FINAL_TYPE (HoistBodyDirect, hoist_body_direct, HOIST, BODY_DIRECT, HoistBodyStream)

G_END_DECLS
