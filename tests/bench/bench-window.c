/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-window [ROWS]: how long the main thread is busy at a time, and how regularly the window gets its
 * frames, while the engine sends 100,000 files at full speed, beside an idle window. Wants a display:
 *   tests/lib/session.py --display -- _build/tests/bench/bench-window
 * Files and journal are made in $TMPDIR. */

#include <stdio.h>
#include <stdlib.h>

#include "frame-meter.h"
#include "stall-meter.h"
#include "window-rig.h"

#define IDLE_MS 5000
#define FULL_SPEED_MS 6000
#define SCROLL_MS 4000
#define MAX_COMMAND_MS 10000
#define LARGE_MS 8000

#define SMALL_FILE_BYTES 16384
#define N_LARGE_FILES 8
#define LARGE_FILE_BYTES (G_GUINT64_CONSTANT (8) << 30)

/* So much of what is seen goes by with each frame: fifteen pages a second. */
#define PAGES_A_FRAME 0.25

static guint n_rows = 100000;
static gint64 scrolling_since_us;

/* --- One phase after another ------------------------------------------------------------------ */

typedef struct
{
  gint64 begun_us;
  WindowRigSent sent;
  guint n_shown; /* as done */
} Phase;

static Phase
begin (WindowRig *rig)
{
  Phase phase = { 0, window_rig_count_sent (rig), G_MAXUINT };

  if (rig->engine != NULL)
    phase.n_shown = window_rig_get_totals (rig)->n_done;
  stall_meter_take ();
  frame_meter_take ();
  phase.begun_us = g_get_monotonic_time ();
  return phase;
}

static void
print_stall (Stall stall)
{
  printf (" %.1f (%u) |", (double) stall.longest_us / 1000, stall.n_late);
}

static void
end (WindowRig *rig, const Phase *phase, const char *what)
{
  double seconds = (double) (g_get_monotonic_time () - phase->begun_us) / G_USEC_PER_SEC;
  StallMeter stalls = stall_meter_take ();
  FrameMeter frames = frame_meter_take ();
  WindowRigSent sent = window_rig_count_sent (rig);
  guint n_shown = window_rig_get_totals (rig)->n_done;

  printf ("| %s | %.2f | %.0f | %.0f | %.0f |", what, seconds,
          (sent.n_objects - phase->sent.n_objects) / seconds,
          (n_shown - MIN (phase->n_shown, n_shown)) / seconds,
          (double) (sent.n_bytes - phase->sent.n_bytes) / seconds / 1e6);
  print_stall (stalls.all);
  print_stall (stalls.unpainted);
  print_stall (stalls.cpu);
  printf (" %u | %u | %.1f |\n", frames.n_frames, frames.n_late, (double) frames.longest_us / 1000);
  fflush (stdout);
}

static void
print_head (void)
{
  printf (
    "%u files of %u KiB, then %u of %u GiB. The main thread was busy so many ms at a time at most "
    "(in brackets, how often for more than 16 ms), and the window waited so long for a frame.\n\n",
    n_rows, SMALL_FILE_BYTES / 1024, N_LARGE_FILES, (guint) (LARGE_FILE_BYTES >> 30));
  printf ("| | s | files/s sent | … shown as done | MB/s | busy, ms | without painting | … of "
          "processor time | frames | late "
          "| longest wait, ms |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
}

/* --- Conditions ------------------------------------------------------------------------------- */

static gboolean
all_are_there (WindowRig *rig)
{
  HoistUploadList *list = window_rig_get_list (rig);

  return g_list_model_get_n_items (G_LIST_MODEL (list)) >= n_rows &&
         !hoist_upload_list_is_counting (list);
}

static gboolean
none_is_pending (WindowRig *rig)
{
  return window_rig_get_totals (rig)->n_pending == 0;
}

static gboolean
none_is_paused (WindowRig *rig)
{
  return window_rig_get_totals (rig)->n_paused == 0;
}

static gboolean
is_painted (WindowRig *rig)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (rig->window));

  return gdk_frame_clock_get_frame_counter (clock) >= 2;
}

/* And none is still to be made. */
static gboolean
all_rows_are_shown (WindowRig *rig)
{
  return is_painted (rig) && all_are_there (rig) && rig->window->rows->len > 0 &&
         gtk_widget_get_mapped (GTK_WIDGET (rig->window->list_view));
}

/* --- What is done ----------------------------------------------------------------------------- */

static void
pass (WindowRig *rig, const char *what, guint ms, gboolean (*condition) (WindowRig *rig))
{
  Phase phase = begin (rig);

  window_rig_wait_for (rig, ms, condition);
  end (rig, &phase, what);
}

static void
add_all (WindowRig *rig, const char *root)
{
  Phase phase = begin (rig);

  window_rig_add (rig, root);
  window_rig_wait_until (rig, all_are_there);
  end (rig, &phase, "a folder with all files is added");
}

