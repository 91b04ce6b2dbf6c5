/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-tray-menu.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-totals-format.h"

/* Ids of entries that are always there. Those of deliveries are made as they come
 * and never used again: a click that arrives late never hits another one. */
enum
{
  ID_ROOT,
  ID_STATE,
  ID_OPEN_SEPARATOR,
  ID_OPEN,
  ID_UPLOAD_FILES,
  ID_PAUSE_SEPARATOR,
  ID_PAUSE_ALL,
  ID_RESUME_ALL,
  ID_DELIVERED_SEPARATOR,
  ID_DELIVERED,
  ID_END_SEPARATOR,
  ID_PREFERENCES,
  ID_QUIT,
  N_FIXED,
  ID_FIRST_DELIVERY = 100,
};

/* Longer names are shortened in their middle. */
#define MAX_NAME_CHARS 48

typedef struct
{
  int id;
  gboolean separator;
  gboolean enabled;
  gboolean visible;
  char *label; /* (owned) (nullable) */
  HoistTrayCommand command;
  guint64 upload_id; /* of a delivery */
  gboolean changed;  /* since the last hoist_tray_menu_take_changes() */
} Entry;

/**
 * HoistTrayMenu:
 *
 * What is in the menu. A change of the words, or of what can be clicked, is a
 * change of an entry's properties; only deliveries that come and go make a new
 * layout, and with it a new revision.
 */
struct _HoistTrayMenu
{
  Entry fixed[N_FIXED];                       /* by their ids; in the menu's order */
  Entry deliveries[HOIST_TRAY_MAX_DELIVERED]; /* newest first, after %ID_DELIVERED */
  guint n_deliveries;
  int next_id;
  guint revision;
};

static void
init_entry (Entry *entry, int id, const char *label, HoistTrayCommand command)
{
  *entry = (Entry){
    .id = id,
    .separator = label == NULL,
    .enabled = command != HOIST_TRAY_COMMAND_NONE,
    .visible = TRUE,
    .label = g_strdup (label),
    .command = command,
  };
}

/**
 * hoist_tray_menu_new:
 *
 * Makes the menu of a program that has nothing to do.
 *
 * Returns: (transfer full): the menu
 */
HoistTrayMenu *
hoist_tray_menu_new (void)
{
  const struct
  {
    const char *label; /* null for a line */
    HoistTrayCommand command;
  } entries[N_FIXED] = {
    [ID_STATE] = { "", HOIST_TRAY_COMMAND_NONE },
    [ID_OPEN] = {
      _ ("_Open Hoist"), HOIST_TRAY_COMMAND_OPEN },
      [ID_UPLOAD_FILES] = {
        _ ("_Upload Files…"), HOIST_TRAY_COMMAND_UPLOAD_FILES },
        [ID_PAUSE_ALL] = {
          _ ("_Pause All"), HOIST_TRAY_COMMAND_PAUSE_ALL },
          [ID_RESUME_ALL] = {
            _ ("_Resume All"), HOIST_TRAY_COMMAND_RESUME_ALL },
            /* Translators: stands above the names of files that were delivered; a click on
     * one copies its link. */
            [ID_DELIVERED] = {
              _ ("Copy the Link of"), HOIST_TRAY_COMMAND_NONE },
              [ID_PREFERENCES] = { _ ("P_references"), HOIST_TRAY_COMMAND_PREFERENCES },
                                   [ID_QUIT] = { _ ("_Quit"), HOIST_TRAY_COMMAND_QUIT },
                                   };
  HoistTrayMenu *self = g_new0 (HoistTrayMenu, 1);
  const HoistUploadTotals nothing = { 0 };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  for (int id = 1; id < N_FIXED; id++)
    init_entry (&self->fixed[id], id, entries[id].label, entries[id].command);
  self->next_id = ID_FIRST_DELIVERY;
  self->revision = 1;
  hoist_tray_menu_update (self, &nothing, FALSE, none);
  for (int id = 1; id < N_FIXED; id++)
    self->fixed[id].changed = FALSE;
  return self;
}

