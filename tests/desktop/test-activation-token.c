/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-activation-token.h"

static void
test_platform_data (void)
{
  static const struct
  {
    const char *data;  /* as GVariant text */
    const char *token; /* (nullable) */
  } table[] = {
    { "@a{sv} {}", NULL },
    { "{'activation-token': <'gnome-shell/Nautilus/1-0-host_TIME12'>}",
      "gnome-shell/Nautilus/1-0-host_TIME12" },
    { "{'desktop-startup-id': <'xfce_TIME34'>}", "xfce_TIME34" },
    { "{'desktop-startup-id': <'a_TIME34'>, 'activation-token': <'b'>}", "b" },
    { "{'desktop-startup-id': <'a_TIME34'>, 'activation-token': <''>}", "a_TIME34" },
    /* What another program sends can be anything. */
    { "{'activation-token': <7>}", NULL },
    { "{'activation-token': <['a']>}", NULL },
    { "{'activation-token': <'a\\nb'>}", NULL },
    { "{'activation-token': <'ä'>}", NULL },
    { "('activation-token', 'a')", NULL },
    { "'activation-token'", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GVariant) data = g_variant_ref_sink (g_variant_new_parsed (table[i].data));
      g_autofree char *token = hoist_activation_token_from_platform_data (data);

      g_assert_cmpstr (token, ==, table[i].token);
    }
  g_assert_null (hoist_activation_token_from_platform_data (NULL));
}

static void
test_length (void)
{
  g_autofree char *longest = g_strnfill (512, 'a');
  g_autofree char *longer = g_strnfill (513, 'a');

  g_assert_true (hoist_activation_token_is_valid (longest));
  g_assert_false (hoist_activation_token_is_valid (longer));
  g_assert_false (hoist_activation_token_is_valid (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/activation-token/platform-data", test_platform_data);
  g_test_add_func ("/activation-token/length", test_length);
  return g_test_run ();
}