/* Not for ever: while the window is behind, files are sent that the next phases are to send. */
static void
command_all (WindowRig *rig,
             const char *what,
             HoistCommand command,
             gboolean (*condition) (WindowRig *rig))
{
  Phase phase = begin (rig);

  hoist_uploader_command_all (HOIST_UPLOADER (rig->engine), command);
  window_rig_wait_for (rig, MAX_COMMAND_MS, condition);
  end (rig, &phase, what);
}

static GtkAdjustment *
get_adjustment (WindowRig *rig)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (rig->window->list_view));
}

/* As with the wheel. */
static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  GtkAdjustment *adjustment = get_adjustment (user_data);

  gtk_adjustment_set_value (adjustment,
                            gtk_adjustment_get_value (adjustment) +
                              gtk_adjustment_get_page_size (adjustment) * PAGES_A_FRAME);
  return G_SOURCE_CONTINUE;
}

/* As with the scroll bar's handle: to the end of the list in half the time, and back. */
static gboolean
drag_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  GtkAdjustment *adjustment = get_adjustment (user_data);
  double all = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  double progress = (double) (g_get_monotonic_time () - scrolling_since_us) / (SCROLL_MS * 1000.0);

  gtk_adjustment_set_value (adjustment, all * (1 - ABS (1 - 2 * MIN (progress, 1))));
  return G_SOURCE_CONTINUE;
}

static void
scroll (WindowRig *rig, const char *what, GtkTickCallback callback)
{
  GtkWidget *view = GTK_WIDGET (rig->window->list_view);
  guint id = gtk_widget_add_tick_callback (view, callback, rig, NULL);

  scrolling_since_us = g_get_monotonic_time ();
  pass (rig, what, SCROLL_MS, NULL);
  gtk_widget_remove_tick_callback (view, id);
  gtk_adjustment_set_value (get_adjustment (rig), 0);
}

static void
cancel_large (WindowRig *rig)
{
  HoistUploadList *list = window_rig_get_list (rig);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (info->size_bytes == LARGE_FILE_BYTES)
      g_array_append_val (ids, info->id);
  hoist_uploader_command (HOIST_UPLOADER (rig->engine), HOIST_COMMAND_CANCEL,
                          (const guint64 *) ids->data, ids->len);
  window_rig_wait_until (rig, none_is_pending);
}

static void
send_small (WindowRig *rig)
{
  g_autofree char *root = window_rig_make_files (rig, "photographs", n_rows, SMALL_FILE_BYTES);

  add_all (rig, root);
  command_all (rig, "all paused: they move in the list", HOIST_COMMAND_PAUSE, none_is_pending);
  command_all (rig, "all resumed", HOIST_COMMAND_RESUME, none_is_paused);
  pass (rig, "small files at full speed", FULL_SPEED_MS, none_is_pending);
  scroll (rig, "… and scrolling, 15 pages a second", scroll_cb);
  scroll (rig, "… and the scroll bar dragged to the end and back", drag_cb);
  pass (rig, "the rest is sent", G_MAXINT, none_is_pending);
}

static void
send_large (WindowRig *rig)
{
  g_autofree char *root = window_rig_make_files (rig, "films", N_LARGE_FILES, LARGE_FILE_BYTES);

  window_rig_add (rig, root);
  pass (rig, "large files at full speed", LARGE_MS, NULL);
  cancel_large (rig);
}

static void
open_window (WindowRig *rig, const char *what, gboolean (*condition) (WindowRig *rig))
{
  Phase phase = begin (rig);

  window_rig_open (rig);
  window_rig_wait_until (rig, condition);
  end (rig, &phase, what);
}

int
main (int argc, char **argv)
{
  WindowRig rig = { 0 };

  if (argc > 1)
    n_rows = (guint) atoi (argv[1]);
  if (!gtk_init_check ())
    {
      fputs ("No display: tests/lib/session.py --display -- bench-window\n", stderr);
      return 2;
    }
  window_rig_set_up (&rig);
  /* Fonts, icons and styles are read only once. */
  window_rig_open (&rig);
  window_rig_wait_until (&rig, is_painted);
  window_rig_close (&rig);

  stall_meter_install ();
  print_head ();
  open_window (&rig, "opened, nothing in it", is_painted);
  pass (&rig, "idle, nothing in it", IDLE_MS, NULL);
  send_small (&rig);
  send_large (&rig);
  pass (&rig, "idle, all of them done", IDLE_MS, NULL);
  scroll (&rig, "scrolling, 15 pages a second", scroll_cb);
  window_rig_close (&rig);
  open_window (&rig, "opened, all of them in the history", all_rows_are_shown);
  printf ("\npainted by %s\n",
          G_OBJECT_TYPE_NAME (gtk_native_get_renderer (GTK_NATIVE (rig.window))));
  window_rig_close (&rig);
  window_rig_tear_down (&rig);
  return 0;
}
