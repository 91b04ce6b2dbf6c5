/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-info.h"

static HoistUploadInfo *
make_full (guint64 id)
{
  HoistUploadInfo *info = hoist_upload_info_new (id);

  info->batch = 7;
  info->path = g_ref_string_new ("/data/\xff\xfe name");
  info->name = g_ref_string_new ("Größe 北/a.bin");
  info->destination_id = g_ref_string_new ("work");
  info->state = HOIST_UPLOAD_WAITING;
  info->restored = TRUE;
  info->size_bytes = G_MAXINT64;
  info->sent_bytes = 5;
  info->bytes_per_s = 123456789;
  info->parts_total = 10000;
  info->parts_done = 3;
  info->error_code = HOIST_ERROR_NETWORK;
  info->error_message = g_ref_string_new ("No connection");
  info->next_try_us = 11;
  info->added_us = 12;
  info->finished_us = 13;
  info->key = g_ref_string_new ("k/a.bin");
  info->location = g_ref_string_new ("https://s3.example/b/k/a.bin");
  info->checksum = g_ref_string_new ("abc=-3");
  info->part_bytes = 8 << 20;
  info->http_status = 503;
  info->reply_code = g_ref_string_new ("SlowDown");
  info->request_id = g_ref_string_new ("17F2");
  info->attempts = 4;
  info->hold = HOIST_HOLD_METERED;
  info->progressed_us = 14;
  info->turn = 15;
  info->lane = 1;
  info->read_bytes = 16;
  return info;
}

static void
assert_equal (const HoistUploadInfo *a, const HoistUploadInfo *b)
{
  g_assert_cmpuint (a->id, ==, b->id);
  g_assert_cmpuint (a->batch, ==, b->batch);
  g_assert_cmpstr (a->path, ==, b->path);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->destination_id, ==, b->destination_id);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpint (a->restored, ==, b->restored);
  g_assert_cmpuint (a->size_bytes, ==, b->size_bytes);
  g_assert_cmpuint (a->sent_bytes, ==, b->sent_bytes);
  g_assert_cmpuint (a->bytes_per_s, ==, b->bytes_per_s);
  g_assert_cmpuint (a->parts_total, ==, b->parts_total);
  g_assert_cmpuint (a->parts_done, ==, b->parts_done);
  g_assert_cmpint (a->error_code, ==, b->error_code);
  g_assert_cmpstr (a->error_message, ==, b->error_message);
  g_assert_cmpint (a->next_try_us, ==, b->next_try_us);
  g_assert_cmpint (a->added_us, ==, b->added_us);
  g_assert_cmpint (a->finished_us, ==, b->finished_us);
  g_assert_cmpstr (a->key, ==, b->key);
  g_assert_cmpstr (a->location, ==, b->location);
  g_assert_cmpstr (a->checksum, ==, b->checksum);
  g_assert_cmpuint (a->part_bytes, ==, b->part_bytes);
  g_assert_cmpuint (a->http_status, ==, b->http_status);
  g_assert_cmpstr (a->reply_code, ==, b->reply_code);
  g_assert_cmpstr (a->request_id, ==, b->request_id);
  g_assert_cmpuint (a->attempts, ==, b->attempts);
  g_assert_cmpint (a->hold, ==, b->hold);
  g_assert_cmpint (a->progressed_us, ==, b->progressed_us);
  g_assert_cmpuint (a->turn, ==, b->turn);
  g_assert_cmpuint (a->lane, ==, b->lane);
  g_assert_cmpuint (a->read_bytes, ==, b->read_bytes);
}

static HoistUploadInfo *
make_small (guint64 id)
{
  HoistUploadInfo *info = hoist_upload_info_new (id);

  info->path = g_ref_string_new ("/a");
  info->name = g_ref_string_new ("a");
  info->destination_id = g_ref_string_new ("d");
  return info;
}

