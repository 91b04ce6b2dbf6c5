/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-provider.h"
#include "hoist-s3-fault.h"
#include "hoist-s3-options.h"
#include "hoist-s3-request.h"

G_BEGIN_DECLS

/**
 * HoistS3Answer:
 *
 * What a storage answered: any status.
 */
typedef struct
{
  guint status;                /* HTTP; of an error inside of a 200 that of its code */
  SoupMessageHeaders *headers; /* (owned) */
  GBytes *body;                /* (owned) may be empty */
  HoistS3Fault *fault;         /* (owned) (nullable) */
} HoistS3Answer;

void hoist_s3_answer_free (HoistS3Answer *answer);
gboolean hoist_s3_answer_is_good (const HoistS3Answer *answer);

/* Makes signed calls to one bucket. */
#define HOIST_TYPE_S3_CLIENT (hoist_s3_client_get_type ())
G_DECLARE_FINAL_TYPE (HoistS3Client, hoist_s3_client, HOIST, S3_CLIENT, GObject)

HoistS3Client *hoist_s3_client_new (HoistProviderConfig *config,
                                    const HoistS3Options *options,
                                    GError **error);
void hoist_s3_client_call_async (HoistS3Client *self,
                                 HoistS3Request *request,
                                 guint timeout_s,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HoistS3Answer *hoist_s3_client_call_finish (HoistS3Client *self,
                                            GAsyncResult *result,
                                            GError **error);
GError *hoist_s3_client_make_error (HoistS3Client *self, const HoistS3Answer *answer);
gint64 hoist_s3_client_get_retry_after_us (const HoistS3Answer *answer);
char *hoist_s3_client_presign (HoistS3Client *self,
                               const HoistS3Request *request,
                               guint expires_s,
                               GError **error);
char *hoist_s3_client_dup_location (HoistS3Client *self, const char *key);
gint64 hoist_s3_client_get_clock_offset_us (HoistS3Client *self);
gboolean hoist_s3_client_has_temporary_keys (HoistS3Client *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Answer, hoist_s3_answer_free)

G_END_DECLS
