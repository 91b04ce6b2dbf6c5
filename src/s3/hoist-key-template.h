/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_KEY_TEMPLATE_DEFAULT "{prefix}{path}"

/**
 * HoistKeyTemplate:
 *
 * How an object's key is made of a file's name.
 */
typedef struct _HoistKeyTemplate HoistKeyTemplate;

/**
 * HoistKeyValues:
 * @prefix: the token's key prefix: empty, or with a slash at its end
 * @path: the file's whole relative name
 * @account: the token's name
 * @uuid: a random UUID
 * @now: time of the upload
 *
 * What the placeholders stand for.
 */
typedef struct
{
  const char *prefix;
  const char *path;
  const char *account;
  const char *uuid;
  GDateTime *now;
} HoistKeyValues;

HoistKeyTemplate *hoist_key_template_new (const char *text, GError **error);
void hoist_key_template_free (HoistKeyTemplate *self);
char *hoist_key_template_expand (const HoistKeyTemplate *self,
                                 const HoistKeyValues *values,
                                 GError **error);
GRegex *hoist_key_template_make_reader (const HoistKeyTemplate *self,
                                        const char *prefix,
                                        const char *account);
char *hoist_key_read_path (GRegex *reader, const char *key, gboolean *is_whole);
gboolean hoist_key_check_path (const char *path, GError **error);
gboolean hoist_key_is_below (const char *key, const char *prefix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistKeyTemplate, hoist_key_template_free)

G_END_DECLS
