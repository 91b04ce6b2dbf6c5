/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-destination-editor.h"
#include "hoist-error.h"
#include "hoist-local-paths.h"
#include "hoist-upload-row.h"
#include "hoist-window-private.h"

/* On their way to a path. */
typedef struct
{
  HoistWindow *window; /* (owned) */
  char *destination;   /* (owned) (nullable) */
} RemoteFiles;

static void
remote_files_free (RemoteFiles *remote)
{
  g_object_unref (remote->window);
  g_free (remote->destination);
  g_free (remote);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RemoteFiles, remote_files_free)

static const char *
get_name (HoistDestination *destination)
{
  const char *name = hoist_destination_get_name (destination);

  return name != NULL ? name : hoist_destination_get_id (destination);
}

static void
show_destination (HoistWindow *self)
{
  g_autoptr (HoistDestination) destination = _hoist_window_dup_destination (self);
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;
  g_autofree char *drop = NULL;

  if (destination == NULL)
    {
      gtk_label_set_label (self->drop_label, _ ("Drop to Upload"));
      return;
    }
  name = g_markup_escape_text (get_name (destination), -1);
  /* Translators: %s is the name of a destination. */
  description = g_strdup_printf (_ ("They go to “%s”."), name);
  adw_status_page_set_description (self->empty_page, description);
  /* Translators: %s is the name of a destination. */
  drop = g_strdup_printf (_ ("Drop to Upload to “%s”"), get_name (destination));
  gtk_label_set_label (self->drop_label, drop);
}

static void
select_destination (HoistWindow *self, const char *id)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);

  for (guint i = 0; i < g_list_model_get_n_items (destinations); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (destinations, i);

      if (g_strcmp0 (hoist_destination_get_id (destination), id) == 0)
        gtk_drop_down_set_selected (self->destination_chooser, i);
    }
}

static void
chooser_selected_cb (HoistWindow *self)
{
  HoistDestination *destination = gtk_drop_down_get_selected_item (self->destination_chooser);

  g_clear_pointer (&self->destination_id, g_free);
  if (destination != NULL)
    self->destination_id = g_strdup (hoist_destination_get_id (destination));
  show_destination (self);
}

static void
default_changed_cb (HoistWindow *self)
{
  select_destination (self, hoist_destination_backend_get_default_id (self->backend));
}

static void
show_chooser_cb (HoistWindow *self)
{
  guint n_destinations =
    g_list_model_get_n_items (hoist_destination_backend_get_destinations (self->backend));

  gtk_widget_set_visible (GTK_WIDGET (self->destination_chooser), n_destinations > 1);
  gtk_stack_set_visible_child_name (self->title_stack, n_destinations > 1 ? "chooser" : "title");
  show_destination (self);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistWindow) self = HOIST_WINDOW (user_data);
  g_autoptr (GError) error = NULL;
  guint64 batch = hoist_uploader_add_finish (HOIST_UPLOADER (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      _hoist_window_show_error (self, _ ("Nothing was added"), error);
      return;
    }
  g_array_append_val (self->batches, batch);
  _hoist_window_watch_batches (self);
}

static void
chosen_cb (HoistWindow *self, int response, GtkNativeDialog *dialog)
{
  g_autoptr (GListModel) files = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;
  GSList *list = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      for (guint i = g_list_model_get_n_items (files); i > 0; i--)
        {
          GFile *file = g_list_model_get_item (files, i - 1);
          g_autofree char *path = g_file_is_native (file) ? g_file_get_path (file) : NULL;

          list = g_slist_prepend (list, file);
          if (path != NULL)
            g_strv_builder_add (builder, path);
        }
    }
  g_clear_object (&self->chooser);
  paths = g_strv_builder_end (builder);
  _hoist_window_note_chosen (self, (const char *const *) paths);
  if (list != NULL)
    hoist_window_add_files (self, NULL, list);
  g_slist_free_full (list, g_object_unref);
}

