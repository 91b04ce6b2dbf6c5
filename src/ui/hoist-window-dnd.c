/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-drop-time.h"
#include "hoist-window-private.h"

/* A text that is longer than this is no list of files. */
#define MAX_TEXT_BYTES (4 * 1024 * 1024)

static void
set_highlight (HoistWindow *self, gboolean highlight)
{
  gtk_revealer_set_reveal_child (self->drop_revealer, highlight);
}

static GdkDragAction
enter_cb (HoistWindow *self)
{
  set_highlight (self, TRUE);
  return GDK_ACTION_COPY;
}

static void
leave_cb (HoistWindow *self)
{
  set_highlight (self, FALSE);
}

/* RFC 2483, section 5: one URI a line, `#` begins a comment. */
static GSList *
parse_uri_list (const char *text)
{
  g_auto (GStrv) uris = NULL;
  GSList *files = NULL;

  if (strlen (text) > MAX_TEXT_BYTES || !g_utf8_validate (text, -1, NULL))
    return NULL;
  uris = g_uri_list_extract_uris (text);
  for (gsize i = 0; uris[i] != NULL; i++)
    if (g_uri_is_valid (uris[i], G_URI_FLAGS_ENCODED, NULL))
      files = g_slist_prepend (files, g_file_new_for_uri (uris[i]));
  return g_slist_reverse (files);
}

/* Takes what was dropped: a list of files, or a text of URIs. */
gboolean
_hoist_window_drop (HoistWindow *self, const GValue *value)
{
  GSList *files = NULL;
  gboolean taken;

  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      g_autoptr (GSList) list = gdk_file_list_get_files (g_value_get_boxed (value));

      return hoist_window_add_files (self, NULL, list);
    }

  if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value) != NULL)
    files = parse_uri_list (g_value_get_string (value));
  if (files == NULL)
    {
      _hoist_window_show_toast (self, _ ("Only files and folders can be dropped here"));
      return FALSE;
    }
  taken = hoist_window_add_files (self, NULL, files);
  g_slist_free_full (files, g_object_unref);
  return taken;
}

static gboolean
drop_cb (HoistWindow *self, const GValue *value)
{
  set_highlight (self, FALSE);
  return _hoist_window_drop (self, value);
}

void
_hoist_window_dnd_init (HoistWindow *self)
{
  /* GTK turns text/uri-list and the portal's file transfers into file lists;
   * the text is for programs that offer nothing but file:// lines. */
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_object (target, "enter", G_CALLBACK (enter_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "leave", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
#ifdef GDK_WINDOWING_X11
  hoist_drop_time_watch (gtk_widget_get_display (GTK_WIDGET (self)));
#endif
}
