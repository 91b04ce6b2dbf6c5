/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-cursor.h"

#include <string.h>

#include "hoist-s3-uri.h"

#define MAX_CURSOR_BYTES 4200
/* Longer than any that is known: AWS's have about 130. */
#define MAX_UPLOAD_ID_BYTES 2048

/**
 * hoist_s3_cursor_format:
 * @page: a page behind which there is another one
 *
 * Says where the next page begins.
 *
 * Returns: (transfer full): two words of base64 with a dot between
 */
char *
hoist_s3_cursor_format (const HoistS3UploadsResult *page)
{
  const char *key = page->next_key_marker != NULL ? page->next_key_marker : "";
  const char *id = page->next_upload_id_marker != NULL ? page->next_upload_id_marker : "";
  g_autofree char *key_part = g_base64_encode ((const guchar *) key, strlen (key));
  g_autofree char *id_part = g_base64_encode ((const guchar *) id, strlen (id));

  return g_strconcat (key_part, ".", id_part, NULL);
}

static char *
read_marker (const char *text, gsize max_bytes)
{
  gsize length;
  g_autofree guchar *bytes = g_base64_decode (text, &length);

  if (length > max_bytes || memchr (bytes, '\0', length) != NULL ||
      !g_utf8_validate ((const char *) bytes, (gssize) length, NULL))
    return NULL;
  return g_strndup ((const char *) bytes, length);
}

/**
 * hoist_s3_cursor_parse:
 * @text: not trusted
 * @key_marker: (out) (transfer full): where the page before ended
 * @upload_id_marker: (out) (transfer full): where it ended within that key; may be empty
 *
 * Reads what hoist_s3_cursor_format() made.
 *
 * Returns: whether it is one; else nothing is set
 */
gboolean
hoist_s3_cursor_parse (const char *text, char **key_marker, char **upload_id_marker)
{
  g_auto (GStrv) halves = NULL;
  g_autofree char *key = NULL;
  g_autofree char *id = NULL;

  if (strlen (text) <= MAX_CURSOR_BYTES)
    halves = g_strsplit (text, ".", 3);
  if (halves != NULL && g_strv_length (halves) == 2)
    {
      key = read_marker (halves[0], HOIST_S3_MAX_KEY_BYTES);
      id = read_marker (halves[1], MAX_UPLOAD_ID_BYTES);
    }
  if (key == NULL || id == NULL || *key == '\0')
    return FALSE;
  *key_marker = g_steal_pointer (&key);
  *upload_id_marker = g_steal_pointer (&id);
  return TRUE;
}
