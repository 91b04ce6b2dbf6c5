/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-backend.h"

#include "hoist-destination-kind.h"
#include "hoist-error.h"

struct _FakeBackend
{
  GObject parent_instance;

  GListStore *destinations; /* (owned) */
  char *default_id;         /* (owned) (nullable) */
  char *token;              /* (owned) (nullable) what was saved last */
  char *not_kept;           /* (owned) (nullable) */
  gboolean default_locked;
  gboolean without_secrets;
};

static void fake_backend_backend_init (HoistDestinationBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeBackend,
                               fake_backend,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_DESTINATION_BACKEND,
                                                      fake_backend_backend_init))

static GListModel *
fake_backend_get_destinations (HoistDestinationBackend *backend)
{
  return G_LIST_MODEL (FAKE_BACKEND (backend)->destinations);
}

static const char *
fake_backend_get_default_id (HoistDestinationBackend *backend)
{
  return FAKE_BACKEND (backend)->default_id;
}

static void
fake_backend_set_default_id (HoistDestinationBackend *backend, const char *id)
{
  FakeBackend *self = FAKE_BACKEND (backend);

  g_free (self->default_id);
  self->default_id = g_strdup (id);
}

static gboolean
fake_backend_is_default_locked (HoistDestinationBackend *backend)
{
  return FAKE_BACKEND (backend)->default_locked;
}

static void
fake_backend_move (HoistDestinationBackend *backend, const char *id, const char *before_id)
{
  FakeBackend *self = FAKE_BACKEND (backend);
  g_autoptr (HoistDestination) moved = hoist_destination_backend_lookup (backend, id);
  g_autoptr (HoistDestination) before = hoist_destination_backend_lookup (backend, before_id);
  guint from, to;

  g_assert_true (g_list_store_find (self->destinations, moved, &from));
  g_list_store_remove (self->destinations, from);
  if (before == NULL || !g_list_store_find (self->destinations, before, &to))
    to = g_list_model_get_n_items (G_LIST_MODEL (self->destinations));
  g_list_store_insert (self->destinations, to, moved);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);

  g_task_return_error_if_cancelled (task);
}

static void
fake_backend_test_async (HoistDestinationBackend *backend,
                         HoistDestination *destination,
                         const char *token,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (backend, cancellable, callback, user_data);
  const char *url = hoist_destination_get_url (destination);

  g_task_set_source_tag (task, fake_backend_test_async);
  if (strstr (url, "slow") != NULL)
    g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), g_steal_pointer (&task));
  else if (strstr (url, "bad") != NULL)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_AUTH,
                             "The backend does not accept the token. Ask whoever runs it for a "
                             "new one.");
  else if (strstr (url, "away") != NULL)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_NETWORK, "Nobody is there.");
  else if (strstr (url, "odd") != NULL)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_PROTOCOL, "That is nonsense.");
  else
    g_task_return_pointer (
      task, g_strdup ("Connected as studio; files up to 5 TB; checksums SHA-256"), g_free);
}

