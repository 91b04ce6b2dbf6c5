/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "hoist-destination-limits.h"
#include "hoist-digest.h"
#include "hoist-error.h"
#include "hoist-net-trust.h"
#include "hoist-part-plan.h"
#include "hoist-reconcile.h"
#include "hoist-share.h"
#include "hoist-unfinished.h"

G_BEGIN_DECLS

/**
 * HoistProviderConfig:
 *
 * What is needed to talk to a destination. Holds a secret in @token: freed
 * memory is wiped, and nothing prints it. It does not change once it is shared,
 * but for what providers leave in it for those who follow them.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char *type;             /* (owned) `hoist-api`, `plain`, `s3` */
  char *url;              /* (owned) base URL, or endpoint */
  char *token;            /* (owned) (nullable) or keys, as text */
  gboolean token_pending; /* the keyring is still to say it: ask nothing before */
  char *ca_file;          /* (owned) (nullable) PEM file of further trusted certificates */
  char *key_prefix;       /* (owned) (nullable) put before every name */
  HoistDestinationSettings *settings; /* (owned) what only some kinds want to know */
  HoistDestinationLimits limits;      /* of what the engine has under way to it */

  GMutex lock;          /* of what follows */
  HoistNetTrust *trust; /* (owned) (nullable) once it was asked for */
  char *remembered;     /* (owned) (nullable) what a provider found out */
} HoistProviderConfig;

HoistProviderConfig *hoist_provider_config_new (const char *type, const char *url);
HoistProviderConfig *hoist_provider_config_ref (HoistProviderConfig *config);
void hoist_provider_config_unref (HoistProviderConfig *config);
gboolean hoist_provider_config_equal (const HoistProviderConfig *a, const HoistProviderConfig *b);
gboolean hoist_provider_config_same_server (const HoistProviderConfig *a,
                                            const HoistProviderConfig *b);
gboolean hoist_provider_config_is_tls (const HoistProviderConfig *config);
gboolean hoist_provider_config_get_trust (HoistProviderConfig *config,
                                          HoistNetTrust **trust,
                                          GError **error);
void hoist_provider_config_remember (HoistProviderConfig *config, const char *text);
char *hoist_provider_config_recall (HoistProviderConfig *config);

/**
 * HoistCapabilities:
 *
 * What a destination can do, as it says itself.
 */
typedef struct
{
  HoistPartLimits limits;
  HoistDigestKind digest_kind; /* what it verifies; what we must send with each part */
  guint max_begin_files;       /* files in one begin call, at least 1 */
  guint max_sign_parts;        /* parts in one sign call, at least 1 */
  guint max_stat_objects;      /* objects in one stat call, at least 1 */
  gboolean can_list;      /* the parts of an upload, and, unless it @hides_uploads, the uploads */
  gboolean hides_uploads; /* nobody can find an upload that was forgotten here */
  gboolean needs_sha256_first; /* a begin call must say the SHA-256 of the whole file */
  gboolean parts_by_content;   /* what it has of an upload is of a file with that SHA-256 */
  gboolean can_share;
  gboolean temporary_keys; /* what signs links ends by itself, and the links with it */
  gboolean can_stat;       /* can read back what the storage has */
  char *bucket;            /* (owned) (nullable) where objects are */
  char *account;           /* (owned) (nullable) for people */
  char *server;            /* (owned) (nullable) for people: program and version */
} HoistCapabilities;

void hoist_capabilities_free (HoistCapabilities *capabilities);

/**
 * HoistSignedUrl:
 *
 * A presigned request for one part. @deadline_us is on the monotonic clock and
 * comes from the server's own statement of the URL's life, never from the
 * local wall clock.
 */
typedef struct
{
  guint part_number;  /* 1 for a single PUT */
  char *url;          /* (owned) a secret: never logged */
  char *key;          /* (owned) (nullable) single PUT: what the object is called with this URL */
  GBytes *form_head;  /* (owned) (nullable) single PUT: a form before the file; it is a POST then */
  GBytes *form_tail;  /* (owned) (nullable) and after it; both or none. Secrets as well */
  GStrv headers;      /* (owned) name, value, …: to be sent exactly so */
  gint64 deadline_us; /* g_get_monotonic_time() after which it must not be used */
} HoistSignedUrl;

HoistSignedUrl *hoist_signed_url_copy (const HoistSignedUrl *url);
void hoist_signed_url_free (HoistSignedUrl *url);

