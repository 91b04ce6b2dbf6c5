/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-plain-urls.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-net.h"

/* All of a URL's life that is used: the request must still get there. */
#define LIFETIME_MARGIN_S 5

/* Of a URL that does not say how long it is good; those who sign say 15 minutes or
 * more. One that is older is asked for anew before it is refused. */
#define UNKNOWN_LIFETIME_S 600
#define MAX_LIFETIME_S (7 * 24 * 3600)

struct _HoistPlainUrls
{
  char *text; /* (owned) one after another, each with its NUL */
  gsize text_bytes;
  guint32 *starts; /* (owned) where in @text each begins */
  guint8 *given;   /* (owned) whether it was given away */
  guint n_urls;
  gint64 deadline_us;
};

/**
 * hoist_plain_urls_new: (skip)
 * @urls: (element-type utf8): one for each chunk; borrowed, together below 4 GiB
 * @deadline_us: monotonic; after which none must be used
 *
 * Returns: (transfer full): the URLs, none of which was given away
 */
HoistPlainUrls *
hoist_plain_urls_new (GPtrArray *urls, gint64 deadline_us)
{
  HoistPlainUrls *self = g_new0 (HoistPlainUrls, 1);
  gsize position = 0;

  for (guint i = 0; i < urls->len; i++)
    self->text_bytes += strlen (urls->pdata[i]) + 1;
  self->text = g_malloc (MAX (self->text_bytes, 1));
  self->starts = g_new (guint32, MAX (urls->len, 1));
  self->given = g_new0 (guint8, MAX (urls->len, 1));
  self->n_urls = urls->len;
  self->deadline_us = deadline_us;
  for (guint i = 0; i < urls->len; i++)
    {
      gsize size = strlen (urls->pdata[i]) + 1;

      memcpy (self->text + position, urls->pdata[i], size);
      self->starts[i] = (guint32) position;
      position += size;
    }
  return self;
}

/**
 * hoist_plain_urls_free: (skip)
 * @self: (transfer full): URLs
 *
 * Wipes and frees them.
 */
void
hoist_plain_urls_free (HoistPlainUrls *self)
{
  explicit_bzero (self->text, self->text_bytes);
  g_free (self->text);
  g_free (self->starts);
  g_free (self->given);
  g_free (self);
}

/**
 * hoist_plain_urls_get_length: (skip)
 * @self: URLs
 *
 * Returns: how many there are
 */
guint
hoist_plain_urls_get_length (HoistPlainUrls *self)
{
  return self->n_urls;
}

/**
 * hoist_plain_urls_get_bytes: (skip)
 * @self: URLs
 *
 * Returns: the memory that they take, in bytes
 */
gsize
hoist_plain_urls_get_bytes (HoistPlainUrls *self)
{
  return self->text_bytes + self->n_urls * (sizeof (guint32) + sizeof (guint8));
}

/**
 * hoist_plain_urls_can_give: (skip)
 * @self: URLs
 * @parts: (array length=n_parts): what is asked for
 * @n_parts: how many
 * @now_us: the monotonic time
 *
 * Tells whether new URLs have to be fetched: because these are too old, or because
 * one that was given away was refused.
 *
 * Returns: whether these will do
 */
gboolean
hoist_plain_urls_can_give (HoistPlainUrls *self,
                           const HoistPartRef *parts,
                           gsize n_parts,
                           gint64 now_us)
{
  if (now_us >= self->deadline_us)
    return FALSE;
  for (gsize i = 0; i < n_parts; i++)
    {
      guint number = parts[i].part_number;

      if (number < 1 || number > self->n_urls ||
          (parts[i].wants_fresh_url && self->given[number - 1]))
        return FALSE;
    }
  return TRUE;
}

