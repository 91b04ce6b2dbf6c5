/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-confirm.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ANSWER_BYTES 64

typedef struct
{
  GInputStream *stream; /* (owned) (nullable) */
  char answer[MAX_ANSWER_BYTES];
} Confirm;

static void
confirm_free (Confirm *confirm)
{
  g_clear_object (&confirm->stream);
  g_free (confirm);
}

/* The first letter decides; anything else is no. */
static gboolean
is_yes (const char *answer)
{
  /* Translators: the letters that say yes to a question on the command line */
  const char *letters = _ ("yY");
  gunichar letter = g_utf8_get_char_validated (answer, -1);

  return letter != 0 && letter < (gunichar) -2 && g_utf8_strchr (letters, -1, letter) != NULL;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Confirm *confirm = g_task_get_task_data (task);
  GError *error = NULL;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (length < 0)
    {
      g_task_return_error (task, error);
      return;
    }
  confirm->answer[length] = '\0';
  g_task_return_boolean (task, is_yes (confirm->answer));
}

/**
 * hoist_cli_confirm_async:
 * @context: the run
 * @question: what a person is asked, without a line's end
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks on the terminal, whatever standard input is.
 */
void
hoist_cli_confirm_async (HoistCliContext *context,
                         const char *question,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GCancellable *cancellable = hoist_cli_context_get_cancellable (context);
  const char *terminal = hoist_cli_context_get_prompt_terminal (context);
  g_autoptr (GTask) task = g_task_new (context, cancellable, callback, user_data);
  Confirm *confirm = g_new0 (Confirm, 1);
  int fd = terminal != NULL ? open (terminal, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;

  g_task_set_source_tag (task, hoist_cli_confirm_async);
  g_task_set_task_data (task, confirm, (GDestroyNotify) confirm_free);
  if (fd < 0)
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                               _ ("Nobody can be asked here: say --yes if you mean it"));
      return;
    }
  if (write (fd, question, strlen (question)) < 0 || write (fd, " ", 1) < 0)
    g_debug ("The terminal has gone: %s", g_strerror (errno));
  confirm->stream = g_unix_input_stream_new (fd, TRUE);
  /* A terminal gives one line at a time. */
  g_input_stream_read_async (confirm->stream, confirm->answer, MAX_ANSWER_BYTES - 1,
                             G_PRIORITY_DEFAULT, cancellable, answered_cb, g_object_ref (task));
}

/**
 * hoist_cli_confirm_finish:
 * @context: the run
 * @result: what the callback got
 * @yes: (out): the answer
 * @error: return location for an error
 *
 * Ends [func@hoist_cli_confirm_async].
 *
 * Errors: %HOIST_ERROR_BAD_INPUT without a terminal; those of reading; %G_IO_ERROR_CANCELLED
 *
 * Returns: whether there is an answer
 */
gboolean
hoist_cli_confirm_finish (HoistCliContext *context,
                          GAsyncResult *result,
                          gboolean *yes,
                          GError **error)
{
  g_autoptr (GError) reason = NULL;

  g_return_val_if_fail (g_task_is_valid (result, context), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_cli_confirm_async), FALSE);

  *yes = g_task_propagate_boolean (G_TASK (result), &reason);
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}
