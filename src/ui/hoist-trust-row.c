/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-trust-row.h"

#include <glib/gi18n.h>

#include "hoist-field-row.h"
#include "hoist-file-row.h"

struct _HoistTrustRow
{
  AdwExpanderRow parent_instance;

  HoistFileRow *authority_row;
  HoistFileRow *certificate_row;
  HoistFileRow *key_row;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistTrustRow, hoist_trust_row, ADW_TYPE_EXPANDER_ROW)

static void
changed_cb (HoistTrustRow *self)
{
  hoist_field_row_set_fault (
    GTK_WIDGET (self->key_row),
    hoist_trust_row_is_good (self)
      ? NULL
      : _ ("A key is of use with its certificate only: choose that, too."));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
hoist_trust_row_class_init (HoistTrustRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  /**
   * HoistTrustRow::changed:
   * @self: the row
   *
   * A file was chosen, or none.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (HOIST_TYPE_FILE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-trust-row.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistTrustRow, authority_row);
  gtk_widget_class_bind_template_child (widget_class, HoistTrustRow, certificate_row);
  gtk_widget_class_bind_template_child (widget_class, HoistTrustRow, key_row);
}

static void
hoist_trust_row_init (HoistTrustRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  HoistFileRow *const rows[] = { self->authority_row, self->certificate_row, self->key_row };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (rows[i], "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * hoist_trust_row_show:
 * @self: the row
 * @destination: a destination
 *
 * Shows its certificates, opened if it has any.
 */
void
hoist_trust_row_show (HoistTrustRow *self, HoistDestination *destination)
{
  const char *authority = hoist_destination_get_ca_file (destination);
  const char *certificate =
    hoist_destination_get_setting (destination, HOIST_SETTING_CLIENT_CERTIFICATE);

  hoist_file_row_set_path (self->authority_row, authority);
  hoist_file_row_set_path (self->certificate_row, certificate);
  hoist_file_row_set_path (self->key_row,
                           hoist_destination_get_setting (destination, HOIST_SETTING_CLIENT_KEY));
  hoist_field_row_set_locked (GTK_WIDGET (self->authority_row),
                              hoist_destination_is_locked (destination, "ca-file"));
  hoist_field_row_set_locked (GTK_WIDGET (self->certificate_row),
                              hoist_destination_is_locked (destination,
                                                           HOIST_SETTING_CLIENT_CERTIFICATE));
  hoist_field_row_set_locked (GTK_WIDGET (self->key_row),
                              hoist_destination_is_locked (destination, HOIST_SETTING_CLIENT_KEY));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), authority != NULL || certificate != NULL);
}

/**
 * hoist_trust_row_apply:
 * @self: the row
 * @destination: a destination
 *
 * Gives it the chosen certificates.
 */
void
hoist_trust_row_apply (HoistTrustRow *self, HoistDestination *destination)
{
  hoist_destination_set_ca_file (destination, hoist_file_row_get_path (self->authority_row));
  hoist_destination_set_setting (destination, HOIST_SETTING_CLIENT_CERTIFICATE,
                                 hoist_file_row_get_path (self->certificate_row));
  hoist_destination_set_setting (destination, HOIST_SETTING_CLIENT_KEY,
                                 hoist_file_row_get_path (self->key_row));
}

/**
 * hoist_trust_row_is_good:
 * @self: the row
 *
 * Returns: whether what was chosen fits together
 */
gboolean
hoist_trust_row_is_good (HoistTrustRow *self)
{
  return hoist_file_row_get_path (self->key_row) == NULL ||
         hoist_file_row_get_path (self->certificate_row) != NULL;
}
