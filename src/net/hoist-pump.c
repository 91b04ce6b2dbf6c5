/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-pump.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>

#include "hoist-net-session.h"
#include "hoist-net.h"
#include "hoist-put-job.h"

/* As many as the engine ever has parts in flight. */
#define MAX_CONNECTIONS 32
/* More destinations with certificates of their own than that take turns with connecting. */
#define MAX_SESSIONS 16

/* Ten times a second, or more often where the stall time is short. */
#define MAX_TICK_US (G_USEC_PER_SEC / 10)
#define MIN_TICK_US (G_USEC_PER_SEC / 100)

struct _HoistPump
{
  /* for any thread */
  GMainContext *context; /* (owned) */
  GThread *thread;       /* (owned) */
  GMutex lock;
  gboolean open;           /* under the lock: orders are taken */
  _Atomic guint load;      /* PUTs that were ordered and did not end */
  _Atomic gboolean direct; /* */
  _Atomic gint64 stall_us; /* */
  HoistRate *rate;         /* (owned) */
  HoistPacer *pacer;       /* (owned) */

  /* for its own thread */
  GMainLoop *loop;      /* (owned) */
  GHashTable *sessions; /* (owned) HoistNetTrust (owned) (nullable) -> SoupSession (owned) */
  GHashTable *jobs;     /* (owned) HoistPutJob -> GTask (owned) */
  GSource *tick;        /* (owned) (nullable) while there are jobs */
  gboolean stopping;
};

/* --- giving the result back --- */

typedef struct
{
  GTask *task;   /* (owned) */
  GError *error; /* (owned) (nullable) */
} Result;

static void
result_free (gpointer data)
{
  Result *result = data;

  g_clear_object (&result->task);
  g_clear_error (&result->error);
  g_free (result);
}

static gboolean
return_result_cb (gpointer user_data)
{
  Result *result = user_data;

  if (result->error != NULL)
    g_task_return_error (result->task, g_steal_pointer (&result->error));
  else
    g_task_return_boolean (result->task, TRUE);
  return G_SOURCE_REMOVE;
}

/* Takes over @task and @error. The task goes to its own thread whole: were its
 * last reference dropped here, and the transport's with it, the pump would have
 * to wait for itself. */
static void
return_result (HoistPump *self, GTask *task, GError *error)
{
  Result *result = g_new0 (Result, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  result->task = task;
  result->error = error;
  atomic_fetch_sub (&self->load, 1);
  g_source_set_priority (source, g_task_get_priority (task));
  g_source_set_callback (source, return_result_cb, result, result_free);
  g_source_attach (source, g_task_get_context (task));
}

/* --- in its own thread --- */

static gboolean
tick_cb (gpointer user_data)
{
  HoistPump *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  gint64 stall_us = atomic_load (&self->stall_us);
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    hoist_put_job_tick (job, now_us, stall_us);
  return G_SOURCE_CONTINUE;
}

static void
start_ticking (HoistPump *self)
{
  gint64 tick_us = CLAMP (atomic_load (&self->stall_us) / 4, MIN_TICK_US, MAX_TICK_US);

  if (self->tick != NULL)
    return;
  self->tick = g_timeout_source_new ((guint) (tick_us / 1000));
  g_source_set_callback (self->tick, tick_cb, self, NULL);
  g_source_attach (self->tick, self->context);
}

static void
stop_ticking (HoistPump *self)
{
  if (self->tick == NULL)
    return;
  g_source_destroy (self->tick);
  g_clear_pointer (&self->tick, g_source_unref);
}

static void
job_done_cb (HoistPutJob *job, GError *error, gpointer user_data)
{
  HoistPump *self = user_data;
  gpointer task;

  g_hash_table_steal_extended (self->jobs, job, NULL, &task);
  hoist_put_job_free (job);
  if (g_hash_table_size (self->jobs) == 0)
    {
      stop_ticking (self);
      if (self->stopping)
        g_main_loop_quit (self->loop);
    }
  return_result (self, task, error);
}

static GUri *
check_put (HoistPut *put, GError **error)
{
  GUri *url;

  for (gsize i = 0; put->headers != NULL && put->headers[i] != NULL; i += 2)
    if (put->headers[i + 1] == NULL ||
        !hoist_net_header_is_acceptable (put->headers[i], put->headers[i + 1]))
      {
        g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                             _ ("The signed request has a header that cannot be sent"));
        return NULL;
      }
  url = hoist_net_url_parse (put->url, error);
  if (url == NULL || !put->tls_only || g_str_equal (g_uri_get_scheme (url), "https"))
    return url;
  g_uri_unref (url);
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                       _ ("The backend signed an address without encryption, though it has "
                          "encryption itself"));
  return NULL;
}

static void
release_trust (gpointer trust)
{
  if (trust != NULL)
    g_object_unref (trust);
}

/* Destinations may differ in whom they trust, so none uses another's connections. */
static SoupSession *
get_session (HoistPump *self, HoistNetTrust *trust)
{
  SoupSession *session = g_hash_table_lookup (self->sessions, trust);

  if (session != NULL)
    return session;
  /* A destination that was changed has a new one: old ones are not kept for ever. */
  if (g_hash_table_size (self->sessions) >= MAX_SESSIONS)
    g_hash_table_remove_all (self->sessions);
  session = hoist_net_session_new (MAX_CONNECTIONS, trust);
  g_hash_table_insert (self->sessions, trust != NULL ? g_object_ref (trust) : NULL, session);
  return session;
}

typedef struct
{
  HoistPump *pump;
  GTask *task; /* (owned) (nullable) */
} Order;

