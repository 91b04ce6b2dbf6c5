/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-keys.h"

#include <glib/gi18n-lib.h>

#include "hoist-cli-token.h"
#include "hoist-error.h"
#include "hoist-s3-credentials.h"
#include "hoist-s3-options.h"
#include "hoist-secret-call.h"

/**
 * hoist_cli_keys_clear:
 * @keys: options
 *
 * Frees what is in them.
 */
void
hoist_cli_keys_clear (HoistCliKeys *keys)
{
  g_clear_pointer (&keys->file, g_free);
}

/**
 * hoist_cli_keys_is_given:
 * @keys: options
 *
 * Returns: whether they say where the secret is, or that there is none
 */
gboolean
hoist_cli_keys_is_given (const HoistCliKeys *keys)
{
  return keys->file != NULL || keys->from_environment || keys->none;
}

/**
 * hoist_cli_keys_is_for:
 * @destination: a destination
 *
 * Returns: whether its secret is an access key and a secret key, and not a token
 */
gboolean
hoist_cli_keys_is_for (HoistDestination *destination)
{
  return g_str_equal (hoist_destination_get_provider_type (destination), HOIST_S3_KIND);
}

static void
return_keys (GTask *task, const char *text)
{
  GError *error = NULL;
  g_autoptr (HoistS3Credentials) credentials = hoist_s3_credentials_from_text (text, &error);

  if (credentials != NULL)
    g_task_return_pointer (task, hoist_s3_credentials_to_text (credentials),
                           (GDestroyNotify) hoist_secret_free);
  else
    g_task_return_error (task, error);
}

static void
return_keys_of_environment (GTask *task)
{
  const char *access_key = g_getenv ("AWS_ACCESS_KEY_ID");
  const char *secret_key = g_getenv ("AWS_SECRET_ACCESS_KEY");
  const char *session_token = g_getenv ("AWS_SESSION_TOKEN");
  char *text;

  if (access_key == NULL || secret_key == NULL)
    {
      g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                               _ ("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set"));
      return;
    }
  text = g_strjoin ("\n", access_key, secret_key, session_token, NULL);
  return_keys (task, text);
  hoist_secret_free (text);
}

static void
secret_key_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *secret_key = hoist_cli_token_read_finish (HOIST_CLI_CONTEXT (source), result, &error);
  char *text;

  if (secret_key == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  text = g_strjoin ("\n", g_task_get_task_data (task), secret_key, NULL);
  return_keys (task, text);
  hoist_secret_free (text);
  hoist_secret_free (secret_key);
}

static void
access_key_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistCliContext *context = HOIST_CLI_CONTEXT (source);
  GError *error = NULL;
  char *access_key = hoist_cli_token_read_finish (context, result, &error);

  if (access_key == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, access_key, (GDestroyNotify) hoist_secret_free);
  hoist_cli_token_read_async (context, NULL,
                              _ ("Secret key: "), secret_key_read_cb, g_object_ref (task));
}

static void
secret_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *text = hoist_cli_token_read_finish (HOIST_CLI_CONTEXT (source), result, &error);

  if (text == NULL)
    g_task_return_error (task, error);
  else if (g_task_get_task_data (task) != NULL)
    {
      return_keys (task, text);
      hoist_secret_free (text);
    }
  else
    g_task_return_pointer (task, text, (GDestroyNotify) hoist_secret_free);
}

/**
 * hoist_cli_keys_read_async:
 * @context: the run
 * @keys: where it is; where that is not said a person is asked
 * @destination: whose secret it is
 * @callback: called when it is read
 * @user_data: for @callback
 *
 * Reads a destination's secret: a token, headers, or keys. Where there is none it is empty.
 */
void
hoist_cli_keys_read_async (HoistCliContext *context,
                           const HoistCliKeys *keys,
                           HoistDestination *destination,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task =
    g_task_new (context, hoist_cli_context_get_cancellable (context), callback, user_data);
  gboolean is_keys = hoist_cli_keys_is_for (destination);

  g_task_set_source_tag (task, hoist_cli_keys_read_async);
  if (keys->none && !is_keys && keys->file == NULL)
    g_task_return_pointer (task, g_strdup (""), (GDestroyNotify) hoist_secret_free);
  else if (keys->none)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                             _ ("--no-token is for destinations that want none"));
  else if (keys->from_environment && is_keys)
    return_keys_of_environment (task);
  else if (keys->from_environment)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, "%s",
                             _ ("--keys-from-environment is for destinations of the kind s3"));
  else if (keys->file == NULL && is_keys)
    hoist_cli_token_read_async (context, NULL,
                                _ ("Access key: "), access_key_read_cb, g_object_ref (task));
  else
    {
      if (is_keys)
        g_task_set_task_data (task, g_strdup (""), g_free);
      hoist_cli_token_read_async (context, keys->file,
                                  _ ("Token: "), secret_read_cb, g_object_ref (task));
    }
}

/**
 * hoist_cli_keys_read_finish:
 * @context: the run
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [func@hoist_cli_keys_read_async].
 *
 * Errors: %HOIST_ERROR_BAD_INPUT; those of reading
 *
 * Returns: (transfer full) (nullable): the secret, for [func@hoist_secret_free]
 */
char *
hoist_cli_keys_read_finish (HoistCliContext *context, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, context), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_cli_keys_read_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
