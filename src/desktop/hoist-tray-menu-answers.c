/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-tray-menu-private.h"

/* All entries in the menu's order. */
static GPtrArray *
list_entries (HoistTrayMenu *self)
{
  GPtrArray *entries = g_ptr_array_sized_new (N_FIXED + HOIST_TRAY_MAX_DELIVERED);

  for (int id = 1; id < N_FIXED; id++)
    {
      g_ptr_array_add (entries, &self->fixed[id]);
      for (guint i = 0; id == ID_DELIVERED && i < self->n_deliveries; i++)
        g_ptr_array_add (entries, &self->deliveries[i]);
    }
  return entries;
}

/* A property's value; null for one that is not known. @entry is null for the menu itself. */
static GVariant *
make_value (const HoistTrayEntry *entry, const char *name)
{
  if (g_str_equal (name, "type"))
    return g_variant_new_string (entry != NULL && entry->separator ? "separator" : "standard");
  if (g_str_equal (name, "label"))
    return g_variant_new_string (entry != NULL && entry->label != NULL ? entry->label : "");
  if (g_str_equal (name, "enabled"))
    return g_variant_new_boolean (entry == NULL || entry->enabled);
  if (g_str_equal (name, "visible"))
    return g_variant_new_boolean (entry == NULL || entry->visible);
  if (g_str_equal (name, "children-display"))
    return g_variant_new_string (entry == NULL ? "submenu" : "");
  return NULL;
}

/* What an entry of its kind has at all. */
static const char *const *
list_names (const HoistTrayEntry *entry)
{
  static const char *const of_menu[] = { "children-display", NULL };
  static const char *const of_line[] = { "type", "visible", NULL };
  static const char *const of_entry[] = { "label", "enabled", "visible", NULL };

  if (entry == NULL)
    return of_menu;
  return entry->separator ? of_line : of_entry;
}

static GVariant *
make_properties (const HoistTrayEntry *entry, const char *const *wanted)
{
  const char *const *names = list_names (entry);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; names[i] != NULL; i++)
    if (wanted == NULL || wanted[0] == NULL || g_strv_contains (wanted, names[i]))
      g_variant_builder_add (&builder, "{sv}", names[i], make_value (entry, names[i]));
  return g_variant_builder_end (&builder);
}

/**
 * hoist_tray_menu_has_changes:
 * @self: the menu
 *
 * Tells whether properties changed since hoist_tray_menu_take_changes().
 *
 * Returns: whether they did
 */
gboolean
hoist_tray_menu_has_changes (HoistTrayMenu *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (int id = 1; id < N_FIXED; id++)
    if (self->fixed[id].changed)
      return TRUE;
  return FALSE;
}

/**
 * hoist_tray_menu_take_changes:
 * @self: the menu
 *
 * Takes the entries whose properties changed. A delivery's never do.
 *
 * Returns: (transfer floating): of type `a(ia{sv})`
 */
GVariant *
hoist_tray_menu_take_changes (HoistTrayMenu *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (self != NULL, NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ia{sv})"));
  for (int id = 1; id < N_FIXED; id++)
    if (self->fixed[id].changed)
      {
        g_variant_builder_add (&builder, "(i@a{sv})", id, make_properties (&self->fixed[id], NULL));
        self->fixed[id].changed = FALSE;
      }
  return g_variant_builder_end (&builder);
}

/**
 * hoist_tray_menu_get_layout:
 * @self: the menu
 * @parent_id: an entry's id, or 0 for the menu itself
 * @depth: 0 = without what is below, else with it
 * @names: (nullable): the properties that are wanted; %NULL or empty = all
 *
 * Gets an entry with what is below.
 *
 * Returns: (transfer floating) (nullable): of type `(ia{sv}av)`; %NULL when there is no
 *   such entry
 */
GVariant *
hoist_tray_menu_get_layout (HoistTrayMenu *self, int parent_id, int depth, const char *const *names)
{
  HoistTrayEntry *parent;
  g_autoptr (GPtrArray) entries = NULL;
  GVariantBuilder builder;

  g_return_val_if_fail (self != NULL, NULL);

  parent = _hoist_tray_menu_find (self, parent_id);
  if (parent == NULL && parent_id != ID_ROOT)
    return NULL;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("av"));
  entries = parent == NULL && depth != 0 ? list_entries (self) : g_ptr_array_new ();
  for (guint i = 0; i < entries->len; i++)
    {
      HoistTrayEntry *entry = g_ptr_array_index (entries, i);

      g_variant_builder_add (&builder, "v",
                             g_variant_new ("(i@a{sv}@av)", entry->id,
                                            make_properties (entry, names),
                                            g_variant_new_array (G_VARIANT_TYPE_VARIANT, NULL, 0)));
    }
  return g_variant_new ("(i@a{sv}av)", parent_id, make_properties (parent, names), &builder);
}

/**
 * hoist_tray_menu_get_properties:
 * @self: the menu
 * @ids: (array length=n_ids) (nullable): entries; those that are not there are left out
 * @n_ids: how many; 0 = all entries
 * @names: (nullable): the properties that are wanted; %NULL or empty = all
 *
 * Gets properties of several entries.
 *
 * Returns: (transfer floating): of type `a(ia{sv})`
 */
GVariant *
hoist_tray_menu_get_properties (HoistTrayMenu *self,
                                const int *ids,
                                gsize n_ids,
                                const char *const *names)
{
  g_autoptr (GPtrArray) entries = NULL;
  GVariantBuilder builder;

  g_return_val_if_fail (self != NULL, NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ia{sv})"));
  entries = n_ids == 0 ? list_entries (self) : g_ptr_array_new ();
  for (gsize i = 0; i < n_ids; i++)
    if (ids[i] == ID_ROOT)
      g_variant_builder_add (&builder, "(i@a{sv})", ID_ROOT, make_properties (NULL, names));
    else if (_hoist_tray_menu_find (self, ids[i]) != NULL)
      g_ptr_array_add (entries, _hoist_tray_menu_find (self, ids[i]));
  for (guint i = 0; i < entries->len; i++)
    {
      HoistTrayEntry *entry = g_ptr_array_index (entries, i);

      g_variant_builder_add (&builder, "(i@a{sv})", entry->id, make_properties (entry, names));
    }
  return g_variant_builder_end (&builder);
}

/**
 * hoist_tray_menu_get_property:
 * @self: the menu
 * @id: an entry's id, or 0 for the menu itself
 * @name: a property
 *
 * Gets one property of one entry.
 *
 * Returns: (transfer floating) (nullable): its value; %NULL when there is no such entry
 *   or property
 */
GVariant *
hoist_tray_menu_get_property (HoistTrayMenu *self, int id, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  return hoist_tray_menu_has (self, id) ? make_value (_hoist_tray_menu_find (self, id), name)
                                        : NULL;
}
