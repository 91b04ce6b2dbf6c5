/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destination-kinds.h"

#include <glib/gi18n.h>

#include "hoist-destination-kind.h"

/* In the order of the choices. */
static const HoistKindWords kinds[] = {
  { NULL,
    /* Translators: a choice for the kind of a destination */
    N_ ("Find Out"),
        N_ ("Enter the address that you were given, and the token if there is one. Hoist finds out what "
        "answers there."),
            N_ ("Finding out what answers there…"), NULL },
        { HOIST_API_KIND,
          N_ ("Hoist Backend"),
              N_ ("Whoever runs the backend gives you its address and a token."),
                  N_ ("Is it a Hoist backend?"), N_ ("It is a Hoist backend.") },
                  { HOIST_S3_KIND,
                    N_ ("S3 Bucket"),
                        N_ ("With keys to a bucket Hoist needs no backend: it signs by itself."),
                            N_ ("Is it S3?"), N_ ("It is S3. Enter the bucket and its keys.") },
                            { HOIST_COMPANION_KIND,
                              N_ ("Uppy Companion"),
                                  N_ ("The address of an Uppy Companion, and what guards it: headers such as cookies, a token, or "
        "nothing."),
                                      N_ ("Is it an Uppy Companion?"),
                                          N_ ("It is an Uppy Companion.") },
                                      { HOIST_PLAIN_KIND,
                                        N_ ("Plain Backend"),
                                            N_ ("The address below which a site hands out URLs for the chunks of a file, and what it wants "
        "to know who you are by, if it does."),
                                                N_ ("Is it a plain backend?"),
                                                    N_ ("It is a plain backend.") },
                                        };

/**
 * hoist_kind_words_get:
 * @index: from 0, of [func@hoist_kind_words_make_names]
 *
 * Returns: (transfer none): the words about that choice
 */
const HoistKindWords *
hoist_kind_words_get (guint index)
{
  g_return_val_if_fail (index < G_N_ELEMENTS (kinds), NULL);
  return &kinds[index];
}

/**
 * hoist_kind_words_lookup:
 * @type: (nullable): a destination's type
 * @index: (out) (optional): which choice it is
 *
 * Returns: (transfer none) (nullable): the words about it; %NULL if this version does not know it
 */
const HoistKindWords *
hoist_kind_words_lookup (const char *type, guint *index)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].type, type) == 0)
      {
        if (index != NULL)
          *index = i;
        return &kinds[i];
      }
  return NULL;
}

/**
 * hoist_kind_words_make_names:
 *
 * Returns: (transfer full): the choices
 */
GListModel *
hoist_kind_words_make_names (void)
{
  GtkStringList *names = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    gtk_string_list_append (names, _ (kinds[i].name));
  return G_LIST_MODEL (names);
}
