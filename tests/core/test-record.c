/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "event-fixture.h"
#include "hoist-error.h"
#include "hoist-record.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

/* --- Making and comparing records ----------------------------------------- */

static char *
make_text (const char *start)
{
  return g_strdup_printf ("%sÄ北%d", start, g_test_rand_int_range (0, 1000));
}

static void
make_begun (HoistUploadRecord *record)
{
  HoistPartLimits limits;

  hoist_part_limits_init (&limits);
  limits.single_put_bytes = 0;
  g_assert_true (
    hoist_part_plan_init (&record->plan, &limits, record->identity.size_bytes, 0, NULL));
  if (!record->plan.multipart)
    {
      record->plan = (HoistPartPlan){ 0 };
      return;
    }
  record->begun = TRUE;
  record->begun_us = g_test_rand_int_range (0, 99);
  record->upload_id = make_text ("upload-");
  record->key = make_text ("key/");
  record->digest_kind = (HoistDigestKind) g_test_rand_int_range (0, 3);
  for (guint number = 1; number <= record->plan.n_parts; number++)
    {
      guint8 digest[HOIST_DIGEST_MAX_BYTES];

      if (g_test_rand_bit ())
        continue;
      memset (digest, g_test_rand_int (), sizeof digest);
      hoist_upload_record_set_part (record, number, "0123456789abcdef", digest);
    }
}

static HoistDelivery *
make_delivery (void)
{
  HoistDelivery *delivery;

  if (g_test_rand_bit ())
    return NULL; /* of an earlier version */
  delivery = hoist_delivery_new ();
  delivery->server_us = g_test_rand_int_range (0, 3);
  delivery->version_id = g_test_rand_bit () ? make_text ("v") : NULL;
  delivery->proof = (guint) g_test_rand_int_range (0, 64);
  delivery->whole = (HoistWholeState) g_test_rand_int_range (0, HOIST_N_WHOLE_STATES);
  if (delivery->whole == HOIST_WHOLE_KNOWN)
    memset (delivery->sha256, g_test_rand_int (), sizeof delivery->sha256);
  delivery->verified_us = g_test_rand_int_range (0, 2);
  if (delivery->verified_us > 0)
    delivery->verdict = (HoistObjectVerdict) g_test_rand_int_range (0, HOIST_N_OBJECT_VERDICTS);
  return delivery;
}

static void
make_content (HoistUploadRecord *record)
{
  guint8 sha256[HOIST_SHA256_BYTES];

  memset (sha256, g_test_rand_int (), sizeof sha256);
  hoist_upload_record_set_content (record, &record->identity, sha256);
}

static void
make_walk (HoistUploadRecord *record, guint n_others)
{
  record->walk = hoist_walk_record_new ();
  record->walk->others = n_others > 0 ? g_ptr_array_new_with_free_func (g_free) : NULL;
  for (guint i = 0; i < n_others; i++)
    g_ptr_array_add (record->walk->others, g_strdup_printf ("/photos/%s %0100u", "\xff", i));
  if (g_test_rand_bit ())
    return;
  record->walk->root = n_others;
  record->walk->after = g_strdup (g_test_rand_bit () ? "" : "2026/\xfe.jpg");
  record->walk->n_found = (guint) g_test_rand_int_range (1, 100000);
}

static HoistUploadRecord *
make_record (guint64 id)
{
  static const HoistUploadState states[] = { HOIST_UPLOAD_QUEUED, HOIST_UPLOAD_PAUSED,
                                             HOIST_UPLOAD_FAILED, HOIST_UPLOAD_CANCELLING };
  HoistUploadRecord *record = hoist_upload_record_new (id);
  g_autofree char *name = make_text ("name ");
  g_autofree char *destination_id = make_text ("d");

  record->batch = (guint64) g_test_rand_int_range (0, 10);
  hoist_upload_record_set_path (record, g_test_rand_bit () ? "/data/\xff\xfe/a" : "/data/\xff\xfe");
  hoist_upload_record_set_name (record, g_test_rand_bit () ? "a" : name);
  hoist_upload_record_set_destination_id (record, destination_id);
  record->identity = (HoistFileIdentity){ (guint32) g_test_rand_int (), G_MAXUINT64 - id,
                                          (guint64) g_test_rand_int_range (0, 200) * MIB / 3,
                                          -(gint64) g_test_rand_int_range (0, 99999), G_MAXINT64 };
  record->added_us = g_test_rand_int_range (0, 99999);
  if (g_test_rand_bit ())
    make_content (record);
  if (g_test_rand_int_range (0, 8) == 0)
    make_walk (record, (guint) g_test_rand_int_range (0, 3));
  else if (g_test_rand_bit ())
    make_begun (record);
  record->state = states[g_test_rand_int_range (0, G_N_ELEMENTS (states))];
  if (record->state == HOIST_UPLOAD_FAILED)
    {
      record->error_code = g_test_rand_int_range (0, HOIST_N_ERRORS);
      record->error_message = make_text ("It failed: ");
    }
  return record;
}

