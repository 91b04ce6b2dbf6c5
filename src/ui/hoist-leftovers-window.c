/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-leftovers-window.h"

#include <glib/gi18n.h>

#include "hoist-toast.h"
#include "hoist-unfinished-format.h"

/* A list box has a widget for each row; who has more uses hoistctl. */
#define MAX_ROWS 200

struct _HoistLeftoversWindow
{
  AdwWindow parent_instance;

  HoistLeftovers *leftovers;        /* (owned) */
  HoistUploader *uploader;          /* (owned) */
  HoistDestinationBackend *backend; /* (owned) */
  GtkNativeDialog *chooser;         /* (owned) (nullable) */
  char *chosen_id;                  /* (owned) (nullable) what the open question is about */
  guint64 leaving_id;               /* the same, of a cancelled upload */
  guint n_stuck;                    /* cancelled uploads that cannot be cleared now */

  GtkButton *clear_all_button;
  AdwToastOverlay *toast_overlay;
  GtkStack *stack;
  AdwStatusPage *empty_page;
  AdwStatusPage *failed_page;
  AdwPreferencesGroup *group;
  GtkListBox *list_box;
  AdwPreferencesGroup *stuck_group;
  GtkListBox *stuck_box;
};

G_DEFINE_FINAL_TYPE (HoistLeftoversWindow, hoist_leftovers_window, ADW_TYPE_WINDOW)

static void
show_message (HoistLeftoversWindow *self, const char *heading, const char *body)
{
  GtkWidget *dialog;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- The rows --------------------------------------------------------------------------------- */

static GtkWidget *
make_button (const char *action_name, const char *id)
{
  GtkWidget *button = gtk_button_new ();

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action_name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  return button;
}

static void
add_buttons (AdwActionRow *row, const char *id, const char *name)
{
  GtkWidget *go_on = make_button ("leftovers.continue", id);
  GtkWidget *clear = make_button ("leftovers.clear", id);
  /* Translators: for screen readers; %s is the name of a file. */
  g_autofree char *clear_label = g_strdup_printf (_ ("Clear “%s”"), name);

  gtk_button_set_label (GTK_BUTTON (go_on), _ ("Continue…"));
  gtk_button_set_icon_name (GTK_BUTTON (clear), "user-trash-symbolic");
  gtk_widget_add_css_class (clear, "flat");
  gtk_widget_set_tooltip_text (clear, _ ("Clear from the Server"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (clear), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  clear_label, -1);
  adw_action_row_add_suffix (row, go_on);
  adw_action_row_add_suffix (row, clear);
}

static char *
describe (HoistLeftoversWindow *self, const HoistLeftover *leftover)
{
  g_autoptr (HoistDestination) destination =
    hoist_destination_backend_lookup (self->backend, leftover->destination_id);
  g_autofree char *size = hoist_unfinished_format_size (leftover->upload);
  g_autofree char *age = hoist_unfinished_format_age (leftover->upload, g_get_real_time ());

  /* Translators: of an unfinished upload: how much the server has, the destination's name, when
   * something was last heard of it */
  return g_strdup_printf (_ ("%s on %s, %s"), size,
    destination != NULL ? hoist_destination_get_name (destination) : leftover->destination_id, age);
}

static GtkWidget *
make_row (HoistLeftoversWindow *self, const HoistLeftover *leftover)
{
  GtkWidget *row = adw_action_row_new ();
  const char *name = hoist_unfinished_get_name (leftover->upload);
  g_autofree char *id = hoist_unfinished_dup_id (leftover->upload);
  g_autofree char *subtitle = describe (self, leftover);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_tooltip_text (row, leftover->upload->key);
  add_buttons (ADW_ACTION_ROW (row), id, name);
  return row;
}

static void
empty_box (GtkListBox *box)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (box, 0)) != NULL)
    gtk_list_box_remove (box, GTK_WIDGET (row));
}

