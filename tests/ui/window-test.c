/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "window-test.h"

#include "ui-test.h"

void
window_test_set_up (WindowTest *fixture, gconstpointer n_destinations)
{
  fixture->uploader = fake_uploader_new ();
  fixture->backend = fake_backend_new (GPOINTER_TO_UINT (n_destinations));
  fixture->window = HOIST_WINDOW (hoist_window_new (NULL, HOIST_UPLOADER (fixture->uploader),
                                                    HOIST_DESTINATION_BACKEND (fixture->backend)));
}

void
window_test_tear_down (WindowTest *fixture, gconstpointer data)
{
  HoistWindow *window = fixture->window;

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  ui_test_close_windows ();
  g_assert_null (window);
  g_assert_finalize_object (fixture->uploader);
  g_assert_finalize_object (fixture->backend);
}

void
window_test_assert_log (WindowTest *fixture, const char *expected)
{
  g_autofree char *log = fake_uploader_take_log (fixture->uploader);

  g_assert_cmpstr (log, ==, expected);
}

void
window_test_activate (WindowTest *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL));
}

void
window_test_activate_for (WindowTest *fixture, const char *action, guint64 id)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, "t", id));
}

void
window_test_put (WindowTest *fixture, guint64 id, HoistUploadState state)
{
  fake_uploader_put (fixture->uploader, fake_uploader_info (id, state));
}

gboolean
window_test_has_rows (gpointer data)
{
  WindowTest *fixture = data;
  HoistUploadRow *row;

  if (fixture->window->rows->len == 0)
    return FALSE;
  row = g_ptr_array_index (fixture->window->rows, 0);
  return hoist_upload_row_get_upload (row) != NULL && gtk_widget_get_mapped (GTK_WIDGET (row));
}

GtkWidget *
window_test_find_row (WindowTest *fixture, guint64 id)
{
  for (guint i = 0; i < fixture->window->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (fixture->window->rows, i);
      HoistUpload *upload = hoist_upload_row_get_upload (HOIST_UPLOAD_ROW (row));

      if (upload != NULL && hoist_upload_get_id (upload) == id)
        return row;
    }
  return NULL;
}

typedef struct
{
  WindowTest *fixture;
  guint64 id;
} Sought;

static gboolean
is_shown (gpointer data)
{
  Sought *sought = data;

  return window_test_find_row (sought->fixture, sought->id) != NULL;
}

/* What is in sight has a row in the next frame. */
GtkWidget *
window_test_wait_for_row (WindowTest *fixture, guint64 id)
{
  Sought sought = { fixture, id };

  ui_test_wait_until (is_shown, &sought);
  return window_test_find_row (fixture, id);
}
