/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-fault-rule.h"

#include <string.h>

static const char *const operation_names[HOIST_FAULT_N_OPERATIONS] = {
  "root",
  "initiate",
  "sign",
  "status",
  "complete",
  "abort",
  "uploads",
  "stat",
  "share",
  "api-other",
  "PutObject",
  "PostObject",
  "UploadPart",
  "CreateMultipartUpload",
  "CompleteMultipartUpload",
  "AbortMultipartUpload",
  "ListParts",
  "ListMultipartUploads",
  "HeadObject",
  "GetObject",
  "s3-other",
};

#define BIT(operation) (1u << (operation))
#define ALL_OPERATIONS (BIT (HOIST_FAULT_N_OPERATIONS) - 1)
#define API_OPERATIONS (BIT (HOIST_FAULT_PUT_OBJECT) - 1)

#define S3_BODY(code, message)                                                                     \
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" code "</Code><Message>" message      \
  "</Message><RequestId>TX0</RequestId><HostId>lab</HostId></Error>"
#define API_BODY(code) "{\"error\":{\"code\":\"" code "\",\"message\":\"The laboratory says so\"}}"

/* The answers of real servers, so that a script need not write XML. */
static const struct
{
  const char *name;
  guint status;
  const char *body;
  const char *header_name;
  const char *header_value;
} presets[] = {
  { "internal-error", 500,
    S3_BODY ("InternalError", "We encountered an internal error. Please try again.") },
  { "slow-down", 503, S3_BODY ("SlowDown", "Please reduce your request rate."), "Retry-After",
    "1" },
  { "too-many-requests", 429, S3_BODY ("TooManyRequests", "Too many requests"), "Retry-After",
    "1" },
  { "expired", 403,
    "<Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
    "<X-Amz-Expires>60</X-Amz-Expires><Expires>2026-01-01T00:01:00Z</Expires>"
    "<ServerTime>2026-01-01T00:02:00Z</ServerTime><RequestId>TX0</RequestId></Error>" },
  /* RADOS Gateway has no words for it. */
  { "expired-ceph", 403,
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message></Message>"
    "<BucketName>b</BucketName><RequestId>tx0</RequestId><HostId>z</HostId></Error>" },
  { "access-denied", 403, S3_BODY ("AccessDenied", "Access Denied") },
  { "time-too-skewed", 403,
    S3_BODY ("RequestTimeTooSkewed",
             "The difference between the request time and the current time is too large.") },
  { "no-such-upload", 404,
    S3_BODY ("NoSuchUpload",
             "The specified upload does not exist. The upload ID may be invalid, "
             "or the upload may have been aborted or completed.") },
  { "bad-digest", 400,
    S3_BODY ("BadDigest", "The Content-MD5 you specified did not match what we received.") },
  { "request-timeout", 400,
    S3_BODY ("RequestTimeout",
             "Your socket connection to the server was not read from or written "
             "to within the timeout period. Idle connections will be closed.") },
  { "error-in-200", 200,
    S3_BODY ("InternalError", "We encountered an internal error. Please try again.") },
  { "api-unavailable", 503, API_BODY ("unavailable"), "Retry-After", "1" },
  { "api-internal", 500, API_BODY ("internal") },
  { "api-throttled", 429, API_BODY ("throttled"), "Retry-After", "1" },
  { "api-url-expired", 403, API_BODY ("url_expired") },
  { "api-clock-skew", 403, API_BODY ("clock_skew") },
  { "api-unauthorized", 401, API_BODY ("unauthorized") },
  { "api-forbidden", 403, API_BODY ("forbidden") },
  { "api-upload-gone", 404, API_BODY ("upload_gone") },
  { "error-in-200-api", 200, API_BODY ("internal") },
};

static const struct
{
  const char *name;
  HoistFaultAction action;
} actions[] = {
  { "pass", HOIST_FAULT_PASS },
  { "answer", HOIST_FAULT_ANSWER },
  { "replace", HOIST_FAULT_REPLACE },
  { "cut-request", HOIST_FAULT_CUT_REQUEST },
  { "cut-answer", HOIST_FAULT_CUT_ANSWER },
  { "black-hole", HOIST_FAULT_BLACK_HOLE },
  { "silence", HOIST_FAULT_SILENCE },
  { "hold", HOIST_FAULT_HOLD },
  { "corrupt", HOIST_FAULT_CORRUPT },
  { "alter", HOIST_FAULT_ALTER },
  { "restart", HOIST_FAULT_RESTART },
};

