/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-concurrency.h"

/* Hill climbing with a memory. A number of parts is tried for a stretch of time and
 * compared with the one before; what brings no more is given up again, and for a time
 * that doubles nothing is tried: first twice as many as long as that helps, later a quarter
 * more and a quarter fewer in turn. Twice as many must bring a tenth more, a quarter more a
 * twenty-fifth, a quarter fewer may cost a thirtieth: between these nothing moves, so that
 * the noise of a line does not. Fewer than the person set are only used after a server or the line pushed back. */

/* Connections need a few round trips until they are at full speed. With small files
 * many of them end in a moment, and that says as much as a long time. */
#define SETTLE_US (2 * G_USEC_PER_SEC)
#define MEASURE_US (3 * G_USEC_PER_SEC)
#define MIN_SETTLE_US (G_USEC_PER_SEC / 4)
#define MIN_MEASURE_US (G_USEC_PER_SEC / 2)
#define SETTLE_ROUNDS 2
#define MEASURE_ROUNDS 8

#define GAIN_OF_TWICE 0.10
#define GAIN_OF_QUARTER 0.04
#define GAIN_OF_TWICE_WITH_LOSS 0.50
#define COST_OF_FEWER (1.0 / 30)

#define FIRST_HOLD_US (15 * (gint64) G_USEC_PER_SEC)
#define LAST_HOLD_US (180 * (gint64) G_USEC_PER_SEC)

/* While it holds, it is looked at in stretches; two bad ones in a row count. */
#define STRETCH_US (5 * (gint64) G_USEC_PER_SEC)
#define BAD_STRETCHES 2
#define LOSS_MORE_FRACTION 0.02
#define UNLIKE 1.5

#define MAX_IDLE_SAMPLES 40

/* Parts that fail together tell one thing, not several. */
#define DECREASE_INTERVAL_US (2 * (gint64) G_USEC_PER_SEC)
#define SAME_TROUBLE_US (30 * (gint64) G_USEC_PER_SEC)
#define FIRST_CEILING_US (60 * (gint64) G_USEC_PER_SEC)
#define LAST_CEILING_US (600 * (gint64) G_USEC_PER_SEC)

static void
enter_stage (HoistConcurrency *self, HoistConcurrencyStage stage)
{
  self->stage = stage;
  self->began = (HoistConcurrencySample){ 0 };
  self->n_samples = 0;
  self->n_idle = 0;
  self->n_lossy = 0;
  self->n_unlike = 0;
}

static void
begin_anew (HoistConcurrency *self)
{
  self->base_slots = 0;
  self->tries_fewer = FALSE;
  self->cautious = FALSE;
  enter_stage (self, HOIST_CONCURRENCY_SETTLING);
}

/**
 * hoist_concurrency_init:
 * @self: (out caller-allocates): how many
 * @start: how many at first, 1 to %HOIST_CONCURRENCY_MAX; 0 for the default
 * @automatic: whether to find out how many are best; else @start is the most
 *
 * Begins with what the person set.
 */
void
hoist_concurrency_init (HoistConcurrency *self, guint start, gboolean automatic)
{
  g_return_if_fail (self != NULL);

  *self = (HoistConcurrency){ 0 };
  hoist_concurrency_set (self, start, automatic);
  self->slots = self->start;
}

/**
 * hoist_concurrency_set:
 * @self: how many
 * @start: as for [func@hoist_concurrency_init]
 * @automatic: as for [func@hoist_concurrency_init]
 *
 * Changes what the person set. What was found out is kept, as far as it still may be.
 */
void
hoist_concurrency_set (HoistConcurrency *self, guint start, gboolean automatic)
{
  gboolean pushed_back;

  g_return_if_fail (self != NULL);

  start = start == 0 ? HOIST_CONCURRENCY_DEFAULT : MIN (start, HOIST_CONCURRENCY_MAX);
  if (start == self->start && automatic == self->automatic)
    return;
  pushed_back = self->slots < self->start;
  self->start = start;
  self->automatic = automatic;
  if (pushed_back || (automatic && self->slots > start))
    self->slots = MIN (self->slots, automatic ? HOIST_CONCURRENCY_MAX : start);
  else
    self->slots = start;
  begin_anew (self);
  self->hold_us = 0;
}

