/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-uploads-service.h"

#include <glib/gi18n-lib.h>

#include "hoist-dbus-uploads.h"
#include "hoist-error.h"
#include "hoist-sandbox.h"
#include "hoist-uploads-outbox.h"
#include "hoist-uploads-protocol.h"
#include "hoist-uploads-unfinished.h"

/* At most ten rounds of changes a second. */
#define FLUSH_PAUSE_MS 100

#define MAX_ID_BYTES 256

/**
 * HoistUploadsService:
 *
 * Exports an uploader on the session bus, for other processes of the same
 * person: the interface of `data/dbus/io.github.hoist.Hoist.Uploads1.xml`.
 *
 * All input is checked here, so that an uploader is only asked what its own
 * program might ask. Changes go to those that follow, one by one, and cost
 * nothing while nobody does. A large set goes out in pieces, between which the
 * main loop draws frames.
 */
struct _HoistUploadsService
{
  GObject parent_instance;

  HoistUploader *uploader;     /* (owned) */
  GDBusConnection *connection; /* (owned) */
  HoistDBusUploads1 *skeleton; /* (owned) */
  guint name_id;
  gboolean owns_name;

  GHashTable *followers;      /* (owned) (element-type utf8 guint) bus name -> watch id */
  HoistUploadsOutbox *outbox; /* (owned) */
  guint flush_id;
};

G_DEFINE_FINAL_TYPE (HoistUploadsService, hoist_uploads_service, G_TYPE_OBJECT)

static gboolean
refuse (GDBusMethodInvocation *invocation, const char *message)
{
  g_dbus_method_invocation_return_error_literal (invocation, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                                                 message);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* xdg-dbus-proxy lets a signal out of a sandbox that is for nobody in particular, and into
 * another one of the same application; one with a receiver only if that owns a name which
 * the sandbox may talk to, and hoistctl owns none. Elsewhere a signal for those who follow
 * wakes nobody else. */
static void
send_changes (HoistUploadsService *self, const HoistChangeSet *changes)
{
  g_autoptr (GVariant) body = g_variant_ref_sink (
    g_variant_new ("(@" HOIST_CHANGE_SET_TYPE ")", hoist_change_set_to_variant (changes)));
  GHashTableIter iter;
  gpointer follower;

  if (hoist_sandbox_is_flatpak () && g_hash_table_size (self->followers) > 0)
    {
      g_dbus_connection_emit_signal (self->connection, NULL, HOIST_UPLOADS_OBJECT_PATH,
                                     HOIST_UPLOADS_INTERFACE, "Changed", body, NULL);
      return;
    }
  g_hash_table_iter_init (&iter, self->followers);
  while (g_hash_table_iter_next (&iter, &follower, NULL))
    g_dbus_connection_emit_signal (self->connection, follower, HOIST_UPLOADS_OBJECT_PATH,
                                   HOIST_UPLOADS_INTERFACE, "Changed", body, NULL);
}

static gboolean flush_cb (gpointer user_data);

/* Sends a piece, and sees to the next one: at once, as far as nothing more urgent
 * is to be done, while there is more; else when the pause is over. */
static gboolean
flush_cb (gpointer user_data)
{
  HoistUploadsService *self = user_data;
  g_autoptr (HoistChangeSet) changes =
    hoist_uploads_outbox_take (self->outbox, HOIST_UPLOADS_MAX_PER_MESSAGE);

  self->flush_id = 0;
  if (hoist_change_set_is_empty (changes))
    return G_SOURCE_REMOVE;

  send_changes (self, changes);
  if (hoist_uploads_outbox_is_empty (self->outbox))
    self->flush_id = g_timeout_add (FLUSH_PAUSE_MS, flush_cb, self);
  else
    self->flush_id = g_idle_add (flush_cb, self);
  return G_SOURCE_REMOVE;
}

static void
applied_cb (HoistUploadsService *self, const HoistChangeSet *changes)
{
  if (g_hash_table_size (self->followers) == 0)
    return;

  hoist_uploads_outbox_add (self->outbox, changes);
  if (self->flush_id == 0)
    self->flush_id = g_idle_add (flush_cb, self);
}

static void
problem_cb (HoistUploadsService *self)
{
  const GError *problem = hoist_uploader_get_problem (self->uploader);

  hoist_dbus_uploads1_set_problem (
    self->skeleton, problem != NULL ? g_variant_new ("(is)", problem->code, problem->message)
                                    : g_variant_new ("(is)", -1, ""));
}

static void
follower_vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  HoistUploadsService *self = user_data;

  g_hash_table_remove (self->followers, name);
  if (g_hash_table_size (self->followers) == 0)
    hoist_uploads_outbox_clear (self->outbox);
}

