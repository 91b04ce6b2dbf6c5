/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-wrap-layout.h"
#include "ui-test.h"

#define SPACING 10
#define LINE_SPACING 4
#define N_CHILDREN 3

static const int widths[N_CHILDREN] = { 100, 60, 40 };
#define ALL_WIDTH (100 + 60 + 40 + 2 * SPACING)

typedef struct
{
  GtkWidget *box;
  GtkWidget *children[N_CHILDREN];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkLayoutManager *layout = hoist_wrap_layout_new ();

  g_object_set (layout, "spacing", SPACING, "line-spacing", LINE_SPACING, NULL);
  fixture->box = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));
  gtk_widget_set_layout_manager (fixture->box, layout);
  for (gsize i = 0; i < N_CHILDREN; i++)
    {
      fixture->children[i] = gtk_drawing_area_new ();
      gtk_widget_set_size_request (fixture->children[i], widths[i], 20);
      gtk_box_append (GTK_BOX (fixture->box), fixture->children[i]);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->box);
}

static int
get_height (Fixture *fixture, int width)
{
  int height;

  gtk_widget_measure (fixture->box, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
  return height;
}

static void
allocate (Fixture *fixture, int width)
{
  gtk_widget_allocate (fixture->box, width, get_height (fixture, width), -1, NULL);
}

static void
assert_place (Fixture *fixture, gsize child, int x, int y, int width)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (fixture->children[child], fixture->box, &bounds));
  g_assert_cmpint ((int) bounds.origin.x, ==, x);
  g_assert_cmpint ((int) bounds.origin.y, ==, y);
  g_assert_cmpint ((int) bounds.size.width, ==, width);
}

static void
test_measure (Fixture *fixture, gconstpointer data)
{
  int minimum;
  int natural;

  gtk_widget_measure (fixture->box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, 100);
  g_assert_cmpint (natural, ==, ALL_WIDTH);
  g_assert_cmpint (get_height (fixture, -1), ==, 20);
  g_assert_cmpint (get_height (fixture, ALL_WIDTH), ==, 20);
  g_assert_cmpint (get_height (fixture, ALL_WIDTH - 1), ==, 40 + LINE_SPACING);
  g_assert_cmpint (get_height (fixture, 100), ==, 60 + 2 * LINE_SPACING);
}

static void
test_one_line (Fixture *fixture, gconstpointer data)
{
  gtk_widget_set_hexpand (fixture->children[0], TRUE);
  gtk_widget_set_hexpand (fixture->children[1], TRUE);
  allocate (fixture, ALL_WIDTH + 50);
  assert_place (fixture, 0, 0, 0, 100);
  assert_place (fixture, 1, 110, 0, 110);
  assert_place (fixture, 2, 230, 0, 40);
}

static void
test_wrapped (Fixture *fixture, gconstpointer data)
{
  allocate (fixture, 180);
  assert_place (fixture, 0, 0, 0, 100);
  assert_place (fixture, 1, 110, 0, 60);
  assert_place (fixture, 2, 0, 20 + LINE_SPACING, 40);
}

static void
test_hidden (Fixture *fixture, gconstpointer data)
{
  gtk_widget_set_visible (fixture->children[0], FALSE);
  allocate (fixture, 110);
  assert_place (fixture, 1, 0, 0, 60);
  assert_place (fixture, 2, 70, 0, 40);
  gtk_widget_set_visible (fixture->children[1], FALSE);
  gtk_widget_set_visible (fixture->children[2], FALSE);
  g_assert_cmpint (get_height (fixture, 110), ==, 0);
}

static void
test_rtl (Fixture *fixture, gconstpointer data)
{
  gtk_widget_set_direction (fixture->box, GTK_TEXT_DIR_RTL);
  for (gsize i = 0; i < N_CHILDREN; i++)
    gtk_widget_set_direction (fixture->children[i], GTK_TEXT_DIR_RTL);
  allocate (fixture, ALL_WIDTH);
  assert_place (fixture, 0, ALL_WIDTH - 100, 0, 100);
  assert_place (fixture, 2, 0, 0, 40);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/wrap-layout/measure", test_measure }, { "/ui/wrap-layout/one-line", test_one_line },
    { "/ui/wrap-layout/wrapped", test_wrapped }, { "/ui/wrap-layout/hidden", test_hidden },
    { "/ui/wrap-layout/rtl", test_rtl },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
