/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-objects.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "hoist-s3-xml.h"
#include "hoist-store-faults.h"
#include "hoist-store-files.h"
#include "hoist-store-keys.h"

/* Amazon S3 API Reference, GetObject: what the query may put in a header's place. */
#define OVERRIDE_PREFIX "response-"

/* Amazon S3 API Reference, PutObject: what an object without a type is given. */
#define DEFAULT_CONTENT_TYPE "binary/octet-stream"

static gboolean
parse_position (const char *text, const char *end, guint64 *value)
{
  g_autofree char *digits = g_strndup (text, (gsize) (end - text));

  return g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64, value, NULL);
}

/**
 * hoist_store_range_parse:
 * @header: (nullable): the value of a Range header
 * @size_bytes: the object's size
 * @offset_bytes: (out): where the wanted bytes begin
 * @length_bytes: (out): how many they are
 *
 * Understands a range (RFC 9110, 14.1.2). What is no single range of bytes is
 * passed over, as S3 does.
 *
 * Returns: what it comes to
 */
HoistStoreRange
hoist_store_range_parse (const char *header,
                         guint64 size_bytes,
                         guint64 *offset_bytes,
                         guint64 *length_bytes)
{
  const char *from = header != NULL && g_str_has_prefix (header, "bytes=") ? header + 6 : NULL;
  const char *dash = from != NULL ? strchr (from, '-') : NULL;
  guint64 first = 0;
  guint64 last = G_MAXINT64;

  *offset_bytes = 0;
  *length_bytes = size_bytes;
  if (dash == NULL || (dash > from && !parse_position (from, dash, &first)) ||
      (dash[1] != '\0' && !parse_position (dash + 1, dash + strlen (dash), &last)) ||
      (dash == from && dash[1] == '\0') || first > last)
    return HOIST_STORE_RANGE_NONE;
  if (dash == from)
    {
      /* The last so many bytes. */
      if (last == 0 || size_bytes == 0)
        return HOIST_STORE_RANGE_UNSATISFIABLE;
      *length_bytes = MIN (last, size_bytes);
      *offset_bytes = size_bytes - *length_bytes;
      return HOIST_STORE_RANGE_PART;
    }
  if (first >= size_bytes)
    return HOIST_STORE_RANGE_UNSATISFIABLE;
  *offset_bytes = first;
  *length_bytes = MIN (last, size_bytes - 1) - first + 1;
  return HOIST_STORE_RANGE_PART;
}

/**
 * hoist_store_check_object:
 * @tree: the store's tree
 * @call: PutObject
 *
 * Tells whether an object is welcome, before its bytes come.
 *
 * Returns: (transfer full) (nullable): the reason why not; null: it is
 */
HoistS3Fault *
hoist_store_check_object (HoistStoreTree *tree, const HoistStoreCall *call)
{
  HoistS3Fault *fault = hoist_store_key_check_room (tree, call->key);
  g_auto (HoistStoreFd) fd = -1;

  if (fault != NULL || !call->exclusive)
    return fault;
  fd = hoist_store_key_open (tree, call->key);
  return fd >= 0 ? hoist_store_fault_precondition () : NULL;
}

