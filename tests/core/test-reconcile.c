/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "hoist-reconcile.h"

#define PART (8 * 1024 * 1024)
#define N_PARTS 4
#define LAST 100
#define SIZE ((guint64) PART * (N_PARTS - 1) + LAST)

/* A string a side: one letter a part. In the journal «x» is done and «-» is not;
 * at the server «x» is there as it was sent, «-» is not there, «e» has another
 * ETag, «s» another size, and of «t» it only says that it is there. */
typedef struct
{
  const char *name;
  gboolean begun;
  const char *journal;
  HoistServerView view;
  const char *server;
  gboolean file_missing;
  gboolean file_other;
  HoistVerdict verdict;
  const char *forget; /* «f» for the parts to be sent again */
} Case;

static const Case cases[] = {
  { "nothing begun", FALSE, "----", HOIST_SERVER_NOT_ASKED, "----", FALSE, FALSE,
    HOIST_VERDICT_BEGIN, "" },
  { "nothing begun, and the file is another by now", FALSE, "----", HOIST_SERVER_NOT_ASKED, "----",
    FALSE, TRUE, HOIST_VERDICT_BEGIN, "" },
  { "file gone", TRUE, "xx--", HOIST_SERVER_LISTED, "xx--", TRUE, FALSE, HOIST_VERDICT_MISSING,
    "" },
  { "file gone before it began", FALSE, "----", HOIST_SERVER_NOT_ASKED, "----", TRUE, FALSE,
    HOIST_VERDICT_MISSING, "" },
  { "file changed", TRUE, "xx--", HOIST_SERVER_LISTED, "xx--", FALSE, TRUE, HOIST_VERDICT_CHANGED,
    "" },
  { "server agrees", TRUE, "xx--", HOIST_SERVER_LISTED, "xx--", FALSE, FALSE, HOIST_VERDICT_GO_ON,
    "----" },
  { "all there", TRUE, "xxxx", HOIST_SERVER_LISTED, "xxxx", FALSE, FALSE, HOIST_VERDICT_ALL_SENT,
    "----" },
  { "all there but one", TRUE, "xxxx", HOIST_SERVER_LISTED, "xx-x", FALSE, FALSE,
    HOIST_VERDICT_GO_ON, "--f-" },
  { "another ETag", TRUE, "xxxx", HOIST_SERVER_LISTED, "xexx", FALSE, FALSE, HOIST_VERDICT_GO_ON,
    "-f--" },
  { "another size", TRUE, "xxxx", HOIST_SERVER_LISTED, "xxxs", FALSE, FALSE, HOIST_VERDICT_GO_ON,
    "---f" },
  { "only said to be there", TRUE, "xxxx", HOIST_SERVER_LISTED, "tt-t", FALSE, FALSE,
    HOIST_VERDICT_GO_ON, "--f-" },
  { "all only said to be there", TRUE, "xxxx", HOIST_SERVER_LISTED, "tttt", FALSE, FALSE,
    HOIST_VERDICT_ALL_SENT, "----" },
  { "the server has more than we know", TRUE, "x---", HOIST_SERVER_LISTED, "xxxx", FALSE, FALSE,
    HOIST_VERDICT_GO_ON, "----" },
  { "the server lost everything", TRUE, "xxx-", HOIST_SERVER_LISTED, "----", FALSE, FALSE,
    HOIST_VERDICT_GO_ON, "fff-" },
  { "the server forgot the upload", TRUE, "xx--", HOIST_SERVER_GONE, "----", FALSE, FALSE,
    HOIST_VERDICT_BEGIN_AGAIN, "" },
  { "cannot be asked", TRUE, "xx--", HOIST_SERVER_NOT_ASKED, "----", FALSE, FALSE,
    HOIST_VERDICT_GO_ON, "----" },
  { "cannot be asked, all sent", TRUE, "xxxx", HOIST_SERVER_NOT_ASKED, "----", FALSE, FALSE,
    HOIST_VERDICT_ALL_SENT, "----" },
};

static char *
make_etag (guint part_number)
{
  return g_strdup_printf ("ETAG-%u", part_number);
}

static HoistUploadRecord *
make_record (const Case *c)
{
  HoistUploadRecord *record = hoist_upload_record_new (1);

  record->identity = (HoistFileIdentity){ 1, 2, SIZE, 3, 4 };
  record->begun = c->begun;
  if (!c->begun)
    return record;
  record->digest_kind = HOIST_DIGEST_SHA256;
  record->plan = (HoistPartPlan){ SIZE, PART, N_PARTS, TRUE };
  for (guint i = 0; i < N_PARTS; i++)
    if (c->journal[i] == 'x')
      {
        g_autofree char *etag = make_etag (i + 1);
        hoist_upload_record_set_part (record, i + 1, etag, NULL);
      }
  return record;
}

static GPtrArray *
make_server_parts (const Case *c)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_server_part_free);

  /* In falling order: the server need not sort. */
  for (guint i = N_PARTS; i-- > 0;)
    if (c->server[i] != '-')
      {
        guint64 size_bytes = (i == N_PARTS - 1 ? LAST : PART) - (c->server[i] == 's');
        g_autofree char *same = make_etag (i + 1);
        g_autofree char *lower = g_ascii_strdown (same, -1);
        const char *etag = c->server[i] == 'e' ? "other" : lower;

        if (c->server[i] == 't')
          g_ptr_array_add (parts, hoist_server_part_new (i + 1, 0, NULL));
        else
          g_ptr_array_add (parts, hoist_server_part_new (i + 1, size_bytes, etag));
      }
  return parts;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (HoistUploadRecord) record = make_record (c);
  g_autoptr (GPtrArray) server_parts = make_server_parts (c);
  g_autoptr (GArray) forget = NULL;
  HoistFileIdentity file = { 1, 2, SIZE, c->file_other ? 99 : 3, 4 };
  char expected[N_PARTS + 1] = "----";

  g_assert_cmpint (hoist_reconcile (record, c->file_missing ? NULL : &file, c->view, server_parts,
                                    &forget),
                   ==, c->verdict);
  if (*c->forget == '\0')
    {
      g_assert_null (forget);
      return;
    }
  for (guint i = 0; i < forget->len; i++)
    expected[g_array_index (forget, guint, i) - 1] = 'f';
  g_assert_cmpstr (expected, ==, c->forget);
}

/* A single PUT that did not end is simply sent again. */
static void
test_single_put (void)
{
  g_autoptr (HoistUploadRecord) record = hoist_upload_record_new (1);
  HoistFileIdentity file = { 1, 2, 10, 3, 4 };
  g_autoptr (GArray) forget = NULL;

  record->identity = file;
  record->begun = TRUE;
  record->plan = (HoistPartPlan){ 10, 10, 1, FALSE };
  g_assert_cmpint (hoist_reconcile (record, &file, HOIST_SERVER_NOT_ASKED, NULL, &forget), ==,
                   HOIST_VERDICT_GO_ON);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/reconcile/%s", cases[i].name);
      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/reconcile/single-put", test_single_put);
  return g_test_run ();
}
