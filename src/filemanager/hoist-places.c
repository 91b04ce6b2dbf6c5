/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-places.h"

#include <glib/gi18n-lib.h>
#include <glob.h>
#include <string.h>

/* What is known of each. */
static const struct
{
  const char *name;
  const char *title;
  const char *programs[3];
  const char *traces[3];  /* below the home folder, where it was used once */
  const char *modules[3]; /* below the folder of modules */
} managers[HOIST_N_FILE_MANAGERS] = {
  [HOIST_FILE_MANAGER_NAUTILUS] = { "nautilus",
                                    "Nautilus",
                                    { "nautilus" },
                                    { ".local/share/nautilus", ".config/nautilus" },
                                    { "nautilus/extensions-4/libnautilus-hoist.so",
                                      "nautilus/extensions-3.0/libnautilus-hoist.so" } },
  [HOIST_FILE_MANAGER_THUNAR] = { "thunar",
                                  "Thunar",
                                  { "thunar" },
                                  { ".config/Thunar" },
                                  { "thunarx-3/libthunar-hoist.so" } },
  [HOIST_FILE_MANAGER_CAJA] = { "caja",
                                "Caja",
                                { "caja" },
                                { ".config/caja" },
                                { "caja/extensions-2.0/libcaja-hoist.so" } },
  [HOIST_FILE_MANAGER_NEMO] = { "nemo", "Nemo", { "nemo" }, { ".local/share/nemo" }, { NULL } },
  [HOIST_FILE_MANAGER_DOLPHIN] = { "dolphin",
                                   "Dolphin",
                                   { "dolphin", "konqueror" },
                                   { ".config/dolphinrc", ".local/share/dolphin" },
                                   { NULL } },
  [HOIST_FILE_MANAGER_PCMANFM] = { "pcmanfm",
                                   "PCManFM",
                                   { "pcmanfm", "pcmanfm-qt" },
                                   { ".config/pcmanfm", ".config/pcmanfm-qt" },
                                   { NULL } },
};

/**
 * hoist_file_manager_get_name:
 * @manager: a file manager
 *
 * Returns: (transfer none): its name on the command line
 */
const char *
hoist_file_manager_get_name (HoistFileManager manager)
{
  return managers[manager].name;
}

/**
 * hoist_file_manager_get_title:
 * @manager: a file manager
 *
 * Returns: (transfer none): what it calls itself
 */
const char *
hoist_file_manager_get_title (HoistFileManager manager)
{
  return managers[manager].title;
}

/**
 * hoist_file_manager_from_name:
 * @name: a name on the command line
 * @manager: (out): the file manager
 *
 * Returns: whether there is one with this name
 */
gboolean
hoist_file_manager_from_name (const char *name, HoistFileManager *manager)
{
  for (guint i = 0; i < HOIST_N_FILE_MANAGERS; i++)
    if (g_ascii_strcasecmp (name, managers[i].name) == 0)
      {
        *manager = i;
        return TRUE;
      }
  return FALSE;
}

static char *
dup_folder (const char *variable, const char *home, const char *usual)
{
  const char *value = g_getenv (variable);

  return value != NULL && g_path_is_absolute (value) ? g_strdup (value)
                                                     : g_build_filename (home, usual, NULL);
}

/* Short, so that it stays right when it is installed elsewhere, if it is found so. */
static char *
find_program (void)
{
  g_autofree char *found = g_find_program_in_path ("hoist");

  return found != NULL ? g_strdup ("hoist") : g_build_filename (HOIST_BINDIR, "hoist", NULL);
}

/**
 * hoist_places_new:
 * @sandbox_info: (nullable): what Flatpak says of the sandbox; %NULL for `/.flatpak-info`
 *
 * Finds the places for the person who runs this.
 *
 * Returns: (transfer full): the places
 */
