/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Has parts signed: several by one call, as many as the server takes in one address, or one by one
 * where it knows no batches. */

#include "config.h"

#include <string.h>

#include "hoist-companion-messages.h"
#include "hoist-companion-private.h"
#include "hoist-net.h"

typedef struct
{
  /* input */
  char *upload_id; /* (owned) */
  char *key;       /* (owned) */
  gsize n_parts;
  guint *part_numbers; /* (owned) */
  GStrv md5s;          /* (owned) (nullable) base64, of each part */

  /* in progress */
  gsize n_asked; /* by the call that is under way */
  gint64 asked_us;

  /* output */
  GPtrArray *urls; /* (owned) (element-type HoistSignedUrl) in the order of the parts */
} Sign;

static void
sign_free (gpointer user_data)
{
  Sign *sign = user_data;

  g_free (sign->upload_id);
  g_free (sign->key);
  g_free (sign->part_numbers);
  g_strfreev (sign->md5s);
  g_clear_pointer (&sign->urls, g_ptr_array_unref);
  g_free (sign);
}

static void sign_next (GTask *task);

/* Content-MD5 needs no signature: the storage compares it with what arrives. */
static void
take_url (Sign *sign, HoistSignedUrl *url)
{
  if (sign->md5s != NULL)
    {
      g_autoptr (GStrvBuilder) headers = g_strv_builder_new ();

      g_strv_builder_add_many (headers, "Content-MD5", sign->md5s[sign->urls->len], NULL);
      g_strfreev (url->headers);
      url->headers = g_strv_builder_end (headers);
    }
  g_ptr_array_add (sign->urls, url);
}

static gboolean
take_answer (HoistCompanionProvider *self, Sign *sign, GBytes *answer, GError **error)
{
  GUri *base = hoist_api_client_get_base (self->client);
  const guint *part_numbers = sign->part_numbers + sign->urls->len;
  g_autoptr (GPtrArray) urls = NULL;
  HoistSignedUrl *url;

  if (sign->n_asked == 1)
    {
      url = hoist_companion_parse_signed (answer, base, part_numbers[0], sign->asked_us, error);
      if (url != NULL)
        take_url (sign, url);
      return url != NULL;
    }
  urls =
    hoist_companion_parse_batch (answer, base, part_numbers, sign->n_asked, sign->asked_us, error);
  if (urls == NULL)
    return FALSE;
  g_ptr_array_set_free_func (urls, NULL);
  for (guint i = 0; i < urls->len; i++)
    take_url (sign, urls->pdata[i]);
  return TRUE;
}

/* An address that is too long, for Node.js or for a proxy before it, gets shorter; where there are
 * no batches the server takes `batch` for a part's number, or knows no such address. */
static gboolean
can_ask_for_less (HoistCompanionProvider *self, const Sign *sign, const GError *error)
{
  guint status = hoist_error_get_http_status (error);

  if (sign->n_asked <= 1)
    return FALSE;
  if (status == 431 || status == 414)
    self->max_batch = (guint) sign->n_asked / 2;
  else if (status == 404 || status == 405 || status == 501)
    self->max_batch = 1;
  else
    return FALSE;
  return TRUE;
}

static void
signed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  HoistCompanionProvider *self = g_task_get_source_object (task);
  Sign *sign = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = hoist_companion_receive (self, source, result, task, &error);
  gboolean go_on = answer != NULL ? take_answer (self, sign, answer, &error)
                                  : can_ask_for_less (self, sign, error);

  if (!go_on)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (sign->urls->len < sign->n_parts)
    sign_next (g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_steal_pointer (&sign->urls), (GDestroyNotify) g_ptr_array_unref);
}

/* Takes over @task. */
static void
sign_next (GTask *task)
{
  HoistCompanionProvider *self = g_task_get_source_object (task);
  Sign *sign = g_task_get_task_data (task);
  const guint *part_numbers = sign->part_numbers + sign->urls->len;
  g_autofree char *rest = NULL;
  g_autofree char *path = NULL;
  g_autofree char *query = NULL;
  HoistApiCall call = { .name = "sign",
                        .idempotent = TRUE,
                        .timeout_s = HOIST_NET_CONTROL_TIMEOUT_S };

  sign->n_asked = MIN (sign->n_parts - sign->urls->len, MAX (self->max_batch, 1));
  rest = sign->n_asked == 1 ? g_strdup_printf ("/%u", part_numbers[0]) : g_strdup ("/batch");
  path = hoist_companion_build_path (sign->upload_id, rest);
  query =
    hoist_companion_build_query (sign->key, part_numbers, sign->n_asked == 1 ? 0 : sign->n_asked);
  call.path = path;
  call.query = query;
  sign->asked_us = g_get_monotonic_time ();
  hoist_companion_send (task, &call, signed_cb);
}

/**
 * hoist_companion_sign_async: (skip)
 * @provider: a provider
 * @upload_id: an upload
 * @key: its key
 * @digest_kind: %HOIST_DIGEST_MD5 or none
 * @parts: (array length=n_parts): what to sign
 * @n_parts: how many
 * @cancellable: (nullable): ends it
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * As hoist_provider_sign_async().
 */
void
hoist_companion_sign_async (HoistProvider *provider,
                            const char *upload_id,
                            const char *key,
                            HoistDigestKind digest_kind,
                            const HoistPartRef *parts,
                            gsize n_parts,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  Sign *sign;

  g_task_set_source_tag (task, hoist_companion_sign_async);
  if (*upload_id == HOIST_COMPANION_FORM_MARK && n_parts == 1)
    {
      hoist_companion_sign_single (HOIST_COMPANION_PROVIDER (provider), task, upload_id + 1, key,
                                   parts);
      return;
    }
  sign = g_new0 (Sign, 1);
  g_task_set_task_data (task, sign, sign_free);
  sign->upload_id = g_strdup (upload_id);
  sign->key = g_strdup (key);
  sign->n_parts = n_parts;
  sign->part_numbers = g_new (guint, n_parts);
  sign->md5s = digest_kind == HOIST_DIGEST_MD5 ? g_new0 (char *, n_parts + 1) : NULL;
  sign->urls = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_signed_url_free);
  for (gsize i = 0; i < n_parts; i++)
    {
      sign->part_numbers[i] = parts[i].part_number;
      if (sign->md5s != NULL)
        sign->md5s[i] = hoist_digest_to_base64 (parts[i].digest, HOIST_MD5_BYTES);
    }
  if (n_parts == 0)
    {
      g_task_return_pointer (task, g_steal_pointer (&sign->urls),
                             (GDestroyNotify) g_ptr_array_unref);
      g_object_unref (task);
      return;
    }
  sign_next (task);
}

/**
 * hoist_companion_sign_finish: (skip)
 * @provider: the provider
 * @result: as given to the callback
 * @error: return location
 *
 * Errors: as hoist_provider_sign_finish().
 *
 * Returns: (transfer full) (element-type HoistSignedUrl): in the order asked, or %NULL
 */
GPtrArray *
hoist_companion_sign_finish (HoistProvider *provider, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, provider), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_companion_sign_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
