/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looking things up, what was left unfinished, and links. */

#include "config.h"

#include "hoist-api-messages.h"
#include "hoist-conformance-private.h"

/* How much later the second of two requests may be answered. */
#define MAX_CONFORMANCE_S 600

static HoistConformanceVerdict
check_stat (HoistConformanceRun *run)
{
  g_autofree char *key = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *missing_key = NULL;
  g_autofree char *body = NULL;
  g_autoptr (HoistConformanceAnswer) answer = NULL;
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GError) error = NULL;
  const HoistStatReply *there;
  const HoistStatReply *not_there;

  if (!run->capabilities->can_stat)
    return hoist_conformance_skip (run, "“stat” is false");
  if (!run->completed)
    return hoist_conformance_skip (run, "no object was completed");
  if (run->capabilities->max_stat_objects < 2)
    return hoist_conformance_skip (run, "“maxObjectsPerStat” is 1");
  key = hoist_conformance_quote (run->key);
  missing_key = g_strconcat (run->key, "-is-not-there", NULL);
  missing = hoist_conformance_quote (missing_key);
  body = g_strdup_printf ("{\"objects\": [{\"key\": %s}, {\"key\": %s}]}", key, missing);
  answer = hoist_conformance_ask (run, "POST", "/stat", body);
  if (!hoist_conformance_is_success (run, answer))
    return HOIST_CONFORMANCE_FAILED;
  g_ptr_array_add (keys, run->key);
  g_ptr_array_add (keys, missing_key);
  replies = hoist_api_parse_stat (answer->body, keys, &error);
  if (replies == NULL)
    return hoist_conformance_fail_by (run, error);
  there = replies->pdata[0];
  not_there = replies->pdata[1];
  if (there->object == NULL)
    return hoist_conformance_fail (run, "The object that was completed is not found");
  if (!g_error_matches (not_there->error, HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE))
    return hoist_conformance_fail (run, "A key without an object has no “error” upload_gone");
  return HOIST_CONFORMANCE_PASSED;
}

/* The prefix is what a key has before the path; without one every key is allowed. */
static HoistConformanceVerdict
check_other_prefix (HoistConformanceRun *run)
{
  g_autofree char *path = g_build_path ("/", run->folder, "parts", NULL);
  g_autoptr (HoistConformanceAnswer) answer = NULL;
  g_autofree char *body = NULL;

  if (run->key == NULL || !g_str_has_suffix (run->key, path) || g_str_equal (run->key, path))
    return hoist_conformance_skip (run, "the token has no prefix that could be told from a key");
  body = g_strdup_printf ("{\"uploadId\": \"x\", \"key\": \"%s\"}", path);
  answer = hoist_conformance_ask (run, "POST", "/abort", body);
  return hoist_conformance_expect_error (run, answer, 403, "forbidden");
}

static HoistConformanceVerdict
begin_another (HoistConformanceRun *run)
{
  guint64 part_bytes = run->capabilities->limits.min_part_bytes;
  g_autofree char *body = g_strdup_printf (
    "{\"fileName\": \"left\", \"path\": \"%s/left\", \"size\": %" G_GUINT64_FORMAT
    ", \"contentType\": \"text/plain\", \"multipart\": true, \"partSize\": %" G_GUINT64_FORMAT
    ", \"totalChunks\": 2}",
    run->folder, 2 * part_bytes, part_bytes);
  g_autoptr (HoistConformanceAnswer) answer =
    hoist_conformance_ask (run, "POST", "/initiate", body);

  if (!hoist_conformance_is_success (run, answer))
    return HOIST_CONFORMANCE_FAILED;
  g_free (run->upload_id);
  g_free (run->key);
  run->upload_id = g_strdup (hoist_conformance_get_text (answer->object, "uploadId"));
  run->key = g_strdup (hoist_conformance_get_text (answer->object, "key"));
  if (run->upload_id != NULL && run->key != NULL)
    return HOIST_CONFORMANCE_PASSED;
  return hoist_conformance_fail (run,
                                 "A bare file is not answered bare, with “uploadId” and “key”");
}

/* Page by page, of one upload each, until the new one is found. */
static HoistConformanceVerdict
check_uploads (HoistConformanceRun *run)
{
  g_autofree char *after = NULL;

  if (begin_another (run) != HOIST_CONFORMANCE_PASSED)
    return HOIST_CONFORMANCE_FAILED;
  if (!run->capabilities->can_list)
    return hoist_conformance_skip (run, "“list” is false");
  for (;;)
    {
      g_autofree char *escaped = after != NULL ? g_uri_escape_string (after, NULL, FALSE) : NULL;
      g_autofree char *path = escaped != NULL
                                ? g_strconcat ("/uploads?limit=1&after=", escaped, NULL)
                                : g_strdup ("/uploads?limit=1");
      g_autoptr (HoistConformanceAnswer) answer = hoist_conformance_ask (run, "GET", path, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistUnfinishedPage) page = NULL;

      if (!hoist_conformance_is_success (run, answer))
        return HOIST_CONFORMANCE_FAILED;
      page = hoist_api_parse_uploads (answer->body, after, &error);
      if (page == NULL)
        return hoist_conformance_fail_by (run, error);
      for (guint i = 0; i < page->uploads->len; i++)
        {
          const HoistUnfinished *upload = page->uploads->pdata[i];

          if (g_str_equal (upload->upload_id, run->upload_id))
            return HOIST_CONFORMANCE_PASSED;
        }
      if (page->next == NULL)
        return hoist_conformance_fail (run, "An upload that was begun is not in the list");
      g_free (after);
      after = g_strdup (page->next);
    }
}

