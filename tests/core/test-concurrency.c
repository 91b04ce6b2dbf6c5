/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-concurrency.h"

#define STEP_US (G_USEC_PER_SEC / 4)
#define MB 1e6

/* A line, and a storage at its end: what a number of parts brings there. */
typedef struct
{
  double bytes_per_s;            /* of all connections together */
  double connection_bytes_per_s; /* of one, as its window or its loss allows */
  double round_trip_s;           /* and the storage's own time, for each part */
  double part_bytes;
  double noise_fraction;
  guint knee;         /* more connections than that harm each other; 0 = never */
  guint refuses_over; /* the storage asks for less; 0 = never */
} Line;

typedef struct
{
  HoistConcurrency concurrency;
  HoistConcurrencySample sample;
  GRand *rand;        /* (owned) */
  double established; /* connections at full speed */
  double parts;       /* that arrived, and the beginning of the next one */
  double acked_bytes;
  double resent_bytes;
  guint n_changes;
  guint least;
  guint most;
} Lab;

static double
get_speed (const Line *line, double n_connections)
{
  double part_s = line->round_trip_s + line->part_bytes / line->connection_bytes_per_s;
  double speed = MIN (line->bytes_per_s, n_connections * line->part_bytes / part_s);

  if (line->knee != 0 && n_connections > line->knee)
    speed *= MAX (0.2, 1 - 0.04 * (n_connections - line->knee));
  return speed;
}

static double
get_loss (const Line *line, double n_connections)
{
  return line->knee != 0 && n_connections > line->knee ? 0.02 * (n_connections - line->knee)
                                                       : 0.001;
}

static void
lab_init (Lab *lab, guint start, gboolean automatic, guint32 seed)
{
  *lab = (Lab){ .rand = g_rand_new_with_seed (seed), .sample.now_us = 1 };
  hoist_concurrency_init (&lab->concurrency, start, automatic);
}

static void
lab_clear (Lab *lab)
{
  g_clear_pointer (&lab->rand, g_rand_free);
}

static void
forget_changes (Lab *lab)
{
  lab->n_changes = 0;
  lab->least = lab->most = hoist_concurrency_get_slots (&lab->concurrency);
}

static void
note (Lab *lab, guint before)
{
  guint slots = hoist_concurrency_get_slots (&lab->concurrency);

  g_assert_cmpuint (slots, >=, 1);
  g_assert_cmpuint (slots, <=, HOIST_CONCURRENCY_MAX);
  lab->n_changes += slots != before;
  lab->least = MIN (lab->least, slots);
  lab->most = MAX (lab->most, slots);
}

/* @n_wanted: how many parts there are to send at most. */
static void
lab_run (Lab *lab, const Line *line, guint n_wanted, double seconds)
{
  for (gint64 left_us = (gint64) (seconds * G_USEC_PER_SEC); left_us > 0; left_us -= STEP_US)
    {
      guint slots = hoist_concurrency_get_slots (&lab->concurrency);
      guint n_sending = MIN (slots, n_wanted);
      double noise = 1 + line->noise_fraction * g_rand_double_range (lab->rand, -1, 1);
      double moved;

      lab->established = MIN (n_sending, lab->established + (n_sending - lab->established) * 0.4);
      moved = get_speed (line, lab->established) * noise * STEP_US / G_USEC_PER_SEC;
      lab->acked_bytes += moved;
      lab->resent_bytes += moved * get_loss (line, lab->established);
      for (lab->parts += moved / line->part_bytes; lab->parts >= 1; lab->parts--)
        {
          lab->sample.n_delivered++;
          hoist_concurrency_delivered (&lab->concurrency);
        }
      lab->sample.now_us += STEP_US;
      lab->sample.acked_bytes = (guint64) lab->acked_bytes;
      lab->sample.resent_bytes = (guint64) lab->resent_bytes;
      lab->sample.n_sending = n_sending;
      if (line->refuses_over != 0 && n_sending > line->refuses_over)
        hoist_concurrency_push_back (&lab->concurrency, lab->sample.now_us);
      hoist_concurrency_sample (&lab->concurrency, &lab->sample);
      note (lab, slots);
    }
}

