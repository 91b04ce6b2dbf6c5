/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Events that nobody wrote, and the bytes of those that were written. */

#include "event-fixture.h"
#include "hoist-error.h"

static const FixtureChange changes[] = {
  { HOIST_EVENT_ADDED, "b", NULL, FALSE },
  { HOIST_EVENT_ADDED, "b", "5", FALSE },
  { HOIST_EVENT_ADDED, "p", NULL, FALSE },
  { HOIST_EVENT_ADDED, "p", "'/a'", FALSE },
  { HOIST_EVENT_ADDED, "p", "b''", FALSE },
  { HOIST_EVENT_ADDED, "p", "b'relative'", FALSE },
  { HOIST_EVENT_ADDED, "p", "@ay []", FALSE },
  { HOIST_EVENT_ADDED, "p", "@ay [0x2f, 0x61]", FALSE },
  { HOIST_EVENT_ADDED, "p", "@ay [0x2f, 0, 0x61, 0]", FALSE },
  { HOIST_EVENT_ADDED, "n", NULL, FALSE },
  { HOIST_EVENT_ADDED, "n", "''", FALSE },
  { HOIST_EVENT_ADDED, "n", "b'x'", FALSE },
  { HOIST_EVENT_ADDED, "d", NULL, FALSE },
  { HOIST_EVENT_ADDED, "d", "''", FALSE },
  { HOIST_EVENT_ADDED, "i", NULL, FALSE },
  { HOIST_EVENT_ADDED, "i", "(uint64 1, uint64 2)", FALSE },
  { HOIST_EVENT_ADDED, "i", "(uint64 1, uint64 2, uint64 0x8000000000000000, int64 0, int64 0)",
    FALSE },
  { HOIST_EVENT_ADDED, "t", NULL, FALSE },
  { HOIST_EVENT_ADDED, "t", "int64 -5", TRUE },
  { HOIST_EVENT_BEGUN, "u", NULL, FALSE },
  { HOIST_EVENT_BEGUN, "u", "5", FALSE },
  { HOIST_EVENT_BEGUN, "k", NULL, TRUE },
  { HOIST_EVENT_BEGUN, "s", NULL, FALSE },
  { HOIST_EVENT_BEGUN, "s", "uint64 0x8000000000000000", FALSE },
  { HOIST_EVENT_BEGUN, "z", NULL, FALSE },
  { HOIST_EVENT_BEGUN, "z", "uint64 0", FALSE },
  { HOIST_EVENT_BEGUN, "z", "uint64 1", FALSE }, /* 20 million parts */
  { HOIST_EVENT_BEGUN, "z", "uint64 0xffffffffffffffff", TRUE },
  { HOIST_EVENT_BEGUN, "h", "byte 0", TRUE },
  { HOIST_EVENT_BEGUN, "h", "byte 3", FALSE },
  { HOIST_EVENT_BEGUN, "h", NULL, FALSE },
  { HOIST_EVENT_PART, "n", NULL, FALSE },
  { HOIST_EVENT_PART, "n", "uint32 0", FALSE },
  { HOIST_EVENT_PART, "n", "uint32 3", TRUE },
  { HOIST_EVENT_PART, "n", "uint32 4", TRUE }, /* of an earlier plan: skipped */
  { HOIST_EVENT_PART, "n", "uint32 10001", FALSE },
  { HOIST_EVENT_PART, "n", "uint32 0xffffffff", FALSE },
  { HOIST_EVENT_PART, "e", NULL, FALSE },
  { HOIST_EVENT_PART, "e", "''", TRUE },
  { HOIST_EVENT_PART, "h", NULL, TRUE },
  { HOIST_EVENT_PART, "h", "@ay []", FALSE },
  { HOIST_EVENT_PART, "h", "@ay [1, 2, 3]", FALSE },
  { HOIST_EVENT_PART, "h", "'0123456789abcde'", FALSE },
  { HOIST_EVENT_STATE, "s", NULL, FALSE },
  { HOIST_EVENT_STATE, "s", "byte 3", TRUE }, /* sending: counts as queued */
  { HOIST_EVENT_STATE, "s", "byte 10", FALSE },
  { HOIST_EVENT_STATE, "s", "byte 255", FALSE },
  { HOIST_EVENT_STATE, "e", "25", TRUE },
  { HOIST_EVENT_STATE, "e", "-2", TRUE },
  { HOIST_EVENT_STATE, "e", "uint32 5", FALSE },
  { HOIST_EVENT_STATE, "m", "5", FALSE },
  { HOIST_EVENT_FINISHED, "t", NULL, FALSE },
  { HOIST_EVENT_FINISHED, "t", "int64 0", FALSE },
  { HOIST_EVENT_FINISHED, "t", "int64 -1", FALSE },
  { HOIST_EVENT_FINISHED, "l", "5", FALSE },
  { HOIST_EVENT_FINISHED, "l", NULL, TRUE },
  { HOIST_EVENT_FINISHED, "b", "int64 -1", TRUE },
  { HOIST_EVENT_FINISHED, "s", "'now'", FALSE },
  { HOIST_EVENT_FINISHED, "v", "5", FALSE },
  { HOIST_EVENT_FINISHED, "p", "byte 1", FALSE },
  { HOIST_EVENT_FINISHED, "p", "uint32 0xffffffff", TRUE },
  { HOIST_EVENT_FINISHED, "w", "@ay []", FALSE },
  { HOIST_EVENT_FINISHED, "w", "@ay [1, 2, 3]", FALSE },
  { HOIST_EVENT_FINISHED, "w", "'0123456789abcde0123456789abcdef0'", FALSE },
  { HOIST_EVENT_FINISHED, "f", "byte 1", FALSE },
  { HOIST_EVENT_HASHED, "w", NULL, TRUE },
  { HOIST_EVENT_HASHED, "w", "@ay [1, 2, 3]", FALSE },
  { HOIST_EVENT_HASHED, "w", "'x'", FALSE },
  { HOIST_EVENT_VERIFIED, "t", NULL, FALSE },
  { HOIST_EVENT_VERIFIED, "t", "int64 -1", TRUE },
  { HOIST_EVENT_VERIFIED, "r", NULL, FALSE },
  { HOIST_EVENT_VERIFIED, "r", "uint32 1", FALSE },
  { HOIST_EVENT_VERIFIED, "r", "byte 255", TRUE }, /* one that a later version knows */
  { HOIST_EVENT_CONTENT, "i", NULL, FALSE },
  { HOIST_EVENT_CONTENT, "i", "5", FALSE },
  { HOIST_EVENT_CONTENT, "w", NULL, FALSE },
  { HOIST_EVENT_CONTENT, "w", "@ay []", FALSE },
  { HOIST_EVENT_CONTENT, "w", "@ay [1, 2, 3]", FALSE },
  { HOIST_EVENT_CONTENT, "w", "'x'", FALSE },
  { HOIST_EVENT_MOVED, "p", NULL, FALSE },
  { HOIST_EVENT_MOVED, "p", "b'relative'", FALSE },
  { HOIST_EVENT_MOVED, "i", NULL, FALSE },
  { HOIST_EVENT_MOVED, "i", "5", FALSE },
  { HOIST_EVENT_MOVED, "m", NULL, TRUE },
  { HOIST_EVENT_MOVED, "m", "b'relative'", FALSE },
  { HOIST_EVENT_MOVED, "m", "'/media'", FALSE },
  { HOIST_EVENT_ADDED, "m", NULL, TRUE },
  { HOIST_EVENT_ADDED, "m", "b''", FALSE },
};

