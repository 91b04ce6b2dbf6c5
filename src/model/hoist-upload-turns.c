/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-turns.h"

/* Those that wait for the same slots. */
typedef struct
{
  char *destination_id; /* (owned) */
  guint lane;
  GArray *turns; /* (owned) (element-type guint64) */
  gboolean sorted;
} Queue;

struct _HoistUploadTurns
{
  GPtrArray *queues; /* (owned) (element-type Queue) a few: two a destination */
  Queue *last;       /* (nullable) that was asked for: uploads of one come together */
};

static void
queue_free (Queue *queue)
{
  g_free (queue->destination_id);
  g_array_unref (queue->turns);
  g_free (queue);
}

/**
 * hoist_upload_turns_new:
 *
 * Returns: (transfer full): queues in which nobody waits
 */
HoistUploadTurns *
hoist_upload_turns_new (void)
{
  HoistUploadTurns *self = g_new0 (HoistUploadTurns, 1);

  self->queues = g_ptr_array_new_with_free_func ((GDestroyNotify) queue_free);
  return self;
}

/**
 * hoist_upload_turns_free:
 * @self: (transfer full) (nullable): the queues
 *
 * Frees @self.
 */
void
hoist_upload_turns_free (HoistUploadTurns *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->queues);
  g_free (self);
}

static gboolean
is_for (const Queue *queue, const HoistUploadInfo *info)
{
  return queue->lane == info->lane && g_str_equal (queue->destination_id, info->destination_id);
}

static Queue *
find (HoistUploadTurns *self, const HoistUploadInfo *info)
{
  if (self->last != NULL && is_for (self->last, info))
    return self->last;
  for (guint i = 0; i < self->queues->len; i++)
    if (is_for (g_ptr_array_index (self->queues, i), info))
      {
        self->last = g_ptr_array_index (self->queues, i);
        return self->last;
      }
  return NULL;
}

/**
 * hoist_upload_turns_add:
 * @self: the queues
 * @info: an upload; one that does not wait for its turn is passed over
 *
 * Takes an upload into its queue.
 */
void
hoist_upload_turns_add (HoistUploadTurns *self, const HoistUploadInfo *info)
{
  Queue *queue;

  if (info->turn == 0 || info->state != HOIST_UPLOAD_QUEUED)
    return;
  queue = find (self, info);
  if (queue == NULL)
    {
      queue = g_new0 (Queue, 1);
      queue->destination_id = g_strdup (info->destination_id);
      queue->lane = info->lane;
      queue->turns = g_array_new (FALSE, FALSE, sizeof (guint64));
      queue->sorted = TRUE;
      g_ptr_array_add (self->queues, queue);
      self->last = queue;
    }
  if (queue->turns->len > 0 &&
      g_array_index (queue->turns, guint64, queue->turns->len - 1) > info->turn)
    queue->sorted = FALSE;
  g_array_append_val (queue->turns, info->turn);
}

static int
compare_turns (gconstpointer a, gconstpointer b)
{
  guint64 left = *(const guint64 *) a;
  guint64 right = *(const guint64 *) b;

  return (left > right) - (left < right);
}

/**
 * hoist_upload_turns_count_before:
 * @self: the queues
 * @info: an upload
 *
 * Returns: how many are before it in its queue; %HOIST_TURN_UNKNOWN if it does not
 *   wait for its turn
 */
guint
hoist_upload_turns_count_before (HoistUploadTurns *self, const HoistUploadInfo *info)
{
  Queue *queue = info->turn != 0 && info->state == HOIST_UPLOAD_QUEUED ? find (self, info) : NULL;
  guint low = 0;
  guint high;

  if (queue == NULL)
    return HOIST_TURN_UNKNOWN;
  if (!queue->sorted)
    g_array_sort (queue->turns, compare_turns);
  queue->sorted = TRUE;
  high = queue->turns->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (queue->turns, guint64, middle) < info->turn)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}