static void
assert_parts_equal (const HoistUploadRecord *a, const HoistUploadRecord *b)
{
  gsize digest_length = hoist_digest_kind_get_length (a->digest_kind);

  g_assert_cmpuint (a->parts_done, ==, b->parts_done);
  for (guint number = 1; number <= a->plan.n_parts; number++)
    {
      const HoistPartRecord *left = hoist_upload_record_get_part (a, number);
      const HoistPartRecord *right = hoist_upload_record_get_part (b, number);

      g_assert_cmpint (left != NULL, ==, right != NULL);
      if (left == NULL)
        continue;
      g_assert_cmpuint (left->part_number, ==, number);
      g_assert_cmpuint (right->part_number, ==, number);
      g_assert_cmpstr (left->etag, ==, right->etag);
      g_assert_cmpint (left->has_digest, ==, right->has_digest);
      g_assert_cmpmem (left->digest, digest_length, right->digest, digest_length);
    }
}

static void
assert_deliveries_equal (const HoistDelivery *a, const HoistDelivery *b)
{
  g_assert_cmpint (a != NULL, ==, b != NULL);
  if (a == NULL)
    return;
  g_assert_cmpint (a->server_us, ==, b->server_us);
  g_assert_cmpstr (a->version_id, ==, b->version_id);
  g_assert_cmpuint (a->proof, ==, b->proof);
  g_assert_cmpint (a->whole, ==, b->whole);
  g_assert_cmpmem (a->sha256, sizeof a->sha256, b->sha256, sizeof b->sha256);
  g_assert_cmpint (a->verdict, ==, b->verdict);
  g_assert_cmpint (a->verified_us, ==, b->verified_us);
}

static void
assert_walks_equal (const HoistUploadRecord *a, const HoistUploadRecord *b)
{
  g_auto (GStrv) left = NULL;
  g_auto (GStrv) right = NULL;

  g_assert_cmpint (a->walk != NULL, ==, b->walk != NULL);
  if (a->walk == NULL)
    return;
  left = hoist_upload_record_dup_walk_paths (a);
  right = hoist_upload_record_dup_walk_paths (b);
  g_assert_cmpstrv (left, right);
  g_assert_cmpuint (a->walk->root, ==, b->walk->root);
  g_assert_cmpstr (a->walk->after, ==, b->walk->after);
  g_assert_cmpuint (a->walk->n_found, ==, b->walk->n_found);
}

static void
assert_equal (const HoistUploadRecord *a, const HoistUploadRecord *b)
{
  g_assert_cmpuint (a->id, ==, b->id);
  g_assert_cmpuint (a->batch, ==, b->batch);
  g_assert_cmpstr (a->path, ==, b->path);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->destination_id, ==, b->destination_id);
  g_assert_true (hoist_file_identity_equal (&a->identity, &b->identity));
  g_assert_cmpint (a->identity.ctime_ns, ==, b->identity.ctime_ns);
  g_assert_cmpint (a->added_us, ==, b->added_us);
  g_assert_cmpint (a->finished_us, ==, b->finished_us);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpint (a->error_code, ==, b->error_code);
  g_assert_cmpstr (a->error_message, ==, b->error_message);
  g_assert_cmpint (a->begun, ==, b->begun);
  g_assert_cmpstr (a->upload_id, ==, b->upload_id);
  g_assert_cmpstr (a->key, ==, b->key);
  g_assert_cmpuint (a->plan.size_bytes, ==, b->plan.size_bytes);
  g_assert_cmpuint (a->plan.part_bytes, ==, b->plan.part_bytes);
  g_assert_cmpuint (a->plan.n_parts, ==, b->plan.n_parts);
  g_assert_cmpint (a->plan.multipart, ==, b->plan.multipart);
  g_assert_cmpint (a->digest_kind, ==, b->digest_kind);
  g_assert_cmpstr (a->location, ==, b->location);
  g_assert_cmpstr (a->etag, ==, b->etag);
  g_assert_cmpstr (a->checksum, ==, b->checksum);
  assert_deliveries_equal (a->delivery, b->delivery);
  g_assert_cmpint (a->begun_us, ==, b->begun_us);
  g_assert_cmpint (a->extra != NULL, ==, b->extra != NULL);
  if (a->extra != NULL)
    g_assert_cmpvariant (a->extra, b->extra);
  assert_parts_equal (a, b);
  assert_walks_equal (a, b);
  g_assert_cmpint (a->content != NULL, ==, b->content != NULL);
  if (a->content != NULL)
    g_assert_cmpmem (a->content, sizeof *a->content, b->content, sizeof *b->content);
}

