/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-headers-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "hoist-field-row.h"
#include "hoist-secret-headers.h"

struct _HoistHeadersRow
{
  AdwExpanderRow parent_instance;

  GPtrArray *rows; /* (owned) (element-type AdwPasswordEntryRow) the last one is empty */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistHeadersRow, hoist_headers_row, ADW_TYPE_EXPANDER_ROW)

static void add_row (HoistHeadersRow *self);

static gboolean
is_empty (GtkEditable *row)
{
  const char *text = gtk_editable_get_text (row);

  return text[strspn (text, " \t")] == '\0';
}

/* What is wrong with it by itself; which token or how many lines there are is looked at by others. */
static void
check (GtkEditable *row)
{
  char *text = hoist_field_row_dup_text (row);
  /* A line without a colon is only a token when it is alone. */
  char *line = g_strconcat (strchr (text, ':') != NULL ? "" : "-\n", text, NULL);
  g_autoptr (GError) error = NULL;
  GStrv headers = *text != '\0' ? hoist_secret_headers_parse (line, &error) : NULL;

  hoist_field_row_set_fault (GTK_WIDGET (row), error != NULL ? error->message : NULL);
  hoist_secret_headers_free (headers);
  explicit_bzero (text, strlen (text));
  explicit_bzero (line, strlen (line));
  g_free (text);
  g_free (line);
}

static void
row_changed_cb (HoistHeadersRow *self, GtkEditable *row)
{
  check (row);
  if (self->rows->len < HOIST_SECRET_HEADERS_MAX &&
      !is_empty (g_ptr_array_index (self->rows, self->rows->len - 1)))
    add_row (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
add_row (HoistHeadersRow *self)
{
  GtkWidget *row = adw_password_entry_row_new ();
  g_autofree char *title =
    /* Translators: %u is a number, from 1. «Cookie: session=…» is an example to be left as it is */
    g_strdup_printf (_ ("Header %u, such as Cookie: session=…"), self->rows->len + 1);

  hoist_field_row_set_title (GTK_EDITABLE (row), title);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect_object (row, "changed", G_CALLBACK (row_changed_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->rows, row);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
}

static void
hoist_headers_row_finalize (GObject *object)
{
  g_ptr_array_unref (HOIST_HEADERS_ROW (object)->rows);
  G_OBJECT_CLASS (hoist_headers_row_parent_class)->finalize (object);
}

static void
hoist_headers_row_class_init (HoistHeadersRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_headers_row_finalize;

  /**
   * HoistHeadersRow::changed:
   * @self: the row
   *
   * Something was typed.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hoist_headers_row_init (HoistHeadersRow *self)
{
  self->rows = g_ptr_array_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("Headers and Cookies"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), _ ("For a server that is guarded by "
                                                             "them"));
  add_row (self);
}

/**
 * hoist_headers_row_new:
 *
 * Returns: (transfer floating): a row without headers
 */
GtkWidget *
hoist_headers_row_new (void)
{
  return g_object_new (HOIST_TYPE_HEADERS_ROW, NULL);
}

/**
 * hoist_headers_row_get_row:
 * @self: the row
 * @index: from 0
 *
 * Returns: (transfer none) (nullable): where a header is entered; %NULL past the last one
 */
GtkWidget *
hoist_headers_row_get_row (HoistHeadersRow *self, guint index)
{
  return index < self->rows->len ? g_ptr_array_index (self->rows, index) : NULL;
}

/**
 * hoist_headers_row_dup_text:
 * @self: the row
 *
 * Returns: (transfer full): what was entered, a line each, a secret; empty without any
 */
char *
hoist_headers_row_dup_text (HoistHeadersRow *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->rows->len; i++)
    if (!is_empty (g_ptr_array_index (self->rows, i)))
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "",
                              gtk_editable_get_text (g_ptr_array_index (self->rows, i)));
  return g_string_free (text, FALSE);
}
