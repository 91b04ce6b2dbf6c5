/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Thunar calls the parts of a menu extension. */

#pragma once

#define HOIST_MENU_HAS_WINDOW 1
/* Thunar unloads what it does not need: pending calls would return into nothing. */
#define HOIST_MENU_RESIDENT 1

#include <thunarx/thunarx.h>

#define HOIST_MENU_TYPE_PROVIDER THUNARX_TYPE_MENU_PROVIDER
#define HoistMenuProviderInterface ThunarxMenuProviderIface
#define HoistMenuProvider ThunarxMenuProvider
#define HoistMenuItem ThunarxMenuItem
#define HoistMenu ThunarxMenu
#define HoistFileInfo ThunarxFileInfo
#define get_file_items_vfunc get_file_menu_items
#define hoist_menu_item_new thunarx_menu_item_new
#define hoist_menu_item_set_submenu thunarx_menu_item_set_menu
#define hoist_menu_new thunarx_menu_new
#define hoist_menu_append thunarx_menu_append_item
#define hoist_file_info_list_copy thunarx_file_info_list_copy
#define hoist_file_info_list_free thunarx_file_info_list_free
#define hoist_file_info_dup_uri thunarx_file_info_get_uri
#define hoist_file_info_dup_target thunarx_file_info_get_uri
/* Thunar asks each time a menu opens. */
#define hoist_menu_items_changed(provider) ((void) (provider))
#define hoist_module_initialize thunar_extension_initialize
#define hoist_module_shutdown thunar_extension_shutdown
#define hoist_module_list_types thunar_extension_list_types
#define HoistModule ThunarxProviderPlugin

G_MODULE_EXPORT void thunar_extension_initialize (ThunarxProviderPlugin *plugin);
G_MODULE_EXPORT void thunar_extension_shutdown (void);
G_MODULE_EXPORT void thunar_extension_list_types (const GType **types, int *n_types);
