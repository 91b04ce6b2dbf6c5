/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-uploads-protocol.h"

#include <string.h>

#include "hoist-error.h"

#define MAX_PATH_BYTES 4096 /* PATH_MAX of Linux, with the zero byte */

#define ERROR_PREFIX "io.github.hoist.Hoist.Error."

/* `timed-out` → `TimedOut`: dashes are not allowed in a D-Bus error's name. */
static char *
make_error_name (const char *nick)
{
  GString *name = g_string_new (ERROR_PREFIX);
  gboolean upper = TRUE;

  for (const char *p = nick; *p != '\0'; p++)
    {
      if (*p != '-')
        g_string_append_c (name, upper ? g_ascii_toupper (*p) : *p);
      upper = *p == '-';
    }
  return g_string_free (name, FALSE);
}

/**
 * hoist_uploads_register_errors:
 *
 * Makes the codes of %HOIST_ERROR known to GDBus, so that an error is the same
 * one in both processes. May be called more than once, on any thread.
 */
void
hoist_uploads_register_errors (void)
{
  static gsize registered;

  if (!g_once_init_enter (&registered))
    return;
  for (int code = 0; code < HOIST_N_ERRORS; code++)
    {
      g_autofree char *name = make_error_name (hoist_error_get_nick ((HoistError) code));

      g_dbus_error_register_error (HOIST_ERROR, code, name);
    }
  g_once_init_leave (&registered, 1);
}

/**
 * hoist_uploads_has_path:
 * @parameters: a tuple or an array
 * @index: of one of its children, of type `ay`
 *
 * Looks at a path as it came over the bus. As a C string it would end at its first
 * zero byte, and be another file's.
 *
 * Returns: whether it is the whole path of a file, and ends with its only zero byte
 */
gboolean
hoist_uploads_has_path (GVariant *parameters, gsize index)
{
  g_autoptr (GVariant) bytes = g_variant_get_child_value (parameters, index);
  gsize n_bytes;
  const char *path = g_variant_get_fixed_array (bytes, &n_bytes, 1);

  return n_bytes > 1 && n_bytes <= MAX_PATH_BYTES &&
         (const char *) memchr (path, '\0', n_bytes) == path + n_bytes - 1 &&
         g_path_is_absolute (path);
}
