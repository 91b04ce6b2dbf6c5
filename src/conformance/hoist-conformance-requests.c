/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a backend says of itself, who may ask, and what it refuses. */

#include "config.h"

#include <string.h>

#include "hoist-api-messages.h"
#include "hoist-conformance-private.h"

/* docs/upload-api.md, «Ground rules». */
#define MAX_REQUEST_BYTES (4 << 20)

static HoistConformanceVerdict
check_capabilities (HoistConformanceRun *run)
{
  g_autoptr (HoistConformanceAnswer) answer = hoist_conformance_ask (run, "GET", "/", NULL);
  g_autoptr (GError) error = NULL;

  if (!hoist_conformance_is_success (run, answer))
    return HOIST_CONFORMANCE_FAILED;
  run->capabilities = hoist_api_parse_capabilities (answer->body, &error);
  if (run->capabilities == NULL)
    return hoist_conformance_fail_by (run, error);
  if (hoist_conformance_get_number (answer->object, "urlLifetime") < 1)
    return hoist_conformance_fail (run, "“urlLifetime” is no number from 1");
  if (g_strcmp0 (answer->content_type, "application/json") != 0)
    return hoist_conformance_fail (run, "The content type is not application/json");
  return HOIST_CONFORMANCE_PASSED;
}

static HoistConformanceVerdict
check_token (HoistConformanceRun *run)
{
  static const char *const tokens[] = { NULL, "wrong", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_autoptr (HoistConformanceAnswer) answer =
        hoist_conformance_ask_as (run, tokens[i], "GET", "/", NULL);

      if (hoist_conformance_expect_error (run, answer, 401, "unauthorized") !=
          HOIST_CONFORMANCE_PASSED)
        return HOIST_CONFORMANCE_FAILED;
    }
  return HOIST_CONFORMANCE_PASSED;
}

static HoistConformanceVerdict
check_unknown_path (HoistConformanceRun *run)
{
  g_autoptr (HoistConformanceAnswer) answer =
    hoist_conformance_ask (run, "GET", "/no-such-call", NULL);

  return hoist_conformance_expect_error (run, answer, 404, "not_found");
}

static HoistConformanceVerdict
check_method (HoistConformanceRun *run)
{
  g_autoptr (HoistConformanceAnswer) answer = hoist_conformance_ask (run, "GET", "/initiate", NULL);

  return hoist_conformance_expect_error (run, answer, 405, "method_not_allowed");
}

/* One body after the other, each of which is refused. */
static HoistConformanceVerdict
check_refused (HoistConformanceRun *run,
               const char *path,
               const char *const *bodies,
               guint status,
               const char *code)
{
  for (gsize i = 0; bodies[i] != NULL; i++)
    {
      g_autoptr (HoistConformanceAnswer) answer =
        hoist_conformance_ask (run, "POST", path, bodies[i]);
      g_autofree char *detail = NULL;

      if (hoist_conformance_expect_error (run, answer, status, code) == HOIST_CONFORMANCE_PASSED)
        continue;
      detail = g_steal_pointer (&run->detail);
      return hoist_conformance_fail (run, "%s (asked for: %.200s)", detail, bodies[i]);
    }
  return HOIST_CONFORMANCE_PASSED;
}

static HoistConformanceVerdict
check_not_json (HoistConformanceRun *run)
{
  static const char *const bodies[] = { "", "{", "[]", "17", "{\"files\": 3}", NULL };

  return check_refused (run, "/initiate", bodies, 400, "bad_request");
}

#define FILE_OF(size, path)                                                                        \
  "{\"fileName\": \"a\", \"path\": " path ", \"size\": " size                                      \
  ", \"contentType\": \"text/plain\", \"multipart\": true, \"partSize\": 5242880, "                \
  "\"totalChunks\": 2}"

