/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which buckets there are to choose from. */

#include "config.h"

#include "hoist-cli-buckets.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-options.h"
#include "hoist-cli-text.h"

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliConsole *console = hoist_cli_context_get_console (context);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names =
    hoist_cli_host_list_buckets_finish (HOIST_CLI_HOST (source), result, &error);

  if (names == NULL)
    {
      hoist_cli_finish_error (task, context, error);
      return;
    }
  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *name = hoist_cli_text_escape (names[i]);

      hoist_cli_console_print (console, "%s", name);
    }
  if (names[0] == NULL)
    hoist_cli_console_print_note (console, "%s", _ ("There is no bucket that these keys can see."));
  hoist_cli_finish (task, HOIST_CLI_EXIT_OK);
}

/**
 * hoist_cli_list_buckets:
 * @context: what it works with
 * @destination: where to ask
 * @keys: (nullable): keys as text; %NULL for those in the keyring
 * @task: (transfer full): returns the exit status
 *
 * Prints the buckets that the keys of a destination can see, a line each.
 */
void
hoist_cli_list_buckets (HoistCliContext *context,
                        HoistDestination *destination,
                        const char *keys,
                        GTask *task)
{
  if (g_strcmp0 (hoist_destination_get_provider_type (destination), "s3") == 0)
    {
      hoist_cli_host_list_buckets_async (hoist_cli_context_get_host (context), destination, keys,
                                         hoist_cli_context_get_cancellable (context), listed_cb,
                                         task);
      return;
    }
  hoist_cli_console_print_error (hoist_cli_context_get_console (context), "%s",
                                 _ ("This destination is no bucket: its server chooses where files "
                                    "go"));
  hoist_cli_finish (task, HOIST_CLI_EXIT_USAGE);
}
