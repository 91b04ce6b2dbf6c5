/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scripts, and what a request is for. */

#include "hoist-fault-request.h"

static HoistFaultRule *
parse_one (const char *text)
{
  g_autoptr (GError) error = NULL;
  guint64 seed;
  g_autoptr (GPtrArray) rules = hoist_fault_rules_parse (text, &seed, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (rules->len, ==, 1);
  return hoist_fault_rule_ref (g_ptr_array_index (rules, 0));
}

static void
test_parse (void)
{
  g_autoptr (HoistFaultRule) rule =
    parse_one ("[proxy]\nseed=7\n[busy]\noperation=UploadPart;PutObject\npart=3\nfirst=2\nlast=4\n"
               "times=9\nprobability=0.25\naction=answer\npreset=slow-down\nlatency-ms=5\n"
               "bytes-per-s=1000\nhow=rst\n");

  g_assert_cmpstr (rule->name, ==, "busy");
  g_assert_cmpuint (rule->operations, ==,
                    1u << HOIST_FAULT_UPLOAD_PART | 1u << HOIST_FAULT_PUT_OBJECT);
  g_assert_cmpuint (rule->part_number, ==, 3);
  g_assert_cmpuint (rule->first, ==, 2);
  g_assert_cmpuint (rule->last, ==, 4);
  g_assert_cmpuint (rule->times, ==, 9);
  g_assert_cmpfloat (rule->probability, ==, 0.25);
  g_assert_cmpint (rule->action, ==, HOIST_FAULT_ANSWER);
  g_assert_cmpuint (rule->status, ==, 503);
  g_assert_nonnull (strstr (rule->body, "SlowDown"));
  g_assert_cmpstr (rule->header_name, ==, "Retry-After");
  g_assert_cmpuint (rule->latency_ms, ==, 5);
  g_assert_cmpuint (rule->bytes_per_s, ==, 1000);
  g_assert_true (rule->reset);
}

static void
test_refused (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 seed;

  g_assert_null (hoist_fault_rules_parse (data, &seed, &error));
  g_assert_nonnull (error);
}

static gboolean
hits (HoistFaultRule *rule, guint part_number, guint attempt, guint64 seed)
{
  return hoist_fault_rule_applies (rule, HOIST_FAULT_UPLOAD_PART, "/b/k", part_number, attempt,
                                   seed);
}

static void
test_applies (void)
{
  g_autoptr (HoistFaultRule) rule =
    parse_one ("[x]\noperation=UploadPart\npart=2\nfirst=2\nlast=3\n");

  g_assert_false (hits (rule, 2, 1, 0));
  g_assert_true (hits (rule, 2, 2, 0));
  g_assert_true (hits (rule, 2, 3, 0));
  g_assert_false (hits (rule, 2, 4, 0));
  g_assert_false (hits (rule, 1, 2, 0));
  g_assert_false (hoist_fault_rule_applies (rule, HOIST_FAULT_PUT_OBJECT, "/b/k", 2, 2, 0));
}

/* The same seed has the same luck, another one has another, and it is as rare as was asked. */
static void
test_chance (void)
{
  g_autoptr (HoistFaultRule) rule = parse_one ("[x]\noperation=s3\nprobability=0.1\n");
  guint n = 0;
  guint n_other = 0;

  for (guint i = 1; i <= 2000; i++)
    {
      n += hits (rule, i, 1, 42);
      n_other += hits (rule, i, 1, 42) != hits (rule, i, 1, 43);
      g_assert_true (hits (rule, i, 1, 42) == hits (rule, i, 1, 42));
    }
  g_assert_cmpuint (n, >, 140);
  g_assert_cmpuint (n, <, 260);
  g_assert_cmpuint (n_other, >, 100);
}

static const struct
{
  const char *line;
  const char *operation;
  guint part_number;
  const char *upload_id;
} requests[] = {
  { "GET /api/v1/", "root", 0, "" },
  { "POST /api/v1/initiate", "initiate", 0, "" },
  { "GET /api/v1/status?uploadId=u%2F1&key=k", "status", 0, "u/1" },
  { "GET /api/v1/uploads", "uploads", 0, "" },
  { "PUT /b/k/l?X-Amz-Signature=s", "PutObject", 0, "" },
  { "PUT /b/k?partNumber=17&uploadId=u", "UploadPart", 17, "u" },
  { "POST /b/k?uploads", "CreateMultipartUpload", 0, "" },
  { "POST /b/k?uploads=", "CreateMultipartUpload", 0, "" },
  { "POST /b/k?uploadId=u", "CompleteMultipartUpload", 0, "u" },
  { "DELETE /b/k?uploadId=u", "AbortMultipartUpload", 0, "u" },
  { "GET /b/k?uploadId=u", "ListParts", 0, "u" },
  { "GET /b?uploads=&prefix=x", "ListMultipartUploads", 0, "" },
  { "HEAD /b/k", "HeadObject", 0, "" },
  { "GET /b/k", "GetObject", 0, "" },
  { "POST /bucket", "PostObject", 0, "" },
  { "POST /bucket/", "PostObject", 0, "" },
  { "POST /bucket?delete", "s3-other", 0, "" },
  { "POST /s3/multipart", "s3-other", 0, "" },
  { "GET /healthz", "s3-other", 0, "" },
};

static void
test_classify (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autofree char *text =
        g_strdup_printf ("%s HTTP/1.1\r\ncontent-length: 12\r\n\r\n", requests[i].line);
      g_autoptr (GBytes) head = g_bytes_new (text, strlen (text));
      g_autoptr (HoistFaultRequest) request = hoist_fault_request_parse (head, "/api/v1");

      g_test_message ("%s", requests[i].line);
      g_assert_nonnull (request);
      g_assert_cmpstr (hoist_fault_operation_get_name (request->operation), ==,
                       requests[i].operation);
      g_assert_cmpuint (request->part_number, ==, requests[i].part_number);
      g_assert_cmpstr (request->upload_id, ==, requests[i].upload_id);
      g_assert_cmpuint (request->length_bytes, ==, 12);
      g_assert_null (strchr (request->subject, '?'));
    }
}

