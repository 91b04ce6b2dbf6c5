/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-lab.h"

#include <string.h>

#include "hoist-digest.h"
#include "remove-tree.h"

struct _LabServer
{
  GThread *thread;
  GMainContext *context;
  HoistBackendServer *server;
  gboolean stopped;
  HoistFaultProxy *proxy; /* what the engine talks to */
  guint64 counted_from;   /* the number of the request after which counting began */

  GMutex lock; /* what follows */
  GCond ready;
  gboolean listening;
};

static const HoistFaultOperation operations[LAB_N_OPERATIONS] = {
  [LAB_ROOT] = HOIST_FAULT_ROOT,         [LAB_INITIATE] = HOIST_FAULT_INITIATE,
  [LAB_SIGN] = HOIST_FAULT_SIGN,         [LAB_STATUS] = HOIST_FAULT_STATUS,
  [LAB_COMPLETE] = HOIST_FAULT_COMPLETE, [LAB_ABORT] = HOIST_FAULT_ABORT,
  [LAB_PUT] = HOIST_FAULT_PUT_OBJECT,    [LAB_PART] = HOIST_FAULT_UPLOAD_PART,
  [LAB_OTHER] = HOIST_FAULT_S3_OTHER,    [LAB_UPLOADS] = HOIST_FAULT_UPLOADS,
  [LAB_STAT] = HOIST_FAULT_STAT,
};

/* --- The server's side ------------------------------------------------------------------------ */

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  struct _LabServer *self = user_data;

  hoist_backend_server_stop_finish (HOIST_BACKEND_SERVER (source), result, NULL);
  self->stopped = TRUE;
}

static gboolean
stop_cb (gpointer data)
{
  struct _LabServer *self = data;

  hoist_backend_server_stop_async (self->server, NULL, stopped_cb, self);
  return G_SOURCE_REMOVE;
}

static char *
dup_tls_file (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "lib", "tls", name, NULL);
}

