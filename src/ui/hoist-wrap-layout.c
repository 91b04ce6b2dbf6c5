/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-wrap-layout.h"

struct _HoistWrapLayout
{
  GtkLayoutManager parent_instance;

  int spacing; /* pixels, between children in either direction */
};

typedef enum
{
  PROP_SPACING = 1,
} HoistWrapLayoutProperty;

static GParamSpec *properties[PROP_SPACING + 1];

G_DEFINE_FINAL_TYPE (HoistWrapLayout, hoist_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

static int
measure_child (GtkWidget *child, GtkOrientation orientation, int for_size, gboolean natural)
{
  int minimum_size;
  int natural_size;

  gtk_widget_measure (child, orientation, for_size, &minimum_size, &natural_size, NULL, NULL);
  return natural ? natural_size : minimum_size;
}

static int
get_line_width (HoistWrapLayout *self, GtkWidget *widget)
{
  int width = 0;
  int n_children = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_should_layout (child))
        continue;
      width += measure_child (child, GTK_ORIENTATION_HORIZONTAL, -1, TRUE);
      n_children++;
    }
  return width + MAX (0, n_children - 1) * self->spacing;
}

static int
get_height (HoistWrapLayout *self, GtkWidget *widget, int width)
{
  gboolean one_line = width < 0 || get_line_width (self, widget) <= width;
  int height = 0;
  int n_children = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_height;

      if (!gtk_widget_should_layout (child))
        continue;
      child_height = measure_child (child, GTK_ORIENTATION_VERTICAL, one_line ? -1 : width, FALSE);
      height = one_line ? MAX (height, child_height) : height + child_height;
      n_children++;
    }
  return one_line ? height : height + MAX (0, n_children - 1) * self->spacing;
}

static GtkSizeRequestMode
hoist_wrap_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
hoist_wrap_layout_measure (GtkLayoutManager *manager,
                           GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  HoistWrapLayout *self = HOIST_WRAP_LAYOUT (manager);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = *natural = get_height (self, widget, for_size);
      return;
    }

  *minimum = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      *minimum = MAX (*minimum, measure_child (child, orientation, -1, FALSE));
  *natural = MAX (*minimum, get_line_width (self, widget));
}

static void
allocate_line (HoistWrapLayout *self, GtkWidget *widget, int width, int height)
{
  int extra = width - get_line_width (self, widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkAllocation allocation = { .height = height };

      if (!gtk_widget_should_layout (child))
        continue;
      allocation.width = measure_child (child, GTK_ORIENTATION_HORIZONTAL, -1, TRUE) + extra;
      allocation.x = rtl ? width - x - allocation.width : x;
      gtk_widget_size_allocate (child, &allocation, -1);
      x += allocation.width + self->spacing;
      extra = 0;
    }
}

static void
allocate_stack (HoistWrapLayout *self, GtkWidget *widget, int width)
{
  int y = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkAllocation allocation = { .y = y, .width = width };

      if (!gtk_widget_should_layout (child))
        continue;
      allocation.height = measure_child (child, GTK_ORIENTATION_VERTICAL, width, FALSE);
      gtk_widget_size_allocate (child, &allocation, -1);
      y += allocation.height + self->spacing;
    }
}

static void
hoist_wrap_layout_allocate (GtkLayoutManager *manager,
                            GtkWidget *widget,
                            int width,
                            int height,
                            int baseline)
{
  HoistWrapLayout *self = HOIST_WRAP_LAYOUT (manager);

  if (get_line_width (self, widget) <= width)
    allocate_line (self, widget, width, height);
  else
    allocate_stack (self, widget, width);
}

static void
hoist_wrap_layout_get_property (GObject *object, guint property, GValue *value, GParamSpec *pspec)
{
  HoistWrapLayout *self = HOIST_WRAP_LAYOUT (object);

  switch ((HoistWrapLayoutProperty) property)
    {
    case PROP_SPACING:
      g_value_set_int (value, self->spacing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
hoist_wrap_layout_set_property (GObject *object,
                                guint property,
                                const GValue *value,
                                GParamSpec *pspec)
{
  HoistWrapLayout *self = HOIST_WRAP_LAYOUT (object);

  switch ((HoistWrapLayoutProperty) property)
    {
    case PROP_SPACING:
      if (self->spacing == g_value_get_int (value))
        break;
      self->spacing = g_value_get_int (value);
      gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self));
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
hoist_wrap_layout_class_init (HoistWrapLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  object_class->get_property = hoist_wrap_layout_get_property;
  object_class->set_property = hoist_wrap_layout_set_property;
  layout_class->get_request_mode = hoist_wrap_layout_get_request_mode;
  layout_class->measure = hoist_wrap_layout_measure;
  layout_class->allocate = hoist_wrap_layout_allocate;

  /**
   * HoistWrapLayout:spacing:
   *
   * Pixels between two children, side by side or below each other.
   */
  properties[PROP_SPACING] =
    g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT, 0,
                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
hoist_wrap_layout_init (HoistWrapLayout *self)
{
}

/**
 * hoist_wrap_layout_new:
 *
 * Makes a layout without spacing.
 *
 * Returns: (transfer full): a layout manager
 */
GtkLayoutManager *
hoist_wrap_layout_new (void)
{
  return g_object_new (HOIST_TYPE_WRAP_LAYOUT, NULL);
}