static void
assert_tables_equal (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_assert_cmpuint (g_hash_table_size (a), ==, g_hash_table_size (b));
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      HoistUploadRecord *other = g_hash_table_lookup (b, key);

      g_assert_nonnull (other);
      assert_equal (value, other);
    }
}

/* Through bytes and back, as the journal does it. */
static GVariant *
through_bytes (GVariant *event)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (event);
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (owned);
  GVariant *again = g_variant_new_from_bytes (G_VARIANT_TYPE ("(yta{sv})"), bytes, FALSE);

  g_assert_true (g_variant_is_normal_form (again));
  return g_variant_ref_sink (again);
}

static void
apply (GHashTable *table, GVariant *event)
{
  g_autoptr (GVariant) stored = through_bytes (event);
  g_autoptr (GError) error = NULL;

  hoist_record_table_apply (table, stored, &error);
  g_assert_no_error (error);
}

static GHashTable *
rebuild (GHashTable *table)
{
  GHashTable *again = hoist_record_table_new ();
  g_autoptr (GPtrArray) events = hoist_record_table_dump (table);

  for (guint i = 0; i < events->len; i++)
    apply (again, g_ptr_array_index (events, i));
  return again;
}

/* So many paths that one event cannot have them all. */
static void
test_many_paths (void)
{
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  g_autoptr (GHashTable) again = NULL;
  g_autoptr (GPtrArray) events = NULL;
  HoistUploadRecord *record = make_record (1);

  g_clear_pointer (&record->walk, hoist_walk_record_free);
  make_walk (record, 6000);
  g_hash_table_replace (table, &record->id, record);
  events = hoist_record_table_dump (table);
  for (guint i = 0; i < events->len; i++)
    g_assert_cmpuint (g_variant_get_size (g_ptr_array_index (events, i)), <, 512 * 1024);
  again = rebuild (table);
  assert_tables_equal (table, again);
}

/* --- The record itself ----------------------------------------------------- */

static void
test_parts (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  const guint8 digest[HOIST_MD5_BYTES] = { 1, 2, 3 };

  g_assert_cmpuint (hoist_upload_record_get_done_bytes (record), ==, 0);
  g_assert_null (hoist_upload_record_get_part (record, 1));
  g_assert_null (hoist_upload_record_get_part (record, 0));

  hoist_upload_record_set_part (record, 3, "c", digest);
  g_assert_cmpuint (hoist_upload_record_get_done_bytes (record), ==, 4 * MIB);
  hoist_upload_record_set_part (record, 1, "a", NULL);
  g_assert_cmpuint (hoist_upload_record_get_done_bytes (record), ==, 12 * MIB);
  hoist_upload_record_set_part (record, 1, "a2", digest); /* again: counts once */
  g_assert_cmpuint (record->parts_done, ==, 2);
  g_assert_cmpstr (hoist_upload_record_get_part (record, 1)->etag, ==, "a2");
  g_assert_true (hoist_upload_record_get_part (record, 1)->has_digest);
  g_assert_null (hoist_upload_record_get_part (record, 2));
  g_assert_null (hoist_upload_record_get_part (record, 4));

  hoist_upload_record_forget_part (record, 3);
  hoist_upload_record_forget_part (record, 3);
  hoist_upload_record_forget_part (record, 99);
  g_assert_cmpuint (record->parts_done, ==, 1);
  g_assert_cmpuint (hoist_upload_record_get_done_bytes (record), ==, 8 * MIB);

  hoist_upload_record_set_part (record, 2, NULL, NULL);
  g_assert_cmpstr (hoist_upload_record_get_part (record, 2)->etag, ==, "");
  hoist_upload_record_set_part (record, 3, "c", NULL);
  g_assert_cmpuint (hoist_upload_record_get_done_bytes (record), ==, 20 * MIB);
  hoist_upload_record_forget_parts (record);
  g_assert_cmpuint (record->parts_done, ==, 0);
  g_assert_cmpuint (hoist_upload_record_get_done_bytes (record), ==, 0);
}

