/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-destination-rules.h"

#include <glib/gi18n-lib.h>

#include "hoist-destination-colour.h"
#include "hoist-error.h"
#include "hoist-s3-options.h"

#define MAX_ID_BYTES 64
/* Leaves room for a number behind an id that is made from a name. */
#define MAX_MADE_ID_BYTES 40

static gboolean
check_certificate (HoistDestination *destination, GError **error)
{
  const char *file = hoist_destination_get_setting (destination, HOIST_SETTING_CLIENT_CERTIFICATE);
  const char *key = hoist_destination_get_setting (destination, HOIST_SETTING_CLIENT_KEY);
  const char *fault = NULL;

  if (file != NULL && !g_path_is_absolute (file))
    fault = _ ("The client certificate must be given with its whole path.");
  else if (key != NULL && !g_path_is_absolute (key))
    fault = _ ("The client certificate’s key must be given with its whole path.");
  else if (key != NULL && file == NULL)
    fault = _ ("There is a key for a client certificate, but no certificate.");
  if (fault == NULL)
    return TRUE;
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, fault);
  return FALSE;
}

static gboolean
check_limits (HoistDestination *destination, GError **error)
{
  HoistDestinationLimits limits = { 0 };

  if (hoist_destination_get_concurrency (destination) > HOIST_DESTINATION_MAX_CONCURRENCY)
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                   /* Translators: %d is a number of parts, 32. */
                   _ ("A destination takes at most %d parts at a time."),
                      HOIST_DESTINATION_MAX_CONCURRENCY);
      return FALSE;
    }
  return hoist_destination_limits_read (&limits, hoist_destination_get_settings (destination),
                                        error);
}

static gboolean
check_colour (HoistDestination *destination, GError **error)
{
  const char *colour = hoist_destination_get_setting (destination, HOIST_SETTING_COLOUR);

  if (colour == NULL || hoist_destination_colour_get_name (colour) != NULL)
    return TRUE;
  g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                       /* Translators: the names of the colours are not translated here. */
                       _ ("The colour is one of blue, teal, green, yellow, orange, red, pink, "
                          "purple and slate."));
  return FALSE;
}

/* Settings of another kind are kept, and mean nothing. */
static gboolean
check_kind (HoistDestination *destination, GError **error)
{
  g_autoptr (HoistS3Options) options = NULL;

  if (g_strcmp0 (hoist_destination_get_provider_type (destination), HOIST_S3_KIND) != 0)
    return TRUE;
  options = hoist_s3_options_new (hoist_destination_get_url (destination),
                                  hoist_destination_get_key_prefix (destination),
                                  hoist_destination_get_settings (destination), error);
  return options != NULL;
}

/**
 * hoist_destination_check:
 * @destination: the destination
 * @error: (out) (optional): the first thing that is wrong, for people
 *
 * Checks all that can be said of a destination without asking its server. The
 * id is not looked at.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT.
 *
 * Returns: whether it can be stored and used
 */
gboolean
hoist_destination_check (HoistDestination *destination, GError **error)
{
  g_return_val_if_fail (HOIST_IS_DESTINATION (destination), FALSE);

  const char *ca_file = hoist_destination_get_ca_file (destination);

  if (!hoist_destination_check_name (hoist_destination_get_name (destination), error) ||
      !hoist_destination_check_url (hoist_destination_get_url (destination), error) ||
      !hoist_destination_check_key_prefix (hoist_destination_get_key_prefix (destination), error))
    return FALSE;

  if (!hoist_destination_check_id (hoist_destination_get_provider_type (destination)))
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("There is no such kind of destination."));
      return FALSE;
    }
  if (ca_file != NULL && *ca_file != '\0' && !g_path_is_absolute (ca_file))
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                           _ ("The certificate file must be given with its whole path."));
      return FALSE;
    }
  return check_certificate (destination, error) && check_kind (destination, error) &&
         check_limits (destination, error) && check_colour (destination, error);
}

/**
 * hoist_destination_check_id:
 * @id: (nullable): an id
 *
 * Checks an id: 1 to 64 lower-case letters, digits and dashes, no dash first.
 *
 * Returns: whether it can be an id
 */
gboolean
hoist_destination_check_id (const char *id)
{
  if (id == NULL || *id == '\0' || *id == '-' || strlen (id) > MAX_ID_BYTES)
    return FALSE;
  return id[strspn (id, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/**
 * hoist_destination_make_id:
 * @name: a valid name
 *
 * Makes an id from a name: `Café Nord` becomes `cafe-nord`. Two names may give
 * the same id.
 *
 * Returns: (transfer full): a valid id of at most 40 bytes
 */
char *
hoist_destination_make_id (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  g_autofree char *ascii = g_str_to_ascii (name, "C");
  GString *id = g_string_new (NULL);

  for (const char *p = ascii; *p != '\0' && id->len < MAX_MADE_ID_BYTES; p++)
    {
      if (g_ascii_isalnum (*p))
        g_string_append_c (id, g_ascii_tolower (*p));
      else if (id->len > 0 && id->str[id->len - 1] != '-')
        g_string_append_c (id, '-');
    }
  if (id->len > 0 && id->str[id->len - 1] == '-')
    g_string_truncate (id, id->len - 1);
  if (id->len == 0)
    g_string_append (id, "destination");
  return g_string_free (id, FALSE);
}
