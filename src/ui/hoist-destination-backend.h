/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-aws-profile.h"
#include "hoist-destination.h"

G_BEGIN_DECLS

/**
 * HoistDestinationBackend:
 *
 * What the windows need to keep destinations: the application implements it
 * with the settings store, the keyring and the providers, so that no widget
 * does input or output. All of it belongs to the main thread; nothing blocks.
 */
#define HOIST_TYPE_DESTINATION_BACKEND (hoist_destination_backend_get_type ())
G_DECLARE_INTERFACE (HoistDestinationBackend,
                     hoist_destination_backend,
                     HOIST,
                     DESTINATION_BACKEND,
                     GObject)

/* Is told, while it is found out what a destination is, which kind is tried. */
typedef void (*HoistDestinationTriedFunc) (const char *kind, gpointer user_data);

/**
 * HoistDestinationsImported:
 *
 * What became of a file of destinations.
 */
typedef struct
{
  guint n_added;  /* or replaced */
  char *existing; /* (owned) names of those that are there already, with commas; may be empty */
  char *to_enter; /* (owned) names of those that need a secret, with commas; may be empty */
  char *refused;  /* (owned) a line for each that is wrong; may be empty */
} HoistDestinationsImported;

/**
 * HoistDestinationBackendInterface:
 * @get_destinations: the stored destinations, a list model of #HoistDestination
 * @get_default_id: (nullable): what new uploads go to
 * @set_default_id: stores the default; the public wrapper emits
 *   [signal@DestinationBackend::default-changed]
 * @test_async: asks the server of a destination, stored or not, who we are and
 *   what it can do; without a token (%NULL) the stored one is used, with an empty one none
 * @test_finish: (transfer full): one sentence for people, such as «Connected as
 *   studio; files up to 5 TB; checksums SHA-256»
 * @look: asks what a stored destination can do, without asking a person for anything; its
 *   abilities say what came of it
 * @detect_async: finds out what kind of destination is at an address, without storing anything
 * @detect_finish: (transfer full): the destination as it was found; @abilities is set to what it
 *   can do, as that of @test_finish, or to %NULL if only who has keys is told
 * @save_async: adds a destination, or changes the stored one that has its id;
 *   without a token (%NULL) the stored one is kept, with an empty one it is removed
 * @save_finish: (transfer full): the stored destination; @not_kept tells why the
 *   token is kept for this run only, or is set to %NULL
 * @has_secret_async: looks whether a stored destination has a token, without asking a person for
 *   anything
 * @has_secret_finish: tells whether it has one, or may have one
 * @is_default_locked: (nullable): whether somebody else set the default
 * @move: (nullable): puts a stored destination before another one, or at the end
 * @export_async: (nullable): writes all of them as a file, without secrets
 * @export_finish: tells whether it is written
 * @import_async: (nullable): takes over what such a file says; of those whose name is
 *   there already as @existing says: `skip`, `replace`, `rename`, or `ask`, which
 *   takes nothing over and names them
 * @import_finish: (transfer full): what became of it, for people
 * @remove_async: removes a stored destination and its token
 * @remove_finish: tells whether it is removed
 * @list_buckets_async: asks which buckets there are that keys can see; without keys (%NULL) the
 *   stored ones are used
 * @list_buckets_finish: (transfer full): their names
 * @load_profiles_async: reads the profiles of AWS's tools
 * @load_profiles_finish: (transfer full) (element-type HoistAwsProfile): the profiles
 * @make_of_profile: (transfer full): a destination of one of them, to be saved
 */
struct _HoistDestinationBackendInterface
{
  GTypeInterface parent_iface;

