/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an uploader is asked about uploads that other runs left. */

#include "hoist-uploader.h"

/**
 * hoist_uploader_list_unfinished_async:
 * @self: the uploader
 * @destination_id: whose server is asked
 * @after: (nullable): `next` of the page before; %NULL for the first one
 * @detailed: ask how much each has, too, which is more work for the server
 * @cancellable: (nullable): ends waiting for the answer
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks a destination for uploads that were begun and never completed, and that
 * are not in the list here: of another machine, or of an earlier installation.
 */
void
hoist_uploader_list_unfinished_async (HoistUploader *self,
                                      const char *destination_id,
                                      const char *after,
                                      gboolean detailed,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail (destination_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  HOIST_UPLOADER_GET_IFACE (self)->list_unfinished_async (self, destination_id, after, detailed,
                                                          cancellable, callback, user_data);
}

/**
 * hoist_uploader_list_unfinished_finish:
 * @self: the uploader
 * @result: what the callback got
 * @error: (out) (optional): why it cannot be told
 *
 * Ends [method@Uploader.list_unfinished_async].
 *
 * Errors: %HOIST_ERROR_NOT_SUPPORTED when the destination cannot tell;
 * %HOIST_ERROR_BAD_INPUT when there is no such destination; those of every call
 * to a server; %HOIST_ERROR_UNAVAILABLE when the process that uploads has gone, or
 * waits for the keyring; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): a page; an empty one may still have a next one
 */
HoistUnfinishedPage *
hoist_uploader_list_unfinished_finish (HoistUploader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (self), NULL);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);

  return HOIST_UPLOADER_GET_IFACE (self)->list_unfinished_finish (self, result, error);
}

/**
 * hoist_uploader_clear_unfinished_async:
 * @self: the uploader
 * @destination_id: where they are
 * @uploads: (element-type HoistUnfinished): uploads of its list, 1 to
 *   %HOIST_UPLOADER_MAX_CLEAR of them
 * @cancellable: (nullable): ends waiting for the answer
 * @callback: called when they are in the list of uploads
 * @user_data: for @callback
 *
 * Has unfinished uploads cleared from their server. Each comes into the list as one
 * that is being cancelled, and is there until nothing of it is left.
 */
void
hoist_uploader_clear_unfinished_async (HoistUploader *self,
                                       const char *destination_id,
                                       GPtrArray *uploads,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail (destination_id != NULL);
  g_return_if_fail (uploads->len > 0 && uploads->len <= HOIST_UPLOADER_MAX_CLEAR);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  HOIST_UPLOADER_GET_IFACE (self)->clear_unfinished_async (self, destination_id, uploads,
                                                           cancellable, callback, user_data);
}

/**
 * hoist_uploader_clear_unfinished_finish:
 * @self: the uploader
 * @result: what the callback got
 * @error: (out) (optional): why nothing is cleared
 *
 * Ends [method@Uploader.clear_unfinished_async].
 *
 * Errors: %HOIST_ERROR_BAD_INPUT when there is no such destination;
 * %HOIST_ERROR_UNAVAILABLE when the process that uploads has gone;
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (element-type guint64) (nullable): their ids in the list; those that
 *   were in it already are left out
 */
GArray *
hoist_uploader_clear_unfinished_finish (HoistUploader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (self), NULL);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);

  return HOIST_UPLOADER_GET_IFACE (self)->clear_unfinished_finish (self, result, error);
}

/**
 * hoist_uploader_continue_unfinished_async:
 * @self: the uploader
 * @destination_id: where it is
 * @unfinished: an upload of its list
 * @path: its file: absolute, in the file system's encoding
 * @cancellable: (nullable): ends waiting for the answer
 * @callback: called when the file was compared
 * @user_data: for @callback
 *
 * Goes on with an upload that another run began. The file is accepted only when
 * all that the server has is its own; then only what is missing is sent.
 */
void
hoist_uploader_continue_unfinished_async (HoistUploader *self,
                                          const char *destination_id,
                                          const HoistUnfinished *unfinished,
                                          const char *path,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail (destination_id != NULL);
  g_return_if_fail (unfinished != NULL);
  g_return_if_fail (path != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  HOIST_UPLOADER_GET_IFACE (self)->continue_unfinished_async (
    self, destination_id, unfinished, path, cancellable, callback, user_data);
}

/**
 * hoist_uploader_continue_unfinished_finish:
 * @self: the uploader
 * @result: what the callback got
 * @error: (out) (optional): why the file was not accepted
 *
 * Ends [method@Uploader.continue_unfinished_async].
 *
 * Errors: %HOIST_ERROR_FILE_CHANGED when it is another file; the codes about files
 * when it cannot be read; %HOIST_ERROR_BAD_INPUT when the upload or the file is in
 * the list already; %HOIST_ERROR_UPLOAD_GONE when the server no longer has it;
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: its id in the list; 0 with an error
 */
guint64
hoist_uploader_continue_unfinished_finish (HoistUploader *self,
                                           GAsyncResult *result,
                                           GError **error)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (self), 0);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), 0);

  return HOIST_UPLOADER_GET_IFACE (self)->continue_unfinished_finish (self, result, error);
}
