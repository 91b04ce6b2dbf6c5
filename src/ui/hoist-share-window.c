/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-share-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hoist-qr-view.h"
#include "hoist-share-format.h"

struct _HoistShareWindow
{
  AdwWindow parent_instance;

  HoistUploader *uploader; /* (owned) */
  guint64 id;
  char *name;                /* (owned) the file's, as the destination got it */
  HoistShare *share;         /* (owned) (nullable) a secret, as long as the window is there */
  GCancellable *cancellable; /* (owned) of the question under way */
  gboolean opens_no_links;   /* the desktop has no way to */

  AdwWindowTitle *title;
  AdwToastOverlay *toast_overlay;
  GtkStack *stack;
  AdwStatusPage *error_page;
  GtkWidget *expiry_group;
  AdwComboRow *expiry_row;
  HoistQrView *qr_view;
  GtkWidget *no_qr_label;
  GtkLabel *link_label;
  GtkLabel *until_label;
  GtkLabel *note_label;
  GtkWidget *open_button;
};

G_DEFINE_FINAL_TYPE (HoistShareWindow, hoist_share_window, ADW_TYPE_WINDOW)

/* In the order of the row's choices; the last one is the most that can be signed. */
static const guint expiries_s[] = { 3600, HOIST_SHARE_DEFAULT_S, HOIST_SHARE_MAX_S };

static void
show_toast (HoistShareWindow *self, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (markup));
}

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
show_share (HoistShareWindow *self)
{
  g_autofree char *until = hoist_share_format_expiry (self->share);
  gboolean has_qr = hoist_qr_view_set_text (self->qr_view, self->share->url);

  gtk_widget_set_visible (self->expiry_group, self->share->is_signed);
  gtk_widget_set_visible (GTK_WIDGET (self->qr_view), has_qr);
  gtk_widget_set_visible (self->no_qr_label, !has_qr);
  gtk_label_set_label (self->link_label, self->share->url);
  set_text (self->until_label, until);
  set_text (self->note_label, !self->share->is_signed  ? hoist_share_get_location_note ()
                              : self->share->temporary ? hoist_share_get_temporary_note ()
                                                       : NULL);
  gtk_stack_set_visible_child_name (self->stack, "link");
}

static void
show_error (HoistShareWindow *self, const GError *error)
{
  g_autofree char *markup = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (self->error_page, markup);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
set_link_actions (HoistShareWindow *self, gboolean enabled)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "share.copy", enabled);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "share.open", enabled && !self->opens_no_links);
}

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistShareWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  HoistShare *share = hoist_uploader_share_finish (HOIST_UPLOADER (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_pointer (&self->share, hoist_share_free);
  self->share = share;
  set_link_actions (self, share != NULL && share->url != NULL);
  if (share != NULL && share->url != NULL)
    show_share (self);
  else if (error != NULL)
    show_error (self, error);
}

/* What was asked before is not waited for. */
static void
ask (HoistShareWindow *self)
{
  guint selected = adw_combo_row_get_selected (self->expiry_row);

  if (selected >= G_N_ELEMENTS (expiries_s))
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  set_link_actions (self, FALSE);
  hoist_uploader_share_async (self->uploader, self->id, expiries_s[selected], self->cancellable,
                              shared_cb, g_object_ref (self));
}

static void
again_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistShareWindow *self = HOIST_SHARE_WINDOW (widget);

  gtk_stack_set_visible_child_name (self->stack, "loading");
  ask (self);
}

static void
copy_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistShareWindow *self = HOIST_SHARE_WINDOW (widget);
  /* What is shared is the link: s3:// is for those with keys, who need none. */
  HoistLinkFormat format = hoist_share_window_get_link_format ();
  g_autofree char *text = hoist_share_format_link (
    self->share, format != HOIST_LINK_S3 ? format : HOIST_LINK_URL, self->name, NULL, NULL);

  if (text == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  explicit_bzero (text, strlen (text));
  show_toast (self, _ ("Link copied"));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistShareWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_toast (self, _ ("The link could not be opened"));
}

