/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-answer.h"

#include <string.h>

#include "hoist-store-files.h"
#include "hoist-store-sender.h"

/* libsoup takes a bad header for a bug of the program; ours may come from an extended attribute
 * that a person wrote. */
static gboolean
is_header (const char *name, const char *value)
{
  return *name != '\0' && strpbrk (name, " \t\r\n:") == NULL && strpbrk (value, "\r\n") == NULL;
}

static void
set_xml (SoupServerMessage *message, const char *xml)
{
  soup_server_message_set_response (message, "application/xml", SOUP_MEMORY_COPY, xml,
                                    strlen (xml));
}

static void
set_fault (SoupServerMessage *message, HoistS3Fault *fault, const char *request_id)
{
  g_autofree char *xml = NULL;

  g_free (fault->resource);
  fault->resource = g_strdup (g_uri_get_path (soup_server_message_get_uri (message)));
  g_free (fault->request_id);
  fault->request_id = g_strdup (request_id);
  xml = hoist_s3_fault_to_xml (fault);
  set_xml (message, xml);
}

/**
 * hoist_store_answer:
 * @message: a message that has no answer yet
 * @reply: (transfer full): the answer
 *
 * Sets a message's answer. The caller unpauses the message if it is paused.
 */
void
hoist_store_answer (SoupServerMessage *message, HoistStoreReply *reply)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *request_id = hoist_store_new_name ();

  soup_server_message_set_status (message, reply->status, NULL);
  soup_message_headers_replace (headers, "x-amz-request-id", request_id);
  for (guint i = 0; i < hoist_s3_pairs_get_length (reply->headers); i++)
    {
      const char *name = hoist_s3_pairs_get_name (reply->headers, i);
      const char *value = hoist_s3_pairs_get_value (reply->headers, i);

      if (is_header (name, value))
        soup_message_headers_append (headers, name, value);
    }
  if (reply->fault != NULL)
    set_fault (message, reply->fault, request_id);
  else if (reply->xml != NULL)
    set_xml (message, reply->xml);
  else if (reply->fd >= 0)
    hoist_store_send_file (message, hoist_store_fd_steal (&reply->fd), reply->offset_bytes,
                           reply->length_bytes);
  else if (reply->length_bytes > 0)
    soup_message_headers_set_content_length (headers, (goffset) reply->length_bytes);
  hoist_store_reply_free (reply);
}
