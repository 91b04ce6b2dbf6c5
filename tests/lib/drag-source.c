/* SPDX-License-Identifier: GPL-3.0-or-later */

/* drag-source FILE…: a window of which every spot can be dragged, and the files
 * come along, as from a file manager. Prints `begun` when a drag began,
 * `accepted` when what is under the pointer would take it, `refused` when it
 * would not any more, and `cancelled` with the reason (GdkDragCancelReason) when
 * it came to nothing. Ends with the drag; exit status 0 if the files were taken. */

#include <gtk/gtk.h>

typedef struct
{
  GMainLoop *loop;
  GSList *files; /* (element-type GFile) (owned) */
  gboolean cancelled;
} Source;

static void
say (const char *what)
{
  g_print ("%s\n", what);
}

static GdkContentProvider *
prepare_cb (GtkDragSource *drag_source, double x, double y, Source *source)
{
  return gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, source->files);
}

static void
action_cb (GdkDrag *drag, GParamSpec *pspec, Source *source)
{
  say (gdk_drag_get_selected_action (drag) != 0 ? "accepted" : "refused");
}

static void
begin_cb (GtkDragSource *drag_source, GdkDrag *drag, Source *source)
{
  g_signal_connect (drag, "notify::selected-action", G_CALLBACK (action_cb), source);
  say ("begun");
}

static gboolean
cancel_cb (GtkDragSource *drag_source, GdkDrag *drag, GdkDragCancelReason reason, Source *source)
{
  source->cancelled = TRUE;
  g_print ("cancelled %d\n", reason);
  return FALSE;
}

static void
end_cb (GtkDragSource *drag_source, GdkDrag *drag, gboolean delete_data, Source *source)
{
  g_main_loop_quit (source->loop);
}

int
main (int argc, char **argv)
{
  Source source = { 0 };
  GtkEventController *controller;
  GtkWidget *window;

  gtk_init ();
  for (int i = argc - 1; i > 0; i--)
    source.files = g_slist_prepend (source.files, g_file_new_for_commandline_arg (argv[i]));
  source.loop = g_main_loop_new (NULL, FALSE);

  window = gtk_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), "drag-source");
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 200, 200);
  gtk_window_set_child (GTK_WINDOW (window), gtk_label_new ("Drag me"));

  controller = GTK_EVENT_CONTROLLER (gtk_drag_source_new ());
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "prepare", G_CALLBACK (prepare_cb), &source);
  g_signal_connect (controller, "drag-begin", G_CALLBACK (begin_cb), &source);
  g_signal_connect (controller, "drag-cancel", G_CALLBACK (cancel_cb), &source);
  g_signal_connect (controller, "drag-end", G_CALLBACK (end_cb), &source);
  gtk_widget_add_controller (window, controller);

  gtk_window_present (GTK_WINDOW (window));
  g_main_loop_run (source.loop);

  gtk_window_destroy (GTK_WINDOW (window));
  g_slist_free_full (source.files, g_object_unref);
  g_main_loop_unref (source.loop);
  return source.cancelled ? 1 : 0;
}
