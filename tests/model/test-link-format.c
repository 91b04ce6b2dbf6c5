/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hoist-link-format.h"

#define SIGNED "https://h/b/k?X-Amz-Expires=60&X-Amz-Signature=0f"

static const struct
{
  HoistLinkFormat format;
  const char *name;
  const char *url;
  const char *expected;
} cases[] = {
  { HOIST_LINK_URL, "a.txt", SIGNED, SIGNED },
  { HOIST_LINK_URL, "a.txt", "https://h/ü/🙂?a=%20", "https://h/ü/🙂?a=%20" },
  { HOIST_LINK_URL, "a.txt", "https://h/a b\"<c>\n", "https://h/a%20b%22%3Cc%3E%0A" },
  { HOIST_LINK_URL, "a.txt", "https://h/a(b)'c", "https://h/a(b)'c" },

  { HOIST_LINK_MARKDOWN, "a.txt", SIGNED, "[a.txt](" SIGNED ")" },
  { HOIST_LINK_MARKDOWN, "a [1](2).txt", "https://h/k", "[a \\[1\\](2).txt](https://h/k)" },
  { HOIST_LINK_MARKDOWN, "]](x)", "https://h/k", "[\\]\\](x)](https://h/k)" },
  { HOIST_LINK_MARKDOWN, "back\\slash", "https://h/k", "[back\\\\slash](https://h/k)" },
  { HOIST_LINK_MARKDOWN, "**b** _i_ `c` ~s~", "https://h/k",
    "[\\*\\*b\\*\\* \\_i\\_ \\`c\\` \\~s\\~](https://h/k)" },
  { HOIST_LINK_MARKDOWN, "<b>&amp; \"q\"", "https://h/k", "[\\<b\\>\\&amp; \"q\"](https://h/k)" },
  { HOIST_LINK_MARKDOWN, "two\nlines", "https://h/k", "[two lines](https://h/k)" },
  { HOIST_LINK_MARKDOWN, "🙂 e\xcc\x81.png", "https://h/k", "[🙂 e\xcc\x81.png](https://h/k)" },
  { HOIST_LINK_MARKDOWN, "k", "https://h/a(b) c", "[k](https://h/a%28b%29%20c)" },
  { HOIST_LINK_MARKDOWN, "k", "https://h/?a=1&copy;=2&b", "[k](https://h/?a=1\\&copy;=2&b)" },
  { HOIST_LINK_MARKDOWN, "k", "https://h/?a&#38;b", "[k](https://h/?a\\&#38;b)" },

  { HOIST_LINK_HTML, "a.txt", SIGNED,
    "<a href=\"https://h/b/k?X-Amz-Expires=60&amp;X-Amz-Signature=0f\">a.txt</a>" },
  { HOIST_LINK_HTML, "</a><script>\"'&", "https://h/k",
    "<a href=\"https://h/k\">&lt;/a&gt;&lt;script&gt;&quot;&apos;&amp;</a>" },
  { HOIST_LINK_HTML, "k", "https://h/\"onclick='x'>",
    "<a href=\"https://h/%22onclick=&apos;x&apos;%3E\">k</a>" },
  { HOIST_LINK_HTML, "a ]) 🙂\t.txt", "https://h/k",
    "<a href=\"https://h/k\">a ]) 🙂 .txt</a>" },
};

static void
test_make (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *made = hoist_link_format_make (cases[i].format, cases[i].name, cases[i].url);

      g_assert_cmpstr (made, ==, cases[i].expected);
    }
}

static void
test_s3 (void)
{
  g_autofree char *plain = hoist_link_format_make_s3 ("b", "a/k.txt");
  g_autofree char *odd = hoist_link_format_make_s3 ("my-bucket", "a b/ü&\"]).txt");

  g_assert_cmpstr (plain, ==, "s3://b/a/k.txt");
  g_assert_cmpstr (odd, ==, "s3://my-bucket/a b/ü&\"]).txt");
}

static void
test_nicks (void)
{
  HoistLinkFormat format = HOIST_LINK_HTML;

  for (guint i = 0; i < HOIST_N_LINK_FORMATS; i++)
    {
      g_assert_true (
        hoist_link_format_from_nick (hoist_link_format_get_nick ((HoistLinkFormat) i), &format));
      g_assert_cmpint (format, ==, i);
    }
  g_assert_false (hoist_link_format_from_nick ("", &format));
  g_assert_false (hoist_link_format_from_nick ("Markdown", &format));
  g_assert_false (hoist_link_format_from_nick (NULL, &format));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link-format/make", test_make);
  g_test_add_func ("/link-format/s3", test_s3);
  g_test_add_func ("/link-format/nicks", test_nicks);
  return g_test_run ();
}
