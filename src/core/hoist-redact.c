/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-redact.h"

/* What stands for what was taken out. */
#define GAP "…"

/* In the order in which they are applied. None can take longer than the text's
 * length times a constant: there is nothing to repeat before what it looks for. */
static const struct
{
  const char *pattern;
  const char *replacement;
} rules[] = {
  /* a user and a password in an address */
  { "(://)[^/\\s@\"'<>?#]{1,1024}@", "\\1" },
  /* an address's query and fragment */
  { "(://[^\\s\"'<>?#“”«»]{1,4096})[?#][^\\s\"'<>“”«»]*", "\\1" },
  /* a query by itself */
  { "\\?[^\\s\"'<>?“”«»]{0,256}(?:=|&|%3D)[^\\s\"'<>“”«»]*", "" },
  /* what a presigned request has in its query or its headers */
  { "(?i)[?&]?x-(?:amz|goog)-[^\\s\"'<>“”«»]*(?:(?<=:)\\s*[^\\s\"'<>]+)?", GAP },
  { "(?i)\\bbearer\\s+[^\\s\"'<>“”«»]+", GAP },
  { "\\bBasic\\s+(?=[A-Za-z0-9+/]{0,512}[A-Z])[A-Za-z0-9+/]{6,}={0,2}", GAP },
  /* what is named as a secret */
  { "(?i)(?:signature|token|secret|passw|credential|authorization|access_?-?key|api_?-?key)"
    "[\\w.-]{0,64}[\"']?\\s{0,8}[=:]\\s{0,8}[\"']?[^\\s\"'&<>,;“”«»]+",
    GAP },
  /* what looks like one: Hoist's own, JWT (RFC 7519), AWS, and long random text */
  { "\\bhst_[\\w-]+", GAP },
  { "\\beyJ[\\w-]+\\.[\\w-]+\\.?[\\w-]*", GAP },
  { "\\b(?:AKIA|ASIA)[A-Z0-9]{12,}", GAP },
  { "(?<![A-Za-z0-9])(?=[A-Za-z0-9]{0,512}[a-z])(?=[A-Za-z0-9]{0,512}[A-Z])"
    "(?=[A-Za-z0-9]{0,512}[0-9])[A-Za-z0-9]{32,}",
    GAP },
};

static GRegex *
get_regex (gsize index)
{
  static gsize compiled;
  static GRegex *regexes[G_N_ELEMENTS (rules)];

  if (g_once_init_enter (&compiled))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
        regexes[i] = g_regex_new (rules[i].pattern, G_REGEX_OPTIMIZE, 0, NULL);
      g_once_init_leave (&compiled, 1);
    }
  return regexes[index];
}

/**
 * hoist_redact:
 * @text: (nullable): what a server said, or an address, a name, a message
 *
 * Takes out of a text what must not leave the program: the query of every
 * address, user names and passwords in it, signatures, tokens, keys, and what
 * looks like one. It is for whatever is shown, stored, copied or sent on. Where a
 * text was too much for it, nothing of it is left.
 *
 * A text that is a secret as a whole cannot be told from a word: that is for
 * whoever knows it. May be called on any thread.
 *
 * Returns: (transfer full) (nullable): valid UTF-8; %NULL for %NULL
 */
char *
hoist_redact (const char *text)
{
  g_autofree char *redacted = NULL;

  if (text == NULL)
    return NULL;
  redacted = g_utf8_make_valid (text, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      char *next = g_regex_replace (get_regex (i), redacted, -1, 0, rules[i].replacement, 0, NULL);

      g_free (redacted);
      redacted = next;
      if (redacted == NULL)
        return g_strdup (GAP);
    }
  return g_steal_pointer (&redacted);
}
