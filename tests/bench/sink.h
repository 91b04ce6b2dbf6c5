/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What all connections share. */
typedef struct
{
  GHashTable *objects;     /* (owned) path -> size in bytes (owned) */
  GHashTable *uploads;     /* (owned) upload id -> bytes of its parts (owned) */
  guint64 next_upload;     /* */
  guint64 n_requests;      /* */
  guint64 n_connections;   /* */
  guint64 body_bytes;      /* */
  gint64 first_body_us;    /* monotonic; 0 = none yet */
  gint64 first_request_us; /* monotonic; 0 = none yet */
} SinkStore;

SinkStore *sink_store_new (void);
void sink_store_reset (SinkStore *store);

/* --- HTTP: one for each connection ------------------------------------------------------------- */

typedef struct _SinkHttp SinkHttp;
typedef gboolean (*SinkWrite) (const char *data, gsize length, gpointer user_data);

SinkHttp *sink_http_new (SinkStore *store, SinkWrite write, gpointer user_data);
void sink_http_free (SinkHttp *self);
guint64 sink_http_get_skippable (SinkHttp *self);
gboolean sink_http_skip (SinkHttp *self, guint64 n_bytes);
gboolean sink_http_take (SinkHttp *self, const char *data, gsize length);

/* --- TLS: one for each connection that speaks it ------------------------------------------------ */

typedef struct _SinkTls SinkTls;

gpointer sink_tls_context_new (const char *certificate_file);
SinkTls *sink_tls_new (gpointer context, int fd);
void sink_tls_free (SinkTls *self);
gboolean sink_tls_receive (SinkTls *self, SinkHttp *http);
gboolean sink_tls_write (SinkTls *self, const char *data, gsize length);

G_END_DECLS