/* One file of a begin call. */
typedef struct
{
  char *name;         /* (owned) relative, UTF-8 */
  char *content_type; /* (owned) */
  HoistPartPlan plan;
  HoistDigestKind digest_kind;
  guint8 digest[HOIST_DIGEST_MAX_BYTES]; /* single PUT only: of the whole file */
  gboolean form_refused; /* the storage did not take the form that was signed for it before */
  gboolean has_sha256;
  guint8 sha256[HOIST_SHA256_BYTES]; /* of the whole file, with needs_sha256_first */
} HoistBeginRequest;

/* What became of it: @error or the rest. */
typedef struct
{
  GError *error;           /* (owned) (nullable) */
  gint64 retry_after_us;   /* with @error; 0 = not said */
  char *upload_id;         /* (owned) (nullable) null for a single PUT */
  char *key;               /* (owned) (nullable) null if only the completion tells it */
  char *location;          /* (owned) (nullable) */
  gboolean in_parts;       /* what was to go as a single PUT goes in parts instead */
  gboolean may_have_parts; /* it may have been begun before: ask what is there */
  guint64 part_bytes;      /* 0 = as asked; else the server wants this part size */
  HoistSignedUrl *url;     /* (owned) (nullable) single PUT: where to */
} HoistBeginReply;

const char *hoist_provider_get_base_name (const char *name);
char *hoist_provider_build_path (const char *key_prefix, const char *name);
void hoist_begin_request_free (HoistBeginRequest *request);
void hoist_begin_reply_free (HoistBeginReply *reply);

/* One part of a sign or complete call. */
typedef struct
{
  guint part_number;
  const char *etag;         /* (nullable) borrowed; complete only */
  const guint8 *digest;     /* (nullable) borrowed, of the upload's kind */
  gboolean wants_fresh_url; /* sign only: the URL that it had was refused */
} HoistPartRef;

/* An object, as the server confirmed it. */
typedef struct
{
  char *location;        /* (owned) (nullable) */
  char *key;             /* (owned) (nullable) null if it does not say */
  char *etag;            /* (owned) (nullable) may be empty on some servers */
  char *version_id;      /* (owned) (nullable) */
  char *checksum_sha256; /* (owned) (nullable) base64, `-N` when composite */
  guint64 size_bytes;
  gboolean has_size;
  gint64 modified_us; /* real time by the storage's clock; 0 = not said */
  gint64 server_us;   /* real time of the answer, by the server's clock; 0 = not said */
} HoistObject;

void hoist_object_free (HoistObject *object);

/* One object of a stat call. */
typedef struct
{
  const char *key;        /* borrowed */
  const char *version_id; /* (nullable) borrowed: of this version; null = the current one */
} HoistStatRef;

/* What became of it: @error or @object. */
typedef struct
{
  GError *error;         /* (owned) (nullable) %HOIST_ERROR_UPLOAD_GONE: there is none */
  gint64 retry_after_us; /* with @error; 0 = not said */
  HoistObject *object;   /* (owned) (nullable) */
} HoistStatReply;

void hoist_stat_reply_free (HoistStatReply *reply);

#define HOIST_TYPE_PROVIDER (hoist_provider_get_type ())
G_DECLARE_INTERFACE (HoistProvider, hoist_provider, HOIST, PROVIDER, GObject)

struct _HoistProviderInterface
{
  GTypeInterface parent_iface;

  void (*probe_async) (HoistProvider *self, GCancellable *, GAsyncReadyCallback, gpointer);
  HoistCapabilities *(*probe_finish) (HoistProvider *self, GAsyncResult *, GError **);

  void (*begin_async) (HoistProvider *self,
                       GPtrArray *requests,
                       GCancellable *,
                       GAsyncReadyCallback,
                       gpointer);
  GPtrArray *(*begin_finish) (HoistProvider *self, GAsyncResult *, GError **);

  void (*sign_async) (HoistProvider *self,
                      const char *upload_id,
                      const char *key,
                      HoistDigestKind digest_kind,
                      const HoistPartRef *parts,
                      gsize n_parts,
                      GCancellable *,
                      GAsyncReadyCallback,
                      gpointer);
  GPtrArray *(*sign_finish) (HoistProvider *self, GAsyncResult *, GError **);

