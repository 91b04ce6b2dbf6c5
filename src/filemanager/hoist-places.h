/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file manager, with its name on the command line. */
typedef enum
{
  HOIST_FILE_MANAGER_NAUTILUS,
  HOIST_FILE_MANAGER_THUNAR,
  HOIST_FILE_MANAGER_CAJA,
  HOIST_FILE_MANAGER_NEMO,
  HOIST_FILE_MANAGER_DOLPHIN,
  HOIST_FILE_MANAGER_PCMANFM,
} HoistFileManager;

#define HOIST_N_FILE_MANAGERS (HOIST_FILE_MANAGER_PCMANFM + 1)

/* Where things are for a person: in a sandbox, on the host. */
typedef struct
{
  char *home;                  /* (owned) */
  char *data_folder;           /* (owned) of the person, as ~/.local/share */
  char *config_folder;         /* (owned) of the person, as ~/.config */
  GStrv system_config_folders; /* (owned) as /etc/xdg */
  char *module_folder;         /* (owned) where modules of file managers are, as /usr/lib */
  char *program;               /* (owned) how Hoist is called: `hoist`, or its path */
  gboolean sandboxed;          /* in a Flatpak */
  GStrv granted;               /* (owned) what the sandbox may write: `xdg-data/nemo:create` */
  char *host_root;             /* (owned) before the paths of the computer's own programs */
} HoistPlaces;

HoistPlaces *hoist_places_new (const char *sandbox_info);
char *hoist_places_make_destinations_path (void);
void hoist_places_free (HoistPlaces *self);
gboolean hoist_places_check_writable (const HoistPlaces *self, const char *folder, GError **error);
gboolean hoist_places_has_file_manager (const HoistPlaces *self, HoistFileManager manager);
gboolean hoist_places_sees_libraries (const HoistPlaces *self);
gboolean hoist_places_has_nautilus_python (const HoistPlaces *self);
gboolean hoist_places_has_module (const HoistPlaces *self, HoistFileManager manager);
const char *hoist_file_manager_get_name (HoistFileManager manager);
const char *hoist_file_manager_get_title (HoistFileManager manager);
gboolean hoist_file_manager_from_name (const char *name, HoistFileManager *manager);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPlaces, hoist_places_free)

G_END_DECLS
