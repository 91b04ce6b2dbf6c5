/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-pairs.h"

struct _HoistS3Pairs
{
  GPtrArray *texts; /* (owned) (element-type utf8) name, value, name, value, … */
};

/**
 * hoist_s3_pairs_new:
 *
 * Makes an empty list of names and values.
 *
 * Returns: (transfer full): the list
 */
HoistS3Pairs *
hoist_s3_pairs_new (void)
{
  HoistS3Pairs *pairs = g_new0 (HoistS3Pairs, 1);

  pairs->texts = g_ptr_array_new_with_free_func (g_free);
  return pairs;
}

/**
 * hoist_s3_pairs_copy:
 * @pairs: the list to copy
 *
 * Copies a list.
 *
 * Returns: (transfer full): the copy
 */
HoistS3Pairs *
hoist_s3_pairs_copy (const HoistS3Pairs *pairs)
{
  HoistS3Pairs *copy = hoist_s3_pairs_new ();

  for (guint i = 0; i < hoist_s3_pairs_get_length (pairs); i++)
    hoist_s3_pairs_add (copy, hoist_s3_pairs_get_name (pairs, i),
                        hoist_s3_pairs_get_value (pairs, i));
  return copy;
}

/**
 * hoist_s3_pairs_free:
 * @pairs: (nullable): the list
 *
 * Frees a list.
 */
void
hoist_s3_pairs_free (HoistS3Pairs *pairs)
{
  if (!pairs)
    return;
  g_ptr_array_unref (pairs->texts);
  g_free (pairs);
}

/**
 * hoist_s3_pairs_add:
 * @pairs: the list
 * @name: the name
 * @value: the value, may be empty
 *
 * Puts a name and its value at the end. What has this name already stays.
 */
void
hoist_s3_pairs_add (HoistS3Pairs *pairs, const char *name, const char *value)
{
  g_return_if_fail (name && value);

  g_ptr_array_add (pairs->texts, g_strdup (name));
  g_ptr_array_add (pairs->texts, g_strdup (value));
}

/**
 * hoist_s3_pairs_get_length:
 * @pairs: the list
 *
 * Gets how many names with values there are.
 *
 * Returns: their number
 */
guint
hoist_s3_pairs_get_length (const HoistS3Pairs *pairs)
{
  return pairs->texts->len / 2;
}

/**
 * hoist_s3_pairs_get_name:
 * @pairs: the list
 * @index: from 0, below the length
 *
 * Gets a name.
 *
 * Returns: (transfer none): the name
 */
const char *
hoist_s3_pairs_get_name (const HoistS3Pairs *pairs, guint index)
{
  g_return_val_if_fail (index < hoist_s3_pairs_get_length (pairs), NULL);

  return g_ptr_array_index (pairs->texts, 2 * index);
}

/**
 * hoist_s3_pairs_get_value:
 * @pairs: the list
 * @index: from 0, below the length
 *
 * Gets a value.
 *
 * Returns: (transfer none): the value
 */
const char *
hoist_s3_pairs_get_value (const HoistS3Pairs *pairs, guint index)
{
  g_return_val_if_fail (index < hoist_s3_pairs_get_length (pairs), NULL);

  return g_ptr_array_index (pairs->texts, 2 * index + 1);
}

/**
 * hoist_s3_pairs_lookup:
 * @pairs: the list
 * @name: a name, compared byte by byte, as query parameters are
 *
 * Finds the first value of a name.
 *
 * Returns: (transfer none) (nullable): the value
 */
const char *
hoist_s3_pairs_lookup (const HoistS3Pairs *pairs, const char *name)
{
  for (guint i = 0; i < hoist_s3_pairs_get_length (pairs); i++)
    if (g_str_equal (hoist_s3_pairs_get_name (pairs, i), name))
      return hoist_s3_pairs_get_value (pairs, i);
  return NULL;
}

/**
 * hoist_s3_pairs_lookup_header:
 * @pairs: the list
 * @name: a name, compared without regard to case, as HTTP headers are
 *
 * Finds the first value of a name.
 *
 * Returns: (transfer none) (nullable): the value
 */
const char *
hoist_s3_pairs_lookup_header (const HoistS3Pairs *pairs, const char *name)
{
  for (guint i = 0; i < hoist_s3_pairs_get_length (pairs); i++)
    if (g_ascii_strcasecmp (hoist_s3_pairs_get_name (pairs, i), name) == 0)
      return hoist_s3_pairs_get_value (pairs, i);
  return NULL;
}

/**
 * hoist_s3_pairs_to_strv:
 * @pairs: the list
 *
 * Writes the list as an array: name, value, name, value, …
 *
 * Returns: (transfer full) (array zero-terminated=1): the array
 */
GStrv
hoist_s3_pairs_to_strv (const HoistS3Pairs *pairs)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < pairs->texts->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (pairs->texts, i));
  return g_strv_builder_end (builder);
}