static gboolean
start_cb (gpointer user_data)
{
  Order *order = user_data;
  HoistPump *self = order->pump;
  GTask *task = g_steal_pointer (&order->task);
  HoistPut *put = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GUri) url = check_put (put, &error);
  HoistPutJob *job;

  if (url == NULL)
    {
      return_result (self, task, error);
      return G_SOURCE_REMOVE;
    }
  job = hoist_put_job_new (put, get_session (self, put->trust), self->rate, self->pacer,
                           atomic_load (&self->direct), url);
  g_hash_table_insert (self->jobs, job, task);
  start_ticking (self);
  hoist_put_job_start (job, g_task_get_cancellable (task), job_done_cb, self);
  if (self->stopping)
    hoist_put_job_stop (job);
  return G_SOURCE_REMOVE;
}

static gboolean
drop_connections_cb (gpointer user_data)
{
  Order *order = user_data;
  HoistPump *self = order->pump;

  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    hoist_put_job_check_address (job);
  /* What is on its way keeps the old session until it ends. */
  g_hash_table_remove_all (self->sessions);
  return G_SOURCE_REMOVE;
}

static gboolean
restart_ticking_cb (gpointer user_data)
{
  Order *order = user_data;
  HoistPump *self = order->pump;

  stop_ticking (self);
  if (g_hash_table_size (self->jobs) > 0)
    start_ticking (self);
  return G_SOURCE_REMOVE;
}

static gboolean
stop_cb (gpointer user_data)
{
  Order *order = user_data;
  HoistPump *self = order->pump;
  GHashTableIter iter;
  gpointer job;

  self->stopping = TRUE;
  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    hoist_put_job_stop (job);
  if (g_hash_table_size (self->jobs) == 0)
    g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static gpointer
run_in_thread (gpointer user_data)
{
  HoistPump *self = user_data;

  g_main_context_push_thread_default (self->context);
  self->sessions = g_hash_table_new_full (NULL, NULL, release_trust, g_object_unref);
  self->jobs = g_hash_table_new (NULL, NULL);
  g_main_loop_run (self->loop);
  g_clear_pointer (&self->jobs, g_hash_table_unref);
  g_clear_pointer (&self->sessions, g_hash_table_unref);
  /* What libsoup put off until later, such as closing its connections. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* --- for any thread --- */

static void
order_free (gpointer data)
{
  Order *order = data;

  g_clear_object (&order->task);
  g_free (order);
}

/* Orders are carried out in the order in which they were given. */
static gboolean
give_order_locked (HoistPump *self, GSourceFunc callback, GTask *task)
{
  Order *order;
  g_autoptr (GSource) source = NULL;

  if (!self->open)
    return FALSE;
  order = g_new0 (Order, 1);
  order->pump = self;
  order->task = task;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, callback, order, order_free);
  g_source_attach (source, self->context);
  return TRUE;
}

static gboolean
give_order (HoistPump *self, GSourceFunc callback, GTask *task)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return give_order_locked (self, callback, task);
}

/**
 * hoist_pump_new: (skip)
 * @rate: the limit that all pumps share
 * @pacer: what tells their connections how fast they may send
 *
 * Starts a pump.
 *
 * Returns: (transfer full): the pump
 */
HoistPump *
hoist_pump_new (HoistRate *rate, HoistPacer *pacer)
{
  HoistPump *self = g_new0 (HoistPump, 1);

  g_mutex_init (&self->lock);
  self->open = TRUE;
  self->direct = TRUE;
  self->stall_us = 30 * G_USEC_PER_SEC;
  self->rate = hoist_rate_ref (rate);
  self->pacer = hoist_pacer_ref (pacer);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("hoist-pump", run_in_thread, self);
  return self;
}

/**
 * hoist_pump_get_load: (skip)
 * @self: a pump
 *
 * Returns: how many PUTs it has
 */
guint
hoist_pump_get_load (HoistPump *self)
{
  return atomic_load (&self->load);
}

/**
 * hoist_pump_put: (skip)
 * @self: a pump
 * @task: (transfer full): its data is a #HoistPut; it returns a boolean
 *
 * Sends something. A pump that was stopped cancels it.
 */
void
hoist_pump_put (HoistPump *self, GTask *task)
{
  atomic_fetch_add (&self->load, 1);
  if (!give_order (self, start_cb, task))
    return_result (self, task,
                   g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                        _ ("The upload was stopped")));
}

/**
 * hoist_pump_set_stall_timeout_us: (skip)
 * @self: a pump
 * @stall_us: for how long nothing may move
 */
void
hoist_pump_set_stall_timeout_us (HoistPump *self, gint64 stall_us)
{
  atomic_store (&self->stall_us, stall_us);
  give_order (self, restart_ticking_cb, NULL);
}

/**
 * hoist_pump_set_direct: (skip)
 * @self: a pump
 * @direct: to send past libsoup, where that is possible
 */
void
hoist_pump_set_direct (HoistPump *self, gboolean direct)
{
  atomic_store (&self->direct, direct);
}

/**
 * hoist_pump_drop_connections: (skip)
 * @self: a pump
 *
 * Makes what is sent from now on use new connections.
 */
void
hoist_pump_drop_connections (HoistPump *self)
{
  give_order (self, drop_connections_cb, NULL);
}

/**
 * hoist_pump_stop: (skip)
 * @self: a pump
 *
 * Cancels everything and takes no more orders. It does not wait.
 */
void
hoist_pump_stop (HoistPump *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (give_order_locked (self, stop_cb, NULL))
    self->open = FALSE;
}

/**
 * hoist_pump_free: (skip)
 * @self: (transfer full): a pump
 *
 * Stops it and waits for its thread, which takes milliseconds.
 */
void
hoist_pump_free (HoistPump *self)
{
  hoist_pump_stop (self);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_clear_pointer (&self->rate, hoist_rate_unref);
  g_clear_pointer (&self->pacer, hoist_pacer_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}
