/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-rate.h"

#include "hoist-pace.h"

/* At least this much at a time, however slow: a system call has its price. */
#define MIN_QUANTUM_BYTES 4096
/* Nobody waits longer without asking again, so that a new rate is felt soon. */
#define MAX_WAIT_US (G_USEC_PER_SEC / 4)

/* One bucket for all pumps. */
struct _HoistRate
{
  gatomicrefcount ref_count;
  GMutex lock;
  HoistPace pace; /* under the lock */
};

/**
 * hoist_rate_new: (skip)
 *
 * Makes a limit that several threads share; at first there is none.
 *
 * Returns: (transfer full): the limit
 */
HoistRate *
hoist_rate_new (void)
{
  HoistRate *self = g_new0 (HoistRate, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  hoist_pace_init (&self->pace, 0, g_get_monotonic_time ());
  return self;
}

/**
 * hoist_rate_ref: (skip)
 * @self: a limit
 *
 * Returns: (transfer full): @self
 */
HoistRate *
hoist_rate_ref (HoistRate *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * hoist_rate_unref: (skip)
 * @self: (transfer full): a limit
 *
 * Gives a reference back, from any thread.
 */
void
hoist_rate_unref (HoistRate *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * hoist_rate_set: (skip)
 * @self: a limit
 * @bytes_per_s: bytes a second for all together; 0 = no limit
 *
 * Changes the limit, from any thread. It is felt within a quarter of a second.
 */
void
hoist_rate_set (HoistRate *self, guint64 bytes_per_s)
{
  g_mutex_lock (&self->lock);
  hoist_pace_set_rate (&self->pace, bytes_per_s, g_get_monotonic_time ());
  g_mutex_unlock (&self->lock);
}

/**
 * hoist_rate_get: (skip)
 * @self: a limit
 *
 * Returns: bytes a second; 0 = no limit
 */
guint64
hoist_rate_get (HoistRate *self)
{
  guint64 bytes_per_s;

  g_mutex_lock (&self->lock);
  bytes_per_s = hoist_pace_get_rate (&self->pace);
  g_mutex_unlock (&self->lock);
  return bytes_per_s;
}

/* A twentieth of a second's worth: little enough that no connection hogs the
 * bucket, much enough that it is not a handful of bytes. */
static gsize
get_quantum (HoistRate *self, gsize wanted_bytes)
{
  guint64 rate = hoist_pace_get_rate (&self->pace);

  if (rate == 0)
    return wanted_bytes;
  return MIN (wanted_bytes, MAX (rate / 20, MIN_QUANTUM_BYTES));
}

/**
 * hoist_rate_take: (skip)
 * @self: a limit
 * @wanted_bytes: how much there is to send, at least 1
 * @now_us: the monotonic time
 * @wait_us: (out): when nothing may be sent now, when to ask again
 *
 * Asks for leave to send, from any thread.
 *
 * Returns: how much may be sent now, at most @wanted_bytes; 0 = wait
 */
gsize
hoist_rate_take (HoistRate *self, gsize wanted_bytes, gint64 now_us, gint64 *wait_us)
{
  gsize quantum;
  gsize granted = 0;

  *wait_us = 0;
  g_mutex_lock (&self->lock);
  quantum = get_quantum (self, wanted_bytes);
  /* The bucket would also give a handful of bytes; that is not worth a record
   * and a packet. */
  *wait_us = hoist_pace_get_wait_us (&self->pace, quantum, now_us);
  if (*wait_us > 0)
    *wait_us = MIN (*wait_us, MAX_WAIT_US);
  else
    granted = hoist_pace_take (&self->pace, quantum, now_us);
  g_mutex_unlock (&self->lock);
  return granted;
}

static void
give_back (HoistRate *self, gsize n_bytes)
{
  g_mutex_lock (&self->lock);
  hoist_pace_give_back (&self->pace, n_bytes);
  g_mutex_unlock (&self->lock);
}

/**
 * hoist_rate_take_of_both: (skip)
 * @own: (nullable): the limit of the destination
 * @shared: the limit of all that is sent
 * @wanted_bytes: how much there is to send, at least 1
 * @now_us: the monotonic time
 * @wait_us: (out): when nothing may be sent now, when to ask again
 *
 * Asks both limits for leave to send, from any thread. What one of them gives
 * and the other does not is given back, so that neither loses by the other.
 *
 * Returns: how much may be sent now, at most @wanted_bytes; 0 = wait
 */
gsize
hoist_rate_take_of_both (HoistRate *own,
                         HoistRate *shared,
                         gsize wanted_bytes,
                         gint64 now_us,
                         gint64 *wait_us)
{
  gsize by_own = wanted_bytes;
  gsize granted;

  if (own != NULL)
    by_own = hoist_rate_take (own, wanted_bytes, now_us, wait_us);
  if (by_own == 0)
    return 0;
  granted = hoist_rate_take (shared, by_own, now_us, wait_us);
  if (own != NULL && granted < by_own)
    give_back (own, by_own - granted);
  return granted;
}
