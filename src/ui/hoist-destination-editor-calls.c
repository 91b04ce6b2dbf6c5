/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the editor of a destination asks its backend for: a test, what kind it is, to save it. */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-destination-editor-private.h"
#include "hoist-destination-kind.h"
#include "hoist-destination-kinds.h"
#include "hoist-error.h"

static void
wipe_and_free (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static void
begin (HoistDestinationEditor *self, const char *text)
{
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  hoist_destination_editor_show_verdict (self, HOIST_VERDICT_RUNNING, text);
}

static void
end (HoistDestinationEditor *self, HoistVerdictKind verdict, const char *text)
{
  hoist_destination_editor_show_verdict (self, verdict, text);
}

static void
stopped (HoistDestinationEditor *self, HoistVerdictKind verdict, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end (self, HOIST_VERDICT_NONE, NULL);
  else
    end (self, verdict, error->message);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistDestinationEditor) self = HOIST_DESTINATION_EDITOR (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *not_kept = NULL;
  g_autoptr (HoistDestination) destination = hoist_destination_backend_save_finish (
    HOIST_DESTINATION_BACKEND (source), result, &not_kept, &error);

  if (destination == NULL)
    {
      if (!self->closed)
        stopped (self, HOIST_VERDICT_BAD, error);
      return;
    }
  g_signal_emit_by_name (self, "saved", destination, not_kept, self->capabilities);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
save (HoistDestinationEditor *self)
{
  char *secret = hoist_destination_editor_dup_secret (self);
  g_autoptr (HoistDestination) destination = hoist_destination_editor_read (self);

  begin (self, _ ("Saving…"));
  hoist_destination_backend_save_async (self->backend, destination, secret, self->cancellable,
                                        saved_cb, g_object_ref (self));
  wipe_and_free (secret);
}

static void
tested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistDestinationEditor) self = HOIST_DESTINATION_EDITOR (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *capabilities =
    hoist_destination_backend_test_finish (HOIST_DESTINATION_BACKEND (source), result, &error);

  if (self->closed)
    return;
  if (capabilities == NULL)
    {
      stopped (self, HOIST_VERDICT_BAD, error);
      return;
    }
  end (self, HOIST_VERDICT_GOOD, capabilities);
  g_free (self->capabilities);
  self->capabilities = g_steal_pointer (&capabilities);
  if (self->save_when_good)
    save (self);
}

/* --- Finding out what it is ------------------------------------------------------------------- */

/* What was found becomes the choice, as if a person had made it. */
static void
propose (HoistDestinationEditor *self, HoistDestination *found, const char *abilities)
{
  guint choice = 0;
  const HoistKindWords *words =
    hoist_kind_words_lookup (hoist_destination_get_provider_type (found), &choice);
  g_autofree char *text = abilities != NULL ? g_strconcat (_ (words->found), " ", abilities, NULL)
                                            : NULL;

  adw_combo_row_set_selected (self->kind_row, choice);
  if (hoist_destination_editor_is_bucket (self))
    hoist_bucket_fields_show (self->bucket_fields, found, TRUE);
  if (text == NULL)
    {
      end (self, HOIST_VERDICT_HINT, _ (words->found));
      return;
    }
  end (self, HOIST_VERDICT_GOOD, text);
  g_free (self->capabilities);
  self->capabilities = g_strdup (abilities);
}

static void
tried_cb (const char *kind, gpointer user_data)
{
  HoistDestinationEditor *self = user_data;

  if (hoist_verdict_get_kind (self->verdict) == HOIST_VERDICT_RUNNING)
    hoist_destination_editor_show_verdict (self, HOIST_VERDICT_RUNNING,
                                           _ (hoist_kind_words_lookup (kind, NULL)->asking));
}

/* Nobody answered: that may be so for now only, or from here. */
static void
tell_not_found (HoistDestinationEditor *self, const GError *error)
{
  g_autofree char *text = NULL;

  if (error->domain != HOIST_ERROR || error->code == HOIST_ERROR_AUTH ||
      error->code == HOIST_ERROR_PROTOCOL)
    {
      stopped (self, HOIST_VERDICT_BAD, error);
      return;
    }
  text = g_strconcat (error->message, "\n",
                      _ ("To add it all the same, choose yourself what it is."), NULL);
  end (self, HOIST_VERDICT_BAD, text);
}

static void
detected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistDestinationEditor) self = HOIST_DESTINATION_EDITOR (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *abilities = NULL;
  g_autoptr (HoistDestination) found = hoist_destination_backend_detect_finish (
    HOIST_DESTINATION_BACKEND (source), result, &abilities, &error);

  if (self->closed)
    return;
  if (found == NULL)
    {
      tell_not_found (self, error);
      return;
    }
  propose (self, found, abilities);
  if (self->save_when_good && hoist_verdict_get_kind (self->verdict) == HOIST_VERDICT_GOOD)
    save (self);
}

