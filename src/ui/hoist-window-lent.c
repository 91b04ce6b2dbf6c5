/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In a Flatpak, files that were dropped or opened are lent to Hoist until the
 * person logs out; only what was picked in a file chooser lasts. So of uploads that
 * will not be done by then it is said that they need their file again, and the
 * chooser asks for it, before the logout or after. */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-document-path.h"
#include "hoist-error.h"
#include "hoist-window-private.h"

/* What is done within this time is not talked about. */
#define GRACE_US (15 * (gint64) G_USEC_PER_SEC)

/* Loans to remember, before those are forgotten that no upload needs. */
#define MANY_LOANS 500

static gboolean
is_over (const HoistUploadInfo *info)
{
  return info->state == HOIST_UPLOAD_DONE || info->state == HOIST_UPLOAD_CANCELLING;
}

static gboolean
is_moving (const HoistUploadInfo *info)
{
  return info->state == HOIST_UPLOAD_QUEUED || info->state == HOIST_UPLOAD_PREPARING ||
         info->state == HOIST_UPLOAD_STARTING || info->state == HOIST_UPLOAD_SENDING ||
         info->state == HOIST_UPLOAD_FINISHING;
}

/* Its loan is over: there was a logout since. */
static gboolean
is_lost (const HoistUploadInfo *info)
{
  return info->state == HOIST_UPLOAD_FAILED && info->error_code == HOIST_ERROR_FILE_MISSING;
}

static gboolean
is_lent (HoistWindow *self, const HoistUploadInfo *info)
{
  g_autofree char *id = NULL;

  if (is_over (info) || !hoist_document_path_check (info->path))
    return FALSE;
  id = hoist_document_path_dup_id (info->path);
  return is_lost (info) || !g_hash_table_contains (self->lasting, id);
}

/* --- What lasts -------------------------------------------------------------------------------- */

/**
 * hoist_window_set_lasting_documents:
 * @self: the window
 * @ids: (array zero-terminated=1): what hoist_window_dup_lasting_documents() gave
 *
 * Sets which loans last, because a file chooser made them.
 */
void
hoist_window_set_lasting_documents (HoistWindow *self, const char *const *ids)
{
  g_return_if_fail (HOIST_IS_WINDOW (self));

  g_hash_table_remove_all (self->lasting);
  for (gsize i = 0; ids[i] != NULL; i++)
    g_hash_table_add (self->lasting, g_strdup (ids[i]));
}

/**
 * hoist_window_dup_lasting_documents:
 * @self: the window
 *
 * Gets which loans last, because a file chooser made them. The
 * signal «documents-chosen» says when there are more.
 *
 * Returns: (transfer full) (array zero-terminated=1): their ids
 */
char **
hoist_window_dup_lasting_documents (HoistWindow *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer id;

  g_return_val_if_fail (HOIST_IS_WINDOW (self), NULL);

  g_hash_table_iter_init (&iter, self->lasting);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_strv_builder_add (builder, id);
  return g_strv_builder_end (builder);
}

/* Forgets the loans of uploads that are gone. */
static void
prune (HoistWindow *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  GHashTable *used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    {
      g_autofree char *id = is_over (info) ? NULL : hoist_document_path_dup_id (info->path);

      if (id != NULL && g_hash_table_contains (self->lasting, id))
        g_hash_table_add (used, g_steal_pointer (&id));
    }
  g_hash_table_unref (self->lasting);
  self->lasting = used;
}

/* Notes that a chooser gave these. */
void
_hoist_window_note_chosen (HoistWindow *self, const char *const *paths)
{
  gboolean any = FALSE;

  for (gsize i = 0; paths[i] != NULL; i++)
    any = any || hoist_document_path_check (paths[i]);
  if (!any)
    return;
  if (g_hash_table_size (self->lasting) > MANY_LOANS)
    prune (self);
  for (gsize i = 0; paths[i] != NULL; i++)
    {
      char *id = hoist_document_path_dup_id (paths[i]);

      if (id != NULL)
        g_hash_table_add (self->lasting, id);
    }
  g_signal_emit_by_name (self, "documents-chosen");
}

/* --- Files that were chosen again --------------------------------------------------------------- */

static void
again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistWindow) self = HOIST_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!hoist_uploader_relocate_finish (HOIST_UPLOADER (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    _hoist_window_show_error (self, _ ("Not the Same File"), error);
}

/* One that is being sent is paused first, and goes on with the file that was chosen. */
static void
give_chosen (HoistWindow *self, const HoistUploadInfo *info)
{
  g_autofree char *path = NULL;
  g_autofree guint64 *key = NULL;
  guint64 id = info->id;

  if (is_moving (info) || info->state == HOIST_UPLOAD_WAITING)
    return;
  g_hash_table_steal_extended (self->chosen_again, &id, (gpointer *) &key, (gpointer *) &path);
  if (!is_over (info))
    hoist_uploader_relocate_async (self->uploader, id, path, NULL, again_cb, g_object_ref (self));
}

static void
give_all_chosen (HoistWindow *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  GHashTableIter iter;
  gpointer key;

  /* Giving one may change the list, and bring us here again. */
  g_hash_table_iter_init (&iter, self->chosen_again);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (ids, key, 1);
  for (guint i = 0; i < ids->len; i++)
    {
      const guint64 *id = &g_array_index (ids, guint64, i);
      const HoistUploadInfo *info = hoist_upload_list_lookup_info (list, *id);

      if (info == NULL)
        g_hash_table_remove (self->chosen_again, id);
      else if (g_hash_table_contains (self->chosen_again, id))
        give_chosen (self, info);
    }
}

/* What is below the folder that was lent, or the name of the file itself. */
static char *
find_chosen (const HoistUploadInfo *info, const char *loan, GPtrArray *paths)
{
  const char *name = hoist_document_path_get_name (info->path);
  const char *rest = strchr (name, '/');
  g_autofree char *id = hoist_document_path_dup_id (info->path);

  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      g_autofree char *base = g_path_get_basename (path);

      if (rest != NULL && g_strcmp0 (id, loan) == 0)
        return g_strconcat (path, rest, NULL);
      if (rest == NULL && g_str_equal (base, name))
        return g_strdup (path);
    }
  /* Renamed meanwhile: its contents tell. */
  if (rest == NULL && paths->len == 1 && g_strcmp0 (id, loan) == 0)
    return g_strdup (g_ptr_array_index (paths, 0));
  return NULL;
}

