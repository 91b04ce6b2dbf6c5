/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An extension in Python for those who have nautilus-python, where no module of ours can be
 * installed: from a Flatpak, and without root. */

#include "config.h"

#include "hoist-nautilus-extension.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "hoist-entry.h"
#include "hoist-filemanager-resources.h"
#include "hoist-preset-files.h"

#define TEMPLATE "/io/github/hoist/Hoist/filemanager/nautilus-extension.py.in"
#define SETTINGS_PLACE "# @settings@\n"

/* Python imports it by this name, in which a dot would mean a folder. */
static char *
make_module_name (void)
{
  return g_strdelimit (g_strdup (HOIST_APP_ID), ".-", '_');
}

/* --- What is written into it ------------------------------------------------------------------ */

/* What C escapes of a text, Python does as well; the bytes of other letters stay. */
static void
add_text (GString *settings, const char *name, const char *value)
{
  g_autoptr (GString) letters = g_string_new (NULL);
  g_autofree char *escaped = NULL;

  for (guint byte = 0x80; byte <= 0xff; byte++)
    g_string_append_c (letters, (char) byte);
  escaped = g_strescape (value, letters->str);
  g_string_append_printf (settings, "%s = \"%s\"\n", name, escaped);
}

/* A path is bytes, whatever they mean. */
static char *
quote_path (const char *path)
{
  g_autofree char *escaped = g_strescape (path, NULL);

  return g_strdup_printf ("os.fsdecode(b\"%s\")", escaped);
}

static void
add_paths (GString *settings, const char *name, const char *const *paths)
{
  g_string_append_printf (settings, "%s = [", name);
  for (gsize i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *quoted = quote_path (paths[i]);

      g_string_append_printf (settings, "%s%s", i == 0 ? "" : ", ", quoted);
    }
  g_string_append (settings, "]\n");
}

/* In a sandbox the computer's /etc has another path, if it is there at all; the rest of what
 * belongs to the sandbox is nothing outside. */
static GStrv
find_preset_folders (const HoistPlaces *places)
{
  g_auto (GStrv) folders = hoist_preset_files_get_folders (places->sandboxed);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      if (!places->sandboxed)
        g_strv_builder_add (builder, folders[i]);
      else if (g_str_has_prefix (folders[i], "/run/host/etc/"))
        {
          if (g_file_test ("/run/host/etc", G_FILE_TEST_IS_DIR))
            g_strv_builder_add (builder, folders[i] + strlen ("/run/host"));
        }
      else if (!g_str_has_prefix (folders[i], "/app/") && !g_str_has_prefix (folders[i], "/etc/") &&
               !g_str_has_prefix (folders[i], "/usr/"))
        g_strv_builder_add (builder, folders[i]);
    }
  return g_strv_builder_end (builder);
}

static void
add_command (GString *settings, const HoistPlaces *places)
{
  const char *const flatpak[] = { "flatpak", "run", "--file-forwarding", HOIST_APP_ID, NULL };
  const char *const program[] = { places->program, NULL };

  add_paths (settings, "COMMAND", places->sandboxed ? flatpak : program);
  g_string_append (settings, places->sandboxed ? "BEFORE_FILES, AFTER_FILES = ['@@u'], ['@@']\n"
                                               : "BEFORE_FILES, AFTER_FILES = [], []\n");
}

static char *
make_settings (const HoistPlaces *places, const char *path)
{
  g_autoptr (GString) settings = g_string_new (NULL);
  g_autofree char *own_path = hoist_places_make_destinations_path ();
  g_autofree char *own = quote_path (own_path);
  g_autofree char *not_started = NULL;
  g_autofree char *display_path = g_filename_display_name (path);
  g_auto (GStrv) folders = find_preset_folders (places);

  add_text (settings, "APP_ID", HOIST_APP_ID);
  add_command (settings, places);
  g_string_append_printf (settings, "OWN_FILE = %s\n", own);
  add_paths (settings, "PRESET_FOLDERS", (const char *const *) folders);
  add_text (settings, "HOIST", _ ("Hoist"));
  add_text (settings, "ENTRY", _ ("Upload to S3"));
  add_text (settings, "TIP", _ ("Send the selected files and folders with Hoist"));
  add_text (settings, "NOTHING_UPLOADED", _ ("Nothing Was Uploaded"));
  add_text (settings, "TOO_MANY",
            _ ("These are too many files at once. Upload their folder instead."));
  /* Translators: %s is the path of the file that puts the entry into the menu. */
  not_started = g_strdup_printf (
    _ ("Hoist could not be started. If it is not installed any more, remove %s."), display_path);
  add_text (settings, "NOT_STARTED", not_started);
  return g_string_free (g_steal_pointer (&settings), FALSE);
}

