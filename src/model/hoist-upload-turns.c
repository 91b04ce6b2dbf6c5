/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload-turns.h"

/* Those that wait for the same slots. */
typedef struct
{
  char *destination_id; /* (owned) */
  guint lane;
  GArray *turns; /* (owned) (element-type guint64) */
  guint first;   /* those before it have gone: most go from the front, which then costs nothing */
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

static gboolean
waits (const HoistUploadInfo *info)
{
  return info != NULL && info->turn != 0 && info->state == HOIST_UPLOAD_QUEUED;
}

static Queue *
ensure (HoistUploadTurns *self, const HoistUploadInfo *info)
{
  Queue *queue = find (self, info);

  if (queue != NULL)
    return queue;
  queue = g_new0 (Queue, 1);
  queue->destination_id = g_strdup (info->destination_id);
  queue->lane = info->lane;
  queue->turns = g_array_new (FALSE, FALSE, sizeof (guint64));
  queue->sorted = TRUE;
  g_ptr_array_add (self->queues, queue);
  self->last = queue;
  return queue;
}

static inline guint64 *
get_turn (Queue *queue, guint index)
{
  return &g_array_index (queue->turns, guint64, index);
}

static void
put_in (Queue *queue, guint64 turn)
{
  guint n = queue->turns->len;

  /* One that comes back is often the first again. */
  if (queue->first > 0 && queue->first < n && queue->sorted &&
      turn <= *get_turn (queue, queue->first))
    {
      *get_turn (queue, --queue->first) = turn;
      return;
    }
  if (n > queue->first && *get_turn (queue, n - 1) > turn)
    queue->sorted = FALSE;
  g_array_append_val (queue->turns, turn);
}

static int
compare_turns (gconstpointer a, gconstpointer b)
{
  guint64 left = *(const guint64 *) a;
  guint64 right = *(const guint64 *) b;

  return (left > right) - (left < right);
}

/* Where a turn is, or would be. */
static guint
find_turn (Queue *queue, guint64 turn)
{
  guint low;
  guint high;

  if (!queue->sorted)
    {
      g_array_remove_range (queue->turns, 0, queue->first);
      queue->first = 0;
      g_array_sort (queue->turns, compare_turns);
      queue->sorted = TRUE;
    }
  low = queue->first;
  high = queue->turns->len;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (*get_turn (queue, middle) < turn)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
take_out (Queue *queue, guint64 turn)
{
  guint index = find_turn (queue, turn);

  if (index == queue->turns->len || *get_turn (queue, index) != turn)
    return;
  if (index > queue->first)
    {
      g_array_remove_index (queue->turns, index);
      return;
    }
  queue->first++;
  if (queue->first > queue->turns->len / 2)
    {
      g_array_remove_range (queue->turns, 0, queue->first);
      queue->first = 0;
    }
}

/**
 * hoist_upload_turns_change:
 * @self: the queues
 * @old: (nullable): an upload as it was, %NULL for a new one
 * @info: (nullable): the same one as it is, %NULL for one that has gone
 *
 * Takes an upload into its queue, or out of it. One that does not wait for its turn
 * is in none.
 */
void
hoist_upload_turns_change (HoistUploadTurns *self,
                           const HoistUploadInfo *old,
                           const HoistUploadInfo *info)
{
  Queue *before = waits (old) ? ensure (self, old) : NULL;
  Queue *now = waits (info) ? ensure (self, info) : NULL;

  if (before == now && (now == NULL || old->turn == info->turn))
    return;
  if (before != NULL)
    take_out (before, old->turn);
  if (now != NULL)
    put_in (now, info->turn);
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
  Queue *queue = waits (info) ? find (self, info) : NULL;

  return queue != NULL ? find_turn (queue, info->turn) - queue->first : HOIST_TURN_UNKNOWN;
}
