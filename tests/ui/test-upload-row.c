/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-backend.h"
#include "fake-uploader.h"
#include "hoist-path-name.h"
#include "hoist-upload-row.h"
#include "ui-test.h"

static const char *const buttons[] = { "pause_button",  "resume_button", "retry_button",
                                       "cancel_button", "forget_button", "menu_button",
                                       "locate_button" };

/* What each button tells the engine; -1: nothing. */
static const int button_commands[] = { HOIST_COMMAND_PAUSE,
                                       HOIST_COMMAND_RESUME,
                                       HOIST_COMMAND_RETRY,
                                       HOIST_COMMAND_CANCEL,
                                       HOIST_COMMAND_FORGET,
                                       -1,
                                       -1 };

typedef struct
{
  HoistUploadState state;
  int error_code;
  const char *shown;
} Case;

static const Case cases[] = {
  { HOIST_UPLOAD_QUEUED, -1, "pause_button cancel_button menu_button " },
  { HOIST_UPLOAD_PREPARING, -1, "pause_button cancel_button menu_button " },
  { HOIST_UPLOAD_STARTING, -1, "pause_button cancel_button menu_button " },
  { HOIST_UPLOAD_SENDING, -1, "pause_button cancel_button menu_button " },
  { HOIST_UPLOAD_FINISHING, -1, "cancel_button menu_button " },
  { HOIST_UPLOAD_DONE, -1, "forget_button menu_button " },
  { HOIST_UPLOAD_PAUSED, -1, "resume_button cancel_button menu_button " },
  { HOIST_UPLOAD_WAITING, HOIST_ERROR_NETWORK,
    "pause_button retry_button cancel_button menu_button " },
  { HOIST_UPLOAD_WAITING, HOIST_ERROR_DRIVE_GONE,
    "pause_button retry_button cancel_button menu_button locate_button " },
  { HOIST_UPLOAD_FAILED, HOIST_ERROR_FORBIDDEN, "retry_button cancel_button menu_button " },
  { HOIST_UPLOAD_FAILED, HOIST_ERROR_FILE_MISSING,
    "retry_button cancel_button menu_button locate_button " },
  { HOIST_UPLOAD_FAILED, HOIST_ERROR_FILE_CHANGED,
    "retry_button cancel_button menu_button locate_button " },
  { HOIST_UPLOAD_CANCELLING, -1, "menu_button " },
};

typedef struct
{
  FakeBackend *backend;
  FakeUploader *uploader;
  HoistUploadRow *row;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->backend = fake_backend_new (2);
  fixture->uploader = fake_uploader_new ();
  fixture->row = g_object_ref_sink (HOIST_UPLOAD_ROW (hoist_upload_row_new (
    HOIST_DESTINATION_BACKEND (fixture->backend), HOIST_UPLOADER (fixture->uploader))));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->row);
  g_assert_finalize_object (fixture->uploader);
  g_assert_finalize_object (fixture->backend);
}

static HoistUpload *
make_upload (const Case *row_case)
{
  g_autoptr (HoistUploadInfo) info = fake_uploader_info (7, row_case->state);

  info->error_code = row_case->error_code;
  if (row_case->error_code >= 0)
    info->error_message = g_ref_string_new ("It did not work. Try this.");
  if (row_case->state == HOIST_UPLOAD_DONE)
    info->location = g_ref_string_new ("https://storage.example.com/file");
  return hoist_upload_new (info);
}

static char *
list_shown (HoistUploadRow *row)
{
  GString *shown = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    if (gtk_widget_get_visible (ui_test_child (row, buttons[i])))
      g_string_append_printf (shown, "%s ", buttons[i]);
  return g_string_free (shown, FALSE);
}

/* From any state to any other: a row is bound to one upload after the other. */
static void
test_buttons (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (cases); j++)
      {
        g_autoptr (HoistUpload) before = make_upload (&cases[i]);
        g_autoptr (HoistUpload) upload = make_upload (&cases[j]);
        g_autofree char *shown = NULL;

        hoist_upload_row_set_upload (fixture->row, before);
        hoist_upload_row_set_upload (fixture->row, upload);
        shown = list_shown (fixture->row);
        g_assert_cmpstr (shown, ==, cases[j].shown);
      }
}

/* The same when the upload itself changes. */
static void
test_changes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistUpload) upload = make_upload (&cases[0]);

  hoist_upload_row_set_upload (fixture->row, upload);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistUpload) next = make_upload (&cases[i]);
      g_autofree char *shown = NULL;

      hoist_upload_update (upload, (HoistUploadInfo *) hoist_upload_get_info (next));
      shown = list_shown (fixture->row);
      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

/* No button is shown that the engine would not listen to. */
static void
test_commands (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistUpload) upload = make_upload (&cases[i]);

      hoist_upload_row_set_upload (fixture->row, upload);
      for (gsize j = 0; j < G_N_ELEMENTS (buttons); j++)
        if (button_commands[j] >= 0 &&
            gtk_widget_get_visible (ui_test_child (fixture->row, buttons[j])))
          g_assert_true (hoist_command_applies ((HoistCommand) button_commands[j], cases[i].state));
    }
}

