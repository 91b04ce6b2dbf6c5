/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-upload-row.h"

#include <glib/gi18n.h>

#include "hoist-destination-dot.h"
#include "hoist-upload-menu.h"
#include "hoist-wrap-layout.h"

/* What a row shows besides its name and status, by state. */
typedef enum
{
  SHOW_PROGRESS = 1 << 0,
  SHOW_PAUSE = 1 << 1,
  SHOW_RESUME = 1 << 2,
  SHOW_RETRY = 1 << 3,
  SHOW_CANCEL = 1 << 4,
  SHOW_FORGET = 1 << 5,
  SHOW_ERROR = 1 << 6,
} Show;

typedef struct
{
  Show shows;
  const char *icon_name; /* (nullable) null: that of the file's type */
  const char *css_class; /* (nullable) of the icon and the error text */
} Look;

#define MOVING (SHOW_PROGRESS | SHOW_PAUSE | SHOW_CANCEL)

static const Look looks[HOIST_N_UPLOAD_STATES] = {
  [HOIST_UPLOAD_QUEUED] = { SHOW_PAUSE | SHOW_CANCEL, NULL, NULL },
  [HOIST_UPLOAD_PREPARING] = { MOVING, NULL, NULL },
  [HOIST_UPLOAD_STARTING] = { MOVING, NULL, NULL },
  [HOIST_UPLOAD_SENDING] = { MOVING, NULL, NULL },
  [HOIST_UPLOAD_FINISHING] = { SHOW_PROGRESS | SHOW_CANCEL, NULL, NULL },
  [HOIST_UPLOAD_DONE] = { SHOW_FORGET, "object-select-symbolic", "success" },
  [HOIST_UPLOAD_PAUSED] = { SHOW_PROGRESS | SHOW_RESUME | SHOW_CANCEL, NULL, NULL },
  [HOIST_UPLOAD_WAITING] = { SHOW_RETRY | SHOW_ERROR | MOVING, "dialog-warning-symbolic",
                             "warning" },
  [HOIST_UPLOAD_FAILED] = { SHOW_RETRY | SHOW_CANCEL | SHOW_ERROR, "dialog-error-symbolic",
                            "error" },
  [HOIST_UPLOAD_CANCELLING] = { 0, NULL, NULL },
};

struct _HoistUploadRow
{
  GtkBox parent_instance;

  HoistDestinationBackend *backend; /* (owned) */
  HoistUploader *uploader;          /* (owned) knows who is before it, and who may share */
  HoistUpload *upload;              /* (owned) (nullable) */
  GCancellable *menu_cancellable;   /* (owned) (nullable) ends what the menu asks */
  gulong changed_id;
  HoistUploadState shown_state;
  int shown_error_code;
  char *shown_type; /* (owned) (nullable) whose icon is shown */
  gint64 words_us;  /* monotonic: when the words were written */

  GtkImage *icon;
  GtkLabel *name_label;
  GtkProgressBar *progress_bar;
  GtkLabel *amount_label;
  GtkLabel *status_label;
  HoistDestinationDot *destination_dot;
  GtkLabel *destination_label;
  GtkLabel *error_label;
  GtkWidget *locate_button;
  GtkWidget *pause_button;
  GtkWidget *resume_button;
  GtkWidget *retry_button;
  GtkMenuButton *menu_button;
  GtkWidget *cancel_button;
  GtkWidget *forget_button;
};

G_DEFINE_FINAL_TYPE (HoistUploadRow, hoist_upload_row, GTK_TYPE_BOX)

static char *
format_finished (gint64 finished_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (finished_us / G_USEC_PER_SEC);
  gboolean today;

  if (finished_us == 0 || then == NULL)
    return g_strdup (_ ("Uploaded"));
  today = g_date_time_get_year (now) == g_date_time_get_year (then) &&
          g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (then);
  /* Translators: a time today, in the form of strftime(). */
  return g_date_time_format (then,
                             today ? _ ("Uploaded at %H:%M")
                                   /* Translators: a date and time, in the form of strftime(). */
                                   : _ ("Uploaded on %x at %H:%M"));
}

/* Empty for what has no size: it is no file. */
static char *
format_amount (const HoistUploadInfo *info)
{
  if (info->is_folder)
    return hoist_upload_format_size (info);
  if (info->state == HOIST_UPLOAD_FAILED && info->size_bytes == 0)
    return g_strdup ("");
  /* Said by the state's words. */
  if (info->state == HOIST_UPLOAD_PREPARING && info->read_bytes > 0)
    return g_strdup ("");
  if (info->sent_bytes == 0 || info->state == HOIST_UPLOAD_DONE)
    return g_format_size (info->size_bytes);
  return hoist_upload_format_amount (info->sent_bytes, info->size_bytes);
}

