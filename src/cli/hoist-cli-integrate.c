/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-options.h"
#include "hoist-cli-text.h"
#include "hoist-error.h"
#include "hoist-integration.h"
#include "hoist-menu-destinations.h"
#include "hoist-preset-files.h"

typedef enum
{
  DO_INSTALL,
  DO_REMOVE,
  DO_LIST,
} What;

/* What is done for one file manager, and what came of it. */
typedef struct
{
  HoistFileManager manager;
  HoistIntegrationState state;
  gboolean is_there;
  GPtrArray *changes; /* (owned) (nullable) (element-type HoistChange) */
  GError *error;      /* (owned) (nullable) */
} Work;

typedef struct
{
  What what;
  HoistPlaces *places; /* (owned) */
  GArray *named;       /* (owned) (element-type HoistFileManager) */
  GArray *work;        /* (owned) (element-type Work) */
  GError *error;       /* (owned) (nullable) that concerns all of them */
} IntegrateCall;

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->changes, g_ptr_array_unref);
  g_clear_error (&work->error);
}

static void
integrate_call_free (IntegrateCall *call)
{
  hoist_places_free (call->places);
  g_array_unref (call->named);
  g_array_unref (call->work);
  g_clear_error (&call->error);
  g_free (call);
}

/* --- Doing it: files are read and written, so in a thread -------------------------------------- */

static gboolean
is_named (const IntegrateCall *call, HoistFileManager manager)
{
  for (guint i = 0; i < call->named->len; i++)
    if (g_array_index (call->named, HoistFileManager, i) == manager)
      return TRUE;
  return FALSE;
}

/* Without names: those that are there, or have something of ours. */
static gboolean
is_meant (const IntegrateCall *call, const Work *work)
{
  if (call->named->len > 0)
    return is_named (call, work->manager);
  return call->what == DO_LIST || work->is_there || work->state == HOIST_INTEGRATION_WRITTEN;
}

static void
do_work (const IntegrateCall *call, Work *work, GPtrArray *destinations)
{
  if (call->what == DO_REMOVE)
    work->changes = hoist_integration_remove (call->places, work->manager, &work->error);
  else if (call->what == DO_INSTALL && work->state != HOIST_INTEGRATION_MODULE)
    work->changes =
      hoist_integration_install (call->places, work->manager, destinations, &work->error);
}

/* Those that the menus have to offer. */
static GPtrArray *
load_destinations (const IntegrateCall *call, GError **error)
{
  g_autofree char *path = hoist_places_make_destinations_path ();
  g_auto (GStrv) folders = hoist_preset_files_get_folders (call->places->sandboxed);

  return hoist_menu_destinations_load (path, (const char *const *) folders, error);
}

static void
work_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  IntegrateCall *call = task_data;
  g_autoptr (GPtrArray) destinations = load_destinations (call, &call->error);

  for (guint i = 0; destinations != NULL && i < HOIST_N_FILE_MANAGERS; i++)
    {
      Work work = { .manager = i };

      work.state = hoist_integration_get_state (call->places, i);
      work.is_there = hoist_places_has_file_manager (call->places, i);
      if (!is_meant (call, &work))
        continue;
      do_work (call, &work, destinations);
      g_array_append_val (call->work, work);
    }
  g_task_return_boolean (task, TRUE);
}

/* --- Telling it ------------------------------------------------------------------------------- */

static void
print_state (HoistCliConsole *console, const Work *work)
{
  const char *title = hoist_file_manager_get_title (work->manager);
  const char *state = work->is_there ? _ ("no entry") : _ ("not installed");

  if (work->state == HOIST_INTEGRATION_MODULE)
    state = _ ("has Hoist's module");
  else if (work->state == HOIST_INTEGRATION_WRITTEN)
    state = _ ("has an entry");
  hoist_cli_console_print (console, "%-9s %-9s %s", hoist_file_manager_get_name (work->manager),
                           title, state);
}

static void
print_changes (HoistCliConsole *console, const Work *work)
{
  const char *title = hoist_file_manager_get_title (work->manager);

  for (guint i = 0; i < work->changes->len; i++)
    {
      const HoistChange *change = g_ptr_array_index (work->changes, i);
      g_autofree char *path = hoist_cli_text_escape (change->path);
      const char *format = change->kind == HOIST_CHANGE_REMOVED ?
                                                                /* Translators: a file manager; a
                                                                   path. */
        _ ("%s: removed from %s")
                                                                : change->kind == HOIST_CHANGE_SAME
        ? _ ("%s: %s is as it should be")
        : _ ("%s: wrote %s");

      hoist_cli_console_print (console, format, title, path);
    }
}

/* Nautilus has two ways to show it. */
static void
print_nautilus_notes (HoistCliConsole *console, const IntegrateCall *call, const Work *work)
{
  for (guint i = 0; work->changes != NULL && i < work->changes->len; i++)
    {
      const HoistChange *change = g_ptr_array_index (work->changes, i);

      if (change->kind != HOIST_CHANGE_WRITTEN)
        continue;
      if (!g_str_has_suffix (change->path, ".py"))
        {
          hoist_cli_console_print_note (
            console, "%s", _ ("Nautilus shows it under “Scripts” in the menu of a file."));
          if (!call->places->sandboxed)
            hoist_cli_console_print_note (
              console, "%s",
              _ ("With the package python3-nautilus (elsewhere nautilus-python or "
                 "python-nautilus) it would be in the menu itself: install that, and do this "
                 "again."));
          return;
        }
      if (!hoist_places_has_nautilus_python (call->places))
        hoist_cli_console_print_note (
          console, "%s",
          _ ("It needs the package python3-nautilus (elsewhere nautilus-python or "
             "python-nautilus); without that Nautilus shows nothing."));
      hoist_cli_console_print_note (
        console, "%s", _ ("Nautilus shows it once it was started again: “nautilus -q” ends it."));
    }
}

