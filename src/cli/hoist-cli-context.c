/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-context.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-commands.h"
#include "hoist-cli-options.h"
#include "hoist-cli-text.h"

/**
 * HoistCliContext:
 *
 * One run of hoistctl: what it works with, and which command it carries out.
 */
struct _HoistCliContext
{
  GObject parent_instance;

  HoistCliHost *host;        /* (owned) */
  HoistCliConsole *console;  /* (owned) */
  GInputStream *input;       /* (owned) standard input */
  GCancellable *cancellable; /* (owned) cancelled by an interruption */
  char *prompt_terminal;     /* (owned) (nullable) where secrets are asked for */
  char *problem;             /* (owned) (nullable) what was told last */
  HoistCliLostFunc lost;     /* (nullable) goes on without the process that is gone */
  gpointer lost_data;

  GTask *run; /* (owned) (nullable) while a command runs */
  int status; /* of the command, while the host closes */
};

G_DEFINE_FINAL_TYPE (HoistCliContext, hoist_cli_context, G_TYPE_OBJECT)

static const struct
{
  const char *name;
  HoistCliCommandFunc func;
  const char *summary;
} commands[] = {
  { "upload", hoist_cli_upload, N_ ("Upload files and folders") },
    { "list", hoist_cli_list, N_ ("Show the uploads that are not finished") },
      { "details", hoist_cli_details, N_ ("Say all that is known of an upload") },
        { "history", hoist_cli_history, N_ ("Show the finished uploads") },
          { "receipt", hoist_cli_receipt, N_ ("Show what proves that files were delivered") },
            { "verify", hoist_cli_verify, N_ ("Ask whether delivered files are still there") },
              { "share", hoist_cli_share, N_ ("Make links to delivered files") },
                { "pause", hoist_cli_pause, N_ ("Stop uploads, keeping what was sent") },
                  { "resume", hoist_cli_resume, N_ ("Go on with paused and unfinished uploads") },
                    { "retry", hoist_cli_retry, N_ ("Try failed uploads again") },
                      { "locate", hoist_cli_locate, N_ ("Say where a moved file is now") },
                        { "cancel", hoist_cli_cancel, N_ ("End uploads and clear what was sent") },
                          { "leave", hoist_cli_leave, N_ ("Give up to clear cancelled uploads") },
                            { "unfinished", hoist_cli_unfinished,
                              N_ ("List and clear what other runs left on the server") },
                              { "destination", hoist_cli_destination,
                                N_ ("Set up where files go") },
                                { "integrate", hoist_cli_integrate,
                                  N_ ("Add “Upload to S3” to your file managers") },
                              };

static void
hoist_cli_context_finalize (GObject *object)
{
  HoistCliContext *self = HOIST_CLI_CONTEXT (object);

  g_assert (self->run == NULL);
  g_clear_object (&self->host);
  g_clear_object (&self->console);
  g_clear_object (&self->input);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->prompt_terminal, g_free);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (hoist_cli_context_parent_class)->finalize (object);
}

static void
hoist_cli_context_class_init (HoistCliContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_cli_context_finalize;
}

