/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-error.h"
#include "hoist-s3-xml.h"

#define NS " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

/* As Amazon's documentation and servers send them. */
static const char create_xml[] =
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  "<InitiateMultipartUploadResult" NS ">\n  <Bucket>example-bucket</Bucket>\n"
  "  <Key>example &amp; object</Key>\n  <UploadId>VXBsb2FkIElE</UploadId>\n"
  "</InitiateMultipartUploadResult>";

static const char parts_xml[] =
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  "<ListPartsResult" NS "><Bucket>b</Bucket><Key>k</Key><UploadId>id</UploadId>"
  "<Initiator><ID>arn</ID><DisplayName>x</DisplayName></Initiator>"
  "<StorageClass>STANDARD</StorageClass><PartNumberMarker>1</PartNumberMarker>"
  "<NextPartNumberMarker>3</NextPartNumberMarker><MaxParts>2</MaxParts>"
  "<IsTruncated>true</IsTruncated><ChecksumAlgorithm>SHA256</ChecksumAlgorithm>"
  "<Part><PartNumber>2</PartNumber><LastModified>2010-11-10T20:48:34.000Z</LastModified>"
  "<ETag>\"7778aef83f66abc1fa1e8477f296d394\"</ETag><Size>10485760</Size></Part>"
  "<Part><PartNumber>3</PartNumber><LastModified>2010-11-10T20:48:33.000Z</LastModified>"
  "<ETag>&quot;aaaa18db4cc2f85cedef654fccc4a4x8&quot;</ETag><Size>1</Size>"
  "<ChecksumSHA256>Zm9v</ChecksumSHA256></Part></ListPartsResult>";

static const char complete_xml[] =
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
  "<CompleteMultipartUploadResult" NS ">"
  "<Location>http://b.s3.amazonaws.com/k</Location><Bucket>b</Bucket><Key>k</Key>"
  "<ETag>\"3858f62230ac3c915f300c664312c11f-9\"</ETag>"
  "<ChecksumSHA256>Zm9v-9</ChecksumSHA256><ChecksumType>COMPOSITE</ChecksumType>"
  "</CompleteMultipartUploadResult>";

static const char uploads_xml[] =
  "<ListMultipartUploadsResult" NS "><Bucket>b</Bucket><KeyMarker/><UploadIdMarker/>"
  "<NextKeyMarker>my+movie%2B%2F2</NextKeyMarker><NextUploadIdMarker>YW+55</NextUploadIdMarker>"
  "<EncodingType>url</EncodingType><MaxUploads>2</MaxUploads><IsTruncated>true</IsTruncated>"
  "<Upload><Key>my-divisor%20%C3%BC</Key><UploadId>XMgbGlrZSBlbHZpbmc</UploadId>"
  "<Initiator><ID>a</ID></Initiator><Initiated>2010-11-10T20:48:33.000Z</Initiated>"
  "<ChecksumAlgorithm>SHA256</ChecksumAlgorithm></Upload>"
  "<Upload><Key>my+movie%2B</Key><UploadId>VXBs+YWQ</UploadId></Upload>"
  "<Upload><Key></Key><UploadId>x</UploadId></Upload></ListMultipartUploadsResult>";

static const char objects_xml[] =
  "<ListBucketResult" NS "><Name>b</Name><Prefix>p/</Prefix><Delimiter>/</Delimiter>"
  "<MaxKeys>3</MaxKeys><KeyCount>2</KeyCount><IsTruncated>true</IsTruncated>"
  "<NextContinuationToken>1ueG+=</NextContinuationToken>"
  "<Contents><Key>p/a+b%20</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>"
  "<ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>434234</Size>"
  "<StorageClass>STANDARD</StorageClass></Contents>"
  "<CommonPrefixes><Prefix>p/q/</Prefix></CommonPrefixes></ListBucketResult>";

static const char request_xml[] =
  "<CompleteMultipartUpload" NS "><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part>"
  "<Part><ETag>\"b\"</ETag><PartNumber> 2\n</PartNumber><ChecksumSHA256>Zm9v</ChecksumSHA256>"
  "</Part></CompleteMultipartUpload>";