static void
choose (HoistWindow *self, const char *title, GtkFileChooserAction action)
{
  GtkFileChooserNative *chooser;

  if (g_list_model_get_n_items (hoist_destination_backend_get_destinations (self->backend)) == 0)
    {
      _hoist_window_edit_destination (self);
      return;
    }
  /* Asked for again from the tray. */
  if (self->chooser != NULL && gtk_native_dialog_get_visible (self->chooser))
    return;

  chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, _ ("_Upload"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
  g_clear_object (&self->chooser);
  self->chooser = GTK_NATIVE_DIALOG (chooser);
}

static void
add_files_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  choose (HOIST_WINDOW (widget), _ ("Upload Files"), GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
add_folder_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  choose (HOIST_WINDOW (widget), _ ("Upload Folders"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

/* For what could not be dropped. */
void
_hoist_window_choose_instead (HoistWindow *self, const char *response)
{
  if (g_str_equal (response, "files"))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.add-files", NULL);
  else if (g_str_equal (response, "folder"))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.add-folder", NULL);
}

static void
editor_closed_cb (HoistWindow *self)
{
  /* Closed without a destination: what was dropped is not sent. */
  g_clear_pointer (&self->waiting_paths, g_strfreev);
}

static void
add_destination_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  _hoist_window_edit_destination (HOIST_WINDOW (widget));
}

void
_hoist_window_install_add_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.add-files", NULL, add_files_cb);
  gtk_widget_class_install_action (widget_class, "win.add-folder", NULL, add_folder_cb);
  gtk_widget_class_install_action (widget_class, "win.add-destination", NULL, add_destination_cb);
}

void
_hoist_window_add_init (HoistWindow *self)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);
  g_autoptr (GtkExpression) name =
    gtk_property_expression_new (HOIST_TYPE_DESTINATION, NULL, "name");

  gtk_drop_down_set_expression (self->destination_chooser, name);
  gtk_drop_down_set_model (self->destination_chooser, destinations);
  g_signal_connect_object (self->destination_chooser, "notify::selected-item",
                           G_CALLBACK (chooser_selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->backend, "default-changed", G_CALLBACK (default_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (destinations, "items-changed", G_CALLBACK (show_chooser_cb), self,
                           G_CONNECT_SWAPPED);
  chooser_selected_cb (self);
  default_changed_cb (self);
  show_chooser_cb (self);
}

/* Forgets the batches whose folders are walked to the end. */
void
_hoist_window_watch_batches (HoistWindow *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);

  for (guint i = self->batches->len; i > 0; i--)
    {
      guint64 id = g_array_index (self->batches, guint64, i - 1);
      const HoistBatchInfo *batch = hoist_upload_list_get_batch (list, id);

      if (batch == NULL || !batch->complete)
        continue;
      if (batch->n_files == 0)
        _hoist_window_show_toast (self, _ ("No files in there"));
      g_array_remove_index (self->batches, i - 1);
    }
}

HoistDestination *
_hoist_window_dup_destination (HoistWindow *self)
{
  return hoist_destination_backend_lookup (self->backend, self->destination_id);
}

void
_hoist_window_edit_destination (HoistWindow *self)
{
  GtkWidget *editor = hoist_destination_editor_new (self->backend, NULL);

  gtk_window_set_transient_for (GTK_WINDOW (editor), GTK_WINDOW (self));
  g_signal_connect_object (editor, "saved", G_CALLBACK (_hoist_window_destination_saved), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "unmap", G_CALLBACK (editor_closed_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (editor));
}

void
_hoist_window_destination_saved (HoistWindow *self,
                                 HoistDestination *destination,
                                 const char *not_kept,
                                 const char *verdict)
{
  g_auto (GStrv) paths = g_steal_pointer (&self->waiting_paths);
  g_autofree char *text = NULL;

  if (verdict == NULL)
    /* Translators: %s is the name of a destination. */
    text = g_strdup_printf (_ ("“%s” saved"), get_name (destination));
  _hoist_window_show_toast (self, verdict != NULL ? verdict : text);

  if (not_kept != NULL)
    hoist_banner_show (self->not_kept_banner, _ ("The token is kept for this run only"), not_kept);
  else
    hoist_banner_hide (self->not_kept_banner);
  /* A new name shows in the rows and in what the window says. */
  for (guint i = 0; i < self->rows->len; i++)
    hoist_upload_row_refresh (g_ptr_array_index (self->rows, i));
  show_destination (self);
  if (paths == NULL)
    return;

  select_destination (self, hoist_destination_get_id (destination));
  hoist_window_add_paths (self, NULL, (const char *const *) paths);
}

/* By its id, or by its name as a person writes it. */
static HoistDestination *
find_destination (HoistWindow *self, const char *id_or_name)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);
  HoistDestination *found = hoist_destination_backend_lookup (self->backend, id_or_name);
  g_autofree char *folded = g_utf8_casefold (id_or_name, -1);

  for (guint i = 0; found == NULL && i < g_list_model_get_n_items (destinations); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (destinations, i);
      g_autofree char *name = g_utf8_casefold (get_name (destination), -1);

      if (g_str_equal (name, folded))
        found = g_steal_pointer (&destination);
    }
  return found;
}

static void
tell_no_destination (HoistWindow *self, const char *id_or_name)
{
  g_autoptr (GError) error = NULL;

  error = g_error_new (HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                       /* Translators: %s is the name of a destination. */
                       _ ("There is no destination “%s” any more."), id_or_name);
  _hoist_window_show_error (self, _ ("Nothing was added"), error);
}

/* More can come while the person fills in the first destination. */
static void
wait_for_destination (HoistWindow *self, const char *const *paths)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean asking = self->waiting_paths != NULL;

  if (asking)
    g_strv_builder_addv (builder, (const char **) self->waiting_paths);
  g_strv_builder_addv (builder, (const char **) paths);
  g_strfreev (self->waiting_paths);
  self->waiting_paths = g_strv_builder_end (builder);
  if (!asking)
    _hoist_window_edit_destination (self);
}

