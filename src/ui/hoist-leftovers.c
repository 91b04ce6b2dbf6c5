/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-leftovers.h"

#include "hoist-unfinished-format.h"

/* How much each holds is a listing for each; and nobody reads more in a window. */
#define MAX_EACH 1000

/**
 * HoistLeftovers:
 *
 * Asks each destination, one after the other, for uploads that were begun and
 * never completed and that are in no list here. What cannot be asked now is left
 * out, and said.
 */
struct _HoistLeftovers
{
  GObject parent_instance;

  HoistUploader *uploader;          /* (owned) */
  HoistDestinationBackend *backend; /* (owned) */
  GCancellable *cancellable;        /* (owned) (nullable) of the questions under way */
  GPtrArray *found;                 /* (owned) (element-type HoistLeftover) */
  gboolean more;                    /* there are others besides */
  GError *error;                    /* (owned) (nullable) why a destination could not be asked */
  guint n_asking;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HoistLeftovers, hoist_leftovers, G_TYPE_OBJECT)

/* A question to one destination. */
typedef struct
{
  HoistLeftovers *self;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  char *destination_id;      /* (owned) */
  guint n_found;
} Ask;

static void
ask_free (Ask *ask)
{
  g_object_unref (ask->self);
  g_object_unref (ask->cancellable);
  g_free (ask->destination_id);
  g_free (ask);
}

static void
leftover_free (HoistLeftover *leftover)
{
  g_free (leftover->destination_id);
  hoist_unfinished_free (leftover->upload);
  g_free (leftover);
}

static void
changed (HoistLeftovers *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
add (Ask *ask, const HoistUnfinished *upload)
{
  HoistLeftover *leftover = g_new0 (HoistLeftover, 1);

  leftover->destination_id = g_strdup (ask->destination_id);
  leftover->upload = hoist_unfinished_copy (upload);
  g_ptr_array_add (ask->self->found, leftover);
  ask->n_found++;
}

static void send (Ask *ask, const char *after);

static void
end_ask (Ask *ask)
{
  HoistLeftovers *self = g_object_ref (ask->self);
  gboolean is_current = ask->cancellable == self->cancellable;

  ask_free (ask);
  if (is_current)
    {
      self->n_asking--;
      changed (self);
    }
  g_object_unref (self);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Ask *ask = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistUnfinishedPage) page =
    hoist_uploader_list_unfinished_finish (HOIST_UPLOADER (source), result, &error);

  if (ask->cancellable != ask->self->cancellable)
    {
      end_ask (ask);
      return;
    }
  for (guint i = 0; page != NULL && i < page->uploads->len; i++)
    add (ask, page->uploads->pdata[i]);
  if (page != NULL && page->next != NULL && ask->n_found < MAX_EACH)
    {
      send (ask, page->next);
      return;
    }
  if (page != NULL)
    ask->self->more |= page->next != NULL;
  else if (ask->self->error == NULL &&
           !g_error_matches (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED))
    ask->self->error = g_steal_pointer (&error);
  end_ask (ask);
}

static void
send (Ask *ask, const char *after)
{
  hoist_uploader_list_unfinished_async (ask->self->uploader, ask->destination_id, after, TRUE,
                                        ask->cancellable, page_cb, ask);
}

