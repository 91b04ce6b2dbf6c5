/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What version 40 takes at level L (ISO/IEC 18004, table 7). */
#define HOIST_QR_CODE_MAX_BYTES 2953
/* Light modules that must be around it on each side (ISO/IEC 18004, 6.3.8). */
#define HOIST_QR_CODE_QUIET_MODULES 4

/**
 * HoistQrCode:
 *
 * A QR code of a text: a square of dark and light modules. Wiped when freed, since the text may be
 * a secret.
 */
typedef struct _HoistQrCode HoistQrCode;

HoistQrCode *hoist_qr_code_new (const char *text);
void hoist_qr_code_free (HoistQrCode *code);
guint hoist_qr_code_get_size (const HoistQrCode *code);
gboolean hoist_qr_code_is_dark (const HoistQrCode *code, int x, int y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistQrCode, hoist_qr_code_free)

G_END_DECLS