/* As if the system did: the engine's data connections trust nobody else. */
static void
trust_ca (void)
{
  g_autofree char *path = dup_tls_file ("ca.pem");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

/* The proxy's port is free once the proxy does not listen any more. */
static void
use_tls (Lab *lab, HoistBackendConfig *config)
{
  g_autofree char *origin = g_steal_pointer (&config->public_url);
  const char *port = strrchr (origin, ':') + 1;

  hoist_fault_proxy_set_down (lab->proxy, TRUE);
  g_free (config->listen);
  config->listen = g_strdup_printf ("127.0.0.1:%s", port);
  config->public_url = g_strdup_printf ("https://" LAB_TLS_NAME ":%s", port);
  trust_ca ();
  config->tls_certificate = dup_tls_file ("other-host.pem");
  config->tls_key = dup_tls_file ("other-host.pem");
}

static HoistBackendConfig *
make_config (Lab *lab)
{
  HoistBackendConfig *config = hoist_backend_config_new ();

  g_free (config->listen);
  config->listen = g_strdup ("127.0.0.1:0");
  config->public_url = hoist_fault_proxy_dup_url (lab->proxy);
  if (lab->with_tls)
    use_tls (lab, config);
  config->embedded_dir = g_build_filename (lab->folder, "backend", NULL);
  config->single_put_bytes = 1 << 20;
  if (lab->url_lifetime_s != 0)
    config->url_lifetime_s = lab->url_lifetime_s;
  return config;
}

static gpointer
server_thread (gpointer data)
{
  Lab *lab = data;
  struct _LabServer *self = lab->server;
  g_autoptr (HoistBackendConfig) config = make_config (lab);
  g_autoptr (GError) error = NULL;
  const char *address;

  g_main_context_push_thread_default (self->context);
  self->server = hoist_backend_server_new (config);
  hoist_backend_server_listen (self->server, &error);
  g_assert_no_error (error);
  lab->url = g_strdup (hoist_backend_server_get_url (self->server));
  address = strstr (hoist_backend_server_get_origin (self->server), "//") + 2;
  hoist_fault_proxy_set_servers (self->proxy, address, address, &error);
  g_assert_no_error (error);

  g_mutex_lock (&self->lock);
  self->listening = TRUE;
  g_cond_signal (&self->ready);
  g_mutex_unlock (&self->lock);

  while (!self->stopped)
    g_main_context_iteration (self->context, TRUE);
  g_clear_object (&self->server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
start_server (Lab *lab)
{
  struct _LabServer *self = g_new0 (struct _LabServer, 1);
  g_autoptr (GError) error = NULL;

  lab->server = self;
  g_mutex_init (&self->lock);
  g_cond_init (&self->ready);
  self->context = g_main_context_new ();
  self->proxy = hoist_fault_proxy_new ();
  hoist_fault_proxy_listen (self->proxy, "127.0.0.1:0", &error);
  g_assert_no_error (error);
  lab->proxy = self->proxy;
  self->thread = g_thread_new ("lab-server", server_thread, lab);

  g_mutex_lock (&self->lock);
  while (!self->listening)
    g_cond_wait (&self->ready, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
stop_server (Lab *lab)
{
  struct _LabServer *self = lab->server;

  hoist_fault_proxy_free (self->proxy);
  g_main_context_invoke (self->context, stop_cb, self);
  g_thread_join (self->thread);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->ready);
  g_free (self);
}

/* --- What goes wrong -------------------------------------------------------------------------- */

static HoistFaultRule *
make_rule (const LabFault *fault)
{
  HoistFaultRule *rule = hoist_fault_rule_new ("lab");

  hoist_fault_rule_add_operation (rule, operations[fault->operation]);
  rule->part_number = fault->part_number;
  rule->by_operation = TRUE;
  rule->first = fault->first;
  rule->last = fault->last;
  switch (fault->action)
    {
    case LAB_ANSWER:
      rule->action = HOIST_FAULT_ANSWER;
      break;
    case LAB_DROP:
      rule->action = HOIST_FAULT_CUT_REQUEST;
      break;
    case LAB_HOLD:
    default:
      rule->action = HOIST_FAULT_HOLD;
    }
  rule->status = fault->status;
  rule->body = g_strdup (fault->body);
  rule->content_type = g_strdup (fault->content_type);
  rule->header_name = g_strdup (fault->header_name);
  rule->header_value = g_strdup (fault->header_value);
  return rule;
}

/**
 * lab_set_faults:
 *
 * What goes wrong from now on. Counting begins anew.
 */
void
lab_set_faults (Lab *lab, const LabFault *faults, guint n_faults)
{
  g_autoptr (GPtrArray) rules =
    g_ptr_array_new_with_free_func ((GDestroyNotify) hoist_fault_rule_unref);

  for (guint i = 0; i < n_faults; i++)
    g_ptr_array_add (rules, make_rule (&faults[i]));
  hoist_fault_proxy_set_rules (lab->proxy, rules, 0);
  lab_reset_counts (lab);
}

/**
 * lab_set_script:
 *
 * As lab_set_faults(), with all that the proxy can do.
 */
void
lab_set_script (Lab *lab, const char *script)
{
  g_autoptr (GError) error = NULL;
  guint64 seed;
  g_autoptr (GPtrArray) rules = hoist_fault_rules_parse (script, &seed, &error);

  g_assert_no_error (error);
  hoist_fault_proxy_set_rules (lab->proxy, rules, seed);
  lab_reset_counts (lab);
}

/**
 * lab_release:
 *
 * Lets the requests that are held go on, and holds no more.
 */
void
lab_release (Lab *lab)
{
  lab_set_faults (lab, NULL, 0);
  hoist_fault_proxy_release (lab->proxy);
}

guint
lab_count (Lab *lab, LabOperation operation)
{
  return hoist_fault_proxy_count (lab->proxy, lab->server->counted_from, operations[operation],
                                  NULL, 0);
}

guint
lab_count_part (Lab *lab, guint part_number)
{
  return hoist_fault_proxy_count (lab->proxy, lab->server->counted_from, HOIST_FAULT_UPLOAD_PART,
                                  NULL, part_number);
}

/**
 * lab_count_part_of:
 *
 * How often a part of an upload was sent since the lab was set up.
 */
guint
lab_count_part_of (Lab *lab, const char *upload_id, guint part_number)
{
  return hoist_fault_proxy_count (lab->proxy, 0, HOIST_FAULT_UPLOAD_PART, upload_id, part_number);
}

guint
lab_count_held (Lab *lab)
{
  return hoist_fault_proxy_count_held (lab->proxy);
}

void
lab_reset_counts (Lab *lab)
{
  lab->server->counted_from = hoist_fault_proxy_count_requests (lab->proxy);
}

/* --- The engine's side ------------------------------------------------------------------------ */

typedef struct
{
  GAsyncResult *result;
} Waiter;

static void
wait_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Waiter *) user_data)->result = g_object_ref (result);
}

static GAsyncResult *
wait_for (Waiter *waiter)
{
  while (waiter->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return waiter->result;
}

void
lab_start_engine (Lab *lab)
{
  g_autoptr (HoistProviderConfig) config = hoist_provider_config_new ("hoist-api", lab->url);
  g_autoptr (GError) error = NULL;
  Waiter waiter = { 0 };

  lab->engine = hoist_engine_new (&lab->config);
  hoist_engine_start_async (lab->engine, NULL, wait_cb, &waiter);
  hoist_engine_start_finish (lab->engine, wait_for (&waiter), &error);
  g_assert_no_error (error);
  g_object_unref (waiter.result);
  config->token = g_strdup (lab->token);
  hoist_engine_set_destination (lab->engine, "lab", config);
}

void
lab_stop_engine (Lab *lab)
{
  g_autoptr (GError) error = NULL;
  Waiter waiter = { 0 };

  hoist_engine_stop_async (lab->engine, wait_cb, &waiter);
  hoist_engine_stop_finish (lab->engine, wait_for (&waiter), &error);
  g_assert_no_error (error);
  g_object_unref (waiter.result);
  /* What is still posted to the main thread holds references. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (lab->engine);
  lab->engine = NULL;
}

guint64
lab_add (Lab *lab, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  Waiter waiter = { 0 };
  guint64 batch;

  hoist_uploader_add_async (HOIST_UPLOADER (lab->engine), paths, "lab", NULL, wait_cb, &waiter);
  batch = hoist_uploader_add_finish (HOIST_UPLOADER (lab->engine), wait_for (&waiter), &error);
  g_assert_no_error (error);
  g_object_unref (waiter.result);
  return batch;
}

void
lab_command (Lab *lab, HoistCommand command)
{
  hoist_uploader_command_all (HOIST_UPLOADER (lab->engine), command);
}

guint
lab_count_uploads (Lab *lab)
{
  return g_list_model_get_n_items (
    G_LIST_MODEL (hoist_uploader_get_list (HOIST_UPLOADER (lab->engine))));
}

const HoistUploadInfo *
lab_get_info (Lab *lab, guint index)
{
  GListModel *list = G_LIST_MODEL (hoist_uploader_get_list (HOIST_UPLOADER (lab->engine)));
  g_autoptr (HoistUpload) upload = g_list_model_get_item (list, index);

  return upload != NULL ? hoist_upload_get_info (upload) : NULL;
}

/* Null: it is not done. */
HoistReceipt *
lab_get_receipt (Lab *lab, guint index)
{
  guint64 id = lab_get_info (lab, index)->id;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) receipts = NULL;
  Waiter waiter = { 0 };

  hoist_uploader_receipts_async (HOIST_UPLOADER (lab->engine), &id, 1, NULL, wait_cb, &waiter);
  receipts =
    hoist_uploader_receipts_finish (HOIST_UPLOADER (lab->engine), wait_for (&waiter), &error);
  g_assert_no_error (error);
  g_object_unref (waiter.result);
  g_assert_cmpuint (receipts->len, <=, 1);
  return receipts->len == 1 ? g_ptr_array_steal_index (receipts, 0) : NULL;
}

HoistVerification *
lab_verify (Lab *lab, guint index, gboolean with_files)
{
  guint64 id = lab_get_info (lab, index)->id;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  Waiter waiter = { 0 };

  hoist_uploader_verify_async (HOIST_UPLOADER (lab->engine), &id, 1, with_files, NULL, wait_cb,
                               &waiter);
  results = hoist_uploader_verify_finish (HOIST_UPLOADER (lab->engine), wait_for (&waiter), &error);
  g_assert_no_error (error);
  g_object_unref (waiter.result);
  g_assert_cmpuint (results->len, ==, 1);
  g_assert_cmpuint (((HoistVerification *) results->pdata[0])->id, ==, id);
  return g_ptr_array_steal_index (results, 0);
}

/**
 * lab_is_settled:
 *
 * Whether the first upload is done or failed: a condition for lab_wait_until().
 */
gboolean
lab_is_settled (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info != NULL && hoist_upload_state_is_terminal (info->state);
}

static gboolean
keep_ticking_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/**
 * lab_wait_until:
 *
 * Runs the main loop until @condition holds; the test's own time limit ends it.
 */
void
lab_wait_until (Lab *lab, gboolean (*condition) (Lab *lab))
{
  /* The server's thread does not wake this loop: look at least this often. */
  guint tick = g_timeout_add (20, keep_ticking_cb, NULL);

  while (!condition (lab))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

void
lab_wait_for_state (Lab *lab, guint index, HoistUploadState state)
{
  const HoistUploadInfo *info;

  while ((info = lab_get_info (lab, index)) == NULL || info->state != state)
    {
      if (info != NULL && info->state == HOIST_UPLOAD_FAILED)
        g_error ("%s failed: %s", info->name, info->error_message);
      g_main_context_iteration (NULL, TRUE);
    }
}

/* --- Files and objects ------------------------------------------------------------------------- */

/**
 * lab_make_file:
 *
 * Makes a file whose every 64 KiB differ from all others.
 */
char *
lab_make_file (Lab *lab, const char *name, gsize size_bytes)
{
  char *path = g_build_filename (lab->files, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree guint8 *contents = g_malloc (size_bytes + 1);
  guint32 state = g_str_hash (name) | 1;

  for (gsize i = 0; i < size_bytes; i++)
    {
      state = state * 1664525 + 1013904223;
      contents[i] = (guint8) (state >> 24);
    }
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, (const char *) contents, (gssize) size_bytes, NULL));
  return path;
}

gboolean
lab_is_stored (Lab *lab, const char *name)
{
  g_autofree char *object = g_build_filename (lab->stored, name, NULL);
  return g_file_test (object, G_FILE_TEST_EXISTS);
}

void
lab_assert_stored (Lab *lab, const char *name, const char *path)
{
  g_autofree char *object = g_build_filename (lab->stored, name, NULL);
  g_autofree char *there = NULL;
  g_autofree char *here = NULL;
  gsize there_length;
  gsize here_length;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (object, &there, &there_length, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &here, &here_length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (there_length, ==, here_length);
  g_assert_cmpint (memcmp (there, here, here_length), ==, 0);
}

/* libsoup's server warns when a client is gone before it was looked at, which
 * happens to whoever cancels quickly. */
static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  return strstr (message, "could not get remote address") == NULL;
}

void
lab_set_up (Lab *lab)
{
  g_autofree char *token_file = NULL;
  g_autoptr (GError) error = NULL;

  g_test_log_set_fatal_handler (is_fatal, NULL);
  lab->folder = g_dir_make_tmp ("hoist-lab-XXXXXX", &error);
  g_assert_no_error (error);
  lab->files = g_build_filename (lab->folder, "files", NULL);
  lab->stored = g_build_filename (lab->folder, "backend", "hoist", NULL);
  start_server (lab);

  token_file = g_build_filename (lab->folder, "backend", "token", NULL);
  g_file_get_contents (token_file, &lab->token, NULL, &error);
  g_assert_no_error (error);
  g_strstrip (lab->token);

  hoist_engine_config_init (&lab->config);
  lab->config.state_folder = g_build_filename (lab->folder, "state", NULL);
  lab->config.retry = (HoistRetryPolicy){ .base_us = 1000, .cap_us = 10000 };
  lab->config.undo_us = 0;
  lab->config.quiet_us = 0;
  lab_start_engine (lab);
}

void
lab_tear_down (Lab *lab)
{
  lab_stop_engine (lab);
  stop_server (lab);
  remove_tree (lab->folder);
  g_free (lab->folder);
  g_free (lab->files);
  g_free (lab->stored);
  g_free (lab->url);
  g_free (lab->token);
  g_free ((char *) lab->config.state_folder);
}
