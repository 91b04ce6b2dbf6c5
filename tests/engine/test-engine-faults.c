/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-lab.h"

#define MIB (1024 * 1024)
#define LARGE (17 * MIB) /* three parts */
#define MANY (33 * MIB)  /* five parts */
#define SMALL 5000

#define S3_ERROR(code) "<?xml version=\"1.0\"?><Error><Code>" code "</Code></Error>"
#define API_ERROR(code) "{\"error\":{\"code\":\"" code "\",\"message\":\"scripted\"}}"
#define CEPH_DENIED                                                                                \
  "<Error><Code>AccessDenied</Code><Message></Message><RequestId>tx0</RequestId></Error>"
#define JSON "application/json"
#define DELIVERED (-1)

typedef struct
{
  const char *name;
  gsize size_bytes;
  LabFault fault;
  int failure; /* HoistError, or DELIVERED */
} Case;

#define ANSWER(op, n, code, type, text)                                                            \
  {                                                                                                \
    .operation = op, .first = 1, .last = n, .action = LAB_ANSWER, .status = code,                  \
    .content_type = type, .body = text                                                             \
  }
#define DROP(op, n)                                                                                \
  {                                                                                                \
    .operation = op, .first = 1, .last = n, .action = LAB_DROP                                     \
  }
#define ALWAYS 1000

