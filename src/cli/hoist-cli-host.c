/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-cli-host.h"

G_DEFINE_INTERFACE (HoistCliHost, hoist_cli_host, G_TYPE_OBJECT)

static void
hoist_cli_host_default_init (HoistCliHostInterface *iface)
{
}

/**
 * hoist_cli_host_get_destinations:
 * @self: the host
 *
 * Gets the destinations that are set up. They need not be loaded yet.
 *
 * Returns: (transfer none): the store
 */
HoistDestinationStore *
hoist_cli_host_get_destinations (HoistCliHost *self)
{
  g_return_val_if_fail (HOIST_IS_CLI_HOST (self), NULL);

  return HOIST_CLI_HOST_GET_IFACE (self)->get_destinations (self);
}

/**
 * hoist_cli_host_use_destination:
 * @self: the host
 * @destination: a destination, whether it is set up or not
 * @token: its token
 *
 * Makes a destination known for this run only, in place of one that is set up
 * under the same id. Before the uploader is opened.
 */
void
hoist_cli_host_use_destination (HoistCliHost *self,
                                HoistDestination *destination,
                                const char *token)
{
  g_return_if_fail (HOIST_IS_CLI_HOST (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));
  g_return_if_fail (token != NULL);

  HOIST_CLI_HOST_GET_IFACE (self)->use_destination (self, destination, token);
}

/**
 * hoist_cli_host_set_token_async:
 * @self: the host
 * @destination: a destination that is set up
 * @token: (nullable): its token; %NULL takes the old one out
 * @cancellable: (nullable): ends waiting
 * @callback: called when it is stored
 * @user_data: for @callback
 *
 * Stores a token in the keyring, or takes it out.
 */
void
hoist_cli_host_set_token_async (HoistCliHost *self,
                                HoistDestination *destination,
                                const char *token,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (HOIST_IS_CLI_HOST (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));

  HOIST_CLI_HOST_GET_IFACE (self)->set_token_async (self, destination, token, cancellable, callback,
                                                    user_data);
}

/**
 * hoist_cli_host_set_token_finish:
 * @self: the host
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@CliHost.set_token_async].
 *
 * Errors: %HOIST_ERROR_NO_KEYRING where it cannot be stored;
 * %G_IO_ERROR_CANCELLED
 *
 * Returns: whether it is stored
 */
gboolean
hoist_cli_host_set_token_finish (HoistCliHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_CLI_HOST (self), FALSE);

  return HOIST_CLI_HOST_GET_IFACE (self)->set_token_finish (self, result, error);
}

/**
 * hoist_cli_host_probe_async:
 * @self: the host
 * @destination: a destination, whether it is set up or not
 * @token: (nullable): its token; %NULL = the one in the keyring
 * @cancellable: (nullable): ends waiting
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks a destination what it can do, to see whether it works.
 */
void
hoist_cli_host_probe_async (HoistCliHost *self,
                            HoistDestination *destination,
                            const char *token,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (HOIST_IS_CLI_HOST (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));

  HOIST_CLI_HOST_GET_IFACE (self)->probe_async (self, destination, token, cancellable, callback,
                                                user_data);
}

/**
 * hoist_cli_host_probe_finish:
 * @self: the host
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@CliHost.probe_async].
 *
 * Errors: any of %HOIST_ERROR; %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): who answered, for people, may be empty:
 *   «hoist-backend 0.1.0, as anna»
 */
char *
hoist_cli_host_probe_finish (HoistCliHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_CLI_HOST (self), NULL);

  return HOIST_CLI_HOST_GET_IFACE (self)->probe_finish (self, result, error);
}

/**
 * hoist_cli_host_list_buckets_async:
 * @self: a host
 * @destination: a bucket's destination, perhaps without a bucket
 * @keys: (nullable): keys as text; %NULL for those in the keyring
 * @cancellable: (nullable): ends it early
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Asks which buckets there are that the keys can see.
 */
void
hoist_cli_host_list_buckets_async (HoistCliHost *self,
                                   HoistDestination *destination,
                                   const char *keys,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (HOIST_IS_CLI_HOST (self));

  HOIST_CLI_HOST_GET_IFACE (self)->list_buckets_async (self, destination, keys, cancellable,
                                                       callback, user_data);
}

/**
 * hoist_cli_host_list_buckets_finish:
 * @self: a host
 * @result: what the callback got
 *
 * Ends [method@CliHost.list_buckets_async].
 *
 * Errors: any of %HOIST_ERROR.
 *
 * Returns: (transfer full): the names of the buckets, in order
 */