static void
open_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistShareWindow *self = HOIST_SHARE_WINDOW (widget);

  gtk_show_uri_full (GTK_WINDOW (self), self->share->url, GDK_CURRENT_TIME, NULL, opened_cb,
                     g_object_ref (self));
}

static gboolean
hoist_share_window_close_request (GtkWindow *window)
{
  g_cancellable_cancel (HOIST_SHARE_WINDOW (window)->cancellable);
  return GTK_WINDOW_CLASS (hoist_share_window_parent_class)->close_request (window);
}

static void
hoist_share_window_dispose (GObject *object)
{
  HoistShareWindow *self = HOIST_SHARE_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->uploader);
  G_OBJECT_CLASS (hoist_share_window_parent_class)->dispose (object);
}

static void
hoist_share_window_finalize (GObject *object)
{
  HoistShareWindow *self = HOIST_SHARE_WINDOW (object);

  g_clear_pointer (&self->share, hoist_share_free);
  g_free (self->name);
  G_OBJECT_CLASS (hoist_share_window_parent_class)->finalize (object);
}

static void
hoist_share_window_class_init (HoistShareWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_share_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hoist_share_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = hoist_share_window_close_request;
  g_type_ensure (HOIST_TYPE_QR_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-share-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, title);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, error_page);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, expiry_group);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, expiry_row);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, qr_view);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, no_qr_label);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, link_label);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, until_label);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, note_label);
  gtk_widget_class_bind_template_child (widget_class, HoistShareWindow, open_button);
  gtk_widget_class_install_action (widget_class, "share.copy", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "share.open", NULL, open_cb);
  gtk_widget_class_install_action (widget_class, "share.again", NULL, again_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hoist_share_window_init (HoistShareWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hoist_share_window_new:
 * @uploader: who makes the link
 * @id: an upload that is done
 *
 * Makes a window that asks for a link to a delivery.
 *
 * Returns: (transfer none): the window, owned by GTK
 */
GtkWidget *
hoist_share_window_new (HoistUploader *uploader, guint64 id)
{
  HoistShareWindow *self = g_object_new (HOIST_TYPE_SHARE_WINDOW, NULL);
  const HoistUploadInfo *info =
    hoist_upload_list_lookup_info (hoist_uploader_get_list (uploader), id);

  self->uploader = g_object_ref (uploader);
  self->id = id;
  self->name = g_strdup (info != NULL ? info->name : "");
  adw_window_title_set_subtitle (self->title, self->name);
  ask (self);
  g_signal_connect_object (self->expiry_row, "notify::selected", G_CALLBACK (ask), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/**
 * hoist_share_window_set_opens_links:
 * @self: the window
 * @opens_links: whether the desktop opens links
 *
 * Sets whether the link can be opened, or only be copied.
 */
void
hoist_share_window_set_opens_links (HoistShareWindow *self, gboolean opens_links)
{
  g_return_if_fail (HOIST_IS_SHARE_WINDOW (self));

  self->opens_no_links = !opens_links;
  set_link_actions (self, self->share != NULL);
  gtk_widget_set_tooltip_text (
    self->open_button,
    opens_links ? NULL : _ ("This desktop has no portal that opens links. Copy it instead."));
}

/**
 * hoist_share_window_get_link_format:
 *
 * Tells how the preferences want links to be copied.
 *
 * Returns: the format
 */
HoistLinkFormat
hoist_share_window_get_link_format (void)
{
  GApplication *application = g_application_get_default ();
  HoistLinkFormat format = HOIST_LINK_URL;
  g_autoptr (GVariant) state = NULL;

  if (application != NULL)
    state = g_action_group_get_action_state (G_ACTION_GROUP (application), "link-format");
  if (state != NULL)
    hoist_link_format_from_nick (g_variant_get_string (state, NULL), &format);
  return format;
}
