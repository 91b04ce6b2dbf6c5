/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destination-store.h"

#include <unistd.h>

#include "hoist-destination-file-private.h"
#include "hoist-destination-store-private.h"
#include "hoist-preset-files.h"
#include "hoist-sandbox.h"

/**
 * HoistDestinationStore:
 *
 * The destinations that are set up, as a #GListModel of [class@Destination] in
 * the order of the file `$XDG_CONFIG_HOME/hoist/destinations.conf`.
 *
 * The file is what counts: each change reads it anew, changes it and replaces
 * it, on a thread, so that the application and hoistctl can both change it. The
 * objects stay the same ones while what they say follows the file. Secrets are
 * not in it ([class@SecretStore]).
 */

static void hoist_destination_store_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HoistDestinationStore,
                               hoist_destination_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hoist_destination_store_model_init))

typedef enum
{
  PROP_DEFAULT = 1,
} HoistDestinationStoreProperty;

static GParamSpec *properties[PROP_DEFAULT + 1];

enum
{
  SIGNAL_CHANGED,
  SIGNAL_PROBLEM,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct
{
  /* Input */
  HoistStoreOp kind;
  char *path;                    /* (owned) */
  GStrv folders;                 /* (owned) of an administrator */
  HoistDestination *destination; /* (owned) (nullable) */
  char *id;                      /* (owned) (nullable) of what is meant; of what was added */
  char *other_id;                /* (owned) (nullable) of what it is to stand before; a path */
  HoistImportPolicy policy;

  /* Output */
  HoistDestinationFile *file; /* (owned) (nullable) */
  GStrv watched;              /* (owned) (nullable) folders that tell of an administrator's files */
  GPtrArray *outcomes;        /* (owned) (nullable) (element-type HoistImportOutcome) */
} Op;

static void
op_free (Op *op)
{
  g_free (op->path);
  g_strfreev (op->folders);
  g_strfreev (op->watched);
  g_clear_object (&op->destination);
  g_free (op->id);
  g_free (op->other_id);
  g_clear_pointer (&op->outcomes, g_ptr_array_unref);
  g_clear_pointer (&op->file, hoist_destination_file_free);
  g_free (op);
}

static gboolean
op_change (Op *op, GError **error)
{
  switch (op->kind)
    {
    case HOIST_STORE_OP_ADD:
      op->id = g_strdup (hoist_destination_file_add (op->file, op->destination, error));
      return op->id != NULL;
    case HOIST_STORE_OP_UPDATE:
      return hoist_destination_file_update (op->file, op->destination, error);
    case HOIST_STORE_OP_REMOVE:
      return hoist_destination_file_remove (op->file, op->id, error);
    case HOIST_STORE_OP_SET_DEFAULT:
      return hoist_destination_file_set_default (op->file, op->id, error);
    case HOIST_STORE_OP_MOVE:
      return hoist_destination_file_move (op->file, op->id, op->other_id, error);
    case HOIST_STORE_OP_IMPORT:
      op->outcomes = hoist_destination_file_import (op->file, op->other_id, op->policy, error);
      return op->outcomes != NULL;
    case HOIST_STORE_OP_LOAD:
    case HOIST_STORE_OP_WATCH:
    default:
      g_return_val_if_reached (FALSE);
    }
}

static void
op_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Op *op = task_data;
  g_autoptr (GError) error = NULL;
  HoistDestinationPresets *presets;
  gboolean reads_only = op->kind == HOIST_STORE_OP_LOAD || op->kind == HOIST_STORE_OP_WATCH;
  int lock = op->kind == HOIST_STORE_OP_LOAD ? -1 : hoist_destination_file_lock (op->path);

  op->watched = hoist_preset_files_list_watched ((const char *const *) op->folders);
  presets = hoist_destination_presets_read ((const char *const *) op->folders);
  op->file = hoist_destination_file_read (op->path, presets, &error);
  if (op->file != NULL && !reads_only && op_change (op, &error))
    hoist_destination_file_write (op->file, op->path, &error);
  if (lock >= 0)
    close (lock);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* Swaps in @items, and tells the smallest range that differs. */
static gboolean
replace_items (HoistDestinationStore *self, GPtrArray *items)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->items);
  guint n_same = 0, n_same_end = 0;
  guint n_least = MIN (old->len, items->len);

  self->items = g_ptr_array_ref (items);
  while (n_same < n_least && old->pdata[n_same] == items->pdata[n_same])
    n_same++;
  while (n_same_end < n_least - n_same &&
         old->pdata[old->len - 1 - n_same_end] == items->pdata[items->len - 1 - n_same_end])
    n_same_end++;

  if (n_same == old->len && n_same == items->len)
    return FALSE;
  g_list_model_items_changed (G_LIST_MODEL (self), n_same, old->len - n_same - n_same_end,
                              items->len - n_same - n_same_end);
  return TRUE;
}