/**
 * hoist_store_put_object:
 * @tree: the store's tree
 * @call: PutObject
 * @intake: an open intake that has the whole body
 *
 * Keeps an object. Blocks until it is on the disk.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_put_object (HoistStoreTree *tree, const HoistStoreCall *call, HoistStoreIntake *intake)
{
  HoistS3Fault *fault = hoist_store_intake_check (intake, call);
  g_autoptr (HoistStoreMeta) meta = NULL;
  HoistStoreReply *reply;

  if (fault == NULL)
    {
      meta = hoist_store_meta_new (intake->etag, intake->checksum_sha256);
      hoist_s3_pairs_free (meta->headers);
      meta->headers = hoist_s3_pairs_copy (call->kept);
      fault = hoist_store_temp_seal (intake->temp, meta);
    }
  if (fault == NULL)
    fault = hoist_store_temp_place (intake->temp, call->key, call->exclusive);
  if (fault != NULL)
    return hoist_store_reply_new_fault (fault);
  reply = hoist_store_reply_new (200);
  hoist_store_reply_add_etag (reply, intake->etag);
  if (intake->checksum_sha256 != NULL)
    {
      hoist_store_reply_add (reply, "x-amz-checksum-sha256", intake->checksum_sha256);
      hoist_store_reply_add (reply, "x-amz-checksum-type", "FULL_OBJECT");
    }
  if (call->sum != NULL)
    hoist_store_reply_add (reply, hoist_store_sum_kind_get_header (call->sum_kind), call->sum);
  return reply;
}

/* Whether a list of ETags names one (RFC 9110, 13.1). */
static gboolean
names_etag (const char *header, const char *etag)
{
  g_auto (GStrv) entries = g_strsplit (header, ",", -1);

  for (guint i = 0; entries[i] != NULL; i++)
    {
      g_autofree char *bare = hoist_s3_etag_strip (g_strstrip (entries[i]));

      if (g_str_equal (bare, "*") || g_str_equal (bare, etag))
        return TRUE;
    }
  return FALSE;
}

/* Returns: 0, or the status of a condition that does not hold. */
static guint
check_conditions (const HoistStoreCall *call, const HoistStoreMeta *meta)
{
  const char *match = hoist_s3_pairs_lookup_header (call->headers, "if-match");
  const char *none_match = hoist_s3_pairs_lookup_header (call->headers, "if-none-match");

  if (match != NULL && !names_etag (match, meta->etag))
    return 412;
  if (none_match != NULL && names_etag (none_match, meta->etag))
    return 304;
  return 0;
}

static void
add_kept_headers (HoistStoreReply *reply, const HoistStoreCall *call, const HoistStoreMeta *meta)
{
  gboolean has_type = FALSE;

  for (guint i = 0; i < hoist_s3_pairs_get_length (call->query); i++)
    {
      const char *name = hoist_s3_pairs_get_name (call->query, i);

      if (g_str_has_prefix (name, OVERRIDE_PREFIX))
        hoist_store_reply_add (reply, name + strlen (OVERRIDE_PREFIX),
                               hoist_s3_pairs_get_value (call->query, i));
      has_type = has_type || g_str_equal (name, OVERRIDE_PREFIX "content-type");
    }
  for (guint i = 0; i < hoist_s3_pairs_get_length (meta->headers); i++)
    {
      const char *name = hoist_s3_pairs_get_name (meta->headers, i);
      g_autofree char *override = g_strconcat (OVERRIDE_PREFIX, name, NULL);

      if (hoist_s3_pairs_lookup (call->query, override) == NULL)
        hoist_store_reply_add (reply, name, hoist_s3_pairs_get_value (meta->headers, i));
      has_type = has_type || g_str_equal (name, "content-type");
    }
  if (!has_type)
    hoist_store_reply_add (reply, "content-type", DEFAULT_CONTENT_TYPE);
}

static void
add_checksum (HoistStoreReply *reply, const HoistStoreCall *call, const HoistStoreMeta *meta)
{
  const char *mode = hoist_s3_pairs_lookup_header (call->headers, "x-amz-checksum-mode");

  if (mode == NULL || g_ascii_strcasecmp (mode, "ENABLED") != 0 || meta->checksum_sha256 == NULL)
    return;
  hoist_store_reply_add (reply, "x-amz-checksum-sha256", meta->checksum_sha256);
  hoist_store_reply_add (reply, "x-amz-checksum-type",
                         strchr (meta->checksum_sha256, '-') != NULL ? "COMPOSITE" : "FULL_OBJECT");
}

