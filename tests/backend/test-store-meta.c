/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hoist-store-files.h"
#include "hoist-store-keys.h"
#include "hoist-store-meta.h"
#include "hoist-store-operate.h"
#include "hoist-store-temp.h"
#include "store-fixture.h"

typedef struct
{
  char *dir;
  HoistStoreTree *tree;
} Fixture;

/* @data: whether the file system has extended attributes */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("hoist-meta-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->tree = hoist_store_tree_new (fixture->dir, STORE_BUCKET, STORE_REGION, &error);
  g_assert_no_error (error);
  fixture->tree->has_xattrs = fixture->tree->has_xattrs && GPOINTER_TO_INT (data);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  hoist_store_tree_unref (fixture->tree);
  g_assert_cmpint (hoist_store_remove_all (AT_FDCWD, fixture->dir), ==, 0);
  g_free (fixture->dir);
}

static void
put (Fixture *fixture, const char *key, const char *text, const char *etag)
{
  HoistS3Fault *fault = NULL;
  g_autoptr (HoistStoreTemp) temp = hoist_store_temp_new (fixture->tree, &fault);
  g_autoptr (HoistStoreMeta) meta = hoist_store_meta_new (etag, "c2hh");

  g_assert_null (fault);
  hoist_s3_pairs_add (meta->headers, "content-type", " text/plain; x=\"[y]\" # ");
  hoist_s3_pairs_add (meta->headers, "x-amz-meta-wer", "Jürgen=1");
  g_assert_null (hoist_store_temp_write (temp, (const guint8 *) text, strlen (text)));
  g_assert_null (hoist_store_temp_seal (temp, meta));
  g_assert_null (hoist_store_temp_place (temp, key, FALSE));
}

static HoistStoreMeta *
load (Fixture *fixture, const char *key)
{
  g_auto (HoistStoreFd) fd = hoist_store_key_open (fixture->tree, key);
  struct stat info;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &info), ==, 0);
  return hoist_store_meta_load (fixture->tree, fd, &info, TRUE);
}

static guint
count_sidecars (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, ".hoist", "meta", NULL);

  return store_count_files (path);
}

static void
test_kept (Fixture *fixture, gconstpointer data)
{
  guint n_sidecars = fixture->tree->has_xattrs ? 0 : 1;
  g_autoptr (HoistStoreMeta) first = NULL;
  g_autoptr (HoistStoreMeta) second = NULL;

  put (fixture, "a/b", "text", "11");
  first = load (fixture, "a/b");
  g_assert_cmpstr (first->etag, ==, "11");
  g_assert_cmpstr (first->checksum_sha256, ==, "c2hh");
  g_assert_cmpuint (hoist_s3_pairs_get_length (first->headers), ==, 2);
  g_assert_cmpstr (hoist_s3_pairs_lookup (first->headers, "content-type"), ==,
                   " text/plain; x=\"[y]\" # ");
  g_assert_cmpstr (hoist_s3_pairs_lookup (first->headers, "x-amz-meta-wer"), ==, "Jürgen=1");
  g_assert_cmpuint (count_sidecars (fixture), ==, n_sidecars);

  put (fixture, "a/b", "other text", "22");
  second = load (fixture, "a/b");
  g_assert_cmpstr (second->etag, ==, "22");
  g_assert_cmpuint (count_sidecars (fixture), ==, n_sidecars);
  g_assert_null (hoist_store_key_remove (fixture->tree, "a/b"));
  g_assert_cmpuint (count_sidecars (fixture), ==, 0);
}

/* What was kept says nothing about bytes that a person put in the place of ours. */
static void
test_edited (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, STORE_BUCKET, "k", NULL);
  g_autoptr (HoistStoreMeta) edited = NULL;
  g_autoptr (HoistStoreMeta) again = NULL;
  g_auto (HoistStoreFd) fd = -1;

  put (fixture, "k", "text", "11");
  fd = open (path, O_WRONLY | O_APPEND | O_CLOEXEC);
  g_assert_cmpint (write (fd, "!", 1), ==, 1);
  edited = load (fixture, "k");
  again = load (fixture, "k");
  g_assert_cmpstr (edited->etag, !=, "11");
  g_assert_true (g_str_has_suffix (edited->etag, "-1"));
  g_assert_cmpstr (edited->etag, ==, again->etag);
  g_assert_cmpstr (edited->checksum_sha256, ==, NULL);
  g_assert_cmpuint (hoist_s3_pairs_get_length (edited->headers), ==, 0);
}

