/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-pairs.h"

G_BEGIN_DECLS

/**
 * HoistS3Fault:
 *
 * S3's `<Error>` document: read from a server's answer, or made by the store.
 */
typedef struct
{
  char *code;            /* (owned) `NoSuchUpload`, … */
  char *message;         /* (owned) may be empty */
  char *resource;        /* (owned) (nullable) */
  char *request_id;      /* (owned) (nullable) */
  HoistS3Pairs *details; /* (owned) further elements: `HeadersNotSigned`, `Expires`, … */
} HoistS3Fault;

HoistS3Fault *hoist_s3_fault_new (const char *code, const char *message);
void hoist_s3_fault_free (HoistS3Fault *fault);
/* The HTTP status that S3 sends with a code. */
guint hoist_s3_fault_get_status (const HoistS3Fault *fault);
/* NULL where the body is no error document. */
HoistS3Fault *hoist_s3_fault_parse (const char *data, gsize length);
char *hoist_s3_fault_to_xml (const HoistS3Fault *fault);
/* HoistError by core's table, with a message for people: «what: why». */
GError *hoist_s3_fault_to_error (const HoistS3Fault *fault, guint http_status, const char *what);
/* Whether an answer about an upload id says that the upload is no longer there. */
gboolean hoist_s3_is_upload_gone (guint http_status, const HoistS3Fault *fault);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Fault, hoist_s3_fault_free)

G_END_DECLS