GStrv
hoist_cli_host_list_buckets_finish (HoistCliHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_CLI_HOST (self), NULL);

  return HOIST_CLI_HOST_GET_IFACE (self)->list_buckets_finish (self, result, error);
}

/**
 * hoist_cli_host_detect_async:
 * @self: the host
 * @destination: a destination of which the address is known
 * @token: (nullable): a token to show there
 * @cancellable: (nullable): ends waiting
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Finds out what kind of destination it is.
 */
void
hoist_cli_host_detect_async (HoistCliHost *self,
                             HoistDestination *destination,
                             const char *token,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (HOIST_IS_CLI_HOST (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));

  HOIST_CLI_HOST_GET_IFACE (self)->detect_async (self, destination, token, cancellable, callback,
                                                 user_data);
}

/**
 * hoist_cli_host_detect_finish:
 * @self: the host
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@CliHost.detect_async].
 *
 * Errors: any of %HOIST_ERROR; %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the destination as it was found
 */
HoistDestination *
hoist_cli_host_detect_finish (HoistCliHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_CLI_HOST (self), NULL);

  return HOIST_CLI_HOST_GET_IFACE (self)->detect_finish (self, result, error);
}

/**
 * hoist_cli_host_open_async:
 * @self: the host
 * @limits: (nullable): how an engine in this process is to work; not kept. %NULL
 *   opens anew, as it was opened before, when the process that uploaded has gone
 * @cancellable: (nullable): ends waiting
 * @callback: called when the uploader can be used
 * @user_data: for @callback
 *
 * Gets an uploader: the running application's, or else an engine in this
 * process that knows all destinations with their tokens.
 */
void
hoist_cli_host_open_async (HoistCliHost *self,
                           const HoistCliLimits *limits,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (HOIST_IS_CLI_HOST (self));
  HOIST_CLI_HOST_GET_IFACE (self)->open_async (self, limits, cancellable, callback, user_data);
}

/**
 * hoist_cli_host_open_finish:
 * @self: the host
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@CliHost.open_async].
 *
 * Errors: %HOIST_ERROR_STORE_BUSY, %HOIST_ERROR_STORE_DAMAGED;
 * %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer none) (nullable): the uploader. Its list is already filled.
 */
HoistUploader *
hoist_cli_host_open_finish (HoistCliHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_CLI_HOST (self), NULL);

  return HOIST_CLI_HOST_GET_IFACE (self)->open_finish (self, result, error);
}

/**
 * hoist_cli_host_is_remote:
 * @self: the host, whose uploader is open
 *
 * Tells whether another process uploads, and goes on when this one ends.
 *
 * Returns: whether it does
 */
gboolean
hoist_cli_host_is_remote (HoistCliHost *self)
{
  g_return_val_if_fail (HOIST_IS_CLI_HOST (self), FALSE);

  return HOIST_CLI_HOST_GET_IFACE (self)->is_remote (self);
}

/**
 * hoist_cli_host_get_token_problem:
 * @self: the host, whose uploader is open
 *
 * Tells why a token could not be had, which the server's refusal does not say.
 *
 * Returns: (nullable): a sentence for people; %NULL if the keyring gave what it was asked for
 */
const char *
hoist_cli_host_get_token_problem (HoistCliHost *self)
{
  g_return_val_if_fail (HOIST_IS_CLI_HOST (self), NULL);

  return HOIST_CLI_HOST_GET_IFACE (self)->get_token_problem (self);
}

/**
 * hoist_cli_host_close_async:
 * @self: the host, whether its uploader is open or not
 * @callback: called when nothing is left to be written
 * @user_data: for @callback
 *
 * Ends an engine in this process, so that a later one can go on where it was.
 */
void
hoist_cli_host_close_async (HoistCliHost *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (HOIST_IS_CLI_HOST (self));

  HOIST_CLI_HOST_GET_IFACE (self)->close_async (self, callback, user_data);
}

/**
 * hoist_cli_host_close_finish:
 * @self: the host
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@CliHost.close_async].
 *
 * Errors: what the journal could not write
 *
 * Returns: whether all is on disk
 */
gboolean
hoist_cli_host_close_finish (HoistCliHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_CLI_HOST (self), FALSE);

  return HOIST_CLI_HOST_GET_IFACE (self)->close_finish (self, result, error);
}
