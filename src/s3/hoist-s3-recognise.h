/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-s3-service.h"

G_BEGIN_DECLS

/**
 * HoistS3Place:
 *
 * What an address tells of a bucket, before anybody is asked.
 */
typedef struct
{
  const HoistS3Service *service;
  char *url;    /* (owned) the endpoint, without the bucket */
  char *region; /* (owned) (nullable) */
  char *bucket; /* (owned) (nullable) */
} HoistS3Place;

HoistS3Place *hoist_s3_place_new_from_url (const char *url);
HoistS3Place *hoist_s3_place_new_from_answer (const char *url,
                                              const char *server,
                                              gboolean has_transaction,
                                              const char *request_id,
                                              const char *body,
                                              gsize length);
void hoist_s3_place_free (HoistS3Place *place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistS3Place, hoist_s3_place_free)

G_END_DECLS
