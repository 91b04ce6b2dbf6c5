/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that were opened with Hoist, which may be what the desktop does when a
 * person only wants to look at one: they are asked before anything leaves the
 * computer. */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-window-private.h"

typedef struct
{
  HoistWindow *window;  /* (owned) */
  char *destination_id; /* (owned) */
  GSList *files;        /* (owned) (element-type GFile) */
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->window);
  g_free (question->destination_id);
  g_slist_free_full (question->files, g_object_unref);
  g_free (question);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Question *question = user_data;

  if (g_str_equal (response, "upload"))
    hoist_window_add_files (question->window, question->destination_id, question->files);
}

static gpointer
copy_file (gconstpointer file, gpointer user_data)
{
  return g_object_ref ((gpointer) file);
}

static char *
make_heading (GSList *files)
{
  guint n_files = g_slist_length (files);
  g_autofree char *base = NULL;
  g_autofree char *name = NULL;

  if (n_files > 1)
    return g_strdup_printf (ngettext ("Upload %u Item?", "Upload %u Items?", n_files), n_files);
  base = g_file_get_basename (files->data);
  name = g_filename_display_name (base != NULL ? base : "");
  /* Translators: %s is the name of a file or folder. */
  return g_strdup_printf (_ ("Upload “%s”?"), name);
}

/**
 * hoist_window_ask_to_add_files:
 * @self: the window
 * @files: (element-type GFile): files and folders
 *
 * Uploads files to the destination that is chosen in the window, if the person
 * agrees. Without any destination they are asked for one, and that is question
 * enough.
 */
void
hoist_window_ask_to_add_files (HoistWindow *self, GSList *files)
{
  g_autoptr (HoistDestination) destination = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  const char *name;
  AdwMessageDialog *dialog;
  Question *question;

  g_return_if_fail (HOIST_IS_WINDOW (self));

  destination = _hoist_window_dup_destination (self);
  if (destination == NULL || files == NULL)
    {
      hoist_window_add_files (self, NULL, files);
      return;
    }
  name = hoist_destination_get_name (destination);
  heading = make_heading (files);
  /* Translators: %s is the name of a destination. */
  body =
    g_strdup_printf (_ ("To “%s”"), name != NULL ? name : hoist_destination_get_id (destination));
  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (self), heading, body));
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "upload", _ ("_Upload"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "upload", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "upload");
  adw_message_dialog_set_close_response (dialog, "cancel");

  question = g_new0 (Question, 1);
  question->window = g_object_ref (self);
  question->destination_id = g_strdup (hoist_destination_get_id (destination));
  question->files = g_slist_copy_deep (files, copy_file, NULL);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