HoistPlaces *
hoist_places_new (const char *sandbox_info)
{
  HoistPlaces *self = g_new0 (HoistPlaces, 1);
  g_autoptr (GKeyFile) info = g_key_file_new ();
  const char *const host_folders[] = { "/run/host/etc/xdg", NULL };

  self->home = g_strdup (g_get_home_dir ());
  self->module_folder = g_strdup (HOIST_LIBDIR);
  self->host_root = g_strdup ("");
  self->program = find_program ();
  self->sandboxed = g_key_file_load_from_file (
    info, sandbox_info != NULL ? sandbox_info : "/.flatpak-info", G_KEY_FILE_NONE, NULL);
  if (!self->sandboxed)
    {
      self->data_folder = g_strdup (g_get_user_data_dir ());
      self->config_folder = g_strdup (g_get_user_config_dir ());
      self->system_config_folders = g_strdupv ((GStrv) g_get_system_config_dirs ());
      return self;
    }
  g_free (self->host_root);
  self->host_root = g_strdup ("/run/host");
  /* XDG_DATA_HOME and the like are folders of the sandbox. */
  self->data_folder = dup_folder ("HOST_XDG_DATA_HOME", self->home, ".local/share");
  self->config_folder = dup_folder ("HOST_XDG_CONFIG_HOME", self->home, ".config");
  self->system_config_folders = g_strdupv ((GStrv) host_folders);
  self->granted = g_key_file_get_string_list (info, "Context", "filesystems", NULL, NULL);
  return self;
}

/**
 * hoist_places_make_destinations_path:
 *
 * Finds the person's own file of destinations; in a sandbox the sandbox's, which has
 * the same path outside.
 *
 * Returns: (transfer full): its path, whether it is there or not
 */
char *
hoist_places_make_destinations_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "hoist", "destinations.conf", NULL);
}

/**
 * hoist_places_free:
 * @self: (transfer full): the places
 *
 * Frees them.
 */
void
hoist_places_free (HoistPlaces *self)
{
  g_free (self->home);
  g_free (self->data_folder);
  g_free (self->config_folder);
  g_strfreev (self->system_config_folders);
  g_free (self->module_folder);
  g_free (self->program);
  g_strfreev (self->granted);
  g_free (self->host_root);
  g_free (self);
}

/* What an entry of `filesystems` is on the host; nothing if it cannot be written. */
static char *
resolve_grant (const HoistPlaces *self, const char *grant)
{
  g_autofree char *path = g_strdup (grant);
  char *mode = strrchr (path, ':');

  if (mode != NULL)
    {
      if (g_str_equal (mode, ":ro"))
        return NULL;
      *mode = '\0';
    }
  if (g_str_equal (path, "host"))
    return g_strdup ("/");
  if (g_str_equal (path, "home") || g_str_equal (path, "~"))
    return g_strdup (self->home);
  if (g_str_has_prefix (path, "~/"))
    return g_build_filename (self->home, path + 2, NULL);
  if (g_str_has_prefix (path, "xdg-data"))
    return g_build_filename (self->data_folder, path + strlen ("xdg-data"), NULL);
  if (g_str_has_prefix (path, "xdg-config"))
    return g_build_filename (self->config_folder, path + strlen ("xdg-config"), NULL);
  return g_path_is_absolute (path) ? g_steal_pointer (&path) : NULL;
}

static gboolean
is_below (const char *path, const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) parent = g_file_new_for_path (folder);

  return g_file_equal (file, parent) || g_file_has_prefix (file, parent);
}

/* As `flatpak override` takes it. */
static char *
make_grant (const HoistPlaces *self, const char *folder)
{
  if (is_below (folder, self->data_folder))
    return g_strconcat ("xdg-data", folder + strlen (self->data_folder), ":create", NULL);
  if (is_below (folder, self->config_folder))
    return g_strconcat ("xdg-config", folder + strlen (self->config_folder), ":create", NULL);
  return g_strconcat (folder, ":create", NULL);
}

