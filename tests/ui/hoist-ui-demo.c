/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The windows with made-up uploads, to look at them:
 *   tests/lib/session.py --display -- _build/tests/ui/hoist-ui-demo busy */

#include "fake-backend.h"
#include "fake-uploader.h"
#include "hoist-path-name.h"
#include "hoist-window-private.h"

#define STEP_MS 100

static char *action;
static char *detail;
static gboolean dark;
static int width = 720;
static int height = 600;
static int n_destinations = 1;

static const GOptionEntry options[] = {
  { "action", 0, 0, G_OPTION_ARG_STRING, &action, "Activate an action of the window", "NAME" },
  { "target", 0, 0, G_OPTION_ARG_STRING, &detail, "With this parameter", "VARIANT" },
  { "dark", 0, 0, G_OPTION_ARG_NONE, &dark, "Dark style", NULL },
  { "width", 0, 0, G_OPTION_ARG_INT, &width, "Of the window", "PIXELS" },
  { "height", 0, 0, G_OPTION_ARG_INT, &height, "Of the window", "PIXELS" },
  { "destinations", 0, 0, G_OPTION_ARG_INT, &n_destinations, "How many", "NUMBER" },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  const char *scenario;
  FakeUploader *uploader;
  FakeBackend *backend;
  GPtrArray *moving; /* (element-type HoistUploadInfo) */
} Demo;

static HoistUploadInfo *
make (guint64 id, HoistUploadState state, const char *name, guint64 sent_mb, guint64 size_mb)
{
  HoistUploadInfo *info = fake_uploader_info (id, state);

  hoist_path_name_release (info->path, info->name);
  info->name = g_ref_string_new (name);
  info->sent_bytes = sent_mb * 1000000;
  info->size_bytes = size_mb * 1000000;
  return info;
}

static HoistUploadInfo *
make_error (HoistUploadInfo *info, HoistError code, const char *message)
{
  info->error_code = code;
  info->error_message = g_ref_string_new (message);
  return info;
}

static void
put_done (Demo *demo, guint64 id, const char *name, guint64 size_mb, guint minutes_ago)
{
  HoistUploadInfo *info = make (id, HOIST_UPLOAD_DONE, name, size_mb, size_mb);

  info->finished_us = g_get_real_time () - (gint64) minutes_ago * 60 * G_USEC_PER_SEC;
  info->location = g_ref_string_new ("https://storage.example.com/studio/file");
  fake_uploader_put (demo->uploader, info);
}

static void
put_moving (Demo *demo, guint64 id, const char *name, guint64 sent, guint64 size, guint64 mb_per_s)
{
  HoistUploadInfo *info = make (id, HOIST_UPLOAD_SENDING, name, sent, size);

  info->bytes_per_s = mb_per_s * 1000000;
  g_ptr_array_add (demo->moving, hoist_upload_info_ref (info));
  fake_uploader_put (demo->uploader, info);
}

static void
put_errors (Demo *demo)
{
  HoistUploadInfo *waiting =
    make_error (make (23, HOIST_UPLOAD_WAITING, "interview-take-3.wav", 98, 402),
                HOIST_ERROR_NETWORK, "No connection to hoist.example.com.");

  waiting->next_try_us = g_get_monotonic_time () + 47 * G_USEC_PER_SEC;
  fake_uploader_put (demo->uploader, waiting);
  fake_uploader_put (
    demo->uploader,
    make_error (make (20, HOIST_UPLOAD_FAILED, "rushes/day-2/A003_C012_0815Q1.mov", 1200, 8100),
                HOIST_ERROR_FILE_MISSING,
                "The file is no longer at /data/rushes/day-2/A003_C012_0815Q1.mov. If you moved "
                "it, say where it is now."));
  fake_uploader_put (demo->uploader,
                     make_error (make (21, HOIST_UPLOAD_FAILED, "Contract.pdf", 0, 3),
                                 HOIST_ERROR_FORBIDDEN,
                                 "The backend does not let you upload here. Ask whoever runs it."));
  fake_uploader_put (demo->uploader,
                     make_error (make (22, HOIST_UPLOAD_FAILED, "disk-image.raw", 0, 60000000),
                                 HOIST_ERROR_TOO_LARGE,
                                 "The file has 60 TB, the destination takes 5 TB at most. Split it "
                                 "before uploading."));
}

/* All that waits, each for another reason. */
static void
put_waiting (Demo *demo)
{
  HoistUploadInfo *slow = make_error (make (60, HOIST_UPLOAD_WAITING, "render.exr", 98, 402),
                                      HOIST_ERROR_THROTTLED, "Reduce your request rate.");
  HoistUploadInfo *held = make (61, HOIST_UPLOAD_WAITING, "interview-take-3.wav", 12, 402);

  slow->next_try_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  held->hold = HOIST_HOLD_METERED;
  fake_uploader_put (demo->uploader, slow);
  fake_uploader_put (demo->uploader, held);
  for (guint64 id = 62; id < 66; id++)
    {
      HoistUploadInfo *queued = make (id, HOIST_UPLOAD_QUEUED, "scan.tiff", 0, 86);

      queued->turn = id;
      fake_uploader_put (demo->uploader, queued);
    }
}

