/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider.h"

G_BEGIN_DECLS

void hoist_provider_task_set_retry_after_us (GTask *task, gint64 retry_after_us);

G_END_DECLS
