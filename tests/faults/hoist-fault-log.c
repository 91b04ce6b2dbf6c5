/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-fault-log.h"

HoistFaultRecord *
hoist_fault_record_new (const HoistFaultRequest *request)
{
  HoistFaultRecord *record = g_new0 (HoistFaultRecord, 1);

  record->operation = request->operation;
  record->subject = g_strdup (request->subject);
  record->upload_id = g_strdup (request->upload_id);
  record->part_number = request->part_number;
  return record;
}

void
hoist_fault_record_free (HoistFaultRecord *record)
{
  g_free (record->subject);
  g_free (record->upload_id);
  g_free (record->fault);
  g_free (record);
}

/* What stands in a URL's path is ASCII; what is not, is no URL. */
static void
write_text (FILE *file, const char *name, const char *text)
{
  fprintf (file, ",\"%s\":\"", name);
  for (; *text != '\0'; text++)
    if (*text == '"' || *text == '\\')
      fprintf (file, "\\%c", *text);
    else
      fputc (g_ascii_isprint (*text) ? *text : '?', file);
  fputc ('"', file);
}

static void
write_number (FILE *file, const char *name, guint64 number)
{
  fprintf (file, ",\"%s\":%" G_GUINT64_FORMAT, name, number);
}

/**
 * hoist_fault_record_write:
 *
 * Writes a request that ended as one line of JSON, and flushes it.
 */
void
hoist_fault_record_write (const HoistFaultRecord *record, FILE *file)
{
  fprintf (file, "{\"number\":%" G_GUINT64_FORMAT, record->number);
  write_text (file, "operation", hoist_fault_operation_get_name (record->operation));
  write_text (file, "subject", record->subject);
  write_text (file, "upload", record->upload_id);
  write_number (file, "part", record->part_number);
  write_number (file, "attempt", record->attempt);
  write_number (file, "connection", record->connection);
  write_number (file, "started_us", (guint64) record->started_us);
  write_number (file, "ended_us", (guint64) record->ended_us);
  write_number (file, "request_bytes", record->request_bytes);
  write_number (file, "answer_bytes", record->answer_bytes);
  write_number (file, "server_status", record->server_status);
  write_number (file, "status", record->status);
  fprintf (file, ",\"whole\":%s", record->whole ? "true" : "false");
  write_text (file, "fault", record->fault != NULL ? record->fault : "");
  fputs ("}\n", file);
  fflush (file);
}
