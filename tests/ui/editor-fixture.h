/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "fake-backend.h"

G_BEGIN_DECLS

/* A destination editor over a fake backend. */
typedef struct
{
  FakeBackend *backend;
  GtkWidget *editor; /* weak */
  guint n_saved;
  char *saved_id;
  char *not_kept;
  char *capabilities;
} EditorFixture;

void editor_fixture_set_up (EditorFixture *fixture, gconstpointer data);
void editor_fixture_tear_down (EditorFixture *fixture, gconstpointer data);
void editor_fixture_open (EditorFixture *fixture, const char *id);
GtkWidget *editor_fixture_get_row (EditorFixture *fixture, const char *name);
void editor_fixture_enter (EditorFixture *fixture, const char *row, const char *text);
void editor_fixture_choose (EditorFixture *fixture, const char *row, const char *choice);
const char *editor_fixture_get_fault (EditorFixture *fixture, const char *row);
void editor_fixture_fill (EditorFixture *fixture,
                          const char *name,
                          const char *url,
                          const char *token);
gboolean editor_fixture_can_save (EditorFixture *fixture);
const char *editor_fixture_get_verdict (EditorFixture *fixture);
gboolean editor_fixture_is_gone (gpointer data);
gboolean editor_fixture_is_tested (gpointer data);
HoistDestination *editor_fixture_add_full (EditorFixture *fixture, const char *type);
void editor_fixture_fill_bucket (EditorFixture *fixture);

G_END_DECLS
