/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-destination-editor-private.h"
#include "hoist-destination-entry.h"
#include "hoist-destination-kind.h"
#include "hoist-destination-kinds.h"
#include "hoist-field-row.h"
#include "hoist-s3-recognise.h"

enum
{
  SIGNAL_SAVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistDestinationEditor, hoist_destination_editor, ADW_TYPE_WINDOW)

/* While something runs, nothing can be typed. GTK 4.8 warns when a text that has
 * the focus becomes insensitive, so the focus goes away first and comes back. */
static void
set_busy (HoistDestinationEditor *self, gboolean busy)
{
  GtkWindow *window = GTK_WINDOW (self);

  if (busy == !gtk_widget_get_sensitive (self->fields))
    return;
  if (busy)
    {
      g_set_weak_pointer (&self->focus, gtk_window_get_focus (window));
      gtk_window_set_focus (window, NULL);
    }
  gtk_widget_set_sensitive (self->fields, !busy);
  if (!busy && self->focus != NULL)
    gtk_window_set_focus (window, self->focus);
}

/**
 * hoist_destination_editor_get_kind:
 * @self: an editor
 *
 * Returns: (transfer none) (nullable): what the destination is, also where that is none of the
 *   choices; %NULL as long as it is not known
 */
const char *
hoist_destination_editor_get_kind (HoistDestinationEditor *self)
{
  if (self->original != NULL)
    return hoist_destination_get_provider_type (self->original);
  return hoist_kind_words_get (adw_combo_row_get_selected (self->kind_row))->type;
}

/**
 * hoist_destination_editor_is_bucket:
 * @self: an editor
 *
 * Returns: whether Hoist signs by itself there
 */
gboolean
hoist_destination_editor_is_bucket (HoistDestinationEditor *self)
{
  return g_strcmp0 (hoist_destination_editor_get_kind (self), HOIST_S3_KIND) == 0;
}

static void
show_verdict (HoistDestinationEditor *self, HoistVerdictKind verdict, const char *text)
{
  gboolean running = verdict == HOIST_VERDICT_RUNNING;
  gboolean untested = verdict == HOIST_VERDICT_BAD;
  gboolean anyway = untested && hoist_destination_editor_get_kind (self) != NULL;

  hoist_verdict_show (self->verdict, verdict, text);
  set_busy (self, running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "editor.stop", running);

  /* Saving without a good test is possible, but is not what is proposed. */
  if (untested)
    gtk_widget_remove_css_class (GTK_WIDGET (self->save_button), "suggested-action");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->save_button), "suggested-action");
  gtk_window_set_default_widget (GTK_WINDOW (self),
                                 untested ? self->test_button : GTK_WIDGET (self->save_button));
  if (self->original != NULL)
    gtk_button_set_label (self->save_button, anyway ? _ ("Save Anyway") : _ ("Save"));
  else
    gtk_button_set_label (self->save_button, anyway ? _ ("Add Anyway") : _ ("Add"));
}

static gboolean
name_is_taken (HoistDestinationEditor *self, const char *name)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < g_list_model_get_n_items (destinations); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (destinations, i);
      g_autofree char *other = NULL;

      if (destination == self->original || hoist_destination_get_name (destination) == NULL)
        continue;
      other = g_utf8_casefold (hoist_destination_get_name (destination), -1);
      if (g_str_equal (folded, other))
        return TRUE;
    }
  return FALSE;
}

/**
 * hoist_destination_editor_dup_secret:
 * @self: an editor
 *
 * Returns: (transfer full) (nullable): the token or the keys that were entered, a secret; empty to
 *   remove what is stored; %NULL to keep it
 */
char *
hoist_destination_editor_dup_secret (HoistDestinationEditor *self)
{
  return hoist_destination_editor_is_bucket (self)
           ? hoist_bucket_fields_dup_keys (self->bucket_fields)
           : hoist_server_fields_dup_secret (self->server_fields);
}

