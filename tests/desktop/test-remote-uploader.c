/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The remote uploader against the service, and against what is none. */

#include "hoist-uploads-protocol.h"
#include "uploads-rig.h"

static void
count_cb (guint *n)
{
  (*n)++;
}

/* More than two pages, and batches. */
static void
test_pages (RigFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fake_uploader_put (f->fake, 1, 2500, 10);
  fake_uploader_remove (f->fake, 100, 50);
  fake_uploader_put_batch (f->fake, 4, 2500, TRUE);
  rig_start_service (f);

  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, &error);
  g_assert_no_error (error);
  g_assert_true (rig_lists_are_equal (f->fake->list, rig_get_list (remote)));
  g_assert_cmpuint (hoist_upload_list_get_batch (rig_get_list (remote), 4)->n_files, ==, 2500);
  g_assert_true (hoist_upload_list_get_batch (rig_get_list (remote), 4)->complete);
  g_assert_false (hoist_remote_uploader_has_vanished (remote));
}

static void
test_follow (RigFixture *f, gconstpointer data)
{
  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);
  g_autoptr (HoistRemoteUploader) second = rig_make_remote (f, NULL);

  fake_uploader_put (f->fake, 1, 10, 0);
  rig_wait_equal (f->fake->list, rig_get_list (remote));
  fake_uploader_put (f->fake, 3, 2, 500);
  fake_uploader_remove (f->fake, 1, 1);
  rig_wait_equal (f->fake->list, rig_get_list (remote));

  /* Several messages; the batch is told with the last of them. */
  fake_uploader_put (f->fake, 11, 5 * HOIST_UPLOADS_MAX_PER_MESSAGE, 0);
  fake_uploader_put_batch (f->fake, 8, 5 * HOIST_UPLOADS_MAX_PER_MESSAGE, TRUE);
  while (hoist_upload_list_get_batch (rig_get_list (remote), 8) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (rig_lists_are_equal (f->fake->list, rig_get_list (remote)));
  rig_wait_equal (f->fake->list, rig_get_list (second));
}

/* Changes between the pages are not lost, and do not skip any. */
static void
test_changes_between_pages (RigFixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  guint64 next_id = 5001;

  fake_uploader_put (f->fake, 1, 5000, 0);
  rig_start_service (f);
  hoist_remote_uploader_new_async (f->client, NULL, await_take_cb, &result);
  while (result == NULL)
    {
      fake_uploader_put (f->fake, next_id++, 1, 1);
      /* An id never comes back. */
      if (hoist_upload_list_lookup_info (f->fake->list, next_id % 5000) != NULL)
        fake_uploader_put (f->fake, next_id % 5000, 1, next_id % 1000);
      fake_uploader_remove (f->fake, next_id * 7 % 5000 + 1, 1);
      g_main_context_iteration (NULL, TRUE);
    }

  g_autoptr (HoistRemoteUploader) remote = hoist_remote_uploader_new_finish (result, NULL);
  g_assert_nonnull (remote);
  rig_wait_equal (f->fake->list, rig_get_list (remote));
}

static void
test_add (RigFixture *f, gconstpointer data)
{
  const char *const paths[] = { "/tmp/a b", "/tmp/not-utf8-\xff\xfe", "/tmp/new\nline", NULL };
  g_autoptr (GError) error = NULL;

  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);
  g_assert_cmpuint (rig_add_paths (remote, paths, &error), ==, 77);
  g_assert_no_error (error);
  g_assert_cmpstr (f->fake->log->str, ==,
                   "add /tmp/a b|/tmp/not-utf8-\\377\\376|/tmp/new\\nline to home\n");
}

