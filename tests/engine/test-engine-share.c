/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links to what was delivered, of a backend that signs them. */

#include <libsoup/soup.h>
#include <string.h>

#include "engine-lab.h"

#define SECOND_US ((gint64) G_USEC_PER_SEC)

static void
took_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static HoistShare *
share (Lab *lab, guint64 id, guint expires_in_s, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hoist_uploader_share_async (HOIST_UPLOADER (lab->engine), id, expires_in_s, NULL, took_cb,
                              &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return hoist_uploader_share_finish (HOIST_UPLOADER (lab->engine), result, error);
}

static guint64
deliver (Lab *lab, const char *name, gsize size)
{
  g_autofree char *path = lab_make_file (lab, name, size);

  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
  return lab_get_info (lab, 0)->id;
}

static void
test_link (Lab *lab, gconstpointer data)
{
  guint64 id = deliver (lab, "a & b.bin", 1000);
  gint64 before_us = g_get_real_time ();
  g_autoptr (HoistShare) asked = NULL;
  g_autoptr (HoistShare) link = NULL;
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *path = g_build_filename (lab->files, "a & b.bin", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  asked = share (lab, id, 0, &error);
  g_assert_no_error (error);
  g_assert_null (asked->url);
  g_assert_true (asked->is_signed);

  link = share (lab, id, 3600, &error);
  g_assert_no_error (error);
  g_assert_true (link->is_signed);
  g_assert_false (link->temporary);
  g_assert_nonnull (link->bucket);
  /* By whole seconds. */
  g_assert_cmpint (link->expires_us, >=, before_us + 3599 * SECOND_US);
  g_assert_cmpint (link->expires_us, <=, g_get_real_time () + 3600 * SECOND_US);
  message = soup_message_new ("GET", link->url);
  body = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), contents, length);
}

/* In no file of the engine's, whatever it wrote. */
static void
test_not_kept (Lab *lab, gconstpointer data)
{
  guint64 id = deliver (lab, "x", 10);
  g_autoptr (GError) error = NULL;
  g_autoptr (HoistShare) link = share (lab, id, 60, &error);
  const char *signature = strstr (link->url, "X-Amz-Signature=") + strlen ("X-Amz-Signature=");
  g_autofree char *secret = g_strndup (signature, strcspn (signature, "&"));
  g_autoptr (GDir) folder = NULL;
  const char *name;

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (secret), ==, 64);
  lab_stop_engine (lab);
  folder = g_dir_open (lab->config.state_folder, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (lab->config.state_folder, name, NULL);
      g_autofree char *contents = NULL;
      gsize length;

      if (!g_file_get_contents (path, &contents, &length, NULL))
        continue;
      g_assert_null (g_strstr_len (contents, (gssize) length, secret));
      g_assert_null (g_strstr_len (contents, (gssize) length, "X-Amz-"));
    }
  lab_start_engine (lab);
}

static void
test_refused (Lab *lab, gconstpointer data)
{
  static const LabFault hold = { .operation = LAB_PUT, .first = 1, .last = 1, .action = LAB_HOLD };
  g_autofree char *path = lab_make_file (lab, "x", 100);
  g_autoptr (GError) error = NULL;
  guint64 id;

  lab_set_faults (lab, &hold, 1);
  lab_add (lab, path);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_SENDING);
  id = lab_get_info (lab, 0)->id;
  g_assert_null (share (lab, id, 60, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  g_clear_error (&error);
  g_assert_null (share (lab, id + 99, 60, &error));
  g_assert_error (error, HOIST_ERROR, HOIST_ERROR_BAD_INPUT);
  lab_release (lab);
  lab_wait_for_state (lab, 0, HOIST_UPLOAD_DONE);
}

/* A backend that makes no links: what it told of the object is there, and nothing is signed. */
static void
test_without_links (Lab *lab, gconstpointer data)
{
  static const LabFault no_share = {
    .operation = LAB_ROOT,
    .first = 1,
    .last = 100,
    .action = LAB_ANSWER,
    .status = 200,
    .body = "{\"limits\":{},\"checksum\":\"sha256\",\"list\":true,\"share\":false,"
            "\"stat\":true,\"urlLifetime\":3600}",
  };
  g_autoptr (HoistShare) link = NULL;
  g_autoptr (GError) error = NULL;
  guint64 id;

  lab_set_faults (lab, &no_share, 1);
  id = deliver (lab, "x", 10);
  link = share (lab, id, 60, &error);
  g_assert_no_error (error);
  g_assert_false (link->is_signed);
  g_assert_cmpint (link->expires_us, ==, 0);
  g_assert_null (link->bucket);
  g_assert_cmpstr (link->url, ==, lab_get_info (lab, 0)->location);
  g_assert_null (strchr (link->url, '?'));
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

#define ADD(name, func) g_test_add ("/share/" name, Lab, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("link", test_link);
  ADD ("not-kept", test_not_kept);
  ADD ("refused", test_refused);
  ADD ("without-links", test_without_links);
  return g_test_run ();
}
