/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-concurrency.h"
#include "hoist-destination-dot.h"
#include "hoist-limits-format.h"
#include "hoist-window-private.h"

enum
{
  SIGNAL_LIMITS_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistWindow, hoist_window, ADW_TYPE_APPLICATION_WINDOW)

static void
order_changed_cb (HoistWindow *self, guint position, guint removed, guint added)
{
  self->top_changed |= position == 0 && added > 0;
}

/* What is new stands at the top: whoever looks at the top goes on seeing it, and
 * whoever added something is taken there. Left to itself the view follows the row
 * that was there before. */
static void
keep_at_top (HoistWindow *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list_view));

  if (self->top_changed && (self->show_top || gtk_adjustment_get_value (adjustment) < 1) &&
      g_list_model_get_n_items (G_LIST_MODEL (self->order)) > 0)
    {
      gtk_widget_activate_action (GTK_WIDGET (self->list_view), "list.scroll-to-item", "u", 0);
      self->show_top = FALSE;
    }
  self->top_changed = FALSE;
}

static void
show_restored (HoistWindow *self, const HoistUploadTotals *totals)
{
  guint n_restored = totals->n_restored;
  g_autofree char *size = NULL;
  g_autofree char *title = NULL;

  if (n_restored == self->shown_restored)
    return;
  self->shown_restored = n_restored;
  if (n_restored == 0)
    {
      hoist_banner_hide (self->restored_banner);
      return;
    }

  size = g_format_size (totals->restored_bytes);
  /* Translators: %u uploads of an earlier run; %s is an amount such as “12.4 GB”. */
  title = g_strdup_printf (ngettext ("%u upload was not finished — %s left",
                                     "%u uploads were not finished — %s left", n_restored),
                           n_restored, size);
  hoist_banner_show (self->restored_banner, title, NULL);
}

/* What a person can allow: one line for it, whatever it is. */
static void
show_hold (HoistWindow *self, const HoistUploadTotals *totals)
{
  HoistHold hold = HOIST_HOLD_NONE;

  if (totals->n_held[HOIST_HOLD_METERED] > 0)
    hold = HOIST_HOLD_METERED;
  else if (totals->n_held[HOIST_HOLD_BATTERY] > 0)
    hold = HOIST_HOLD_BATTERY;
  else if (totals->n_held[HOIST_HOLD_POWER_SAVER] > 0)
    hold = HOIST_HOLD_POWER_SAVER;
  if (hold == self->shown_hold)
    return;
  self->shown_hold = hold;
  if (hold == HOIST_HOLD_METERED)
    hoist_banner_show (self->hold_banner,
                       _ ("This network is metered"),
                          _ ("Uploads go on over another one, or when you allow it."));
  else if (hold == HOIST_HOLD_BATTERY)
    hoist_banner_show (
      self->hold_banner,
      _ ("The battery is low"),
         _ ("Uploads go on when the computer is plugged in, or when you allow it."));
  else if (hold == HOIST_HOLD_POWER_SAVER)
    hoist_banner_show (self->hold_banner,
                       _ ("The computer saves power"),
                          _ ("Uploads go on when it no longer does, or when you allow it."));
  else
    hoist_banner_hide (self->hold_banner);
}

static void
show_page (HoistWindow *self)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);
  const char *page = "list";

  if (g_list_model_get_n_items (G_LIST_MODEL (self->order)) == 0)
    page = g_list_model_get_n_items (destinations) == 0 ? "welcome" : "empty";
  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_widget_set_visible (self->add_button, g_list_model_get_n_items (destinations) > 0);
}

static void
show_totals (HoistWindow *self, const HoistUploadTotals *totals)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *limit = hoist_limits_format_rate (&self->limits, now);
  gboolean counting = hoist_upload_list_is_counting (hoist_uploader_get_list (self->uploader));

  hoist_totals_bar_update (self->totals_bar, totals, counting || self->batches->len > 0, limit);
}

static void
update (HoistWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const HoistUploadTotals *totals =
    hoist_upload_list_get_totals (hoist_uploader_get_list (self->uploader));

  _hoist_window_watch_batches (self);
  show_totals (self, totals);
  show_restored (self, totals);
  show_hold (self, totals);
  _hoist_window_show_lent (self, totals);
  gtk_widget_action_set_enabled (widget, "win.pause-all", totals->n_pending > 0);
  gtk_widget_action_set_enabled (widget, "win.resume-all", totals->n_paused > 0);
  gtk_widget_action_set_enabled (widget, "win.clear-finished", totals->n_done > 0);
  show_page (self);
  keep_at_top (self);
  _hoist_window_watch_all_words (self);
}

