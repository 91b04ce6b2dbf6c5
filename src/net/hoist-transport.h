/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "hoist-digest.h"
#include "hoist-error.h"
#include "hoist-net-trust.h"
#include "hoist-rate.h"

G_BEGIN_DECLS

/**
 * HoistPut:
 *
 * One PUT of a range of an open file, or one POST of a form with the range in it,
 * and what came of it. The first group is
 * set by the caller and not touched while the PUT runs; @acked_bytes and
 * @resent_segments may be read at any time from any thread; the last group is valid after
 * hoist_transport_put_finish().
 */
typedef struct
{
  gatomicrefcount ref_count;

  /* input */
  char *url; /* (owned) a secret: never logged */
  GStrv
    headers; /* (owned) (nullable) name, value, name, value …: all that is signed, sent as they are */
  gboolean tls_only; /* whoever signed it was asked under TLS, and may not send us into the open */
  HoistNetTrust *trust; /* (owned) (nullable) whom to trust; null = the system's roots */
  HoistRate *rate;      /* (owned) (nullable) a limit besides the transport's own */
  int fd;               /* borrowed: open until the PUT ended; read by pread(2) only */
  guint64 offset_bytes;
  guint64 length_bytes;
  HoistDigestKind digest_kind; /* of what travels: compared with what the storage reports */
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  GBytes *form_head; /* (owned) (nullable) goes before the range: it is a POST then */
  GBytes *form_tail; /* (owned) (nullable) and after it; both or none */

  /* in progress: bytes of the range that the peer's kernel acknowledged, and segments that
   * were lost on the way */
  _Atomic guint64 acked_bytes;
  _Atomic guint64 resent_segments;

  /* output */
  guint http_status;     /* 0 = no answer */
  char *etag;            /* (owned) (nullable) without quotes */
  char *checksum_sha256; /* (owned) (nullable) as the server echoes it, base64 */
  char *request_id;      /* (owned) (nullable) the storage's own, for support */
  char *version_id;      /* (owned) (nullable) of the object, if the storage has versions */
  char *location;        /* (owned) (nullable) of a form only: where the object is */
  gint64 server_us;      /* real time of the answer by the storage's clock; 0 = not said */
  gint64 retry_after_us; /* 0 = not said */
  gboolean sse_kms;      /* the ETag is not an MD5 (S3 API Reference, «Object») */
  gboolean in_doubt;     /* with a fresh URL the answer may be another one; only trying tells */
} HoistPut;

HoistPut *hoist_put_new (void);
HoistPut *hoist_put_ref (HoistPut *put);
void hoist_put_unref (HoistPut *put);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistPut, hoist_put_unref)

#define HOIST_TYPE_TRANSPORT (hoist_transport_get_type ())
G_DECLARE_FINAL_TYPE (HoistTransport, hoist_transport, HOIST, TRANSPORT, GObject)

HoistTransport *hoist_transport_new (guint n_threads);
void hoist_transport_set_rate (HoistTransport *self, guint64 bytes_per_s);
void hoist_transport_set_stall_timeout_us (HoistTransport *self, gint64 stall_us);
void hoist_transport_set_direct (HoistTransport *self, gboolean direct);
void hoist_transport_put_async (HoistTransport *self,
                                HoistPut *put,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean hoist_transport_put_finish (HoistTransport *self, GAsyncResult *result, GError **error);
void hoist_transport_drop_connections (HoistTransport *self);
void hoist_transport_stop (HoistTransport *self);

G_END_DECLS
