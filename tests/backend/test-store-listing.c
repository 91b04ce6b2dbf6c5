/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>
#include <unistd.h>

#include "hoist-s3-xml.h"
#include "store-fixture.h"

/* What a listing must be, worked out from a plain list of keys. */
typedef struct
{
  GPtrArray *keys;
  GPtrArray *groups;
} Model;

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static Model
list_model (GPtrArray *all, const char *prefix, const char *delimiter, const char *start_after)
{
  Model model = { g_ptr_array_new_with_free_func (g_free),
                  g_ptr_array_new_with_free_func (g_free) };

  g_ptr_array_sort (all, compare_keys);
  for (guint i = 0; i < all->len; i++)
    {
      const char *key = g_ptr_array_index (all, i);
      const char *end = NULL;
      g_autofree char *group = NULL;

      if (!g_str_has_prefix (key, prefix) || strcmp (key, start_after) <= 0)
        continue;
      if (*delimiter != '\0')
        end = strstr (key + strlen (prefix), delimiter);
      if (end == NULL)
        {
          g_ptr_array_add (model.keys, g_strdup (key));
          continue;
        }
      group = g_strndup (key, (gsize) (end - key) + strlen (delimiter));
      if (model.groups->len == 0 ||
          strcmp (g_ptr_array_index (model.groups, model.groups->len - 1), group) != 0)
        g_ptr_array_add (model.groups, g_steal_pointer (&group));
    }
  return model;
}

