/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-uploader.h"

G_DEFINE_INTERFACE (HoistUploader, hoist_uploader, G_TYPE_OBJECT)

static void
hoist_uploader_default_init (HoistUploaderInterface *iface)
{
  /**
   * HoistUploader::problem:
   * @self: the uploader
   *
   * Something that concerns no single upload, such as a full disk below the
   * journal, came up or passed: [method@Uploader.get_problem] tells.
   */
  g_signal_new ("problem", HOIST_TYPE_UPLOADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
}

/**
 * hoist_uploader_get_list:
 * @self: the uploader
 *
 * Gets its uploads.
 *
 * Returns: (transfer none): the list, the same one for the uploader's whole life
 */
HoistUploadList *
hoist_uploader_get_list (HoistUploader *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (self), NULL);

  return HOIST_UPLOADER_GET_IFACE (self)->get_list (self);
}

/**
 * hoist_uploader_add_async:
 * @self: the uploader
 * @paths: (array zero-terminated=1): files and folders, absolute, in the file
 *   system's encoding; at least one
 * @destination_id: where they go
 * @cancellable: (nullable): ends waiting for the answer
 * @callback: called when they were taken over
 * @user_data: for @callback
 *
 * Adds files, and folders with all that is in them. Folders are walked
 * afterwards: [method@UploadList.get_batch] says when that is finished. A path
 * that cannot be sent comes up as a failed upload.
 */
void
hoist_uploader_add_async (HoistUploader *self,
                          const char *const *paths,
                          const char *destination_id,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail (paths != NULL && paths[0] != NULL);
  g_return_if_fail (destination_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  HOIST_UPLOADER_GET_IFACE (self)->add_async (self, paths, destination_id, cancellable, callback,
                                              user_data);
}

/**
 * hoist_uploader_add_finish:
 * @self: the uploader
 * @result: what the callback got
 * @error: (out) (optional): why nothing was added
 *
 * Ends [method@Uploader.add_async].
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for a destination or a path that cannot be;
 * %HOIST_ERROR_UNAVAILABLE when the process that uploads has gone;
 * %G_IO_ERROR_CANCELLED.
 *
 * Returns: the batch, for [method@UploadList.get_batch]; 0 with an error
 */
guint64
hoist_uploader_add_finish (HoistUploader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (self), 0);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), 0);

  return HOIST_UPLOADER_GET_IFACE (self)->add_finish (self, result, error);
}

/**
 * hoist_uploader_command:
 * @self: the uploader
 * @command: what to do
 * @ids: (array length=n_ids) (nullable): uploads; ids that are not there, and uploads in a
 *   state that @command does not fit, are ignored
 * @n_ids: how many
 *
 * Says what should become of some uploads. The list shows what did.
 */
void
hoist_uploader_command (HoistUploader *self, HoistCommand command, const guint64 *ids, gsize n_ids)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail ((guint) command < HOIST_N_COMMANDS);
  g_return_if_fail (ids != NULL || n_ids == 0);

  if (n_ids > 0)
    HOIST_UPLOADER_GET_IFACE (self)->command (self, command, ids, n_ids);
}

/**
 * hoist_uploader_command_all:
 * @self: the uploader
 * @command: what to do
 *
 * Says it of each upload in the list that is in a state that @command fits.
 */
void
hoist_uploader_command_all (HoistUploader *self, HoistCommand command)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail ((guint) command < HOIST_N_COMMANDS);

  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  HoistUploadList *list = hoist_uploader_get_list (self);
  const HoistUploadInfo *info;

  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (hoist_command_applies (command, info->state))
      g_array_append_val (ids, info->id);
  hoist_uploader_command (self, command, (const guint64 *) ids->data, ids->len);
}

/**
 * hoist_uploader_relocate_async:
 * @self: the uploader
 * @id: an upload whose file is no longer where it was
 * @path: where the file is now: absolute, in the file system's encoding
 * @cancellable: (nullable): ends waiting for the answer
 * @callback: called when the file was compared
 * @user_data: for @callback
 *
 * Says where a moved file is. It is accepted only when its content is the one
 * that was begun, and the upload then goes on.
 */
