/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-bucket-chooser.h"

#include <glib/gi18n.h>
#include <string.h>

struct _HoistBucketChooser
{
  GtkPopover parent_instance;

  HoistDestinationBackend *backend; /* (owned) */
  HoistBucketSource source;
  gpointer owner;            /* borrowed: an ancestor, which outlives it */
  GtkEditable *row;          /* borrowed: the row that it is on */
  GCancellable *cancellable; /* (owned) (nullable) of the call that is under way */

  GtkStack *stack;
  GtkSpinner *spinner;
  GtkLabel *message_label;
  GtkListBox *list_box;
};

G_DEFINE_FINAL_TYPE (HoistBucketChooser, hoist_bucket_chooser, GTK_TYPE_POPOVER)

static void
show_message (HoistBucketChooser *self, const char *message)
{
  gtk_label_set_label (self->message_label, message);
  gtk_stack_set_visible_child_name (self->stack, "message");
}

static void
show_names (HoistBucketChooser *self, const char *const *names)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list_box))) != NULL)
    gtk_list_box_remove (self->list_box, child);
  for (gsize i = 0; names[i] != NULL; i++)
    {
      /* What the storage says is nobody's markup. */
      GtkWidget *label = gtk_label_new (names[i]);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
      gtk_list_box_append (self->list_box, label);
    }
  gtk_stack_set_visible_child_name (self->stack, "list");
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistBucketChooser) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = hoist_destination_backend_list_buckets_finish (
    HOIST_DESTINATION_BACKEND (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_spinner_stop (self->spinner);
  if (names == NULL)
    show_message (self, error->message);
  else if (names[0] == NULL)
    show_message (self, _ ("There is no bucket that these keys can see."));
  else
    show_names (self, (const char *const *) names);
}

static void
end_call (HoistBucketChooser *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
hoist_bucket_chooser_show (GtkWidget *widget)
{
  HoistBucketChooser *self = HOIST_BUCKET_CHOOSER (widget);
  g_autoptr (HoistDestination) destination = NULL;
  char *keys = NULL;

  end_call (self);
  destination = self->source (self->owner, &keys);
  if (destination == NULL)
    show_message (self, _ ("Enter the address and the keys first."));
  else
    {
      self->cancellable = g_cancellable_new ();
      gtk_stack_set_visible_child_name (self->stack, "busy");
      gtk_spinner_start (self->spinner);
      hoist_destination_backend_list_buckets_async (
        self->backend, destination, keys, self->cancellable, listed_cb, g_object_ref (self));
    }
  if (keys != NULL)
    explicit_bzero (keys, strlen (keys));
  g_free (keys);
  GTK_WIDGET_CLASS (hoist_bucket_chooser_parent_class)->show (widget);
}

static void
hoist_bucket_chooser_closed (GtkPopover *popover)
{
  HoistBucketChooser *self = HOIST_BUCKET_CHOOSER (popover);

  end_call (self);
  gtk_spinner_stop (self->spinner);
  if (GTK_POPOVER_CLASS (hoist_bucket_chooser_parent_class)->closed != NULL)
    GTK_POPOVER_CLASS (hoist_bucket_chooser_parent_class)->closed (popover);
}

static void
activated_cb (HoistBucketChooser *self, GtkListBoxRow *list_row)
{
  GtkLabel *label = GTK_LABEL (gtk_list_box_row_get_child (list_row));

  gtk_editable_set_text (self->row, gtk_label_get_label (label));
  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->row));
}

static void
hoist_bucket_chooser_dispose (GObject *object)
{
  HoistBucketChooser *self = HOIST_BUCKET_CHOOSER (object);

  end_call (self);
  g_clear_object (&self->backend);
  G_OBJECT_CLASS (hoist_bucket_chooser_parent_class)->dispose (object);
}

static void
hoist_bucket_chooser_class_init (HoistBucketChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hoist_bucket_chooser_dispose;
  widget_class->show = hoist_bucket_chooser_show;
  GTK_POPOVER_CLASS (klass)->closed = hoist_bucket_chooser_closed;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-bucket-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistBucketChooser, stack);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketChooser, spinner);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketChooser, message_label);
  gtk_widget_class_bind_template_child (widget_class, HoistBucketChooser, list_box);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
hoist_bucket_chooser_init (HoistBucketChooser *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hoist_bucket_chooser_attach:
 * @row: takes the name of a bucket
 * @backend: asks the storage
 * @source: tells where to ask, each time
 * @owner: for @source; an ancestor of @row
 *
 * Puts a button «Choose…» on @row. What is chosen is its text; to type it stays possible.
 */
void
hoist_bucket_chooser_attach (AdwEntryRow *row,
                             HoistDestinationBackend *backend,
                             HoistBucketSource source,
                             gpointer owner)
{
  HoistBucketChooser *self = g_object_new (HOIST_TYPE_BUCKET_CHOOSER, NULL);
  GtkWidget *button = gtk_menu_button_new ();

  self->backend = g_object_ref (backend);
  self->source = source;
  self->owner = owner;
  self->row = GTK_EDITABLE (row);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _ ("Choose…"));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), GTK_WIDGET (self));
  gtk_widget_set_tooltip_text (button, _ ("Show the buckets that the keys can see"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  adw_entry_row_add_suffix (row, button);
}
