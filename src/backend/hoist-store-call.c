/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-store-call.h"

#include <string.h>

#include "hoist-store-faults.h"

/* Amazon S3 User Guide, «User-defined object metadata»: 2 KB of names and values. */
#define MAX_METADATA_BYTES 2048
#define MAX_METADATA_NAME_BYTES 200
#define MAX_KEPT_HEADER_BYTES 2048

#define METADATA_PREFIX "x-amz-meta-"

typedef struct
{
  const char *method;
  const char *mark;       /* (nullable) the query parameter that asks for it */
  const char *parameters; /* those that it knows, each between blanks */
  gboolean on_key;
  HoistStoreOperation operation;
} Route;

/* The first that fits. A parameter that is not known is refused rather than passed over: a PUT
 * with `?tagging` must not become the object. */
static const Route routes[] = {
  { "PUT", "uploadId", " uploadId partNumber ", TRUE, HOIST_STORE_UPLOAD_PART },
  { "PUT", NULL, " ", TRUE, HOIST_STORE_PUT_OBJECT },
  { "POST", "uploads", " uploads ", TRUE, HOIST_STORE_CREATE_UPLOAD },
  { "POST", "uploadId", " uploadId ", TRUE, HOIST_STORE_COMPLETE_UPLOAD },
  { "GET", "uploadId", " uploadId max-parts part-number-marker ", TRUE, HOIST_STORE_LIST_PARTS },
  { "GET", NULL,
    " response-content-type response-content-disposition response-content-encoding "
    "response-content-language response-cache-control response-expires ",
    TRUE, HOIST_STORE_GET_OBJECT },
  { "HEAD", NULL, " ", TRUE, HOIST_STORE_HEAD_OBJECT },
  { "DELETE", "uploadId", " uploadId ", TRUE, HOIST_STORE_ABORT_UPLOAD },
  { "DELETE", NULL, " ", TRUE, HOIST_STORE_DELETE_OBJECT },
  { "GET", "uploads", " uploads prefix key-marker upload-id-marker max-uploads encoding-type ",
    FALSE, HOIST_STORE_LIST_UPLOADS },
  { "GET", "list-type",
    " list-type prefix delimiter max-keys continuation-token start-after encoding-type "
    "fetch-owner ",
    FALSE, HOIST_STORE_LIST_OBJECTS },
  { "GET", "location", " location ", FALSE, HOIST_STORE_GET_BUCKET_LOCATION },
  { "GET", NULL, " prefix delimiter max-keys marker encoding-type ", FALSE,
    HOIST_STORE_LIST_OBJECTS },
  { "HEAD", NULL, " ", FALSE, HOIST_STORE_HEAD_BUCKET },
};

/* Amazon S3 API Reference, PutObject: what GetObject gives back besides `x-amz-meta-…`. */
static const char *const kept_headers[] = { "cache-control",    "content-disposition",
                                            "content-encoding", "content-language",
                                            "content-type",     "expires" };

/* What would be broken in silence if it were passed over. */
static const char *const refused_headers[] = { "x-amz-copy-source",
                                               "x-amz-trailer",
                                               "x-amz-checksum-crc64nvme",
                                               "x-amz-tagging",
                                               "x-amz-server-side-encryption",
                                               "if-match",
                                               "x-amz-server-side-encryption-customer-algorithm",
                                               "x-amz-object-lock-mode",
                                               "x-amz-website-redirect-location" };

static HoistS3Fault *
new_fault (const char *code, const char *format, const char *what)
{
  g_autofree char *message = g_strdup_printf (format, what);

  return hoist_s3_fault_new (code, message);
}

/* `x-id` is the name of the operation, which the SDKs put there for readers of logs. */
static gboolean
knows_parameter (const Route *route, const char *name)
{
  g_autofree char *word = g_strconcat (" ", name, " ", NULL);

  return g_ascii_strncasecmp (name, "x-amz-", 6) == 0 || g_str_equal (name, "x-id") ||
         strstr (route->parameters, word) != NULL;
}

static const Route *
find_route (const char *method, gboolean on_key, const HoistS3Pairs *query, HoistS3Fault **fault)
{
  const Route *route = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (routes) && route == NULL; i++)
    if (g_str_equal (routes[i].method, method) && routes[i].on_key == on_key &&
        (routes[i].mark == NULL || hoist_s3_pairs_lookup (query, routes[i].mark) != NULL))
      route = &routes[i];
  if (route == NULL)
    {
      gboolean is_known = strstr (" GET HEAD PUT POST DELETE ", method) != NULL;

      *fault = hoist_s3_fault_new (is_known ? "NotImplemented" : "MethodNotAllowed",
                                   "This store does not have this operation");
      return NULL;
    }
  for (guint i = 0; i < hoist_s3_pairs_get_length (query); i++)
    if (!knows_parameter (route, hoist_s3_pairs_get_name (query, i)))
      {
        *fault = new_fault ("NotImplemented", "This store does not know the parameter «%s» here",
                            hoist_s3_pairs_get_name (query, i));
        return NULL;
      }
  return route;
}

