/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-backend-server.h"
#include "hoist-engine.h"
#include "hoist-fault-proxy.h"

G_BEGIN_DECLS

/**
 * LabOperation:
 *
 * What a request to the backend or to its storage is for.
 */
typedef enum
{
  LAB_ROOT,
  LAB_INITIATE,
  LAB_SIGN,
  LAB_STATUS,
  LAB_COMPLETE,
  LAB_ABORT,
  LAB_STAT,
  LAB_PUT,
  LAB_PART,
  LAB_OTHER,
  LAB_UPLOADS,
  LAB_N_OPERATIONS,
} LabOperation;

/**
 * LabAction:
 * @LAB_ANSWER: answer `status` with `body` and headers, and do nothing
 * @LAB_DROP: close the connection without an answer, before the server hears of it
 * @LAB_HOLD: answer nothing until lab_release()
 */
typedef enum
{
  LAB_ANSWER,
  LAB_DROP,
  LAB_HOLD,
} LabAction;

/**
 * LabFault:
 *
 * What goes wrong with the `first`th to the `last`th request of an operation,
 * counted from 1; of parts, each part's are counted by themselves, and only one
 * part's fail if `part_number` is not 0. lab_set_script() knows more faults.
 */
typedef struct
{
  LabOperation operation;
  guint part_number;
  guint first;
  guint last;
  LabAction action;
  guint status;
  const char *content_type;
  const char *body;
  const char *header_name;
  const char *header_value;
} LabFault;

/* The name in the certificate of a server with TLS. */
#define LAB_TLS_NAME "uploads.example.org"

/**
 * Lab:
 *
 * A backend with its embedded store on a thread of its own, a fault proxy before
 * it that counts every request and may make it fail, and an engine that sends to it.
 */
typedef struct
{
  char *folder;
  char *files;  /* where tests make files */
  char *stored; /* where the store has its objects */
  char *url;
  char *token;
  HoistEngine *engine;
  HoistEngineConfig config;
  guint url_lifetime_s;   /* what the server signs for; set before lab_set_up(), 0 = default */
  gboolean with_tls;      /* as LAB_TLS_NAME, without the proxy; set before lab_set_up() */
  HoistFaultProxy *proxy; /* between them */
  struct _LabServer *server;
} Lab;

void lab_set_up (Lab *lab);
void lab_tear_down (Lab *lab);
void lab_start_engine (Lab *lab);
void lab_stop_engine (Lab *lab);

void lab_set_faults (Lab *lab, const LabFault *faults, guint n_faults);
void lab_set_script (Lab *lab, const char *script);
void lab_release (Lab *lab);
guint lab_count (Lab *lab, LabOperation operation);
guint lab_count_part (Lab *lab, guint part_number);
guint lab_count_part_of (Lab *lab, const char *upload_id, guint part_number);
guint lab_count_held (Lab *lab);
void lab_reset_counts (Lab *lab);

char *lab_make_file (Lab *lab, const char *name, gsize size_bytes);
void lab_assert_stored (Lab *lab, const char *name, const char *path);
gboolean lab_is_stored (Lab *lab, const char *name);

guint64 lab_add (Lab *lab, const char *path);
void lab_command (Lab *lab, HoistCommand command);
const HoistUploadInfo *lab_get_info (Lab *lab, guint index);
guint lab_count_uploads (Lab *lab);
HoistReceipt *lab_get_receipt (Lab *lab, guint index);
HoistVerification *lab_verify (Lab *lab, guint index, gboolean with_files);
void lab_wait_for_state (Lab *lab, guint index, HoistUploadState state);
gboolean lab_is_settled (Lab *lab);
void lab_wait_until (Lab *lab, gboolean (*condition) (Lab *lab));

G_END_DECLS
