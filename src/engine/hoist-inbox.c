/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-inbox.h"

/* So long one turn of the main loop may be busy with the list, as far as can be known before: what
 * a list's change costs whoever looks at it is known afterwards only. */
#define TURN_US 4000

/* Changes that are applied at once: to begin with, and the limits of what it is found to be. */
#define FIRST_SLICE 64
#define MIN_SLICE 8
#define MAX_SLICE 1000

/* When frames leave no time for anything below them, it is still as late as this at most. */
#define MAX_WAIT_MS 100

struct _HoistInbox
{
  HoistUploadList *list; /* (owned) */
  GMainContext *context; /* (owned) of the list */
  HoistInboxTakenFunc taken;
  GObject *owner; /* (unowned) held by the sources */
  HoistInboxClock clock;

  GMutex lock;          /* what follows */
  GQueue sets;          /* (owned) (element-type HoistChangeSet) in order */
  gboolean told;        /* there is something to take, or has just been */
  GSource *idle_source; /* (owned) (nullable) */
  GSource *late_source; /* (owned) (nullable) */

  /* thread of the list only */
  HoistChangeSet *set; /* (owned) (nullable) is being taken */
  guint n_infos;       /* of it, in the list already */
  guint n_removed;     /* likewise */
  guint slice;
};

/* What a source has: the inbox, and its owner, who must not go before. */
typedef struct
{
  HoistInbox *inbox;
  GObject *owner; /* (owned) */
} Turn;

static gboolean turn_cb (gpointer data);

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_object_unref (turn->owner);
  g_free (turn);
}

static GSource *
attach (HoistInbox *self, GSource *source, int priority)
{
  Turn *turn = g_new0 (Turn, 1);

  turn->inbox = self;
  turn->owner = g_object_ref (self->owner);
  g_source_set_priority (source, priority);
  g_source_set_callback (source, turn_cb, turn, turn_free);
  g_source_attach (source, self->context);
  return source;
}

