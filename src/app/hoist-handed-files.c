/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-handed-files.h"

/* More than this in one call is no selection of files (as io.github.hoist.Hoist.Uploads1). */
#define MAX_FILES 100000
#define MAX_DESTINATION_BYTES 1000

/* What came in one call. */
typedef struct
{
  char *destination; /* (owned) (nullable) null for the default one */
  GSList *files;     /* (owned) (element-type GFile) */
  gboolean ask;      /* whether they are meant to be uploaded */
} Handful;

struct _HoistHandedFiles
{
  GQueue handfuls; /* (owned) (element-type Handful) */
};

static void
handful_free (Handful *handful)
{
  g_free (handful->destination);
  g_slist_free_full (handful->files, g_object_unref);
  g_free (handful);
}

static void
push (HoistHandedFiles *self, const char *destination, GSList *files, gboolean ask)
{
  Handful *handful = g_new0 (Handful, 1);

  handful->destination = destination != NULL && *destination != '\0' ? g_strdup (destination)
                                                                     : NULL;
  handful->files = files;
  handful->ask = ask;
  g_queue_push_tail (&self->handfuls, handful);
}

/**
 * hoist_handed_files_new:
 *
 * Returns: (transfer full): nothing yet
 */
HoistHandedFiles *
hoist_handed_files_new (void)
{
  HoistHandedFiles *self = g_new0 (HoistHandedFiles, 1);

  g_queue_init (&self->handfuls);
  return self;
}

/**
 * hoist_handed_files_free:
 * @self: (transfer full): what was handed over
 *
 * Forgets what nobody took.
 */
void
hoist_handed_files_free (HoistHandedFiles *self)
{
  g_queue_clear_full (&self->handfuls, (GDestroyNotify) handful_free);
  g_free (self);
}

/**
 * hoist_handed_files_add_opened:
 * @self: what was handed over
 * @files: (array length=n_files): files and folders
 * @n_files: how many
 *
 * Keeps files that were opened with Hoist until there is a window. It asks
 * whether to upload them: the desktop may have chosen Hoist for them, and not the
 * person.
 */
void
hoist_handed_files_add_opened (HoistHandedFiles *self, GFile *const *files, gsize n_files)
{
  GSList *list = NULL;

  for (gsize i = n_files; i > 0; i--)
    list = g_slist_prepend (list, g_object_ref (files[i - 1]));
  push (self, NULL, list, TRUE);
}

/**
 * hoist_handed_files_add_variant:
 * @self: what was handed over
 * @parameter: of the action %HOIST_UPLOAD_ACTION; anybody on the bus can have
 *   sent it
 *
 * Keeps files until there is a window. All or nothing is taken.
 *
 * Returns: whether the parameter is what it should be
 */
gboolean
hoist_handed_files_add_variant (HoistHandedFiles *self, GVariant *parameter)
{
  const char *destination;
  g_autofree const char **uris = NULL;
  GSList *files = NULL;

  if (parameter == NULL ||
      !g_variant_is_of_type (parameter, G_VARIANT_TYPE (HOIST_UPLOAD_ACTION_TYPE)))
    return FALSE;
  g_variant_get (parameter, "(&s^a&s)", &destination, &uris);
  if (strlen (destination) > MAX_DESTINATION_BYTES || uris[0] == NULL)
    return FALSE;
  for (gsize i = 0; uris[i] != NULL; i++)
    {
      /* Encoded: the bytes of a name need not be UTF-8. */
      if (i == MAX_FILES || !g_uri_is_valid (uris[i], G_URI_FLAGS_ENCODED, NULL))
        {
          g_slist_free_full (files, g_object_unref);
          return FALSE;
        }
      files = g_slist_prepend (files, g_file_new_for_uri (uris[i]));
    }
  push (self, destination, g_slist_reverse (files), FALSE);
  return TRUE;
}

/**
 * hoist_handed_files_make_variant:
 * @destination: (nullable): the id or name of a destination
 * @arguments: (array zero-terminated=1): paths and URIs, as on a command line
 * @folder: what relative paths are relative to
 *
 * Makes the parameter of the action %HOIST_UPLOAD_ACTION.
 *
 * Returns: (transfer none): a floating variant
 */
GVariant *
hoist_handed_files_make_variant (const char *destination,
                                 const char *const *arguments,
                                 const char *folder)
{
  g_auto (GVariantBuilder) uris = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (gsize i = 0; arguments[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg_and_cwd (arguments[i], folder);

      g_variant_builder_add_value (&uris, g_variant_new_take_string (g_file_get_uri (file)));
    }
  return g_variant_new ("(sas)", destination != NULL ? destination : "", &uris);
}

/**
 * hoist_handed_files_give_to:
 * @self: what was handed over
 * @window: an open window
 *
 * Has the window upload all of it, or ask about what was only opened.
 */
void
hoist_handed_files_give_to (HoistHandedFiles *self, HoistWindow *window)
{
  Handful *handful;

  while ((handful = g_queue_pop_head (&self->handfuls)) != NULL)
    {
      if (handful->ask)
        hoist_window_ask_to_add_files (window, handful->files);
      else
        hoist_window_add_files (window, handful->destination, handful->files);
      handful_free (handful);
    }
}
