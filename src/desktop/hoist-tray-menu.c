/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-totals-format.h"
#include "hoist-tray-menu-private.h"

/* Longer names are shortened in their middle. */
#define MAX_NAME_CHARS 48

static void
init_entry (HoistTrayEntry *entry, int id, const char *label, HoistTrayCommand command)
{
  *entry = (HoistTrayEntry){
    .id = id,
    .separator = label == NULL,
    .enabled = command != HOIST_TRAY_COMMAND_NONE,
    .visible = TRUE,
    .label = g_strdup (label),
    .command = command,
  };
}

/* An entry's first words; null for a line. */
static const char *
get_label (int id)
{
  switch (id)
    {
    case ID_STATE:
      return "";
    case ID_OPEN:
      return _ ("_Open Hoist");
    case ID_UPLOAD_FILES:
      return _ ("_Upload Files…");
    case ID_PAUSE_ALL:
      return _ ("_Pause All");
    case ID_RESUME_ALL:
      return _ ("_Resume All");
    case ID_DELIVERED:
      /* Translators: stands above the names of files that were delivered; a click on
       * one copies its link. */
      return _ ("Copy the Link of");
    case ID_PREFERENCES:
      return _ ("P_references");
    case ID_QUIT:
      return _ ("_Quit");
    default:
      return NULL;
    }
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
  static const HoistTrayCommand commands[N_FIXED] = {
    [ID_OPEN] = HOIST_TRAY_COMMAND_OPEN,
    [ID_UPLOAD_FILES] = HOIST_TRAY_COMMAND_UPLOAD_FILES,
    [ID_PAUSE_ALL] = HOIST_TRAY_COMMAND_PAUSE_ALL,
    [ID_RESUME_ALL] = HOIST_TRAY_COMMAND_RESUME_ALL,
    [ID_PREFERENCES] = HOIST_TRAY_COMMAND_PREFERENCES,
    [ID_QUIT] = HOIST_TRAY_COMMAND_QUIT,
  };
  HoistTrayMenu *self = g_new0 (HoistTrayMenu, 1);
  const HoistUploadTotals nothing = { 0 };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  for (int id = 1; id < N_FIXED; id++)
    init_entry (&self->fixed[id], id, get_label (id), commands[id]);
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
set_label (HoistTrayEntry *entry, const char *label)
{
  if (g_strcmp0 (entry->label, label) == 0)
    return;
  g_free (entry->label);
  entry->label = g_strdup (label);
  entry->changed = TRUE;
}

static void
set_shown (HoistTrayEntry *entry, gboolean visible, gboolean enabled)
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
static HoistTrayEntry
take_delivery (HoistTrayMenu *self, HoistTrayEntry *old, guint n_old, const HoistUploadInfo *info)
{
  g_autofree char *label = NULL;
  HoistTrayEntry entry;

  for (guint i = 0; i < n_old; i++)
    if (old[i].upload_id == info->id)
      {
        entry = old[i];
        old[i] = (HoistTrayEntry){ 0 };
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
  HoistTrayEntry old[HOIST_TRAY_MAX_DELIVERED];
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

/* --- Looking at it ---------------------------------------------------------------------------- */

/* Looks an entry up; nothing for the menu itself. */
HoistTrayEntry *
_hoist_tray_menu_find (HoistTrayMenu *self, int id)
{
  if (id > ID_ROOT && id < N_FIXED)
    return &self->fixed[id];
  for (guint i = 0; i < self->n_deliveries; i++)
    if (self->deliveries[i].id == id)
      return &self->deliveries[i];
  return NULL;
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

  return id == ID_ROOT || _hoist_tray_menu_find (self, id) != NULL;
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
  const HoistTrayEntry *entry;

  g_return_val_if_fail (self != NULL && upload_id != NULL, HOIST_TRAY_COMMAND_NONE);

  entry = _hoist_tray_menu_find (self, id);
  *upload_id = entry != NULL ? entry->upload_id : 0;
  if (entry == NULL || !entry->enabled || !entry->visible)
    return HOIST_TRAY_COMMAND_NONE;
  return entry->command;
}
