/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the line between does to an upload: it delivers, and sends again no more
 * than what was lost. The finished programs go through more of it in
 * tests/e2e/test-faults.py; here are those faults that would take long there. */

#include "engine-lab.h"

#define MIB (1024 * 1024)
#define LARGE (17 * MIB) /* three parts */
#define N_PARTS 3
#define SMALL 5000

/* Nothing moves for so long: much longer than a busy machine takes for a step. */
#define STALL_US (1500 * 1000)

typedef struct
{
  const char *name;
  gsize size_bytes;
  const char *script;
  guint n_sent[N_PARTS]; /* how often each part was sent; of a small file the first one */
  int told;              /* HoistError: what a person may be told meanwhile */
  gboolean is_told;      /* and is told, since it lasts long enough */
} Case;

static const Case cases[] = {
  { "nothing",
    LARGE,
    "[x]\noperation=UploadPart\nlatency-ms=1\n",
    { 1, 1, 1 },
    HOIST_ERROR_FAILED },
  { "black hole from the start",
    LARGE,
    "[x]\noperation=UploadPart\npart=2\nlast=1\naction=black-hole\n",
    { 1, 2, 1 },
    HOIST_ERROR_TIMED_OUT },
  { "black hole in the middle",
    LARGE,
    "[x]\noperation=UploadPart\npart=1\nlast=1\naction=black-hole\nafter=1000000\n",
    { 2, 1, 1 },
    HOIST_ERROR_TIMED_OUT },
  { "silence after the storage has the part",
    LARGE,
    "[x]\noperation=UploadPart\npart=3\nlast=1\naction=silence\n",
    { 1, 1, 2 },
    HOIST_ERROR_TIMED_OUT },
  { "black hole for a small file",
    SMALL,
    "[x]\noperation=PutObject\nlast=1\naction=black-hole\n",
    { 2 },
    HOIST_ERROR_TIMED_OUT },
  { "silence after the storage has a small file",
    SMALL,
    "[x]\noperation=PutObject\nlast=1\naction=silence\n",
    { 2 },
    HOIST_ERROR_TIMED_OUT },
  { "one part waits while the others get through",
    LARGE,
    "[x]\noperation=UploadPart\npart=1\nlast=1\naction=answer\npreset=slow-down\n",
    { 2, 1, 1 },
    HOIST_ERROR_THROTTLED,
    TRUE },
  { "an expired URL after other errors",
    LARGE,
    "[a]\noperation=UploadPart\npart=1\nlast=4\naction=answer\npreset=internal-error\n"
    "[b]\noperation=UploadPart\npart=1\nfirst=5\nlast=5\naction=answer\npreset=expired\n",
    { 6, 1, 1 },
    HOIST_ERROR_UNAVAILABLE },
  { "refused without a reason, now and then",
    LARGE,
    "[a]\noperation=UploadPart\npart=1\nlast=1\naction=answer\npreset=expired-ceph\n"
    "[b]\noperation=UploadPart\npart=1\nfirst=2\nlast=2\naction=answer\npreset=internal-error\n"
    "[c]\noperation=UploadPart\npart=1\nfirst=3\nlast=3\naction=answer\npreset=expired-ceph\n",
    { 4, 1, 1 },
    HOIST_ERROR_UNAVAILABLE },
  { "a slow line is no dead one",
    LARGE,
    "[x]\noperation=UploadPart\nlast=1\nbytes-per-s=3000000\n",
    { 1, 1, 1 },
    HOIST_ERROR_FAILED },
};

