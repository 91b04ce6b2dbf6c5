/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-banner.h"
#include "hoist-leftovers.h"
#include "hoist-totals-bar.h"
#include "hoist-upload-order.h"
#include "hoist-upload-row.h"
#include "hoist-window.h"

G_BEGIN_DECLS

struct _HoistWindow
{
  AdwApplicationWindow parent_instance;

  HoistUploader *uploader;          /* (owned) */
  HoistDestinationBackend *backend; /* (owned) */
  HoistUploadOrder *order;          /* (owned) */
  GPtrArray *slots;      /* (owned) (element-type HoistRowSlot) borrowed: of the list's items */
  GPtrArray *rows;       /* (owned) (element-type HoistUploadRow) borrowed: those in slots */
  GPtrArray *spare_rows; /* (owned) (element-type HoistUploadRow) to be used again */
  int row_height;        /* pixels: what slots without a row take */
  gulong laid_out_id;    /* handler of the frame clock's */
  gint64 laid_out_frame; /* the clock's number of the last frame that was laid out */
  guint n_layouts;       /* in that */
  guint words_id;        /* source: rows say something else then */
  gint64 words_due_us;   /* monotonic: when; undefined without */

  char *destination_id;      /* (owned) (nullable) what new uploads go to */
  GStrv waiting_paths;       /* (owned) (nullable) added while there was no destination */
  GArray *batches;           /* (owned) (element-type guint64) whose folders are being walked */
  guint shown_restored;      /* what the restored banner counts */
  HoistHold shown_hold;      /* what the banner about it speaks of */
  HoistLeftovers *leftovers; /* (owned) what other runs left on the servers */
  gboolean leftovers_seen;   /* the banner has done its work */
  gint64 leftovers_asked_us; /* monotonic; 0 = not yet */
  guint leftovers_retry_id;  /* source: asks again what could not be asked */
  guint leftovers_delay_s;   /* until that */
  gboolean top_changed;      /* rows came in at the top since the last change set */
  gboolean show_top;         /* what comes next was just added by the person */

  GArray *cancelled_ids;    /* (owned) (element-type guint64) what undo takes back */
  AdwToast *cancel_toast;   /* (owned) (nullable) */
  GtkNativeDialog *chooser; /* (owned) (nullable) */
  guint64 locating_id;      /* what the chooser locates */
  GHashTable *lasting;      /* (owned) (element-type utf8) documents that a chooser gave */
  GHashTable *chosen_again; /* (owned) (element-type guint64 filename) for uploads that stop */
  char *chosen_loan;        /* (owned) (nullable) what the chooser asks for again */
  guint shown_lost;         /* what the banner about lent files counts */
  guint shown_lent;

  HoistLimits limits;
  gboolean asked_for_destination;
  gboolean opens_no_links; /* the desktop has no way to */

  AdwToastOverlay *toast_overlay;
  GtkStack *title_stack;
  GtkDropDown *destination_chooser;
  GtkWidget *add_button;
  HoistBanner *problem_banner;
  HoistBanner *keyring_banner;
  HoistBanner *not_kept_banner;
  HoistBanner *restored_banner;
  HoistBanner *hold_banner;
  HoistBanner *leftovers_banner;
  HoistBanner *lent_banner;
  GtkStack *stack;
  AdwStatusPage *empty_page;
  GtkListView *list_view;
  HoistTotalsBar *totals_bar;
  GtkRevealer *drop_revealer;
  GtkLabel *drop_label;
};

void _hoist_window_install_upload_actions (GtkWidgetClass *widget_class);
void _hoist_window_install_link_actions (GtkWidgetClass *widget_class);
void _hoist_window_install_leftovers_actions (GtkWidgetClass *widget_class);
void _hoist_window_leftovers_init (HoistWindow *self);
void _hoist_window_about_cb (GtkWidget *widget, const char *action_name, GVariant *parameter);
void _hoist_window_install_dialog_actions (GtkWidgetClass *widget_class);
void _hoist_window_install_add_actions (GtkWidgetClass *widget_class);

void _hoist_window_install_lent_actions (GtkWidgetClass *widget_class);
void _hoist_window_note_chosen (HoistWindow *self, const char *const *paths);
void _hoist_window_take_chosen (HoistWindow *self, const char *loan, GPtrArray *paths);
void _hoist_window_show_lent (HoistWindow *self, const HoistUploadTotals *totals);

void _hoist_window_add_init (HoistWindow *self);
void _hoist_window_choose_instead (HoistWindow *self, const char *response);
void _hoist_window_watch_batches (HoistWindow *self);
HoistDestination *_hoist_window_dup_destination (HoistWindow *self);
void _hoist_window_destination_saved (HoistWindow *self,
                                      HoistDestination *destination,
                                      const char *not_kept,
                                      const char *verdict);
void _hoist_window_edit_destination (HoistWindow *self);

void _hoist_window_relocate (HoistWindow *self, guint64 id, const char *path);

void _hoist_window_rows_class_init (GtkWidgetClass *widget_class);
void _hoist_window_rows_init (HoistWindow *self);
void _hoist_window_rows_realize (HoistWindow *self);
void _hoist_window_rows_unrealize (HoistWindow *self);

void _hoist_window_watch_words (HoistWindow *self, HoistUploadRow *row);
void _hoist_window_watch_all_words (HoistWindow *self);
void _hoist_window_renew_words (HoistWindow *self);
void _hoist_window_forget_words (HoistWindow *self);

void _hoist_window_dnd_init (HoistWindow *self);
gboolean _hoist_window_drop (HoistWindow *self, const GValue *value);

void _hoist_window_show_toast (HoistWindow *self, const char *text);
void _hoist_window_show_error (HoistWindow *self, const char *title, const GError *error);

G_END_DECLS
