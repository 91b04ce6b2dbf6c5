/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-banner.h"

#include "hoist-wrap-layout.h"

struct _HoistBanner
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkLabel *title_label;
  GtkLabel *detail_label;
  GtkWidget *buttons;
  GtkButton *button;
  GtkButton *other_button;
};

typedef enum
{
  PROP_BUTTON_LABEL = 1,
  PROP_ACTION_NAME,
  PROP_OTHER_LABEL,
  PROP_OTHER_ACTION_NAME,
} HoistBannerProperty;

static GParamSpec *properties[PROP_OTHER_ACTION_NAME + 1];

G_DEFINE_FINAL_TYPE (HoistBanner, hoist_banner, GTK_TYPE_WIDGET)

static GtkButton *
get_button (HoistBanner *self, HoistBannerProperty property)
{
  return property == PROP_BUTTON_LABEL || property == PROP_ACTION_NAME ? self->button
                                                                       : self->other_button;
}

static void
hoist_banner_get_property (GObject *object, guint property, GValue *value, GParamSpec *pspec)
{
  GtkButton *button = get_button (HOIST_BANNER (object), property);

  switch ((HoistBannerProperty) property)
    {
    case PROP_BUTTON_LABEL:
    case PROP_OTHER_LABEL:
      g_value_set_string (value, gtk_button_get_label (button));
      break;
    case PROP_ACTION_NAME:
    case PROP_OTHER_ACTION_NAME:
      g_value_set_string (value, gtk_actionable_get_action_name (GTK_ACTIONABLE (button)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
hoist_banner_set_property (GObject *object, guint property, const GValue *value, GParamSpec *pspec)
{
  HoistBanner *self = HOIST_BANNER (object);
  GtkButton *button = get_button (self, property);
  const char *string = g_value_get_string (value);

  switch ((HoistBannerProperty) property)
    {
    case PROP_BUTTON_LABEL:
    case PROP_OTHER_LABEL:
      gtk_button_set_label (button, string != NULL ? string : "");
      gtk_widget_set_visible (GTK_WIDGET (button), string != NULL);
      break;
    case PROP_ACTION_NAME:
    case PROP_OTHER_ACTION_NAME:
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), string);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
  gtk_widget_set_visible (self->buttons,
                          gtk_widget_get_visible (GTK_WIDGET (self->button)) ||
                            gtk_widget_get_visible (GTK_WIDGET (self->other_button)));
}

/* What says nothing is not there for a screen reader either. */
static void
revealed_cb (HoistBanner *self)
{
  if (!gtk_revealer_get_reveal_child (self->revealer) &&
      !gtk_revealer_get_child_revealed (self->revealer))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
hoist_banner_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), HOIST_TYPE_BANNER);
  G_OBJECT_CLASS (hoist_banner_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  /**
   * HoistBanner:button-label: (nullable)
   *
   * What the main button says; without it there is none.
   */
  properties[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL, flags);
  /**
   * HoistBanner:action-name: (nullable)
   *
   * What the main button does.
   */
  properties[PROP_ACTION_NAME] = g_param_spec_string ("action-name", NULL, NULL, NULL, flags);
  /**
   * HoistBanner:other-label: (nullable)
   *
   * What the other button says; without it there is none.
   */
  properties[PROP_OTHER_LABEL] = g_param_spec_string ("other-label", NULL, NULL, NULL, flags);
  /**
   * HoistBanner:other-action-name: (nullable)
   *
   * What the other button does.
   */
  properties[PROP_OTHER_ACTION_NAME] =
    g_param_spec_string ("other-action-name", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
hoist_banner_class_init (HoistBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hoist_banner_get_property;
  object_class->set_property = hoist_banner_set_property;
  object_class->dispose = hoist_banner_dispose;
  install_properties (object_class);

  g_type_ensure (HOIST_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, HoistBanner, title_label);
  gtk_widget_class_bind_template_child (widget_class, HoistBanner, detail_label);
  gtk_widget_class_bind_template_child (widget_class, HoistBanner, buttons);
  gtk_widget_class_bind_template_child (widget_class, HoistBanner, button);
  gtk_widget_class_bind_template_child (widget_class, HoistBanner, other_button);
  gtk_widget_class_bind_template_callback (widget_class, revealed_cb);
  gtk_widget_class_set_css_name (widget_class, "hoistbanner");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
hoist_banner_init (HoistBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hoist_banner_show:
 * @self: a banner
 * @title: what is the matter, in a few words
 * @detail: (nullable): the reason, and what can be done
 *
 * Says something, and stays until hoist_banner_hide().
 */
void
hoist_banner_show (HoistBanner *self, const char *title, const char *detail)
{
  g_return_if_fail (HOIST_IS_BANNER (self));
  g_return_if_fail (title != NULL);

  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->detail_label, detail != NULL ? detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detail_label), detail != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

/**
 * hoist_banner_hide:
 * @self: a banner
 *
 * Takes back what it said.
 */
void
hoist_banner_hide (HoistBanner *self)
{
  g_return_if_fail (HOIST_IS_BANNER (self));
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

/**
 * hoist_banner_get_revealed:
 * @self: a banner
 *
 * Tells whether it says something now.
 *
 * Returns: whether it is shown, or is sliding in
 */
gboolean
hoist_banner_get_revealed (HoistBanner *self)
{
  g_return_val_if_fail (HOIST_IS_BANNER (self), FALSE);
  return gtk_revealer_get_reveal_child (self->revealer);
}
