/* SPDX-License-Identifier: GPL-3.0-or-later */

/* journal-dump FOLDER: what a journal has, a line of JSON for each upload. FOLDER
 * is a copy, since opening it repairs it. */

#include <json-glib/json-glib.h>
#include <stdlib.h>

#include "hoist-journal.h"

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value != NULL ? value : "");
}

static void
print_record (const HoistUploadRecord *record)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_string (builder, "name", record->name);
  add_string (builder, "state", hoist_upload_state_get_nick (record->state));
  add_string (builder, "upload", record->begun ? record->upload_id : NULL);
  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (guint number = 1; record->begun && number <= record->plan.n_parts; number++)
    if (hoist_upload_record_get_part (record, number) != NULL)
      json_builder_add_int_value (builder, number);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  text = json_to_string (node, FALSE);
  g_print ("%s\n", text);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistJournal) journal = NULL;
  g_autoptr (GHashTable) records = NULL;
  g_auto (HoistJournalReport) report = { 0 };
  GHashTableIter iter;
  HoistUploadRecord *record;

  if (argc != 2)
    return 2;
  journal = hoist_journal_open (argv[1], &report, &error);
  if (journal == NULL || report.n_damaged > 0)
    {
      g_printerr ("journal-dump: %s\n", error != NULL ? error->message : "it is damaged");
      return EXIT_FAILURE;
    }
  records = hoist_journal_steal_records (journal);
  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &record))
    print_record (record);
  return hoist_journal_close (journal, NULL) ? EXIT_SUCCESS : EXIT_FAILURE;
}
