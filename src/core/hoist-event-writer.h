/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "hoist-record.h"

G_BEGIN_DECLS

/**
 * HoistEventWriter:
 *
 * An event that is being written.
 */
typedef struct
{
  GByteArray *bytes; /* (owned) or borrowed, as its beginner says */
  gsize dict;        /* where the fields begin */
  GArray *ends;      /* (owned) (element-type guint32) of the fields, from there */
} HoistEventWriter;

void hoist_event_writer_begin (HoistEventWriter *writer,
                               GByteArray *bytes,
                               HoistEventKind kind,
                               guint64 id);
void hoist_event_writer_begin_new (HoistEventWriter *writer, HoistEventKind kind, guint64 id);
void hoist_event_writer_add (HoistEventWriter *writer,
                             const char *key,
                             const char *type,
                             const void *value,
                             gsize length);
void hoist_event_writer_add_string (HoistEventWriter *writer, const char *key, const char *text);
void hoist_event_writer_add_path (HoistEventWriter *writer, const char *key, const char *path);
void hoist_event_writer_add_byte (HoistEventWriter *writer, const char *key, guint8 number);
void hoist_event_writer_add_uint32 (HoistEventWriter *writer, const char *key, guint32 number);
void hoist_event_writer_add_uint64 (HoistEventWriter *writer, const char *key, guint64 number);
void hoist_event_writer_add_int64 (HoistEventWriter *writer, const char *key, gint64 number);
void hoist_event_writer_add_entry (HoistEventWriter *writer, GVariant *entry);
void hoist_event_writer_end (HoistEventWriter *writer);
GVariant *hoist_event_writer_end_new (HoistEventWriter *writer);

G_END_DECLS