static char *
fake_backend_test_finish (HoistDestinationBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_backend_look (HoistDestinationBackend *backend,
                   HoistDestination *destination,
                   GCancellable *cancellable)
{
  HoistDestinationAbilities abilities = { .max_file_bytes = 5000000000000,
                                          .digest_kind = HOIST_DIGEST_SHA256,
                                          .can_share = TRUE };

  if (strstr (hoist_destination_get_url (destination), "bad") != NULL)
    abilities.trouble = (char *) "No connection to bad.example.com.";
  hoist_destination_set_abilities (destination, &abilities);
}

/* What it is stands in the address. */
static HoistDestination *
find (HoistDestination *destination)
{
  const char *url = hoist_destination_get_url (destination);
  HoistDestination *found =
    hoist_destination_copy (destination, hoist_destination_get_id (destination));

  if (strstr (url, "uppy") != NULL)
    hoist_destination_set_provider_type (found, HOIST_COMPANION_KIND);
  else if (strstr (url, "plain") != NULL)
    hoist_destination_set_provider_type (found, HOIST_PLAIN_KIND);
  else if (strstr (url, "films.s3.") != NULL)
    {
      hoist_destination_set_provider_type (found, HOIST_S3_KIND);
      hoist_destination_set_url (found, "https://s3.example.com");
      hoist_destination_set_setting (found, HOIST_SETTING_SERVICE, "ceph");
      hoist_destination_set_setting (found, HOIST_SETTING_BUCKET, "films");
    }
  return found;
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  char *abilities =
    hoist_destination_backend_test_finish (HOIST_DESTINATION_BACKEND (source), result, &error);

  if (abilities != NULL)
    g_task_return_pointer (task, abilities, g_free);
  else
    g_task_return_error (task, error);
}

static void
fake_backend_detect_async (HoistDestinationBackend *backend,
                           HoistDestination *destination,
                           const char *token,
                           HoistDestinationTriedFunc tried,
                           gpointer tried_data,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (backend, cancellable, callback, user_data);

  g_task_set_task_data (task, find (destination), g_object_unref);
  tried (HOIST_API_KIND, tried_data);
  fake_backend_test_async (backend, destination, token, cancellable, found_cb, task);
}

static HoistDestination *
fake_backend_detect_finish (HoistDestinationBackend *backend,
                            GAsyncResult *result,
                            char **abilities,
                            GError **error)
{
  HoistDestination *found = g_task_get_task_data (G_TASK (result));
  char *text = g_task_propagate_pointer (G_TASK (result), error);

  if (text == NULL)
    return NULL;
  if (g_str_equal (hoist_destination_get_provider_type (found), HOIST_S3_KIND))
    g_clear_pointer (&text, g_free);
  *abilities = text;
  return g_object_ref (found);
}

static void
fake_backend_save_async (HoistDestinationBackend *backend,
                         HoistDestination *destination,
                         const char *token,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  FakeBackend *self = FAKE_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (HoistDestination) stored =
    hoist_destination_backend_lookup (backend, hoist_destination_get_id (destination));
  gboolean added = FALSE;

  g_task_set_source_tag (task, fake_backend_save_async);
  if (token != NULL)
    {
      g_free (self->token);
      self->token = g_strdup (token);
    }
  if (stored == NULL)
    {
      g_autofree char *id = g_ascii_strdown (hoist_destination_get_name (destination), -1);

      stored = hoist_destination_new (id);
      added = TRUE;
    }
  hoist_destination_assign (stored, destination);
  if (added)
    g_list_store_append (self->destinations, stored);
  if (self->default_id == NULL)
    hoist_destination_backend_set_default_id (backend, hoist_destination_get_id (stored));
  g_task_return_pointer (task, g_steal_pointer (&stored), g_object_unref);
}

static HoistDestination *
fake_backend_save_finish (HoistDestinationBackend *backend,
                          GAsyncResult *result,
                          char **not_kept,
                          GError **error)
{
  *not_kept = g_strdup (FAKE_BACKEND (backend)->not_kept);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_backend_has_secret_async (HoistDestinationBackend *backend,
                               HoistDestination *destination,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (backend, NULL, callback, user_data);

  g_task_set_source_tag (task, fake_backend_has_secret_async);
  g_task_return_boolean (task, !FAKE_BACKEND (backend)->without_secrets);
}

static gboolean
fake_backend_has_secret_finish (HoistDestinationBackend *backend, GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

static void
fake_backend_remove_async (HoistDestinationBackend *backend,
                           HoistDestination *destination,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  FakeBackend *self = FAKE_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  guint position;

  g_task_set_source_tag (task, fake_backend_remove_async);
  if (g_list_store_find (self->destinations, destination, &position))
    g_list_store_remove (self->destinations, position);
  g_task_return_boolean (task, TRUE);
}

static gboolean
fake_backend_remove_finish (HoistDestinationBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_backend_list_buckets_async (HoistDestinationBackend *backend,
                                 HoistDestination *destination,
                                 const char *keys,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  static const char *const names[] = { "films", "<b>raw</b>", NULL };
  FakeBackend *self = FAKE_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (backend, cancellable, callback, user_data);

  if (strstr (hoist_destination_get_url (destination), "bad") != NULL)
    g_task_return_new_error (task, HOIST_ERROR, HOIST_ERROR_FORBIDDEN,
                             "These keys may not list buckets here.");
  else
    g_task_return_pointer (task, g_strdupv ((char **) names), (GDestroyNotify) g_strfreev);
  g_free (self->token);
  self->token = g_strdup (keys);
}

static GStrv
fake_backend_list_buckets_finish (HoistDestinationBackend *backend,
                                  GAsyncResult *result,
                                  GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_backend_backend_init (HoistDestinationBackendInterface *iface)
{
  iface->get_destinations = fake_backend_get_destinations;
  iface->get_default_id = fake_backend_get_default_id;
  iface->set_default_id = fake_backend_set_default_id;
  iface->is_default_locked = fake_backend_is_default_locked;
  iface->move = fake_backend_move;
  iface->test_async = fake_backend_test_async;
  iface->test_finish = fake_backend_test_finish;
  iface->list_buckets_async = fake_backend_list_buckets_async;
  iface->list_buckets_finish = fake_backend_list_buckets_finish;
  iface->look = fake_backend_look;
  iface->detect_async = fake_backend_detect_async;
  iface->detect_finish = fake_backend_detect_finish;
  iface->save_async = fake_backend_save_async;
  iface->save_finish = fake_backend_save_finish;
  iface->has_secret_async = fake_backend_has_secret_async;
  iface->has_secret_finish = fake_backend_has_secret_finish;
  iface->remove_async = fake_backend_remove_async;
  iface->remove_finish = fake_backend_remove_finish;
}

static void
fake_backend_finalize (GObject *object)
{
  FakeBackend *self = FAKE_BACKEND (object);

  g_clear_object (&self->destinations);
  g_free (self->default_id);
  g_free (self->token);
  g_free (self->not_kept);
  G_OBJECT_CLASS (fake_backend_parent_class)->finalize (object);
}

static void
fake_backend_class_init (FakeBackendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_backend_finalize;
}

static void
fake_backend_init (FakeBackend *self)
{
  self->destinations = g_list_store_new (HOIST_TYPE_DESTINATION);
}

/* The first one is the default: «Studio» with the id studio. */
FakeBackend *
fake_backend_new (guint n_destinations)
{
  static const char *const names[] = { "Studio", "Archive & Backup", "Render Farm" };
  FakeBackend *self = g_object_new (FAKE_TYPE_BACKEND, NULL);

  for (guint i = 0; i < MIN (n_destinations, G_N_ELEMENTS (names)); i++)
    {
      g_autofree char *id = g_ascii_strdown (names[i], -1);
      g_autoptr (HoistDestination) destination = hoist_destination_new (id);

      hoist_destination_set_name (destination, names[i]);
      hoist_destination_set_url (destination, "https://hoist.example.com/api");
      g_list_store_append (self->destinations, destination);
    }
  if (n_destinations > 0)
    self->default_id = g_strdup ("studio");
  return self;
}

void
fake_backend_set_not_kept (FakeBackend *self, const char *why)
{
  g_free (self->not_kept);
  self->not_kept = g_strdup (why);
}

const char *
fake_backend_get_token (FakeBackend *self)
{
  return self->token;
}

/* Whether an administrator set it; before there is a window. */
void
fake_backend_set_default_locked (FakeBackend *self, gboolean locked)
{
  self->default_locked = locked;
}

/* Whether the keyring has none; before an editor is opened. */
void
fake_backend_set_without_secrets (FakeBackend *self, gboolean without_secrets)
{
  self->without_secrets = without_secrets;
}