/**
 * hoist_concurrency_get_slots:
 * @self: how many
 *
 * Returns: how many parts should travel now, from 1 to %HOIST_CONCURRENCY_MAX
 */
guint
hoist_concurrency_get_slots (const HoistConcurrency *self)
{
  g_return_val_if_fail (self != NULL, 1);

  return self->slots;
}

/**
 * hoist_concurrency_delivered:
 * @self: how many
 *
 * A part arrived. As many as may travel bring one more, until it is what the person set.
 */
void
hoist_concurrency_delivered (HoistConcurrency *self)
{
  g_return_if_fail (self != NULL);

  if (++self->n_good < self->slots || self->slots >= self->start)
    return;
  self->slots++;
  self->n_good = 0;
}

/* Refusals that come soon after each other are of the same trouble. */
static void
set_ceiling (HoistConcurrency *self, guint slots, gint64 now_us)
{
  gboolean again = self->ceiling_us == 0 || now_us - self->refused_us > SAME_TROUBLE_US;

  self->ceiling = MAX (slots, 1);
  if (again)
    self->ceiling_us = CLAMP (self->ceiling_us * 2, FIRST_CEILING_US, LAST_CEILING_US);
  self->ceiling_until_us = now_us + self->ceiling_us;
  self->refused_us = now_us;
}

/**
 * hoist_concurrency_push_back:
 * @self: how many
 * @now_us: the monotonic time
 *
 * A server asked for less, or a part stalled: half as many, but not twice within two
 * seconds. What was too much is not tried again soon, and later each time.
 */
void
hoist_concurrency_push_back (HoistConcurrency *self, gint64 now_us)
{
  g_return_if_fail (self != NULL);

  if (self->decreased_us != 0 && now_us - self->decreased_us < DECREASE_INTERVAL_US)
    return;
  set_ceiling (self, self->slots - self->slots / 4, now_us);
  self->slots = MAX (1, self->slots / 2);
  self->n_good = 0;
  self->decreased_us = now_us;
  begin_anew (self);
}

/* What was too much once is approached with care. */
static guint
get_most (const HoistConcurrency *self, gint64 now_us)
{
  guint most = self->ceiling;

  if (self->ceiling == 0)
    return HOIST_CONCURRENCY_MAX;
  if (now_us >= self->ceiling_until_us)
    most += (most + 3) / 4;
  return CLAMP (most, self->start, HOIST_CONCURRENCY_MAX);
}

static void
hold (HoistConcurrency *self, gint64 now_us)
{
  self->slots = self->base_slots;
  self->hold_us = CLAMP (self->hold_us * 2, FIRST_HOLD_US, LAST_HOLD_US);
  self->hold_until_us = now_us + self->hold_us;
  enter_stage (self, HOIST_CONCURRENCY_HOLDING);
}

static void
try (HoistConcurrency *self, guint slots, gint64 now_us)
{
  if (slots == self->base_slots)
    {
      hold (self, now_us);
      return;
    }
  self->slots = slots;
  enter_stage (self, HOIST_CONCURRENCY_SETTLING);
}

static void
try_more (HoistConcurrency *self, gint64 now_us)
{
  guint step = self->cautious ? (self->base_slots + 3) / 4 : self->base_slots;
  guint slots = MAX (MIN (self->base_slots + step, get_most (self, now_us)), self->base_slots);

  self->tries_fewer = slots == self->base_slots;
  try (self, slots, now_us);
}

static void
try_fewer (HoistConcurrency *self, gint64 now_us)
{
  guint fewer = self->base_slots - (self->base_slots + 3) / 4;

  self->tries_fewer = FALSE;
  try (self, MAX (fewer, self->start), now_us);
}