/* A cancelled upload that the server could not be told of. */
static gboolean
is_stuck (const HoistUploadInfo *info)
{
  return info->state == HOIST_UPLOAD_CANCELLING && info->error_code >= 0;
}

static GtkWidget *
make_stuck_row (const HoistUploadInfo *info)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Leave It There…"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), info->name);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               info->error_message != NULL
                                 ? info->error_message
                                 : hoist_error_get_phrase ((HoistError) info->error_code));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "leftovers.leave");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "t", info->id);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
fill_stuck (HoistLeftoversWindow *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  const HoistUploadInfo *info;

  self->n_stuck = 0;
  empty_box (self->stuck_box);
  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (is_stuck (info) && self->n_stuck++ < MAX_ROWS)
      gtk_list_box_append (self->stuck_box, make_stuck_row (info));
  gtk_widget_set_visible (GTK_WIDGET (self->stuck_group), self->n_stuck > 0);
}

static void
fill_list (HoistLeftoversWindow *self)
{
  guint length = hoist_leftovers_get_length (self->leftovers);

  empty_box (self->list_box);
  for (guint i = 0; i < MIN (length, MAX_ROWS); i++)
    gtk_list_box_append (self->list_box, make_row (self, hoist_leftovers_get (self->leftovers, i)));
}

static void
describe_list (HoistLeftoversWindow *self)
{
  guint length = hoist_leftovers_get_length (self->leftovers);
  const GError *error = hoist_leftovers_get_error (self->leftovers);
  g_autofree char *sum = hoist_leftovers_dup_sum (self->leftovers);
  g_autoptr (GString) text = g_string_new (NULL);

  /* Translators: %s is an amount of data, such as “12.4 GB”. */
  g_string_append_printf (text,
                          ngettext ("%u upload with %s was begun by another computer, or before "
                                    "Hoist was installed anew.",
                                    "%u uploads with %s were begun by other computers, or before "
                                    "Hoist was installed anew.",
                                    length),
                          length, sum);
  if (length > MAX_ROWS)
    g_string_append_printf (text, " %s",
                            _ ("Only some are shown here: “hoistctl unfinished list” shows all."));
  if (error != NULL)
    g_string_append_printf (text, " %s", error->message);
  adw_preferences_group_set_description (self->group, text->str);
}

static void
update (HoistLeftoversWindow *self)
{
  const GError *error = hoist_leftovers_get_error (self->leftovers);
  gboolean loading = hoist_leftovers_is_loading (self->leftovers);
  gboolean any = hoist_leftovers_get_length (self->leftovers) > 0;
  const char *page = "list";

  fill_list (self);
  fill_stuck (self);
  if (!any && self->n_stuck == 0)
    page = loading ? "loading" : error != NULL ? "failed" : "empty";
  gtk_widget_set_visible (GTK_WIDGET (self->group), any);
  describe_list (self);
  adw_status_page_set_description (self->failed_page, error != NULL ? error->message : NULL);
  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "leftovers.clear-all", any && !loading);
}

/* Uploads change ten times a second; those that cannot be cleared seldom do. */
static void
applied_cb (HoistLeftoversWindow *self)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  const HoistUploadInfo *info;
  guint n_stuck = 0;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    n_stuck += is_stuck (info);
  if (n_stuck != self->n_stuck)
    update (self);
}

static void
failed_cb (HoistLeftoversWindow *self, const GError *error)
{
  show_message (self, _ ("Nothing Was Cleared"), error->message);
}

/* --- Clear ------------------------------------------------------------------------------------ */

static guint
count_alive (HoistLeftoversWindow *self, const char *only_id)
{
  gint64 now_us = g_get_real_time ();
  guint n_alive = 0;

  for (guint i = 0; i < hoist_leftovers_get_length (self->leftovers); i++)
    {
      const HoistUnfinished *upload = hoist_leftovers_get (self->leftovers, i)->upload;
      g_autofree char *id = hoist_unfinished_dup_id (upload);

      if (only_id == NULL || g_str_equal (only_id, id))
        n_alive += hoist_unfinished_may_be_alive (upload, now_us);
    }
  return n_alive;
}

