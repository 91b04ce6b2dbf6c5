/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-cli-keys.h"
#include "hoist-destination.h"

G_BEGIN_DECLS

/* A kind that is no kind: the server shows which it is. */
#define HOIST_CLI_KIND_AUTO "auto"

/**
 * HoistCliDestinationOptions:
 *
 * What can be said of a destination on the command line. What is not said is
 * left as it is.
 */
typedef struct
{
  char *type;        /* (owned) (nullable) */
  char *key_prefix;  /* (owned) (nullable) */
  char *ca_file;     /* (owned) (nullable) */
  char *certificate; /* (owned) (nullable) */
  char *key;         /* (owned) (nullable) of the certificate */
  int concurrency;   /* -1 = not said */
  int files;         /* -1 = not said */
  char *limit;       /* (owned) (nullable) */
  char *colour;      /* (owned) (nullable) */
  char *service;     /* (owned) (nullable) */
  char *region;      /* (owned) (nullable) */
  char *bucket;      /* (owned) (nullable) */
  GStrv assignments; /* (owned) (nullable) `name=value` */
  HoistCliKeys keys;
} HoistCliDestinationOptions;

#define HOIST_CLI_DESTINATION_N_ENTRIES 16

void hoist_cli_destination_options_init (HoistCliDestinationOptions *options);
void hoist_cli_destination_options_clear (HoistCliDestinationOptions *options);
void hoist_cli_destination_options_get_entries (HoistCliDestinationOptions *options,
                                                GOptionEntry *entries);
gboolean hoist_cli_destination_options_apply (const HoistCliDestinationOptions *options,
                                              HoistDestination *destination,
                                              const char *url,
                                              GError **error);

G_END_DECLS
