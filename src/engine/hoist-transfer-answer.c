/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a storage answered to a part: is it the file, what does it prove, and does the file have to go
 * another way? */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "hoist-scheduler.h"

/* How often a form may fail in a way that can pass, before the file goes in parts. */
#define MAX_FORM_FAILURES 2

static gboolean
looks_like_md5 (const char *etag)
{
  guint8 unused[HOIST_MD5_BYTES];
  return hoist_digest_from_hex (etag, unused, sizeof unused);
}

/**
 * hoist_part_note_answer:
 * @part: a file that arrived as a single PUT
 *
 * Keeps what the answer says for the receipt. It is the read-back: hoist_part_check_answer() compared
 * it.
 */
void
hoist_part_note_answer (const HoistPart *part)
{
  HoistRun *run = part->transfer->run;
  HoistDigestKind kind = part->transfer->record->digest_kind;
  const HoistPut *put = part->put;
  HoistDelivery *delivery = hoist_delivery_new ();

  /* A form has no place for a checksum. */
  if (kind != HOIST_DIGEST_NONE && put->form_head == NULL)
    delivery->proof |= HOIST_PROOF_SIGNED;
  if (put->location != NULL)
    hoist_upload_record_set_location (part->transfer->record, put->location);
  if ((kind == HOIST_DIGEST_SHA256 && put->checksum_sha256 != NULL) ||
      (kind == HOIST_DIGEST_MD5 && !put->sse_kms && looks_like_md5 (put->etag)))
    delivery->proof |= HOIST_PROOF_ANSWER_CHECKSUM;
  else if (put->form_head != NULL)
    hoist_target_refuse_forms (part->transfer->target); /* for those that follow */
  delivery->version_id = g_strdup (put->version_id);
  delivery->server_us = put->server_us;
  g_clear_pointer (&run->delivery, hoist_delivery_free);
  run->delivery = delivery;
}

/**
 * hoist_part_check_answer:
 * @part: what the storage says it has
 * @error: return location
 *
 * Compares what it says with what was sent. It checked what arrived if it was told a checksum, but not
 * every one checks what it is told.
 *
 * Errors: %HOIST_ERROR_CHECKSUM, %HOIST_ERROR_PROTOCOL.
 *
 * Returns: whether nothing speaks against it
 */
gboolean
hoist_part_check_answer (const HoistPart *part, GError **error)
{
  const HoistPut *put = part->put;
  HoistDigestKind kind = part->transfer->record->digest_kind;
  g_autofree char *expected = NULL;
  gboolean same = TRUE;

  if (put->etag == NULL || *put->etag == '\0')
    {
      g_set_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL,
                   _ ("The storage answered without an ETag for part %u."), part->part_number);
      return FALSE;
    }
  if (kind == HOIST_DIGEST_SHA256 && put->checksum_sha256 != NULL)
    {
      expected = hoist_digest_to_base64 (part->digest, HOIST_SHA256_BYTES);
      same = g_str_equal (expected, put->checksum_sha256);
    }
  else if (kind == HOIST_DIGEST_MD5 && !put->sse_kms && looks_like_md5 (put->etag))
    {
      expected = hoist_digest_to_hex (part->digest, HOIST_MD5_BYTES);
      same = g_ascii_strcasecmp (expected, put->etag) == 0;
    }
  if (!same)
    g_set_error (error, HOIST_ERROR, HOIST_ERROR_CHECKSUM,
                 _ ("Part %u arrived damaged; it is sent again."), part->part_number);
  return same;
}

/**
 * hoist_part_may_go_in_parts:
 * @part: what was not taken, with its answer
 * @error: what that means
 *
 * Some storages know no forms, or the policy in one forbids the file: in parts, which is another
 * request, it may go all the same. So may one of which the answer tells another MD5.
 *
 * Returns: whether it was a form, and trying it once more does not help
 */
gboolean
hoist_part_may_go_in_parts (const HoistPart *part, const GError *error)
{
  const HoistPut *put = part->put;

  if (put == NULL || put->form_head == NULL || put->http_status == 0)
    return FALSE;
  if (error->code == HOIST_ERROR_CHECKSUM || put->http_status == 500)
    return part->attempt >= MAX_FORM_FAILURES;
  return error->code != HOIST_ERROR_URL_EXPIRED &&
         !hoist_error_is_retryable ((HoistError) error->code);
}

/**
 * hoist_transfer_go_in_parts:
 * @self: an upload whose storage did not take it in one piece
 *
 * Begins it anew, and this and all others to its destination in parts.
 */
void
hoist_transfer_go_in_parts (HoistTransfer *self)
{
  g_autoptr (GError) error =
    g_error_new_literal (HOIST_ERROR, HOIST_ERROR_UPLOAD_GONE,
                         _ ("The storage does not take this file in one piece; it goes in parts."));

  hoist_target_refuse_forms (self->target);
  hoist_transfer_stop_for_error (self, error, 0);
}