static gboolean
loses_more (const HoistConcurrency *self, double loss_fraction)
{
  return loss_fraction > self->base_loss_fraction * 2 &&
         loss_fraction > self->base_loss_fraction + LOSS_MORE_FRACTION;
}

static void
adopt (HoistConcurrency *self, gint64 now_us, double bytes_per_s, double loss_fraction)
{
  self->base_slots = self->slots;
  self->base_bytes_per_s = bytes_per_s;
  self->base_loss_fraction = loss_fraction;
  if (self->base_slots > self->ceiling && now_us >= self->ceiling_until_us)
    self->ceiling = 0;
}

/* As if each of the additional parts brought half of what the others do. */
static gboolean
is_much_better (const HoistConcurrency *self, double bytes_per_s)
{
  double more = (double) (self->slots - self->base_slots) / self->base_slots;

  return bytes_per_s >= self->base_bytes_per_s * (1 + more / 2);
}

static gboolean
is_better (const HoistConcurrency *self, double bytes_per_s, double loss_fraction)
{
  double more = (double) (self->slots - self->base_slots) / self->base_slots;
  double gain = self->cautious ? GAIN_OF_QUARTER * 4 : GAIN_OF_TWICE;

  if (loses_more (self, loss_fraction))
    gain = GAIN_OF_TWICE_WITH_LOSS;
  return bytes_per_s >= self->base_bytes_per_s * (1 + gain * more);
}

/* A stretch of time is over. */
static void
judge (HoistConcurrency *self, gint64 now_us, double bytes_per_s, double loss_fraction)
{
  if (self->base_slots == 0 || self->slots == self->base_slots)
    {
      adopt (self, now_us, bytes_per_s, loss_fraction);
      if (self->tries_fewer && self->base_slots > self->start)
        try_fewer (self, now_us);
      else
        try_more (self, now_us);
    }
  else if (self->slots > self->base_slots)
    {
      if (!is_better (self, bytes_per_s, loss_fraction))
        {
          /* Maybe a little more does, or fewer do as well: when it is time to try again. */
          self->tries_fewer = self->cautious;
          self->cautious = TRUE;
          hold (self, now_us);
          return;
        }
      if (is_much_better (self, bytes_per_s))
        self->cautious = FALSE;
      if (!self->cautious)
        self->hold_us = 0;
      adopt (self, now_us, bytes_per_s, loss_fraction);
      try_more (self, now_us);
    }
  else if (bytes_per_s >= self->base_bytes_per_s * (1 - COST_OF_FEWER))
    {
      adopt (self, now_us, bytes_per_s, loss_fraction);
      try_fewer (self, now_us);
    }
  else
    hold (self, now_us);
}

static gint64
get_length_us (const HoistConcurrency *self, guint64 n_delivered)
{
  gboolean settles = self->stage == HOIST_CONCURRENCY_SETTLING;
  guint rounds = settles ? SETTLE_ROUNDS : MEASURE_ROUNDS;

  if (n_delivered >= (guint64) rounds * self->slots)
    return settles ? MIN_SETTLE_US : MIN_MEASURE_US;
  return settles ? SETTLE_US : MEASURE_US;
}

static gboolean
is_unlike (double bytes_per_s, double base_bytes_per_s)
{
  return bytes_per_s * UNLIKE < base_bytes_per_s || bytes_per_s > base_bytes_per_s * UNLIKE;
}

