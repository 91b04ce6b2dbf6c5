/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistUnfinished:
 *
 * An upload that a server began and that was never completed, as the server
 * tells of it.
 */
typedef struct
{
  char *upload_id; /* (owned) */
  char *key;       /* (owned) */
  char *path;      /* (owned) (nullable) relative, UTF-8: what it was begun with */
  char *file_name; /* (owned) (nullable) last component of that */
  gboolean with_sha256;
  gboolean has_size;   /* @size_bytes and @n_parts are known */
  guint64 size_bytes;  /* what the server has of it */
  guint n_parts;       /* as many parts */
  guint64 part_bytes;  /* of every part but the last; 0 = not known */
  gint64 initiated_us; /* real time, by this machine's clock */
  gint64 modified_us;  /* real time, when the newest part arrived; 0 = not known */
} HoistUnfinished;

/* A page of a list of them. */
typedef struct
{
  GPtrArray *uploads; /* (owned) (element-type HoistUnfinished) */
  char *next;         /* (owned) (nullable) where the next page begins; %NULL = there is none */
} HoistUnfinishedPage;

/* uploads, where the next page begins or an empty string */
#define HOIST_UNFINISHED_PAGE_TYPE "(aa{sv}s)"

/* What a path may have, so that a journal takes it. */
#define HOIST_UNFINISHED_MAX_PATH_BYTES 4000

/* What `next` may have: what the API allows, and room to spare. */
#define HOIST_UNFINISHED_MAX_CURSOR_BYTES 8192

HoistUnfinished *hoist_unfinished_new (const char *upload_id, const char *key);
HoistUnfinished *hoist_unfinished_copy (const HoistUnfinished *unfinished);
void hoist_unfinished_free (HoistUnfinished *unfinished);
const char *hoist_unfinished_get_name (const HoistUnfinished *unfinished);
gint64 hoist_unfinished_get_last_us (const HoistUnfinished *unfinished);
char *hoist_unfinished_dup_id (const HoistUnfinished *unfinished);
GVariant *hoist_unfinished_to_variant (const HoistUnfinished *unfinished);
HoistUnfinished *hoist_unfinished_from_variant (GVariant *variant, GError **error);

HoistUnfinishedPage *hoist_unfinished_page_new (void);
void hoist_unfinished_page_free (HoistUnfinishedPage *page);
GVariant *hoist_unfinished_page_to_variant (const HoistUnfinishedPage *page);
HoistUnfinishedPage *hoist_unfinished_page_from_variant (GVariant *variant, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistUnfinished, hoist_unfinished_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistUnfinishedPage, hoist_unfinished_page_free)

G_END_DECLS
