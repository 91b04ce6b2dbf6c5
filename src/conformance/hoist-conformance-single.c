/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plain PUTs: small files. */

#include "config.h"

#include <string.h>

#include "hoist-conformance-private.h"

/* What people's files are called. */
#define HARD_NAME "Größe 北 #1?&+%20 'q' \"d\".txt"

/* Begins one file of some bytes; returns the answer and the key. */
static HoistConformanceAnswer *
begin (HoistConformanceRun *run, const char *name, GBytes *data, const char **key)
{
  g_autofree char *path = g_build_path ("/", run->folder, name, NULL);
  g_autofree char *quoted_path = hoist_conformance_quote (path);
  g_autofree char *quoted_name = hoist_conformance_quote (name);
  g_autofree char *digest = hoist_conformance_digest_member (run, data);
  gsize size = g_bytes_get_size (data);
  g_autofree char *body = g_strdup_printf (
    "{\"fileName\": %s, \"path\": %s, \"size\": %" G_GSIZE_FORMAT
    ", \"contentType\": \"text/plain\", \"multipart\": false, \"partSize\": %" G_GSIZE_FORMAT
    ", \"totalChunks\": 1%s}",
    quoted_name, quoted_path, size, size, digest);
  g_autoptr (HoistConformanceAnswer) answer =
    hoist_conformance_ask (run, "POST", "/initiate", body);

  if (!hoist_conformance_is_success (run, answer))
    return NULL;
  *key = hoist_conformance_get_text (answer->object, "key");
  if (*key != NULL && hoist_conformance_get_number (answer->object, "expiresIn") >= 1)
    return g_steal_pointer (&answer);
  hoist_conformance_fail (run, "The answer has no “key”, or no “expiresIn” from 1");
  return NULL;
}

static HoistConformanceAnswer *
complete (HoistConformanceRun *run, const char *key, GBytes *data, const char *etag)
{
  g_autofree char *quoted_key = hoist_conformance_quote (key);
  g_autofree char *quoted_etag = hoist_conformance_quote (etag);
  g_autofree char *digest = hoist_conformance_digest_member (run, data);
  g_autofree char *body = g_strdup_printf (
    "{\"uploadId\": null, \"key\": %s, \"parts\": [{\"partNumber\": 1, \"etag\": %s%s}]}",
    quoted_key, quoted_etag, digest);

  return hoist_conformance_ask (run, "POST", "/complete", body);
}

/* Sends a small file, and gives the ETag. */
static gboolean
send (HoistConformanceRun *run, HoistConformanceAnswer *begun, GBytes *data, char **etag)
{
  guint status = 0;

  if (!hoist_conformance_put (run, hoist_conformance_get_item (begun->object, "urls", 0), data,
                              &status, etag))
    return FALSE;
  if (status == SOUP_STATUS_OK)
    return TRUE;
  hoist_conformance_fail (run, "The storage answered the signed PUT with %u", status);
  return FALSE;
}

static HoistConformanceVerdict
check_sends (HoistConformanceRun *run, const char *name, GBytes *data)
{
  const char *key = NULL;
  g_autoptr (HoistConformanceAnswer) begun = begin (run, name, data, &key);
  g_autoptr (HoistConformanceAnswer) done = NULL;
  g_autofree char *etag = NULL;

  if (begun == NULL || !send (run, begun, data, &etag))
    return HOIST_CONFORMANCE_FAILED;
  done = complete (run, key, data, etag);
  if (!hoist_conformance_is_success (run, done))
    return HOIST_CONFORMANCE_FAILED;
  if (hoist_conformance_get_number (done->object, "size") != (gint64) g_bytes_get_size (data))
    return hoist_conformance_fail (run, "“size” is not what was sent");
  if (g_strcmp0 (hoist_conformance_get_text (done->object, "key"), key) != 0)
    return hoist_conformance_fail (run, "“key” is another one than initiate said");
  return HOIST_CONFORMANCE_PASSED;
}

static HoistConformanceVerdict
check_empty (HoistConformanceRun *run)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("", 0);

  return check_sends (run, "empty", data);
}

static HoistConformanceVerdict
check_name (HoistConformanceRun *run)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("x", 1);

  return check_sends (run, HARD_NAME, data);
}

static HoistConformanceVerdict
check_damaged (HoistConformanceRun *run)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("as it was", 9);
  g_autoptr (GBytes) damaged = g_bytes_new_static ("as it waz", 9);
  const char *key = NULL;
  g_autoptr (HoistConformanceAnswer) begun = NULL;
  guint status = 0;

  if (run->capabilities->digest_kind == HOIST_DIGEST_NONE)
    return hoist_conformance_skip (run, "“checksum” is none");
  begun = begin (run, "damaged", data, &key);
  if (begun == NULL ||
      !hoist_conformance_put (run, hoist_conformance_get_item (begun->object, "urls", 0), damaged,
                              &status, NULL))
    return HOIST_CONFORMANCE_FAILED;
  if (status >= 400 && status < 500)
    return HOIST_CONFORMANCE_PASSED;
  return hoist_conformance_fail (run, "The storage answered %u to other bytes than were signed for",
                                 status);
}

static HoistConformanceVerdict
check_never_sent (HoistConformanceRun *run)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("never sent", 10);
  const char *key = NULL;
  g_autoptr (HoistConformanceAnswer) begun = begin (run, "never-sent", data, &key);
  g_autoptr (HoistConformanceAnswer) done = NULL;

  if (begun == NULL)
    return HOIST_CONFORMANCE_FAILED;
  done = complete (run, key, data, "0123456789abcdef0123456789abcdef");
  return hoist_conformance_expect_error (run, done, 404, "upload_gone");
}

static HoistConformanceVerdict
check_other_etag (HoistConformanceRun *run)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("sent", 4);
  const char *key = NULL;
  g_autoptr (HoistConformanceAnswer) begun = begin (run, "other-etag", data, &key);
  g_autoptr (HoistConformanceAnswer) done = NULL;
  g_autofree char *etag = NULL;

  if (begun == NULL || !send (run, begun, data, &etag))
    return HOIST_CONFORMANCE_FAILED;
  done = complete (run, key, data, "0123456789abcdef0123456789abcdef");
  return hoist_conformance_expect_error (run, done, 409, "checksum_mismatch");
}

const HoistConformanceRule hoist_conformance_single_rules[] = {
  { "an empty file arrives by one signed PUT", check_empty },
  { "a name with spaces, quotes, signs and letters of the world arrives", check_name },
  { "a small file that arrives damaged is refused by the storage", check_damaged },
  { "complete of a small file that never came is 404 upload_gone", check_never_sent },
  { "complete with another ETag is 409 checksum_mismatch", check_other_etag },
  { NULL, NULL },
};