/* The content type is part of what was signed: whoever signs chunks says this one. */
static HoistSignedUrl *
give_one (HoistPlainUrls *self, guint part_number, GError **error)
{
  const char *text = self->text + self->starts[part_number - 1];
  g_autoptr (GError) reason = NULL;
  g_autoptr (GUri) uri = hoist_net_url_parse (text, &reason);
  HoistSignedUrl *url;

  if (uri == NULL)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                   /* Translators: %s says what is wrong with an address */
                   _ ("The backend signed an address that nothing is sent to: %s"),
                      reason->message);
      return NULL;
    }
  url = g_new0 (HoistSignedUrl, 1);
  url->part_number = part_number;
  url->url = g_strdup (text);
  url->headers = g_new0 (char *, 3);
  url->headers[0] = g_strdup ("Content-Type");
  url->headers[1] = g_strdup ("application/octet-stream");
  url->deadline_us = self->deadline_us;
  self->given[part_number - 1] = TRUE;
  return url;
}

/**
 * hoist_plain_urls_give: (skip)
 * @self: URLs
 * @parts: (array length=n_parts): what is asked for
 * @n_parts: how many
 * @error: return location
 *
 * Gives the requests for some chunks.
 *
 * Errors: %HOIST_ERROR_PROTOCOL if there is none for a part, or one to an address
 * that nothing may be sent to.
 *
 * Returns: (transfer full) (element-type HoistSignedUrl): in the order asked, or %NULL
 */
GPtrArray *
hoist_plain_urls_give (HoistPlainUrls *self,
                       const HoistPartRef *parts,
                       gsize n_parts,
                       GError **error)
{
  g_autoptr (GPtrArray) given =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_signed_url_free);

  for (gsize i = 0; i < n_parts; i++)
    {
      HoistSignedUrl *url = NULL;

      if (parts[i].part_number >= 1 && parts[i].part_number <= self->n_urls)
        url = give_one (self, parts[i].part_number, error);
      else
        g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                     _ ("The backend signed no URL for part %u."), parts[i].part_number);
      if (url == NULL)
        return NULL;
      g_ptr_array_add (given, url);
    }
  return g_steal_pointer (&given);
}

static gboolean
read_number (GHashTable *query, const char *name, guint64 *number)
{
  const char *text = g_hash_table_lookup (query, name);

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, number, NULL);
}

/* `20250301T120000Z`, Amazon S3 API Reference, «Authenticating requests: using query
 * parameters». */
static gint64
read_signing_time_s (GHashTable *query)
{
  const char *text = g_hash_table_lookup (query, "x-amz-date");
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  return time != NULL ? g_date_time_to_unix (time) : 0;
}

/**
 * hoist_plain_url_get_lifetime_s: (skip)
 * @url: a presigned URL
 * @server_us: real time of the answer that it came in, by the server's clock; 0 =
 *   not known
 *
 * Reads in a URL how long it is good: `X-Amz-Expires`, or the end in `Expires`.
 *
 * Returns: seconds from the answer on, less a margin; at least 1
 */
guint64
hoist_plain_url_get_lifetime_s (const char *url, gint64 server_us)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  const char *text = uri != NULL ? g_uri_get_query (uri) : NULL;
  g_autoptr (GHashTable) query =
    text != NULL ? g_uri_parse_params (text, -1, "&", G_URI_PARAMS_CASE_INSENSITIVE, NULL) : NULL;
  gint64 now_s = server_us / G_USEC_PER_SEC;
  gint64 left_s = UNKNOWN_LIFETIME_S;
  guint64 number;

  if (query != NULL && read_number (query, "x-amz-expires", &number))
    {
      gint64 signed_s = read_signing_time_s (query);

      left_s = (gint64) MIN (number, MAX_LIFETIME_S);
      /* One that was signed a while ago and kept is good for less. */
      if (now_s > 0 && signed_s > 0 && signed_s < now_s)
        left_s -= MIN (now_s - signed_s, left_s);
    }
  else if (query != NULL && now_s > 0 && read_number (query, "expires", &number))
    left_s = CLAMP ((gint64) number - now_s, 0, MAX_LIFETIME_S);
  left_s -= MIN (LIFETIME_MARGIN_S, left_s / 2);
  return (guint64) MAX (left_s, 1);
}
