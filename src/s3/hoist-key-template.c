/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-key-template.h"

#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-uri.h"

#define MAX_TEMPLATE_BYTES 1024

typedef enum
{
  PIECE_LITERAL,
  PIECE_PREFIX,
  PIECE_PATH,
  PIECE_NAME,
  PIECE_ACCOUNT,
  PIECE_UUID,
  PIECE_YEAR,
  PIECE_MONTH,
  PIECE_DAY,
} PieceKind;

typedef struct
{
  PieceKind kind;
  char *literal; /* (owned) (nullable) */
} Piece;

struct _HoistKeyTemplate
{
  GArray *pieces; /* (element-type Piece) */
};

static const struct
{
  const char *name;
  PieceKind kind;
} placeholders[] = {
  { "prefix", PIECE_PREFIX },   { "path", PIECE_PATH }, { "name", PIECE_NAME },
  { "account", PIECE_ACCOUNT }, { "uuid", PIECE_UUID }, { "yyyy", PIECE_YEAR },
  { "mm", PIECE_MONTH },        { "dd", PIECE_DAY },
};

#define PLACEHOLDERS "{prefix} {path} {name} {account} {uuid} {yyyy} {mm} {dd}"

static gboolean
refuse_template (GError **error, const char *text, const char *why)
{
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
               "The key template “%s” cannot be used: %s", text, why);
  return FALSE;
}

static void
clear_piece (gpointer data)
{
  g_free (((Piece *) data)->literal);
}

static gboolean
add_placeholder (HoistKeyTemplate *self, const char *name, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (placeholders); i++)
    {
      Piece piece = { placeholders[i].kind, NULL };

      if (strlen (placeholders[i].name) != length ||
          strncmp (placeholders[i].name, name, length) != 0)
        continue;
      g_array_append_val (self->pieces, piece);
      return TRUE;
    }
  return FALSE;
}

static gboolean
parse_template (HoistKeyTemplate *self, const char *text, GError **error)
{
  const char *at = text;

  while (*at != '\0')
    {
      gsize length = strcspn (at, "{}");

      if (length > 0)
        {
          Piece piece = { PIECE_LITERAL, g_strndup (at, length) };

          g_array_append_val (self->pieces, piece);
          at += length;
          continue;
        }
      length = strcspn (at + 1, "{}");
      if (*at == '}' || at[1 + length] != '}')
        return refuse_template (error, text, "its braces do not match");
      if (!add_placeholder (self, at + 1, length))
        {
          g_autofree char *why = g_strdup_printf ("{%.*s} is unknown; there are " PLACEHOLDERS,
                                                  (int) MIN (length, 40), at + 1);

          return refuse_template (error, text, why);
        }
      at += length + 2;
    }
  return TRUE;
}

static gboolean
check_template (HoistKeyTemplate *self, const char *text, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (0);
  const HoistKeyValues sample = { "a/", "b", "c", "00000000-0000-0000-0000-000000000000", now };
  g_autoptr (GError) bad = NULL;
  g_autofree char *key = NULL;
  gboolean has_name = FALSE;

  if (self->pieces->len == 0 || g_array_index (self->pieces, Piece, 0).kind != PIECE_PREFIX)
    return refuse_template (error, text,
                            "it must begin with {prefix}, since a token may only touch the keys "
                            "below its prefix");
  for (guint i = 0; i < self->pieces->len; i++)
    {
      PieceKind kind = g_array_index (self->pieces, Piece, i).kind;

      has_name |= kind == PIECE_PATH || kind == PIECE_NAME || kind == PIECE_UUID;
    }
  if (!has_name)
    return refuse_template (error, text,
                            "without {path}, {name} or {uuid} every file would get the same key");
  key = hoist_key_template_expand (self, &sample, &bad);
  if (key == NULL)
    return refuse_template (error, text, bad != NULL ? bad->message : "it gives no key");
  return TRUE;
}

/**
 * hoist_key_template_new:
 * @text: text with placeholders: {prefix}, which comes first, {path}, {name}
 *   (last component of the path), {account}, {uuid}, {yyyy}, {mm}, {dd} (UTC)
 * @error: return location for an error
 *
 * Reads a key template.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT where it is not one, with the reason.
 *
 * Returns: (transfer full) (nullable): it, or null with @error set
 */