static const char error_xml[] =
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>InternalError</Code>"
  "<Message>We encountered an internal error.</Message><Resource>/b/k</Resource>"
  "<RequestId>656c76696e6727732072657175657374</RequestId><HostId>Uuag</HostId></Error>";

static void
test_create (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistS3CreateResult) result =
    hoist_s3_create_result_parse (create_xml, strlen (create_xml), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (result->bucket, ==, "example-bucket");
  g_assert_cmpstr (result->key, ==, "example & object");
  g_assert_cmpstr (result->upload_id, ==, "VXBsb2FkIElE");
}

static void
test_parts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistS3PartsResult) result =
    hoist_s3_parts_result_parse (parts_xml, strlen (parts_xml), &error);
  const HoistS3Part *part;

  g_assert_no_error (error);
  g_assert_cmpuint (result->part_number_marker, ==, 1);
  g_assert_cmpuint (result->next_part_number_marker, ==, 3);
  g_assert_cmpuint (result->max_parts, ==, 2);
  g_assert_true (result->is_truncated);
  g_assert_cmpstr (result->checksum_algorithm, ==, "SHA256");
  g_assert_cmpuint (result->parts->len, ==, 2);
  part = g_ptr_array_index (result->parts, 0);
  g_assert_cmpuint (part->part_number, ==, 2);
  g_assert_cmpuint (part->size_bytes, ==, 10485760);
  g_assert_cmpstr (part->etag, ==, "7778aef83f66abc1fa1e8477f296d394");
  g_assert_cmpint (part->modified_s, ==, 1289422114);
  g_assert_null (part->checksum_sha256);
  part = g_ptr_array_index (result->parts, 1);
  g_assert_cmpstr (part->etag, ==, "aaaa18db4cc2f85cedef654fccc4a4x8");
  g_assert_cmpstr (part->checksum_sha256, ==, "Zm9v");
}

static void
test_complete (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistS3CompleteResult) result =
    hoist_s3_complete_result_parse (complete_xml, strlen (complete_xml), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (result->location, ==, "http://b.s3.amazonaws.com/k");
  g_assert_cmpstr (result->etag, ==, "3858f62230ac3c915f300c664312c11f-9");
  g_assert_cmpstr (result->checksum_sha256, ==, "Zm9v-9");
}

/* What look-alikes send: no namespace, a prefix, an empty ETag, blanks before the document,
 * after its declaration and for minutes, a byte order mark, elements nobody knows. */
static void
test_complete_of_others (void)
{
  const char *const documents[] = {
    "<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>",
    "<CompleteMultipartUploadResult/>",
    "<s3:CompleteMultipartUploadResult xmlns:s3='x'><s3:ETag/></s3:CompleteMultipartUploadResult>",
    "\n  \r\n\t<?xml "
    "version=\"1.0\"?><CompleteMultipartUploadResult></CompleteMultipartUploadResult>",
    "<?xml version='1.0' encoding='UTF-8'?>\n    \n      <CompleteMultipartUploadResult>"
    "</CompleteMultipartUploadResult>\n\n",
    "\xef\xbb\xbf<CompleteMultipartUploadResult></CompleteMultipartUploadResult>",
    "<CompleteMultipartUploadResult a='b'><!-- c --><X><Y>z</Y></X>t<ETag>&quot;&quot;</ETag>"
    "</CompleteMultipartUploadResult>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HoistS3CompleteResult) result =
        hoist_s3_complete_result_parse (documents[i], strlen (documents[i]), &error);

      g_assert_no_error (error);
      g_assert_cmpstr (result->etag, ==, "");
      g_assert_cmpstr (result->location, ==, "");
      g_assert_null (result->checksum_sha256);
    }
}

