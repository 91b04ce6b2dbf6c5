/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-api-client.h"
#include "hoist-plain-provider.h"
#include "hoist-plain-sessions.h"

G_BEGIN_DECLS

struct _HoistPlainProvider
{
  GObject parent_instance;

  HoistApiClient *client;       /* (owned) */
  char *key_prefix;             /* (owned) (nullable) */
  HoistPlainSessions *sessions; /* (owned) */
};

/* What was asked, to read the answer by. */
typedef struct
{
  gint64 asked_us;          /* monotonic */
  HoistPlainUpload *upload; /* (owned) (nullable) */
  HoistPartRef *parts;      /* (owned) (nullable) sign; only their numbers and wishes */
  gsize n_parts;
  char *said; /* (owned) (nullable) probe: by which it does not know nobody's upload */
} HoistPlainAsked;

GTask *hoist_plain_task_new (HoistProvider *provider,
                             gpointer tag,
                             const char *upload_id,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
void hoist_plain_send (GTask *task, const HoistApiCall *call, GAsyncReadyCallback callback);
GBytes *hoist_plain_finish_send (GTask *task, GObject *source, GAsyncResult *result);
void hoist_plain_return_pointer (GTask *task,
                                 gpointer value,
                                 GDestroyNotify destroy,
                                 GError **error);
gpointer hoist_plain_finish_pointer (HoistProvider *provider,
                                     gpointer tag,
                                     GAsyncResult *result,
                                     GError **error);

/* hoist-plain-probe.c */
void hoist_plain_provider_add_probe (HoistProviderInterface *iface);

G_END_DECLS
