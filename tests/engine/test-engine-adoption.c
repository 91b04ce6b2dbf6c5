/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file of which the server has some already, from another machine, from before a
 * new installation, or because an answer got lost: only what is missing travels.
 * Each test counts it. */

#include <glib/gstdio.h>
#include <libsoup/soup.h>

#include "leftovers-lab.h"

#define MIB (1024 * 1024)

/* --- Goes on ---------------------------------------------------------------------------------- */

static void
test_same_contents (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);

  lab_add (lab, path);
  leftovers_assert_only_the_end_travels (lab, path);
  g_assert_cmpuint (lab_count (lab, LAB_UPLOADS), ==, 2); /* one of them is this test's */

  /* It is in the new journal like any other. */
  lab_stop_engine (lab);
  lab_start_engine (lab);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
}

/* The other machine has it in another folder. */
static void
test_elsewhere (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);
  g_autofree char *folder = g_build_filename (lab->files, "other", NULL);
  g_autofree char *there = g_build_filename (folder, "file", NULL);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (g_rename (path, there), ==, 0);
  lab_add (lab, there);
  leftovers_assert_only_the_end_travels (lab, there);
}

/* The new journal has the parts that were adopted: a crash right after it loses nothing. */
static void
test_adopted_is_journaled (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);

  leftovers_send_half (lab, path);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 0);
  lab_stop_engine (lab);
  lab_release (lab);
  lab_start_engine (lab);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_PAUSED);
  g_assert_cmpuint (lab_get_info (lab, 0)->parts_done, ==, 2);
  lab_command (lab, HOIST_COMMAND_RESUME);
  leftovers_assert_only_the_end_travels (lab, path);
}

static void
change_byte (const char *path, gsize offset)
{
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  contents[offset] ^= 1;
  g_assert_true (g_file_set_contents (path, contents, (gssize) length, NULL));
}

/* One byte of what the server has differs: nothing of the other file gets in. */
static void
test_changed_contents (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);

  change_byte (path, 2 * PART - 1);
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 1);
  for (guint number = 1; number <= 4; number++)
    g_assert_cmpuint (lab_count_part (lab, number), ==, 1);
  lab_assert_stored (lab, "file", path);
  /* What is there is a person's to clear: another machine may still have that file. */
  leftovers_assert_n_unfinished (lab, 1);
}

/* What differs was not sent yet: it is the same upload for all that matters. */
static void
test_changed_behind (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);

  change_byte (path, 2 * PART);
  lab_add (lab, path);
  leftovers_assert_only_the_end_travels (lab, path);
}

static void
test_other_size (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);
  g_autofree char *larger = NULL;

  g_assert_cmpint (g_remove (path), ==, 0);
  larger = lab_make_file (lab, "file", SIZE + PART);
  lab_add (lab, larger);
  /* The same bytes and more: what is there is the beginning of this one. */
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 1), ==, 0);
  lab_assert_stored (lab, "file", larger);
}

/* --- What another machine did ----------------------------------------------------------------- */

typedef struct
{
  Lab *lab;
  HoistProvider *provider; /* (owned) */
  SoupSession *session;    /* (owned) */
  HoistBeginReply *begun;  /* (owned) */
} Other;

static void
other_clear (Other *other)
{
  g_clear_object (&other->provider);
  g_clear_object (&other->session);
  g_clear_pointer (&other->begun, hoist_begin_reply_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Other, other_clear)

static void
other_begin (Other *other, Lab *lab, const char *name, guint64 size_bytes, guint64 part_bytes)
{
  g_autoptr (HoistProviderConfig) config = hoist_provider_config_new ("hoist-api", lab->url);
  g_autoptr (GPtrArray) requests =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_begin_request_free);
  g_autoptr (GPtrArray) replies = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  HoistBeginRequest *request = g_new0 (HoistBeginRequest, 1);

  *other = (Other){ .lab = lab };
  config->token = g_strdup (lab->token);
  other->provider = hoist_provider_new_for_config (config, &error);
  g_assert_no_error (error);
  other->session = soup_session_new ();
  request->name = g_strdup (name);
  request->content_type = g_strdup ("text/plain");
  request->plan =
    (HoistPartPlan){ size_bytes, part_bytes, (guint) ((size_bytes - 1) / part_bytes + 1), TRUE };
  g_ptr_array_add (requests, request);
  hoist_provider_begin_async (other->provider, requests, NULL, leftovers_got_cb, &result);
  replies = hoist_provider_begin_finish (other->provider, leftovers_wait_for (&result), &error);
  g_assert_no_error (error);
  other->begun = g_ptr_array_steal_index (replies, 0);
  g_assert_no_error (other->begun->error);
}