static void
assert_sent (Lab *lab, const Case *c)
{
  if (c->size_bytes < MIB)
    {
      g_assert_cmpuint (lab_count (lab, LAB_PUT), ==, c->n_sent[0]);
      return;
    }
  for (guint number = 1; number <= N_PARTS; number++)
    g_assert_cmpuint (lab_count_part (lab, number), ==, c->n_sent[number - 1]);
  g_assert_cmpuint (lab_count (lab, LAB_INITIATE), ==, 1);
  g_assert_cmpuint (lab_count (lab, LAB_COMPLETE), ==, 1);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  Lab lab = { 0 };
  g_autofree char *path = NULL;
  gboolean was_told = FALSE;

  lab_set_up (&lab);
  lab_stop_engine (&lab);
  lab.config.stall_us = STALL_US;
  lab_start_engine (&lab);
  path = lab_make_file (&lab, "file", c->size_bytes);
  lab_set_script (&lab, c->script);
  lab_add (&lab, path);
  while (!lab_is_settled (&lab))
    {
      const HoistUploadInfo *info = lab_get_info (&lab, 0);

      if (info != NULL && info->state == HOIST_UPLOAD_WAITING)
        {
          g_assert_cmpint (info->error_code, ==, c->told);
          was_told = TRUE;
        }
      g_main_context_iteration (NULL, TRUE);
    }

  g_assert_cmpint (lab_get_info (&lab, 0)->state, ==, HOIST_UPLOAD_DONE);
  lab_assert_stored (&lab, "file", path);
  assert_sent (&lab, c);
  g_assert_true (was_told || !c->is_told);
  lab_tear_down (&lab);
}

/* --- Names ------------------------------------------------------------------------------------- */

/* What no proxy can show: a resolver that knows one name, or, while the line is gone, none. */
#define LAB_TYPE_RESOLVER (lab_resolver_get_type ())
G_DECLARE_FINAL_TYPE (LabResolver, lab_resolver, LAB, RESOLVER, GResolver)

struct _LabResolver
{
  GResolver parent_instance;
  _Atomic gboolean gone;
  _Atomic guint n_asked;
};

G_DEFINE_FINAL_TYPE (LabResolver, lab_resolver, G_TYPE_RESOLVER)

static void
lookup_async (GResolver *resolver,
              const char *name,
              GResolverNameLookupFlags flags,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  LabResolver *self = LAB_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  self->n_asked++;
  if (self->gone)
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE,
                             "Error resolving “%s”: no name server answers", name);
  else if (!g_str_equal (name, LAB_TLS_NAME) || flags == G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY)
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
                             "Error resolving “%s”: not known", name);
  else
    g_task_return_pointer (task,
                           g_list_append (NULL, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4)),
                           (GDestroyNotify) g_resolver_free_addresses);
}

static GList *
lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
lab_resolver_class_init (LabResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_with_flags_async = lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = lookup_finish;
}

static void
lab_resolver_init (LabResolver *self)
{
}

static gboolean
waits (Lab *lab)
{
  const HoistUploadInfo *info = lab_get_info (lab, 0);

  return info != NULL && info->state == HOIST_UPLOAD_WAITING;
}

/* A name that does not resolve is a line that is gone: it waits, and goes on by itself. */
static void
test_name_gone (void)
{
  g_autoptr (LabResolver) resolver = g_object_new (LAB_TYPE_RESOLVER, NULL);
  Lab lab = { .with_tls = TRUE };
  g_autofree char *path = NULL;

  g_resolver_set_default (G_RESOLVER (resolver));
  resolver->gone = TRUE;
  lab_set_up (&lab);
  path = lab_make_file (&lab, "file", LARGE);
  lab_add (&lab, path);
  lab_wait_until (&lab, waits);
  g_assert_cmpint (lab_get_info (&lab, 0)->error_code, ==, HOIST_ERROR_NETWORK);
  g_assert_cmpuint (resolver->n_asked, >, 0);

  resolver->gone = FALSE;
  lab_wait_until (&lab, lab_is_settled);
  g_assert_cmpint (lab_get_info (&lab, 0)->state, ==, HOIST_UPLOAD_DONE);
  lab_assert_stored (&lab, "file", path);
  lab_tear_down (&lab);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/line/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/engine/line/name does not resolve", test_name_gone);
  return g_test_run ();
}