/**
 * hoist_tray_menu_free:
 * @self: (transfer full): the menu
 *
 * Frees it.
 */
void
hoist_tray_menu_free (HoistTrayMenu *self)
{
  g_return_if_fail (self != NULL);

  for (int id = 1; id < N_FIXED; id++)
    g_free (self->fixed[id].label);
  for (guint i = 0; i < self->n_deliveries; i++)
    g_free (self->deliveries[i].label);
  g_free (self);
}

/* --- What is in it ---------------------------------------------------------------------------- */

static void
set_label (Entry *entry, const char *label)
{
  if (g_strcmp0 (entry->label, label) == 0)
    return;
  g_free (entry->label);
  entry->label = g_strdup (label);
  entry->changed = TRUE;
}

static void
set_shown (Entry *entry, gboolean visible, gboolean enabled)
{
  entry->changed |= entry->visible != visible || entry->enabled != enabled;
  entry->visible = visible;
  entry->enabled = enabled;
}

/* A name as an entry's label: short, on one line, and without a key. */
static char *
make_label (const char *name)
{
  GString *label = g_string_new (NULL);
  const glong n_chars = g_utf8_strlen (name, -1);
  const glong head = (MAX_NAME_CHARS - 1) / 2 + 1;
  const glong tail = MAX_NAME_CHARS - 1 - head;
  glong i = 0;

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p), i++)
    {
      gunichar c = g_utf8_get_char (p);

      if (n_chars > MAX_NAME_CHARS && i >= head && i < n_chars - tail)
        {
          if (i == head)
            g_string_append (label, "…");
          continue;
        }
      if (c == '_')
        g_string_append (label, "__");
      else
        g_string_append_unichar (label, g_unichar_iscntrl (c) ? ' ' : c);
    }
  return g_string_free (label, FALSE);
}

static gboolean
are_same (HoistTrayMenu *self, GPtrArray *delivered)
{
  if (self->n_deliveries != delivered->len)
    return FALSE;
  for (guint i = 0; i < self->n_deliveries; i++)
    {
      const HoistUploadInfo *info = g_ptr_array_index (delivered, i);

      if (self->deliveries[i].upload_id != info->id)
        return FALSE;
    }
  return TRUE;
}

/* An upload's entry keeps its id; @old loses it. */
static Entry
take_delivery (HoistTrayMenu *self, Entry *old, guint n_old, const HoistUploadInfo *info)
{
  g_autofree char *label = NULL;
  Entry entry;

  for (guint i = 0; i < n_old; i++)
    if (old[i].upload_id == info->id)
      {
        entry = old[i];
        old[i] = (Entry){ 0 };
        return entry;
      }
  label = make_label (info->name);
  init_entry (&entry, self->next_id++, label, HOIST_TRAY_COMMAND_DELIVERED);
  entry.upload_id = info->id;
  return entry;
}

static gboolean
update_deliveries (HoistTrayMenu *self, GPtrArray *delivered)
{
  Entry old[HOIST_TRAY_MAX_DELIVERED];
  guint n_old = self->n_deliveries;

  if (are_same (self, delivered))
    return FALSE;

  memcpy (old, self->deliveries, sizeof old);
  self->n_deliveries = MIN (delivered->len, HOIST_TRAY_MAX_DELIVERED);
  for (guint i = 0; i < self->n_deliveries; i++)
    self->deliveries[i] = take_delivery (self, old, n_old, g_ptr_array_index (delivered, i));
  for (guint i = 0; i < n_old; i++)
    g_free (old[i].label);
  self->revision++;
  return TRUE;
}

/**
 * hoist_tray_menu_update:
 * @self: the menu
 * @totals: sums over all uploads
 * @counting: whether folders are still being walked
 * @delivered: (element-type HoistUploadInfo): what was delivered last, newest first
 *
 * Brings the menu up to date.
 *
 * Returns: whether its layout changed, and with it its revision
 */
