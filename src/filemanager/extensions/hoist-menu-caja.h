/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Caja calls the parts of a menu extension. */

#pragma once

#define HOIST_MENU_HAS_WINDOW 1

#include <libcaja-extension/caja-extension-types.h>
#include <libcaja-extension/caja-file-info.h>
#include <libcaja-extension/caja-menu-provider.h>
#include <libcaja-extension/caja-menu.h>

#define HOIST_MENU_TYPE_PROVIDER CAJA_TYPE_MENU_PROVIDER
#define HoistMenuProviderInterface CajaMenuProviderIface
#define HoistMenuProvider CajaMenuProvider
#define HoistMenuItem CajaMenuItem
#define HoistMenu CajaMenu
#define HoistFileInfo CajaFileInfo
#define get_file_items_vfunc get_file_items
#define hoist_menu_item_new caja_menu_item_new
#define hoist_menu_item_set_submenu caja_menu_item_set_submenu
#define hoist_menu_new caja_menu_new
#define hoist_menu_append caja_menu_append_item
#define hoist_file_info_list_copy caja_file_info_list_copy
#define hoist_file_info_list_free caja_file_info_list_free
#define hoist_file_info_dup_uri caja_file_info_get_uri
#define hoist_file_info_dup_target caja_file_info_get_activation_uri
#define hoist_menu_items_changed caja_menu_provider_emit_items_updated_signal
#define hoist_module_initialize caja_module_initialize
#define hoist_module_shutdown caja_module_shutdown
#define hoist_module_list_types caja_module_list_types
#define HoistModule GTypeModule

G_MODULE_EXPORT void caja_module_initialize (GTypeModule *module);
G_MODULE_EXPORT void caja_module_shutdown (void);
G_MODULE_EXPORT void caja_module_list_types (const GType **types, int *n_types);
