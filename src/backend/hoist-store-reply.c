/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-reply.h"

#include <glib/gstdio.h>
#include <string.h>

/**
 * hoist_store_reply_new:
 * @status: the HTTP status
 *
 * Makes an answer without a body.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_reply_new (guint status)
{
  HoistStoreReply *reply = g_new0 (HoistStoreReply, 1);

  reply->status = status;
  reply->headers = hoist_s3_pairs_new ();
  reply->fd = -1;
  return reply;
}

/**
 * hoist_store_reply_new_xml:
 * @xml: (transfer full): a document
 *
 * Makes an answer of status 200 with a document.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_reply_new_xml (char *xml)
{
  HoistStoreReply *reply = hoist_store_reply_new (200);

  reply->xml = xml;
  reply->length_bytes = strlen (xml);
  return reply;
}

/**
 * hoist_store_reply_new_fault:
 * @fault: (transfer full): what went wrong
 *
 * Makes an answer of an error, with the status that S3 sends with it.
 *
 * Returns: (transfer full): the answer
 */
HoistStoreReply *
hoist_store_reply_new_fault (HoistS3Fault *fault)
{
  /* Not S3's: RFC 4918, 11.5, «507 Insufficient Storage». */
  gboolean is_full = g_str_equal (fault->code, "InsufficientStorage");
  HoistStoreReply *reply =
    hoist_store_reply_new (is_full ? 507 : hoist_s3_fault_get_status (fault));

  reply->fault = fault;
  return reply;
}

/**
 * hoist_store_reply_free:
 * @reply: (transfer full): an answer
 *
 * Frees an answer, and closes its file.
 */
void
hoist_store_reply_free (HoistStoreReply *reply)
{
  hoist_s3_pairs_free (reply->headers);
  g_clear_pointer (&reply->fault, hoist_s3_fault_free);
  g_free (reply->xml);
  if (reply->fd >= 0)
    g_close (reply->fd, NULL);
  g_free (reply);
}

/**
 * hoist_store_reply_add:
 * @reply: an answer
 * @name: a header's name
 * @value: its value
 *
 * Adds a header.
 */
void
hoist_store_reply_add (HoistStoreReply *reply, const char *name, const char *value)
{
  hoist_s3_pairs_add (reply->headers, name, value);
}

/**
 * hoist_store_reply_add_etag:
 * @reply: an answer
 * @etag: an ETag without quotes
 *
 * Adds the header `ETag`.
 */
void
hoist_store_reply_add_etag (HoistStoreReply *reply, const char *etag)
{
  g_autofree char *quoted = g_strconcat ("\"", etag, "\"", NULL);

  hoist_s3_pairs_add (reply->headers, "ETag", quoted);
}