static void
hoist_leftovers_dispose (GObject *object)
{
  HoistLeftovers *self = HOIST_LEFTOVERS (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (hoist_leftovers_parent_class)->dispose (object);
}

static void
hoist_leftovers_finalize (GObject *object)
{
  HoistLeftovers *self = HOIST_LEFTOVERS (object);

  g_object_unref (self->uploader);
  g_object_unref (self->backend);
  g_ptr_array_unref (self->found);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (hoist_leftovers_parent_class)->finalize (object);
}

static void
hoist_leftovers_class_init (HoistLeftoversClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hoist_leftovers_dispose;
  object_class->finalize = hoist_leftovers_finalize;

  /**
   * HoistLeftovers::changed:
   * @self: leftovers
   *
   * Emitted when there are others, or when asking ended.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", HOIST_TYPE_LEFTOVERS, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  /**
   * HoistLeftovers::failed:
   * @self: leftovers
   * @error: why something could not be cleared
   *
   * Emitted when clearing could not even begin.
   */
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", HOIST_TYPE_LEFTOVERS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
hoist_leftovers_init (HoistLeftovers *self)
{
  self->found = g_ptr_array_new_with_free_func ((GDestroyNotify) leftover_free);
}

/**
 * hoist_leftovers_new:
 * @uploader: whom to ask
 * @backend: who knows the destinations
 *
 * Returns: (transfer full): leftovers; nothing is asked yet
 */
HoistLeftovers *
hoist_leftovers_new (HoistUploader *uploader, HoistDestinationBackend *backend)
{
  HoistLeftovers *self = g_object_new (HOIST_TYPE_LEFTOVERS, NULL);

  self->uploader = g_object_ref (uploader);
  self->backend = g_object_ref (backend);
  return self;
}

/**
 * hoist_leftovers_refresh:
 * @self: leftovers
 *
 * Asks all destinations anew.
 */
void
hoist_leftovers_refresh (HoistLeftovers *self)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);

  g_return_if_fail (HOIST_IS_LEFTOVERS (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_ptr_array_set_size (self->found, 0);
  g_clear_error (&self->error);
  self->more = FALSE;
  self->n_asking = g_list_model_get_n_items (destinations);
  for (guint i = 0; i < g_list_model_get_n_items (destinations); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (destinations, i);
      Ask *ask = g_new0 (Ask, 1);

      ask->self = g_object_ref (self);
      ask->cancellable = g_object_ref (self->cancellable);
      ask->destination_id = g_strdup (hoist_destination_get_id (destination));
      send (ask, NULL);
    }
  changed (self);
}

/**
 * hoist_leftovers_is_loading:
 * @self: leftovers
 *
 * Returns: whether a destination has not answered yet
 */
gboolean
hoist_leftovers_is_loading (HoistLeftovers *self)
{
  return self->n_asking > 0;
}

/**
 * hoist_leftovers_get_error:
 * @self: leftovers
 *
 * Returns: (transfer none) (nullable): why a destination could not be asked
 */
const GError *
hoist_leftovers_get_error (HoistLeftovers *self)
{
  return self->error;
}

/**
 * hoist_leftovers_get_length:
 * @self: leftovers
 *
 * Returns: how many were found
 */
guint
hoist_leftovers_get_length (HoistLeftovers *self)
{
  return self->found->len;
}

/**
 * hoist_leftovers_get:
 * @self: leftovers
 * @index: from 0
 *
 * Returns: (transfer none): one of them
 */
const HoistLeftover *
hoist_leftovers_get (HoistLeftovers *self, guint index)
{
  g_return_val_if_fail (index < self->found->len, NULL);
  return g_ptr_array_index (self->found, index);
}

static gboolean
find (HoistLeftovers *self, const char *id, guint *index)
{
  for (guint i = 0; i < self->found->len; i++)
    {
      const HoistLeftover *leftover = g_ptr_array_index (self->found, i);
      g_autofree char *own_id = hoist_unfinished_dup_id (leftover->upload);

      *index = i;
      if (g_str_equal (own_id, id))
        return TRUE;
    }
  return FALSE;
}

/**
 * hoist_leftovers_lookup:
 * @self: leftovers
 * @id: of hoist_unfinished_dup_id()
 *
 * Returns: (transfer none) (nullable): the one of this name
 */
const HoistLeftover *
hoist_leftovers_lookup (HoistLeftovers *self, const char *id)
{
  guint index;

  return find (self, id, &index) ? g_ptr_array_index (self->found, index) : NULL;
}

/**
 * hoist_leftovers_dup_sum:
 * @self: leftovers
 *
 * Returns: (transfer full): how much they hold: «12.4 GB»
 */
char *
hoist_leftovers_dup_sum (HoistLeftovers *self)
{
  g_autoptr (GPtrArray) uploads = g_ptr_array_new ();

  for (guint i = 0; i < self->found->len; i++)
    g_ptr_array_add (uploads, ((HoistLeftover *) self->found->pdata[i])->upload);
  return hoist_unfinished_format_sum (uploads, self->more);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HoistLeftovers) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids =
    hoist_uploader_clear_unfinished_finish (HOIST_UPLOADER (source), result, &error);

  if (ids != NULL)
    return;
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
  hoist_leftovers_refresh (self);
}

/* The leftovers of one destination among @ids go in one call. */
static void
clear_of (HoistLeftovers *self, const char *destination_id, GPtrArray *ids)
{
  g_autoptr (GPtrArray) uploads =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);

  for (guint i = 0; i < ids->len && uploads->len < HOIST_UPLOADER_MAX_CLEAR; i++)
    {
      const HoistLeftover *leftover = hoist_leftovers_lookup (self, ids->pdata[i]);

      if (leftover != NULL && g_str_equal (leftover->destination_id, destination_id))
        g_ptr_array_add (uploads, hoist_unfinished_copy (leftover->upload));
    }
  if (uploads->len > 0)
    hoist_uploader_clear_unfinished_async (self->uploader, destination_id, uploads, NULL,
                                           cleared_cb, g_object_ref (self));
}

/**
 * hoist_leftovers_clear:
 * @self: leftovers
 * @ids: (element-type utf8): of hoist_unfinished_dup_id()
 *
 * Has some cleared. They leave this list at once; the list of uploads shows how it goes.
 */
void
hoist_leftovers_clear (HoistLeftovers *self, GPtrArray *ids)
{
  GListModel *destinations = hoist_destination_backend_get_destinations (self->backend);
  guint index;

  for (guint i = 0; i < g_list_model_get_n_items (destinations); i++)
    {
      g_autoptr (HoistDestination) destination = g_list_model_get_item (destinations, i);

      clear_of (self, hoist_destination_get_id (destination), ids);
    }
  for (guint i = 0; i < ids->len; i++)
    if (find (self, ids->pdata[i], &index))
      g_ptr_array_remove_index (self->found, index);
  changed (self);
}

/**
 * hoist_leftovers_forget:
 * @self: leftovers
 * @id: of hoist_unfinished_dup_id()
 *
 * Takes one off that is in the list of uploads now.
 */
void
hoist_leftovers_forget (HoistLeftovers *self, const char *id)
{
  guint index;

  if (find (self, id, &index))
    g_ptr_array_remove_index (self->found, index);
  changed (self);
}
