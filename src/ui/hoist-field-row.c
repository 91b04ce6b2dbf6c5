/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-field-row.h"

#include <glib/gi18n.h>

/* What a row has the line below it by. */
#define FAULT_DATA "hoist-fault-line"

/**
 * hoist_field_row_dup_text:
 * @row: a row
 *
 * Returns: (transfer full): what was entered, without blanks around it
 */
char *
hoist_field_row_dup_text (GtkEditable *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (row)));
}

/**
 * hoist_field_row_set_text:
 * @row: a row
 * @text: (nullable): what is to be in it
 *
 * Sets its text; %NULL empties it.
 */
void
hoist_field_row_set_text (GtkEditable *row, const char *text)
{
  gtk_editable_set_text (row, text != NULL ? text : "");
}

/**
 * hoist_field_row_set_title:
 * @row: a row
 * @title: what it asks for
 *
 * Sets its title, and calls the entry in it so: libadwaita 1.2 does not.
 */
void
hoist_field_row_set_title (GtkEditable *row, const char *title)
{
  g_autofree char *copy = g_strdup (title);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), copy);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_editable_get_delegate (row)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, copy, -1);
}

static GtkWidget *
make_line (GtkWidget *row)
{
  GtkListBox *list = GTK_LIST_BOX (gtk_widget_get_parent (row));
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *line = gtk_list_box_row_new ();

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (line), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (line), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (line), FALSE);
  gtk_widget_set_focusable (line, FALSE);
  gtk_widget_add_css_class (line, "fault");
  gtk_list_box_insert (list, line, gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) + 1);
  g_object_set_data (G_OBJECT (row), FAULT_DATA, line);
  /* With the row it goes, wherever that is asked for from. */
  g_object_bind_property (row, "visible", line, "visible", G_BINDING_DEFAULT);
  return line;
}

static void
tell_accessible (GtkWidget *row, const char *fault)
{
  GtkEditable *entry = GTK_IS_EDITABLE (row) ? gtk_editable_get_delegate (GTK_EDITABLE (row))
                                             : NULL;
  GtkAccessible *accessible = GTK_ACCESSIBLE (entry != NULL ? (gpointer) entry : row);

  if (fault != NULL)
    {
      gtk_accessible_update_state (accessible, GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_accessible_update_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, fault, -1);
      return;
    }
  gtk_accessible_reset_state (accessible, GTK_ACCESSIBLE_STATE_INVALID);
  gtk_accessible_reset_property (accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

/**
 * hoist_field_row_set_fault:
 * @row: a row in a list
 * @fault: (nullable): what is wrong with what was entered; %NULL if nothing is
 *
 * Says in words below a row what is wrong there.
 */
void
hoist_field_row_set_fault (GtkWidget *row, const char *fault)
{
  GtkWidget *line = g_object_get_data (G_OBJECT (row), FAULT_DATA);

  if (g_strcmp0 (fault, hoist_field_row_get_fault (row)) == 0)
    return;
  if (fault == NULL)
    {
      gtk_list_box_remove (GTK_LIST_BOX (gtk_widget_get_parent (line)), line);
      g_object_set_data (G_OBJECT (row), FAULT_DATA, NULL);
      gtk_widget_remove_css_class (row, "error");
    }
  else
    {
      if (line == NULL)
        line = make_line (row);
      gtk_label_set_label (GTK_LABEL (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (line))), fault);
      gtk_widget_add_css_class (row, "error");
    }
  tell_accessible (row, fault);
}

/**
 * hoist_field_row_get_fault:
 * @row: a row
 *
 * Returns: (transfer none) (nullable): what is said to be wrong there
 */
const char *
hoist_field_row_get_fault (GtkWidget *row)
{
  GtkListBoxRow *line = g_object_get_data (G_OBJECT (row), FAULT_DATA);

  return line != NULL ? gtk_label_get_label (GTK_LABEL (gtk_list_box_row_get_child (line))) : NULL;
}

/**
 * hoist_field_row_set_locked:
 * @row: a row that asks for something
 * @locked: whether an administrator has said it
 *
 * Shows that what a row asks for cannot be changed here, once for all.
 */
void
hoist_field_row_set_locked (GtkWidget *row, gboolean locked)
{
  const char *reason = _ ("Set by your administrator");
  GtkWidget *icon;

  if (!locked)
    return;
  icon = gtk_image_new_from_icon_name ("changes-prevent-symbolic");
  gtk_widget_set_tooltip_text (icon, reason);
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL, reason, -1);
  if (ADW_IS_ENTRY_ROW (row))
    {
      /* The row itself stays as it is: what is insensitive has no tooltip. */
      GtkEditable *entry = gtk_editable_get_delegate (GTK_EDITABLE (row));

      gtk_editable_set_editable (GTK_EDITABLE (row), FALSE);
      gtk_widget_set_sensitive (GTK_WIDGET (entry), FALSE);
      gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      reason, -1);
      adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), icon);
    }
  else
    {
      GtkWidget *button = GTK_IS_LIST_BOX_ROW (row) && ADW_IS_ACTION_ROW (row)
                            ? adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row))
                            : NULL;

      gtk_widget_set_sensitive (button != NULL ? button : row, FALSE);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), icon);
    }
  gtk_widget_set_tooltip_text (row, reason);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, reason,
                                  -1);
}
