/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hoist-bucket-words.h"

#include <glib/gi18n.h>

static const struct
{
  HoistS3Feature feature;
  const char *name;
} features[] = {
  /* Translators: what a storage service takes, as in «Takes no tags, encryption» */
  { HOIST_S3_STORAGE_CLASS, N_ ("storage classes") },
    /* Translators: what a storage service takes, as in «Takes no tags, encryption» */
    { HOIST_S3_SSE | HOIST_S3_SSE_KMS, N_ ("encryption") },
      /* Translators: what a storage service takes, as in «Takes no tags, encryption» */
      { HOIST_S3_ACL, N_ ("access lists") },
        /* Translators: what a storage service takes, as in «Takes no tags, encryption» */
        { HOIST_S3_TAGS, N_ ("tags") },
      };

static char *
list_missing (const HoistS3Service *service)
{
  GString *list = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (features); i++)
    if (!(service->features & features[i].feature))
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", _ (features[i].name));
  return g_string_free (list, FALSE);
}

/**
 * hoist_bucket_words_describe:
 * @service: a service
 *
 * Tells what is particular about it, before it is asked.
 *
 * Returns: (transfer full): a line or two for people
 */
char *
hoist_bucket_words_describe (const HoistS3Service *service)
{
  HoistPartLimits limits;
  g_autofree char *most = NULL;
  g_autofree char *missing = list_missing (service);
  g_autofree char *line = NULL;

  hoist_s3_service_get_limits (service, &limits);
  most = g_format_size (limits.max_object_bytes != 0 ? limits.max_object_bytes
                                                     : limits.max_part_bytes * limits.max_parts);
  line =
    /* Translators: a size such as «5 TB», a number such as 10000, a checksum such as «MD5» */
    g_strdup_printf (_ ("Files up to %s, in at most %u parts; checksum: %s."), most,
                        limits.max_parts, service->kind == HOIST_DIGEST_SHA256 ? "SHA-256" : "MD5");
  if (*missing == '\0')
    return g_steal_pointer (&line);
  /* Translators: a sentence, and a list such as «tags, encryption» */
  return g_strdup_printf (_ ("%s Takes no %s."), line, missing);
}
