/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-fault-book.h"

struct _HoistFaultBook
{
  gint64 made_us;

  GMutex lock;          /* what follows */
  GPtrArray *rules;     /* (owned) (element-type HoistFaultRule) */
  guint64 seed;         /* */
  GHashTable *hits;     /* (owned) rule -> how often it hit */
  GHashTable *attempts; /* (owned) operation, subject and part -> tries */
  GPtrArray *records;   /* (owned) (element-type HoistFaultRecord) in order */
  FILE *log;            /* (nullable) borrowed */
};

HoistFaultBook *
hoist_fault_book_new (void)
{
  HoistFaultBook *self = g_new0 (HoistFaultBook, 1);

  g_mutex_init (&self->lock);
  self->made_us = g_get_monotonic_time ();
  self->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_fault_rule_unref);
  self->hits = g_hash_table_new (NULL, NULL);
  self->attempts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_fault_record_free);
  return self;
}

void
hoist_fault_book_free (HoistFaultBook *self)
{
  g_ptr_array_unref (self->rules);
  g_hash_table_unref (self->hits);
  g_hash_table_unref (self->attempts);
  g_ptr_array_unref (self->records);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
hoist_fault_book_set_log (HoistFaultBook *self, FILE *file)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->log = file;
}

/**
 * hoist_fault_book_set_rules:
 * @rules: (nullable) (element-type HoistFaultRule): those that hold from now on
 *
 * Counting the tries begins anew.
 */
void
hoist_fault_book_set_rules (HoistFaultBook *self, GPtrArray *rules, guint64 seed)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_set_size (self->rules, 0);
  for (guint i = 0; rules != NULL && i < rules->len; i++)
    g_ptr_array_add (self->rules, hoist_fault_rule_ref (g_ptr_array_index (rules, i)));
  self->seed = seed;
  g_hash_table_remove_all (self->attempts);
  g_hash_table_remove_all (self->hits);
}

static guint
count_attempt (HoistFaultBook *self, const HoistFaultRequest *request, const char *subject)
{
  char *key = g_strdup_printf ("%u %s %u", request->operation, subject, request->part_number);
  guint attempt = GPOINTER_TO_UINT (g_hash_table_lookup (self->attempts, key)) + 1;

  g_hash_table_insert (self->attempts, key, GUINT_TO_POINTER (attempt));
  return attempt;
}

static gboolean
has_times_left (HoistFaultBook *self, HoistFaultRule *rule)
{
  guint hits = GPOINTER_TO_UINT (g_hash_table_lookup (self->hits, rule));

  if (rule->times != 0 && hits >= rule->times)
    return FALSE;
  g_hash_table_insert (self->hits, rule, GUINT_TO_POINTER (hits + 1));
  return TRUE;
}

static void
make_plan (HoistFaultBook *self,
           const HoistFaultRequest *request,
           guint attempt,
           guint attempt_of_operation,
           HoistFaultPlan *plan)
{
  for (guint i = 0; i < self->rules->len; i++)
    {
      HoistFaultRule *rule = g_ptr_array_index (self->rules, i);

      if (rule->action != HOIST_FAULT_PASS && plan->rule != NULL)
        continue;
      if (!hoist_fault_rule_applies (
            rule, request->operation, request->subject, request->part_number,
            rule->by_operation ? attempt_of_operation : attempt, self->seed) ||
          !has_times_left (self, rule))
        continue;
      plan->latency_ms += rule->latency_ms;
      if (rule->bytes_per_s != 0)
        plan->bytes_per_s = rule->bytes_per_s;
      if (rule->action != HOIST_FAULT_PASS)
        plan->rule = hoist_fault_rule_ref (rule);
    }
}

/**
 * hoist_fault_book_begin:
 * @plan: (out caller-allocates): what goes wrong with it
 *
 * Enters a request.
 *
 * Returns: (transfer none): its record, to be filled in by who serves it
 */
HoistFaultRecord *
hoist_fault_book_begin (HoistFaultBook *self,
                        const HoistFaultRequest *request,
                        guint64 connection,
                        HoistFaultPlan *plan)
{
  HoistFaultRecord *record = hoist_fault_record_new (request);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  *plan = (HoistFaultPlan){ 0 };
  record->attempt = count_attempt (self, request, request->subject);
  record->connection = connection;
  record->started_us = g_get_monotonic_time () - self->made_us;
  g_ptr_array_add (self->records, record);
  record->number = self->records->len;
  /* A path is never empty, so this is a count of its own. */
  make_plan (self, request, record->attempt, count_attempt (self, request, ""), plan);
  if (plan->rule != NULL)
    record->fault = g_strdup (plan->rule->name);
  return record;
}

void
hoist_fault_book_end (HoistFaultBook *self, HoistFaultRecord *record)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  record->ended_us = g_get_monotonic_time () - self->made_us;
  if (self->log != NULL)
    hoist_fault_record_write (record, self->log);
}

guint64
hoist_fault_book_get_length (HoistFaultBook *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->records->len;
}

/**
 * hoist_fault_book_count:
 *
 * As hoist_fault_proxy_count().
 */
guint
hoist_fault_book_count (HoistFaultBook *self,
                        guint64 after_number,
                        HoistFaultOperation operation,
                        const char *upload_id,
                        guint part_number)
{
  guint n = 0;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (guint64 i = after_number; i < self->records->len; i++)
    {
      const HoistFaultRecord *record = g_ptr_array_index (self->records, i);

      n += record->operation == operation &&
           (upload_id == NULL || g_str_equal (upload_id, record->upload_id)) &&
           (part_number == 0 || part_number == record->part_number);
    }
  return n;
}
