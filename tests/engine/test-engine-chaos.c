/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whatever goes wrong and whatever a person does meanwhile: in the end each file
 * lies there, once and whole. GTest prints the seed; --seed repeats a run. */

#include "engine-lab.h"
#include "hoist-journal.h"

#define MIB (1024 * 1024)
#define N_FILES 5
#define N_STEPS 20
#define MAX_FAULTS 6

/* Of 200 ms each, that all may take to its end once nothing goes wrong any more. */
#define MAX_ROUNDS 75

#define S3_ERROR(code) "<?xml version=\"1.0\"?><Error><Code>" code "</Code></Error>"
#define API_ERROR(code) "{\"error\":{\"code\":\"" code "\",\"message\":\"scripted\"}}"
#define EXPIRED "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"

static const gsize sizes[] = {
  0, 1, 5000, MIB - 1, MIB, 8 * MIB, 8 * MIB + 1, 17 * MIB + 3, 20 * MIB,
};

/* An upload that the server began while nobody waited for the answer any more
 * is nobody's: begin calls are not held. */
static const LabOperation operations[] = {
  LAB_ROOT, LAB_STATUS, LAB_SIGN, LAB_COMPLETE, LAB_ABORT,
  LAB_PUT,  LAB_PART,   LAB_PART, LAB_INITIATE,
};

/* A part that the journal called done, and how often it was sent by then. */
typedef struct
{
  char *upload_id; /* (owned) */
  guint part_number;
  guint count;
} DonePart;

typedef struct
{
  Lab lab;
  char *names[N_FILES];
  char *paths[N_FILES];
  GPtrArray *done_parts; /* (element-type DonePart) */
  GHashTable *done;      /* ids that were seen as done */
} Chaos;

static void
done_part_free (DonePart *part)
{
  g_free (part->upload_id);
  g_free (part);
}

/* --- What goes wrong --------------------------------------------------------------------------- */

static void
set_answer (LabFault *fault)
{
  gboolean storage = fault->operation == LAB_PUT || fault->operation == LAB_PART;

  fault->action = LAB_ANSWER;
  fault->content_type = storage ? "application/xml" : "application/json";
  switch (g_test_rand_int_range (0, storage ? 3 : 2))
    {
    case 0:
      fault->status = 500;
      fault->body = storage ? S3_ERROR ("InternalError") : API_ERROR ("internal");
      break;
    case 1:
      fault->status = 503;
      fault->body = storage ? S3_ERROR ("SlowDown") : API_ERROR ("unavailable");
      break;
    default:
      fault->status = 403;
      fault->body = EXPIRED;
    }
}

static void
set_random_faults (Chaos *self)
{
  LabFault faults[MAX_FAULTS] = { 0 };
  guint n = (guint) g_test_rand_int_range (1, MAX_FAULTS + 1);

  for (guint i = 0; i < n; i++)
    {
      LabFault *fault = &faults[i];

      fault->operation = operations[g_test_rand_int_range (0, G_N_ELEMENTS (operations))];
      fault->part_number = fault->operation == LAB_PART ? (guint) g_test_rand_int_range (0, 4) : 0;
      fault->first = (guint) g_test_rand_int_range (1, 4);
      fault->last = fault->first + (guint) g_test_rand_int_range (0, 3);
      fault->action = g_test_rand_bit () ? LAB_DROP : LAB_HOLD;
      if (fault->operation == LAB_INITIATE)
        fault->action = LAB_DROP;
      if (g_test_rand_bit ())
        set_answer (fault);
    }
  lab_set_faults (&self->lab, faults, n);
}

/* --- What a person does ------------------------------------------------------------------------ */

static gboolean
time_is_up_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
go_on_for (guint ms)
{
  gboolean up = FALSE;

  g_timeout_add (ms, time_is_up_cb, &up);
  while (!up)
    g_main_context_iteration (NULL, TRUE);
}

static void
say (Chaos *self, HoistCommand command)
{
  guint index = (guint) g_test_rand_int_range (0, N_FILES + 1);
  const HoistUploadInfo *info = lab_get_info (&self->lab, index);

  if (info == NULL)
    lab_command (&self->lab, command);
  else
    hoist_uploader_command (HOIST_UPLOADER (self->lab.engine), command, &info->id, 1);
}

/* By id, since the list is a moment behind the engine. */
static void
undo_all (Chaos *self)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < lab_count_uploads (&self->lab); i++)
    g_array_append_val (ids, lab_get_info (&self->lab, i)->id);
  hoist_uploader_command (HOIST_UPLOADER (self->lab.engine), HOIST_COMMAND_UNDO_CANCEL,
                          (const guint64 *) (gpointer) ids->data, ids->len);
}

static void
note_done_parts (Chaos *self)
{
  g_autoptr (GError) error = NULL;
  HoistJournalReport report = { 0 };
  g_autoptr (HoistJournal) journal =
    hoist_journal_open (self->lab.config.state_folder, &report, &error);
  g_autoptr (GHashTable) records = NULL;
  GHashTableIter iter;
  HoistUploadRecord *record;

  g_assert_no_error (error);
  g_assert_cmpuint (report.n_damaged, ==, 0);
  records = hoist_journal_steal_records (journal);
  g_hash_table_iter_init (&iter, records);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &record))
    for (guint number = 1; record->begun && number <= record->plan.n_parts; number++)
      if (hoist_upload_record_get_part (record, number) != NULL)
        {
          DonePart *part = g_new (DonePart, 1);

          part->upload_id = g_strdup (record->upload_id);
          part->part_number = number;
          part->count = lab_count_part_of (&self->lab, record->upload_id, number);
          g_ptr_array_add (self->done_parts, part);
        }
  hoist_journal_report_clear (&report);
}

