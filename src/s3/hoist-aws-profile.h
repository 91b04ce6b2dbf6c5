/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-aws-file.h"
#include "hoist-destination-settings.h"
#include "hoist-s3-credentials.h"

G_BEGIN_DECLS

/**
 * HoistAwsProfile:
 *
 * A profile of AWS's tools: keys, or why they are nothing for Hoist, and where they are good.
 */
typedef struct
{
  char *name;                      /* (owned) */
  HoistS3Credentials *credentials; /* (owned) (nullable) null with an @obstacle */
  const char *obstacle;            /* (nullable) a sentence for people */
  char *region;                    /* (owned) (nullable) */
  char *endpoint;                  /* (owned) (nullable) null = AWS's own */
  char *addressing;                /* (owned) (nullable) `path` or `host`; null = the service's */
  char *ca_file;                   /* (owned) (nullable) */
} HoistAwsProfile;

/* (element-type HoistAwsProfile) (transfer full) */
GPtrArray *hoist_aws_profiles_new (const HoistAwsFile *config,
                                   const HoistAwsFile *credentials,
                                   const char *const *environment);
HoistAwsProfile *hoist_aws_profiles_find (GPtrArray *profiles, const char *name);
void hoist_aws_profile_free (HoistAwsProfile *profile);
char *hoist_aws_profile_make_url (const HoistAwsProfile *profile);
HoistDestinationSettings *hoist_aws_profile_make_settings (const HoistAwsProfile *profile,
                                                           const char *bucket);
const char *hoist_aws_profile_get_session_note (const HoistAwsProfile *profile);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistAwsProfile, hoist_aws_profile_free)

G_END_DECLS