static GVariant *
make_event (HoistEventKind kind, const HoistUploadRecord *record)
{
  switch (kind)
    {
    case HOIST_EVENT_ADDED:
      return hoist_event_added (record);
    case HOIST_EVENT_BEGUN:
      return hoist_event_begun (record);
    case HOIST_EVENT_PART:
      return hoist_event_part (record, 1);
    case HOIST_EVENT_STATE:
      return hoist_event_state (record);
    case HOIST_EVENT_FINISHED:
      return hoist_event_finished (record);
    case HOIST_EVENT_MOVED:
      return hoist_event_moved (record);
    case HOIST_EVENT_HASHED:
      return hoist_event_hashed (record);
    case HOIST_EVENT_VERIFIED:
      return hoist_event_verified (record);
    case HOIST_EVENT_CONTENT:
      return hoist_event_content (record);
    case HOIST_EVENT_REMOVED:
    default:
      return hoist_event_removed (record->id);
    }
}

static void
deliver (HoistUploadRecord *record)
{
  HoistDelivery *delivery = hoist_delivery_new ();

  record->begun_us = 3;
  record->finished_us = 5;
  delivery->server_us = 6;
  delivery->version_id = g_strdup ("v");
  delivery->proof = HOIST_PROOF_SIGNED | HOIST_PROOF_READ_SIZE;
  delivery->whole = HOIST_WHOLE_KNOWN;
  delivery->sha256[0] = 1;
  delivery->verdict = HOIST_OBJECT_REPLACED;
  delivery->verified_us = 7;
  record->delivery = delivery;
}

