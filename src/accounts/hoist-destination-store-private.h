/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-destination-store.h"
#include "hoist-preset-watch.h"

G_BEGIN_DECLS

struct _HoistDestinationStore
{
  GObject parent_instance;

  char *path;    /* (owned) */
  GStrv folders; /* (owned) of an administrator */
  gboolean default_locked;
  char *preset_problem;         /* (owned) (nullable) what of theirs cannot be used */
  GPtrArray *items;             /* (owned) (element-type HoistDestination) */
  HoistDestination *by_default; /* (nullable) one of @items */

  GQueue waiting; /* (owned) (element-type GTask) one at a time, in their order */
  gboolean busy;

  GFileMonitor *monitor;          /* (owned) (nullable) */
  HoistPresetWatch *preset_watch; /* (owned) (nullable) once it watches */
  guint reload_id;
  char *last_problem; /* (owned) (nullable) is told once */
};

typedef enum
{
  HOIST_STORE_OP_LOAD,
  HOIST_STORE_OP_WATCH,
  HOIST_STORE_OP_ADD,
  HOIST_STORE_OP_UPDATE,
  HOIST_STORE_OP_REMOVE,
  HOIST_STORE_OP_SET_DEFAULT,
  HOIST_STORE_OP_MOVE,
  HOIST_STORE_OP_IMPORT,
} HoistStoreOp;

HoistDestination *hoist_destination_store_find (HoistDestinationStore *self, const char *id);
void hoist_destination_store_start_op (HoistDestinationStore *self,
                                       HoistStoreOp kind,
                                       HoistDestination *destination,
                                       const char *id,
                                       const char *other_id,
                                       HoistImportPolicy policy,
                                       gpointer source_tag,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean hoist_destination_store_finish_op (HoistDestinationStore *self,
                                            GAsyncResult *result,
                                            gpointer tag,
                                            GError **error);
void hoist_destination_store_start_watching (HoistDestinationStore *self);
void hoist_destination_store_follow_presets (HoistDestinationStore *self,
                                             const char *const *watched);
void hoist_destination_store_stop_watching (HoistDestinationStore *self);

G_END_DECLS
