/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-target.h"

#include <string.h>

/* How long a begin call that is under way may take when its target is closed: an
 * upload that the server began and nobody remembers would lie there for ever. */
#define BEGIN_GRACE_MS 2000

/**
 * HoistTarget:
 *
 * A destination as the engine uses it. The provider is asked once what it can
 * do. Begin calls that come while one is under way are sent together in the
 * next one: a single file begins at once, a thousand cost a few round trips.
 */
struct _HoistTarget
{
  GObject parent_instance;

  GRefString *id;
  HoistProviderConfig *config;     /* (owned) */
  HoistProvider *provider;         /* (owned) (nullable) */
  HoistCapabilities *capabilities; /* (owned) (nullable) null until it was asked */
  HoistDestinationLimits limits;
  HoistRate *rate;           /* (owned) */
  GCancellable *cancellable; /* (owned) ends the calls but for begin */
  HoistFinder *finder;       /* (owned) */
  gint64 blocked_until_us;   /* monotonic; 0 = not */
  gboolean refuses_forms;    /* what is sent in one goes in parts instead */
  gboolean blocked_by_line;  /* and not because the backend asked for it */

  gboolean probing;
  GQueue probe_tasks; /* (element-type GTask) (owned) */

  gboolean beginning;
  GCancellable *begin_cancellable; /* (owned) ends a begin call */
  GSource *grace_source;           /* (owned) (nullable) while one may still end by itself */
  GSource *begin_source;           /* (owned) (nullable) begins what has gathered */
  GQueue begin_tasks;              /* (element-type GTask) (owned) not yet sent */
};

G_DEFINE_FINAL_TYPE (HoistTarget, hoist_target, G_TYPE_OBJECT)

/* What a failed call says besides its error. */
static GQuark
retry_after_quark (void)
{
  return g_quark_from_static_string ("hoist-target-retry-after");
}

static void
return_error_with_delay (GTask *task, const GError *error, gint64 retry_after_us)
{
  gint64 *delay = g_new (gint64, 1);

  *delay = retry_after_us;
  g_object_set_qdata_full (G_OBJECT (task), retry_after_quark (), delay, g_free);
  g_task_return_error (task, g_error_copy (error));
}

static gint64
get_retry_after_us (GAsyncResult *result)
{
  gint64 *delay = g_object_get_qdata (G_OBJECT (result), retry_after_quark ());
  return delay != NULL ? *delay : 0;
}

static void
hoist_target_finalize (GObject *object)
{
  HoistTarget *self = HOIST_TARGET (object);

  g_assert (g_queue_is_empty (&self->probe_tasks));
  g_assert (g_queue_is_empty (&self->begin_tasks));
  g_clear_pointer (&self->id, g_ref_string_release);
  g_clear_pointer (&self->config, hoist_provider_config_unref);
  g_clear_pointer (&self->capabilities, hoist_capabilities_free);
  g_clear_object (&self->provider);
  g_clear_pointer (&self->rate, hoist_rate_unref);
  g_clear_pointer (&self->finder, hoist_finder_free);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->begin_cancellable);
  G_OBJECT_CLASS (hoist_target_parent_class)->finalize (object);
}

static void
hoist_target_class_init (HoistTargetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_target_finalize;
}

static void
hoist_target_init (HoistTarget *self)
{
  self->rate = hoist_rate_new ();
  self->cancellable = g_cancellable_new ();
  self->finder = hoist_finder_new ();
  self->begin_cancellable = g_cancellable_new ();
  g_queue_init (&self->probe_tasks);
  g_queue_init (&self->begin_tasks);
}

/**
 * hoist_target_new:
 * @id: the destination's id
 * @config: how to reach it
 *
 * Returns: (transfer full): a target; nothing is asked yet
 */
HoistTarget *
hoist_target_new (const char *id, HoistProviderConfig *config)
{
  HoistTarget *self = g_object_new (HOIST_TYPE_TARGET, NULL);

  self->id = g_ref_string_new (id);
  self->config = hoist_provider_config_ref (config);
  hoist_target_adopt_limits (self, config);
  if (config->token_pending)
    self->blocked_until_us = G_MAXINT64;
  return self;
}

/**
 * hoist_target_get_id:
 * @self: a target
 *
 * Returns: (transfer none): the destination's id
 */
GRefString *
hoist_target_get_id (HoistTarget *self)
{
  return self->id;
}

/**
 * hoist_target_get_provider:
 * @self: a target that was prepared
 *
 * Returns: (transfer none): its provider
 */
HoistProvider *
hoist_target_get_provider (HoistTarget *self)
{
  return self->provider;
}