static HoistUploadRecord *
make_full (void)
{
  HoistUploadRecord *record = fixture_make_three_parts ();
  const guint8 digest[HOIST_MD5_BYTES] = { 1 };

  hoist_upload_record_set_part (record, 1, "a", digest);
  hoist_upload_record_set_content (record, &record->identity, (const guint8[32]){ 7 });
  record->state = HOIST_UPLOAD_PAUSED;
  record->error_code = HOIST_ERROR_NETWORK;
  record->error_message = g_strdup ("m");
  return record;
}

/* A table with the upload begun, and another one that nothing may touch. */
static GHashTable *
make_table (HoistUploadRecord *record)
{
  GHashTable *table = hoist_record_table_new ();

  fixture_apply (table, hoist_event_added (record));
  fixture_apply (table, hoist_event_begun (record));
  fixture_apply (table, hoist_event_part (record, 1));
  fixture_apply (table, hoist_event_state (record));
  return table;
}

static void
test_damaged_fields (void)
{
  g_autoptr (HoistUploadRecord) record = make_full ();

  deliver (record);
  record->location = g_strdup ("l");
  fixture_check_changes (changes, G_N_ELEMENTS (changes), make_table, make_event, record);
}

static void
test_too_long (void)
{
  static const struct
  {
    HoistEventKind kind;
    const char *key;
    gsize most;
    gboolean bytes;
  } rows[] = {
    { HOIST_EVENT_ADDED, "p", 4096, TRUE },     { HOIST_EVENT_ADDED, "n", 4096, FALSE },
    { HOIST_EVENT_ADDED, "d", 256, FALSE },     { HOIST_EVENT_BEGUN, "u", 4096, FALSE },
    { HOIST_EVENT_BEGUN, "k", 4096, FALSE },    { HOIST_EVENT_PART, "e", 1024, FALSE },
    { HOIST_EVENT_STATE, "m", 8192, FALSE },    { HOIST_EVENT_FINISHED, "l", 8192, FALSE },
    { HOIST_EVENT_FINISHED, "e", 1024, FALSE }, { HOIST_EVENT_FINISHED, "c", 256, FALSE },
    { HOIST_EVENT_FINISHED, "v", 1024, FALSE }, { HOIST_EVENT_MOVED, "p", 4096, TRUE },
    { HOIST_EVENT_ADDED, "m", 4096, TRUE },     { HOIST_EVENT_MOVED, "m", 4096, TRUE },
  };
  g_autoptr (HoistUploadRecord) record = make_full ();

  record->finished_us = 5;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize more = 0; more < 2; more++)
      {
        g_autofree char *text = g_strnfill (rows[i].most + more, '/');
        GVariant *value = rows[i].bytes ? g_variant_new_bytestring (text)
                                        : g_variant_new_string (text);

        fixture_check_event (
          make_table, record,
          fixture_with_entry (make_event (rows[i].kind, record), rows[i].key, value), more == 0);
      }
}

/* A part of an upload that has begun anew since, with fewer parts or another
 * checksum: nothing to complain about, and nothing to remember. */
static void
test_parts_of_before (void)
{
  g_autoptr (HoistUploadRecord) record = make_full ();
  g_autoptr (GHashTable) table = make_table (record);

  fixture_apply (table, g_variant_new_parsed ("(byte 3, uint64 1, {'n': <uint32 4>, 'e': <'x'>})"));
  fixture_apply (table, g_variant_new_parsed (
                          "(byte 3, uint64 1, {'n': <uint32 2>, 'e': <'x'>, 'h': "
                          "<@ay [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, "
                          "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]>})"));
  g_assert_cmpuint (fixture_lookup (table, 1)->parts_done, ==, 1);
}

static void
test_other_types (void)
{
  static const char *const others[] = { "5",
                                        "(byte 1, uint32 1, @a{sv} {})",
                                        "(byte 1, uint64 1)",
                                        "(byte 1, uint64 1, @a{ss} {})",
                                        "(byte 1, uint64 0, @a{sv} {})",
                                        "(byte 6, uint64 0, @a{sv} {})" };
  g_autoptr (HoistUploadRecord) record = make_full ();

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    fixture_check_event (make_table, record, g_variant_new_parsed (others[i]), FALSE);
}

