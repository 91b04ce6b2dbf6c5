/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-fault-log.h"

G_BEGIN_DECLS

/* What is to happen with one request. */
typedef struct
{
  HoistFaultRule *rule; /* (owned) (nullable) of those with an action the first that hits it */
  guint latency_ms;
  guint64 bytes_per_s;
} HoistFaultPlan;

/**
 * HoistFaultBook:
 *
 * The rules, and every request that there was: what decides which request a
 * rule hits. May be used from any thread.
 */
typedef struct _HoistFaultBook HoistFaultBook;

HoistFaultBook *hoist_fault_book_new (void);
void hoist_fault_book_free (HoistFaultBook *self);
void hoist_fault_book_set_log (HoistFaultBook *self, FILE *file);
void hoist_fault_book_set_rules (HoistFaultBook *self, GPtrArray *rules, guint64 seed);
HoistFaultRecord *hoist_fault_book_begin (HoistFaultBook *self,
                                          const HoistFaultRequest *request,
                                          guint64 connection,
                                          HoistFaultPlan *plan);
void hoist_fault_book_end (HoistFaultBook *self, HoistFaultRecord *record);
guint64 hoist_fault_book_get_length (HoistFaultBook *self);
guint hoist_fault_book_count (HoistFaultBook *self,
                              guint64 after_number,
                              HoistFaultOperation operation,
                              const char *upload_id,
                              guint part_number);

G_END_DECLS
