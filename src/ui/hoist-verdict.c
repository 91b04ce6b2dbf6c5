/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-verdict.h"

struct _HoistVerdict
{
  GtkBox parent_instance;

  HoistVerdictKind kind;

  GtkSpinner *spinner;
  GtkImage *icon;
  GtkLabel *label;
  GtkWidget *stop_button;
};

G_DEFINE_FINAL_TYPE (HoistVerdict, hoist_verdict, GTK_TYPE_BOX)

static const struct
{
  const char *icon_name;
  const char *css_class;
} looks[] = {
  [HOIST_VERDICT_HINT] = { "dialog-information-symbolic", NULL },
  [HOIST_VERDICT_RUNNING] = { NULL, NULL },
  [HOIST_VERDICT_GOOD] = { "object-select-symbolic", "success" },
  [HOIST_VERDICT_BAD] = { "dialog-error-symbolic", "error" },
};

static void
hoist_verdict_class_init (HoistVerdictClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-verdict.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistVerdict, spinner);
  gtk_widget_class_bind_template_child (widget_class, HoistVerdict, icon);
  gtk_widget_class_bind_template_child (widget_class, HoistVerdict, label);
  gtk_widget_class_bind_template_child (widget_class, HoistVerdict, stop_button);
}

static void
hoist_verdict_init (HoistVerdict *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hoist_verdict_show:
 * @self: a verdict
 * @kind: what is known
 * @text: (nullable): in words
 *
 * Says what is known; hides itself if nothing is.
 */
void
hoist_verdict_show (HoistVerdict *self, HoistVerdictKind kind, const char *text)
{
  gboolean running = kind == HOIST_VERDICT_RUNNING;

  self->kind = kind;
  gtk_widget_set_visible (GTK_WIDGET (self), kind != HOIST_VERDICT_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), running);
  gtk_spinner_set_spinning (self->spinner, running);
  gtk_widget_set_visible (self->stop_button, running);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !running);
  gtk_image_set_from_icon_name (self->icon, looks[kind].icon_name);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "success");
  gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  if (looks[kind].css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), looks[kind].css_class);
  gtk_label_set_label (self->label, text != NULL ? text : "");
}

/**
 * hoist_verdict_get_kind:
 * @self: a verdict
 *
 * Returns: what is known
 */
HoistVerdictKind
hoist_verdict_get_kind (HoistVerdict *self)
{
  return self->kind;
}

/**
 * hoist_verdict_get_text:
 * @self: a verdict
 *
 * Returns: (transfer none) (nullable): what it says; %NULL if nothing is known
 */
const char *
hoist_verdict_get_text (HoistVerdict *self)
{
  return self->kind != HOIST_VERDICT_NONE ? gtk_label_get_label (self->label) : NULL;
}
