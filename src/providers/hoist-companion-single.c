/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Begins uploads: a small file by a form or a URL that takes it in one request, if the server signs
 * such ones, and everything else in parts. */

#include "config.h"

#include <string.h>

#include "hoist-companion-messages.h"
#include "hoist-companion-private.h"
#include "hoist-net.h"

/* Forms that are remembered until it is known whether they are needed again: some KB each. */
#define MAX_FORMS 64

typedef struct
{
  /* input */
  GBytes *create; /* (owned) (nullable) the body of the call that begins it in parts */
  char *query;    /* (owned) (nullable) of the call that signs it in one piece */
  guint8 md5[HOIST_MD5_BYTES];
  gboolean has_md5;
  gboolean is_single; /* it was to go in one piece */

  /* in progress */
  gint64 asked_us;
} Begin;

static void
begin_free (gpointer user_data)
{
  Begin *begin = user_data;

  g_clear_pointer (&begin->create, g_bytes_unref);
  g_free (begin->query);
  g_free (begin);
}

/* Takes over @task. */
static void
ask_for_params (GTask *task, const char *query, GAsyncReadyCallback callback)
{
  const HoistApiCall call = {
    .name = "params", .path = "/s3/params", .query = query, .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S
  };

  hoist_companion_send (task, &call, callback);
}

/* --- Whether it signs them ------------------------------------------------------------------- */

static void
params_probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = g_task_get_source_object (task);
  g_autoptr (HoistSignedUrl) url = NULL;
  g_autoptr (GBytes) answer = hoist_companion_receive (self, source, result, NULL, NULL);

  if (answer != NULL)
    url = hoist_companion_parse_params (answer, hoist_api_client_get_base (self->client),
                                        g_task_get_task_data (task), NULL, 0, NULL);
  self->signs_singles = url != NULL;
  g_task_return_boolean (task, TRUE);
}

/**
 * hoist_companion_probe_params_async: (skip)
 * @self: a provider
 * @cancellable: (nullable): ends it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Finds out whether files may go in one request. A form is signed for it and thrown away, which
 * changes nothing. A server that cannot answer now is taken for one that has no such thing.
 */
void
hoist_companion_probe_params_async (HoistCompanionProvider *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  HoistBeginRequest request = { .name = (char *) "hoist-check",
                                .content_type = (char *) "application/octet-stream" };
  char *query = hoist_companion_build_params_query (&request, NULL);

  g_task_set_source_tag (task, hoist_companion_probe_params_async);
  g_task_set_task_data (task, query, g_free);
  ask_for_params (task, query, params_probed_cb);
}

/* --- Forms that were signed ------------------------------------------------------------------ */

/* The same form makes the same object: what is sent again because its answer was lost is not there
 * twice then. */
static void
keep_form (HoistCompanionProvider *self, const HoistSignedUrl *url)
{
  if (url->key == NULL)
    return;
  if (g_hash_table_size (self->forms) >= MAX_FORMS)
    g_hash_table_remove_all (self->forms);
  g_hash_table_insert (self->forms, g_strdup (url->key), hoist_signed_url_copy (url));
}

static HoistSignedUrl *
recall_form (HoistCompanionProvider *self, const char *key)
{
  HoistSignedUrl *url = key != NULL ? g_hash_table_lookup (self->forms, key) : NULL;

  return url != NULL && url->deadline_us > g_get_monotonic_time () ? hoist_signed_url_copy (url)
                                                                   : NULL;
}

static void
return_signed (GTask *task, HoistSignedUrl *url)
{
  GPtrArray *urls = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_signed_url_free);

  g_ptr_array_add (urls, url);
  g_task_return_pointer (task, urls, (GDestroyNotify) g_ptr_array_unref);
}

static HoistSignedUrl *
take_params (HoistCompanionProvider *self, const Begin *begin, GBytes *answer, GError **error)
{
  HoistSignedUrl *url =
    hoist_companion_parse_params (answer, hoist_api_client_get_base (self->client), begin->query,
                                  begin->has_md5 ? begin->md5 : NULL, begin->asked_us, error);

  if (url != NULL)
    keep_form (self, url);
  return url;
}

static void
signed_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = g_task_get_source_object (task);
  HoistSignedUrl *url = NULL;
  GError *error = NULL;
  g_autoptr (GBytes) answer = hoist_companion_receive (self, source, result, task, &error);

  if (answer != NULL)
    url = take_params (self, g_task_get_task_data (task), answer, &error);
  if (url != NULL)
    return_signed (task, url);
  else
    g_task_return_error (task, hoist_companion_note_begin (self, error));
}

/**
 * hoist_companion_sign_single: (skip)
 * @self: a provider
 * @task: (transfer full): of hoist_companion_sign_async(), without data
 * @query: what was asked when it was begun
 * @key: (nullable): what the server chose then
 * @part: the file
 *
 * Signs a small file once more: what was signed before if it is still good, else anew, and with another
 * key then.
 */