static const struct
{
  const char *name;
  Line line;
  guint start;
  double within_s; /* when it is there */
  guint least;     /* and where */
  guint most;
} lines[] = {
  { "small files, long line", { 500 * MB, 50 * MB, 0.08, 65536, 0.03, 0, 0 }, 4, 5, 32, 32 },
  { "small files, near", { 100 * MB, 100 * MB, 0.002, 65536, 0.03, 0, 0 }, 4, 60, 4, 8 },
  { "large parts, one fills it", { 12 * MB, 50 * MB, 0.03, 16 * MB, 0.02, 0, 0 }, 4, 60, 4, 4 },
  { "large parts, five fill it", { 100 * MB, 20 * MB, 0.05, 16 * MB, 0.02, 0, 0 }, 4, 60, 5, 8 },
  { "large parts, long and lossy", { 200 * MB, 4 * MB, 0.15, 16 * MB, 0.02, 0, 0 }, 4, 60, 32, 32 },
  { "too many harm", { 100 * MB, 10 * MB, 0.05, 16 * MB, 0.02, 10, 0 }, 4, 60, 8, 12 },
  { "the person starts high", { 12 * MB, 50 * MB, 0.03, 16 * MB, 0.02, 0, 0 }, 16, 60, 16, 16 },
  { "slow and from one", { 0.1 * MB, 1 * MB, 0.05, 5 * MB, 0.05, 0, 0 }, 1, 120, 1, 2 },
};

static void
test_converges (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    for (guint32 seed = 1; seed <= 8; seed++)
      {
        const Line *line = &lines[i].line;
        Lab lab;
        double begun;
        double best = 0;
        guint slots;

        g_test_message ("%s, seed %u", lines[i].name, seed);
        lab_init (&lab, lines[i].start, TRUE, seed);
        lab_run (&lab, line, 1000, lines[i].within_s);
        /* It tries others now and then, for some seconds each. */
        while (lab.concurrency.stage != HOIST_CONCURRENCY_HOLDING)
          lab_run (&lab, line, 1000, 0.25);
        slots = hoist_concurrency_get_slots (&lab.concurrency);
        g_assert_cmpuint (slots, >=, lines[i].least);
        g_assert_cmpuint (slots, <=, lines[i].most);

        for (guint n = 1; n <= HOIST_CONCURRENCY_MAX; n++)
          best = MAX (best, get_speed (line, n));
        forget_changes (&lab);
        begun = lab.acked_bytes;
        lab_run (&lab, line, 1000, 1800);
        g_assert_cmpfloat ((lab.acked_bytes - begun) / 1800, >=, 0.9 * best);
        /* At most up and back again each time it was content for as long as it ever is. */
        g_assert_cmpuint (lab.n_changes, <=, 1800 / 60);
        lab_clear (&lab);
      }
}

static void
test_fixed (void)
{
  const Line *line = &lines[0].line;
  Lab lab;

  lab_init (&lab, 6, FALSE, 1);
  forget_changes (&lab);
  lab_run (&lab, line, 1000, 300);
  g_assert_cmpuint (lab.n_changes, ==, 0);
  g_assert_cmpuint (lab.most, ==, 6);
  lab_clear (&lab);
}

/* Where there are never more than three parts to send, nothing can be said of more. */
static void
test_too_little_to_send (void)
{
  Lab lab;

  lab_init (&lab, 4, TRUE, 1);
  forget_changes (&lab);
  lab_run (&lab, &lines[0].line, 2, 300);
  g_assert_cmpuint (lab.n_changes, ==, 0);

  lab_run (&lab, &lines[0].line, 10, 300);
  g_assert_cmpuint (hoist_concurrency_get_slots (&lab.concurrency), <=, 16);
  lab_clear (&lab);
}

/* A storage that refuses: half, and not beyond that for a minute; then it is tried again. */
static void
test_pushed_back (void)
{
  Line line = lines[0].line;
  Lab lab;

  line.refuses_over = 12;
  lab_init (&lab, 4, TRUE, 1);
  lab_run (&lab, &line, 1000, 120);
  forget_changes (&lab);
  lab_run (&lab, &line, 1000, 1200);
  g_assert_cmpuint (lab.most, <=, 16);
  g_assert_cmpuint (lab.least, >=, 4);
  /* Twenty minutes with at most ten of them between two refusals. */
  g_assert_cmpuint (lab.n_changes, <=, 40);

  line.refuses_over = 0;
  lab_run (&lab, &line, 1000, 1200);
  g_assert_cmpuint (hoist_concurrency_get_slots (&lab.concurrency), ==, 32);
  lab_clear (&lab);
}

