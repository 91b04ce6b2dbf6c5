/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-scheduler-private.h"

/* Large uploads that share the slots: enough that one that waits for its server
 * leaves none empty, few enough that the first ones arrive first. */
#define MAX_ACTIVE_LARGE 3

/* Small ones that are hashed, begun or sent at a time, for each slot. */
#define ACTIVE_SMALL_PER_SLOT 4
#define ACTIVE_SMALL_EXTRA 8

/* So many may wait for their server to finish, or for their disk, without holding others up: each
 * has a file open. */
#define MAX_ELSEWHERE 32

/* So many may wait for the journal to have their removal: what a person clears at once goes
 * in few writes, and others in its place meanwhile. */
#define MAX_REMOVING 256

#define SAMPLE_INTERVAL_MS 250

/* For each device. Hashing is bound by the processor, looking at files by the disk. */
#define N_HASH_WORKERS 2
#define N_FILE_WORKERS 4

/**
 * hoist_route_free:
 * @route: (transfer full): a way to a destination that nobody takes any more
 *
 * Frees @route, and ends the calls to its destination.
 */
void
hoist_route_free (HoistRoute *route)
{
  hoist_target_close (route->target);
  g_object_unref (route->target);
  g_free (route);
}

/**
 * hoist_scheduler_get_route:
 * @self: a scheduler
 * @destination_id: a destination
 *
 * Returns: (transfer none) (nullable): the way there; %NULL if it is not known
 */
HoistRoute *
hoist_scheduler_get_route (HoistScheduler *self, const char *destination_id)
{
  return g_hash_table_lookup (self->routes, destination_id);
}

static void
leave_queue (HoistTransfer *transfer)
{
  if (transfer->queue == NULL)
    return;
  g_queue_unlink (transfer->queue, &transfer->link);
  transfer->queue = NULL;
  transfer->turn = 0;
}

/* What is cancelled goes before all others: it is not held up by limits. */
static void
enter_queue (HoistTransfer *transfer, GQueue *queue)
{
  leave_queue (transfer);
  if (transfer->record->state == HOIST_UPLOAD_CANCELLING)
    g_queue_push_head_link (queue, &transfer->link);
  else
    g_queue_push_tail_link (queue, &transfer->link);
  transfer->queue = queue;
}

static HoistLane
get_lane (HoistTransfer *transfer)
{
  return transfer->record->state == HOIST_UPLOAD_CANCELLING || hoist_transfer_is_small (transfer)
           ? HOIST_LANE_SMALL
           : HOIST_LANE_LARGE;
}

static void
fail_without_destination (HoistTransfer *transfer)
{
  HoistUploadRecord *record = transfer->record;

  const char *format = record->state == HOIST_UPLOAD_CANCELLING
    /* Translators: %s is the name of a destination */
    ? _ ("The destination “%s” does not exist any more. What was sent is cleared "
                              "when it is added again under this name.")
    : _ ("The destination “%s” does not exist any more. Add it again, then retry.");

  record->error_code = HOIST_ERROR_BAD_INPUT;
  g_free (record->error_message);
  record->error_message = g_strdup_printf (format, record->destination_id);
  if (record->state == HOIST_UPLOAD_QUEUED)
    record->state = HOIST_UPLOAD_FAILED;
}

/* Its destination is there again. */
static void
forget_error (HoistUploadRecord *record)
{
  record->error_code = -1;
  g_clear_pointer (&record->error_message, g_free);
}

/* Whether it only is to disappear from the list, for which nobody is asked. */
static gboolean
only_leaves (HoistTransfer *transfer)
{
  return transfer->record->state == HOIST_UPLOAD_CANCELLING &&
         !hoist_transfer_needs_server (transfer);
}

/**
 * hoist_scheduler_place:
 * @self: a scheduler
 * @transfer: an upload without a run
 *
 * Puts an upload where its record and its time say: among those that may go,
 * those that wait, or none.
 */
void
hoist_scheduler_place (HoistScheduler *self, HoistTransfer *transfer)
{
  HoistRoute *route = hoist_scheduler_get_route (self, transfer->record->destination_id);
  gboolean wants_work = transfer->record->state == HOIST_UPLOAD_QUEUED ||
                        transfer->record->state == HOIST_UPLOAD_CANCELLING;

  leave_queue (transfer);
  hoist_scheduler_index (self, transfer);
  if (transfer->record->walk != NULL)
    hoist_scheduler_place_walk (self, transfer);
  if (wants_work && route == NULL && !only_leaves (transfer) && transfer->record->walk == NULL)
    fail_without_destination (transfer);
  else if (wants_work && transfer->wait_until_us != 0)
    {
      enter_queue (transfer, &self->waiting);
      hoist_scheduler_kick_at (self, transfer->wait_until_us);
    }
  else if (wants_work && only_leaves (transfer))
    enter_queue (transfer, &self->leaving);
  else if (wants_work && transfer->record->walk != NULL)
    enter_queue (transfer, &self->walks);
  else if (wants_work)
    {
      if (transfer->record->error_code == HOIST_ERROR_BAD_INPUT)
        forget_error (transfer->record);
      g_set_object (&transfer->target, route->target);
      enter_queue (transfer, &route->ready[get_lane (transfer)]);
      transfer->lane = get_lane (transfer);
      transfer->turn = ++self->last_turn;
    }
  hoist_scheduler_mark_dirty (self, transfer);
  hoist_scheduler_kick (self);
}

