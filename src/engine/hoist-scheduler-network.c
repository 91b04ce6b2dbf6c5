/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What holds uploads up that is not their own affair: a network that is away, that
 * wants a person to sign in, that costs, a computer about to be suspended. While
 * it lasts nothing is tried and no try is spent; afterwards all go on at once. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-scheduler-private.h"

/* The system may be wrong: so soon, in units of the first retry's delay, the
 * destination itself is asked, and ever more rarely then. */
#define FIRST_ASK_FACTOR 5

/* Uploads that failed at most so long before a portal was noticed may have met
 * it: NetworkManager looks every five minutes. */
#define PORTAL_UNNOTICED_US (5 * 60 * (gint64) G_USEC_PER_SEC)

/* All that waited go on within this time, so that a site that comes back does
 * not have all its computers at its door in the same moment. */
#define RETURN_SPREAD_US (500 * 1000)

/* A folder is looked through without any network. */
static HoistRoute *
find_route (HoistScheduler *self, HoistTransfer *transfer)
{
  if (transfer->record->walk != NULL)
    return NULL;
  return hoist_scheduler_get_route (self, transfer->record->destination_id);
}

/**
 * hoist_scheduler_is_held:
 * @self: a scheduler
 * @transfer: an upload
 *
 * Returns: whether its destination is not to be asked for anything now
 */
gboolean
hoist_scheduler_is_held (HoistScheduler *self, HoistTransfer *transfer)
{
  HoistRoute *route = find_route (self, transfer);

  return route != NULL && route->hold != HOIST_HOLD_NONE;
}

/**
 * hoist_scheduler_get_hold:
 * @self: a scheduler
 * @transfer: an upload
 *
 * Returns: what holds it up, in so far as it is not its own affair
 */
HoistHold
hoist_scheduler_get_hold (HoistScheduler *self, HoistTransfer *transfer)
{
  HoistRoute *route = find_route (self, transfer);

  if (route == NULL)
    return HOIST_HOLD_NONE;
  if (route->hold != HOIST_HOLD_NONE)
    return route->hold;
  if (hoist_target_get_blocked_until_us (route->target) == G_MAXINT64)
    return HOIST_HOLD_TOKEN;
  return self->journal_failed ? HOIST_HOLD_STORE : HOIST_HOLD_NONE;
}

static gboolean
is_pending (HoistTransfer *transfer)
{
  return transfer->record->state == HOIST_UPLOAD_QUEUED ||
         transfer->record->state == HOIST_UPLOAD_CANCELLING;
}

/* (element-type HoistTransfer) (transfer container): all, or those of a route */
static GPtrArray *
collect (HoistScheduler *self, HoistRoute *route)
{
  GPtrArray *transfers = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (route == NULL || find_route (self, value) == route)
      g_ptr_array_add (transfers, value);
  return transfers;
}

/**
 * hoist_scheduler_mark_pending_dirty:
 * @self: a scheduler
 *
 * Has a snapshot of each upload that wants to go on in the next change set.
 */
void
hoist_scheduler_mark_pending_dirty (HoistScheduler *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (is_pending (value))
      hoist_scheduler_mark_dirty (self, value);
}

/* --- Holds ----------------------------------------------------------------------------------- */

static gint64
get_ask_delay_us (HoistScheduler *self, HoistRoute *route)
{
  const HoistRetryPolicy *policy = &self->config.retry;
  gint64 delay_us = FIRST_ASK_FACTOR * policy->base_us;

  for (guint i = 0; i < route->n_asked && delay_us < policy->cap_us; i++)
    delay_us *= 2;
  return MIN (delay_us, policy->cap_us);
}

/* A portal answers in the place of every server, with a certificate or a page of
 * its own, before anybody notices: that was no verdict. */
static void
take_back_failure (HoistTransfer *transfer, gint64 now_us)
{
  int code = transfer->record->error_code;

  if (transfer->record->state == HOIST_UPLOAD_FAILED && transfer->trouble != NULL &&
      transfer->trouble->failed_us != 0 &&
      now_us - transfer->trouble->failed_us < PORTAL_UNNOTICED_US &&
      (code == HOIST_ERROR_CERTIFICATE || code == HOIST_ERROR_PROTOCOL))
    hoist_transfer_command (transfer, HOIST_COMMAND_RETRY);
}

static void
hold_one (HoistTransfer *transfer, HoistHold hold, gint64 now_us)
{
  if (hold == HOIST_HOLD_PORTAL || hold == HOIST_HOLD_LIMITED)
    take_back_failure (transfer, now_us);
  if (transfer->run == NULL)
    return;
  if (hoist_hold_stops_at_once (hold))
    hoist_transfer_halt (transfer);
  else
    hoist_transfer_advance (transfer);
}