static char *
make_warning (HoistLeftoversWindow *self, const char *only_id)
{
  const char *text =
    _ ("What the server has of it is deleted, and cannot be gone on with any more.");
  guint n_alive = count_alive (self, only_id);

  if (n_alive == 0)
    return g_strdup (text);
  return g_strdup_printf (
    "%s\n\n%s", text,
    only_id != NULL
    ? _ ("The last part came less than a day ago: another computer may still be sending it.")
    : _ ("Those that a part came of within a day are left alone: another computer may still be "
           "sending them."));
}

/* All, or the one that was chosen. */
static GPtrArray *
list_ids (HoistLeftoversWindow *self, const char *only_id)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  gint64 now_us = g_get_real_time ();

  if (only_id != NULL)
    g_ptr_array_add (ids, g_strdup (only_id));
  for (guint i = 0; only_id == NULL && i < hoist_leftovers_get_length (self->leftovers); i++)
    {
      const HoistUnfinished *upload = hoist_leftovers_get (self->leftovers, i)->upload;

      if (!hoist_unfinished_may_be_alive (upload, now_us))
        g_ptr_array_add (ids, hoist_unfinished_dup_id (upload));
    }
  return ids;
}

static void
clear_response_cb (HoistLeftoversWindow *self, const char *response)
{
  g_autofree char *id = g_steal_pointer (&self->chosen_id);
  g_autoptr (GPtrArray) ids = NULL;

  if (!g_str_equal (response, "clear"))
    return;
  ids = list_ids (self, id);
  hoist_leftovers_clear (self->leftovers, ids);
}

