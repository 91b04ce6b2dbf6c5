/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-element.h"

#include <string.h>

#include "hoist-error.h"

/* A list of 10,000 parts with checksums has 2 MiB and 40,001 elements; four times that is more
 * than any honest document. S3's documents are four levels deep. */
#define MAX_DOCUMENT_BYTES (8 << 20)
#define MAX_ELEMENTS 160000
#define MAX_DEPTH 16

struct _HoistS3Element
{
  char *name;          /* (owned) without a prefix */
  GString *text;       /* (owned) (nullable) */
  GPtrArray *children; /* (owned) (nullable) (element-type HoistS3Element) */
};

typedef struct
{
  HoistS3Element *root; /* (owned) (nullable) */
  HoistS3Element *open[MAX_DEPTH];
  guint depth;
  guint n_elements;
} Reader;

static HoistS3Element *
element_new (const char *qualified_name)
{
  HoistS3Element *element = g_new0 (HoistS3Element, 1);
  const char *colon = strrchr (qualified_name, ':');

  element->name = g_strdup (colon ? colon + 1 : qualified_name);
  return element;
}

static void
start_element (GMarkupParseContext *context,
               const char *name,
               const char **attribute_names,
               const char **attribute_values,
               gpointer user_data,
               GError **error)
{
  Reader *reader = user_data;
  HoistS3Element *element;

  if (reader->depth == MAX_DEPTH || ++reader->n_elements > MAX_ELEMENTS ||
      (reader->depth == 0 && reader->root))
    {
      g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT,
                           "too deep, too long or more than one document");
      return;
    }
  element = element_new (name);
  if (reader->depth == 0)
    {
      reader->root = element;
    }
  else
    {
      HoistS3Element *parent = reader->open[reader->depth - 1];

      if (!parent->children)
        parent->children = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_s3_element_free);
      g_ptr_array_add (parent->children, element);
    }
  reader->open[reader->depth++] = element;
}

static void
end_element (GMarkupParseContext *context, const char *name, gpointer user_data, GError **error)
{
  Reader *reader = user_data;

  reader->depth--;
}

static void
take_text (GMarkupParseContext *context,
           const char *text,
           gsize length,
           gpointer user_data,
           GError **error)
{
  Reader *reader = user_data;
  HoistS3Element *element = reader->depth > 0 ? reader->open[reader->depth - 1] : NULL;

  /* The white space between elements is most of a pretty-printed list. */
  if (!element || element->children)
    return;
  if (!element->text)
    element->text = g_string_new_len (text, (gssize) length);
  else
    g_string_append_len (element->text, text, (gssize) length);
}

static const GMarkupParser parser = {
  .start_element = start_element,
  .end_element = end_element,
  .text = take_text,
};

/* S3 keeps a connection alive with white space while it completes an upload, before the
 * document and after its declaration. */
static void
skip_leading_space (const char **data, gsize *length)
{
  if (*length >= 3 && memcmp (*data, "\xef\xbb\xbf", 3) == 0)
    {
      *data += 3;
      *length -= 3;
    }
  while (*length > 0 && g_ascii_isspace (**data))
    {
      (*data)++;
      (*length)--;
    }
}

/**
 * hoist_s3_element_parse:
 * @data: (array length=length): a document
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Reads a document, of limited size and depth, into a tree.
 *
 * Errors: %HOIST_ERROR_PROTOCOL
 *
 * Returns: (transfer full) (nullable): its root
 */
HoistS3Element *
hoist_s3_element_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (GMarkupParseContext) context = NULL;
  Reader reader = { 0 };

  skip_leading_space (&data, &length);
  if (length == 0 || length > MAX_DOCUMENT_BYTES)
    {
      g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                           length == 0 ? "The storage answered nothing"
                                       : "The storage answered far too much");
      return NULL;
    }
  context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &reader, NULL);
  if (!g_markup_parse_context_parse (context, data, (gssize) length, NULL) ||
      !g_markup_parse_context_end_parse (context, NULL))
    g_clear_pointer (&reader.root, hoist_s3_element_free);
  /* GMarkup's own message would quote the document, which nobody here vouches for. It is also
   * content with a declaration that nothing follows. */
  if (!reader.root)
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                         "The storage answered something that is not an S3 document");
  return reader.root;
}