/* --- The round: who may go ------------------------------------------------------------------- */

static void
wake_waiting (HoistScheduler *self, gint64 now_us)
{
  GList *next;

  /* All can be waiting, as for a drive, and a round is often. */
  if (now_us < self->look_at_us)
    return;
  self->look_at_us = G_MAXINT64;
  for (GList *l = self->waiting.head; l != NULL; l = next)
    {
      HoistTransfer *transfer = l->data;

      next = l->next;
      if (transfer->wait_until_us > now_us)
        {
          hoist_scheduler_kick_at (self, transfer->wait_until_us);
          continue;
        }
      transfer->wait_until_us = 0;
      hoist_scheduler_place (self, transfer);
    }
}

static guint
get_max_active (HoistScheduler *self, HoistLane lane)
{
  return lane == HOIST_LANE_LARGE
           ? MAX_ACTIVE_LARGE
           : self->limiter.slots * ACTIVE_SMALL_PER_SLOT + ACTIVE_SMALL_EXTRA;
}

/* What waits for its server to finish, or for a disk that gives nothing, sends nothing, however
 * long that takes, and what only leaves the list sends nothing at all: others go on in its place. */
static guint
count_active (HoistScheduler *self, HoistLane lane)
{
  gint64 now_us = g_get_monotonic_time ();
  guint n_elsewhere = 0;
  guint n_removing = 0;

  for (GList *l = self->active[lane].head; l != NULL; l = l->next)
    {
      HoistTransfer *transfer = l->data;

      if (transfer->run->step == HOIST_STEP_REMOVE)
        n_removing++;
      else
        n_elsewhere += transfer->run->step == HOIST_STEP_COMPLETE ||
                       hoist_transfer_waits_for_disk (transfer, now_us);
    }
  return self->active[lane].length - MIN (n_elsewhere, MAX_ELSEWHERE) -
         MIN (n_removing, MAX_REMOVING);
}

static void
activate_from (HoistScheduler *self, GQueue *ready, HoistLane lane)
{
  guint max_active = get_max_active (self, lane);

  while (count_active (self, lane) < max_active && !g_queue_is_empty (ready))
    {
      HoistTransfer *transfer = g_queue_peek_head (ready);

      if (!hoist_scheduler_share_has_place (self, transfer, lane, max_active))
        return;
      enter_queue (transfer, &self->active[lane]);
      hoist_transfer_activate (transfer);
      hoist_transfer_advance (transfer);
    }
}

static void
activate (HoistScheduler *self, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;

  hoist_scheduler_activate_walks (self);
  activate_from (self, &self->leaving, HOIST_LANE_SMALL);
  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      HoistRoute *route = value;
      gint64 blocked_until_us = hoist_target_get_blocked_until_us (route->target);

      if (route->hold != HOIST_HOLD_NONE)
        continue;
      if (blocked_until_us > now_us)
        {
          if (blocked_until_us != G_MAXINT64)
            hoist_scheduler_kick_at (self, blocked_until_us);
          continue;
        }
      for (guint lane = 0; lane < HOIST_N_LANES; lane++)
        activate_from (self, &route->ready[lane], (HoistLane) lane);
    }
}

/* The upload with the fewest parts under way, so that all that are active move;
 * among equals the one that came first. */
static HoistTransfer *
find_next_to_send (HoistScheduler *self, gint64 now_us)
{
  HoistTransfer *best = NULL;

  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    for (GList *l = self->active[lane].head; l != NULL; l = l->next)
      {
        HoistTransfer *transfer = l->data;

        if ((best == NULL || transfer->run->n_sending < best->run->n_sending) &&
            hoist_transfer_has_part_to_send (transfer, now_us) &&
            !hoist_scheduler_share_is_used_up (self, transfer->target))
          best = transfer;
      }
  return best;
}

