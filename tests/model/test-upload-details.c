/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-upload-details.h"
#include "hoist-upload-turns.h"

#define SECRET "Zq7XkPlantedSecretWp93"
#define SIGNED "https://s3.example.org/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=" SECRET

static const char *
get_value (GPtrArray *details, const char *name)
{
  for (guint i = 0; i < details->len; i++)
    {
      const HoistDetail *detail = g_ptr_array_index (details, i);

      if (g_str_equal (detail->name, name))
        return detail->value;
    }
  return NULL;
}

static HoistUploadInfo *
make_info (void)
{
  HoistUploadInfo *info = hoist_upload_info_new (7);

  info->path = g_ref_string_new ("/data/a.iso");
  info->name = g_ref_string_new ("a.iso");
  info->destination_id = g_ref_string_new ("work");
  info->state = HOIST_UPLOAD_WAITING;
  info->size_bytes = 100 << 20;
  info->sent_bytes = 16 << 20;
  info->parts_total = 13;
  info->parts_done = 2;
  info->part_bytes = 8 << 20;
  info->error_code = HOIST_ERROR_THROTTLED;
  info->error_message = g_ref_string_new ("The storage said 503 SlowDown");
  info->http_status = 503;
  info->reply_code = g_ref_string_new ("SlowDown");
  info->request_id = g_ref_string_new ("17F2A9");
  info->attempts = 4;
  info->next_try_us = 30 * G_USEC_PER_SEC;
  info->progressed_us = 5 * G_USEC_PER_SEC;
  info->added_us = G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC;
  return info;
}

static const HoistNetworkState network = { .available = TRUE,
                                           .connectivity = G_NETWORK_CONNECTIVITY_FULL,
                                           .metered = TRUE };

static HoistDetailsContext
make_context (HoistDestination *destination)
{
  return (HoistDetailsContext){ .destination = destination,
                                .network = &network,
                                .n_before = HOIST_TURN_UNKNOWN,
                                .now_us = 10 * G_USEC_PER_SEC,
                                .now_real_us = G_GINT64_CONSTANT (1700000100) * G_USEC_PER_SEC };
}

static void
test_all (void)
{
  static const struct
  {
    const char *name;
    const char *value;
  } expected[] = {
    { "id", "7" },
    { "name", "a.iso" },
    { "path", "/data/a.iso" },
    { "size", "104857600" },
    { "sent", "16777216" },
    { "destination", "work" },
    { "destinationType", "hoist-api" },
    { "host", "https://upload.example.org:8443" },
    { "state", "waiting" },
    { "why", "The server asked us to slow down. Next try in 20 s." },
    { "parts", "13" },
    { "partSize", "8388608" },
    { "partsDone", "2" },
    { "code", "throttled" },
    { "message", "The storage said 503 SlowDown" },
    { "httpStatus", "503" },
    { "replyCode", "SlowDown" },
    { "requestId", "17F2A9" },
    { "attempts", "4" },
    { "nextTry", "2023-11-14T22:15:20Z" },
    { "network", "available, full, metered" },
    { "added", "2023-11-14T22:13:20Z" },
    { "progressed", "2023-11-14T22:14:55Z" },
  };
  g_autoptr (HoistUploadInfo) info = make_info ();
  g_autoptr (HoistDestination) destination = hoist_destination_new ("work");
  HoistDetailsContext context = make_context (destination);
  g_autoptr (GPtrArray) details = NULL;
  g_autofree char *text = NULL;

  hoist_destination_set_provider_type (destination, "hoist-api");
  hoist_destination_set_url (destination, "https://upload.example.org:8443/api/" SECRET);
  details = hoist_upload_details_new (info, &context);
  text = hoist_upload_details_to_text (details);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (get_value (details, expected[i].name), ==, expected[i].value);
  g_assert_true (g_str_has_prefix (get_value (details, "program"), "Hoist "));
  g_assert_nonnull (strstr (text, "\nHTTP status: 503\n"));
  g_assert_null (strstr (text, SECRET));
}

