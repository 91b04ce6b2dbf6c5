/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-lab.h"

#include <glib/gstdio.h>
#include <string.h>

#include "hoist-digest.h"

struct _LabServer
{
  GThread *thread;
  GMainContext *context;
  HoistBackendServer *server;
  gboolean stopped;

  GMutex lock; /* what follows */
  GCond ready;
  gboolean listening;
  GArray *faults; /* (element-type LabFault) */
  guint counts[LAB_N_OPERATIONS];
  GHashTable *part_counts; /* part number -> count */
  GHashTable *part_log;    /* (owned) upload id and part number -> count, of all time */
  GPtrArray *held;         /* (element-type SoupServerMessage) */
};

/* --- The server's side ------------------------------------------------------------------------ */

static LabOperation
classify (SoupServerMessage *message, const char *path, GHashTable *query, guint *part_number)
{
  static const struct
  {
    const char *suffix;
    LabOperation operation;
  } api[] = {
    { "/initiate", LAB_INITIATE }, { "/sign", LAB_SIGN },   { "/status", LAB_STATUS },
    { "/complete", LAB_COMPLETE }, { "/abort", LAB_ABORT },
  };
  const char *method = soup_server_message_get_method (message);
  const char *number = query != NULL ? g_hash_table_lookup (query, "partNumber") : NULL;

  *part_number = number != NULL ? (guint) g_ascii_strtoull (number, NULL, 10) : 0;
  if (g_str_has_prefix (path, "/api/"))
    {
      for (guint i = 0; i < G_N_ELEMENTS (api); i++)
        if (g_str_has_suffix (path, api[i].suffix))
          return api[i].operation;
      return g_str_equal (method, "GET") ? LAB_ROOT : LAB_OTHER;
    }
  if (g_str_equal (method, "PUT"))
    return *part_number != 0 ? LAB_PART : LAB_PUT;
  return LAB_OTHER;
}

static void
drop (SoupServerMessage *message)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  g_io_stream_close (stream, NULL, NULL);
}

static void
answer (SoupServerMessage *message, const LabFault *fault)
{
  const char *body = fault->body != NULL ? fault->body : "";

  soup_server_message_set_status (message, fault->status, NULL);
  soup_server_message_set_response (
    message, fault->content_type != NULL ? fault->content_type : "application/xml",
    SOUP_MEMORY_COPY, body, strlen (body));
  if (fault->header_name != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  fault->header_name, fault->header_value);
}

static const LabFault *
find_fault (struct _LabServer *self, LabOperation operation, guint part_number, guint count)
{
  for (guint i = 0; i < self->faults->len; i++)
    {
      const LabFault *fault = &g_array_index (self->faults, LabFault, i);

      if (fault->operation == operation &&
          (fault->part_number == 0 || fault->part_number == part_number) && count >= fault->first &&
          count <= fault->last)
        return fault;
    }
  return NULL;
}

static guint
count_request (struct _LabServer *self, LabOperation operation, guint part_number)
{
  guint of_part;

  self->counts[operation]++;
  if (operation != LAB_PART)
    return self->counts[operation];
  of_part =
    GPOINTER_TO_UINT (g_hash_table_lookup (self->part_counts, GUINT_TO_POINTER (part_number))) + 1;
  g_hash_table_insert (self->part_counts, GUINT_TO_POINTER (part_number),
                       GUINT_TO_POINTER (of_part));
  return of_part;
}

/* The server's own look at the headers, which was put off. */
static void
let_through (struct _LabServer *self, SoupServerMessage *message)
{
  SoupServer *soup_server = hoist_backend_server_get_soup_server (self->server);
  guint got_headers = g_signal_lookup ("got-headers", SOUP_TYPE_SERVER_MESSAGE);

  g_signal_handlers_disconnect_by_data (message, self);
  g_signal_handlers_unblock_matched (message, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA, got_headers,
                                     0, NULL, NULL, soup_server);
  g_signal_emit (message, got_headers, 0);
}

static char *
make_part_key (const char *upload_id, guint part_number)
{
  return g_strdup_printf ("%s %u", upload_id, part_number);
}

static void
log_part (struct _LabServer *self, GHashTable *query, guint part_number)
{
  const char *upload_id = g_hash_table_lookup (query, "uploadId");
  char *key = make_part_key (upload_id, part_number);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->part_log, key));

  g_hash_table_insert (self->part_log, key, GUINT_TO_POINTER (count + 1));
}

static gboolean
carry_out (struct _LabServer *self, SoupServerMessage *message, const LabFault *fault)
{
  switch (fault->action)
    {
    case LAB_ANSWER:
      answer (message, fault);
      return TRUE;
    case LAB_DROP:
      drop (message);
      return TRUE;
    case LAB_HOLD:
    default:
      soup_server_message_pause (message);
      g_ptr_array_add (self->held, g_object_ref (message));
      return TRUE;
    }
}

