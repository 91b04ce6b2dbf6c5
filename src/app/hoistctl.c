/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <unistd.h>

#include "hoist-cli-context.h"
#include "hoist-ctl-host.h"

typedef struct
{
  HoistCliContext *context;
  gboolean done;
  int status;
} Run;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;

  run->status = hoist_cli_context_run_finish (HOIST_CLI_CONTEXT (source), result);
  run->done = TRUE;
}

static gboolean
interrupted_cb (gpointer user_data)
{
  Run *run = user_data;

  hoist_cli_context_interrupt (run->context);
  return G_SOURCE_CONTINUE;
}

static HoistCliConsole *
make_console (void)
{
  g_autoptr (GOutputStream) out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  g_autoptr (GOutputStream) err = g_unix_output_stream_new (STDERR_FILENO, FALSE);
  HoistCliConsole *console = hoist_cli_console_new (out, err);

  if (isatty (STDOUT_FILENO) && isatty (STDERR_FILENO))
    hoist_cli_console_set_terminal (console, STDOUT_FILENO);
  return console;
}

int
main (int argc, char *argv[])
{
  g_autoptr (HoistCtlHost) host = NULL;
  g_autoptr (HoistCliConsole) console = NULL;
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (HoistCliContext) context = NULL;
  Run run = { 0 };

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, HOIST_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  host = hoist_ctl_host_new ();
  console = make_console ();
  input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  context = hoist_cli_context_new (HOIST_CLI_HOST (host), console, input);
  run.context = context;
  g_signal_connect_swapped (host, "lost", G_CALLBACK (hoist_cli_context_lose), context);
  g_signal_connect_swapped (host, "problem", G_CALLBACK (hoist_cli_context_tell_problem), context);
  g_unix_signal_add (SIGINT, interrupted_cb, &run);
  g_unix_signal_add (SIGTERM, interrupted_cb, &run);
  hoist_cli_context_run_async (context, (const char *const *) argv + 1, done_cb, &run);
  while (!run.done)
    g_main_context_iteration (NULL, TRUE);
  return run.status;
}