/* Returns whether there is a name, and nothing wrong with it. */
static gboolean
check_name (HoistDestinationEditor *self)
{
  g_autofree char *name = hoist_field_row_dup_text (self->name_row);
  g_autoptr (GError) error = NULL;
  const char *fault = NULL;

  if (*name != '\0' && !hoist_destination_check_name (name, &error))
    fault = error->message;
  else if (name_is_taken (self, name))
    fault = _ ("Another destination has this name already.");
  hoist_field_row_set_fault (GTK_WIDGET (self->name_row), fault);
  return fault == NULL && *name != '\0';
}

static gboolean
check_prefix (HoistDestinationEditor *self)
{
  g_autofree char *prefix = hoist_field_row_dup_text (self->prefix_row);
  g_autoptr (GError) error = NULL;
  gboolean good = hoist_destination_check_key_prefix (prefix, &error);

  hoist_field_row_set_fault (GTK_WIDGET (self->prefix_row), good ? NULL : error->message);
  return good;
}

static void
update_actions (HoistDestinationEditor *self)
{
  gboolean named = check_name (self);
  gboolean complete = hoist_destination_editor_is_bucket (self)
                        ? hoist_bucket_fields_is_complete (self->bucket_fields)
                        : hoist_server_fields_is_complete (self->server_fields);
  gboolean good = check_prefix (self) && hoist_trust_row_is_good (self->trust_row);
  gboolean reachable =
    complete && good && hoist_verdict_get_kind (self->verdict) != HOIST_VERDICT_RUNNING;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "editor.test", reachable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "editor.save", reachable && named);
}

/**
 * hoist_destination_editor_show_verdict:
 * @self: an editor
 * @verdict: what a test came to, or that something runs
 * @text: (nullable): words about it
 *
 * Shows it, and allows what makes sense then.
 */
void
hoist_destination_editor_show_verdict (HoistDestinationEditor *self,
                                       HoistVerdictKind verdict,
                                       const char *text)
{
  show_verdict (self, verdict, text);
  update_actions (self);
}

static void
changed_cb (HoistDestinationEditor *self)
{
  g_clear_pointer (&self->capabilities, g_free);
  hoist_destination_editor_show_verdict (self, HOIST_VERDICT_NONE, NULL);
}

/* An address that was entered before the kind was chosen is not asked for again. */
static void
hand_address_over (HoistDestinationEditor *self)
{
  g_autofree char *url = hoist_server_fields_dup_url (self->server_fields);
  g_autoptr (HoistS3Place) place = url != NULL ? hoist_s3_place_new_from_url (url) : NULL;
  g_autoptr (HoistDestination) bucket = hoist_destination_new (NULL);

  if (url == NULL || self->original != NULL ||
      !hoist_bucket_fields_is_untouched (self->bucket_fields))
    return;
  hoist_destination_set_url (bucket, place != NULL ? place->url : url);
  hoist_destination_set_setting (bucket, HOIST_SETTING_SERVICE,
                                 place != NULL ? place->service->id : NULL);
  if (place != NULL)
    {
      hoist_destination_set_setting (bucket, HOIST_SETTING_REGION, place->region);
      hoist_destination_set_setting (bucket, HOIST_SETTING_BUCKET, place->bucket);
    }
  hoist_bucket_fields_show (self->bucket_fields, bucket, TRUE);
}

static void
kind_changed_cb (HoistDestinationEditor *self)
{
  gboolean bucket = hoist_destination_editor_is_bucket (self);

  if (bucket)
    hand_address_over (self);
  gtk_widget_set_visible (GTK_WIDGET (self->bucket_fields), bucket);
  gtk_widget_set_visible (GTK_WIDGET (self->server_fields), !bucket);
  hoist_server_fields_set_kind (self->server_fields, hoist_destination_editor_get_kind (self),
                                self->original == NULL);
  adw_preferences_group_set_description (
    self->group,
    _ (hoist_kind_words_get (adw_combo_row_get_selected (self->kind_row))->description));
  changed_cb (self);
}

/**
 * hoist_destination_editor_read:
 * @self: an editor
 *
 * Returns: (transfer full): the destination as it was entered, without its secret
 */
