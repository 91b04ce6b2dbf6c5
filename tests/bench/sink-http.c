/* SPDX-License-Identifier: GPL-3.0-or-later */

/* As much of S3 as uploads need: what is sent is counted and dropped. No signature
 * is looked at and no checksum compared, so that clients wait for nothing but themselves. */

#include <string.h>

#include "sink.h"

#define MAX_HEAD_BYTES 65536

/* With a dash it is no MD5, which clients would compare. */
#define ETAG "\"00000000000000000000000000000000-1\""

struct _SinkHttp
{
  SinkStore *store;
  SinkWrite write;
  gpointer user_data;

  GString *head;      /* (owned) of the next request, as far as it came */
  char *method;       /* (owned) (nullable) of the request whose body comes */
  char *path;         /* (owned) (nullable) */
  char *query;        /* (owned) (nullable) */
  char *checksum;     /* (owned) (nullable) */
  guint64 body_bytes; /* of the request */
  guint64 left_bytes; /* of its body */
  gboolean keep;      /* its body is read, not skipped */
  gboolean in_body;
  gboolean close;
};

SinkStore *
sink_store_new (void)
{
  SinkStore *store = g_new0 (SinkStore, 1);

  store->objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  store->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return store;
}

void
sink_store_reset (SinkStore *store)
{
  g_hash_table_remove_all (store->objects);
  g_hash_table_remove_all (store->uploads);
  store->n_requests = store->n_connections = store->body_bytes = 0;
  store->first_body_us = store->first_request_us = 0;
}

SinkHttp *
sink_http_new (SinkStore *store, SinkWrite write, gpointer user_data)
{
  SinkHttp *self = g_new0 (SinkHttp, 1);

  self->store = store;
  self->write = write;
  self->user_data = user_data;
  self->head = g_string_new (NULL);
  return self;
}

static void
forget_request (SinkHttp *self)
{
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->query, g_free);
  g_clear_pointer (&self->checksum, g_free);
  self->in_body = self->keep = FALSE;
}

void
sink_http_free (SinkHttp *self)
{
  forget_request (self);
  g_string_free (self->head, TRUE);
  g_free (self);
}

static gboolean
answer (SinkHttp *self, int status, const char *headers, const char *body)
{
  g_autofree char *text =
    g_strdup_printf ("HTTP/1.1 %d %s\r\n%s%s%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                     status,
                     status == 200   ? "OK"
                     : status == 204 ? "No Content"
                                     : "Not Found",
                     headers, *body != '\0' ? "Content-Type: application/xml\r\n" : "",
                     self->close ? "Connection: close\r\n" : "", strlen (body), body);

  return self->write (text, strlen (text), self->user_data) && !self->close;
}

static char *
dup_parameter (const char *query, const char *name)
{
  g_auto (GStrv) items = g_strsplit (query, "&", -1);

  for (guint i = 0; items[i] != NULL; i++)
    if (g_str_has_prefix (items[i], name) && items[i][strlen (name)] == '=')
      return g_uri_unescape_string (items[i] + strlen (name) + 1, NULL);
    else if (g_str_equal (items[i], name))
      return g_strdup ("");
  return NULL;
}

static void
add_to (GHashTable *table, const char *key, guint64 n_bytes)
{
  guint64 *sum = g_hash_table_lookup (table, key);

  if (sum == NULL)
    {
      sum = g_new0 (guint64, 1);
      g_hash_table_insert (table, g_strdup (key), sum);
    }
  *sum += n_bytes;
}

static gboolean
answer_put (SinkHttp *self)
{
  g_autofree char *upload_id = dup_parameter (self->query, "uploadId");
  g_autofree char *headers = NULL;

  if (upload_id == NULL)
    g_hash_table_remove (self->store->objects, self->path);
  add_to (upload_id != NULL ? self->store->uploads : self->store->objects,
          upload_id != NULL ? upload_id : self->path, self->body_bytes);
  headers = self->checksum != NULL
              ? g_strdup_printf ("ETag: " ETAG "\r\nx-amz-checksum-sha256: %s\r\n", self->checksum)
              : g_strdup ("ETag: " ETAG "\r\n");
  return answer (self, 200, headers, "");
}