static void
other_send (Other *other, const char *path, guint part_number, guint64 offset, gsize length)
{
  g_autofree char *contents = NULL;
  guint8 digest[HOIST_DIGEST_MAX_BYTES];
  const HoistPartRef part = { .part_number = part_number, .digest = digest };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GPtrArray) urls = NULL;
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  HoistSignedUrl *url;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  body = g_bytes_new (contents + offset, length);
  hoist_digest_data (HOIST_DIGEST_SHA256, contents + offset, length, digest);
  hoist_provider_sign_async (other->provider, other->begun->upload_id, other->begun->key,
                             HOIST_DIGEST_SHA256, &part, 1, NULL, leftovers_got_cb, &result);
  urls = hoist_provider_sign_finish (other->provider, leftovers_wait_for (&result), &error);
  g_assert_no_error (error);
  url = g_ptr_array_index (urls, 0);
  message = soup_message_new ("PUT", url->url);
  for (guint i = 0; url->headers[i] != NULL; i += 2)
    soup_message_headers_replace (soup_message_get_request_headers (message), url->headers[i],
                                  url->headers[i + 1]);
  soup_message_set_request_body_from_bytes (message, NULL, body);
  soup_session_send_and_read_async (other->session, message, G_PRIORITY_DEFAULT, NULL,
                                    leftovers_got_cb, &sent);
  answer = soup_session_send_and_read_finish (other->session, leftovers_wait_for (&sent), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

/* Another machine cuts files otherwise: its parts are gone on with as they are. */
static void
test_other_part_size (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", SIZE);
  g_auto (Other) other = { 0 };

  other_begin (&other, lab, "file", SIZE, 6 * MIB);
  other_send (&other, path, 1, 0, 6 * MIB);
  other_send (&other, path, 3, 12 * MIB, 6 * MIB);
  lab_reset_counts (lab);
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 0);
  g_assert_cmpuint (lab_get_info (lab, 0)->parts_total, ==, 5);
  for (guint number = 1; number <= 5; number++)
    g_assert_cmpuint (lab_count_part (lab, number), ==, number == 1 || number == 3 ? 0 : 1);
  lab_assert_stored (lab, "file", path);
}

/* Of one part alone nobody says whether it is the last one: its contents do. */
static void
test_only_the_last_part (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", 21 * MIB);
  g_auto (Other) other = { 0 };

  other_begin (&other, lab, "file", 21 * MIB, 8 * MIB);
  other_send (&other, path, 3, 16 * MIB, 5 * MIB);
  lab_reset_counts (lab);
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 3), ==, 0);
  g_assert_cmpuint (lab_get_info (lab, 0)->parts_total, ==, 3);
  lab_assert_stored (lab, "file", path);
}

/* Of several the last one that was begun comes first, and one that is another file's is passed
 * over. Each is gone on with once: two files of one name do not share it. */
static void
test_several (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", SIZE);
  g_autofree char *different = lab_make_file (lab, "b/file", SIZE);
  g_auto (Other) of_another_file = { 0 };
  g_auto (Other) of_this_file = { 0 };

  other_begin (&of_this_file, lab, "file", SIZE, PART);
  other_send (&of_this_file, path, 2, PART, PART);
  change_byte (different, 0);
  other_begin (&of_another_file, lab, "file", SIZE, PART);
  other_send (&of_another_file, different, 1, 0, PART);
  lab_reset_counts (lab);
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 1), ==, 1);
  g_assert_cmpuint (lab_count_part (lab, 2), ==, 0);
  lab_assert_stored (lab, "file", path);
  leftovers_assert_n_unfinished (lab, 1);
}

/* --- What it costs ---------------------------------------------------------------------------- */

static void
test_small_files_ask_nothing (Lab *lab, gconstpointer data)
{
  g_autofree char *first = lab_make_file (lab, "a", 1000);
  g_autofree char *second = lab_make_file (lab, "b", 0);

  lab_add (lab, first);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  lab_add (lab, second);
  lab_wait_for_state (lab, 1, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_UPLOADS), ==, 0);
  g_assert_cmpuint (lab_count (lab, LAB_STATUS), ==, 0);
}

static void
test_asked_once (Lab *lab, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%u", i);
      g_autofree char *path = lab_make_file (lab, name, SIZE);

      lab_add (lab, path);
      lab_wait_for_state (lab, i, HOIST_UPLOAD_DONE);
    }
  g_assert_cmpuint (lab_count (lab, LAB_UPLOADS), ==, 1);
  g_assert_cmpuint (lab_count (lab, LAB_STATUS), ==, 0);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 3);
}

typedef struct
{
  const char *name;
  guint status;
  const char *body;
  guint expected; /* how often it is asked for */
} BadList;

static const BadList bad_lists[] = {
  { "forbidden", 403, "{\"error\":{\"code\":\"forbidden\",\"message\":\"m\"}}", 1 },
  { "not-there", 404, "<html>", 1 },
  { "nonsense", 200, "{\"uploads\":[{\"uploadId\":7}]}", 1 },
  { "broken", 500, "", 3 },
};

/* A backend whose list does not work keeps nothing from being uploaded. */
static void
test_bad_list (Lab *lab, gconstpointer data)
{
  const BadList *one = data;
  g_autofree char *path = lab_make_file (lab, "file", SIZE);
  const LabFault fault = { .operation = LAB_UPLOADS,
                           .first = 1,
                           .last = 1000,
                           .action = LAB_ANSWER,
                           .status = one->status,
                           .content_type = "application/json",
                           .body = one->body };

  lab_set_faults (lab, &fault, 1);
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_UPLOADS), ==, one->expected);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 1);
  lab_assert_stored (lab, "file", path);
}

