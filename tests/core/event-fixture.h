/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-record.h"

G_BEGIN_DECLS

/* An event whose field @key is another one, and whether it is taken. */
typedef struct
{
  HoistEventKind kind;
  const char *key;
  const char *value; /* NULL = left out */
  gboolean good;
} FixtureChange;

typedef GHashTable *(*FixtureMakeTable) (HoistUploadRecord *record);
typedef GVariant *(*FixtureMakeEvent) (HoistEventKind kind, const HoistUploadRecord *record);

HoistUploadRecord *fixture_make_three_parts (void);
void fixture_apply (GHashTable *table, GVariant *event);
HoistUploadRecord *fixture_lookup (GHashTable *table, guint64 id);
GVariant *fixture_with_entry (GVariant *event, const char *key, GVariant *value);
void fixture_assert_same (GHashTable *a, GHashTable *b);
void fixture_check_event (FixtureMakeTable make_table,
                          HoistUploadRecord *record,
                          GVariant *event,
                          gboolean good);
void fixture_check_changes (const FixtureChange *changes,
                            gsize n_changes,
                            FixtureMakeTable make_table,
                            FixtureMakeEvent make_event,
                            HoistUploadRecord *record);

G_END_DECLS
