/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "hoist-error.h"
#include "hoist-token-store.h"

typedef struct
{
  char *folder;
  char *file;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("hoist-tokens-XXXXXX", NULL);
  fixture->file = g_build_filename (fixture->folder, "tokens.conf", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_remove (fixture->file);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->file);
  g_free (fixture->folder);
}

static char *
add (const char *file, const char *name, const char *prefix)
{
  g_autoptr (HoistTokenStore) store = hoist_token_store_new (file);
  g_autoptr (HoistToken) token = hoist_token_new (name);
  g_autoptr (GError) error = NULL;
  char *secret;

  if (prefix != NULL)
    g_assert_true (hoist_token_set_prefix (token, prefix, NULL));
  secret = hoist_token_store_add (store, token, &error);
  g_assert_no_error (error);
  return secret;
}

static void
test_add (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistTokenStore) store = hoist_token_store_new (fixture->file);
  g_autofree char *first = add (fixture->file, "anna", NULL);
  g_autofree char *second = add (fixture->file, "ben", "team/x");
  g_autoptr (HoistToken) found = NULL;
  g_autoptr (HoistToken) other = NULL;
  g_autofree char *text = NULL;
  GStatBuf status;

  g_assert_true (g_str_has_prefix (first, "hst_"));
  g_assert_cmpuint (strlen (first), ==, 4 + 43); /* 256 bits in base64url */
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpuint (strspn (first + 4, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_"), ==, 43);
  g_assert_cmpint (g_stat (fixture->file, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (fixture->file, &text, NULL, NULL));
  g_assert_null (strstr (text, first + 4));

  g_assert_true (hoist_token_store_load (store, NULL));
  found = hoist_token_store_lookup (store, first);
  g_assert_cmpstr (found->name, ==, "anna");
  g_assert_cmpstr (found->prefix, ==, "anna/");
  g_assert_true (found->may_share);
  g_assert_true (found->may_list);
  other = hoist_token_store_lookup (store, second);
  g_assert_cmpstr (other->prefix, ==, "team/x/");
}

static void
test_strangers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistTokenStore) store = hoist_token_store_new (fixture->file);
  g_autofree char *secret = add (fixture->file, "anna", NULL);
  g_autofree char *longer = g_strconcat (secret, "x", NULL);
  g_autofree char *shorter = g_strndup (secret, strlen (secret) - 1);
  g_autofree char *huge = g_strnfill (100000, 'x');
  const char *strangers[] = { "", "x", "hst_", longer, shorter, huge };

  g_assert_true (hoist_token_store_load (store, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++)
    g_assert_null (hoist_token_store_lookup (store, strangers[i]));
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistTokenStore) store = hoist_token_store_new (fixture->file);
  g_autoptr (HoistTokenStore) server = hoist_token_store_new (fixture->file);
  g_autofree char *secret = add (fixture->file, "anna", NULL);
  g_autofree char *kept = add (fixture->file, "ben", NULL);
  g_autoptr (HoistToken) found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hoist_token_store_load (server, NULL));
  g_assert_true (hoist_token_store_remove (store, "anna", NULL));
  /* A server that runs sees it. */
  g_assert_true (hoist_token_store_load (server, NULL));
  g_assert_null (hoist_token_store_lookup (server, secret));
  found = hoist_token_store_lookup (server, kept);
  g_assert_nonnull (found);
  g_assert_false (hoist_token_store_remove (store, "anna", &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  const char *const names[] = { "", "a b", "a/b", "a]", "..", "-x", "ü", "a\nb" };
  g_autoptr (HoistTokenStore) store = hoist_token_store_new (fixture->file);
  g_autofree char *secret = add (fixture->file, "a.B_c-1", NULL);
  g_autoptr (HoistToken) again = hoist_token_new ("a.B_c-1");
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HoistToken) token = hoist_token_new (names[i]);
      g_autoptr (GError) bad = NULL;

      g_assert_null (hoist_token_store_add (store, token, &bad));
      g_assert_error (bad, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
    }
  g_assert_null (hoist_token_store_add (store, again, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
}

static void
test_prefixes (void)
{
  static const struct
  {
    const char *given;
    const char *prefix; /* null: refused */
  } cases[] = {
    { "", "" },       { "a", "a/" },   { "a/", "a/" },  { "a/b", "a/b/" },
    { "/", NULL },    { "/a", NULL },  { "a//", NULL }, { "../a", NULL },
    { "a/..", NULL }, { "a\n", NULL }, { "ü", "ü/" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HoistToken) token = hoist_token_new ("t");
      gboolean taken = hoist_token_set_prefix (token, cases[i].given, NULL);

      g_test_message ("%s", cases[i].given);
      g_assert_cmpint (taken, ==, cases[i].prefix != NULL);
      if (taken)
        g_assert_cmpstr (token->prefix, ==, cases[i].prefix);
    }
}

/* A file that is wrong gives no rights, and takes none away from a server that runs. */
static void
test_damaged (Fixture *fixture, gconstpointer data)
{
#define HASH "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  static const char *const texts[] = {
    "no key file",
    "[anna]\nhash=" HASH "\n",
    "[token ]\nhash=" HASH "\n",
    "[token a]\n",
    "[token a]\nprefix=a\n",
    "[token a]\nhash=abc\n",
    "[token a]\nhash=md5:0123\n",
    "[token a]\nhash=" HASH "\nprefix=../b\n",
    "[token a]\nhash=" HASH "\nmay-share=yes\n",
    "[token a]\nhash=" HASH "\nmax-object-size=-1\n",
    "[token a]\nhash=" HASH "\nadmin=true\n",
  };
  g_autoptr (HoistTokenStore) server = hoist_token_store_new (fixture->file);
  g_autofree char *secret = add (fixture->file, "anna", NULL);

  g_assert_true (hoist_token_store_load (server, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (HoistTokenStore) fresh = hoist_token_store_new (fixture->file);
      g_autoptr (HoistToken) found = NULL;

      g_test_message ("%s", texts[i]);
      g_assert_true (g_file_set_contents (fixture->file, texts[i], -1, NULL));
      g_assert_false (hoist_token_store_load (fresh, NULL));
      g_assert_cmpuint (hoist_token_store_list (fresh)->len, ==, 0);
      g_assert_false (hoist_token_store_load (server, NULL));
      found = hoist_token_store_lookup (server, secret);
      g_assert_nonnull (found);
    }
}

static void
test_rights (Fixture *fixture, gconstpointer data)
{
  g_autoptr (HoistTokenStore) store = hoist_token_store_new (fixture->file);
  g_autoptr (HoistTokenStore) other = hoist_token_store_new (fixture->file);
  g_autoptr (HoistToken) token = hoist_token_new ("t");
  g_autofree char *secret = NULL;
  g_autoptr (HoistToken) found = NULL;

  token->may_share = FALSE;
  token->may_list = FALSE;
  token->max_object_bytes = 12345;
  secret = hoist_token_store_add (store, token, NULL);
  g_assert_true (hoist_token_store_load (other, NULL));
  found = hoist_token_store_lookup (other, secret);
  g_assert_false (found->may_share);
  g_assert_false (found->may_list);
  g_assert_cmpuint (found->max_object_bytes, ==, 12345);
  g_assert_cmpint (found->created_s, >, 0);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/token-store/add", test_add);
  ADD ("/token-store/strangers", test_strangers);
  ADD ("/token-store/remove", test_remove);
  ADD ("/token-store/names", test_names);
  g_test_add_func ("/token-store/prefixes", test_prefixes);
  ADD ("/token-store/damaged", test_damaged);
  ADD ("/token-store/rights", test_rights);
  return g_test_run ();
}
