/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One multipart upload, from its beginning to its end. */

#include "config.h"

#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-conformance-private.h"

#define LAST_PART_BYTES 1000

static GBytes *
make_part (gsize length, guint8 fill)
{
  guint8 *data = g_malloc (length);

  memset (data, fill, length);
  return g_bytes_new_take (data, length);
}

static HoistConformanceVerdict
check_begin (HoistConformanceRun *run)
{
  guint64 part_bytes = run->capabilities->limits.min_part_bytes;
  g_autofree char *body = g_strdup_printf (
    "{\"files\": [{\"fileName\": \"parts\", \"path\": \"%s/parts\", \"size\": %" G_GUINT64_FORMAT
    ", \"contentType\": \"application/octet-stream\", \"multipart\": true, "
    "\"partSize\": %" G_GUINT64_FORMAT ", \"totalChunks\": 2}]}",
    run->folder, part_bytes + LAST_PART_BYTES, part_bytes);
  g_autoptr (HoistConformanceAnswer) answer =
    hoist_conformance_ask (run, "POST", "/initiate", body);
  JsonObject *file;

  if (!hoist_conformance_is_success (run, answer))
    return HOIST_CONFORMANCE_FAILED;
  file = hoist_conformance_get_item (answer->object, "files", 0);
  if (hoist_conformance_get_text (file, "uploadId") == NULL ||
      hoist_conformance_get_text (file, "key") == NULL)
    return hoist_conformance_fail (run, "The file has no “uploadId” or no “key”");
  if (hoist_conformance_get_number (file, "partSize") != (gint64) part_bytes)
    return hoist_conformance_fail (run, "“partSize” is not the one that was asked for, although it "
                                        "is within the limits");
  run->upload_id = g_strdup (hoist_conformance_get_text (file, "uploadId"));
  run->key = g_strdup (hoist_conformance_get_text (file, "key"));
  run->parts[0] = make_part (part_bytes, 'a');
  run->parts[1] = make_part (LAST_PART_BYTES, 'b');
  return HOIST_CONFORMANCE_PASSED;
}

/* `{"uploadId": …, "key": …, "parts": [` */
static GString *
open_parts (HoistConformanceRun *run)
{
  g_autofree char *upload_id = hoist_conformance_quote (run->upload_id);
  g_autofree char *key = hoist_conformance_quote (run->key);
  GString *body = g_string_new (NULL);

  g_string_printf (body, "{\"uploadId\": %s, \"key\": %s, \"parts\": [", upload_id, key);
  return body;
}

static HoistConformanceAnswer *
sign_numbers (HoistConformanceRun *run, int first, int last)
{
  g_autoptr (GString) body = open_parts (run);
  g_autofree char *digest = hoist_conformance_digest_member (run, run->parts[0]);

  for (int number = first; number <= last; number++)
    g_string_append_printf (body, "%s{\"partNumber\": %d%s}", number > first ? "," : "", number,
                            digest);
  g_string_append (body, "]}");
  return hoist_conformance_ask (run, "POST", "/sign", body->str);
}

static HoistConformanceVerdict
check_sign_refusals (HoistConformanceRun *run)
{
  int too_many = (int) run->capabilities->max_sign_parts + 1;
  const int ranges[][2] = { { 0, 0 }, { -1, -1 }, { 10001, 10001 }, { 2, 1 }, { 1, too_many } };

  if (run->upload_id == NULL)
    return hoist_conformance_skip (run, "no upload was begun");
  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autoptr (HoistConformanceAnswer) answer = NULL;
      g_autofree char *detail = NULL;

      if (ranges[i][1] > HOIST_S3_MAX_PARTS && ranges[i][0] == 1)
        continue;
      answer = sign_numbers (run, ranges[i][0], ranges[i][1]);
      if (hoist_conformance_expect_error (run, answer, 400, "bad_request") ==
          HOIST_CONFORMANCE_PASSED)
        continue;
      detail = g_steal_pointer (&run->detail);
      return hoist_conformance_fail (run, "%s (asked for parts %d to %d)", detail, ranges[i][0],
                                     ranges[i][1]);
    }
  return HOIST_CONFORMANCE_PASSED;
}