/* An outage takes it to one; when it is over it is soon where it was. */
static void
test_recovers (void)
{
  const Line *line = &lines[0].line;
  Lab lab;

  lab_init (&lab, 4, TRUE, 1);
  lab_run (&lab, line, 1000, 30);
  for (guint i = 0; i < 10; i++)
    hoist_concurrency_push_back (&lab.concurrency, lab.sample.now_us += 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (hoist_concurrency_get_slots (&lab.concurrency), ==, 1);

  lab_run (&lab, line, 1000, 2);
  g_assert_cmpuint (hoist_concurrency_get_slots (&lab.concurrency), ==, 4);
  lab_run (&lab, line, 1000, 120);
  g_assert_cmpuint (hoist_concurrency_get_slots (&lab.concurrency), ==, 32);
  lab_clear (&lab);
}

/* A storage that cannot even do what the person set: it is tried again and again by what
 * arrives, as the number is theirs, but no more than that. */
static void
test_refuses_the_start (void)
{
  Line line = lines[0].line;
  Lab lab;

  line.refuses_over = 3;
  lab_init (&lab, 4, TRUE, 1);
  forget_changes (&lab);
  lab_run (&lab, &line, 1000, 600);
  g_assert_cmpuint (lab.most, ==, 4);
  lab_clear (&lab);
}

/* The line becomes another one. If the speed says so it is noticed within seconds, else
 * when it is time to try again, which is after three minutes at the latest. */
static void
test_follows_the_line (void)
{
  const Line *slow = &lines[2].line;
  const Line *fast = &lines[3].line;
  const Line *lossy = &lines[4].line;
  Lab lab;

  lab_init (&lab, 4, TRUE, 1);
  lab_run (&lab, slow, 1000, 900);
  lab_run (&lab, fast, 1000, 30);
  g_assert_cmpuint (hoist_concurrency_get_slots (&lab.concurrency), >=, 5);

  lab_run (&lab, lossy, 1000, 240);
  g_assert_cmpuint (hoist_concurrency_get_slots (&lab.concurrency), ==, 32);

  lab_run (&lab, slow, 1000, 600);
  while (lab.concurrency.stage != HOIST_CONCURRENCY_HOLDING)
    lab_run (&lab, slow, 1000, 0.25);
  g_assert_cmpuint (hoist_concurrency_get_slots (&lab.concurrency), <=, 8);
  lab_clear (&lab);
}

static void
test_set (void)
{
  HoistConcurrency concurrency;

  hoist_concurrency_init (&concurrency, 0, TRUE);
  g_assert_cmpuint (hoist_concurrency_get_slots (&concurrency), ==, HOIST_CONCURRENCY_DEFAULT);
  hoist_concurrency_init (&concurrency, 1000, FALSE);
  g_assert_cmpuint (hoist_concurrency_get_slots (&concurrency), ==, HOIST_CONCURRENCY_MAX);

  hoist_concurrency_init (&concurrency, 8, TRUE);
  hoist_concurrency_push_back (&concurrency, G_USEC_PER_SEC);
  hoist_concurrency_set (&concurrency, 6, FALSE);
  g_assert_cmpuint (hoist_concurrency_get_slots (&concurrency), ==, 4);
  hoist_concurrency_set (&concurrency, 2, FALSE);
  g_assert_cmpuint (hoist_concurrency_get_slots (&concurrency), ==, 2);
  hoist_concurrency_set (&concurrency, 12, TRUE);
  g_assert_cmpuint (hoist_concurrency_get_slots (&concurrency), ==, 12);
}

static double
get_power (GRand *rand, int least, int most)
{
  return (double) (G_GUINT64_CONSTANT (1) << g_rand_int_range (rand, least, most + 1));
}

/* Whatever it is told, in whatever order, the answer is a number that may be used. */
static void
test_any_history (void)
{
  for (guint32 seed = 1; seed <= 200; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      gboolean automatic = g_rand_boolean (rand);
      guint start = (guint) g_rand_int_range (rand, 1, 33);
      Lab lab;

      lab_init (&lab, start, automatic, seed);
      for (guint i = 0; i < 20; i++)
        {
          Line line = {
            .bytes_per_s = get_power (rand, 0, 34),
            .connection_bytes_per_s = get_power (rand, 0, 34),
            .round_trip_s = g_rand_double_range (rand, 0.0001, 2),
            .part_bytes = get_power (rand, 16, 26),
            .noise_fraction = g_rand_double (rand),
            .knee = (guint) g_rand_int_range (rand, 0, 33),
            .refuses_over = (guint) g_rand_int_range (rand, 0, 65),
          };

          lab_run (&lab, &line, (guint) g_rand_int_range (rand, 0, 40), 15);
          if (!automatic)
            g_assert_cmpuint (hoist_concurrency_get_slots (&lab.concurrency), <=, start);
        }
      lab_clear (&lab);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/concurrency/set", test_set);
  g_test_add_func ("/concurrency/converges", test_converges);
  g_test_add_func ("/concurrency/fixed", test_fixed);
  g_test_add_func ("/concurrency/too-little-to-send", test_too_little_to_send);
  g_test_add_func ("/concurrency/pushed-back", test_pushed_back);
  g_test_add_func ("/concurrency/recovers", test_recovers);
  g_test_add_func ("/concurrency/refuses-the-start", test_refuses_the_start);
  g_test_add_func ("/concurrency/follows-the-line", test_follows_the_line);
  g_test_add_func ("/concurrency/any-history", test_any_history);
  return g_test_run ();
}