static char *
format_modified (const struct stat *info)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (info->st_mtim.tv_sec);

  /* RFC 9110, 5.6.7; not by the locale. */
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  return g_strdup_printf ("%s, %02d %s %04d %02d:%02d:%02d GMT",
                          days[g_date_time_get_day_of_week (time) - 1],
                          g_date_time_get_day_of_month (time),
                          months[g_date_time_get_month (time) - 1], g_date_time_get_year (time),
                          g_date_time_get_hour (time), g_date_time_get_minute (time),
                          g_date_time_get_second (time));
}

static HoistStoreReply *
new_object_reply (const HoistStoreCall *call, const HoistStoreMeta *meta, const struct stat *info)
{
  const char *range = hoist_s3_pairs_lookup_header (call->headers, "range");
  g_autofree char *modified = format_modified (info);
  guint64 size_bytes = (guint64) info->st_size;
  guint64 offset_bytes;
  guint64 length_bytes;
  HoistStoreRange wanted =
    hoist_store_range_parse (range, size_bytes, &offset_bytes, &length_bytes);
  HoistStoreReply *reply;
  g_autofree char *where = NULL;

  if (wanted == HOIST_STORE_RANGE_UNSATISFIABLE)
    {
      where = g_strdup_printf ("bytes */%" G_GUINT64_FORMAT, size_bytes);
      reply = hoist_store_reply_new_fault (
        hoist_s3_fault_new ("InvalidRange", "The requested range is not satisfiable"));
      hoist_store_reply_add (reply, "Content-Range", where);
      return reply;
    }
  reply = hoist_store_reply_new (wanted == HOIST_STORE_RANGE_PART ? 206 : 200);
  reply->offset_bytes = offset_bytes;
  reply->length_bytes = length_bytes;
  if (wanted == HOIST_STORE_RANGE_PART)
    {
      where =
        g_strdup_printf ("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                         offset_bytes, offset_bytes + length_bytes - 1, size_bytes);
      hoist_store_reply_add (reply, "Content-Range", where);
    }
  hoist_store_reply_add (reply, "Accept-Ranges", "bytes");
  hoist_store_reply_add (reply, "Last-Modified", modified);
  add_kept_headers (reply, call, meta);
  return reply;
}

/**
 * hoist_store_get_object:
 * @tree: the store's tree
 * @call: GetObject or HeadObject
 *
 * Finds an object.
 *
 * Returns: (transfer full): the answer, with an open file where its bytes are
 *   wanted
 */
HoistStoreReply *
hoist_store_get_object (HoistStoreTree *tree, const HoistStoreCall *call)
{
  g_auto (HoistStoreFd) fd = hoist_store_key_open (tree, call->key);
  g_autoptr (HoistStoreMeta) meta = NULL;
  HoistStoreReply *reply;
  struct stat info;
  guint status;

  if (fd < 0 || fstat (fd, &info) != 0)
    return hoist_store_reply_new_fault (
      errno == ENOENT ? hoist_store_fault_no_such_key ()
                      : hoist_store_fault_from_errno (errno, "Opening the object"));
  meta = hoist_store_meta_load (tree, fd, &info, TRUE);
  status = check_conditions (call, meta);
  if (status == 412)
    return hoist_store_reply_new_fault (hoist_store_fault_precondition ());
  if (status == 304)
    reply = hoist_store_reply_new (304);
  else
    reply = new_object_reply (call, meta, &info);
  if (reply->fault != NULL)
    return reply;
  hoist_store_reply_add_etag (reply, meta->etag);
  if (status == 0)
    add_checksum (reply, call, meta);
  if (status == 0 && call->operation == HOIST_STORE_GET_OBJECT)
    reply->fd = hoist_store_fd_steal (&fd);
  return reply;
}

/**
 * hoist_store_delete_object:
 * @tree: the store's tree
 * @call: DeleteObject
 *
 * Removes an object, if it is there. Blocks until that is on the disk.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_delete_object (HoistStoreTree *tree, const HoistStoreCall *call)
{
  HoistS3Fault *fault = hoist_store_key_remove (tree, call->key);

  return fault != NULL ? hoist_store_reply_new_fault (fault) : hoist_store_reply_new (204);
}