/* Signs one part for the right bytes, and sends some. */
static gboolean
send_part (HoistConformanceRun *run, guint index, GBytes *data, guint *status, char **etag)
{
  g_autoptr (GString) body = open_parts (run);
  g_autofree char *digest = hoist_conformance_digest_member (run, run->parts[index]);
  g_autoptr (HoistConformanceAnswer) answer = NULL;
  JsonObject *url;

  g_string_append_printf (body, "{\"partNumber\": %u%s}]}", index + 1, digest);
  answer = hoist_conformance_ask (run, "POST", "/sign", body->str);
  if (!hoist_conformance_is_success (run, answer))
    return FALSE;
  url = hoist_conformance_get_item (answer->object, "urls", 0);
  if (hoist_conformance_get_number (url, "partNumber") != index + 1)
    {
      hoist_conformance_fail (run, "“urls” has not the part that was asked for");
      return FALSE;
    }
  return hoist_conformance_put (run, url, data, status, etag);
}

static HoistConformanceVerdict
check_damaged (HoistConformanceRun *run)
{
  g_autoptr (GBytes) damaged = make_part (LAST_PART_BYTES, 'c');
  guint status = 0;

  if (run->upload_id == NULL)
    return hoist_conformance_skip (run, "no upload was begun");
  if (run->capabilities->digest_kind == HOIST_DIGEST_NONE)
    return hoist_conformance_skip (run, "“checksum” is none");
  if (!send_part (run, 1, damaged, &status, NULL))
    return HOIST_CONFORMANCE_FAILED;
  if (status < 400 || status >= 500)
    return hoist_conformance_fail (
      run, "The storage answered %u to other bytes than were signed for", status);
  return HOIST_CONFORMANCE_PASSED;
}

/* The last one first, since parts travel in any order. */
static HoistConformanceVerdict
check_send (HoistConformanceRun *run)
{
  if (run->upload_id == NULL)
    return hoist_conformance_skip (run, "no upload was begun");
  for (guint index = HOIST_CONFORMANCE_N_PARTS; index-- > 0;)
    {
      guint status = 0;

      if (!send_part (run, index, run->parts[index], &status, &run->etags[index]))
        return HOIST_CONFORMANCE_FAILED;
      if (status != SOUP_STATUS_OK || run->etags[index] == NULL)
        return hoist_conformance_fail (run, "The storage answered part %u with %u%s", index + 1,
                                       status, run->etags[index] == NULL ? " and no ETag" : "");
    }
  return HOIST_CONFORMANCE_PASSED;
}

static char *
query_of (HoistConformanceRun *run, const char *path)
{
  g_autofree char *upload_id = g_uri_escape_string (run->upload_id, NULL, FALSE);
  g_autofree char *key = g_uri_escape_string (run->key, NULL, FALSE);

  return g_strdup_printf ("%s?uploadId=%s&key=%s", path, upload_id, key);
}

static HoistConformanceVerdict
check_status (HoistConformanceRun *run)
{
  g_autofree char *path = NULL;
  g_autoptr (HoistConformanceAnswer) answer = NULL;

  if (run->etags[0] == NULL)
    return hoist_conformance_skip (run, "no parts were sent");
  path = query_of (run, "/status");
  answer = hoist_conformance_ask (run, "GET", path, NULL);
  if (!hoist_conformance_is_success (run, answer))
    return HOIST_CONFORMANCE_FAILED;
  for (guint index = 0; index < HOIST_CONFORMANCE_N_PARTS; index++)
    {
      JsonObject *part = hoist_conformance_get_item (answer->object, "parts", index);
      g_autofree char *etag =
        hoist_api_strip_quotes (g_strdup (hoist_conformance_get_text (part, "etag")));

      if (hoist_conformance_get_number (part, "partNumber") != index + 1 ||
          hoist_conformance_get_number (part, "size") !=
            (gint64) g_bytes_get_size (run->parts[index]) ||
          g_strcmp0 (etag, run->etags[index]) != 0)
        return hoist_conformance_fail (run, "“parts” does not say what was sent as part %u",
                                       index + 1);
    }
  if (hoist_conformance_get_item (answer->object, "parts", HOIST_CONFORMANCE_N_PARTS) != NULL)
    return hoist_conformance_fail (run, "“parts” has more than was sent");
  return HOIST_CONFORMANCE_PASSED;
}

