/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-ctl-host.h"

#include "hoist-session-probe.h"

/* Without a person at it, a backend that does not come back must end a script. */
#define DEFAULT_GIVE_UP_US (10 * 60 * (gint64) G_USEC_PER_SEC)

struct _HoistCtlHost
{
  GObject parent_instance;

  HoistSession *session; /* (owned) */
  char *token_problem;   /* (owned) (nullable) */
  gboolean opened;
  gboolean lost; /* the process that was followed has ended */
};

static void host_iface_init (HoistCliHostInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistCtlHost,
                               hoist_ctl_host,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (HOIST_TYPE_CLI_HOST, host_iface_init))

enum
{
  SIGNAL_LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static HoistSession *
get_session (gpointer self)
{
  return HOIST_CTL_HOST (self)->session;
}

static HoistDestinationStore *
get_destinations (HoistCliHost *host)
{
  return hoist_session_get_destinations (get_session (host));
}

static void
use_destination (HoistCliHost *host, HoistDestination *destination, const char *token)
{
  hoist_session_use_destination (get_session (host), destination, token);
}

/* --- Tokens ----------------------------------------------------------------------------------- */

static void
token_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hoist_secret_store_store_finish (HOIST_SECRET_STORE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

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
set_token_async (HoistCliHost *host,
                 HoistDestination *destination,
                 const char *token,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
  GTask *task = g_task_new (host, cancellable, callback, user_data);
  HoistSecretStore *secrets = hoist_session_get_secrets (get_session (host));
  const char *id = hoist_destination_get_id (destination);

  g_task_set_source_tag (task, set_token_async);
  if (token != NULL)
    hoist_secret_store_store_async (secrets, id, hoist_destination_get_name (destination), token,
                                    TRUE, cancellable, token_stored_cb, task);
  else
    hoist_secret_store_remove_async (secrets, id, TRUE, cancellable, token_removed_cb, task);
}

static gboolean
set_token_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, host), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, set_token_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Probe ------------------------------------------------------------------------------------ */

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *answer = hoist_session_probe_finish (HOIST_SESSION (source), result, &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, answer, g_free);
}

static void
probe_async (HoistCliHost *host,
             HoistDestination *destination,
             const char *token,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  GTask *task = g_task_new (host, cancellable, callback, user_data);

  g_task_set_source_tag (task, probe_async);
  hoist_session_probe_async (get_session (host), destination, token, cancellable, probed_cb, task);
}

static char *
probe_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, host), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, probe_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Open and close --------------------------------------------------------------------------- */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HoistCtlHost *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!hoist_session_open_finish (HOIST_SESSION (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->opened = TRUE;
  g_task_return_boolean (task, TRUE);
}

static void
open_async (HoistCliHost *host,
            const HoistCliLimits *limits,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  GTask *task = g_task_new (host, cancellable, callback, user_data);
  HoistEngineConfig *config = hoist_session_get_engine_config (get_session (host));

  g_task_set_source_tag (task, open_async);
  config->parts_in_flight = limits->parts_in_flight;
  config->bytes_per_s = limits->bytes_per_s;
  config->retry.give_up_us = limits->give_up_us != 0 ? limits->give_up_us : DEFAULT_GIVE_UP_US;
  hoist_session_open_async (get_session (host), TRUE, cancellable, opened_cb, task);
}

static HoistUploader *
open_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, host), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, open_async), NULL);

  return g_task_propagate_boolean (G_TASK (result), error)
           ? hoist_session_get_uploader (get_session (host))
           : NULL;
}

static gboolean
is_remote (HoistCliHost *host)
{
  return hoist_session_is_remote (get_session (host)) && !HOIST_CTL_HOST (host)->lost;
}

static const char *
get_token_problem (HoistCliHost *host)
{
  return HOIST_CTL_HOST (host)->token_problem;
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (hoist_session_close_finish (HOIST_SESSION (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
close_async (HoistCliHost *host, GAsyncReadyCallback callback, gpointer user_data)
{
  HoistCtlHost *self = HOIST_CTL_HOST (host);
  GTask *task = g_task_new (host, NULL, callback, user_data);

  g_task_set_source_tag (task, close_async);
  if (self->opened)
    hoist_session_close_async (self->session, closed_cb, task);
  else
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
  self->opened = FALSE;
}

static gboolean
close_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, host), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, close_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- The object ------------------------------------------------------------------------------- */

static void
host_iface_init (HoistCliHostInterface *iface)
{
  iface->get_destinations = get_destinations;
  iface->use_destination = use_destination;
  iface->set_token_async = set_token_async;
  iface->set_token_finish = set_token_finish;
  iface->probe_async = probe_async;
  iface->probe_finish = probe_finish;
  iface->open_async = open_async;
  iface->open_finish = open_finish;
  iface->is_remote = is_remote;
  iface->get_token_problem = get_token_problem;
  iface->close_async = close_async;
  iface->close_finish = close_finish;
}

static void
hoist_ctl_host_finalize (GObject *object)
{
  g_clear_object (&HOIST_CTL_HOST (object)->session);
  g_clear_pointer (&HOIST_CTL_HOST (object)->token_problem, g_free);
  G_OBJECT_CLASS (hoist_ctl_host_parent_class)->finalize (object);
}

static void
hoist_ctl_host_class_init (HoistCtlHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_ctl_host_finalize;

  /**
   * HoistCtlHost::lost:
   * @self: a host
   *
   * The process that was followed has ended; nothing more will be heard of it.
   */
  signals[SIGNAL_LOST] = g_signal_new ("lost", HOIST_TYPE_CTL_HOST, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
lost_cb (HoistCtlHost *self)
{
  self->lost = TRUE;
  g_signal_emit (self, signals[SIGNAL_LOST], 0);
}

static void
keyring_problem_cb (HoistCtlHost *self, const char *why)
{
  g_free (self->token_problem);
  self->token_problem = g_strdup (why);
}

static void
hoist_ctl_host_init (HoistCtlHost *self)
{
  HoistEngineConfig config;
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "hoist", NULL);

  hoist_engine_config_init (&config);
  config.state_folder = folder;
  config.undo_us = 0;
  self->session = hoist_session_new (&config);
  g_signal_connect_object (self->session, "lost", G_CALLBACK (lost_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "keyring-problem", G_CALLBACK (keyring_problem_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * hoist_ctl_host_new:
 *
 * Returns: (transfer full): what hoistctl's commands need
 */
HoistCtlHost *
hoist_ctl_host_new (void)
{
  return g_object_new (HOIST_TYPE_CTL_HOST, NULL);
}