/* Events about an upload that is not there: no error, and nothing appears. */
static void
test_orphans (void)
{
  g_autoptr (HoistUploadRecord) record = make_full ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();

  deliver (record);
  for (int kind = HOIST_EVENT_BEGUN; kind <= HOIST_EVENT_VERIFIED; kind++)
    fixture_apply (table, make_event ((HoistEventKind) kind, record));
  g_assert_cmpuint (g_hash_table_size (table), ==, 0);
}

/* What servers say is cut rather than written so that it cannot be read. */
static void
test_long_and_bad_messages (void)
{
  g_autoptr (HoistUploadRecord) record = make_full ();
  g_autoptr (GHashTable) table = make_table (record);
  g_autofree char *bad = g_strnfill (20000, '\xff');

  g_free (record->error_message);
  record->error_message = g_steal_pointer (&bad);
  fixture_apply (table, hoist_event_state (record));
  g_assert_true (g_utf8_validate (fixture_lookup (table, 1)->error_message, -1, NULL));

  hoist_upload_record_set_part (record, 2, record->error_message, NULL);
  fixture_apply (table, hoist_event_part (record, 2));
  g_assert_nonnull (hoist_upload_record_get_part (fixture_lookup (table, 1), 2));
}

/* --- The bytes on disk -------------------------------------------------------- */

/* These bytes were written by the first version and must stay readable. */
static void
test_bytes_of_version_1 (void)
{
  static const struct
  {
    HoistEventKind kind;
    const char *text;
  } rows[] = {
    { HOIST_EVENT_ADDED,
      "(byte 1, uint64 1, {'b': <uint64 0>, 'p': <b'/a'>, 'n': <'a'>, 'd': <'d'>, 'i': "
      "<(uint64 0, uint64 0, uint64 20971520, int64 0, int64 0)>, 't': <int64 0>})" },
    { HOIST_EVENT_BEGUN, "(byte 2, uint64 1, {'u': <'u'>, 'k': <'k'>, 's': <uint64 20971520>, 'z': "
                         "<uint64 8388608>, 'h': <byte 2>})" },
    { HOIST_EVENT_PART,
      "(byte 3, uint64 1, {'n': <uint32 1>, 'e': <'a'>, 'h': <@ay [1, 0, 0, 0, 0, 0, 0, 0, 0, "
      "0, 0, 0, 0, 0, 0, 0]>})" },
    { HOIST_EVENT_STATE, "(byte 4, uint64 1, {'s': <byte 6>, 'e': <5>, 'm': <'m'>})" },
    { HOIST_EVENT_FINISHED,
      "(byte 5, uint64 1, {'t': <int64 5>, 'l': <'l'>, 'e': <'f'>, 'c': <'c'>})" },
    { HOIST_EVENT_REMOVED, "(byte 6, uint64 1, @a{sv} {})" },
    { HOIST_EVENT_MOVED,
      "(byte 7, uint64 1, {'p': <b'/a'>, 'i': <(uint64 0, uint64 0, uint64 20971520, int64 0, "
      "int64 0)>})" },
  };
  g_autoptr (HoistUploadRecord) record = make_full ();

  record->finished_us = 5;
  record->location = g_strdup ("l");
  record->etag = g_strdup ("f");
  record->checksum = g_strdup ("c");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) event = g_variant_ref_sink (make_event (rows[i].kind, record));
      g_autoptr (GVariant) expected = g_variant_ref_sink (g_variant_new_parsed (rows[i].text));

      g_assert_cmpvariant (event, expected);
      fixture_check_event (make_table, record, expected, TRUE);
    }
}

#define WHOLE                                                                                      \
  "<@ay [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "                                         \
  "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>"