/**
 * hoist_fault_rule_new:
 *
 * Makes a rule that hits every try of no operation, and does nothing.
 */
HoistFaultRule *
hoist_fault_rule_new (const char *name)
{
  HoistFaultRule *rule = g_new0 (HoistFaultRule, 1);

  g_atomic_ref_count_init (&rule->ref_count);
  rule->name = g_strdup (name);
  rule->first = 1;
  rule->probability = 1;
  return rule;
}

HoistFaultRule *
hoist_fault_rule_ref (HoistFaultRule *rule)
{
  g_atomic_ref_count_inc (&rule->ref_count);
  return rule;
}

void
hoist_fault_rule_unref (HoistFaultRule *rule)
{
  if (!g_atomic_ref_count_dec (&rule->ref_count))
    return;
  g_free (rule->name);
  g_free (rule->body);
  g_free (rule->content_type);
  g_free (rule->header_name);
  g_free (rule->header_value);
  g_free (rule);
}

void
hoist_fault_rule_add_operation (HoistFaultRule *rule, HoistFaultOperation operation)
{
  rule->operations |= BIT (operation);
}

const char *
hoist_fault_operation_get_name (HoistFaultOperation operation)
{
  return operation_names[operation];
}

static gboolean
refuse (GError **error, const char *rule, const char *key, const char *value)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "[%s] %s=%s is not understood", rule,
               key, value);
  return FALSE;
}

/**
 * hoist_fault_rule_set_preset:
 * @preset: such as `slow-down`
 *
 * Gives the rule the answer of a real server.
 */
gboolean
hoist_fault_rule_set_preset (HoistFaultRule *rule, const char *preset, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      if (!g_str_equal (presets[i].name, preset))
        continue;
      rule->status = presets[i].status;
      g_free (rule->body);
      rule->body = g_strdup (presets[i].body);
      g_free (rule->header_name);
      rule->header_name = g_strdup (presets[i].header_name);
      g_free (rule->header_value);
      rule->header_value = g_strdup (presets[i].header_value);
      g_free (rule->content_type);
      rule->content_type =
        g_strdup (*presets[i].body == '{' ? "application/json" : "application/xml");
      return TRUE;
    }
  return refuse (error, rule->name, "preset", preset);
}

/* The same request of the same script has the same luck, in whichever order the threads come. */
static double
draw (const HoistFaultRule *rule,
      HoistFaultOperation operation,
      const char *subject,
      guint part_number,
      guint attempt,
      guint64 seed)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT " %s %u %s %u %u", seed, rule->name,
                                           operation, subject, part_number, attempt);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *start = g_strndup (digest, 12);

  return (double) g_ascii_strtoull (start, NULL, 16) / (double) (G_GUINT64_CONSTANT (1) << 48);
}

/**
 * hoist_fault_rule_applies:
 * @attempt: which try of this operation on this subject it is, from 1
 * @seed: what chance hangs on
 *
 * Returns: whether the rule hits the request, its `times` aside
 */
gboolean
hoist_fault_rule_applies (const HoistFaultRule *rule,
                          HoistFaultOperation operation,
                          const char *subject,
                          guint part_number,
                          guint attempt,
                          guint64 seed)
{
  if ((rule->operations & BIT (operation)) == 0)
    return FALSE;
  if (rule->part_number != 0 && rule->part_number != part_number)
    return FALSE;
  if (attempt < rule->first || (rule->last != 0 && attempt > rule->last))
    return FALSE;
  return rule->probability >= 1 ||
         draw (rule, operation, subject, part_number, attempt, seed) < rule->probability;
}

/* --- Scripts ---------------------------------------------------------------------------------- */

static gboolean
parse_operations (HoistFaultRule *rule, const char *value, GError **error)
{
  g_auto (GStrv) names = g_strsplit (value, ";", -1);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      const char *name = g_strstrip (names[i]);
      guint operation = 0;

      if (*name == '\0')
        continue;
      if (g_str_equal (name, "*"))
        rule->operations |= ALL_OPERATIONS;
      else if (g_str_equal (name, "api"))
        rule->operations |= API_OPERATIONS;
      else if (g_str_equal (name, "s3"))
        rule->operations |= ALL_OPERATIONS & ~API_OPERATIONS;
      else
        {
          while (operation < HOIST_FAULT_N_OPERATIONS &&
                 !g_str_equal (operation_names[operation], name))
            operation++;
          if (operation == HOIST_FAULT_N_OPERATIONS)
            return refuse (error, rule->name, "operation", name);
          rule->operations |= BIT (operation);
        }
    }
  return rule->operations != 0 || refuse (error, rule->name, "operation", value);
}

