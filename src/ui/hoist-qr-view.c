/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-qr-view.h"

#include <string.h>

#include "hoist-qr-code.h"

/* As large as fits a small window; phones read modules of two pixels, and better of three. */
#define WANTED_PIXELS 375
#define LEAST_MODULE_PIXELS 2
#define CORNER_PIXELS 9

struct _HoistQrView
{
  GtkWidget parent_instance;

  HoistQrCode *code;    /* (owned) (nullable) */
  GdkTexture *texture;  /* (owned) (nullable) of @module_pixels */
  guint texture_pixels; /* of the screen, for each module in @texture */
};

G_DEFINE_FINAL_TYPE (HoistQrView, hoist_qr_view, GTK_TYPE_WIDGET)

static guint
count_modules (HoistQrView *self)
{
  return hoist_qr_code_get_size (self->code) + 2 * HOIST_QR_CODE_QUIET_MODULES;
}

/* Pixels of the screen, so that a module is sharp where a unit of GTK is two of them, too. */
static GdkTexture *
make_texture (HoistQrView *self, guint module_pixels)
{
  const int quiet = HOIST_QR_CODE_QUIET_MODULES;
  guint side = count_modules (self) * module_pixels;
  gsize length = (gsize) side * side * 3;
  guint8 *pixels = g_malloc (length);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, length);

  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      {
        gboolean dark = hoist_qr_code_is_dark (self->code, (int) (x / module_pixels) - quiet,
                                               (int) (y / module_pixels) - quiet);

        memset (pixels + ((gsize) y * side + x) * 3, dark ? 0x00 : 0xff, 3);
      }
  return gdk_memory_texture_new ((int) side, (int) side, GDK_MEMORY_R8G8B8, bytes, side * 3);
}

static void
hoist_qr_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HoistQrView *self = HOIST_QR_VIEW (widget);
  int scale = gtk_widget_get_scale_factor (widget);
  int pixels = MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget)) * scale;
  graphene_rect_t area;
  GskRoundedRect rounded;
  float side;

  if (self->code == NULL || pixels <= 0)
    return;
  guint module_pixels = MAX ((guint) pixels / count_modules (self), 1);

  if (self->texture == NULL || self->texture_pixels != module_pixels)
    {
      g_clear_object (&self->texture);
      self->texture = make_texture (self, module_pixels);
      self->texture_pixels = module_pixels;
    }
  side = (float) (count_modules (self) * module_pixels) / (float) scale;
  area =
    GRAPHENE_RECT_INIT ((float) ((gtk_widget_get_width (widget) - (int) side) / 2),
                        (float) ((gtk_widget_get_height (widget) - (int) side) / 2), side, side);
  gsk_rounded_rect_init_from_rect (&rounded, &area, CORNER_PIXELS);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_texture (snapshot, self->texture, &area);
  gtk_snapshot_pop (snapshot);
}

static void
hoist_qr_view_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  HoistQrView *self = HOIST_QR_VIEW (widget);
  guint modules;

  *minimum = 0;
  if (self->code != NULL)
    {
      modules = count_modules (self);
      *minimum = (int) (modules * MAX (WANTED_PIXELS / modules, LEAST_MODULE_PIXELS));
    }
  *natural = *minimum;
}

static void
drop_code (HoistQrView *self)
{
  g_clear_object (&self->texture);
  g_clear_pointer (&self->code, hoist_qr_code_free);
}

static void
hoist_qr_view_finalize (GObject *object)
{
  drop_code (HOIST_QR_VIEW (object));
  G_OBJECT_CLASS (hoist_qr_view_parent_class)->finalize (object);
}

static void
hoist_qr_view_class_init (HoistQrViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hoist_qr_view_finalize;
  widget_class->measure = hoist_qr_view_measure;
  widget_class->snapshot = hoist_qr_view_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hoist_qr_view_init (HoistQrView *self)
{
}

/**
 * hoist_qr_view_set_text:
 * @self: the view
 * @text: (nullable): what the code says
 *
 * Shows a QR code of a text, or nothing.
 *
 * Returns: whether @text fits one
 */
gboolean
hoist_qr_view_set_text (HoistQrView *self, const char *text)
{
  g_return_val_if_fail (HOIST_IS_QR_VIEW (self), FALSE);

  drop_code (self);
  if (text != NULL)
    self->code = hoist_qr_code_new (text);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  return self->code != NULL;
}
