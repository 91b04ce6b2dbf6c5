/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-credentials.h"

/* The longest that is known is a session token of AWS, of some 2,000 bytes. */
#define MAX_VALUE_BYTES 8192

typedef enum
{
  ACCESS_KEY,
  SECRET_KEY,
  SESSION_TOKEN,
  N_VALUES,
} Value;

/* As AWS's files have them, and in capitals the environment. */
static const char *const names[N_VALUES] = {
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
};

static void
wipe_and_free (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * hoist_s3_credentials_to_text:
 * @credentials: credentials
 *
 * Writes credentials in lines of `name=value`, as AWS's own files have them.
 *
 * Returns: (transfer full): a secret; to be wiped
 */
char *
hoist_s3_credentials_to_text (const HoistS3Credentials *credentials)
{
  const char *token = hoist_s3_credentials_get_session_token (credentials);

  return g_strconcat (names[ACCESS_KEY], "=", hoist_s3_credentials_get_access_key (credentials),
                      "\n", names[SECRET_KEY], "=",
                      hoist_s3_credentials_get_secret_key (credentials),
                      /* Without a token the list ends here. */
                      token != NULL ? "\n" : NULL, names[SESSION_TOKEN], "=", token, NULL);
}

/* A line that is `name=value`, or `export NAME="value"`; else null. */
static const char *
read_named (char *line, Value *value)
{
  char *equals = strchr (line, '=');
  char *name = g_str_has_prefix (line, "export ") ? line + strlen ("export ") : line;
  gsize length;

  for (Value i = 0; equals != NULL && i < N_VALUES; i++)
    {
      length = strlen (names[i]);
      if (g_ascii_strncasecmp (name, names[i], length) != 0 ||
          name[length + strspn (name + length, " \t")] != '=')
        continue;
      *value = i;
      line = g_strstrip (equals + 1);
      length = strlen (line);
      if (length >= 2 && (*line == '"' || *line == '\'') && line[length - 1] == *line)
        {
          line[length - 1] = '\0';
          line++;
        }
      return line;
    }
  return NULL;
}

/* They go into headers: ASCII without blanks. */
static gboolean
is_value (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;
  return *text != '\0' && strlen (text) <= MAX_VALUE_BYTES;
}

static void
read_lines (GStrv lines, const char *values[N_VALUES])
{
  guint n_plain = 0;

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      Value value = ACCESS_KEY;
      const char *named;

      if (*line == '\0' || *line == '#' || *line == '[')
        continue;
      named = read_named (line, &value);
      if (named == NULL && n_plain < N_VALUES)
        values[n_plain++] = line;
      else if (named != NULL)
        values[value] = named;
    }
}

/**
 * hoist_s3_credentials_from_text:
 * @text: an access key, its secret and perhaps a session token: each on a line of its own, or
 *   named as in AWS's files or in its variables
 * @error: return location for an error
 *
 * Reads credentials. The caller wipes @text.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT; the message has nothing of @text in it.
 *
 * Returns: (transfer full) (nullable): the credentials
 */
HoistS3Credentials *
hoist_s3_credentials_from_text (const char *text, GError **error)
{
  char *copy = g_strdup (text);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", 64);
  const char *values[N_VALUES] = { NULL };
  HoistS3Credentials *credentials = NULL;

  wipe_and_free (copy);
  read_lines (lines, values);
  if (values[SESSION_TOKEN] != NULL && *values[SESSION_TOKEN] == '\0')
    values[SESSION_TOKEN] = NULL;
  if (values[ACCESS_KEY] == NULL || values[SECRET_KEY] == NULL)
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                         _ ("An access key and its secret key are needed, each on a line of its "
                            "own"));
  else if (!is_value (values[ACCESS_KEY]) || !is_value (values[SECRET_KEY]) ||
           (values[SESSION_TOKEN] != NULL && !is_value (values[SESSION_TOKEN])))
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                         _ ("A key has a character in it that no key has, such as a blank. Was it "
                            "copied whole?"));
  else
    credentials =
      hoist_s3_credentials_new (values[ACCESS_KEY], values[SECRET_KEY], values[SESSION_TOKEN]);
  for (gsize i = 0; lines[i] != NULL; i++)
    explicit_bzero (lines[i], strlen (lines[i]));
  return credentials;
}