static void
test_identity (void)
{
  const HoistFileIdentity a = { 1, 2, 3, 4, 5 };
  HoistFileIdentity b = a;

  b.ctime_ns = 99;
  g_assert_true (hoist_file_identity_equal (&a, &b));
  b.mtime_ns++;
  g_assert_false (hoist_file_identity_equal (&a, &b));
  b = a;
  b.size_bytes++;
  g_assert_false (hoist_file_identity_equal (&a, &b));
  b = a;
  b.inode++;
  g_assert_false (hoist_file_identity_equal (&a, &b));
  b = a;
  b.device++;
  g_assert_false (hoist_file_identity_equal (&a, &b));
}

/* --- Events ----------------------------------------------------------------- */

/* Any table: what is dumped builds it anew, and dumping that gives the same. */
static void
test_round_trip (void)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (GHashTable) table = hoist_record_table_new ();
      g_autoptr (GHashTable) again = NULL;
      g_autoptr (GPtrArray) first = NULL;
      g_autoptr (GPtrArray) second = NULL;

      for (guint64 id = 1; id <= 20; id++)
        {
          HoistUploadRecord *record = make_record (id);

          g_hash_table_insert (table, &record->id, record);
          if (id % 4 == 0)
            {
              record->finished_us = 77;
              record->location = make_text ("https://s3.example/b/");
              record->checksum = g_strdup ("c2hhMjU2-3");
              record->delivery = make_delivery ();
              apply (table, hoist_event_finished (record));
            }
        }
      again = rebuild (table);
      assert_tables_equal (table, again);
      first = hoist_record_table_dump (table);
      second = hoist_record_table_dump (again);
      g_assert_cmpuint (first->len, ==, second->len);
      for (guint i = 0; i < first->len; i++)
        g_assert_cmpvariant (g_ptr_array_index (first, i), g_ptr_array_index (second, i));
    }
}

/* A whole life, event by event, each of them twice. */
static void
test_life (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  const guint8 digest[HOIST_MD5_BYTES] = { 9, 8, 7 };
  HoistUploadRecord *stored;

  for (guint i = 0; i < 2; i++)
    apply (table, hoist_event_added (record));
  stored = fixture_lookup (table, 1);
  g_assert_false (stored->begun);
  g_assert_cmpint (stored->state, ==, HOIST_UPLOAD_QUEUED);

  for (guint i = 0; i < 2; i++)
    apply (table, hoist_event_begun (record));
  for (guint number = 1; number <= 3; number++)
    {
      hoist_upload_record_set_part (record, number, "etag", digest);
      for (guint i = 0; i < 2; i++)
        apply (table, hoist_event_part (record, number));
    }
  assert_equal (record, stored);

  record->state = HOIST_UPLOAD_SENDING; /* not stored */
  apply (table, hoist_event_state (record));
  g_assert_cmpint (stored->state, ==, HOIST_UPLOAD_QUEUED);
  record->state = HOIST_UPLOAD_PAUSED;
  record->error_code = HOIST_ERROR_NETWORK;
  record->error_message = g_strdup ("No connection");
  for (guint i = 0; i < 2; i++)
    apply (table, hoist_event_state (record));
  assert_equal (record, stored);

  hoist_upload_record_set_path (record, "/elsewhere/a");
  record->identity.inode = 4711;
  for (guint i = 0; i < 2; i++)
    apply (table, hoist_event_moved (record));
  assert_equal (record, stored);

  record->finished_us = 5;
  record->location = g_strdup ("https://s3.example/k");
  record->etag = g_strdup ("abc-3");
  record->checksum = g_strdup ("sum-3");
  for (guint i = 0; i < 2; i++)
    apply (table, hoist_event_finished (record));
  g_assert_cmpint (stored->state, ==, HOIST_UPLOAD_DONE);
  g_assert_cmpint (stored->error_code, ==, -1);
  g_assert_null (stored->error_message);
  g_assert_cmpstr (stored->location, ==, record->location);
  g_assert_cmpstr (stored->etag, ==, "abc-3");
  g_assert_cmpstr (stored->checksum, ==, "sum-3");
  g_assert_cmpuint (stored->parts_done, ==, 3);
  g_assert_null (stored->parts);
  g_assert_cmpuint (hoist_upload_record_get_done_bytes (stored), ==, 20 * MIB);

  for (guint i = 0; i < 2; i++)
    apply (table, hoist_event_removed (1));
  g_assert_null (fixture_lookup (table, 1));
  apply (table, hoist_event_state (record)); /* late: nothing comes back */
  g_assert_cmpuint (g_hash_table_size (table), ==, 0);
}

