/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-destination-backend.h"

enum
{
  SIGNAL_DEFAULT_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_INTERFACE (HoistDestinationBackend, hoist_destination_backend, G_TYPE_OBJECT)

static void
hoist_destination_backend_default_init (HoistDestinationBackendInterface *iface)
{
  /**
   * HoistDestinationBackend::default-changed:
   *
   * Another destination is the default now.
   */
  signals[SIGNAL_DEFAULT_CHANGED] =
    g_signal_new ("default-changed", HOIST_TYPE_DESTINATION_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL,
                  NULL, NULL, G_TYPE_NONE, 0);
}

/**
 * hoist_destination_backend_get_destinations:
 * @self: a backend
 *
 * Gets the stored destinations. The model lives as long as @self.
 *
 * Returns: (transfer none): a list model of #HoistDestination
 */
GListModel *
hoist_destination_backend_get_destinations (HoistDestinationBackend *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), NULL);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->get_destinations (self);
}

/**
 * hoist_destination_backend_lookup:
 * @self: a backend
 * @id: (nullable): a destination's id
 *
 * Finds a stored destination.
 *
 * Returns: (transfer full) (nullable): the destination, or %NULL if there is
 *   none with that id
 */
HoistDestination *
hoist_destination_backend_lookup (HoistDestinationBackend *self, const char *id)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self);

  for (guint i = 0; i < g_list_model_get_n_items (destinations); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (destinations, i);

      if (g_strcmp0 (hoist_destination_get_id (destination), id) == 0)
        return g_steal_pointer (&destination);
    }
  return NULL;
}

/**
 * hoist_destination_backend_get_default_id:
 * @self: a backend
 *
 * Gets the id of the destination that new uploads go to.
 *
 * Returns: (nullable): the id, or %NULL without a default
 */
const char *
hoist_destination_backend_get_default_id (HoistDestinationBackend *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), NULL);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->get_default_id (self);
}

/**
 * hoist_destination_backend_set_default_id:
 * @self: a backend
 * @id: the id of a stored destination
 *
 * Makes a destination the one that new uploads go to.
 */
void
hoist_destination_backend_set_default_id (HoistDestinationBackend *self, const char *id)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  g_return_if_fail (id != NULL);

  if (g_strcmp0 (id, hoist_destination_backend_get_default_id (self)) == 0)
    return;
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->set_default_id (self, id);
  g_signal_emit (self, signals[SIGNAL_DEFAULT_CHANGED], 0);
}

/**
 * hoist_destination_backend_is_default_locked:
 * @self: a backend
 *
 * Returns: whether somebody else set where new uploads go
 */
gboolean
hoist_destination_backend_is_default_locked (HoistDestinationBackend *self)
{
  HoistDestinationBackendInterface *iface;

  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), FALSE);
  iface = HOIST_DESTINATION_BACKEND_GET_IFACE (self);
  return iface->is_default_locked != NULL && iface->is_default_locked (self);
}

/**
 * hoist_destination_backend_move:
 * @self: a backend
 * @id: the id of a stored destination
 * @before_id: (nullable): the id of the one that it is to stand before; %NULL for
 *   the end
 *
 * Gives a destination another place in the list and in all menus.
 */
void
hoist_destination_backend_move (HoistDestinationBackend *self,
                                const char *id,
                                const char *before_id)
{
  HoistDestinationBackendInterface *iface;

  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  g_return_if_fail (id != NULL);
  iface = HOIST_DESTINATION_BACKEND_GET_IFACE (self);
  if (iface->move != NULL && g_strcmp0 (id, before_id) != 0)
    iface->move (self, id, before_id);
}

/**
 * hoist_destinations_imported_free:
 * @imported: (transfer full): what became of a file
 *
 * Frees it.
 */
void
hoist_destinations_imported_free (HoistDestinationsImported *imported)
{
  g_free (imported->existing);
  g_free (imported->to_enter);
  g_free (imported->refused);
  g_free (imported);
}

/**
 * hoist_destination_backend_export_async:
 * @self: a backend
 * @file: where to
 * @callback: what to call on the main thread
 * @user_data: its data
 *
 * Writes all destinations as a file, without secrets.
 */
void
hoist_destination_backend_export_async (HoistDestinationBackend *self,
                                        GFile *file,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->export_async (self, file, callback, user_data);
}

/**
 * hoist_destination_backend_export_finish:
 * @self: a backend
 * @result: what the callback got
 * @error: (out) (optional): why it is not written
 *
 * Errors: of GIO.
 *
 * Returns: whether it is written
 */
gboolean
hoist_destination_backend_export_finish (HoistDestinationBackend *self,
                                         GAsyncResult *result,
                                         GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), FALSE);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->export_finish (self, result, error);
}

/**
 * hoist_destination_backend_import_async:
 * @self: a backend
 * @file: what was exported, by whomever
 * @existing: what to do with those whose name is there already: `skip`, `replace`,
 *   `rename`; or `ask`, which takes nothing over and names them
 * @callback: what to call on the main thread
 * @user_data: its data
 *
 * Takes over what a file says.
 */
