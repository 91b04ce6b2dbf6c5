/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the storage has under some keys: the read-back after a delivery, and «verify again». */

#include "hoist-api-handlers.h"
#include "hoist-part-plan.h"

/* Lookups under way at a time for one call: it may ask for a hundred. */
#define MAX_LOOKUPS 8

/* S3's version ids have at most 1,024 bytes (Amazon S3 User Guide, «How S3 Versioning works»). */
#define MAX_VERSION_BYTES 1024

/* One object that was asked for, and what came of it. */
typedef struct
{
  const char *key;            /* borrowed from the request */
  const char *version_id;     /* (nullable) borrowed from the request */
  HoistStorageObject *object; /* (owned) (nullable) */
  GError *error;              /* (owned) (nullable) */
} Lookup;

typedef struct
{
  HoistApiCall *call; /* (owned) */
  gboolean bare;      /* one object without `objects` around it */
  GArray *lookups;    /* (owned) (element-type Lookup) */
  guint n_begun;
  guint n_ended;
} Stat;

typedef struct
{
  Stat *stat;
  guint index;
} Place;

static void
lookup_clear (gpointer data)
{
  Lookup *lookup = data;

  g_clear_pointer (&lookup->object, hoist_storage_object_free);
  g_clear_error (&lookup->error);
}

static void
stat_free (Stat *stat)
{
  g_array_unref (stat->lookups);
  g_free (stat);
}

static gboolean
read_lookup (HoistApiCall *call, const HoistApiObject *from, GArray *lookups, GError **error)
{
  Lookup lookup = { NULL };

  if (!hoist_api_get_string (from, "key", HOIST_S3_MAX_KEY_BYTES, &lookup.key, error) ||
      !hoist_api_get_optional_string (from, "versionId", MAX_VERSION_BYTES, &lookup.version_id,
                                      error))
    return FALSE;
  /* That one key is not ours to show says nothing of the others. */
  hoist_api_call_check_key (call, lookup.key, &lookup.error);
  g_array_append_val (lookups, lookup);
  return TRUE;
}

static gboolean
read_lookups (Stat *stat, GError **error)
{
  HoistApiObject body = hoist_api_call_get_body (stat->call);
  JsonArray *array;

  stat->bare = !hoist_api_has (&body, "objects");
  if (stat->bare)
    return read_lookup (stat->call, &body, stat->lookups, error);
  if (!hoist_api_get_array (&body, "objects", HOIST_API_MAX_STAT_OBJECTS, &array, error))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *where = g_strdup_printf ("objects[%u].", i);
      HoistApiObject from = { hoist_api_get_element (array, i, where, error), where };

      if (from.object == NULL || !read_lookup (stat->call, &from, stat->lookups, error))
        return FALSE;
    }
  return TRUE;
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_time (JsonBuilder *builder, const char *name, gint64 real_s)
{
  g_autofree char *text = real_s > 0 ? hoist_api_format_time (real_s) : NULL;

  add_string (builder, name, text);
}

static void
add_object (JsonBuilder *builder, const Lookup *lookup)
{
  const HoistStorageObject *object = lookup->object;
  /* The storage's own clock where it says it, since its word is the proof; else ours, which is at
   * least not the client's. */
  gint64 now_s = object->answered_s > 0 ? object->answered_s : g_get_real_time () / G_USEC_PER_SEC;

  add_string (builder, "key", lookup->key);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, (gint64) object->size_bytes);
  add_string (builder, "etag", object->etag);
  add_string (builder, "checksumSha256", object->checksum_sha256);
  add_string (builder, "versionId", object->version_id);
  add_time (builder, "lastModified", object->modified_s);
  add_time (builder, "serverTime", now_s);
}

static void
add_lookup (Stat *stat, JsonBuilder *builder, const Lookup *lookup)
{
  json_builder_begin_object (builder);
  if (lookup->object != NULL)
    add_object (builder, lookup);
  else
    {
      add_string (builder, "key", lookup->key);
      hoist_api_add_error (builder, stat->call->message, lookup->error);
    }
  json_builder_end_object (builder);
}

/* Takes over @stat. */
static void
reply (Stat *stat)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  Lookup *first = &g_array_index (stat->lookups, Lookup, 0);

  if (stat->bare && first->error != NULL)
    {
      hoist_api_call_fail (stat->call, g_steal_pointer (&first->error));
      stat_free (stat);
      return;
    }
  if (stat->bare)
    add_lookup (stat, builder, first);
  else
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "objects");
      json_builder_begin_array (builder);
      for (guint i = 0; i < stat->lookups->len; i++)
        add_lookup (stat, builder, &g_array_index (stat->lookups, Lookup, i));
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  hoist_api_call_reply (stat->call, builder);
  stat_free (stat);
}

static void look_up_more (Stat *stat);

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Place *place = user_data;
  Lookup *lookup = &g_array_index (place->stat->lookups, Lookup, place->index);

  lookup->object = hoist_storage_head_finish (HOIST_STORAGE (source), result, &lookup->error);
  /* Old versions are another right on AWS (s3:GetObjectVersion): without it the current one is
   * shown, and its version said. */
  if (lookup->version_id != NULL &&
      g_error_matches (lookup->error, HOIST_API_ERROR, HOIST_API_ERROR_STORAGE_ERROR))
    {
      lookup->version_id = NULL;
      g_clear_error (&lookup->error);
      hoist_storage_head_async (HOIST_STORAGE (source), lookup->key, looked_up_cb,
                                g_steal_pointer (&place));
      return;
    }
  place->stat->n_ended++;
  look_up_more (place->stat);
}

static void
look_up_more (Stat *stat)
{
  while (stat->n_begun < stat->lookups->len && stat->n_begun - stat->n_ended < MAX_LOOKUPS)
    {
      Lookup *lookup = &g_array_index (stat->lookups, Lookup, stat->n_begun);
      Place *place;

      if (lookup->error != NULL)
        {
          stat->n_begun++;
          stat->n_ended++;
          continue;
        }
      place = g_new (Place, 1);
      place->stat = stat;
      place->index = stat->n_begun++;
      hoist_storage_head_version_async (stat->call->storage, lookup->key, lookup->version_id,
                                        looked_up_cb, place);
    }
  if (stat->n_ended == stat->lookups->len)
    reply (stat);
}

/**
 * hoist_api_handle_stat:
 * @call: (transfer full): the call
 *
 * Answers `POST stat`: what the storage has under some keys, a few lookups at a
 * time. What cannot be shown has an error of its own.
 */
void
hoist_api_handle_stat (HoistApiCall *call)
{
  Stat *stat = g_new0 (Stat, 1);
  g_autoptr (GError) error = NULL;

  stat->call = call;
  stat->lookups = g_array_new (FALSE, FALSE, sizeof (Lookup));
  g_array_set_clear_func (stat->lookups, lookup_clear);
  if (read_lookups (stat, &error))
    {
      look_up_more (stat);
      return;
    }
  hoist_api_call_fail (call, g_steal_pointer (&error));
  stat_free (stat);
}
