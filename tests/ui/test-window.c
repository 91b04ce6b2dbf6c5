/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-editor.h"
#include "hoist-leftovers-window.h"
#include "ui-test.h"
#include "window-test.h"

#define N_MANY 10000

static const char *
get_page (WindowTest *fixture)
{
  return gtk_stack_get_visible_child_name (fixture->window->stack);
}

static void
test_pages (WindowTest *fixture, gconstpointer data)
{
  g_assert_cmpstr (get_page (fixture), ==, "empty");
  window_test_put (fixture, 1, HOIST_UPLOAD_QUEUED);
  g_assert_cmpstr (get_page (fixture), ==, "list");
  window_test_put (fixture, 1, HOIST_UPLOAD_CANCELLING);
  g_assert_cmpstr (get_page (fixture), ==, "empty");
}

static void
test_welcome (WindowTest *fixture, gconstpointer data)
{
  g_assert_cmpstr (get_page (fixture), ==, "welcome");
  g_assert_null (ui_test_find_window (HOIST_TYPE_DESTINATION_EDITOR));
  gtk_window_present (GTK_WINDOW (fixture->window));
  ui_test_settle ();
  g_assert_nonnull (ui_test_find_window (HOIST_TYPE_DESTINATION_EDITOR));
}

static void
test_chooser (WindowTest *fixture, gconstpointer data)
{
  const char *const paths[] = { "/data/a", NULL };
  HoistDestinationBackend *backend = HOIST_DESTINATION_BACKEND (fixture->backend);

  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture->window->title_stack), ==, "chooser");
  hoist_window_add_paths (fixture->window, NULL, paths);
  window_test_assert_log (fixture, "add studio /data/a\n");
  gtk_drop_down_set_selected (fixture->window->destination_chooser, 1);
  hoist_window_add_paths (fixture->window, NULL, paths);
  window_test_assert_log (fixture, "add archive & backup /data/a\n");
  hoist_destination_backend_set_default_id (backend, "render farm");
  hoist_window_add_paths (fixture->window, NULL, paths);
  window_test_assert_log (fixture, "add render farm /data/a\n");
}

/* What a file manager's menu says is not asked again, and not changed in the window. */
static void
test_add_to (WindowTest *fixture, gconstpointer data)
{
  const char *const paths[] = { "/data/a", NULL };

  hoist_window_add_paths (fixture->window, "archive & backup", paths);
  window_test_assert_log (fixture, "add archive & backup /data/a\n");
  hoist_window_add_paths (fixture->window, "RENDER farm", paths);
  window_test_assert_log (fixture, "add render farm /data/a\n");
  hoist_window_add_paths (fixture->window, NULL, paths);
  window_test_assert_log (fixture, "add studio /data/a\n");
  /* Nothing goes where nobody sent it. */
  hoist_window_add_paths (fixture->window, "removed", paths);
  window_test_assert_log (fixture, "");
}

static const char *
get_banner_title (HoistBanner *banner)
{
  return gtk_label_get_label (GTK_LABEL (ui_test_child (banner, "title_label")));
}

static void
put_restored (WindowTest *fixture)
{
  for (guint64 id = 1; id <= 3; id++)
    {
      HoistUploadInfo *info = fake_uploader_info (id, HOIST_UPLOAD_PAUSED);

      info->restored = id != 2;
      info->sent_bytes = 200000000;
      fake_uploader_put (fixture->uploader, info);
    }
}

static void
test_restored_continue (WindowTest *fixture, gconstpointer data)
{
  g_assert_false (hoist_banner_get_revealed (fixture->window->restored_banner));
  put_restored (fixture);
  g_assert_true (hoist_banner_get_revealed (fixture->window->restored_banner));
  g_assert_cmpstr (get_banner_title (fixture->window->restored_banner), ==,
                   "2 uploads were not finished — 1.6\u00a0GB left");
  window_test_activate (fixture, "win.restored-continue");
  window_test_assert_log (fixture, "resume 1 3\n");
  g_assert_false (hoist_banner_get_revealed (fixture->window->restored_banner));
}

static void
test_restored_discard (WindowTest *fixture, gconstpointer data)
{
  AdwMessageDialog *dialog;

  put_restored (fixture);
  window_test_activate (fixture, "win.restored-discard");
  dialog = ADW_MESSAGE_DIALOG (ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG));
  adw_message_dialog_response (dialog, "cancel");
  window_test_assert_log (fixture, "");

  gtk_window_destroy (GTK_WINDOW (dialog));
  window_test_activate (fixture, "win.restored-discard");
  dialog = ADW_MESSAGE_DIALOG (ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG));
  adw_message_dialog_response (dialog, "discard");
  window_test_assert_log (fixture, "cancel 1 3\n");
}