/**
 * hoist_target_get_capabilities:
 * @self: a target
 *
 * Returns: (transfer none) (nullable): what it can do; %NULL until it was prepared
 */
const HoistCapabilities *
hoist_target_get_capabilities (HoistTarget *self)
{
  return self->capabilities;
}

/**
 * hoist_target_can_find_uploads:
 * @self: a target that was prepared
 *
 * Returns: whether the server tells which uploads are unfinished
 */
gboolean
hoist_target_can_find_uploads (HoistTarget *self)
{
  return self->capabilities->can_list && !self->capabilities->hides_uploads;
}

/**
 * hoist_target_refuse_forms:
 * @self: a target
 *
 * Notes that the storage takes no forms, or proves not what arrived in them: what was to be sent so is
 * begun in parts from now on.
 */
void
hoist_target_refuse_forms (HoistTarget *self)
{
  self->refuses_forms = TRUE;
}

/**
 * hoist_target_refuses_forms:
 * @self: a target
 *
 * Returns: whether hoist_target_refuse_forms() was called
 */
gboolean
hoist_target_refuses_forms (HoistTarget *self)
{
  return self->refuses_forms;
}

/**
 * hoist_target_get_config:
 * @self: a target
 *
 * Returns: (transfer none): how to reach it; its limits may be others by now
 */
HoistProviderConfig *
hoist_target_get_config (HoistTarget *self)
{
  return self->config;
}

/**
 * hoist_target_get_limits:
 * @self: a target
 *
 * Returns: (transfer none): the destination's own limits
 */
const HoistDestinationLimits *
hoist_target_get_limits (HoistTarget *self)
{
  return &self->limits;
}

/**
 * hoist_target_get_rate:
 * @self: a target
 *
 * Returns: (transfer none): how fast all that is sent to it may go
 */
HoistRate *
hoist_target_get_rate (HoistTarget *self)
{
  return self->rate;
}

/**
 * hoist_target_adopt_limits:
 * @self: a target
 * @config: how to reach it from now on
 *
 * Takes over other limits, also for what is under way, if nothing else differs.
 *
 * Returns: whether it did; otherwise there must be a new target
 */
gboolean
hoist_target_adopt_limits (HoistTarget *self, const HoistProviderConfig *config)
{
  if (!hoist_provider_config_same_server (self->config, config))
    return FALSE;
  self->limits = config->limits;
  hoist_rate_set (self->rate, self->limits.bytes_per_s);
  return TRUE;
}

/**
 * hoist_target_get_trust:
 * @self: a target that was prepared
 *
 * Returns: (transfer none) (nullable): whom connections to it and its storage trust
 */
HoistNetTrust *
hoist_target_get_trust (HoistTarget *self)
{
  HoistNetTrust *trust;

  /* Its provider was made with it. */
  return hoist_provider_config_get_trust (self->config, &trust, NULL) ? trust : NULL;
}

/**
 * hoist_target_make_path:
 * @self: a target
 * @name: a file's name
 *
 * Returns: (transfer full): the name below the destination's own prefix, as the provider
 *   gives it to the server
 */
char *
hoist_target_make_path (HoistTarget *self, const char *name)
{
  return hoist_provider_build_path (self->config->key_prefix, name);
}

/**
 * hoist_target_skip_prefix:
 * @self: a target
 * @path: what the server says that an upload was begun with
 *
 * The opposite of hoist_target_make_path().
 *
 * Returns: (transfer none): the part of @path behind the destination's own prefix
 */
const char *
hoist_target_skip_prefix (HoistTarget *self, const char *path)
{
  const char *prefix = self->config->key_prefix;
  gsize length = prefix != NULL ? strlen (prefix) : 0;

  while (length > 0 && prefix[length - 1] == '/')
    length--;
  if (length > 0 && strncmp (path, prefix, length) == 0 && path[length] == '/' &&
      path[length + 1] != '\0')
    return path + length + 1;
  return path;
}

/**
 * hoist_target_get_finder:
 * @self: a target
 *
 * Returns: (transfer none): what knows which uploads the server never completed
 */
HoistFinder *
hoist_target_get_finder (HoistTarget *self)
{
  return self->finder;
}

/**
 * hoist_target_get_cancellable:
 * @self: a target
 *
 * Returns: (transfer none): what ends calls that several uploads share
 */
GCancellable *
hoist_target_get_cancellable (HoistTarget *self)
{
  return self->cancellable;
}

/**
 * hoist_target_block:
 * @self: a target
 * @until_us: monotonic time
 * @by_line: whether it is because it cannot be reached
 *
 * Notes that the backend cannot begin anything now, so that not every queued
 * file has to find that out by itself.
 */