/**
 * hoist_window_add_paths:
 * @self: the window
 * @destination: (nullable): the id or the name of a destination; %NULL for the
 *   one that is chosen in the window
 * @paths: (array zero-terminated=1): files and folders, absolute, in the file
 *   system's encoding
 *
 * Uploads files and folders, and shows them at the top of the list. Without any
 * destination a person is asked for one first.
 */
void
hoist_window_add_paths (HoistWindow *self, const char *destination, const char *const *paths)
{
  g_autoptr (HoistDestination) target = NULL;

  g_return_if_fail (HOIST_IS_WINDOW (self));
  g_return_if_fail (paths != NULL && paths[0] != NULL);

  target = destination != NULL ? find_destination (self, destination)
                               : _hoist_window_dup_destination (self);
  if (target == NULL && destination != NULL)
    {
      tell_no_destination (self, destination);
      return;
    }
  if (target == NULL)
    {
      wait_for_destination (self, paths);
      return;
    }
  self->show_top = TRUE;
  hoist_uploader_add_async (self->uploader, paths, hoist_destination_get_id (target), NULL,
                            added_cb, g_object_ref (self));
}

static void
refuse (HoistWindow *self, guint n_refused, const char *name)
{
  g_autofree char *text = NULL;

  if (n_refused == 1)
    /* Translators: %s is the name of a file on another computer. */
    text = g_strdup_printf (_ ("“%s” is not on this computer: copy it here first"), name);
  else
    text = g_strdup_printf (ngettext ("%u file is not on this computer: copy it here first",
                                      "%u files are not on this computer: copy them here first",
                                      n_refused),
                            n_refused);
  _hoist_window_show_toast (self, text);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (RemoteFiles) remote = user_data;
  g_autoptr (HoistLocalPaths) found = hoist_local_paths_find_finish (result, NULL);

  if (found == NULL)
    return;
  if (found->n_refused > 0)
    refuse (remote->window, found->n_refused, found->refused_name);
  if (found->paths[0] != NULL)
    hoist_window_add_paths (remote->window, remote->destination,
                            (const char *const *) found->paths);
}

/* Asking where a file of another computer is may take as long as that one likes. */
static void
add_remote (HoistWindow *self, const char *destination, GSList *files)
{
  g_autoptr (GMountOperation) operation = gtk_mount_operation_new (GTK_WINDOW (self));
  RemoteFiles *remote = g_new0 (RemoteFiles, 1);

  remote->window = g_object_ref (self);
  remote->destination = g_strdup (destination);
  hoist_local_paths_find_async (files, operation, NULL, found_cb, remote);
}

static char *
dup_name (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);

  return g_filename_display_name (base != NULL ? base : "");
}

/* What is on the web has no path, whatever it is asked. */
static gboolean
is_web (GFile *file)
{
  return g_file_has_uri_scheme (file, "http") || g_file_has_uri_scheme (file, "https");
}

/**
 * hoist_window_add_files:
 * @self: the window
 * @destination: (nullable): the id or the name of a destination; %NULL for the
 *   one that is chosen in the window
 * @files: (element-type GFile): files and folders
 *
 * Uploads what was dropped or handed over by another program. What is on another
 * computer is uploaded from where it shows on this one, as soon as that is known;
 * what shows nowhere is refused with a message.
 *
 * Returns: whether any of them could be taken, as far as that is known
 */
gboolean
hoist_window_add_files (HoistWindow *self, const char *destination, GSList *files)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GSList) remote = NULL;
  g_autofree char *web_name = NULL;
  g_auto (GStrv) paths = NULL;
  guint n_web = 0;

  g_return_val_if_fail (HOIST_IS_WINDOW (self), FALSE);

  for (GSList *l = files; l != NULL; l = l->next)
    {
      g_autofree char *path = g_file_is_native (l->data) ? g_file_get_path (l->data) : NULL;

      if (path != NULL)
        g_strv_builder_add (builder, path);
      else if (!is_web (l->data))
        remote = g_slist_prepend (remote, l->data);
      else if (n_web++ == 0)
        web_name = dup_name (l->data);
    }

  if (n_web > 0)
    refuse (self, n_web, web_name);
  paths = g_strv_builder_end (builder);
  if (paths[0] != NULL)
    hoist_window_add_paths (self, destination, (const char *const *) paths);
  remote = g_slist_reverse (remote);
  if (remote != NULL)
    add_remote (self, destination, remote);
  return paths[0] != NULL || remote != NULL;
}
