/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-secret-watch.h"
#include "keyring-rig.h"

typedef struct
{
  RigKeyring keyring;
  HoistSecretWatch *watch;
  guint n_changed;
  guint n_came;
} Fixture;

static void
changed_cb (Fixture *f, gboolean came)
{
  f->n_changed++;
  f->n_came += came;
}

static void
fixture_set_up (Fixture *f, gconstpointer data)
{
  rig_keyring_init (&f->keyring);
  f->watch = hoist_secret_watch_new (f->keyring.connection);
  g_signal_connect_swapped (f->watch, "changed", G_CALLBACK (changed_cb), f);
}

static void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->watch);
  rig_keyring_clear (&f->keyring);
}

static void
wait_for (guint *count, guint at_least)
{
  while (*count < at_least)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_comes_again (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (f->n_changed, ==, 0);
  rig_keyring_start (&f->keyring, "password");
  wait_for (&f->n_came, 1);
  rig_keyring_stop (&f->keyring);
  rig_keyring_start (&f->keyring, NULL);
  wait_for (&f->n_came, 2);
}

/* As when another program unlocks it. */
static void
test_changes (Fixture *f, gconstpointer data)
{
  guint n_before;

  rig_keyring_start (&f->keyring, "password");
  wait_for (&f->n_came, 1);
  n_before = f->n_changed;
  rig_keyring_lock (&f->keyring);
  wait_for (&f->n_changed, n_before + 1);
  g_assert_cmpuint (f->n_came, ==, 1);
}

/* What is under way when it goes is not told any more. */
static void
test_ends (Fixture *f, gconstpointer data)
{
  rig_keyring_start (&f->keyring, "password");
  rig_keyring_lock (&f->keyring);
  g_clear_object (&f->watch);
  f->n_changed = 0;
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (f->n_changed, ==, 0);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/secret-watch/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *daemon = g_find_program_in_path ("gnome-keyring-daemon");
  RigBus bus;
  int status;

  g_test_init (&argc, &argv, NULL);
  rig_bus_start (&bus);
  if (daemon != NULL)
    {
      ADD ("comes-again", test_comes_again);
      ADD ("changes", test_changes);
      ADD ("ends", test_ends);
    }
  status = g_test_run ();
  rig_bus_stop (&bus);
  return status;
}