static void
unwatch (gpointer watch_id)
{
  g_bus_unwatch_name (GPOINTER_TO_UINT (watch_id));
}

static void
add_follower (HoistUploadsService *self, const char *name)
{
  if (name == NULL || g_hash_table_contains (self->followers, name))
    return;

  guint watch_id = g_bus_watch_name_on_connection (
    self->connection, name, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, follower_vanished_cb, self, NULL);

  g_hash_table_insert (self->followers, g_strdup (name), GUINT_TO_POINTER (watch_id));
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  guint64 batch = hoist_uploader_add_finish (HOIST_UPLOADER (source), result, &error);

  if (error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(t)", batch));
}

static gboolean
handle_add_cb (HoistUploadsService *self,
               GDBusMethodInvocation *invocation,
               const char *const *paths,
               const char *destination_id,
               GVariant *options)
{
  GVariant *parameters = g_dbus_method_invocation_get_parameters (invocation);
  g_autoptr (GVariant) sent = g_variant_get_child_value (parameters, 0);
  gsize n_paths = g_variant_n_children (sent);
  gboolean good = TRUE;

  if (n_paths == 0)
    return refuse (invocation, _ ("There is nothing to upload."));
  if (n_paths > HOIST_UPLOADS_MAX_PATHS)
    return refuse (invocation, _ ("These are too many files at once. Upload their folder."));
  for (gsize i = 0; i < n_paths && good; i++)
    good = hoist_uploads_has_path (sent, i);
  if (!good)
    return refuse (invocation, _ ("Each file must be given with its whole path."));
  if (*destination_id == '\0' || strlen (destination_id) > MAX_ID_BYTES)
    return refuse (invocation, _ ("There is no such destination."));

  hoist_uploader_add_async (self->uploader, paths, destination_id, NULL, added_cb, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_list_cb (HoistUploadsService *self,
                GDBusMethodInvocation *invocation,
                guint64 after_id,
                guint max_uploads)
{
  HoistUploadList *list = hoist_uploader_get_list (self->uploader);
  const guint most = max_uploads == 0 ? HOIST_UPLOADS_MAX_PER_MESSAGE
                                      : MIN (max_uploads, HOIST_UPLOADS_MAX_PER_MESSAGE);
  guint first = hoist_upload_list_find_after (list, after_id);
  gboolean more = FALSE;
  g_autoptr (HoistChangeSet) changes = hoist_upload_list_to_changes (list, first, most, &more);

  add_follower (self, g_dbus_method_invocation_get_sender (invocation));
  hoist_dbus_uploads1_complete_list (self->skeleton, invocation,
                                     hoist_change_set_to_variant (changes), more);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_command_cb (HoistUploadsService *self,
                   GDBusMethodInvocation *invocation,
                   guint command,
                   GVariant *ids)
{
  gsize n_ids;
  const guint64 *elements = g_variant_get_fixed_array (ids, &n_ids, sizeof (guint64));

  if (command >= HOIST_N_COMMANDS)
    return refuse (invocation, _ ("There is no such command."));
  if (n_ids > HOIST_UPLOADS_MAX_IDS)
    return refuse (invocation, _ ("These are too many uploads at once."));

  hoist_uploader_command (self->uploader, (HoistCommand) command, elements, n_ids);
  hoist_dbus_uploads1_complete_command (self->skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
relocated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;

  if (!hoist_uploader_relocate_finish (HOIST_UPLOADER (source), result, &error))
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static gboolean
handle_relocate_cb (HoistUploadsService *self,
                    GDBusMethodInvocation *invocation,
                    guint64 id,
                    const char *path)
{
  if (!hoist_uploads_has_path (g_dbus_method_invocation_get_parameters (invocation), 1))
    return refuse (invocation, _ ("The file must be given with its whole path."));

  hoist_uploader_relocate_async (self->uploader, id, path, NULL, relocated_cb, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
check_receipt_ids (GDBusMethodInvocation *invocation,
                   GVariant *ids,
                   const guint64 **elements,
                   gsize *n_ids)
{
  *elements = g_variant_get_fixed_array (ids, n_ids, sizeof (guint64));
  if (*n_ids > 0 && *n_ids <= HOIST_UPLOADER_MAX_RECEIPTS)
    return TRUE;
  refuse (invocation, _ ("These are none, or too many uploads at once."));
  return FALSE;
}

typedef GVariant *(*ToVariant) (gconstpointer item);

/* Takes over @error. */
static void
return_dictionaries (GDBusMethodInvocation *invocation,
                     GPtrArray *items,
                     ToVariant to_variant,
                     GError *error)
{
  g_autoptr (GPtrArray) owned = items;
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; items != NULL && i < items->len; i++)
    g_variant_builder_add_value (&builder, to_variant (g_ptr_array_index (items, i)));
  if (items != NULL)
    g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(@aa{sv})", g_variant_builder_end (&builder)));
  else
    {
      g_variant_builder_clear (&builder);
      g_dbus_method_invocation_take_error (invocation, error);
    }
}

static void
got_receipts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  GPtrArray *receipts = hoist_uploader_receipts_finish (HOIST_UPLOADER (source), result, &error);

  return_dictionaries (user_data, receipts, (ToVariant) hoist_receipt_to_variant, error);
}

static gboolean
handle_get_receipts_cb (HoistUploadsService *self, GDBusMethodInvocation *invocation, GVariant *ids)
{
  const guint64 *elements;
  gsize n_ids;

  if (check_receipt_ids (invocation, ids, &elements, &n_ids))
    hoist_uploader_receipts_async (self->uploader, elements, n_ids, NULL, got_receipts_cb,
                                   invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  GPtrArray *results = hoist_uploader_verify_finish (HOIST_UPLOADER (source), result, &error);

  return_dictionaries (user_data, results, (ToVariant) hoist_verification_to_variant, error);
}

static gboolean
handle_verify_cb (HoistUploadsService *self,
                  GDBusMethodInvocation *invocation,
                  GVariant *ids,
                  GVariant *options)
{
  const guint64 *elements;
  gsize n_ids;
  gboolean with_files = FALSE;

  g_variant_lookup (options, "files", "b", &with_files);
  if (check_receipt_ids (invocation, ids, &elements, &n_ids))
    hoist_uploader_verify_async (self->uploader, elements, n_ids, with_files, NULL, verified_cb,
                                 invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;
  g_autoptr (HoistShare) share =
    hoist_uploader_share_finish (HOIST_UPLOADER (source), result, &error);

  if (share != NULL)
    g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(@a{sv})", hoist_share_to_variant (share)));
  else
    g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_share_cb (HoistUploadsService *self,
                 GDBusMethodInvocation *invocation,
                 guint64 id,
                 guint expires_in_s,
                 GVariant *options)
{
  if (expires_in_s > HOIST_SHARE_MAX_S)
    return refuse (invocation, _ ("A link can be good for at most seven days."));

  hoist_uploader_share_async (self->uploader, id, expires_in_s, NULL, shared_cb, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_set_limits_cb (HoistUploadsService *self,
                      GDBusMethodInvocation *invocation,
                      guint parts_in_flight,
                      guint64 bytes_per_s,
                      GVariant *options)
{
  HoistLimits limits = { .parts_in_flight = parts_in_flight, .bytes_per_s = bytes_per_s };
  g_autoptr (GError) error = NULL;

  if (parts_in_flight > 32)
    return refuse (invocation, _ ("At most 32 parts can be sent at a time."));
  if (!hoist_limits_options_from_variant (&limits, options, &error))
    return refuse (invocation, error->message);

  hoist_uploader_set_limits (self->uploader, &limits);
  hoist_dbus_uploads1_complete_set_limits (self->skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_set_metered_cb (HoistUploadsService *self, GDBusMethodInvocation *invocation, guint metered)
{
  if (metered >= HOIST_N_ALLOWANCES)
    return refuse (invocation, _ ("There is no such command."));

  hoist_uploader_set_metered (self->uploader, (HoistAllowance) metered);
  hoist_dbus_uploads1_complete_set_metered (self->skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_set_power_cb (HoistUploadsService *self, GDBusMethodInvocation *invocation, guint power)
{
  if (power >= HOIST_N_ALLOWANCES)
    return refuse (invocation, _ ("There is no such command."));

  hoist_uploader_set_power (self->uploader, (HoistAllowance) power);
  hoist_dbus_uploads1_complete_set_power (self->skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
name_acquired_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  HOIST_UPLOADS_SERVICE (user_data)->owns_name = TRUE;
}

static void
name_lost_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  HOIST_UPLOADS_SERVICE (user_data)->owns_name = FALSE;
}

static void
hoist_uploads_service_dispose (GObject *object)
{
  HoistUploadsService *self = HOIST_UPLOADS_SERVICE (object);

  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_clear_handle_id (&self->name_id, g_bus_unown_name);
  g_hash_table_remove_all (self->followers);
  if (self->skeleton != NULL &&
      g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)))
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->skeleton);
  g_clear_object (&self->uploader);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (hoist_uploads_service_parent_class)->dispose (object);
}

static void
hoist_uploads_service_finalize (GObject *object)
{
  HoistUploadsService *self = HOIST_UPLOADS_SERVICE (object);

  g_hash_table_unref (self->followers);
  hoist_uploads_outbox_free (self->outbox);

  G_OBJECT_CLASS (hoist_uploads_service_parent_class)->finalize (object);
}

static void
hoist_uploads_service_class_init (HoistUploadsServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_uploads_service_dispose;
  object_class->finalize = hoist_uploads_service_finalize;
}

static void
connect_handlers (HoistUploadsService *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "handle-add", G_CALLBACK (handle_add_cb) },
    { "handle-list", G_CALLBACK (handle_list_cb) },
    { "handle-command", G_CALLBACK (handle_command_cb) },
    { "handle-relocate", G_CALLBACK (handle_relocate_cb) },
    { "handle-get-receipts", G_CALLBACK (handle_get_receipts_cb) },
    { "handle-verify", G_CALLBACK (handle_verify_cb) },
    { "handle-share", G_CALLBACK (handle_share_cb) },
    { "handle-set-limits", G_CALLBACK (handle_set_limits_cb) },
    { "handle-set-metered", G_CALLBACK (handle_set_metered_cb) },
    { "handle-set-power", G_CALLBACK (handle_set_power_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->skeleton, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
}

static void
hoist_uploads_service_init (HoistUploadsService *self)
{
  self->followers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unwatch);
  self->outbox = hoist_uploads_outbox_new ();
  self->skeleton = hoist_dbus_uploads1_skeleton_new ();
  hoist_dbus_uploads1_set_version (self->skeleton, HOIST_UPLOADS_VERSION);
  connect_handlers (self);
}

/**
 * hoist_uploads_service_new:
 * @uploader: what to export
 * @connection: a session bus
 * @error: (out) (optional): why it cannot be exported
 *
 * Exports an uploader, then asks for the name: whoever sees the name finds the
 * object. When another process has the name, this one gets it once that one
 * ends. All stops when the service is freed.
 *
 * Errors: those of g_dbus_interface_skeleton_export().
 *
 * Returns: (transfer full) (nullable): the service
 */
HoistUploadsService *
hoist_uploads_service_new (HoistUploader *uploader, GDBusConnection *connection, GError **error)
{
  g_return_val_if_fail (HOIST_IS_UPLOADER (uploader), NULL);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);

  g_autoptr (HoistUploadsService) self = g_object_new (HOIST_TYPE_UPLOADS_SERVICE, NULL);

  hoist_uploads_register_errors ();
  self->uploader = g_object_ref (uploader);
  hoist_uploads_unfinished_export (self->skeleton, uploader);
  self->connection = g_object_ref (connection);
  problem_cb (self);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), connection,
                                         HOIST_UPLOADS_OBJECT_PATH, error))
    return NULL;

  g_signal_connect_object (hoist_uploader_get_list (uploader), "applied", G_CALLBACK (applied_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (uploader, "problem", G_CALLBACK (problem_cb), self, G_CONNECT_SWAPPED);
  self->name_id =
    g_bus_own_name_on_connection (connection, HOIST_UPLOADS_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                  name_acquired_cb, name_lost_cb, self, NULL);
  return g_steal_pointer (&self);
}

/**
 * hoist_uploads_service_owns_name:
 * @self: the service
 *
 * Tells whether other processes find this one under its name.
 *
 * Returns: whether they do
 */
gboolean
hoist_uploads_service_owns_name (HoistUploadsService *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOADS_SERVICE (self), FALSE);

  return self->owns_name;
}