static void
test_begin_again (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  HoistUploadRecord *stored;

  apply (table, hoist_event_added (record));
  apply (table, hoist_event_begun (record));
  hoist_upload_record_set_part (record, 2, "etag", NULL);
  apply (table, hoist_event_part (record, 2));
  stored = fixture_lookup (table, 1);
  g_assert_cmpuint (stored->parts_done, ==, 1);

  g_free (record->upload_id);
  record->upload_id = g_strdup ("second");
  apply (table, hoist_event_begun (record));
  g_assert_cmpuint (stored->parts_done, ==, 0);
  g_assert_null (hoist_upload_record_get_part (stored, 2));
  g_assert_cmpstr (stored->upload_id, ==, "second");

  /* added again: as if nothing had happened yet */
  apply (table, hoist_event_added (record));
  stored = fixture_lookup (table, 1);
  g_assert_false (stored->begun);
  g_assert_null (stored->upload_id);
}

/* A single PUT is not remembered as begun, but its key is, once it is done. */
static void
test_single_put (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  g_autoptr (GHashTable) running = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) again = NULL;

  g_clear_pointer (&record->upload_id, g_free);
  record->plan = (HoistPartPlan){ 20 * MIB, 20 * MIB, 1, FALSE };
  hoist_upload_record_set_part (record, 1, "etag", NULL);
  apply (table, hoist_event_added (record));
  apply (table, hoist_event_part (record, 1));
  g_assert_cmpuint (fixture_lookup (table, 1)->parts_done, ==, 0);

  /* nor does a compaction in the middle remember it */
  g_hash_table_insert (running, &record->id, record);
  again = rebuild (running);
  g_assert_false (fixture_lookup (again, 1)->begun);
  g_assert_cmpuint (fixture_lookup (again, 1)->parts_done, ==, 0);

  record->finished_us = 5;
  apply (table, hoist_event_finished (record));
  g_assert_cmpstr (fixture_lookup (table, 1)->key, ==, "k");
  g_assert_cmpuint (hoist_upload_record_get_done_bytes (fixture_lookup (table, 1)), ==, 20 * MIB);
  g_clear_pointer (&again, g_hash_table_unref);
  again = rebuild (table);
  assert_tables_equal (table, again);
}

static void
test_minimal (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  g_autoptr (GHashTable) table = g_hash_table_new (g_int64_hash, g_int64_equal);
  static const struct
  {
    HoistUploadState state;
    gint64 finished_us;
    guint n_events;
  } rows[] = {
    { HOIST_UPLOAD_QUEUED, 0, 4 },  /* added, begun, two parts */
    { HOIST_UPLOAD_SENDING, 0, 4 }, /* under way is not stored */
    { HOIST_UPLOAD_PAUSED, 0, 5 },  /* and its state */
    { HOIST_UPLOAD_DONE, 99, 3 },   /* added, begun, finished */
  };

  g_hash_table_insert (table, &record->id, record);
  hoist_upload_record_set_part (record, 1, "a", NULL);
  hoist_upload_record_set_part (record, 3, "c", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) events = NULL;

      record->state = rows[i].state;
      record->finished_us = rows[i].finished_us;
      events = hoist_record_table_dump (table);
      g_assert_cmpuint (events->len, ==, rows[i].n_events);
    }
}

/* What had to be known before an upload was begun: the SHA-256 of its file, and which
 * version of it that was. */
