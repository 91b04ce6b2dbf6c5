/* SPDX-License-Identifier: GPL-3.0-or-later */

/* AWS SDKs and Tools Reference Guide, «Format of the config file»: sections, `name = value`, and
 * indented lines below a name without a value, which belong to it. */

#include "config.h"

#include "hoist-aws-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"

#define MAX_LINE_BYTES (16 << 10)
#define MAX_NAME_BYTES 128
#define MAX_SECTIONS 2000

struct _HoistAwsFile
{
  GPtrArray *names;     /* (owned) (element-type utf8) of the sections, in their order */
  GHashTable *sections; /* (owned) name -> values: name -> text, both owned */
};

/* Where the parser is. */
typedef struct
{
  HoistAwsFile *file;
  GHashTable *values; /* of the section */
  char *parent;       /* (owned) (nullable) what indented lines belong to */
  guint line;
} Place;

static void
wipe (gpointer text)
{
  explicit_bzero (text, strlen (text));
  g_free (text);
}

typedef char WipedText;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WipedText, wipe)

static gboolean
refuse (const Place *place, const char *why, GError **error)
{
  /* Translators: the number of a line, and what is wrong with it */
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT, _ ("line %u: %s"), place->line, why);
  return FALSE;
}

static GHashTable *
open_section (HoistAwsFile *file, const char *name)
{
  GHashTable *values = g_hash_table_lookup (file->sections, name);

  if (values != NULL)
    return values;
  values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, wipe);
  g_hash_table_insert (file->sections, g_strdup (name), values);
  g_ptr_array_add (file->names, g_strdup (name));
  return values;
}

/* `profile  "a b"` is `profile a b`. */
static char *
clean_section (char *name)
{
  char *quote = strchr (name, '"');
  gsize length = strlen (name);

  if (quote != NULL && quote != name + length - 1 && name[length - 1] == '"')
    {
      name[length - 1] = '\0';
      memmove (quote, quote + 1, strlen (quote));
    }
  for (char *p = name; *p != '\0'; p++)
    if (*p == '\t')
      *p = ' ';
  return g_strstrip (name);
}

static gboolean
read_section (Place *place, char *line, GError **error)
{
  char *end = strrchr (line, ']');

  /* A comment may follow. */
  if (end == NULL || (end[1 + strspn (end + 1, " \t")] != '\0' &&
                      strchr ("#;", end[1 + strspn (end + 1, " \t")]) == NULL))
    return refuse (place, _ ("the section has no end"), error);
  *end = '\0';
  line = clean_section (line + 1);
  if (*line == '\0' || strlen (line) > MAX_NAME_BYTES)
    return refuse (place, _ ("the section has no name, or one that is too long"), error);
  if (place->file->names->len >= MAX_SECTIONS)
    return refuse (place, _ ("there are too many sections"), error);
  place->values = open_section (place->file, line);
  g_clear_pointer (&place->parent, g_free);
  return TRUE;
}

static gboolean
is_name (const char *name)
{
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("_-.", *p) == NULL)
      return FALSE;
  return *name != '\0' && strlen (name) <= MAX_NAME_BYTES;
}

static gboolean
read_value (Place *place, char *line, gboolean indented, GError **error)
{
  char *equals = strchr (line, '=');
  g_autofree char *name = NULL;
  char *value;

  if (equals == NULL)
    return refuse (place, _ ("this is neither a section nor a name and a value"), error);
  *equals = '\0';
  value = g_strstrip (equals + 1);
  if (g_str_has_prefix (line, "export "))
    line += strlen ("export ");
  name = g_ascii_strdown (g_strstrip (line), -1);
  if (!is_name (name))
    return refuse (place, _ ("this is no name"), error);
  if (indented && place->parent != NULL)
    {
      g_autofree char *inner = g_steal_pointer (&name);

      name = g_strconcat (place->parent, ".", inner, NULL);
    }
  else
    {
      g_free (place->parent);
      place->parent = *value == '\0' ? g_strdup (name) : NULL;
    }
  g_hash_table_replace (place->values, g_steal_pointer (&name), g_strdup (value));
  return TRUE;
}

