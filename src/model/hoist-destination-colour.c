/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destination-colour.h"

#include <glib/gi18n-lib.h>

/* Those that GNOME offers as accents, so that they are told apart in both of its styles. */
static const struct
{
  const char *id; /* as in the file of destinations, and in style.css */
  const char *name;
} colours[] = {
  /* Translators: these are colours that a destination may be marked with. */
  { "blue", N_ ("Blue") },     { "teal", N_ ("Teal") },     { "green", N_ ("Green") },
  { "yellow", N_ ("Yellow") }, { "orange", N_ ("Orange") }, { "red", N_ ("Red") },
  { "pink", N_ ("Pink") },     { "purple", N_ ("Purple") }, { "slate", N_ ("Slate") },
};

/**
 * hoist_destination_colour_get_id:
 * @index: from 0
 *
 * Walks the colours.
 *
 * Returns: (transfer none) (nullable): what the colour is called in files; %NULL
 *   past the last one
 */
const char *
hoist_destination_colour_get_id (guint index)
{
  return index < G_N_ELEMENTS (colours) ? colours[index].id : NULL;
}

/**
 * hoist_destination_colour_get_name:
 * @id: (nullable): what a colour is called in files
 *
 * Gets what people call a colour.
 *
 * Returns: (transfer none) (nullable): its name; %NULL if there is no such colour
 */
const char *
hoist_destination_colour_get_name (const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (colours); i++)
    if (g_strcmp0 (colours[i].id, id) == 0)
      return _ (colours[i].name);
  return NULL;
}