static const char *
get_asking (HoistDestinationEditor *self)
{
  if (hoist_destination_editor_get_kind (self) == NULL)
    return _ (hoist_kind_words_lookup (NULL, NULL)->asking);
  return hoist_destination_editor_is_bucket (self) ? _ ("Asking the storage…")
                                                   : _ ("Asking the backend…");
}

static void
test (HoistDestinationEditor *self, gboolean save_when_good)
{
  char *secret = hoist_destination_editor_dup_secret (self);
  g_autoptr (HoistDestination) destination = hoist_destination_editor_read (self);

  self->save_when_good = save_when_good;
  begin (self, get_asking (self));
  if (hoist_destination_editor_get_kind (self) != NULL)
    hoist_destination_backend_test_async (self->backend, destination, secret, self->cancellable,
                                          tested_cb, g_object_ref (self));
  else
    hoist_destination_backend_detect_async (self->backend, destination, secret, tried_cb, self,
                                            self->cancellable, detected_cb, g_object_ref (self));
  wipe_and_free (secret);
}

static void
stop_activate_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_cancellable_cancel (HOIST_DESTINATION_EDITOR (widget)->cancellable);
}

static void
test_activate_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  test (HOIST_DESTINATION_EDITOR (widget), FALSE);
}

/* A backend of ours and a bucket answer nobody without one: what that would come to is known. */
static gboolean
drops_needed_secret (HoistDestinationEditor *self)
{
  gboolean needed = hoist_destination_editor_is_bucket (self) ||
                    g_strcmp0 (hoist_destination_editor_get_kind (self), HOIST_API_KIND) == 0;
  char *secret = hoist_destination_editor_dup_secret (self);
  gboolean dropped = secret != NULL && *secret == '\0';

  wipe_and_free (secret);
  return needed && dropped;
}

static void
save_activate_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  HoistDestinationEditor *self = HOIST_DESTINATION_EDITOR (widget);
  HoistVerdictKind verdict = hoist_verdict_get_kind (self->verdict);
  gboolean untried = verdict == HOIST_VERDICT_NONE || verdict == HOIST_VERDICT_HINT;

  /* After a test that failed, a person may know better: the server is down now,
   * or is only reached from elsewhere. */
  if (hoist_destination_editor_get_kind (self) == NULL || (untried && !drops_needed_secret (self)))
    test (self, TRUE);
  else
    save (self);
}

/**
 * hoist_destination_editor_install_calls:
 * @widget_class: the editor's class
 *
 * Adds the actions that ask the backend for something.
 */
void
hoist_destination_editor_install_calls (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "editor.test", NULL, test_activate_cb);
  gtk_widget_class_install_action (widget_class, "editor.save", NULL, save_activate_cb);
  gtk_widget_class_install_action (widget_class, "editor.stop", NULL, stop_activate_cb);
}

static void
secret_looked_for_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistDestinationEditor) self = HOIST_DESTINATION_EDITOR (user_data);
  gboolean stored =
    hoist_destination_backend_has_secret_finish (HOIST_DESTINATION_BACKEND (source), result);

  if (!self->closed)
    hoist_destination_editor_set_secret_stored (self, stored);
}

/**
 * hoist_destination_editor_look_for_secret:
 * @self: an editor of a stored destination
 *
 * Finds out whether there is a secret that could be removed. Nobody is asked for a keyring.
 */
void
hoist_destination_editor_look_for_secret (HoistDestinationEditor *self)
{
  hoist_destination_backend_has_secret_async (self->backend, self->original, secret_looked_for_cb,
                                              g_object_ref (self));
}
