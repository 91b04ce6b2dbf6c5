/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-login.h"
#include "hoist-login-lock.h"

typedef struct
{
  FakeLogin login;
  HoistLoginLock *lock;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  fake_login_set_up (&f->login);
  f->lock = hoist_login_lock_new (f->login.rig.client, "block", "Uploading files");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->lock);
  fake_login_tear_down (&f->login);
}

static void
wait_for_lock (Fixture *f, guint n_locks)
{
  BUS_RIG_WAIT_FOR (f->login.n_locks >= n_locks && hoist_login_lock_is_held (f->lock));
  g_assert_true (fake_login_is_locked (&f->login));
}

/* Held as long as it is wanted, and given back at once. */
static void
test_wanted (Fixture *f, gconstpointer data)
{
  fake_login_start (&f->login);
  bus_rig_drain ();
  g_assert_cmpuint (f->login.n_asked, ==, 0);
  for (guint round = 1; round <= 3; round++)
    {
      hoist_login_lock_set_wanted (f->lock, TRUE);
      hoist_login_lock_set_wanted (f->lock, TRUE);
      wait_for_lock (f, round);
      g_assert_cmpstr (f->login.asked, ==, "sleep Hoist block");
      hoist_login_lock_set_wanted (f->lock, FALSE);
      g_assert_false (hoist_login_lock_is_held (f->lock));
      fake_login_wait_until_unlocked (&f->login);
      g_assert_cmpuint (f->login.n_locks, ==, round);
    }
}

/* What is no longer wanted when it comes is not kept. */
static void
test_changed_mind (Fixture *f, gconstpointer data)
{
  fake_login_start (&f->login);
  hoist_login_lock_set_wanted (f->lock, TRUE);
  BUS_RIG_WAIT_FOR (f->login.n_asked == 1);
  hoist_login_lock_set_wanted (f->lock, FALSE);
  fake_login_wait_until_unlocked (&f->login);
  g_assert_false (hoist_login_lock_is_held (f->lock));
}

/* logind is started anew: the old lock is worth nothing, a new one is taken. */
static void
test_restart (Fixture *f, gconstpointer data)
{
  hoist_login_lock_set_wanted (f->lock, TRUE);
  fake_login_start (&f->login);
  wait_for_lock (f, 1);
  fake_login_stop (&f->login);
  BUS_RIG_WAIT_FOR (!hoist_login_lock_is_held (f->lock));
  fake_login_start (&f->login);
  wait_for_lock (f, 2);
}

/* Where nobody may ask, as over ssh, one is asked for each time and none is had. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  f->login.refuses = TRUE;
  fake_login_start (&f->login);
  for (guint round = 1; round <= 2; round++)
    {
      hoist_login_lock_set_wanted (f->lock, TRUE);
      BUS_RIG_WAIT_FOR (f->login.n_asked == round);
      g_assert_false (hoist_login_lock_is_held (f->lock));
      hoist_login_lock_set_wanted (f->lock, FALSE);
      bus_rig_catch_up (&f->login.rig);
    }
}

static void
test_end (Fixture *f, gconstpointer data)
{
  fake_login_start (&f->login);
  hoist_login_lock_set_wanted (f->lock, TRUE);
  wait_for_lock (f, 1);
  g_assert_finalize_object (f->lock);
  f->lock = NULL;
  fake_login_wait_until_unlocked (&f->login);
}

#define ADD(name, func) g_test_add ("/login-lock/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("wanted", test_wanted);
  ADD ("changed-mind", test_changed_mind);
  ADD ("restart", test_restart);
  ADD ("refused", test_refused);
  ADD ("end", test_end);
  return g_test_run ();
}
