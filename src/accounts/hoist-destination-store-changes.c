/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-store-private.h"

/**
 * hoist_destination_store_add_async:
 * @self: the store
 * @destination: what to add; the store keeps a copy under a new id
 * @cancellable: (nullable): ends it while it waits for its turn
 * @callback: called when it is stored
 * @user_data: for @callback
 *
 * Adds a destination.
 */
void
hoist_destination_store_add_async (HoistDestinationStore *self,
                                   HoistDestination *destination,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_STORE (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));

  hoist_destination_store_start_op (self, HOIST_STORE_OP_ADD, destination, NULL, NULL,
                                    HOIST_IMPORT_SKIP, hoist_destination_store_add_async,
                                    cancellable, callback, user_data);
}

/**
 * hoist_destination_store_add_finish:
 * @self: the store
 * @result: what the callback got
 * @error: (out) (optional): why it was not added
 *
 * Ends [method@DestinationStore.add_async].
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for what cannot be, or a name that is taken;
 * %HOIST_ERROR_STORE_DAMAGED when the file cannot be read: it stays as it is;
 * %HOIST_ERROR_NO_SPACE, %HOIST_ERROR_FAILED; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the destination, with its id
 */
HoistDestination *
hoist_destination_store_add_finish (HoistDestinationStore *self,
                                    GAsyncResult *result,
                                    GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_destination_store_add_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hoist_destination_store_update_async:
 * @self: the store
 * @destination: what the destination with its id should say; a copy of the
 *   store's own object ([method@Destination.copy]), so that what is refused
 *   does not show
 * @cancellable: (nullable): ends it while it waits for its turn
 * @callback: called when it is stored
 * @user_data: for @callback
 *
 * Changes a destination.
 */
void
hoist_destination_store_update_async (HoistDestinationStore *self,
                                      HoistDestination *destination,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_STORE (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));

  hoist_destination_store_start_op (self, HOIST_STORE_OP_UPDATE, destination, NULL, NULL,
                                    HOIST_IMPORT_SKIP, hoist_destination_store_update_async,
                                    cancellable, callback, user_data);
}

/**
 * hoist_destination_store_update_finish:
 * @self: the store
 * @result: what the callback got
 * @error: (out) (optional): why it is as it was
 *
 * Ends [method@DestinationStore.update_async].
 *
 * Errors: as [method@DestinationStore.add_finish].
 *
 * Returns: whether it was changed
 */
gboolean
hoist_destination_store_update_finish (HoistDestinationStore *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  return hoist_destination_store_finish_op (self, result, hoist_destination_store_update_async,
                                            error);
}

/**
 * hoist_destination_store_remove_async:
 * @self: the store
 * @id: a destination's id
 * @cancellable: (nullable): ends it while it waits for its turn
 * @callback: called when it is gone
 * @user_data: for @callback
 *
 * Removes a destination. Its secret is removed by
 * [method@SecretStore.remove_async].
 */
void
hoist_destination_store_remove_async (HoistDestinationStore *self,
                                      const char *id,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_STORE (self));
  g_return_if_fail (id != NULL);

  hoist_destination_store_start_op (self, HOIST_STORE_OP_REMOVE, NULL, id, NULL, HOIST_IMPORT_SKIP,
                                    hoist_destination_store_remove_async, cancellable, callback,
                                    user_data);
}

/**
 * hoist_destination_store_remove_finish:
 * @self: the store
 * @result: what the callback got
 * @error: (out) (optional): why it is still there
 *
 * Ends [method@DestinationStore.remove_async].
 *
 * Errors: as [method@DestinationStore.add_finish].
 *
 * Returns: whether it was removed
 */
gboolean
hoist_destination_store_remove_finish (HoistDestinationStore *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  return hoist_destination_store_finish_op (self, result, hoist_destination_store_remove_async,
                                            error);
}

