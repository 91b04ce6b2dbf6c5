/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui-test.h"

#define MAX_WAIT_S 60

static gboolean
timed_out_cb (gpointer user_data)
{
  g_error ("waited %d s in vain", MAX_WAIT_S);
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until something is so. */
void
ui_test_wait_until (UiTestCondition condition, gpointer data)
{
  guint id = g_timeout_add_seconds (MAX_WAIT_S, timed_out_cb, NULL);

  while (!condition (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

/* Runs what is due now. */
void
ui_test_settle (void)
{
  for (guint i = 0; i < 1000 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

/* A child of a template, by its name there. */
GtkWidget *
ui_test_child (gpointer widget, const char *name)
{
  GObject *child = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);

  g_assert_nonnull (child);
  return GTK_WIDGET (child);
}

/* Whether there is a label that begins so. */
gboolean
ui_test_shows (GtkWidget *widget, const char *beginning)
{
  if (GTK_IS_LABEL (widget) &&
      g_str_has_prefix (gtk_label_get_label (GTK_LABEL (widget)), beginning))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ui_test_shows (child, beginning))
      return TRUE;
  return FALSE;
}

/* (nullable) */
GtkWidget *
ui_test_find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return window;
    }
  return NULL;
}

void
ui_test_close_windows (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  while (g_list_model_get_n_items (windows) > 0)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, 0);

      gtk_window_destroy (window);
    }
  ui_test_settle ();
}
