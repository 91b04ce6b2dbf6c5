/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-body.h"

G_BEGIN_DECLS

#define HOIST_TYPE_BODY_STREAM (hoist_body_stream_get_type ())
G_DECLARE_DERIVABLE_TYPE (HoistBodyStream, hoist_body_stream, HOIST, BODY_STREAM, HoistBody)

struct _HoistBodyStreamClass
{
  HoistBodyClass parent_class;
};

G_END_DECLS