static void
hoist_cli_context_init (HoistCliContext *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * hoist_cli_context_new:
 * @host: the engine, the keyring and the network
 * @console: where it writes
 * @input: standard input
 *
 * Prepares a run.
 *
 * Returns: (transfer full): the run
 */
HoistCliContext *
hoist_cli_context_new (HoistCliHost *host, HoistCliConsole *console, GInputStream *input)
{
  HoistCliContext *self = g_object_new (HOIST_TYPE_CLI_CONTEXT, NULL);

  self->host = g_object_ref (host);
  self->console = g_object_ref (console);
  self->input = g_object_ref (input);
  return self;
}

/**
 * hoist_cli_context_get_host:
 * @self: the run
 *
 * Gets the engine, the keyring and the network.
 *
 * Returns: (transfer none): the host
 */
HoistCliHost *
hoist_cli_context_get_host (HoistCliContext *self)
{
  return self->host;
}

/**
 * hoist_cli_context_get_console:
 * @self: the run
 *
 * Gets where it writes.
 *
 * Returns: (transfer none): the console
 */
HoistCliConsole *
hoist_cli_context_get_console (HoistCliContext *self)
{
  return self->console;
}

/**
 * hoist_cli_context_get_input:
 * @self: the run
 *
 * Gets standard input.
 *
 * Returns: (transfer none): the stream
 */
GInputStream *
hoist_cli_context_get_input (HoistCliContext *self)
{
  return self->input;
}

/**
 * hoist_cli_context_get_cancellable:
 * @self: the run
 *
 * Gets what an interruption cancels.
 *
 * Returns: (transfer none): the cancellable
 */
GCancellable *
hoist_cli_context_get_cancellable (HoistCliContext *self)
{
  return self->cancellable;
}

/**
 * hoist_cli_context_set_prompt_terminal:
 * @self: the run
 * @path: (nullable): a terminal, such as `/dev/tty`
 *
 * Says where a person can be asked for a secret. %NULL, the default: nowhere.
 */
void
hoist_cli_context_set_prompt_terminal (HoistCliContext *self, const char *path)
{
  g_free (self->prompt_terminal);
  self->prompt_terminal = g_strdup (path);
}

/**
 * hoist_cli_context_get_prompt_terminal:
 * @self: the run
 *
 * Gets where a person can be asked for a secret.
 *
 * Returns: (transfer none) (nullable): a terminal's path
 */
const char *
hoist_cli_context_get_prompt_terminal (HoistCliContext *self)
{
  return self->prompt_terminal;
}

static void
print_overview (HoistCliContext *self)
{
  hoist_cli_console_print (self->console, "%s\n  hoistctl %s",
                           _ ("Usage:"),
                              /* Translators: what follows the program's name. */
                              _ ("COMMAND [OPTION…] [ARGUMENT…]"));
  hoist_cli_console_print (self->console, "\n%s\n", _ ("Sends files to S3."));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    hoist_cli_console_print (self->console, "  %-12s %s", commands[i].name,
                             _ (commands[i].summary));
  hoist_cli_console_print (self->console, "\n%s",
                           _ ("“hoistctl COMMAND --help” explains a command; “hoistctl "
                              "--version” shows the version."));
}

static void
finish_run (HoistCliContext *self)
{
  g_autoptr (GTask) run = g_steal_pointer (&self->run);

  if (run != NULL)
    g_task_return_int (run, self->status);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistCliContext) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hoist_cli_host_close_finish (HOIST_CLI_HOST (source), result, &error))
    {
      g_autofree char *escaped = hoist_cli_text_escape (error->message);

      hoist_cli_console_print_error (self->console, "%s", escaped);
      if (self->status == HOIST_CLI_EXIT_OK)
        self->status = HOIST_CLI_EXIT_FAILED;
    }
  finish_run (self);
}

static void
command_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  HoistCliContext *self = HOIST_CLI_CONTEXT (source);

  self->status = (int) g_task_propagate_int (G_TASK (result), NULL);
  hoist_cli_console_set_status (self->console, NULL);
  hoist_cli_host_close_async (self->host, closed_cb, g_object_ref (self));
}

static HoistCliCommandFunc
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return commands[i].func;
  return NULL;
}

/* What needs no command: %FALSE where there is one to be carried out. */
static gboolean
answer_directly (HoistCliContext *self, const char *name, int *status)
{
  g_autofree char *message = NULL;

  *status = HOIST_CLI_EXIT_OK;
  if (name != NULL && find_command (name) != NULL)
    return FALSE;
  if (name == NULL)
    {
      hoist_cli_print_usage_error (self, NULL, _ ("Say what to do"));
      *status = HOIST_CLI_EXIT_USAGE;
    }
  else if (g_str_equal (name, "--help") || g_str_equal (name, "-h") || g_str_equal (name, "help"))
    {
      print_overview (self);
    }
  else if (g_str_equal (name, "--version"))
    {
      hoist_cli_console_print (self->console, "hoistctl %s", HOIST_VERSION);
    }
  else
    {
      message = g_strdup_printf (_ ("There is no command “%s”"), name);
      hoist_cli_print_usage_error (self, NULL, message);
      *status = HOIST_CLI_EXIT_USAGE;
    }
  return TRUE;
}