void
hoist_destination_backend_import_async (HoistDestinationBackend *self,
                                        GFile *file,
                                        const char *existing,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->import_async (self, file, existing, callback,
                                                            user_data);
}

/**
 * hoist_destination_backend_import_finish:
 * @self: a backend
 * @result: what the callback got
 * @error: (out) (optional): why nothing was taken over
 *
 * Errors: of the store.
 *
 * Returns: (transfer full) (nullable): what became of it
 */
HoistDestinationsImported *
hoist_destination_backend_import_finish (HoistDestinationBackend *self,
                                         GAsyncResult *result,
                                         GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), NULL);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->import_finish (self, result, error);
}

/**
 * hoist_destination_backend_test_async:
 * @self: a backend
 * @destination: the destination
 * @token: (nullable): the secret that goes with it; %NULL for the stored one
 * @cancellable: (nullable): a cancellable
 * @callback: what to call on the main thread
 * @user_data: its data
 *
 * Asks the destination's server who we are and what it can do, without storing
 * anything.
 */
void
hoist_destination_backend_test_async (HoistDestinationBackend *self,
                                      HoistDestination *destination,
                                      const char *token,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->test_async (self, destination, token, cancellable,
                                                          callback, user_data);
}

/**
 * hoist_destination_backend_test_finish:
 * @self: a backend
 * @result: what the callback was given
 * @error: where an error goes
 *
 * Ends a test.
 *
 * Errors: what the server or the network refused (%HOIST_ERROR).
 *
 * Returns: (transfer full): what the server said, in one sentence for people
 */
char *
hoist_destination_backend_test_finish (HoistDestinationBackend *self,
                                       GAsyncResult *result,
                                       GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), NULL);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->test_finish (self, result, error);
}

/**
 * hoist_destination_backend_look:
 * @self: a backend
 * @destination: a stored destination
 * @cancellable: (nullable): a cancellable
 *
 * Asks what a destination can do, without asking a person for anything. Its abilities say then
 * what came of it; they stay unknown where the keyring does not give its secret.
 */
void
hoist_destination_backend_look (HoistDestinationBackend *self,
                                HoistDestination *destination,
                                GCancellable *cancellable)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->look (self, destination, cancellable);
}

/**
 * hoist_destination_backend_detect_async:
 * @self: a backend
 * @destination: a destination of which the address is known
 * @token: (nullable): the secret to show there
 * @tried: is told which kind is tried
 * @tried_data: for @tried, until the callback
 * @cancellable: (nullable): a cancellable
 * @callback: what to call on the main thread
 * @user_data: its data
 *
 * Finds out what kind of destination it is, without storing or beginning anything.
 */
void
hoist_destination_backend_detect_async (HoistDestinationBackend *self,
                                        HoistDestination *destination,
                                        const char *token,
                                        HoistDestinationTriedFunc tried,
                                        gpointer tried_data,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->detect_async (
    self, destination, token, tried, tried_data, cancellable, callback, user_data);
}

/**
 * hoist_destination_backend_detect_finish:
 * @self: a backend
 * @result: what the callback was given
 * @abilities: (out) (transfer full) (nullable): what it can do, for people; %NULL if
 *   only who has keys is told
 * @error: where an error goes
 *
 * Ends finding out.
 *
 * Errors: what the server or the network refused (%HOIST_ERROR).
 *
 * Returns: (transfer full): the destination as it was found: its kind, and what its address tells
 */
HoistDestination *
hoist_destination_backend_detect_finish (HoistDestinationBackend *self,
                                         GAsyncResult *result,
                                         char **abilities,
                                         GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), NULL);
  g_return_val_if_fail (abilities != NULL, NULL);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->detect_finish (self, result, abilities, error);
}

/**
 * hoist_destination_backend_save_async:
 * @self: a backend
 * @destination: the destination
 * @token: (nullable): the secret that goes with it; %NULL for the stored one
 * @cancellable: (nullable): a cancellable
 * @callback: what to call on the main thread
 * @user_data: its data
 *
 * Stores the destination and its token: a new one if its id is %NULL or unknown.
 */
void
hoist_destination_backend_save_async (HoistDestinationBackend *self,
                                      HoistDestination *destination,
                                      const char *token,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->save_async (self, destination, token, cancellable,
                                                          callback, user_data);
}

/**
 * hoist_destination_backend_save_finish:
 * @self: a backend
 * @result: what the callback was given
 * @not_kept: (out) (transfer full) (nullable): why the token is kept for this
 *   run only, for people; %NULL if it is stored
 * @error: where an error goes
 *
 * Ends storing a destination.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for a setting that cannot be; %HOIST_ERROR_NO_SPACE
 *   and the like from the disk. A missing keyring is none.
 *
 * Returns: (transfer full): the stored destination
 */
HoistDestination *
hoist_destination_backend_save_finish (HoistDestinationBackend *self,
                                       GAsyncResult *result,
                                       char **not_kept,
                                       GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), NULL);
  g_return_val_if_fail (not_kept != NULL, NULL);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->save_finish (self, result, not_kept, error);
}

