/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-error.h"

G_BEGIN_DECLS

/**
 * HoistReplyDialect:
 * @HOIST_REPLY_S3: `Code` of an S3 error document
 * @HOIST_REPLY_API: `error.code` of hoist-api's JSON (docs/upload-api.md)
 * @HOIST_REPLY_STATUS: a HTTP status, for an answer without a known code
 *
 * Where a row of the table of replies comes from.
 */
typedef enum
{
  HOIST_REPLY_S3,
  HOIST_REPLY_API,
  HOIST_REPLY_STATUS,
} HoistReplyDialect;

/**
 * HoistReplyRow:
 * @dialect: what is looked at
 * @code: (nullable): the code, in S3's or hoist-api's spelling
 * @status: the HTTP status; 0 in rows with a @code
 * @error: what it means to us
 *
 * A row of the one table that maps replies. For the lookup and for its test.
 */
typedef struct
{
  HoistReplyDialect dialect;
  const char *code;
  guint status;
  HoistError error;
} HoistReplyRow;

const HoistReplyRow *hoist_reply_row_get (gsize index);

G_END_DECLS
