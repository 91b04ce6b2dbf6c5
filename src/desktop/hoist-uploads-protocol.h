/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Of data/dbus/io.github.hoist.Hoist.Uploads1.xml. The name needs config.h. */
#define HOIST_UPLOADS_BUS_NAME HOIST_APP_ID ".Uploads"
#define HOIST_UPLOADS_OBJECT_PATH "/io/github/hoist/Hoist/Uploads"
#define HOIST_UPLOADS_INTERFACE "io.github.hoist.Hoist.Uploads1"
#define HOIST_UPLOADS_VERSION 1

#define HOIST_UPLOADS_MAX_PATHS 100000
#define HOIST_UPLOADS_MAX_IDS 100000

/* To build or to read a message of so many uploads takes some 5 ms of the main
 * thread (20 µs an upload, with GDBus's part), so that no frame is late; and it stays
 * far below the 128 MiB of a message (D-Bus Specification, «Message Format») even when
 * all strings are as long as they may be. */
#define HOIST_UPLOADS_MAX_PER_MESSAGE 250

void hoist_uploads_register_errors (void);
gboolean hoist_uploads_has_path (GVariant *parameters, gsize index);

G_END_DECLS
