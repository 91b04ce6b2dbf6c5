/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HoistLinkFormat:
 * @HOIST_LINK_URL: the link alone
 * @HOIST_LINK_MARKDOWN: `[name](link)`
 * @HOIST_LINK_HTML: `<a href="link">name</a>`
 * @HOIST_LINK_S3: `s3://bucket/key`, which only those with keys can use
 *
 * What is copied where a link is wanted. Kept in a setting by its nick.
 */
typedef enum
{
  HOIST_LINK_URL,
  HOIST_LINK_MARKDOWN,
  HOIST_LINK_HTML,
  HOIST_LINK_S3,
} HoistLinkFormat;

#define HOIST_N_LINK_FORMATS 4

const char *hoist_link_format_get_nick (HoistLinkFormat format);
gboolean hoist_link_format_from_nick (const char *nick, HoistLinkFormat *format);
char *hoist_link_format_make (HoistLinkFormat format, const char *name, const char *url);
char *hoist_link_format_make_s3 (const char *bucket, const char *key);

G_END_DECLS
