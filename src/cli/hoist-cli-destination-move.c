/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-destination-move.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-options.h"
#include "hoist-cli-text.h"
#include "hoist-error.h"

typedef struct
{
  /* Options */
  char *before; /* (owned) (nullable) */
  char *after;  /* (owned) (nullable) */
  gboolean first;
  gboolean last;
  GStrv words; /* (owned) (nullable) the destination's name */

  /* In progress */
  char *name; /* (owned) (nullable) what it is called */
} MoveCall;

static void
move_call_free (MoveCall *call)
{
  g_free (call->before);
  g_free (call->after);
  g_strfreev (call->words);
  g_free (call->name);
  g_free (call);
}

static void
moved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  MoveCall *call = g_task_get_task_data (task);
  g_autofree char *name = hoist_cli_text_escape (call->name);
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_move_finish (HOIST_DESTINATION_STORE (source), result, &error))
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  /* Translators: %s is a destination's name. */
  hoist_cli_console_print (hoist_cli_context_get_console (context), _ ("Moved %s"), name);
  hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
}

static HoistDestination *
find (HoistDestinationStore *store, const char *name, GError **error)
{
  HoistDestination *destination = hoist_destination_store_lookup (store, name);

  if (destination == NULL)
    g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                 _ ("There is no destination “%s”; “hoistctl destination list” shows them"), name);
  return destination;
}

/* The one at the first place; or the one behind @destination, which may be none. */
static HoistDestination *
get_first (HoistDestinationStore *store)
{
  g_autoptr (HoistDestination) first = g_list_model_get_item (G_LIST_MODEL (store), 0);

  return first; /* the store keeps it */
}

static HoistDestination *
get_next (HoistDestinationStore *store, HoistDestination *destination)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));

  for (guint i = 0; i + 1 < n; i++)
    {
      g_autoptr (HoistDestination) item = g_list_model_get_item (G_LIST_MODEL (store), i);
      g_autoptr (HoistDestination) next = g_list_model_get_item (G_LIST_MODEL (store), i + 1);

      if (item == destination)
        return next; /* the store keeps it */
    }
  return NULL;
}

static gboolean
find_place (MoveCall *call, HoistDestinationStore *store, HoistDestination **before, GError **error)
{
  HoistDestination *other = NULL;

  *before = NULL;
  if (call->before != NULL || call->after != NULL)
    {
      other = find (store, call->before != NULL ? call->before : call->after, error);
      if (other == NULL)
        return FALSE;
    }
  if (call->first)
    *before = get_first (store);
  else if (call->before != NULL)
    *before = other;
  else if (call->after != NULL)
    *before = get_next (store, other);
  return TRUE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistDestinationStore *store = HOIST_DESTINATION_STORE (source);
  MoveCall *call = g_task_get_task_data (task);
  HoistDestination *destination = NULL;
  HoistDestination *before = NULL;
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_load_finish (store, result, &error) ||
      (destination = find (store, call->words[0], &error)) == NULL ||
      !find_place (call, store, &before, &error))
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  call->name = g_strdup (hoist_destination_get_name (destination));
  hoist_destination_store_move_async (store, hoist_destination_get_id (destination),
                                      before != NULL ? hoist_destination_get_id (before) : NULL,
                                      hoist_cli_context_get_cancellable (context), moved_cb, task);
}

static HoistCliParsed
parse (HoistCliContext *context, const char *const *arguments, MoveCall *call)
{
  const GOptionEntry entries[] = {
    { "before", 0, 0, G_OPTION_ARG_STRING, &call->before,
      N_ ("Put it before this one"), N_ ("NAME") },
      { "after", 0, 0, G_OPTION_ARG_STRING, &call->after,
        N_ ("Put it behind this one"), N_ ("NAME") },
        { "first", 0, 0, G_OPTION_ARG_NONE, &call->first, N_ ("Put it before all others"), NULL },
          { "last", 0, 0, G_OPTION_ARG_NONE, &call->last, N_ ("Put it behind all others"), NULL },
            { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &call->words, NULL, NULL },
            G_OPTION_ENTRY_NULL,
        };

  return hoist_cli_parse_options (context, arguments, "destination move ",
                                  _ ("NAME --before NAME | --after NAME | --first | --last"),
                                     _ ("Gives a destination another place in lists and menus."),
                                        entries);
}

static const char *
find_fault (const MoveCall *call)
{
  guint n_places =
    (call->before != NULL) + (call->after != NULL) + (call->first != 0) + (call->last != 0);

  if (call->words == NULL || g_strv_length (call->words) != 1)
    return _ ("Give the name of one destination");
  if (n_places != 1)
    return _ ("Say where to: --before NAME, --after NAME, --first or --last");
  return NULL;
}

/**
 * hoist_cli_destination_move:
 * @context: what it works with
 * @arguments: (array zero-terminated=1): `move` and its arguments
 * @task: (transfer full): returns the exit status
 *
 * `hoistctl destination move`: changes the order of the destinations.
 */
void
hoist_cli_destination_move (HoistCliContext *context, const char *const *arguments, GTask *task)
{
  MoveCall *call = g_new0 (MoveCall, 1);
  HoistCliParsed parsed;

  g_task_set_task_data (task, call, (GDestroyNotify) move_call_free);
  parsed = parse (context, arguments, call);
  if (parsed != HOIST_CLI_PARSED_OK)
    hoist_cli_finish_parsed (task, parsed);
  else if (find_fault (call) != NULL)
    hoist_cli_finish_usage_error (task, context, "destination move ", find_fault (call));
  else
    hoist_destination_store_load_async (
      hoist_cli_host_get_destinations (hoist_cli_context_get_host (context)),
      hoist_cli_context_get_cancellable (context), loaded_cb, task);
}
