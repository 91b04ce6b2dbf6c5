/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-upload-menu.h"

#include <glib/gi18n.h>

typedef struct
{
  GMenu *menu; /* (owned) */
  guint64 id;
  int position;
} Question;

static void
insert_item (GMenu *menu, int position, const char *label, const char *action, guint64 id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "t", id);
  g_menu_insert_item (menu, position, item);
}

static void
insert_share (GMenu *menu, int position, guint64 id)
{
  insert_item (menu, position, _ ("_Share Link…"), "win.upload-share", id);
}

/* The dialog tells of anything else that is wrong. */
static void
may_share_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistShare) share =
    hoist_uploader_share_finish (HOIST_UPLOADER (source), result, &error);

  if (share != NULL)
    insert_share (question->menu, question->position, question->id);
  g_object_unref (question->menu);
  g_free (question);
}

/* A backend’s token may not: there is nothing to share then but a location, and none is told. */
static void
ask_for_share (HoistUploader *uploader, GMenu *menu, guint64 id, GCancellable *cancellable)
{
  Question *question = g_new (Question, 1);

  question->menu = g_object_ref (menu);
  question->id = id;
  question->position = g_menu_model_get_n_items (G_MENU_MODEL (menu));
  hoist_uploader_share_async (uploader, id, 0, cancellable, may_share_cb, question);
}

/**
 * hoist_upload_menu_new:
 * @uploader: whose upload it is
 * @info: an upload
 * @kind: (nullable): of its destination, if that is still there
 * @cancellable: ends asking whether there can be a link, when the menu goes
 *
 * Makes the menu of an upload’s row. An item that only the server can allow comes in when it did.
 *
 * Returns: (transfer full): the menu
 */
GMenuModel *
hoist_upload_menu_new (HoistUploader *uploader,
                       const HoistUploadInfo *info,
                       const char *kind,
                       GCancellable *cancellable)
{
  GMenu *menu = g_menu_new ();
  gboolean done = info->state == HOIST_UPLOAD_DONE;

  if (done)
    insert_item (menu, -1, _ ("_Receipt"), "win.upload-receipt", info->id);
  if (info->location != NULL)
    {
      insert_item (menu, -1, _ ("_Copy Link"), "win.upload-copy-location", info->id);
      insert_item (menu, -1, _ ("_Open in Browser"), "win.upload-open-location", info->id);
    }
  if (done && (info->location != NULL || g_strcmp0 (kind, "s3") == 0))
    insert_share (menu, -1, info->id);
  else if (done && g_strcmp0 (kind, "hoist-api") == 0)
    ask_for_share (uploader, menu, info->id, cancellable);
  insert_item (menu, -1, _ ("Copy _Details"), "win.upload-copy-details", info->id);
  return G_MENU_MODEL (menu);
}
