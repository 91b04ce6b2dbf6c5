/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The part of the service that is about uploads that other runs left. */

#include "config.h"

#include "hoist-uploads-unfinished.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "hoist-error.h"
#include "hoist-uploads-protocol.h"

#define MAX_ID_BYTES 256

static gboolean
refuse (GDBusMethodInvocation *invocation, const char *message)
{
  g_dbus_method_invocation_return_error_literal (invocation, HOIST_ERROR, HOIST_ERROR_BAD_INPUT,
                                                 message);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
is_destination (const char *id)
{
  return *id != '\0' && strlen (id) <= MAX_ID_BYTES;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistUnfinishedPage) page =
    hoist_uploader_list_unfinished_finish (HOIST_UPLOADER (source), result, &error);

  if (page == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation,
                                           g_variant_new ("(@" HOIST_UNFINISHED_PAGE_TYPE ")",
                                                          hoist_unfinished_page_to_variant (page)));
}

static gboolean
handle_list_cb (HoistUploader *uploader,
                GDBusMethodInvocation *invocation,
                const char *destination_id,
                const char *after,
                gboolean detailed)
{
  if (!is_destination (destination_id))
    return refuse (invocation, _ ("There is no such destination."));
  if (strlen (after) > HOIST_UNFINISHED_MAX_CURSOR_BYTES)
    return refuse (invocation, _ ("The list does not go on there."));
  hoist_uploader_list_unfinished_async (uploader, destination_id, *after != '\0' ? after : NULL,
                                        detailed, NULL, listed_cb, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids =
    hoist_uploader_clear_unfinished_finish (HOIST_UPLOADER (source), result, &error);

  if (ids == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(@at)", g_variant_new_fixed_array (G_VARIANT_TYPE_UINT64, ids->data, ids->len,
                                                         sizeof (guint64))));
}

static GPtrArray *
read_uploads (GVariant *variant, GError **error)
{
  g_autoptr (GPtrArray) uploads =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);

  for (gsize i = 0; i < g_variant_n_children (variant); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (variant, i);
      HoistUnfinished *upload = hoist_unfinished_from_variant (child, error);

      if (upload == NULL)
        return NULL;
      g_ptr_array_add (uploads, upload);
    }
  return g_steal_pointer (&uploads);
}

static gboolean
handle_clear_cb (HoistUploader *uploader,
                 GDBusMethodInvocation *invocation,
                 const char *destination_id,
                 GVariant *variant)
{
  gsize n_uploads = g_variant_n_children (variant);
  g_autoptr (GPtrArray) uploads = NULL;
  g_autoptr (GError) error = NULL;

  if (!is_destination (destination_id))
    return refuse (invocation, _ ("There is no such destination."));
  if (n_uploads == 0 || n_uploads > HOIST_UPLOADER_MAX_CLEAR)
    return refuse (invocation, _ ("These are too many uploads at once, or none."));
  uploads = read_uploads (variant, &error);
  if (uploads == NULL)
    return refuse (invocation, error->message);
  hoist_uploader_clear_unfinished_async (uploader, destination_id, uploads, NULL, cleared_cb,
                                         invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
continued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  guint64 id = hoist_uploader_continue_unfinished_finish (HOIST_UPLOADER (source), result, &error);

  if (error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(t)", id));
}

static gboolean
handle_continue_cb (HoistUploader *uploader,
                    GDBusMethodInvocation *invocation,
                    const char *destination_id,
                    GVariant *variant,
                    const char *path)
{
  g_autoptr (HoistUnfinished) upload = NULL;
  g_autoptr (GError) error = NULL;

  if (!is_destination (destination_id))
    return refuse (invocation, _ ("There is no such destination."));
  if (!hoist_uploads_has_path (g_dbus_method_invocation_get_parameters (invocation), 2))
    return refuse (invocation, _ ("The file must be given with its whole path."));
  upload = hoist_unfinished_from_variant (variant, &error);
  if (upload == NULL)
    return refuse (invocation, error->message);
  hoist_uploader_continue_unfinished_async (uploader, destination_id, upload, path, NULL,
                                            continued_cb, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/**
 * hoist_uploads_unfinished_export:
 * @skeleton: the exported interface
 * @uploader: who answers
 *
 * Answers what is asked about uploads that other runs left. All input is checked
 * here.
 */
void
hoist_uploads_unfinished_export (HoistDBusUploads1 *skeleton, HoistUploader *uploader)
{
  g_signal_connect_object (skeleton, "handle-list-unfinished", G_CALLBACK (handle_list_cb),
                           uploader, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-clear-unfinished", G_CALLBACK (handle_clear_cb),
                           uploader, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-continue-unfinished", G_CALLBACK (handle_continue_cb),
                           uploader, G_CONNECT_SWAPPED);
}
