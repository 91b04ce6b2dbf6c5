/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hoist-remote-uploader.h"
#include "hoist-session-private.h"
#include "hoist-settings.h"

/* Between taking the journal and being found on the bus, and between the end of a
 * process and its lock's, there is a moment in which another one can neither have
 * the journal nor follow: how long to go on trying, and how often. */
#define MEET_FOR_US (10 * (gint64) G_USEC_PER_SEC)
#define MEET_INTERVAL_MS 50

/**
 * HoistSession:
 *
 * Joins the settings, the keyring, the engine and the bus, for the window and
 * for hoistctl alike. Opens the journal with an engine; if another process has
 * it, follows that one over D-Bus instead. Hands the engine each destination as
 * soon as the keyring has said its token, and again when it changes.
 */

G_DEFINE_FINAL_TYPE (HoistSession, hoist_session, G_TYPE_OBJECT)

enum
{
  SIGNAL_PROBLEM,
  SIGNAL_KEYRING_PROBLEM,
  SIGNAL_LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- Opening ---------------------------------------------------------------------------------- */

/**
 * hoist_session_finish_opening:
 * @self: a session
 *
 * Tells who opened it, if that was not done yet.
 */
void
hoist_session_finish_opening (HoistSession *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->open_task);

  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
fail_opening (HoistSession *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->open_task);

  g_task_return_error (task, error);
}

static void
uploader_problem_cb (HoistSession *self)
{
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0,
                 _ ("Progress Cannot Be Saved"),
                    hoist_uploader_get_problem (hoist_session_get_uploader (self)));
}

static void
store_problem_cb (HoistSession *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, _ ("Settings Cannot Be Read"), error);
}

/* Wherever it runs: a full disk below the journal concerns who follows, too. */
static void
watch_uploader (HoistSession *self)
{
  HoistUploader *uploader = hoist_session_get_uploader (self);

  g_signal_connect_object (uploader, "problem", G_CALLBACK (uploader_problem_cb), self,
                           G_CONNECT_SWAPPED);
  if (hoist_uploader_get_problem (uploader) != NULL)
    uploader_problem_cb (self);
}

static void
watch_store (HoistSession *self)
{
  g_signal_connect_object (self->store, "problem", G_CALLBACK (store_problem_cb), self,
                           G_CONNECT_SWAPPED);
  hoist_destination_store_watch (self->store);
}

static void
bus_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistSession) self = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  /* Without a bus nobody else can find the engine; it works all the same. */
  if (bus == NULL || self->engine == NULL)
    return;
  self->service = hoist_uploads_service_new (HOIST_UPLOADER (self->engine), bus, NULL);
  hoist_session_watch_keyring (self, bus);
}

static void
offer_engine (HoistSession *self)
{
  self->network = hoist_session_network_new (self->engine);
  self->power = hoist_session_power_new (self->engine, self->network, self->settings);
  hoist_session_follow_rules (self);
  watch_uploader (self);
  if (hoist_session_stands_alone (self))
    {
      hoist_session_give_own (self);
      hoist_session_finish_opening (self);
      return;
    }
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, bus_found_cb, g_object_ref (self));
  watch_store (self);
  g_signal_connect_object (self->store, "changed", G_CALLBACK (hoist_session_refresh), self,
                           G_CONNECT_SWAPPED);
  hoist_session_refresh (self);
  if (!self->wait_for_tokens || self->n_lookups == 0)
    hoist_session_finish_opening (self);
}

static void
vanished_cb (HoistSession *self)
{
  g_signal_emit (self, signals[SIGNAL_LOST], 0);
}

static void start_engine (HoistSession *self);

static gboolean
meet_again_cb (gpointer user_data)
{
  HoistSession *self = user_data;

  self->meet_id = 0;
  if (g_task_return_error_if_cancelled (self->open_task))
    g_clear_object (&self->open_task);
  else
    start_engine (self);
  return G_SOURCE_REMOVE;
}

/* Nobody is on the bus, though the journal is taken: the other one has just
 * begun, or is just ending. */
static void
meet_again (HoistSession *self)
{
  if (g_get_monotonic_time () < self->meet_until_us)
    self->meet_id = g_timeout_add_full (G_PRIORITY_DEFAULT, MEET_INTERVAL_MS, meet_again_cb,
                                        g_object_ref (self), g_object_unref);
  else
    fail_opening (self, g_error_new_literal (HOIST_ERROR, HOIST_ERROR_STORE_BUSY,
                                             hoist_error_get_phrase (HOIST_ERROR_STORE_BUSY)));
}

static void
followed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistSession) self = user_data;
  GError *error = NULL;
  HoistRemoteUploader *remote = hoist_remote_uploader_new_finish (result, &error);

  if (g_error_matches (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE))
    {
      g_error_free (error);
      meet_again (self);
      return;
    }
  if (remote == NULL)
    {
      fail_opening (self, error);
      return;
    }
  self->remote = HOIST_UPLOADER (remote);
  g_signal_connect_object (remote, "vanished", G_CALLBACK (vanished_cb), self, G_CONNECT_SWAPPED);
  hoist_session_follow_rules (self);
  watch_uploader (self);
  watch_store (self);
  hoist_session_finish_opening (self);
}