static char *
format_rate (const HoistUploadInfo *info)
{
  guint64 left_bytes = info->size_bytes - MIN (info->sent_bytes, info->size_bytes);
  g_autofree char *speed = hoist_upload_format_speed (info->bytes_per_s);
  g_autofree char *time_left = hoist_upload_format_time_left (left_bytes, info->bytes_per_s);

  return g_strconcat (speed, " · ", time_left, NULL);
}

static char *
format_status (HoistUploadRow *self, const HoistUploadInfo *info)
{
  switch (info->state)
    {
    case HOIST_UPLOAD_SENDING:
      if (info->bytes_per_s > 0)
        return format_rate (info);
      break;
    case HOIST_UPLOAD_DONE:
      return format_finished (info->finished_us);
    case HOIST_UPLOAD_WAITING:
    case HOIST_UPLOAD_FAILED:
      /* Said in full below. */
      return g_strdup ("");
    case HOIST_UPLOAD_QUEUED:
      return hoist_upload_format_turn (
        hoist_upload_list_count_before (hoist_uploader_get_list (self->uploader), info));
    case HOIST_UPLOAD_PREPARING:
    case HOIST_UPLOAD_STARTING:
    case HOIST_UPLOAD_FINISHING:
    case HOIST_UPLOAD_PAUSED:
    case HOIST_UPLOAD_CANCELLING:
      break;
    }
  return hoist_upload_format_status (info, self->words_us);
}

static void
set_look (GtkWidget *widget, const char *css_class)
{
  static const char *const all[] = { "success", "warning", "error" };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_strcmp0 (all[i], css_class) == 0)
      gtk_widget_add_css_class (widget, all[i]);
    else
      gtk_widget_remove_css_class (widget, all[i]);
}

static void
show_icon (HoistUploadRow *self, const HoistUploadInfo *info, const Look *look)
{
  g_autofree char *type = NULL;
  g_autoptr (GIcon) icon = NULL;

  set_look (GTK_WIDGET (self->icon), look->css_class);
  if (look->icon_name != NULL)
    {
      g_clear_pointer (&self->shown_type, g_free);
      gtk_image_set_from_icon_name (self->icon, look->icon_name);
      return;
    }
  type = info->is_folder ? g_content_type_from_mime_type ("inode/directory")
                         : g_content_type_guess (info->name, NULL, 0, NULL);
  if (g_strcmp0 (type, self->shown_type) == 0)
    return;
  icon = g_content_type_get_symbolic_icon (type);
  gtk_image_set_from_gicon (self->icon, icon);
  g_free (self->shown_type);
  self->shown_type = g_steal_pointer (&type);
}

static void
show_state (HoistUploadRow *self, const HoistUploadInfo *info, const Look *look)
{
  gboolean missing =
    info->state == HOIST_UPLOAD_FAILED
      ? info->error_code == HOIST_ERROR_FILE_MISSING || info->error_code == HOIST_ERROR_FILE_CHANGED
      : info->state == HOIST_UPLOAD_WAITING && info->error_code == HOIST_ERROR_DRIVE_GONE;

  self->shown_state = info->state;
  self->shown_error_code = info->error_code;
  show_icon (self, info, look);
  gtk_widget_set_visible (self->pause_button, (look->shows & SHOW_PAUSE) != 0);
  gtk_widget_set_visible (self->resume_button, (look->shows & SHOW_RESUME) != 0);
  gtk_widget_set_visible (self->retry_button, (look->shows & SHOW_RETRY) != 0);
  gtk_widget_set_visible (self->cancel_button, (look->shows & SHOW_CANCEL) != 0);
  gtk_widget_set_visible (self->forget_button, (look->shows & SHOW_FORGET) != 0);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar),
                          (look->shows & SHOW_PROGRESS) != 0 && !info->is_folder);
  gtk_widget_set_visible (self->locate_button, missing && !info->is_folder);
  set_look (GTK_WIDGET (self->error_label), look->css_class);
}

/* An empty label would still take its place. */
static void
show_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static void
show_words (HoistUploadRow *self, const HoistUploadInfo *info, const Look *look)
{
  g_autofree char *amount = format_amount (info);
  g_autofree char *status = NULL;
  g_autofree char *error = NULL;

  self->words_us = g_get_monotonic_time ();
  status = format_status (self, info);
  show_text (self->amount_label, amount);
  show_text (self->status_label, status);
  if (look->shows & SHOW_ERROR)
    error = hoist_upload_format_status (info, self->words_us);
  show_text (self->error_label, error != NULL ? error : "");
}

