/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-upload.h"

/**
 * HoistUpload:
 *
 * One upload as a row sees it: the latest [struct@UploadInfo] as properties.
 *
 * Belongs to the main thread. [class@UploadList] makes them as they are asked
 * for and keeps them up to date.
 */
struct _HoistUpload
{
  GObject parent_instance;

  HoistUploadInfo *info; /* (owned) */
};

G_DEFINE_FINAL_TYPE (HoistUpload, hoist_upload, G_TYPE_OBJECT)

typedef enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_DESTINATION_ID,
  PROP_STATE,
  PROP_RESTORED,
  PROP_SIZE_BYTES,
  PROP_SENT_BYTES,
  PROP_BYTES_PER_S,
  PROP_FRACTION,
  PROP_ERROR_MESSAGE,
  PROP_LOCATION,
} HoistUploadProperty;

static GParamSpec *properties[PROP_LOCATION + 1];

static guint changed_signal;

/* What is shown before the server has confirmed: never the whole bar, even
 * when all bytes have been sent. */
#define MOST_UNCONFIRMED_FRACTION 0.99

static double
info_get_fraction (const HoistUploadInfo *info)
{
  if (info->state == HOIST_UPLOAD_DONE)
    return 1.0;
  if (info->size_bytes == 0)
    return 0.0;
  return MIN ((double) info->sent_bytes / (double) info->size_bytes, MOST_UNCONFIRMED_FRACTION);
}

static void
hoist_upload_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  HoistUpload *self = HOIST_UPLOAD (object);
  const HoistUploadInfo *info = self->info;

  switch ((HoistUploadProperty) property_id)
    {
    case PROP_ID:
      g_value_set_uint64 (value, info->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, info->name);
      break;
    case PROP_DESTINATION_ID:
      g_value_set_string (value, info->destination_id);
      break;
    case PROP_STATE:
      g_value_set_uint (value, info->state);
      break;
    case PROP_RESTORED:
      g_value_set_boolean (value, info->restored);
      break;
    case PROP_SIZE_BYTES:
      g_value_set_uint64 (value, info->size_bytes);
      break;
    case PROP_SENT_BYTES:
      g_value_set_uint64 (value, info->sent_bytes);
      break;
    case PROP_BYTES_PER_S:
      g_value_set_uint64 (value, info->bytes_per_s);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, info_get_fraction (info));
      break;
    case PROP_ERROR_MESSAGE:
      g_value_set_string (value, info->error_message);
      break;
    case PROP_LOCATION:
      g_value_set_string (value, info->location);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