/* While it holds: more that is lost, or another speed, is a reason not to wait any longer. */
static void
watch (HoistConcurrency *self, gint64 now_us, double bytes_per_s, double loss_fraction)
{
  self->n_lossy = loses_more (self, loss_fraction) ? self->n_lossy + 1 : 0;
  self->n_unlike = is_unlike (bytes_per_s, self->base_bytes_per_s) ? self->n_unlike + 1 : 0;
  if (self->n_lossy >= BAD_STRETCHES && self->slots > self->start)
    {
      set_ceiling (self, self->slots - 1, now_us);
      self->slots = MAX (self->slots - self->slots / 4, self->start);
      begin_anew (self);
    }
  else if (self->n_unlike >= BAD_STRETCHES)
    {
      self->hold_us = 0;
      begin_anew (self);
    }
  else if (now_us >= self->hold_until_us)
    enter_stage (self, HOIST_CONCURRENCY_SETTLING);
}

static gboolean
is_idle (const HoistConcurrency *self, const HoistConcurrencySample *sample)
{
  return sample->n_sending * 4 < self->slots * 3;
}

/* What cannot be tried because there is not enough to send is not kept. */
static void
settle (HoistConcurrency *self, const HoistConcurrencySample *sample)
{
  gint64 passed_us = sample->now_us - self->began.now_us;

  if (is_idle (self, sample))
    {
      self->began = *sample;
      if (self->n_idle < MAX_IDLE_SAMPLES)
        return;
      if (self->base_slots != 0)
        self->slots = self->base_slots;
      enter_stage (self, HOIST_CONCURRENCY_SETTLING);
    }
  else if (passed_us >= get_length_us (self, sample->n_delivered - self->began.n_delivered))
    {
      enter_stage (self, HOIST_CONCURRENCY_MEASURING);
      self->began = *sample;
    }
}

static void
end_stretch (HoistConcurrency *self, const HoistConcurrencySample *sample)
{
  double passed_us = (double) (sample->now_us - self->began.now_us);
  double acked_bytes = (double) (sample->acked_bytes - self->began.acked_bytes);
  double resent_bytes = (double) (sample->resent_bytes - self->began.resent_bytes);
  double bytes_per_s = acked_bytes * G_USEC_PER_SEC / passed_us;
  double loss_fraction = acked_bytes > 0 ? MIN (resent_bytes / acked_bytes, 1) : 0;
  gboolean idle = self->n_idle * 2 > self->n_samples;

  self->began = *sample;
  self->n_samples = 0;
  self->n_idle = 0;
  if (self->stage == HOIST_CONCURRENCY_MEASURING && (idle || acked_bytes <= 0))
    enter_stage (self, HOIST_CONCURRENCY_SETTLING);
  else if (self->stage == HOIST_CONCURRENCY_MEASURING)
    judge (self, sample->now_us, bytes_per_s, loss_fraction);
  else if (!idle)
    watch (self, sample->now_us, bytes_per_s, loss_fraction);
}

/**
 * hoist_concurrency_sample:
 * @self: how many
 * @sample: how far everything is; none of its sums is less than it was before
 *
 * Learns from what was acknowledged since the last sample. Asked while anything is to
 * be sent, a few times a second.
 *
 * Returns: whether the number is another one now
 */
gboolean
hoist_concurrency_sample (HoistConcurrency *self, const HoistConcurrencySample *sample)
{
  guint slots;

  g_return_val_if_fail (self != NULL && sample != NULL, FALSE);

  slots = self->slots;
  /* Until it is what the person set again it grows by what is delivered. */
  if (!self->automatic || slots < self->start)
    {
      begin_anew (self);
      return FALSE;
    }
  if (self->began.now_us == 0 || sample->now_us <= self->began.now_us ||
      sample->acked_bytes < self->began.acked_bytes)
    {
      self->began = *sample;
      return FALSE;
    }
  self->n_samples++;
  self->n_idle += is_idle (self, sample);
  if (self->stage == HOIST_CONCURRENCY_SETTLING)
    settle (self, sample);
  else if (sample->now_us - self->began.now_us >=
           (self->stage == HOIST_CONCURRENCY_HOLDING
              ? STRETCH_US
              : get_length_us (self, sample->n_delivered - self->began.n_delivered)))
    end_stretch (self, sample);
  return self->slots != slots;
}