static void
put_busy (Demo *demo)
{
  put_moving (demo, 5, "Documentary – final cut.mov", 4120, 12400, 61);
  put_moving (demo, 6, "photos/2024-06 Lisbon/RAW/IMG_20240614_183012_panorama_stitched.dng", 130,
              412, 18);
  put_moving (demo, 7, "database-backup.tar.zst", 212, 1900, 5);
  fake_uploader_put (demo->uploader, make (8, HOIST_UPLOAD_PAUSED, "slides.odp", 12, 48));
  fake_uploader_put (demo->uploader, make (9, HOIST_UPLOAD_QUEUED, "interview.mp3", 0, 86));
  fake_uploader_put (demo->uploader, make (10, HOIST_UPLOAD_QUEUED, "notes.txt", 0, 1));
  put_done (demo, 1, "poster.png", 14, 3);
  put_done (demo, 2, "Readme.pdf", 2, 60 * 50);
}

static void
put_restored (Demo *demo)
{
  for (guint64 id = 40; id < 43; id++)
    {
      HoistUploadInfo *info = make (id, HOIST_UPLOAD_PAUSED, "scan.tiff", 1400 * (id - 39), 6000);

      info->restored = TRUE;
      fake_uploader_put (demo->uploader, info);
    }
}

static HoistUploadInfo *
advance (const HoistUploadInfo *info)
{
  HoistUploadInfo *next = make (info->id, info->state, info->name, 0, 0);

  next->size_bytes = info->size_bytes;
  next->bytes_per_s = info->bytes_per_s + (guint64) g_random_int_range (-400000, 400000);
  next->sent_bytes = MIN (info->sent_bytes + info->bytes_per_s * STEP_MS / 1000, info->size_bytes);
  if (next->sent_bytes == next->size_bytes)
    next->sent_bytes = 0;
  return next;
}

static gboolean
step_cb (gpointer user_data)
{
  Demo *demo = user_data;
  HoistUploadList *list = hoist_uploader_get_list (HOIST_UPLOADER (demo->uploader));
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  for (guint i = 0; i < demo->moving->len; i++)
    {
      HoistUploadInfo **info = (HoistUploadInfo **) &g_ptr_array_index (demo->moving, i);
      const HoistUploadInfo *shown = hoist_upload_list_lookup_info (list, (*info)->id);
      HoistUploadInfo *next;

      if (shown == NULL || shown->state != HOIST_UPLOAD_SENDING)
        continue;
      next = advance (*info);
      hoist_upload_info_unref (*info);
      *info = hoist_upload_info_ref (next);
      g_ptr_array_add (changes->infos, next);
    }
  hoist_upload_list_apply (list, changes);
  return G_SOURCE_CONTINUE;
}

static gboolean
activate_action_cb (gpointer user_data)
{
  g_autoptr (GVariant) target = detail != NULL ? g_variant_parse (NULL, detail, NULL, NULL, NULL)
                                               : NULL;

  gtk_widget_activate_action_variant (GTK_WIDGET (user_data), action, target);
  return G_SOURCE_REMOVE;
}

static void
fill (Demo *demo, HoistWindow *window)
{
  if (g_str_equal (demo->scenario, "busy"))
    put_busy (demo);
  else if (g_str_equal (demo->scenario, "errors"))
    put_errors (demo);
  else if (g_str_equal (demo->scenario, "restored"))
    put_restored (demo);
  else if (g_str_equal (demo->scenario, "waiting"))
    put_waiting (demo);
  else if (g_str_equal (demo->scenario, "many"))
    {
      fake_uploader_put_many (demo->uploader, 1000, 10000, HOIST_UPLOAD_QUEUED);
      put_busy (demo);
    }
  else if (g_str_equal (demo->scenario, "drop"))
    gtk_revealer_set_reveal_child (window->drop_revealer, TRUE);
  else if (g_str_equal (demo->scenario, "problem"))
    {
      put_restored (demo);
      put_busy (demo);
      hoist_window_set_problem (window, "The journal cannot be written",
                                "There is no room left on the disk. Uploads go on, but after a "
                                "crash they begin where they last were written down.");
      hoist_window_set_keyring_problem (window, "There is no keyring in this session.");
    }
}

static void
activate_cb (GtkApplication *application, Demo *demo)
{
  GtkWidget *window = hoist_window_new (application, HOIST_UPLOADER (demo->uploader),
                                        HOIST_DESTINATION_BACKEND (demo->backend));

  if (dark)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
  hoist_window_install_accels (application);
  fill (demo, HOIST_WINDOW (window));
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  if (action != NULL)
    g_timeout_add (500, activate_action_cb, window);
  g_timeout_add (STEP_MS, step_cb, demo);
}

static void
quit_cb (GSimpleAction *simple, GVariant *parameter, gpointer user_data)
{
  g_application_quit (G_APPLICATION (user_data));
}

int
main (int argc, char **argv)
{
  static const GActionEntry actions[] = { { "quit", quit_cb, NULL, NULL, NULL, { 0 } } };
  g_autoptr (GOptionContext) context = g_option_context_new ("SCENARIO");
  g_autoptr (AdwApplication) application =
    adw_application_new ("io.github.hoist.Hoist", G_APPLICATION_NON_UNIQUE);
  g_autoptr (GError) error = NULL;
  Demo demo = { 0 };
  int status;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  demo.scenario = argc > 1 ? argv[1] : "busy";
  demo.uploader = fake_uploader_new ();
  demo.backend = fake_backend_new ((guint) n_destinations);
  demo.moving = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_upload_info_unref);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &demo);
  status = g_application_run (G_APPLICATION (application), 1, argv);
  g_ptr_array_unref (demo.moving);
  g_object_unref (demo.uploader);
  g_object_unref (demo.backend);
  return status;
}
