/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "hoist-s3-fault.h"
#include "hoist-s3-pairs.h"

G_BEGIN_DECLS

/**
 * HoistStoreReply:
 *
 * What an operation answers: made by a worker thread, sent by the server's.
 */
typedef struct
{
  guint status;
  HoistS3Pairs *headers; /* (owned) without Content-Length */
  HoistS3Fault *fault;   /* (owned) (nullable) becomes the body */
  char *xml;             /* (owned) (nullable) the body */
  int fd;                /* (owned) where the body comes from, or -1 */
  guint64 offset_bytes;  /* in @fd */
  guint64 length_bytes;  /* of the body; with HEAD what it would be */
} HoistStoreReply;

HoistStoreReply *hoist_store_reply_new (guint status);
HoistStoreReply *hoist_store_reply_new_xml (char *xml);
HoistStoreReply *hoist_store_reply_new_fault (HoistS3Fault *fault);
void hoist_store_reply_free (HoistStoreReply *reply);
void hoist_store_reply_add (HoistStoreReply *reply, const char *name, const char *value);
void hoist_store_reply_add_etag (HoistStoreReply *reply, const char *etag);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStoreReply, hoist_store_reply_free)

G_END_DECLS