  void (*list_async) (HoistProvider *self,
                      const char *upload_id,
                      const char *key,
                      GCancellable *,
                      GAsyncReadyCallback,
                      gpointer);
  GPtrArray *(*list_finish) (HoistProvider *self, GAsyncResult *, GError **);

  void (*complete_async) (HoistProvider *self,
                          const char *upload_id,
                          const char *key,
                          HoistDigestKind digest_kind,
                          const HoistPartRef *parts,
                          gsize n_parts,
                          GCancellable *,
                          GAsyncReadyCallback,
                          gpointer);
  HoistObject *(*complete_finish) (HoistProvider *self, GAsyncResult *, GError **);

  void (*stat_async) (HoistProvider *self,
                      const HoistStatRef *objects,
                      gsize n_objects,
                      GCancellable *,
                      GAsyncReadyCallback,
                      gpointer);
  GPtrArray *(*stat_finish) (HoistProvider *self, GAsyncResult *, GError **);

  void (*abort_async) (HoistProvider *self,
                       const char *upload_id,
                       const char *key,
                       GCancellable *,
                       GAsyncReadyCallback,
                       gpointer);
  gboolean (*abort_finish) (HoistProvider *self, GAsyncResult *, GError **);

  void (*unfinished_async) (HoistProvider *self,
                            const char *after,
                            gboolean detailed,
                            GCancellable *,
                            GAsyncReadyCallback,
                            gpointer);
  HoistUnfinishedPage *(*unfinished_finish) (HoistProvider *self, GAsyncResult *, GError **);

  void (*share_async) (HoistProvider *self,
                       const char *key,
                       guint expires_in_s,
                       GCancellable *,
                       GAsyncReadyCallback,
                       gpointer);
  HoistShare *(*share_finish) (HoistProvider *self, GAsyncResult *, GError **);
};

HoistProvider *hoist_provider_new_for_config (HoistProviderConfig *config, GError **error);
gint64 hoist_provider_error_get_retry_after_us (GAsyncResult *result);

void hoist_provider_probe_async (HoistProvider *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HoistCapabilities *hoist_provider_probe_finish (HoistProvider *self,
                                                GAsyncResult *result,
                                                GError **error);
void hoist_provider_begin_async (HoistProvider *self,
                                 GPtrArray *requests,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GPtrArray *hoist_provider_begin_finish (HoistProvider *self, GAsyncResult *result, GError **error);
void hoist_provider_sign_async (HoistProvider *self,
                                const char *upload_id,
                                const char *key,
                                HoistDigestKind digest_kind,
                                const HoistPartRef *parts,
                                gsize n_parts,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GPtrArray *hoist_provider_sign_finish (HoistProvider *self, GAsyncResult *result, GError **error);
void hoist_provider_list_async (HoistProvider *self,
                                const char *upload_id,
                                const char *key,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GPtrArray *hoist_provider_list_finish (HoistProvider *self, GAsyncResult *result, GError **error);
void hoist_provider_complete_async (HoistProvider *self,
                                    const char *upload_id,
                                    const char *key,
                                    HoistDigestKind digest_kind,
                                    const HoistPartRef *parts,
                                    gsize n_parts,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
HoistObject *hoist_provider_complete_finish (HoistProvider *self,
                                             GAsyncResult *result,
                                             GError **error);
void hoist_provider_stat_async (HoistProvider *self,
                                const HoistStatRef *objects,
                                gsize n_objects,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GPtrArray *hoist_provider_stat_finish (HoistProvider *self, GAsyncResult *result, GError **error);
void hoist_provider_abort_async (HoistProvider *self,
                                 const char *upload_id,
                                 const char *key,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean hoist_provider_abort_finish (HoistProvider *self, GAsyncResult *result, GError **error);
void hoist_provider_unfinished_async (HoistProvider *self,
                                      const char *after,
                                      gboolean detailed,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
HoistUnfinishedPage *hoist_provider_unfinished_finish (HoistProvider *self,
                                                       GAsyncResult *result,
                                                       GError **error);
void hoist_provider_share_async (HoistProvider *self,
                                 const char *key,
                                 guint expires_in_s,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
HoistShare *hoist_provider_share_finish (HoistProvider *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistProviderConfig, hoist_provider_config_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistCapabilities, hoist_capabilities_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistSignedUrl, hoist_signed_url_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistBeginRequest, hoist_begin_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistBeginReply, hoist_begin_reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistObject, hoist_object_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistStatReply, hoist_stat_reply_free)

G_END_DECLS