static void
test_round_trip (void)
{
  g_autoptr (HoistUploadInfo) full = make_full (G_MAXUINT64);
  g_autoptr (HoistUploadInfo) small = make_small (1);
  HoistUploadInfo *infos[] = { full, small };

  for (gsize i = 0; i < G_N_ELEMENTS (infos); i++)
    {
      g_autoptr (GVariant) variant = g_variant_ref_sink (hoist_upload_info_to_variant (infos[i]));
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistUploadInfo) again = hoist_upload_info_from_variant (variant, &error);

      g_assert_no_error (error);
      assert_equal (infos[i], again);
    }
}

static void
test_references (void)
{
  HoistUploadInfo *info = make_full (1);

  g_assert_true (hoist_upload_info_ref (info) == info);
  hoist_upload_info_unref (info);
  g_assert_cmpstr (info->destination_id, ==, "work");
  hoist_upload_info_unref (info);
}

/* One field of a good snapshot replaced, added or left out. */
typedef struct
{
  const char *key;
  const char *value; /* NULL = left out */
  gboolean good;
} Change;

static const Change changes[] = {
  { "id", "uint64 0", FALSE },
  { "id", "uint32 5", FALSE },
  { "id", NULL, FALSE },
  { "path", NULL, FALSE },
  { "path", "'/a'", FALSE },
  { "path", "@ay [0x2f]", FALSE },
  { "path", "@ay []", FALSE },
  { "path", "@ay [0x2f, 0, 0x61, 0]", FALSE },
  { "path", "b'/b'", TRUE },
  { "name", NULL, FALSE },
  { "name", "5", FALSE },
  { "destination", NULL, FALSE },
  { "state", NULL, FALSE },
  { "state", "uint32 9", TRUE },
  { "state", "uint32 10", FALSE },
  { "state", "uint32 4294967295", FALSE },
  { "restored", "1", FALSE },
  { "size", "uint64 9223372036854775808", FALSE },
  { "sent", "uint64 9223372036854775807", TRUE },
  { "sent", "int64 4", FALSE },
  { "parts-total", "uint32 10001", FALSE },
  { "parts-total", "uint32 2", TRUE },
  { "parts-done", "uint32 10000", TRUE },
  { "parts-done", "uint32 10001", TRUE },
  { "size", NULL, TRUE },
  { "error", "999", TRUE },
  { "error", "-7", TRUE },
  { "error", "'network'", FALSE },
  { "next-try", "int64 -1", FALSE },
  { "added", "int64 -1", FALSE },
  { "finished", "int64 -1", FALSE },
  { "location", "<'x'>", FALSE },
  { "a-later-one", "['x']", TRUE },
};

static GVariant *
make_changed (const Change *change)
{
  g_autoptr (HoistUploadInfo) info = make_full (5);
  g_autoptr (GVariant) good = g_variant_ref_sink (hoist_upload_info_to_variant (info));
  GVariantDict dict;

  g_variant_dict_init (&dict, good);
  g_variant_dict_remove (&dict, change->key);
  if (change->value != NULL)
    g_variant_dict_insert_value (&dict, change->key, g_variant_new_parsed (change->value));
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
test_untrusted (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (GVariant) variant = make_changed (&changes[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistUploadInfo) info = hoist_upload_info_from_variant (variant, &error);

      g_test_message ("%s = %s", changes[i].key, changes[i].value);
      g_assert_cmpint (info != NULL, ==, changes[i].good);
      if (info == NULL)
        {
          g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
          continue;
        }
      g_assert_cmpint (info->error_code, >=, -1);
      g_assert_cmpint (info->error_code, <, HOIST_N_ERRORS);
      g_assert_cmpuint (info->sent_bytes, <=, info->size_bytes);
      g_assert_cmpuint (info->parts_done, <=, info->parts_total);
    }
}

static void
test_too_long (void)
{
  static const char *const keys[] = { "name", "destination", "key", "location", "error-message" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *text = g_strnfill (8193, 'x');
      g_autofree char *quoted = g_strdup_printf ("'%s'", text);
      const Change change = { keys[i], quoted, FALSE };
      g_autoptr (GVariant) variant = make_changed (&change);

      g_assert_null (hoist_upload_info_from_variant (variant, NULL));
    }
}

static void
test_twice_the_same_key (void)
{
  g_autoptr (HoistUploadInfo) info = make_full (5);
  g_autoptr (GVariant) good = g_variant_ref_sink (hoist_upload_info_to_variant (info));
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) variant = NULL;

  for (gsize i = 0; i < g_variant_n_children (good); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (good, i);

      g_variant_builder_add_value (&builder, entry);
    }
  g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_uint64 (6));
  variant = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_assert_null (hoist_upload_info_from_variant (variant, NULL));
}