static void
send_parts (HoistScheduler *self, gint64 now_us)
{
  HoistTransfer *transfer;

  while (!self->journal_failed && hoist_limiter_has_slot (&self->limiter) &&
         (transfer = find_next_to_send (self, now_us)) != NULL &&
         hoist_limiter_take (&self->limiter))
    hoist_transfer_send_part (transfer, now_us);
}

/* Parts whose delay is over are signed again. */
static void
wake_parts (HoistScheduler *self)
{
  for (GList *l = self->active[HOIST_LANE_LARGE].head; l != NULL; l = l->next)
    if (((HoistTransfer *) l->data)->run->parts->len > 0)
      hoist_transfer_fill_parts (l->data);
  for (GList *l = self->active[HOIST_LANE_SMALL].head; l != NULL; l = l->next)
    if (((HoistTransfer *) l->data)->run->parts->len > 0)
      hoist_transfer_fill_parts (l->data);
}

static gboolean
sample_cb (gpointer data)
{
  HoistScheduler *self = data;
  gint64 now_us = g_get_monotonic_time ();
  gboolean gave_up_place = FALSE;

  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    for (GList *l = self->active[lane].head; l != NULL; l = l->next)
      {
        hoist_transfer_sample (l->data, now_us);
        gave_up_place |= hoist_transfer_waits_for_disk (l->data, now_us);
      }
  if (gave_up_place)
    hoist_scheduler_kick (self);
  hoist_scheduler_limits_sample (self, now_us);
  hoist_scheduler_limits_check_hour (self);
  return G_SOURCE_CONTINUE;
}

static void
update_sampling (HoistScheduler *self)
{
  gboolean wanted =
    self->active[HOIST_LANE_SMALL].length + self->active[HOIST_LANE_LARGE].length > 0;

  if (wanted && self->sample_source == NULL)
    {
      hoist_scheduler_limits_check_hour (self);
      self->sample_source = g_timeout_source_new (SAMPLE_INTERVAL_MS);
      g_source_set_callback (self->sample_source, sample_cb, self, NULL);
      g_source_attach (self->sample_source, self->context);
    }
  else if (!wanted && self->sample_source != NULL)
    {
      g_source_destroy (self->sample_source);
      g_clear_pointer (&self->sample_source, g_source_unref);
    }
}

static gboolean
kick_cb (gpointer data)
{
  HoistScheduler *self = data;
  gint64 now_us = g_get_monotonic_time ();

  g_clear_pointer (&self->kick_source, g_source_unref);
  if (self->halting)
    return G_SOURCE_REMOVE;
  wake_waiting (self, now_us);
  hoist_scheduler_network_round (self, now_us);
  activate (self, now_us);
  wake_parts (self);
  send_parts (self, now_us);
  update_sampling (self);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_scheduler_kick:
 * @self: a scheduler
 *
 * Asks for a round, in which whoever may go next goes. Asked often, it runs once.
 */
void
hoist_scheduler_kick (HoistScheduler *self)
{
  if (self->kick_source != NULL || self->halting)
    return;
  self->kick_source = g_idle_source_new ();
  g_source_set_priority (self->kick_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->kick_source, kick_cb, self, NULL);
  g_source_attach (self->kick_source, self->context);
}

static gboolean
timer_cb (gpointer data)
{
  HoistScheduler *self = data;

  g_source_set_ready_time (self->timer_source, -1);
  hoist_scheduler_kick (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch_timer };

/**
 * hoist_scheduler_kick_at:
 * @self: a scheduler
 * @monotonic_us: when
 *
 * Asks for a round at a time, or before.
 */
void
hoist_scheduler_kick_at (HoistScheduler *self, gint64 monotonic_us)
{
  gint64 ready_us = g_source_get_ready_time (self->timer_source);

  self->look_at_us = MIN (self->look_at_us, monotonic_us);
  if (ready_us < 0 || monotonic_us < ready_us)
    g_source_set_ready_time (self->timer_source, monotonic_us);
}

/**
 * hoist_scheduler_remove:
 * @self: a scheduler
 * @transfer: (transfer full): an upload whose removal the journal has
 *
 * Forgets an upload.
 */
void
hoist_scheduler_remove (HoistScheduler *self, HoistTransfer *transfer)
{
  transfer->run->step = HOIST_STEP_NONE;
  leave_queue (transfer);
  hoist_journal_note_removed (self->journal, transfer->record);
  if (transfer->record->walk != NULL)
    hoist_scheduler_end_walk (self, transfer);
  if (!transfer->hidden)
    hoist_scheduler_feed_removed (self, transfer->record->id);
  transfer->record->state = HOIST_UPLOAD_DONE;
  hoist_scheduler_index (self, transfer);
  /* Looking for it among those that are dirty would take longer the more there are. */
  transfer->gone = transfer->dirty;
  if (transfer->gone)
    g_hash_table_steal (self->transfers, transfer);
  else
    g_hash_table_remove (self->transfers, transfer);
  hoist_scheduler_kick (self);
}

/* --- Its own life ---------------------------------------------------------------------------- */

/**
 * hoist_scheduler_new:
 * @config: how to work
 * @journal: (transfer none): the store, just opened
 * @events: where to tell what happens
 * @user_data: for @events
 *
 * Makes a scheduler in the thread-default context, with the uploads that
 * @journal has. Those that were not finished wait for a word: they are paused
 * and marked as restored.
 *
 * Returns: (transfer full): a scheduler
 */
HoistScheduler *
hoist_scheduler_new (const HoistEngineConfig *config,
                     HoistJournal *journal,
                     const HoistSchedulerEvents *events,
                     gpointer user_data)
{
  HoistScheduler *self = g_new0 (HoistScheduler, 1);

  self->config = *config;
  self->events = *events;
  self->events_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  self->journal = g_object_ref (journal);
  self->transport = hoist_transport_new (MAX (1, config->n_pumps));
  hoist_transport_set_stall_timeout_us (self->transport, config->stall_us);
  self->file_workers = hoist_workers_new (N_FILE_WORKERS);
  self->hash_workers = hoist_workers_new (N_HASH_WORKERS);
  self->background_workers = hoist_workers_new_background ();
  hoist_scheduler_limits_init (self, &config->limits);
  self->transfers = hoist_scheduler_transfers_new ();
  self->unfinished = hoist_scheduler_index_new ();
  self->routes =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) hoist_route_free);
  self->cancellable = g_cancellable_new ();
  self->receipt_cancellable = g_cancellable_new ();
  self->timer_source = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_callback (self->timer_source, timer_cb, self, NULL);
  g_source_attach (self->timer_source, self->context);

  hoist_scheduler_network_init (self);
  hoist_scheduler_drives_init (self);
  hoist_scheduler_feed_init (self);
  hoist_scheduler_log_init (self);
  g_queue_init (&self->verify_groups);
  g_queue_init (&self->link_tasks);
  hoist_scheduler_restore (self);
  hoist_scheduler_log_tidy (self);
  hoist_scheduler_complete_receipts (self);
  return self;
}

