/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-entry.h"

#include <glib/gi18n-lib.h>

#include "hoist-filemanager-resources.h"
#include "hoist-menu-destinations.h"
#include "hoist-uca.h"

#define RESOURCES "/io/github/hoist/Hoist/filemanager/"
#define DESKTOP_GROUP G_KEY_FILE_DESKTOP_GROUP
#define NEMO_GROUP "Nemo Action"
#define PROFILE_GROUP "X-Action-Profile upload"
#define KIO_ACTION "Desktop Action "

/* What all of it is made of. */
typedef struct
{
  const HoistPlaces *places;
  GPtrArray *destinations; /* (element-type HoistMenuDestination) */
  char *folder;            /* (owned) */
  GPtrArray *entries;      /* (owned) (element-type HoistEntry) */
} Builder;

/**
 * hoist_entry_free:
 * @entry: (transfer full): a file
 *
 * Frees it.
 */
void
hoist_entry_free (HoistEntry *entry)
{
  g_free (entry->path);
  g_free (entry->text);
  g_free (entry);
}

static void
add (Builder *builder, const char *name, char *text, gboolean executable)
{
  HoistEntry *entry = g_new0 (HoistEntry, 1);

  entry->path = g_build_filename (builder->folder, name, NULL);
  entry->text = text;
  entry->executable = executable;
  g_ptr_array_add (builder->entries, entry);
}

/* The words before the files; an id has nothing that needs quoting. */
static char *
make_start (const HoistPlaces *places, const char *destination_id)
{
  g_autofree char *to = destination_id != NULL ? g_strconcat (" --to ", destination_id, NULL)
                                               : g_strdup ("");

  return places->sandboxed ? g_strconcat ("flatpak run --file-forwarding " HOIST_APP_ID, to, NULL)
                           : g_strconcat (places->program, to, NULL);
}

/**
 * hoist_entry_make_command:
 * @places: where we are
 * @destination_id: (nullable): where to; %NULL for the window's choice
 *
 * Makes the command line of an entry. `%U` in it are the addresses; from a
 * sandbox they are passed on in the way that lets Hoist read them.
 *
 * Returns: (transfer full): a command line, as in `Exec=`
 */
char *
hoist_entry_make_command (const HoistPlaces *places, const char *destination_id)
{
  g_autofree char *start = make_start (places, destination_id);

  return g_strconcat (start, places->sandboxed ? " @@u %U @@" : " %U", NULL);
}

/* Where an underscore marks a mnemonic. */
static char *
escape_mnemonic (const char *label)
{
  g_autoptr (GString) escaped = g_string_new (label);

  g_string_replace (escaped, "_", "__", 0);
  return g_string_free (g_steal_pointer (&escaped), FALSE);
}

/* --- From the files that are installed for all ------------------------------------------------- */

