/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Thunar keeps a person's custom actions in one file. What is not ours in it stays
 * as it is, byte for byte: it is never parsed and written again, only cut and glued. */

#include "config.h"

#include "hoist-uca.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ACTION_BEGIN "<action"
#define ACTION_END "</action>"
#define ACTIONS_END "</actions>"

static const char empty_file[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                 "<actions>\n"
                                 "</actions>\n";

/* A part of a text. */
typedef struct
{
  gsize begin;
  gsize end;
} Span;

/**
 * hoist_uca_action_free:
 * @action: (transfer full): an action
 *
 * Frees it.
 */
void
hoist_uca_action_free (HoistUcaAction *action)
{
  g_free (action->id);
  g_free (action->name);
  g_free (action->submenu);
  g_free (action->comment);
  g_free (action->icon);
  g_free (action->command);
  g_free (action);
}

/* --- Checking --------------------------------------------------------------------------------- */

typedef struct
{
  GString *id; /* the text in unique-id */
  gboolean in_id;
  guint depth;
  guint n_outermost;
  gboolean is_other; /* the outermost element is not `actions`, and that alone */
} Reader;

static void
start_element (GMarkupParseContext *context,
               const char *name,
               const char **attribute_names,
               const char **attribute_values,
               gpointer user_data,
               GError **error)
{
  Reader *reader = user_data;

  /* GMarkup lets several outermost elements pass. */
  if (reader->depth++ == 0)
    reader->is_other |= reader->n_outermost++ > 0 || !g_str_equal (name, "actions");
  reader->in_id = g_str_equal (name, "unique-id");
}

static void
end_element (GMarkupParseContext *context, const char *name, gpointer user_data, GError **error)
{
  Reader *reader = user_data;

  reader->depth--;
  reader->in_id = FALSE;
}

static void
read_text (GMarkupParseContext *context,
           const char *text,
           gsize length,
           gpointer user_data,
           GError **error)
{
  Reader *reader = user_data;

  if (reader->in_id)
    g_string_append_len (reader->id, text, (gssize) length);
}

static gboolean
parse (Reader *reader, const char *text, gssize length, GError **error)
{
  static const GMarkupParser parser = {
    .start_element = start_element,
    .end_element = end_element,
    .text = read_text,
  };
  g_autoptr (GMarkupParseContext) context =
    g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, reader, NULL);

  return g_markup_parse_context_parse (context, text, length, error) &&
         g_markup_parse_context_end_parse (context, error);
}

/* What is cut must be what Thunar would read. */
static gboolean
check (const char *text, GError **error)
{
  g_autoptr (GString) id = g_string_new (NULL);
  Reader reader = { .id = id };
  g_autoptr (GError) parse_error = NULL;

  if (!parse (&reader, text, -1, &parse_error))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   /* Translators: %s is what a parser says of a file. */
                   _ ("Thunar's actions cannot be read: %s"), parse_error->message);
      return FALSE;
    }
  if (reader.is_other)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("This is no file of Thunar's actions."));
  return !reader.is_other;
}

/* --- Finding ---------------------------------------------------------------------------------- */

/* Where the markup that begins here ends. The text is known to be well-formed. */
static const char *
skip_markup (const char *markup)
{
  static const struct
  {
    const char *begin;
    const char *end;
  } kinds[] = {
    { "<!--", "-->" },
    { "<![CDATA[", "]]>" },
    { "<?", "?>" },
    { "<", ">" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_prefix (markup, kinds[i].begin))
      {
        const char *end = strstr (markup + strlen (kinds[i].begin), kinds[i].end);

        return end != NULL ? end + strlen (kinds[i].end) : markup + strlen (markup);
      }
  return markup + 1;
}

static gboolean
is_action_begin (const char *markup)
{
  return g_str_has_prefix (markup, ACTION_BEGIN) &&
         strchr (" \t\r\n>", markup[strlen (ACTION_BEGIN)]) != NULL;
}

static gboolean
is_ours (const char *text, Span span)
{
  g_autoptr (GString) id = g_string_new (NULL);
  Reader reader = { .id = id };

  return parse (&reader, text + span.begin, (gssize) (span.end - span.begin), NULL) &&
         g_str_has_prefix (g_strstrip (id->str), HOIST_APP_ID);
}

/* Our actions, each with the end of its line. */
static GArray *
find_ours (const char *text)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Span));
  const char *at = strchr (text, '<');
  const char *begin = NULL;

  while (at != NULL)
    {
      const char *end = skip_markup (at);

      if (is_action_begin (at))
        begin = at;
      else if (begin != NULL && g_str_has_prefix (at, ACTION_END))
        {
          Span span = { (gsize) (begin - text), (gsize) (end - text) };

          if (is_ours (text, span))
            {
              span.end += text[span.end] == '\n' ? 1 : 0;
              g_array_append_val (found, span);
            }
          begin = NULL;
        }
      at = strchr (end, '<');
    }
  return found;
}

