/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-file.h"

G_BEGIN_DECLS

HoistFile *hoist_file_find_moved (const char *path,
                                  const HoistFileIdentity *identity,
                                  HoistFile *kept,
                                  char **moved_path);

G_END_DECLS