static void
test_other_types (void)
{
  static const char *const others[] = { "5", "'x'", "@a{ss} {}", "(1, 2)", "@a{sv} {}" };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new_parsed (others[i]));
      g_autoptr (GError) error = NULL;

      g_assert_null (hoist_upload_info_from_variant (variant, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
      g_clear_error (&error);
      g_assert_null (hoist_change_set_from_variant (variant, &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
    }
}

static void
test_change_set (void)
{
  g_autoptr (HoistChangeSet) set = hoist_change_set_new ();
  g_autoptr (HoistChangeSet) again = NULL;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;
  guint64 ids[] = { 3, G_MAXUINT64 };
  HoistBatchInfo batches[] = { { 1, 100000, TRUE }, { 2, 0, FALSE } };

  g_assert_true (hoist_change_set_is_empty (set));
  g_ptr_array_add (set->infos, make_full (1));
  g_ptr_array_add (set->infos, make_small (2));
  g_array_append_vals (set->removed, ids, G_N_ELEMENTS (ids));
  g_array_append_vals (set->batches, batches, G_N_ELEMENTS (batches));
  g_assert_false (hoist_change_set_is_empty (set));

  variant = g_variant_ref_sink (hoist_change_set_to_variant (set));
  g_assert_cmpstr (g_variant_get_type_string (variant), ==, HOIST_CHANGE_SET_TYPE);
  again = hoist_change_set_from_variant (variant, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->infos->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    assert_equal (g_ptr_array_index (again->infos, i), g_ptr_array_index (set->infos, i));
  g_assert_cmpmem (again->removed->data, again->removed->len * sizeof (guint64), ids, sizeof ids);
  g_assert_cmpuint (again->batches->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const HoistBatchInfo *batch = &g_array_index (again->batches, HoistBatchInfo, i);

      g_assert_cmpuint (batch->id, ==, batches[i].id);
      g_assert_cmpuint (batch->n_files, ==, batches[i].n_files);
      g_assert_cmpint (batch->complete, ==, batches[i].complete);
    }
}

static void
test_empty_change_set (void)
{
  g_autoptr (HoistChangeSet) set = hoist_change_set_new ();
  g_autoptr (GVariant) variant = g_variant_ref_sink (hoist_change_set_to_variant (set));
  g_autoptr (HoistChangeSet) again = hoist_change_set_from_variant (variant, NULL);

  g_assert_true (hoist_change_set_is_empty (again));
}

/* One bad snapshot among good ones: nobody who sends that is to be believed. */
static void
test_bad_change_set (void)
{
  const Change change = { "state", "uint32 99", FALSE };
  g_autoptr (GVariant) bad = make_changed (&change);
  g_autoptr (GVariant) variant = g_variant_ref_sink (
    g_variant_new_parsed ("([{'id': <uint64 1>}, %@a{sv}], @at [], @a(tub) [])", bad));
  g_autoptr (GError) error = NULL;

  g_assert_null (hoist_change_set_from_variant (variant, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/upload-info/round-trip", test_round_trip);
  g_test_add_func ("/upload-info/references", test_references);
  g_test_add_func ("/upload-info/untrusted", test_untrusted);
  g_test_add_func ("/upload-info/too-long", test_too_long);
  g_test_add_func ("/upload-info/twice-the-same-key", test_twice_the_same_key);
  g_test_add_func ("/upload-info/other-types", test_other_types);
  g_test_add_func ("/change-set/round-trip", test_change_set);
  g_test_add_func ("/change-set/empty", test_empty_change_set);
  g_test_add_func ("/change-set/bad", test_bad_change_set);
  return g_test_run ();
}