static void
detach (GSource **source)
{
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Below input and drawing; and once more above them, for when these never end. */
static void
wake_locked (HoistInbox *self)
{
  self->idle_source = attach (self, g_idle_source_new (), G_PRIORITY_DEFAULT_IDLE);
  self->late_source = attach (self, g_timeout_source_new (MAX_WAIT_MS), G_PRIORITY_DEFAULT);
}

/* The next set, if none is being taken. */
static gboolean
ensure_set (HoistInbox *self)
{
  if (self->set != NULL)
    return TRUE;
  g_mutex_lock (&self->lock);
  self->set = g_queue_pop_head (&self->sets);
  self->told = self->set != NULL;
  g_mutex_unlock (&self->lock);
  self->n_infos = self->n_removed = 0;
  return self->set != NULL;
}

/* The next changes of the set, batches with the last ones. */
static HoistChangeSet *
cut_slice (HoistInbox *self)
{
  HoistChangeSet *slice = hoist_change_set_new ();
  HoistChangeSet *set = self->set;
  guint n_removed;

  while (self->n_infos < set->infos->len && slice->infos->len < self->slice)
    g_ptr_array_add (slice->infos,
                     hoist_upload_info_ref (g_ptr_array_index (set->infos, self->n_infos++)));
  n_removed = MIN (set->removed->len - self->n_removed, self->slice - slice->infos->len);
  if (n_removed > 0)
    g_array_append_vals (slice->removed, &g_array_index (set->removed, guint64, self->n_removed),
                         n_removed);
  self->n_removed += n_removed;
  if (self->n_infos == set->infos->len && self->n_removed == set->removed->len &&
      set->batches->len > 0)
    g_array_append_vals (slice->batches, set->batches->data, set->batches->len);
  return slice;
}

/* Returns what it cost, and learns from that. */
static gint64
apply_slice (HoistInbox *self)
{
  g_autoptr (HoistChangeSet) slice = cut_slice (self);
  gint64 begun_us = self->clock ();
  gint64 spent_us;

  hoist_upload_list_apply (self->list, slice);
  spent_us = self->clock () - begun_us;
  if (spent_us > TURN_US / 2)
    self->slice = MAX (self->slice / 2, MIN_SLICE);
  else if (spent_us < TURN_US / 4)
    self->slice = MIN (self->slice * 2, MAX_SLICE);
  return spent_us;
}

static gboolean
set_is_taken (HoistInbox *self)
{
  return self->n_infos == self->set->infos->len && self->n_removed == self->set->removed->len;
}

/* As much as there is time for. */
static void
take_turn (HoistInbox *self)
{
  gint64 begun_us = self->clock ();
  gint64 spent_us;

  do
    {
      spent_us = apply_slice (self);
      if (set_is_taken (self))
        {
          g_clear_pointer (&self->set, hoist_change_set_free);
          self->taken (self->owner);
        }
    }
  while (ensure_set (self) && self->clock () - begun_us + spent_us <= TURN_US);
}

static gboolean
turn_cb (gpointer data)
{
  HoistInbox *self = ((Turn *) data)->inbox;
  g_autoptr (GObject) owner = g_object_ref (self->owner);

  /* Either of them stands for both. */
  g_mutex_lock (&self->lock);
  detach (&self->idle_source);
  detach (&self->late_source);
  g_mutex_unlock (&self->lock);

  if (ensure_set (self))
    take_turn (self);
  if (self->set == NULL)
    return G_SOURCE_REMOVE;
  g_mutex_lock (&self->lock);
  wake_locked (self);
  g_mutex_unlock (&self->lock);
  return G_SOURCE_REMOVE;
}

/**
 * hoist_inbox_new:
 * @list: where change sets go
 * @context: of the thread that @list belongs to
 * @taken: called there after each set, which is in @list then
 * @owner: for @taken; held while there are sets, and must free the inbox when it goes
 *
 * Makes an inbox. @list gets what is put into it on its own thread, below input and drawing, for a
 * few milliseconds in each turn of the main loop.
 *
 * Returns: (transfer full): the inbox
 */
HoistInbox *
hoist_inbox_new (HoistUploadList *list,
                 GMainContext *context,
                 HoistInboxTakenFunc taken,
                 GObject *owner)
{
  HoistInbox *self = g_new0 (HoistInbox, 1);

  self->list = g_object_ref (list);
  self->context = g_main_context_ref (context);
  self->taken = taken;
  self->owner = owner;
  self->clock = g_get_monotonic_time;
  self->slice = FIRST_SLICE;
  g_mutex_init (&self->lock);
  g_queue_init (&self->sets);
  return self;
}

/**
 * hoist_inbox_free:
 * @self: (transfer full): an inbox, on the thread of its list
 *
 * Frees @self, and what is still in it.
 */
void
hoist_inbox_free (HoistInbox *self)
{
  g_clear_pointer (&self->set, hoist_change_set_free);
  g_queue_clear_full (&self->sets, (GDestroyNotify) hoist_change_set_free);
  g_mutex_clear (&self->lock);
  g_main_context_unref (self->context);
  g_object_unref (self->list);
  g_free (self);
}

/**
 * hoist_inbox_put:
 * @self: an inbox
 * @changes: (transfer full): a change set
 *
 * Gives the list a change set, after those that were put in before. From any thread.
 */
void
hoist_inbox_put (HoistInbox *self, HoistChangeSet *changes)
{
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->sets, changes);
  if (!self->told)
    wake_locked (self);
  self->told = TRUE;
  g_mutex_unlock (&self->lock);
}

/**
 * hoist_inbox_set_clock:
 * @self: an inbox
 * @clock: a clock
 *
 * Lets tests say how long the list took.
 */
void
hoist_inbox_set_clock (HoistInbox *self, HoistInboxClock clock)
{
  self->clock = clock;
}