static void
ask_to_clear (HoistLeftoversWindow *self, const char *id, const char *heading)
{
  g_autofree char *body = make_warning (self, id);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  g_free (self->chosen_id);
  self->chosen_id = g_strdup (id);
  adw_message_dialog_add_responses (message, "cancel", _ ("_Cancel"), "clear", _ ("C_lear"), NULL);
  adw_message_dialog_set_response_appearance (message, "clear", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (message, "cancel");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (clear_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
clear_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistLeftoversWindow *self = HOIST_LEFTOVERS_WINDOW (widget);
  const char *id = g_variant_get_string (parameter, NULL);
  const HoistLeftover *leftover = hoist_leftovers_lookup (self->leftovers, id);
  g_autofree char *heading = NULL;

  if (leftover == NULL)
    return;
  /* Translators: %s is the name of a file. */
  heading = g_strdup_printf (_ ("Clear “%s” from the Server?"),
                                hoist_unfinished_get_name (leftover->upload));
  ask_to_clear (self, id, heading);
}

static void
clear_all_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistLeftoversWindow *self = HOIST_LEFTOVERS_WINDOW (widget);
  g_autoptr (GPtrArray) ids = list_ids (self, NULL);
  g_autofree char *heading = NULL;

  if (ids->len == 0)
    {
      show_message (self,
                    _ ("All of Them May Still Be Under Way"),
                       _ ("A part of each came within a day: another computer may still be sending "
                       "them. Clear them one by one if you know that none does."));
      return;
    }
  heading = g_strdup_printf (ngettext ("Clear %u Unfinished Upload from the Server?",
                                       "Clear %u Unfinished Uploads from the Server?", ids->len),
                             ids->len);
  ask_to_clear (self, NULL, heading);
}

/* --- Leave there what cannot be cleared ------------------------------------------------------- */

static void
leave_response_cb (HoistLeftoversWindow *self, const char *response)
{
  if (g_str_equal (response, "leave"))
    hoist_uploader_command (self->uploader, HOIST_COMMAND_ABANDON, &self->leaving_id, 1);
}

static void
leave_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistLeftoversWindow *self = HOIST_LEFTOVERS_WINDOW (widget);
  const HoistUploadInfo *info = hoist_upload_list_lookup_info (
    hoist_uploader_get_list (self->uploader), g_variant_get_uint64 (parameter));
  g_autofree char *heading = NULL;
  g_autofree char *size = NULL;
  g_autofree char *body = NULL;
  GtkWidget *dialog;
  AdwMessageDialog *message;

  if (info == NULL)
    return;
  self->leaving_id = info->id;
  /* Translators: %s is the name of a file. */
  heading = g_strdup_printf (_ ("Leave “%s” on the Server?"), info->name);
  size = g_format_size (info->sent_bytes);
  /* Translators: the first %s is an amount of data, the second what the server calls the file. */
  body =
    g_strdup_printf (_ ("Up to %s stay there, as “%s”, until somebody clears them on the server. "
                             "Hoist does not try any more."),
                        size, info->key != NULL ? info->key : info->name);
  dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);
  message = ADW_MESSAGE_DIALOG (dialog);
  adw_message_dialog_add_responses (message, "cancel", _ ("_Cancel"), "leave", _ ("_Leave"), NULL);
  adw_message_dialog_set_response_appearance (message, "leave", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (message, "cancel");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (leave_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- Go on ------------------------------------------------------------------------------------ */

typedef struct
{
  HoistLeftoversWindow *self; /* (owned) */
  char *id;                   /* (owned) */
  char *name;                 /* (owned) */
  AdwToast *toast;            /* (owned) says that the file is compared */
} Continue;

static void
continue_free (Continue *go_on)
{
  g_object_unref (go_on->toast);
  g_object_unref (go_on->self);
  g_free (go_on->id);
  g_free (go_on->name);
  g_free (go_on);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Continue, continue_free)

static void
continued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Continue) go_on = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  hoist_uploader_continue_unfinished_finish (HOIST_UPLOADER (source), result, &error);
  if (error != NULL)
    {
      hoist_toast_settle (go_on->self->toast_overlay, go_on->toast, _ ("This File Cannot Go On"));
      show_message (go_on->self, _ ("This File Cannot Go On"), error->message);
      return;
    }
  hoist_leftovers_forget (go_on->self->leftovers, go_on->id);
  /* Translators: %s is the name of a file. */
  text = g_strdup_printf (_ ("“%s” goes on where it was"), go_on->name);
  hoist_toast_settle (go_on->self->toast_overlay, go_on->toast, text);
}

/**
 * hoist_leftovers_window_continue_with:
 * @self: the window
 * @id: of hoist_unfinished_dup_id()
 * @path: the file, absolute
 *
 * Goes on with a leftover, as when a person chose its file.
 */
void
hoist_leftovers_window_continue_with (HoistLeftoversWindow *self, const char *id, const char *path)
{
  const HoistLeftover *leftover = hoist_leftovers_lookup (self->leftovers, id);
  g_autofree char *text = NULL;
  Continue *go_on;

  if (leftover == NULL)
    return;
  go_on = g_new0 (Continue, 1);
  go_on->self = g_object_ref (self);
  go_on->id = g_strdup (id);
  go_on->name = g_strdup (hoist_unfinished_get_name (leftover->upload));
  /* Translators: %s is the name of a file. */
  text = g_strdup_printf (_ ("Comparing “%s” with what was sent…"), go_on->name);
  go_on->toast = hoist_toast_begin (self->toast_overlay, text);
  hoist_uploader_continue_unfinished_async (self->uploader, leftover->destination_id,
                                            leftover->upload, path, NULL, continued_cb, go_on);
}

static void
file_chosen_cb (HoistLeftoversWindow *self, int response, GtkFileChooser *chooser)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (chooser);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL && self->chosen_id != NULL)
    hoist_leftovers_window_continue_with (self, self->chosen_id, path);
  g_clear_object (&self->chooser);
}

