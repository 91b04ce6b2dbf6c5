/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-login.h"
#include "hoist-sleep-watch.h"

typedef struct
{
  FakeLogin login;
  HoistSleepWatch *watch;
  guint n_going;
  guint n_woke;
} Fixture;

static void
going_cb (HoistSleepWatch *watch, Fixture *f)
{
  f->n_going++;
}

static void
woke_cb (HoistSleepWatch *watch, Fixture *f)
{
  f->n_woke++;
}

static void
watch (Fixture *f)
{
  f->watch = hoist_sleep_watch_new (f->login.rig.client);
  g_signal_connect (f->watch, "going", G_CALLBACK (going_cb), f);
  g_signal_connect (f->watch, "woke", G_CALLBACK (woke_cb), f);
}

static void
wait_for_lock (Fixture *f, guint n_locks)
{
  while (f->login.n_locks < n_locks || !hoist_sleep_watch_has_lock (f->watch))
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  fake_login_set_up (&f->login);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->watch);
  fake_login_tear_down (&f->login);
}

/* The computer waits until everything is written down, and the next time, too. */
static void
test_suspend (Fixture *f, gconstpointer data)
{
  fake_login_start (&f->login);
  watch (f);
  wait_for_lock (f, 1);
  g_assert_cmpstr (f->login.asked, ==, "sleep Hoist delay");
  g_assert_true (fake_login_is_locked (&f->login));

  for (guint round = 1; round <= 2; round++)
    {
      fake_login_say_sleep (&f->login, TRUE);
      while (f->n_going < round)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (fake_login_is_locked (&f->login));
      hoist_sleep_watch_ready (f->watch);
      fake_login_wait_until_unlocked (&f->login);
      fake_login_say_sleep (&f->login, FALSE);
      while (f->n_woke < round)
        g_main_context_iteration (NULL, TRUE);
      wait_for_lock (f, round + 1);
      g_assert_true (fake_login_is_locked (&f->login));
    }
}

/* Who is never ready holds nobody up for longer than it takes. */
static void
test_never_ready (Fixture *f, gconstpointer data)
{
  fake_login_start (&f->login);
  watch (f);
  wait_for_lock (f, 1);
  fake_login_say_sleep (&f->login, TRUE);
  fake_login_wait_until_unlocked (&f->login);
  g_assert_cmpuint (f->n_going, ==, 1);
  g_assert_false (hoist_sleep_watch_has_lock (f->watch));
}

/* logind comes later than we do. */
static void
test_late (Fixture *f, gconstpointer data)
{
  watch (f);
  g_assert_false (hoist_sleep_watch_has_lock (f->watch));
  fake_login_start (&f->login);
  wait_for_lock (f, 1);
  g_assert_true (fake_login_is_locked (&f->login));
}

/* With the program goes its lock. */
static void
test_end (Fixture *f, gconstpointer data)
{
  fake_login_start (&f->login);
  watch (f);
  wait_for_lock (f, 1);
  g_assert_finalize_object (f->watch);
  f->watch = NULL;
  fake_login_wait_until_unlocked (&f->login);
}

#define ADD(name, func) g_test_add ("/sleep-watch/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("suspend", test_suspend);
  ADD ("never-ready", test_never_ready);
  ADD ("late", test_late);
  ADD ("end", test_end);
  return g_test_run ();
}