static gboolean
interfere (struct _LabServer *self, SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);
  g_autoptr (GHashTable) values =
    query != NULL ? g_uri_parse_params (query, -1, "&", G_URI_PARAMS_NONE, NULL) : NULL;
  guint part_number;
  LabOperation operation = classify (message, g_uri_get_path (uri), values, &part_number);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint count = count_request (self, operation, part_number);
  const LabFault *fault = find_fault (self, operation, part_number, count);

  if (operation == LAB_PART)
    log_part (self, values, part_number);
  return fault != NULL && carry_out (self, message, fault);
}

static void
got_headers_cb (SoupServerMessage *message, gpointer user_data)
{
  struct _LabServer *self = user_data;

  if (!interfere (self, message))
    let_through (self, message);
}

/* A server has one handler a path, and the store needs its own: so the lab comes
 * between the message and the server, which connected to it just before. */
static void
request_started_cb (SoupServer *soup_server, SoupServerMessage *message, gpointer user_data)
{
  guint got_headers = g_signal_lookup ("got-headers", SOUP_TYPE_SERVER_MESSAGE);

  g_signal_handlers_block_matched (message, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA, got_headers, 0,
                                   NULL, NULL, soup_server);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), user_data);
}

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

static HoistBackendConfig *
make_config (Lab *lab)
{
  HoistBackendConfig *config = hoist_backend_config_new ();

  g_free (config->listen);
  config->listen = g_strdup ("127.0.0.1:0");
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

  g_main_context_push_thread_default (self->context);
  self->server = hoist_backend_server_new (config);
  hoist_backend_server_listen (self->server, &error);
  g_assert_no_error (error);
  g_signal_connect (hoist_backend_server_get_soup_server (self->server), "request-started",
                    G_CALLBACK (request_started_cb), self);
  lab->url = g_strdup (hoist_backend_server_get_url (self->server));

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

  lab->server = self;
  g_mutex_init (&self->lock);
  g_cond_init (&self->ready);
  self->context = g_main_context_new ();
  self->faults = g_array_new (FALSE, TRUE, sizeof (LabFault));
  self->part_counts = g_hash_table_new (NULL, NULL);
  self->part_log = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
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

  lab_release (lab);
  g_main_context_invoke (self->context, stop_cb, self);
  g_thread_join (self->thread);
  g_array_unref (self->faults);
  g_hash_table_unref (self->part_counts);
  g_hash_table_unref (self->part_log);
  g_ptr_array_unref (self->held);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->ready);
  g_free (self);
}

/**
 * lab_set_faults:
 *
 * What goes wrong from now on. Counting begins anew.
 */
void
lab_set_faults (Lab *lab, const LabFault *faults, guint n_faults)
{
  struct _LabServer *self = lab->server;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_array_set_size (self->faults, 0);
  if (n_faults > 0)
    g_array_append_vals (self->faults, faults, n_faults);
  memset (self->counts, 0, sizeof self->counts);
  g_hash_table_remove_all (self->part_counts);
}

static gboolean
release_cb (gpointer data)
{
  struct _LabServer *self = data;
  g_autoptr (GPtrArray) held = NULL;

  g_mutex_lock (&self->lock);
  held = g_steal_pointer (&self->held);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < held->len; i++)
    {
      let_through (self, g_ptr_array_index (held, i));
      soup_server_message_unpause (g_ptr_array_index (held, i));
    }
  return G_SOURCE_REMOVE;
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
  g_main_context_invoke (lab->server->context, release_cb, lab->server);
}

guint
lab_count (Lab *lab, LabOperation operation)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lab->server->lock);
  return lab->server->counts[operation];
}

guint
lab_count_part (Lab *lab, guint part_number)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lab->server->lock);
  return GPOINTER_TO_UINT (
    g_hash_table_lookup (lab->server->part_counts, GUINT_TO_POINTER (part_number)));
}

/**
 * lab_count_part_of:
 *
 * How often a part of an upload was sent since the lab was set up.
 */
guint
lab_count_part_of (Lab *lab, const char *upload_id, guint part_number)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lab->server->lock);
  g_autofree char *key = make_part_key (upload_id, part_number);

  return GPOINTER_TO_UINT (g_hash_table_lookup (lab->server->part_log, key));
}

guint
lab_count_held (Lab *lab)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lab->server->lock);
  return lab->server->held->len;
}

void
lab_reset_counts (Lab *lab)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lab->server->lock);

  memset (lab->server->counts, 0, sizeof lab->server->counts);
  g_hash_table_remove_all (lab->server->part_counts);
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

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL
                                                                    : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
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