/* Asked for when the window comes up, and said until somebody looked. */
static void
test_leftovers (WindowTest *fixture, gconstpointer data)
{
  HoistWindow *window = fixture->window;

  ui_test_settle ();
  g_assert_false (hoist_banner_get_revealed (window->leftovers_banner));
  fake_uploader_add_leftover (fixture->uploader, "u", "a.bin", 12400000000, 0);
  hoist_leftovers_refresh (window->leftovers);
  ui_test_settle ();
  g_assert_true (hoist_banner_get_revealed (window->leftovers_banner));
  g_assert_cmpstr (get_banner_title (window->leftovers_banner), ==,
                   "Unfinished uploads hold 12.4\u00a0GB");
  window_test_activate (fixture, "win.leftovers");
  g_assert_nonnull (ui_test_find_window (HOIST_TYPE_LEFTOVERS_WINDOW));
  ui_test_settle ();
  g_assert_false (hoist_banner_get_revealed (window->leftovers_banner));
}

static void
count_cb (HoistWindow *window, guint *n)
{
  (*n)++;
}

static void
test_problems (WindowTest *fixture, gconstpointer data)
{
  HoistWindow *window = fixture->window;
  guint n_asked = 0;

  hoist_window_set_problem (window, "The journal cannot be written", "The disk is full.");
  g_assert_true (hoist_banner_get_revealed (window->problem_banner));
  g_assert_cmpstr (get_banner_title (window->problem_banner), ==, "The journal cannot be written");
  hoist_window_set_problem (window, NULL, NULL);
  g_assert_false (hoist_banner_get_revealed (window->problem_banner));

  hoist_window_set_keyring_problem (window, "There is no keyring.");
  g_assert_true (hoist_banner_get_revealed (window->keyring_banner));
  g_signal_connect (window, "ask-keyring", G_CALLBACK (count_cb), &n_asked);
  window_test_activate (fixture, "win.ask-keyring");
  g_assert_cmpuint (n_asked, ==, 1);
  hoist_window_set_keyring_problem (window, NULL);
  g_assert_false (hoist_banner_get_revealed (window->keyring_banner));
}

static gboolean
drop_files (WindowTest *fixture, const char *const *uris)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GSList *files = NULL;
  gboolean taken;

  for (gsize i = 0; uris[i] != NULL; i++)
    files = g_slist_append (files, g_file_new_for_uri (uris[i]));
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_list (files));
  taken = _hoist_window_drop (fixture->window, &value);
  g_slist_free_full (files, g_object_unref);
  return taken;
}

static gboolean
drop_text (WindowTest *fixture, const char *text)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  return _hoist_window_drop (fixture->window, &value);
}

static gboolean
refuses_two (gpointer data)
{
  WindowTest *fixture = data;

  return ui_test_shows (GTK_WIDGET (fixture->window), "2 files are not on this computer");
}

static void
test_drop_files (WindowTest *fixture, gconstpointer data)
{
  const char *const uris[] = { "file:///data/a", "file:///data/b%20%C3%BC", "sftp://host/c",
                               "file:///data/%FF", NULL };
  const char *const remote[] = { "sftp://host/c", "smb://host/d", NULL };

  g_assert_true (drop_files (fixture, uris));
  window_test_assert_log (fixture, "add studio /data/a /data/b ü /data/\xff\n");
  /* Where they are is known later. */
  g_assert_true (drop_files (fixture, remote));
  ui_test_wait_until (refuses_two, fixture);
  window_test_assert_log (fixture, "");
}

static void
test_drop_text (WindowTest *fixture, gconstpointer data)
{
  g_assert_true (drop_text (fixture, "# two files\r\nfile:///data/a\r\nfile:///data/%FF\r\n"));
  window_test_assert_log (fixture, "add studio /data/a /data/\xff\n");
  g_assert_false (drop_text (fixture, "some words"));
  g_assert_false (drop_text (fixture, ""));
  g_assert_false (drop_text (fixture, "https://example.com/file\n"));
  g_assert_false (drop_text (fixture, "file:///\xff"));
  window_test_assert_log (fixture, "");
}

