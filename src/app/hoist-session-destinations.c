/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-session-destinations.h"

#include "hoist-aws-import.h"
#include "hoist-destination-rules.h"
#include "hoist-session-exchange.h"
#include "hoist-session-probe.h"
#include "hoist-session-save.h"

/**
 * HoistSessionDestinations:
 *
 * Keeps destinations for the windows: their settings in the store, their
 * tokens in the keyring, and tests them through the providers.
 */
struct _HoistSessionDestinations
{
  GObject parent_instance;

  HoistSession *session; /* (owned) */
  GListModel *list;      /* (owned) the store, or the only destination */
};

static void backend_iface_init (HoistDestinationBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistSessionDestinations,
                               hoist_session_destinations,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_DESTINATION_BACKEND,
                                                      backend_iface_init))

static HoistDestinationStore *
get_store (gpointer self)
{
  return hoist_session_get_destinations (HOIST_SESSION_DESTINATIONS (self)->session);
}

static HoistSecretStore *
get_secrets (gpointer self)
{
  return hoist_session_get_secrets (HOIST_SESSION_DESTINATIONS (self)->session);
}

static GListModel *
get_destinations (HoistDestinationBackend *backend)
{
  return HOIST_SESSION_DESTINATIONS (backend)->list;
}

static const char *
get_default_id (HoistDestinationBackend *backend)
{
  HoistSession *session = HOIST_SESSION_DESTINATIONS (backend)->session;
  HoistDestination *destination = hoist_session_get_only_destination (session);

  if (destination == NULL)
    destination = hoist_destination_store_get_default (get_store (backend));
  return destination != NULL ? hoist_destination_get_id (destination) : NULL;
}

static void
default_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_set_default_finish (HOIST_DESTINATION_STORE (source), result,
                                                   &error))
    g_signal_emit_by_name (source, "problem", error);
}

static void
set_default_id (HoistDestinationBackend *backend, const char *id)
{
  hoist_destination_store_set_default_async (get_store (backend), id, NULL, default_set_cb, NULL);
}

static gboolean
is_default_locked (HoistDestinationBackend *backend)
{
  return hoist_destination_store_is_default_locked (get_store (backend));
}

/* --- Order and files --------------------------------------------------------------------------- */

static void
moved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_move_finish (HOIST_DESTINATION_STORE (source), result, &error))
    g_signal_emit_by_name (source, "problem", error);
}

static void
move (HoistDestinationBackend *backend, const char *id, const char *before_id)
{
  hoist_destination_store_move_async (get_store (backend), id, before_id, NULL, moved_cb, NULL);
}

static void
export_async (HoistDestinationBackend *backend,
              GFile *file,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  hoist_session_export_async (backend, HOIST_SESSION_DESTINATIONS (backend)->session, file,
                              callback, user_data);
}

static void
import_async (HoistDestinationBackend *backend,
              GFile *file,
              const char *existing,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  hoist_session_import_async (backend, HOIST_SESSION_DESTINATIONS (backend)->session, file,
                              existing, callback, user_data);
}

/* --- Test ------------------------------------------------------------------------------------- */

static void
test_async (HoistDestinationBackend *backend,
            HoistDestination *destination,
            const char *token,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  hoist_session_probe_async (backend, HOIST_SESSION_DESTINATIONS (backend)->session, destination,
                             token, cancellable, callback, user_data);
}

static char *
test_finish (HoistDestinationBackend *backend, GAsyncResult *result, GError **error)
{
  return hoist_session_probe_finish (backend, result, error);
}

static void
look (HoistDestinationBackend *backend, HoistDestination *destination, GCancellable *cancellable)
{
  HoistSession *session = HOIST_SESSION_DESTINATIONS (backend)->session;

  /* The one of --url has no token in the keyring. */
  if (hoist_session_get_only_destination (session) == NULL)
    hoist_session_look (session, destination, cancellable);
}

/* --- Detect ----------------------------------------------------------------------------------- */

