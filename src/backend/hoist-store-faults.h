/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-fault.h"

G_BEGIN_DECLS

HoistS3Fault *hoist_store_fault_from_errno (int errno_value, const char *doing);
HoistS3Fault *hoist_store_fault_no_such_key (void);
HoistS3Fault *hoist_store_fault_no_such_upload (void);
HoistS3Fault *hoist_store_fault_precondition (void);

G_END_DECLS
