/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-pacer.h"

#include "hoist-portion.h"

/* A body that is sent within this time at its portion is over before the others have
 * taken notice of it. */
#define SHORT_S 2
/* Whether a connection uses its portion is seen over this time. */
#define REPORT_US (2 * (gint64) G_USEC_PER_SEC)
#define USES_PERCENT 97

struct _HoistPacer
{
  gatomicrefcount ref_count;
  GMutex lock;
  HoistRate *shared; /* (owned) */

  /* under the lock */
  GPtrArray *flows; /* (owned) (element-type HoistPacerFlow) (owned elements) */
  GPtrArray *rates; /* (owned) (element-type HoistRate) (borrowed elements) of the flows */
  GArray *limits;   /* (owned) (element-type HoistPortionLimit) of @rates */
  GArray *portions; /* (owned) (element-type HoistPortion) of @flows */
  gboolean exact;   /* portions are what all connections keep to */
};

struct _HoistPacerFlow
{
  HoistRate *own;       /* (owned) (nullable) */
  guint64 length_bytes; /* */
  gboolean paceable;
  guint64 portion_bytes_per_s; /* 0 = no limit */
  guint64 most_bytes_per_s;    /* the tightest of its limits; 0 = none */

  gboolean slack;       /* it does not use its portion: its line is slower */
  guint64 seen_portion; /* since when it did not change, and how far it was then */
  guint64 seen_bytes;   /* */
  gint64 seen_us;       /* */
};

static void
flow_free (gpointer data)
{
  HoistPacerFlow *flow = data;

  g_clear_pointer (&flow->own, hoist_rate_unref);
  g_free (flow);
}

/**
 * hoist_pacer_new: (skip)
 * @shared: the limit that all flows are under
 *
 * Returns: (transfer full): a pacer
 */