static GKeyFile *
load_template (const char *name)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = g_strconcat (RESOURCES, name, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (hoist_filemanager_get_resource (), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  g_string_replace (text, "@app_id@", HOIST_APP_ID, 0);
  g_key_file_load_from_data (file, text->str, text->len, G_KEY_FILE_NONE, NULL);
  return g_steal_pointer (&file);
}

static char *
to_text (GKeyFile *file)
{
  g_key_file_set_comment (file, NULL, NULL, " " HOIST_ENTRY_MARK, NULL);
  return g_key_file_to_data (file, NULL, NULL);
}

static char *
to_nemo_action (const HoistPlaces *places, const char *name, const char *destination_id)
{
  g_autoptr (GKeyFile) file = load_template (HOIST_BASE_ID ".nemo_action.in");
  g_autofree char *command = hoist_entry_make_command (places, destination_id);

  g_key_file_set_string (file, NEMO_GROUP, "Name", name);
  g_key_file_set_string (file, NEMO_GROUP, "Comment",
                         _ ("Send the selected files and folders with Hoist"));
  g_key_file_set_string (file, NEMO_GROUP, "Exec", command);
  g_key_file_set_string (file, NEMO_GROUP, "Dependencies",
                         places->sandboxed ? "flatpak;" : places->program);
  return to_text (file);
}

/* Nemo's actions know no submenus. The first one has the name of the one that is
 * installed for all, and so takes its place. */
static void
make_nemo (Builder *builder)
{
  if (builder->destinations->len < 2)
    {
      add (builder, HOIST_APP_ID ".nemo_action",
           to_nemo_action (builder->places, _ ("Upload to S3"), NULL), FALSE);
      return;
    }
  for (guint i = 0; i < builder->destinations->len; i++)
    {
      const HoistMenuDestination *destination = g_ptr_array_index (builder->destinations, i);
      g_autofree char *file_name =
        i == 0 ? g_strdup (HOIST_APP_ID ".nemo_action")
               : g_strconcat (HOIST_APP_ID ".", destination->id, ".nemo_action", NULL);
      g_autofree char *escaped = escape_mnemonic (destination->name);
      g_autofree char *name = NULL;

      /* Translators: in a menu; %s is the name of a destination. */
      name = g_strdup_printf (_ ("Upload to S3: %s"), escaped);
      add (builder, file_name, to_nemo_action (builder->places, name, destination->id), FALSE);
    }
}

static void
add_kio_action (GKeyFile *file, const char *id, const char *name, char *command)
{
  g_autofree char *group = g_strconcat (KIO_ACTION, id, NULL);
  g_autofree char *exec = command;

  g_key_file_set_string (file, group, "Name", name);
  g_key_file_set_string (file, group, "Icon", HOIST_APP_ID);
  g_key_file_set_string (file, group, "Exec", exec);
}

static void
make_dolphin (Builder *builder)
{
  g_autoptr (GKeyFile) file = load_template (HOIST_BASE_ID ".servicemenu.desktop.in");
  g_autoptr (GString) ids = g_string_new (NULL);

  if (builder->destinations->len < 2)
    add_kio_action (file, "upload",
                    _ ("Upload to S3"), hoist_entry_make_command (builder->places, NULL));
  else
    {
      g_key_file_remove_group (file, KIO_ACTION "upload", NULL);
      g_key_file_set_string (file, DESKTOP_GROUP, "X-KDE-Submenu", _ ("Upload to S3"));
      for (guint i = 0; i < builder->destinations->len; i++)
        {
          const HoistMenuDestination *destination = g_ptr_array_index (builder->destinations, i);

          g_string_append_printf (ids, "%s;", destination->id);
          add_kio_action (file, destination->id, destination->name,
                          hoist_entry_make_command (builder->places, destination->id));
        }
      g_key_file_set_string (file, DESKTOP_GROUP, "Actions", ids->str);
    }
  /* KDE runs what a person added only where it is executable. */
  add (builder, HOIST_APP_ID ".servicemenu.desktop", to_text (file), TRUE);
}

static char *
to_action (const HoistPlaces *places, const char *name, const char *destination_id)
{
  g_autoptr (GKeyFile) file = load_template (HOIST_BASE_ID ".action.desktop.in");
  g_autofree char *start = make_start (places, destination_id);
  g_autofree char *command = g_strconcat (start, places->sandboxed ? " @@ %F @@" : " %F", NULL);

  g_key_file_set_string (file, DESKTOP_GROUP, "Name", name);
  g_key_file_set_string (file, PROFILE_GROUP, "Exec", command);
  return to_text (file);
}

static void
make_pcmanfm (Builder *builder)
{
  g_autoptr (GKeyFile) menu = g_key_file_new ();
  g_autoptr (GString) ids = g_string_new (NULL);

  if (builder->destinations->len < 2)
    {
      add (builder, HOIST_APP_ID ".action.desktop",
           to_action (builder->places, _ ("Upload to S3"), NULL), FALSE);
      return;
    }
  for (guint i = 0; i < builder->destinations->len; i++)
    {
      const HoistMenuDestination *destination = g_ptr_array_index (builder->destinations, i);
      g_autofree char *id = g_strconcat (HOIST_APP_ID ".", destination->id, ".action", NULL);
      g_autofree char *file_name = g_strconcat (id, ".desktop", NULL);

      g_string_append_printf (ids, "%s;", id);
      add (builder, file_name, to_action (builder->places, destination->name, destination->id),
           FALSE);
    }
  g_key_file_set_string (menu, DESKTOP_GROUP, "Type", "Menu");
  g_key_file_set_string (menu, DESKTOP_GROUP, "Name", _ ("Upload to S3"));
  /* PCManFM 1.3.2 shows this for the name of a menu. */
  g_key_file_set_string (menu, DESKTOP_GROUP, "Tooltip", _ ("Upload to S3"));
  g_key_file_set_string (menu, DESKTOP_GROUP, "Icon", HOIST_APP_ID);
  g_key_file_set_string (menu, DESKTOP_GROUP, "ItemsList", ids->str);
  add (builder, HOIST_APP_ID ".action.desktop", to_text (menu), FALSE);
}

/* --- Scripts ---------------------------------------------------------------------------------- */

/* Their arguments are names, and none for what is not on this computer: the
 * addresses are in a variable, a line each, with blanks and wildcards encoded. */
static char *
to_script (const HoistPlaces *places, const char *variable, const char *destination_id)
{
  g_autofree char *start = make_start (places, destination_id);

  return g_strdup_printf ("#!/bin/sh\n"
                          "# " HOIST_ENTRY_MARK "\n"
                          "IFS='\n"
                          "'\n"
                          "set -f\n"
                          "exec %s %s$%s%s\n",
                          start, places->sandboxed ? "@@u " : "", variable,
                          places->sandboxed ? " @@" : "");
}

/* Its name is what the menu shows; two can differ in nothing but a slash. */
static char *
make_file_name (Builder *builder, const HoistMenuDestination *destination)
{
  g_autofree char *plain = g_strdelimit (g_strdup (destination->name), "/\n", '-');
  g_autofree char *name = *plain == '.' ? g_strconcat ("-", plain, NULL) : g_steal_pointer (&plain);

  for (guint i = 0; i < builder->entries->len; i++)
    {
      const HoistEntry *entry = g_ptr_array_index (builder->entries, i);
      g_autofree char *taken = g_path_get_basename (entry->path);

      if (g_str_equal (taken, name))
        return g_strdup_printf ("%s (%s)", name, destination->id);
    }
  return g_steal_pointer (&name);
}

static void
make_scripts (Builder *builder, const char *variable)
{
  if (builder->destinations->len < 2)
    {
      add (builder, _ ("Upload to S3"), to_script (builder->places, variable, NULL), TRUE);
      return;
    }
  for (guint i = 0; i < builder->destinations->len; i++)
    {
      const HoistMenuDestination *destination = g_ptr_array_index (builder->destinations, i);
      g_autofree char *name = make_file_name (builder, destination);
      g_autofree char *path = g_build_filename (_ ("Upload to S3"), name, NULL);

      add (builder, path, to_script (builder->places, variable, destination->id), TRUE);
    }
}

/* --- All -------------------------------------------------------------------------------------- */

/**
 * hoist_entries_get_folder:
 * @places: where we are
 * @manager: a file manager
 *
 * Gets where a file manager looks for what a person added to it.
 *
 * Returns: (transfer full): a folder
 */
char *
hoist_entries_get_folder (const HoistPlaces *places, HoistFileManager manager)
{
  static const struct
  {
    gboolean in_config;
    const char *path;
  } folders[HOIST_N_FILE_MANAGERS] = {
    [HOIST_FILE_MANAGER_NAUTILUS] = { FALSE, "nautilus/scripts" },
    [HOIST_FILE_MANAGER_THUNAR] = { TRUE, "Thunar" },
    [HOIST_FILE_MANAGER_CAJA] = { TRUE, "caja/scripts" },
    [HOIST_FILE_MANAGER_NEMO] = { FALSE, "nemo/actions" },
    [HOIST_FILE_MANAGER_DOLPHIN] = { FALSE, "kio/servicemenus" },
    [HOIST_FILE_MANAGER_PCMANFM] = { FALSE, "file-manager/actions" },
  };

  return g_build_filename (folders[manager].in_config ? places->config_folder : places->data_folder,
                           folders[manager].path, NULL);
}

/**
 * hoist_entries_make:
 * @places: where we are
 * @manager: a file manager, but not Thunar, which has all in one file
 * @destinations: (element-type HoistMenuDestination): what there is to choose
 *
 * Makes the files that a file manager needs for its entry, or for a submenu
 * where there are several destinations.
 *
 * Returns: (transfer full) (element-type HoistEntry): the files
 */
GPtrArray *
hoist_entries_make (const HoistPlaces *places, HoistFileManager manager, GPtrArray *destinations)
{
  Builder builder = {
    .places = places,
    .destinations = destinations,
    .folder = hoist_entries_get_folder (places, manager),
    .entries = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_entry_free),
  };

  switch (manager)
    {
    case HOIST_FILE_MANAGER_NAUTILUS:
      make_scripts (&builder, "NAUTILUS_SCRIPT_SELECTED_URIS");
      break;
    case HOIST_FILE_MANAGER_CAJA:
      make_scripts (&builder, "CAJA_SCRIPT_SELECTED_URIS");
      break;
    case HOIST_FILE_MANAGER_NEMO:
      make_nemo (&builder);
      break;
    case HOIST_FILE_MANAGER_DOLPHIN:
      make_dolphin (&builder);
      break;
    case HOIST_FILE_MANAGER_PCMANFM:
      make_pcmanfm (&builder);
      break;
    case HOIST_FILE_MANAGER_THUNAR:
    default:
      break;
    }
  g_free (builder.folder);
  return builder.entries;
}

