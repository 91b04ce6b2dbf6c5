/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-wrap-layout.h"

struct _HoistWrapLayout
{
  GtkLayoutManager parent_instance;

  int spacing;      /* pixels, between children of a line */
  int line_spacing; /* pixels, between lines */
};

typedef enum
{
  PROP_SPACING = 1,
  PROP_LINE_SPACING,
} HoistWrapLayoutProperty;

static GParamSpec *properties[PROP_LINE_SPACING + 1];

G_DEFINE_FINAL_TYPE (HoistWrapLayout, hoist_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

/* A run of children that stand side by side. */
typedef struct
{
  GtkWidget *first;
  GtkWidget *end;    /* (nullable) the child after the last */
  GtkWidget *expand; /* (nullable) who takes what is left */
  int width;         /* as wide as its children like to be, with spacing */
} Line;

static int
get_width (GtkWidget *child)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static int
get_height (GtkWidget *child, int width)
{
  int minimum;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  return minimum;
}

static GtkWidget *
skip_hidden (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static GtkWidget *
get_next (GtkWidget *child)
{
  return skip_hidden (gtk_widget_get_next_sibling (child));
}

/* Takes as many children from @first on as fit into @width, at least one. */
static Line
take_line (HoistWrapLayout *self, GtkWidget *first, int width)
{
  Line line = { .first = first };

  for (GtkWidget *child = first; child != NULL; child = get_next (child))
    {
      int wanted = get_width (child) + (child != first ? self->spacing : 0);

      if (child != first && line.width + wanted > width)
        {
          line.end = child;
          break;
        }
      line.width += wanted;
      if (gtk_widget_get_hexpand (child))
        line.expand = child;
    }
  return line;
}

static int
get_child_width (const Line *line, GtkWidget *child, int width)
{
  int extra = width - line->width;

  /* Alone, and too wide: it must do with less. */
  if (extra < 0)
    return width;
  return get_width (child) + (child == line->expand ? extra : 0);
}

static int
get_line_height (const Line *line, int width)
{
  int height = 0;

  for (GtkWidget *child = line->first; child != line->end; child = get_next (child))
    height = MAX (height, get_height (child, get_child_width (line, child, width)));
  return height;
}

static int
measure_lines (HoistWrapLayout *self, GtkWidget *first, int width)
{
  int height = 0;

  for (GtkWidget *child = first; child != NULL;)
    {
      Line line = take_line (self, child, width);

      height += get_line_height (&line, width) + (child != first ? self->line_spacing : 0);
      child = line.end;
    }
  return height;
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
  GtkWidget *first = skip_hidden (gtk_widget_get_first_child (widget));

  *minimum = *natural = 0;
  if (first == NULL)
    return;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = *natural = measure_lines (self, first, for_size < 0 ? G_MAXINT : for_size);
      return;
    }

  *natural = take_line (self, first, G_MAXINT).width;
  for (GtkWidget *child = first; child != NULL; child = get_next (child))
    {
      int child_minimum;

      gtk_widget_measure (child, orientation, -1, &child_minimum, NULL, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
    }
}

static void
allocate_line (HoistWrapLayout *self, const Line *line, GtkAllocation *area)
{
  gboolean rtl = gtk_widget_get_direction (line->first) == GTK_TEXT_DIR_RTL;
  int x = 0;

  for (GtkWidget *child = line->first; child != line->end; child = get_next (child))
    {
      GtkAllocation allocation = *area;

      allocation.width = get_child_width (line, child, area->width);
      allocation.x = rtl ? area->width - x - allocation.width : x;
      gtk_widget_size_allocate (child, &allocation, -1);
      x += allocation.width + self->spacing;
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
  GtkAllocation area = { .width = width };

  for (GtkWidget *child = skip_hidden (gtk_widget_get_first_child (widget)); child != NULL;)
    {
      Line line = take_line (self, child, width);

      area.height = get_line_height (&line, width);
      allocate_line (self, &line, &area);
      area.y += area.height + self->line_spacing;
      child = line.end;
    }
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
    case PROP_LINE_SPACING:
      g_value_set_int (value, self->line_spacing);
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

  int *field = property == PROP_SPACING ? &self->spacing : &self->line_spacing;

  if (property != PROP_SPACING && property != PROP_LINE_SPACING)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
      return;
    }
  if (*field == g_value_get_int (value))
    return;
  *field = g_value_get_int (value);
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (self));
  g_object_notify_by_pspec (object, pspec);
}

static void
hoist_wrap_layout_class_init (HoistWrapLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hoist_wrap_layout_get_property;
  object_class->set_property = hoist_wrap_layout_set_property;
  layout_class->get_request_mode = hoist_wrap_layout_get_request_mode;
  layout_class->measure = hoist_wrap_layout_measure;
  layout_class->allocate = hoist_wrap_layout_allocate;

  /**
   * HoistWrapLayout:spacing:
   *
   * Pixels between two children of a line.
   */
  properties[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT, 0, flags);
  /**
   * HoistWrapLayout:line-spacing:
   *
   * Pixels between two lines.
   */
  properties[PROP_LINE_SPACING] =
    g_param_spec_int ("line-spacing", NULL, NULL, 0, G_MAXINT, 0, flags);
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
