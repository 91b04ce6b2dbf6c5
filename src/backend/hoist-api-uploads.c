/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GET uploads: what is unfinished, page by page, and on request how much each has. */

#include <string.h>

#include "hoist-api-handlers.h"
#include "hoist-s3-cursor.h"

/* docs/upload-api.md, «GET {base}/uploads» */
#define MAX_UPLOADS 1000
#define MAX_DETAILED 100

/* Listings of parts under way at a time for one call. */
#define MAX_LISTINGS 8

/* How much an upload has. */
typedef struct
{
  gboolean known;
  gboolean gone;
  guint64 size_bytes;
  guint n_parts;
  guint64 part_bytes; /* 0 = cannot be told */
  gint64 modified_s;
} Detail;

typedef struct
{
  HoistApiCall *call; /* (owned) */
  GRegex *reader;     /* (owned) (nullable) */
  gboolean detailed;

  /* in progress */
  HoistS3UploadsResult *page; /* (owned) (nullable) */
  GPtrArray *uploads; /* (owned) (element-type HoistS3Unfinished) borrowed: the token's own */
  Detail *details;    /* (owned) (nullable) one for each of @uploads */
  guint next;
  guint n_pending; /* from 1, so that it does not end while it begins */
} Listing;

/* A listing of one upload's parts that runs. */
typedef struct
{
  Listing *listing;
  guint index;
} Look;

static void
listing_free (Listing *listing)
{
  g_clear_pointer (&listing->reader, g_regex_unref);
  g_clear_pointer (&listing->page, hoist_s3_uploads_result_free);
  g_clear_pointer (&listing->uploads, g_ptr_array_unref);
  g_free (listing->details);
  g_free (listing);
}

/* --- Where a page begins ---------------------------------------------------------------------- */

/* Whatever it says, the storage is asked for the token's own prefix only. */
static gboolean
read_cursor (const char *text, char **key_marker, char **id_marker, GError **error)
{
  if (text == NULL || hoist_s3_cursor_parse (text, key_marker, id_marker))
    return TRUE;
  g_set_error_literal (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST,
                       "“after” is not what the page before gave as “next”");
  return FALSE;
}

/* --- The answer ------------------------------------------------------------------------------- */

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const char *name, guint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

static void
add_time (JsonBuilder *builder, const char *name, gint64 real_s)
{
  g_autofree char *text = hoist_api_format_time (real_s);

  add_string (builder, name, text);
}

static void
add_detail (JsonBuilder *builder, const Detail *detail)
{
  if (!detail->known)
    return;
  add_number (builder, "size", detail->size_bytes);
  add_number (builder, "partCount", detail->n_parts);
  if (detail->part_bytes > 0)
    add_number (builder, "partSize", detail->part_bytes);
  if (detail->modified_s > 0)
    add_time (builder, "modified", detail->modified_s);
}

static void
add_upload (Listing *listing, JsonBuilder *builder, const HoistS3Unfinished *upload)
{
  gboolean is_whole;
  g_autofree char *path = hoist_key_read_path (listing->reader, upload->key, &is_whole);
  const char *slash = path != NULL ? strrchr (path, '/') : NULL;

  add_string (builder, "uploadId", upload->upload_id);
  add_string (builder, "key", upload->key);
  add_time (builder, "initiated", upload->initiated_s);
  if (is_whole)
    add_string (builder, "path", path);
  if (path != NULL)
    add_string (builder, "fileName", slash != NULL ? slash + 1 : path);
  if (g_strcmp0 (upload->checksum_algorithm, "SHA256") == 0)
    add_string (builder, "checksum", "sha256");
}

