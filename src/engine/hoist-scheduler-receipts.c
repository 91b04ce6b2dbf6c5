/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What there is to tell of deliveries, and the digests of files that an earlier run
 * did not come to. */

#include "hoist-file-proof.h"
#include "hoist-receipt.h"
#include "hoist-scheduler-private.h"

/**
 * hoist_scheduler_set_whole_sha256:
 * @self: a scheduler
 * @whole_sha256: whether to compute the SHA-256 of whole files
 *
 * Holds for files that are looked at from now on.
 */
void
hoist_scheduler_set_whole_sha256 (HoistScheduler *self, gboolean whole_sha256)
{
  self->config.whole_sha256 = whole_sha256;
}

/**
 * hoist_scheduler_get_receipts:
 * @self: a scheduler
 * @ids: (array length=n_ids): uploads
 * @n_ids: how many
 *
 * Returns: (transfer full) (element-type HoistReceipt): the receipts of those that
 *   are done, in the order of @ids
 */
GPtrArray *
hoist_scheduler_get_receipts (HoistScheduler *self, const guint64 *ids, gsize n_ids)
{
  GPtrArray *receipts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_receipt_free);

  for (gsize i = 0; i < n_ids; i++)
    {
      HoistTransfer *transfer = hoist_scheduler_find (self, ids[i]);
      HoistReceipt *receipt = transfer != NULL ? hoist_receipt_new (transfer->record) : NULL;

      if (receipt != NULL)
        g_ptr_array_add (receipts, receipt);
    }
  return receipts;
}

/* --- Digests that an earlier run did not come to ------------------------------------------------ */

typedef struct
{
  HoistScheduler *scheduler;
  guint64 id;
} Proving;

static void
proved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Proving *proving = user_data;
  HoistScheduler *self = proving->scheduler;
  HoistTransfer *transfer = hoist_scheduler_find (self, proving->id);
  g_autoptr (GError) error = NULL;
  g_autofree HoistFileProof *proof = hoist_file_prove_finish (result, &error);
  HoistDelivery *delivery = transfer != NULL ? transfer->record->delivery : NULL;

  self->n_calls--;
  if (delivery == NULL || delivery->whole != HOIST_WHOLE_FOLLOWS)
    return;
  /* A drive that is not there now may be there at the next start. */
  if (proof == NULL && !g_error_matches (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED))
    return;
  delivery->whole = proof != NULL && proof->same ? HOIST_WHOLE_KNOWN : HOIST_WHOLE_NONE;
  if (delivery->whole == HOIST_WHOLE_KNOWN)
    memcpy (delivery->sha256, proof->sha256, HOIST_SHA256_BYTES);
  hoist_scheduler_log (self, hoist_event_hashed (transfer->record));
}

/**
 * hoist_scheduler_complete_receipts:
 * @self: a scheduler, just started
 *
 * Has the digests computed that receipts of an earlier run still lack, in the
 * background.
 */
void
hoist_scheduler_complete_receipts (HoistScheduler *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const HoistUploadRecord *record = ((HoistTransfer *) value)->record;
      Proving *proving;

      if (record->state != HOIST_UPLOAD_DONE || record->delivery == NULL ||
          record->delivery->whole != HOIST_WHOLE_FOLLOWS)
        continue;
      proving = g_new (Proving, 1);
      proving->scheduler = self;
      proving->id = record->id;
      self->n_calls++;
      hoist_file_prove_async (self->background_workers, record, self->cancellable, proved_cb,
                              proving);
    }
}