static void
restart (Chaos *self)
{
  lab_stop_engine (&self->lab);
  note_done_parts (self);
  lab_start_engine (&self->lab);
}

static void
do_something (Chaos *self)
{
  switch (g_test_rand_int_range (0, 9))
    {
    case 0:
      say (self, HOIST_COMMAND_PAUSE);
      break;
    case 1:
    case 2:
      say (self, HOIST_COMMAND_RESUME);
      break;
    case 3:
      say (self, HOIST_COMMAND_RETRY);
      break;
    case 4:
      say (self, HOIST_COMMAND_CANCEL);
      go_on_for ((guint) g_test_rand_int_range (0, 10));
      undo_all (self);
      break;
    case 5:
      restart (self);
      break;
    case 6:
      lab_release (&self->lab);
      break;
    default:
      set_random_faults (self);
    }
}

/* --- What must hold ---------------------------------------------------------------------------- */

/* What was done stays done. */
static gboolean
check_list (Chaos *self)
{
  guint n = lab_count_uploads (&self->lab);
  guint n_done = 0;

  for (guint i = 0; i < n; i++)
    {
      const HoistUploadInfo *info = lab_get_info (&self->lab, i);

      if (info->error_message != NULL)
        g_assert_null (strstr (info->error_message, "X-Amz-"));
      if (info->state == HOIST_UPLOAD_DONE)
        {
          n_done++;
          g_hash_table_add (self->done, g_memdup2 (&info->id, sizeof info->id));
        }
      else
        g_assert_false (g_hash_table_contains (self->done, &info->id));
    }
  g_assert_cmpuint (n, <=, N_FILES);
  return n_done == N_FILES;
}

static void
describe (Chaos *self)
{
  for (guint i = 0; i < lab_count_uploads (&self->lab); i++)
    {
      const HoistUploadInfo *info = lab_get_info (&self->lab, i);

      g_printerr ("%s, %" G_GUINT64_FORMAT " bytes: %s, %u of %u parts, %s\n", info->name,
                  info->size_bytes, hoist_upload_state_get_nick (info->state), info->parts_done,
                  info->parts_total, info->error_message);
    }
}

static void
finish_all (Chaos *self)
{
  lab_release (&self->lab);
  for (guint i = 0; !check_list (self); i++)
    {
      if (i == MAX_ROUNDS)
        describe (self);
      g_assert_cmpuint (i, <, MAX_ROUNDS);
      lab_command (&self->lab, HOIST_COMMAND_RETRY);
      lab_command (&self->lab, HOIST_COMMAND_RESUME);
      go_on_for (200);
    }
}

static void
assert_all_is_right (Chaos *self)
{
  g_autofree char *uploads =
    g_build_filename (self->lab.folder, "backend", ".hoist", "uploads", NULL);
  g_autoptr (GDir) dir = g_dir_open (uploads, 0, NULL);

  for (guint i = 0; i < N_FILES; i++)
    lab_assert_stored (&self->lab, self->names[i], self->paths[i]);
  if (dir != NULL)
    g_assert_cmpstr (g_dir_read_name (dir), ==, NULL);
  for (guint i = 0; i < self->done_parts->len; i++)
    {
      DonePart *part = g_ptr_array_index (self->done_parts, i);
      g_assert_cmpuint (lab_count_part_of (&self->lab, part->upload_id, part->part_number), ==,
                        part->count);
    }
}

static gboolean
all_are_listed (Lab *lab)
{
  return lab_count_uploads (lab) == N_FILES;
}

static void
set_up (Chaos *self, gconstpointer data)
{
  lab_set_up (&self->lab);
  lab_stop_engine (&self->lab);
  self->lab.config.undo_us = 3600 * (gint64) G_USEC_PER_SEC;
  lab_start_engine (&self->lab);
  self->done_parts = g_ptr_array_new_with_free_func ((GDestroyNotify) done_part_free);
  self->done = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < N_FILES; i++)
    {
      gsize size = sizes[g_test_rand_int_range (0, G_N_ELEMENTS (sizes))];

      self->names[i] = g_strdup_printf ("file %u", i);
      self->paths[i] = lab_make_file (&self->lab, self->names[i], size);
    }
}

static void
tear_down (Chaos *self, gconstpointer data)
{
  lab_tear_down (&self->lab);
  for (guint i = 0; i < N_FILES; i++)
    {
      g_free (self->names[i]);
      g_free (self->paths[i]);
    }
  g_ptr_array_unref (self->done_parts);
  g_hash_table_unref (self->done);
}

static void
test_chaos (Chaos *self, gconstpointer data)
{
  set_random_faults (self);
  for (guint i = 0; i < N_FILES; i++)
    lab_add (&self->lab, self->paths[i]);
  lab_wait_until (&self->lab, all_are_listed);
  for (guint i = 0; i < N_STEPS; i++)
    {
      do_something (self);
      go_on_for ((guint) g_test_rand_int_range (0, 40));
      check_list (self);
    }
  finish_all (self);
  restart (self);
  g_assert_true (check_list (self));
  assert_all_is_right (self);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/engine/chaos", Chaos, NULL, set_up, test_chaos, tear_down);
  return g_test_run ();
}
