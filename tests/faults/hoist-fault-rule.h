/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HoistFaultOperation:
 *
 * What a request is for: first the upload API's, then S3's.
 */
typedef enum
{
  HOIST_FAULT_ROOT,
  HOIST_FAULT_INITIATE,
  HOIST_FAULT_SIGN,
  HOIST_FAULT_STATUS,
  HOIST_FAULT_COMPLETE,
  HOIST_FAULT_ABORT,
  HOIST_FAULT_UPLOADS,
  HOIST_FAULT_STAT,
  HOIST_FAULT_SHARE,
  HOIST_FAULT_API_OTHER,
  HOIST_FAULT_PUT_OBJECT,
  HOIST_FAULT_POST_OBJECT,
  HOIST_FAULT_UPLOAD_PART,
  HOIST_FAULT_CREATE_UPLOAD,
  HOIST_FAULT_COMPLETE_UPLOAD,
  HOIST_FAULT_ABORT_UPLOAD,
  HOIST_FAULT_LIST_PARTS,
  HOIST_FAULT_LIST_UPLOADS,
  HOIST_FAULT_HEAD_OBJECT,
  HOIST_FAULT_GET_OBJECT,
  HOIST_FAULT_S3_OTHER,
  HOIST_FAULT_N_OPERATIONS,
} HoistFaultOperation;

/**
 * HoistFaultAction:
 * @HOIST_FAULT_PASS: nothing but the rule's latency and bandwidth
 * @HOIST_FAULT_ANSWER: answered by the proxy; the server sees nothing of it
 * @HOIST_FAULT_REPLACE: the server acts, and the proxy gives another answer than its own
 * @HOIST_FAULT_CUT_REQUEST: the connection ends after so many bytes of the body
 * @HOIST_FAULT_CUT_ANSWER: the server acts, and the connection ends after so many bytes of its
 *   answer: 0 = the answer is lost
 * @HOIST_FAULT_BLACK_HOLE: after so many bytes of the body nothing is read or answered any more
 * @HOIST_FAULT_SILENCE: the server acts, and its answer never comes
 * @HOIST_FAULT_HOLD: nothing happens until hoist_fault_proxy_release(); then it goes on as usual
 * @HOIST_FAULT_CORRUPT: one bit of the body is flipped on the way
 * @HOIST_FAULT_ALTER: the answer arrives with other headers than the server gave
 * @HOIST_FAULT_RESTART: all connections are cut, and for a while the port is refused
 */
typedef enum
{
  HOIST_FAULT_PASS,
  HOIST_FAULT_ANSWER,
  HOIST_FAULT_REPLACE,
  HOIST_FAULT_CUT_REQUEST,
  HOIST_FAULT_CUT_ANSWER,
  HOIST_FAULT_BLACK_HOLE,
  HOIST_FAULT_SILENCE,
  HOIST_FAULT_HOLD,
  HOIST_FAULT_CORRUPT,
  HOIST_FAULT_ALTER,
  HOIST_FAULT_RESTART,
} HoistFaultAction;

/**
 * HoistFaultRule:
 *
 * What goes wrong with which requests. A request is one of an operation on a
 * subject: the object's key and the part's number, as far as the URL has them.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char *name; /* (owned) */

  /* which */
  guint32 operations;    /* a bit for each HoistFaultOperation */
  guint part_number;     /* 0 = any */
  guint first;           /* the first try that it hits, from 1 */
  guint last;            /* the last one; 0 = for ever */
  gboolean by_operation; /* tries are counted over all subjects of the operation */
  guint times;           /* how often at most; 0 = no limit */
  double probability;    /* 0 to 1 */

  /* what */
  HoistFaultAction action;
  guint latency_ms;    /* before the request goes on */
  guint64 bytes_per_s; /* of the request's body; 0 = no limit */
  guint64 after_bytes; /* CUT_REQUEST, BLACK_HOLE, CUT_ANSWER, CORRUPT: where */
  gboolean half;       /* CUT_ANSWER: after half of it */
  gboolean reset;      /* by RST instead of FIN */
  gboolean early;      /* ANSWER: before the body was read */
  guint status;        /* ANSWER, REPLACE */
  char *body;          /* (owned) (nullable) ANSWER, REPLACE */
  char *content_type;  /* (owned) (nullable) ANSWER, REPLACE */
  char *header_name;   /* (owned) (nullable) ANSWER, REPLACE, ALTER: one more, or another value */
  char *header_value;  /* (owned) (nullable) */
  guint down_ms;       /* RESTART */
} HoistFaultRule;

HoistFaultRule *hoist_fault_rule_new (const char *name);
HoistFaultRule *hoist_fault_rule_ref (HoistFaultRule *rule);
void hoist_fault_rule_unref (HoistFaultRule *rule);
void hoist_fault_rule_add_operation (HoistFaultRule *rule, HoistFaultOperation operation);
gboolean hoist_fault_rule_set_preset (HoistFaultRule *rule, const char *preset, GError **error);
gboolean hoist_fault_rule_applies (const HoistFaultRule *rule,
                                   HoistFaultOperation operation,
                                   const char *subject,
                                   guint part_number,
                                   guint attempt,
                                   guint64 seed);
const char *hoist_fault_operation_get_name (HoistFaultOperation operation);
GPtrArray *hoist_fault_rules_parse (const char *text, guint64 *seed, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HoistFaultRule, hoist_fault_rule_unref)

G_END_DECLS