typedef struct
{
  HoistDestination *found; /* (owned) */
  char *abilities;         /* (owned) (nullable) */
} Detected;

static void
detected_free (gpointer user_data)
{
  Detected *detected = user_data;

  g_object_unref (detected->found);
  g_free (detected->abilities);
  g_free (detected);
}

static void
detected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (HoistDestinationAbilities) abilities = NULL;
  GError *error = NULL;
  HoistDestination *found =
    hoist_session_detect_finish (HOIST_SESSION (source), result, &abilities, &error);
  Detected *detected;

  if (found == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  detected = g_new0 (Detected, 1);
  detected->found = found;
  if (abilities != NULL)
    detected->abilities = hoist_destination_abilities_greet (abilities);
  g_task_return_pointer (task, detected, detected_free);
}

static void
detect_async (HoistDestinationBackend *backend,
              HoistDestination *destination,
              const char *token,
              HoistDestinationTriedFunc tried,
              gpointer tried_data,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  GTask *task = g_task_new (backend, cancellable, callback, user_data);

  g_task_set_source_tag (task, detect_async);
  hoist_session_detect_async (HOIST_SESSION_DESTINATIONS (backend)->session, destination, token,
                              tried, tried_data, cancellable, detected_cb, task);
}

static HoistDestination *
detect_finish (HoistDestinationBackend *backend,
               GAsyncResult *result,
               char **abilities,
               GError **error)
{
  Detected *detected;
  HoistDestination *found;

  g_return_val_if_fail (g_task_is_valid (result, backend), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, detect_async), NULL);

  detected = g_task_propagate_pointer (G_TASK (result), error);
  if (detected == NULL)
    return NULL;
  *abilities = g_steal_pointer (&detected->abilities);
  found = g_object_ref (detected->found);
  detected_free (detected);
  return found;
}

/* --- Save and secrets -------------------------------------------------------------------------- */

static void
save_async (HoistDestinationBackend *backend,
            HoistDestination *destination,
            const char *token,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  hoist_session_save_async (backend, HOIST_SESSION_DESTINATIONS (backend)->session, destination,
                            token, cancellable, callback, user_data);
}

static void
secret_looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  char *token = NULL;
  HoistSecretVerdict verdict =
    hoist_secret_store_lookup_finish (HOIST_SECRET_STORE (source), result, &token, NULL);

  hoist_secret_free (token);
  g_task_return_boolean (task, verdict != HOIST_SECRET_NOT_THERE);
}

static void
has_secret_async (HoistDestinationBackend *backend,
                  HoistDestination *destination,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  GTask *task = g_task_new (backend, NULL, callback, user_data);

  g_task_set_source_tag (task, has_secret_async);
  hoist_secret_store_lookup_async (get_secrets (backend), hoist_destination_get_id (destination),
                                   FALSE, NULL, secret_looked_up_cb, task);
}