/**
 * hoist_nautilus_extension_get_folder:
 * @places: where we are
 *
 * Gets where nautilus-python looks for what a person added.
 *
 * Returns: (transfer full): a folder
 */
char *
hoist_nautilus_extension_get_folder (const HoistPlaces *places)
{
  return g_build_filename (places->data_folder, "nautilus-python", "extensions", NULL);
}

/**
 * hoist_nautilus_extension_make:
 * @places: where we are
 *
 * Makes the extension. It reads the destinations by itself, whenever they change.
 *
 * Returns: (transfer full) (element-type HoistEntry): its one file
 */
GPtrArray *
hoist_nautilus_extension_make (const HoistPlaces *places)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_entry_free);
  HoistEntry *entry = g_new0 (HoistEntry, 1);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (hoist_filemanager_get_resource (), TEMPLATE,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *folder = hoist_nautilus_extension_get_folder (places);
  g_autofree char *module = make_module_name ();
  g_autofree char *file_name = g_strconcat (module, ".py", NULL);
  g_autofree char *settings = NULL;

  entry->path = g_build_filename (folder, file_name, NULL);
  settings = make_settings (places, entry->path);
  g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  g_string_replace (text, SETTINGS_PLACE, settings, 1);
  entry->text = g_string_free (g_steal_pointer (&text), FALSE);
  g_ptr_array_add (entries, entry);
  return entries;
}

/* --- Whether there is somebody who runs it ---------------------------------------------------- */

static gboolean
choose_in_sandbox (const HoistPlaces *places,
                   const char *scripts_folder,
                   gboolean *use_extension,
                   GError **error)
{
  g_autofree char *folder = hoist_nautilus_extension_get_folder (places);
  g_autoptr (GError) extension_error = NULL;
  g_autoptr (GError) scripts_error = NULL;
  gboolean extension = hoist_places_check_writable (places, folder, &extension_error);
  gboolean scripts = hoist_places_check_writable (places, scripts_folder, &scripts_error);

  if (!extension && !scripts)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s %s %s",
                   extension_error->message,
                   _ ("It needs the package python3-nautilus (elsewhere nautilus-python or "
                      "python-nautilus). Without that there can be an entry under “Scripts”."),
                      scripts_error->message);
      return FALSE;
    }
  /* Which packages there are a sandbox seldom sees; what the person allowed tells it. */
  *use_extension = extension && (!scripts || !hoist_places_sees_libraries (places) ||
                                 hoist_places_has_nautilus_python (places));
  return TRUE;
}

/**
 * hoist_nautilus_extension_choose:
 * @places: where we are
 * @scripts_folder: where Nautilus looks for scripts
 * @use_extension: (out): whether to write the extension, else scripts
 * @error: (out) (optional): what is missing for either, with its cure
 *
 * Chooses how Nautilus gets its entry: of the menu itself where there is nautilus-python,
 * else under «Scripts».
 *
 * Errors: %G_IO_ERROR_PERMISSION_DENIED.
 *
 * Returns: whether there is a way
 */
gboolean
hoist_nautilus_extension_choose (const HoistPlaces *places,
                                 const char *scripts_folder,
                                 gboolean *use_extension,
                                 GError **error)
{
  if (places->sandboxed)
    return choose_in_sandbox (places, scripts_folder, use_extension, error);
  *use_extension = hoist_places_has_nautilus_python (places);
  return TRUE;
}

/**
 * hoist_nautilus_extension_remove_traces:
 * @places: where we are
 *
 * Removes what Python made of an extension that was removed.
 */
void
hoist_nautilus_extension_remove_traces (const HoistPlaces *places)
{
  g_autofree char *folder = hoist_nautilus_extension_get_folder (places);
  g_autofree char *cache = g_build_filename (folder, "__pycache__", NULL);
  g_autofree char *module = make_module_name ();
  g_autofree char *prefix = g_strconcat (module, ".", NULL);
  g_autoptr (GDir) dir = g_dir_open (cache, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, ".pyc"))
      {
        g_autofree char *path = g_build_filename (cache, name, NULL);

        g_remove (path);
      }
  /* It stays when there is something else in it. */
  g_rmdir (cache);
}