  GListModel *(*get_destinations) (HoistDestinationBackend *self);
  const char *(*get_default_id) (HoistDestinationBackend *self);
  void (*set_default_id) (HoistDestinationBackend *self, const char *id);
  gboolean (*is_default_locked) (HoistDestinationBackend *self);
  void (*move) (HoistDestinationBackend *self, const char *id, const char *before_id);
  void (*export_async) (HoistDestinationBackend *self,
                        GFile *file,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
  gboolean (*export_finish) (HoistDestinationBackend *self, GAsyncResult *result, GError **error);
  void (*import_async) (HoistDestinationBackend *self,
                        GFile *file,
                        const char *existing,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
  HoistDestinationsImported *(*import_finish) (HoistDestinationBackend *self,
                                               GAsyncResult *result,
                                               GError **error);
  void (*test_async) (HoistDestinationBackend *self,
                      HoistDestination *destination,
                      const char *token,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
  char *(*test_finish) (HoistDestinationBackend *self, GAsyncResult *result, GError **error);
  void (*look) (HoistDestinationBackend *self,
                HoistDestination *destination,
                GCancellable *cancellable);
  void (*detect_async) (HoistDestinationBackend *self,
                        HoistDestination *destination,
                        const char *token,
                        HoistDestinationTriedFunc tried,
                        gpointer tried_data,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
  HoistDestination *(*detect_finish) (HoistDestinationBackend *self,
                                      GAsyncResult *result,
                                      char **abilities,
                                      GError **error);
  void (*save_async) (HoistDestinationBackend *self,
                      HoistDestination *destination,
                      const char *token,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);
  HoistDestination *(*save_finish) (HoistDestinationBackend *self,
                                    GAsyncResult *result,
                                    char **not_kept,
                                    GError **error);
  void (*has_secret_async) (HoistDestinationBackend *self,
                            HoistDestination *destination,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
  gboolean (*has_secret_finish) (HoistDestinationBackend *self, GAsyncResult *result);
  void (*remove_async) (HoistDestinationBackend *self,
                        HoistDestination *destination,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
  gboolean (*remove_finish) (HoistDestinationBackend *self, GAsyncResult *result, GError **error);
  void (*list_buckets_async) (HoistDestinationBackend *self,
                              HoistDestination *destination,
                              const char *keys,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
  GStrv (*list_buckets_finish) (HoistDestinationBackend *self,
                                GAsyncResult *result,
                                GError **error);
  void (*load_profiles_async) (HoistDestinationBackend *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
  GPtrArray *(*load_profiles_finish) (HoistDestinationBackend *self,
                                      GAsyncResult *result,
                                      GError **error);
  HoistDestination *(*make_of_profile) (HoistDestinationBackend *self,
                                        const HoistAwsProfile *profile,
                                        const char *bucket,
                                        const char *name,
                                        GError **error);
};

GListModel *hoist_destination_backend_get_destinations (HoistDestinationBackend *self);
HoistDestination *hoist_destination_backend_lookup (HoistDestinationBackend *self, const char *id);
const char *hoist_destination_backend_get_default_id (HoistDestinationBackend *self);
void hoist_destination_backend_set_default_id (HoistDestinationBackend *self, const char *id);
gboolean hoist_destination_backend_is_default_locked (HoistDestinationBackend *self);
void hoist_destination_backend_move (HoistDestinationBackend *self,
                                     const char *id,
                                     const char *before_id);
void hoist_destinations_imported_free (HoistDestinationsImported *imported);
void hoist_destination_backend_export_async (HoistDestinationBackend *self,
                                             GFile *file,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
gboolean hoist_destination_backend_export_finish (HoistDestinationBackend *self,
                                                  GAsyncResult *result,
                                                  GError **error);
void hoist_destination_backend_import_async (HoistDestinationBackend *self,
                                             GFile *file,
                                             const char *existing,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
HoistDestinationsImported *hoist_destination_backend_import_finish (HoistDestinationBackend *self,
                                                                    GAsyncResult *result,
                                                                    GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistDestinationsImported, hoist_destinations_imported_free)

void hoist_destination_backend_test_async (HoistDestinationBackend *self,
                                           HoistDestination *destination,
                                           const char *token,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
char *hoist_destination_backend_test_finish (HoistDestinationBackend *self,
                                             GAsyncResult *result,
                                             GError **error);
void hoist_destination_backend_look (HoistDestinationBackend *self,
                                     HoistDestination *destination,
                                     GCancellable *cancellable);
void hoist_destination_backend_detect_async (HoistDestinationBackend *self,
                                             HoistDestination *destination,
                                             const char *token,
                                             HoistDestinationTriedFunc tried,
                                             gpointer tried_data,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
HoistDestination *hoist_destination_backend_detect_finish (HoistDestinationBackend *self,
                                                           GAsyncResult *result,
                                                           char **abilities,
                                                           GError **error);
void hoist_destination_backend_save_async (HoistDestinationBackend *self,
                                           HoistDestination *destination,
                                           const char *token,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
HoistDestination *hoist_destination_backend_save_finish (HoistDestinationBackend *self,
                                                         GAsyncResult *result,
                                                         char **not_kept,
                                                         GError **error);
void hoist_destination_backend_has_secret_async (HoistDestinationBackend *self,
                                                 HoistDestination *destination,
                                                 GAsyncReadyCallback callback,
                                                 gpointer user_data);
gboolean hoist_destination_backend_has_secret_finish (HoistDestinationBackend *self,
                                                      GAsyncResult *result);
void hoist_destination_backend_remove_async (HoistDestinationBackend *self,
                                             HoistDestination *destination,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer user_data);
gboolean hoist_destination_backend_remove_finish (HoistDestinationBackend *self,
                                                  GAsyncResult *result,
                                                  GError **error);
void hoist_destination_backend_list_buckets_async (HoistDestinationBackend *self,
                                                   HoistDestination *destination,
                                                   const char *keys,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer user_data);
GStrv hoist_destination_backend_list_buckets_finish (HoistDestinationBackend *self,
                                                     GAsyncResult *result,
                                                     GError **error);
void hoist_destination_backend_load_profiles_async (HoistDestinationBackend *self,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);
GPtrArray *hoist_destination_backend_load_profiles_finish (HoistDestinationBackend *self,
                                                           GAsyncResult *result,
                                                           GError **error);
HoistDestination *hoist_destination_backend_make_of_profile (HoistDestinationBackend *self,
                                                             const HoistAwsProfile *profile,
                                                             const char *bucket,
                                                             const char *name,
                                                             GError **error);

G_END_DECLS