static HoistConformanceAnswer *
complete (HoistConformanceRun *run, guint first, gboolean right)
{
  g_autoptr (GString) body = open_parts (run);

  for (guint index = first; index < HOIST_CONFORMANCE_N_PARTS; index++)
    {
      g_autofree char *digest = hoist_conformance_digest_member (run, run->parts[index]);
      g_autofree char *etag =
        hoist_conformance_quote (right ? run->etags[index] : "0123456789abcdef0123456789abcdef");

      g_string_append_printf (body, "%s{\"partNumber\": %u, \"etag\": %s%s}",
                              index > first ? "," : "", index + 1, etag, digest);
    }
  g_string_append (body, "]}");
  return hoist_conformance_ask (run, "POST", "/complete", body->str);
}

static HoistConformanceVerdict
check_wrong_etags (HoistConformanceRun *run)
{
  g_autoptr (HoistConformanceAnswer) answer = NULL;

  if (run->etags[0] == NULL)
    return hoist_conformance_skip (run, "no parts were sent");
  answer = complete (run, 0, FALSE);
  return hoist_conformance_expect_error (run, answer, 409, "incomplete");
}

static HoistConformanceVerdict
check_object (HoistConformanceRun *run, HoistConformanceAnswer *answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistObject) object = NULL;
  guint64 size_bytes = 0;

  if (!hoist_conformance_is_success (run, answer))
    return HOIST_CONFORMANCE_FAILED;
  object = hoist_api_parse_complete (answer->body, &error);
  if (object == NULL)
    return hoist_conformance_fail_by (run, error);
  for (guint index = 0; index < HOIST_CONFORMANCE_N_PARTS; index++)
    size_bytes += g_bytes_get_size (run->parts[index]);
  if (object->size_bytes != size_bytes)
    return hoist_conformance_fail (run, "“size” is not the sum of the parts");
  if (g_strcmp0 (object->key, run->key) != 0)
    return hoist_conformance_fail (run, "“key” is another one than initiate said");
  return HOIST_CONFORMANCE_PASSED;
}

static HoistConformanceVerdict
check_complete (HoistConformanceRun *run)
{
  g_autoptr (HoistConformanceAnswer) answer = NULL;
  HoistConformanceVerdict verdict;

  if (run->etags[0] == NULL)
    return hoist_conformance_skip (run, "no parts were sent");
  answer = complete (run, 0, TRUE);
  verdict = check_object (run, answer);
  run->completed = verdict == HOIST_CONFORMANCE_PASSED;
  return verdict;
}

/* Its answer may have got lost. */
static HoistConformanceVerdict
check_complete_again (HoistConformanceRun *run)
{
  g_autoptr (HoistConformanceAnswer) answer = NULL;

  if (!run->completed)
    return hoist_conformance_skip (run, "the upload was not completed");
  answer = complete (run, 0, TRUE);
  return check_object (run, answer);
}

static HoistConformanceVerdict
check_gone (HoistConformanceRun *run)
{
  g_autofree char *path = NULL;
  g_autoptr (HoistConformanceAnswer) answer = NULL;

  if (!run->completed)
    return hoist_conformance_skip (run, "the upload was not completed");
  path = query_of (run, "/status");
  answer = hoist_conformance_ask (run, "GET", path, NULL);
  return hoist_conformance_expect_error (run, answer, 404, "upload_gone");
}

const HoistConformanceRule hoist_conformance_part_rules[] = {
  { "a multipart upload begins with the part size that was asked for", check_begin },
  { "sign refuses part numbers outside 1 to 10,000, none, and too many", check_sign_refusals },
  { "a part that arrives damaged is refused by the storage", check_damaged },
  { "parts arrive in any order, each with its ETag", check_send },
  { "status tells all parts, in ascending order", check_status },
  { "complete with other ETags is 409 incomplete", check_wrong_etags },
  { "complete makes the object, and tells its size", check_complete },
  { "complete that is sent again answers the same", check_complete_again },
  { "status of an upload that is no more is 404 upload_gone", check_gone },
  { NULL, NULL },
};