static void
continue_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistLeftoversWindow *self = HOIST_LEFTOVERS_WINDOW (widget);
  const char *id = g_variant_get_string (parameter, NULL);
  const HoistLeftover *leftover = hoist_leftovers_lookup (self->leftovers, id);
  g_autofree char *title = NULL;
  GtkFileChooserNative *chooser;

  if (leftover == NULL)
    return;
  g_free (self->chosen_id);
  self->chosen_id = g_strdup (id);
  /* Translators: the title of a file chooser; %s is the name of a file. */
  title = g_strdup_printf (_ ("Where Is “%s”?"), hoist_unfinished_get_name (leftover->upload));
  chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN,
                                         _ ("_Continue"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (file_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
  g_clear_object (&self->chooser);
  self->chooser = GTK_NATIVE_DIALOG (chooser);
}

static void
refresh_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  hoist_leftovers_refresh (HOIST_LEFTOVERS_WINDOW (widget)->leftovers);
}

/* --- The object ------------------------------------------------------------------------------- */

static void
hoist_leftovers_window_dispose (GObject *object)
{
  HoistLeftoversWindow *self = HOIST_LEFTOVERS_WINDOW (object);

  g_clear_object (&self->chooser);
  g_clear_object (&self->leftovers);
  g_clear_object (&self->uploader);
  g_clear_object (&self->backend);
  g_clear_pointer (&self->chosen_id, g_free);
  G_OBJECT_CLASS (hoist_leftovers_window_parent_class)->dispose (object);
}

static void
hoist_leftovers_window_class_init (HoistLeftoversWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_leftovers_window_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/hoist/Hoist/ui/hoist-leftovers-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistLeftoversWindow, clear_all_button);
  gtk_widget_class_bind_template_child (widget_class, HoistLeftoversWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, HoistLeftoversWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HoistLeftoversWindow, empty_page);
  gtk_widget_class_bind_template_child (widget_class, HoistLeftoversWindow, failed_page);
  gtk_widget_class_bind_template_child (widget_class, HoistLeftoversWindow, group);
  gtk_widget_class_bind_template_child (widget_class, HoistLeftoversWindow, list_box);
  gtk_widget_class_install_action (widget_class, "leftovers.continue", "s", continue_cb);
  gtk_widget_class_install_action (widget_class, "leftovers.clear", "s", clear_cb);
  gtk_widget_class_install_action (widget_class, "leftovers.clear-all", NULL, clear_all_cb);
  gtk_widget_class_bind_template_child (widget_class, HoistLeftoversWindow, stuck_group);
  gtk_widget_class_bind_template_child (widget_class, HoistLeftoversWindow, stuck_box);
  gtk_widget_class_install_action (widget_class, "leftovers.leave", "t", leave_cb);
  gtk_widget_class_install_action (widget_class, "leftovers.refresh", NULL, refresh_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hoist_leftovers_window_init (HoistLeftoversWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hoist_leftovers_window_new:
 * @leftovers: what there is
 * @uploader: who goes on with it
 * @backend: who knows the destinations' names
 *
 * Makes the window. What @leftovers has is shown at once; it is not asked anew.
 *
 * Returns: (transfer none): the window, owned by GTK
 */
GtkWidget *
hoist_leftovers_window_new (HoistLeftovers *leftovers,
                            HoistUploader *uploader,
                            HoistDestinationBackend *backend)
{
  HoistLeftoversWindow *self = g_object_new (HOIST_TYPE_LEFTOVERS_WINDOW, NULL);

  self->leftovers = g_object_ref (leftovers);
  self->uploader = g_object_ref (uploader);
  self->backend = g_object_ref (backend);
  g_signal_connect_object (leftovers, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (leftovers, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hoist_uploader_get_list (uploader), "applied", G_CALLBACK (applied_cb),
                           self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
