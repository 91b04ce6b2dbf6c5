/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reader of serialised dictionaries against GLib's own. */

#include <string.h>

#include "hoist-error.h"
#include "hoist-fields.h"

enum
{
  FIELD_TEXT,
  FIELD_PATH,
  FIELD_BYTES,
  FIELD_T,
  FIELD_X,
  FIELD_U,
  FIELD_I,
  FIELD_Y,
  FIELD_B,
  FIELD_TUPLE,
  N_FIELDS
};

static const HoistField fields[N_FIELDS] = {
  [FIELD_TEXT] = { "text", "s", 100000, FALSE },
  [FIELD_PATH] = { "p", "ay", 300, FALSE },
  [FIELD_BYTES] = { "bytes", "ay", 0, FALSE },
  [FIELD_T] = { "t", "t", 8, FALSE },
  [FIELD_X] = { "x", "x", 8, FALSE },
  [FIELD_U] = { "u", "u", 4, FALSE },
  [FIELD_I] = { "i", "i", 4, FALSE },
  [FIELD_Y] = { "y", "y", 1, FALSE },
  [FIELD_B] = { "b", "b", 1, FALSE },
  [FIELD_TUPLE] = { "tuple", "(tx)", 16, FALSE },
};

static char *
make_text (gsize most)
{
  gsize length = (gsize) g_test_rand_int_range (0, (gint32) most);
  char *text = g_strnfill (length, 'x');

  for (gsize i = 0; i < length; i++)
    text[i] = (char) g_test_rand_int_range (1, 128);
  return text;
}

static GVariant *
make_value (gsize field, gsize most)
{
  g_autofree char *text = make_text (most);

  switch (field)
    {
    case FIELD_TEXT:
      return g_variant_new_string (text);
    case FIELD_PATH:
      text[MIN (strlen (text), 300)] = '\0';
      return g_variant_new_bytestring (text);
    case FIELD_BYTES:
      return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1);
    case FIELD_T:
      return g_variant_new_uint64 ((guint64) g_test_rand_int () << 31);
    case FIELD_X:
      return g_variant_new_int64 (-(gint64) (guint32) g_test_rand_int ());
    case FIELD_U:
      return g_variant_new_uint32 ((guint32) g_test_rand_int ());
    case FIELD_I:
      return g_variant_new_int32 (g_test_rand_int ());
    case FIELD_Y:
      return g_variant_new_byte ((guint8) g_test_rand_int ());
    case FIELD_B:
      return g_variant_new_boolean (g_test_rand_bit ());
    default:
      return g_variant_new ("(tx)", (guint64) 5, (gint64) -5);
    }
}

/* Some of the fields in any order, so long at times that offsets get wider. */
static GVariant *
make_dict (void)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  gsize first = (gsize) g_test_rand_int_range (0, N_FIELDS);
  gsize most = g_test_rand_int_range (0, 50) == 0 ? 90000 : 1 << g_test_rand_int_range (0, 10);

  for (gsize i = 0; i < N_FIELDS; i++)
    {
      gsize field = (first + i) % N_FIELDS;

      if (g_test_rand_bit ())
        g_variant_builder_add (&builder, "{sv}", fields[field].key, make_value (field, most));
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
assert_same_value (const HoistFieldValues *values, gsize field, GVariant *value)
{
  g_assert_cmpmem (values->at[field].data, values->at[field].length, g_variant_get_data (value),
                   g_variant_get_size (value));
  switch (field)
    {
    case FIELD_TEXT:
      g_assert_cmpstr (hoist_field_values_get_string (values, field), ==,
                       g_variant_get_string (value, NULL));
      break;
    case FIELD_PATH:
      g_assert_cmpstr (hoist_field_values_get_string (values, field), ==,
                       g_variant_get_bytestring (value));
      break;
    case FIELD_T:
      g_assert_cmpuint (hoist_field_values_get_uint64 (values, field), ==,
                        g_variant_get_uint64 (value));
      break;
    case FIELD_X:
      g_assert_cmpint (hoist_field_values_get_int64 (values, field), ==,
                       g_variant_get_int64 (value));
      break;
    case FIELD_U:
      g_assert_cmpuint (hoist_field_values_get_uint64 (values, field), ==,
                        g_variant_get_uint32 (value));
      break;
    case FIELD_I:
      g_assert_cmpint (hoist_field_values_get_int64 (values, field), ==,
                       g_variant_get_int32 (value));
      break;
    case FIELD_Y:
      g_assert_cmpuint (hoist_field_values_get_uint64 (values, field), ==,
                        g_variant_get_byte (value));
      break;
    case FIELD_B:
      g_assert_cmpuint (hoist_field_values_get_uint64 (values, field), ==,
                        g_variant_get_boolean (value));
      break;
    default:
      break;
    }
}

static void
assert_same (const HoistFieldValues *values, GVariant *dict)
{
  for (gsize i = 0; i < N_FIELDS; i++)
    {
      g_autoptr (GVariant) value =
        g_variant_lookup_value (dict, fields[i].key, G_VARIANT_TYPE (fields[i].type));

      g_assert_cmpint (value != NULL, ==, values->at[i].data != NULL);
      if (value != NULL)
        assert_same_value (values, i, value);
    }
}

static void
test_good (void)
{
  for (guint round = 0; round < 5000; round++)
    {
      g_autoptr (GVariant) dict = make_dict ();
      g_autoptr (GError) error = NULL;
      HoistFieldValues values;
      gboolean has_unknown;

      g_assert_true (hoist_fields_read (g_variant_get_data (dict), g_variant_get_size (dict),
                                        fields, N_FIELDS, &values, &has_unknown, &error));
      g_assert_no_error (error);
      g_assert_false (has_unknown);
      assert_same (&values, dict);
    }
}

/* A few bytes changed, or the end cut off: what is accepted in spite of that is
 * in normal form, and both read the same. The memory is as long as the data, so
 * that reading past its end shows. */
static void
test_damaged (void)
{
  guint n_accepted = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GVariant) dict = make_dict ();
      gsize length = g_variant_get_size (dict);
      g_autofree guint8 *data = g_memdup2 (g_variant_get_data (dict), length);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GVariant) damaged = NULL;
      HoistFieldValues values;
      gboolean has_unknown;

      for (int i = g_test_rand_int_range (0, 4); i > 0 && length > 0; i--)
        {
          /* near the end there is more structure to hit */
          gsize most = g_test_rand_bit () ? length : MIN (length, 16);
          gsize place = length - 1 - (gsize) g_test_rand_int_range (0, (gint32) most);

          data[place] = g_test_rand_bit () ? data[place] ^ 1 << g_test_rand_int_range (0, 8)
                                           : (guint8) g_test_rand_int ();
        }
      if (g_test_rand_int_range (0, 8) == 0)
        length -= (gsize) g_test_rand_int_range (0, (gint32) length + 1);
      data = g_realloc (data, length);

      if (!hoist_fields_read (data, length, fields, N_FIELDS, &values, &has_unknown, NULL) ||
          has_unknown)
        continue;
      bytes = g_bytes_new (data, length);
      damaged =
        g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
      g_assert_true (g_variant_is_normal_form (damaged));
      assert_same (&values, damaged);
      n_accepted++;
    }
  g_assert_cmpuint (n_accepted, >, 500);
}

