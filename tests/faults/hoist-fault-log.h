/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdio.h>

#include "hoist-fault-request.h"

G_BEGIN_DECLS

/* One request, and what became of it. The first group is there from its begin on. */
typedef struct
{
  guint64 number; /* from 1, in the order in which the requests came */
  HoistFaultOperation operation;
  char *subject;   /* (owned) */
  char *upload_id; /* (owned) */
  guint part_number;
  guint attempt; /* of this operation on this subject and part */
  guint64 connection;
  gint64 started_us; /* since the proxy was made */

  gint64 ended_us;
  guint64 request_bytes; /* of the body, that came */
  guint64 answer_bytes;  /* with the head, that went to the client */
  guint server_status;   /* what the server answered; 0 = it did not */
  guint status;          /* what the client was told; 0 = nothing */
  gboolean whole;        /* the client got all of the answer */
  char *fault;           /* (owned) (nullable) the rule that hit it */
} HoistFaultRecord;

HoistFaultRecord *hoist_fault_record_new (const HoistFaultRequest *request);
void hoist_fault_record_free (HoistFaultRecord *record);
void hoist_fault_record_write (const HoistFaultRecord *record, FILE *file);

G_END_DECLS