/* Without a bus the process that has the journal cannot be found. */
static void
bus_to_follow_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistSession) self = user_data;
  GError *error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    {
      g_prefix_error (&error, "%s ", hoist_error_get_phrase (HOIST_ERROR_STORE_BUSY));
      fail_opening (self, error);
      return;
    }
  hoist_remote_uploader_new_async (bus, self->cancellable, followed_cb, g_object_ref (self));
}

static void
engine_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistSession) self = user_data;
  GError *error = NULL;

  if (hoist_engine_start_finish (HOIST_ENGINE (source), result, &error))
    {
      offer_engine (self);
      return;
    }
  g_clear_object (&self->engine);
  if (!hoist_session_stands_alone (self) &&
      g_error_matches (error, HOIST_ERROR, HOIST_ERROR_STORE_BUSY))
    {
      g_error_free (error);
      if (self->meet_until_us == 0)
        self->meet_until_us = g_get_monotonic_time () + MEET_FOR_US;
      g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, bus_to_follow_found_cb,
                 g_object_ref (self));
      return;
    }
  fail_opening (self, error);
}

/* A destination of its own has a journal of its own, so that a script neither
 * sees nor disturbs what a person is doing, and goes on where it ended when it
 * is called again. */
static void
start_engine (HoistSession *self)
{
  if (hoist_session_stands_alone (self))
    {
      char *folder =
        g_build_filename (self->state_folder, hoist_destination_get_id (self->own), NULL);

      g_free (self->state_folder);
      self->state_folder = folder;
      self->config.state_folder = folder;
    }
  /* Tests have their backend on this very machine. */
  self->config.hold_loopback = g_getenv ("HOIST_HOLD_LOOPBACK") != NULL;
  self->engine = hoist_engine_new (&self->config);
  hoist_engine_start_async (self->engine, self->cancellable, engine_started_cb,
                            g_object_ref (self));
}

static void
store_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!hoist_destination_store_load_finish (self->store, result, &error))
    store_problem_cb (self, error);
  start_engine (self);
}

/**
 * hoist_session_get_engine_config:
 * @self: a new session
 *
 * Returns: (transfer none): how its engine is to work; may be changed until the
 *   session is opened, but for the folder
 */
HoistEngineConfig *
hoist_session_get_engine_config (HoistSession *self)
{
  return &self->config;
}

/**
 * hoist_session_use_destination:
 * @self: a new session
 * @destination: a destination, set up or not
 * @token: its token
 *
 * Makes a destination known for this run, in place of one that is set up under
 * the same id. One that is not set up stands alone: the session has a journal
 * for it and does nothing else.
 */
void
hoist_session_use_destination (HoistSession *self, HoistDestination *destination, const char *token)
{
  g_set_object (&self->own, destination);
  hoist_secret_free (self->own_token);
  self->own_token = g_strdup (token);
}

/**
 * hoist_session_open_async:
 * @self: a new session
 * @wait_for_tokens: whether to wait until the keyring was asked for each
 *   destination's token; else uploads wait for it one by one
 * @cancellable: (nullable): ends it early
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Loads the destinations and starts an engine, or finds the one that runs.
 */
void
hoist_session_open_async (HoistSession *self,
                          gboolean wait_for_tokens,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (self->open_task == NULL && self->engine == NULL);

  self->open_task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->open_task, hoist_session_open_async);
  self->wait_for_tokens = wait_for_tokens;
  hoist_destination_store_load_async (self->store, self->cancellable, store_loaded_cb,
                                      g_object_ref (self));
}

/**
 * hoist_session_open_finish:
 * @self: a session
 * @result: what the callback got
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED if the journal is of a later version or
 * cannot be read, %HOIST_ERROR_STORE_BUSY if another process has it and cannot
 * be reached.
 *
 * Returns: whether the session is open
 */