static gboolean
update_default (HoistDestinationStore *self, const char *id)
{
  HoistDestination *by_default = hoist_destination_store_find (self, id);

  if (by_default == NULL && self->items->len > 0)
    by_default = g_ptr_array_index (self->items, 0);
  if (by_default == self->by_default)
    return FALSE;

  self->by_default = by_default;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEFAULT]);
  return TRUE;
}

/* Takes over what is in the file; destinations that we have stay the same objects. */
static void
apply_file (HoistDestinationStore *self, HoistDestinationFile *file)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  /* Kept until the default is another one. */
  g_autoptr (GPtrArray) old = g_ptr_array_ref (self->items);
  gboolean changed = FALSE;

  for (guint i = 0; i < file->destinations->len; i++)
    {
      HoistDestination *read = g_ptr_array_index (file->destinations, i);
      HoistDestination *known =
        hoist_destination_store_find (self, hoist_destination_get_id (read));

      if (known != NULL)
        changed |= hoist_destination_assign (known, read);
      g_ptr_array_add (items, g_object_ref (known != NULL ? known : read));
    }
  self->default_locked = file->presets->default_locked;
  g_free (self->preset_problem);
  self->preset_problem = file->presets->problem != NULL ? g_strdup (file->presets->problem->message)
                                                        : NULL;
  changed |= replace_items (self, items);
  changed |= update_default (self, file->default_id);
  if (changed)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void run_next (HoistDestinationStore *self);

static void
op_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  HoistDestinationStore *self = g_task_get_source_object (task);
  Op *op = g_task_get_task_data (task);

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      apply_file (self, op->file);
      if (op->kind == HOIST_STORE_OP_LOAD && op->file->problem != NULL)
        error = g_error_copy (op->file->problem);
    }
  if (op->kind == HOIST_STORE_OP_WATCH)
    hoist_destination_store_start_watching (self);
  hoist_destination_store_follow_presets (self, (const char *const *) op->watched);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (op->kind == HOIST_STORE_OP_ADD)
    g_task_return_pointer (task, g_object_ref (hoist_destination_store_find (self, op->id)),
                           g_object_unref);
  else if (op->kind == HOIST_STORE_OP_IMPORT)
    g_task_return_pointer (task, g_steal_pointer (&op->outcomes),
                           (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_boolean (task, TRUE);

  self->busy = FALSE;
  run_next (self);
}

static void
run_next (HoistDestinationStore *self)
{
  while (!self->busy && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);
      g_autoptr (GTask) inner = NULL;

      if (g_task_return_error_if_cancelled (task))
        continue;

      /* From here on it happens, and is said so. */
      g_task_set_check_cancellable (task, FALSE);
      self->busy = TRUE;
      /* Without us as its source: the thread may be the last to let go of it. */
      inner = g_task_new (NULL, NULL, op_done_cb, g_object_ref (task));
      g_task_set_source_tag (inner, run_next);
      g_task_set_task_data (inner, g_task_get_task_data (task), NULL);
      g_task_run_in_thread (inner, op_in_thread);
    }
}

/**
 * hoist_destination_store_start_op: (skip)
 * @self: the store
 * @kind: what to do
 * @destination: (nullable): what it is about; a copy is made
 * @id: (nullable): the id of what it is about
 * @other_id: (nullable): the id of another one that it is about, or a file's path
 * @policy: what to do where a name is there already
 * @source_tag: the function that a person called
 * @cancellable: (nullable): ends it while it waits for its turn
 * @callback: (nullable): called when it is done
 * @user_data: for @callback
 *
 * Does it on a thread, after all that was started before.
 */
void
hoist_destination_store_start_op (HoistDestinationStore *self,
                                  HoistStoreOp kind,
                                  HoistDestination *destination,
                                  const char *id,
                                  const char *other_id,
                                  HoistImportPolicy policy,
                                  gpointer source_tag,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Op *op = g_new0 (Op, 1);

  op->kind = kind;
  op->path = g_strdup (self->path);
  op->folders = g_strdupv (self->folders);
  /* The caller may go on changing its own. */
  if (destination != NULL)
    op->destination = hoist_destination_copy (destination, hoist_destination_get_id (destination));
  op->id = g_strdup (id);
  op->other_id = g_strdup (other_id);
  op->policy = policy;
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, op, (GDestroyNotify) op_free);
  g_queue_push_tail (&self->waiting, task);
  run_next (self);
}

static GType
hoist_destination_store_get_item_type (GListModel *model)
{
  return HOIST_TYPE_DESTINATION;
}

static guint
hoist_destination_store_get_n_items (GListModel *model)
{
  return HOIST_DESTINATION_STORE (model)->items->len;
}

static gpointer
hoist_destination_store_get_item (GListModel *model, guint position)
{
  HoistDestinationStore *self = HOIST_DESTINATION_STORE (model);

  if (position >= self->items->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->items, position));
}

static void
hoist_destination_store_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hoist_destination_store_get_item_type;
  iface->get_n_items = hoist_destination_store_get_n_items;
  iface->get_item = hoist_destination_store_get_item;
}