/* Amazon S3 API Reference, CompleteMultipartUpload: status 200, and an error in it. */
static void
test_complete_error_in_success (void)
{
  const struct
  {
    const char *code;
    HoistError error;
  } cases[] = {
    { "InternalError", HOIST_ERROR_UNAVAILABLE }, { "SlowDown", HOIST_ERROR_THROTTLED },
    { "InvalidPart", HOIST_ERROR_REJECTED },      { "NoSuchUpload", HOIST_ERROR_UPLOAD_GONE },
    { "NeverHeardOf", HOIST_ERROR_UNAVAILABLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) body = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
      g_autoptr (GError) error = NULL;

      for (int blank = 0; blank < 226; blank++)
        g_string_append_c (body, ' ');
      g_string_append_printf (body, "<Error><Code>%s</Code><Message>sorry</Message></Error>",
                              cases[i].code);
      g_assert_null (hoist_s3_complete_result_parse (body->str, body->len, &error));
      g_assert_error (error, HOIST_ERROR, (int) cases[i].error);
      g_assert_nonnull (strstr (error->message, cases[i].code));
      g_assert_nonnull (strstr (error->message, "sorry"));
    }
}

static void
test_uploads (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistS3UploadsResult) result =
    hoist_s3_uploads_result_parse (uploads_xml, strlen (uploads_xml), &error);
  const HoistS3Unfinished *upload;

  g_assert_no_error (error);
  g_assert_true (result->is_truncated);
  g_assert_cmpstr (result->next_key_marker, ==, "my movie+/2");
  g_assert_cmpstr (result->next_upload_id_marker, ==, "YW+55");
  g_assert_cmpuint (result->uploads->len, ==, 2);
  upload = g_ptr_array_index (result->uploads, 0);
  g_assert_cmpstr (upload->key, ==, "my-divisor ü");
  g_assert_cmpstr (upload->upload_id, ==, "XMgbGlrZSBlbHZpbmc");
  g_assert_cmpint (upload->initiated_s, ==, 1289422113);
  g_assert_cmpstr (upload->checksum_algorithm, ==, "SHA256");
  upload = g_ptr_array_index (result->uploads, 1);
  g_assert_cmpstr (upload->key, ==, "my movie+");
  g_assert_cmpstr (upload->upload_id, ==, "VXBs+YWQ");
  g_assert_cmpint (upload->initiated_s, ==, 0);
  g_assert_null (upload->checksum_algorithm);
}

static void
test_objects (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistS3ObjectsResult) result =
    hoist_s3_objects_result_parse (objects_xml, strlen (objects_xml), &error);
  const HoistS3Object *object;

  g_assert_no_error (error);
  g_assert_cmpstr (result->next_continuation_token, ==, "1ueG+=");
  g_assert_cmpuint (result->objects->len, ==, 1);
  object = g_ptr_array_index (result->objects, 0);
  g_assert_cmpstr (object->key, ==, "p/a+b%20");
  g_assert_cmpuint (object->size_bytes, ==, 434234);
  g_assert_cmpstr (object->etag, ==, "fba9dede5f27731c9771645a39863328");
  g_assert_cmpuint (result->common_prefixes->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (result->common_prefixes, 0), ==, "p/q/");
}

static void
test_request (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) parts =
    hoist_s3_complete_request_parse (request_xml, strlen (request_xml), &error);
  const HoistS3Part *part;

  g_assert_no_error (error);
  g_assert_cmpuint (parts->len, ==, 2);
  part = g_ptr_array_index (parts, 1);
  g_assert_cmpuint (part->part_number, ==, 2);
  g_assert_cmpstr (part->etag, ==, "b");
  g_assert_cmpstr (part->checksum_sha256, ==, "Zm9v");
}

typedef gboolean (*Reads) (const char *data, gsize length, GError **error);

/* One function for each reader: whether it reads the document. */
#define DEFINE_READS(name, type, parse)                                                            \
  static gboolean name (const char *data, gsize length, GError **error)                            \
  {                                                                                                \
    g_autoptr (type) result = parse (data, length, error);                                         \
                                                                                                   \
    return result != NULL;                                                                         \
  }

DEFINE_READS (reads_create, HoistS3CreateResult, hoist_s3_create_result_parse)
DEFINE_READS (reads_parts, HoistS3PartsResult, hoist_s3_parts_result_parse)
DEFINE_READS (reads_complete, HoistS3CompleteResult, hoist_s3_complete_result_parse)
DEFINE_READS (reads_uploads, HoistS3UploadsResult, hoist_s3_uploads_result_parse)
DEFINE_READS (reads_objects, HoistS3ObjectsResult, hoist_s3_objects_result_parse)
DEFINE_READS (reads_request, GPtrArray, hoist_s3_complete_request_parse)