static void
destroy_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/**
 * hoist_scheduler_free:
 * @self: (transfer full): an idle scheduler
 *
 * Frees @self; the journal is left open.
 */
void
hoist_scheduler_free (HoistScheduler *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    leave_queue (value);
  hoist_scheduler_log_clear (self);
  hoist_scheduler_drives_clear (self);
  hoist_scheduler_feed_clear (self);
  destroy_source (&self->kick_source);
  destroy_source (&self->timer_source);
  destroy_source (&self->sample_source);
  destroy_source (&self->receipt_source);
  g_hash_table_unref (self->unfinished);
  g_hash_table_unref (self->transfers);
  g_hash_table_unref (self->routes);
  hoist_transport_stop (self->transport);
  g_object_unref (self->transport);
  hoist_workers_free (self->file_workers);
  hoist_workers_free (self->hash_workers);
  hoist_workers_free (self->background_workers);
  g_object_unref (self->journal);
  g_object_unref (self->cancellable);
  g_object_unref (self->receipt_cancellable);
  g_main_context_unref (self->context);
  g_free (self);
}

/* --- For transfers --------------------------------------------------------------------------- */

/**
 * hoist_scheduler_get_file_workers:
 * @self: a scheduler
 *
 * Returns: (transfer none): threads that look at files
 */
HoistWorkers *
hoist_scheduler_get_file_workers (HoistScheduler *self)
{
  return self->file_workers;
}

/**
 * hoist_scheduler_get_hash_workers:
 * @self: a scheduler
 *
 * Returns: (transfer none): threads that hash
 */
HoistWorkers *
hoist_scheduler_get_hash_workers (HoistScheduler *self)
{
  return self->hash_workers;
}

/**
 * hoist_scheduler_get_transport:
 * @self: a scheduler
 *
 * Returns: (transfer none): what sends the parts
 */
HoistTransport *
hoist_scheduler_get_transport (HoistScheduler *self)
{
  return self->transport;
}

/**
 * hoist_scheduler_get_limiter:
 * @self: a scheduler
 *
 * Returns: (transfer none): how many parts may travel
 */
HoistLimiter *
hoist_scheduler_get_limiter (HoistScheduler *self)
{
  return &self->limiter;
}

/**
 * hoist_scheduler_get_config:
 * @self: a scheduler
 *
 * Returns: (transfer none): how to work
 */
const HoistEngineConfig *
hoist_scheduler_get_config (HoistScheduler *self)
{
  return &self->config;
}
