/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "fake-backend.h"
#include "hoist-engine.h"
#include "hoist-window-private.h"

G_BEGIN_DECLS

/**
 * WindowRig:
 *
 * The program's window over its engine, as the program has them in one process, and a sink in another that
 * the engine sends to.
 */
typedef struct
{
  char *folder; /* files, and the journal */
  GSubprocess *sink;
  GDataInputStream *answers; /* of the sink */
  char *url;                 /* of the sink, in the clear */
  AdwApplication *application;
  FakeBackend *backend;
  HoistEngine *engine;
  HoistWindow *window;
} WindowRig;

/* What the sink has. */
typedef struct
{
  guint64 n_objects;
  guint64 n_bytes;
} WindowRigSent;

void window_rig_set_up (WindowRig *rig);
void window_rig_tear_down (WindowRig *rig);
void window_rig_open (WindowRig *rig);
void window_rig_close (WindowRig *rig);

char *window_rig_make_files (WindowRig *rig, const char *name, guint n_files, guint64 size_bytes);
void window_rig_add (WindowRig *rig, const char *path);
WindowRigSent window_rig_count_sent (WindowRig *rig);
HoistUploadList *window_rig_get_list (WindowRig *rig);
const HoistUploadTotals *window_rig_get_totals (WindowRig *rig);
void window_rig_wait_until (WindowRig *rig, gboolean (*condition) (WindowRig *rig));
void window_rig_wait_for (WindowRig *rig, guint ms, gboolean (*condition) (WindowRig *rig));

G_END_DECLS