static HoistS3ObjectsResult *
list_page (StoreFixture *fixture,
           const char *prefix,
           const char *delimiter,
           const char *start_after,
           const char *token,
           guint max_keys)
{
  HoistS3Request *request = hoist_s3_request_list_objects (prefix, token, max_keys);
  g_autoptr (StoreReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  HoistS3ObjectsResult *page;

  if (*delimiter != '\0')
    hoist_s3_pairs_add (request->query, "delimiter", delimiter);
  if (*start_after != '\0')
    hoist_s3_pairs_add (request->query, "start-after", start_after);
  reply = store_fixture_send (fixture, request, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  page = hoist_s3_objects_result_parse (g_bytes_get_data (reply->body, NULL),
                                        g_bytes_get_size (reply->body), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page->objects->len + page->common_prefixes->len, <=, max_keys);
  return page;
}

static void
assert_listing (StoreFixture *fixture,
                GPtrArray *all,
                const char *prefix,
                const char *delimiter,
                const char *start_after,
                guint max_keys)
{
  Model model = list_model (all, prefix, delimiter, start_after);
  g_autofree char *token = NULL;
  gboolean is_truncated = TRUE;
  guint n_keys = 0;
  guint n_groups = 0;

  g_test_message ("prefix «%s», delimiter «%s», after «%s», %u a page", prefix, delimiter,
                  start_after, max_keys);
  while (is_truncated)
    {
      g_autoptr (HoistS3ObjectsResult) page =
        list_page (fixture, prefix, delimiter, start_after, token, max_keys);

      for (guint i = 0; i < page->objects->len; i++)
        {
          const HoistS3Object *object = g_ptr_array_index (page->objects, i);

          g_assert_cmpuint (n_keys, <, model.keys->len);
          g_assert_cmpstr (object->key, ==, g_ptr_array_index (model.keys, n_keys));
          g_assert_cmpuint (object->size_bytes, ==, strlen (object->key));
          g_assert_cmpuint (strlen (object->etag), ==, 32);
          n_keys++;
        }
      for (guint i = 0; i < page->common_prefixes->len; i++)
        {
          g_assert_cmpuint (n_groups, <, model.groups->len);
          g_assert_cmpstr (g_ptr_array_index (page->common_prefixes, i), ==,
                           g_ptr_array_index (model.groups, n_groups));
          n_groups++;
        }
      is_truncated = page->is_truncated;
      g_free (token);
      token = g_strdup (page->next_continuation_token);
      g_assert_true (is_truncated == (token != NULL));
    }
  g_assert_cmpuint (n_keys, ==, model.keys->len);
  g_assert_cmpuint (n_groups, ==, model.groups->len);
  g_ptr_array_unref (model.keys);
  g_ptr_array_unref (model.groups);
}

/* «!», «-» and «.» sort before «/», the others behind it. */
static char *
make_key (void)
{
  static const char *const names[] = {
    "a", "a!", "a-b", "a.b", "a b", "aa", "b", "ä", "%2F", "&<"
  };
  guint n_names = (guint) g_test_rand_int_range (1, 5);
  GString *key = g_string_new (NULL);

  for (guint i = 0; i < n_names; i++)
    g_string_append_printf (key, "%s%s", i > 0 ? "/" : "",
                            names[g_test_rand_int_range (0, G_N_ELEMENTS (names))]);
  return g_string_free (key, FALSE);
}

static void
test_property (void)
{
  static const char *const prefixes[] = { "", "a", "a/", "a/a", "b/a!/", "ä", "zz", "a/a/a/a/a" };
  static const char *const delimiters[] = { "", "/", "a", "/a" };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *key = make_key ();
      g_autoptr (StoreReply) put = store_fixture_put (fixture, key, key);
      gboolean is_new = !g_ptr_array_find_with_equal_func (all, key, g_str_equal, NULL);

      /* A file or a folder may be in the way. */
      if (put->status == 200 && is_new)
        g_ptr_array_add (all, g_steal_pointer (&key));
      else if (put->status != 200)
        g_assert_cmpuint (put->status, ==, 400);
    }
  assert_listing (fixture, all, "", "", "", 1000);
  assert_listing (fixture, all, "", "/", "", 1);
  for (guint i = 0; i < 60; i++)
    {
      const char *prefix = prefixes[g_test_rand_int_range (0, G_N_ELEMENTS (prefixes))];
      const char *delimiter = delimiters[g_test_rand_int_range (0, G_N_ELEMENTS (delimiters))];
      g_autofree char *after = i % 3 == 0 ? make_key () : g_strdup ("");

      assert_listing (fixture, all, prefix, delimiter, after,
                      (guint) g_test_rand_int_range (1, 20));
    }
}

static void
test_by_hand (void)
{
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  g_autofree char *odd = store_fixture_path (fixture, "odd\001name");
  g_autofree char *latin = store_fixture_path (fixture, "latin\344");
  g_autofree char *link = store_fixture_path (fixture, "link");
  g_autofree char *empty = store_fixture_path (fixture, "empty folder");
  g_autoptr (HoistS3ObjectsResult) page = NULL;

  store_assert_ok (store_fixture_put (fixture, "k", "k"));
  g_assert_true (g_file_set_contents (odd, "1", -1, NULL));
  g_assert_true (g_file_set_contents (latin, "1", -1, NULL));
  g_assert_cmpint (symlink ("/etc", link), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (empty, 0700), ==, 0);
  page = list_page (fixture, "", "/", "", NULL, 1000);
  g_assert_cmpuint (page->objects->len, ==, 1);
  g_assert_cmpuint (page->common_prefixes->len, ==, 0);
}

static void
test_parameters (void)
{
  static const struct
  {
    const char *name;
    const char *value;
    guint status;
    const char *code;
  } cases[] = {
    { "max-keys", "x", 400, "InvalidArgument" },
    { "max-keys", "-1", 400, "InvalidArgument" },
    { "max-keys", "0", 200, NULL },
    { "max-keys", "100000", 200, NULL },
    { "continuation-token", "!!", 400, "InvalidArgument" },
    { "continuation-token", "AAAA", 400, "InvalidArgument" },
    { "encoding-type", "url", 200, NULL },
    { "encoding-type", "utf7", 400, "InvalidArgument" },
    { "versions", "", 501, "NotImplemented" },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);
  HoistS3Request *plain = hoist_s3_request_new ("GET", NULL);

  store_assert_ok (store_fixture_put (fixture, "k", "k"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HoistS3Request *request = hoist_s3_request_new ("GET", NULL);
      g_autoptr (StoreReply) reply = NULL;

      g_test_message ("%s=%s", cases[i].name, cases[i].value);
      hoist_s3_pairs_add (request->query, "list-type", "2");
      hoist_s3_pairs_add (request->query, cases[i].name, cases[i].value);
      reply = store_fixture_send (fixture, request, NULL);
      if (cases[i].code != NULL)
        store_assert_fault (g_steal_pointer (&reply), cases[i].status, cases[i].code);
      else
        g_assert_cmpuint (reply->status, ==, 200);
    }
  store_assert_ok (store_fixture_send (fixture, plain, NULL));
}

static GBytes *
list_first (StoreFixture *fixture, const char *delimiter, const char *marker)
{
  HoistS3Request *request = hoist_s3_request_new ("GET", NULL);
  g_autoptr (StoreReply) reply = NULL;

  if (delimiter != NULL)
    hoist_s3_pairs_add (request->query, "delimiter", delimiter);
  hoist_s3_pairs_add (request->query, "marker", marker);
  hoist_s3_pairs_add (request->query, "max-keys", "1");
  reply = store_fixture_send (fixture, request, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return g_bytes_ref (reply->body);
}

/* As older clients list: by the last key, or the last common prefix, of the page before. */
static void
test_first_version (void)
{
  const struct
  {
    const char *delimiter;
    const char *marker;
    const char *listed;
    const char *next; /* (nullable) */
  } cases[] = {
    { NULL, "", "<Key>a/1</Key>", "a/1" }, { NULL, "a/1", "<Key>a/2</Key>", "a/2" },
    { NULL, "a/2", "<Key>b</Key>", NULL }, { "/", "", "<Prefix>a/</Prefix>", "a/" },
    { "/", "a/", "<Key>b</Key>", NULL },
  };
  g_autoptr (StoreFixture) fixture = store_fixture_new (NULL);

  for (gsize i = 0; i < 3; i++)
    store_assert_ok (store_fixture_put (fixture, ((const char *[]){ "a/1", "a/2", "b" })[i], "x"));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = list_first (fixture, cases[i].delimiter, cases[i].marker);
      g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
      g_autofree char *next = cases[i].next != NULL
                                ? g_strdup_printf ("<NextMarker>%s</NextMarker>", cases[i].next)
                                : NULL;

      g_assert_nonnull (strstr (text, cases[i].listed));
      g_assert_null (strstr (text, "KeyCount"));
      if (next != NULL)
        g_assert_nonnull (strstr (text, next));
      else
        g_assert_null (strstr (text, "NextMarker"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/listing/property", test_property);
  g_test_add_func ("/store/listing/by-hand", test_by_hand);
  g_test_add_func ("/store/listing/parameters", test_parameters);
  g_test_add_func ("/store/listing/first-version", test_first_version);
  return g_test_run ();
}
