/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HoistUnseen:
 * @HOIST_UNSEEN_GONE: it is not there
 * @HOIST_UNSEEN_LENT: it was lent to this sandbox, and is not any more
 * @HOIST_UNSEEN_OUTSIDE: it may be there, but the sandbox does not show it
 * @HOIST_UNSEEN_NOT_LENT: as before, and this computer cannot lend files either
 *
 * Why a file is not where it should be.
 */
typedef enum
{
  HOIST_UNSEEN_GONE,
  HOIST_UNSEEN_LENT,
  HOIST_UNSEEN_OUTSIDE,
  HOIST_UNSEEN_NOT_LENT,
} HoistUnseen;

char *hoist_document_find_original (const char *path);
char *hoist_document_check_original (const char *path, const char *original);
HoistUnseen hoist_document_why_unseen (const char *path);
HoistUnseen hoist_document_judge_unseen (const char *path, gboolean sandboxed, gboolean can_lend);

G_END_DECLS
