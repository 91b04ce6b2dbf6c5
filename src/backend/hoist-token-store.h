/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-digest.h"

G_BEGIN_DECLS

/**
 * HoistToken:
 *
 * What the bearer of a token may do. Counted, immutable once it is in a store.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char *name;   /* (owned) */
  char *prefix; /* (owned) of the keys it may touch: empty, or with a slash at its end */
  guint8 hash[HOIST_SHA256_BYTES];
  guint64 max_object_bytes; /* 0 = the backend's limit only */
  gboolean may_share;
  gboolean may_list;
  gint64 created_s; /* real time; 0 = not said */
} HoistToken;

HoistToken *hoist_token_new (const char *name);
HoistToken *hoist_token_ref (HoistToken *token);
void hoist_token_unref (HoistToken *token);
gboolean hoist_token_set_prefix (HoistToken *token, const char *prefix, GError **error);

/**
 * HoistTokenStore:
 *
 * The tokens file: names, rights and hashes; no token itself.
 */
typedef struct _HoistTokenStore HoistTokenStore;

HoistTokenStore *hoist_token_store_new (const char *file);
void hoist_token_store_free (HoistTokenStore *self);
gboolean hoist_token_store_load (HoistTokenStore *self, GError **error);
HoistToken *hoist_token_store_lookup (HoistTokenStore *self, const char *secret);
GPtrArray *hoist_token_store_list (HoistTokenStore *self);
char *hoist_token_store_add (HoistTokenStore *self, HoistToken *token, GError **error);
gboolean hoist_token_store_add_with_secret (HoistTokenStore *self,
                                            HoistToken *token,
                                            const char *secret,
                                            GError **error);
gboolean hoist_token_store_remove (HoistTokenStore *self, const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistToken, hoist_token_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistTokenStore, hoist_token_store_free)

G_END_DECLS
