/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-api-handlers.h"
#include "hoist-part-plan.h"

#define DEFAULT_CONTENT_TYPE "application/octet-stream"
#define MAX_CONTENT_TYPE_BYTES 255

static gboolean
refuse (GError **error, const HoistApiObject *from, const char *name, const char *why)
{
  g_set_error (error, HOIST_API_ERROR, HOIST_API_ERROR_BAD_REQUEST, "“%s%s” %s", from->where, name,
               why);
  return FALSE;
}

/**
 * hoist_api_get_content_type:
 * @from: a file of a request
 * @content_type: (out) (transfer none): its MIME type
 * @error: return location for an error
 *
 * Reads the MIME type, which becomes a header: printable ASCII only.
 *
 * Errors: %HOIST_API_ERROR_BAD_REQUEST.
 *
 * Returns: whether it is right
 */
gboolean
hoist_api_get_content_type (const HoistApiObject *from, const char **content_type, GError **error)
{
  if (!hoist_api_get_optional_string (from, "contentType", MAX_CONTENT_TYPE_BYTES, content_type,
                                      error))
    return FALSE;
  if (*content_type == NULL)
    *content_type = DEFAULT_CONTENT_TYPE;
  for (const char *at = *content_type; *at != '\0'; at++)
    if (!g_ascii_isprint (*at))
      return refuse (error, from, "contentType", "must be printable ASCII");
  if (**content_type == ' ' || strchr (*content_type, '/') == NULL)
    return refuse (error, from, "contentType", "must be a MIME type");
  return TRUE;
}

/**
 * hoist_api_get_checksum:
 * @call: the call
 * @from: a part or file of its request
 * @has_checksum: (out): whether there is one
 * @digest: (out caller-allocates): the checksum, of %HOIST_DIGEST_MAX_BYTES bytes
 * @error: return location for an error
 *
 * Reads the checksum that is to be signed into a URL: of the kind that this
 * backend uses.
 *
 * Errors: %HOIST_API_ERROR_BAD_REQUEST where it is not base64 of that length.
 *
 * Returns: whether it is right, or not there
 */
