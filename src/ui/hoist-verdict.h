/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HoistVerdictKind:
 * @HOIST_VERDICT_NONE: nothing is known
 * @HOIST_VERDICT_HINT: nothing is known to work, but something is to be said
 * @HOIST_VERDICT_RUNNING: somebody is asked
 * @HOIST_VERDICT_GOOD: it works
 * @HOIST_VERDICT_BAD: it does not
 *
 * How far what was entered is known to work.
 */
typedef enum
{
  HOIST_VERDICT_NONE,
  HOIST_VERDICT_HINT,
  HOIST_VERDICT_RUNNING,
  HOIST_VERDICT_GOOD,
  HOIST_VERDICT_BAD,
} HoistVerdictKind;

/* Says so in words. Activates editor.stop. */
#define HOIST_TYPE_VERDICT (hoist_verdict_get_type ())
G_DECLARE_FINAL_TYPE (HoistVerdict, hoist_verdict, HOIST, VERDICT, GtkBox)

void hoist_verdict_show (HoistVerdict *self, HoistVerdictKind kind, const char *text);
HoistVerdictKind hoist_verdict_get_kind (HoistVerdict *self);
const char *hoist_verdict_get_text (HoistVerdict *self);

G_END_DECLS