static gboolean
parse_action (HoistFaultRule *rule, const char *value, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].name, value))
      {
        rule->action = actions[i].action;
        return TRUE;
      }
  return refuse (error, rule->name, "action", value);
}

static gboolean
parse_number (HoistFaultRule *rule, const char *key, const char *value, GError **error)
{
  const struct
  {
    const char *key;
    guint *number;
  } numbers[] = {
    { "part", &rule->part_number },
    { "first", &rule->first },
    { "last", &rule->last },
    { "times", &rule->times },
    { "latency-ms", &rule->latency_ms },
    { "status", &rule->status },
    { "down-ms", &rule->down_ms },
  };
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &number, NULL))
    return refuse (error, rule->name, key, value);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (numbers[i].key, key) && number <= G_MAXUINT32)
      {
        *numbers[i].number = (guint) number;
        return TRUE;
      }
  if (g_str_equal (key, "bytes-per-s"))
    rule->bytes_per_s = number;
  else if (g_str_equal (key, "after"))
    rule->after_bytes = number;
  else
    return refuse (error, rule->name, key, value);
  return TRUE;
}

static gboolean
parse_text (HoistFaultRule *rule, const char *key, const char *value)
{
  const struct
  {
    const char *key;
    char **text;
  } texts[] = {
    { "body", &rule->body },
    { "content-type", &rule->content_type },
    { "header-name", &rule->header_name },
    { "header-value", &rule->header_value },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (texts[i].key, key))
      {
        g_free (*texts[i].text);
        *texts[i].text = g_strdup (value);
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_flag (HoistFaultRule *rule, const char *key, const char *value, GError **error)
{
  if (g_str_equal (key, "how"))
    rule->reset = g_str_equal (value, "rst");
  else if (g_str_equal (key, "count"))
    rule->by_operation = g_str_equal (value, "operation");
  else if (g_str_equal (key, "early"))
    rule->early = g_str_equal (value, "true");
  else
    return parse_number (rule, key, value, error);
  return TRUE;
}

static gboolean
parse_key (HoistFaultRule *rule, const char *key, const char *value, GError **error)
{
  char *end;

  if (g_str_equal (key, "operation"))
    return parse_operations (rule, value, error);
  if (g_str_equal (key, "action"))
    return parse_action (rule, value, error);
  if (g_str_equal (key, "preset"))
    return hoist_fault_rule_set_preset (rule, value, error);
  if (g_str_equal (key, "after") && g_str_equal (value, "half"))
    {
      rule->half = TRUE;
      return TRUE;
    }
  if (g_str_equal (key, "probability"))
    {
      rule->probability = g_ascii_strtod (value, &end);
      return *end == '\0' || refuse (error, rule->name, key, value);
    }
  return parse_text (rule, key, value) || parse_flag (rule, key, value, error);
}

static HoistFaultRule *
parse_rule (GKeyFile *file, const char *group, GError **error)
{
  g_autoptr (HoistFaultRule) rule = hoist_fault_rule_new (group);
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, error);

  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (file, group, keys[i], error);

      if (value == NULL || !parse_key (rule, keys[i], g_strstrip (value), error))
        return NULL;
    }
  if (rule->operations == 0)
    {
      refuse (error, group, "operation", "");
      return NULL;
    }
  return g_steal_pointer (&rule);
}

/**
 * hoist_fault_rules_parse:
 * @text: a key file: `[proxy]` with `seed`, and a group for each rule
 * @seed: (out): what chance hangs on; 0 if it does not say
 *
 * Reads a script. What is not understood is an error: a fault that never
 * happens would prove nothing.
 *
 * Returns: (transfer full) (nullable) (element-type HoistFaultRule): in its order
 */
GPtrArray *
hoist_fault_rules_parse (const char *text, guint64 *seed, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GPtrArray) rules =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_fault_rule_unref);
  g_auto (GStrv) groups = NULL;

  *seed = 0;
  if (!g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, error))
    return NULL;
  groups = g_key_file_get_groups (file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    {
      HoistFaultRule *rule;

      if (g_str_equal (groups[i], "proxy"))
        {
          *seed = g_key_file_get_uint64 (file, "proxy", "seed", NULL);
          continue;
        }
      rule = parse_rule (file, groups[i], error);
      if (rule == NULL)
        return NULL;
      g_ptr_array_add (rules, rule);
    }
  return g_steal_pointer (&rules);
}