/* Takes files for the uploads that they were lent for. */
void
_hoist_window_take_chosen (HoistWindow *self, const char *loan, GPtrArray *paths)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  g_autoptr (GArray) moving = g_array_new (FALSE, FALSE, sizeof (guint64));
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    {
      char *path = is_lent (self, info) ? find_chosen (info, loan, paths) : NULL;

      if (path == NULL)
        continue;
      g_hash_table_insert (self->chosen_again, g_memdup2 (&info->id, sizeof info->id), path);
      if (is_moving (info) || info->state == HOIST_UPLOAD_WAITING)
        g_array_append_val (moving, info->id);
    }
  if (moving->len > 0)
    hoist_uploader_command (self->uploader, HOIST_COMMAND_PAUSE, (const guint64 *) moving->data,
                            moving->len);
  give_all_chosen (self);
}

static void
chosen_again_cb (HoistWindow *self, int response, GtkFileChooser *chooser)
{
  g_autoptr (GListModel) files = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (chooser);
  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      char *path = g_file_get_path (file);

      if (path != NULL)
        g_ptr_array_add (paths, path);
    }
  g_clear_object (&self->chooser);
  if (paths->len == 0)
    return;
  _hoist_window_take_chosen (self, self->chosen_loan, paths);
  g_ptr_array_add (paths, NULL);
  _hoist_window_note_chosen (self, (const char *const *) paths->pdata);
}

/* What is lost comes first: it cannot go on. */
static const HoistUploadInfo *
find_first (HoistWindow *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  const HoistUploadInfo *first = NULL;
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (is_lent (self, info))
      {
        if (is_lost (info))
          return info;
        first = first != NULL ? first : info;
      }
  return first;
}

static void
choose_again_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  const HoistUploadInfo *info = find_first (self);
  GtkFileChooserNative *chooser;
  g_autofree char *lent = NULL;
  g_autofree char *title = NULL;
  gboolean is_folder;

  if (info == NULL || (self->chooser != NULL && gtk_native_dialog_get_visible (self->chooser)))
    return;
  lent = g_strdup (hoist_document_path_get_name (info->path));
  is_folder = strchr (lent, '/') != NULL;
  if (is_folder)
    *strchr (lent, '/') = '\0';
  g_free (self->chosen_loan);
  self->chosen_loan = hoist_document_path_dup_id (info->path);

  /* Translators: the title of a file chooser; %s is the name of a file or folder. */
  title = g_strdup_printf (_ ("Choose “%s” Again"), lent);
  chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self),
                                         is_folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER
                                                   : GTK_FILE_CHOOSER_ACTION_OPEN,
                                         _ ("_Choose"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), !is_folder);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_again_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
  g_clear_object (&self->chooser);
  self->chooser = GTK_NATIVE_DIALOG (chooser);
}

/* --- The banner -------------------------------------------------------------------------------- */

static void
show_banner (HoistWindow *self, guint n_lost, guint n_lent)
{
  g_autofree char *title = NULL;

  if (n_lost == self->shown_lost && n_lent == self->shown_lent)
    return;
  self->shown_lost = n_lost;
  self->shown_lent = n_lent;
  if (n_lost > 0)
    {
      title = g_strdup_printf (ngettext ("%u upload needs its file again",
                                         "%u uploads need their files again", n_lost),
                               n_lost);
      hoist_banner_show (
        self->lent_banner, title,
        ngettext (
          "It was lent to Hoist until you logged out. Choose it, and the upload goes on "
          "where it was.",
          "They were lent to Hoist until you logged out. Choose them, and the uploads go on "
          "where they were.",
          n_lost));
    }
  else if (n_lent > 0)
    {
      title = g_strdup_printf (ngettext ("%u upload will need its file again after you log out",
                                         "%u uploads will need their files again after you log out",
                                         n_lent),
                               n_lent);
      hoist_banner_show (self->lent_banner, title,
                         _ ("Files that were dropped or opened are lent to a Flatpak until then. "
                            "Those that you choose stay."));
    }
  else
    hoist_banner_hide (self->lent_banner);
}

/* Says what was lent and will not be done in a moment. */
void
_hoist_window_show_lent (HoistWindow *self, const HoistUploadTotals *totals)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  gint64 before_us = g_get_real_time () - GRACE_US;
  const HoistUploadInfo *info;
  guint n_lost = 0;
  guint n_lent = 0;

  give_all_chosen (self);
  for (guint i = 0;
       totals->n_documents > 0 && (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (is_lent (self, info))
      {
        n_lost += is_lost (info);
        n_lent += !is_moving (info) || info->added_us < before_us;
      }
  show_banner (self, n_lost, n_lent);
}

void
_hoist_window_install_lent_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.choose-again", NULL, choose_again_cb);
}
