/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "fake-portal.h"
#include "hoist-background-portal.h"
#include "hoist-error.h"
#include "hoist-portal-lock.h"
#include "hoist-portal.h"

typedef struct
{
  FakePortal fake;
  HoistBackgroundPortal *portal;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  fake_portal_set_up (&f->fake);
  f->portal = hoist_background_portal_new (f->fake.rig.client);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->result);
  g_clear_object (&f->portal);
  fake_portal_tear_down (&f->fake);
}

/* --- Names and words -------------------------------------------------------------------------- */

static void
test_handle (void)
{
  g_autofree char *first = hoist_portal_predict_handle (":1.42", "hoist_1");
  g_autofree char *deep = hoist_portal_predict_handle (":1.2.3", "t");
  g_autofree char *one = hoist_portal_make_token ();
  g_autofree char *other = hoist_portal_make_token ();

  g_assert_cmpstr (first, ==, "/org/freedesktop/portal/desktop/request/1_42/hoist_1");
  g_assert_cmpstr (deep, ==, "/org/freedesktop/portal/desktop/request/1_2_3/t");
  g_assert_cmpstr (one, !=, other);
  g_assert_true (g_variant_is_object_path (first));
  /* a token is an element of a path */
  g_assert_cmpuint (strspn (one, "abcdefghijklmnopqrstuvwxyz0123456789_"), ==, strlen (one));
}

static void
test_cut (void)
{
  static const struct
  {
    const char *unit; /* repeated */
    guint n;
    guint n_characters; /* afterwards */
    gboolean cut;
  } table[] = {
    { "a", 1, 1, FALSE },   { "a", 95, 95, FALSE }, { "a", 96, 96, FALSE },  { "a", 97, 96, TRUE },
    { "é", 96, 96, FALSE }, { "é", 97, 96, TRUE },  { "字", 300, 96, TRUE }, { "😀", 97, 96, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GString) words = g_string_new (NULL);
      g_autofree char *cut = NULL;

      for (guint n = 0; n < table[i].n; n++)
        g_string_append (words, table[i].unit);
      cut = hoist_background_portal_cut_status (words->str);
      g_assert_true (g_utf8_validate (cut, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (cut, -1), ==, table[i].n_characters);
      g_assert_cmpint (g_str_has_suffix (cut, "…"), ==, table[i].cut);
    }
}

static void
test_cut_blanks (void)
{
  g_autofree char *words = g_strnfill (200, ' ');
  g_autofree char *cut = NULL;
  g_autofree char *lines = hoist_background_portal_cut_status ("one\ntwo\xff");

  memset (words, 'a', 90);
  cut = hoist_background_portal_cut_status (words);
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 91);
  g_assert_cmpstr (lines, ==, "one two\xef\xbf\xbd");
}

/* --- The request ------------------------------------------------------------------------------ */

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

static gboolean
ask (Fixture *f, gboolean autostart, gboolean *granted, GError **error)
{
  g_clear_object (&f->result);
  hoist_background_portal_request_async (f->portal, autostart, NULL, got_cb, f);
  BUS_RIG_WAIT_FOR (f->result != NULL);
  return hoist_background_portal_request_finish (f->portal, f->result, granted, error);
}

static void
test_answers (Fixture *f, gconstpointer data)
{
  static const struct
  {
    FakePortalHow how;
    gboolean good;
    GQuark (*domain) (void);
    int code;
  } table[] = {
    { FAKE_PORTAL_GRANT, TRUE, NULL, 0 },
    { FAKE_PORTAL_GRANT_EARLY, TRUE, NULL, 0 },
    { FAKE_PORTAL_DENY, FALSE, hoist_error_quark, HOIST_ERROR_FORBIDDEN },
    { FAKE_PORTAL_CANCEL, FALSE, hoist_error_quark, HOIST_ERROR_FORBIDDEN },
    { FAKE_PORTAL_END, FALSE, hoist_error_quark, HOIST_ERROR_FAILED },
    { FAKE_PORTAL_NONSENSE, FALSE, hoist_error_quark, HOIST_ERROR_PROTOCOL },
    { FAKE_PORTAL_REFUSE, FALSE, g_dbus_error_quark, G_DBUS_ERROR_FAILED },
  };

  fake_portal_start (&f->fake, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gboolean autostart = i % 2 == 0;
      gboolean granted = !autostart;
      g_autoptr (GError) error = NULL;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      f->fake.how = table[i].how;
      g_assert_cmpint (ask (f, autostart, &granted, &error), ==, table[i].good);
      if (table[i].good)
        g_assert_cmpint (granted, ==, autostart);
      else
        g_assert_error (error, table[i].domain (), table[i].code);
    }
}