HoistPacer *
hoist_pacer_new (HoistRate *shared)
{
  HoistPacer *self = g_new0 (HoistPacer, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->shared = hoist_rate_ref (shared);
  self->flows = g_ptr_array_new_with_free_func (flow_free);
  self->rates = g_ptr_array_new ();
  self->limits = g_array_new (FALSE, TRUE, sizeof (HoistPortionLimit));
  self->portions = g_array_new (FALSE, TRUE, sizeof (HoistPortion));
  return self;
}

/**
 * hoist_pacer_ref: (skip)
 * @self: a pacer
 *
 * Returns: (transfer full): @self
 */
HoistPacer *
hoist_pacer_ref (HoistPacer *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * hoist_pacer_unref: (skip)
 * @self: (transfer full): a pacer
 */
void
hoist_pacer_unref (HoistPacer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->flows);
  g_ptr_array_unref (self->rates);
  g_array_unref (self->limits);
  g_array_unref (self->portions);
  hoist_rate_unref (self->shared);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static guint
add_rate (HoistPacer *self, HoistRate *rate)
{
  HoistPortionLimit limit = { .bytes_per_s = hoist_rate_get (rate) };
  guint index;

  if (g_ptr_array_find (self->rates, rate, &index))
    return index;
  g_ptr_array_add (self->rates, rate);
  g_array_append_val (self->limits, limit);
  return self->rates->len - 1;
}

static guint64
get_most (HoistPacer *self, const HoistPortion *portion)
{
  guint64 most = 0;

  for (guint i = 0; i < HOIST_PORTION_LIMITS; i++)
    if (portion->limits[i] != HOIST_PORTION_NO_LIMIT)
      {
        guint64 limit =
          g_array_index (self->limits, HoistPortionLimit, portion->limits[i]).bytes_per_s;

        if (limit != 0 && (most == 0 || limit < most))
          most = limit;
      }
  return most;
}

static void
collect_locked (HoistPacer *self)
{
  g_ptr_array_set_size (self->rates, 0);
  g_array_set_size (self->limits, 0);
  g_array_set_size (self->portions, 0);
  for (guint i = 0; i < self->flows->len; i++)
    {
      HoistPacerFlow *flow = g_ptr_array_index (self->flows, i);
      HoistPortion portion = { .limits = { add_rate (self, self->shared), HOIST_PORTION_NO_LIMIT,
                                           HOIST_PORTION_NO_LIMIT } };

      if (flow->own != NULL)
        portion.limits[1] = add_rate (self, flow->own);
      g_array_append_val (self->portions, portion);
    }
}

static gboolean
keeps_to_portion (const HoistPacerFlow *flow)
{
  return flow->portion_bytes_per_s == 0 ||
         (flow->paceable && !flow->slack &&
          flow->length_bytes >= flow->portion_bytes_per_s * SHORT_S);
}

/* Where all bodies are long and use what they get, portions are exact. Else what one
 * leaves would be lost to the others: then the bucket alone keeps the sum to the limit
 * (hoist_rate_take()), and each connection is only kept from bursts above it. */
static void
share_out_locked (HoistPacer *self)
{
  collect_locked (self);
  hoist_portions_share_out ((HoistPortionLimit *) (gpointer) self->limits->data, self->limits->len,
                            (HoistPortion *) (gpointer) self->portions->data, self->portions->len);
  self->exact = TRUE;
  for (guint i = 0; i < self->flows->len; i++)
    {
      HoistPacerFlow *flow = g_ptr_array_index (self->flows, i);
      const HoistPortion *portion = &g_array_index (self->portions, HoistPortion, i);

      flow->portion_bytes_per_s = portion->bytes_per_s;
      flow->most_bytes_per_s = get_most (self, portion);
      self->exact = self->exact && keeps_to_portion (flow);
    }
}

/**
 * hoist_pacer_join: (skip)
 * @self: a pacer
 * @own: (nullable): the limit of its destination
 * @length_bytes: how long the body is
 * @paceable: whether its connection does as it is told
 * @now_us: the monotonic time
 *
 * A body begins to be sent. All others get less from now on.
 *
 * Returns: (transfer none): it; to be given up by hoist_pacer_leave()
 */
HoistPacerFlow *
hoist_pacer_join (HoistPacer *self,
                  HoistRate *own,
                  guint64 length_bytes,
                  gboolean paceable,
                  gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  HoistPacerFlow *flow = g_new0 (HoistPacerFlow, 1);

  flow->own = own != NULL ? hoist_rate_ref (own) : NULL;
  flow->length_bytes = length_bytes;
  flow->paceable = paceable;
  flow->seen_us = now_us;
  g_ptr_array_add (self->flows, flow);
  share_out_locked (self);
  return flow;
}

/**
 * hoist_pacer_leave: (skip)
 * @self: a pacer
 * @flow: (transfer full): a body that is sent, or was given up
 *
 * The others get more from now on.
 */
void
hoist_pacer_leave (HoistPacer *self, HoistPacerFlow *flow)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_remove_fast (self->flows, flow);
  share_out_locked (self);
}

static void
notice_use (HoistPacerFlow *flow, guint64 acked_bytes, gint64 now_us)
{
  guint64 due_bytes;

  if (flow->seen_portion == flow->portion_bytes_per_s && now_us - flow->seen_us < REPORT_US)
    return;
  if (flow->seen_portion == flow->portion_bytes_per_s)
    {
      due_bytes =
        (guint64) ((double) flow->portion_bytes_per_s * (double) (now_us - flow->seen_us) /
                   G_USEC_PER_SEC * USES_PERCENT / 100);
      flow->slack = acked_bytes - MIN (flow->seen_bytes, acked_bytes) < due_bytes;
    }
  flow->seen_portion = flow->portion_bytes_per_s;
  flow->seen_bytes = acked_bytes;
  flow->seen_us = now_us;
}

/**
 * hoist_pacer_report: (skip)
 * @self: a pacer
 * @flow: a body on its way
 * @acked_bytes: how much of it was acknowledged
 * @now_us: the monotonic time
 *
 * Asked for each body several times a second. Notices whether it uses what it gets, and
 * whether a limit was changed.
 */
void
hoist_pacer_report (HoistPacer *self, HoistPacerFlow *flow, guint64 acked_bytes, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  notice_use (flow, acked_bytes, now_us);
  share_out_locked (self);
}

/**
 * hoist_pacer_get_rate: (skip)
 * @self: a pacer
 * @flow: a body on its way
 *
 * Gets what its connection is to be told.
 *
 * Returns: bytes a second; 0 = no limit
 */
guint64
hoist_pacer_get_rate (HoistPacer *self, HoistPacerFlow *flow)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->exact ? flow->portion_bytes_per_s : flow->most_bytes_per_s;
}