/* What is not known is not there, rather than empty. */
static void
test_little (void)
{
  g_autoptr (HoistUploadInfo) info = hoist_upload_info_new (1);
  HoistDetailsContext context = { .n_before = 3 };
  g_autoptr (GPtrArray) details = NULL;

  info->name = g_ref_string_new ("a");
  info->path = g_ref_string_new ("/a");
  info->destination_id = g_ref_string_new ("gone");
  details = hoist_upload_details_new (info, &context);
  g_assert_null (get_value (details, "host"));
  g_assert_null (get_value (details, "code"));
  g_assert_null (get_value (details, "network"));
  g_assert_null (get_value (details, "nextTry"));
  g_assert_cmpstr (get_value (details, "before"), ==, "3");
  g_assert_cmpstr (get_value (details, "why"), ==, "Waits for its turn: 3 files before it.");
}

static void
assert_clean (const char *text)
{
  static const char *const never[] = { SECRET, "X-Amz-", "Signature", "hst_", "Bearer", "?" };

  g_test_message ("%s", text);
  for (gsize i = 0; i < G_N_ELEMENTS (never); i++)
    g_assert_null (strstr (text, never[i]));
}

/* Secrets in every text that an upload has: none comes out, and neither does the
 * query of an address. */
static void
test_planted (void)
{
  static const char *const planted[] = {
    SIGNED,
    "https://user:" SECRET "@s3.example.org/b/k",
    "/b/k?uploadId=1&sig=" SECRET,
    "Authorization: Bearer " SECRET,
    "token=" SECRET,
    "hst_" SECRET,
    "the server said “" SIGNED "” and “hst_" SECRET "”",
    "X-Amz-Security-Token: " SECRET,
    "line one\n" SIGNED "\nline three",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (planted); i++)
    {
      g_autoptr (HoistUploadInfo) info = hoist_upload_info_new (1);
      g_autoptr (HoistDestination) destination = hoist_destination_new ("work");
      HoistDetailsContext context = make_context (destination);
      g_autoptr (GPtrArray) details = NULL;
      g_autofree char *text = NULL;

      info->path = g_ref_string_new (planted[i]);
      info->name = g_ref_string_new (planted[i]);
      info->destination_id = g_ref_string_new (planted[i]);
      info->state = HOIST_UPLOAD_FAILED;
      info->error_code = HOIST_ERROR_REJECTED;
      info->error_message = g_ref_string_new (planted[i]);
      info->reply_code = g_ref_string_new (planted[i]);
      info->request_id = g_ref_string_new (planted[i]);
      info->key = g_ref_string_new (planted[i]);
      info->location = g_ref_string_new (planted[i]);
      hoist_destination_set_url (destination, SIGNED);
      details = hoist_upload_details_new (info, &context);
      text = hoist_upload_details_to_text (details);
      assert_clean (text);
      for (guint j = 0; j < details->len; j++)
        {
          const HoistDetail *detail = g_ptr_array_index (details, j);

          assert_clean (detail->value);
          g_assert_null (strchr (detail->value, '\n'));
        }
    }
}

static HoistUploadInfo *
make_queued (guint64 id, const char *destination, guint lane, guint64 turn)
{
  HoistUploadInfo *info = hoist_upload_info_new (id);

  info->destination_id = g_ref_string_new (destination);
  info->name = g_ref_string_new ("a");
  info->path = g_ref_string_new ("/a");
  info->lane = lane;
  info->turn = turn;
  return info;
}

/* In whatever order they come, each counts those before it in its own queue. */
static void
test_turns (void)
{
  static const struct
  {
    const char *destination;
    guint lane;
    guint64 turn;
    guint n_before;
  } table[] = {
    { "a", 0, 9, 2 },  { "a", 0, 3, 0 },  { "b", 0, 4, 0 },
    { "a", 1, 5, 0 },  { "a", 0, 7, 1 },  { "a", 1, 6, 1 },
    { "b", 0, 11, 1 }, { "a", 0, 12, 3 }, { "a", 0, 0, HOIST_TURN_UNKNOWN },
  };
  g_autoptr (HoistUploadTurns) turns = hoist_upload_turns_new ();
  g_autoptr (GPtrArray) infos =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_upload_info_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_ptr_array_add (infos,
                       make_queued (i + 1, table[i].destination, table[i].lane, table[i].turn));
      hoist_upload_turns_change (turns, NULL, g_ptr_array_index (infos, i));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpuint (hoist_upload_turns_count_before (turns, g_ptr_array_index (infos, i)), ==,
                      table[i].n_before);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/upload-details/all", test_all);
  g_test_add_func ("/upload-details/little", test_little);
  g_test_add_func ("/upload-details/planted", test_planted);
  g_test_add_func ("/upload-details/turns", test_turns);
  return g_test_run ();
}
