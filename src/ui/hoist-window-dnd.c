/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drops. In a sandbox GTK would take the files as the portal lends them; a program
 * that also says where they are gives something better, if that can be read: it
 * lasts, and folders are in it where the portal knows none. */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-drop-time.h"
#include "hoist-sandbox.h"
#include "hoist-window-private.h"

/* A text that is longer than this is no list of files. */
#define MAX_TEXT_BYTES (4 * 1024 * 1024)
#define URI_LIST "text/uri-list"
#define PORTAL_FILES "application/vnd.portal.filetransfer"

static void
set_highlight (HoistWindow *self, gboolean highlight)
{
  gtk_revealer_set_reveal_child (self->drop_revealer, highlight);
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

/* --- In a sandbox ----------------------------------------------------------------------------- */

typedef struct
{
  HoistWindow *window; /* (owned) */
  GdkDrop *drop;       /* (owned) */
  GSList *files;       /* (owned) (element-type GFile) where the other program says they are */
} Taking;

static void
taking_free (Taking *taking)
{
  g_object_unref (taking->window);
  g_object_unref (taking->drop);
  g_slist_free_full (taking->files, g_object_unref);
  g_free (taking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Taking, taking_free)

static void
finish (Taking *taking, gboolean taken)
{
  gdk_drop_finish (taking->drop, taken ? GDK_ACTION_COPY : 0);
}

/* The portals of some desktops lend nothing at all if there is a folder in it
 * (xdg-desktop-portal before 1.18.2). */
static void
tell_not_lent (HoistWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (
    GTK_WINDOW (self), _ ("This Drop Did Not Get Through"),
                          _ ("Your desktop does not hand it to a Flatpak, as most do not with folders that are dropped. Choose it instead."));
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_add_responses (message, "close",
                                    _ ("_Close"), "files",
                                       _ ("Upload _Files…"), "folder", _ ("Upload F_older…"), NULL);
  adw_message_dialog_set_response_appearance (message, "folder", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, "folder");
  adw_message_dialog_set_close_response (message, "close");
  g_signal_connect_object (dialog, "response", G_CALLBACK (_hoist_window_choose_instead), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
lent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Taking) taking = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_drop_read_value_finish (GDK_DROP (source), result, &error);

  if (value != NULL)
    finish (taking, _hoist_window_drop (taking->window, value));
  else
    {
      finish (taking, FALSE);
      tell_not_lent (taking->window);
    }
}

static void
read_lent (Taking *taking)
{
  GdkContentFormats *formats = gdk_drop_get_formats (taking->drop);
  GType type = gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) ? GDK_TYPE_FILE_LIST
                                                                               : G_TYPE_STRING;

  gdk_drop_read_value_async (taking->drop, type, G_PRIORITY_DEFAULT, NULL, lent_cb, taking);
}

static gboolean
can_read (GFile *file)
{
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_ACCESS_CAN_READ, G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info != NULL && g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_ACCESS_CAN_READ);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Taking *taking = task_data;
  gboolean all = taking->files != NULL;

  for (GSList *l = taking->files; all && l != NULL; l = l->next)
    all = g_file_is_native (l->data) && can_read (l->data);
  g_task_return_boolean (task, all);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Taking *taking = user_data;
  gboolean lent =
    gdk_content_formats_contain_mime_type (gdk_drop_get_formats (taking->drop), PORTAL_FILES);

  /* What cannot be read here is lent by the portal; without one, the list says why. */
  if (!g_task_propagate_boolean (G_TASK (result), NULL) && (lent || taking->files == NULL))
    {
      read_lent (taking);
      return;
    }
  finish (taking, hoist_window_add_files (taking->window, NULL, taking->files));
  taking_free (taking);
}

static void
uris_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Taking *taking = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, looked_cb, taking);
  gssize n_bytes = g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, NULL);
  g_autoptr (GBytes) bytes =
    g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (source));

  if (n_bytes > 0 && n_bytes <= MAX_TEXT_BYTES)
    {
      g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

      taking->files = parse_uri_list (text);
    }
  g_task_set_source_tag (task, uris_read_cb);
  g_task_set_task_data (task, taking, NULL);
  g_task_run_in_thread (task, look_in_thread);
}

static void
uris_offered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Taking *taking = user_data;
  g_autoptr (GInputStream) stream = gdk_drop_read_finish (GDK_DROP (source), result, NULL, NULL);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();

  if (stream == NULL)
    read_lent (taking);
  else
    g_output_stream_splice_async (
      memory, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
      G_PRIORITY_DEFAULT, NULL, uris_read_cb, taking);
}

static gboolean
sandbox_drop_cb (HoistWindow *self, GdkDrop *drop)
{
  static const char *types[] = { URI_LIST, NULL };
  Taking *taking = g_new0 (Taking, 1);

  set_highlight (self, FALSE);
  taking->window = g_object_ref (self);
  taking->drop = g_object_ref (drop);
  if (gdk_content_formats_contain_mime_type (gdk_drop_get_formats (drop), URI_LIST))
    gdk_drop_read_async (drop, types, G_PRIORITY_DEFAULT, NULL, uris_offered_cb, taking);
  else
    read_lent (taking);
  return TRUE;
}

/* --- Both ------------------------------------------------------------------------------------- */

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

static gboolean
drop_cb (HoistWindow *self, const GValue *value)
{
  set_highlight (self, FALSE);
  return _hoist_window_drop (self, value);
}

static GtkEventController *
new_target (void)
{
  /* GTK turns text/uri-list and the portal's file transfers into file lists;
   * the text is for programs that offer nothing but file:// lines. */
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  return GTK_EVENT_CONTROLLER (target);
}

static GtkEventController *
new_sandbox_target (void)
{
  GdkContentFormatsBuilder *builder = gdk_content_formats_builder_new ();
  GdkContentFormats *formats;

  gdk_content_formats_builder_add_gtype (builder, GDK_TYPE_FILE_LIST);
  gdk_content_formats_builder_add_gtype (builder, G_TYPE_STRING);
  formats = gdk_content_formats_union_deserialize_mime_types (
    gdk_content_formats_builder_free_to_formats (builder));
  return GTK_EVENT_CONTROLLER (gtk_drop_target_async_new (formats, GDK_ACTION_COPY));
}

void
_hoist_window_dnd_init (HoistWindow *self)
{
  gboolean sandboxed = hoist_sandbox_is_flatpak ();
  GtkEventController *target = sandboxed ? new_sandbox_target () : new_target ();

  g_signal_connect_object (target, sandboxed ? "drag-enter" : "enter", G_CALLBACK (enter_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (target, sandboxed ? "drag-leave" : "leave", G_CALLBACK (leave_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop",
                           sandboxed ? G_CALLBACK (sandbox_drop_cb) : G_CALLBACK (drop_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), target);
#ifdef GDK_WINDOWING_X11
  hoist_drop_time_watch (gtk_widget_get_display (GTK_WIDGET (self)));
#endif
}