/* Very old portals chose the object themselves. */
static void
test_elsewhere (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fake_portal_start (&f->fake, 1);
  f->fake.how = FAKE_PORTAL_GRANT_ELSEWHERE;
  hoist_background_portal_request_async (f->portal, TRUE, NULL, got_cb, f);
  BUS_RIG_WAIT_FOR (f->fake.n_requests == 1);
  bus_rig_catch_up (&f->fake.rig);
  bus_rig_catch_up (&f->fake.rig);
  fake_portal_grant_elsewhere (&f->fake);
  BUS_RIG_WAIT_FOR (f->result != NULL);
  g_assert_true (hoist_background_portal_request_finish (f->portal, f->result, NULL, &error));
  g_assert_no_error (error);
}

/* Each request says both, or the desktop takes away what an earlier one had. */
static void
test_says_all (Fixture *f, gconstpointer data)
{
  fake_portal_start (&f->fake, 2);
  for (guint round = 0; round < 2; round++)
    {
      gboolean autostart = FALSE;
      gboolean activatable = TRUE;
      const char *reason = "";
      g_autofree const char **commandline = NULL;
      g_autoptr (GError) error = NULL;

      ask (f, round == 1, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (g_variant_lookup (f->fake.options, "autostart", "b", &autostart));
      g_assert_cmpint (autostart, ==, round == 1);
      g_assert_true (g_variant_lookup (f->fake.options, "commandline", "^a&s", &commandline));
      g_assert_cmpstrv (commandline, ((const char *[]){ "hoist", "--background", NULL }));
      g_assert_true (g_variant_lookup (f->fake.options, "dbus-activatable", "b", &activatable));
      g_assert_false (activatable);
      g_assert_true (g_variant_lookup (f->fake.options, "reason", "&s", &reason));
      g_assert_cmpstr (reason, !=, "");
    }
}

static void
test_vanishes (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fake_portal_start (&f->fake, 2);
  f->fake.how = FAKE_PORTAL_SILENCE;
  hoist_background_portal_request_async (f->portal, FALSE, NULL, got_cb, f);
  BUS_RIG_WAIT_FOR (f->fake.n_requests == 1);
  bus_rig_catch_up (&f->fake.rig);
  fake_portal_stop (&f->fake);
  BUS_RIG_WAIT_FOR (f->result != NULL);
  g_assert_false (hoist_background_portal_request_finish (f->portal, f->result, NULL, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  fake_portal_start (&f->fake, 2);
  f->fake.how = FAKE_PORTAL_SILENCE;
  hoist_background_portal_request_async (f->portal, FALSE, cancellable, got_cb, f);
  BUS_RIG_WAIT_FOR (f->fake.n_requests == 1);
  g_cancellable_cancel (cancellable);
  BUS_RIG_WAIT_FOR (f->result != NULL);
  g_assert_false (hoist_background_portal_request_finish (f->portal, f->result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  bus_rig_catch_up (&f->fake.rig);
  bus_rig_catch_up (&f->fake.rig);
  g_assert_cmpint (g_atomic_int_get (&f->fake.n_closed), ==, 1);
}

static void
test_absent (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (f, TRUE, NULL, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
  hoist_background_portal_set_status (f->portal, "1 of 2 files");
  bus_rig_catch_up (&f->fake.rig);
  /* It is not looked for again and again. */
  fake_portal_start (&f->fake, 2);
  bus_rig_catch_up (&f->fake.rig);
  hoist_background_portal_set_status (f->portal, "2 of 2 files");
  bus_rig_catch_up (&f->fake.rig);
  g_assert_cmpuint (f->fake.n_statuses, ==, 0);
}

static gboolean
find (Fixture *f, const char *interface)
{
  g_autoptr (GError) error = NULL;
  gboolean found;

  g_clear_object (&f->result);
  hoist_portal_find_async (f->fake.rig.client, interface, NULL, got_cb, f);
  BUS_RIG_WAIT_FOR (f->result != NULL);
  found = hoist_portal_find_finish (f->result, &error);
  g_assert_no_error (error);
  return found;
}

/* A service that is there may lack what the desktop has no part for. */
static void
test_find (Fixture *f, gconstpointer data)
{
  g_assert_false (find (f, HOIST_BACKGROUND_INTERFACE));
  fake_portal_start (&f->fake, 1);
  g_assert_true (find (f, HOIST_BACKGROUND_INTERFACE));
  g_assert_false (find (f, "org.freedesktop.portal.Secret"));
}

static void
test_find_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  fake_portal_start (&f->fake, 2);
  g_cancellable_cancel (cancellable);
  hoist_portal_find_async (f->fake.rig.client, HOIST_BACKGROUND_INTERFACE, cancellable, got_cb, f);
  BUS_RIG_WAIT_FOR (f->result != NULL);
  g_assert_false (hoist_portal_find_finish (f->result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* --- The status ------------------------------------------------------------------------------- */

/* At once, then no more often than it is worth, and the last one in any case. */
static void
test_status (Fixture *f, gconstpointer data)
{
  fake_portal_start (&f->fake, 2);
  hoist_background_portal_set_status (f->portal, "1 %");
  BUS_RIG_WAIT_FOR (f->fake.n_statuses == 1);
  g_assert_cmpstr (f->fake.status, ==, "1 %");
  hoist_background_portal_set_status (f->portal, "2 %");
  hoist_background_portal_set_status (f->portal, "3 %");
  bus_rig_catch_up (&f->fake.rig);
  g_assert_cmpuint (f->fake.n_statuses, ==, 1);
  BUS_RIG_WAIT_FOR (f->fake.n_statuses == 2);
  g_assert_cmpstr (f->fake.status, ==, "3 %");
}

static void
test_status_same (Fixture *f, gconstpointer data)
{
  fake_portal_start (&f->fake, 2);
  hoist_background_portal_set_status (f->portal, "1 %");
  BUS_RIG_WAIT_FOR (f->fake.n_statuses == 1);
  hoist_background_portal_set_status (f->portal, "2 %");
  hoist_background_portal_set_status (f->portal, "1 %");
  hoist_background_portal_set_status (f->portal, "9 %");
  BUS_RIG_WAIT_FOR (f->fake.n_statuses == 2);
  g_assert_cmpstr (f->fake.status, ==, "9 %");
}

static void
test_status_old (Fixture *f, gconstpointer data)
{
  fake_portal_start (&f->fake, 1);
  hoist_background_portal_set_status (f->portal, "1 %");
  bus_rig_catch_up (&f->fake.rig);
  bus_rig_catch_up (&f->fake.rig);
  hoist_background_portal_set_status (f->portal, "2 %");
  bus_rig_catch_up (&f->fake.rig);
  g_assert_cmpuint (f->fake.n_statuses, ==, 0);
}

/* --- Keeping the computer awake --------------------------------------------------------------- */

static void
test_lock (Fixture *f, gconstpointer data)
{
  g_autoptr (HoistPortalLock) lock = hoist_portal_lock_new (f->fake.rig.client, "Uploading files");
  const char *reason = "";

  fake_portal_start (&f->fake, 2);
  for (guint round = 1; round <= 2; round++)
    {
      hoist_portal_lock_set_wanted (lock, TRUE);
      hoist_portal_lock_set_wanted (lock, TRUE);
      BUS_RIG_WAIT_FOR (f->fake.n_requests == round);
      g_assert_true (g_variant_lookup (f->fake.options, "reason", "&s", &reason));
      g_assert_cmpstr (reason, ==, "Uploading files");
      bus_rig_catch_up (&f->fake.rig);
      g_assert_cmpint (g_atomic_int_get (&f->fake.n_closed), ==, round - 1);
      hoist_portal_lock_set_wanted (lock, FALSE);
      bus_rig_catch_up (&f->fake.rig);
      bus_rig_catch_up (&f->fake.rig);
      g_assert_cmpint (g_atomic_int_get (&f->fake.n_closed), ==, round);
    }
  /* No longer wanted before it came. */
  hoist_portal_lock_set_wanted (lock, TRUE);
  hoist_portal_lock_set_wanted (lock, FALSE);
  BUS_RIG_WAIT_FOR (f->fake.n_requests == 3);
  bus_rig_catch_up (&f->fake.rig);
  bus_rig_catch_up (&f->fake.rig);
  g_assert_cmpint (g_atomic_int_get (&f->fake.n_closed), ==, 3);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/background-portal/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/background-portal/handle", test_handle);
  g_test_add_func ("/background-portal/cut", test_cut);
  g_test_add_func ("/background-portal/cut-blanks", test_cut_blanks);
  ADD ("answers", test_answers);
  ADD ("elsewhere", test_elsewhere);
  ADD ("says-all", test_says_all);
  ADD ("vanishes", test_vanishes);
  ADD ("cancelled", test_cancelled);
  ADD ("find", test_find);
  ADD ("find-cancelled", test_find_cancelled);
  ADD ("absent", test_absent);
  ADD ("status", test_status);
  ADD ("status-same", test_status_same);
  ADD ("status-old", test_status_old);
  ADD ("lock", test_lock);
  return g_test_run ();
}
