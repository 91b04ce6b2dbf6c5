/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-whole.h"

struct _HoistWhole
{
  gatomicrefcount ref_count;
  HoistFileIdentity identity; /* of the file; does not change */

  GMutex mutex; /* for all that follows */
  HoistDigest
    *digest;         /* (owned) of the bytes before @position_bytes; the claimer's while claimed */
  HoistDigest *kept; /* (owned) (nullable) what @digest was when it was claimed */
  guint64 position_bytes; /* all before it is in @digest */
  gboolean finished;      /* and its result was given away */
};

/**
 * hoist_whole_new:
 * @identity: the file; it counts only as long as it is this one, unchanged
 *
 * Begins with the first byte.
 *
 * Returns: (transfer full): a digest of nothing yet
 */
HoistWhole *
hoist_whole_new (const HoistFileIdentity *identity)
{
  HoistWhole *self = g_new0 (HoistWhole, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->identity = *identity;
  g_mutex_init (&self->mutex);
  self->digest = hoist_digest_new (HOIST_DIGEST_SHA256);
  return self;
}

/**
 * hoist_whole_ref:
 * @self: a whole digest
 *
 * Returns: (transfer full): @self
 */
HoistWhole *
hoist_whole_ref (HoistWhole *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * hoist_whole_unref:
 * @self: (transfer full): a whole digest
 *
 * Frees it with its last reference.
 */
void
hoist_whole_unref (HoistWhole *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_mutex_clear (&self->mutex);
  g_clear_pointer (&self->digest, hoist_digest_free);
  g_clear_pointer (&self->kept, hoist_digest_free);
  g_free (self);
}

/**
 * hoist_whole_is_of:
 * @self: a whole digest
 * @identity: a file
 *
 * Returns: whether @identity is the file that was read so far, unchanged: the time
 *   of the last change (ctime) counts as well, since the bytes were read already
 */
gboolean
hoist_whole_is_of (HoistWhole *self, const HoistFileIdentity *identity)
{
  return hoist_file_identity_equal (&self->identity, identity) &&
         self->identity.ctime_ns == identity->ctime_ns;
}

/**
 * hoist_whole_claim:
 * @self: a whole digest
 * @offset_bytes: from where the caller is about to read
 *
 * Asks whether the bytes from there on are wanted next, and nobody else brings
 * them. If so they must be fed to what is returned, in order, and
 * [func@hoist_whole_release] called.
 *
 * Returns: (transfer none) (nullable): where to feed them, or %NULL
 */
HoistDigest *
hoist_whole_claim (HoistWhole *self, guint64 offset_bytes)
{
  HoistDigest *digest = NULL;

  g_mutex_lock (&self->mutex);
  if (self->kept == NULL && !self->finished && self->position_bytes == offset_bytes)
    {
      self->kept = hoist_digest_copy (self->digest);
      digest = self->digest;
    }
  g_mutex_unlock (&self->mutex);
  return digest;
}

/**
 * hoist_whole_release:
 * @self: a whole digest that the caller claimed
 * @added_bytes: how many were fed; 0 = they do not count, since reading failed
 *
 * Gives it back, further on or as it was.
 */
void
hoist_whole_release (HoistWhole *self, guint64 added_bytes)
{
  g_mutex_lock (&self->mutex);
  g_assert (self->kept != NULL);
  if (added_bytes == 0)
    {
      hoist_digest_free (self->digest);
      self->digest = g_steal_pointer (&self->kept);
    }
  g_clear_pointer (&self->kept, hoist_digest_free);
  self->position_bytes += added_bytes;
  g_mutex_unlock (&self->mutex);
}

/**
 * hoist_whole_wants:
 * @self: a whole digest
 * @offset_bytes: (out): from where on it wants bytes
 *
 * Returns: whether bytes are missing and nobody is bringing them
 */
gboolean
hoist_whole_wants (HoistWhole *self, guint64 *offset_bytes)
{
  gboolean wants;

  g_mutex_lock (&self->mutex);
  wants = self->kept == NULL && self->position_bytes < self->identity.size_bytes;
  *offset_bytes = self->position_bytes;
  g_mutex_unlock (&self->mutex);
  return wants;
}

/**
 * hoist_whole_finish:
 * @self: a whole digest
 * @sha256: (out caller-allocates): of the whole file
 *
 * Gives the result, once.
 *
 * Returns: whether all bytes were there
 */
gboolean
hoist_whole_finish (HoistWhole *self, guint8 sha256[HOIST_SHA256_BYTES])
{
  gboolean complete;

  g_mutex_lock (&self->mutex);
  complete =
    self->kept == NULL && !self->finished && self->position_bytes == self->identity.size_bytes;
  if (complete)
    {
      hoist_digest_finish (self->digest, sha256);
      self->finished = TRUE;
    }
  g_mutex_unlock (&self->mutex);
  return complete;
}
