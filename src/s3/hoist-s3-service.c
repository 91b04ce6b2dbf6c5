/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-s3-service.h"

#include <string.h>

#define TIB (G_GUINT64_CONSTANT (1) << 40)
#define TB G_GUINT64_CONSTANT (1000000000000)

#define ALL                                                                                        \
  (HOIST_S3_ACL | HOIST_S3_TAGS | HOIST_S3_SSE | HOIST_S3_SSE_KMS | HOIST_S3_STORAGE_CLASS)
#define CEPH (HOIST_S3_ACL | HOIST_S3_TAGS | HOIST_S3_STORAGE_CLASS)

/* Where a rule comes from stands above each. Content-MD5 is in S3 since its beginning and refused
 * by none of them; `x-amz-checksum-sha256` is only used where it is known to be checked: some
 * refuse a request that has it, others ignore it, and then nothing would have been checked. */
static const HoistS3Service services[] = {
  /* docs.aws.amazon.com/AmazonS3/latest/userguide: «Amazon S3 multipart upload limits»,
   * «Checking object integrity», «Virtual hosting of buckets». */
  { "aws", "Amazon S3", "https://s3.{region}.amazonaws.com", "us-east-1", NULL, FALSE,
    HOIST_DIGEST_SHA256, 10000, 0, ALL },
  /* www.backblaze.com/docs/cloud-storage-s3-compatible-api: `x-amz-checksum-…` is refused with
   * 400, even `x-amz-checksum-mode` of a HEAD; a file has at most 10 TB; no tags, no KMS. */
  { "b2", "Backblaze B2", "https://s3.{region}.backblazeb2.com", "us-west-004", NULL, FALSE,
    HOIST_DIGEST_MD5, 10000, 10 * TB, HOIST_S3_SSE },
  /* docs.ceph.com/en/latest/radosgw, src/common/options/rgw.yaml.in: `rgw_multipart_part_upload_limit`
   * 10,000, `rgw_multipart_min_part_size` 5 MiB, `rgw_max_put_size` 5 GiB, of an object as a whole
   * nothing; so says `ceph-conf --show-config-value` of 16.2. A region is not looked at; virtual hosts need `rgw_dns_name`. Up to Reef checksums are ignored. */
  { "ceph", "Ceph Object Gateway", NULL, "us-east-1", "https://rgw.example.org", TRUE,
    HOIST_DIGEST_MD5, 10000, 0, ALL },
  /* developers.cloudflare.com/r2/api/s3/api: region `auto`, composite SHA-256; no ACL, no tags,
   * only keys of one's own for encryption. …/r2/platform/limits: 4.995 TiB. The ETag of a part is
   * not its MD5. */
  { "r2", "Cloudflare R2", NULL, "auto", "https://ACCOUNT.r2.cloudflarestorage.com", TRUE,
    HOIST_DIGEST_SHA256, 10000, 4995 * (TIB / 1000), HOIST_S3_STORAGE_CLASS },
  /* docs.digitalocean.com/products/spaces/reference/s3-compatibility: Ceph; no KMS. …/details/limits:
   * 10,000 parts, 5 TB. */
  { "spaces", "DigitalOcean Spaces", "https://{region}.digitaloceanspaces.com", "nyc3", NULL, FALSE,
    HOIST_DIGEST_MD5, 10000, 5 * TB, HOIST_S3_ACL },
  /* community.exoscale.com/product/storage/object-storage/service-boundaries/limits-and-quotas: 10,000
   * parts of 5 MiB to 5 GiB, an object at most 4 TiB; no tags. */
  { "exoscale", "Exoscale SOS", "https://sos-{region}.exo.io", "ch-gva-2", NULL, FALSE,
    HOIST_DIGEST_MD5, 10000, 4 * TIB, HOIST_S3_ACL },
  /* garagehq.deuxfleurs.fr/documentation/reference-manual/s3-compatibility: no ACL, no tags; the
   * region is the one of its configuration, `garage` as it comes. */
  { "garage", "Garage", NULL, "garage", "https://s3.garage.example.org", TRUE, HOIST_DIGEST_MD5,
    10000, 0, 0 },
  /* cloud.google.com/storage/docs/multipart-uploads, …/quotas: 10,000 parts, 5 TiB; HMAC keys.
   * Not tried. */
  { "google", "Google Cloud Storage", "https://storage.googleapis.com", "auto", NULL, TRUE,
    HOIST_DIGEST_MD5, 10000, 5 * TIB, HOIST_S3_STORAGE_CLASS },
  /* docs.hetzner.com/storage/object-storage/supported-actions: ACL private and public-read, only
   * keys of one's own for encryption. …/overview: 5 TB, on a Ceph cluster; 10,000 parts, as Ceph has
   * them, are assumed. */
  { "hetzner", "Hetzner Object Storage", "https://{region}.your-objectstorage.com", "fsn1", NULL,
    FALSE, HOIST_DIGEST_MD5, 10000, 5 * TB, HOIST_S3_ACL | HOIST_S3_TAGS },
  /* techdocs.akamai.com/cloud-computing/docs/object-storage-product-limits. 10,000 parts are assumed:
   * nothing was found that says it. */
  { "linode", "Linode Object Storage", "https://{region}.linodeobjects.com", "us-east-1", NULL,
    FALSE, HOIST_DIGEST_MD5, 10000, 5 * TIB, HOIST_S3_ACL | HOIST_S3_TAGS },
  /* docs.min.io/community/minio-object-store/operations/concepts/thresholds.html: 10,000 parts of 5 MiB
   * to 5 GiB, and 50 TiB, which is more than these make; internal/hash/checksum.go: additional
   * checksums since 2022-08. Not tried. */
  { "minio", "MinIO", NULL, "us-east-1", "https://minio.example.org:9000", TRUE,
    HOIST_DIGEST_SHA256, 10000, 0,
    HOIST_S3_TAGS | HOIST_S3_SSE | HOIST_S3_SSE_KMS | HOIST_S3_STORAGE_CLASS },
  /* help.ovhcloud.com, «Object Storage – Technical Limitations» (KB0047376; of 2026-02: 10,000 parts
   * of at most 5 GB, and what these make), «Endpoints». */
  { "ovh", "OVHcloud Object Storage", "https://s3.{region}.io.cloud.ovh.net", "gra", NULL, FALSE,
    HOIST_DIGEST_MD5, 10000, 0, HOIST_S3_ACL | HOIST_S3_SSE | HOIST_S3_STORAGE_CLASS },
  /* www.scaleway.com/en/docs/object-storage/api-cli/multipart-uploads: an upload has 1 to 1,000
   * parts, an object at most 5 TB. */
  { "scaleway", "Scaleway Object Storage", "https://s3.{region}.scw.cloud", "fr-par", NULL, FALSE,
    HOIST_DIGEST_MD5, 1000, 5 * TB, HOIST_S3_ACL | HOIST_S3_TAGS | HOIST_S3_STORAGE_CLASS },
  /* docs.openstack.org/swift/latest/admin/middleware.html, s3api, and its s3api.py:
   * `max_upload_part_num` is 1,000 as it comes; `location` is what it calls its region. Before 2.35 checksums are ignored. */
  { "swift", "OpenStack Swift", NULL, "us-east-1", "https://swift.example.org", TRUE,
    HOIST_DIGEST_MD5, 1000, 0, HOIST_S3_ACL },
  /* docs.wasabi.com, «Operations on Objects»: 10,000 parts, 5 TB, tags since 2023-12; «Service URLs
   * for Wasabi's Storage Regions». */
  { "wasabi", "Wasabi", "https://s3.{region}.wasabisys.com", "us-east-1", NULL, FALSE,
    HOIST_DIGEST_MD5, 10000, 5 * TB, HOIST_S3_ACL | HOIST_S3_TAGS | HOIST_S3_SSE },
  /* Nothing is known: what every server has, and what a person says. */
  { HOIST_S3_SERVICE_OTHER, NULL, NULL, "us-east-1", "https://s3.example.org", TRUE,
    HOIST_DIGEST_MD5, 10000, 0, ALL },
};