static void
destinations_changed_cb (HoistWindow *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    hoist_upload_row_refresh (g_ptr_array_index (self->rows, i));
  show_page (self);
}

static gboolean
ask_for_destination_cb (gpointer user_data)
{
  HoistWindow *self = HOIST_WINDOW (user_data);

  /* Files that came first have asked already. */
  if (self->waiting_paths == NULL)
    _hoist_window_edit_destination (self);
  return G_SOURCE_REMOVE;
}

static void
hoist_window_map (GtkWidget *widget)
{
  HoistWindow *self = HOIST_WINDOW (widget);
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);

  GTK_WIDGET_CLASS (hoist_window_parent_class)->map (widget);

  _hoist_window_renew_words (self);
  if (self->asked_for_destination || g_list_model_get_n_items (destinations) > 0)
    return;
  /* A dialog needs a parent that is mapped. */
  self->asked_for_destination = TRUE;
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, ask_for_destination_cb, g_object_ref (self),
                   g_object_unref);
}

static void
hoist_window_unmap (GtkWidget *widget)
{
  _hoist_window_forget_words (HOIST_WINDOW (widget));
  GTK_WIDGET_CLASS (hoist_window_parent_class)->unmap (widget);
}

static void
hoist_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hoist_window_parent_class)->realize (widget);
  _hoist_window_rows_realize (HOIST_WINDOW (widget));
}

static void
hoist_window_unrealize (GtkWidget *widget)
{
  _hoist_window_rows_unrealize (HOIST_WINDOW (widget));
  GTK_WIDGET_CLASS (hoist_window_parent_class)->unrealize (widget);
}

static void
hoist_window_dispose (GObject *object)
{
  HoistWindow *self = HOIST_WINDOW (object);

  _hoist_window_forget_words (self);
  g_clear_handle_id (&self->leftovers_retry_id, g_source_remove);
  g_clear_object (&self->chooser);
  g_clear_object (&self->cancel_toast);
  /* The rows are let go of by the factory, which needs all the rest of self. */
  if (self->list_view != NULL)
    gtk_list_view_set_model (self->list_view, NULL);
  g_clear_object (&self->order);
  g_ptr_array_set_size (self->spare_rows, 0);
  G_OBJECT_CLASS (hoist_window_parent_class)->dispose (object);
}

static void
hoist_window_finalize (GObject *object)
{
  HoistWindow *self = HOIST_WINDOW (object);

  g_clear_object (&self->uploader);
  g_clear_object (&self->leftovers);
  g_clear_object (&self->backend);
  g_clear_pointer (&self->slots, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->spare_rows, g_ptr_array_unref);
  g_clear_pointer (&self->destination_id, g_free);
  g_clear_pointer (&self->waiting_paths, g_strfreev);
  g_clear_pointer (&self->batches, g_array_unref);
  g_clear_pointer (&self->cancelled_ids, g_array_unref);
  g_clear_pointer (&self->lasting, g_hash_table_unref);
  g_clear_pointer (&self->chosen_again, g_hash_table_unref);
  g_free (self->chosen_loan);
  G_OBJECT_CLASS (hoist_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/hoist/Hoist/ui/hoist-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, title_stack);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, destination_chooser);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, add_button);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, problem_banner);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, keyring_banner);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, not_kept_banner);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, restored_banner);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, hold_banner);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, leftovers_banner);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, lent_banner);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, empty_page);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, list_view);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, totals_bar);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, drop_revealer);
  gtk_widget_class_bind_template_child (widget_class, HoistWindow, drop_label);
  _hoist_window_rows_class_init (widget_class);
}