static HoistConformanceVerdict
check_types (HoistConformanceRun *run)
{
  static const char *const bodies[] = {
    FILE_OF ("\"10485760\"", "\"a\""), FILE_OF ("-1", "\"a\""),   FILE_OF ("null", "\"a\""),
    FILE_OF ("10485760", "7"),         FILE_OF ("true", "\"a\""), FILE_OF ("1e99", "\"a\""),
    FILE_OF ("10485760", "null"),      "{\"fileName\": \"a\"}",   NULL,
  };

  return check_refused (run, "/initiate", bodies, 400, "bad_request");
}

static HoistConformanceVerdict
check_paths (HoistConformanceRun *run)
{
  static const char *const bodies[] = {
    FILE_OF ("10485760", "\"../a\""),        FILE_OF ("10485760", "\"a/../../b\""),
    FILE_OF ("10485760", "\"/etc/a\""),      FILE_OF ("10485760", "\"a\\u0001b\""),
    FILE_OF ("10485760", "\"a\\r\\nb: c\""), NULL,
  };
  g_autofree char *name = g_strnfill (1100, 'a');
  g_autofree char *body = g_strdup_printf (FILE_OF ("10485760", "\"%s\""), name);
  const char *const too_long[] = { body, NULL };
  HoistConformanceVerdict verdict = check_refused (run, "/initiate", bodies, 400, "key_invalid");

  return verdict != HOIST_CONFORMANCE_PASSED
           ? verdict
           : check_refused (run, "/initiate", too_long, 400, "key_invalid");
}

/* One bad file among others is told of by itself. */
static HoistConformanceVerdict
check_one_of_several (HoistConformanceRun *run)
{
  static const char body[] = "{\"files\": [" FILE_OF ("10485760", "\"../a\"") "]}";
  g_autoptr (HoistConformanceAnswer) answer =
    hoist_conformance_ask (run, "POST", "/initiate", body);
  JsonObject *error;

  if (!hoist_conformance_is_success (run, answer))
    return HOIST_CONFORMANCE_FAILED;
  error = hoist_conformance_get_item (hoist_conformance_get_item (answer->object, "files", 0),
                                      "error", 0);
  if (g_strcmp0 (hoist_conformance_get_text (error, "code"), "key_invalid") != 0)
    return hoist_conformance_fail (run, "The file has no “error” with the code key_invalid");
  return HOIST_CONFORMANCE_PASSED;
}

static HoistConformanceVerdict
check_long_request (HoistConformanceRun *run)
{
  g_autofree char *filler = g_strnfill (MAX_REQUEST_BYTES + 1, ' ');
  g_autoptr (HoistConformanceAnswer) answer =
    hoist_conformance_ask (run, "POST", "/initiate", filler);

  return hoist_conformance_expect_error (run, answer, 413, "too_large");
}

static HoistConformanceVerdict
check_too_many_files (HoistConformanceRun *run)
{
  guint n_files = run->capabilities->max_begin_files + 1;
  g_autoptr (GString) body = g_string_new ("{\"files\": [");
  g_autoptr (HoistConformanceAnswer) answer = NULL;

  for (guint i = 0; i < n_files; i++)
    g_string_append (body, i == 0 ? FILE_OF ("10485760", "\"../a\"")
                                  : "," FILE_OF ("10485760", "\"../a\""));
  g_string_append (body, "]}");
  answer = hoist_conformance_ask (run, "POST", "/initiate", body->str);
  return hoist_conformance_expect_error (run, answer, 400, "bad_request");
}

const HoistConformanceRule hoist_conformance_request_rules[] = {
  { "GET / tells what the backend can do", check_capabilities },
  { "a request without the right token is refused", check_token },
  { "a path that is not of the API is 404 not_found", check_unknown_path },
  { "the wrong method is 405 method_not_allowed", check_method },
  { "what is no JSON object is 400 bad_request", check_not_json },
  { "a member that is missing or of another type is 400 bad_request", check_types },
  { "a path that cannot be a key is 400 key_invalid", check_paths },
  { "among several files a bad one is told of by itself", check_one_of_several },
  { "more files than maxFilesPerInitiate are 400 bad_request", check_too_many_files },
  { "a request over 4 MiB is 413 too_large", check_long_request },
  { NULL, NULL },
};
