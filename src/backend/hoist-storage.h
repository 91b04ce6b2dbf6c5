/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-backend-config.h"
#include "hoist-s3-credentials.h"
#include "hoist-s3-results.h"
#include "hoist-storage-client.h"

G_BEGIN_DECLS

/**
 * HoistStorageObject:
 *
 * An object, as HeadObject shows it.
 */
typedef struct
{
  guint64 size_bytes;
  char *etag;            /* (owned) without quotes, may be empty */
  char *checksum_sha256; /* (owned) (nullable) base64, with `-N` when composite */
  char *version_id;      /* (owned) (nullable) */
  gint64 modified_s;     /* real time by the storage's clock; 0 = not said */
  gint64 answered_s;     /* real time by the storage's clock; 0 = not said */
} HoistStorageObject;

void hoist_storage_object_free (HoistStorageObject *object);

/**
 * HoistStorageUrl:
 *
 * A presigned request.
 */
typedef struct
{
  char *url;             /* (owned) a secret: never logged */
  HoistS3Pairs *headers; /* (owned) to be sent exactly so */
} HoistStorageUrl;

void hoist_storage_url_free (HoistStorageUrl *url);

#define HOIST_TYPE_STORAGE (hoist_storage_get_type ())
G_DECLARE_FINAL_TYPE (HoistStorage, hoist_storage, HOIST, STORAGE, GObject)

HoistStorage *hoist_storage_new (const HoistBackendConfig *config,
                                 HoistS3Credentials *credentials,
                                 GError **error);
HoistStorageClient *hoist_storage_get_client (HoistStorage *self);
guint hoist_storage_get_timeout_s (HoistStorage *self);
guint hoist_storage_get_complete_timeout_s (HoistStorage *self);
char *hoist_storage_dup_location (HoistStorage *self, const char *key);

HoistStorageUrl *hoist_storage_presign (HoistStorage *self,
                                        HoistS3Request *request,
                                        guint expires_s,
                                        GError **error);

void hoist_storage_create_async (HoistStorage *self,
                                 const char *key,
                                 const char *content_type,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
char *hoist_storage_create_finish (HoistStorage *self, GAsyncResult *result, GError **error);
void hoist_storage_head_async (HoistStorage *self,
                               const char *key,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
void hoist_storage_head_version_async (HoistStorage *self,
                                       const char *key,
                                       const char *version_id,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
HoistStorageObject *hoist_storage_head_finish (HoistStorage *self,
                                               GAsyncResult *result,
                                               GError **error);
void hoist_storage_list_parts_async (HoistStorage *self,
                                     const char *key,
                                     const char *upload_id,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
GPtrArray *hoist_storage_list_parts_finish (HoistStorage *self,
                                            GAsyncResult *result,
                                            GError **error);
void hoist_storage_list_uploads_async (HoistStorage *self,
                                       const char *prefix,
                                       const char *key_marker,
                                       const char *upload_id_marker,
                                       guint max_uploads,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
HoistS3UploadsResult *hoist_storage_list_uploads_finish (HoistStorage *self,
                                                         GAsyncResult *result,
                                                         GError **error);
void hoist_storage_abort_async (HoistStorage *self,
                                const char *key,
                                const char *upload_id,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean hoist_storage_abort_finish (HoistStorage *self,
                                     GAsyncResult *result,
                                     guint *n_remaining,
                                     GError **error);
void hoist_storage_complete_async (HoistStorage *self,
                                   const char *key,
                                   const char *upload_id,
                                   GPtrArray *parts,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
HoistStorageObject *hoist_storage_complete_finish (HoistStorage *self,
                                                   GAsyncResult *result,
                                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStorageObject, hoist_storage_object_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStorageUrl, hoist_storage_url_free)

G_END_DECLS