/**
 * hoist_s3_element_free:
 * @element: (nullable): the root of a document
 *
 * Frees a document.
 */
void
hoist_s3_element_free (HoistS3Element *element)
{
  if (!element)
    return;
  g_free (element->name);
  if (element->text)
    g_string_free (element->text, TRUE);
  g_clear_pointer (&element->children, g_ptr_array_unref);
  g_free (element);
}

/**
 * hoist_s3_element_get_name:
 * @element: an element
 *
 * Gets an element's name, without a namespace prefix.
 *
 * Returns: (transfer none): the name
 */
const char *
hoist_s3_element_get_name (const HoistS3Element *element)
{
  return element->name;
}

/**
 * hoist_s3_element_get_n_children:
 * @element: an element
 *
 * Gets how many elements are directly below an element.
 *
 * Returns: their number
 */
guint
hoist_s3_element_get_n_children (const HoistS3Element *element)
{
  return element->children ? element->children->len : 0;
}

/**
 * hoist_s3_element_get_child:
 * @element: an element
 * @index: from 0, below the number of children
 *
 * Gets an element below an element.
 *
 * Returns: (transfer none): the child
 */
const HoistS3Element *
hoist_s3_element_get_child (const HoistS3Element *element, guint index)
{
  return g_ptr_array_index (element->children, index);
}

/**
 * hoist_s3_element_get_text:
 * @element: an element
 *
 * Gets an element's text.
 *
 * Returns: (transfer none): the text, empty where there is none
 */
const char *
hoist_s3_element_get_text (const HoistS3Element *element)
{
  return element->text && !element->children ? element->text->str : "";
}

/**
 * hoist_s3_element_lookup:
 * @element: an element
 * @name: a child's name
 *
 * Finds the text of the first child of a name.
 *
 * Returns: (transfer none) (nullable): the text, or null where there is no such child
 */
const char *
hoist_s3_element_lookup (const HoistS3Element *element, const char *name)
{
  for (guint i = 0; i < hoist_s3_element_get_n_children (element); i++)
    {
      const HoistS3Element *child = hoist_s3_element_get_child (element, i);

      if (g_str_equal (child->name, name))
        return hoist_s3_element_get_text (child);
    }
  return NULL;
}

/**
 * hoist_s3_element_lookup_number:
 * @element: an element
 * @name: a child's name
 * @fallback: the value where there is no such child, or an empty one
 * @max: largest value that is accepted
 * @value: (out): the number
 * @error: return location for an error
 *
 * Reads the number in the first child of a name.
 *
 * Errors: %HOIST_ERROR_PROTOCOL
 *
 * Returns: %FALSE where there is something that is no such number
 */
gboolean
hoist_s3_element_lookup_number (const HoistS3Element *element,
                                const char *name,
                                guint64 fallback,
                                guint64 max,
                                guint64 *value,
                                GError **error)
{
  const char *found = hoist_s3_element_lookup (element, name);
  g_autofree char *text = g_strstrip (g_strdup (found ? found : ""));

  *value = fallback;
  if (text[0] == '\0')
    return TRUE;
  if (g_ascii_string_to_unsigned (text, 10, 0, max, value, NULL))
    return TRUE;
  g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
               "The storage answered something that is not a number as %s", name);
  return FALSE;
}

/**
 * hoist_s3_element_lookup_time:
 * @element: an element
 * @name: a child's name
 *
 * Reads the time (ISO 8601) in the first child of a name.
 *
 * Returns: seconds of real time, or 0 where there is none
 */
gint64
hoist_s3_element_lookup_time (const HoistS3Element *element, const char *name)
{
  const char *text = hoist_s3_element_lookup (element, name);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  return time ? g_date_time_to_unix (time) : 0;
}
