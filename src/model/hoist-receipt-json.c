/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A receipt for programs: one object of JSON on one line (docs/hoistctl.md). */

#include "hoist-json-text.h"
#include "hoist-receipt-format.h"

static void
begin_member (GString *json, const char *name)
{
  if (json->len > 1)
    g_string_append_c (json, ',');
  hoist_json_append_text (json, name);
  g_string_append_c (json, ':');
}

static void
add_text (GString *json, const char *name, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  begin_member (json, name);
  hoist_json_append_text (json, value);
}

static void
add_number (GString *json, const char *name, guint64 value)
{
  begin_member (json, name);
  g_string_append_printf (json, "%" G_GUINT64_FORMAT, value);
}

static void
add_time (GString *json, const char *name, gint64 real_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (real_us / G_USEC_PER_SEC);
  g_autofree char *text = NULL;

  if (real_us <= 0 || time == NULL)
    return;
  text = g_date_time_format_iso8601 (time);
  add_text (json, name, text);
}

static void
add_proof (GString *json, guint proof)
{
  static const struct
  {
    HoistProof proof;
    const char *name;
  } names[] = {
    { HOIST_PROOF_SIGNED, "signed" },
    { HOIST_PROOF_ANSWER_SIZE, "answer-size" },
    { HOIST_PROOF_ANSWER_CHECKSUM, "answer-checksum" },
    { HOIST_PROOF_READ_SIZE, "read-back-size" },
    { HOIST_PROOF_READ_CHECKSUM, "read-back-checksum" },
    { HOIST_PROOF_READ_ETAG, "read-back-etag" },
  };
  const char *separator = "";

  begin_member (json, "proof");
  g_string_append_c (json, '[');
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (proof & names[i].proof)
      {
        g_string_append (json, separator);
        hoist_json_append_text (json, names[i].name);
        separator = ",";
      }
  g_string_append_c (json, ']');
}

/**
 * hoist_receipt_format_json:
 * @receipt: a receipt
 *
 * Writes a receipt for programs. What is not known has no member.
 *
 * Returns: (transfer full): one line, without its end
 */
char *
hoist_receipt_format_json (const HoistReceipt *receipt)
{
  GString *json = g_string_new ("{");
  g_autofree char *sha256 = hoist_receipt_dup_sha256 (receipt);

  add_number (json, "id", receipt->id);
  add_text (json, "name", receipt->name);
  add_text (json, "path", receipt->path);
  add_number (json, "size", receipt->size_bytes);
  add_text (json, "sha256", sha256);
  if (receipt->whole == HOIST_WHOLE_FOLLOWS)
    {
      begin_member (json, "sha256Follows");
      g_string_append (json, "true");
    }
  add_text (json, "destination", receipt->destination_id);
  add_text (json, "key", receipt->key);
  add_text (json, "location", receipt->location);
  add_text (json, "checksum", receipt->checksum);
  add_text (json, "etag", receipt->etag);
  add_text (json, "versionId", receipt->version_id);
  /* 0 = one plain PUT */
  add_number (json, "parts", receipt->multipart ? receipt->n_parts : 0);
  add_number (json, "partSize", receipt->part_bytes);
  add_time (json, "begun", receipt->begun_us);
  add_time (json, "finished", receipt->finished_us);
  add_time (json, "serverTime", receipt->server_us);
  if (receipt->detailed)
    add_proof (json, receipt->proof);
  if (receipt->verified_us > 0)
    {
      add_text (json, "verified", hoist_object_verdict_get_nick (receipt->verdict));
      add_time (json, "verifiedTime", receipt->verified_us);
    }
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
