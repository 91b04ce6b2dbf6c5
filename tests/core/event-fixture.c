/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Events that nobody wrote, and what must come of them. */

#include "event-fixture.h"

#include "hoist-error.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

HoistUploadRecord *
fixture_make_three_parts (void)
{
  HoistUploadRecord *record = hoist_upload_record_new (1);

  hoist_upload_record_set_path (record, "/a");
  hoist_upload_record_set_name (record, "a");
  hoist_upload_record_set_destination_id (record, "d");
  record->identity.size_bytes = 20 * MIB;
  record->begun = TRUE;
  record->upload_id = g_strdup ("u");
  record->key = g_strdup ("k");
  record->digest_kind = HOIST_DIGEST_MD5;
  record->plan = (HoistPartPlan){ 20 * MIB, 8 * MIB, 3, TRUE };
  return record;
}

void
fixture_apply (GHashTable *table, GVariant *event)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hoist_record_table_apply (table, event, &error));
  g_assert_no_error (error);
}

HoistUploadRecord *
fixture_lookup (GHashTable *table, guint64 id)
{
  return g_hash_table_lookup (table, &id);
}

/* The event with another value of a field, or without it. */
GVariant *
fixture_with_entry (GVariant *event, const char *key, GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (event);
  g_autoptr (GVariant) dict = g_variant_get_child_value (owned, 2);
  guint8 kind;
  guint64 id;
  GVariantDict changed;

  g_variant_get (owned, "(yt@a{sv})", &kind, &id, NULL);
  g_variant_dict_init (&changed, dict);
  g_variant_dict_remove (&changed, key);
  if (value != NULL)
    g_variant_dict_insert_value (&changed, key, value);
  return g_variant_new ("(yt@a{sv})", kind, id, g_variant_dict_end (&changed));
}

void
fixture_assert_same (GHashTable *a, GHashTable *b)
{
  g_autoptr (GPtrArray) left = hoist_record_table_dump (a);
  g_autoptr (GPtrArray) right = hoist_record_table_dump (b);

  g_assert_cmpuint (left->len, ==, right->len);
  for (guint i = 0; i < left->len; i++)
    g_assert_cmpvariant (g_ptr_array_index (left, i), g_ptr_array_index (right, i));
}

/* What is refused changes nothing. */
void
fixture_check_event (FixtureMakeTable make_table,
                     HoistUploadRecord *record,
                     GVariant *event,
                     gboolean good)
{
  g_autoptr (GHashTable) before = make_table (record);
  g_autoptr (GHashTable) table = make_table (record);
  g_autoptr (GVariant) owned = g_variant_ref_sink (event);
  g_autoptr (GError) error = NULL;
  gboolean applied = hoist_record_table_apply (table, owned, &error);

  g_assert_cmpint (applied, ==, good);
  if (applied)
    return;
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
  fixture_assert_same (before, table);
}

void
fixture_check_changes (const FixtureChange *changes,
                       gsize n_changes,
                       FixtureMakeTable make_table,
                       FixtureMakeEvent make_event,
                       HoistUploadRecord *record)
{
  for (gsize i = 0; i < n_changes; i++)
    {
      const FixtureChange *change = &changes[i];
      GVariant *value = change->value != NULL ? g_variant_new_parsed (change->value) : NULL;

      g_test_message ("%d %s = %s", change->kind, change->key, change->value);
      fixture_check_event (
        make_table, record,
        fixture_with_entry (make_event (change->kind, record), change->key, value), change->good);
    }
}
