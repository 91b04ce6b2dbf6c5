/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* For how long a link can be signed: AWS Signature Version 4, «X-Amz-Expires», at most 7 days. */
#define HOIST_SHARE_MAX_S (7 * 86400)

/**
 * HoistShare:
 *
 * A link to what was uploaded, or, without @url, whether there can be one. A signed link is a
 * secret: it is shown to whoever asked for it, and neither kept nor logged nor told anybody else.
 */
typedef struct
{
  char *url;          /* (owned) (nullable) a secret if it is signed; wiped when freed */
  gboolean is_signed; /* good for anybody, for a time; else @url is just where the file is */
  gint64 expires_us;  /* real time until which it is good; 0 = not said */
  gboolean temporary; /* what signs has an end itself, which ends the link, too */
  char *bucket;       /* (owned) (nullable) where the object is, if that is known */
} HoistShare;

HoistShare *hoist_share_new (const char *url, gint64 expires_us);
void hoist_share_free (HoistShare *share);
GVariant *hoist_share_to_variant (const HoistShare *share);
HoistShare *hoist_share_from_variant (GVariant *variant, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistShare, hoist_share_free)

G_END_DECLS