void
hoist_uploader_relocate_async (HoistUploader *self,
                               guint64 id,
                               const char *path,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail (path != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  HOIST_UPLOADER_GET_IFACE (self)->relocate_async (self, id, path, cancellable, callback,
                                                   user_data);
}

/**
 * hoist_uploader_relocate_finish:
 * @self: the uploader
 * @result: what the callback got
 * @error: (out) (optional): why the file was not accepted
 *
 * Ends [method@Uploader.relocate_async].
 *
 * Errors: %HOIST_ERROR_FILE_CHANGED when it is another file; the codes about
 * files when it cannot be read; %HOIST_ERROR_BAD_INPUT when the upload is not
 * there or does not miss its file; %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether the upload goes on with it
 */
gboolean
hoist_uploader_relocate_finish (HoistUploader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (self), FALSE);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), FALSE);

  return HOIST_UPLOADER_GET_IFACE (self)->relocate_finish (self, result, error);
}

/**
 * hoist_uploader_receipts_async:
 * @self: the uploader
 * @ids: (array length=n_ids): uploads
 * @n_ids: how many, 1 to %HOIST_UPLOADER_MAX_RECEIPTS
 * @cancellable: (nullable): ends waiting for the answer
 * @callback: called when the receipts are there
 * @user_data: for @callback
 *
 * Gets the receipts of deliveries. Nobody else is asked for them.
 */
void
hoist_uploader_receipts_async (HoistUploader *self,
                               const guint64 *ids,
                               gsize n_ids,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail (ids != NULL && n_ids > 0 && n_ids <= HOIST_UPLOADER_MAX_RECEIPTS);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  HOIST_UPLOADER_GET_IFACE (self)->receipts_async (self, ids, n_ids, cancellable, callback,
                                                   user_data);
}

/**
 * hoist_uploader_receipts_finish:
 * @self: the uploader
 * @result: what the callback got
 * @error: (out) (optional): why there is no answer
 *
 * Ends [method@Uploader.receipts_async].
 *
 * Errors: %HOIST_ERROR_UNAVAILABLE when the process that uploads has gone;
 * %HOIST_ERROR_PROTOCOL when its answer makes no sense; %HOIST_ERROR_NOT_SUPPORTED when it is of an
 * earlier version; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable) (element-type HoistReceipt): the receipts of
 *   those that are done, in the order asked
 */
GPtrArray *
hoist_uploader_receipts_finish (HoistUploader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (self), NULL);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);

  return HOIST_UPLOADER_GET_IFACE (self)->receipts_finish (self, result, error);
}

/**
 * hoist_uploader_verify_async:
 * @self: the uploader
 * @ids: (array length=n_ids): uploads that are done
 * @n_ids: how many, 1 to %HOIST_UPLOADER_MAX_RECEIPTS
 * @with_files: whether to read the local files as well, and compare them
 * @cancellable: (nullable): ends waiting for the answer
 * @callback: called when all is known
 * @user_data: for @callback
 *
 * Asks the storages what they have of deliveries now, and compares it with the
 * receipts.
 */
void
hoist_uploader_verify_async (HoistUploader *self,
                             const guint64 *ids,
                             gsize n_ids,
                             gboolean with_files,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail (ids != NULL && n_ids > 0 && n_ids <= HOIST_UPLOADER_MAX_RECEIPTS);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  HOIST_UPLOADER_GET_IFACE (self)->verify_async (self, ids, n_ids, with_files, cancellable,
                                                 callback, user_data);
}

/**
 * hoist_uploader_verify_finish:
 * @self: the uploader
 * @result: what the callback got
 * @error: (out) (optional): why there is no answer at all
 *
 * Ends [method@Uploader.verify_async].
 *
 * Errors: as [method@Uploader.receipts_finish]; why a single object could not be
 * looked at is in its verification.
 *
 * Returns: (transfer full) (nullable) (element-type HoistVerification): one for each
 *   upload, in the order asked
 */