/**
 * hoist_places_check_writable:
 * @self: the places
 * @folder: a folder of the person
 * @error: (out) (optional): what is missing, and the command that gives it
 *
 * Finds out whether the sandbox lets us write there. What is not let in looks
 * like an empty folder, and what is written to it is gone with the program.
 *
 * Errors: %G_IO_ERROR_PERMISSION_DENIED.
 *
 * Returns: whether we can write
 */
gboolean
hoist_places_check_writable (const HoistPlaces *self, const char *folder, GError **error)
{
  g_autofree char *missing = NULL;

  if (!self->sandboxed)
    return TRUE;
  for (gsize i = 0; self->granted != NULL && self->granted[i] != NULL; i++)
    {
      g_autofree char *granted = resolve_grant (self, self->granted[i]);

      if (granted != NULL && is_below (folder, granted))
        return TRUE;
    }
  missing = make_grant (self, folder);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               /* Translators: a folder, and a command that must stay as it is. */
               _ ("Flatpak does not let Hoist write to %s. Allow it, and try again: "
                  "flatpak override --user --filesystem=%s %s"),
                  folder, missing, HOIST_APP_ID);
  return FALSE;
}

/**
 * hoist_places_has_file_manager:
 * @self: the places
 * @manager: a file manager
 *
 * Finds out whether a file manager is there: its program, or in a sandbox, that
 * does not see programs, what it left in the home folder.
 *
 * Returns: whether it is
 */
gboolean
hoist_places_has_file_manager (const HoistPlaces *self, HoistFileManager manager)
{
  const char *const *names = self->sandboxed ? managers[manager].traces
                                             : managers[manager].programs;

  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = self->sandboxed ? g_build_filename (self->home, names[i], NULL)
                                              : g_find_program_in_path (names[i]);

      if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_any_there (const char *root, const char *pattern)
{
  g_autofree char *path = g_strconcat (root, pattern, NULL);
  glob_t found = { 0 };
  gboolean is_there = glob (path, 0, NULL, &found) == 0;

  globfree (&found);
  return is_there;
}

/**
 * hoist_places_sees_libraries:
 * @self: the places
 *
 * Finds out whether it can be told which libraries the computer has: a sandbox sees them
 * only with `--filesystem=host-os`.
 *
 * Returns: whether it can
 */
gboolean
hoist_places_sees_libraries (const HoistPlaces *self)
{
  return is_any_there (self->host_root, "/usr/lib");
}

/**
 * hoist_places_has_nautilus_python:
 * @self: the places
 *
 * Finds out whether Nautilus runs extensions in Python. It reads folders.
 *
 * Returns: whether it does, as far as it can be seen
 */
gboolean
hoist_places_has_nautilus_python (const HoistPlaces *self)
{
  /* Where Debian has it, then Fedora and Arch, then what was built by hand. */
  static const char *const patterns[] = {
    "/usr/lib/*/nautilus/extensions-*/libnautilus-python.so",
    "/usr/lib64/nautilus/extensions-*/libnautilus-python.so",
    "/usr/lib/nautilus/extensions-*/libnautilus-python.so",
    "/usr/local/lib*/nautilus/extensions-*/libnautilus-python.so",
    "/usr/local/lib/*/nautilus/extensions-*/libnautilus-python.so",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (is_any_there (self->host_root, patterns[i]))
      return TRUE;
  return FALSE;
}

/**
 * hoist_places_has_module:
 * @self: the places
 * @manager: a file manager
 *
 * Finds out whether our module for it is installed, so that it needs nothing else.
 *
 * Returns: whether it is
 */
gboolean
hoist_places_has_module (const HoistPlaces *self, HoistFileManager manager)
{
  for (gsize i = 0; managers[manager].modules[i] != NULL; i++)
    {
      g_autofree char *path =
        g_build_filename (self->module_folder, managers[manager].modules[i], NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return FALSE;
}
