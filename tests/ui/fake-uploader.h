/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-uploader.h"

G_BEGIN_DECLS

/* An uploader without an engine: it does at once what it is told, and writes
 * down what it was told. */
#define FAKE_TYPE_UPLOADER (fake_uploader_get_type ())
G_DECLARE_FINAL_TYPE (FakeUploader, fake_uploader, FAKE, UPLOADER, GObject)

FakeUploader *fake_uploader_new (void);
HoistUploadInfo *fake_uploader_info (guint64 id, HoistUploadState state);
void fake_uploader_put (FakeUploader *self, HoistUploadInfo *info);
void fake_uploader_put_many (FakeUploader *self, guint64 first_id, guint n, HoistUploadState state);
void fake_uploader_remove (FakeUploader *self, guint64 id);
void fake_uploader_put_batch (FakeUploader *self, guint64 id, guint n_files, gboolean complete);
void fake_uploader_set_proof (FakeUploader *self,
                              HoistWholeState whole,
                              const HoistVerification *answer);
void fake_uploader_set_share (FakeUploader *self, HoistShare *share);
char *fake_uploader_take_log (FakeUploader *self);
void fake_uploader_add_leftover (FakeUploader *self,
                                 const char *upload_id,
                                 const char *path,
                                 guint64 size_bytes,
                                 gint64 age_us);
void fake_uploader_set_list_error (FakeUploader *self, const char *message);
void fake_uploader_set_relocate_error (FakeUploader *self, const char *message);

G_END_DECLS