GPtrArray *
hoist_uploader_verify_finish (HoistUploader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (self), NULL);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);

  return HOIST_UPLOADER_GET_IFACE (self)->verify_finish (self, result, error);
}

/**
 * hoist_uploader_share_async:
 * @self: the uploader
 * @id: an upload that is done
 * @expires_in_s: for how long the link is to be good, at most %HOIST_SHARE_MAX_S; 0 asks only
 *   whether there can be one
 * @cancellable: (nullable): ends waiting for the answer
 * @callback: called when the link is there
 * @user_data: for @callback
 *
 * Gets a link to what was delivered, for this caller only.
 */
void
hoist_uploader_share_async (HoistUploader *self,
                            guint64 id,
                            guint expires_in_s,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail (expires_in_s <= HOIST_SHARE_MAX_S);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  HOIST_UPLOADER_GET_IFACE (self)->share_async (self, id, expires_in_s, cancellable, callback,
                                                user_data);
}

/**
 * hoist_uploader_share_finish:
 * @self: the uploader
 * @result: what the callback got
 * @error: (out) (optional): why there is none
 *
 * Ends [method@Uploader.share_async].
 *
 * Errors: %HOIST_ERROR_NOT_SUPPORTED where the destination makes none and told no location;
 * %HOIST_ERROR_BAD_INPUT for what was not delivered; what the destination's server says, as for
 * uploads; %HOIST_ERROR_UNAVAILABLE when the process that uploads has gone; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the link; without a URL if it was only asked whether there
 *   can be a signed one
 */
HoistShare *
hoist_uploader_share_finish (HoistUploader *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (self), NULL);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);

  return HOIST_UPLOADER_GET_IFACE (self)->share_finish (self, result, error);
}

/**
 * hoist_uploader_set_limits:
 * @self: the uploader
 * @limits: the limits, copied
 *
 * Sets how much of the machine and the line it may use.
 */
void
hoist_uploader_set_limits (HoistUploader *self, const HoistLimits *limits)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail (limits != NULL);

  HOIST_UPLOADER_GET_IFACE (self)->set_limits (self, limits);
}

/**
 * hoist_uploader_set_metered:
 * @self: the uploader
 * @metered: what to do
 *
 * Says what to do on a network that costs by the byte. %HOIST_ALLOWANCE_THIS_TIME
 * holds until the network is another one; then what was said before that counts
 * again.
 */
void
hoist_uploader_set_metered (HoistUploader *self, HoistAllowance metered)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail ((guint) metered < HOIST_N_ALLOWANCES);

  if (HOIST_UPLOADER_GET_IFACE (self)->set_metered != NULL)
    HOIST_UPLOADER_GET_IFACE (self)->set_metered (self, metered);
}

/**
 * hoist_uploader_set_power:
 * @self: the uploader
 * @power: what to do
 *
 * Says what to do while power is scarce: the battery is low, or the computer saves
 * power. %HOIST_ALLOWANCE_THIS_TIME holds until there is enough again; then what was
 * said before that counts again.
 */
void
hoist_uploader_set_power (HoistUploader *self, HoistAllowance power)
{
  g_return_if_fail (HOIST_IS_UPLOADER (self));
  g_return_if_fail ((guint) power < HOIST_N_ALLOWANCES);

  if (HOIST_UPLOADER_GET_IFACE (self)->set_power != NULL)
    HOIST_UPLOADER_GET_IFACE (self)->set_power (self, power);
}

/**
 * hoist_uploader_get_problem:
 * @self: the uploader
 *
 * Tells what concerns no single upload, such as a full disk below the journal.
 *
 * Returns: (transfer none) (nullable): what is wrong now; %NULL if nothing is
 */
const GError *
hoist_uploader_get_problem (HoistUploader *self)
{
  HoistUploaderInterface *iface;

  g_return_val_if_fail (HOIST_IS_UPLOADER (self), NULL);

  iface = HOIST_UPLOADER_GET_IFACE (self);
  return iface->get_problem != NULL ? iface->get_problem (self) : NULL;
}