HoistKeyTemplate *
hoist_key_template_new (const char *text, GError **error)
{
  g_autoptr (HoistKeyTemplate) self = g_new0 (HoistKeyTemplate, 1);

  self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_array_set_clear_func (self->pieces, clear_piece);
  if (strlen (text) > MAX_TEMPLATE_BYTES || !g_utf8_validate (text, -1, NULL))
    {
      refuse_template (error, "…", "it is too long, or not UTF-8");
      return NULL;
    }
  if (!parse_template (self, text, error) || !check_template (self, text, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * hoist_key_template_free:
 * @self: (transfer full): the template
 *
 * Frees a key template.
 */
void
hoist_key_template_free (HoistKeyTemplate *self)
{
  g_array_unref (self->pieces);
  g_free (self);
}

static gboolean
refuse_name (GError **error, const char *why)
{
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_FILE_UNSUITABLE, "The name cannot be a key: %s",
               why);
  return FALSE;
}

static gboolean
has_control_character (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return TRUE;
  return FALSE;
}

static gboolean
check_segments (const char *path, GError **error)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);

  for (gsize i = 0; segments[i] != NULL; i++)
    {
      if (*segments[i] == '\0')
        return refuse_name (error, "it has an empty component (//, or a / at its end)");
      if (strcmp (segments[i], ".") == 0 || strcmp (segments[i], "..") == 0)
        return refuse_name (error, "a component of it is “.” or “..”");
    }
  return TRUE;
}

/**
 * hoist_key_check_path:
 * @path: a relative name, or a whole key, as it came over the wire
 * @error: return location for an error
 *
 * Looks whether a name may be a key. Storage takes more than this, but such
 * keys cannot be read back as files, or mean another one to a proxy.
 *
 * Errors: %HOIST_ERROR_FILE_UNSUITABLE with the reason.
 *
 * Returns: whether it may
 */
gboolean
hoist_key_check_path (const char *path, GError **error)
{
  if (!g_utf8_validate (path, -1, NULL))
    return refuse_name (error, "it is not UTF-8");
  if (*path == '\0')
    return refuse_name (error, "it is empty");
  if (*path == '/')
    return refuse_name (error, "it is absolute");
  if (strlen (path) > HOIST_S3_MAX_KEY_BYTES)
    return refuse_name (error, "it is longer than 1,024 bytes");
  if (has_control_character (path))
    return refuse_name (error, "it has a control character");
  return check_segments (path, error);
}

/**
 * hoist_key_is_below:
 * @key: a key
 * @prefix: a token's prefix: empty, or with a slash at its end
 *
 * Looks whether a token with @prefix may touch @key.
 *
 * Returns: whether @key is longer than @prefix and begins with it
 */
gboolean
hoist_key_is_below (const char *key, const char *prefix)
{
  return g_str_has_prefix (key, prefix) && key[strlen (prefix)] != '\0';
}

static void
append_piece (GString *key, const Piece *piece, const HoistKeyValues *values)
{
  const char *slash;

  switch (piece->kind)
    {
    case PIECE_LITERAL:
      g_string_append (key, piece->literal);
      break;
    case PIECE_PREFIX:
      g_string_append (key, values->prefix);
      break;
    case PIECE_PATH:
      g_string_append (key, values->path);
      break;
    case PIECE_NAME:
      slash = strrchr (values->path, '/');
      g_string_append (key, slash ? slash + 1 : values->path);
      break;
    case PIECE_ACCOUNT:
      g_string_append (key, values->account);
      break;
    case PIECE_UUID:
      g_string_append (key, values->uuid);
      break;
    case PIECE_YEAR:
      g_string_append_printf (key, "%04d", g_date_time_get_year (values->now));
      break;
    case PIECE_MONTH:
      g_string_append_printf (key, "%02d", g_date_time_get_month (values->now));
      break;
    case PIECE_DAY:
      g_string_append_printf (key, "%02d", g_date_time_get_day_of_month (values->now));
      break;
    default:
      g_return_if_reached ();
    }
}