/**
 * hoist_s3_service_get:
 * @index: from 0
 *
 * Walks the services that are known, in the order of their ids; the last one is
 * any other.
 *
 * Returns: (transfer none) (nullable): the service, or null past the last one
 */
const HoistS3Service *
hoist_s3_service_get (guint index)
{
  return index < G_N_ELEMENTS (services) ? &services[index] : NULL;
}

/**
 * hoist_s3_service_lookup:
 * @id: (nullable): a service's id, or null for any other
 *
 * Finds a service.
 *
 * Returns: (transfer none) (nullable): the service; null where there is none of that id
 */
const HoistS3Service *
hoist_s3_service_lookup (const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (services); i++)
    if (strcmp (services[i].id, id != NULL ? id : HOIST_S3_SERVICE_OTHER) == 0)
      return &services[i];
  return NULL;
}

/**
 * hoist_s3_service_make_address:
 * @service: a service
 * @region: (nullable): one of its regions; null for its usual one
 *
 * Tells where a region of a service is.
 *
 * Returns: (transfer full) (nullable): the endpoint's URL; null where a person has to say it
 */
char *
hoist_s3_service_make_address (const HoistS3Service *service, const char *region)
{
  g_autoptr (GString) address = NULL;

  if (service->address == NULL)
    return NULL;
  address = g_string_new (service->address);
  g_string_replace (address, "{region}", region != NULL ? region : service->region, 0);
  /* docs.amazonaws.cn, «Endpoints and ARNs»: the regions in China have a domain of their own. */
  if (strcmp (service->id, "aws") == 0 && region != NULL && g_str_has_prefix (region, "cn-"))
    g_string_append (address, ".cn");
  return g_string_free (g_steal_pointer (&address), FALSE);
}

/**
 * hoist_s3_service_get_limits:
 * @service: a service
 * @limits: (out caller-allocates): what it takes
 *
 * Tells how large files and parts may be.
 */
void
hoist_s3_service_get_limits (const HoistS3Service *service, HoistPartLimits *limits)
{
  hoist_part_limits_init (limits);
  limits->max_parts = service->max_parts;
  limits->max_object_bytes = service->max_object_bytes;
}
