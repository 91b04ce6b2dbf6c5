/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-fault.h"
#include "hoist-s3-results.h"

G_BEGIN_DECLS

/* Readers. A body that is an `<Error>` document, even with status 200, gives the error of its
 * code; anything else that is not the expected document gives HOIST_ERROR_PROTOCOL. */
HoistS3CreateResult *hoist_s3_create_result_parse (const char *data, gsize length, GError **error);
HoistS3PartsResult *hoist_s3_parts_result_parse (const char *data, gsize length, GError **error);
HoistS3CompleteResult *hoist_s3_complete_result_parse (const char *data,
                                                       gsize length,
                                                       GError **error);
HoistS3UploadsResult *hoist_s3_uploads_result_parse (const char *data,
                                                     gsize length,
                                                     GError **error);
HoistS3ObjectsResult *hoist_s3_objects_result_parse (const char *data,
                                                     gsize length,
                                                     GError **error);
/* What ListBuckets answers: names, in order, each once. */
GStrv hoist_s3_buckets_result_parse (const char *data, gsize length, GError **error);
/* The body of a CompleteMultipartUpload request: (element-type HoistS3Part), as it was sent. */
GPtrArray *hoist_s3_complete_request_parse (const char *data, gsize length, GError **error);

/* Writers: whole documents. */
char *hoist_s3_create_result_to_xml (const HoistS3CreateResult *result);
char *hoist_s3_parts_result_to_xml (const HoistS3PartsResult *result);
char *hoist_s3_complete_result_to_xml (const HoistS3CompleteResult *result);
char *hoist_s3_uploads_result_to_xml (const HoistS3UploadsResult *result);
char *hoist_s3_objects_result_to_xml (const HoistS3ObjectsResult *result);
char *hoist_s3_complete_request_to_xml (GPtrArray *parts);

/* An ETag without its quotes (`"…"`, `&quot;…&quot;`) and without `W/`. */
char *hoist_s3_etag_strip (const char *etag);
/* `2013-05-24T00:00:00.000Z` */
char *hoist_s3_format_time (gint64 unix_s);

G_END_DECLS