static HoistUcaAction *
make_uca_action (const HoistPlaces *places, const HoistMenuDestination *destination)
{
  HoistUcaAction *action = g_new0 (HoistUcaAction, 1);
  const char *id = destination != NULL ? destination->id : NULL;

  action->id = id != NULL ? g_strconcat (HOIST_APP_ID ".", id, NULL) : g_strdup (HOIST_APP_ID);
  action->icon = g_strdup (HOIST_APP_ID);
  action->comment = g_strdup (_ ("Send the selected files and folders with Hoist"));
  action->command = hoist_entry_make_command (places, id);
  return action;
}

/**
 * hoist_entries_make_uca:
 * @places: where we are
 * @destinations: (element-type HoistMenuDestination): what there is to choose
 * @with_submenus: whether Thunar knows submenus
 *
 * Makes Thunar's actions.
 *
 * Returns: (transfer full) (element-type HoistUcaAction): the actions
 */
GPtrArray *
hoist_entries_make_uca (const HoistPlaces *places, GPtrArray *destinations, gboolean with_submenus)
{
  GPtrArray *actions = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_uca_action_free);

  if (destinations->len < 2)
    {
      HoistUcaAction *action = make_uca_action (places, NULL);

      action->name = g_strdup (_ ("Upload to S3"));
      g_ptr_array_add (actions, action);
      return actions;
    }
  for (guint i = 0; i < destinations->len; i++)
    {
      const HoistMenuDestination *destination = g_ptr_array_index (destinations, i);
      HoistUcaAction *action = make_uca_action (places, destination);
      g_autofree char *name = escape_mnemonic (destination->name);

      if (with_submenus)
        {
          action->name = g_steal_pointer (&name);
          action->submenu = g_strdup (_ ("Upload to S3"));
        }
      else
        /* Translators: in a menu; %s is the name of a destination. */
        action->name = g_strdup_printf (_ ("Upload to S3: %s"), name);
      g_ptr_array_add (actions, action);
    }
  return actions;
}
