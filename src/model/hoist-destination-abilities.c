/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destination-abilities.h"

#include <glib/gi18n-lib.h>

G_DEFINE_BOXED_TYPE (HoistDestinationAbilities,
                     hoist_destination_abilities,
                     hoist_destination_abilities_copy,
                     hoist_destination_abilities_free)

/**
 * hoist_destination_abilities_new_trouble:
 * @trouble: why the destination does not say what it can do, for people
 *
 * Returns: (transfer full): abilities of which nothing is known
 */
HoistDestinationAbilities *
hoist_destination_abilities_new_trouble (const char *trouble)
{
  HoistDestinationAbilities *abilities = g_new0 (HoistDestinationAbilities, 1);

  abilities->trouble = g_strdup (trouble);
  return abilities;
}

/**
 * hoist_destination_abilities_copy:
 * @abilities: abilities
 *
 * Returns: (transfer full): a copy
 */
HoistDestinationAbilities *
hoist_destination_abilities_copy (const HoistDestinationAbilities *abilities)
{
  HoistDestinationAbilities *copy = g_memdup2 (abilities, sizeof *abilities);

  copy->trouble = g_strdup (abilities->trouble);
  copy->server = g_strdup (abilities->server);
  copy->account = g_strdup (abilities->account);
  return copy;
}

/**
 * hoist_destination_abilities_free:
 * @abilities: (nullable): abilities
 *
 * Frees them.
 */
void
hoist_destination_abilities_free (HoistDestinationAbilities *abilities)
{
  if (abilities == NULL)
    return;
  g_free (abilities->trouble);
  g_free (abilities->server);
  g_free (abilities->account);
  g_free (abilities);
}

static const char *
describe_digest (HoistDigestKind kind)
{
  switch (kind)
    {
    case HOIST_DIGEST_SHA256:
      return "SHA-256";
    case HOIST_DIGEST_MD5:
      return "MD5";
    case HOIST_DIGEST_NONE:
    default:
      return _ ("none");
    }
}

/**
 * hoist_destination_abilities_describe:
 * @abilities: abilities
 *
 * Tells what a destination can do and cannot, or why that is not known.
 *
 * Returns: (transfer full): a line or two for people
 */
char *
hoist_destination_abilities_describe (const HoistDestinationAbilities *abilities)
{
  g_autofree char *most = g_format_size (abilities->max_file_bytes);

  if (abilities->trouble != NULL)
    return g_strdup (abilities->trouble);
  return g_strdup_printf (
    /* Translators: a size such as «5 TB», a checksum such as «SHA-256», then two of the words about
     * links and unfinished uploads */
    _ ("Files up to %s; checksums: %s; %s; %s."), most, describe_digest (abilities->digest_kind),
       abilities->can_share ? _ ("links to share")
                            : _ ("no links to share"), abilities->can_find_leftovers
                                 ? _ ("unfinished uploads are found")
                                 : _ ("unfinished uploads of other computers are not found"));
}

/**
 * hoist_destination_abilities_greet:
 * @abilities: abilities that are known
 *
 * Tells that a destination answered, as whom it knows us, and what it can do.
 *
 * Returns: (transfer full): sentences for people
 */
char *
hoist_destination_abilities_greet (const HoistDestinationAbilities *abilities)
{
  g_autofree char *rest = hoist_destination_abilities_describe (abilities);

  if (abilities->account != NULL)
    /* Translators: an account, and what the destination can do */
    return g_strdup_printf (_ ("Connected as “%s”. %s"), abilities->account, rest);
  /* Translators: what the destination can do */
  return g_strdup_printf (_ ("Connected. %s"), rest);
}