static void
install_signals (GObjectClass *object_class)
{
  /**
   * HoistWindow::ask-keyring:
   * @self: the window
   *
   * A person wants the keyring to be asked again.
   */
  g_signal_new ("ask-keyring", G_OBJECT_CLASS_TYPE (object_class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 0);
}

static void
hoist_window_class_init (HoistWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hoist_window_dispose;
  object_class->finalize = hoist_window_finalize;
  widget_class->realize = hoist_window_realize;
  widget_class->unrealize = hoist_window_unrealize;
  widget_class->map = hoist_window_map;
  widget_class->unmap = hoist_window_unmap;
  install_signals (object_class);

  g_type_ensure (HOIST_TYPE_BANNER);
  g_type_ensure (HOIST_TYPE_DESTINATION);
  g_type_ensure (HOIST_TYPE_DESTINATION_DOT);
  g_type_ensure (HOIST_TYPE_TOTALS_BAR);
  bind_template (widget_class);
  /**
   * HoistWindow::limits-changed:
   * @self: the window
   *
   * There are other limits.
   */
  signals[SIGNAL_LIMITS_CHANGED] = g_signal_new (
    "limits-changed", HOIST_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("documents-chosen", HOIST_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  _hoist_window_install_add_actions (widget_class);
  _hoist_window_install_lent_actions (widget_class);
  _hoist_window_install_upload_actions (widget_class);
  _hoist_window_install_link_actions (widget_class);
  _hoist_window_install_dialog_actions (widget_class);
  _hoist_window_install_leftovers_actions (widget_class);
}

static void
hoist_window_init (HoistWindow *self)
{
  _hoist_window_rows_init (self);
  self->batches = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->cancelled_ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->lasting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->chosen_again = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->limits.parts_in_flight = HOIST_CONCURRENCY_DEFAULT;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hoist_window_new:
 * @application: the application
 * @uploader: what uploads
 * @backend: what keeps the destinations
 *
 * Makes the main window. Without a destination it asks for one when it is
 * first shown.
 *
 * Returns: (transfer none): the window, owned by GTK
 */
GtkWidget *
hoist_window_new (GtkApplication *application,
                  HoistUploader *uploader,
                  HoistDestinationBackend *backend)
{
  HoistWindow *self;
  g_autoptr (GtkMultiSelection) selection = NULL;

  g_return_val_if_fail (HOIST_IS_UPLOADER (uploader), NULL);
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (backend), NULL);

  self = g_object_new (HOIST_TYPE_WINDOW, "application", application, NULL);
  self->uploader = g_object_ref (uploader);
  self->backend = g_object_ref (backend);
  self->order = hoist_upload_order_new (hoist_uploader_get_list (uploader));
  selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->order)));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));

  g_signal_connect_object (self->order, "items-changed", G_CALLBACK (order_changed_cb), self,
                           G_CONNECT_SWAPPED);
  _hoist_window_add_init (self);
  _hoist_window_dnd_init (self);
  _hoist_window_leftovers_init (self);
  g_signal_connect_object (hoist_uploader_get_list (uploader), "applied", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hoist_destination_backend_get_destinations (backend), "items-changed",
                           G_CALLBACK (destinations_changed_cb), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * hoist_window_set_problem:
 * @self: the window
 * @title: (nullable): what is the matter; %NULL when it is over
 * @detail: (nullable): the reason, and what can be done
 *
 * Says something that concerns all uploads, such as a journal that cannot be
 * written, at the top of the window.
 */
void
hoist_window_set_problem (HoistWindow *self, const char *title, const char *detail)
{
  g_return_if_fail (HOIST_IS_WINDOW (self));

  if (title != NULL)
    hoist_banner_show (self->problem_banner, title, detail);
  else
    hoist_banner_hide (self->problem_banner);
}

/**
 * hoist_window_set_keyring_problem:
 * @self: the window
 * @why: (nullable): why the keyring gives no tokens; %NULL when it does
 *
 * Says that uploads wait for the keyring, and offers to ask it again.
 */
void
hoist_window_set_keyring_problem (HoistWindow *self, const char *why)
{
  g_return_if_fail (HOIST_IS_WINDOW (self));

  if (why != NULL)
    hoist_banner_show (self->keyring_banner, _ ("Uploads wait for the keyring"), why);
  else
    hoist_banner_hide (self->keyring_banner);
}

/**
 * hoist_window_set_limits:
 * @self: the window
 * @limits: how much of the machine and the line all uploads may use
 *
 * Sets the limits and tells the uploader.
 */
void
hoist_window_set_limits (HoistWindow *self, const HoistLimits *limits)
{
  HoistLimits wanted;

  g_return_if_fail (HOIST_IS_WINDOW (self));
  g_return_if_fail (limits != NULL);

  wanted = *limits;
  wanted.parts_in_flight = CLAMP (limits->parts_in_flight, 1, HOIST_CONCURRENCY_MAX);
  if (hoist_limits_equal (&wanted, &self->limits))
    return;
  self->limits = wanted;
  hoist_uploader_set_limits (self->uploader, &self->limits);
  g_signal_emit (self, signals[SIGNAL_LIMITS_CHANGED], 0);
  update (self);
}

/**
 * hoist_window_get_limits:
 * @self: the window
 *
 * Gets how much of the machine and the line all uploads may use.
 *
 * Returns: (transfer none): the limits
 */
const HoistLimits *
hoist_window_get_limits (HoistWindow *self)
{
  g_return_val_if_fail (HOIST_IS_WINDOW (self), NULL);

  return &self->limits;
}
