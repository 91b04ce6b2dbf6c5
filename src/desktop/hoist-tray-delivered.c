/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-tray-delivered.h"

/* Takes an upload out, and tells whether it was there. */
static gboolean
take_out (GPtrArray *delivered, guint64 id)
{
  for (guint i = 0; i < delivered->len; i++)
    {
      const HoistUploadInfo *info = g_ptr_array_index (delivered, i);

      if (info->id == id)
        {
          g_ptr_array_remove_index (delivered, i);
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_newer (const HoistUploadInfo *a, const HoistUploadInfo *b)
{
  if (a->finished_us != b->finished_us)
    return a->finished_us > b->finished_us;
  return a->id > b->id;
}

/* Puts @info where it belongs, if it is among the newest. */
static void
insert (GPtrArray *delivered, const HoistUploadInfo *info)
{
  guint position = 0;

  while (position < delivered->len && !is_newer (info, g_ptr_array_index (delivered, position)))
    position++;
  if (position == HOIST_TRAY_MAX_DELIVERED)
    return;

  g_ptr_array_insert (delivered, (int) position, hoist_upload_info_ref ((HoistUploadInfo *) info));
  g_ptr_array_set_size (delivered, (int) MIN (delivered->len, HOIST_TRAY_MAX_DELIVERED));
}

/**
 * hoist_tray_delivered_new:
 *
 * Makes an empty array for the newest ones.
 *
 * Returns: (transfer full) (element-type HoistUploadInfo): the array
 */
GPtrArray *
hoist_tray_delivered_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_upload_info_unref);
}

/**
 * hoist_tray_delivered_load:
 * @delivered: (element-type HoistUploadInfo): the newest ones
 * @list: all uploads
 *
 * Finds the newest ones among all.
 */
void
hoist_tray_delivered_load (GPtrArray *delivered, HoistUploadList *list)
{
  const HoistUploadInfo *info;

  g_return_if_fail (delivered != NULL);
  g_return_if_fail (HOIST_IS_UPLOAD_LIST (list));

  g_ptr_array_set_size (delivered, 0);
  for (guint i = 0; (info = hoist_upload_list_get_info (list, i)) != NULL; i++)
    if (info->state == HOIST_UPLOAD_DONE)
      insert (delivered, info);
}

/**
 * hoist_tray_delivered_apply:
 * @delivered: (element-type HoistUploadInfo): the newest ones
 * @list: all uploads, after the changes
 * @changes: what changed
 *
 * Takes changes over, without looking at all uploads unless one of the newest
 * went off the list.
 */
void
hoist_tray_delivered_apply (GPtrArray *delivered,
                            HoistUploadList *list,
                            const HoistChangeSet *changes)
{
  gboolean lost = FALSE;

  g_return_if_fail (delivered != NULL && changes != NULL);

  for (guint i = 0; i < changes->infos->len; i++)
    {
      const HoistUploadInfo *info = g_ptr_array_index (changes->infos, i);
      gboolean was_there = take_out (delivered, info->id);

      if (info->state == HOIST_UPLOAD_DONE)
        insert (delivered, info);
      else
        lost |= was_there;
    }
  for (guint i = 0; i < changes->removed->len; i++)
    lost |= take_out (delivered, g_array_index (changes->removed, guint64, i));
  if (lost)
    hoist_tray_delivered_load (delivered, list);
}
