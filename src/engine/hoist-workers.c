/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-workers.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/ioprio.h, which C libraries do not have: best effort, lowest level. */
#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_LOWEST (2 << 13 | 7)
#define LOWEST_NICE 19

struct _HoistWorkers
{
  GThreadPool *pool; /* (owned) as many threads as there are jobs in it */
  guint n_threads;   /* at a time, for one device */
  gboolean background;
  GMutex mutex;        /* for what follows */
  GHashTable *devices; /* (owned) number -> Device (owned); of those that have jobs */
};

/* Each has its own line, so that nobody waits for another one's disk. */
typedef struct
{
  guint64 number;
  guint n_running;
  GQueue waiting; /* Job (owned) */
} Device;

typedef struct
{
  GTask *task; /* (owned) */
  GTaskThreadFunc func;
  Device *device; /* borrowed: stays while it has jobs */
} Job;

/* On Linux both are a thread's own (its NPTL is at odds with POSIX there). That it
 * fails, in a sandbox, changes nothing but how soon others get their turn. */
static void
lower_priority (void)
{
  static _Thread_local gboolean lowered;

  if (lowered)
    return;
  lowered = TRUE;
  if (setpriority (PRIO_PROCESS, 0, LOWEST_NICE) != 0 ||
      syscall (SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_LOWEST) != 0)
    g_debug ("A background thread keeps its priority");
}

static void
run_one (HoistWorkers *self, Job *job)
{
  g_autoptr (GTask) task = job->task;
  GTaskThreadFunc func = job->func;

  g_free (job);
  if (self->background)
    lower_priority ();
  if (!g_task_return_error_if_cancelled (task))
    func (task, g_task_get_source_object (task), g_task_get_task_data (task),
          g_task_get_cancellable (task));
}

/* Returns the next one of the same device, or NULL when that has nothing more to do. */
static Job *
take_next (HoistWorkers *self, Device *device)
{
  Job *next;

  g_mutex_lock (&self->mutex);
  next = g_queue_pop_head (&device->waiting);
  if (next == NULL && --device->n_running == 0)
    g_hash_table_remove (self->devices, &device->number);
  g_mutex_unlock (&self->mutex);
  return next;
}

static void
run_jobs (gpointer data, gpointer user_data)
{
  HoistWorkers *self = user_data;
  Job *job = data;

  while (job != NULL)
    {
      Device *device = job->device;

      run_one (self, job);
      job = take_next (self, device);
    }
}

static HoistWorkers *
create (guint n_threads, gboolean background)
{
  HoistWorkers *self = g_new0 (HoistWorkers, 1);

  self->n_threads = n_threads;
  self->background = background;
  g_mutex_init (&self->mutex);
  self->devices = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->pool = g_thread_pool_new (run_jobs, self, background ? 1 : -1, background, NULL);
  return self;
}

/**
 * hoist_workers_new:
 * @n_threads: most threads at a time for one device
 *
 * Makes a pool of threads for what may block or take long: reading a cold disk,
 * hashing, asking a network file system. Whatever hangs on one device, be it for ever, holds
 * nothing up that is for another one.
 *
 * GLib's own pool behind g_task_run_in_thread() is not used for it: it is shared
 * with name resolution and file operations, which a row of hashes would hold up.
 *
 * Returns: (transfer full): a pool
 */
HoistWorkers *
hoist_workers_new (guint n_threads)
{
  return create (n_threads, FALSE);
}

/**
 * hoist_workers_new_background:
 *
 * Makes a pool of one thread that runs when nobody else wants the processor or the
 * disk. The thread is the pool's own: GLib lends others out, and a priority that
 * was lowered cannot be raised again.
 *
 * Returns: (transfer full): a pool
 */
HoistWorkers *
hoist_workers_new_background (void)
{
  return create (1, TRUE);
}

/**
 * hoist_workers_free:
 * @self: (transfer full): a pool
 *
 * Waits for the jobs that were handed over and frees the pool.
 */
void
hoist_workers_free (HoistWorkers *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_hash_table_unref (self->devices);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * hoist_workers_run:
 * @self: a pool
 * @device: number of the device that it may wait for (stat(2)); 0 = not known
 * @task: (transfer none): the task that @func answers by one of GTask's returns
 * @func: runs on a thread of the pool
 *
 * Runs @func in its turn. A task that is cancelled before its turn is answered
 * with %G_IO_ERROR_CANCELLED and @func is not called.
 */
void
hoist_workers_run (HoistWorkers *self, guint64 device, GTask *task, GTaskThreadFunc func)
{
  Job *job = g_new (Job, 1);
  Device *line;

  job->task = g_object_ref (task);
  job->func = func;
  g_mutex_lock (&self->mutex);
  line = g_hash_table_lookup (self->devices, &device);
  if (line == NULL)
    {
      line = g_new0 (Device, 1);
      line->number = device;
      g_queue_init (&line->waiting);
      g_hash_table_insert (self->devices, &line->number, line);
    }
  job->device = line;
  if (line->n_running < self->n_threads)
    {
      line->n_running++;
      g_thread_pool_push (self->pool, job, NULL);
    }
  else
    g_queue_push_tail (&line->waiting, job);
  g_mutex_unlock (&self->mutex);
}