static gboolean
has_written (const Work *work)
{
  for (guint i = 0; work->changes != NULL && i < work->changes->len; i++)
    if (((HoistChange *) g_ptr_array_index (work->changes, i))->kind == HOIST_CHANGE_WRITTEN)
      return TRUE;
  return FALSE;
}

/* Returns: whether it went well */
static gboolean
print_work (HoistCliConsole *console, const IntegrateCall *call, const Work *work)
{
  const char *title = hoist_file_manager_get_title (work->manager);

  if (call->what == DO_LIST)
    {
      print_state (console, work);
      return TRUE;
    }
  if (work->error != NULL)
    {
      g_autofree char *message = hoist_cli_text_escape (work->error->message);

      hoist_cli_console_print_error (console, "%s: %s", title, message);
      return FALSE;
    }
  if (work->changes != NULL)
    print_changes (console, work);
  else
    /* Translators: %s is a file manager. */
    hoist_cli_console_print_note (console, _ ("%s: has Hoist's module, and needs nothing else"),
                                              title);
  if (work->manager == HOIST_FILE_MANAGER_THUNAR && has_written (work))
    hoist_cli_console_print_note (
      console, "%s", _ ("Thunar shows it once it was started again: “thunar -q” ends it."));
  if (work->manager == HOIST_FILE_MANAGER_NAUTILUS)
    print_nautilus_notes (console, call, work);
  return TRUE;
}

static void
print_none (HoistCliConsole *console, const IntegrateCall *call)
{
  if (call->what == DO_REMOVE)
    hoist_cli_console_print_note (console, "%s", _ ("There was nothing to remove."));
  else
    hoist_cli_console_print_note (
      console, "%s",
      _ ("No file manager was found. Name those that you use: “hoistctl integrate nautilus”; "
         "“hoistctl integrate --list” shows their names."));
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  IntegrateCall *call = g_task_get_task_data (task);
  gboolean all_well = TRUE;
  gboolean any = FALSE;

  if (call->error != NULL)
    {
      hoist_cli_finish_error (task, context, call->error);
      return;
    }
  for (guint i = 0; i < call->work->len; i++)
    {
      Work *work = &g_array_index (call->work, Work, i);

      all_well &= print_work (console, call, work);
      any |= call->what != DO_REMOVE || work->error != NULL ||
             (work->changes != NULL && work->changes->len > 0);
    }
  if (!any)
    print_none (console, call);
  hoist_cli_finish (task, all_well ? HOIST_CLI_EXIT_OK : HOIST_CLI_EXIT_FAILED);
}

/* --- The command ------------------------------------------------------------------------------ */

static gboolean
read_names (IntegrateCall *call, char **names, GError **error)
{
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      HoistFileManager manager;

      if (hoist_file_manager_from_name (names[i], &manager))
        {
          g_array_append_val (call->named, manager);
          continue;
        }
      /* Translators: %s is what was given for a file manager's name. */
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   _ ("“%s” is no file manager that Hoist knows"), names[i]);
      return FALSE;
    }
  return TRUE;
}

static IntegrateCall *
integrate_call_new (void)
{
  IntegrateCall *call = g_new0 (IntegrateCall, 1);

  call->places = hoist_places_new (NULL);
  call->named = g_array_new (FALSE, FALSE, sizeof (HoistFileManager));
  call->work = g_array_new (FALSE, FALSE, sizeof (Work));
  g_array_set_clear_func (call->work, (GDestroyNotify) work_clear);
  return call;
}

static void
start (GTask *task, IntegrateCall *call)
{
  g_autoptr (GTask) inner = g_task_new (g_task_get_source_object (task), NULL, done_cb, task);

  g_task_set_source_tag (inner, hoist_cli_integrate);
  g_task_set_task_data (inner, call, NULL);
  g_task_run_in_thread (inner, work_in_thread);
}

/**
 * hoist_cli_integrate:
 * @context: the run
 * @arguments: (array zero-terminated=1): its name and its arguments
 * @task: (transfer full): returns the exit status
 *
 * Puts «Upload to S3» into the file managers of the person who runs it.
 */
void
hoist_cli_integrate (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  IntegrateCall *call = integrate_call_new ();
  gboolean remove = FALSE;
  gboolean list = FALSE;
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "remove", 'r', 0, G_OPTION_ARG_NONE, &remove, N_ ("Take it out again"), NULL },
      { "list", 'l', 0, G_OPTION_ARG_NONE, &list,
        N_ ("Show the file managers and what they have"), NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) integrate_call_free);
  parsed = hoist_cli_parse_options (
    context, arguments, "integrate ",
    _ ("[--remove|--list] [FILE-MANAGER…]"),
       _ ("Puts “Upload to S3” into the menus of your file managers."), entries);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (!read_names (call, names, &error))
    hoist_cli_finish_usage_error (task, context, "integrate ", error->message);
  else if (remove && list)
    hoist_cli_finish_usage_error (task, context, "integrate ",
                                  _ ("--remove and --list do not go together"));
  else
    {
      call->what = remove ? DO_REMOVE : list ? DO_LIST : DO_INSTALL;
      start (task, call);
    }
}