static void
test_content (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  HoistFileIdentity touched;

  make_content (record);
  g_assert_nonnull (hoist_upload_record_get_content (record, &record->identity));
  touched = record->identity;
  touched.ctime_ns++;
  g_assert_null (hoist_upload_record_get_content (record, &touched));

  /* It outlives what is begun, and is forgotten when all is. */
  apply (table, hoist_event_added (record));
  apply (table, hoist_event_content (record));
  apply (table, hoist_event_begun (record));
  g_assert_nonnull (fixture_lookup (table, 1)->content);
  apply (table, hoist_event_added (record));
  g_assert_null (fixture_lookup (table, 1)->content);

  /* The receipt has it then. */
  apply (table, hoist_event_content (record));
  apply (table, hoist_event_begun (record));
  record->finished_us = 5;
  g_free (record->key);
  record->key = g_strdup ("told late");
  record->key_is_late = TRUE;
  apply (table, hoist_event_finished (record));
  g_assert_null (fixture_lookup (table, 1)->content);
  g_assert_cmpstr (fixture_lookup (table, 1)->key, ==, "told late");

  hoist_upload_record_set_content (record, NULL, NULL);
  g_assert_null (record->content);
}

/* --- What a later version wrote --------------------------------------------- */

static void
test_unknown_keys_are_kept (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  g_autoptr (GHashTable) again = NULL;
  g_autoptr (GHashTable) third = NULL;
  g_autoptr (GVariant) added = NULL;
  g_autoptr (GVariant) begun = NULL;

  /* the same key in both events must not be mixed up */
  apply (table,
         fixture_with_entry (hoist_event_added (record), "later", g_variant_new_string ("A")));
  apply (table, fixture_with_entry (hoist_event_begun (record), "later", g_variant_new_uint32 (5)));
  again = rebuild (table);
  assert_tables_equal (table, again);
  third = rebuild (again);
  assert_tables_equal (table, third);

  g_assert_nonnull (fixture_lookup (third, 1)->extra);
  added = g_variant_ref_sink (hoist_event_added (fixture_lookup (third, 1)));
  begun = g_variant_ref_sink (hoist_event_begun (fixture_lookup (third, 1)));
  {
    g_autoptr (GVariant) added_fields = g_variant_get_child_value (added, 2);
    g_autoptr (GVariant) begun_fields = g_variant_get_child_value (begun, 2);
    const char *text = NULL;
    guint32 number = 0;

    g_assert_true (g_variant_lookup (added_fields, "later", "&s", &text));
    g_assert_cmpstr (text, ==, "A");
    g_assert_true (g_variant_lookup (begun_fields, "later", "u", &number));
    g_assert_cmpuint (number, ==, 5);
  }
}

static void
test_unknown_kinds_are_skipped (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();

  apply (table, hoist_event_added (record));
  for (guint kind = HOIST_EVENT_WALKED + 1; kind < 256; kind += 31)
    apply (table, g_variant_new_parsed ("(%y, uint64 1, {'p': <5>})", (guint8) kind));
  g_assert_cmpstr (fixture_lookup (table, 1)->path, ==, "/a");
}

/* A name that is the end of its path is a place in it, and outlives a path that is another one. */
static void
test_names (void)
{
  g_autoptr (HoistUploadRecord) record = hoist_upload_record_new (1);
  const char *tail;

  hoist_upload_record_set_path (record, "/data/set/a.bin");
  hoist_upload_record_set_name (record, "set/a.bin");
  tail = record->path + strlen ("/data/");
  g_assert_true (record->name == tail);

  hoist_upload_record_set_path (record, "/elsewhere/b.bin");
  g_assert_cmpstr (record->name, ==, "set/a.bin");
  hoist_upload_record_set_path (record, "/data/set/a.bin");
  g_assert_cmpstr (record->name, ==, "set/a.bin");
  hoist_upload_record_set_name (record, "c");
  g_assert_cmpstr (record->name, ==, "c");
  g_assert_cmpstr (record->path, ==, "/data/set/a.bin");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/names", test_names);
  g_test_add_func ("/record/parts", test_parts);
  g_test_add_func ("/record/identity", test_identity);
  g_test_add_func ("/record/round-trip", test_round_trip);
  g_test_add_func ("/record/life", test_life);
  g_test_add_func ("/record/begin-again", test_begin_again);
  g_test_add_func ("/record/single-put", test_single_put);
  g_test_add_func ("/record/minimal", test_minimal);
  g_test_add_func ("/record/content", test_content);
  g_test_add_func ("/record/unknown-keys-are-kept", test_unknown_keys_are_kept);
  g_test_add_func ("/record/unknown-kinds-are-skipped", test_unknown_kinds_are_skipped);
  g_test_add_func ("/record/many-paths", test_many_paths);
  return g_test_run ();
}
