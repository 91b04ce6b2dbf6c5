/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-digest.h"

G_BEGIN_DECLS

#define HOIST_BACKEND_CONFIG_FILE "/etc/hoist/backend.conf"
#define HOIST_BACKEND_TOKENS_FILE "/etc/hoist/tokens.conf"
#define HOIST_BACKEND_LISTEN "127.0.0.1:8017"

/**
 * HoistBackendConfig:
 *
 * All that an administrator decides. Counted; changed only before the server
 * is made of it.
 */
typedef struct
{
  gatomicrefcount ref_count;

  /* [server] */
  char *listen;          /* (owned) `ADDRESS:PORT`, port 0 = any free one */
  char *tls_certificate; /* (owned) (nullable) PEM file */
  char *tls_key;         /* (owned) (nullable) PEM file */
  char *public_url;      /* (owned) (nullable) origin that people's machines reach */
  char *tokens_file;     /* (owned) */
  guint64 max_body_bytes;
  guint64 max_files;          /* files in one initiate call */
  guint64 max_parts_per_sign; /* parts in one sign call */
  guint64 max_requests_per_s; /* of one token; 0 = no limit */
  guint64 stop_timeout_s;     /* how long a stop waits for running requests */
  gboolean log_requests;
  gboolean insecure; /* plain HTTP on an address that is not loopback */

  /* [s3] */
  char *endpoint;        /* (owned) (nullable) URL without the bucket; null = AWS's of the region */
  char *public_endpoint; /* (owned) (nullable) the same for presigned URLs, where it differs */
  char *region;          /* (owned) (nullable) */
  char *bucket;          /* (owned) (nullable) */
  char *credentials_file; /* (owned) (nullable) */
  char *profile;          /* (owned) (nullable) of the AWS files */
  char *ca_file;          /* (owned) (nullable) PEM file of further trusted certificates */
  char *key_template;     /* (owned) */
  gboolean path_style;
  HoistDigestKind checksum;
  guint64 url_lifetime_s;
  guint64 min_part_bytes;
  guint64 max_part_bytes;
  guint64 max_object_bytes;
  guint64 single_put_bytes; /* smaller files go as one plain PUT */
  guint64 timeout_s;        /* of a call to S3 but Complete */
  guint64 complete_timeout_s;

  /* --embedded */
  char *embedded_dir; /* (owned) (nullable) */
} HoistBackendConfig;

HoistBackendConfig *hoist_backend_config_new (void);
HoistBackendConfig *hoist_backend_config_ref (HoistBackendConfig *config);
void hoist_backend_config_unref (HoistBackendConfig *config);
gboolean hoist_backend_config_load_file (HoistBackendConfig *config,
                                         const char *file,
                                         GError **error);
gboolean hoist_backend_config_load_data (HoistBackendConfig *config,
                                         const char *data,
                                         const char *file_for_messages,
                                         GError **error);
gboolean hoist_backend_config_check (HoistBackendConfig *config, GError **error);
gboolean hoist_backend_parse_bytes (const char *text, guint64 *bytes);
GSocketAddress *hoist_backend_parse_listen (const char *listen, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistBackendConfig, hoist_backend_config_unref)

G_END_DECLS
