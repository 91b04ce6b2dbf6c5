/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where deliveries are, and links to them: copied, opened, shared. */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-error.h"
#include "hoist-share-format.h"
#include "hoist-share-window.h"
#include "hoist-window-private.h"

static const HoistUploadInfo *
lookup (HoistWindow *self, guint64 id)
{
  return hoist_upload_list_lookup_info (hoist_uploader_get_list (self->uploader), id);
}

/* --- Copying ------------------------------------------------------------------------------------ */

/* What becomes one text, a line each. */
typedef struct
{
  HoistWindow *window; /* (owned) */
  HoistLinkFormat format;
  GArray *ids;         /* (owned) (element-type guint64) */
  guint next;          /* of @ids */
  GHashTable *buckets; /* (owned) destination id -> bucket, or "" where it is not known */
  GString *text;       /* (owned) */
  guint n_copied;
  gboolean some_without_bucket; /* copied as links instead */
} Copy;

static void
copy_free (Copy *copy)
{
  g_object_unref (copy->window);
  g_array_unref (copy->ids);
  g_hash_table_unref (copy->buckets);
  g_string_free (copy->text, TRUE);
  g_free (copy);
}

static void
end_copy (Copy *copy)
{
  g_autofree char *text = NULL;

  if (copy->n_copied == 0)
    text = g_strdup (_ ("The server told no link"));
  else if (copy->some_without_bucket)
    text = g_strdup (_ ("Link copied; which bucket it is in is not known"));
  else
    text =
      g_strdup_printf (ngettext ("Link copied", "%u links copied", copy->n_copied), copy->n_copied);
  if (copy->n_copied > 0)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (copy->window)), copy->text->str);
  _hoist_window_show_toast (copy->window, text);
  copy_free (copy);
}

static void
add_line (Copy *copy, const char *line)
{
  if (copy->n_copied++ > 0)
    g_string_append_c (copy->text, '\n');
  g_string_append (copy->text, line);
}

static void
add_link (Copy *copy, const HoistUploadInfo *info, const char *bucket)
{
  g_autofree char *line = NULL;
  gboolean wants_s3 = copy->format == HOIST_LINK_S3;

  if (wants_s3 && bucket != NULL && *bucket != '\0' && info->key != NULL)
    line = hoist_link_format_make_s3 (bucket, info->key);
  else if (info->location != NULL)
    line =
      hoist_link_format_make (wants_s3 ? HOIST_LINK_URL : copy->format, info->name, info->location);
  if (line == NULL)
    return;
  copy->some_without_bucket |= wants_s3 && !g_str_has_prefix (line, "s3://");
  add_line (copy, line);
}

static void go_on (Copy *copy);

static void
told_bucket_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Copy *copy = user_data;
  const HoistUploadInfo *info =
    lookup (copy->window, g_array_index (copy->ids, guint64, copy->next));
  g_autoptr (HoistShare) share =
    hoist_uploader_share_finish (HOIST_UPLOADER (source), result, NULL);

  if (info != NULL)
    g_hash_table_replace (copy->buckets, g_strdup (info->destination_id),
                          g_strdup (share != NULL && share->bucket != NULL ? share->bucket : ""));
  go_on (copy);
}

/* The uploader is asked once for each destination, and only for what it alone knows. */
static void
go_on (Copy *copy)
{
  for (; copy->next < copy->ids->len; copy->next++)
    {
      guint64 id = g_array_index (copy->ids, guint64, copy->next);
      const HoistUploadInfo *info = lookup (copy->window, id);
      const char *bucket;

      if (info == NULL || info->state != HOIST_UPLOAD_DONE)
        continue;
      bucket = g_hash_table_lookup (copy->buckets, info->destination_id);
      if (copy->format == HOIST_LINK_S3 && bucket == NULL)
        {
          hoist_uploader_share_async (copy->window->uploader, id, 0, NULL, told_bucket_cb, copy);
          return;
        }
      add_link (copy, info, bucket);
    }
  end_copy (copy);
}

/* Takes over @ids. */
static void
copy_links (HoistWindow *self, GArray *ids)
{
  Copy *copy = g_new0 (Copy, 1);

  copy->window = g_object_ref (self);
  copy->format = hoist_share_window_get_link_format ();
  copy->ids = ids;
  copy->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  copy->text = g_string_new (NULL);
  go_on (copy);
}

