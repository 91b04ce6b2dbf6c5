/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tray-uploads.h"

void
tray_put_upload (HoistUploadList *list,
                 guint64 id,
                 const char *name,
                 HoistUploadState state,
                 guint64 sent_bytes)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();
  HoistUploadInfo *info = hoist_upload_info_new (id);

  info->name = g_ref_string_new (name);
  info->path = g_ref_string_new ("/tmp/file");
  info->destination_id = g_ref_string_new ("home");
  info->size_bytes = 1000;
  info->sent_bytes = sent_bytes;
  info->state = state;
  if (state == HOIST_UPLOAD_DONE)
    {
      info->finished_us = (gint64) id;
      info->location = g_ref_string_new ("https://storage.example/file");
    }
  g_ptr_array_add (changes->infos, info);
  hoist_upload_list_apply (list, changes);
}

void
tray_remove_upload (HoistUploadList *list, guint64 id)
{
  g_autoptr (HoistChangeSet) changes = hoist_change_set_new ();

  g_array_append_val (changes->removed, id);
  hoist_upload_list_apply (list, changes);
}