static HoistHold
judge (HoistScheduler *self, HoistRoute *route)
{
  HoistReach reach = self->config.hold_loopback ? HOIST_REACH_INTERNET
                                                : hoist_target_get_reach (route->target);
  HoistNetworkState state = self->network;

  /* It answered: the system is wrong about the way there, and only about that. */
  if (route->answered)
    {
      state.available = TRUE;
      state.connectivity = G_NETWORK_CONNECTIVITY_FULL;
    }
  return hoist_network_state_get_hold (&state, reach, self->metered, self->power);
}

static gint64
get_return_us (void)
{
  return g_get_monotonic_time () + g_random_int_range (0, RETURN_SPREAD_US);
}

static void
update_route (HoistScheduler *self, HoistRoute *route)
{
  g_autoptr (GPtrArray) transfers = NULL;
  gint64 now_us = g_get_monotonic_time ();
  HoistHold old = route->hold;

  route->hold = judge (self, route);
  if (route->hold == old)
    return;
  if (old == HOIST_HOLD_NONE)
    {
      route->held_since_us = now_us;
      route->n_asked = 0;
      route->ask_at_us = now_us + get_ask_delay_us (self, route);
    }
  if (route->hold == HOIST_HOLD_NONE)
    hoist_target_unblock (route->target);

  transfers = collect (self, route);
  for (guint i = 0; i < transfers->len; i++)
    {
      HoistTransfer *transfer = g_ptr_array_index (transfers, i);

      if (route->hold != HOIST_HOLD_NONE)
        hold_one (transfer, route->hold, now_us);
      else
        hoist_transfer_hurry (transfer, get_return_us ());
      if (is_pending (transfer))
        hoist_scheduler_mark_dirty (self, transfer);
    }
}

static void
update_routes (HoistScheduler *self)
{
  GHashTableIter iter;
  gpointer route;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &route))
    update_route (self, route);
  hoist_scheduler_kick (self);
}

/* Old connections belong to an old address, or to a router that has forgotten
 * them. Those that wait because a line was broken are tried on the new one. */
static void
renew_connections (HoistScheduler *self)
{
  g_autoptr (GPtrArray) transfers = collect (self, NULL);
  GHashTableIter iter;
  gpointer route;

  hoist_transport_drop_connections (self->transport);
  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &route))
    {
      hoist_target_renew_connections (((HoistRoute *) route)->target);
      hoist_target_unblock (((HoistRoute *) route)->target);
    }
  for (guint i = 0; i < transfers->len; i++)
    hoist_transfer_hurry (g_ptr_array_index (transfers, i), get_return_us ());
}

static void
forget_answers (HoistScheduler *self)
{
  GHashTableIter iter;
  gpointer route;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &route))
    ((HoistRoute *) route)->answered = FALSE;
}

/**
 * hoist_scheduler_set_network:
 * @self: a scheduler
 * @state: what the system says of the network and of power now
 *
 * Holds uploads up, or lets them go on.
 */
void
hoist_scheduler_set_network (HoistScheduler *self, const HoistNetworkState *state)
{
  HoistNetworkState old = self->network;

  if (hoist_network_state_equal (&old, state))
    return;
  self->network = *state;
  if (state->available && !state->metered)
    self->metered = self->metered_setting;
  if (state->power == HOIST_HOLD_NONE)
    self->power = self->power_setting;
  if (state->available != old.available || state->connectivity != old.connectivity ||
      state->address_tag != old.address_tag)
    forget_answers (self);
  if (state->address_tag != old.address_tag || (old.asleep && !state->asleep) ||
      (!old.available && state->available))
    renew_connections (self);
  update_routes (self);
}

/**
 * hoist_scheduler_set_metered:
 * @self: a scheduler
 * @metered: what to do
 *
 * Says what to do on a network that costs by the byte.
 */
void
hoist_scheduler_set_metered (HoistScheduler *self, HoistAllowance metered)
{
  self->metered = metered;
  if (metered != HOIST_ALLOWANCE_THIS_TIME)
    self->metered_setting = metered;
  update_routes (self);
}

/**
 * hoist_scheduler_set_power:
 * @self: a scheduler
 * @power: what to do
 *
 * Says what to do while power is scarce.
 */
void
hoist_scheduler_set_power (HoistScheduler *self, HoistAllowance power)
{
  self->power = power;
  if (power != HOIST_ALLOWANCE_THIS_TIME)
    self->power_setting = power;
  update_routes (self);
}

/* --- Each round ------------------------------------------------------------------------------ */

typedef struct
{
  HoistScheduler *scheduler;
  char *destination_id; /* (owned) */
} AskCall;

static void
ask_call_free (AskCall *call)
{
  g_free (call->destination_id);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AskCall, ask_call_free)

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AskCall) call = user_data;
  HoistScheduler *self = call->scheduler;
  HoistTarget *target = HOIST_TARGET (source);
  HoistRoute *route = hoist_scheduler_get_route (self, call->destination_id);
  gboolean answered = hoist_target_ask_finish (target, result, NULL);

  self->n_calls--;
  if (route == NULL || route->target != target || self->halting)
    return;
  route->asking = FALSE;
  route->n_asked++;
  route->ask_at_us = g_get_monotonic_time () + get_ask_delay_us (self, route);
  if (answered && hoist_hold_may_be_wrong (route->hold))
    {
      route->answered = TRUE;
      update_route (self, route);
    }
  hoist_scheduler_kick (self);
}

