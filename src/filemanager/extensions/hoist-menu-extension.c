/* SPDX-License-Identifier: GPL-3.0-or-later */

/* «Upload to S3» in the context menu of a file manager: a module that it loads.
 * Nautilus, Caja and Thunar have nearly the same interface for it; the header that
 * the build names gives their words. It is asked for the menu at each change of the
 * selection, in the file manager's own main loop: so it does no input or output
 * there, and copies nothing but references. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include HOIST_MENU_HEADER
#include "hoist-hand-over.h"
#include "hoist-menu-source.h"

#define FILES_KEY "hoist-files"
#define DESTINATION_KEY "hoist-destination"

typedef struct
{
  GObject parent_instance;
} HoistMenuExtension;

typedef struct
{
  GObjectClass parent_class;
} HoistMenuExtensionClass;

GType hoist_menu_extension_get_type (void);

/* One for the file manager, however many providers it makes of it. */
static HoistMenuSource *source;
static HoistMenuExtension *told_extension; /* (nullable) told when the menu is another */

static void provider_iface_init (HoistMenuProviderInterface *iface);
static void hoist_menu_extension_class_finalize (HoistMenuExtensionClass *klass);

G_DEFINE_DYNAMIC_TYPE_EXTENDED (HoistMenuExtension,
                                hoist_menu_extension,
                                G_TYPE_OBJECT,
                                G_TYPE_FLAG_FINAL,
                                G_IMPLEMENT_INTERFACE_DYNAMIC (HOIST_MENU_TYPE_PROVIDER,
                                                               provider_iface_init))

/* Lists of recent and starred files have addresses of their own for them. */
static char *
dup_uri (HoistFileInfo *info)
{
  char *uri = hoist_file_info_dup_uri (info);

  if (!g_str_has_prefix (uri, "recent:") && !g_str_has_prefix (uri, "starred:"))
    return uri;
  g_free (uri);
  return hoist_file_info_dup_target (info);
}

static void
activated_cb (GObject *item)
{
  g_autoptr (GPtrArray) uris = g_ptr_array_new_with_free_func (g_free);

  for (GList *l = g_object_get_data (item, FILES_KEY); l != NULL; l = l->next)
    g_ptr_array_add (uris, dup_uri (l->data));
  g_ptr_array_add (uris, NULL);
  hoist_hand_over (g_object_get_data (item, DESTINATION_KEY),
                   (const char *const *) (gpointer) uris->pdata);
}

static void
free_files (gpointer files)
{
  hoist_file_info_list_free (files);
}

/* All of them take an underscore for the mark of a mnemonic. */
static char *
escape_label (const char *label)
{
  g_autoptr (GString) escaped = g_string_new (label);

  g_string_replace (escaped, "_", "__", 0);
  return g_string_free (g_steal_pointer (&escaped), FALSE);
}

static HoistMenuItem *
make_item (const char *name, const char *label, const char *destination_id, GList *files)
{
  g_autofree char *escaped = escape_label (label);
  HoistMenuItem *item = hoist_menu_item_new (
    name, escaped, _ ("Send the selected files and folders with Hoist"), HOIST_APP_ID "-symbolic");

  if (files == NULL)
    return item;
  g_object_set_data_full (G_OBJECT (item), FILES_KEY, hoist_file_info_list_copy (files),
                          free_files);
  g_object_set_data_full (G_OBJECT (item), DESTINATION_KEY, g_strdup (destination_id), g_free);
  g_signal_connect (item, "activate", G_CALLBACK (activated_cb), NULL);
  return item;
}

/* With one destination there is nothing to choose; without any Hoist asks for one. */
static HoistMenuItem *
make_menu (GPtrArray *destinations, GList *files)
{
  HoistMenuItem *item;
  HoistMenu *menu;

  if (destinations->len < 2)
    return make_item ("Hoist::upload", _ ("Upload to S3"), NULL, files);
  item = make_item ("Hoist::upload", _ ("Upload to S3"), NULL, NULL);
  menu = hoist_menu_new ();
  hoist_menu_item_set_submenu (item, menu);
  for (guint i = 0; i < destinations->len; i++)
    {
      const HoistMenuDestination *destination = g_ptr_array_index (destinations, i);
      g_autofree char *name = g_strconcat ("Hoist::upload-", destination->id, NULL);

      hoist_menu_append (menu, make_item (name, destination->name, destination->id, files));
    }
  return item;
}

static GList *
get_file_items (HoistMenuProvider *provider,
#ifdef HOIST_MENU_HAS_WINDOW
                GtkWidget *window,
#endif
                GList *files)
{
  if (files == NULL)
    return NULL;
  hoist_menu_source_refresh (source);
  return g_list_append (NULL, make_menu (hoist_menu_source_get_destinations (source), files));
}

static void
provider_iface_init (HoistMenuProviderInterface *iface)
{
  iface->get_file_items_vfunc = get_file_items;
}

static void
hoist_menu_extension_finalize (GObject *object)
{
  if (told_extension == (HoistMenuExtension *) object)
    told_extension = NULL;
  G_OBJECT_CLASS (hoist_menu_extension_parent_class)->finalize (object);
}

static void
hoist_menu_extension_class_init (HoistMenuExtensionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hoist_menu_extension_finalize;
}

static void
hoist_menu_extension_class_finalize (HoistMenuExtensionClass *klass)
{
}

static void
hoist_menu_extension_init (HoistMenuExtension *self)
{
  told_extension = self;
}

static void
changed_cb (gpointer user_data)
{
  if (told_extension != NULL)
    hoist_menu_items_changed ((HoistMenuProvider *) told_extension);
}

G_MODULE_EXPORT void
hoist_module_initialize (HoistModule *module)
{
  bindtextdomain (GETTEXT_PACKAGE, HOIST_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  hoist_menu_extension_register_type (G_TYPE_MODULE (module));
#ifdef HOIST_MENU_RESIDENT
  thunarx_provider_plugin_set_resident (module, TRUE);
#endif
  source = hoist_menu_source_new (NULL, NULL, changed_cb, NULL);
}

G_MODULE_EXPORT void
hoist_module_shutdown (void)
{
  g_clear_pointer (&source, hoist_menu_source_free);
}

G_MODULE_EXPORT void
hoist_module_list_types (const GType **types, int *n_types)
{
  static GType type_list[1];

  type_list[0] = hoist_menu_extension_get_type ();
  *types = type_list;
  *n_types = G_N_ELEMENTS (type_list);
}