/**
 * hoist_destination_backend_has_secret_async:
 * @self: a backend
 * @destination: a stored destination
 * @callback: what to call on the main thread
 * @user_data: its data
 *
 * Looks whether a destination has a token, or keys, without asking a person to unlock them.
 */
void
hoist_destination_backend_has_secret_async (HoistDestinationBackend *self,
                                            HoistDestination *destination,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->has_secret_async (self, destination, callback,
                                                                user_data);
}

/**
 * hoist_destination_backend_has_secret_finish:
 * @self: a backend
 * @result: what the callback got
 *
 * Ends [method@DestinationBackend.has_secret_async].
 *
 * Returns: whether it has one; also %TRUE where the keyring does not say
 */
gboolean
hoist_destination_backend_has_secret_finish (HoistDestinationBackend *self, GAsyncResult *result)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), FALSE);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->has_secret_finish (self, result);
}

/**
 * hoist_destination_backend_remove_async:
 * @self: a backend
 * @destination: the destination
 * @cancellable: (nullable): a cancellable
 * @callback: what to call on the main thread
 * @user_data: its data
 *
 * Removes a stored destination and its token.
 */
void
hoist_destination_backend_remove_async (HoistDestinationBackend *self,
                                        HoistDestination *destination,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  g_return_if_fail (HOIST_IS_DESTINATION (destination));
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->remove_async (self, destination, cancellable,
                                                            callback, user_data);
}

/**
 * hoist_destination_backend_remove_finish:
 * @self: a backend
 * @result: what the callback was given
 * @error: where an error goes
 *
 * Ends removing a destination.
 *
 * Errors: from the disk or the keyring.
 *
 * Returns: whether it is removed
 */
gboolean
hoist_destination_backend_remove_finish (HoistDestinationBackend *self,
                                         GAsyncResult *result,
                                         GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), FALSE);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->remove_finish (self, result, error);
}

/**
 * hoist_destination_backend_list_buckets_async:
 * @self: a backend
 * @destination: a bucket's destination, stored or not, perhaps without a bucket
 * @keys: (nullable): its keys as text; %NULL for the stored ones
 * @cancellable: (nullable): a cancellable
 * @callback: what to call on the main thread
 * @user_data: its data
 *
 * Asks which buckets there are that the keys can see.
 */
void
hoist_destination_backend_list_buckets_async (HoistDestinationBackend *self,
                                              HoistDestination *destination,
                                              const char *keys,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));
  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->list_buckets_async (self, destination, keys,
                                                                  cancellable, callback, user_data);
}

/**
 * hoist_destination_backend_list_buckets_finish:
 * @self: a backend
 * @result: what the callback got
 * @error: where an error goes
 *
 * Ends [method@DestinationBackend.list_buckets_async].
 *
 * Errors: any of %HOIST_ERROR.
 *
 * Returns: (transfer full): their names, in order
 */
GStrv
hoist_destination_backend_list_buckets_finish (HoistDestinationBackend *self,
                                               GAsyncResult *result,
                                               GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), NULL);
  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->list_buckets_finish (self, result, error);
}

/**
 * hoist_destination_backend_load_profiles_async:
 * @self: a backend
 * @cancellable: (nullable): a cancellable
 * @callback: what to call on the main thread
 * @user_data: its data
 *
 * Reads the profiles of AWS's tools.
 */
void
hoist_destination_backend_load_profiles_async (HoistDestinationBackend *self,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_BACKEND (self));

  HOIST_DESTINATION_BACKEND_GET_IFACE (self)->load_profiles_async (self, cancellable, callback,
                                                                   user_data);
}

/**
 * hoist_destination_backend_load_profiles_finish:
 * @self: a backend
 * @result: what the callback was given
 * @error: where an error goes
 *
 * Ends reading them.
 *
 * Errors: %HOIST_ERROR_FILE_MISSING where there are none; %HOIST_ERROR_BAD_INPUT for files that
 * are none of AWS's.
 *
 * Returns: (transfer full) (nullable) (element-type HoistAwsProfile): the profiles
 */
GPtrArray *
hoist_destination_backend_load_profiles_finish (HoistDestinationBackend *self,
                                                GAsyncResult *result,
                                                GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), NULL);

  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->load_profiles_finish (self, result, error);
}

/**
 * hoist_destination_backend_make_of_profile:
 * @self: a backend
 * @profile: a profile with keys
 * @bucket: the bucket that files go to
 * @name: what the destination is to be called
 * @error: where an error goes
 *
 * Makes a destination of a profile; it is not stored yet, and has no secret in it.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT for what cannot be one, such as a name of no bucket.
 *
 * Returns: (transfer full) (nullable): the destination
 */
HoistDestination *
hoist_destination_backend_make_of_profile (HoistDestinationBackend *self,
                                           const HoistAwsProfile *profile,
                                           const char *bucket,
                                           const char *name,
                                           GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_BACKEND (self), NULL);

  return HOIST_DESTINATION_BACKEND_GET_IFACE (self)->make_of_profile (self, profile, bucket, name,
                                                                      error);
}
