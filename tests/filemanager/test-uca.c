/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-uca.h"

#define HEAD                                                                                       \
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE actions [\n"                              \
  "  <!ELEMENT actions (action)+>\n  <!ELEMENT action (icon|name)*>\n]>\n"

/* What a person has, and how odd it can look. */
static const char *const files[] = {
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<actions>\n</actions>\n",
  "<?xml version='1.0'?><actions></actions>",
  HEAD
  "<actions>\n\n  <action>\n    <icon>utilities-terminal</icon>\n    <unique-id>1-1</unique-id>\n"
  "    <command>sh -c 'a &amp;&amp; b' %f</command>\n  </action>\n\n</actions>\n",
  "<actions><!-- <action><unique-id>io.github.hoist.Hoist</unique-id></action> --></actions>",
  "<actions><action><command><![CDATA[</action></actions>]]></command></action></actions>",
  "<actions>\r\n<action >\r\n<name xml:lang=\"de\">Ä</name></action>\r\n  </actions>\r\n",
};

static GPtrArray *
make_actions (const char *first_name, const char *second_name)
{
  const char *const names[] = { first_name, second_name, NULL };
  GPtrArray *actions = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_uca_action_free);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      HoistUcaAction *action = g_new0 (HoistUcaAction, 1);

      action->id = g_strdup_printf ("io.github.hoist.Hoist.%" G_GSIZE_FORMAT, i);
      action->name = g_strdup (names[i]);
      action->submenu = i == 0 ? g_strdup ("Upload to S3") : NULL;
      action->comment = g_strdup ("Send");
      action->icon = g_strdup ("icon");
      action->command = g_strdup ("hoist --to a %U");
      g_ptr_array_add (actions, action);
    }
  return actions;
}

static char *
merge (const char *text, const char *first_name, const char *second_name)
{
  g_autoptr (GPtrArray) actions = make_actions (first_name, second_name);
  g_autoptr (GError) error = NULL;
  char *merged = hoist_uca_merge (text, actions, &error);

  g_assert_no_error (error);
  return merged;
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  for (const char *at = strstr (text, what); at != NULL; at = strstr (at + 1, what))
    n++;
  return n;
}

/* In and out again leaves no trace, whatever the file looks like. */
static void
test_no_trace (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *merged = merge (files[i], "A & <b>", NULL);
      g_autofree char *again = merge (merged, "A & <b>", NULL);
      g_autofree char *two = merge (merged, "One", "Two");
      g_autofree char *rest = NULL;
      gboolean had_any = FALSE;

      g_test_message ("file %" G_GSIZE_FORMAT, i);
      g_assert_cmpuint (count (merged, "<name>A &amp; &lt;b&gt;</name>"), ==, 1);
      g_assert_cmpuint (count (merged, "<submenu>Upload to S3</submenu>"), ==, 1);
      g_assert_cmpstr (again, ==, merged);
      g_assert_cmpuint (count (two, "<name>A &amp; &lt;b&gt;</name>"), ==, 0);
      g_assert_cmpuint (count (two, "<command>hoist --to a %U</command>"), ==, 2);
      rest = hoist_uca_remove (two, &had_any, NULL);
      g_assert_true (had_any);
      g_assert_cmpstr (rest, ==, files[i]);
    }
}

/* Ours stay where the person moved them; Thunar writes the file in its own way. */
static void
test_place (void)
{
  static const char text[] = "<actions>\n<action>\n\t<name>Old</name>\n"
                             "\t<unique-id>io.github.hoist.Hoist</unique-id>\n</action>\n"
                             "<action>\n\t<name>Mine</name>\n\t<unique-id>1</unique-id>\n"
                             "</action>\n</actions>\n";
  g_autofree char *merged = merge (text, "New", NULL);

  g_assert_null (strstr (merged, "Old"));
  g_assert_true (strstr (merged, "New") < strstr (merged, "Mine"));
  g_assert_nonnull (strstr (merged, "Mine"));
}

static void
test_new_file (void)
{
  g_autofree char *merged = merge (NULL, "A", NULL);
  g_autofree char *from_empty = merge ("", "A", NULL);
  g_autofree char *from_closed = merge ("<actions/>", "A", NULL);
  g_autofree char *rest = NULL;
  gboolean had_any = FALSE;

  g_assert_cmpstr (from_empty, ==, merged);
  g_assert_cmpstr (from_closed, ==, merged);
  g_assert_false (hoist_uca_is_empty (merged));
  rest = hoist_uca_remove (merged, &had_any, NULL);
  g_assert_true (hoist_uca_is_empty (rest));
}

static void
test_submenus (void)
{
  g_assert_false (hoist_uca_has_submenus ("<actions><action/></actions>"));
  g_assert_true (hoist_uca_has_submenus ("<actions><action><submenu/></action></actions>"));
}

/* A file that Thunar would not read is not made worse. */
static void
test_refused (void)
{
  static const char *const bad[] = { "no xml",
                                     "<actions>",
                                     "<actions></action>",
                                     "<other/>",
                                     "<actions></actions><actions></actions>",
                                     "<actions>\xff</actions>" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GPtrArray) actions = make_actions ("A", NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) remove_error = NULL;
      gboolean had_any = FALSE;

      g_test_message ("file %" G_GSIZE_FORMAT, i);
      g_assert_null (hoist_uca_merge (bad[i], actions, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_null (hoist_uca_remove (bad[i], &had_any, &remove_error));
      g_assert_error (remove_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/filemanager/uca/no-trace", test_no_trace);
  g_test_add_func ("/filemanager/uca/place", test_place);
  g_test_add_func ("/filemanager/uca/new-file", test_new_file);
  g_test_add_func ("/filemanager/uca/submenus", test_submenus);
  g_test_add_func ("/filemanager/uca/refused", test_refused);
  return g_test_run ();
}
