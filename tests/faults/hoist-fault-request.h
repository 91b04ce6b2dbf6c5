/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-fault-rule.h"

G_BEGIN_DECLS

/* The head of a request, and what it is for. */
typedef struct
{
  char *method;  /* (owned) */
  char *subject; /* (owned) the path: no query, so no signature */
  HoistFaultOperation operation;
  char *upload_id;      /* (owned) of the query; may be empty */
  guint part_number;    /* 0 = none */
  guint64 length_bytes; /* of the body */
  GBytes *head;         /* (owned) as it came, with the empty line */
  gboolean is_api;
} HoistFaultRequest;

/* The head of an answer. */
typedef struct
{
  guint status;
  GBytes *head; /* (owned) */
  gboolean chunked;
  gboolean until_end;   /* it ends with the connection */
  guint64 length_bytes; /* of the body, if it is neither */
  gboolean close;
} HoistFaultAnswer;

HoistFaultRequest *hoist_fault_request_parse (GBytes *head, const char *api_path);
void hoist_fault_request_free (HoistFaultRequest *request);
HoistFaultAnswer *hoist_fault_answer_parse (GBytes *head, const char *method);
void hoist_fault_answer_free (HoistFaultAnswer *answer);
GBytes *hoist_fault_head_with (GBytes *head, const char *name, const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistFaultRequest, hoist_fault_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistFaultAnswer, hoist_fault_answer_free)

G_END_DECLS
