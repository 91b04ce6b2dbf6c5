/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-file-proof.h"

#include <string.h>

#include "hoist-s3-checksum.h"

typedef struct
{
  /* input, of the record */
  char *path; /* (owned) */
  HoistFileIdentity identity;
  guint64 part_bytes; /* 0 = one plain PUT */
  guint n_parts;
  char *checksum; /* (owned) (nullable) of the object */
  gboolean has_sha256;
  guint8 sha256[HOIST_SHA256_BYTES];
} ProofData;

static void
proof_data_free (ProofData *data)
{
  g_free (data->path);
  g_free (data->checksum);
  g_free (data);
}

/* The digests of the parts and of the whole in one pass. */
static char *
hash_parts (const ProofData *data,
            HoistFile *file,
            guint8 *sha256,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (HoistDigest) whole = hoist_digest_new (HOIST_DIGEST_SHA256);
  g_autofree guint8 *digests = g_malloc_n (data->n_parts, HOIST_SHA256_BYTES);

  for (guint i = 0; i < data->n_parts; i++)
    {
      guint64 offset_bytes = i * data->part_bytes;
      guint64 length_bytes = MIN (data->part_bytes, file->identity.size_bytes - offset_bytes);

      if (!hoist_file_hash_twice (file, HOIST_DIGEST_SHA256, offset_bytes, length_bytes, whole,
                                  cancellable, digests + i * HOIST_SHA256_BYTES, error))
        return NULL;
    }
  hoist_digest_finish (whole, sha256);
  return hoist_s3_composite_sha256 (digests, data->n_parts);
}

static char *
hash_whole (HoistFile *file, guint8 *sha256, GCancellable *cancellable, GError **error)
{
  if (!hoist_file_hash (file, HOIST_DIGEST_SHA256, 0, file->identity.size_bytes, cancellable,
                        sha256, error))
    return NULL;
  return hoist_digest_to_base64 (sha256, HOIST_SHA256_BYTES);
}

static gboolean
is_untouched (const HoistFileIdentity *then, const HoistFileIdentity *now)
{
  return hoist_file_identity_equal (then, now) && then->ctime_ns == now->ctime_ns;
}

/* By its contents where any digest of what was sent is known; else by its times. */
static void
judge (const ProofData *data, const HoistFile *file, const char *checksum, HoistFileProof *proof)
{
  proof->comparable = TRUE;
  if (data->has_sha256)
    proof->same = hoist_digest_equal (data->sha256, proof->sha256, HOIST_SHA256_BYTES);
  else if (data->checksum != NULL)
    proof->same = g_str_equal (data->checksum, checksum);
  else
    {
      proof->same = is_untouched (&data->identity, &file->identity);
      proof->comparable = proof->same;
    }
}

static void
prove_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const ProofData *data = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistFile) file = hoist_file_open (data->path, &error);
  g_autofree HoistFileProof *proof = g_new0 (HoistFileProof, 1);
  g_autofree char *checksum = NULL;

  if (file == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* Of another length it is another file; there is no need to read it. */
  if (file->identity.size_bytes != data->identity.size_bytes)
    {
      proof->comparable = TRUE;
      g_task_return_pointer (task, g_steal_pointer (&proof), g_free);
      return;
    }
  checksum = data->part_bytes > 0 ? hash_parts (data, file, proof->sha256, cancellable, &error)
                                  : hash_whole (file, proof->sha256, cancellable, &error);
  if (checksum == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  judge (data, file, checksum, proof);
  g_task_return_pointer (task, g_steal_pointer (&proof), g_free);
}

/**
 * hoist_file_prove_async:
 * @workers: where to do it
 * @record: an upload that is done
 * @cancellable: (nullable): ends it early
 * @callback: called in the thread-default context
 * @user_data: for @callback
 *
 * Reads the file of a delivery once more, as a whole, and says whether it is what
 * was delivered: by its SHA-256, or by the checksum of the object, which is made of
 * the parts' digests. So its SHA-256 can still be told long after the parts were
 * forgotten.
 */
void
hoist_file_prove_async (HoistWorkers *workers,
                        const HoistUploadRecord *record,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  ProofData *data = g_new0 (ProofData, 1);

  data->path = g_strdup (record->path);
  data->identity = record->identity;
  if (record->plan.multipart)
    {
      data->part_bytes = record->plan.part_bytes;
      data->n_parts = record->plan.n_parts;
    }
  data->checksum = g_strdup (record->checksum);
  if (record->delivery != NULL && record->delivery->whole == HOIST_WHOLE_KNOWN)
    {
      data->has_sha256 = TRUE;
      memcpy (data->sha256, record->delivery->sha256, HOIST_SHA256_BYTES);
    }
  g_task_set_source_tag (task, hoist_file_prove_async);
  g_task_set_task_data (task, data, (GDestroyNotify) proof_data_free);
  hoist_workers_run (workers, record->identity.device, task, prove_in_thread);
}

/**
 * hoist_file_prove_finish:
 * @result: what the callback got
 *
 * Errors: as [func@hoist_file_open] and [func@hoist_file_hash].
 *
 * Returns: (transfer full) (nullable): what was found; freed by g_free()
 */
HoistFileProof *
hoist_file_prove_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, hoist_file_prove_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
