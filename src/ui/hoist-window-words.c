/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-window-private.h"

/* Words that change though nothing of their upload does: the time until its next try,
 * and how many files are before it. The window wakes when the first of them are due. */

static gboolean
is_queued (HoistUploadRow *row)
{
  HoistUpload *upload = hoist_upload_row_get_upload (row);

  return upload != NULL && hoist_upload_get_state (upload) == HOIST_UPLOAD_QUEUED;
}

static gboolean
due_cb (gpointer user_data)
{
  HoistWindow *self = HOIST_WINDOW (user_data);

  self->words_id = 0;
  _hoist_window_renew_words (self);
  return G_SOURCE_REMOVE;
}

/* Never later than is said already: what comes too early finds nothing to say. */
static void
wake_at (HoistWindow *self, gint64 due_us)
{
  gint64 left_us = due_us - g_get_monotonic_time ();

  if (self->words_id != 0 && self->words_due_us <= due_us)
    return;
  g_clear_handle_id (&self->words_id, g_source_remove);
  self->words_due_us = due_us;
  self->words_id =
    g_timeout_add ((guint) CLAMP ((left_us + 999) / 1000, 0, G_MAXINT), due_cb, self);
}

/* Looks after the words of a row that was just written. */
void
_hoist_window_watch_words (HoistWindow *self, HoistUploadRow *row)
{
  gint64 due_us = is_queued (row) ? 0 : hoist_upload_row_get_change_us (row);

  if (due_us != 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    wake_at (self, due_us);
}

/* After a change set: those that it concerns have been written anew by themselves, but
 * there may be fewer before the others. Theirs need not follow each of ten a second. */
void
_hoist_window_watch_all_words (HoistWindow *self)
{
  /* Nobody looks at a window in the tray. */
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  for (guint i = 0; i < self->rows->len; i++)
    {
      gint64 due_us = hoist_upload_row_get_change_us (g_ptr_array_index (self->rows, i));

      if (due_us != 0)
        wake_at (self, due_us);
    }
}

/* Says anew what may have changed, and wakes again for what is counted down. */
void
_hoist_window_renew_words (HoistWindow *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      HoistUploadRow *row = g_ptr_array_index (self->rows, i);

      hoist_upload_row_renew_words (row);
      _hoist_window_watch_words (self, row);
    }
}

/* Whoever is not there is not woken. */
void
_hoist_window_forget_words (HoistWindow *self)
{
  g_clear_handle_id (&self->words_id, g_source_remove);
}