/**
 * hoist_destination_store_set_default_async:
 * @self: the store
 * @id: a destination's id
 * @cancellable: (nullable): ends it while it waits for its turn
 * @callback: called when it is stored
 * @user_data: for @callback
 *
 * Sets where files go when nobody says where.
 */
void
hoist_destination_store_set_default_async (HoistDestinationStore *self,
                                           const char *id,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_STORE (self));
  g_return_if_fail (id != NULL);

  hoist_destination_store_start_op (self, HOIST_STORE_OP_SET_DEFAULT, NULL, id, NULL,
                                    HOIST_IMPORT_SKIP, hoist_destination_store_set_default_async,
                                    cancellable, callback, user_data);
}

/**
 * hoist_destination_store_set_default_finish:
 * @self: the store
 * @result: what the callback got
 * @error: (out) (optional): why it is as it was
 *
 * Ends [method@DestinationStore.set_default_async].
 *
 * Errors: as [method@DestinationStore.add_finish].
 *
 * Returns: whether it was set
 */
gboolean
hoist_destination_store_set_default_finish (HoistDestinationStore *self,
                                            GAsyncResult *result,
                                            GError **error)
{
  return hoist_destination_store_finish_op (self, result, hoist_destination_store_set_default_async,
                                            error);
}

/**
 * hoist_destination_store_move_async:
 * @self: the store
 * @id: a destination's id
 * @before_id: (nullable): the id of the one that it is to stand before; %NULL for
 *   the end
 * @cancellable: (nullable): ends it while it waits for its turn
 * @callback: called when it is stored
 * @user_data: for @callback
 *
 * Moves a destination to another place in the order.
 */
void
hoist_destination_store_move_async (HoistDestinationStore *self,
                                    const char *id,
                                    const char *before_id,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_STORE (self));
  g_return_if_fail (id != NULL);

  hoist_destination_store_start_op (self, HOIST_STORE_OP_MOVE, NULL, id, before_id,
                                    HOIST_IMPORT_SKIP, hoist_destination_store_move_async,
                                    cancellable, callback, user_data);
}

/**
 * hoist_destination_store_move_finish:
 * @self: the store
 * @result: what the callback got
 * @error: (out) (optional): why it stands where it stood
 *
 * Ends [method@DestinationStore.move_async].
 *
 * Errors: as [method@DestinationStore.add_finish].
 *
 * Returns: whether it was moved
 */
gboolean
hoist_destination_store_move_finish (HoistDestinationStore *self,
                                     GAsyncResult *result,
                                     GError **error)
{
  return hoist_destination_store_finish_op (self, result, hoist_destination_store_move_async,
                                            error);
}

/**
 * hoist_destination_store_import_async:
 * @self: the store
 * @path: a file that was exported, by whomever
 * @policy: what to do where a name is there already
 * @cancellable: (nullable): ends it while it waits for its turn
 * @callback: called when it is stored
 * @user_data: for @callback
 *
 * Takes over what a file says.
 */
void
hoist_destination_store_import_async (HoistDestinationStore *self,
                                      const char *path,
                                      HoistImportPolicy policy,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_STORE (self));
  g_return_if_fail (path != NULL);

  hoist_destination_store_start_op (self, HOIST_STORE_OP_IMPORT, NULL, NULL, path, policy,
                                    hoist_destination_store_import_async, cancellable, callback,
                                    user_data);
}

/**
 * hoist_destination_store_import_finish:
 * @self: the store
 * @result: what the callback got
 * @error: (out) (optional): why nothing was taken over
 *
 * Ends [method@DestinationStore.import_async].
 *
 * Errors: as [method@DestinationStore.add_finish]; %HOIST_ERROR_STORE_DAMAGED and
 * %HOIST_ERROR_BAD_INPUT also for the file.
 *
 * Returns: (transfer full) (element-type HoistImportOutcome) (nullable): what
 *   became of each destination of the file
 */
GPtrArray *
hoist_destination_store_import_finish (HoistDestinationStore *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_STORE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_destination_store_import_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