static gboolean
answer_post (SinkHttp *self)
{
  g_autofree char *upload_id = dup_parameter (self->query, "uploadId");
  g_autofree char *begun = dup_parameter (self->query, "uploads");
  g_autofree char *body = NULL;
  const char *slash = strchr (self->path + 1, '/');
  guint64 *sum;

  if (slash == NULL || (begun == NULL && upload_id == NULL))
    return answer (self, 404, "", "<Error><Code>NoSuchKey</Code></Error>");
  if (begun != NULL)
    {
      body = g_strdup_printf ("<InitiateMultipartUploadResult><Bucket>bench</Bucket><Key>%s</Key>"
                              "<UploadId>u%" G_GUINT64_FORMAT "</UploadId>"
                              "</InitiateMultipartUploadResult>",
                              slash + 1, ++self->store->next_upload);
      return answer (self, 200, "", body);
    }
  sum = g_hash_table_lookup (self->store->uploads, upload_id);
  g_hash_table_remove (self->store->objects, self->path);
  add_to (self->store->objects, self->path, sum != NULL ? *sum : 0);
  g_hash_table_remove (self->store->uploads, upload_id);
  body = g_strdup_printf (
    "<CompleteMultipartUploadResult><Location>http://localhost%s</Location><Bucket>bench</Bucket>"
    "<Key>%s</Key><ETag>" ETAG "</ETag></CompleteMultipartUploadResult>",
    self->path, slash + 1);
  return answer (self, 200, "", body);
}