HoistDestination *
hoist_destination_editor_read (HoistDestinationEditor *self)
{
  const char *id = self->original != NULL ? hoist_destination_get_id (self->original) : NULL;
  HoistDestination *destination = self->original != NULL
                                    ? hoist_destination_copy (self->original, id)
                                    : hoist_destination_new (NULL);
  g_autofree char *name = hoist_field_row_dup_text (self->name_row);
  g_autofree char *url = hoist_server_fields_dup_url (self->server_fields);
  g_autofree char *prefix = hoist_field_row_dup_text (self->prefix_row);

  hoist_destination_set_name (destination, name);
  if (hoist_destination_editor_get_kind (self) != NULL)
    hoist_destination_set_provider_type (destination, hoist_destination_editor_get_kind (self));
  if (hoist_destination_editor_is_bucket (self))
    hoist_bucket_fields_apply (self->bucket_fields, destination);
  else
    hoist_destination_set_url (destination, url);
  hoist_destination_set_key_prefix (destination, *prefix != '\0' ? prefix : NULL);
  hoist_trust_row_apply (self->trust_row, destination);
  hoist_limits_row_apply (self->limits_row, destination);
  return destination;
}

static gboolean
destroy_cb (gpointer user_data)
{
  gtk_window_destroy (GTK_WINDOW (user_data));
  return G_SOURCE_REMOVE;
}

/* The dialog goes with its window, and is still at work on its answer. */
static void
discard_cb (HoistDestinationEditor *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, destroy_cb, g_object_ref (self), g_object_unref);
}