/* The uploads that are selected, in the list's order. */
static GArray *
get_selected (HoistWindow *self)
{
  GtkSelectionModel *model = gtk_list_view_get_model (self->list_view);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (model);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (HoistUpload) upload = g_list_model_get_item (G_LIST_MODEL (model), position);
      guint64 id = upload != NULL ? hoist_upload_get_id (upload) : 0;

      if (id != 0)
        g_array_append_val (ids, id);
    }
  return ids;
}

static gboolean
contains (const GArray *ids, guint64 id)
{
  for (guint i = 0; i < ids->len; i++)
    if (g_array_index (ids, guint64, i) == id)
      return TRUE;
  return FALSE;
}

/* As in file managers: what is asked of one that is selected is for all that are. */
static void
copy_location_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  guint64 id = g_variant_get_uint64 (parameter);
  GArray *ids = get_selected (self);

  if (!contains (ids, id))
    {
      g_array_set_size (ids, 0);
      g_array_append_val (ids, id);
    }
  copy_links (self, ids);
}

static void
copy_selected_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  copy_links (HOIST_WINDOW (widget), get_selected (HOIST_WINDOW (widget)));
}

/* Under Wayland the clipboard belongs to whoever was clicked last: for a click outside of the
 * window, in a tray or in a notification, nothing can be copied, and nobody says so. So it is
 * offered, and copied by a click in here. */
static void
offer_location_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  const HoistUploadInfo *info = lookup (self, g_variant_get_uint64 (parameter));
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;
  AdwToast *toast;

  if (info == NULL || info->location == NULL)
    return;
  name = g_filename_display_basename (info->path);
  /* Translators: %s is a file’s name. Beside it is a button “Copy”. */
  text = g_strdup_printf (_ ("The link to “%s” is ready"), name);
  markup = g_markup_escape_text (text, -1);
  toast = adw_toast_new (markup);
  adw_toast_set_button_label (toast, _ ("_Copy"));
  adw_toast_set_action_name (toast, "win.upload-copy-location");
  adw_toast_set_action_target_value (toast, parameter);
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

/* --- Opening and sharing ------------------------------------------------------------------------ */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistWindow) self = HOIST_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    _hoist_window_show_error (self, _ ("The location could not be opened"), error);
}

static void
tell_no_links (HoistWindow *self)
{
  g_autoptr (GError) error =
    g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED,
                         _ ("This desktop has no portal that opens links. Copy it instead."));

  _hoist_window_show_error (self, _ ("The location could not be opened"), error);
}

static void
open_location_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  const HoistUploadInfo *info = lookup (self, g_variant_get_uint64 (parameter));

  /* A location is what the server said: nothing but the web is opened. */
  if (info == NULL || info->location == NULL ||
      !(g_str_has_prefix (info->location, "https://") ||
        g_str_has_prefix (info->location, "http://")))
    return;
  if (self->opens_no_links)
    {
      tell_no_links (self);
      return;
    }
  gtk_show_uri_full (GTK_WINDOW (self), info->location, GDK_CURRENT_TIME, NULL, opened_cb,
                     g_object_ref (self));
}

static void
share_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  const HoistUploadInfo *info = lookup (self, g_variant_get_uint64 (parameter));
  GtkWidget *window;

  if (info == NULL || info->state != HOIST_UPLOAD_DONE)
    return;
  window = hoist_share_window_new (self->uploader, info->id);
  hoist_share_window_set_opens_links (HOIST_SHARE_WINDOW (window), !self->opens_no_links);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (window));
}

void
_hoist_window_install_link_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.upload-copy-location", "t", copy_location_cb);
  gtk_widget_class_install_action (widget_class, "win.upload-offer-location", "t",
                                   offer_location_cb);
  gtk_widget_class_install_action (widget_class, "win.upload-open-location", "t", open_location_cb);
  gtk_widget_class_install_action (widget_class, "win.upload-share", "t", share_cb);
  gtk_widget_class_install_action (widget_class, "win.copy-links", NULL, copy_selected_cb);
}

/**
 * hoist_window_set_opens_links:
 * @self: the window
 * @opens_links: whether the desktop opens links
 *
 * Sets whether links are opened at all, or it is said that they cannot be.
 */
void
hoist_window_set_opens_links (HoistWindow *self, gboolean opens_links)
{
  g_return_if_fail (HOIST_IS_WINDOW (self));

  self->opens_no_links = !opens_links;
}