static void
reply (Listing *listing)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  add_time (builder, "now", g_get_real_time () / G_USEC_PER_SEC);
  if (listing->page->is_truncated)
    {
      g_autofree char *next = hoist_s3_cursor_format (listing->page);

      add_string (builder, "next", next);
    }
  json_builder_set_member_name (builder, "uploads");
  json_builder_begin_array (builder);
  for (guint i = 0; i < listing->uploads->len; i++)
    {
      if (listing->details != NULL && listing->details[i].gone)
        continue;
      json_builder_begin_object (builder);
      add_upload (listing, builder, g_ptr_array_index (listing->uploads, i));
      if (listing->details != NULL)
        add_detail (builder, &listing->details[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  hoist_api_call_reply (listing->call, builder);
  listing_free (listing);
}

/* --- How much each has ------------------------------------------------------------------------ */

/* All parts are equally long but for the last, so one that is not the last tells it. */
static void
sum_up (Detail *detail, GPtrArray *parts)
{
  detail->known = TRUE;
  detail->n_parts = parts->len;
  for (guint i = 0; i < parts->len; i++)
    {
      const HoistS3Part *part = g_ptr_array_index (parts, i);

      detail->size_bytes += part->size_bytes;
      detail->modified_s = MAX (detail->modified_s, part->modified_s);
      if (i + 1 < parts->len)
        detail->part_bytes = MAX (detail->part_bytes, part->size_bytes);
    }
}

static void look_at_next (Listing *listing);

static void
release (Listing *listing)
{
  if (--listing->n_pending == 0)
    reply (listing);
}

/* One that cannot be listed is shown without details; one that is gone is not unfinished. */
static void
parts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Look *look = user_data;
  Listing *listing = look->listing;
  Detail *detail = &listing->details[look->index];
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts =
    hoist_storage_list_parts_finish (HOIST_STORAGE (source), result, &error);

  if (parts != NULL)
    sum_up (detail, parts);
  else
    detail->gone = g_error_matches (error, HOIST_API_ERROR, HOIST_API_ERROR_UPLOAD_GONE);
  look_at_next (listing);
  release (listing);
}

static void
look_at_next (Listing *listing)
{
  const HoistS3Unfinished *upload;
  Look *look;

  if (listing->next >= listing->uploads->len || listing->call->gone)
    return;
  look = g_new0 (Look, 1);
  look->listing = listing;
  look->index = listing->next++;
  upload = g_ptr_array_index (listing->uploads, look->index);
  listing->n_pending++;
  hoist_storage_list_parts_async (listing->call->storage, upload->key, upload->upload_id, parts_cb,
                                  look);
}

/* The storage was asked for this prefix; that it kept to it is looked at. A key that no call
 * takes was not made by us. */
static gboolean
is_ours (const HoistApiCall *call, const HoistS3Unfinished *upload)
{
  return hoist_api_call_check_key (call, upload->key, NULL) &&
         strlen (upload->upload_id) <= HOIST_API_MAX_UPLOAD_ID_BYTES;
}

static void
uploads_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Listing *listing = user_data;
  g_autoptr (GError) error = NULL;

  listing->page = hoist_storage_list_uploads_finish (HOIST_STORAGE (source), result, &error);
  if (listing->page == NULL)
    {
      hoist_api_call_fail (listing->call, g_steal_pointer (&error));
      listing_free (listing);
      return;
    }
  listing->uploads = g_ptr_array_new ();
  for (guint i = 0; i < listing->page->uploads->len; i++)
    if (is_ours (listing->call, g_ptr_array_index (listing->page->uploads, i)))
      g_ptr_array_add (listing->uploads, g_ptr_array_index (listing->page->uploads, i));

  listing->n_pending = 1;
  if (listing->detailed)
    {
      listing->details = g_new0 (Detail, MAX (listing->uploads->len, 1));
      for (guint i = 0; i < MAX_LISTINGS; i++)
        look_at_next (listing);
    }
  release (listing);
}

/* --- The question ----------------------------------------------------------------------------- */

static const char *
get_query (const HoistApiCall *call, const char *name)
{
  return call->query != NULL ? g_hash_table_lookup (call->query, name) : NULL;
}

static gboolean
read_limit (const HoistApiCall *call, guint most, guint *limit, GError **error)
{
  const char *text = get_query (call, "limit");
  guint64 number;

  *limit = most;
  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, MAX_UPLOADS, &number, NULL))
    {
      g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST,
                   "“limit” must be a number from 1 to %d", MAX_UPLOADS);
      return FALSE;
    }
  *limit = MIN ((guint) number, most);
  return TRUE;
}

static gboolean
read_details (const HoistApiCall *call, gboolean *details, GError **error)
{
  const char *text = get_query (call, "details");

  *details = g_strcmp0 (text, "true") == 0;
  if (text == NULL || *details || strcmp (text, "false") == 0)
    return TRUE;
  g_set_error_literal (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST,
                       "“details” must be true or false");
  return FALSE;
}

/**
 * hoist_api_handle_uploads:
 * @call: (transfer full): the call
 *
 * Answers `GET uploads`: a page of the unfinished uploads below the token's prefix.
 */
void
hoist_api_handle_uploads (HoistApiCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key_marker = NULL;
  g_autofree char *id_marker = NULL;
  gboolean details;
  guint limit;
  Listing *listing;

  if (!call->token->may_list)
    g_set_error_literal (&error, HOIST_API_ERROR, HOIST_API_ERROR_FORBIDDEN,
                         "This token may not list uploads");
  if (error != NULL || !read_details (call, &details, &error) ||
      !read_limit (call, details ? MAX_DETAILED : MAX_UPLOADS, &limit, &error) ||
      !read_cursor (get_query (call, "after"), &key_marker, &id_marker, &error))
    {
      hoist_api_call_fail (call, g_steal_pointer (&error));
      return;
    }
  listing = g_new0 (Listing, 1);
  listing->call = call;
  listing->detailed = details;
  listing->reader =
    hoist_key_template_make_reader (call->key_template, call->token->prefix, call->token->name);
  hoist_storage_list_uploads_async (call->storage, call->token->prefix, key_marker,
                                    id_marker != NULL && *id_marker != '\0' ? id_marker : NULL,
                                    limit, uploads_cb, listing);
}