/* What becomes a header must not become two. */
static HoistS3Fault *
check_overrides (const HoistStoreCall *call)
{
  for (guint i = 0; i < hoist_s3_pairs_get_length (call->query); i++)
    {
      const char *name = hoist_s3_pairs_get_name (call->query, i);

      if (!g_str_has_prefix (name, "response-"))
        continue;
      for (const char *at = hoist_s3_pairs_get_value (call->query, i); *at != '\0'; at++)
        if (g_ascii_iscntrl (*at))
          return new_fault ("InvalidArgument", "The parameter «%s» has a control character in it",
                            name);
    }
  return NULL;
}

static HoistS3Fault *
parse_upload (HoistStoreCall *call)
{
  const char *id = hoist_s3_pairs_lookup (call->query, "uploadId");
  const char *number = hoist_s3_pairs_lookup (call->query, "partNumber");
  guint64 value;

  if (id == NULL)
    return NULL;
  if (strlen (id) != 32 || strspn (id, "0123456789abcdef") != 32)
    return hoist_store_fault_no_such_upload ();
  call->upload_id = id;
  if (call->operation != HOIST_STORE_UPLOAD_PART)
    return NULL;
  if (number == NULL ||
      !g_ascii_string_to_unsigned (number, 10, 1, HOIST_STORE_MAX_PARTS, &value, NULL))
    return hoist_s3_fault_new ("InvalidArgument",
                               "Part number must be an integer between 1 and 10000, inclusive");
  call->part_number = (guint) value;
  return NULL;
}

static HoistS3Fault *
parse_length (HoistStoreCall *call)
{
  const char *length = hoist_s3_pairs_lookup_header (call->headers, "content-length");
  const char *encoding = hoist_s3_pairs_lookup_header (call->headers, "content-encoding");

  if (encoding != NULL && strstr (encoding, "aws-chunked") != NULL)
    return hoist_s3_fault_new ("NotImplemented",
                               "This store does not take bodies in signed pieces (aws-chunked)");
  if (length == NULL || hoist_s3_pairs_lookup_header (call->headers, "transfer-encoding") != NULL)
    return hoist_s3_fault_new ("MissingContentLength",
                               "You must provide the Content-Length HTTP header.");
  if (!g_ascii_string_to_unsigned (length, 10, 0, G_MAXINT64, &call->length_bytes, NULL))
    return hoist_s3_fault_new ("InvalidRequest", "The Content-Length is no number");
  if (call->length_bytes > HOIST_STORE_MAX_PUT_BYTES)
    return hoist_s3_fault_new ("EntityTooLarge",
                               "Your proposed upload exceeds the maximum allowed size of 5 GiB");
  return NULL;
}

static HoistS3Fault *
parse_checksums (HoistStoreCall *call)
{
  const char *md5 = hoist_s3_pairs_lookup_header (call->headers, "content-md5");
  const char *sha256 = hoist_s3_pairs_lookup_header (call->headers, "x-amz-checksum-sha256");

  call->has_md5 = md5 != NULL;
  if (md5 != NULL && !hoist_digest_from_base64 (md5, call->md5, HOIST_MD5_BYTES))
    return hoist_s3_fault_new ("InvalidDigest", "The Content-MD5 you specified is not valid.");
  call->has_sha256 = sha256 != NULL;
  if (sha256 != NULL && !hoist_digest_from_base64 (sha256, call->sha256, HOIST_SHA256_BYTES))
    return hoist_s3_fault_new ("InvalidRequest",
                               "Value for x-amz-checksum-sha256 header is invalid.");
  return NULL;
}

/* One besides Content-MD5: Amazon's rule, and in Amazon's words. */
static HoistS3Fault *
parse_sum (HoistStoreCall *call)
{
  for (HoistStoreSumKind kind = HOIST_STORE_SUM_NONE + 1; kind < HOIST_STORE_N_SUMS; kind++)
    {
      const char *header = hoist_store_sum_kind_get_header (kind);
      const char *value = hoist_s3_pairs_lookup_header (call->headers, header);

      if (value == NULL)
        continue;
      if (call->sum != NULL || call->has_sha256)
        return hoist_s3_fault_new ("InvalidRequest", "Expecting a single x-amz-checksum- header. "
                                                     "Multiple checksum Types are not allowed.");
      if (!hoist_store_sum_kind_check (kind, value))
        return new_fault ("InvalidRequest", "Value for %s header is invalid.", header);
      call->sum_kind = kind;
      call->sum = value;
    }
  return NULL;
}

