/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-file-row.h"

#include <glib/gi18n.h>

struct _HoistFileRow
{
  AdwActionRow parent_instance;

  char *path;                    /* (owned) (nullable) */
  GtkFileChooserNative *chooser; /* (owned) (nullable) while it is open */

  GtkWidget *clear_button;
  GtkWidget *choose_button;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistFileRow, hoist_file_row, ADW_TYPE_ACTION_ROW)

static void
show_path (HoistFileRow *self)
{
  g_autofree char *shown = self->path != NULL ? g_filename_display_name (self->path)
                                              : g_strdup (_ ("None"));

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), shown);
  gtk_widget_set_visible (self->clear_button, self->path != NULL);
}

static void
take_path (HoistFileRow *self, const char *path)
{
  if (g_strcmp0 (self->path, path) == 0)
    return;
  hoist_file_row_set_path (self, path);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
clear_cb (HoistFileRow *self)
{
  /* The button goes: what is beside it gets the focus. */
  gtk_widget_grab_focus (self->choose_button);
  take_path (self, NULL);
}

static void
chosen_cb (HoistFileRow *self, int response)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    take_path (self, path);
  g_clear_object (&self->chooser);
}

static void
choose_cb (HoistFileRow *self)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (root),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Choose"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  if (self->path != NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_path (self->path);

      gtk_file_chooser_set_file (GTK_FILE_CHOOSER (self->chooser), file, NULL);
    }
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* The buttons of several rows are told apart by what they are for. */
static void
name_buttons (HoistFileRow *self)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  /* Translators: %s is what a file is for, such as «Client Certificate» */
  g_autofree char *choose = g_strdup_printf (_ ("Choose: %s"), title);
  /* Translators: %s is what a file is for, such as «Client Certificate» */
  g_autofree char *clear = g_strdup_printf (_ ("Use none: %s"), title);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choose_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, choose, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->clear_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, clear, -1);
}

static void
hoist_file_row_dispose (GObject *object)
{
  HoistFileRow *self = HOIST_FILE_ROW (object);

  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (hoist_file_row_parent_class)->dispose (object);
}

static void
hoist_file_row_finalize (GObject *object)
{
  g_free (HOIST_FILE_ROW (object)->path);
  G_OBJECT_CLASS (hoist_file_row_parent_class)->finalize (object);
}

static void
hoist_file_row_class_init (HoistFileRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_file_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = hoist_file_row_finalize;

  /**
   * HoistFileRow::changed:
   * @self: the row
   *
   * A person chose another file, or none.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-file-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistFileRow, clear_button);
  gtk_widget_class_bind_template_child (widget_class, HoistFileRow, choose_button);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
}

static void
hoist_file_row_init (HoistFileRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::title", G_CALLBACK (name_buttons), NULL);
  show_path (self);
}

/**
 * hoist_file_row_get_path:
 * @self: the row
 *
 * Returns: (transfer none) (type filename) (nullable): the path; %NULL if none is chosen
 */
const char *
hoist_file_row_get_path (HoistFileRow *self)
{
  g_return_val_if_fail (HOIST_IS_FILE_ROW (self), NULL);
  return self->path;
}

/**
 * hoist_file_row_set_path:
 * @self: the row
 * @path: (type filename) (nullable): a path
 *
 * Shows a path as the chosen one.
 */
void
hoist_file_row_set_path (HoistFileRow *self, const char *path)
{
  g_return_if_fail (HOIST_IS_FILE_ROW (self));

  char *old = self->path;

  self->path = g_strdup (path);
  g_free (old);
  show_path (self);
}