/**
 * hoist_cli_context_run_async:
 * @self: the run
 * @arguments: (array zero-terminated=1): what follows the program's name
 * @callback: called when all is done and closed
 * @user_data: for @callback
 *
 * Carries out a command line. Once.
 */
void
hoist_cli_context_run_async (HoistCliContext *self,
                             const char *const *arguments,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) run = g_task_new (self, NULL, callback, user_data);
  int status;

  g_return_if_fail (HOIST_IS_CLI_CONTEXT (self));
  g_return_if_fail (self->run == NULL);

  g_task_set_source_tag (run, hoist_cli_context_run_async);
  if (answer_directly (self, arguments[0], &status))
    {
      g_task_return_int (run, status);
      return;
    }
  self->run = g_steal_pointer (&run);
  find_command (arguments[0]) (self, arguments, g_task_new (self, NULL, command_done_cb, NULL));
}

/**
 * hoist_cli_context_run_finish:
 * @self: the run
 * @result: what the callback got
 *
 * Ends [method@CliContext.run_async].
 *
 * Returns: the exit status
 */
int
hoist_cli_context_run_finish (HoistCliContext *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), HOIST_CLI_EXIT_FAILED);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_cli_context_run_async),
                        HOIST_CLI_EXIT_FAILED);

  return (int) g_task_propagate_int (G_TASK (result), NULL);
}

/**
 * hoist_cli_context_interrupt:
 * @self: the run
 *
 * Stops what is running, so that it can be gone on with. The second time it
 * does not wait for that any more.
 */
void
hoist_cli_context_interrupt (HoistCliContext *self)
{
  g_return_if_fail (HOIST_IS_CLI_CONTEXT (self));

  if (!g_cancellable_is_cancelled (self->cancellable))
    {
      g_cancellable_cancel (self->cancellable);
      return;
    }
  self->status = HOIST_CLI_EXIT_INTERRUPTED;
  finish_run (self);
}

/**
 * hoist_cli_context_set_lost_func:
 * @self: the run
 * @func: (nullable): called from now on when the process that uploads has gone;
 *   %NULL lets that interrupt the run
 * @user_data: for @func
 *
 * Says who knows how to go on then.
 */
void
hoist_cli_context_set_lost_func (HoistCliContext *self, HoistCliLostFunc func, gpointer user_data)
{
  g_return_if_fail (HOIST_IS_CLI_CONTEXT (self));

  self->lost = func;
  self->lost_data = user_data;
}

/**
 * hoist_cli_context_lose:
 * @self: the run
 *
 * The process that uploads, another one, has gone.
 */
void
hoist_cli_context_lose (HoistCliContext *self)
{
  g_return_if_fail (HOIST_IS_CLI_CONTEXT (self));

  if (self->lost != NULL)
    self->lost (self->lost_data);
  else
    hoist_cli_context_interrupt (self);
}

/**
 * hoist_cli_context_tell_problem:
 * @self: the run
 * @problem: (nullable): what concerns no single upload, such as a full disk, in
 *   sentences; %NULL when it passed
 *
 * Tells a person, once however often it is said again.
 */
void
hoist_cli_context_tell_problem (HoistCliContext *self, const char *problem)
{
  g_return_if_fail (HOIST_IS_CLI_CONTEXT (self));

  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  hoist_cli_console_print_note (
    self->console, "%s",
    problem != NULL ? problem : _ ("The list of uploads can be saved again. It goes on."));
  g_free (self->problem);
  self->problem = g_strdup (problem);
}