void
hoist_target_block (HoistTarget *self, gint64 until_us, gboolean by_line)
{
  self->blocked_by_line = by_line;
  self->blocked_until_us = MAX (self->blocked_until_us, until_us);
}

/**
 * hoist_target_unblock:
 * @self: a target
 *
 * Takes a block back if it was because of the line, which is back or is another
 * one. A backend that asked for time, or a token that is still to come, are waited
 * for.
 */
void
hoist_target_unblock (HoistTarget *self)
{
  if (self->blocked_by_line && self->blocked_until_us != G_MAXINT64)
    self->blocked_until_us = 0;
}

/**
 * hoist_target_get_reach:
 * @self: a target
 *
 * Returns: where its backend is, as far as its address tells
 */
HoistReach
hoist_target_get_reach (HoistTarget *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->config->url, G_URI_FLAGS_NONE, NULL);

  return hoist_network_get_reach (uri != NULL ? g_uri_get_host (uri) : NULL);
}

/**
 * hoist_target_renew_connections:
 * @self: a target
 *
 * Uses new connections from now on, because the network is another one. Calls
 * that are under way keep the old ones until they end.
 */
void
hoist_target_renew_connections (HoistTarget *self)
{
  g_autoptr (HoistProvider) provider = NULL;

  if (self->provider == NULL)
    return;
  provider = hoist_provider_new_for_config (self->config, NULL);
  if (provider != NULL)
    g_set_object (&self->provider, provider);
}

/**
 * hoist_target_get_blocked_until_us:
 * @self: a target
 *
 * Returns: the monotonic time before which nothing should be begun
 */
gint64
hoist_target_get_blocked_until_us (HoistTarget *self)
{
  return self->blocked_until_us;
}

static void
answer_probe_tasks (HoistTarget *self, const GError *error, gint64 retry_after_us)
{
  GTask *task;

  self->probing = FALSE;
  while ((task = g_queue_pop_head (&self->probe_tasks)) != NULL)
    {
      if (error != NULL)
        return_error_with_delay (task, error, retry_after_us);
      else
        g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistTarget) self = user_data;
  g_autoptr (GError) error = NULL;

  self->capabilities = hoist_provider_probe_finish (HOIST_PROVIDER (source), result, &error);
  answer_probe_tasks (self, error,
                      error != NULL ? hoist_provider_error_get_retry_after_us (result) : 0);
}

/**
 * hoist_target_prepare_async:
 * @self: a target
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Makes sure that it is known what the destination can do. Calls that come
 * while the question is under way share its answer.
 */
void
hoist_target_prepare_async (HoistTarget *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;

  g_task_set_source_tag (task, hoist_target_prepare_async);
  if (self->provider == NULL)
    self->provider = hoist_provider_new_for_config (self->config, &error);
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (self->capabilities != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_queue_push_tail (&self->probe_tasks, g_steal_pointer (&task));
  if (self->probing)
    return;
  self->probing = TRUE;
  hoist_provider_probe_async (self->provider, self->cancellable, probed_cb, g_object_ref (self));
}

/**
 * hoist_target_prepare_finish:
 * @self: a target
 * @result: what the callback got
 * @retry_after_us: (out): with an error, the delay that the server asked for; 0 for none
 *
 * Errors: as hoist_provider_probe_finish().
 *
 * Returns: whether hoist_target_get_capabilities() has an answer now
 */
gboolean
hoist_target_prepare_finish (HoistTarget *self,
                             GAsyncResult *result,
                             gint64 *retry_after_us,
                             GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_target_prepare_async), FALSE);

  *retry_after_us = get_retry_after_us (result);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void schedule_begin (HoistTarget *self);

typedef struct
{
  HoistTarget *target; /* (owned) */
  GPtrArray *tasks;    /* (owned) (element-type GTask) in the order of the requests */
} BeginCall;

static void
begin_call_free (BeginCall *call)
{
  g_object_unref (call->target);
  g_ptr_array_unref (call->tasks);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BeginCall, begin_call_free)

