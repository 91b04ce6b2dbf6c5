/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hoist-verification.h"

G_BEGIN_DECLS

/**
 * HoistReceiptRow:
 * @group: what it belongs to; rows of a group stand together
 * @title: for people
 * @value: for people; a digest, a key and the like as they are
 * @exact: whether @value is for programs as well, and worth copying by itself
 *
 * A line of a receipt.
 */
typedef enum
{
  HOIST_RECEIPT_FILE,
  HOIST_RECEIPT_OBJECT,
  HOIST_RECEIPT_DELIVERY,
} HoistReceiptGroup;

typedef struct
{
  HoistReceiptGroup group;
  const char *title;
  char *value; /* (owned) */
  gboolean exact;
} HoistReceiptRow;

/* What the window and hoistctl say of receipts. */
GPtrArray *hoist_receipt_format_rows (const HoistReceipt *receipt, const char *destination_name);
char *hoist_receipt_format_text (const HoistReceipt *receipt, const char *destination_name);
char *hoist_receipt_format_json (const HoistReceipt *receipt);
const char *hoist_receipt_format_proof (const HoistReceipt *receipt);
char *hoist_receipt_format_time (gint64 real_us);
char *hoist_verification_format_object (HoistObjectVerdict verdict,
                                        guint differences,
                                        const char *message);
char *hoist_verification_format_file (HoistFileVerdict verdict, const char *message);
const char *hoist_object_verdict_get_nick (HoistObjectVerdict verdict);
const char *hoist_file_verdict_get_nick (HoistFileVerdict verdict);
GPtrArray *hoist_difference_get_nicks (guint differences);

G_END_DECLS
