/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "hoist-s3-credentials.h"
#include "hoist-s3-endpoint.h"
#include "hoist-s3-fault.h"
#include "hoist-s3-request.h"

G_BEGIN_DECLS

/**
 * HoistStorageAnswer:
 *
 * What S3 answered.
 */
typedef struct
{
  guint status;                /* HTTP; for an error inside of a 200 that of its code */
  SoupMessageHeaders *headers; /* (owned) */
  GBytes *body;                /* (owned) may be empty */
  HoistS3Fault *fault;         /* (owned) (nullable) */
} HoistStorageAnswer;

void hoist_storage_answer_free (HoistStorageAnswer *answer);
gboolean hoist_storage_answer_is_good (const HoistStorageAnswer *answer);
GError *hoist_storage_answer_to_error (const HoistStorageAnswer *answer, const char *what);

#define HOIST_TYPE_STORAGE_CLIENT (hoist_storage_client_get_type ())
G_DECLARE_FINAL_TYPE (HoistStorageClient, hoist_storage_client, HOIST, STORAGE_CLIENT, GObject)

HoistStorageClient *hoist_storage_client_new (HoistS3Credentials *credentials,
                                              const HoistS3Endpoint *endpoint,
                                              GTlsDatabase *tls_database);
void hoist_storage_client_trust (HoistStorageClient *self, GTlsCertificate *certificate);
void hoist_storage_client_call_async (HoistStorageClient *self,
                                      HoistS3Request *request,
                                      guint timeout_s,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
HoistStorageAnswer *hoist_storage_client_call_finish (HoistStorageClient *self,
                                                      GAsyncResult *result,
                                                      GError **error);
void hoist_storage_client_stop (HoistStorageClient *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStorageAnswer, hoist_storage_answer_free)

G_END_DECLS
