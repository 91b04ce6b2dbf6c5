/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-dot.h"

#include "hoist-destination-colour.h"

struct _HoistDestinationDot
{
  GtkWidget parent_instance;

  HoistDestination *destination; /* (owned) (nullable) */
  gulong changed_id;
};

G_DEFINE_FINAL_TYPE (HoistDestinationDot, hoist_destination_dot, GTK_TYPE_WIDGET)

typedef enum
{
  PROP_DESTINATION = 1,
} HoistDestinationDotProperty;

static GParamSpec *properties[PROP_DESTINATION + 1];

static void
show_colour (HoistDestinationDot *self)
{
  const char *colour = self->destination != NULL
                         ? hoist_destination_get_setting (self->destination, HOIST_SETTING_COLOUR)
                         : NULL;

  for (guint i = 0; hoist_destination_colour_get_id (i) != NULL; i++)
    {
      const char *id = hoist_destination_colour_get_id (i);

      if (g_strcmp0 (id, colour) == 0)
        gtk_widget_add_css_class (GTK_WIDGET (self), id);
      else
        gtk_widget_remove_css_class (GTK_WIDGET (self), id);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), colour != NULL);
}

static void
hoist_destination_dot_get_property (GObject *object,
                                    guint property_id,
                                    GValue *value,
                                    GParamSpec *pspec)
{
  switch ((HoistDestinationDotProperty) property_id)
    {
    case PROP_DESTINATION:
      g_value_set_object (value, HOIST_DESTINATION_DOT (object)->destination);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
hoist_destination_dot_set_property (GObject *object,
                                    guint property_id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  switch ((HoistDestinationDotProperty) property_id)
    {
    case PROP_DESTINATION:
      hoist_destination_dot_set_destination (HOIST_DESTINATION_DOT (object),
                                             g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
hoist_destination_dot_dispose (GObject *object)
{
  HoistDestinationDot *self = HOIST_DESTINATION_DOT (object);

  if (self->destination != NULL)
    g_clear_signal_handler (&self->changed_id, self->destination);
  g_clear_object (&self->destination);
  G_OBJECT_CLASS (hoist_destination_dot_parent_class)->dispose (object);
}

static void
hoist_destination_dot_class_init (HoistDestinationDotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hoist_destination_dot_get_property;
  object_class->set_property = hoist_destination_dot_set_property;
  object_class->dispose = hoist_destination_dot_dispose;

  /**
   * HoistDestinationDot:destination: (setter set_destination)
   *
   * (nullable): whose colour it shows.
   */
  properties[PROP_DESTINATION] =
    g_param_spec_object ("destination", NULL, NULL, HOIST_TYPE_DESTINATION,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_css_name (widget_class, "destinationdot");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hoist_destination_dot_init (HoistDestinationDot *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * hoist_destination_dot_set_destination:
 * @self: a dot
 * @destination: (nullable): whose colour it shows
 *
 * Shows the colour of a destination, whatever it is changed to.
 */
void
hoist_destination_dot_set_destination (HoistDestinationDot *self, HoistDestination *destination)
{
  g_return_if_fail (HOIST_IS_DESTINATION_DOT (self));

  if (self->destination == destination)
    return;
  if (self->destination != NULL)
    g_clear_signal_handler (&self->changed_id, self->destination);
  g_set_object (&self->destination, destination);
  if (destination != NULL)
    self->changed_id = g_signal_connect_object (destination, "notify::settings",
                                                G_CALLBACK (show_colour), self, G_CONNECT_SWAPPED);
  show_colour (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DESTINATION]);
}