static void
test_unknown (void)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (
    g_variant_new_parsed ("{'t': <uint64 5>, 'later': <['a', 'b']>, 'y': <byte 1>}"));
  g_autoptr (GVariant) expected =
    g_variant_ref_sink (g_variant_new_parsed ("{'later': <['a', 'b']>}"));
  g_autoptr (GVariant) unknown = NULL;
  g_autoptr (GError) error = NULL;
  HoistFieldValues values;
  gboolean has_unknown = FALSE;

  g_assert_true (hoist_fields_read (g_variant_get_data (dict), g_variant_get_size (dict), fields,
                                    N_FIELDS, &values, &has_unknown, &error));
  g_assert_no_error (error);
  g_assert_true (has_unknown);
  g_assert_cmpuint (hoist_field_values_get_uint64 (&values, FIELD_T), ==, 5);
  g_assert_true (hoist_fields_dup_unknown (g_variant_get_data (dict), g_variant_get_size (dict),
                                           fields, N_FIELDS, &unknown, &error));
  g_assert_cmpvariant (unknown, expected);

  g_assert_false (
    hoist_fields_dup_unknown ((const guint8 *) "abc", 3, fields, N_FIELDS, &unknown, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
}

static void
test_required (void)
{
  static const HoistField needed[] = { { "a", "t", 8, TRUE }, { "b", "s", 3, FALSE } };
  static const struct
  {
    const char *text;
    gboolean good;
  } rows[] = {
    { "{'a': <uint64 1>}", TRUE },
    { "{'a': <uint64 1>, 'b': <'123'>}", TRUE },
    { "{'a': <uint64 1>, 'b': <'1234'>}", FALSE },
    { "{'a': <uint64 1>, 'b': <'ä€'>}", FALSE },
    { "{'a': <uint64 1>, 'a': <uint64 2>}", FALSE },
    { "{'a': <int64 1>}", FALSE },
    { "{'a': <<uint64 1>>}", FALSE },
    { "{'a': <(uint64 1,)>}", FALSE },
    { "{'b': <'1'>}", FALSE },
    { "@a{sv} {}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_new_parsed (rows[i].text));
      g_autoptr (GError) error = NULL;
      HoistFieldValues values;
      gboolean has_unknown;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (hoist_fields_read (g_variant_get_data (dict), g_variant_get_size (dict),
                                          needed, G_N_ELEMENTS (needed), &values, &has_unknown,
                                          &error),
                       ==, rows[i].good);
      if (!rows[i].good)
        g_assert_error (error, HOIST_ERROR, HOIST_ERROR_STORE_DAMAGED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fields/good", test_good);
  g_test_add_func ("/fields/damaged", test_damaged);
  g_test_add_func ("/fields/unknown", test_unknown);
  g_test_add_func ("/fields/required", test_required);
  return g_test_run ();
}
