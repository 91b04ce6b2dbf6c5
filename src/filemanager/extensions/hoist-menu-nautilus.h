/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Nautilus calls the parts of a menu extension: API 4 since GNOME 43, with
 * HOIST_MENU_HAS_WINDOW API 3 before it. */

#pragma once

#include <nautilus-extension.h>

#define HOIST_MENU_TYPE_PROVIDER NAUTILUS_TYPE_MENU_PROVIDER
#define HoistMenuProviderInterface NautilusMenuProviderInterface
#define HoistMenuProvider NautilusMenuProvider
#define HoistMenuItem NautilusMenuItem
#define HoistMenu NautilusMenu
#define HoistFileInfo NautilusFileInfo
#define get_file_items_vfunc get_file_items
#define hoist_menu_item_new nautilus_menu_item_new
#define hoist_menu_item_set_submenu nautilus_menu_item_set_submenu
#define hoist_menu_new nautilus_menu_new
#define hoist_menu_append nautilus_menu_append_item
#define hoist_file_info_list_copy nautilus_file_info_list_copy
#define hoist_file_info_list_free nautilus_file_info_list_free
#define hoist_file_info_dup_uri nautilus_file_info_get_uri
#define hoist_file_info_dup_target nautilus_file_info_get_activation_uri
#define hoist_menu_items_changed nautilus_menu_provider_emit_items_updated_signal
#define hoist_module_initialize nautilus_module_initialize
#define hoist_module_shutdown nautilus_module_shutdown
#define hoist_module_list_types nautilus_module_list_types
#define HoistModule GTypeModule