gboolean
hoist_tray_menu_update (HoistTrayMenu *self,
                        const HoistUploadTotals *totals,
                        gboolean counting,
                        GPtrArray *delivered)
{
  g_autofree char *state = NULL;
  gboolean any_delivered;

  g_return_val_if_fail (self != NULL && totals != NULL && delivered != NULL, FALSE);

  any_delivered = delivered->len > 0;
  state = hoist_totals_format_sentence (totals, counting);
  set_label (&self->fixed[ID_STATE], state);
  set_shown (&self->fixed[ID_PAUSE_ALL], totals->n_pending > 0 || totals->n_paused == 0,
             totals->n_pending > 0);
  set_shown (&self->fixed[ID_RESUME_ALL], totals->n_paused > 0, totals->n_paused > 0);
  set_shown (&self->fixed[ID_DELIVERED_SEPARATOR], any_delivered, FALSE);
  set_shown (&self->fixed[ID_DELIVERED], any_delivered, FALSE);
  return update_deliveries (self, delivered);
}

/* --- What others see of it -------------------------------------------------------------------- */

static Entry *
find (HoistTrayMenu *self, int id)
{
  if (id > ID_ROOT && id < N_FIXED)
    return &self->fixed[id];
  for (guint i = 0; i < self->n_deliveries; i++)
    if (self->deliveries[i].id == id)
      return &self->deliveries[i];
  return NULL;
}

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
make_value (const Entry *entry, const char *name)
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
list_names (const Entry *entry)
{
  static const char *const of_menu[] = { "children-display", NULL };
  static const char *const of_line[] = { "type", "visible", NULL };
  static const char *const of_entry[] = { "label", "enabled", "visible", NULL };

  if (entry == NULL)
    return of_menu;
  return entry->separator ? of_line : of_entry;
}

static GVariant *
make_properties (const Entry *entry, const char *const *wanted)
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
 * hoist_tray_menu_get_revision:
 * @self: the menu
 *
 * Gets the number of its layout, which only grows.
 *
 * Returns: the revision, from 1
 */
guint
hoist_tray_menu_get_revision (HoistTrayMenu *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->revision;
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
 * hoist_tray_menu_has:
 * @self: the menu
 * @id: an entry's id, or 0 for the menu itself
 *
 * Tells whether there is such an entry.
 *
 * Returns: whether there is
 */
gboolean
hoist_tray_menu_has (HoistTrayMenu *self, int id)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return id == ID_ROOT || find (self, id) != NULL;
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
  Entry *parent;
  g_autoptr (GPtrArray) entries = NULL;
  GVariantBuilder builder;

  g_return_val_if_fail (self != NULL, NULL);

  parent = find (self, parent_id);
  if (parent == NULL && parent_id != ID_ROOT)
    return NULL;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("av"));
  entries = parent == NULL && depth != 0 ? list_entries (self) : g_ptr_array_new ();
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

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
    else if (find (self, ids[i]) != NULL)
      g_ptr_array_add (entries, find (self, ids[i]));
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);

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

  return hoist_tray_menu_has (self, id) ? make_value (find (self, id), name) : NULL;
}

/**
 * hoist_tray_menu_click:
 * @self: the menu
 * @id: an entry's id
 * @upload_id: (out): for %HOIST_TRAY_COMMAND_DELIVERED, which one
 *
 * Says what a click on an entry asks for.
 *
 * Returns: the command; %HOIST_TRAY_COMMAND_NONE when it cannot be clicked
 */
HoistTrayCommand
hoist_tray_menu_click (HoistTrayMenu *self, int id, guint64 *upload_id)
{
  const Entry *entry;

  g_return_val_if_fail (self != NULL && upload_id != NULL, HOIST_TRAY_COMMAND_NONE);

  entry = find (self, id);
  *upload_id = entry != NULL ? entry->upload_id : 0;
  if (entry == NULL || !entry->enabled || !entry->visible)
    return HOIST_TRAY_COMMAND_NONE;
  return entry->command;
}
