/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-uploader.h"

/* An uploader that writes down what it is asked, and answers what it was told. */
#define FAKE_TYPE_UPLOADER (fake_uploader_get_type ())
G_DECLARE_FINAL_TYPE (FakeUploader, fake_uploader, FAKE, UPLOADER, GObject)

struct _FakeUploader
{
  GObject parent_instance;

  HoistUploadList *list;
  GString *log;  /* one line a call */
  GError *error; /* (nullable) the answer to add and relocate */
  gboolean mute; /* never answers */
  gboolean lies; /* verifies fewer uploads than it was asked */
  GPtrArray *unanswered;
  GError *problem; /* (nullable) */
};

FakeUploader *fake_uploader_new (void);
void fake_uploader_put (FakeUploader *self, guint64 first, guint n, guint64 sent_bytes);
void fake_uploader_remove (FakeUploader *self, guint64 first, guint n);
void fake_uploader_set_problem (FakeUploader *self, int code, const char *message);
void fake_uploader_put_batch (FakeUploader *self, guint64 id, guint n_files, gboolean complete);