gboolean
hoist_api_get_checksum (const HoistApiCall *call,
                        const HoistApiObject *from,
                        gboolean *has_checksum,
                        guint8 *digest,
                        GError **error)
{
  HoistDigestKind kind = call->config->checksum;
  const char *name = kind == HOIST_DIGEST_MD5 ? "contentMd5" : "checksumSha256";
  const char *text = NULL;

  *has_checksum = FALSE;
  if (kind == HOIST_DIGEST_NONE)
    return TRUE;
  if (!hoist_api_get_optional_string (from, name, HOIST_API_MAX_TEXT_BYTES, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!hoist_digest_from_base64 (text, digest, hoist_digest_kind_get_length (kind)))
    return refuse (error, from, name, "must be the checksum in base64, with padding");
  *has_checksum = TRUE;
  return TRUE;
}

/**
 * hoist_api_presign_put:
 * @call: the call
 * @key: the object's key
 * @content_type: its MIME type
 * @digest: (nullable): checksum of the whole file
 * @error: return location for an error
 *
 * Presigns one plain PUT.
 *
 * Errors: as hoist_storage_presign().
 *
 * Returns: (transfer full) (nullable): the URL, or null with @error set
 */
HoistStorageUrl *
hoist_api_presign_put (const HoistApiCall *call,
                       const char *key,
                       const char *content_type,
                       const guint8 *digest,
                       GError **error)
{
  HoistDigestKind kind = digest ? call->config->checksum : HOIST_DIGEST_NONE;

  return hoist_storage_presign (call->storage,
                                hoist_s3_request_put_object (key, content_type, kind, digest),
                                (guint) call->config->url_lifetime_s, error);
}

/**
 * hoist_api_add_url:
 * @builder: where an array is open
 * @part_number: of the part
 * @url: its URL
 *
 * Adds an element of `urls`.
 */
void
hoist_api_add_url (JsonBuilder *builder, guint part_number, const HoistStorageUrl *url)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "partNumber");
  json_builder_add_int_value (builder, part_number);
  json_builder_set_member_name (builder, "method");
  json_builder_add_string_value (builder, "PUT");
  json_builder_set_member_name (builder, "url");
  json_builder_add_string_value (builder, url->url);
  json_builder_set_member_name (builder, "headers");
  json_builder_begin_object (builder);
  for (guint i = 0; i < hoist_s3_pairs_get_length (url->headers); i++)
    {
      json_builder_set_member_name (builder, hoist_s3_pairs_get_name (url->headers, i));
      json_builder_add_string_value (builder, hoist_s3_pairs_get_value (url->headers, i));
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static HoistStorageUrl *
sign_part (HoistApiCall *call,
           const HoistApiObject *part,
           const char *upload_id,
           const char *key,
           guint64 *part_number,
           GError **error)
{
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  gboolean has_checksum;
  HoistS3Request *request;

  if (!hoist_api_get_integer (part, "partNumber", 1, HOIST_S3_MAX_PARTS, part_number, error) ||
      !hoist_api_get_checksum (call, part, &has_checksum, digest, error))
    return NULL;
  if (!has_checksum && call->config->checksum != HOIST_DIGEST_NONE)
    {
      refuse (error, part,
              call->config->checksum == HOIST_DIGEST_MD5 ? "contentMd5" : "checksumSha256",
              "must be there: this backend has every part's checksum verified");
      return NULL;
    }
  request = hoist_s3_request_upload_part (key, upload_id, (guint) *part_number,
                                          call->config->checksum, has_checksum ? digest : NULL);
  return hoist_storage_presign (call->storage, request, (guint) call->config->url_lifetime_s,
                                error);
}

static HoistStorageUrl *
sign_plain (HoistApiCall *call, const HoistApiObject *part, const char *key, GError **error)
{
  HoistApiObject body = hoist_api_call_get_body (call);
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  const char *content_type;
  gboolean has_checksum;
  guint64 part_number;

  if (!hoist_api_get_integer (part, "partNumber", 1, 1, &part_number, error) ||
      !hoist_api_get_content_type (&body, &content_type, error) ||
      !hoist_api_get_checksum (call, part, &has_checksum, digest, error))
    return NULL;
  return hoist_api_presign_put (call, key, content_type, has_checksum ? digest : NULL, error);
}

static gboolean
sign_one (HoistApiCall *call,
          JsonArray *parts,
          guint index,
          const char *upload_id,
          const char *key,
          JsonBuilder *builder,
          GError **error)
{
  g_autofree char *where = g_strdup_printf ("parts[%u].", index);
  HoistApiObject part = { hoist_api_get_element (parts, index, where, error), where };
  g_autoptr (HoistStorageUrl) url = NULL;
  guint64 part_number = 1;

  if (part.object == NULL)
    return FALSE;
  url = upload_id ? sign_part (call, &part, upload_id, key, &part_number, error)
                  : sign_plain (call, &part, key, error);
  if (url == NULL)
    return FALSE;
  hoist_api_add_url (builder, (guint) part_number, url);
  return TRUE;
}

static gboolean
sign_all (HoistApiCall *call, JsonBuilder *builder, GError **error)
{
  HoistApiObject body = hoist_api_call_get_body (call);
  const char *upload_id;
  const char *key;
  JsonArray *parts;
  guint max_parts;

  if (!hoist_api_call_get_upload (call, &upload_id, &key, error))
    return FALSE;
  max_parts = upload_id ? (guint) call->config->max_parts_per_sign : 1;
  if (!hoist_api_get_array (&body, "parts", max_parts, &parts, error))
    return FALSE;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "urls");
  json_builder_begin_array (builder);
  for (guint i = 0; i < json_array_get_length (parts); i++)
    if (!sign_one (call, parts, i, upload_id, key, builder, error))
      return FALSE;
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "expiresIn");
  json_builder_add_int_value (builder, (gint64) call->config->url_lifetime_s);
  json_builder_end_object (builder);
  return TRUE;
}

/**
 * hoist_api_handle_sign:
 * @call: (transfer full): the call
 *
 * Answers `POST sign`: presigns parts, without any call to the storage.
 */
void
hoist_api_handle_sign (HoistApiCall *call)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (GError) error = NULL;

  if (sign_all (call, builder, &error))
    hoist_api_call_reply (call, builder);
  else
    hoist_api_call_fail (call, g_steal_pointer (&error));
}