/* The line may be changed. */
static gboolean
read_line (Place *place, char *line, GError **error)
{
  gboolean indented = *line == ' ' || *line == '\t';

  if (strlen (line) > MAX_LINE_BYTES)
    return refuse (place, _ ("this is too long"), error);
  line = g_strstrip (line);
  for (const char *p = line; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p) && *p != '\t')
      return refuse (place, _ ("there is a character in it that no text has"), error);
  if (*line == '\0' || *line == '#' || *line == ';')
    return TRUE;
  if (*line == '[')
    return read_section (place, line, error);
  return read_value (place, line, indented, error);
}

/**
 * hoist_aws_file_parse:
 * @text: (array length=length): what is in the file
 * @length: how many bytes
 * @error: return location for an error
 *
 * Reads a file of AWS's tools, or one of variables, `NAME=VALUE`, without a section. What is said
 * twice counts as it was said last. The caller wipes @text.
 *
 * Errors: %HOIST_ERROR_BAD_INPUT with the number of the line; nothing of @text is in the message.
 *
 * Returns: (transfer full) (nullable): what is in it
 */
HoistAwsFile *
hoist_aws_file_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (HoistAwsFile) file = g_new0 (HoistAwsFile, 1);
  Place place = { .file = file };
  gboolean good = TRUE;

  file->names = g_ptr_array_new_with_free_func (g_free);
  file->sections =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  place.values = open_section (file, "");
  /* What Windows writes before UTF-8. */
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      text += 3;
      length -= 3;
    }
  while (good && length > 0)
    {
      const char *end = memchr (text, '\n', length);
      gsize line_length = end != NULL ? (gsize) (end - text) : length;
      g_autoptr (WipedText) line = g_strndup (text, line_length);

      place.line++;
      if (memchr (text, '\0', line_length) != NULL || !g_utf8_validate (line, -1, NULL))
        good = refuse (&place, _ ("this is no text"), error);
      else
        good = read_line (&place, line, error);
      text += line_length + (end != NULL);
      length -= line_length + (end != NULL);
    }
  g_free (place.parent);
  return good ? g_steal_pointer (&file) : NULL;
}

/**
 * hoist_aws_file_free:
 * @file: (transfer full) (nullable): a file
 *
 * Wipes and frees it.
 */
void
hoist_aws_file_free (HoistAwsFile *file)
{
  if (file == NULL)
    return;
  g_clear_pointer (&file->names, g_ptr_array_unref);
  g_clear_pointer (&file->sections, g_hash_table_unref);
  g_free (file);
}

/**
 * hoist_aws_file_get_section:
 * @file: a file
 * @index: from 0
 *
 * Walks its sections, in their order.
 *
 * Returns: (transfer none) (nullable): a name; %NULL past the last one
 */
const char *
hoist_aws_file_get_section (const HoistAwsFile *file, guint index)
{
  /* The first one has no name: what stands before any. */
  return index + 1 < file->names->len ? g_ptr_array_index (file->names, index + 1) : NULL;
}

/**
 * hoist_aws_file_lookup:
 * @file: a file
 * @section: one of its sections
 * @name: in small letters; what is indented below `s3 =` is `s3.name`
 *
 * Finds a value. What stands before the first section counts in each.
 *
 * Returns: (transfer none) (nullable): the value, which is not empty; maybe a secret
 */
const char *
hoist_aws_file_lookup (const HoistAwsFile *file, const char *section, const char *name)
{
  GHashTable *values = g_hash_table_lookup (file->sections, section);
  const char *value = values != NULL ? g_hash_table_lookup (values, name) : NULL;

  if (value == NULL)
    value = g_hash_table_lookup (g_hash_table_lookup (file->sections, ""), name);
  return value != NULL && *value != '\0' ? value : NULL;
}
