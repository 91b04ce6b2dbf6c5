/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an object's `Content-Type` is said to be. */

#include "config.h"

#include "hoist-content-type.h"

#include <gio/gio.h>

/**
 * hoist_content_type_guess:
 * @name: a file's name, or a key, which ends with one
 *
 * Guesses the type of an object by its name alone. The same name has the same type whenever an
 * upload is begun and a URL for it is signed, so that what is sent is what was signed.
 *
 * Returns: (transfer full): its MIME type; `application/octet-stream` if there is no telling
 *   (RFC 2046, section 4.5.1)
 */
char *
hoist_content_type_guess (const char *name)
{
  g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);
  char *mime_type = g_content_type_get_mime_type (type);

  return mime_type != NULL ? mime_type : g_strdup ("application/octet-stream");
}