gboolean
hoist_session_open_finish (HoistSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_session_open_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Closing ---------------------------------------------------------------------------------- */

static void
engine_stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hoist_engine_stop_finish (HOIST_ENGINE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hoist_remote_uploader_settle_finish (HOIST_REMOTE_UPLOADER (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * hoist_session_close_async:
 * @self: an open session
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Stops what travels in this process and writes everything down. What travels
 * in another process goes on there, as it was told last.
 */
void
hoist_session_close_async (HoistSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, hoist_session_close_async);
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->meet_id, g_source_remove);
  hoist_session_stop_asking (self);
  g_clear_object (&self->service);
  g_clear_pointer (&self->power, hoist_session_power_free);
  g_clear_pointer (&self->network, hoist_session_network_free);
  if (self->engine != NULL)
    hoist_engine_stop_async (self->engine, engine_stopped_cb, g_steal_pointer (&task));
  else if (self->remote != NULL)
    hoist_remote_uploader_settle_async (HOIST_REMOTE_UPLOADER (self->remote), settled_cb,
                                        g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * hoist_session_close_finish:
 * @self: a session
 * @result: what the callback got
 *
 * Errors: as hoist_engine_stop_finish() and hoist_remote_uploader_settle_finish().
 *
 * Returns: whether everything is on disk
 */
gboolean
hoist_session_close_finish (HoistSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_session_close_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- The object ------------------------------------------------------------------------------- */

/**
 * hoist_session_get_uploader:
 * @self: an open session
 *
 * Returns: (transfer none): who uploads
 */
HoistUploader *
hoist_session_get_uploader (HoistSession *self)
{
  return self->engine != NULL ? HOIST_UPLOADER (self->engine) : self->remote;
}

/**
 * hoist_session_get_only_destination:
 * @self: an open session
 *
 * Returns: (transfer none) (nullable): the destination of a session that stands
 *   alone; %NULL in one with the destinations that are set up
 */
HoistDestination *
hoist_session_get_only_destination (HoistSession *self)
{
  return hoist_session_stands_alone (self) ? self->own : NULL;
}

/**
 * hoist_session_is_remote:
 * @self: an open session
 *
 * Returns: whether another process uploads, and goes on when this one ends
 */
gboolean
hoist_session_is_remote (HoistSession *self)
{
  return self->remote != NULL;
}

/**
 * hoist_session_get_destinations:
 * @self: a session
 *
 * Returns: (transfer none): the destinations
 */
HoistDestinationStore *
hoist_session_get_destinations (HoistSession *self)
{
  return self->store;
}

/**
 * hoist_session_get_secrets:
 * @self: a session
 *
 * Returns: (transfer none): the tokens
 */
HoistSecretStore *
hoist_session_get_secrets (HoistSession *self)
{
  return self->secrets;
}

/**
 * hoist_session_get_report:
 * @self: an open session
 *
 * Returns: (transfer none) (nullable): what was found when the journal was
 *   opened; %NULL if another process did that
 */
const HoistJournalReport *
hoist_session_get_report (HoistSession *self)
{
  return self->engine != NULL ? hoist_engine_get_report (self->engine) : NULL;
}

static void
hoist_session_finalize (GObject *object)
{
  HoistSession *self = HOIST_SESSION (object);

  hoist_session_stop_asking (self);
  g_clear_object (&self->service);
  g_clear_pointer (&self->power, hoist_session_power_free);
  g_clear_pointer (&self->network, hoist_session_network_free);
  g_clear_object (&self->engine);
  g_clear_object (&self->remote);
  g_clear_object (&self->store);
  g_clear_object (&self->secrets);
  g_clear_object (&self->settings);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->known, g_hash_table_unref);
  g_clear_pointer (&self->missing, g_hash_table_unref);
  g_clear_pointer (&self->keyring_problem, g_free);
  g_clear_object (&self->own);
  g_clear_pointer (&self->own_token, hoist_secret_free);
  g_clear_pointer (&self->state_folder, g_free);
  G_OBJECT_CLASS (hoist_session_parent_class)->finalize (object);
}

static void
hoist_session_class_init (HoistSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_session_finalize;

  /**
   * HoistSession::problem:
   * @self: a session
   * @title: what is wrong, in a few words, as a title
   * @error: (nullable): what concerns no single upload; %NULL when it passed
   */
  signals[SIGNAL_PROBLEM] =
    g_signal_new ("problem", HOIST_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * HoistSession::keyring-problem:
   * @self: a session
   * @message: (nullable): why a token could not be had, for people; %NULL when that
   *   passed
   */
  signals[SIGNAL_KEYRING_PROBLEM] =
    g_signal_new ("keyring-problem", HOIST_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * HoistSession::lost:
   * @self: a session
   *
   * The other process that uploads has ended. What it had not finished is in
   * the journal, which a new session can open now.
   */
  signals[SIGNAL_LOST] = g_signal_new ("lost", HOIST_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
}

static void
hoist_session_init (HoistSession *self)
{
  g_autofree char *path =
    g_build_filename (g_get_user_config_dir (), "hoist", "destinations.conf", NULL);

  self->store = hoist_destination_store_new (path);
  self->secrets = hoist_secret_store_new ();
  self->settings = hoist_settings_load ();
  self->cancellable = g_cancellable_new ();
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) hoist_provider_config_unref);
  self->missing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * hoist_session_new:
 * @config: how the engine is to work, should it be this process's
 *
 * Returns: (transfer full): a session that is to be opened, and to be closed
 *   before its last reference goes
 */
HoistSession *
hoist_session_new (const HoistEngineConfig *config)
{
  HoistSession *self = g_object_new (HOIST_TYPE_SESSION, NULL);

  self->config = *config;
  self->state_folder = g_strdup (config->state_folder);
  self->config.state_folder = self->state_folder;
  return self;
}