static void
test_head_with (void)
{
  const char *text = "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nX: y\r\n\r\n";
  g_autoptr (GBytes) head = g_bytes_new (text, strlen (text));
  g_autoptr (GBytes) other = hoist_fault_head_with (head, "etag", "\"b\"");
  g_autofree char *result = g_strndup (g_bytes_get_data (other, NULL), g_bytes_get_size (other));

  g_assert_cmpstr (result, ==, "HTTP/1.1 200 OK\r\nX: y\r\netag: \"b\"\r\n\r\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/rule/parse", test_parse);
  g_test_add_data_func ("/faults/rule/refused/key", "[x]\noperation=sign\nfrist=1\n", test_refused);
  g_test_add_data_func ("/faults/rule/refused/operation", "[x]\noperation=sing\n", test_refused);
  g_test_add_data_func ("/faults/rule/refused/none", "[x]\naction=cut-answer\n", test_refused);
  g_test_add_data_func ("/faults/rule/refused/action", "[x]\noperation=sign\naction=explode\n",
                        test_refused);
  g_test_add_data_func ("/faults/rule/refused/preset", "[x]\noperation=sign\npreset=slow\n",
                        test_refused);
  g_test_add_data_func ("/faults/rule/refused/number", "[x]\noperation=sign\nfirst=-1\n",
                        test_refused);
  g_test_add_func ("/faults/rule/applies", test_applies);
  g_test_add_func ("/faults/rule/chance", test_chance);
  g_test_add_func ("/faults/rule/classify", test_classify);
  g_test_add_func ("/faults/rule/head-with", test_head_with);
  return g_test_run ();
}
