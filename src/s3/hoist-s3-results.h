/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistS3Part:
 *
 * A part, as ListParts answers and as CompleteMultipartUpload names it.
 */
typedef struct
{
  guint part_number;
  guint64 size_bytes;    /* 0 where it is not said */
  char *etag;            /* (owned) without quotes, may be empty */
  char *checksum_sha256; /* (owned) (nullable) base64 */
  gint64 modified_s;     /* real time; 0 = not said */
} HoistS3Part;

/* What CreateMultipartUpload answers. */
typedef struct
{
  char *bucket;    /* (owned) */
  char *key;       /* (owned) */
  char *upload_id; /* (owned) never empty */
} HoistS3CreateResult;

/* What ListParts answers: one page. */
typedef struct
{
  char *bucket;             /* (owned) */
  char *key;                /* (owned) */
  char *upload_id;          /* (owned) */
  char *checksum_algorithm; /* (owned) (nullable) */
  guint part_number_marker;
  guint next_part_number_marker; /* 0 = none */
  guint max_parts;
  gboolean is_truncated;
  GPtrArray *parts; /* (owned) (element-type HoistS3Part) */
} HoistS3PartsResult;

/* What CompleteMultipartUpload answers. */
typedef struct
{
  char *location;        /* (owned) may be empty, may lack a scheme */
  char *bucket;          /* (owned) */
  char *key;             /* (owned) */
  char *etag;            /* (owned) without quotes, may be empty */
  char *checksum_sha256; /* (owned) (nullable) base64, with `-N` */
} HoistS3CompleteResult;

/* An unfinished upload. */
typedef struct
{
  char *key;                /* (owned) */
  char *upload_id;          /* (owned) */
  gint64 initiated_s;       /* real time; 0 = not said */
  char *checksum_algorithm; /* (owned) (nullable) */
} HoistS3Unfinished;

/* What ListMultipartUploads answers: one page. */
typedef struct
{
  char *bucket;                /* (owned) */
  char *prefix;                /* (owned) */
  char *key_marker;            /* (owned) */
  char *upload_id_marker;      /* (owned) */
  char *next_key_marker;       /* (owned) (nullable) */
  char *next_upload_id_marker; /* (owned) (nullable) */
  guint max_uploads;
  gboolean is_truncated;
  gboolean url_encoded; /* writer: encode keys as `encoding-type=url` asks */
  GPtrArray *uploads;   /* (owned) (element-type HoistS3Unfinished) */
} HoistS3UploadsResult;

/* An object in a listing. */
typedef struct
{
  char *key;  /* (owned) */
  char *etag; /* (owned) without quotes */
  guint64 size_bytes;
  gint64 modified_s; /* real time; 0 = not said */
} HoistS3Object;

/* What ListObjectsV2 answers: one page. */
typedef struct
{
  char *bucket;                  /* (owned) */
  char *prefix;                  /* (owned) */
  char *delimiter;               /* (owned) (nullable) */
  gboolean is_first_version;     /* ListObjects, which has markers instead of tokens */
  char *marker;                  /* (owned) (nullable) */
  char *next_marker;             /* (owned) (nullable) */
  char *continuation_token;      /* (owned) (nullable) */
  char *next_continuation_token; /* (owned) (nullable) */
  guint max_keys;
  gboolean is_truncated;
  gboolean url_encoded;       /* writer: encode keys as `encoding-type=url` asks */
  GPtrArray *objects;         /* (owned) (element-type HoistS3Object) */
  GPtrArray *common_prefixes; /* (owned) (element-type utf8) */
} HoistS3ObjectsResult;

HoistS3Part *hoist_s3_part_new (guint part_number,
                                guint64 size_bytes,
                                const char *etag,
                                const char *checksum_sha256);
void hoist_s3_part_free (HoistS3Part *part);
HoistS3CreateResult *hoist_s3_create_result_new (void);
void hoist_s3_create_result_free (HoistS3CreateResult *result);
HoistS3PartsResult *hoist_s3_parts_result_new (void);
void hoist_s3_parts_result_free (HoistS3PartsResult *result);
HoistS3CompleteResult *hoist_s3_complete_result_new (void);
void hoist_s3_complete_result_free (HoistS3CompleteResult *result);
HoistS3Unfinished *hoist_s3_unfinished_new (const char *key,
                                            const char *upload_id,
                                            gint64 initiated_s);
void hoist_s3_unfinished_free (HoistS3Unfinished *unfinished);
HoistS3UploadsResult *hoist_s3_uploads_result_new (void);
void hoist_s3_uploads_result_free (HoistS3UploadsResult *result);
HoistS3Object *hoist_s3_object_new (const char *key,
                                    const char *etag,
                                    guint64 size_bytes,
                                    gint64 modified_s);
void hoist_s3_object_free (HoistS3Object *object);
HoistS3ObjectsResult *hoist_s3_objects_result_new (void);
void hoist_s3_objects_result_free (HoistS3ObjectsResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Part, hoist_s3_part_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3CreateResult, hoist_s3_create_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3PartsResult, hoist_s3_parts_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3CompleteResult, hoist_s3_complete_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Unfinished, hoist_s3_unfinished_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3UploadsResult, hoist_s3_uploads_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Object, hoist_s3_object_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3ObjectsResult, hoist_s3_objects_result_free)

G_END_DECLS