/* The server began it, and its answer did not arrive: no second one is begun. */
static void
test_lost_begin (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  lab_set_script (lab, "[lost]\noperation=initiate\naction=cut-answer\nlast=1\n");
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 1);
  g_assert_cmpuint (lab_count (lab, LAB_UPLOADS), ==, 2);
  lab_assert_stored (lab, "file", path);
  leftovers_assert_n_unfinished (lab, 0);
}

/* Names below the destination's own folder are what the server knows them by. */
static void
test_key_prefix (Lab *lab, gconstpointer data)
{
  g_autoptr (HoistProviderConfig) config = hoist_provider_config_new ("hoist-api", lab->url);
  g_autofree char *path = lab_make_file (lab, "file", SIZE);

  config->token = g_strdup (lab->token);
  config->key_prefix = g_strdup ("from/anna");
  hoist_engine_set_destination (lab->engine, "lab", config);
  leftovers_send_half (lab, path);
  leftovers_lose_the_journal (lab);
  hoist_engine_set_destination (lab->engine, "lab", config);
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 0);
  g_assert_cmpuint (lab_count_part (lab, 1), ==, 0);
  lab_assert_stored (lab, "from/anna/file", path);
}

/* --- Go on with a file that is named ---------------------------------------------------------- */

static guint64
go_on (Lab *lab, const char *path, GError **error)
{
  g_autoptr (HoistUnfinishedPage) page = leftovers_list_unfinished (lab, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_cmpuint (page->uploads->len, ==, 1);
  hoist_uploader_continue_unfinished_async (HOIST_UPLOADER (lab->engine), "lab",
                                            page->uploads->pdata[0], path, NULL, leftovers_got_cb,
                                            &result);
  return hoist_uploader_continue_unfinished_finish (HOIST_UPLOADER (lab->engine),
                                                    leftovers_wait_for (&result), error);
}

static void
test_continue (Lab *lab, gconstpointer data)
{
  g_autofree char *path = leftovers_leave_half (lab);
  g_autofree char *renamed = g_build_filename (lab->files, "another name", NULL);
  g_autofree char *unlike = lab_make_file (lab, "unlike", SIZE);
  g_autoptr (GError) error = NULL;
  guint64 id;

  g_assert_cmpint (g_rename (path, renamed), ==, 0);
  g_assert_cmpuint (go_on (lab, unlike, &error), ==, 0);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED);
  g_clear_error (&error);
  g_assert_cmpuint (go_on (lab, path, &error), ==, 0);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_MISSING);
  g_clear_error (&error);
  g_assert_true (leftovers_is_empty (lab));

  id = go_on (lab, renamed, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (id, >, 0);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  g_assert_cmpuint (lab_get_info (lab, 0)->id, ==, id);
  g_assert_cmpstr (lab_get_info (lab, 0)->name, ==, "file");
  leftovers_assert_only_the_end_travels (lab, renamed);
}

/* Nothing was lost, but the file is in the list here already. */
static void
test_continue_known (Lab *lab, gconstpointer data)
{
  g_autofree char *path = lab_make_file (lab, "file", SIZE);
  g_autoptr (HoistUnfinished) mine = hoist_unfinished_new ("u", "k");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  leftovers_send_half (lab, path);
  hoist_uploader_continue_unfinished_async (HOIST_UPLOADER (lab->engine), "lab", mine, path, NULL,
                                            leftovers_got_cb, &result);
  g_assert_cmpuint (hoist_uploader_continue_unfinished_finish (
                      HOIST_UPLOADER (lab->engine), leftovers_wait_for (&result), &error),
                    ==, 0);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  lab_release (lab);
}

static void
set_up (Lab *lab, gconstpointer data)
{
  lab_set_up (lab);
}

static void
tear_down (Lab *lab, gconstpointer data)
{
  lab_tear_down (lab);
}

#define ADD(path, func) g_test_add ("/adoption/" path, Lab, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("same-contents", test_same_contents);
  ADD ("elsewhere", test_elsewhere);
  ADD ("adopted-is-journaled", test_adopted_is_journaled);
  ADD ("changed-contents", test_changed_contents);
  ADD ("changed-behind", test_changed_behind);
  ADD ("other-size", test_other_size);
  ADD ("other-part-size", test_other_part_size);
  ADD ("only-the-last-part", test_only_the_last_part);
  ADD ("several", test_several);
  ADD ("small-files-ask-nothing", test_small_files_ask_nothing);
  ADD ("asked-once", test_asked_once);
  ADD ("lost-begin", test_lost_begin);
  ADD ("key-prefix", test_key_prefix);
  ADD ("continue", test_continue);
  ADD ("continue-known", test_continue_known);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_lists); i++)
    {
      g_autofree char *path = g_strconcat ("/adoption/bad-list/", bad_lists[i].name, NULL);

      g_test_add (path, Lab, &bad_lists[i], set_up, test_bad_list, tear_down);
    }
  return g_test_run ();
}