static gboolean
has_destination (gpointer data)
{
  WindowTest *fixture = data;

  return g_list_model_get_n_items (hoist_destination_backend_get_destinations (
           HOIST_DESTINATION_BACKEND (fixture->backend))) > 0 &&
         ui_test_find_window (HOIST_TYPE_DESTINATION_EDITOR) == NULL;
}

static guint
count_editors (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n_editors = 0;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GObject) window = g_list_model_get_item (windows, i);

      n_editors += HOIST_IS_DESTINATION_EDITOR (window) ? 1 : 0;
    }
  return n_editors;
}

/* What was dropped too early waits for a destination, and is asked for once. */
static void
test_drop_early (WindowTest *fixture, gconstpointer data)
{
  const char *const uris[] = { "file:///data/a", NULL };
  const char *const more[] = { "file:///data/b", NULL };
  GtkWidget *editor;
  GtkWidget *server;

  gtk_window_present (GTK_WINDOW (fixture->window));
  g_assert_true (drop_files (fixture, uris));
  g_assert_true (drop_files (fixture, more));
  ui_test_settle ();
  g_assert_cmpuint (count_editors (), ==, 1);
  window_test_assert_log (fixture, "");
  editor = ui_test_find_window (HOIST_TYPE_DESTINATION_EDITOR);
  gtk_editable_set_text (GTK_EDITABLE (ui_test_child (editor, "name_row")), "Studio");
  server = ui_test_child (editor, "server_fields");
  gtk_editable_set_text (GTK_EDITABLE (ui_test_child (server, "url_row")), "hoist.example.com");
  gtk_editable_set_text (GTK_EDITABLE (ui_test_child (server, "token_row")), "secret");
  gtk_widget_activate_action (editor, "editor.save", NULL);
  ui_test_wait_until (has_destination, fixture);
  window_test_assert_log (fixture, "add studio /data/a /data/b\n");
}

static void
test_commands (WindowTest *fixture, gconstpointer data)
{
  window_test_put (fixture, 5, HOIST_UPLOAD_SENDING);
  window_test_activate_for (fixture, "win.upload-pause", 5);
  window_test_assert_log (fixture, "pause 5\n");
  window_test_activate_for (fixture, "win.upload-resume", 5);
  window_test_assert_log (fixture, "resume 5\n");
  window_test_put (fixture, 5, HOIST_UPLOAD_FAILED);
  window_test_activate_for (fixture, "win.upload-retry", 5);
  window_test_assert_log (fixture, "retry 5\n");
  window_test_put (fixture, 5, HOIST_UPLOAD_DONE);
  window_test_activate_for (fixture, "win.upload-forget", 5);
  window_test_assert_log (fixture, "forget 5\n");
}

static void
test_undo (WindowTest *fixture, gconstpointer data)
{
  window_test_put (fixture, 5, HOIST_UPLOAD_SENDING);
  window_test_put (fixture, 6, HOIST_UPLOAD_SENDING);
  window_test_activate_for (fixture, "win.upload-cancel", 5);
  window_test_activate_for (fixture, "win.upload-cancel", 6);
  window_test_assert_log (fixture, "cancel 5\ncancel 6\n");
  g_assert_cmpstr (get_page (fixture), ==, "empty");
  window_test_activate (fixture, "win.undo-cancel");
  window_test_assert_log (fixture, "undo-cancel 5 6\n");
  g_assert_cmpstr (get_page (fixture), ==, "list");
  /* Once only. */
  window_test_activate (fixture, "win.undo-cancel");
  window_test_assert_log (fixture, "");
}

static void
test_all (WindowTest *fixture, gconstpointer data)
{
  window_test_put (fixture, 1, HOIST_UPLOAD_DONE);
  window_test_put (fixture, 2, HOIST_UPLOAD_FAILED);
  window_test_put (fixture, 3, HOIST_UPLOAD_SENDING);
  window_test_put (fixture, 4, HOIST_UPLOAD_PAUSED);
  window_test_activate (fixture, "win.pause-all");
  window_test_assert_log (fixture, "pause 3\n");
  window_test_activate (fixture, "win.resume-all");
  window_test_assert_log (fixture, "resume 3 4\n");
  /* A failed one still needs a person. */
  window_test_activate (fixture, "win.clear-finished");
  window_test_assert_log (fixture, "forget 1\n");
}