/* What came with proofs of delivery; these bytes must stay readable as well. */
static void
test_bytes_of_deliveries (void)
{
  static const struct
  {
    HoistEventKind kind;
    const char *text;
  } rows[] = {
    { HOIST_EVENT_BEGUN, "(byte 2, uint64 1, {'u': <'u'>, 'k': <'k'>, 's': <uint64 20971520>, 'z': "
                         "<uint64 8388608>, 'h': <byte 2>, 't': <int64 3>})" },
    { HOIST_EVENT_FINISHED, "(byte 5, uint64 1, {'t': <int64 5>, 's': <int64 6>, 'v': <'v'>, 'p': "
                            "<uint32 9>, 'w': " WHOLE "})" },
    { HOIST_EVENT_HASHED, "(byte 8, uint64 1, {'w': " WHOLE "})" },
    { HOIST_EVENT_VERIFIED, "(byte 9, uint64 1, {'t': <int64 7>, 'r': <byte 2>})" },
  };
  g_autoptr (HoistUploadRecord) record = make_full ();
  g_autoptr (GVariant) follows = NULL;
  gboolean flag = FALSE;

  deliver (record);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) event = g_variant_ref_sink (make_event (rows[i].kind, record));
      g_autoptr (GVariant) expected = g_variant_ref_sink (g_variant_new_parsed (rows[i].text));

      g_assert_cmpvariant (event, expected);
      fixture_check_event (make_table, record, expected, TRUE);
    }
  record->delivery->whole = HOIST_WHOLE_FOLLOWS;
  follows = g_variant_ref_sink (hoist_event_finished (record));
  {
    g_autoptr (GVariant) fields = g_variant_get_child_value (follows, 2);

    g_assert_true (g_variant_lookup (fields, "f", "b", &flag));
    g_assert_true (flag);
    g_assert_false (g_variant_lookup (fields, "w", "@ay", NULL));
  }
}

/* The SHA-256 comes after the delivery, or turns out not to be had any more. */
static void
test_hashed_later (void)
{
  g_autoptr (HoistUploadRecord) record = make_full ();
  g_autoptr (GHashTable) table = make_table (record);

  /* before it is delivered there is nothing that it could belong to */
  deliver (record);
  fixture_apply (table, hoist_event_hashed (record));
  fixture_apply (table, hoist_event_verified (record));
  g_assert_null (fixture_lookup (table, 1)->delivery);

  record->delivery->whole = HOIST_WHOLE_FOLLOWS;
  fixture_apply (table, hoist_event_finished (record));
  g_assert_cmpint (fixture_lookup (table, 1)->delivery->whole, ==, HOIST_WHOLE_FOLLOWS);
  record->delivery->whole = HOIST_WHOLE_KNOWN;
  for (guint i = 0; i < 2; i++)
    fixture_apply (table, hoist_event_hashed (record));
  g_assert_cmpint (fixture_lookup (table, 1)->delivery->whole, ==, HOIST_WHOLE_KNOWN);
  g_assert_cmpuint (fixture_lookup (table, 1)->delivery->sha256[0], ==, 1);
  g_assert_cmpint (fixture_lookup (table, 1)->begun_us, ==, 0); /* of a table that began without */
  record->delivery->whole = HOIST_WHOLE_NONE;
  fixture_apply (table, hoist_event_hashed (record));
  g_assert_cmpint (fixture_lookup (table, 1)->delivery->whole, ==, HOIST_WHOLE_NONE);

  /* begun anew: nothing of the delivery is left */
  fixture_apply (table, hoist_event_added (record));
  g_assert_null (fixture_lookup (table, 1)->delivery);
}

/* The same event, made by GLib of what is read from it. */
static GVariant *
make_by_glib (GVariant *event)
{
  g_autoptr (GVariant) fields = NULL;
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *key;
  GVariant *value;
  guint8 kind;
  guint64 id;

  g_variant_get (event, "(yt@a{sv})", &kind, &id, &fields);
  g_variant_iter_init (&iter, fields);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    g_variant_builder_add (&builder, "{sv}", key, value);
  return g_variant_ref_sink (
    g_variant_new ("(yt@a{sv})", kind, id, g_variant_builder_end (&builder)));
}

/* By hand or by GLib: the same bytes. GLib is not told that they are good. */
static void
assert_as_by_glib (GVariant *event)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (event);
  g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (owned);
  g_autoptr (GVariant) read =
    g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("(yta{sv})"), bytes, FALSE));
  g_autoptr (GVariant) made = make_by_glib (read);

  g_assert_true (g_variant_is_normal_form (read));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   g_variant_get_data (made), g_variant_get_size (made));
}

/* Where they are long the offsets in them have more bytes. */
static const gsize some_lengths[] = { 0,   1,   7,   8,   9,   100, 200, 224,
                                      225, 226, 230, 240, 255, 256, 257, 1000 };