static const char *
get_text (Fixture *fixture, const char *label)
{
  return gtk_label_get_label (GTK_LABEL (ui_test_child (fixture->row, label)));
}

static void
test_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistUploadInfo) info = fake_uploader_info (1, HOIST_UPLOAD_SENDING);
  g_autoptr (HoistUpload) upload = NULL;

  hoist_path_name_release (info->path, info->name);
  info->name = g_ref_string_new ("a <b> & c.mov");
  info->size_bytes = 1200000000;
  info->sent_bytes = 412000000;
  info->bytes_per_s = 6500000;
  upload = hoist_upload_new (info);
  hoist_upload_row_set_upload (fixture->row, upload);
  g_assert_cmpstr (get_text (fixture, "name_label"), ==, "a <b> & c.mov");
  g_assert_cmpstr (get_text (fixture, "amount_label"), ==, "412.0\u00a0MB of 1.2\u00a0GB");
  g_assert_cmpstr (get_text (fixture, "status_label"), ==, "6.5\u00a0MB/s · About 2 minutes left");
  g_assert_cmpstr (get_text (fixture, "destination_label"), ==, "to Studio");
  g_assert_false (gtk_widget_get_visible (ui_test_child (fixture->row, "error_label")));
  g_assert_cmpfloat_with_epsilon (
    gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (ui_test_child (fixture->row, "progress_bar"))),
    412.0 / 1200.0, 0.001);
}

static void
test_error (Fixture *fixture, gconstpointer data)
{
  g_autofree char *message = g_strnfill (3000, 'x');
  g_autoptr (HoistUploadInfo) info = fake_uploader_info (1, HOIST_UPLOAD_FAILED);
  g_autoptr (HoistUpload) upload = NULL;

  info->error_code = HOIST_ERROR_FORBIDDEN;
  info->error_message = g_ref_string_new (message);
  upload = hoist_upload_new (info);
  hoist_upload_row_set_upload (fixture->row, upload);
  g_assert_cmpstr (get_text (fixture, "error_label"), ==, message);
  g_assert_true (gtk_widget_get_visible (ui_test_child (fixture->row, "error_label")));
  g_assert_true (gtk_widget_has_css_class (ui_test_child (fixture->row, "error_label"), "error"));
}

static void
test_destination (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistUploadInfo) info = fake_uploader_info (1, HOIST_UPLOAD_QUEUED);
  g_autoptr (HoistUpload) upload = hoist_upload_new (info);
  g_autoptr (HoistDestination) studio =
    hoist_destination_backend_lookup (HOIST_DESTINATION_BACKEND (fixture->backend), "studio");

  hoist_upload_row_set_upload (fixture->row, upload);
  hoist_destination_set_name (studio, "Atelier");
  hoist_upload_row_refresh (fixture->row);
  g_assert_cmpstr (get_text (fixture, "destination_label"), ==, "to Atelier");

  g_list_store_remove_all (G_LIST_STORE (
    hoist_destination_backend_get_destinations (HOIST_DESTINATION_BACKEND (fixture->backend))));
  hoist_upload_row_refresh (fixture->row);
  g_assert_cmpstr (get_text (fixture, "destination_label"), ==, "to studio");
}

/* A row lets go of what it showed, and no longer listens to it. */
static void
test_unbind (Fixture *fixture, gconstpointer data)
{
  HoistUpload *upload = make_upload (&cases[0]);
  g_autoptr (HoistUpload) next = make_upload (&cases[1]);

  hoist_upload_row_set_upload (fixture->row, upload);
  hoist_upload_row_set_upload (fixture->row, NULL);
  hoist_upload_update (upload, (HoistUploadInfo *) hoist_upload_get_info (next));
  g_assert_null (hoist_upload_row_get_upload (fixture->row));
  g_assert_finalize_object (upload);
}

static void
test_accessible (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistUpload) upload = make_upload (&cases[0]);

  hoist_upload_row_set_upload (fixture->row, upload);
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (fixture->row),
                                                   GTK_ACCESSIBLE_PROPERTY_LABEL));
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      GtkWidget *button = ui_test_child (fixture->row, buttons[i]);

      g_assert_true (
        gtk_test_accessible_has_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL) ||
        gtk_test_accessible_has_relation (GTK_ACCESSIBLE (button),
                                          GTK_ACCESSIBLE_RELATION_LABELLED_BY));
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/upload-row/buttons", test_buttons },
    { "/ui/upload-row/changes", test_changes },
    { "/ui/upload-row/commands", test_commands },
    { "/ui/upload-row/words", test_words },
    { "/ui/upload-row/error", test_error },
    { "/ui/upload-row/destination", test_destination },
    { "/ui/upload-row/unbind", test_unbind },
    { "/ui/upload-row/accessible", test_accessible },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
