/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-bucket-fields.h"
#include "hoist-destination-editor.h"
#include "hoist-limits-row.h"
#include "hoist-server-fields.h"
#include "hoist-trust-row.h"
#include "hoist-verdict.h"

G_BEGIN_DECLS

struct _HoistDestinationEditor
{
  AdwWindow parent_instance;

  HoistDestinationBackend *backend; /* (owned) */
  HoistDestination *original;       /* (owned) (nullable) null: a new one */
  GCancellable *cancellable;        /* (owned) (nullable) of the test or the save */
  char *capabilities;               /* (owned) (nullable) what the last test said */
  gboolean save_when_good;
  gboolean closed;
  GtkWidget *focus; /* (nullable) weak: what had the focus before something ran */

  GtkWidget *fields;
  AdwPreferencesGroup *group;
  AdwComboRow *kind_row;
  HoistServerFields *server_fields;
  HoistBucketFields *bucket_fields;
  GtkEditable *name_row;
  GtkEditable *prefix_row;
  HoistTrustRow *trust_row;
  HoistLimitsRow *limits_row;
  GtkButton *save_button;
  GtkWidget *test_button;
  HoistVerdict *verdict;
};

const char *hoist_destination_editor_get_kind (HoistDestinationEditor *self);
gboolean hoist_destination_editor_is_bucket (HoistDestinationEditor *self);
HoistDestination *hoist_destination_editor_read (HoistDestinationEditor *self);
char *hoist_destination_editor_dup_secret (HoistDestinationEditor *self);
void hoist_destination_editor_show_verdict (HoistDestinationEditor *self,
                                            HoistVerdictKind verdict,
                                            const char *text);
void hoist_destination_editor_set_secret_stored (HoistDestinationEditor *self, gboolean stored);

void hoist_destination_editor_install_calls (GtkWidgetClass *widget_class);
void hoist_destination_editor_look_for_secret (HoistDestinationEditor *self);

G_END_DECLS
