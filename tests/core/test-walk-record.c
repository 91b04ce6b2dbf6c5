/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Events of walks that nobody wrote, and those that come twice or after a lost one. */

#include "event-fixture.h"

static const FixtureChange walk_changes[] = {
  { HOIST_EVENT_ADDED, "w", "byte 1", FALSE },
  { HOIST_EVENT_ADDED, "w", "uint32 1", FALSE },
  { HOIST_EVENT_ADDED, "w", "false", TRUE },
  { HOIST_EVENT_ALSO, "f", NULL, FALSE },
  { HOIST_EVENT_ALSO, "f", "uint64 1", FALSE },
  { HOIST_EVENT_ALSO, "p", NULL, FALSE },
  { HOIST_EVENT_ALSO, "p", "'/a'", FALSE },
  { HOIST_EVENT_ALSO, "p", "@ay []", TRUE },
  { HOIST_EVENT_ALSO, "p", "b''", FALSE },
  { HOIST_EVENT_ALSO, "p", "b'relative'", FALSE },
  { HOIST_EVENT_ALSO, "p", "@ay [0x2f, 0x61]", FALSE },
  { HOIST_EVENT_ALSO, "p", "@ay [0x2f, 0, 0x61, 0]", FALSE },
  { HOIST_EVENT_ALSO, "p", "@ay [0x2f, 0, 0x2f]", FALSE },
  { HOIST_EVENT_ALSO, "p", "@ay [0x2f, 0, 0x2f, 0]", TRUE },
  { HOIST_EVENT_WALKED, "r", NULL, FALSE },
  { HOIST_EVENT_WALKED, "r", "byte 0", FALSE },
  { HOIST_EVENT_WALKED, "r", "uint32 0xffffffff", TRUE },
  { HOIST_EVENT_WALKED, "p", NULL, FALSE },
  { HOIST_EVENT_WALKED, "p", "@ay []", FALSE },
  { HOIST_EVENT_WALKED, "p", "@ay [0x61, 0, 0x61, 0]", FALSE },
  { HOIST_EVENT_WALKED, "p", "b''", TRUE },
  { HOIST_EVENT_WALKED, "n", NULL, FALSE },
  { HOIST_EVENT_WALKED, "n", "uint64 3", FALSE },
  { HOIST_EVENT_WALKED, "m", NULL, TRUE },
  { HOIST_EVENT_WALKED, "m", "b'relative'", FALSE },
  { HOIST_EVENT_WALKED, "m", "b'/media'", TRUE },
};

static HoistUploadRecord *
make_walk (void)
{
  HoistUploadRecord *record = hoist_upload_record_new (1);

  hoist_upload_record_set_path (record, "/photos");
  hoist_upload_record_set_name (record, "photos");
  hoist_upload_record_set_destination_id (record, "d");
  record->walk = hoist_walk_record_new ();
  record->walk->others = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (record->walk->others, g_strdup ("/a"));
  g_ptr_array_add (record->walk->others, g_strdup ("/b"));
  record->walk->root = 1;
  record->walk->after = g_strdup ("x/y");
  record->walk->n_found = 5;
  return record;
}

static GVariant *
make_walk_event (HoistEventKind kind, const HoistUploadRecord *record)
{
  guint next;

  if (kind == HOIST_EVENT_ALSO)
    return hoist_event_also (record, 1, &next);
  return kind == HOIST_EVENT_WALKED ? hoist_event_walked (record) : hoist_event_added (record);
}

static GHashTable *
make_walk_table (HoistUploadRecord *record)
{
  GHashTable *table = hoist_record_table_new ();

  for (int kind = HOIST_EVENT_ALSO; kind <= HOIST_EVENT_WALKED; kind++)
    fixture_apply (table,
                   make_walk_event ((HoistEventKind) kind, record)); /* orphans: nothing happens */
  fixture_apply (table, hoist_event_added (record));
  for (int kind = HOIST_EVENT_ALSO; kind <= HOIST_EVENT_WALKED; kind++)
    fixture_apply (table, make_walk_event ((HoistEventKind) kind, record));
  return table;
}

static void
test_damaged_walks (void)
{
  g_autoptr (HoistUploadRecord) record = make_walk ();

  fixture_check_changes (walk_changes, G_N_ELEMENTS (walk_changes), make_walk_table,
                         make_walk_event, record);
}

/* What is there stays; what does not follow on it is left out, since an event between was lost. */
static void
test_more_paths (void)
{
  g_autoptr (HoistUploadRecord) record = make_walk ();
  g_autoptr (GHashTable) table = make_walk_table (record);
  g_autoptr (GHashTable) before = make_walk_table (record);

  fixture_apply (table, make_walk_event (HOIST_EVENT_ALSO, record));
  fixture_apply (table, fixture_with_entry (make_walk_event (HOIST_EVENT_ALSO, record), "f",
                                            g_variant_new_uint32 (4)));
  fixture_assert_same (before, table);
  fixture_apply (table, fixture_with_entry (make_walk_event (HOIST_EVENT_ALSO, record), "f",
                                            g_variant_new_uint32 (3)));
  g_assert_cmpuint (hoist_walk_record_get_n_paths (fixture_lookup (table, 1)->walk), ==, 5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/walk-record/damaged", test_damaged_walks);
  g_test_add_func ("/walk-record/more-paths", test_more_paths);
  return g_test_run ();
}
