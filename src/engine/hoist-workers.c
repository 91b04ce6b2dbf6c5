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
  GThreadPool *pool; /* (owned) */
  gboolean background;
};

typedef struct
{
  GTask *task; /* (owned) */
  GTaskThreadFunc func;
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
run_job (gpointer data, gpointer user_data)
{
  HoistWorkers *self = user_data;
  Job *job = data;
  g_autoptr (GTask) task = job->task;
  GTaskThreadFunc func = job->func;

  g_free (job);
  if (self->background)
    lower_priority ();
  if (!g_task_return_error_if_cancelled (task))
    func (task, g_task_get_source_object (task), g_task_get_task_data (task),
          g_task_get_cancellable (task));
}

/**
 * hoist_workers_new:
 * @n_threads: most threads at a time
 *
 * Makes a pool of threads for what may block or take long: reading a cold disk,
 * hashing, asking a network file system.
 *
 * GLib's own pool behind g_task_run_in_thread() is not used for it: it is shared
 * with name resolution and file operations, which a row of hashes would hold up.
 *
 * Returns: (transfer full): a pool
 */
HoistWorkers *
hoist_workers_new (guint n_threads)
{
  HoistWorkers *self = g_new0 (HoistWorkers, 1);

  self->pool = g_thread_pool_new (run_job, self, (int) n_threads, FALSE, NULL);
  return self;
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
  HoistWorkers *self = g_new0 (HoistWorkers, 1);

  self->background = TRUE;
  self->pool = g_thread_pool_new (run_job, self, 1, TRUE, NULL);
  return self;
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
  g_free (self);
}

/**
 * hoist_workers_run:
 * @self: a pool
 * @task: (transfer none): the task that @func answers by one of GTask's returns
 * @func: runs on a thread of the pool
 *
 * Runs @func in its turn. A task that is cancelled before its turn is answered
 * with %G_IO_ERROR_CANCELLED and @func is not called.
 */
void
hoist_workers_run (HoistWorkers *self, GTask *task, GTaskThreadFunc func)
{
  Job *job = g_new (Job, 1);

  job->task = g_object_ref (task);
  job->func = func;
  g_thread_pool_push (self->pool, job, NULL);
}