static gboolean
reads_fault (const char *data, gsize length, GError **error)
{
  g_autoptr (HoistS3Fault) fault = hoist_s3_fault_parse (data, length);

  if (!fault)
    g_set_error_literal (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL, "no error document");
  return fault != NULL;
}

static const struct
{
  Reads reads;
  const char *document;
} documents[] = {
  { reads_create, create_xml },   { reads_parts, parts_xml },     { reads_complete, complete_xml },
  { reads_uploads, uploads_xml }, { reads_objects, objects_xml }, { reads_request, request_xml },
  { reads_fault, error_xml },
};

static void
test_prefixes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      gsize length = strlen (documents[i].document);

      for (gsize cut = 0; cut < length; cut++)
        {
          g_autofree char *exact = g_memdup2 (documents[i].document, cut);
          g_autoptr (GError) error = NULL;

          g_assert_false (documents[i].reads (exact ? exact : "", cut, &error));
          g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
        }
      g_assert_true (documents[i].reads (documents[i].document, length, NULL));
    }
}

static void
test_damaged (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    for (int round = 0; round < 1500; round++)
      {
        gsize length = strlen (documents[i].document);
        g_autofree char *damaged = g_memdup2 (documents[i].document, length);
        g_autoptr (GError) error = NULL;

        for (int flips = g_test_rand_int_range (1, 5); flips > 0; flips--)
          damaged[g_test_rand_int_range (0, (int) length)] =
            (char) (g_test_rand_bit () ? g_test_rand_int_range (0, 256)
                                       : "<>&;/\"'! "[g_test_rand_int_range (0, 9)]);
        if (!documents[i].reads (damaged, length, &error))
          g_assert_true (error->domain == HOIST_ERROR);
      }
}

/* What is well-formed, but not what it should be. */
static const struct
{
  Reads reads;
  const char *document;
} wrong[] = {
  { reads_create, "<html><body>Welcome to the captive portal</body></html>" },
  { reads_create, "<InitiateMultipartUploadResult><UploadId/></InitiateMultipartUploadResult>" },
  { reads_create, "{\"uploadId\": \"x\"}" },
  { reads_create, "" },
  { reads_create, "   " },
  { reads_complete, "<ListPartsResult/>" },
  { reads_complete, "<CompleteMultipartUploadResult/><CompleteMultipartUploadResult/>" },
  { reads_complete, "<!DOCTYPE a [<!ENTITY b 'c'>]><CompleteMultipartUploadResult>"
                    "<ETag>&b;</ETag></CompleteMultipartUploadResult>" },
  { reads_parts, "<ListPartsResult><Part><PartNumber>0</PartNumber></Part></ListPartsResult>" },
  { reads_parts, "<ListPartsResult><Part><PartNumber>10001</PartNumber></Part></ListPartsResult>" },
  { reads_parts, "<ListPartsResult><Part><PartNumber>-1</PartNumber></Part></ListPartsResult>" },
  { reads_parts, "<ListPartsResult><Part><PartNumber>1x</PartNumber></Part></ListPartsResult>" },
  { reads_parts, "<ListPartsResult><Part/></ListPartsResult>" },
  { reads_parts, "<ListPartsResult><Part><PartNumber>1</PartNumber><Size>18446744073709551616"
                 "</Size></Part></ListPartsResult>" },
  { reads_parts, "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>" },
  { reads_parts, "<ListPartsResult><IsTruncated>true</IsTruncated><PartNumberMarker>5"
                 "</PartNumberMarker><NextPartNumberMarker>5</NextPartNumberMarker>"
                 "</ListPartsResult>" },
  { reads_uploads, "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated>"
                   "</ListMultipartUploadsResult>" },
  { reads_objects, "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>" },
  { reads_objects, "<ListBucketResult><MaxKeys>many</MaxKeys></ListBucketResult>" },
  { reads_request, "<CompleteMultipartUpload/>" },
  { reads_request, "<CompleteMultipart><Part><PartNumber>1</PartNumber></Part>"
                   "</CompleteMultipart>" },
};

static void
test_wrong (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", wrong[i].document);
      g_assert_false (wrong[i].reads (wrong[i].document, strlen (wrong[i].document), &error));
      g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
    }
}