static void
test_damaged_sidecar (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "", "[object", "[object]\netag=11\n", "\xff\xfe" };
  g_autofree char *folder = g_build_filename (fixture->dir, ".hoist", "meta", NULL);
  g_autofree char *sidecar = NULL;
  g_autoptr (GDir) dir = NULL;

  put (fixture, "k", "text", "11");
  dir = g_dir_open (folder, 0, NULL);
  sidecar = g_build_filename (folder, g_dir_read_name (dir), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (HoistStoreMeta) meta = NULL;

      g_assert_true (g_file_set_contents (sidecar, texts[i], -1, NULL));
      meta = load (fixture, "k");
      g_assert_true (g_str_has_suffix (meta->etag, "-1"));
    }
}

static HoistStoreCall *
new_call (const char *method, const char *key, const char *const *query, const char *length)
{
  g_autoptr (HoistS3Pairs) pairs = hoist_s3_pairs_new ();
  g_autoptr (HoistS3Pairs) headers = hoist_s3_pairs_new ();
  HoistS3Fault *fault = NULL;
  HoistStoreCall *call;

  for (guint i = 0; query[i] != NULL; i += 2)
    hoist_s3_pairs_add (pairs, query[i], query[i + 1]);
  hoist_s3_pairs_add (headers, "Content-Length", length);
  call = hoist_store_call_new (method, "http://h/b", key, pairs, headers, NULL, &fault);
  g_assert_null (fault);
  return call;
}

/* Parts too are kept without extended attributes, and leave nothing behind. */
static void
test_parts (Fixture *fixture, gconstpointer data)
{
  const char *const begin[] = { "uploads", "", NULL };
  g_autoptr (HoistStoreCall) create = new_call ("POST", "k", begin, "0");
  g_autoptr (HoistStoreReply) created = hoist_store_operate (fixture->tree, create, NULL, NULL);
  g_autoptr (GPtrArray) ids = hoist_store_list_names (fixture->tree->uploads_fd, ".");
  const char *which[] = { "uploadId", g_ptr_array_index (ids, 0), "partNumber", "7", NULL };
  g_autoptr (HoistStoreCall) part = new_call ("PUT", "k", which, "4");
  g_autoptr (HoistStoreCall) end = NULL;
  g_autoptr (HoistStoreReply) done = NULL;
  g_autoptr (HoistStoreMeta) meta = NULL;
  const char *xml = "<CompleteMultipartUpload><Part><PartNumber>7</PartNumber>"
                    "<ETag>1cb251ec0d568de6a929b520c4aed8d1</ETag></Part>"
                    "</CompleteMultipartUpload>";
  g_autoptr (GBytes) list = g_bytes_new_static (xml, strlen (xml));

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (HoistStoreIntake) intake = hoist_store_intake_new (fixture->tree, part);
      g_autoptr (HoistStoreReply) reply = NULL;

      g_assert_null (hoist_store_prepare (fixture->tree, part));
      g_assert_null (hoist_store_intake_open (intake, part));
      g_assert_null (hoist_store_intake_write (intake, (const guint8 *) "text", 4));
      reply = hoist_store_operate (fixture->tree, part, intake, NULL);
      g_assert_cmpuint (reply->status, ==, 200);
      g_assert_cmpuint (count_sidecars (fixture), ==, fixture->tree->has_xattrs ? 0 : 1);
    }
  which[2] = NULL;
  end = new_call ("POST", "k", which, "0");
  done = hoist_store_operate (fixture->tree, end, NULL, list);
  g_assert_cmpuint (done->status, ==, 200);
  meta = load (fixture, "k");
  g_assert_true (g_str_has_suffix (meta->etag, "-1"));
  g_assert_nonnull (strstr (done->xml, meta->etag));
  /* The object's own. */
  g_assert_cmpuint (count_sidecars (fixture), ==, fixture->tree->has_xattrs ? 0 : 1);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *name;
    gboolean has_xattrs;
  } kinds[] = { { "xattrs", TRUE }, { "sidecars", FALSE } };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gconstpointer data = GINT_TO_POINTER (kinds[i].has_xattrs);
      g_autofree char *kept = g_strdup_printf ("/store/meta/%s/kept", kinds[i].name);
      g_autofree char *edited = g_strdup_printf ("/store/meta/%s/edited", kinds[i].name);
      g_autofree char *parts = g_strdup_printf ("/store/meta/%s/parts", kinds[i].name);

      g_test_add (kept, Fixture, data, set_up, test_kept, tear_down);
      g_test_add (edited, Fixture, data, set_up, test_edited, tear_down);
      g_test_add (parts, Fixture, data, set_up, test_parts, tear_down);
    }
  g_test_add ("/store/meta/sidecars/damaged", Fixture, GINT_TO_POINTER (FALSE), set_up,
              test_damaged_sidecar, tear_down);
  return g_test_run ();
}
