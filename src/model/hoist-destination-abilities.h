/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "hoist-digest.h"

G_BEGIN_DECLS

/**
 * HoistDestinationAbilities:
 *
 * What a destination can do, as its server said when it was asked last; or why it said nothing.
 */
typedef struct
{
  char *trouble; /* (owned) (nullable) for people: why nothing of the rest is known */
  char *server;  /* (owned) (nullable) program and version */
  char *account; /* (owned) (nullable) who we are there */
  guint64 max_file_bytes;
  HoistDigestKind digest_kind; /* what it compares */
  gboolean can_share;          /* makes links to what was uploaded */
  gboolean can_find_leftovers; /* tells what is unfinished there, of other computers, too */
} HoistDestinationAbilities;

#define HOIST_TYPE_DESTINATION_ABILITIES (hoist_destination_abilities_get_type ())
GType hoist_destination_abilities_get_type (void);
HoistDestinationAbilities *hoist_destination_abilities_new_trouble (const char *trouble);
HoistDestinationAbilities *hoist_destination_abilities_copy (
  const HoistDestinationAbilities *abilities);
void hoist_destination_abilities_free (HoistDestinationAbilities *abilities);
char *hoist_destination_abilities_describe (const HoistDestinationAbilities *abilities);
char *hoist_destination_abilities_greet (const HoistDestinationAbilities *abilities);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistDestinationAbilities, hoist_destination_abilities_free)

G_END_DECLS