static gboolean
wants_to_go_on (HoistScheduler *self, HoistRoute *route)
{
  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    {
      if (!g_queue_is_empty (&route->ready[lane]))
        return TRUE;
      for (GList *l = self->active[lane].head; l != NULL; l = l->next)
        if (((HoistTransfer *) l->data)->target == route->target)
          return TRUE;
    }
  return FALSE;
}

static void
ask (HoistScheduler *self, HoistRoute *route, gint64 now_us)
{
  AskCall *call;

  if (!hoist_hold_may_be_wrong (route->hold) || route->asking || !wants_to_go_on (self, route))
    return;
  if (route->ask_at_us > now_us)
    {
      hoist_scheduler_kick_at (self, route->ask_at_us);
      return;
    }
  call = g_new0 (AskCall, 1);
  call->scheduler = self;
  call->destination_id = g_strdup (hoist_target_get_id (route->target));
  route->asking = TRUE;
  self->n_calls++;
  hoist_target_ask_async (route->target, asked_cb, call);
}

static GError *
make_give_up_error (HoistHold hold)
{
  const char *message;

  switch (hold)
    {
    case HOIST_HOLD_METERED:
      message = _ ("The network costs by the byte, and nobody said to use it all the same.");
      break;
    case HOIST_HOLD_PORTAL:
      message = _ ("The network wants somebody to sign in first, and nobody did.");
      break;
    case HOIST_HOLD_LIMITED:
      message = _ ("The network does not lead to the internet.");
      break;
    case HOIST_HOLD_BATTERY:
      message = _ ("The battery was low, and nobody said to upload all the same.");
      break;
    case HOIST_HOLD_POWER_SAVER:
      message = _ ("The computer saved power, and nobody said to upload all the same.");
      break;
    case HOIST_HOLD_NONE:
    case HOIST_HOLD_OFFLINE:
    case HOIST_HOLD_ASLEEP:
    case HOIST_HOLD_TOKEN:
    case HOIST_HOLD_STORE:
    default:
      message = _ ("There was no network.");
    }
  return g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NETWORK, message);
}

/* Where nobody is there to wait, as in a script, an end must come. */
static void
give_up (HoistScheduler *self, HoistRoute *route, gint64 now_us)
{
  gint64 give_up_us = self->config.retry.give_up_us;
  g_autoptr (GError) error = NULL;

  if (give_up_us <= 0 || route->hold == HOIST_HOLD_NONE || route->hold == HOIST_HOLD_ASLEEP ||
      !wants_to_go_on (self, route))
    return;
  if (now_us - route->held_since_us < give_up_us)
    {
      hoist_scheduler_kick_at (self, route->held_since_us + give_up_us);
      return;
    }
  error = make_give_up_error (route->hold);
  for (guint lane = 0; lane < HOIST_N_LANES; lane++)
    {
      g_autoptr (GList) ready = g_list_copy (route->ready[lane].head);

      for (GList *l = ready; l != NULL; l = l->next)
        if (((HoistTransfer *) l->data)->record->state == HOIST_UPLOAD_QUEUED)
          hoist_transfer_give_up (l->data, error);
    }
}

/**
 * hoist_scheduler_network_round:
 * @self: a scheduler
 * @now_us: the monotonic time
 *
 * Asks the destinations that are said to be out of reach, and gives up what has
 * waited for too long.
 */
void
hoist_scheduler_network_round (HoistScheduler *self, gint64 now_us)
{
  GHashTableIter iter;
  gpointer route;

  g_hash_table_iter_init (&iter, self->routes);
  while (g_hash_table_iter_next (&iter, NULL, &route))
    {
      ask (self, route, now_us);
      give_up (self, route, now_us);
    }
}

/**
 * hoist_scheduler_network_add_route:
 * @self: a scheduler
 * @route: a new one
 *
 * Holds it up from the beginning, if it is to be.
 */
void
hoist_scheduler_network_add_route (HoistScheduler *self, HoistRoute *route)
{
  update_route (self, route);
}

/**
 * hoist_scheduler_network_init:
 * @self: a new scheduler with its configuration
 *
 * Begins with a network that leads everywhere.
 */
void
hoist_scheduler_network_init (HoistScheduler *self)
{
  hoist_network_state_init (&self->network);
  self->metered = HOIST_ALLOWANCE_WAIT;
  self->metered_setting = HOIST_ALLOWANCE_WAIT;
  self->power = HOIST_ALLOWANCE_WAIT;
  self->power_setting = HOIST_ALLOWANCE_WAIT;
}