static void
test_limits (WindowTest *fixture, gconstpointer data)
{
  HoistLimits limits = { .parts_in_flight = 8, .bytes_per_s = 1000000 };

  hoist_window_set_limits (fixture->window, &limits);
  window_test_assert_log (fixture, "limits 8 1000000 \n");
  hoist_window_set_limits (fixture->window, &limits);
  window_test_assert_log (fixture, "");
  limits = (HoistLimits){ .parts_in_flight = 99, .fixed_parts = TRUE };
  g_assert_true (hoist_rate_schedule_parse (&limits.schedule, "8-17=2M", NULL));
  hoist_window_set_limits (fixture->window, &limits);
  window_test_assert_log (fixture, "limits =32 0 08:00-17:00=2000000\n");
  g_assert_cmpuint (hoist_window_get_limits (fixture->window)->parts_in_flight, ==, 32);
}

static gboolean
has_no_batches (gpointer data)
{
  return ((WindowTest *) data)->window->batches->len == 0;
}

static gboolean
has_batches (gpointer data)
{
  return !has_no_batches (data);
}

static void
test_batches (WindowTest *fixture, gconstpointer data)
{
  const char *const paths[] = { "/data/folder", NULL };
  GtkLabel *label = GTK_LABEL (ui_test_child (fixture->window->totals_bar, "label"));

  hoist_window_add_paths (fixture->window, NULL, paths);
  ui_test_wait_until (has_batches, fixture);
  fake_uploader_put_batch (fixture->uploader, 1, 0, FALSE);
  g_assert_cmpstr (gtk_label_get_label (label), ==, "Looking for files…");
  fake_uploader_put_batch (fixture->uploader, 1, 0, TRUE);
  g_assert_true (has_no_batches (fixture));
}

static gboolean
has_message (gpointer data)
{
  return ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG) != NULL;
}

static void
test_relocate (WindowTest *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  window_test_put (fixture, 5, HOIST_UPLOAD_FAILED);
  gtk_window_present (GTK_WINDOW (fixture->window));
  _hoist_window_relocate (fixture->window, 5, "/new/moved.mov");
  window_test_assert_log (fixture, "relocate 5 /new/moved.mov\n");
  ui_test_settle ();
  g_assert_false (has_message (NULL));

  fake_uploader_set_relocate_error (fixture->uploader, "This file has another content.");
  _hoist_window_relocate (fixture->window, 5, "/new/other.mov");
  window_test_assert_log (fixture, "relocate 5 /new/other.mov\n");
  ui_test_wait_until (has_message, NULL);
  dialog = ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_cmpstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "This file has another content.");
  /* One that is gone is not asked for. */
  _hoist_window_relocate (fixture->window, 99, "/new/other.mov");
  window_test_assert_log (fixture, "");
}

/* Each dialog can be made and thrown away. */
static void
test_dialogs (WindowTest *fixture, gconstpointer data)
{
  static const char *const actions[] = { "win.destinations", "win.preferences", "win.shortcuts",
                                         "win.about", "win.add-destination" };

  gtk_window_present (GTK_WINDOW (fixture->window));
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      guint n_windows = g_list_model_get_n_items (gtk_window_get_toplevels ());

      window_test_activate (fixture, actions[i]);
      ui_test_settle ();
      g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, n_windows + 1);
    }
}