static void
show_names (HoistUploadRow *self, const HoistUploadInfo *info)
{
  g_autoptr (HoistDestination) destination =
    hoist_destination_backend_lookup (self->backend, info->destination_id);
  g_autofree char *to = NULL;
  const char *name = destination != NULL ? hoist_destination_get_name (destination) : NULL;

  /* Translators: where an upload goes; %s is the name of a destination. */
  to = g_strdup_printf (_ ("to %s"), name != NULL ? name : info->destination_id);
  gtk_label_set_label (self->destination_label, to);
  hoist_destination_dot_set_destination (self->destination_dot, destination);
  gtk_label_set_label (self->name_label, info->name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, info->name,
                                  -1);
}

static const Look *
get_look (const HoistUploadInfo *info)
{
  return &looks[(guint) info->state < HOIST_N_UPLOAD_STATES ? info->state : HOIST_UPLOAD_QUEUED];
}

static void
upload_changed_cb (HoistUploadRow *self)
{
  const HoistUploadInfo *info = hoist_upload_get_info (self->upload);
  const Look *look = get_look (info);

  if (info->state != self->shown_state || info->error_code != self->shown_error_code)
    show_state (self, info, look);
  show_words (self, info, look);
  gtk_progress_bar_set_fraction (self->progress_bar, hoist_upload_get_fraction (self->upload));
}

/* Not by action-name: in GTK 4.8 a button stays insensitive when it comes back into a
 * window with a row that is used again. */
static void
clicked_cb (HoistUploadRow *self, GtkWidget *button)
{
  const struct
  {
    gpointer child;
    const char *action;
  } actions[] = {
    { self->pause_button, "win.upload-pause" },   { self->resume_button, "win.upload-resume" },
    { self->retry_button, "win.upload-retry" },   { self->cancel_button, "win.upload-cancel" },
    { self->forget_button, "win.upload-forget" }, { self->locate_button, "win.upload-locate" },
  };

  for (gsize i = 0; self->upload != NULL && i < G_N_ELEMENTS (actions); i++)
    if (button == actions[i].child)
      {
        gtk_widget_activate_action (GTK_WIDGET (self), actions[i].action, "t",
                                    hoist_upload_get_id (self->upload));
        return;
      }
}

/* Tooltips are made when they are shown: setting one asks the display server where
 * the pointer is, which takes longer than all the rest of making a row. */
static gboolean
hoist_upload_row_query_tooltip (GtkWidget *widget,
                                int x,
                                int y,
                                gboolean keyboard,
                                GtkTooltip *tooltip)
{
  HoistUploadRow *self = HOIST_UPLOAD_ROW (widget);
  GtkPopover *popover = gtk_menu_button_get_popover (self->menu_button);
  GtkWidget *target = keyboard ? gtk_root_get_focus (gtk_widget_get_root (widget))
                               : gtk_widget_pick (widget, x, y, GTK_PICK_DEFAULT);
  g_autofree char *path = self->upload != NULL
                            ? g_filename_display_name (hoist_upload_get_info (self->upload)->path)
                            : NULL;
  const struct
  {
    gpointer child;
    const char *text;
  } tooltips[] = {
    { self->name_label, path },
    { self->pause_button, _ ("Pause") },
      { self->resume_button, _ ("Resume") },
        { self->retry_button, _ ("Try Again") },
          { self->menu_button, _ ("More") },
            { self->cancel_button, _ ("Cancel") },
              { self->forget_button, _ ("Remove from List") },
            };

  if (popover != NULL && gtk_widget_get_visible (GTK_WIDGET (popover)))
    return FALSE;
  for (gsize i = 0; target != NULL && i < G_N_ELEMENTS (tooltips); i++)
    if (target == tooltips[i].child || gtk_widget_is_ancestor (target, tooltips[i].child))
      {
        gtk_tooltip_set_text (tooltip, tooltips[i].text);
        return tooltips[i].text != NULL;
      }
  return FALSE;
}

static void
forget_menu (HoistUploadRow *self)
{
  g_cancellable_cancel (self->menu_cancellable);
  g_clear_object (&self->menu_cancellable);
}

/* Anew each time: a popover for each row would cost more than all the rest. */
static void
create_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  HoistUploadRow *self = HOIST_UPLOAD_ROW (user_data);
  g_autoptr (HoistDestination) destination = NULL;
  g_autoptr (GMenuModel) menu = NULL;
  const HoistUploadInfo *info;

  if (self->upload == NULL)
    return;
  forget_menu (self);
  self->menu_cancellable = g_cancellable_new ();
  info = hoist_upload_get_info (self->upload);
  destination = hoist_destination_backend_lookup (self->backend, info->destination_id);
  menu = hoist_upload_menu_new (
    self->uploader, info,
    destination != NULL ? hoist_destination_get_provider_type (destination) : NULL,
    self->menu_cancellable);
  gtk_menu_button_set_menu_model (button, menu);
}