static void
hoist_destination_store_get_property (GObject *object,
                                      guint property_id,
                                      GValue *value,
                                      GParamSpec *pspec)
{
  HoistDestinationStore *self = HOIST_DESTINATION_STORE (object);

  switch ((HoistDestinationStoreProperty) property_id)
    {
    case PROP_DEFAULT:
      g_value_set_object (value, self->by_default);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
hoist_destination_store_dispose (GObject *object)
{
  HoistDestinationStore *self = HOIST_DESTINATION_STORE (object);

  hoist_destination_store_stop_watching (self);

  G_OBJECT_CLASS (hoist_destination_store_parent_class)->dispose (object);
}

static void
hoist_destination_store_finalize (GObject *object)
{
  HoistDestinationStore *self = HOIST_DESTINATION_STORE (object);

  g_free (self->path);
  g_strfreev (self->folders);
  g_free (self->preset_problem);
  g_ptr_array_unref (self->items);
  g_free (self->last_problem);

  G_OBJECT_CLASS (hoist_destination_store_parent_class)->finalize (object);
}

static void
hoist_destination_store_class_init (HoistDestinationStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hoist_destination_store_get_property;
  object_class->dispose = hoist_destination_store_dispose;
  object_class->finalize = hoist_destination_store_finalize;

  /**
   * HoistDestinationStore:default: (getter get_default)
   *
   * (nullable): where files go when nobody says where.
   */
  properties[PROP_DEFAULT] =
    g_param_spec_object ("default", NULL, NULL, HOIST_TYPE_DESTINATION,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * HoistDestinationStore::changed:
   * @self: the store
   *
   * Emitted after anything changed: a destination came, went or says something
   * else, or the default is another one.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * HoistDestinationStore::problem:
   * @self: the store
   * @error: what is wrong, for people
   *
   * Emitted when the watched file was changed so that it cannot be used, or not
   * all of it. What was there before stays in use when nothing can be read.
   */
  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
hoist_destination_store_init (HoistDestinationStore *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->waiting);
  self->folders = hoist_preset_files_get_folders (hoist_sandbox_is_flatpak ());
}

/**
 * hoist_destination_store_new:
 * @path: (nullable): the file; %NULL for the person's own,
 *   `$XDG_CONFIG_HOME/hoist/destinations.conf`
 *
 * Makes a store. It is empty until [method@DestinationStore.load_async].
 *
 * Returns: (transfer full): the store
 */
HoistDestinationStore *
hoist_destination_store_new (const char *path)
{
  HoistDestinationStore *self = g_object_new (HOIST_TYPE_DESTINATION_STORE, NULL);

  self->path = path != NULL
                 ? g_strdup (path)
                 : g_build_filename (g_get_user_config_dir (), "hoist", "destinations.conf", NULL);
  return self;
}

/**
 * hoist_destination_store_get_path:
 * @self: the store
 *
 * Gets which file it is.
 *
 * Returns: (transfer none): the path
 */
const char *
hoist_destination_store_get_path (HoistDestinationStore *self)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_STORE (self), NULL);

  return self->path;
}

/**
 * hoist_destination_store_load_async:
 * @self: the store
 * @cancellable: (nullable): ends it while it waits for its turn
 * @callback: called when the store says what the file says
 * @user_data: for @callback
 *
 * Reads the file.
 */
void
hoist_destination_store_load_async (HoistDestinationStore *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_return_if_fail (HOIST_IS_DESTINATION_STORE (self));

  hoist_destination_store_start_op (self, HOIST_STORE_OP_LOAD, NULL, NULL, NULL, HOIST_IMPORT_SKIP,
                                    hoist_destination_store_load_async, cancellable, callback,
                                    user_data);
}

/**
 * hoist_destination_store_finish_op: (skip)
 * @self: the store
 * @result: what the callback got
 * @tag: the function that started it
 * @error: (out) (optional): what went wrong
 *
 * Ends an operation that has no other result.
 *
 * Errors: those of the operation.
 *
 * Returns: whether it was done
 */
gboolean
hoist_destination_store_finish_op (HoistDestinationStore *self,
                                   GAsyncResult *result,
                                   gpointer tag,
                                   GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION_STORE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * hoist_destination_store_load_finish:
 * @self: the store
 * @result: what the callback got
 * @error: (out) (optional): what is wrong with the file
 *
 * Ends [method@DestinationStore.load_async]. With an error there may still be
 * destinations: those that are good.
 *
 * Errors: %HOIST_ERROR_STORE_DAMAGED; %G_IO_ERROR_CANCELLED.
 *
 * Returns: whether all of the file is in use
 */
gboolean
hoist_destination_store_load_finish (HoistDestinationStore *self,
                                     GAsyncResult *result,
                                     GError **error)
{
  return hoist_destination_store_finish_op (self, result, hoist_destination_store_load_async,
                                            error);
}
