/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "window-rig.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "await.h"
#include "frame-meter.h"
#include "hoist-destination-kind.h"
#include "remove-tree.h"

/* What the fake backend calls its first destination. */
#define DESTINATION_ID "studio"

#define FILES_A_FOLDER 1000
#define TICK_MS 20

/* --- The sink --------------------------------------------------------------------------------- */

static char *
read_answer (WindowRig *rig)
{
  g_autoptr (GError) error = NULL;
  char *line = g_data_input_stream_read_line (rig->answers, NULL, NULL, &error);

  g_assert_no_error (error);
  if (line == NULL)
    g_error ("The sink ended");
  return line;
}

static void
start_sink (WindowRig *rig)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *port = NULL;
  g_autofree char *secure_port = NULL;

  rig->sink = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                &error, SINK_PROGRAM, SINK_CERTIFICATE, NULL);
  g_assert_no_error (error);
  rig->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (rig->sink));
  port = read_answer (rig);
  secure_port = read_answer (rig);
  rig->url = g_strdup_printf ("http://127.0.0.1:%s", port);
}

/* It ends with its standard input. */
static void
stop_sink (WindowRig *rig)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_close (g_subprocess_get_stdin_pipe (rig->sink), NULL, &error);
  g_assert_no_error (error);
  g_subprocess_wait (rig->sink, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&rig->answers);
  g_clear_object (&rig->sink);
  g_clear_pointer (&rig->url, g_free);
}

static guint64
find_number (const char *answer, const char *name)
{
  g_autofree char *key = g_strdup_printf ("\"%s\": ", name);
  const char *found = strstr (answer, key);

  g_assert_nonnull (found);
  return g_ascii_strtoull (found + strlen (key), NULL, 10);
}

/**
 * window_rig_count_sent:
 *
 * What the sink got so far. Blocks: to be called where nothing is measured.
 */
WindowRigSent
window_rig_count_sent (WindowRig *rig)
{
  GOutputStream *orders = g_subprocess_get_stdin_pipe (rig->sink);
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL;

  g_output_stream_write_all (orders, "stats\n", 6, NULL, NULL, &error);
  g_assert_no_error (error);
  answer = read_answer (rig);
  return (WindowRigSent){ find_number (answer, "objects"), find_number (answer, "bytes") };
}

/* --- The engine and its window ---------------------------------------------------------------- */

static void
set_destination (WindowRig *rig)
{
  g_autoptr (HoistProviderConfig) config = hoist_provider_config_new (HOIST_S3_KIND, rig->url);

  config->token = g_strdup ("bench-key\nbench-secret\n");
  hoist_destination_settings_set (config->settings, HOIST_SETTING_REGION, "us-east-1");
  hoist_destination_settings_set (config->settings, HOIST_SETTING_BUCKET, "bench");
  hoist_destination_settings_set (config->settings, HOIST_SETTING_CHECKSUM, "sha256");
  hoist_engine_set_destination (rig->engine, DESTINATION_ID, config);
}

/**
 * window_rig_open:
 *
 * Starts the engine and presents its window, which fills as the engine tells what it knows.
 */
void
window_rig_open (WindowRig *rig)
{
  g_autofree char *state = g_build_filename (rig->folder, "state", NULL);
  HoistEngineConfig config;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) started = NULL;

  hoist_engine_config_init (&config);
  config.state_folder = state;
  config.undo_us = 0;
  rig->engine = hoist_engine_new (&config);
  hoist_engine_start_async (rig->engine, NULL, await_take_cb, &started);
  rig->window = HOIST_WINDOW (hoist_window_new (GTK_APPLICATION (rig->application),
                                                HOIST_UPLOADER (rig->engine),
                                                HOIST_DESTINATION_BACKEND (rig->backend)));
  gtk_window_present (GTK_WINDOW (rig->window));
  frame_meter_attach (GTK_WIDGET (rig->window));
  hoist_engine_start_finish (rig->engine, await_result (&started), &error);
  g_assert_no_error (error);
  set_destination (rig);
}

void
window_rig_close (WindowRig *rig)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;

  gtk_window_destroy (GTK_WINDOW (rig->window));
  rig->window = NULL;
  hoist_engine_stop_async (rig->engine, await_take_cb, &stopped);
  hoist_engine_stop_finish (rig->engine, await_result (&stopped), &error);
  g_assert_no_error (error);
  /* What is still posted to the main thread holds references. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&rig->engine);
}

HoistUploadList *
window_rig_get_list (WindowRig *rig)
{
  return hoist_uploader_get_list (HOIST_UPLOADER (rig->engine));
}

const HoistUploadTotals *
window_rig_get_totals (WindowRig *rig)
{
  return hoist_upload_list_get_totals (window_rig_get_list (rig));
}

/* --- Files ------------------------------------------------------------------------------------ */

/**
 * window_rig_make_files:
 *
 * Makes a folder of files without blocks, which are read from no disk; returns its path.
 */
char *
window_rig_make_files (WindowRig *rig, const char *name, guint n_files, guint64 size_bytes)
{
  char *root = g_build_filename (rig->folder, name, NULL);

  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/day %03u", root, i / FILES_A_FOLDER);
      g_autofree char *path = g_strdup_printf ("%s/IMG_%06u.JPG", folder, i);
      int fd;

      if (i % FILES_A_FOLDER == 0)
        g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      g_assert_cmpint (fd, >=, 0);
      g_assert_cmpint (ftruncate (fd, (off_t) size_bytes), ==, 0);
      close (fd);
    }
  return root;
}

/* As if it were dropped on the window. */
void
window_rig_add (WindowRig *rig, const char *path)
{
  const char *paths[] = { path, NULL };

  hoist_window_add_paths (rig->window, DESTINATION_ID, paths);
}

/* --- Waiting ---------------------------------------------------------------------------------- */

static gboolean
keep_ticking_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/**
 * window_rig_wait_for:
 * @ms: as long as this
 * @condition: (nullable): or until this holds, which must be cheap: it is in what is measured
 *
 * Runs the main loop.
 */
void
window_rig_wait_for (WindowRig *rig, guint ms, gboolean (*condition) (WindowRig *rig))
{
  gint64 end_us = g_get_monotonic_time () + (gint64) ms * 1000;
  guint tick = g_timeout_add (TICK_MS, keep_ticking_cb, NULL);

  while (g_get_monotonic_time () < end_us && (condition == NULL || !condition (rig)))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

void
window_rig_wait_until (WindowRig *rig, gboolean (*condition) (WindowRig *rig))
{
  while (!condition (rig))
    window_rig_wait_for (rig, 1000, condition);
}

/* --- All of it -------------------------------------------------------------------------------- */

void
window_rig_set_up (WindowRig *rig)
{
  g_autoptr (GError) error = NULL;

  rig->folder = g_dir_make_tmp ("hoist-window-XXXXXX", &error);
  g_assert_no_error (error);
  start_sink (rig);
  rig->backend = fake_backend_new (1);
  /* It brings the style. */
  rig->application = adw_application_new ("io.github.hoist.Hoist", G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (rig->application), NULL, &error);
  g_assert_no_error (error);
}

void
window_rig_tear_down (WindowRig *rig)
{
  g_clear_object (&rig->application);
  g_clear_object (&rig->backend);
  stop_sink (rig);
  remove_tree (rig->folder);
  g_clear_pointer (&rig->folder, g_free);
}
