/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-link-copier.h"

struct _HoistLinkCopier
{
  GObject parent_instance;

  HoistActivation *activation; /* (owned) */
  HoistWindow *window;         /* (weak) (nullable) */
  HoistUploader *uploader;     /* (owned) (nullable) with the window */
  guint64 waiting_id;          /* what to copy once there is a window; 0 = nothing */
};

G_DEFINE_FINAL_TYPE (HoistLinkCopier, hoist_link_copier, G_TYPE_OBJECT)

/* Whether the clipboard takes what was asked for by a click elsewhere. Wayland wants one in a
 * window of ours, and drops the rest without a word. */
static gboolean
can_copy_now (HoistLinkCopier *self)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (self->window));

  return g_str_equal (G_OBJECT_TYPE_NAME (display), "GdkX11Display");
}

static void
forget_window (HoistLinkCopier *self)
{
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->uploader);
}

static void
hoist_link_copier_dispose (GObject *object)
{
  HoistLinkCopier *self = HOIST_LINK_COPIER (object);

  forget_window (self);
  g_clear_object (&self->activation);
  G_OBJECT_CLASS (hoist_link_copier_parent_class)->dispose (object);
}

static void
hoist_link_copier_class_init (HoistLinkCopierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hoist_link_copier_dispose;
}

static void
hoist_link_copier_init (HoistLinkCopier *self)
{
}

/**
 * hoist_link_copier_new:
 * @activation: brings the window to the front where only a click in there copies
 *
 * Returns: (transfer full): a copier without a window
 */
HoistLinkCopier *
hoist_link_copier_new (HoistActivation *activation)
{
  HoistLinkCopier *self;

  g_return_val_if_fail (HOIST_IS_ACTIVATION (activation), NULL);

  self = g_object_new (HOIST_TYPE_LINK_COPIER, NULL);
  self->activation = g_object_ref (activation);
  return self;
}

/**
 * hoist_link_copier_set_window:
 * @self: the copier
 * @window: (nullable): the window, or %NULL when it goes
 * @uploader: (nullable): whose uploads it shows
 *
 * Sets who copies. What was to be copied before there was a window is copied now.
 */
void
hoist_link_copier_set_window (HoistLinkCopier *self, HoistWindow *window, HoistUploader *uploader)
{
  guint64 upload_id;

  g_return_if_fail (HOIST_IS_LINK_COPIER (self));

  forget_window (self);
  if (window == NULL)
    return;
  upload_id = self->waiting_id;
  self->waiting_id = 0;
  g_set_weak_pointer (&self->window, window);
  self->uploader = g_object_ref (uploader);
  if (upload_id != 0)
    hoist_link_copier_copy (self, upload_id);
}

/**
 * hoist_link_copier_copy:
 * @self: the copier
 * @upload_id: an upload
 *
 * Puts an upload's link into the clipboard, or has the window offer it where only a click in
 * there can do that. Where the server told no link, its receipt is shown instead, which says
 * where the file is. Without a window it waits for one.
 */
void
hoist_link_copier_copy (HoistLinkCopier *self, guint64 upload_id)
{
  const HoistUploadInfo *info;

  g_return_if_fail (HOIST_IS_LINK_COPIER (self));

  if (self->window == NULL)
    {
      self->waiting_id = upload_id;
      return;
    }
  info = hoist_upload_list_lookup_info (hoist_uploader_get_list (self->uploader), upload_id);
  if (info == NULL || info->location == NULL)
    {
      hoist_activation_present (self->activation, GTK_WINDOW (self->window));
      if (info != NULL)
        gtk_widget_activate_action (GTK_WIDGET (self->window), "win.upload-receipt", "t",
                                    upload_id);
      return;
    }
  if (can_copy_now (self))
    {
      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.upload-copy-location", "t",
                                  upload_id);
      return;
    }
  hoist_activation_present (self->activation, GTK_WINDOW (self->window));
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.upload-offer-location", "t",
                              upload_id);
}