static void
hoist_upload_row_dispose (GObject *object)
{
  HoistUploadRow *self = HOIST_UPLOAD_ROW (object);

  if (self->upload != NULL)
    g_clear_signal_handler (&self->changed_id, self->upload);
  g_clear_object (&self->upload);
  forget_menu (self);
  g_clear_object (&self->backend);
  g_clear_object (&self->uploader);
  G_OBJECT_CLASS (hoist_upload_row_parent_class)->dispose (object);
}

static void
hoist_upload_row_finalize (GObject *object)
{
  g_free (HOIST_UPLOAD_ROW (object)->shown_type);
  G_OBJECT_CLASS (hoist_upload_row_parent_class)->finalize (object);
}

static void
hoist_upload_row_class_init (HoistUploadRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_upload_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = hoist_upload_row_finalize;
  widget_class->query_tooltip = hoist_upload_row_query_tooltip;

  g_type_ensure (HOIST_TYPE_DESTINATION_DOT);
  g_type_ensure (HOIST_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-upload-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, icon);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, amount_label);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, status_label);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, destination_dot);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, destination_label);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, error_label);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, locate_button);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, resume_button);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, HoistUploadRow, forget_button);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hoist_upload_row_init (HoistUploadRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->menu_button, create_menu_cb, self, NULL);
}

/**
 * hoist_upload_row_new:
 * @backend: knows the destinations' names
 * @uploader: whose uploads it shows
 *
 * Makes a row that shows nothing yet.
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
hoist_upload_row_new (HoistDestinationBackend *backend, HoistUploader *uploader)
{
  HoistUploadRow *self;

  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (backend), NULL);
  g_return_val_if_fail (HOIST_IS_UPLOADER (uploader), NULL);

  self = g_object_new (HOIST_TYPE_UPLOAD_ROW, NULL);
  self->backend = g_object_ref (backend);
  self->uploader = g_object_ref (uploader);
  return GTK_WIDGET (self);
}

/**
 * hoist_upload_row_set_upload:
 * @self: a row
 * @upload: (nullable): what to show from now on
 *
 * Binds the row to an upload, or with %NULL lets go of it.
 */
void
hoist_upload_row_set_upload (HoistUploadRow *self, HoistUpload *upload)
{
  g_return_if_fail (HOIST_IS_UPLOAD_ROW (self));
  g_return_if_fail (upload == NULL || HOIST_IS_UPLOAD (upload));

  if (self->upload == upload)
    return;
  if (self->upload != NULL)
    g_clear_signal_handler (&self->changed_id, self->upload);
  g_set_object (&self->upload, upload);
  if (upload == NULL)
    return;

  self->changed_id =
    g_signal_connect_swapped (upload, "changed", G_CALLBACK (upload_changed_cb), self);
  hoist_upload_row_refresh (self);
}

/**
 * hoist_upload_row_get_upload:
 * @self: a row
 *
 * Gets what the row shows.
 *
 * Returns: (transfer none) (nullable): the upload
 */
HoistUpload *
hoist_upload_row_get_upload (HoistUploadRow *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_ROW (self), NULL);
  return self->upload;
}

/**
 * hoist_upload_row_refresh:
 * @self: a row
 *
 * Says everything anew, also what changes without the upload, such as the name of its
 * destination.
 */
void
hoist_upload_row_refresh (HoistUploadRow *self)
{
  const HoistUploadInfo *info;

  g_return_if_fail (HOIST_IS_UPLOAD_ROW (self));

  if (self->upload == NULL)
    return;
  info = hoist_upload_get_info (self->upload);
  show_names (self, info);
  show_state (self, info, get_look (info));
  upload_changed_cb (self);
}

/**
 * hoist_upload_row_renew_words:
 * @self: a row
 *
 * Says anew what changes with time alone: when the next try is, and how many files
 * are before it.
 */
void
hoist_upload_row_renew_words (HoistUploadRow *self)
{
  const HoistUploadInfo *info;

  g_return_if_fail (HOIST_IS_UPLOAD_ROW (self));

  if (self->upload == NULL)
    return;
  info = hoist_upload_get_info (self->upload);
  show_words (self, info, get_look (info));
}

/**
 * hoist_upload_row_get_change_us:
 * @self: a row
 *
 * Says when its words are no longer right though nothing of the upload changed, as
 * hoist_upload_format_get_change_us() does.
 *
 * Returns: a monotonic time, maybe a past one; 0 = not by themselves
 */
gint64
hoist_upload_row_get_change_us (HoistUploadRow *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD_ROW (self), 0);

  if (self->upload == NULL)
    return 0;
  return hoist_upload_format_get_change_us (hoist_upload_get_info (self->upload), self->words_us);
}
