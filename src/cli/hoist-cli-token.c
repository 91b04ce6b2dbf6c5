/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-token.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "hoist-error.h"
#include "hoist-s3-credentials.h"
#include "hoist-secret-call.h"
#include "hoist-secret-headers.h"
#include "hoist-token.h"

/* More than any token, and than keys with a session token; what is longer is the wrong file. */
#define MAX_TOKEN_BYTES 8192

typedef struct
{
  GInputStream *stream; /* (owned) (nullable) */
  int terminal_fd;      /* -1 = not asked on a terminal */
  struct termios saved; /* how it was */
  char buffer[MAX_TOKEN_BYTES + 1];
} ReadCall;

static void
restore_terminal (ReadCall *call)
{
  if (call->terminal_fd < 0)
    return;
  /* The end of the line was not echoed either. */
  if (write (call->terminal_fd, "\n", 1) < 0)
    g_debug ("The terminal has gone: %s", g_strerror (errno));
  tcsetattr (call->terminal_fd, TCSAFLUSH, &call->saved);
  close (call->terminal_fd);
  call->terminal_fd = -1;
}

static void
read_call_free (ReadCall *call)
{
  restore_terminal (call);
  g_clear_object (&call->stream);
  explicit_bzero (call->buffer, sizeof call->buffer);
  g_free (call);
}

/* Lines such as «Cookie: session=…», which no token and no key is. */
static gboolean
is_headers (const char *text, gsize length)
{
  char *copy = g_strndup (text, length);
  GStrv headers = strchr (copy, ':') != NULL ? hoist_secret_headers_parse (copy, NULL) : NULL;
  gboolean good = headers != NULL;

  hoist_secret_headers_free (headers);
  hoist_secret_free (copy);
  return good;
}

/* A token has one line; of several, they are keys. */
static char *
check_keys (const char *text, gsize length, GError **error)
{
  char *copy = g_strndup (text, length);
  g_autoptr (HoistS3Credentials) credentials = hoist_s3_credentials_from_text (copy, NULL);

  hoist_secret_free (copy);
  if (credentials != NULL)
    return hoist_s3_credentials_to_text (credentials);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                       _ ("That is not a token, and there is no access key with its secret key in "
                          "it either"));
  return NULL;
}

/* It goes into a HTTP header: RFC 6750, 2.1, and then some. */
static char *
check_token (const char *text, gsize length, GError **error)
{
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  while (length > 0 && g_ascii_isspace (*text))
    {
      text++;
      length--;
    }
  if (length == 0)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("There is no token in it"));
      return NULL;
    }
  if (is_headers (text, length))
    return g_strndup (text, length);
  if (memchr (text, '\n', length) != NULL)
    return check_keys (text, length, error);
  for (gsize i = (gsize) (hoist_token_skip_scheme (text) - text); i < length; i++)
    if (text[i] <= 0x20 || text[i] >= 0x7f)
      {
        g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                             _ ("That is not a token: it has blanks or special characters in it"));
        return NULL;
      }
  return g_strndup (text, length);
}

static void
return_token (GTask *task, gsize length)
{
  ReadCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  char *token;

  restore_terminal (call);
  if (length > MAX_TOKEN_BYTES)
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                               _ ("That is far too long for a token: is it the right file?"));
      return;
    }
  token = check_token (call->buffer, length, &error);
  if (token == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, token, (GDestroyNotify) hoist_secret_free);
}

static void
all_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    return_token (task, length);
}

static void
read_all (GTask *task)
{
  ReadCall *call = g_task_get_task_data (task);

  g_input_stream_read_all_async (call->stream, call->buffer, sizeof call->buffer,
                                 G_PRIORITY_DEFAULT, g_task_get_cancellable (task), all_read_cb,
                                 g_object_ref (task));
}

static void
file_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ReadCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GFileInputStream *stream = g_file_read_finish (G_FILE (source), result, &error);

  if (stream == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  call->stream = G_INPUT_STREAM (stream);
  read_all (task);
}

static void
line_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (length < 0)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    return_token (task, (gsize) length);
}

/* Turns the echo off, so that neither the screen nor its recording has the token. */
static gboolean
open_terminal (ReadCall *call, const char *path, const char *prompt, GError **error)
{
  struct termios silent;

  call->terminal_fd = open (path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (call->terminal_fd < 0 || tcgetattr (call->terminal_fd, &call->saved) < 0)
    {
      int errsv = errno;

      if (call->terminal_fd >= 0)
        close (call->terminal_fd);
      call->terminal_fd = -1;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errsv),
                   _ ("There is no terminal to ask for the token: %s"), g_strerror (errsv));
      return FALSE;
    }
  silent = call->saved;
  silent.c_lflag &= ~(tcflag_t) ECHO;
  tcsetattr (call->terminal_fd, TCSAFLUSH, &silent);
  if (write (call->terminal_fd, prompt, strlen (prompt)) < 0)
    g_debug ("The terminal has gone: %s", g_strerror (errno));
  call->stream = g_unix_input_stream_new (call->terminal_fd, FALSE);
  return TRUE;
}

static void
read_line (GTask *task, const char *path, const char *prompt)
{
  ReadCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!open_terminal (call, path, prompt, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* A terminal gives one line at a time. */
  g_input_stream_read_async (call->stream, call->buffer, MAX_TOKEN_BYTES, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), line_read_cb, g_object_ref (task));
}

/**
 * hoist_cli_token_read_async:
 * @context: the run
 * @source: (nullable): a file's path, in the file system's encoding; `-` for
 *   standard input; %NULL asks a person
 * @prompt: what a person is asked
 * @callback: called with the token
 * @user_data: for @callback
 *
 * Gets a token from where it cannot be seen by others: never from the
 * arguments, which every process can read.
 */
void
hoist_cli_token_read_async (HoistCliContext *context,
                            const char *source,
                            const char *prompt,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GCancellable *cancellable = hoist_cli_context_get_cancellable (context);
  const char *terminal = hoist_cli_context_get_prompt_terminal (context);
  g_autoptr (GTask) task = g_task_new (context, cancellable, callback, user_data);
  ReadCall *call = g_new0 (ReadCall, 1);
  g_autoptr (GFile) file = NULL;

  call->terminal_fd = -1;
  g_task_set_source_tag (task, hoist_cli_token_read_async);
  g_task_set_task_data (task, call, (GDestroyNotify) read_call_free);
  if (source == NULL && terminal == NULL)
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                               _ ("Nobody can be asked for the token here: give it with "
                                  "--token-file FILE, or --token-file - for standard input"));
    }
  else if (source == NULL)
    {
      read_line (task, terminal, prompt);
    }
  else if (g_str_equal (source, "-"))
    {
      call->stream = g_object_ref (hoist_cli_context_get_input (context));
      read_all (task);
    }
  else
    {
      file = g_file_new_for_path (source);
      g_file_read_async (file, G_PRIORITY_DEFAULT, cancellable, file_opened_cb,
                         g_object_ref (task));
    }
}

/**
 * hoist_cli_token_read_finish:
 * @context: the run
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [func@hoist_cli_token_read_async].
 *
 * Errors: %HOIST_ERROR_BAD_INPUT; those of reading; %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the token, for [func@hoist_secret_free]
 */
char *
hoist_cli_token_read_finish (HoistCliContext *context, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, context), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_cli_token_read_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
