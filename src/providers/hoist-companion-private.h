/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-api-client.h"
#include "hoist-companion-provider.h"

G_BEGIN_DECLS

struct _HoistCompanionProvider
{
  GObject parent_instance;

  HoistApiClient *client; /* (owned) */
  char *key_prefix;       /* (owned) (nullable) */
  gboolean has_headers;   /* it shows who we are */
  gboolean signs_singles; /* a file may go in one request; until it turns out otherwise */
  GHashTable *forms;      /* (owned) key -> HoistSignedUrl that was given away */
  guint max_batch;        /* numbers in one address; 1 = no batches */
  guint n_silent_begins;  /* begin calls in a row to which it said nothing */
  GHashTable *silences;   /* (owned) call and upload -> how often it said nothing */
};

void hoist_companion_send (GTask *task, const HoistApiCall *call, GAsyncReadyCallback callback);
GBytes *hoist_companion_receive (HoistCompanionProvider *self,
                                 GObject *source,
                                 GAsyncResult *result,
                                 GTask *task,
                                 GError **error);
GError *hoist_companion_note_begin (HoistCompanionProvider *self, GError *error);

void hoist_companion_probe_params_async (HoistCompanionProvider *self,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
void hoist_companion_begin_async (HoistProvider *provider,
                                  GPtrArray *requests,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GPtrArray *hoist_companion_begin_finish (HoistProvider *provider,
                                         GAsyncResult *result,
                                         GError **error);
void hoist_companion_sign_single (HoistCompanionProvider *self,
                                  GTask *task,
                                  const char *query,
                                  const char *key,
                                  const HoistPartRef *part);
void hoist_companion_sign_async (HoistProvider *provider,
                                 const char *upload_id,
                                 const char *key,
                                 HoistDigestKind digest_kind,
                                 const HoistPartRef *parts,
                                 gsize n_parts,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GPtrArray *hoist_companion_sign_finish (HoistProvider *provider,
                                        GAsyncResult *result,
                                        GError **error);

void hoist_companion_list_async (HoistProvider *provider,
                                 const char *upload_id,
                                 const char *key,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GPtrArray *hoist_companion_list_finish (HoistProvider *provider,
                                        GAsyncResult *result,
                                        GError **error);
void hoist_companion_complete_async (HoistProvider *provider,
                                     const char *upload_id,
                                     const char *key,
                                     HoistDigestKind digest_kind,
                                     const HoistPartRef *parts,
                                     gsize n_parts,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
HoistObject *hoist_companion_complete_finish (HoistProvider *provider,
                                              GAsyncResult *result,
                                              GError **error);
void hoist_companion_abort_async (HoistProvider *provider,
                                  const char *upload_id,
                                  const char *key,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean hoist_companion_abort_finish (HoistProvider *provider,
                                       GAsyncResult *result,
                                       GError **error);

/**
 * HoistCompanionCheck:
 * @can_list: it lists the parts of an upload that is there
 * @can_abort: it drops one
 *
 * What a server can do with an upload of which it is known that it is there.
 */
typedef struct
{
  gboolean can_list;
  gboolean can_abort;
} HoistCompanionCheck;

void hoist_companion_check_async (HoistCompanionProvider *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean hoist_companion_check_finish (HoistCompanionProvider *self,
                                       GAsyncResult *result,
                                       HoistCompanionCheck *check,
                                       GError **error);

G_END_DECLS
