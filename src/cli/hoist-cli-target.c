/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-cli-target.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "hoist-cli-token.h"
#include "hoist-destination-rules.h"
#include "hoist-digest.h"
#include "hoist-error.h"
#include "hoist-secret-call.h"

typedef struct
{
  /* Input */
  HoistCliTarget target;
  HoistCliLimits limits;
  gboolean needs_destination;

  /* In progress */
  char *token; /* (owned) (nullable) */

  /* Output */
  HoistDestination *destination; /* (owned) (nullable) */
} OpenCall;

static void
open_call_free (OpenCall *call)
{
  hoist_cli_target_clear (&call->target);
  hoist_secret_free (call->token);
  g_clear_object (&call->destination);
  g_free (call);
}

/**
 * hoist_cli_target_clear:
 * @target: options
 *
 * Frees what is in them.
 */
void
hoist_cli_target_clear (HoistCliTarget *target)
{
  g_clear_pointer (&target->to, g_free);
  g_clear_pointer (&target->url, g_free);
  g_clear_pointer (&target->token_file, g_free);
  g_clear_pointer (&target->ca_file, g_free);
  g_clear_pointer (&target->key_prefix, g_free);
}

/**
 * hoist_cli_target_make_absolute:
 * @path: a path, in the file system's encoding
 *
 * Makes a path absolute. `..` behind a symbolic link is what the file system
 * says it is; a path that is not there is only completed.
 *
 * Returns: (transfer full): the absolute path
 */
char *
hoist_cli_target_make_absolute (const char *path)
{
  g_auto (GStrv) components = g_strsplit (path, "/", -1);

  if (g_strv_contains ((const char *const *) components, ".."))
    {
      char *real = realpath (path, NULL);
      char *copy = g_strdup (real);

      free (real);
      if (copy != NULL)
        return copy;
    }
  return g_canonicalize_filename (path, NULL);
}

/* The same address is the same destination the next time, so that the same
 * command goes on with what was begun. */
static char *
make_url_id (const HoistCliTarget *target)
{
  g_autofree char *text =
    g_strconcat (target->url, "\n", target->key_prefix != NULL ? target->key_prefix : "", NULL);
  guint8 digest[HOIST_SHA256_BYTES];
  g_autofree char *hex = NULL;

  hoist_digest_data (HOIST_DIGEST_SHA256, text, strlen (text), digest);
  hex = hoist_digest_to_hex (digest, 8);
  return g_strconcat ("url-", hex, NULL);
}

static HoistDestination *
make_url_destination (const HoistCliTarget *target)
{
  g_autofree char *id = make_url_id (target);
  g_autofree char *ca_file =
    target->ca_file != NULL ? hoist_cli_target_make_absolute (target->ca_file) : NULL;
  HoistDestination *destination = hoist_destination_new (id);

  hoist_destination_set_name (destination, id);
  hoist_destination_set_url (destination, target->url);
  hoist_destination_set_ca_file (destination, ca_file);
  hoist_destination_set_key_prefix (destination, target->key_prefix);
  return destination;
}

/**
 * hoist_cli_target_check:
 * @target: options
 * @error: return location for an error
 *
 * Checks that the options go together.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT
 *
 * Returns: whether they do
 */
gboolean
hoist_cli_target_check (const HoistCliTarget *target, GError **error)
{
  const char *fault = NULL;

  if (target->to != NULL && target->url != NULL)
    fault = _ ("--to and --url cannot go together");
  else if (target->url == NULL && (target->ca_file != NULL || target->key_prefix != NULL))
    fault = _ ("--ca-file and --key-prefix go with --url: a destination has its own");
  if (fault != NULL)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, fault);
      return FALSE;
    }
  if (target->url != NULL)
    {
      g_autoptr (HoistDestination) destination = make_url_destination (target);

      return hoist_destination_check (destination, error);
    }
  return TRUE;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  HoistUploader *uploader = hoist_cli_host_open_finish (HOIST_CLI_HOST (source), result, &error);

  if (uploader == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_object_ref (uploader), g_object_unref);
}