/* Where the end tag of all actions is. */
static const char *
find_end (const char *text)
{
  const char *found = NULL;

  for (const char *at = strchr (text, '<'); at != NULL; at = strchr (skip_markup (at), '<'))
    if (g_str_has_prefix (at, ACTIONS_END))
      found = at;
  return found;
}

/* --- Cutting and gluing ----------------------------------------------------------------------- */

static GString *
cut (const char *text, GArray *spans)
{
  GString *rest = g_string_new (NULL);
  gsize kept = 0;

  for (guint i = 0; i < spans->len; i++)
    {
      Span span = g_array_index (spans, Span, i);

      g_string_append_len (rest, text + kept, (gssize) (span.begin - kept));
      kept = span.end;
    }
  g_string_append (rest, text + kept);
  return rest;
}

static void
append_element (GString *xml, const char *name, const char *value)
{
  g_autofree char *escaped = g_markup_escape_text (value, -1);

  g_string_append_printf (xml, "\t<%s>%s</%s>\n", name, escaped, name);
}

static void
append_action (GString *xml, const HoistUcaAction *action)
{
  /* With one of them missing it is shown for some files only. */
  static const char *const types[] = { "directories", "audio-files", "image-files",
                                       "other-files", "text-files",  "video-files" };

  g_string_append (xml, "<action>\n");
  append_element (xml, "icon", action->icon);
  append_element (xml, "name", action->name);
  if (action->submenu != NULL)
    append_element (xml, "submenu", action->submenu);
  append_element (xml, "unique-id", action->id);
  append_element (xml, "command", action->command);
  append_element (xml, "description", action->comment);
  append_element (xml, "patterns", "*");
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    g_string_append_printf (xml, "\t<%s/>\n", types[i]);
  g_string_append (xml, "</action>\n");
}

/**
 * hoist_uca_has_submenus:
 * @text: a file of Thunar's actions
 *
 * Finds out whether the Thunar that wrote it knows submenus, as since 4.18. An
 * older one does not read a file at all that has any.
 *
 * Returns: whether it does
 */
gboolean
hoist_uca_has_submenus (const char *text)
{
  return strstr (text, "<submenu") != NULL;
}

/**
 * hoist_uca_merge:
 * @text: (nullable): a file of Thunar's actions; %NULL if there is none
 * @actions: (element-type HoistUcaAction): our actions
 * @error: (out) (optional): why that is not possible
 *
 * Puts our actions in the place of those that are there already, or at the end.
 *
 * Errors: %G_IO_ERROR_INVALID_DATA when it is not such a file.
 *
 * Returns: (transfer full) (nullable): the new contents
 */
char *
hoist_uca_merge (const char *text, GPtrArray *actions, GError **error)
{
  g_autoptr (GArray) ours = NULL;
  g_autoptr (GString) merged = NULL;
  g_autoptr (GString) added = g_string_new (NULL);
  const char *end;
  gsize position;

  if (text == NULL || *text == '\0')
    text = empty_file;
  if (!check (text, error))
    return NULL;
  end = find_end (text);
  if (end == NULL)
    {
      /* `<actions/>`: nothing of the person's is in there. */
      text = empty_file;
      end = find_end (text);
    }
  ours = find_ours (text);
  position = ours->len > 0 ? g_array_index (ours, Span, 0).begin : (gsize) (end - text);
  merged = cut (text, ours);
  for (guint i = 0; i < actions->len; i++)
    append_action (added, g_ptr_array_index (actions, i));
  g_string_insert (merged, (gssize) position, added->str);
  return g_string_free (g_steal_pointer (&merged), FALSE);
}

/**
 * hoist_uca_remove:
 * @text: a file of Thunar's actions
 * @had_any: (out): whether there were any of ours
 * @error: (out) (optional): why that is not possible
 *
 * Takes our actions out.
 *
 * Errors: %G_IO_ERROR_INVALID_DATA when it is not such a file.
 *
 * Returns: (transfer full) (nullable): the new contents
 */
char *
hoist_uca_remove (const char *text, gboolean *had_any, GError **error)
{
  g_autoptr (GArray) ours = NULL;

  if (!check (text, error))
    return NULL;
  ours = find_ours (text);
  *had_any = ours->len > 0;
  return g_string_free (cut (text, ours), FALSE);
}

/**
 * hoist_uca_is_empty:
 * @text: a file of Thunar's actions
 *
 * Finds out whether it is what this made where there was no file.
 *
 * Returns: whether it can go
 */
gboolean
hoist_uca_is_empty (const char *text)
{
  return g_str_equal (text, empty_file);
}
