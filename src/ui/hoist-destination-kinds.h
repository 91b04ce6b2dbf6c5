/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HoistKindWords:
 *
 * What people read of a kind of destinations. All of it is to be translated.
 */
typedef struct
{
  const char *type; /* (nullable) null: it is to be found out */
  const char *name;
  const char *description;
  const char *asking; /* while it is tried */
  const char *found;  /* when it answered */
} HoistKindWords;

const HoistKindWords *hoist_kind_words_get (guint index);
const HoistKindWords *hoist_kind_words_lookup (const char *type, guint *index);
GListModel *hoist_kind_words_make_names (void);

G_END_DECLS