/* Each code comes through with its message, and so does a cancellation. */
static void
test_errors (RigFixture *f, gconstpointer data)
{
  const char *const paths[] = { "/tmp/a", NULL };

  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);
  for (int code = 0; code < HOIST_N_ERRORS; code++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GAsyncResult) result = NULL;

      g_clear_error (&f->fake->error);
      f->fake->error = g_error_new_literal (HOIST_ERROR, code, "Ö: what to do.");
      g_assert_cmpuint (rig_add_paths (remote, paths, &error), ==, 0);
      g_assert_error (error, HOIST_ERROR, code);
      g_assert_cmpstr (error->message, ==, "Ö: what to do.");
      g_clear_error (&error);

      hoist_uploader_relocate_async (HOIST_UPLOADER (remote), 9, "/tmp/\xff", NULL, await_take_cb,
                                     &result);
      await_result (&result);
      g_assert_false (hoist_uploader_relocate_finish (HOIST_UPLOADER (remote), result, &error));
      g_assert_error (error, HOIST_ERROR, code);
    }
}

static void
test_commands (RigFixture *f, gconstpointer data)
{
  const guint64 ids[] = { 7, 8, 9 };
  g_autofree guint64 *many = g_new (guint64, HOIST_UPLOADS_MAX_IDS + 1);
  HoistLimits limits = { 8, TRUE, G_GUINT64_CONSTANT (1) << 40, { 0 } };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint64 i = 0; i <= HOIST_UPLOADS_MAX_IDS; i++)
    many[i] = i + 1;
  g_assert_true (hoist_rate_schedule_parse (&limits.schedule, "sat,22-7=full", NULL));
  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);
  HoistUploader *uploader = HOIST_UPLOADER (remote);

  for (int command = 0; command < HOIST_N_COMMANDS; command++)
    hoist_uploader_command (uploader, (HoistCommand) command, ids, 3);
  hoist_uploader_command (uploader, HOIST_COMMAND_PAUSE, many, HOIST_UPLOADS_MAX_IDS + 1);
  hoist_uploader_set_limits (uploader, &limits);
  hoist_uploader_set_metered (uploader, HOIST_ALLOWANCE_THIS_TIME);
  hoist_uploader_set_power (uploader, HOIST_ALLOWANCE_ALWAYS);
  hoist_uploader_relocate_async (uploader, 9, "/tmp/\xff", NULL, await_take_cb, &result);
  await_result (&result);
  g_assert_true (hoist_uploader_relocate_finish (uploader, result, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (f->fake->log->str, ==,
                   "command 0 of 3 from 7\n"
                   "command 1 of 3 from 7\n"
                   "command 2 of 3 from 7\n"
                   "command 3 of 3 from 7\n"
                   "command 4 of 3 from 7\n"
                   "command 5 of 3 from 7\n"
                   "command 6 of 3 from 7\n"
                   "command 0 of 100000 from 1\n"
                   "command 0 of 1 from 100001\n"
                   "limits =8 1099511627776 sat,22:00-07:00=full\n"
                   "metered 1\n"
                   "power 2\n"
                   "relocate 9 to /tmp/\\377\n");
}

static void
test_unfinished (RigFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) uploads =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_unfinished_free);
  g_autoptr (HoistUnfinishedPage) first = NULL;
  g_autoptr (HoistUnfinishedPage) last = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);
  HoistUploader *uploader = HOIST_UPLOADER (remote);

  hoist_uploader_list_unfinished_async (uploader, "home", NULL, TRUE, NULL, await_take_cb, &result);
  await_result (&result);
  first = hoist_uploader_list_unfinished_finish (uploader, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->uploads->len, ==, 1);
  g_assert_cmpstr (first->next, ==, "more+/");
  g_clear_object (&result);
  hoist_uploader_list_unfinished_async (uploader, "home", first->next, FALSE, NULL, await_take_cb,
                                        &result);
  await_result (&result);
  last = hoist_uploader_list_unfinished_finish (uploader, result, &error);
  g_assert_no_error (error);
  g_assert_null (last->next);

  g_ptr_array_add (uploads, hoist_unfinished_new ("u 1", "k/1"));
  g_ptr_array_add (uploads, hoist_unfinished_new ("u 2", "k/2"));
  g_clear_object (&result);
  hoist_uploader_clear_unfinished_async (uploader, "home", uploads, NULL, await_take_cb, &result);
  await_result (&result);
  ids = hoist_uploader_clear_unfinished_finish (uploader, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_array_index (ids, guint64, 0), ==, 77);

  g_clear_object (&result);
  hoist_uploader_continue_unfinished_async (uploader, "home", uploads->pdata[1], "/tmp/\xff", NULL,
                                            await_take_cb, &result);
  await_result (&result);
  g_assert_cmpuint (hoist_uploader_continue_unfinished_finish (uploader, result, &error), ==, 77);
  g_assert_no_error (error);
  f->fake->error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_FILE_CHANGED, "Another file.");
  g_clear_object (&result);
  hoist_uploader_continue_unfinished_async (uploader, "home", uploads->pdata[1], "/a", NULL,
                                            await_take_cb, &result);
  await_result (&result);
  g_assert_cmpuint (hoist_uploader_continue_unfinished_finish (uploader, result, &error), ==, 0);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_FILE_CHANGED);
  g_assert_cmpstr (f->fake->log->str, ==,
                   "list unfinished of home after nothing in detail\n"
                   "list unfinished of home after more+/\n"
                   "clear 2 of home from u 1 k/1\n"
                   "continue u 2 of home with /tmp/\\377\n"
                   "continue u 2 of home with /a\n");
}

