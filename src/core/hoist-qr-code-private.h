/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-qr-code.h"

G_BEGIN_DECLS

/* Error correction: about 7 % and 15 % of a code may be unreadable. */
typedef enum
{
  HOIST_QR_LEVEL_L,
  HOIST_QR_LEVEL_M,
} HoistQrLevel;

#define HOIST_QR_N_LEVELS 2
#define HOIST_QR_MAX_VERSION 40

struct _HoistQrCode
{
  guint size;        /* modules on a side: 17 + 4 × version */
  guint8 *modules;   /* (owned) size × size: 1 = dark */
  guint8 *functions; /* (owned) size × size: 1 = of a pattern, which no data is in */
};

/* hoist-qr-code-draw.c */
HoistQrCode *_hoist_qr_code_draw (guint version,
                                  HoistQrLevel level,
                                  const guint8 *codewords,
                                  guint n_codewords);

G_END_DECLS