static void
test_bytes_as_by_glib (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();

  record->delivery = hoist_delivery_new ();
  record->delivery->whole = HOIST_WHOLE_FOLLOWS;
  record->delivery->server_us = 1;
  hoist_upload_record_set_mount_root (record, "/media/anna/USB \xff");
  for (gsize i = 0; i < G_N_ELEMENTS (some_lengths); i++)
    {
      g_autofree char *text = g_strnfill (some_lengths[i], 'e');
      g_autofree char *path = g_strconcat ("/\xff", text, NULL);

      hoist_upload_record_set_path (record, path);
      g_free (record->error_message);
      record->error_message = g_strdup (text);
      record->error_code = HOIST_ERROR_NETWORK;
      g_free (record->etag);
      record->etag = g_strdup (text);
      hoist_upload_record_set_location (record, text);
      assert_as_by_glib (hoist_event_added (record));
      assert_as_by_glib (hoist_event_begun (record));
      assert_as_by_glib (hoist_event_state (record));
      assert_as_by_glib (hoist_event_finished (record));
      assert_as_by_glib (hoist_event_moved (record));
      assert_as_by_glib (hoist_event_removed (record->id));
    }
  /* So long that an offset has four bytes. */
  for (gsize i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strnfill (65400 + 10 * i, 'p');

      hoist_upload_record_set_path (record, path);
      assert_as_by_glib (hoist_event_added (record));
    }
}

static void
test_bytes_of_parts (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  guint8 digest[HOIST_DIGEST_MAX_BYTES];

  for (gsize i = 0; i < sizeof digest; i++)
    digest[i] = (guint8) (i * 37 + 1);
  record->id = G_GUINT64_CONSTANT (0x0102030405060708);
  for (int kind = 0; kind < 3; kind++)
    for (gsize length = 0; length < 300; length++)
      {
        g_autofree char *etag = g_strnfill (length, 'e');
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        g_autoptr (GVariant) event = NULL;

        record->digest_kind = kind == 0 ? HOIST_DIGEST_NONE
                                        : (kind == 1 ? HOIST_DIGEST_MD5 : HOIST_DIGEST_SHA256);
        hoist_upload_record_set_part (record, 2, etag, kind == 0 ? NULL : digest);
        event = g_variant_ref_sink (hoist_event_part (record, 2));
        hoist_event_write_part (bytes, record, 2);
        g_assert_cmpmem (bytes->data, bytes->len, g_variant_get_data (event),
                         g_variant_get_size (event));
        assert_as_by_glib (event);
      }
}

/* Which drive a file is on is known in the next run, and after a move to another. */
static void
test_mount_root (void)
{
  g_autoptr (HoistUploadRecord) record = fixture_make_three_parts ();
  g_autoptr (GHashTable) table = hoist_record_table_new ();
  g_autoptr (GHashTable) again = hoist_record_table_new ();
  g_autoptr (GPtrArray) events = NULL;

  hoist_upload_record_set_mount_root (record, "/media/anna/USB \xff");
  fixture_apply (table, hoist_event_added (record));
  g_assert_cmpstr (fixture_lookup (table, 1)->mount_root, ==, "/media/anna/USB \xff");
  events = hoist_record_table_dump (table);
  for (guint i = 0; i < events->len; i++)
    fixture_apply (again, g_variant_ref (g_ptr_array_index (events, i)));
  g_assert_cmpstr (fixture_lookup (again, 1)->mount_root, ==, "/media/anna/USB \xff");

  hoist_upload_record_set_mount_root (record, NULL);
  fixture_apply (table, hoist_event_moved (record));
  g_assert_null (fixture_lookup (table, 1)->mount_root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/damaged-fields", test_damaged_fields);
  g_test_add_func ("/event/too-long", test_too_long);
  g_test_add_func ("/event/parts-of-before", test_parts_of_before);
  g_test_add_func ("/event/other-types", test_other_types);
  g_test_add_func ("/event/orphans", test_orphans);
  g_test_add_func ("/event/long-and-bad-messages", test_long_and_bad_messages);
  g_test_add_func ("/event/bytes-of-version-1", test_bytes_of_version_1);
  g_test_add_func ("/event/bytes-of-deliveries", test_bytes_of_deliveries);
  g_test_add_func ("/event/hashed-later", test_hashed_later);
  g_test_add_func ("/event/mount-root", test_mount_root);
  g_test_add_func ("/event/bytes-as-by-glib", test_bytes_as_by_glib);
  g_test_add_func ("/event/bytes-of-parts", test_bytes_of_parts);
  return g_test_run ();
}