/* A full disk below the journal concerns who follows, too, early or late. */
static void
test_problem (RigFixture *f, gconstpointer data)
{
  g_autoptr (HoistRemoteUploader) late = NULL;
  guint n_signals = 0;

  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);
  g_assert_null (hoist_uploader_get_problem (HOIST_UPLOADER (remote)));
  g_signal_connect_swapped (remote, "problem", G_CALLBACK (count_cb), &n_signals);

  fake_uploader_set_problem (f->fake, HOIST_ERROR_NO_SPACE, "The disk is full.");
  while (n_signals == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (hoist_uploader_get_problem (HOIST_UPLOADER (remote)), HOIST_ERROR,
                  HOIST_ERROR_NO_SPACE);
  g_assert_cmpstr (hoist_uploader_get_problem (HOIST_UPLOADER (remote))->message, ==,
                   "The disk is full.");
  late = rig_make_remote (f, NULL);
  g_assert_error (hoist_uploader_get_problem (HOIST_UPLOADER (late)), HOIST_ERROR,
                  HOIST_ERROR_NO_SPACE);

  fake_uploader_set_problem (f->fake, 0, NULL);
  while (n_signals == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (hoist_uploader_get_problem (HOIST_UPLOADER (remote)));
}

static GPtrArray *
get_receipts (HoistRemoteUploader *remote, const guint64 *ids, gsize n_ids, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_uploader_receipts_async (HOIST_UPLOADER (remote), ids, n_ids, NULL, await_take_cb, &result);
  await_result (&result);
  return hoist_uploader_receipts_finish (HOIST_UPLOADER (remote), result, error);
}

static GPtrArray *
verify (HoistRemoteUploader *remote,
        const guint64 *ids,
        gsize n_ids,
        gboolean with_files,
        GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_uploader_verify_async (HOIST_UPLOADER (remote), ids, n_ids, with_files, NULL, await_take_cb,
                               &result);
  await_result (&result);
  return hoist_uploader_verify_finish (HOIST_UPLOADER (remote), result, error);
}

static void
test_receipts (RigFixture *f, gconstpointer data)
{
  guint64 ids[HOIST_UPLOADER_MAX_RECEIPTS];
  g_autoptr (GPtrArray) receipts = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) with_files = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = i + 1;
  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);

  receipts = get_receipts (remote, ids, G_N_ELEMENTS (ids), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (receipts->len, ==, G_N_ELEMENTS (ids) / 2);
  for (guint i = 0; i < receipts->len; i++)
    {
      const HoistReceipt *receipt = receipts->pdata[i];

      g_assert_cmpuint (receipt->id, ==, 2 * i + 2);
      g_assert_cmpstr (receipt->path, ==, "/tmp/\xff");
      g_assert_cmpuint (receipt->sha256[0], ==, 2 * i + 2);
    }
  results = verify (remote, ids, 3, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, 3);
  g_assert_cmpint (((HoistVerification *) results->pdata[2])->object, ==, HOIST_OBJECT_GONE);
  with_files = verify (remote, ids, 1, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (f->fake->log->str, ==,
                   "receipts of 100 from 1\nverify of 3 from 1\nverify files of 1 from 1\n");

  f->fake->lies = TRUE;
  g_assert_null (verify (remote, ids, 3, FALSE, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
  g_clear_error (&error);
  f->fake->error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NO_SPACE, "m");
  g_assert_null (get_receipts (remote, ids, 1, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NO_SPACE);
}

static HoistShare *
share (HoistRemoteUploader *remote, guint64 id, guint expires_in_s, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_uploader_share_async (HOIST_UPLOADER (remote), id, expires_in_s, NULL, await_take_cb,
                              &result);
  await_result (&result);
  return hoist_uploader_share_finish (HOIST_UPLOADER (remote), result, error);
}

static void
test_share (RigFixture *f, gconstpointer data)
{
  g_autoptr (HoistShare) link = NULL;
  g_autoptr (GError) error = NULL;

  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);

  link = share (remote, 5, HOIST_SHARE_MAX_S, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (link->url, ==, "https://h/k?s");
  g_assert_cmpint (link->expires_us, ==, 7);
  g_assert_true (link->is_signed);
  g_assert_cmpstr (f->fake->log->str, ==, "share 5 for 604800\n");

  f->fake->lies = TRUE;
  g_assert_null (share (remote, 5, 1, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_PROTOCOL);
  g_clear_error (&error);
  f->fake->error = g_error_new_literal (HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED, "m");
  g_assert_null (share (remote, 5, 1, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_NOT_SUPPORTED);
}

static void
test_nobody (RigFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (rig_make_remote (f, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
}

static void
test_vanish (RigFixture *f, gconstpointer data)
{
  const char *const paths[] = { "/tmp/a", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint n_vanished = 0;

  fake_uploader_put (f->fake, 1, 3, 0);
  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);
  g_signal_connect_swapped (remote, "vanished", G_CALLBACK (count_cb), &n_vanished);

  f->fake->mute = TRUE;
  hoist_uploader_add_async (HOIST_UPLOADER (remote), paths, "home", NULL, await_take_cb, &result);
  while (f->fake->log->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_vanished, ==, 0);
  rig_disconnect_bus (&f->server);

  await_result (&result);
  g_assert_cmpuint (hoist_uploader_add_finish (HOIST_UPLOADER (remote), result, &error), ==, 0);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  while (n_vanished == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (hoist_remote_uploader_has_vanished (remote));
  /* What was last known is still there to be told. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rig_get_list (remote))), ==, 3);

  g_assert_cmpuint (rig_add_paths (remote, paths, &error), ==, 0);
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
  hoist_uploader_command_all (HOIST_UPLOADER (remote), HOIST_COMMAND_PAUSE);
  g_assert_cmpuint (n_vanished, ==, 1);
}

/* Somebody else under our name. */
typedef struct
{
  const char *version; /* text of a variant */
  const char *page;    /* text of a reply */
  HoistError code;
} Impostor;

static const Impostor impostors[] = {
  { "uint32 0", NULL, HOIST_ERROR_NOT_SUPPORTED },
  { "'one'", NULL, HOIST_ERROR_NOT_SUPPORTED },
  { "uint32 1", "((@aa{sv} [], @at [], @a(tub) []), true)", HOIST_ERROR_PROTOCOL },
  { "uint32 1", "(([{'id': <uint64 1>}], @at [], @a(tub) []), false)", HOIST_ERROR_PROTOCOL },
  { "uint32 1", "(([{'id': <'one'>}], @at [], @a(tub) []), false)", HOIST_ERROR_PROTOCOL },
};

static GDBusMessage *
be_impostor (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  const Impostor *impostor = data;
  const char *member = g_dbus_message_get_member (message);
  g_autoptr (GDBusMessage) reply = NULL;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;

  reply = g_dbus_message_new_method_reply (message);
  if (g_strcmp0 (member, "Get") == 0)
    g_dbus_message_set_body (reply,
                             g_variant_new ("(v)", g_variant_new_parsed (impostor->version)));
  else
    g_dbus_message_set_body (reply, g_variant_new_parsed (impostor->page));
  g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  g_object_unref (message);
  return NULL;
}

static void
test_impostors (RigFixture *f, gconstpointer data)
{
  rig_take_name (f->server);
  for (gsize i = 0; i < G_N_ELEMENTS (impostors); i++)
    {
      g_autoptr (GError) error = NULL;
      guint filter_id =
        g_dbus_connection_add_filter (f->server, be_impostor, (gpointer) &impostors[i], NULL);

      g_assert_null (rig_make_remote (f, &error));
      g_assert_error (error, HOIST_ERROR, (int) impostors[i].code);
      g_dbus_connection_remove_filter (f->server, filter_id);
    }

  /* And one that had the name when it was looked for, but not the object any more: it is ending. */
  g_autoptr (GError) error = NULL;
  g_assert_null (rig_make_remote (f, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_UNAVAILABLE);
}

/* Changes that make no sense are left out; the next good ones count. */
static void
test_bad_changes (RigFixture *f, gconstpointer data)
{
  static const char *const bodies[] = {
    "()",
    "('text',)",
    "(([{'id': <uint64 1>}], @at [], @a(tub) []),)",
    "(([{'id': <uint64 0>, 'name': <'x'>}], [uint64 1], @a(tub) []),)",
  };

  fake_uploader_put (f->fake, 1, 2, 0);
  rig_start_service (f);
  g_autoptr (HoistRemoteUploader) remote = rig_make_remote (f, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    g_assert_true (g_dbus_connection_emit_signal (
      f->server, g_dbus_connection_get_unique_name (f->client), HOIST_UPLOADS_OBJECT_PATH,
      HOIST_UPLOADS_INTERFACE, "Changed", g_variant_new_parsed (bodies[i]), NULL));
  fake_uploader_put (f->fake, 1, 2, 1);
  rig_wait_equal (f->fake->list, rig_get_list (remote));
}

static GDBusMessage *
swallow_calls (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  if (incoming && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    g_clear_object (&message);
  return message;
}

/* Hung: it ends by itself after five seconds, and at once when cancelled. */
static void
test_hung (RigFixture *f, gconstpointer data)
{
  guint filter_id = g_dbus_connection_add_filter (f->server, swallow_calls, NULL, NULL);
  g_autoptr (GAsyncResult) patient = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  rig_take_name (f->server);
  gint64 start_us = g_get_monotonic_time ();
  hoist_remote_uploader_new_async (f->client, NULL, await_take_cb, &patient);
  hoist_remote_uploader_new_async (f->client, cancellable, await_take_cb, &cancelled);
  g_cancellable_cancel (cancellable);
  await_result (&cancelled);
  g_assert_null (hoist_remote_uploader_new_finish (cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (patient);

  await_result (&patient);
  g_assert_null (hoist_remote_uploader_new_finish (patient, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 15 * G_USEC_PER_SEC);
  g_dbus_connection_remove_filter (f->server, filter_id);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/remote-uploader/" name, RigFixture, NULL, rig_set_up, func, rig_tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (GTestDBus) bus = NULL;

  g_test_init (&argc, &argv, NULL);

  ADD ("pages", test_pages);
  ADD ("follow", test_follow);
  ADD ("changes-between-pages", test_changes_between_pages);
  ADD ("add", test_add);
  ADD ("errors", test_errors);
  ADD ("commands", test_commands);
  ADD ("unfinished", test_unfinished);
  ADD ("problem", test_problem);
  ADD ("receipts", test_receipts);
  ADD ("share", test_share);
  ADD ("nobody", test_nobody);
  ADD ("vanish", test_vanish);
  ADD ("impostors", test_impostors);
  ADD ("bad-changes", test_bad_changes);
  ADD ("hung", test_hung);

  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  int status = g_test_run ();
  g_test_dbus_down (bus);
  return status;
}
