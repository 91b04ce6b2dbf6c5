/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-file-cache.h"
#include "hoist-record.h"

G_BEGIN_DECLS

/**
 * HoistFile:
 *
 * An open file, and what it was when it was opened. Immutable but for its
 * reference count, so that workers and pumps may share it.
 */
typedef struct
{
  gatomicrefcount ref_count;
  int fd;                     /* (owned) read only by pread(2) */
  HoistFileIdentity identity; /* when it was opened */
  char *display_name;         /* (owned) for messages */
  HoistFileCache *cache;      /* (owned) what of it was in memory; has a lock of its own */
} HoistFile;

HoistFile *hoist_file_open (const char *path, GError **error);
gboolean hoist_file_is_deleted (HoistFile *self);
HoistFile *hoist_file_ref (HoistFile *self);
void hoist_file_unref (HoistFile *self);
gboolean hoist_file_check_unchanged (HoistFile *self, GError **error);
gboolean hoist_file_hash (HoistFile *self,
                          HoistDigestKind kind,
                          guint64 offset_bytes,
                          guint64 length_bytes,
                          GCancellable *cancellable,
                          guint8 *digest,
                          GError **error);
gboolean hoist_file_hash_twice (HoistFile *self,
                                HoistDigestKind kind,
                                guint64 offset_bytes,
                                guint64 length_bytes,
                                HoistDigest *also,
                                GCancellable *cancellable,
                                guint8 *digest,
                                GError **error);
void hoist_file_let_go (HoistFile *self, guint64 offset_bytes, guint64 length_bytes);
gboolean hoist_file_identify (const char *path, HoistFileIdentity *identity, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistFile, hoist_file_unref)

G_END_DECLS