/* What is kept with an object is SHA-256 only. The others say what the parts will come with. */
static HoistS3Fault *
parse_algorithm (HoistStoreCall *call)
{
  const char *type = hoist_s3_pairs_lookup_header (call->headers, "x-amz-checksum-type");
  gboolean is_known = FALSE;

  call->algorithm = hoist_s3_pairs_lookup_header (call->headers, "x-amz-checksum-algorithm");
  if (call->algorithm == NULL)
    return NULL;
  call->wants_sha256 = g_ascii_strcasecmp (call->algorithm, "SHA256") == 0;
  for (HoistStoreSumKind kind = HOIST_STORE_SUM_NONE + 1; kind < HOIST_STORE_N_SUMS; kind++)
    is_known = is_known ||
               g_ascii_strcasecmp (call->algorithm, hoist_store_sum_kind_get_algorithm (kind)) == 0;
  if (!is_known && !call->wants_sha256)
    return new_fault ("NotImplemented", "This store does not have the checksum algorithm «%s»",
                      call->algorithm);
  if (call->wants_sha256 && type != NULL && g_ascii_strcasecmp (type, "COMPOSITE") != 0)
    return hoist_s3_fault_new ("InvalidRequest",
                               "The FULL_OBJECT checksum type cannot be used with SHA256");
  return NULL;
}

static gboolean
is_kept (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kept_headers); i++)
    if (g_str_equal (name, kept_headers[i]))
      return TRUE;
  return FALSE;
}

static HoistS3Fault *
collect_kept (HoistStoreCall *call)
{
  gsize n_bytes = 0;

  for (guint i = 0; i < hoist_s3_pairs_get_length (call->headers); i++)
    {
      const char *value = hoist_s3_pairs_get_value (call->headers, i);
      g_autofree char *name = g_ascii_strdown (hoist_s3_pairs_get_name (call->headers, i), -1);
      gboolean is_metadata = g_str_has_prefix (name, METADATA_PREFIX);

      if (!is_metadata && !is_kept (name))
        continue;
      if (!g_utf8_validate (value, -1, NULL))
        return new_fault ("InvalidArgument", "The header «%s» is not UTF-8", name);
      if (is_metadata)
        n_bytes += strlen (name) - strlen (METADATA_PREFIX) + strlen (value);
      if (n_bytes > MAX_METADATA_BYTES || strlen (name) > MAX_METADATA_NAME_BYTES ||
          strlen (value) > MAX_KEPT_HEADER_BYTES)
        return hoist_s3_fault_new ("MetadataTooLarge", "Your metadata headers exceed the maximum "
                                                       "allowed metadata size");
      hoist_s3_pairs_add (call->kept, name, value);
    }
  return NULL;
}

static HoistS3Fault *
check_refused_headers (const HoistStoreCall *call)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused_headers); i++)
    if (hoist_s3_pairs_lookup_header (call->headers, refused_headers[i]) != NULL)
      return new_fault ("NotImplemented", "This store does not have what the header «%s» asks for",
                        refused_headers[i]);
  return NULL;
}

/* A checksum of the whole that nothing here can verify. */
static HoistS3Fault *
check_whole_sums (const HoistStoreCall *call)
{
  for (HoistStoreSumKind kind = HOIST_STORE_SUM_NONE + 1; kind < HOIST_STORE_N_SUMS; kind++)
    {
      const char *header = hoist_store_sum_kind_get_header (kind);

      if (hoist_s3_pairs_lookup_header (call->headers, header) != NULL)
        return new_fault ("NotImplemented", "This store cannot verify the header «%s» here",
                          header);
    }
  return NULL;
}

static HoistS3Fault *
parse_exclusive (HoistStoreCall *call)
{
  const char *none_match = hoist_s3_pairs_lookup_header (call->headers, "if-none-match");

  call->exclusive = none_match != NULL;
  if (none_match != NULL && !g_str_equal (none_match, "*"))
    return hoist_s3_fault_new ("NotImplemented",
                               "A header you provided implies functionality that is not "
                               "implemented: If-None-Match with an ETag");
  return NULL;
}