/**
 * hoist_key_template_expand:
 * @self: the template
 * @values: what the placeholders stand for; the path is not trusted
 * @error: return location for an error
 *
 * Makes the key of one file.
 *
 * Errors: %HOIST_ERROR_FILE_UNSUITABLE where the path, or what comes of it,
 * cannot be a key.
 *
 * Returns: (transfer full) (nullable): the key, UTF-8 and not encoded, or null with @error set
 */
char *
hoist_key_template_expand (const HoistKeyTemplate *self,
                           const HoistKeyValues *values,
                           GError **error)
{
  g_autoptr (GString) key = g_string_new (NULL);

  if (!hoist_key_check_path (values->path, error))
    return NULL;
  for (guint i = 0; i < self->pieces->len; i++)
    append_piece (key, &g_array_index (self->pieces, Piece, i), values);
  if (!hoist_key_check_path (key->str, error))
    return NULL;
  return g_string_free (g_steal_pointer (&key), FALSE);
}

static void
append_escaped (GString *pattern, const char *text)
{
  g_autofree char *escaped = g_regex_escape_string (text, -1);

  g_string_append (pattern, escaped);
}

/* What a key has at the place of a piece. The first {path} and the first {name} are remembered. */
static void
append_pattern (GString *pattern, const Piece *piece, const char *prefix, const char *account)
{
  const char *name = piece->kind == PIECE_PATH ? "path" : "name";

  switch (piece->kind)
    {
    case PIECE_LITERAL:
      append_escaped (pattern, piece->literal);
      break;
    case PIECE_PREFIX:
      append_escaped (pattern, prefix);
      break;
    case PIECE_ACCOUNT:
      append_escaped (pattern, account);
      break;
    case PIECE_UUID:
      g_string_append (pattern, "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
      break;
    case PIECE_YEAR:
      g_string_append (pattern, "[0-9]{4}");
      break;
    case PIECE_MONTH:
    case PIECE_DAY:
      g_string_append (pattern, "[0-9]{2}");
      break;
    case PIECE_PATH:
    case PIECE_NAME:
    default:
      if (strstr (pattern->str, piece->kind == PIECE_PATH ? "(?<path>" : "(?<name>") != NULL)
        g_string_append_printf (pattern, "\\k{%s}", name);
      else
        g_string_append_printf (pattern, "(?<%s>%s)", name,
                                piece->kind == PIECE_PATH ? ".+" : "[^/]+");
    }
}

/**
 * hoist_key_template_make_reader:
 * @self: the template
 * @prefix: the token's key prefix
 * @account: the token's name
 *
 * Prepares to tell from keys of one account of what they were made.
 *
 * Returns: (transfer full) (nullable): for hoist_key_read_path(); null if that cannot be told
 */
GRegex *
hoist_key_template_make_reader (const HoistKeyTemplate *self,
                                const char *prefix,
                                const char *account)
{
  g_autoptr (GString) pattern = g_string_new ("\\A");

  for (guint i = 0; i < self->pieces->len; i++)
    append_pattern (pattern, &g_array_index (self->pieces, Piece, i), prefix, account);
  g_string_append (pattern, "\\z");
  return g_regex_new (pattern->str, G_REGEX_OPTIMIZE | G_REGEX_DOTALL, 0, NULL);
}

/**
 * hoist_key_read_path:
 * @reader: (nullable): of hoist_key_template_make_reader()
 * @key: a key, not trusted
 * @is_whole: (out): whether it is the whole path, and not only its last component
 *
 * Tells the path that a key was made of, as far as it is in it.
 *
 * Returns: (transfer full) (nullable): a relative name; null where the key does not tell it
 */
char *
hoist_key_read_path (GRegex *reader, const char *key, gboolean *is_whole)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *path = NULL;

  *is_whole = FALSE;
  if (reader == NULL || !g_regex_match (reader, key, 0, &match))
    return NULL;
  path = g_match_info_fetch_named (match, "path");
  *is_whole = path != NULL && *path != '\0';
  if (!*is_whole)
    {
      g_free (path);
      path = g_match_info_fetch_named (match, "name");
    }
  return path != NULL && hoist_key_check_path (path, NULL) ? g_steal_pointer (&path) : NULL;
}