hoist_upload_finalize (GObject *object)
{
  HoistUpload *self = HOIST_UPLOAD (object);

  g_clear_pointer (&self->info, hoist_upload_info_unref);

  G_OBJECT_CLASS (hoist_upload_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  /**
   * HoistUpload:id: (getter get_id)
   *
   * The engine's number for it. Never changes.
   */
  properties[PROP_ID] = g_param_spec_uint64 ("id", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * HoistUpload:name:
   *
   * The name for people: valid UTF-8, with `/` between folders and file.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /**
   * HoistUpload:destination-id:
   *
   * The id of the destination that it goes to.
   */
  properties[PROP_DESTINATION_ID] = g_param_spec_string ("destination-id", NULL, NULL, NULL, flags);
  /**
   * HoistUpload:state: (getter get_state)
   *
   * Where it is in its life, a [enum@UploadState].
   */
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * HoistUpload:restored:
   *
   * Whether it is left over from an earlier run, and nobody said what to do.
   */
  properties[PROP_RESTORED] = g_param_spec_boolean ("restored", NULL, NULL, FALSE, flags);
  /**
   * HoistUpload:size-bytes:
   *
   * The file's size in bytes.
   */
  properties[PROP_SIZE_BYTES] =
    g_param_spec_uint64 ("size-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * HoistUpload:sent-bytes:
   *
   * Bytes that the server acknowledged.
   */
  properties[PROP_SENT_BYTES] =
    g_param_spec_uint64 ("sent-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * HoistUpload:bytes-per-s:
   *
   * Smoothed speed in bytes a second; 0 when it does not move.
   */
  properties[PROP_BYTES_PER_S] =
    g_param_spec_uint64 ("bytes-per-s", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * HoistUpload:fraction: (getter get_fraction)
   *
   * How much is done, 0 to 1. It is 1 only when the server has confirmed.
   */
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  /**
   * HoistUpload:error-message:
   *
   * (nullable): what went wrong, for people.
   */
  properties[PROP_ERROR_MESSAGE] = g_param_spec_string ("error-message", NULL, NULL, NULL, flags);
  /**
   * HoistUpload:location:
   *
   * (nullable): where the object is, once done.
   */
  properties[PROP_LOCATION] = g_param_spec_string ("location", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
hoist_upload_class_init (HoistUploadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hoist_upload_get_property;
  object_class->finalize = hoist_upload_finalize;

  install_properties (object_class);

  /**
   * HoistUpload::changed:
   * @self: the upload
   *
   * Emitted once after each update, whatever changed in it: also what has no
   * property of its own, such as the time of the next try.
   */
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
hoist_upload_init (HoistUpload *self)
{
}

/**
 * hoist_upload_new:
 * @info: what is known of it
 *
 * Makes the object for an upload.
 *
 * Returns: (transfer full): the upload
 */
HoistUpload *
hoist_upload_new (HoistUploadInfo *info)
{
  g_return_val_if_fail (info != NULL, NULL);

  HoistUpload *self = g_object_new (HOIST_TYPE_UPLOAD, NULL);

  self->info = hoist_upload_info_ref (info);
  return self;
}

static void
notify_if (HoistUpload *self, HoistUploadProperty property, gboolean changed)
{
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * hoist_upload_update:
 * @self: the upload
 * @info: what is known of it now, with the same id
 *
 * Takes over what changed: notifies the properties that differ, then emits
 * [signal@Upload::changed].
 */
void
hoist_upload_update (HoistUpload *self, HoistUploadInfo *info)
{
  g_return_if_fail (HOIST_IS_UPLOAD (self));
  g_return_if_fail (info != NULL && info->id == self->info->id);

  if (info == self->info)
    return;

  g_autoptr (HoistUploadInfo) old = g_steal_pointer (&self->info);
  self->info = hoist_upload_info_ref (info);

  g_object_freeze_notify (G_OBJECT (self));
  notify_if (self, PROP_NAME, g_strcmp0 (old->name, info->name) != 0);
  notify_if (self, PROP_DESTINATION_ID, g_strcmp0 (old->destination_id, info->destination_id) != 0);
  notify_if (self, PROP_STATE, old->state != info->state);
  notify_if (self, PROP_RESTORED, old->restored != info->restored);
  notify_if (self, PROP_SIZE_BYTES, old->size_bytes != info->size_bytes);
  notify_if (self, PROP_SENT_BYTES, old->sent_bytes != info->sent_bytes);
  notify_if (self, PROP_BYTES_PER_S, old->bytes_per_s != info->bytes_per_s);
  notify_if (self, PROP_FRACTION, info_get_fraction (old) != info_get_fraction (info));
  notify_if (self, PROP_ERROR_MESSAGE, g_strcmp0 (old->error_message, info->error_message) != 0);
  notify_if (self, PROP_LOCATION, g_strcmp0 (old->location, info->location) != 0);
  g_object_thaw_notify (G_OBJECT (self));

  g_signal_emit (self, changed_signal, 0);
}

/**
 * hoist_upload_get_info:
 * @self: the upload
 *
 * Gets all that is known of it. Valid until the next update: whoever keeps it
 * longer takes a reference.
 *
 * Returns: (transfer none): the snapshot
 */
const HoistUploadInfo *
hoist_upload_get_info (HoistUpload *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD (self), NULL);

  return self->info;
}

/**
 * hoist_upload_get_id:
 * @self: the upload
 *
 * Gets the engine's number for it.
 *
 * Returns: the id
 */
guint64
hoist_upload_get_id (HoistUpload *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD (self), 0);

  return self->info->id;
}

/**
 * hoist_upload_get_state:
 * @self: the upload
 *
 * Gets where it is in its life.
 *
 * Returns: the state
 */
HoistUploadState
hoist_upload_get_state (HoistUpload *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD (self), HOIST_UPLOAD_QUEUED);

  return self->info->state;
}

/**
 * hoist_upload_get_fraction:
 * @self: the upload
 *
 * Gets how much is done. It is 1 only when the server has confirmed.
 *
 * Returns: 0 to 1
 */
double
hoist_upload_get_fraction (HoistUpload *self)
{
  g_return_val_if_fail (HOIST_IS_UPLOAD (self), 0);

  return info_get_fraction (self->info);
}
