/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-ctl-host.h"

#include <glib/gi18n.h>

#include "hoist-session-probe.h"

/* Without a person at it, a backend that does not come back must end a script. */
#define DEFAULT_GIVE_UP_US (10 * 60 * (gint64) G_USEC_PER_SEC)

struct _HoistCtlHost
{
  GObject parent_instance;

  HoistSession *session;         /* (owned) */
  HoistCliLimits limits;         /* as it was opened first */
  HoistDestination *destination; /* (owned) (nullable) of this run only */
  char *token;                   /* (owned) (nullable) its token */
  char *token_problem;           /* (owned) (nullable) */
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
  SIGNAL_PROBLEM,
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
  HoistCtlHost *self = HOIST_CTL_HOST (host);

  g_set_object (&self->destination, destination);
  hoist_secret_free (self->token);
  self->token = g_strdup (token);
  hoist_session_use_destination (self->session, destination, token);
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
probe_async (HoistCliHost *host,
             HoistDestination *destination,
             const char *token,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  hoist_session_probe_async (host, get_session (host), destination, token, cancellable, callback,
                             user_data);
}

static char *
probe_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  return hoist_session_probe_finish (host, result, error);
}

static void
list_buckets_async (HoistCliHost *host,
                    HoistDestination *destination,
                    const char *keys,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  hoist_session_list_buckets_async (host, get_session (host), destination, keys, cancellable,
                                    callback, user_data);
}

static GStrv
list_buckets_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  return hoist_session_list_buckets_finish (host, result, error);
}

static void
detected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  HoistDestination *found =
    hoist_session_detect_finish (HOIST_SESSION (source), result, NULL, &error);

  if (found != NULL)
    g_task_return_pointer (task, found, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
detect_async (HoistCliHost *host,
              HoistDestination *destination,
              const char *token,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  GTask *task = g_task_new (host, cancellable, callback, user_data);

  g_task_set_source_tag (task, detect_async);
  hoist_session_detect_async (get_session (host), destination, token, NULL, NULL, cancellable,
                              detected_cb, task);
}

static HoistDestination *
detect_finish (HoistCliHost *host, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, host), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, detect_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Open and close --------------------------------------------------------------------------- */

/* What was found when the journal was opened, if it was not in order. */
static void
tell_report (HoistCtlHost *self)
{
  const HoistJournalReport *report = hoist_session_get_report (self->session);
  g_autofree char *detail = report != NULL ? hoist_journal_report_describe (report) : NULL;
  g_autofree char *problem = NULL;

  if (detail == NULL)
    return;
  /* Translators: %s is one or two sentences that say how much was lost */
  problem = g_strdup_printf (_ ("The list of uploads was damaged. %s"), detail);
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, problem);
}

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
  tell_report (self);
  g_task_return_boolean (task, TRUE);
}

static void make_session (HoistCtlHost *self);

/* The process that was followed has gone, and its session with it. */
static void
begin_anew (HoistCtlHost *self)
{
  g_clear_object (&self->session);
  self->opened = FALSE;
  self->lost = FALSE;
  make_session (self);
  if (self->destination != NULL)
    hoist_session_use_destination (self->session, self->destination, self->token);
}

static void
open_async (HoistCliHost *host,
            const HoistCliLimits *limits,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  GTask *task = g_task_new (host, cancellable, callback, user_data);
  HoistCtlHost *self = HOIST_CTL_HOST (host);
  HoistEngineConfig *config;
  gint64 give_up_us;

  g_task_set_source_tag (task, open_async);
  if (limits != NULL)
    self->limits = *limits;
  else
    begin_anew (self);
  config = hoist_session_get_engine_config (self->session);
  give_up_us = self->limits.give_up_us;
  config->limits = self->limits.transfer;
  config->whole_sha256 = !self->limits.no_sha256;
  hoist_session_allow (self->session, self->limits.metered, self->limits.low_power);
  config->retry.give_up_us = give_up_us != 0 ? give_up_us : DEFAULT_GIVE_UP_US;
  hoist_session_open_async (self->session, TRUE, cancellable, opened_cb, task);
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
  iface->list_buckets_async = list_buckets_async;
  iface->list_buckets_finish = list_buckets_finish;
  iface->detect_async = detect_async;
  iface->detect_finish = detect_finish;
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
  HoistCtlHost *self = HOIST_CTL_HOST (object);

  g_clear_object (&self->session);
  g_clear_object (&self->destination);
  g_clear_pointer (&self->token, hoist_secret_free);
  g_clear_pointer (&self->token_problem, g_free);
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

  /**
   * HoistCtlHost::problem:
   * @self: a host
   * @problem: (nullable): what concerns no single upload, in sentences; %NULL
   *   when it passed
   */
  signals[SIGNAL_PROBLEM] =
    g_signal_new ("problem", HOIST_TYPE_CTL_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
problem_cb (HoistCtlHost *self, const char *title, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, error != NULL ? error->message : NULL);
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
make_session (HoistCtlHost *self)
{
  HoistEngineConfig config;
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "hoist", NULL);

  hoist_engine_config_init (&config);
  config.state_folder = folder;
  config.undo_us = 0;
  self->session = hoist_session_new (&config);
  g_signal_connect_object (self->session, "problem", G_CALLBACK (problem_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "lost", G_CALLBACK (lost_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "keyring-problem", G_CALLBACK (keyring_problem_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
hoist_ctl_host_init (HoistCtlHost *self)
{
  make_session (self);
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