static gboolean
answer_get (SinkHttp *self)
{
  g_autofree char *location = dup_parameter (self->query, "location");
  g_autofree char *upload_id = dup_parameter (self->query, "uploadId");
  g_autofree char *uploads = dup_parameter (self->query, "uploads");

  if (location != NULL)
    return answer (self, 200, "", "<LocationConstraint>us-east-1</LocationConstraint>");
  if (upload_id != NULL)
    return answer (self, 200, "",
                   "<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>");
  if (uploads != NULL)
    return answer (self, 200, "",
                   "<ListMultipartUploadsResult><Bucket>bench</Bucket>"
                   "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
  return answer (self, 200, "",
                 "<ListBucketResult><Name>bench</Name><Prefix></Prefix><KeyCount>0</KeyCount>"
                 "<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>");
}

/* Its Content-Length is that of the object, and no body comes. */
static gboolean
answer_head (SinkHttp *self)
{
  const guint64 *size = g_hash_table_lookup (self->store->objects, self->path);
  gboolean is_bucket = strchr (self->path + 1, '/') == NULL || g_str_has_suffix (self->path, "/");
  g_autofree char *text = NULL;

  if (size == NULL && !is_bucket)
    return answer (self, 404, "", "");
  text = g_strdup_printf ("HTTP/1.1 200 OK\r\nETag: " ETAG
                          "\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
                          "Content-Length: %" G_GUINT64_FORMAT "\r\n%s\r\n",
                          size != NULL ? *size : 0, self->close ? "Connection: close\r\n" : "");
  return self->write (text, strlen (text), self->user_data) && !self->close;
}

static gboolean
end_request (SinkHttp *self)
{
  gboolean goes_on;

  self->store->n_requests++;
  if (g_str_equal (self->method, "PUT"))
    goes_on = answer_put (self);
  else if (g_str_equal (self->method, "POST"))
    goes_on = answer_post (self);
  else if (g_str_equal (self->method, "HEAD"))
    goes_on = answer_head (self);
  else if (g_str_equal (self->method, "DELETE"))
    goes_on = answer (self, 204, "", "");
  else
    goes_on = answer_get (self);
  forget_request (self);
  return goes_on;
}

/* Takes one header field; returns FALSE for what is not spoken here. */
static gboolean
take_field (SinkHttp *self, char *line, gboolean *expects)
{
  char *value = strchr (line, ':');

  if (value == NULL)
    return TRUE;
  *value++ = '\0';
  g_strstrip (value);
  if (g_ascii_strcasecmp (line, "content-length") == 0)
    self->body_bytes = g_ascii_strtoull (value, NULL, 10);
  else if (g_ascii_strcasecmp (line, "x-amz-checksum-sha256") == 0)
    self->checksum = g_strdup (value);
  else if (g_ascii_strcasecmp (line, "expect") == 0)
    *expects = TRUE;
  else if (g_ascii_strcasecmp (line, "connection") == 0)
    self->close = g_ascii_strcasecmp (value, "close") == 0;
  else if (g_ascii_strcasecmp (line, "transfer-encoding") == 0)
    return FALSE;
  return TRUE;
}

static gboolean
begin_request (SinkHttp *self, char *head)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_auto (GStrv) words = g_strsplit (lines[0], " ", 3);
  gboolean expects = FALSE;
  char *mark;

  if (g_strv_length (words) != 3)
    return FALSE;
  self->body_bytes = 0;
  self->close = FALSE;
  for (guint i = 1; lines[i] != NULL; i++)
    if (!take_field (self, lines[i], &expects))
      return FALSE;
  mark = strchr (words[1], '?');
  self->query = g_strdup (mark != NULL ? mark + 1 : "");
  if (mark != NULL)
    *mark = '\0';
  self->path = g_strdup (words[1]);
  self->method = g_strdup (words[0]);
  self->left_bytes = self->body_bytes;
  self->keep = g_str_equal (self->method, "POST");
  self->in_body = TRUE;
  if (self->store->first_request_us == 0)
    self->store->first_request_us = g_get_monotonic_time ();
  if (expects)
    return self->write ("HTTP/1.1 100 Continue\r\n\r\n", 25, self->user_data);
  return TRUE;
}

/* Returns how many bytes of body come that need not be read. */
guint64
sink_http_get_skippable (SinkHttp *self)
{
  return self->in_body && !self->keep ? self->left_bytes : 0;
}

/* Counts bytes of the body; returns FALSE when the connection is to be closed. */
gboolean
sink_http_skip (SinkHttp *self, guint64 n_bytes)
{
  if (!self->keep && n_bytes > 0 && self->store->first_body_us == 0)
    self->store->first_body_us = g_get_monotonic_time ();
  self->left_bytes -= n_bytes;
  if (!self->keep)
    self->store->body_bytes += n_bytes;
  return self->left_bytes > 0 || end_request (self);
}

/* Takes whatever came; returns FALSE when the connection is to be closed. */
gboolean
sink_http_take (SinkHttp *self, const char *data, gsize length)
{
  while (length > 0)
    {
      gsize n_bytes = length;
      char *end;

      if (self->in_body)
        {
          n_bytes = (gsize) MIN (length, self->left_bytes);
          if (!sink_http_skip (self, n_bytes))
            return FALSE;
          data += n_bytes;
          length -= n_bytes;
          continue;
        }
      g_string_append_len (self->head, data, (gssize) length);
      end = strstr (self->head->str, "\r\n\r\n");
      if (end == NULL)
        return self->head->len <= MAX_HEAD_BYTES;
      /* What is behind the head is at the end of @data. */
      n_bytes = self->head->len - (gsize) (end + 4 - self->head->str);
      data += length - n_bytes;
      length = n_bytes;
      *end = '\0';
      if (!begin_request (self, self->head->str))
        return FALSE;
      g_string_truncate (self->head, 0);
      if (self->left_bytes == 0 && !end_request (self))
        return FALSE;
    }
  return TRUE;
}
