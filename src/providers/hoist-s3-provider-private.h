/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-provider-private.h"
#include "hoist-s3-client.h"
#include "hoist-s3-provider.h"

G_BEGIN_DECLS

struct _HoistS3Provider
{
  GObject parent_instance;

  HoistS3Options *options; /* (owned) */
  HoistS3Client *client;   /* (owned) */
};

/* Calls of one batch that are under way at a time. */
#define HOIST_S3_MAX_CALLS 8

/**
 * HoistS3Batch:
 *
 * Several calls for one task, of which only some are under way at a time. The first member of
 * the task's data.
 */
typedef struct
{
  guint n;
  guint next;
  guint n_pending;
  gboolean starting;
  void (*start) (GTask *task, guint index);
  void (*done) (GTask *task);
} HoistS3Batch;

void hoist_s3_batch_run (GTask *task);
void hoist_s3_batch_ended (GTask *task);

HoistS3Answer *hoist_s3_provider_take_answer (GTask *task,
                                              GObject *source,
                                              GAsyncResult *result,
                                              gint64 *retry_after_us,
                                              GError **error);
void hoist_s3_provider_call (GTask *task,
                             HoistS3Request *request,
                             guint timeout_s,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
void hoist_s3_provider_fail (GTask *task, gint64 retry_after_us, GError *error);
HoistSignedUrl *hoist_s3_provider_sign_put (HoistS3Provider *self,
                                            HoistS3Request *request,
                                            guint part_number,
                                            GError **error);
HoistS3Request *hoist_s3_provider_make_put (HoistS3Provider *self,
                                            const char *key,
                                            const char *content_type,
                                            HoistDigestKind kind,
                                            const guint8 *digest);

void hoist_s3_begin_async (HoistProvider *provider,
                           GPtrArray *requests,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
GPtrArray *hoist_s3_begin_finish (HoistProvider *provider, GAsyncResult *result, GError **error);
void hoist_s3_parts_async (HoistProvider *provider,
                           const char *upload_id,
                           const char *key,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
GPtrArray *hoist_s3_parts_finish (HoistProvider *provider, GAsyncResult *result, GError **error);
void hoist_s3_unfinished_async (HoistProvider *provider,
                                const char *after,
                                gboolean detailed,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
HoistUnfinishedPage *hoist_s3_unfinished_finish (HoistProvider *provider,
                                                 GAsyncResult *result,
                                                 GError **error);
void hoist_s3_complete_async (HoistProvider *provider,
                              const char *upload_id,
                              const char *key,
                              HoistDigestKind digest_kind,
                              const HoistPartRef *parts,
                              gsize n_parts,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
HoistObject *hoist_s3_complete_finish (HoistProvider *provider,
                                       GAsyncResult *result,
                                       GError **error);
void hoist_s3_abort_async (HoistProvider *provider,
                           const char *upload_id,
                           const char *key,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean hoist_s3_abort_finish (HoistProvider *provider, GAsyncResult *result, GError **error);
void hoist_s3_stat_async (HoistProvider *provider,
                          const HoistStatRef *objects,
                          gsize n_objects,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
GPtrArray *hoist_s3_stat_finish (HoistProvider *provider, GAsyncResult *result, GError **error);

G_END_DECLS