static HoistS3Fault *
parse_headers (HoistStoreCall *call)
{
  HoistS3Fault *fault = NULL;
  gboolean has_data = hoist_store_call_has_data (call);
  gboolean makes_object =
    call->operation == HOIST_STORE_PUT_OBJECT || call->operation == HOIST_STORE_CREATE_UPLOAD;
  gboolean names_object =
    call->operation == HOIST_STORE_PUT_OBJECT || call->operation == HOIST_STORE_COMPLETE_UPLOAD;

  if (has_data || makes_object || names_object)
    fault = check_refused_headers (call);
  if (fault == NULL && has_data)
    fault = parse_length (call);
  if (fault == NULL && has_data)
    fault = parse_checksums (call);
  if (fault == NULL && has_data)
    fault = parse_sum (call);
  if (fault == NULL && call->operation == HOIST_STORE_COMPLETE_UPLOAD)
    fault = check_whole_sums (call);
  if (fault == NULL && makes_object)
    fault = collect_kept (call);
  if (fault == NULL && call->operation == HOIST_STORE_CREATE_UPLOAD)
    fault = parse_algorithm (call);
  if (fault == NULL && names_object)
    fault = parse_exclusive (call);
  return fault;
}

/**
 * hoist_store_call_new:
 * @method: the HTTP method
 * @bucket_url: the bucket as the client calls it, without a slash at its end
 * @key: the key, decoded; empty for the bucket itself
 * @query: the query's parameters
 * @headers: the request's headers
 * @payload_sha256: (nullable): the hex SHA-256 of the body that was signed
 * @fault: (out): what is wrong with the request
 *
 * Understands a request that is authentic. Touches no file.
 *
 * Returns: (transfer full) (nullable): what is asked for; null with @fault
 */
HoistStoreCall *
hoist_store_call_new (const char *method,
                      const char *bucket_url,
                      const char *key,
                      const HoistS3Pairs *query,
                      const HoistS3Pairs *headers,
                      const char *payload_sha256,
                      HoistS3Fault **fault)
{
  const Route *route = find_route (method, *key != '\0', query, fault);
  g_autoptr (HoistStoreCall) call = NULL;

  if (route == NULL)
    return NULL;
  call = g_new0 (HoistStoreCall, 1);
  call->operation = route->operation;
  call->bucket_url = g_strdup (bucket_url);
  call->key = g_strdup (key);
  call->query = hoist_s3_pairs_copy (query);
  call->headers = hoist_s3_pairs_copy (headers);
  call->kept = hoist_s3_pairs_new ();
  call->payload_sha256 = g_strdup (payload_sha256);
  *fault = parse_upload (call);
  if (*fault == NULL)
    *fault = check_overrides (call);
  if (*fault == NULL)
    *fault = parse_headers (call);
  return *fault == NULL ? g_steal_pointer (&call) : NULL;
}

/**
 * hoist_store_call_free:
 * @call: (transfer full): a call
 *
 * Frees a call.
 */
void
hoist_store_call_free (HoistStoreCall *call)
{
  g_free (call->bucket_url);
  g_free (call->key);
  g_free (call->payload_sha256);
  hoist_s3_pairs_free (call->query);
  hoist_s3_pairs_free (call->headers);
  hoist_s3_pairs_free (call->kept);
  g_free (call);
}

/**
 * hoist_store_call_has_data:
 * @call: a call
 *
 * Tells whether the body is the bytes of an object or of a part, which are
 * taken piece by piece and never held whole.
 *
 * Returns: whether it is
 */
gboolean
hoist_store_call_has_data (const HoistStoreCall *call)
{
  return call->operation == HOIST_STORE_PUT_OBJECT || call->operation == HOIST_STORE_UPLOAD_PART;
}

/**
 * hoist_store_call_get_number:
 * @call: a call
 * @name: a query parameter
 * @max: what a larger number is cut to
 * @number: (inout): the number; stays as it is where there is no such parameter
 *
 * Reads a number that the client may give: the length of a page, or a marker.
 *
 * Returns: (transfer full) (nullable): `InvalidArgument` where it is no number
 */
HoistS3Fault *
hoist_store_call_get_number (const HoistStoreCall *call, const char *name, guint max, guint *number)
{
  const char *text = hoist_s3_pairs_lookup (call->query, name);
  guint64 value;

  if (text == NULL || *text == '\0')
    return NULL;
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &value, NULL))
    return new_fault ("InvalidArgument", "Provided %s not an integer or within integer range",
                      name);
  *number = (guint) MIN (value, max);
  return NULL;
}

/**
 * hoist_store_call_get_encoding:
 * @call: a call that lists something
 * @url_encoded: (out): whether the keys shall be percent-encoded
 *
 * Reads `encoding-type`.
 *
 * Returns: (transfer full) (nullable): `InvalidArgument` for any but `url`
 */
HoistS3Fault *
hoist_store_call_get_encoding (const HoistStoreCall *call, gboolean *url_encoded)
{
  const char *type = hoist_s3_pairs_lookup (call->query, "encoding-type");

  *url_encoded = type != NULL;
  if (type != NULL && !g_str_equal (type, "url"))
    return hoist_s3_fault_new ("InvalidArgument", "Invalid Encoding Method specified in Request");
  return NULL;
}
