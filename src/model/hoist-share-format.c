/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-share-format.h"

#include <glib/gi18n-lib.h>

#include "hoist-error.h"

/**
 * hoist_share_format_expiry:
 * @share: a link
 *
 * Says until when it is good.
 *
 * Returns: (transfer full) (nullable): a sentence; %NULL if that is not known
 */
char *
hoist_share_format_expiry (const HoistShare *share)
{
  g_autoptr (GDateTime) expires = NULL;

  g_return_val_if_fail (share != NULL, NULL);

  if (share->expires_us == 0)
    return NULL;
  expires = g_date_time_new_from_unix_local (share->expires_us / G_USEC_PER_SEC);
  if (expires == NULL)
    return NULL;
  /* Translators: a date and time, in the form of strftime(). */
  return g_date_time_format (expires, _ ("Anybody who has the link can download until %x, %H:%M."));
}

/**
 * hoist_share_get_temporary_note:
 *
 * Returns: why a link may end before the time that it says
 */
const char *
hoist_share_get_temporary_note (void)
{
  return _ ("This destination’s keys are temporary. When they expire, so do the links that they "
            "signed.");
}

/**
 * hoist_share_get_location_note:
 *
 * Returns: what a link is where the destination signs none
 */
const char *
hoist_share_get_location_note (void)
{
  return _ ("This destination makes no links that expire. This is where the file is; whether "
            "others can open it is up to its server.");
}

/**
 * hoist_share_format_link:
 * @share: a link
 * @format: how to write it
 * @name: the file's name
 * @key: (nullable): the object's key
 * @error: return location
 *
 * Writes a link so that it can be pasted.
 *
 * Errors: %HOIST_ERROR_NOT_SUPPORTED if the bucket is not known, or there is no link.
 *
 * Returns: (transfer full) (nullable): one line; a secret if the link is signed
 */
char *
hoist_share_format_link (const HoistShare *share,
                         HoistLinkFormat format,
                         const char *name,
                         const char *key,
                         GError **error)
{
  g_return_val_if_fail (share != NULL && name != NULL, NULL);

  if (format == HOIST_LINK_S3 && share->bucket != NULL && key != NULL)
    return hoist_link_format_make_s3 (share->bucket, key);
  if (format != HOIST_LINK_S3 && share->url != NULL)
    return hoist_link_format_make (format, name, share->url);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED,
                       format == HOIST_LINK_S3
                       ? _ ("This destination does not tell which bucket its files are in.")
                       : _ ("This destination makes no links to share."));
  return NULL;
}