/* After an error a person may have more than the address to type anew. */
static gboolean
hoist_destination_editor_close_request (GtkWindow *window)
{
  HoistDestinationEditor *self = HOIST_DESTINATION_EDITOR (window);
  GtkWidget *dialog;

  if (hoist_verdict_get_kind (self->verdict) != HOIST_VERDICT_BAD)
    return GTK_WINDOW_CLASS (hoist_destination_editor_parent_class)->close_request (window);
  dialog = adw_message_dialog_new (window, _ ("Discard What Was Entered?"),
                                              _ ("It is not stored: there was an error."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep",
                                    _ ("_Keep Editing"), "discard", _ ("_Discard"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response::discard", G_CALLBACK (discard_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  return GDK_EVENT_STOP;
}

static void
hoist_destination_editor_unmap (GtkWidget *widget)
{
  HoistDestinationEditor *self = HOIST_DESTINATION_EDITOR (widget);

  self->closed = TRUE;
  g_cancellable_cancel (self->cancellable);
  GTK_WIDGET_CLASS (hoist_destination_editor_parent_class)->unmap (widget);
}

static void
hoist_destination_editor_finalize (GObject *object)
{
  HoistDestinationEditor *self = HOIST_DESTINATION_EDITOR (object);

  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->backend);
  g_clear_object (&self->original);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->capabilities, g_free);
  G_OBJECT_CLASS (hoist_destination_editor_parent_class)->finalize (object);
}

static void
hoist_destination_editor_class_init (HoistDestinationEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hoist_destination_editor_finalize;
  widget_class->unmap = hoist_destination_editor_unmap;
  GTK_WINDOW_CLASS (klass)->close_request = hoist_destination_editor_close_request;

  /**
   * HoistDestinationEditor::saved:
   * @self: the editor
   * @destination: the stored destination
   * @not_kept: (nullable): why its token is kept for this run only
   * @capabilities: (nullable): what the server said, if it was asked
   *
   * The destination is stored; the editor closes.
   */
  signals[SIGNAL_SAVED] =
    g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, HOIST_TYPE_DESTINATION, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/hoist/Hoist/ui/hoist-destination-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, fields);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, group);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, kind_row);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, server_fields);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, bucket_fields);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, prefix_row);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, trust_row);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, limits_row);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, save_button);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, test_button);
  gtk_widget_class_bind_template_child (widget_class, HoistDestinationEditor, verdict);
  hoist_destination_editor_install_calls (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
init_row (HoistDestinationEditor *self, GtkEditable *row)
{
  hoist_field_row_set_title (row, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  g_signal_connect_object (row, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

static void
hoist_destination_editor_init (HoistDestinationEditor *self)
{
  g_autoptr (GListModel) names = hoist_kind_words_make_names ();

  g_type_ensure (HOIST_TYPE_BUCKET_FIELDS);
  g_type_ensure (HOIST_TYPE_SERVER_FIELDS);
  g_type_ensure (HOIST_TYPE_TRUST_ROW);
  g_type_ensure (HOIST_TYPE_LIMITS_ROW);
  g_type_ensure (HOIST_TYPE_VERDICT);

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_model (self->kind_row, names);
  g_signal_connect_object (self->kind_row, "notify::selected", G_CALLBACK (kind_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->server_fields, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->bucket_fields, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->trust_row, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  init_row (self, self->name_row);
  init_row (self, self->prefix_row);
}

/**
 * hoist_destination_editor_set_secret_stored:
 * @self: an editor of a stored destination
 * @stored: whether it has a secret, or may have one
 *
 * Offers to remove that.
 */
void
hoist_destination_editor_set_secret_stored (HoistDestinationEditor *self, gboolean stored)
{
  if (hoist_destination_editor_is_bucket (self))
    hoist_bucket_fields_set_keys_stored (self->bucket_fields, stored);
  else
    hoist_server_fields_set_secret_stored (self->server_fields, stored);
}

/* What it is cannot be changed: its uploads and its secret are of that kind. */
static void
show_destination (HoistDestinationEditor *self, HoistDestination *destination)
{
  guint choice = 0;
  gboolean known =
    hoist_kind_words_lookup (hoist_destination_editor_get_kind (self), &choice) != NULL;

  gtk_window_set_title (GTK_WINDOW (self), _ ("Edit Destination"));
  hoist_field_row_set_text (self->name_row, hoist_destination_get_name (destination));
  hoist_field_row_set_text (self->prefix_row, hoist_destination_get_key_prefix (destination));
  hoist_trust_row_show (self->trust_row, destination);
  hoist_limits_row_show (self->limits_row, destination);
  hoist_field_row_set_locked (GTK_WIDGET (self->name_row),
                              hoist_destination_is_locked (destination, "name"));
  hoist_field_row_set_locked (GTK_WIDGET (self->prefix_row),
                              hoist_destination_is_locked (destination, "key-prefix"));
  adw_combo_row_set_selected (self->kind_row, choice);
  gtk_widget_set_sensitive (GTK_WIDGET (self->kind_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->kind_row), known);
  if (hoist_destination_editor_is_bucket (self))
    hoist_bucket_fields_show (self->bucket_fields, destination, FALSE);
  else
    hoist_server_fields_show (self->server_fields, destination);
  hoist_destination_editor_set_secret_stored (self, TRUE);
}

static HoistDestination *
get_bucket_source (gpointer owner, char **keys)
{
  HoistDestinationEditor *self = owner;

  if (!hoist_bucket_fields_can_list (self->bucket_fields))
    return NULL;
  *keys = hoist_bucket_fields_dup_keys (self->bucket_fields);
  if (*keys == NULL && self->original == NULL)
    return NULL;
  return hoist_destination_editor_read (self);
}

/**
 * hoist_destination_editor_new:
 * @backend: what tests and stores
 * @destination: (nullable): the stored destination to change; %NULL for a new one
 *
 * Makes a window that asks for a destination. Saving tests first.
 *
 * Returns: (transfer none): the window, owned by GTK
 */
GtkWidget *
hoist_destination_editor_new (HoistDestinationBackend *backend, HoistDestination *destination)
{
  HoistDestinationEditor *self;

  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (backend), NULL);
  g_return_val_if_fail (destination == NULL || HOIST_IS_DESTINATION (destination), NULL);

  self = g_object_new (HOIST_TYPE_DESTINATION_EDITOR, NULL);
  self->backend = g_object_ref (backend);
  g_set_object (&self->original, destination);
  if (destination != NULL)
    show_destination (self, destination);
  kind_changed_cb (self);
  if (destination != NULL)
    hoist_destination_editor_look_for_secret (self);
  hoist_bucket_fields_offer_buckets (self->bucket_fields, backend, get_bucket_source, self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return GTK_WIDGET (self);
}
