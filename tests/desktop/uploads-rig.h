/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "await.h"
#include "fake-uploader.h"
#include "hoist-remote-uploader.h"
#include "hoist-uploads-service.h"

/* A service and a client on two connections of a private bus, and a fake uploader
 * behind the service. */
typedef struct
{
  GDBusConnection *server;
  GDBusConnection *client;
  FakeUploader *fake;
  HoistUploadsService *service;
  guint guard_id;
} RigFixture;

GDBusConnection *rig_connect_bus (void);
void rig_disconnect_bus (GDBusConnection **connection);
void rig_take_name (GDBusConnection *connection);
void rig_set_up (RigFixture *f, gconstpointer data);
void rig_tear_down (RigFixture *f, gconstpointer data);
void rig_start_service (RigFixture *f);

HoistRemoteUploader *rig_make_remote (RigFixture *f, GError **error);
HoistUploadList *rig_get_list (HoistRemoteUploader *remote);
guint64 rig_add_paths (HoistRemoteUploader *remote, const char *const *paths, GError **error);

gboolean rig_lists_are_equal (HoistUploadList *a, HoistUploadList *b);
void rig_wait_equal (HoistUploadList *a, HoistUploadList *b);
