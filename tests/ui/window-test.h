/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "fake-backend.h"
#include "fake-uploader.h"
#include "hoist-window-private.h"

G_BEGIN_DECLS

/* The program's window, over fakes. */
typedef struct
{
  FakeUploader *uploader;
  FakeBackend *backend;
  HoistWindow *window;
} WindowTest;

void window_test_set_up (WindowTest *fixture, gconstpointer n_destinations);
void window_test_tear_down (WindowTest *fixture, gconstpointer data);
void window_test_assert_log (WindowTest *fixture, const char *expected);
void window_test_activate (WindowTest *fixture, const char *action);
void window_test_activate_for (WindowTest *fixture, const char *action, guint64 id);
void window_test_put (WindowTest *fixture, guint64 id, HoistUploadState state);
gboolean window_test_has_rows (gpointer fixture);
GtkWidget *window_test_find_row (WindowTest *fixture, guint64 id);
GtkWidget *window_test_wait_for_row (WindowTest *fixture, guint64 id);

G_END_DECLS