static void
end_grace (HoistTarget *self)
{
  if (self->grace_source != NULL)
    g_source_destroy (self->grace_source);
  g_clear_pointer (&self->grace_source, g_source_unref);
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BeginCall) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) replies = NULL;

  replies = hoist_provider_begin_finish (HOIST_PROVIDER (source), result, &error);
  if (replies != NULL && replies->len != call->tasks->len)
    {
      g_clear_pointer (&replies, g_ptr_array_unref);
      g_set_error_literal (&error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                           "The backend answered for another number of files than was asked.");
    }

  for (guint i = 0; i < call->tasks->len; i++)
    {
      GTask *task = g_ptr_array_index (call->tasks, i);
      HoistBeginReply *reply = replies != NULL ? g_ptr_array_index (replies, i) : NULL;

      if (reply == NULL)
        return_error_with_delay (task, error, hoist_provider_error_get_retry_after_us (result));
      else if (reply->error != NULL)
        return_error_with_delay (task, reply->error, reply->retry_after_us);
      else
        {
          replies->pdata[i] = NULL;
          g_task_return_pointer (task, reply, (GDestroyNotify) hoist_begin_reply_free);
        }
    }
  call->target->beginning = FALSE;
  end_grace (call->target);
  schedule_begin (call->target);
}

/* What was not sent yet when the target was closed is not sent any more. */
static void
drop_begin_tasks (HoistTarget *self)
{
  GTask *task;

  while ((task = g_queue_pop_head (&self->begin_tasks)) != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Closed");
      g_object_unref (task);
    }
}

static void
flush_begin_tasks (HoistTarget *self)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new ();
  BeginCall *call;

  call = g_new0 (BeginCall, 1);
  call->target = g_object_ref (self);
  call->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  while (requests->len < MAX (1, self->capabilities->max_begin_files) &&
         !g_queue_is_empty (&self->begin_tasks))
    {
      GTask *task = g_queue_pop_head (&self->begin_tasks);

      g_ptr_array_add (call->tasks, task);
      g_ptr_array_add (requests, g_task_get_task_data (task));
    }
  self->beginning = TRUE;
  hoist_provider_begin_async (self->provider, requests, self->begin_cancellable, begun_cb, call);
}

static gboolean
begin_cb (gpointer data)
{
  HoistTarget *self = data;

  g_clear_pointer (&self->begin_source, g_source_unref);
  if (g_cancellable_is_cancelled (self->cancellable))
    drop_begin_tasks (self);
  else
    flush_begin_tasks (self);
  return G_SOURCE_REMOVE;
}

/* After everything else that is ready now, so that files that were hashed in
 * the same moment go together. */
static void
schedule_begin (HoistTarget *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  if (self->beginning || self->begin_source != NULL || g_queue_is_empty (&self->begin_tasks))
    return;
  self->begin_source = g_idle_source_new ();
  g_source_set_callback (self->begin_source, begin_cb, g_object_ref (self), g_object_unref);
  g_source_attach (self->begin_source, context);
}

/**
 * hoist_target_begin_async:
 * @self: a target that was prepared
 * @request: (transfer full): the file
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Asks for an upload. It cannot be cancelled by itself, only with the target:
 * an upload that the server began and nobody remembers would lie there for ever.
 */
void
hoist_target_begin_async (HoistTarget *self,
                          HoistBeginRequest *request,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_return_if_fail (self->capabilities != NULL);

  g_task_set_source_tag (task, hoist_target_begin_async);
  g_task_set_task_data (task, request, (GDestroyNotify) hoist_begin_request_free);
  g_queue_push_tail (&self->begin_tasks, g_steal_pointer (&task));
  schedule_begin (self);
}

/**
 * hoist_target_begin_finish:
 * @self: a target
 * @result: what the callback got
 * @retry_after_us: (out): with an error, the delay that the server asked for; 0 for none
 *
 * Errors: as hoist_provider_begin_finish(), and those of this one file.
 *
 * Returns: (transfer full): what was begun
 */
HoistBeginReply *
hoist_target_begin_finish (HoistTarget *self,
                           GAsyncResult *result,
                           gint64 *retry_after_us,
                           GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_target_begin_async), NULL);

  *retry_after_us = get_retry_after_us (result);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
grace_is_over_cb (gpointer data)
{
  HoistTarget *self = data;

  g_clear_pointer (&self->grace_source, g_source_unref);
  g_cancellable_cancel (self->begin_cancellable);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_target_close:
 * @self: a target
 *
 * Ends all calls under way with %G_IO_ERROR_CANCELLED; a begin call that the
 * server may be about to answer is given two seconds for it.
 */
void
hoist_target_close (HoistTarget *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  g_cancellable_cancel (self->cancellable);
  if (!self->beginning || self->grace_source != NULL)
    return;
  self->grace_source = g_timeout_source_new (BEGIN_GRACE_MS);
  g_source_set_callback (self->grace_source, grace_is_over_cb, g_object_ref (self), g_object_unref);
  g_source_attach (self->grace_source, context);
}