/* What passes is passed over; what needs a person ends with the right word. */
static const Case cases[] = {
  { "backend restarts", LARGE, DROP (LAB_ROOT, 2), DELIVERED },
  { "backend overloaded", LARGE, ANSWER (LAB_INITIATE, 3, 503, JSON, API_ERROR ("unavailable")),
    DELIVERED },
  { "backend breaks in the middle", LARGE, ANSWER (LAB_SIGN, 2, 500, JSON, API_ERROR ("internal")),
    DELIVERED },
  { "backend throttles", SMALL, ANSWER (LAB_INITIATE, 2, 429, JSON, API_ERROR ("throttled")),
    DELIVERED },
  { "signing drops", LARGE, DROP (LAB_SIGN, 2), DELIVERED },
  { "completion drops", LARGE, DROP (LAB_COMPLETE, 2), DELIVERED },
  { "completion overloaded", LARGE, ANSWER (LAB_COMPLETE, 2, 503, JSON, API_ERROR ("unavailable")),
    DELIVERED },
  { "storage overloaded", LARGE, ANSWER (LAB_PART, 2, 503, NULL, S3_ERROR ("SlowDown")),
    DELIVERED },
  { "storage breaks", LARGE, ANSWER (LAB_PART, 3, 500, NULL, S3_ERROR ("InternalError")),
    DELIVERED },
  { "storage drops parts", LARGE, DROP (LAB_PART, 2), DELIVERED },
  { "storage drops a small file", SMALL, DROP (LAB_PUT, 2), DELIVERED },
  { "damaged on the way", LARGE, ANSWER (LAB_PART, 1, 400, NULL, S3_ERROR ("BadDigest")),
    DELIVERED },
  { "idle socket", LARGE, ANSWER (LAB_PART, 1, 400, NULL, S3_ERROR ("RequestTimeout")), DELIVERED },
  { "URL expired", LARGE,
    ANSWER (LAB_PART,
            1,
            403,
            NULL,
            "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
    DELIVERED },
  { "URLs of many parts expired", MANY,
    ANSWER (LAB_PART,
            1,
            403,
            NULL,
            "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
    DELIVERED },
  { "URL of a small file expired", SMALL,
    ANSWER (LAB_PUT,
            1,
            403,
            NULL,
            "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
    DELIVERED },
  { "URL expired, says Ceph", LARGE, ANSWER (LAB_PART, 1, 403, NULL, CEPH_DENIED), DELIVERED },
  { "URL of a small file expired, says Ceph", SMALL, ANSWER (LAB_PUT, 1, 403, NULL, CEPH_DENIED),
    DELIVERED },
  { "signed by a clock that was just set", LARGE,
    ANSWER (LAB_PART, 1, 403, NULL, S3_ERROR ("RequestTimeTooSkewed")), DELIVERED },
  { "upload forgotten while sending", LARGE,
    ANSWER (LAB_PART, 1, 404, NULL, S3_ERROR ("NoSuchUpload")), DELIVERED },
  { "a part that is lost, though it is listed", LARGE,
    ANSWER (LAB_COMPLETE, 2, 409, JSON, API_ERROR ("incomplete")), DELIVERED },
  { "a part that was not kept",
    LARGE,
    { .operation = LAB_PART,
      .part_number = 2,
      .first = 1,
      .last = 1,
      .action = LAB_ANSWER,
      .status = 200,
      .header_name = "ETag",
      .header_value = "\"00000000000000000000000000000000\"" },
    DELIVERED },

  { "token refused", SMALL, ANSWER (LAB_ROOT, ALWAYS, 401, JSON, API_ERROR ("unauthorized")),
    HOIST_ERROR_AUTH },
  { "not allowed", LARGE, ANSWER (LAB_INITIATE, ALWAYS, 403, JSON, API_ERROR ("forbidden")),
    HOIST_ERROR_FORBIDDEN },
  { "too large", LARGE, ANSWER (LAB_INITIATE, ALWAYS, 413, JSON, API_ERROR ("too_large")),
    HOIST_ERROR_TOO_LARGE },
  { "HTML", SMALL, ANSWER (LAB_ROOT, ALWAYS, 200, "text/html", "<html>Welcome</html>"),
    HOIST_ERROR_PROTOCOL },
  { "HTML in the middle", LARGE, ANSWER (LAB_SIGN, ALWAYS, 200, "text/html", "<html>"),
    HOIST_ERROR_PROTOCOL },
  { "half a JSON", SMALL, ANSWER (LAB_INITIATE, ALWAYS, 200, JSON, "{\"files\":[{\"uplo"),
    HOIST_ERROR_PROTOCOL },
  { "nothing", SMALL, ANSWER (LAB_INITIATE, ALWAYS, 200, JSON, ""), HOIST_ERROR_PROTOCOL },
  { "wrong types", SMALL, ANSWER (LAB_INITIATE, ALWAYS, 200, JSON, "{\"files\":[{\"key\":7}]}"),
    HOIST_ERROR_PROTOCOL },
  { "redirect to another host",
    SMALL,
    { .operation = LAB_ROOT,
      .first = 1,
      .last = ALWAYS,
      .action = LAB_ANSWER,
      .status = 302,
      .header_name = "Location",
      .header_value = "https://elsewhere.example/" },
    HOIST_ERROR_PROTOCOL },
  { "no ETag", LARGE, ANSWER (LAB_PART, ALWAYS, 200, NULL, ""), HOIST_ERROR_PROTOCOL },
  { "storage refuses", LARGE, ANSWER (LAB_PART, ALWAYS, 403, NULL, S3_ERROR ("AccessDenied")),
    HOIST_ERROR_FORBIDDEN },
  { "storage refuses without a word", LARGE, ANSWER (LAB_PART, ALWAYS, 403, NULL, CEPH_DENIED),
    HOIST_ERROR_FORBIDDEN },
  { "storage refuses by status alone", SMALL, ANSWER (LAB_PUT, ALWAYS, 403, NULL, ""),
    HOIST_ERROR_FORBIDDEN },
  { "signed by a wrong clock", LARGE,
    ANSWER (LAB_PART, ALWAYS, 403, NULL, S3_ERROR ("RequestTimeTooSkewed")),
    HOIST_ERROR_CLOCK_SKEW },
  { "always expired", LARGE,
    ANSWER (LAB_PART,
            ALWAYS,
            403,
            NULL,
            "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
    HOIST_ERROR_URL_EXPIRED },
  { "upload forgotten again and again", LARGE,
    ANSWER (LAB_PART, ALWAYS, 404, NULL, S3_ERROR ("NoSuchUpload")), HOIST_ERROR_UPLOAD_GONE },
  { "completion refused", LARGE,
    ANSWER (LAB_COMPLETE, ALWAYS, 400, JSON, API_ERROR ("bad_request")), HOIST_ERROR_REJECTED },
};

static void
assert_no_secret (const Lab *lab, const char *message)
{
  g_assert_null (strstr (message, lab->token));
  g_assert_null (strstr (message, "X-Amz-"));
  g_assert_null (strstr (message, "Signature"));
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  Lab lab = { 0 };
  g_autofree char *path = NULL;
  const HoistUploadInfo *info;

  lab_set_up (&lab);
  path = lab_make_file (&lab, "file", c->size_bytes);
  lab_set_faults (&lab, &c->fault, 1);
  lab_add (&lab, path);
  lab_wait_until (&lab, lab_is_settled);

  info = lab_get_info (&lab, 0);
  if (info->error_message != NULL)
    {
      g_test_message ("%s", info->error_message);
      assert_no_secret (&lab, info->error_message);
    }
  if (c->failure == DELIVERED)
    {
      g_assert_cmpstr (hoist_upload_state_get_nick (info->state), ==, "done");
      lab_assert_stored (&lab, "file", path);
    }
  else
    {
      g_assert_cmpstr (hoist_upload_state_get_nick (info->state), ==, "failed");
      g_assert_cmpint (info->error_code, ==, c->failure);
      g_assert_false (lab_is_stored (&lab, "file"));
    }
  lab_tear_down (&lab);
}

/* A retry after the cause is gone delivers what failed. */
static void
test_retry_after_failure (void)
{
  static const LabFault refuse = ANSWER (LAB_INITIATE, ALWAYS, 403, JSON, API_ERROR ("forbidden"));
  Lab lab = { 0 };
  g_autofree char *path = NULL;

  lab_set_up (&lab);
  path = lab_make_file (&lab, "file", LARGE);
  lab_set_faults (&lab, &refuse, 1);
  lab_add (&lab, path);
  lab_wait_until (&lab, lab_is_settled);
  g_assert_cmpint (lab_get_info (&lab, 0)->state, ==, HOIST_UPLOAD_FAILED);

  lab_release (&lab);
  lab_command (&lab, HOIST_COMMAND_RETRY);
  while (lab_get_info (&lab, 0)->state != HOIST_UPLOAD_DONE)
    g_main_context_iteration (NULL, TRUE);
  lab_assert_stored (&lab, "file", path);
  lab_tear_down (&lab);
}

/* A server that goes away takes all parts under way with it. Each comes back
 * after a delay of its own, and none is forgotten. */
static void
test_all_parts_at_once (void)
{
  static const LabFault drop = DROP (LAB_PART, 4);
  Lab lab = { 0 };
  g_autofree char *path = NULL;

  lab_set_up (&lab);
  lab_stop_engine (&lab);
  lab.config.retry = (HoistRetryPolicy){ .base_us = 300 * 1000, .cap_us = 1000 * 1000 };
  lab_start_engine (&lab);
  path = lab_make_file (&lab, "file", 40 * MIB);
  lab_set_faults (&lab, &drop, 1);
  lab_add (&lab, path);
  lab_wait_until (&lab, lab_is_settled);

  g_assert_cmpint (lab_get_info (&lab, 0)->state, ==, HOIST_UPLOAD_DONE);
  lab_assert_stored (&lab, "file", path);
  lab_tear_down (&lab);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/faults/%s", cases[i].name);
      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/engine/faults/retry-after-failure", test_retry_after_failure);
  g_test_add_func ("/engine/faults/all-parts-at-once", test_all_parts_at_once);
  return g_test_run ();
}