static void
open_uploader (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  HoistCliHost *host = hoist_cli_context_get_host (context);
  OpenCall *call = g_task_get_task_data (task);

  if (call->destination != NULL && call->token != NULL)
    hoist_cli_host_use_destination (host, call->destination, call->token);
  hoist_cli_host_open_async (host, &call->limits, g_task_get_cancellable (task), opened_cb,
                             g_object_ref (task));
}

/* The destination that is meant, or null with an error; null without one where none is needed. */
static gboolean
choose_destination (OpenCall *call, HoistDestinationStore *store, GError **error)
{
  const char *name = call->target.to;
  HoistDestination *found = name != NULL ? hoist_destination_store_lookup (store, name)
                                         : hoist_destination_store_get_default (store);

  g_set_object (&call->destination, found);
  if (found != NULL || (name == NULL && !call->needs_destination && call->token == NULL))
    return TRUE;
  if (name != NULL)
    g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                 _ ("There is no destination “%s”; “hoistctl destination list” shows them"), name);
  else
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                         _ ("There is no destination yet: add one with “hoistctl destination add "
                            "NAME URL”, or give --url URL"));
  return FALSE;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistDestinationStore *store = HOIST_DESTINATION_STORE (source);
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_load_finish (store, result, &error) ||
      !choose_destination (g_task_get_task_data (task), store, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    open_uploader (task);
}

static void
find_destination (GTask *task)
{
  HoistCliContext *context = g_task_get_source_object (task);
  OpenCall *call = g_task_get_task_data (task);
  HoistCliHost *host = hoist_cli_context_get_host (context);

  if (call->target.url != NULL)
    {
      call->destination = make_url_destination (&call->target);
      open_uploader (task);
      return;
    }
  hoist_destination_store_load_async (hoist_cli_host_get_destinations (host),
                                      g_task_get_cancellable (task), loaded_cb,
                                      g_object_ref (task));
}

static void
token_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  OpenCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->token = hoist_cli_token_read_finish (HOIST_CLI_CONTEXT (source), result, &error);
  if (call->token == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    find_destination (task);
}

/**
 * hoist_cli_target_open_async:
 * @target: checked options; not kept
 * @context: the run
 * @limits: how an engine in this process is to work; not kept
 * @needs_destination: whether it is an error when there is none
 * @callback: called when the uploader is open
 * @user_data: for @callback
 *
 * Finds out where files go, gets the token if the options say from where, and
 * opens the uploader.
 */
void
hoist_cli_target_open_async (const HoistCliTarget *target,
                             HoistCliContext *context,
                             const HoistCliLimits *limits,
                             gboolean needs_destination,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task =
    g_task_new (context, hoist_cli_context_get_cancellable (context), callback, user_data);
  OpenCall *call = g_new0 (OpenCall, 1);

  g_task_set_source_tag (task, hoist_cli_target_open_async);
  g_task_set_task_data (task, call, (GDestroyNotify) open_call_free);
  call->target.to = g_strdup (target->to);
  call->target.url = g_strdup (target->url);
  call->target.token_file = g_strdup (target->token_file);
  call->target.ca_file = g_strdup (target->ca_file);
  call->target.key_prefix = g_strdup (target->key_prefix);
  call->limits = *limits;
  call->needs_destination = needs_destination;
  if (target->url != NULL || target->token_file != NULL)
    hoist_cli_token_read_async (context, target->token_file,
                                _ ("Token: "), token_read_cb, g_object_ref (task));
  else
    find_destination (task);
}

/**
 * hoist_cli_target_open_finish:
 * @context: the run
 * @result: what the callback got
 * @destination_id: (out) (optional) (nullable): where files go
 * @error: return location for an error
 *
 * Ends [func@hoist_cli_target_open_async].
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for what a person can say better; those of the
 * host; %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the uploader
 */
HoistUploader *
hoist_cli_target_open_finish (HoistCliContext *context,
                              GAsyncResult *result,
                              char **destination_id,
                              GError **error)
{
  OpenCall *call;

  g_return_val_if_fail (g_task_is_valid (result, context), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_cli_target_open_async), NULL);

  call = g_task_get_task_data (G_TASK (result));
  if (destination_id != NULL)
    *destination_id =
      call->destination != NULL ? g_strdup (hoist_destination_get_id (call->destination)) : NULL;
  return g_task_propagate_pointer (G_TASK (result), error);
}