static gboolean
has_secret_finish (HoistDestinationBackend *backend, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, has_secret_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- Remove ----------------------------------------------------------------------------------- */

static void
token_removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hoist_secret_store_remove_finish (HOIST_SECRET_STORE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistDestination *destination = g_task_get_task_data (task);
  gpointer backend = g_task_get_source_object (task);
  GError *error = NULL;

  if (hoist_destination_store_remove_finish (HOIST_DESTINATION_STORE (source), result, &error))
    hoist_secret_store_remove_async (get_secrets (backend), hoist_destination_get_id (destination),
                                     TRUE, g_task_get_cancellable (task), token_removed_cb,
                                     g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
remove_async (HoistDestinationBackend *backend,
              HoistDestination *destination,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  GTask *task = g_task_new (backend, cancellable, callback, user_data);

  g_task_set_source_tag (task, remove_async);
  g_task_set_task_data (task, g_object_ref (destination), g_object_unref);
  hoist_destination_store_remove_async (get_store (backend), hoist_destination_get_id (destination),
                                        cancellable, removed_cb, task);
}

static gboolean
remove_finish (HoistDestinationBackend *backend, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, remove_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Profiles of AWS's tools ------------------------------------------------------------------ */

static void
profiles_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *profiles = hoist_aws_import_load_finish (result, &error);

  if (profiles != NULL)
    g_task_return_pointer (task, profiles, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
load_profiles_async (HoistDestinationBackend *backend,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (backend, cancellable, callback, user_data);
  g_auto (GStrv) environment = g_get_environ ();

  g_task_set_source_tag (task, load_profiles_async);
  hoist_aws_import_load_async ((const char *const *) environment, cancellable, profiles_loaded_cb,
                               task);
}

static GPtrArray *
load_profiles_finish (HoistDestinationBackend *backend, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, load_profiles_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static HoistDestination *
make_of_profile (HoistDestinationBackend *backend,
                 const HoistAwsProfile *profile,
                 const char *bucket,
                 const char *name,
                 GError **error)
{
  g_autoptr (HoistDestination) made = hoist_aws_import_make_destination (profile, bucket, name);

  return hoist_destination_check (made, error) ? g_steal_pointer (&made) : NULL;
}

static void
list_buckets_async (HoistDestinationBackend *backend,
                    HoistDestination *destination,
                    const char *keys,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  hoist_session_list_buckets_async (backend, HOIST_SESSION_DESTINATIONS (backend)->session,
                                    destination, keys, cancellable, callback, user_data);
}

static GStrv
list_buckets_finish (HoistDestinationBackend *backend, GAsyncResult *result, GError **error)
{
  return hoist_session_list_buckets_finish (backend, result, error);
}

/* --- The object ------------------------------------------------------------------------------- */

static void
backend_iface_init (HoistDestinationBackendInterface *iface)
{
  iface->list_buckets_async = list_buckets_async;
  iface->list_buckets_finish = list_buckets_finish;
  iface->load_profiles_async = load_profiles_async;
  iface->load_profiles_finish = load_profiles_finish;
  iface->make_of_profile = make_of_profile;
  iface->get_destinations = get_destinations;
  iface->get_default_id = get_default_id;
  iface->set_default_id = set_default_id;
  iface->is_default_locked = is_default_locked;
  iface->move = move;
  iface->export_async = export_async;
  iface->export_finish = hoist_session_export_finish;
  iface->import_async = import_async;
  iface->import_finish = hoist_session_import_finish;
  iface->test_async = test_async;
  iface->test_finish = test_finish;
  iface->look = look;
  iface->detect_async = detect_async;
  iface->detect_finish = detect_finish;
  iface->save_async = save_async;
  iface->save_finish = hoist_session_save_finish;
  iface->has_secret_async = has_secret_async;
  iface->has_secret_finish = has_secret_finish;
  iface->remove_async = remove_async;
  iface->remove_finish = remove_finish;
}

static void
hoist_session_destinations_finalize (GObject *object)
{
  HoistSessionDestinations *self = HOIST_SESSION_DESTINATIONS (object);

  g_clear_object (&self->list);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hoist_session_destinations_parent_class)->finalize (object);
}

static void
hoist_session_destinations_class_init (HoistSessionDestinationsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_session_destinations_finalize;
}

static void
hoist_session_destinations_init (HoistSessionDestinations *self)
{
}

static GListModel *
make_list (HoistSession *session)
{
  HoistDestination *only = hoist_session_get_only_destination (session);
  GListStore *list;

  if (only == NULL)
    return G_LIST_MODEL (g_object_ref (hoist_session_get_destinations (session)));
  list = g_list_store_new (HOIST_TYPE_DESTINATION);
  g_list_store_append (list, only);
  return G_LIST_MODEL (list);
}

/**
 * hoist_session_destinations_new:
 * @session: an open session
 *
 * Returns: (transfer full): the answers to what windows ask about destinations
 */
HoistSessionDestinations *
hoist_session_destinations_new (HoistSession *session)
{
  HoistSessionDestinations *self = g_object_new (HOIST_TYPE_SESSION_DESTINATIONS, NULL);

  self->session = g_object_ref (session);
  self->list = make_list (session);
  return self;
}
