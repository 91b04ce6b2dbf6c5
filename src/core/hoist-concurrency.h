/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HOIST_CONCURRENCY_DEFAULT 4
#define HOIST_CONCURRENCY_MAX 32

/**
 * HoistConcurrencySample:
 * @now_us: the monotonic time
 * @acked_bytes: all that servers acknowledged until now
 * @resent_bytes: about how much of it had to be sent twice, because it was lost
 * @n_delivered: parts that arrived until now
 * @n_sending: parts that travel now
 *
 * How far everything is, four times a second or so.
 */
typedef struct
{
  gint64 now_us;
  guint64 acked_bytes;
  guint64 resent_bytes;
  guint64 n_delivered;
  guint n_sending;
} HoistConcurrencySample;

typedef enum
{
  HOIST_CONCURRENCY_SETTLING,
  HOIST_CONCURRENCY_MEASURING,
  HOIST_CONCURRENCY_HOLDING,
} HoistConcurrencyStage;

/**
 * HoistConcurrency:
 *
 * How many parts should travel at a time: as many as bring more. It decides from what
 * it is told and has no clock of its own.
 */
typedef struct
{
  /*< private >*/
  guint start; /* what the person set */
  gboolean automatic;
  guint slots; /* the answer */

  guint n_good;        /* delivered since the number last changed */
  gint64 decreased_us; /* monotonic; 0 = never */
  guint ceiling;       /* a server refused more than that; 0 = none did */
  gint64 ceiling_until_us;
  gint64 refused_us; /* monotonic; when that was */
  gint64 ceiling_us; /* for how long it held the last time */

  HoistConcurrencyStage stage;
  HoistConcurrencySample began; /* the stage, or what is measured in it; its time is 0 if not yet */
  guint n_samples;
  guint n_idle;   /* of them, in which far fewer parts travelled than could */
  guint n_lossy;  /* stretches one after another in which more was lost */
  guint n_unlike; /* and in which the speed was another one */

  guint base_slots; /* the number that proved good; 0 = none yet */
  double base_bytes_per_s;
  double base_loss_fraction;
  gint64 hold_us;       /* for how long it was content with it the last time */
  gint64 hold_until_us; /* monotonic */
  gboolean cautious;    /* twice as many brought nothing: a quarter at a time */
  gboolean tries_fewer; /* the next time */
} HoistConcurrency;

void hoist_concurrency_init (HoistConcurrency *self, guint start, gboolean automatic);
void hoist_concurrency_set (HoistConcurrency *self, guint start, gboolean automatic);
guint hoist_concurrency_get_slots (const HoistConcurrency *self);
void hoist_concurrency_delivered (HoistConcurrency *self);
void hoist_concurrency_push_back (HoistConcurrency *self, gint64 now_us);
gboolean hoist_concurrency_sample (HoistConcurrency *self, const HoistConcurrencySample *sample);

G_END_DECLS