static void
assert_too_much (GString *document)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (reads_complete (document->str, document->len, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
}

static void
test_limits (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GString) many = g_string_new ("<CompleteMultipartUploadResult>");
  g_autoptr (GString) long_text = g_string_new ("<CompleteMultipartUploadResult>");
  g_autoptr (GString) parts = g_string_new ("<CompleteMultipartUpload>");

  for (int i = 0; i < 100000; i++)
    g_string_append (deep, "<a>");
  assert_too_much (deep);
  for (int i = 0; i < 200000; i++)
    g_string_append (many, "<a/>");
  g_string_append (many, "</CompleteMultipartUploadResult>");
  assert_too_much (many);
  g_string_set_size (long_text, 9 << 20);
  memset (long_text->str + 31, 'x', long_text->len - 31);
  g_string_append (long_text, "</CompleteMultipartUploadResult>");
  assert_too_much (long_text);
  for (int i = 1; i <= 10001; i++)
    g_string_append_printf (parts, "<Part><PartNumber>%d</PartNumber><ETag>e</ETag></Part>",
                            MIN (i, 10000));
  g_string_append (parts, "</CompleteMultipartUpload>");
  g_assert_false (reads_request (parts->str, parts->len, NULL));
}

static const char *const odd_texts[] = {
  "",
  "a b",
  "<&>\"'",
  "]]>",
  "a\nb\r\n\tc",
  "\x01\x02\x1f\x7f",
  "ü文😀",
  "\xc2\x85\xe2\x80\xa8",
  "&amp;",
  "%20+",
};

static void
test_write_create (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (odd_texts); i++)
    {
      g_autoptr (HoistS3CreateResult) written = hoist_s3_create_result_new ();
      g_autoptr (HoistS3CreateResult) read = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *xml = NULL;

      written->bucket = g_strdup ("b");
      written->key = g_strdup (odd_texts[i]);
      written->upload_id = g_strdup ("id");
      xml = hoist_s3_create_result_to_xml (written);
      read = hoist_s3_create_result_parse (xml, strlen (xml), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (read->key, ==, odd_texts[i]);
      g_assert_cmpstr (read->bucket, ==, "b");
    }
}

static void
test_write_invalid_utf8 (void)
{
  g_autoptr (HoistS3CreateResult) written = hoist_s3_create_result_new ();
  g_autofree char *xml = NULL;

  written->key = g_strdup ("a\xff");
  written->upload_id = g_strdup ("id");
  xml = hoist_s3_create_result_to_xml (written);
  g_assert_true (g_utf8_validate (xml, -1, NULL));
  g_assert_true (reads_create (xml, strlen (xml), NULL));
}

/* Written, read and written again: nothing is lost. */
static void
assert_same_again (const char *first, const char *second)
{
  g_assert_cmpstr (first, ==, second);
}

static void
test_write_again (void)
{
  g_autoptr (HoistS3PartsResult) parts =
    hoist_s3_parts_result_parse (parts_xml, strlen (parts_xml), NULL);
  g_autoptr (HoistS3CompleteResult) complete =
    hoist_s3_complete_result_parse (complete_xml, strlen (complete_xml), NULL);
  g_autofree char *parts_first = hoist_s3_parts_result_to_xml (parts);
  g_autofree char *complete_first = hoist_s3_complete_result_to_xml (complete);
  g_autoptr (HoistS3PartsResult) parts_read =
    hoist_s3_parts_result_parse (parts_first, strlen (parts_first), NULL);
  g_autoptr (HoistS3CompleteResult) complete_read =
    hoist_s3_complete_result_parse (complete_first, strlen (complete_first), NULL);
  g_autofree char *parts_second = hoist_s3_parts_result_to_xml (parts_read);
  g_autofree char *complete_second = hoist_s3_complete_result_to_xml (complete_read);

  assert_same_again (parts_first, parts_second);
  assert_same_again (complete_first, complete_second);
  g_assert_nonnull (strstr (parts_first, "<LastModified>2010-11-10T20:48:34.000Z</LastModified>"));
  g_assert_nonnull (strstr (complete_first, "<ChecksumSHA256>Zm9v-9</ChecksumSHA256>"));
}