static void
click (WindowTest *fixture, guint64 id, const char *name)
{
  GtkWidget *button = ui_test_child (window_test_wait_for_row (fixture, id), name);

  g_assert_true (gtk_widget_get_visible (button));
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

/* Buttons work in a row that was used before, for another upload. */
static void
test_buttons (WindowTest *fixture, gconstpointer data)
{
  gtk_window_present (GTK_WINDOW (fixture->window));
  for (guint64 id = 1; id <= 4; id++)
    window_test_put (fixture, id, HOIST_UPLOAD_SENDING);
  ui_test_wait_until (window_test_has_rows, fixture);
  for (guint round = 0; round < 3; round++)
    {
      window_test_put (fixture, 1, HOIST_UPLOAD_DONE);
      window_test_put (fixture, 2, HOIST_UPLOAD_FAILED);
      ui_test_settle ();
      click (fixture, 3, "pause_button");
      window_test_assert_log (fixture, "pause 3\n");
      click (fixture, 3, "resume_button");
      window_test_assert_log (fixture, "resume 3\n");
      click (fixture, 2, "retry_button");
      window_test_assert_log (fixture, "retry 2\n");
      click (fixture, 4, "cancel_button");
      window_test_assert_log (fixture, "cancel 4\n");
      click (fixture, 1, "forget_button");
      window_test_assert_log (fixture, "forget 1\n");
      for (guint64 id = 1; id <= 4; id++)
        window_test_put (fixture, id, HOIST_UPLOAD_SENDING);
      ui_test_settle ();
    }
}

static GSList *
watch_rows (WindowTest *fixture)
{
  GSList *watched = NULL;

  for (guint i = 0; i < fixture->window->rows->len; i++)
    {
      HoistUpload *upload =
        hoist_upload_row_get_upload (g_ptr_array_index (fixture->window->rows, i));
      GWeakRef *ref = g_new0 (GWeakRef, 1);

      g_weak_ref_init (ref, upload);
      watched = g_slist_prepend (watched, ref);
    }
  return watched;
}

static void
assert_gone (gpointer data)
{
  GWeakRef *ref = data;

  g_assert_null (g_weak_ref_get (ref));
  g_weak_ref_clear (ref);
  g_free (ref);
}

/* Ten thousand uploads need no more rows than are seen, and nothing keeps one that is gone. */
static void
test_many (WindowTest *fixture, gconstpointer data)
{
  HoistUploadList *list = hoist_uploader_get_list (HOIST_UPLOADER (fixture->uploader));
  GSList *watched = NULL;

  gtk_window_present (GTK_WINDOW (fixture->window));
  fake_uploader_put_many (fixture->uploader, 1, N_MANY, HOIST_UPLOAD_QUEUED);
  ui_test_wait_until (window_test_has_rows, fixture);
  for (guint i = 0; i < N_MANY; i += N_MANY / 10)
    {
      gtk_widget_activate_action (GTK_WIDGET (fixture->window->list_view), "list.scroll-to-item",
                                  "u", i);
      ui_test_settle ();
    }
  fake_uploader_put_many (fixture->uploader, N_MANY / 2, 100, HOIST_UPLOAD_SENDING);
  ui_test_settle ();
  g_assert_cmpuint (fixture->window->rows->len, >, 0);
  g_assert_cmpuint (fixture->window->rows->len, <, 50);
  g_assert_cmpuint (fixture->window->spare_rows->len, <=, 50);

  watched = watch_rows (fixture);
  hoist_upload_list_clear (list);
  g_slist_free_full (watched, assert_gone);
  g_assert_cmpstr (get_page (fixture), ==, "empty");
}

static GtkWidget *
find_link (GtkWidget *widget, const char *part)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), part) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_link (child, part);
  return found;
}

/* Where links cannot be opened the licence's is told instead: GLib would end the program. */
static void
test_about_link (WindowTest *fixture, gconstpointer data)
{
  GtkWidget *about, *label, *dialog;
  gboolean handled = FALSE;

  hoist_window_set_opens_links (fixture->window, FALSE);
  window_test_activate (fixture, "win.about");
  about = ui_test_find_window (ADW_TYPE_ABOUT_WINDOW);
  label = find_link (about, "https://www.gnu.org/licenses/");
  g_assert_nonnull (label);
  g_signal_emit_by_name (label, "activate-link", "https://www.gnu.org/licenses/gpl", &handled);
  g_assert_true (handled);
  dialog = ui_test_find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)),
                            "https://www.gnu.org/licenses/gpl"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "copy");
  ui_test_settle ();
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    guint n_destinations;
    void (*test) (WindowTest *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/window/pages", 1, test_pages },
    { "/ui/window/welcome", 0, test_welcome },
    { "/ui/window/chooser", 3, test_chooser },
    { "/ui/window/add-to", 3, test_add_to },
    { "/ui/window/restored-continue", 1, test_restored_continue },
    { "/ui/window/restored-discard", 1, test_restored_discard },
    { "/ui/window/leftovers", 1, test_leftovers },
    { "/ui/window/problems", 1, test_problems },
    { "/ui/window/drop-files", 1, test_drop_files },
    { "/ui/window/drop-text", 1, test_drop_text },
    { "/ui/window/drop-early", 0, test_drop_early },
    { "/ui/window/commands", 1, test_commands },
    { "/ui/window/undo", 1, test_undo },
    { "/ui/window/all", 1, test_all },
    { "/ui/window/limits", 1, test_limits },
    { "/ui/window/batches", 1, test_batches },
    { "/ui/window/relocate", 1, test_relocate },
    { "/ui/window/dialogs", 2, test_dialogs },
    { "/ui/window/about-link", 1, test_about_link },
    { "/ui/window/buttons", 1, test_buttons },
    { "/ui/window/many", 1, test_many },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, WindowTest, GUINT_TO_POINTER (tests[i].n_destinations),
                window_test_set_up, tests[i].test, window_test_tear_down);
  return g_test_run ();
}