static HoistConformanceVerdict
check_abort (HoistConformanceRun *run)
{
  g_autofree char *upload_id = hoist_conformance_quote (run->upload_id);
  g_autofree char *key = hoist_conformance_quote (run->key);
  g_autofree char *body = g_strdup_printf ("{\"uploadId\": %s, \"key\": %s}", upload_id, key);

  if (run->upload_id == NULL)
    return hoist_conformance_skip (run, "no upload was begun");
  for (guint time = 0; time < 2; time++)
    {
      g_autoptr (HoistConformanceAnswer) answer =
        hoist_conformance_ask (run, "POST", "/abort", body);
      g_autoptr (GError) error = NULL;
      guint remaining = 0;

      if (!hoist_conformance_is_success (run, answer))
        return HOIST_CONFORMANCE_FAILED;
      if (!hoist_api_parse_abort (answer->body, &remaining, &error))
        return hoist_conformance_fail_by (run, error);
      if (remaining != 0)
        return hoist_conformance_fail (run, "%u parts of an upload without any remain", remaining);
    }
  return HOIST_CONFORMANCE_PASSED;
}

static HoistConformanceVerdict
check_share (HoistConformanceRun *run)
{
  g_autofree char *key = NULL;
  g_autofree char *body = NULL;
  g_autoptr (HoistConformanceAnswer) answer = NULL;
  g_autoptr (GBytes) data = NULL;
  const char *url;

  if (!run->capabilities->can_share)
    return hoist_conformance_skip (run, "“share” is false");
  if (!run->completed)
    return hoist_conformance_skip (run, "no object was completed");
  key = hoist_conformance_quote (run->key);
  body = g_strdup_printf ("{\"key\": %s, \"expiresIn\": 60}", key);
  answer = hoist_conformance_ask (run, "POST", "/share", body);
  if (!hoist_conformance_is_success (run, answer))
    return HOIST_CONFORMANCE_FAILED;
  url = hoist_conformance_get_text (answer->object, "url");
  if (url == NULL || hoist_conformance_get_text (answer->object, "expiresAt") == NULL)
    return hoist_conformance_fail (run, "The answer has no “url” or no “expiresAt”");
  data = hoist_conformance_get (run, url);
  if (data == NULL)
    return HOIST_CONFORMANCE_FAILED;
  if (g_bytes_get_size (data) !=
      g_bytes_get_size (run->parts[0]) + g_bytes_get_size (run->parts[1]))
    return hoist_conformance_fail (run, "The link gives something else than was sent");
  return HOIST_CONFORMANCE_PASSED;
}

static gint64
ask_for_expiry (HoistConformanceRun *run, gint64 expires_in_s)
{
  g_autofree char *key = hoist_conformance_quote (run->key);
  g_autofree char *body =
    g_strdup_printf ("{\"key\": %s, \"expiresIn\": %" G_GINT64_FORMAT "}", key, expires_in_s);
  g_autoptr (HoistConformanceAnswer) answer = hoist_conformance_ask (run, "POST", "/share", body);
  const char *text;
  g_autoptr (GDateTime) expires = NULL;

  if (!hoist_conformance_is_success (run, answer))
    return 0;
  text = hoist_conformance_get_text (answer->object, "expiresAt");
  expires = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  if (expires == NULL)
    hoist_conformance_fail (run, "“expiresAt” is not a time");
  return expires != NULL ? g_date_time_to_unix (expires) : 0;
}

/* By the times of two answers, so that no clock of ours has to be right. */
static HoistConformanceVerdict
check_share_limit (HoistConformanceRun *run)
{
  gint64 soon_s;
  gint64 late_s;

  if (!run->capabilities->can_share)
    return hoist_conformance_skip (run, "“share” is false");
  if (!run->completed)
    return hoist_conformance_skip (run, "no object was completed");
  soon_s = ask_for_expiry (run, 1);
  late_s = soon_s > 0 ? ask_for_expiry (run, 10 * HOIST_SHARE_MAX_S) : 0;
  if (soon_s == 0 || late_s == 0)
    return HOIST_CONFORMANCE_FAILED;
  if (late_s - soon_s <= HOIST_SHARE_MAX_S + MAX_CONFORMANCE_S)
    return HOIST_CONFORMANCE_PASSED;
  return hoist_conformance_fail (run, "A link is said to be good for longer than 7 days");
}

const HoistConformanceRule hoist_conformance_listing_rules[] = {
  { "stat tells what the storage has, and what it has not", check_stat },
  { "share gives a link that anybody can download by", check_share },
  { "share cuts what is longer than 7 days", check_share_limit },
  { "a key outside the token’s prefix is 403 forbidden", check_other_prefix },
  { "uploads tells of an unfinished one, page by page", check_uploads },
  { "abort leaves nothing, and may be sent again", check_abort },
  { NULL, NULL },
};