static void
test_write_lists (void)
{
  for (int encoded = 0; encoded < 2; encoded++)
    {
      g_autoptr (HoistS3UploadsResult) uploads = hoist_s3_uploads_result_new ();
      g_autoptr (HoistS3ObjectsResult) objects = hoist_s3_objects_result_new ();
      g_autoptr (HoistS3UploadsResult) uploads_read = NULL;
      g_autoptr (HoistS3ObjectsResult) objects_read = NULL;
      g_autofree char *uploads_text = NULL;
      g_autofree char *objects_text = NULL;

      uploads->url_encoded = objects->url_encoded = encoded;
      for (gsize i = 1; i < G_N_ELEMENTS (odd_texts); i++)
        {
          g_ptr_array_add (uploads->uploads, hoist_s3_unfinished_new (odd_texts[i], "id", 1));
          g_ptr_array_add (objects->objects, hoist_s3_object_new (odd_texts[i], "e", i, 1));
          g_ptr_array_add (objects->common_prefixes, g_strdup (odd_texts[i]));
        }
      uploads_text = hoist_s3_uploads_result_to_xml (uploads);
      objects_text = hoist_s3_objects_result_to_xml (objects);
      uploads_read = hoist_s3_uploads_result_parse (uploads_text, strlen (uploads_text), NULL);
      objects_read = hoist_s3_objects_result_parse (objects_text, strlen (objects_text), NULL);
      g_assert_cmpuint (uploads_read->uploads->len, ==, uploads->uploads->len);
      g_assert_cmpuint (objects_read->objects->len, ==, objects->objects->len);
      for (guint i = 1; i < G_N_ELEMENTS (odd_texts); i++)
        {
          const HoistS3Unfinished *upload = g_ptr_array_index (uploads_read->uploads, i - 1);
          const HoistS3Object *object = g_ptr_array_index (objects_read->objects, i - 1);

          g_assert_cmpstr (upload->key, ==, odd_texts[i]);
          g_assert_cmpint (upload->initiated_s, ==, 1);
          g_assert_cmpstr (object->key, ==, odd_texts[i]);
          g_assert_cmpuint (object->size_bytes, ==, i);
          g_assert_cmpstr (g_ptr_array_index (objects_read->common_prefixes, i - 1), ==,
                           odd_texts[i]);
        }
    }
}

static void
test_etag (void)
{
  const struct
  {
    const char *etag;
    const char *plain;
  } cases[] = {
    { "", "" },
    { "abc", "abc" },
    { "\"abc\"", "abc" },
    { "&quot;abc&quot;", "abc" },
    { "W/\"abc\"", "abc" },
    { " \"abc\" ", "abc" },
    { "\"\"", "" },
    { "\"", "\"" },
    { "\"abc", "\"abc" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *plain = hoist_s3_etag_strip (cases[i].etag);

      g_assert_cmpstr (plain, ==, cases[i].plain);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/s3/xml/create", test_create);
  g_test_add_func ("/s3/xml/parts", test_parts);
  g_test_add_func ("/s3/xml/complete", test_complete);
  g_test_add_func ("/s3/xml/complete-of-others", test_complete_of_others);
  g_test_add_func ("/s3/xml/complete-error-in-success", test_complete_error_in_success);
  g_test_add_func ("/s3/xml/uploads", test_uploads);
  g_test_add_func ("/s3/xml/objects", test_objects);
  g_test_add_func ("/s3/xml/request", test_request);
  g_test_add_func ("/s3/xml/prefixes", test_prefixes);
  g_test_add_func ("/s3/xml/damaged", test_damaged);
  g_test_add_func ("/s3/xml/wrong", test_wrong);
  g_test_add_func ("/s3/xml/limits", test_limits);
  g_test_add_func ("/s3/xml/write/create", test_write_create);
  g_test_add_func ("/s3/xml/write/invalid-utf8", test_write_invalid_utf8);
  g_test_add_func ("/s3/xml/write/again", test_write_again);
  g_test_add_func ("/s3/xml/write/lists", test_write_lists);
  g_test_add_func ("/s3/xml/etag", test_etag);
  return g_test_run ();
}