void
hoist_companion_sign_single (HoistCompanionProvider *self,
                             GTask *task,
                             const char *query,
                             const char *key,
                             const HoistPartRef *part)
{
  HoistSignedUrl *url = part->wants_fresh_url ? NULL : recall_form (self, key);
  Begin *begin;

  if (url != NULL)
    {
      return_signed (task, url);
      g_object_unref (task);
      return;
    }
  begin = g_new0 (Begin, 1);
  begin->query = g_strdup (query);
  begin->has_md5 = part->digest != NULL;
  if (begin->has_md5)
    memcpy (begin->md5, part->digest, HOIST_MD5_BYTES);
  begin->asked_us = g_get_monotonic_time ();
  g_task_set_task_data (task, begin, begin_free);
  ask_for_params (task, begin->query, signed_again_cb);
}

/* --- Begin ----------------------------------------------------------------------------------- */

static void
return_begun (GTask *task, HoistBeginReply *reply)
{
  GPtrArray *replies = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_reply_free);

  g_ptr_array_add (replies, reply);
  g_task_return_pointer (task, replies, (GDestroyNotify) g_ptr_array_unref);
}

static void
begun_in_parts_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = g_task_get_source_object (task);
  Begin *begin = g_task_get_task_data (task);
  g_autoptr (HoistBeginReply) reply = g_new0 (HoistBeginReply, 1);
  GError *error = NULL;
  g_autoptr (GBytes) answer = hoist_companion_receive (self, source, result, task, &error);

  if (answer != NULL)
    hoist_companion_parse_created (answer, &reply->upload_id, &reply->key, &error);
  error = hoist_companion_note_begin (self, error);
  reply->in_parts = begin->is_single;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    return_begun (task, g_steal_pointer (&reply));
}

/* Takes over @task. */
static void
begin_in_parts (GTask *task)
{
  Begin *begin = g_task_get_task_data (task);
  const HoistApiCall call = { .name = "multipart",
                              .path = "/s3/multipart",
                              .body = begin->create,
                              .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  hoist_companion_send (task, &call, begun_in_parts_cb);
}

static HoistBeginReply *
make_single_reply (const Begin *begin, HoistSignedUrl *url)
{
  HoistBeginReply *reply = g_new0 (HoistBeginReply, 1);
  g_autoptr (GUri) uri = url->form_head == NULL ? hoist_net_url_parse (url->url, NULL) : NULL;

  reply->upload_id = g_strdup_printf ("%c%s", HOIST_COMPANION_FORM_MARK, begin->query);
  reply->key = g_strdup (url->key);
  /* Of a form the storage's answer tells it. */
  if (uri != NULL)
    reply->location = hoist_net_url_to_string_for_people (uri);
  reply->url = url;
  return reply;
}

/* What another way may still do: it signs no form for this file, or none that can be sent. A server
 * that lets nobody in or is not there would not begin it in parts, either. */
static gboolean
may_go_in_parts (HoistCompanionProvider *self, const GError *error)
{
  guint status = hoist_error_get_http_status (error);

  if (status == 404 || status == 405 || status == 501)
    self->signs_singles = FALSE;
  return g_error_matches (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL) ||
         g_error_matches (error, HOIST_ERROR, HOIST_ERROR_REJECTED) ||
         g_error_matches (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED) ||
         hoist_companion_error_says_nothing (error);
}

static void
signed_single_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = g_task_get_source_object (task);
  Begin *begin = g_task_get_task_data (task);
  HoistSignedUrl *url = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = hoist_companion_receive (self, source, result, task, &error);

  if (answer != NULL)
    url = take_params (self, begin, answer, &error);
  if (url != NULL)
    return_begun (task, make_single_reply (begin, url));
  else if (may_go_in_parts (self, error))
    begin_in_parts (g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * hoist_companion_begin_async: (skip)
 * @provider: a provider
 * @requests: (element-type HoistBeginRequest): one file
 * @cancellable: (nullable): ends it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * As hoist_provider_begin_async().
 */
void
hoist_companion_begin_async (HoistProvider *provider,
                             GPtrArray *requests,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  HoistCompanionProvider *self = HOIST_COMPANION_PROVIDER (provider);
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  const HoistBeginRequest *request;
  Begin *begin = g_new0 (Begin, 1);

  g_return_if_fail (requests->len == 1);

  g_task_set_source_tag (task, hoist_companion_begin_async);
  g_task_set_task_data (task, begin, begin_free);
  request = requests->pdata[0];
  begin->create = hoist_companion_build_create (request, self->key_prefix);
  begin->is_single = !request->plan.multipart;
  begin->has_md5 = request->digest_kind == HOIST_DIGEST_MD5;
  memcpy (begin->md5, request->digest, HOIST_MD5_BYTES);
  if (request->form_refused)
    self->signs_singles = FALSE;
  if (begin->is_single && self->signs_singles)
    begin->query = hoist_companion_build_params_query (request, self->key_prefix);
  if (begin->query == NULL)
    {
      begin_in_parts (task);
      return;
    }
  begin->asked_us = g_get_monotonic_time ();
  ask_for_params (task, begin->query, signed_single_cb);
}

/**
 * hoist_companion_begin_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: as hoist_provider_begin_finish().
 *
 * Returns: (transfer full) (element-type HoistBeginReply): one, or %NULL
 */
GPtrArray *
hoist_companion_begin_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_companion_begin_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
