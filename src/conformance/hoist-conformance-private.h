/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "hoist-conformance.h"
#include "hoist-provider.h"

G_BEGIN_DECLS

#define HOIST_CONFORMANCE_N_PARTS 2

/**
 * HoistConformanceRun:
 *
 * One run against one backend, all of it in one thread. The rules stand in an
 * order, and later ones go on with what earlier ones began.
 */
typedef struct
{
  SoupSession *session;            /* (owned) for the backend */
  SoupSession *storage;            /* (owned) for the storage */
  HoistProviderConfig *config;     /* (owned) whom to ask, and as whom */
  GCancellable *cancellable;       /* (owned) (nullable) */
  HoistCapabilities *capabilities; /* (owned) (nullable) once they are known */
  char *folder;                    /* (owned) what every path begins with */
  char *detail;                    /* (owned) (nullable) what the running rule has to say */
  guint n_failed;

  /* The upload that the rules of parts are about. */
  char *upload_id;                          /* (owned) (nullable) */
  char *key;                                /* (owned) (nullable) */
  GBytes *parts[HOIST_CONFORMANCE_N_PARTS]; /* (owned) (nullable) */
  char *etags[HOIST_CONFORMANCE_N_PARTS];   /* (owned) (nullable) */
  gboolean completed;
} HoistConformanceRun;

typedef struct
{
  const char *title;
  HoistConformanceVerdict (*check) (HoistConformanceRun *run);
} HoistConformanceRule;

/* Each ends with an entry without a title. */
extern const HoistConformanceRule hoist_conformance_request_rules[];
extern const HoistConformanceRule hoist_conformance_single_rules[];
extern const HoistConformanceRule hoist_conformance_part_rules[];
extern const HoistConformanceRule hoist_conformance_listing_rules[];

/**
 * HoistConformanceAnswer:
 *
 * What a backend answered.
 */
typedef struct
{
  guint status;
  char *content_type; /* (owned) (nullable) */
  char *request_id;   /* (owned) (nullable) */
  GBytes *body;       /* (owned) */
  JsonNode *root;     /* (owned) (nullable) */
  JsonObject *object; /* (nullable) of @root */
} HoistConformanceAnswer;

void hoist_conformance_answer_free (HoistConformanceAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistConformanceAnswer, hoist_conformance_answer_free)

HoistConformanceAnswer *hoist_conformance_ask (HoistConformanceRun *run,
                                               const char *method,
                                               const char *path,
                                               const char *body);
HoistConformanceAnswer *hoist_conformance_ask_as (HoistConformanceRun *run,
                                                  const char *token,
                                                  const char *method,
                                                  const char *path,
                                                  const char *body);
gboolean hoist_conformance_put (HoistConformanceRun *run,
                                JsonObject *signed_url,
                                GBytes *data,
                                guint *status,
                                char **etag);
GBytes *hoist_conformance_get (HoistConformanceRun *run, const char *url);

HoistConformanceVerdict hoist_conformance_fail (HoistConformanceRun *run, const char *format, ...)
  G_GNUC_PRINTF (2, 3);
HoistConformanceVerdict hoist_conformance_skip (HoistConformanceRun *run, const char *why);
HoistConformanceVerdict hoist_conformance_fail_by (HoistConformanceRun *run, const GError *error);
HoistConformanceVerdict hoist_conformance_expect_error (HoistConformanceRun *run,
                                                        const HoistConformanceAnswer *answer,
                                                        guint status,
                                                        const char *code);
gboolean hoist_conformance_is_success (HoistConformanceRun *run,
                                       const HoistConformanceAnswer *answer);
JsonObject *hoist_conformance_get_item (JsonObject *object, const char *member, guint index);
const char *hoist_conformance_get_text (JsonObject *object, const char *member);
gint64 hoist_conformance_get_number (JsonObject *object, const char *member);
char *hoist_conformance_quote (const char *text);
char *hoist_conformance_digest_member (HoistConformanceRun *run, GBytes *data);

G_END_DECLS
